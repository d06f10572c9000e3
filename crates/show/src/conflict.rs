//! What an undo leaves alone, and why.

use model::Field;
use serde::Serialize;
use store::{Book, Clash, Conflict};
use sync::UndoReport;

use crate::people::Names;
use crate::texts::{pick, say};
use crate::words::kind_text;

/// What an undo leaves alone.
#[derive(Debug, Serialize)]
pub struct ConflictJson {
    pub kind: &'static str,
    pub source_id: String,
    pub contact: Option<String>,
    /// Null where neither contact nor person is known any more.
    pub name: Option<String>,
    pub why: &'static str,
    pub fields: Vec<&'static str>,
    #[serde(skip)]
    what: &'static str,
    #[serde(skip)]
    text: &'static str,
    #[serde(skip)]
    email: Option<String>,
}

/// What an undo left alone.
pub fn conflicts(book: &Book, done: &UndoReport) -> store::Result<Vec<ConflictJson>> {
    let connection = book.connection()?.map(|c| c.id);
    let (people, contacts) =
        (done.conflicts.iter().map(|c| c.source.clone()), done.conflicts.iter().filter_map(|c| c.contact));
    let names = Names::of(book, connection, people, contacts)?;
    Ok(done.conflicts.iter().map(|c| conflict(book, &names, c)).collect())
}

/// The same in sentences, with fields by the names that `named` gives them.
pub fn conflict_lines(conflicts: &[ConflictJson], named: impl Fn(Field) -> String) -> Vec<String> {
    let line = |c: &ConflictJson| {
        let who = match (&c.name, &c.email) {
            (Some(name), Some(email)) => format!("{name} ({email})"),
            (Some(one), None) | (None, Some(one)) => one.clone(),
            (None, None) => c.contact.as_ref().unwrap_or(&c.source_id).clone(),
        };
        let fields: Vec<String> = c.fields.iter().filter_map(|name| Field::named(name)).map(&named).collect();
        let fields = if fields.is_empty() { String::new() } else { format!(" ({})", fields.join(", ")) };
        say!("  left alone: {} of {who}: {}{fields}", "  unberührt: {} von {who}: {}{fields}", c.what, c.text)
    };
    conflicts.iter().map(line).collect()
}

fn conflict(book: &Book, names: &Names, conflict: &Conflict) -> ConflictJson {
    let (name, email) = names.name_and_email(&conflict.source, conflict.contact);
    let (why, text) = match &conflict.why {
        Clash::Fields(_) => ("fields_changed_since", pick("changed since", "seither geändert")),
        Clash::Changed => {
            ("changed_since", pick("the contact was changed since", "der Kontakt wurde seither geändert"))
        }
        Clash::Purged => {
            ("left_the_bin", pick("the contact has left the bin", "der Kontakt ist nicht mehr im Papierkorb"))
        }
        Clash::Moved => (
            "not_where_the_run_left_it",
            pick(
                "the contact or group is not where the run left it",
                "Kontakt oder Gruppe ist nicht mehr, wo der Lauf sie ließ",
            ),
        ),
        Clash::Relinked => {
            ("linked_anew", pick("the link was changed since", "die Verknüpfung wurde seither geändert"))
        }
        Clash::KeptOut => ("kept_out", pick("the person must not come back", "die Person darf nicht zurück")),
        Clash::Held => ("held_by_hand", pick("is held by hand", "wird von Hand zurückgehalten")),
    };
    let fields = match &conflict.why {
        Clash::Fields(fields) => fields.iter().map(|f| f.name()).collect(),
        Clash::Changed | Clash::Purged | Clash::Moved | Clash::Relinked | Clash::KeptOut | Clash::Held => {
            Vec::new()
        }
    };
    ConflictJson {
        kind: conflict.kind.name(),
        what: kind_text(conflict.kind),
        source_id: conflict.source.to_string(),
        contact: conflict.contact.map(|c| book.public_id(c).to_string()),
        name: conflict.group.clone().or(name),
        why,
        fields,
        text,
        email,
    }
}
