//! What is known of a run besides its row: findings, its plan, what it did to groups, and runs whose process ended first.

use model::ids::{ContactId, PlanId, RunId, SourceId};
use model::plan::{Finding, FindingKind};

use crate::codec::Decoder;
use crate::db::{Row, params};
use crate::error::{Result, StoreError};
use crate::store::{Book, Store};

/// What a run did to contact groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct GroupCounts {
    /// Groups made.
    pub created: i64,
    /// Groups that got another name.
    pub renamed: i64,
    /// Groups that stand for no source group any more.
    pub untied: i64,
}

/// A run whose process ended before it did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeftRun {
    /// The run.
    pub run: RunId,
    /// Its plan, where that was applied to its end.
    pub applied: Option<PlanId>,
}

impl Book {
    /// A run's findings.
    pub fn findings(&self, run: RunId) -> Result<Vec<Finding>> {
        let sql = "SELECT f.kind, f.source, f.contact, f.others FROM finding f JOIN run r ON r.id = f.run \
                   WHERE f.run = $1 AND r.customer = $2 ORDER BY f.n";
        self.store.db.read(|tx| tx.query(sql, params![run.0, self.customer.id.0], read_finding))
    }

    /// The plan of a run.
    pub fn plan_of(&self, run: RunId) -> Result<Option<PlanId>> {
        let sql = "SELECT id FROM plan WHERE run = $1 AND customer = $2 AND state <> 'forgotten' ORDER BY id DESC LIMIT 1";
        self.store
            .db
            .read(|tx| tx.query_opt(sql, params![run.0, self.customer.id.0], |row| Ok(PlanId(row.int(0)?))))
    }

    /// The run that made a plan.
    pub fn run_of(&self, plan: PlanId) -> Result<Option<RunId>> {
        let sql = "SELECT run FROM plan WHERE id = $1 AND customer = $2";
        self.store
            .db
            .read(|tx| tx.query_opt(sql, params![plan.0, self.customer.id.0], |row| Ok(RunId(row.int(0)?))))
    }

    /// What a plan that was applied did to contact groups.
    pub fn group_counts(&self, plan: PlanId) -> Result<GroupCounts> {
        let sql = "SELECT o.kind, COUNT(*) FROM plan p JOIN plan_op o ON o.plan = p.id WHERE p.id = $1 AND p.customer = $2 \
                   AND o.held IS NULL AND o.kind IN ('group_create', 'group_rename', 'group_untie') GROUP BY o.kind";
        let mut counts = GroupCounts::default();
        self.store.db.read(|tx| {
            tx.for_each(sql, params![plan.0, self.customer.id.0], |row| {
                match row.text(0)? {
                    "group_create" => counts.created = row.int(1)?,
                    "group_rename" => counts.renamed = row.int(1)?,
                    _ => counts.untied = row.int(1)?,
                }
                Ok(())
            })
        })?;
        Ok(counts)
    }

    /// Runs whose process ended before they did, oldest first. Only for the holder of the lease: nobody else is at work.
    pub fn left_runs(&self) -> Result<Vec<LeftRun>> {
        let sql = "SELECT r.id, p.id FROM run r LEFT JOIN plan p ON p.run = r.id AND p.state = 'applied' \
                   WHERE r.customer = $1 AND r.outcome = 'running' ORDER BY r.id";
        self.store.db.look_up(|tx| {
            tx.query(sql, params![self.customer.id.0], |row| {
                Ok(LeftRun { run: RunId(row.int(0)?), applied: row.opt_int(1)?.map(PlanId) })
            })
        })
    }
}

impl Store {
    /// Whose run this is.
    pub fn customer_of_run(&self, run: RunId) -> Result<Option<Book>> {
        let sql = "SELECT c.slug FROM run r JOIN customer c ON c.id = r.customer WHERE r.id = $1";
        let slug = self.db.read(|tx| tx.query_opt(sql, params![run.0], |row| Ok(row.text(0)?.to_owned())))?;
        slug.map_or(Ok(None), |slug| self.book(&slug))
    }
}

fn read_finding(row: &Row<'_>) -> Result<Finding> {
    let mut others = Vec::new();
    let mut from = Decoder::new(row.blob(3)?)?;
    while !from.is_at_end() {
        others.push(from.source()?);
    }
    Ok(Finding {
        kind: FindingKind::named(row.text(0)?)
            .ok_or_else(|| StoreError::Corrupt("a finding is unreadable".into()))?,
        source: SourceId::from_bytes(row.blob(1)?),
        contact: row.opt_int(2)?.map(ContactId::from_stored),
        others,
    })
}
