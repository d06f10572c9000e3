//! What has reached the end of its term goes: values of the change log, and with them former names and addresses; removed
//! contacts; what the mirror knows of people who were deleted at the source; what runs planned and found, of which the counts
//! stay; mails; CSV imports; ticks of another week. What waits for a person stays as long as it waits: held contacts, a plan that asks, a plan that a killed run
//! left.
//!
//! Rule: one call does a bounded piece, and writes nothing where nothing is due.

mod bin;
mod imports;
mod mirror;
mod plans;
mod ticks;
mod values;

use model::Timestamp;
use model::ids::{ConnectionId, CustomerId};

use crate::customer::{OF_C, read};
use crate::db::{Engine, Tx, params};
use crate::error::Result;
use crate::history;
use crate::history::By;
use crate::lease::Lease;
use crate::store::{Book, Store};

/// Mails dropped by one call.
const POSTS: i64 = 500;

/// Whether a purge left something for the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purged {
    /// Nothing is due any more.
    All,
    /// More is due.
    APiece,
}

impl Purged {
    /// Of two kinds of things.
    const fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::All, Self::All) => Self::All,
            (Self::APiece, _) | (_, Self::APiece) => Self::APiece,
        }
    }

    /// A piece that was as large as it may be may have left something.
    const fn of(done: i64, most: i64) -> Self {
        if done < most { Self::All } else { Self::APiece }
    }
}

impl Book {
    /// Drops a piece of what is past its term. `lease` is that of the run at whose end this happens; without one a person
    /// or a clock asked for it.
    pub fn purge(&self, lease: Option<&Lease>, now: Timestamp) -> Result<Purged> {
        let (customer, before) = (self.customer.id, history::kept_since(now));
        let week = crate::ticks::kept_since(now);
        if !self.store.db.read_between(|tx| anything(tx, customer, (before, week)))? {
            return Ok(Purged::All);
        }
        self.store.db.write(|tx| {
            if let Some(lease) = lease {
                self.fence(tx, lease)?;
            }
            let values = values::purge(tx, customer, before)?;
            let binned = bin::purge(tx, customer, before)?;
            let mirror = mirror::purge(tx, customer, before)?;
            let plans = plans::purge(tx, customer, before)?;
            let imports = imports::purge(tx, customer, before)?;
            let ticks = ticks::purge(tx, customer, week)?;
            let posts = posts(tx, customer, before, POSTS)?;
            for id in &posts {
                crate::outbox::remove(tx, *id)?;
            }
            let posts = Purged::of(posts.len() as i64, POSTS);
            Ok(values.and(binned).and(mirror).and(plans).and(imports).and(ticks).and(posts))
        })
    }
}

/// `week`: ticks of before are past their term.
fn anything(tx: &mut Tx<'_>, customer: CustomerId, (before, week): (Timestamp, Timestamp)) -> Result<bool> {
    Ok(!values::expired(tx, customer, before, 1)?.is_empty()
        || !bin::expired(tx, customer, before, 1)?.is_empty()
        || !mirror::expired(tx, customer, before, 1)?.is_empty()
        || !plans::expired(tx, customer, before, 1)?.is_empty()
        || !imports::expired(tx, customer, before, 1)?.is_empty()
        || !ticks::expired(tx, customer, week, 1)?.is_empty()
        || !posts(tx, customer, before, 1)?.is_empty())
}

/// Mails that were sent or that nobody sent in time. That a first plan waits is told once, so its row stays while it waits.
fn posts(tx: &mut Tx<'_>, customer: CustomerId, before: Timestamp, limit: i64) -> Result<Vec<i64>> {
    let (low, high) = ConnectionId::range(customer);
    let sql = "SELECT o.id FROM outbox o WHERE o.customer = $1 AND o.created_at < $2 AND NOT (o.kind = 'plan_waiting' \
               AND EXISTS (SELECT 1 FROM connection k WHERE k.id BETWEEN $3 AND $4 AND k.applied = 0 \
               AND k.connected_at <= o.created_at)) ORDER BY o.created_at, o.id LIMIT $5";
    tx.query(sql, params![customer.0, before.0, low, high, limit], |row| row.int(0))
}

impl Store {
    /// Customers whose day it is to have [`Book::purge`] called until nothing is due, at most `limit`; each is handed out
    /// once a day, to one of those who ask.
    pub fn whose_turn(&self, now: Timestamp, limit: i64) -> Result<Vec<Book>> {
        let yesterday = now.plus_days(-1).0;
        let any = "SELECT customer FROM schedule WHERE tidied_at <= $1 LIMIT 1";
        if self.db.look_up(|tx| tx.query_opt(any, params![yesterday], |row| row.int(0)))?.is_none() {
            return Ok(Vec::new());
        }
        self.db.write(|tx| {
            let skip = if tx.engine() == Engine::Postgres { " FOR UPDATE OF s SKIP LOCKED" } else { "" };
            let sql = format!(
                "SELECT {OF_C} FROM schedule s JOIN customer c ON c.id = s.customer \
                 WHERE s.tidied_at <= $1 ORDER BY s.tidied_at, s.customer LIMIT $2{skip}"
            );
            let rows = tx.query(&sql, params![yesterday, limit], read)?;
            for row in &rows {
                let sql = "UPDATE schedule SET tidied_at = $1 WHERE customer = $2";
                tx.exec(sql, params![now.0, row.id.0])?;
            }
            Ok(rows
                .into_iter()
                .map(|customer| Book { store: self.clone(), customer, by: By::Hand })
                .collect())
        })
    }
}
