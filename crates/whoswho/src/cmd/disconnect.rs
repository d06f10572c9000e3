//! Ends a connection. Contacts stay, unless those that runs created shall go too.

use serde::Serialize;
use store::Imported;

use crate::app::App;
use crate::progress;
use crate::texts::{pick, say};

/// What `disconnect` takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The customer
    customer: String,
    /// Send the contacts that runs created to the bin
    #[arg(long)]
    remove_imported: bool,
    /// Do not ask
    #[arg(long)]
    yes: bool,
}

#[derive(Serialize)]
struct Disconnected {
    customer: String,
    removed: usize,
}

/// Runs the command. A killed removal of imported contacts goes on when the command is given again, though the
/// connection is gone by then.
pub fn run(app: &App, args: &Args) -> anyhow::Result<()> {
    let book = app.book(&args.customer)?;
    let connected = book.connection()?.is_some();
    let goes_on = args.remove_imported && book.is_leaving()?;
    if !connected && !goes_on {
        app.connected(&args.customer)?;
    }
    super::sure(args.yes, &asks(args), &args.customer)?;
    let imported = if args.remove_imported { Imported::Leave } else { Imported::Keep };
    let busy = progress::busy(pick("clearing the book", "räume das Kontaktbuch auf"));
    let gone = |n: usize| busy.at(&say!("contacts in the bin: {n}", "Kontakte im Papierkorb: {n}"));
    let removed = app.wait(sync::end_connection(&book, imported, &gone))?;
    drop(busy);
    let done = Disconnected { customer: args.customer.clone(), removed };
    app.answer(&done, |d| match d.removed {
        0 => {
            say!("{} is disconnected; its contacts stay", "{} ist getrennt; die Kontakte bleiben", d.customer)
        }
        n => say!(
            "{} is disconnected; {} imported contacts went to the bin",
            "{} ist getrennt; {} importierte Kontakte liegen im Papierkorb",
            d.customer,
            n
        ),
    });
    Ok(())
}

/// What a person is asked (A10).
fn asks(args: &Args) -> String {
    let slug = &args.customer;
    let what = if args.remove_imported {
        pick(
            "the contacts that runs created go to the bin",
            "die importierten Kontakte kommen in den Papierkorb",
        )
    } else {
        pick(
            "its contacts stay; when it is connected again, the policy's on_existing decides whether they are linked again \
             (adopt) or left alone",
            "die Kontakte bleiben; wird wieder verbunden, entscheidet on_existing der Regeln, ob sie wieder verknüpft \
             (adopt) oder in Ruhe gelassen werden",
        )
    };
    say!(
        "this ends the connection of {slug} to Microsoft 365 and deletes its credential, its scope and the links between \
         contacts and people; no run made until now can be undone afterwards; {what}",
        "das beendet die Verbindung von {slug} mit Microsoft 365 und löscht Zugangsdaten, Personenkreis und die Verknüpfungen von \
         Kontakten und Personen; kein bisheriger Lauf lässt sich danach rückgängig machen; {what}"
    )
}
