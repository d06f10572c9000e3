//! Rejections that a plan has outlived: its people were seen in another state than the rejections were about. Each is
//! signed with the plan when that is drafted and ends when it is applied; a plan that is only looked at ends none.

use model::ids::{ConnectionId, PlanId};
use model::subject::Outlived;

use crate::db::{Tx, params};
use crate::error::Result;

/// Signs rejections, unless somebody has meanwhile rejected anew.
pub(super) fn sign<'o>(
    tx: &mut Tx<'_>,
    connection: ConnectionId,
    plan: PlanId,
    outlived: impl Iterator<Item = &'o Outlived>,
) -> Result<()> {
    let sql = "UPDATE rejection SET outlived_by = $1 WHERE connection = $2 AND source = $3 AND kind = $4 AND state = $5";
    for Outlived { source, what } in outlived {
        let key = params![plan.0, connection.get(), source.as_bytes(), what.kind.name(), what.state];
        tx.exec(sql, key)?;
    }
    Ok(())
}

/// Ends those that a plan signed, now that it is applied.
pub(crate) fn end_outlived(tx: &mut Tx<'_>, connection: ConnectionId, plan: PlanId) -> Result<()> {
    let sql = "DELETE FROM rejection WHERE connection = $1 AND outlived_by = $2";
    tx.exec(sql, params![connection.get(), plan.0]).map(drop)
}
