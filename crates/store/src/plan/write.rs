//! The one statement that writes operations of a plan.

use model::ids::PlanId;
use model::plan::{GuardKind, HeldBy, OpKind};

use crate::db::{Bulk, Tx, Type, Verb};
use crate::error::Result;

const ROW: Bulk = Bulk {
    table: "plan_op",
    columns: &[
        ("plan", Type::Int),
        ("n", Type::Int),
        ("kind", Type::Text),
        ("contact", Type::Int),
        ("source", Type::Blob),
        ("reason", Type::Text),
        ("held", Type::Text),
        ("guard", Type::Text),
        ("created", Type::Int),
        ("state", Type::Int),
        ("seen", Type::Int),
        ("detail", Type::Blob),
    ],
    verb: Verb::Insert { on_conflict: "" },
};

/// A row that is not numbered yet.
pub(super) struct NewRow {
    pub(super) kind: OpKind,
    pub(super) contact: Option<i64>,
    pub(super) source: Vec<u8>,
    pub(super) reason: String,
    pub(super) held: Option<HeldBy>,
    pub(super) guard: Option<GuardKind>,
    pub(super) created: Option<i64>,
    pub(super) state: i64,
    /// Digest of what it shows, where it may be held.
    pub(super) seen: Option<i64>,
    pub(super) detail: Vec<u8>,
}

/// Writes rows of a plan behind number `n`, which goes on.
pub(super) fn write_rows(
    tx: &mut Tx<'_>,
    plan: PlanId,
    n: &mut i64,
    rows: impl IntoIterator<Item = NewRow>,
) -> Result<()> {
    let mut rows = rows.into_iter().peekable();
    if rows.peek().is_none() {
        return Ok(());
    }
    let mut bulk = tx.bulk(&ROW)?;
    for row in rows {
        *n += 1;
        bulk.row(|v| {
            v.int(plan.0);
            v.int(*n);
            v.text(row.kind.name());
            v.opt_int(row.contact);
            v.blob(&row.source);
            v.text(&row.reason);
            v.opt_text(row.held.map(HeldBy::name));
            v.opt_text(row.guard.map(GuardKind::name));
            v.opt_int(row.created);
            v.int(row.state);
            v.opt_int(row.seen);
            v.blob(&row.detail);
        })?;
    }
    bulk.finish().map(drop)
}
