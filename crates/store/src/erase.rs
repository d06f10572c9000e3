//! Erasing a person (W11): their values go everywhere, and what is left says only that somebody was erased.
//!
//! Rules: everything in one transaction; (connection, object id) stays in *kept out* ([`kept_out`]), so that neither a run
//! nor an undo nor a restored backup brings the person back; the deletion log ([`deletions`]) names the contact by its
//! number, which is never given again. A new table that holds values of people is emptied in [`wipe_contact`] or
//! [`wipe_source`]; a test searches every table.

mod deletions;
mod kept_out;
mod outbox;
mod plans;
#[cfg(test)]
mod tests;
mod wipe;

use std::collections::BTreeSet;

use model::ids::{ConnectionId, ContactId, SourceId};
use model::scope::KeptOut;
use model::{Contact, Timestamp};

use crate::contact::{COLUMNS, read_contact};
use crate::db::{Cleaned, Row, Tx, params};
use crate::error::{Result, StoreError};
use crate::lease::Lease;
use crate::refusal::Refusal;
use crate::search;
use crate::store::{Book, Store};

pub use deletions::Deletion;
pub(crate) use deletions::log;
pub use kept_out::KeptOutRow;
pub(crate) use kept_out::{keep_out, reason};
pub(crate) use wipe::{values_of, wipe_contact, wipe_source};

/// Whom to erase, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erase<'a> {
    /// The contact, living or in the bin.
    pub contact: Option<ContactId>,
    /// Source users who are kept out whether the contact is linked to them or not. Where several people are or may be the
    /// contact ([`Book::same_people`]), those who are meant must be named here.
    pub sources: &'a [(ConnectionId, SourceId)],
    /// Why.
    pub reason: KeptOut,
    /// The command, for the deletion log.
    pub by: &'a str,
}

/// Somebody of the tenant who is a contact or may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SamePerson {
    /// The connection.
    pub connection: ConnectionId,
    /// The source user.
    pub source: SourceId,
    /// Whether the contact is linked to them; otherwise they have its address and no contact.
    pub linked: bool,
}

/// Who was erased.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erased {
    /// Source users who are kept out from now on.
    pub kept_out: Vec<SourceId>,
    /// Whether the database's files hold nothing of them any more. PostgreSQL cleans up in its own time.
    pub files: Files,
}

/// What the database's files hold of what was erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Files {
    /// Nothing.
    Clean,
    /// Somebody reads an older state; the log is emptied when they are done.
    Later,
    /// The server decides: dead rows stay until its vacuum.
    Server,
}

impl Book {
    /// Erases a person. A customer with a connection needs its lease, for a run under way holds values in memory: without
    /// it that is a conflict.
    pub fn erase(&self, lease: Option<&Lease>, whom: &Erase<'_>, now: Timestamp) -> Result<Erased> {
        let customer = self.customer.id;
        if whom.contact.is_some_and(|id| id.customer() != customer) {
            return Err(StoreError::NotFound);
        }
        whom.sources.iter().try_for_each(|(connection, _)| self.owns(*connection))?;
        let (kept, values) = self.store.db.write_over(|tx| {
            self.alone(tx, lease)?;
            // A file that waits to be imported may hold the person's values, and nobody knows in which words.
            tx.exec("DELETE FROM upload WHERE customer = $1", params![customer.0])?;
            let mut sources: BTreeSet<(ConnectionId, SourceId)> = whom.sources.iter().cloned().collect();
            let mut contacts: BTreeSet<ContactId> = whom.contact.into_iter().collect();
            for (connection, source) in whom.sources {
                contacts.extend(contacts_of(tx, *connection, source)?);
            }
            let contacts = contacts.into_iter().map(|id| find(tx, id)).collect::<Result<Vec<_>>>()?;
            let mut values = Vec::new();
            for contact in &contacts {
                sources.extend(meant(same_people(tx, contact)?, whom.sources)?);
                values.extend(values_of(tx, contact)?);
            }
            for (connection, source) in &sources {
                keep_out(tx, *connection, source, whom.reason, now)?;
                values.extend(wipe_source(tx, *connection, source)?);
            }
            let mut erased: Vec<Option<ContactId>> = contacts.iter().map(|c| Some(c.id)).collect();
            if erased.is_empty() {
                erased.push(None);
            }
            for contact in erased {
                if let Some(id) = contact {
                    wipe_contact(tx, &self.store, id)?;
                }
                let (reason, made_by) = (whom.reason, whom.by.to_owned());
                log(tx, customer, &Deletion { contact, reason, made_by, at: now })?;
            }
            Ok((sources.into_iter().map(|(_, source)| source).collect(), values))
        })?;
        Ok(Erased { kept_out: kept, files: self.store.clean_files(&values) })
    }

    /// The people of the tenant who are a contact, living or in the bin: those linked to it, and those with its address who
    /// are linked to nobody, for the next run would bring them in.
    pub fn same_people(&self, contact: ContactId) -> Result<Vec<SamePerson>> {
        if contact.customer() != self.customer.id {
            return Err(StoreError::NotFound);
        }
        self.store.db.read(|tx| {
            let contact = find(tx, contact)?;
            same_people(tx, &contact)
        })
    }
}

impl Store {
    /// Behind the erasure and not within it: the index is merged whole, and others may write again meanwhile.
    pub(crate) fn clean_files(&self, values: &[String]) -> Files {
        let cleaned =
            self.db.write_over(search::scrub).and_then(|()| self.db.clean_files(values).transpose());
        match cleaned {
            Ok(None) => Files::Server,
            Ok(Some(Cleaned::Now)) => Files::Clean,
            Ok(Some(Cleaned::Later)) => Files::Later,
            Err(error) => {
                tracing::warn!(%error, "what was erased is gone, but the database's files could not be cleaned");
                Files::Later
            }
        }
    }
}

/// A contact, wherever it is.
pub(crate) fn find(tx: &mut Tx<'_>, id: ContactId) -> Result<Contact> {
    for table in ["contact", "bin"] {
        let sql = format!("SELECT {COLUMNS} FROM {table} WHERE id = $1");
        if let Some(contact) = tx.query_opt(&sql, params![id.get()], read_contact)? {
            return Ok(contact);
        }
    }
    Err(StoreError::NotFound)
}

/// Whom to keep out of those who are or may be a contact. Several people may have one address (a shared mailbox), and who
/// was not named must not be kept out silently, for runs would never bring them.
fn meant(
    same: Vec<SamePerson>,
    named: &[(ConnectionId, SourceId)],
) -> Result<impl Iterator<Item = (ConnectionId, SourceId)>> {
    let unsure = same.len() > 1 && same.iter().any(|one| !one.linked);
    if unsure && named.is_empty() {
        return Err(Refusal::SeveralPeople.into());
    }
    let theirs = same.into_iter().filter(move |one| one.linked || !unsure);
    Ok(theirs.map(|one| (one.connection, one.source)))
}

fn same_people(tx: &mut Tx<'_>, contact: &Contact) -> Result<Vec<SamePerson>> {
    let read = |linked| {
        move |row: &Row<'_>| {
            let (connection, source) =
                (ConnectionId::from_stored(row.int(0)?), SourceId::from_bytes(row.blob(1)?));
            Ok(SamePerson { connection, source, linked })
        }
    };
    let sql = "SELECT connection, source FROM link WHERE contact = $1 ORDER BY connection, source";
    let mut found = tx.query(sql, params![contact.id.get()], read(true))?;
    if let Some(key) = contact.values.key() {
        let (low, high) = ConnectionId::range(contact.id.customer());
        let sql = "SELECT u.connection, u.source FROM source_user u \
                   WHERE u.connection BETWEEN $1 AND $2 AND u.key_digest = $3 AND NOT EXISTS \
                   (SELECT 1 FROM link l WHERE l.connection = u.connection AND l.source = u.source) \
                   AND NOT EXISTS \
                   (SELECT 1 FROM kept_out k WHERE k.connection = u.connection AND k.source = u.source) \
                   ORDER BY u.connection, u.source";
        found.extend(tx.query(sql, params![low, high, key.digest()], read(false))?);
    }
    Ok(found)
}

/// Contacts linked to a source user.
pub(crate) fn contacts_of(
    tx: &mut Tx<'_>,
    connection: ConnectionId,
    source: &SourceId,
) -> Result<Vec<ContactId>> {
    let sql = "SELECT contact FROM link WHERE connection = $1 AND source = $2";
    let key = params![connection.get(), source.as_bytes()];
    tx.query(sql, key, |row| Ok(ContactId::from_stored(row.int(0)?)))
}
