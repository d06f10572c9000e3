//! Holds: operations that wait for a person.

use serde::Serialize;
use store::{Book, ConnectionRow, HoldRow, Result};

use super::words::{held_text, kind_text};
use super::{table, trimmed};
use crate::people::Names;
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
    #[serde(skip)]
    what: &'static str,
}

/// All holds of a connection.
pub fn holds(book: &Book, connection: &ConnectionRow) -> Result<Vec<HoldJson>> {
    let rows = book.holds(connection.id)?;
    let (people, contacts) = (rows.iter().map(|r| r.source.clone()), rows.iter().filter_map(|r| r.contact));
    let names = Names::of(book, Some(connection.id), people, contacts)?;
    Ok(rows.iter().map(|row| hold(book, &names, row)).collect())
}

fn hold(book: &Book, names: &Names, row: &HoldRow) -> HoldJson {
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
        what: kind_text(row.kind),
    }
}

/// Holds as a table, with what to do about them.
pub fn holds_table(holds: &[HoldJson], slug: &str) -> String {
    if holds.is_empty() {
        return "nothing is held".into();
    }
    let mut table = table(&["what", "who", "e-mail", "why it waits", "since"]);
    for h in holds {
        let state = if h.released { "released; the next run applies it" } else { h.text };
        table.add_row([
            h.what.to_owned(),
            h.name.clone().unwrap_or_else(|| h.source_id.clone()),
            h.email.clone().unwrap_or_default(),
            state.to_owned(),
            h.since.clone(),
        ]);
    }
    format!(
        "{}\n{} held; `whoswho release {slug} --all` (or a person) lets them go with the next run, \
         `whoswho reject {slug} --all` keeps the contacts",
        trimmed(&table),
        holds.len()
    )
}
