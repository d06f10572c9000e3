//! The plan and the run as an apply finds and leaves them.

use model::Timestamp;
use model::ids::{CustomerId, PlanId, RunId};
use model::run::{Counts, RunKind};

use crate::db::{Tx, params};
use crate::error::Result;
use crate::lease::Lease;

/// A plan as its apply finds it.
pub(super) struct Head {
    pub(super) customer: CustomerId,
    pub(super) run: RunId,
    pub(super) as_of: Timestamp,
    pub(super) seq: i64,
    /// The last mark that was ever given when it was begun.
    pub(super) marks: i64,
    /// Of a run whose lease is over: a killed one, or one that let the plan wait for a person.
    pub(super) left: bool,
    /// It takes runs back.
    pub(super) undo: bool,
    pub(super) all: i64,
    pub(super) progress: i64,
    /// No plan was ever applied whole.
    pub(super) first: bool,
}

pub(super) fn head(tx: &mut Tx<'_>, plan: PlanId, lease: &Lease) -> Result<Head> {
    let sql = "SELECT p.customer, p.run, p.as_of, p.pending_seq, p.operations, p.progress, p.marks, p.lease, r.kind, \
               (SELECT applied FROM connection WHERE id = $2) FROM plan p LEFT JOIN run r ON r.id = p.run WHERE p.id = $1";
    tx.query_one(sql, params![plan.0, lease.connection.get()], |row| {
        Ok(Head {
            customer: CustomerId(row.int(0)?),
            run: RunId(row.int(1)?),
            as_of: Timestamp(row.int(2)?),
            seq: row.int(3)?,
            all: row.int(4)?,
            progress: row.int(5)?,
            marks: row.int(6)?,
            left: row.int(7)? != lease.token,
            undo: row.opt_text(8)? == Some(RunKind::Undo.name()),
            first: row.opt_int(9)? == Some(0),
        })
    })
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
