//! Holds: operations that wait for a person.

use model::ContactId;
use model::plan::HeldBy;
use serde::Serialize;
use store::{Book, ConnectionRow, HeldPerson, HoldRow, Result};

use super::words::{held_text, kind_text};
use super::{table, trimmed};
use crate::people::Names;
use crate::texts::{pick, say};
use crate::when;

/// A held operation.
#[derive(Debug, Clone, Serialize)]
pub struct HoldJson {
    pub kind: &'static str,
    pub contact: Option<String>,
    pub source_id: String,
    pub name: Option<String>,
    pub email: Option<String>,
    pub held_by: &'static str,
    pub text: &'static str,
    pub since: String,
    pub released: bool,
    /// Why a person holds this person.
    pub why: Option<String>,
    #[serde(skip)]
    what: &'static str,
    #[serde(skip)]
    since_shown: String,
}

/// All holds of a connection.
pub fn holds(book: &Book, connection: &ConnectionRow) -> Result<Vec<HoldJson>> {
    let rows = book.holds(connection.id)?;
    let held = book.held_people(connection.id)?;
    let people = rows.iter().map(|r| &r.source).chain(held.keys()).cloned();
    let mut contacts: Vec<ContactId> = rows.iter().filter_map(|r| r.contact).collect();
    for source in held.keys() {
        contacts.extend(book.contact_linked(connection.id, source)?);
    }
    let names = Names::of(book, Some(connection.id), people, contacts.into_iter())?;
    let mut holds: Vec<HoldJson> = rows.iter().map(|r| hold(book, &names, r, held.get(&r.source))).collect();
    // Whom a person holds while no plan asks for anything about them.
    for (source, person) in held.iter().filter(|(source, _)| !rows.iter().any(|r| r.source == **source)) {
        let contact = book.contact_linked(connection.id, source)?;
        let (name, email) = names.name_and_email(source, contact);
        holds.push(HoldJson {
            kind: "any",
            contact: contact.map(|c| book.public_id(c).to_string()),
            source_id: source.to_string(),
            name,
            email,
            held_by: HeldBy::Person.name(),
            text: held_text(HeldBy::Person),
            since: when::rfc3339(person.since),
            released: false,
            why: Some(person.why.clone()).filter(|w| !w.is_empty()),
            what: pick("anything", "alles"),
            since_shown: when::short(person.since),
        });
    }
    Ok(holds)
}

fn hold(book: &Book, names: &Names, row: &HoldRow, person: Option<&HeldPerson>) -> HoldJson {
    let (name, email) = names.name_and_email(&row.source, row.contact);
    HoldJson {
        kind: row.kind.name(),
        contact: row.contact.map(|c| book.public_id(c).to_string()),
        source_id: row.source.to_string(),
        name,
        email,
        held_by: row.held_by.name(),
        text: held_text(row.held_by),
        since: when::rfc3339(row.since),
        released: row.released,
        why: person.map(|p| p.why.clone()).filter(|w| !w.is_empty()),
        what: kind_text(row.kind),
        since_shown: when::short(row.since),
    }
}

/// Holds as a table, with what to do about them.
pub fn holds_table(holds: &[HoldJson], slug: &str) -> String {
    if holds.is_empty() {
        return pick("nothing is held", "nichts ist angehalten").into();
    }
    let mut table = table(&[
        pick("what", "was"),
        pick("who", "wer"),
        pick("e-mail", "E-Mail"),
        pick("why it waits", "warum es wartet"),
        pick("since (UTC)", "seit (UTC)"),
        pick("id", "Kennung"),
    ]);
    for h in holds {
        let state = match &h.why {
            _ if h.released => {
                pick("released; the next run applies it", "freigegeben; der nächste Lauf wendet es an")
                    .to_owned()
            }
            Some(why) => format!("{}: {why}", h.text),
            None => h.text.to_owned(),
        };
        table.add_row([
            h.what.to_owned(),
            h.name.clone().unwrap_or_else(|| h.source_id.clone()),
            h.email.clone().unwrap_or_default(),
            state,
            h.since_shown.clone(),
            h.contact.clone().unwrap_or_else(|| h.source_id.clone()),
        ]);
    }
    let (rows, n) = (trimmed(&table), holds.len());
    say!(
        "{rows}\n{n} held; `whoswho release {slug} --all` (or a person; who is held by hand only so) lets them go with the \
         next run, `whoswho reject {slug} --all` keeps the contacts",
        "{rows}\n{n} angehalten; `whoswho release {slug} --all` (oder eine Person; von Hand Angehaltene nur so) gibt sie für \
         den nächsten Lauf frei, `whoswho reject {slug} --all` behält die Kontakte"
    )
}
