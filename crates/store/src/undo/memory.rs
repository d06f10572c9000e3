//! What an undo remembers: stored behind the steps of its rows, and left as rejections when they are applied.

use std::collections::{BTreeMap, BTreeSet};

use model::Timestamp;
use model::ids::{ConnectionId, ContactId, RunId, SourceId};
use model::plan::OpKind;
use model::subject::Rejection;

use super::{Memory, Moved, Rejected, Tie, Undoing};
use crate::codec::{Decoder, Encoder};
use crate::db::{Bulk, Tx, Type, Verb};
use crate::error::{Result, StoreError};
use crate::plan::{PlanRow, Reversed};

/// Why a rejection that an undo left is there.
const UNDONE: &str = "undone";

/// Writes what an undo's row is besides its step, behind the step.
pub(crate) fn encode(to: &mut Encoder, undoing: &Undoing) {
    to.int(match undoing.memory {
        Memory::Leave => -1,
        Memory::Forget(run) => run.0,
    });
    to.int(undoing.of.len() as i64);
    for one in &undoing.of {
        to.blob(one.source.as_bytes());
        to.opt_text(Some(one.what.kind.name()));
        to.int(one.what.state);
    }
    to.opt_text(undoing.tie.map(|t| t.origin.name()));
    let moved = undoing.tie.and_then(|t| t.moved);
    to.opt_text(moved.map(|m| m.origin.name()));
    to.int(moved.map_or(0, |m| m.from.get()));
}

/// Reads it.
pub(crate) fn decode(from: &mut Decoder<'_>) -> Result<Undoing> {
    let unreadable = || StoreError::Corrupt("a stored undo is unreadable".into());
    let memory = match from.int()? {
        -1 => Memory::Leave,
        run => Memory::Forget(RunId(run)),
    };
    let mut of = Vec::new();
    for _ in 0..from.int()? {
        let source = from.source()?;
        let kind = from.opt_text()?.and_then(|k| OpKind::named(&k)).ok_or_else(unreadable)?;
        of.push(Rejected { source, what: Rejection { kind, state: from.int()? } });
    }
    let origin = |name: Option<Box<str>>| name.map(|n| crate::people::link_origin(&n)).transpose();
    let (tied, moved) = (origin(from.opt_text()?)?, origin(from.opt_text()?)?);
    let contact = from.int()?;
    let moved = moved.map(|origin| Moved { from: ContactId::from_stored(contact), origin });
    Ok(Undoing { memory, of, tie: tied.map(|origin| Tie { origin, moved }) })
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
    let all = rows.iter().map(Reversed::undoing).filter(|u| u.memory == Memory::Leave);
    let left: BTreeSet<_> = all.flat_map(|u| &u.of).map(key).collect();
    for undoing in rows.iter_mut().map(Reversed::undoing_mut) {
        match undoing.memory {
            Memory::Leave => {}
            Memory::Forget(_) => undoing.of.retain(|r| !left.contains(&key(r))),
        }
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
        for one in &undo.of {
            let key = (one.source.clone(), one.what.kind.name());
            match undo.memory {
                Memory::Leave => drop(leave.insert(key, one.what.state)),
                Memory::Forget(run) => drop(forget.insert((key, run))),
            }
        }
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
        })?;
    }
    bulk.finish().map(drop)
}
