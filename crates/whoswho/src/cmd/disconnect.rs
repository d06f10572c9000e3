//! Ends a connection. Contacts stay, unless those that runs created shall go too.

use model::LinkOrigin;
use serde::Serialize;

use crate::app::App;
use crate::texts::say;
use crate::when;

/// What `disconnect` takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The customer
    customer: String,
    /// Send the contacts that runs created to the bin
    #[arg(long)]
    remove_imported: bool,
}

#[derive(Serialize)]
struct Disconnected {
    customer: String,
    removed: usize,
}

/// Runs the command.
pub fn run(app: &App, args: &Args) -> anyhow::Result<()> {
    let (book, _) = app.connected(&args.customer)?;
    let mut imported = Vec::new();
    if args.remove_imported {
        let entries = book.entries()?.into_iter().filter(|e| e.linked == Some(LinkOrigin::Creation));
        imported.extend(entries.map(|e| e.contact.id));
    }
    book.disconnect()?;
    for contact in &imported {
        book.remove_contact(*contact, when::now())?;
    }
    let done = Disconnected { customer: args.customer.clone(), removed: imported.len() };
    app.answer(&done, |d| match d.removed {
        0 => say!(
            "{} is disconnected; its contacts stay",
            "{} ist getrennt; seine Kontakte bleiben",
            d.customer
        ),
        n => say!(
            "{} is disconnected; {} imported contacts went to the bin",
            "{} ist getrennt; {} importierte Kontakte liegen im Papierkorb",
            d.customer,
            n
        ),
    });
    Ok(())
}
