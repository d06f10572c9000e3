//! New and changed contacts: one row or many, with the search index and the change log.

use model::ids::{ContactId, CustomerId};
use model::order::{SORTING, sort_key};
use model::plan::FieldChange;
use model::{Contact, Field, Origin, RunId, Timestamp, Values};

use super::{Whose, count};
use crate::db::{Bulk, List, Param, Tx, Type, Verb, params};
use crate::error::Result;
use crate::history::Pen;
use crate::search;

/// A new contact as a run or a person writes it.
const INSERT: Bulk = Bulk {
    table: "contact",
    columns: &[
        ("id", Type::Int),
        ("key_digest", Type::Int),
        ("origin", Type::Text),
        ("left_at", Type::Int),
        ("updated_at", Type::Int),
        ("created_run", Type::Int),
        ("first_name", Type::Text),
        ("last_name", Type::Text),
        ("display_name", Type::Text),
        ("email", Type::Text),
        ("job_title", Type::Text),
        ("department", Type::Text),
        ("company", Type::Text),
        ("office", Type::Text),
        ("mobile", Type::Text),
        ("business_phones", Type::Text),
        ("site", Type::Text),
        ("sort_key", Type::Text),
    ],
    verb: Verb::Insert { on_conflict: "" },
};

/// A new contact's parts.
#[derive(Clone)]
pub(crate) struct NewContact<'a> {
    pub id: ContactId,
    pub origin: Origin,
    pub values: &'a Values,
    pub at: Timestamp,
    pub run: Option<RunId>,
}

/// Writes new contacts of one customer and indexes them; that a run made them stands in their rows, so nothing is logged.
pub(crate) fn insert<'a>(
    tx: &mut Tx<'_>,
    customer: CustomerId,
    new: impl Iterator<Item = NewContact<'a>> + Clone,
) -> Result<()> {
    let (n, whose) = insert_uncounted(tx, customer, new)?;
    count(tx, customer, whose, n)
}

/// The same for a transaction that goes on and counts at its end; answers how many and whose they are.
pub(crate) fn insert_uncounted<'a>(
    tx: &mut Tx<'_>,
    customer: CustomerId,
    new: impl Iterator<Item = NewContact<'a>> + Clone,
) -> Result<(i64, Whose)> {
    search::fill(tx, customer, new.clone().map(|contact| (contact.id, contact.values)))?;
    let (mut n, mut whose) = (0, Whose::Hand);
    let mut bulk = tx.bulk(&INSERT)?;
    for contact in new {
        bulk.row(|v| {
            v.int(contact.id.get());
            v.opt_int(contact.values.key().map(|k| k.digest()));
            v.text(contact.origin.name());
            v.opt_int(None);
            v.int(contact.at.0);
            v.opt_int(contact.run.map(|r| r.0));
            for field in Field::ALL {
                v.opt_text(contact.values.get(field));
            }
            v.text(&sort_key(contact.values));
        })?;
        n += 1;
        whose = if contact.run.is_some() { Whose::Run } else { Whose::Hand };
    }
    bulk.finish()?;
    Ok((n, whose))
}

/// Counts a contact's links again: it is back in the book, and they had stayed. Links that come and go and contacts that
/// leave are counted by the database itself.
pub(crate) fn count_links_of(tx: &mut Tx<'_>, id: ContactId) -> Result<()> {
    let sql = "INSERT INTO link_count (connection, linked) \
               SELECT connection, COUNT(*) FROM link WHERE contact = $1 GROUP BY connection \
               ON CONFLICT (connection) DO UPDATE SET linked = link_count.linked + excluded.linked";
    tx.exec(sql, params![id.get()]).map(drop)
}

/// Whether changes may be written: every value is still what the plan saw.
pub(crate) fn agrees(contact: &Contact, changes: &[FieldChange]) -> bool {
    changes.iter().all(|c| contact.values.get(c.field) == c.before.as_deref())
}

/// Writes changed values.
pub(crate) fn write_changes(
    tx: &mut Tx<'_>,
    pen: &mut Pen,
    contact: &mut Contact,
    changes: &[FieldChange],
) -> Result<()> {
    if changes.is_empty() {
        return Ok(());
    }
    let (before, at) = (contact.values.clone(), pen.at());
    for change in changes {
        contact.values.set(change.field, change.after.as_deref());
    }
    contact.updated_at = at;
    pen.changed(tx, contact.id, (&before, &contact.values), changes)?;
    let columns = changes.iter().enumerate().map(|(at, c)| format!("{} = ${}", c.field.name(), at + 5));
    let sql = format!(
        "UPDATE contact SET updated_at = $2, key_digest = $3, sort_key = $4, {} WHERE id = $1",
        columns.collect::<Vec<_>>().join(", ")
    );
    let key = contact.values.key().map(|k| k.digest());
    let sorted = sort_key(&contact.values);
    let mut values = params![contact.id.get(), at.0, key, &sorted].to_vec();
    values.extend(changes.iter().map(|c| Param::from(c.after.as_deref())));
    tx.exec(&sql, &values).map(drop)
}

/// Whether changed contacts have another name or address than before.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Naming {
    /// They do not.
    Same,
    /// They may.
    Changed,
}

impl Naming {
    /// Of a contact that these changes change.
    pub(crate) fn after(changes: &[FieldChange]) -> Self {
        if changes.iter().any(|c| SORTING.contains(&c.field)) { Self::Changed } else { Self::Same }
    }
}

/// New values of contacts whose name or address changes; the last columns are what finds and sorts them.
const KEYED_VALUES: &[(&str, Type)] = &[
    ("id", Type::Int),
    ("updated_at", Type::Int),
    ("first_name", Type::Text),
    ("last_name", Type::Text),
    ("display_name", Type::Text),
    ("email", Type::Text),
    ("job_title", Type::Text),
    ("department", Type::Text),
    ("company", Type::Text),
    ("office", Type::Text),
    ("mobile", Type::Text),
    ("business_phones", Type::Text),
    ("site", Type::Text),
    ("key_digest", Type::Int),
    ("sort_key", Type::Text),
];

/// New values of contacts whose name and address stay, so that no index is touched.
const VALUES: &[(&str, Type)] = match KEYED_VALUES {
    [values @ .., _, _] => values,
    _ => &[],
};

/// Writes the values of contacts that are there.
pub(crate) fn write_contacts(tx: &mut Tx<'_>, contacts: &[Contact], naming: Naming) -> Result<()> {
    if contacts.is_empty() {
        return Ok(());
    }
    let columns = match naming {
        Naming::Same => VALUES,
        Naming::Changed => KEYED_VALUES,
    };
    let spec = Bulk { table: "contact", columns, verb: Verb::Update { keys: 1 } };
    let mut bulk = tx.bulk(&spec)?;
    for contact in contacts {
        bulk.row(|v| {
            v.int(contact.id.get());
            v.int(contact.updated_at.0);
            for field in Field::ALL {
                v.opt_text(contact.values.get(field));
            }
            if naming == Naming::Changed {
                v.opt_int(contact.values.key().map(|k| k.digest()));
                v.text(&sort_key(&contact.values));
            }
        })?;
    }
    bulk.finish().map(drop)
}

/// Marks contacts as left.
pub(crate) fn mark_all_left(tx: &mut Tx<'_>, ids: &[i64], at: Timestamp) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let of = List::Ints.holds(tx.engine(), 1);
    let sql = format!("UPDATE contact SET left_at = $2, updated_at = $2 WHERE id {of} AND left_at IS NULL");
    tx.exec(&sql, params![ids, at.0]).map(drop)
}
