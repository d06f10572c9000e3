//! Files that wait between the steps of a CSV import: on the server and not in a form, for an hour at most, for whoever brought them.
//!
//! Rule: one for each account at each customer; a new one takes the place of the old one. What goes is overwritten, for a file is
//! full of people. No archive holds any, and whoever erases a person at a customer takes the customer's files away.

use model::Timestamp;

use crate::db::{Row, Tx, params};
use crate::error::Result;
use crate::store::{Book, Store, next};

/// How long a file waits, in milliseconds.
pub const UPLOAD_MS: i64 = 3_600_000;

/// A file that waits.
#[derive(Clone, PartialEq, Eq)]
pub struct Upload {
    /// Its number.
    pub n: i64,
    /// What it is called where it came from.
    pub name: String,
    /// When it was brought.
    pub at: Timestamp,
    /// What was chosen for it so far, in the words of whoever asks.
    pub choices: String,
    /// Its bytes.
    pub content: Vec<u8>,
}

/// Never shows what is in it, so that nothing reaches a log.
impl std::fmt::Debug for Upload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Upload({}, {} bytes)", self.n, self.content.len())
    }
}

/// Files brought before this are past their term.
const fn since(now: Timestamp) -> i64 {
    now.0 - UPLOAD_MS
}

impl Book {
    /// Keeps a file for whoever works on the book; answers its number.
    pub fn keep_upload(&self, name: &str, content: &[u8], now: Timestamp) -> Result<i64> {
        self.store.db.write_over(|tx| {
            drop_old(tx, now)?;
            self.drop_own(tx)?;
            let n = next(tx, "upload")?;
            let sql = "INSERT INTO upload (id, customer, actor, name, at, choices, content) VALUES ($1, $2, $3, $4, $5, '', $6)";
            let actor = self.by.actor();
            tx.exec(sql, params![n, self.customer.id.0, &*actor, name, now.0, content])?;
            Ok(n)
        })
    }

    /// One's own file, as long as it waits.
    pub fn upload(&self, n: i64, now: Timestamp) -> Result<Option<Upload>> {
        let sql = "SELECT id, name, at, choices, content FROM upload WHERE id = $1 AND customer = $2 AND actor = $3 AND at > $4";
        let actor = self.by.actor();
        let read = |row: &Row<'_>| {
            Ok(Upload {
                n: row.int(0)?,
                name: row.text(1)?.to_owned(),
                at: Timestamp(row.int(2)?),
                choices: row.text(3)?.to_owned(),
                content: row.blob(4)?.to_vec(),
            })
        };
        let key = params![n, self.customer.id.0, &*actor, since(now)];
        self.store.db.look_up(|tx| tx.query_opt(sql, key, read))
    }

    /// Notes what was chosen for one's own file.
    pub fn choose_for_upload(&self, n: i64, choices: &str) -> Result<()> {
        let sql = "UPDATE upload SET choices = $1 WHERE id = $2 AND customer = $3 AND actor = $4";
        let actor = self.by.actor();
        self.store.db.write(|tx| tx.exec(sql, params![choices, n, self.customer.id.0, &*actor]).map(drop))
    }

    /// Takes one's own file away, whatever its number.
    pub fn drop_upload(&self) -> Result<()> {
        self.store.db.write_over(|tx| self.drop_own(tx))
    }

    /// Takes one's own file away in a transaction that is under way; answers whether it waited.
    pub(crate) fn take_upload(&self, tx: &mut Tx<'_>, n: i64) -> Result<bool> {
        let sql = "DELETE FROM upload WHERE id = $1 AND customer = $2 AND actor = $3";
        Ok(tx.exec(sql, params![n, self.customer.id.0, &*self.by.actor()])? > 0)
    }

    /// Whether one's own file waits.
    pub(crate) fn has_upload(&self, tx: &mut Tx<'_>, n: i64) -> Result<bool> {
        let sql = "SELECT id FROM upload WHERE id = $1 AND customer = $2 AND actor = $3";
        let actor = self.by.actor();
        Ok(tx.query_opt(sql, params![n, self.customer.id.0, &*actor], |row| row.int(0))?.is_some())
    }

    fn drop_own(&self, tx: &mut Tx<'_>) -> Result<()> {
        let sql = "DELETE FROM upload WHERE customer = $1 AND actor = $2";
        tx.exec(sql, params![self.customer.id.0, &*self.by.actor()]).map(drop)
    }
}

impl Store {
    /// Takes files away that have waited for their hour, whosever they are.
    pub fn drop_old_uploads(&self, now: Timestamp) -> Result<()> {
        let any = "SELECT id FROM upload WHERE at <= $1 LIMIT 1";
        if self.db.look_up(|tx| tx.query_opt(any, params![since(now)], |row| row.int(0)))?.is_none() {
            return Ok(());
        }
        self.db.write_over(|tx| drop_old(tx, now))
    }
}

/// The same in a transaction that is under way.
pub(crate) fn drop_old(tx: &mut Tx<'_>, now: Timestamp) -> Result<()> {
    tx.exec("DELETE FROM upload WHERE at <= $1", params![since(now)]).map(drop)
}
