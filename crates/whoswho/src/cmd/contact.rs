//! Contacts by hand: add, set, remove, pin, unpin, link, unlink.

use clap::Subcommand;
use model::{ContactId, Field, Origin, Pin, SourceId, Timestamp, Values};
use store::{Book, BookEntry};

use super::source;
use crate::app::App;
use crate::exit::usage;
use crate::people::{entries_of, sources_of};
use crate::show;
use crate::when;

/// What to do with contacts.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Add a contact
    Add {
        customer: String,
        #[arg(required = true, value_name = "FIELD=VALUE")]
        values: Vec<String>,
    },
    /// Change fields of a contact; an empty value clears
    Set {
        customer: String,
        /// Contact id, source id or e-mail address
        person: String,
        #[arg(required = true, value_name = "FIELD=VALUE")]
        values: Vec<String>,
    },
    /// Send a contact to the bin
    Remove { customer: String, person: String },
    /// Fix a field, so that runs leave it alone
    Pin {
        customer: String,
        person: String,
        /// FIELD keeps its value, FIELD=VALUE gets another
        field: String,
        /// Why
        #[arg(long)]
        why: String,
        /// Until that day (2026-03-01) or time; without it until it is unpinned
        #[arg(long, value_parser = until)]
        until: Option<Timestamp>,
    },
    /// Let runs write a field again
    Unpin { customer: String, person: String, field: String },
    /// Tie a contact to a person of the tenant
    Link {
        customer: String,
        person: String,
        /// The person in the tenant: source id or e-mail address
        source: String,
    },
    /// Cut the tie between a contact and its person
    Unlink { customer: String, person: String },
}

fn until(text: &str) -> Result<Timestamp, String> {
    when::parse(text).ok_or_else(|| "a day such as 2026-03-01, or a time such as 2026-03-01T18:00:00Z".into())
}

/// Runs the command.
pub fn run(app: &App, command: Command) -> anyhow::Result<()> {
    match command {
        Command::Add { customer, values } => add(app, &customer, &values),
        Command::Set { customer, person, values } => {
            let (book, id) = find(app, &customer, &person)?;
            book.edit_contact(id, &fields(&values)?, when::now())?;
            shown(app, &book, id, "changed")
        }
        Command::Remove { customer, person } => {
            let (book, id) = find(app, &customer, &person)?;
            let entry = entry(&book, id)?;
            book.remove_contact(id, when::now())?;
            app.answer(&show::contact(&book, &entry.contact), |c| format!("{} is in the bin", name(c)));
            Ok(())
        }
        Command::Pin { customer, person, field, why, until } => {
            let (book, id) = find(app, &customer, &person)?;
            let (name, value) = field.split_once('=').map_or((field.as_str(), None), |(f, v)| (f, Some(v)));
            let field = self::field(name)?;
            if let Some(value) = value {
                book.edit_contact(id, &[(field, Some(multiline(field, value)))], when::now())?;
            }
            book.pin(id, &Pin { field, reason: why.into(), until })?;
            shown(app, &book, id, "pinned")
        }
        Command::Unpin { customer, person, field } => {
            let (book, id) = find(app, &customer, &person)?;
            book.unpin(id, self::field(&field)?)?;
            shown(app, &book, id, "unpinned; the next run writes what Microsoft 365 says")
        }
        Command::Link { customer, person, source } => link(app, &customer, &person, &source),
        Command::Unlink { customer, person } => {
            let (book, id) = find(app, &customer, &person)?;
            book.unlink_by_hand(id)?;
            shown(app, &book, id, "no longer linked")
        }
    }
}

fn add(app: &App, slug: &str, given: &[String]) -> anyhow::Result<()> {
    let book = app.book(slug)?;
    let mut values = Values::default();
    for (field, value) in fields(given)? {
        values.set(field, value.as_deref());
    }
    if let Some(joined) = values.joined_name() {
        values.set(Field::DisplayName, Some(&joined));
    }
    if values.get(Field::DisplayName).is_none() {
        return Err(usage("a contact needs a first_name, a last_name or a display_name"));
    }
    let id = book.add_contact(&values, Origin::Manual, when::now())?;
    shown(app, &book, id, "added")
}

fn link(app: &App, slug: &str, person: &str, source: &str) -> anyhow::Result<()> {
    let (book, connection) = source::ready(app, slug)?;
    let id = one(&book, person)?;
    let linked = entry(&book, id)?;
    if linked.linked.is_some() {
        return Err(usage(format!(
            "this contact is linked already; `whoswho contact unlink {slug} {person}` cuts that"
        )));
    }
    let mut found = sources_of(&book, connection.id, source)?;
    let taken: Vec<SourceId> = book.entries()?.into_iter().filter_map(|e| e.source).collect();
    match (found.pop(), found.len()) {
        (None, _) => Err(usage(format!(
            "nobody in the tenant is “{source}”; `whoswho source users {slug}` lists people"
        ))),
        (Some(_), 1..) => Err(usage(format!("several people have “{source}”; use a source id"))),
        (Some(user), 0) if taken.contains(&user) => {
            Err(usage(format!("{user} is linked to another contact; unlink or remove that one first")))
        }
        (Some(user), 0) => {
            book.link_by_hand(connection.id, &user, id)?;
            shown(app, &book, id, "linked; the next run updates it")
        }
    }
}

fn fields(given: &[String]) -> anyhow::Result<Vec<(Field, Option<String>)>> {
    let pair = |(name, value): (String, String)| {
        let field = field(&name)?;
        Ok((field, Some(multiline(field, &value)).filter(|v| !v.is_empty())))
    };
    super::pairs(given)?.into_iter().map(pair).collect()
}

fn field(name: &str) -> anyhow::Result<Field> {
    let names = || Field::ALL.map(Field::name).join(", ");
    Field::named(name).ok_or_else(|| usage(format!("there is no field “{name}”; the fields are {}", names())))
}

/// Business numbers are separated by commas on the command line and by lines in the book.
fn multiline(field: Field, value: &str) -> String {
    if field == Field::BusinessPhones {
        value.split(',').map(str::trim).filter(|v| !v.is_empty()).collect::<Vec<_>>().join("\n")
    } else {
        value.trim().to_owned()
    }
}

fn find(app: &App, slug: &str, person: &str) -> anyhow::Result<(Book, ContactId)> {
    let book = app.book(slug)?;
    let id = one(&book, person)?;
    Ok((book, id))
}

fn one(book: &Book, person: &str) -> anyhow::Result<ContactId> {
    let slug = &book.customer.slug;
    match entries_of(book, person)?.as_slice() {
        [entry] => Ok(entry.contact.id),
        [] => {
            Err(anyhow::anyhow!("no contact is “{person}”; `whoswho book {slug} --search …` finds contacts"))
        }
        several => {
            let ids: Vec<String> = several.iter().map(|e| book.public_id(e.contact.id).to_string()).collect();
            Err(usage(format!("several contacts have “{person}”, use an id: {}", ids.join(", "))))
        }
    }
}

fn entry(book: &Book, id: ContactId) -> anyhow::Result<BookEntry> {
    let found = book.entries()?.into_iter().find(|e| e.contact.id == id);
    found.ok_or_else(|| anyhow::anyhow!("the contact is gone"))
}

fn shown(app: &App, book: &Book, id: ContactId, done: &str) -> anyhow::Result<()> {
    let id = book.public_id(id).to_string();
    let found = show::contacts(book)?.into_iter().find(|c| c.id == id);
    let contact = found.ok_or_else(|| anyhow::anyhow!("the contact is gone"))?;
    app.answer(&contact, |c| format!("{} ({}): {done}", name(c), c.id));
    Ok(())
}

fn name(contact: &show::ContactJson) -> &str {
    contact.display_name.as_deref().or(contact.email.as_deref()).unwrap_or("the contact")
}
