//! The deletion log: that somebody was erased, when, why and by which command; nothing about whom.

use model::Timestamp;
use model::ids::{ContactId, CustomerId};
use model::scope::KeptOut;

use super::reason;
use crate::db::{Tx, params};
use crate::error::Result;
use crate::store::Book;

/// A line of the deletion log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deletion {
    /// The contact that was, if there was one.
    pub contact: Option<ContactId>,
    /// Why.
    pub reason: KeptOut,
    /// By which command.
    pub made_by: String,
    /// When.
    pub at: Timestamp,
}

impl Book {
    /// The deletion log, oldest first.
    pub fn deletions(&self) -> Result<Vec<Deletion>> {
        let sql = "SELECT contact, reason, made_by, at FROM deletion_log WHERE customer = $1 ORDER BY n";
        self.store.db.read(|tx| {
            tx.query(sql, params![self.customer.id.0], |row| {
                Ok(Deletion {
                    contact: row.opt_int(0)?.map(ContactId::from_stored),
                    reason: reason(row.text(1)?)?,
                    made_by: row.text(2)?.to_owned(),
                    at: Timestamp(row.int(3)?),
                })
            })
        })
    }
}

/// Adds a line to the deletion log.
pub(crate) fn log(tx: &mut Tx<'_>, customer: CustomerId, line: &Deletion) -> Result<()> {
    let sql = "INSERT INTO deletion_log (customer, n, contact, reason, made_by, at) \
               SELECT $1, COALESCE(MAX(n), 0) + 1, $2, $3, $4, $5 FROM deletion_log WHERE customer = $1";
    let contact = line.contact.map(ContactId::get);
    let made_by = line.made_by.as_str();
    tx.exec(sql, params![customer.0, contact, line.reason.name(), made_by, line.at.0]).map(drop)
}
