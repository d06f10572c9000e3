//! Contacts and contact groups: the one place that writes them, for runs, command line and pages alike, and with them the
//! search index and the change log.
//!
//! Here is how a contact is read; [`mod@write`] writes new and changed ones, [`bin`] moves them out of the book and back,
//! [`by_hand`] is what a person may do, [`members`] who is in which group.

mod bin;
mod by_hand;
mod count;
mod members;
mod merge;
mod write;

use std::collections::BTreeMap;

use model::ids::{ContactId, GroupId, SourceId};
use model::link::LinkOrigin;
use model::{Contact, Field, Origin, Pin, Timestamp, Values};

use crate::db::{List, Row, Tx, params};
use crate::error::{Result, StoreError};
use crate::store::Book;

#[cfg(test)]
pub(crate) use bin::BIN_PAGE;
pub use bin::Binned;
pub(crate) use bin::{binned, from_bin, to_bin, to_bin_all, unpack};
pub use by_hand::Edit;
pub(crate) use by_hand::mark_linked;
pub(crate) use count::{Whose, count};
pub(crate) use members::{
    all_memberships_by_hand, made_by, memberships_by_hand, tie_memberships, untie_memberships,
};
pub use merge::{Merge, Saved};
pub(crate) use write::{
    Naming, NewContact, agrees, count_links_of, insert, insert_uncounted, mark_all_left, write_changes,
    write_contacts,
};

/// Columns in the order of [`read_contact`]; values follow [`Field::ALL`].
pub(crate) const COLUMNS: &str = "id, origin, left_at, updated_at, created_run, first_name, last_name, display_name, \
                                  email, job_title, department, company, office, mobile, business_phones, site";

/// A contact with its link and groups, as the book shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookEntry {
    /// The contact.
    pub contact: Contact,
    /// How it is linked.
    pub linked: Option<LinkOrigin>,
    /// To which source user.
    pub source: Option<SourceId>,
    /// Its groups by name.
    pub groups: Vec<(GroupId, String)>,
}

pub(crate) fn read_contact(row: &Row<'_>) -> Result<Contact> {
    let mut values = Values::default();
    for (at, field) in Field::ALL.into_iter().enumerate() {
        values.set(field, row.opt_text(5 + at)?);
    }
    Ok(Contact {
        id: ContactId::from_stored(row.int(0)?),
        origin: Origin::named(row.text(1)?)
            .ok_or_else(|| StoreError::Corrupt("a contact's origin is unreadable".into()))?,
        left_at: row.opt_int(2)?.map(Timestamp),
        updated_at: Timestamp(row.int(3)?),
        values,
        pins: Vec::new(),
    })
}

pub(crate) fn read_pin(row: &Row<'_>, first: usize) -> Result<Pin> {
    let field = Field::named(row.text(first)?);
    Ok(Pin {
        field: field.ok_or_else(|| StoreError::Corrupt("a pin's field is unreadable".into()))?,
        reason: row.text(first + 1)?.into(),
        until: row.opt_int(first + 2)?.map(Timestamp),
    })
}

/// A living contact.
pub(crate) fn get(tx: &mut Tx<'_>, id: ContactId) -> Result<Option<Contact>> {
    let sql = format!("SELECT {COLUMNS} FROM contact WHERE id = $1");
    tx.query_opt(&sql, params![id.get()], read_contact)
}

/// These of the living contacts.
pub(crate) fn get_all(tx: &mut Tx<'_>, ids: &[i64]) -> Result<BTreeMap<ContactId, Contact>> {
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let sql = format!("SELECT {COLUMNS} FROM contact WHERE id {}", List::Ints.holds(tx.engine(), 1));
    let all = tx.query(&sql, params![ids], read_contact)?;
    Ok(all.into_iter().map(|contact| (contact.id, contact)).collect())
}

impl Book {
    /// Refuses the contact of another customer.
    pub(crate) fn owns_contact(&self, id: ContactId) -> Result<()> {
        if id.customer() == self.customer.id { Ok(()) } else { Err(StoreError::NotFound) }
    }

    /// Whether the book and its bin are empty.
    pub fn is_blank(&self) -> Result<bool> {
        let (low, high) = ContactId::range(self.customer.id);
        self.store.db.read(|tx| {
            let any = |table: &str| format!("SELECT id FROM {table} WHERE id BETWEEN $1 AND $2 LIMIT 1");
            let mut there = |table| tx.query_opt(&any(table), params![low, high], |row| row.int(0));
            Ok(there("contact")?.is_none() && there("bin")?.is_none())
        })
    }
}

/// Reserves numbers of contacts or groups; answers the first.
pub(crate) fn reserve(tx: &mut Tx<'_>, book: &Book, column: &'static str, n: i64) -> Result<i64> {
    let sql = format!("UPDATE customer SET {column} = {column} + $1 WHERE id = $2 RETURNING {column} - $1");
    tx.query_one(&sql, params![n, book.customer.id.0], |row| row.int(0))
}
