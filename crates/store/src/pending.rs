//! Pending: durable marks of what must be planned, each with a due time. A mark for everybody has an empty source.

use std::collections::BTreeSet;

use model::Timestamp;
use model::ids::{ConnectionId, CustomerId, PlanId, SourceId};

use crate::db::{Bulk, List, Tx, Type, Verb, params};
use crate::error::Result;
use crate::fault;
use crate::store::next;

const MARK: Bulk = Bulk {
    table: "pending",
    columns: &[("connection", Type::Int), ("source", Type::Blob), ("due_at", Type::Int), ("seq", Type::Int)],
    verb: Verb::Upsert { keys: 3, guard: None },
};

/// Marks people as due; ids are distinct.
pub(crate) fn mark(
    tx: &mut Tx<'_>,
    connection: ConnectionId,
    people: &[SourceId],
    due: Timestamp,
) -> Result<()> {
    mark_each(tx, connection, &people.iter().map(|person| (person, due)).collect::<Vec<_>>())
}

/// Marks people as due, each at another time.
pub(crate) fn mark_each(
    tx: &mut Tx<'_>,
    connection: ConnectionId,
    people: &[(&SourceId, Timestamp)],
) -> Result<()> {
    if people.is_empty() || fault::loses_pending() {
        return Ok(());
    }
    let seq = next(tx, "pending")?;
    let mut bulk = tx.bulk(&MARK)?;
    for (person, due) in people {
        bulk.row(|v| {
            v.int(connection.get());
            v.blob(person.as_bytes());
            v.int(due.0);
            v.int(seq);
        })?;
    }
    bulk.finish().map(drop)
}

/// Marks whom a plan lets go on although they were held: their hold ends with the plan, and if that is only looked at or
/// its run is killed, nothing else would say that they are due. The marks go when the plan is applied.
pub(crate) fn mark_let_go(tx: &mut Tx<'_>, connection: ConnectionId, plan: PlanId, seq: i64) -> Result<()> {
    if fault::loses_pending() {
        return Ok(());
    }
    // CROSS keeps SQLite to this order.
    let sql = "INSERT INTO pending (connection, source, due_at, seq) SELECT h.connection, h.source, 0, $3 \
               FROM plan_op o CROSS JOIN hold h WHERE o.plan = $2 AND o.held IS NULL AND h.connection = $1 \
               AND h.source = o.source AND h.kind = o.kind AND h.released_at IS NULL \
               ON CONFLICT (connection, source, due_at) DO NOTHING";
    tx.exec(sql, params![connection.get(), plan.0, seq]).map(drop)
}

/// The same for those who are linked to these contacts.
pub(crate) fn mark_linked(
    tx: &mut Tx<'_>,
    connection: ConnectionId,
    contacts: &[i64],
    seq: i64,
) -> Result<()> {
    if fault::loses_pending() {
        return Ok(());
    }
    let of = List::Ints.holds(tx.engine(), 2);
    let sql = format!(
        "INSERT INTO pending (connection, source, due_at, seq) SELECT connection, source, 0, $3 FROM link \
         WHERE connection = $1 AND contact {of} ON CONFLICT (connection, source, due_at) DO NOTHING"
    );
    contacts.chunks(2_000).try_for_each(|some| tx.exec(&sql, params![connection.get(), some, seq]).map(drop))
}

/// Marks everybody of a connection: a first read, a changed policy, scope or preset.
pub(crate) fn mark_all(tx: &mut Tx<'_>, connection: ConnectionId) -> Result<()> {
    if fault::loses_pending() {
        return Ok(());
    }
    let seq = next(tx, "pending")?;
    let sql = "INSERT INTO pending (connection, source, due_at, seq) VALUES ($1, $2, 0, $3) \
               ON CONFLICT (connection, source, due_at) DO UPDATE SET seq = excluded.seq";
    tx.exec(sql, params![connection.get(), &b""[..], seq]).map(drop)
}

/// Marks everybody of a customer.
pub(crate) fn mark_everybody(tx: &mut Tx<'_>, customer: CustomerId) -> Result<()> {
    let (low, high) = ConnectionId::range(customer);
    let sql = "SELECT id FROM connection WHERE id BETWEEN $1 AND $2";
    let connections = tx.query(sql, params![low, high], |row| row.int(0))?;
    connections.into_iter().try_for_each(|id| mark_all(tx, ConnectionId::from_stored(id)))
}

/// The same for all customers: they inherit.
pub(crate) fn mark_every_customer(tx: &mut Tx<'_>) -> Result<()> {
    if fault::loses_pending() {
        return Ok(());
    }
    let seq = next(tx, "pending")?;
    let sql = "INSERT INTO pending (connection, source, due_at, seq) SELECT id, $1, 0, $2 FROM connection WHERE id > 0 \
               ON CONFLICT (connection, source, due_at) DO UPDATE SET seq = excluded.seq";
    tx.exec(sql, params![&b""[..], seq]).map(drop)
}

/// Who is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Due {
    /// Nobody.
    Nobody,
    /// Everybody.
    Everybody,
    /// These people, and these groups.
    People(Vec<SourceId>),
}

/// Who is due, and up to which mark.
pub(crate) fn due(tx: &mut Tx<'_>, connection: ConnectionId, as_of: Timestamp) -> Result<(Due, i64)> {
    let sql = "SELECT source, seq FROM pending WHERE connection = $1 AND due_at <= $2 ORDER BY source";
    let mut people = Vec::new();
    let (mut highest, mut everybody) = (0, false);
    tx.for_each(sql, params![connection.get(), as_of.0], |row| {
        let source = row.blob(0)?;
        highest = highest.max(row.int(1)?);
        if source.is_empty() {
            everybody = true;
        } else {
            people.push(SourceId::from_bytes(source));
        }
        Ok(())
    })?;
    people.dedup();
    let due = match (everybody, people.is_empty()) {
        (true, _) => Due::Everybody,
        (false, true) => Due::Nobody,
        (false, false) => Due::People(people),
    };
    Ok((due, highest))
}

/// Deletes the marks that a plan has planned: those due at its time and no newer than it saw.
pub(crate) fn clear(tx: &mut Tx<'_>, connection: ConnectionId, as_of: Timestamp, seq: i64) -> Result<()> {
    let sql = "DELETE FROM pending WHERE connection = $1 AND due_at <= $2 AND seq <= $3";
    tx.exec(sql, params![connection.get(), as_of.0, seq]).map(drop)
}

/// The same for some people only.
pub(crate) fn clear_of(
    tx: &mut Tx<'_>,
    connection: ConnectionId,
    people: &[SourceId],
    (as_of, seq): (Timestamp, i64),
) -> Result<()> {
    let of = List::Blobs.holds(tx.engine(), 2);
    let sql =
        format!("DELETE FROM pending WHERE connection = $1 AND source {of} AND due_at <= $3 AND seq <= $4");
    for some in people.chunks(2_000) {
        let some: Vec<&[u8]> = some.iter().map(SourceId::as_bytes).collect();
        tx.exec(&sql, params![connection.get(), &some[..], as_of.0, seq])?;
    }
    Ok(())
}

/// The last mark that was ever given, over all customers.
pub(crate) fn last(tx: &mut Tx<'_>) -> Result<i64> {
    let sql = "SELECT value FROM counter WHERE name = 'pending'";
    tx.query_one(sql, &[], |row| row.int(0))
}

/// Who was marked behind a mark.
#[derive(Debug, Default)]
pub(crate) struct Newer {
    /// A policy, preset or scope was changed.
    pub everybody: bool,
    /// People, and groups.
    pub people: BTreeSet<SourceId>,
}

/// Who was marked behind `mark` and is due at this time: what a plan's own steps let wait for a later day is no news.
pub(crate) fn newer(tx: &mut Tx<'_>, connection: ConnectionId, mark: i64, as_of: Timestamp) -> Result<Newer> {
    let sql = "SELECT source FROM pending WHERE connection = $1 AND seq > $2 AND due_at <= $3";
    let mut newer = Newer::default();
    tx.for_each(sql, params![connection.get(), mark, as_of.0], |row| {
        let source = row.blob(0)?;
        if source.is_empty() {
            newer.everybody = true;
        } else {
            newer.people.insert(SourceId::from_bytes(source));
        }
        Ok(())
    })?;
    Ok(newer)
}
