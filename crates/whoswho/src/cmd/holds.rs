//! Holds: list, release, reject.

use std::collections::BTreeSet;

use model::SourceId;
use model::plan::HeldBy;
use serde::Serialize;
use store::{Book, Chosen, ConnectionRow, LetGo};

use super::scope::source_group;
use super::{agreement, values};
use crate::app::App;
use crate::texts::{many, pick, say};
use show;
use show::people::{may_be_person, no_such_person, sources_of};
use show::when;

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
    #[arg(required_unless_present = "group", conflicts_with = "group")]
    person: Option<String>,
    /// A group of the tenant, by name or id: what runs would do about its contact group waits
    #[arg(long)]
    group: Option<String>,
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
    /// Groups of the tenant, by name or id
    #[arg(long, value_name = "GROUP", num_args = 1..)]
    group: Vec<String>,
    /// All operations that are held as of now; what is held by hand only by name
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
struct Told {
    customer: String,
    count: u64,
    /// People and groups that a person holds: `--all` leaves them.
    held_by_hand: usize,
    /// Operations of the first plan, where that waited and was agreed to.
    first_plan: Option<i64>,
    /// What was let go or rejected, each as it was held.
    operations: Vec<show::HoldJson>,
    /// Somebody was named, and of them all is released already.
    #[serde(skip)]
    already: bool,
}

impl Told {
    /// The sentence behind the list of what it is about, with what `--all` left held.
    fn text(&self, done: String) -> String {
        let mut lines = Vec::new();
        if !self.operations.is_empty() {
            lines.push(show::hold_lines(&self.operations));
        }
        match (self.count, self.first_plan) {
            (0, None) if self.already => lines.push(say!(
                "released already; the next run applies it, `whoswho sync {}` does so now",
                "schon freigegeben; der nächste Lauf wendet es an, `whoswho sync {}` sofort",
                self.customer
            )),
            (0, None) => {
                lines.push(pick("no operation was held", "keine Änderung war zurückgehalten").to_owned());
            }
            (0, Some(_)) => {}
            (_, _) => lines.push(done),
        }
        if let Some(n) = self.first_plan {
            let operations = many(n, ["operation", "operations"], ["Änderung", "Änderungen"]);
            lines.push(say!(
                "the first plan ({operations}) is agreed to: the next run applies it, `whoswho sync {}` does so now",
                "dem ersten Plan ({operations}) ist zugestimmt: der nächste Lauf wendet ihn an, `whoswho sync {}` sofort",
                self.customer
            ));
        }
        if self.held_by_hand > 0 {
            let n = self.held_by_hand as u64;
            let people = many(
                n,
                ["person or group", "people or groups"],
                ["Person oder Gruppe", "Personen oder Gruppen"],
            );
            lines.push(say!(
                "still held by hand: {people}; `whoswho release {} PERSON` (or --group GROUP) lets go of one",
                "weiter von Hand zurückgehalten: {people}; `whoswho release {} PERSON` (oder --group GRUPPE) gibt eine frei",
                self.customer
            ));
        }
        lines.join("\n")
    }
}

/// Lists holds.
pub fn list(app: &App, args: &Args) -> anyhow::Result<()> {
    let (book, connection) = app.connected(&args.customer)?;
    ::sync::bring_up_to_date(book.store())?;
    let first_plan = book.for_a_person()?.first_plan;
    app.answer(&show::holds(&book, &connection)?, |holds| {
        let mut text = show::holds_table(holds, &args.customer);
        if first_plan {
            text.push_str(&say!(
                "; the first plan waits: `whoswho plan {0}` shows it, `whoswho release {0} --all` agrees to it",
                "; der erste Plan wartet: `whoswho plan {0}` zeigt ihn, `whoswho release {0} --all` stimmt ihm zu",
                args.customer
            ));
        }
        text
    });
    Ok(())
}

/// Holds somebody.
pub fn hold(app: &App, args: &HoldArgs) -> anyhow::Result<()> {
    values::reason(&args.why)?;
    let (book, connection) = app.connected(&args.customer)?;
    let about = match (&args.person, &args.group) {
        (_, Some(group)) => vec![source_group(&book, &connection, group)?],
        (Some(person), None) => people(&book, &connection, person)?,
        (None, None) => Vec::new(),
    };
    for one in &about {
        book.hold(connection.id, one, &args.why, when::now())?;
    }
    let (customer, count) = (args.customer.clone(), about.len() as u64);
    app.answer(&Done { customer, count }, |d| match (&args.person, &args.group) {
        (_, Some(group)) => say!(
            "“{group}” held: runs change nothing about its contact group; `whoswho release {} --group \"{group}\"` lets go",
            "„{group}“ zurückgehalten: Läufe ändern an ihrer Kontaktgruppe nichts; `whoswho release {} --group \"{group}\"` gibt \
             wieder frei",
            d.customer
        ),
        (person, None) => {
            let people = many(d.count, ["person", "people"], ["Person", "Personen"]);
            say!(
                "{people} held: runs change nothing there; `whoswho release {} {}` lets go",
                "{people} zurückgehalten: Läufe ändern dort nichts; `whoswho release {} {}` gibt wieder frei",
                d.customer,
                person.as_deref().unwrap_or_default()
            )
        }
    });
    Ok(())
}

/// Who is meant; each may be held.
fn people(book: &Book, connection: &ConnectionRow, text: &str) -> anyhow::Result<Vec<SourceId>> {
    let people = sources_of(book, connection.id, text)?;
    if people.is_empty() {
        let slug = &book.customer.slug;
        return Err(anyhow::anyhow!(say!(
            "nobody in the tenant and no linked contact is “{text}”; `whoswho source users {slug} --search …` finds people",
            "niemand im Mandanten und kein verknüpfter Kontakt ist „{text}“; `whoswho source users {slug} --search …` findet Personen"
        )));
    }
    for person in &people {
        let has_contact = || book.contact_linked(connection.id, person).map(|found| found.is_some());
        if !may_be_person(book, connection, person)? && !has_contact()? {
            return Err(anyhow::anyhow!(no_such_person(book, person)));
        }
    }
    Ok(people)
}

/// Lets holds go with the next run. `--all` agrees to a first plan that waits.
pub fn release(app: &App, args: &ReleaseArgs) -> anyhow::Result<()> {
    let (book, connection) = app.connected(&args.customer)?;
    let held = held(&book, &connection, &args.who)?;
    let now = when::now();
    let gone = agreement::changing(&book, || Ok(book.release(connection.id, &held.chosen, now)?))?;
    let first_plan = if args.who.all { book.agree(connection.id, now)? } else { None };
    let mut told = told(&book, &connection, (&gone, held.left, first_plan))?;
    told.already = !args.who.all;
    app.answer(&told, |d| {
        d.text(say!(
            "{} released; `whoswho sync {}` applies what waited",
            "{} freigegeben; `whoswho sync {}` wendet an, was gewartet hat",
            d.count,
            d.customer
        ))
    });
    Ok(())
}

/// Keeps things as they are until people or groups change at the source.
pub fn reject(app: &App, args: &RejectArgs) -> anyhow::Result<()> {
    values::reason(&args.why)?;
    let (book, connection) = app.connected(&args.customer)?;
    let held = held(&book, &connection, &args.who)?;
    let gone = book.reject(connection.id, &held.chosen, &args.why, when::now())?;
    let told = told(&book, &connection, (&gone, held.left, None))?;
    app.answer(&told, |d| {
        d.text(say!(
            "{} rejected; everything stays as it is until it changes in Microsoft 365",
            "{} abgelehnt; alles bleibt, wie es ist, bis es sich in Microsoft 365 ändert",
            d.count
        ))
    });
    Ok(())
}

fn told(
    book: &Book,
    connection: &ConnectionRow,
    (gone, held_by_hand, first_plan): (&LetGo, usize, Option<i64>),
) -> anyhow::Result<Told> {
    let operations = show::these_holds(book, connection, &gone.operations, &[])?;
    let customer = book.customer.slug.clone();
    Ok(Told { customer, count: gone.count(), held_by_hand, first_plan, operations, already: false })
}

/// What is meant, and how much that is held by hand is not.
struct Held {
    chosen: Chosen,
    left: usize,
}

/// `--all` means the operations that are held at this moment: what a person holds, only somebody who names it lets go.
fn held(book: &Book, connection: &ConnectionRow, who: &Who) -> anyhow::Result<Held> {
    let rows = book.holds(connection.id)?;
    let by_person = rows.iter().filter(|h| h.held_by == HeldBy::Person).map(|h| h.source.clone());
    let by_hand: BTreeSet<SourceId> = book.held_people(connection.id)?.into_keys().chain(by_person).collect();
    if who.all {
        let operations = rows.into_iter().filter(|h| !h.released && !by_hand.contains(&h.source)).collect();
        return Ok(Held { chosen: Chosen { operations, ..Chosen::default() }, left: by_hand.len() });
    }
    let held: BTreeSet<SourceId> = rows.iter().map(|h| h.source.clone()).chain(by_hand).collect();
    let mut about = BTreeSet::new();
    let named =
        who.people.iter().map(|text| (text, sources_of(book, connection.id, text).map_err(Into::into)));
    let groups = who.group.iter().map(|text| (text, source_group(book, connection, text).map(|id| vec![id])));
    for (text, found) in named.chain(groups) {
        let found: Vec<SourceId> = found?.into_iter().filter(|id| held.contains(id)).collect();
        if found.is_empty() {
            let slug = &book.customer.slug;
            return Err(anyhow::anyhow!(say!(
                "nothing is held for “{text}”; `whoswho holds {slug}` lists what is",
                "für „{text}“ ist nichts zurückgehalten; `whoswho holds {slug}` zeigt, was es ist"
            )));
        }
        about.extend(found);
    }
    Ok(Held { chosen: book.held_about(connection.id, &about)?, left: 0 })
}
