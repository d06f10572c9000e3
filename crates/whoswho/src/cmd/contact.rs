//! Contacts by hand: add, set, remove, pin, unpin, link, unlink, import, and what happened to them.

use clap::Subcommand;
use model::policy::{OnLocalEmailChange, Ownership};
use model::{ContactId, Field, Key, Origin, Pin, SourceId, Timestamp, Values};
use store::{Book, BookEntry, ConnectionRow};

use super::values::{field, fields, value_of};
use super::{history, source};
use crate::app::App;
use crate::exit::usage;
use crate::out;
use crate::texts::{pick, say};
use crate::zone::parse_of;
use show::people::{
    entries_of, in_the_bin, may_be_person, no_such_person, people_told_apart, sources_of, told_apart,
};
use show::values::{BadNames, check_names};
use show::when;

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
        /// Until that day (2026-03-01, in the customer's time zone) or time; without it until it is unpinned
        #[arg(long)]
        until: Option<String>,
    },
    /// Let runs write a field again
    Unpin { customer: String, person: String, field: String },
    /// Link a contact to a person of the tenant
    Link {
        customer: String,
        person: String,
        /// The person in the tenant: source id or e-mail address
        source: String,
    },
    /// Cut the link between a contact and its person
    Unlink { customer: String, person: String },
    /// Show what happened to a contact
    History { customer: String, person: String },
    /// Add contacts from a CSV file, or change those that are there; all of them or none
    Import(super::csv_import::Args),
    /// List the imports of the last thirty days
    Imports { customer: String },
    /// Take an import back: what it made goes to the bin, what it changed says again what it said before
    ImportUndo {
        customer: String,
        /// The import's number
        import: i64,
        /// Only show what that would do
        #[arg(long)]
        plan: bool,
    },
    /// Erase a person everywhere and for good; no run, undo or restored backup brings them back
    Erase(super::erase::Args),
}

/// The end of a pin, which is to come.
fn until(book: &Book, text: &str) -> anyhow::Result<Timestamp> {
    let at = parse_of(book, text)?.ok_or_else(|| {
        usage(say!(
            "“{text}” is no end; --until takes a day such as 2026-03-01, or a time such as 2026-03-01T18:00:00Z",
            "„{text}“ ist kein Ende; --until nimmt einen Tag wie 2026-03-01 oder eine Zeit wie 2026-03-01T18:00:00Z"
        ))
    })?;
    if at <= when::now() {
        return Err(usage(pick(
            "--until has passed already; it takes a day to come",
            "--until ist schon vorbei; möglich ist ein Tag, der noch kommt",
        )));
    }
    Ok(at)
}

/// Runs the command.
pub fn run(app: &App, command: Command) -> anyhow::Result<()> {
    match command {
        Command::Add { customer, values } => add(app, &customer, &values),
        Command::Set { customer, person, values } => {
            let (book, entry) = find(app, &customer, &person)?;
            let (id, changes) = (entry.contact.id, fields(&values)?);
            changeable(&entry.contact.values, &changes)?;
            book.edit_contact(id, &changes, when::now())?;
            shown(app, &book, id, pick("changed", "geändert"))?;
            say_who_shares(&book, id, &changes)?;
            say_who_owns(&book, &entry, &changes)
        }
        Command::Remove { customer, person } => {
            let (book, entry) = find(app, &customer, &person)?;
            book.remove_contact(entry.contact.id, when::now())?;
            let again = entry.linked.is_some() && entry.contact.left_at.is_none();
            app.answer(&show::contact(&book, &entry.contact), |c| {
                let done = say!("{} is in the bin", "{} ist im Papierkorb", name(c));
                if again { format!("{done}; {}", comes_back(&customer, &entry)) } else { done }
            });
            Ok(())
        }
        Command::Pin { customer, person, field, why, until } => {
            let pin = Pinned { person: &person, field: &field, why: &why, until: until.as_deref() };
            self::pin(app, &customer, &pin)
        }
        Command::Unpin { customer, person, field } => unpin(app, &customer, &person, &field),
        Command::Import(args) => super::csv_import::run(app, &args).map(drop),
        Command::Imports { customer } => super::csv_import::list(app, &customer),
        Command::ImportUndo { customer, import, plan } => {
            super::csv_import::undo(app, &customer, import, plan)
        }
        Command::Erase(args) => super::erase::run(app, &args),
        Command::Link { customer, person, source } => link(app, &customer, &person, &source),
        Command::Unlink { customer, person } => {
            let (book, entry) = find(app, &customer, &person)?;
            if entry.linked.is_none() {
                anyhow::bail!(pick("this contact is not linked", "dieser Kontakt ist nicht verknüpft"));
            }
            book.unlink_by_hand(entry.contact.id, when::now())?;
            shown(app, &book, entry.contact.id, pick("no longer linked", "nicht mehr verknüpft"))
        }
        Command::History { customer, person } => history::run(app, &customer, &person),
    }
}

/// Lets runs write a field again.
fn unpin(app: &App, slug: &str, person: &str, field: &str) -> anyhow::Result<()> {
    let (book, entry) = find(app, slug, person)?;
    let (id, field) = (entry.contact.id, self::field(field)?);
    if !book.unpin(id, field, when::now())? {
        anyhow::bail!(say!(
            "{} of this contact was not pinned",
            "{} dieses Kontakts war kein Festwert",
            field.name()
        ));
    }
    let done = pick(
        "unpinned; the next run writes what Microsoft 365 says",
        "kein Festwert mehr; der nächste Lauf schreibt, was Microsoft 365 sagt",
    );
    shown(app, &book, id, done)
}

/// That the next run brings a removed contact back, and what keeps its person out.
fn comes_back(slug: &str, entry: &BookEntry) -> String {
    let person = entry.source.as_ref().map(SourceId::to_string).unwrap_or_default();
    say!(
        "the next run brings it back as long as its person is in scope; `whoswho scope add {slug} exclude {person}` keeps the \
         person out",
        "der nächste Lauf holt den Kontakt zurück, solange die Person dazu im Personenkreis ist; \
         `whoswho scope add {slug} exclude {person}` hält diese Person heraus"
    )
}

/// What is to be fixed, and for how long.
struct Pinned<'a> {
    person: &'a str,
    /// `FIELD` or `FIELD=VALUE`.
    field: &'a str,
    why: &'a str,
    until: Option<&'a str>,
}

fn pin(app: &App, slug: &str, given: &Pinned<'_>) -> anyhow::Result<()> {
    let why = super::values::reason_given(given.why)?;
    let (book, entry) = find(app, slug, given.person)?;
    let until = given.until.map(|text| until(&book, text)).transpose()?;
    let id = entry.contact.id;
    let (name, value) = given.field.split_once('=').map_or((given.field, None), |(f, v)| (f, Some(v)));
    let field = self::field(name)?;
    let value = value.map(|value| Ok::<_, anyhow::Error>((field, value_of(field, value)?))).transpose()?;
    if let Some(value) = &value {
        changeable(&entry.contact.values, std::slice::from_ref(value))?;
    } else if field == Field::DisplayName && entry.contact.values.joined_name().is_some() {
        return Err(joined());
    }
    book.pin_to(id, &Pin { field, reason: why.into(), until }, value.as_ref(), when::now())?;
    shown(app, &book, id, pick("pinned", "als Festwert gesetzt"))
}

fn add(app: &App, slug: &str, given: &[String]) -> anyhow::Result<()> {
    let book = app.book(slug)?;
    let mut values = Values::default();
    let given = fields(given)?;
    changeable(&values, &given)?;
    for (field, value) in &given {
        values.set(*field, value.as_deref());
    }
    if let Some(joined) = values.joined_name() {
        values.set(Field::DisplayName, Some(&joined));
    }
    if values.get(Field::DisplayName).is_none() {
        return Err(nameless());
    }
    let id = book.add_contact(&values, Origin::Manual, when::now())?;
    shown(app, &book, id, pick("added", "angelegt"))?;
    say_who_shares(&book, id, &given)
}

/// Says who else has the address that was typed: both may be right, but then no run links either to a person of the tenant.
fn say_who_shares(book: &Book, id: ContactId, changes: &[(Field, Option<String>)]) -> anyhow::Result<()> {
    let typed =
        changes.iter().rfind(|(field, _)| *field == Field::Email).and_then(|(_, value)| value.as_deref());
    let Some(key) = typed.and_then(Key::of) else { return Ok(()) };
    let ids: Vec<ContactId> =
        book.entries_by_key(&key)?.iter().map(|e| e.contact.id).filter(|o| *o != id).collect();
    if !ids.is_empty() {
        let all = told_apart(book, &ids)?;
        out::note(&say!(
            "this e-mail address is in the book already:{all}",
            "diese E-Mail-Adresse steht schon im Kontaktbuch:{all}"
        ));
    }
    Ok(())
}

/// Refuses names that cannot be kept so.
fn changeable(values: &Values, changes: &[(Field, Option<String>)]) -> anyhow::Result<()> {
    check_names(values, changes).map_err(|why| match why {
        BadNames::Follows => joined(),
        BadNames::Nameless => nameless(),
    })
}

/// The display name is no field of its own where there is a first or last name: what is typed there would be lost.
fn joined() -> anyhow::Error {
    usage(pick(
        "display_name is first_name and last_name as long as the contact has either; change those, or clear both \
         (first_name= last_name=) to give it a display_name of its own",
        "display_name ist first_name und last_name, solange der Kontakt eines davon hat; diese ändern, oder beide leeren \
         (first_name= last_name=), um ihm einen eigenen display_name zu geben",
    ))
}

fn nameless() -> anyhow::Error {
    usage(pick(
        "a contact needs a first_name, a last_name or a display_name",
        "ein Kontakt braucht first_name, last_name oder display_name",
    ))
}

fn link(app: &App, slug: &str, person: &str, source: &str) -> anyhow::Result<()> {
    let (book, connection) = source::ready(app, slug)?;
    let entry = only(&book, person)?;
    let id = entry.contact.id;
    if entry.linked.is_some() {
        anyhow::bail!(say!(
            "this contact is linked already; `whoswho contact unlink {slug} {person}` cuts that",
            "dieser Kontakt ist schon verknüpft; `whoswho contact unlink {slug} {person}` löst das"
        ));
    }
    let found = sources_of(&book, connection.id, source)?;
    let user = match found.as_slice() {
        [] => anyhow::bail!(say!(
            "nobody in the tenant is “{source}”; `whoswho source users {slug}` lists people",
            "niemand im Mandanten ist „{source}“; `whoswho source users {slug}` zeigt Personen"
        )),
        [user] => user,
        several => {
            let all = people_told_apart(&book, connection.id, several)?;
            return Err(usage(say!(
                "several people have “{source}”, name one by its id:{all}",
                "mehrere Personen haben „{source}“, bitte die Kennung von einer nennen:{all}"
            )));
        }
    };
    free(&book, &connection, user)?;
    book.link_by_hand(connection.id, user, id, when::now())?;
    let next = pick("linked; the next run updates it", "verknüpft; der nächste Lauf aktualisiert ihn");
    shown(app, &book, id, next)
}

/// Refuses to link to somebody whom the tenant does not have, who is kept out, or who has a contact.
fn free(book: &Book, connection: &ConnectionRow, user: &SourceId) -> anyhow::Result<()> {
    let slug = &book.customer.slug;
    if let Some(contact) = book.contact_linked(connection.id, user)? {
        let id = book.public_id(contact);
        if book.entry(contact)?.is_some() {
            anyhow::bail!(say!(
                "{user} is linked to another contact, {id}; `whoswho contact unlink {slug} {id}` cuts that first",
                "{user} ist mit einem anderen Kontakt verknüpft, {id}; `whoswho contact unlink {slug} {id}` löst das zuerst"
            ));
        }
        anyhow::bail!(say!(
            "the contact of {user} lies in the bin; `whoswho bin restore {slug} {id}` brings it back; to link another one \
             instead, `whoswho contact unlink {slug} {id}` after that",
            "der Kontakt von {user} liegt im Papierkorb; `whoswho bin restore {slug} {id}` holt ihn zurück; um stattdessen \
             einen anderen zu verknüpfen, danach `whoswho contact unlink {slug} {id}`"
        ));
    }
    if book.kept_out()?.iter().any(|row| row.source == *user) {
        anyhow::bail!(say!(
            "{user} is kept out; `whoswho kept-out remove {slug} {user}` lets this person back in first",
            "{user} ist ausgeschlossen; `whoswho kept-out remove {slug} {user}` lässt diese Person zuerst wieder zu"
        ));
    }
    if may_be_person(book, connection, user)? {
        Ok(())
    } else {
        Err(anyhow::anyhow!(no_such_person(book, user)))
    }
}

/// Says which of the changed fields will not stay, and which pins have a new value.
fn say_who_owns(book: &Book, entry: &BookEntry, changes: &[(Field, Option<String>)]) -> anyhow::Result<()> {
    let (policy, slug) = (book.policy()?, &book.customer.slug);
    // By its id: the address that was typed may be among what was changed.
    let id = book.public_id(entry.contact.id);
    for (field, _) in changes {
        let (name, pin) = (field.name(), entry.contact.pins.iter().find(|p| p.field == *field));
        if let Some(pin) = pin.filter(|p| p.holds(when::now())) {
            out::note(&say!(
                "{name} is pinned (“{}”); the pin holds the new value from now on",
                "{name} ist ein Festwert („{}“); ab jetzt gilt darin der neue Wert",
                pin.reason
            ));
        } else if entry.linked.is_none() || entry.contact.left_at.is_some() {
            // Nothing writes to it.
        } else if *field == Field::Email && policy.on_local_email_change == OnLocalEmailChange::CreateNew {
            out::note(pick(
                "the next run makes a new contact for this person and leaves this one to you",
                "der nächste Lauf legt für diese Person einen neuen Kontakt an und überlässt diesen Ihnen",
            ));
        } else if policy.ownership(*field) == Ownership::Always {
            out::note(&say!(
                "Microsoft 365 owns {name}; the next run writes its value again; \
                 `whoswho contact pin {slug} {id} {name} --why …` keeps yours",
                "{name} gehört Microsoft 365; der nächste Lauf schreibt dessen Wert wieder; \
                 `whoswho contact pin {slug} {id} {name} --why …` behält Ihren"
            ));
        }
    }
    Ok(())
}

fn find(app: &App, slug: &str, person: &str) -> anyhow::Result<(Book, BookEntry)> {
    let book = app.book(slug)?;
    let entry = only(&book, person)?;
    Ok((book, entry))
}

/// The one contact that a PERSON means.
pub fn one(book: &Book, person: &str) -> anyhow::Result<ContactId> {
    Ok(only(book, person)?.contact.id)
}

fn only(book: &Book, person: &str) -> anyhow::Result<BookEntry> {
    let (slug, mut found) = (&book.customer.slug, entries_of(book, person)?);
    if found.is_empty()
        && let Some(there) = in_the_bin(book, person)?
    {
        anyhow::bail!(there);
    }
    match (found.pop(), found.len()) {
        (Some(entry), 0) => Ok(entry),
        (None, _) => Err(anyhow::anyhow!(say!(
            "no contact is “{person}”; `whoswho book {slug} --search …` finds contacts",
            "kein Kontakt ist „{person}“; `whoswho book {slug} --search …` findet Kontakte"
        ))),
        (Some(last), _) => {
            found.push(last);
            let ids: Vec<ContactId> = found.iter().map(|e| e.contact.id).collect();
            let all = told_apart(book, &ids)?;
            Err(usage(say!(
                "several contacts have “{person}”, name one by its id:{all}",
                "mehrere Kontakte haben „{person}“, bitte die Kennung von einem nennen:{all}"
            )))
        }
    }
}

fn shown(app: &App, book: &Book, id: ContactId, done: &str) -> anyhow::Result<()> {
    let entry = book
        .entry(id)?
        .ok_or_else(|| anyhow::anyhow!(pick("the contact is gone", "den Kontakt gibt es nicht mehr")))?;
    app.answer(&show::of_entry(book, &entry), |c| format!("{} ({}): {done}", name(c), c.id));
    Ok(())
}

fn name(contact: &show::ContactJson) -> &str {
    contact.display_name.as_deref().or(contact.email.as_deref()).unwrap_or(pick("the contact", "der Kontakt"))
}
