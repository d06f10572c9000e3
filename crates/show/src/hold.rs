//! Holds: operations that wait for a person.

use std::collections::BTreeMap;

use model::plan::HeldBy;
use model::source::{Presence, SourceGroup};
use model::{ContactId, SourceId};
use serde::Serialize;
use store::{Book, ConnectionRow, HeldPerson, HoldRow, Result};

use super::words::{held_text, kind_text};
use super::{Column, table};
use crate::people::Names;
use crate::texts::{pick, say};
use crate::when;

/// A held operation.
#[derive(Debug, Clone, Serialize)]
pub struct HoldJson {
    pub kind: &'static str,
    /// `person` or `group`.
    pub about: &'static str,
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
    /// What would be done.
    #[serde(skip)]
    pub what: &'static str,
    #[serde(skip)]
    since_shown: String,
}

/// All holds of a connection.
pub fn holds(book: &Book, connection: &ConnectionRow) -> Result<Vec<HoldJson>> {
    // What a person holds while no plan asks for anything about it, or while the guard holds it as well.
    let beside = book.held_beside_plans(connection.id)?;
    these_holds(book, connection, &book.holds(connection.id)?, &beside)
}

/// These holds, and behind them people and source groups that a person holds though no plan asks for anything about them.
pub fn these_holds(
    book: &Book,
    connection: &ConnectionRow,
    rows: &[HoldRow],
    beside: &[SourceId],
) -> Result<Vec<HoldJson>> {
    let held = book.held_people(connection.id)?;
    let teller = Teller::of(book, connection, rows, beside, &held)?;
    let mut holds: Vec<HoldJson> = rows.iter().map(|r| teller.row(r)).collect();
    for source in beside {
        if let Some(person) = held.get(source) {
            holds.push(teller.by_hand(source, person)?);
        }
    }
    Ok(holds)
}

/// What it takes to tell of holds.
struct Teller<'a> {
    book: &'a Book,
    connection: &'a ConnectionRow,
    held: &'a BTreeMap<SourceId, HeldPerson>,
    names: Names,
    groups: BTreeMap<SourceId, (SourceGroup, Presence)>,
}

impl<'a> Teller<'a> {
    fn of(
        book: &'a Book,
        connection: &'a ConnectionRow,
        rows: &[HoldRow],
        beside: &[SourceId],
        held: &'a BTreeMap<SourceId, HeldPerson>,
    ) -> Result<Self> {
        let about = || rows.iter().map(|r| &r.source).chain(beside).cloned();
        let mut contacts: Vec<ContactId> = rows.iter().filter_map(|r| r.contact).collect();
        for source in beside {
            contacts.extend(book.contact_linked(connection.id, source)?);
        }
        let names = Names::of(book, Some(connection.id), about(), contacts.into_iter())?;
        let groups = book.mirror_groups(connection.id, &about().collect::<Vec<_>>())?;
        Ok(Self { book, connection, held, names, groups })
    }

    fn about(&self, source: &SourceId) -> &'static str {
        if self.groups.contains_key(source) { "group" } else { "person" }
    }

    fn name_and_email(
        &self,
        source: &SourceId,
        contact: Option<ContactId>,
    ) -> (Option<String>, Option<String>) {
        match self.groups.get(source) {
            Some((group, _)) => (Some(group.name.to_string()), None),
            None => self.names.name_and_email(source, contact),
        }
    }

    fn row(&self, row: &HoldRow) -> HoldJson {
        let (name, email) = self.name_and_email(&row.source, row.contact);
        let person = self.held.get(&row.source).filter(|_| row.held_by == HeldBy::Person);
        let why = person.map(|p| p.why.clone()).filter(|w| !w.is_empty());
        HoldJson {
            kind: row.kind.name(),
            about: self.about(&row.source),
            contact: row.contact.map(|c| self.book.public_id(c).to_string()),
            source_id: row.source.to_string(),
            name,
            email,
            held_by: row.held_by.name(),
            text: held_text(row.held_by),
            since: when::rfc3339(row.since),
            released: row.released,
            why,
            what: kind_text(row.kind),
            since_shown: when::short(row.since),
        }
    }

    fn by_hand(&self, source: &SourceId, person: &HeldPerson) -> Result<HoldJson> {
        let contact = self.book.contact_linked(self.connection.id, source)?;
        let (name, email) = self.name_and_email(source, contact);
        Ok(HoldJson {
            kind: "any",
            about: self.about(source),
            contact: contact.map(|c| self.book.public_id(c).to_string()),
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
        })
    }
}

/// Holds as a table, with what to do about them.
pub fn holds_table(holds: &[HoldJson], slug: &str) -> String {
    if holds.is_empty() {
        return pick("nothing is held", "nichts ist zurückgehalten").into();
    }
    let (rows, n) = (hold_lines(holds), holds.len());
    let by_hand = |h: &HoldJson| h.held_by == HeldBy::Person.name();
    // `--all` leaves what is held by hand, so it is no advice where there is nothing else.
    if holds.iter().all(by_hand) {
        let about = |h: &HoldJson| {
            if h.about == "group" { format!("--group {}", h.source_id) } else { h.source_id.clone() }
        };
        let who = match holds {
            [one] => about(one),
            _ => "PERSON".to_owned(),
        };
        let or = match holds {
            [_] => "",
            _ => pick(" (or --group GROUP)", " (oder --group GRUPPE)"),
        };
        return say!(
            "{rows}\n{n} held by hand; `whoswho release {slug} {who}`{or} lets go",
            "{rows}\n{n} von Hand zurückgehalten; `whoswho release {slug} {who}`{or} gibt frei"
        );
    }
    say!(
        "{rows}\n{n} held; `whoswho release {slug} --all` (or a person, or --group; what is held by hand only so) lets them go \
         with the next run, `whoswho reject {slug} --all` keeps everything as it is",
        "{rows}\n{n} zurückgehalten; `whoswho release {slug} --all` (oder eine Person, oder --group; von Hand Zurückgehaltenes nur so) gibt \
         sie für den nächsten Lauf frei, `whoswho reject {slug} --all` lässt alles, wie es ist"
    )
}

/// Holds as a table.
pub fn hold_lines(holds: &[HoldJson]) -> String {
    let mut table = table(&[
        Column::Text(pick("what", "was")),
        Column::Name(pick("who", "wer")),
        Column::Name(pick("e-mail", "E-Mail")),
        Column::Text(pick("why it waits", "warum es wartet")),
        Column::Whole(pick("since (UTC)", "seit (UTC)")),
        Column::Whole(pick("id", "Kennung")),
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
    table.text()
}
