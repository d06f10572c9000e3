//! The guard's window: how many contacts of the book were linked at most, and what was applied, in the last 24 hours.

use std::collections::BTreeMap;

use model::Timestamp;
use model::ids::ConnectionId;
use model::plan::GuardKind;

use super::unreadable;
use crate::db::{Tx, params};
use crate::error::Result;
use crate::store::Book;

/// The guard's view of the last 24 hours.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GuardWindow {
    /// Largest number of linked contacts in the book.
    pub base: i64,
    /// Applied by kind.
    pub recent: BTreeMap<GuardKind, i64>,
}

impl Book {
    /// What the guard weighs: the base and what was applied in the last 24 hours.
    pub fn guard_window(&self, connection: ConnectionId, now: Timestamp) -> Result<GuardWindow> {
        self.owns(connection)?;
        self.store.db.read(|tx| guard_window(tx, self, connection, now))
    }
}

/// What the guard weighs.
pub(crate) fn guard_window(
    tx: &mut Tx<'_>,
    book: &Book,
    connection: ConnectionId,
    now: Timestamp,
) -> Result<GuardWindow> {
    let since = now.plus_days(-1).0;
    let sql = "SELECT MAX(linked) FROM run WHERE customer = $1 AND started_at > $2";
    let most = tx.query_one(sql, params![book.customer.id.0, since], |row| row.opt_int(0))?.unwrap_or(0);
    let base = most.max(linked(tx, connection)?);
    Ok(GuardWindow { base, recent: recent(tx, book, since)? })
}

/// What was applied since then, by kind. What came back, by an undo, from the bin or at the source, takes back what counts
/// of its contact and no more: a removal that is older than the window left no room in it.
fn recent(tx: &mut Tx<'_>, book: &Book, since: i64) -> Result<BTreeMap<GuardKind, i64>> {
    let (mut recent, mut counted) = (BTreeMap::new(), BTreeMap::new());
    let sql = "SELECT o.kind, o.guard, o.reason, o.contact FROM plan_op o JOIN plan p ON p.id = o.plan \
               WHERE p.customer = $1 AND p.state IN ('applied', 'applying') AND p.as_of > $2 AND o.held IS NULL \
               AND (o.guard IS NOT NULL OR (o.kind IN ('restore', 'return') AND o.reason = 'restored')) \
               ORDER BY p.id, o.n";
    tx.for_each(sql, params![book.customer.id.0, since], |row| {
        let (reason, contact) = (row.text(2)?, row.opt_int(3)?);
        // What came back at the source, and may yet have lost a name with it.
        let back = match row.text(0)? {
            "restore" if reason == "restored" => Some(GuardKind::Remove),
            "return" if reason == "restored" => Some(GuardKind::MarkLeft),
            _ => None,
        };
        let own = row.opt_text(1)?.map(|name| GuardKind::named(name).ok_or_else(unreadable)).transpose()?;
        // An undo's row names the guard kind that it takes back.
        let weight = if reason == "undo" { -1 } else { 1 };
        for (kind, weight) in back.map(|kind| (kind, -1)).into_iter().chain(own.map(|kind| (kind, weight))) {
            let of_contact: &mut i64 = counted.entry((kind, contact)).or_default();
            let counts = if weight > 0 || *of_contact > 0 { weight } else { 0 };
            *of_contact += counts;
            *recent.entry(kind).or_default() += counts;
        }
        Ok(())
    })?;
    Ok(recent)
}

pub(super) fn linked(tx: &mut Tx<'_>, connection: ConnectionId) -> Result<i64> {
    let sql = "SELECT linked FROM link_count WHERE connection = $1";
    Ok(tx.query_opt(sql, params![connection.get()], |row| row.int(0))?.unwrap_or(0))
}
