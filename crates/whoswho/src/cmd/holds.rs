//! Holds: list, release, reject.

use std::collections::BTreeSet;

use model::SourceId;
use serde::Serialize;
use store::{Book, ConnectionRow};

use crate::app::App;
use crate::people::{may_be_person, no_such_person, sources_of};
use crate::show;
use crate::texts::{many, say};
use crate::when;

/// What `holds` takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The customer
    customer: String,
}

/// What `hold` takes.
#[derive(Debug, clap::Args)]
pub struct HoldArgs {
    /// The customer
    customer: String,
    /// Contact id, source id or e-mail address
    person: String,
    /// Why, for whoever looks later
    #[arg(long, default_value = "")]
    why: String,
}

/// What `release` takes.
#[derive(Debug, clap::Args)]
pub struct ReleaseArgs {
    /// The customer
    customer: String,
    #[command(flatten)]
    who: Who,
}

/// What `reject` takes.
#[derive(Debug, clap::Args)]
pub struct RejectArgs {
    /// The customer
    customer: String,
    #[command(flatten)]
    who: Who,
    /// Why, for whoever looks later
    #[arg(long, default_value = "")]
    why: String,
}

/// Whose holds.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
struct Who {
    /// Contact ids, source ids or e-mail addresses
    #[arg(value_name = "PERSON")]
    people: Vec<String>,
    /// All that are held
    #[arg(long)]
    all: bool,
}

#[derive(Serialize)]
struct Done {
    customer: String,
    count: u64,
}

/// Lists holds.
pub fn list(app: &App, args: &Args) -> anyhow::Result<()> {
    let (book, connection) = app.connected(&args.customer)?;
    app.answer(&show::holds(&book, &connection)?, |holds| show::holds_table(holds, &args.customer));
    Ok(())
}

/// Holds somebody.
pub fn hold(app: &App, args: &HoldArgs) -> anyhow::Result<()> {
    let (book, connection) = app.connected(&args.customer)?;
    let people = sources_of(&book, connection.id, &args.person)?;
    if people.is_empty() {
        let slug = &args.customer;
        return Err(anyhow::anyhow!(say!(
            "nobody in the tenant and no linked contact is “{}”; `whoswho source users {slug} --search …` finds people",
            "niemand im Mandanten und kein verknüpfter Kontakt ist „{}“; `whoswho source users {slug} --search …` findet Personen",
            args.person
        )));
    }
    for person in &people {
        let has_contact = || book.contact_linked(connection.id, person).map(|found| found.is_some());
        if !may_be_person(&book, &connection, person)? && !has_contact()? {
            return Err(no_such_person(&book, person));
        }
    }
    for person in &people {
        book.hold(connection.id, person, &args.why, when::now())?;
    }
    let (customer, count) = (args.customer.clone(), people.len() as u64);
    app.answer(&Done { customer, count }, |d| {
        let people = many(d.count, ["person", "people"], ["Person", "Personen"]);
        say!(
            "{people} held: runs change nothing there; `whoswho release {} {}` lets go",
            "{people} angehalten: Läufe ändern dort nichts; `whoswho release {} {}` gibt wieder frei",
            d.customer,
            args.person
        )
    });
    Ok(())
}

/// Lets holds go with the next run.
pub fn release(app: &App, args: &ReleaseArgs) -> anyhow::Result<()> {
    let (book, connection) = app.connected(&args.customer)?;
    let count = book.release(connection.id, &held(&book, &connection, &args.who)?, when::now())?;
    let customer = args.customer.clone();
    app.answer(&Done { customer, count }, |d| {
        say!(
            "{} released; `whoswho sync {}` applies what waited",
            "{} freigegeben; `whoswho sync {}` wendet an, was gewartet hat",
            d.count,
            d.customer
        )
    });
    Ok(())
}

/// Keeps contacts until their people change at the source.
pub fn reject(app: &App, args: &RejectArgs) -> anyhow::Result<()> {
    let (book, connection) = app.connected(&args.customer)?;
    let people = held(&book, &connection, &args.who)?;
    let count = book.reject(connection.id, &people, &args.why, when::now())?;
    let customer = args.customer.clone();
    app.answer(&Done { customer, count }, |d| {
        say!(
            "{} rejected; contacts stay as they are until their people change in Microsoft 365",
            "{} abgelehnt; Kontakte bleiben, wie sie sind, bis sich ihre Personen in Microsoft 365 ändern",
            d.count
        )
    });
    Ok(())
}

fn held(book: &Book, connection: &ConnectionRow, who: &Who) -> anyhow::Result<Vec<SourceId>> {
    let mut held: BTreeSet<SourceId> = book.holds(connection.id)?.into_iter().map(|h| h.source).collect();
    held.extend(book.held_people(connection.id)?.into_keys());
    if who.all {
        return Ok(held.into_iter().collect());
    }
    let mut people = Vec::new();
    for person in &who.people {
        let before = people.len();
        people.extend(sources_of(book, connection.id, person)?.into_iter().filter(|id| held.contains(id)));
        if people.len() == before {
            let slug = &book.customer.slug;
            return Err(anyhow::anyhow!(say!(
                "nothing is held for “{person}”; `whoswho holds {slug}` lists what is",
                "für „{person}“ ist nichts angehalten; `whoswho holds {slug}` zeigt, was es ist"
            )));
        }
    }
    Ok(people)
}
