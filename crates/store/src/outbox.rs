//! The outbox: durable rows of what must leave the house, written with what they tell of.

use model::Timestamp;

use crate::db::{Tx, params};
use crate::error::Result;
use crate::store::{Book, next};

/// A mail on its way into the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Kind of mail.
    pub kind: &'static str,
    /// Its content as JSON.
    pub body: String,
}

/// What must leave the house.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxRow {
    /// Number.
    pub id: i64,
    /// Kind of mail.
    pub kind: String,
    /// Its content as JSON.
    pub body: String,
    /// Waiting or sent.
    pub state: String,
    /// When it was posted.
    pub created_at: Timestamp,
}

impl Book {
    /// Puts a mail's body into the outbox.
    pub fn post(&self, mail: &Mail, now: Timestamp) -> Result<()> {
        self.store.db.write(|tx| post(tx, self, mail, now))
    }

    /// The outbox, newest first.
    pub fn outbox(&self) -> Result<Vec<OutboxRow>> {
        let sql = "SELECT id, kind, body, state, created_at FROM outbox WHERE customer = $1 ORDER BY id DESC";
        self.store.db.read(|tx| {
            tx.query(sql, params![self.customer.id.0], |row| {
                Ok(OutboxRow {
                    id: row.int(0)?,
                    kind: row.text(1)?.to_owned(),
                    body: row.text(2)?.to_owned(),
                    state: row.text(3)?.to_owned(),
                    created_at: Timestamp(row.int(4)?),
                })
            })
        })
    }
}

pub(crate) fn post(tx: &mut Tx<'_>, book: &Book, mail: &Mail, now: Timestamp) -> Result<()> {
    let id = next(tx, "outbox")?;
    let sql = "INSERT INTO outbox (id, customer, kind, body, state, created_at) VALUES ($1, $2, $3, $4, 'waiting', $5)";
    tx.exec(sql, params![id, book.customer.id.0, mail.kind, mail.body.as_str(), now.0]).map(drop)
}
