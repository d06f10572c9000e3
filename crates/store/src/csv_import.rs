//! CSV imports: rows of somebody's table become contacts, or change some, all of them or none; and the way back.
//!
//! Rules: whoever planned says what each contact looked like, and where one does not look so any more nothing is written at all.
//! Values are written last and counted at the very end, for people's transactions must not wait for each other in a circle.

mod back;
mod write;

use std::collections::BTreeMap;

use model::ids::ContactId;
use model::{Field, Key, Timestamp, Values};

use crate::db::{List, Row, params};
use crate::error::{Result, StoreError};
use crate::history::By;
use crate::store::Book;

pub use back::{CsvKept, CsvTaken, CsvUndo};

/// Values in one question.
const AT_ONCE: usize = 2_000;

/// A row that becomes a contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRow {
    /// Its values.
    pub values: Values,
    /// Its groups, as places in [`CsvRows::groups`].
    pub groups: Vec<usize>,
}

/// A row that changes a contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedRow {
    /// The contact.
    pub contact: ContactId,
    /// The digest of the values that were seen.
    pub seen: i64,
    /// What is written.
    pub fields: Vec<(Field, Option<String>)>,
    /// Groups that it comes into, as places in [`CsvRows::groups`].
    pub groups: Vec<usize>,
}

/// Whether an address that a contact gets may be in the book already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Addresses {
    /// It may not: it was seen to be free.
    Free,
    /// It may.
    Any,
}

/// A file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CsvFile<'a> {
    /// What it is called.
    pub name: &'a str,
    /// The number of the upload, where it waited: it goes with the import, and without it nothing is imported.
    pub upload: Option<i64>,
}

impl<'a> CsvFile<'a> {
    /// One that did not wait.
    pub const fn named(name: &'a str) -> Self {
        Self { name, upload: None }
    }
}

/// What became of an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CsvDone {
    /// It was done, under this number.
    Import(i64),
    /// The book is not as it was when it was planned: nothing was written.
    BookChanged,
    /// The file waits no more, for it was imported already or has gone: nothing was written.
    FileGone,
}

/// What is imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CsvRows<'a> {
    /// The file.
    pub file: CsvFile<'a>,
    /// New contacts.
    pub new: &'a [NewRow],
    /// Changed ones, each once.
    pub changed: &'a [ChangedRow],
    /// Contact groups by name; those that are not there are made.
    pub groups: &'a [String],
    /// Whether addresses that contacts get were seen to be free.
    pub addresses: Addresses,
}

/// An import that was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CsvImport {
    /// Its number.
    pub n: i64,
    /// Who did it.
    pub by: By,
    /// What the file is called.
    pub file: String,
    /// When.
    pub at: Timestamp,
    /// Contacts that it made.
    pub created: i64,
    /// Contacts that it changed.
    pub changed: i64,
    /// When it was taken back.
    pub undone_at: Option<Timestamp>,
}

const COLUMNS: &str = "id, actor, file, at, created, changed, undone_at";

fn read(row: &Row<'_>) -> Result<CsvImport> {
    let unreadable = || StoreError::Corrupt("an import's row is unreadable".into());
    Ok(CsvImport {
        n: row.int(0)?,
        by: By::stored(row.text(1)?, None).ok_or_else(unreadable)?,
        file: row.text(2)?.to_owned(),
        at: Timestamp(row.int(3)?),
        created: row.int(4)?,
        changed: row.int(5)?,
        undone_at: row.opt_int(6)?.map(Timestamp),
    })
}

impl Book {
    /// Imports of the last thirty days, newest first, at most so many.
    pub fn csv_imports(&self, limit: i64) -> Result<Vec<CsvImport>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM csv_import WHERE customer = $1 ORDER BY at DESC, id DESC LIMIT $2"
        );
        self.store.db.look_up(|tx| tx.query(&sql, params![self.customer.id.0, limit], read))
    }

    /// One of them.
    pub fn csv_import(&self, n: i64) -> Result<Option<CsvImport>> {
        let sql = format!("SELECT {COLUMNS} FROM csv_import WHERE customer = $1 AND id = $2");
        self.store.db.look_up(|tx| tx.query_opt(&sql, params![self.customer.id.0, n], read))
    }

    /// The import of one's own upload, where it became one.
    pub fn csv_import_of(&self, upload: i64) -> Result<Option<CsvImport>> {
        let sql =
            format!("SELECT {COLUMNS} FROM csv_import WHERE customer = $1 AND actor = $2 AND upload = $3");
        let actor = self.by.actor();
        self.store.db.look_up(|tx| tx.query_opt(&sql, params![self.customer.id.0, &*actor, upload], read))
    }

    /// The contacts of the book that have one of these keys, by it.
    pub fn contacts_by_keys(&self, keys: &[Key]) -> Result<BTreeMap<Key, Vec<ContactId>>> {
        self.store.db.read(|tx| {
            let digests: Vec<i64> = keys.iter().map(Key::digest).collect();
            let (low, high) = ContactId::range(self.customer.id);
            let of = List::Ints.holds(tx.engine(), 1);
            let sql = format!(
                "SELECT id, email FROM contact WHERE key_digest {of} AND id BETWEEN $2 AND $3 ORDER BY id"
            );
            let mut found: BTreeMap<Key, Vec<ContactId>> = BTreeMap::new();
            for some in digests.chunks(AT_ONCE) {
                tx.for_each(&sql, params![some, low, high], |row| {
                    if let Some(key) = row.opt_text(1)?.and_then(Key::of) {
                        found.entry(key).or_default().push(ContactId::from_stored(row.int(0)?));
                    }
                    Ok(())
                })?;
            }
            Ok(found)
        })
    }
}
