//! Explain: why somebody is in or out, step by step, and what the next run would do.

use model::SourceId;
use store::{Book, ConnectionRow};

use super::source;
use crate::app::App;
use crate::texts::say;
use show::explain::{Voice, explain, lines};
use show::people::{in_the_bin, sources_of};

/// What `explain` takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The customer
    customer: String,
    /// Contact id, source id or e-mail address
    person: String,
}

/// Runs the command.
pub fn run(app: &App, args: &Args) -> anyhow::Result<()> {
    let (book, connection) = source::ready(app, &args.customer)?;
    let found = sources_of(&book, connection.id, &args.person)?;
    if found.is_empty()
        && let Some(there) = in_the_bin(&book, &args.person)?
    {
        anyhow::bail!(there);
    }
    if found.is_empty() {
        return Err(anyhow::anyhow!(say!(
            "nobody in the tenant and no linked contact is “{}”; `whoswho source users {} --search …` finds people",
            "niemand im Mandanten und kein verknüpfter Kontakt ist „{}“; `whoswho source users {} --search …` findet Personen",
            args.person,
            args.customer
        )));
    }
    let mut all = Vec::new();
    for id in &found {
        all.push(explain(&book, &connection, id, Voice::CommandLine(&args.customer))?);
    }
    app.answer(&all, |all| all.iter().map(lines).collect::<Vec<_>>().join("\n\n"));
    Ok(())
}

/// Why nothing came of a run about somebody, in one line.
pub fn why_nothing(book: &Book, connection: &ConnectionRow, id: &SourceId) -> anyhow::Result<String> {
    let voice = Voice::CommandLine(&book.customer.slug);
    Ok(show::explain::why_nothing(book, connection, id, voice)?)
}
