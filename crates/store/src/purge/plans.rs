//! What runs planned and found. A plan is forgotten before its rows go, so that nobody takes half of a run back; the run's
//! own row, with its counts, stays.

use model::Timestamp;
use model::ids::{CustomerId, PlanId, RunId};

use super::Purged;
use crate::db::{Tx, params};
use crate::error::Result;

/// Rows dropped by one call.
const PIECE: i64 = 2_000;

/// A plan past its term.
pub(super) struct Old {
    plan: PlanId,
    run: RunId,
}

pub(super) fn purge(tx: &mut Tx<'_>, customer: CustomerId, before: Timestamp) -> Result<Purged> {
    let mut left = PIECE;
    for old in expired(tx, customer, before, PIECE)? {
        tx.exec("UPDATE plan SET state = 'forgotten' WHERE id = $1", params![old.plan.0])?;
        left -= drop_rows(tx, ("plan_op", "plan"), old.plan.0, left)?;
        left -= drop_rows(tx, ("finding", "run"), old.run.0, left)?;
        if left <= 0 {
            return Ok(Purged::APiece);
        }
        tx.exec("DELETE FROM plan WHERE id = $1", params![old.plan.0])?;
        left -= 1;
    }
    Ok(Purged::of(PIECE - left, PIECE))
}

/// The first rows of a plan or a run, at most `most`; answers how many.
fn drop_rows(tx: &mut Tx<'_>, (table, of): (&str, &str), id: i64, most: i64) -> Result<i64> {
    if most <= 0 {
        return Ok(0);
    }
    let sql = format!("SELECT MIN(n) FROM {table} WHERE {of} = $1");
    let Some(first) = tx.query_one(&sql, params![id], |row| row.opt_int(0))? else { return Ok(0) };
    let sql = format!("DELETE FROM {table} WHERE {of} = $1 AND n < $2");
    Ok(tx.exec(&sql, params![id, first + most])? as i64)
}

/// Plans past their term, the oldest first. While their connection lasts, these stay: one that is being applied, that of a
/// run that has not ended, and the one that waits for a person.
pub(super) fn expired(
    tx: &mut Tx<'_>,
    customer: CustomerId,
    before: Timestamp,
    limit: i64,
) -> Result<Vec<Old>> {
    let sql = "SELECT p.id, p.run FROM plan p JOIN run r ON r.id = p.run \
               LEFT JOIN connection k ON k.id = p.connection WHERE p.customer = $1 AND p.as_of < $2 \
               AND (k.id IS NULL OR NOT (p.state = 'applying' OR r.outcome = 'running' \
               OR (p.state = 'ready' AND r.outcome = 'waiting' AND NOT EXISTS (SELECT 1 FROM plan n JOIN run m ON m.id = n.run \
               WHERE n.customer = p.customer AND n.connection = p.connection AND n.id > p.id \
               AND m.outcome IN ('waiting', 'done'))))) ORDER BY p.as_of, p.id LIMIT $3";
    tx.query(sql, params![customer.0, before.0, limit], |row| {
        Ok(Old { plan: PlanId(row.int(0)?), run: RunId(row.int(1)?) })
    })
}
