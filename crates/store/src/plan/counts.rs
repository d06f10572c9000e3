//! How many operations of each kind a plan has. Kept beside the plan when it is closed and when it was applied, for counting them
//! takes a look at each one; whoever takes operations out of a plan calls [`forget`].

use model::ids::PlanId;
use model::plan::OpKind;

use crate::codec::{Decoder, Encoder};
use crate::db::{Row, Tx, params};
use crate::error::{Result, StoreError};
use crate::store::Book;

/// How many operations of a kind a plan has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KindCount {
    /// The kind.
    pub kind: OpKind,
    /// Whether they are held.
    pub held: bool,
    /// How many.
    pub n: i64,
}

impl Book {
    /// How many operations of each kind a plan has.
    pub fn plan_counts(&self, plan: PlanId) -> Result<Vec<KindCount>> {
        self.store.db.read(|tx| known(tx, self, plan))
    }
}

/// The counts of a plan: those that are kept, or counted anew.
pub(super) fn known(tx: &mut Tx<'_>, book: &Book, plan: PlanId) -> Result<Vec<KindCount>> {
    let sql = "SELECT counts FROM plan WHERE id = $1 AND customer = $2";
    let read = |row: &Row<'_>| row.opt_blob(0).map(|kept| kept.map(<[u8]>::to_vec));
    match tx.query_opt(sql, params![plan.0, book.customer.id.0], read)? {
        None => Ok(Vec::new()),
        Some(Some(kept)) => decode(&kept),
        Some(None) => count(tx, plan, None),
    }
}

/// Counts a plan's operations and keeps the counts beside it.
pub(crate) fn keep(tx: &mut Tx<'_>, plan: PlanId) -> Result<Vec<KindCount>> {
    let counts = count(tx, plan, None)?;
    let mut to = Encoder::new();
    for count in &counts {
        to.opt_text(Some(count.kind.name()));
        to.byte(u8::from(count.held));
        to.int(count.n);
    }
    tx.exec("UPDATE plan SET counts = $2 WHERE id = $1", params![plan.0, &to.bytes[..]])?;
    Ok(counts)
}

/// What is kept of a plan's counts is true no more.
pub(crate) fn forget(tx: &mut Tx<'_>, plan: PlanId) -> Result<()> {
    tx.exec("UPDATE plan SET counts = NULL WHERE id = $1", params![plan.0]).map(drop)
}

/// Counts them: all, or so many from the beginning, and what is held whole.
pub(super) fn count(tx: &mut Tx<'_>, plan: PlanId, first: Option<i64>) -> Result<Vec<KindCount>> {
    let sql = "SELECT kind, CAST(CASE WHEN held IS NULL THEN 0 ELSE 1 END AS BIGINT) AS h, COUNT(*) FROM plan_op \
               WHERE plan = $1 AND (n <= $2 OR held IS NOT NULL) GROUP BY kind, h ORDER BY kind, h";
    tx.query(sql, params![plan.0, first.unwrap_or(i64::MAX)], read)
}

fn read(row: &Row<'_>) -> Result<KindCount> {
    Ok(KindCount { kind: named(row.text(0)?)?, held: row.bool(1)?, n: row.int(2)? })
}

fn decode(kept: &[u8]) -> Result<Vec<KindCount>> {
    let (mut from, mut counts) = (Decoder::new(kept)?, Vec::new());
    while !from.is_at_end() {
        let kind = named(&from.opt_text()?.unwrap_or_default())?;
        counts.push(KindCount { kind, held: from.byte()? == 1, n: from.int()? });
    }
    Ok(counts)
}

fn named(kind: &str) -> Result<OpKind> {
    OpKind::named(kind).ok_or_else(|| StoreError::Corrupt("a stored plan is unreadable".into()))
}
