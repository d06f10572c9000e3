//! Contacts with links, groups and pins, as the book shows them: page by page, or those at hand. No question costs more
//! than what it answers.

use std::collections::BTreeMap;

use model::ids::{ConnectionId, ContactId, CustomerId, GroupId, SourceId};
use model::{Contact, Key};

use crate::contact::{BookEntry, COLUMNS, read_contact, read_pin};
use crate::db::{Param, Tx, params};
use crate::error::Result;
use crate::store::Book;

/// Ids in one question; a shorter list repeats its last, so that one text serves all.
const AT_ONCE: usize = 64;

/// Contacts in one question while the whole book is read.
const PAGE: i64 = 5_000;

/// How large a book is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Size {
    /// Contacts in it.
    pub contacts: i64,
    /// Of them those that are linked to somebody at a source.
    pub linked: i64,
    /// Contact groups.
    pub groups: i64,
    /// Contacts in the bin.
    pub binned: i64,
}

impl Book {
    /// How large the book is. Contacts and links are counted as they come and go, the others by the index.
    pub fn size(&self) -> Result<Size> {
        let (first, last) = ContactId::range(self.customer.id);
        let (low, high) = ConnectionId::range(self.customer.id);
        let sql = "SELECT CAST((SELECT COALESCE(SUM(contacts), 0) FROM book_count WHERE customer = $5) AS BIGINT), \
                   CAST((SELECT COALESCE(SUM(linked), 0) FROM link_count WHERE connection BETWEEN $3 AND $4) AS BIGINT), \
                   (SELECT COUNT(*) FROM contact_group WHERE id BETWEEN $1 AND $2), \
                   (SELECT COUNT(*) FROM bin WHERE id BETWEEN $1 AND $2)";
        self.store.db.look_up(|tx| {
            tx.query_one(sql, params![first, last, low, high, self.customer.id.0], |row| {
                Ok(Size {
                    contacts: row.int(0)?,
                    linked: row.int(1)?,
                    groups: row.int(2)?,
                    binned: row.int(3)?,
                })
            })
        })
    }

    /// At most `limit` contacts behind `after`, in the order of ids.
    pub fn page(&self, after: Option<ContactId>, limit: i64) -> Result<Vec<BookEntry>> {
        self.store.db.read(|tx| page(tx, self, after, limit))
    }

    /// The whole book in the order of ids, held in memory: for small books and tests.
    pub fn entries(&self) -> Result<Vec<BookEntry>> {
        self.store.db.read(|tx| {
            let mut all: Vec<BookEntry> = Vec::new();
            loop {
                let more = page(tx, self, all.last().map(|e| e.contact.id), PAGE)?;
                if more.is_empty() {
                    return Ok(all);
                }
                all.extend(more);
            }
        })
    }

    /// How many contacts the book has.
    pub fn count(&self) -> Result<i64> {
        self.store.db.look_up(|tx| count_of(tx, self.customer.id))
    }

    /// A contact of the book.
    pub fn entry(&self, id: ContactId) -> Result<Option<BookEntry>> {
        Ok(self.entries_by_id(&[id])?.pop())
    }

    /// These contacts, as far as they are in the book, in the order of ids.
    pub fn entries_by_id(&self, ids: &[ContactId]) -> Result<Vec<BookEntry>> {
        let own: Vec<ContactId> =
            ids.iter().copied().filter(|id| id.customer() == self.customer.id).collect();
        self.store.db.read(|tx| of_ids(tx, &own))
    }

    /// The contacts with the key of an address.
    pub fn entries_by_key(&self, key: &Key) -> Result<Vec<BookEntry>> {
        let (low, high) = ContactId::range(self.customer.id);
        let sql = "SELECT id FROM contact WHERE key_digest = $1 AND id BETWEEN $2 AND $3";
        self.store.db.read(|tx| {
            let ids = tx.query(sql, params![key.digest(), low, high], |row| {
                Ok(ContactId::from_stored(row.int(0)?))
            })?;
            let mut found = of_ids(tx, &ids)?;
            // The digest finds, the key decides.
            found.retain(|entry| entry.contact.values.key().as_ref() == Some(key));
            Ok(found)
        })
    }

    /// The contacts linked to a source user, over all connections.
    pub fn entries_by_source(&self, source: &SourceId) -> Result<Vec<BookEntry>> {
        let (low, high) = ConnectionId::range(self.customer.id);
        self.store.db.read(|tx| {
            let sql = "SELECT id FROM connection WHERE id BETWEEN $1 AND $2";
            let connections = tx.query(sql, params![low, high], |row| row.int(0))?;
            let sql = "SELECT contact FROM link WHERE connection = $1 AND source = $2";
            let mut ids = Vec::new();
            for connection in connections {
                let found = tx.query_opt(sql, params![connection, source.as_bytes()], |row| row.int(0))?;
                ids.extend(found.map(ContactId::from_stored));
            }
            of_ids(tx, &ids)
        })
    }

    /// These contacts, living or in the bin.
    pub fn contacts_by_id(&self, ids: &[ContactId]) -> Result<BTreeMap<ContactId, Contact>> {
        let own: Vec<ContactId> =
            ids.iter().copied().filter(|id| id.customer() == self.customer.id).collect();
        self.store.db.read(|tx| {
            let mut found = BTreeMap::new();
            for some in own.chunks(AT_ONCE) {
                let which = Which::some(some);
                for table in ["bin", "contact"] {
                    let sql = format!("SELECT {COLUMNS} FROM {table} WHERE {}", which.of("id"));
                    tx.for_each(&sql, &which.params(), |row| {
                        let contact = read_contact(row)?;
                        found.insert(contact.id, contact);
                        Ok(())
                    })?;
                }
            }
            Ok(found)
        })
    }
}

/// How many contacts a book has, as it is kept beside them.
pub(crate) fn count_of(tx: &mut Tx<'_>, customer: CustomerId) -> Result<i64> {
    let sql = "SELECT CAST(COALESCE(SUM(contacts), 0) AS BIGINT) FROM book_count WHERE customer = $1";
    tx.query_one(sql, params![customer.0], |row| row.int(0))
}

fn page(tx: &mut Tx<'_>, book: &Book, after: Option<ContactId>, limit: i64) -> Result<Vec<BookEntry>> {
    let (low, high) = ContactId::range(book.customer.id);
    let after = after.map_or(low, |id| id.get().max(low));
    let sql = format!("SELECT {COLUMNS} FROM contact WHERE id > $1 AND id <= $2 ORDER BY id LIMIT $3");
    let contacts = tx.query(&sql, params![after, high, limit], read_contact)?;
    let (Some(first), Some(last)) = (contacts.first(), contacts.last()) else { return Ok(Vec::new()) };
    let which = Which::Between(first.id.get(), last.id.get());
    with_rest(tx, contacts, &which)
}

/// These contacts, as far as they live, in the order of ids.
pub(crate) fn of_ids(tx: &mut Tx<'_>, ids: &[ContactId]) -> Result<Vec<BookEntry>> {
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids.dedup();
    let mut all = Vec::new();
    for some in ids.chunks(AT_ONCE) {
        let which = Which::some(some);
        let sql = format!("SELECT {COLUMNS} FROM contact WHERE {} ORDER BY id", which.of("id"));
        let contacts = tx.query(&sql, &which.params(), read_contact)?;
        all.extend(with_rest(tx, contacts, &which)?);
    }
    Ok(all)
}

/// Which contacts a question is about.
enum Which {
    Between(i64, i64),
    Some(Vec<i64>),
}

impl Which {
    fn some(ids: &[ContactId]) -> Self {
        let last = ids.last().map_or(0, |id| id.get());
        let mut ids: Vec<i64> = ids.iter().map(|id| id.get()).collect();
        let full = if ids.len() == 1 { 1 } else { AT_ONCE };
        ids.resize(full, last);
        Self::Some(ids)
    }

    /// The condition on a column.
    fn of(&self, column: &str) -> String {
        match self {
            Self::Between(..) => format!("{column} BETWEEN $1 AND $2"),
            Self::Some(ids) => {
                let places: Vec<String> = (1..=ids.len()).map(|n| format!("${n}")).collect();
                format!("{column} IN ({})", places.join(", "))
            }
        }
    }

    fn params(&self) -> Vec<Param<'static>> {
        match self {
            Self::Between(low, high) => vec![Param::Int(*low), Param::Int(*high)],
            Self::Some(ids) => ids.iter().map(|id| Param::Int(*id)).collect(),
        }
    }
}

/// Adds links, groups and pins to contacts in the order of ids.
fn with_rest(tx: &mut Tx<'_>, contacts: Vec<Contact>, which: &Which) -> Result<Vec<BookEntry>> {
    let blank = |contact| BookEntry { contact, linked: None, source: None, groups: Vec::new() };
    let mut entries: Vec<BookEntry> = contacts.into_iter().map(blank).collect();
    let params = which.params();
    let at = |entries: &[BookEntry], id: i64| entries.binary_search_by_key(&id, |e| e.contact.id.get()).ok();
    let sql = format!(
        "SELECT contact, origin, source FROM link WHERE {} ORDER BY contact, connection DESC",
        which.of("contact")
    );
    tx.for_each(&sql, &params, |row| {
        if let Some(entry) = at(&entries, row.int(0)?).and_then(|n| entries.get_mut(n)) {
            entry.linked = Some(crate::people::link_origin(row.text(1)?)?);
            entry.source = Some(SourceId::from_bytes(row.blob(2)?));
        }
        Ok(())
    })?;
    let sql = format!(
        "SELECT m.contact, g.id, g.name FROM contact_member m JOIN contact_group g ON g.id = m.contact_group WHERE {}",
        which.of("m.contact")
    );
    tx.for_each(&sql, &params, |row| {
        if let Some(entry) = at(&entries, row.int(0)?).and_then(|n| entries.get_mut(n)) {
            entry.groups.push((GroupId::from_stored(row.int(1)?), row.text(2)?.to_owned()));
        }
        Ok(())
    })?;
    let sql = format!("SELECT contact, field, reason, until FROM pin WHERE {}", which.of("contact"));
    tx.for_each(&sql, &params, |row| {
        let pin = read_pin(row, 1)?;
        if let Some(entry) = at(&entries, row.int(0)?).and_then(|n| entries.get_mut(n)) {
            entry.contact.pins.push(pin);
        }
        Ok(())
    })?;
    for entry in &mut entries {
        entry.groups.sort_by(|(a, x), (b, y)| (x, a).cmp(&(y, b)));
        entry.contact.pins.sort_by_key(|pin| pin.field);
    }
    Ok(entries)
}
