//! Who must not come back, the deletion log, and letting somebody back in.

use std::str::FromStr;

use clap::Subcommand;
use model::SourceId;
use serde::Serialize;

use crate::app::App;
use crate::exit::usage;
use crate::texts::{pick, say};
use show::when;
use show::{Column, kept_out_text, table};

/// What to do with those kept out.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// List who is kept out, by source id
    List { customer: String },
    /// List when which contact was erased; it holds no personal data
    Log { customer: String },
    /// Let a person back in, for instance one who was hired again and agrees; the next run reads everything
    Remove {
        customer: String,
        /// The source id as listed
        source: String,
    },
}

#[derive(Serialize)]
struct Line {
    source_id: String,
    reason: &'static str,
    since: String,
}

#[derive(Serialize)]
struct Deleted {
    contact: Option<String>,
    reason: &'static str,
    made_by: String,
    at: String,
}

#[derive(Serialize)]
struct BackIn {
    customer: String,
    source_id: String,
    removed: bool,
}

/// Runs the command.
pub fn run(app: &App, command: Command) -> anyhow::Result<()> {
    match command {
        Command::List { customer } => list(app, &customer),
        Command::Log { customer } => log(app, &customer),
        Command::Remove { customer, source } => remove(app, &customer, &source),
    }
}

fn list(app: &App, slug: &str) -> anyhow::Result<()> {
    let rows = app.book(slug)?.kept_out()?.into_iter().map(|row| Line {
        source_id: row.source.to_string(),
        reason: row.reason.name(),
        since: when::rfc3339(row.at),
    });
    app.answer(&rows.collect::<Vec<_>>(), |lines| {
        if lines.is_empty() {
            return pick("nobody is kept out", "niemand ist ausgeschlossen").into();
        }
        let mut table = table(&[
            Column::Whole(pick("source id", "Kennung der Person")),
            Column::Whole(pick("reason", "Grund")),
            Column::Whole(pick("since (UTC)", "seit (UTC)")),
        ]);
        for line in lines {
            table.add_row([
                line.source_id.as_str(),
                kept_out_text(line.reason),
                &when::shortened(&line.since),
            ]);
        }
        table.text()
    });
    Ok(())
}

fn log(app: &App, slug: &str) -> anyhow::Result<()> {
    let book = app.book(slug)?;
    let rows = book.deletions()?.into_iter().map(|row| Deleted {
        contact: row.contact.map(|id| book.public_id(id).to_string()),
        reason: row.reason.name(),
        made_by: row.made_by,
        at: when::rfc3339(row.at),
    });
    app.answer(&rows.collect::<Vec<_>>(), |lines| {
        if lines.is_empty() {
            return pick("nobody was erased", "niemand wurde gelöscht").into();
        }
        let mut table = table(&[
            Column::Whole(pick("contact", "Kontakt")),
            Column::Whole(pick("reason", "Grund")),
            Column::Text(pick("by", "durch")),
            Column::Whole(pick("at (UTC)", "wann (UTC)")),
        ]);
        for line in lines {
            table.add_row([
                line.contact.as_deref().unwrap_or(pick("(none)", "(keiner)")),
                kept_out_text(line.reason),
                &line.made_by,
                &when::shortened(&line.at),
            ]);
        }
        table.text()
    });
    Ok(())
}

fn remove(app: &App, slug: &str, source: &str) -> anyhow::Result<()> {
    let book = app.book(slug)?;
    let id = SourceId::from_str(source).map_err(|_| {
        usage(say!("“{source}” is no source id", "„{source}“ ist keine Kennung einer Person"))
    })?;
    if !app.wait(sync::let_back_in(&book, &id))? {
        anyhow::bail!(say!(
            "{source} is not kept out; `whoswho kept-out list {slug}` shows who is",
            "{source} ist nicht ausgeschlossen; `whoswho kept-out list {slug}` zeigt, wer es ist"
        ));
    }
    let answer = BackIn { customer: slug.to_owned(), source_id: id.to_string(), removed: true };
    app.answer(&answer, |a| {
        say!(
            "{} is no longer kept out; the next run reads everything and follows the rules again",
            "{} ist nicht mehr ausgeschlossen; der nächste Lauf liest alles und folgt wieder den Regeln",
            a.source_id
        )
    });
    Ok(())
}
