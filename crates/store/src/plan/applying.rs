//! How far an apply is that is under way: what was done, and the last lines of it. Told from the database, so whoever looks at another
//! node's run sees as much as at one of their own.

use model::ids::{PlanId, RunId};

use super::counts::count;
use super::rows::{COLUMNS, read_row};
use super::{KindCount, PlanRow};
use crate::db::{Tx, params};
use crate::error::Result;
use crate::store::Book;

/// An apply that is under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applying {
    /// Operations done.
    pub done: i64,
    /// In all.
    pub of: i64,
    /// How many of each kind were done; what is held is counted whole.
    pub counts: Vec<KindCount>,
    /// The last of what was done, newest first.
    pub last: Vec<PlanRow>,
}

impl Book {
    /// How far the apply of a run's plan is, with at most so many of its last lines; `None` where none is under way.
    pub fn applying(&self, run: RunId, most: i64) -> Result<Option<Applying>> {
        let sql = "SELECT id, progress, operations FROM plan WHERE run = $1 AND customer = $2 AND state = 'applying' \
                   ORDER BY id DESC LIMIT 1";
        self.store.db.read(|tx| {
            let at = tx.query_opt(sql, params![run.0, self.customer.id.0], |row| {
                Ok((PlanId(row.int(0)?), row.int(1)?, row.int(2)?))
            })?;
            at.map(|(plan, done, of)| {
                Ok(Applying {
                    done,
                    of,
                    counts: count(tx, plan, Some(done))?,
                    last: last(tx, plan, done, most)?,
                })
            })
            .transpose()
        })
    }
}

fn last(tx: &mut Tx<'_>, plan: PlanId, done: i64, most: i64) -> Result<Vec<PlanRow>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM plan_op WHERE plan = $1 AND n <= $2 AND held IS NULL ORDER BY n DESC LIMIT $3"
    );
    tx.query(&sql, params![plan.0, done, most], read_row)
}
