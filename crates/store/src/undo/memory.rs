//! What an undo remembers: stored behind the steps of its rows, and left as rejections when they are applied.

use std::collections::{BTreeMap, BTreeSet};

use model::Timestamp;
use model::ids::{ConnectionId, ContactId, SourceId};
use model::plan::OpKind;
use model::subject::Rejection;

use super::{Memory, Moved, Rejected, Tie, Undoing};
use crate::codec::{Decoder, Encoder};
use crate::db::{Bulk, Tx, Type, Verb};
use crate::error::{Result, StoreError};
use crate::plan::PlanRow;

/// Why a rejection that an undo left is there.
const UNDONE: &str = "undone";

/// Writes what an undo's row is besides its step, behind the step.
pub(crate) fn encode(to: &mut Encoder, undoing: &Undoing) {
    to.byte(u8::from(undoing.memory == Memory::Leave));
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
    let memory = if from.byte()? == 1 { Memory::Leave } else { Memory::Forget };
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
    ],
    verb: Verb::Upsert { keys: 3, guard: None },
};
const FORGOTTEN: Bulk = Bulk {
    table: "rejection",
    columns: &[("connection", Type::Int), ("source", Type::Blob), ("kind", Type::Text), ("why", Type::Text)],
    verb: Verb::Delete,
};

/// Leaves the rejections of applied rows of an undo, or takes them away; rows that went stale leave none.
pub(crate) fn remember(
    tx: &mut Tx<'_>,
    connection: ConnectionId,
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
                Memory::Forget => drop(forget.insert(key)),
            }
        }
    }
    if !forget.is_empty() {
        let mut bulk = tx.bulk(&FORGOTTEN)?;
        for (source, kind) in &forget {
            bulk.row(|v| {
                v.int(connection.get());
                v.blob(source.as_bytes());
                v.text(kind);
                v.text(UNDONE);
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
        })?;
    }
    bulk.finish().map(drop)
}
