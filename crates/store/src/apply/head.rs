//! The plan and the run as an apply finds and leaves them.

use model::Timestamp;
use model::ids::{ConnectionId, CustomerId, PlanId, RunId};
use model::run::Counts;

use crate::db::{Tx, params};
use crate::error::Result;

/// A plan as its apply finds it.
pub(super) struct Head {
    pub(super) customer: CustomerId,
    pub(super) run: RunId,
    pub(super) as_of: Timestamp,
    pub(super) seq: i64,
    pub(super) all: i64,
    pub(super) progress: i64,
    /// No plan was ever applied whole.
    pub(super) first: bool,
}

pub(super) fn head(tx: &mut Tx<'_>, plan: PlanId, connection: ConnectionId) -> Result<Head> {
    let sql = "SELECT customer, run, as_of, pending_seq, operations, progress, \
               (SELECT applied FROM connection WHERE id = $2) FROM plan WHERE id = $1";
    tx.query_one(sql, params![plan.0, connection.get()], |row| {
        Ok(Head {
            customer: CustomerId(row.int(0)?),
            run: RunId(row.int(1)?),
            as_of: Timestamp(row.int(2)?),
            seq: row.int(3)?,
            all: row.int(4)?,
            progress: row.int(5)?,
            first: row.opt_int(6)? == Some(0),
        })
    })
}

/// Whether nobody has touched a linked contact, or linked or unlinked one, since a plan of everybody who was due: each such
/// change leaves a mark in its own transaction, behind those that the plan saw.
pub(super) fn as_seen(tx: &mut Tx<'_>, connection: ConnectionId, seq: i64) -> Result<bool> {
    let sql = "SELECT seq FROM pending WHERE connection = $1 AND seq > $2 LIMIT 1";
    let newer = tx.query_opt(sql, params![connection.get(), seq], |row| row.int(0))?;
    Ok(seq > 0 && newer.is_none())
}

pub(super) fn add_counts(tx: &mut Tx<'_>, run: RunId, counts: &Counts) -> Result<()> {
    let sql = "UPDATE run SET created = created + $1, updated = updated + $2, removed = removed + $3, \
               adopted = adopted + $4, unlinked = unlinked + $5, memberships = memberships + $6, restored = restored + $7 \
               WHERE id = $8";
    let values = params![
        counts.created,
        counts.updated,
        counts.removed,
        counts.adopted,
        counts.unlinked,
        counts.memberships,
        counts.restored,
        run.0
    ];
    tx.exec(sql, values).map(drop)
}
