//! Holds: list, release, reject.

use std::collections::BTreeSet;

use model::SourceId;
use model::plan::HeldBy;
use serde::Serialize;
use store::{Book, ConnectionRow};

use super::values;
use crate::app::App;
use crate::people::{may_be_person, no_such_person, sources_of};
use crate::show;
use crate::texts::{many, pick, say};
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
    /// All operations that are held; people held by hand only by name
    #[arg(long)]
    all: bool,
}

#[derive(Serialize)]
struct Done {
    customer: String,
    count: u64,
}

/// What `release` and `reject` did.
#[derive(Serialize)]
struct LetGo {
    customer: String,
    count: u64,
    /// People whom a person holds: `--all` leaves them.
    held_by_hand: usize,
}

impl LetGo {
    /// The sentence, with whom `--all` left held.
    fn told(&self, done: String) -> String {
        let done = match self.count {
            0 => pick("no operation was held", "kein Schritt war angehalten").to_owned(),
            _ => done,
        };
        match self.held_by_hand {
            0 => done,
            n => {
                let people = many(n, ["person", "people"], ["Person", "Personen"]);
                say!(
                    "{done}\nstill held by hand: {people}; `whoswho release {} PERSON` lets go of one",
                    "{done}\nweiter von Hand angehalten: {people}; `whoswho release {} PERSON` gibt eine frei",
                    self.customer
                )
            }
        }
    }
}

/// Lists holds.
pub fn list(app: &App, args: &Args) -> anyhow::Result<()> {
    let (book, connection) = app.connected(&args.customer)?;
    app.answer(&show::holds(&book, &connection)?, |holds| show::holds_table(holds, &args.customer));
    Ok(())
}

/// Holds somebody.
pub fn hold(app: &App, args: &HoldArgs) -> anyhow::Result<()> {
    values::reason(&args.why)?;
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
    let held = held(&book, &connection, &args.who)?;
    let count = book.release(connection.id, &held.people, when::now())?;
    let customer = args.customer.clone();
    app.answer(&LetGo { customer, count, held_by_hand: held.left }, |d| {
        d.told(say!(
            "{} released; `whoswho sync {}` applies what waited",
            "{} freigegeben; `whoswho sync {}` wendet an, was gewartet hat",
            d.count,
            d.customer
        ))
    });
    Ok(())
}

/// Keeps contacts until their people change at the source.
pub fn reject(app: &App, args: &RejectArgs) -> anyhow::Result<()> {
    values::reason(&args.why)?;
    let (book, connection) = app.connected(&args.customer)?;
    let held = held(&book, &connection, &args.who)?;
    let count = book.reject(connection.id, &held.people, &args.why, when::now())?;
    let customer = args.customer.clone();
    app.answer(&LetGo { customer, count, held_by_hand: held.left }, |d| {
        d.told(say!(
            "{} rejected; contacts stay as they are until their people change in Microsoft 365",
            "{} abgelehnt; Kontakte bleiben, wie sie sind, bis sich ihre Personen in Microsoft 365 ändern",
            d.count
        ))
    });
    Ok(())
}

/// Who is meant, and how many people held by hand are not.
struct Held {
    people: Vec<SourceId>,
    left: usize,
}

/// `--all` means operations: whom a person holds, only somebody who names them lets go.
fn held(book: &Book, connection: &ConnectionRow, who: &Who) -> anyhow::Result<Held> {
    let rows = book.holds(connection.id)?;
    let mut by_hand: BTreeSet<SourceId> = book.held_people(connection.id)?.into_keys().collect();
    by_hand.extend(rows.iter().filter(|h| h.held_by == HeldBy::Person).map(|h| h.source.clone()));
    let mut held: BTreeSet<SourceId> = rows.into_iter().map(|h| h.source).collect();
    if who.all {
        let people = held.difference(&by_hand).cloned().collect();
        return Ok(Held { people, left: by_hand.len() });
    }
    held.extend(by_hand);
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
    Ok(Held { people, left: 0 })
}
