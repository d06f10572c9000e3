//! Erasing out of stored plans.

use model::ids::{ContactId, PlanId};
use model::plan::Step;

use crate::db::{Param, Tx, params};
use crate::error::Result;
use crate::plan::{PlanRow, What, counts, rows};

/// Plan rows of a person: what was applied keeps its line without values, what was not is not planned any more.
pub(super) fn wipe_plans(tx: &mut Tx<'_>, select: &str, key: &[Param<'_>]) -> Result<()> {
    let columns = rows::COLUMNS.split(", ").map(|c| format!("o.{c}")).collect::<Vec<_>>().join(", ");
    let sql = select.replace("{}", &format!("{columns}, o.plan, p.state"));
    let found = tx.query(&sql, key, |row| {
        Ok((PlanId(row.int(9)?), row.text(10)? == "applied", rows::read_row(row)?))
    })?;
    for (plan, applied, mut row) in found {
        let place = params![plan.0, row.n];
        if applied && let What::Person { step, .. } = &mut row.what {
            blank(step);
            let detail = rows::encode(&row);
            let sql = "UPDATE plan_op SET detail = $3 WHERE plan = $1 AND n = $2";
            tx.exec(sql, params![plan.0, row.n, &detail[..]])?;
        } else {
            tx.exec("DELETE FROM plan_op WHERE plan = $1 AND n = $2", place)?;
            counts::forget(tx, plan)?;
        }
    }
    Ok(())
}

/// Takes the values out of a step.
fn blank(step: &mut Step) {
    match step {
        Step::Update { changes, wrote_key, .. } => {
            changes.clear();
            *wrote_key = None;
        }
        Step::Adopt { changes, .. }
        | Step::Relink { changes, .. }
        | Step::Restore { changes, .. }
        | Step::Return { changes, .. } => changes.clear(),
        Step::Create { .. }
        | Step::TakeOver { .. }
        | Step::MarkLeft { .. }
        | Step::Unlink { .. }
        | Step::Remove { .. }
        | Step::Wait { .. } => {}
    }
}

/// A plan that goes on later must not put an erased contact into groups.
pub(super) fn forget_members(tx: &mut Tx<'_>, id: ContactId) -> Result<()> {
    let columns = rows::COLUMNS.split(", ").map(|c| format!("o.{c}")).collect::<Vec<_>>().join(", ");
    let sql = format!(
        "SELECT {columns}, o.plan FROM plan_op o JOIN plan p ON p.id = o.plan WHERE p.customer = $1 \
         AND p.state <> 'applied' AND o.kind = 'members'"
    );
    let found: Vec<(PlanId, PlanRow)> =
        tx.query(&sql, params![id.customer().0], |row| Ok((PlanId(row.int(9)?), rows::read_row(row)?)))?;
    for (plan, mut row) in found {
        let What::Members { join, leave, .. } = &mut row.what else { continue };
        let before = join.len() + leave.len();
        join.retain(|contact| *contact != id);
        leave.retain(|contact| *contact != id);
        if before != join.len() + leave.len() {
            let detail = rows::encode(&row);
            let sql = "UPDATE plan_op SET detail = $3 WHERE plan = $1 AND n = $2";
            tx.exec(sql, params![plan.0, row.n, &detail[..]])?;
        }
    }
    Ok(())
}
