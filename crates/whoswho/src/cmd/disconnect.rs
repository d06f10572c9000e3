//! Ends a connection. Contacts stay, unless those that runs created shall go too.

use std::io::{IsTerminal, stdin};

use serde::Serialize;
use store::{Book, Imported};

use crate::app::App;
use crate::out;
use crate::texts::{pick, say};
use crate::when;

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

/// Contacts that go to the bin between two looks at what is left.
const SOME: i64 = 200;

/// Runs the command. A killed removal of imported contacts goes on when the command is given again, though the
/// connection is gone by then.
pub fn run(app: &App, args: &Args) -> anyhow::Result<()> {
    let book = app.book(&args.customer)?;
    let connected = book.connection()?.is_some();
    let goes_on = args.remove_imported && book.is_leaving()?;
    if !connected && !goes_on {
        app.connected(&args.customer)?;
    }
    if !args.yes && stdin().is_terminal() && !agreed(args)? {
        anyhow::bail!(pick("nothing was changed", "nichts wurde geändert"));
    }
    if connected {
        book.disconnect(if args.remove_imported { Imported::Leave } else { Imported::Keep })?;
    }
    let removed = if args.remove_imported { remove_imported(&book)? } else { 0 };
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

fn remove_imported(book: &Book) -> store::Result<usize> {
    let mut removed = 0;
    loop {
        if !book.is_leaving()? {
            return Ok(removed);
        }
        removed += book.leave(SOME, when::now())?;
        if removed % 5_000 == 0 {
            out::note(&say!("{removed} contacts are in the bin", "{removed} Kontakte liegen im Papierkorb"));
        }
    }
}

/// Asks a person (A10).
fn agreed(args: &Args) -> anyhow::Result<bool> {
    let slug = &args.customer;
    let what = if args.remove_imported {
        pick(
            "the contacts that runs created go to the bin",
            "die importierten Kontakte kommen in den Papierkorb",
        )
    } else {
        pick("its contacts stay", "die Kontakte bleiben")
    };
    out::note(&say!(
        "this ends the connection of {slug} to Microsoft 365 and deletes its credential and scope; {what}. Go on? [y/N]",
        "das beendet die Verbindung von {slug} mit Microsoft 365 und löscht Zugangsdaten und Umfang; {what}. Fortfahren? [j/N]"
    ));
    let mut answer = String::new();
    stdin().read_line(&mut answer)?;
    Ok(["y", "yes", "j", "ja"].contains(&answer.trim().to_lowercase().as_str()))
}
