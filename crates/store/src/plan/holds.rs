//! What a plan and the holds of a connection have to do with each other: who is due because of one, which operations a
//! person has released, and which holds live on when a draft is closed.

use std::collections::{BTreeMap, BTreeSet};

use model::Timestamp;
use model::ids::{ConnectionId, SourceId};
use model::plan::{Operation, PersonPlan};

use super::members::bring_along;
use super::{Draft, PIECE};
use crate::db::{List, Tx, params};
use crate::error::Result;
use crate::pending::{self, Due};

/// Who is due, held people whose turn it is again included, and up to which mark.
pub(super) fn due_with_holds(
    tx: &mut Tx<'_>,
    connection: ConnectionId,
    as_of: Timestamp,
) -> Result<(Due, i64)> {
    let (due, seq) = pending::due(tx, connection, as_of)?;
    let sql = "SELECT source FROM hold WHERE connection = $1 AND again_at <= $2";
    let key = params![connection.get(), as_of.0];
    let held = tx.query(sql, key, |row| Ok(SourceId::from_bytes(row.blob(0)?)))?;
    let due = match due {
        Due::Everybody => Due::Everybody,
        Due::Nobody if held.is_empty() => Due::Nobody,
        Due::Nobody => Due::People(bring_along(tx, connection, distinct(held))?),
        Due::People(people) => {
            Due::People(bring_along(tx, connection, distinct(people.into_iter().chain(held).collect()))?)
        }
    };
    Ok((due, seq))
}

pub(super) fn distinct(mut people: Vec<SourceId>) -> Vec<SourceId> {
    people.sort_unstable();
    people.dedup();
    people
}

/// Operations that a person has released, with what they showed.
#[derive(Default)]
pub(super) struct Released(BTreeMap<(SourceId, String), i64>);

impl Released {
    /// Whether just this operation was.
    pub(super) fn has(&self, operation: &Operation) -> bool {
        if self.0.is_empty() || !may_be_held(operation) {
            return false;
        }
        let key = (operation.source.clone(), operation.step.kind().name().to_owned());
        self.0.get(&key) == Some(&operation.seen())
    }
}

fn may_be_held(operation: &Operation) -> bool {
    operation.step.guarded().is_some() || operation.held.is_some()
}

/// What a person has released of these plans; nothing is asked where nothing can be held.
/// What was released after the plan began was not confirmed with it, and waits for the next one.
pub(super) fn released(
    tx: &mut Tx<'_>,
    connection: ConnectionId,
    as_of: Timestamp,
    plans: &[PersonPlan],
) -> Result<Released> {
    let held = plans.iter().flat_map(|p| &p.operations).filter(|o| may_be_held(o));
    let held: BTreeSet<&[u8]> = held.map(|o| o.source.as_bytes()).collect();
    if held.is_empty() {
        return Ok(Released::default());
    }
    let held: Vec<&[u8]> = held.into_iter().collect();
    let of = List::Blobs.holds(tx.engine(), 2);
    let sql = format!(
        "SELECT source, kind, seen FROM hold WHERE connection = $1 AND released_at <= $3 AND source {of}"
    );
    let all = tx.query(&sql, params![connection.get(), &held[..], as_of.0], |row| {
        Ok(((SourceId::from_bytes(row.blob(0)?), row.text(1)?.to_owned()), row.int(2)?))
    })?;
    Ok(Released(all.into_iter().collect()))
}

/// A hold lives while plans still ask for it; answers how many are new. The plan is read once and looks its holds up, for a
/// hold that looked itself up would read the plan whole. What the guard holds is planned again a day later, when what was
/// applied before has left its window; what a person holds, once it is released or the source changes.
pub(super) fn keep_holds(tx: &mut Tx<'_>, connection: ConnectionId, draft: &Draft, due: &Due) -> Result<i64> {
    let again = draft.as_of.plus_days(1).0;
    let any = "SELECT 1 FROM hold WHERE connection = $1 LIMIT 1";
    let before = tx.query_opt(any, params![connection.get()], |_| Ok(()))?.is_some();
    if before {
        pending::mark_let_go(tx, connection, draft.id, draft.seq)?;
        drop_holds(tx, connection, draft, due)?;
        let sql = "UPDATE hold SET again_at = $3 WHERE connection = $1 AND held_by <> 'person' AND (source, kind) IN \
                   (SELECT o.source, o.kind FROM plan_op o WHERE o.plan = $2 AND o.held IS NOT NULL) \
                   AND (released_at IS NULL OR released_at <= $4)";
        tx.exec(sql, params![connection.get(), draft.id.0, again, draft.as_of.0])?;
    }
    let since = draft.as_of.0;
    let insert = "INSERT INTO hold (connection, source, kind, contact, contact_group, held_by, state, seen, since, guard, \
                  again_at) SELECT $1, source, kind, contact, CASE WHEN contact IS NULL AND kind IN ('members', \
                  'group_create', 'group_rename', 'group_untie') THEN created END, held, state, COALESCE(seen, 0), $3, \
                  guard, $4 FROM plan_op WHERE plan = $2";
    // Of a group without its source a plan of some people keeps no hold.
    let sql = format!(
        "{insert} AND held IS NOT NULL AND held <> 'person' AND source <> $5 ON CONFLICT (connection, source, kind) DO NOTHING"
    );
    let mut grew = tx.exec(&sql, params![connection.get(), draft.id.0, since, again, &b""[..]])?;
    // A person needs no mail about what a person holds; it may be somebody who has no contact yet.
    let sql = format!("{insert} AND held = 'person' ON CONFLICT (connection, source, kind) DO NOTHING");
    tx.exec(&sql, params![connection.get(), draft.id.0, since, i64::MAX])?;
    if before {
        // What was released and has become something else waits again, of which a person is told as of a new hold.
        grew += show_anew(tx, connection, draft, "AND h.released_at IS NOT NULL")?;
        show_anew(tx, connection, draft, "")?;
    }
    Ok(grew as i64)
}

/// Lets holds be about what the plan shows now, where that is something else; answers how many there were.
fn show_anew(tx: &mut Tx<'_>, connection: ConnectionId, draft: &Draft, which: &str) -> Result<u64> {
    // CROSS keeps SQLite to this order.
    let sql = format!(
        "UPDATE hold SET released_at = NULL, state = n.state, seen = n.seen, contact = n.contact FROM (SELECT h.source, \
         h.kind, MAX(o.state) AS state, MAX(o.seen) AS seen, MAX(o.contact) AS contact FROM plan_op o CROSS JOIN hold h \
         WHERE o.plan = $2 AND h.connection = $1 AND h.source = o.source AND h.kind = o.kind {which} \
         GROUP BY h.source, h.kind \
         HAVING COUNT(CASE WHEN o.held IS NOT NULL AND o.seen <> h.seen THEN 1 END) > 0) n \
         WHERE hold.connection = $1 AND hold.source = n.source AND hold.kind = n.kind"
    );
    tx.exec(&sql, params![connection.get(), draft.id.0])
}

/// Drops the holds of people who were planned and for whom no operation asks.
fn drop_holds(tx: &mut Tx<'_>, connection: ConnectionId, draft: &Draft, due: &Due) -> Result<()> {
    // Looked up in a condition: PostgreSQL would join the two row by row, for it takes the first half of a list in NOT IN
    // for enough.
    let stale = "DELETE FROM hold WHERE connection = $1 AND (source, kind) NOT IN \
                 (SELECT o.source, o.kind FROM plan_op o WHERE o.plan = $2 AND (o.held IS NOT NULL OR EXISTS \
                 (SELECT 1 FROM hold h WHERE h.connection = $1 AND h.source = o.source AND h.kind = o.kind \
                 AND h.released_at IS NOT NULL)))";
    match due {
        Due::Nobody => Ok(()),
        Due::Everybody => tx.exec(stale, params![connection.get(), draft.id.0]).map(drop),
        Due::People(people) => {
            let sql = format!("{stale} AND source {}", List::Blobs.holds(tx.engine(), 3));
            let ids: Vec<&[u8]> = people.iter().map(SourceId::as_bytes).collect();
            let mut pieces = ids.chunks(PIECE);
            pieces.try_for_each(|some| tx.exec(&sql, params![connection.get(), draft.id.0, some]).map(drop))
        }
    }
}

#[cfg(test)]
mod tests;
