//! What an undo remembers: stored behind the steps of its rows, and left as rejections when they are applied.

use std::collections::{BTreeMap, BTreeSet};

use model::Timestamp;
use model::ids::{ConnectionId, ContactId, RunId, SourceId};
use model::plan::OpKind;
use model::subject::Rejection;

use super::{Forgotten, Moved, Rejected, Tie, Undoing, Way};
use crate::codec::{Decoder, Encoder};
use crate::db::{Bulk, Tx, Type, Verb};
use crate::error::{Result, StoreError};
use crate::plan::{PlanRow, Reversed};

/// Why a rejection that an undo left is there.
const UNDONE: &str = "undone";

/// Writes what an undo's row is besides its step, behind the step: its way, the rejections that are left, those that go, and
/// the link that comes back.
pub(crate) fn encode(to: &mut Encoder, undoing: &Undoing) {
    to.int(i64::from(undoing.way == Way::Again));
    to.int(undoing.leave.len() as i64);
    undoing.leave.iter().for_each(|one| encode_one(to, one));
    to.int(undoing.forget.len() as i64);
    for one in &undoing.forget {
        to.int(one.by.0);
        encode_one(to, &one.of);
    }
    to.opt_text(undoing.tie.map(|t| t.origin.name()));
    let moved = undoing.tie.and_then(|t| t.moved);
    to.opt_text(moved.map(|m| m.origin.name()));
    to.int(moved.map_or(0, |m| m.from.get()));
    to.int(undoing.tie.map_or(0, |t| t.since.0));
}

fn encode_one(to: &mut Encoder, one: &Rejected) {
    to.blob(one.source.as_bytes());
    to.opt_text(Some(one.what.kind.name()));
    to.int(one.what.state);
}

pub(crate) fn decode(from: &mut Decoder<'_>) -> Result<Undoing> {
    let way = if from.int()? == 0 { Way::Back } else { Way::Again };
    let (mut leave, mut forget) = (Vec::new(), Vec::new());
    for _ in 0..from.int()? {
        leave.push(decode_one(from)?);
    }
    for _ in 0..from.int()? {
        forget.push(Forgotten { by: RunId(from.int()?), of: decode_one(from)? });
    }
    let origin = |name: Option<Box<str>>| name.map(|n| crate::people::link_origin(&n)).transpose();
    let (tied, moved) = (origin(from.opt_text()?)?, origin(from.opt_text()?)?);
    let contact = from.int()?;
    let since = RunId(from.int()?);
    let moved = moved.map(|origin| Moved { from: ContactId::from_stored(contact), origin });
    Ok(Undoing { way, leave, forget, tie: tied.map(|origin| Tie { origin, moved, since }) })
}

fn decode_one(from: &mut Decoder<'_>) -> Result<Rejected> {
    let unreadable = || StoreError::Corrupt("a stored undo is unreadable".into());
    let source = from.source()?;
    let kind = from.opt_text()?.and_then(|k| OpKind::named(&k)).ok_or_else(unreadable)?;
    Ok(Rejected { source, what: Rejection { kind, state: from.int()? } })
}

const REJECTION: Bulk = Bulk {
    table: "rejection",
    columns: &[
        ("connection", Type::Int),
        ("source", Type::Blob),
        ("kind", Type::Text),
        ("state", Type::Int),
        ("why", Type::Text),
        ("at", Type::Int),
        ("run", Type::Int),
        ("outlived_by", Type::Int),
    ],
    verb: Verb::Upsert { keys: 3, guard: None },
};
const FORGOTTEN: Bulk = Bulk {
    table: "rejection",
    columns: &[("connection", Type::Int), ("source", Type::Blob), ("kind", Type::Text), ("run", Type::Int)],
    verb: Verb::Delete,
};

/// Where one plan reverses both a run and an undo, what it leaves outlasts what it forgets: the book shall stay as the
/// plan leaves it.
pub(super) fn settle(rows: &mut [Reversed]) {
    let key = |r: &Rejected| (r.source.clone(), r.what.kind);
    let left: BTreeSet<_> = rows.iter().flat_map(|row| &row.undoing().leave).map(key).collect();
    for undoing in rows.iter_mut().map(Reversed::undoing_mut) {
        undoing.forget.retain(|r| !left.contains(&key(&r.of)));
    }
}

/// Leaves the rejections of applied rows of an undo, or takes them away; rows that went stale leave none.
pub(crate) fn remember(
    tx: &mut Tx<'_>,
    (connection, run): (ConnectionId, RunId),
    chunk: &[PlanRow],
    stale: &BTreeSet<SourceId>,
    at: Timestamp,
) -> Result<()> {
    let (mut leave, mut forget) = (BTreeMap::new(), BTreeSet::new());
    for row in chunk.iter().filter(|r| r.held.is_none() && !stale.contains(&r.source)) {
        let Some(undo) = &row.undo else { continue };
        let key = |one: &Rejected| (one.source.clone(), one.what.kind.name());
        leave.extend(undo.leave.iter().map(|one| (key(one), one.what.state)));
        forget.extend(undo.forget.iter().map(|one| (key(&one.of), one.by)));
    }
    if !forget.is_empty() {
        let mut bulk = tx.bulk(&FORGOTTEN)?;
        for ((source, kind), run) in &forget {
            bulk.row(|v| {
                v.int(connection.get());
                v.blob(source.as_bytes());
                v.text(kind);
                v.int(run.0);
            })?;
        }
        bulk.finish()?;
    }
    if leave.is_empty() {
        return Ok(());
    }
    let mut bulk = tx.bulk(&REJECTION)?;
    for ((source, kind), state) in &leave {
        bulk.row(|v| {
            v.int(connection.get());
            v.blob(source.as_bytes());
            v.text(kind);
            v.int(*state);
            v.text(UNDONE);
            v.int(at.0);
            v.int(run.0);
            v.opt_int(None);
        })?;
    }
    bulk.finish().map(drop)
}
