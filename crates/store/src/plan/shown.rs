//! A plan as people look at it: which one there is to look at, how much of what it holds, and a page of its lines.

use model::Timestamp;
use model::ids::{ConnectionId, ContactId, PlanId, RunId, SourceId};
use model::plan::OpKind;

use super::PlanRow;
use super::rows::{COLUMNS, read_row};
use crate::db::{Row, params};
use crate::error::{Result, StoreError};
use crate::store::Book;
use crate::undo::Back;

/// A plan that nobody has applied yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShownPlan {
    /// The plan.
    pub id: PlanId,
    /// The run that made it.
    pub run: RunId,
    /// The point in time for which it was made.
    pub as_of: Timestamp,
    /// Whether it is a first plan, which no run applies before a person agrees.
    pub waits: bool,
    /// Whether something was marked since, so that the next plan may be another one.
    pub outdated: bool,
}

/// Which lines of a plan are looked at.
#[derive(Debug, Clone, Copy)]
pub struct LinesOf<'a> {
    /// Of these kinds.
    pub kinds: &'a [OpKind],
    /// Only those that are held, or that are not; `None` for both.
    pub held: Option<bool>,
    /// So many are left out at the beginning.
    pub skip: i64,
    /// At most so many are wanted.
    pub most: i64,
}

impl Book {
    /// The newest plan of a run that was made to be looked at, or that waits for a person. None where a run or an undo has
    /// applied one since: it did what was due then, the older plan's operations among them. Behind a run of one person it is
    /// outdated.
    pub fn shown_plan(&self, connection: ConnectionId, now: Timestamp) -> Result<Option<ShownPlan>> {
        self.owns(connection)?;
        let sql = "SELECT p.id, p.run, p.as_of, CAST(CASE WHEN r.outcome = 'waiting' THEN 1 ELSE 0 END AS BIGINT), \
                   CAST(CASE WHEN EXISTS (SELECT 1 FROM pending d WHERE d.connection = $1 AND d.due_at <= $3 \
                   AND (d.seq > p.pending_seq OR d.due_at > p.as_of)) OR EXISTS (SELECT 1 FROM run o WHERE o.customer = $2 \
                   AND o.id > p.run AND o.kind = 'person' AND o.outcome IN ('done', 'running')) THEN 1 ELSE 0 END AS BIGINT) \
                   FROM plan p JOIN run r ON r.id = p.run AND r.kind = 'run' AND r.outcome IN ('waiting', 'planned') \
                   WHERE p.connection = $1 AND p.customer = $2 AND p.state = 'ready' \
                   AND NOT EXISTS (SELECT 1 FROM run l WHERE l.customer = $2 AND l.id > p.run AND l.kind <> 'person' AND l.outcome IN ('done', 'running')) \
                   ORDER BY p.id DESC LIMIT 1";
        let key = params![connection.get(), self.customer.id.0, now.0];
        self.store.db.look_up(|tx| {
            tx.query_opt(sql, key, |row| {
                Ok(ShownPlan {
                    id: PlanId(row.int(0)?),
                    run: RunId(row.int(1)?),
                    as_of: Timestamp(row.int(2)?),
                    waits: row.bool(3)?,
                    outdated: row.bool(4)?,
                })
            })
        })
    }

    /// Whether somebody is marked whom the next plan must look at.
    pub fn is_due(&self, connection: ConnectionId, now: Timestamp) -> Result<bool> {
        self.owns(connection)?;
        let sql = "SELECT 1 FROM pending WHERE connection = $1 AND due_at <= $2 LIMIT 1";
        let key = params![connection.get(), now.0];
        Ok(self.store.db.look_up(|tx| tx.query_opt(sql, key, |_| Ok(())))?.is_some())
    }

    /// Operations of a plan that are not held, about people and groups whom a person holds by now: whom, and which.
    pub fn plan_held_since(&self, connection: ConnectionId, plan: PlanId) -> Result<Vec<(SourceId, OpKind)>> {
        self.owns(connection)?;
        let sql = "SELECT o.source, o.kind FROM plan p JOIN plan_op o ON o.plan = p.id \
                   WHERE p.id = $1 AND p.customer = $2 AND o.held IS NULL \
                   AND o.source IN (SELECT source FROM held_person WHERE connection = $3)";
        let key = params![plan.0, self.customer.id.0, connection.get()];
        let unreadable = || StoreError::Corrupt("a plan's line is unreadable".into());
        self.store.db.look_up(|tx| {
            tx.query(sql, key, |row| {
                let kind = OpKind::named(row.text(1)?).ok_or_else(unreadable)?;
                Ok((SourceId::from_bytes(row.blob(0)?), kind))
            })
        })
    }

    /// Some of a plan's lines, in their order.
    pub fn plan_lines(&self, plan: PlanId, of: &LinesOf<'_>) -> Result<Vec<PlanRow>> {
        let held = match of.held {
            Some(true) => " AND held IS NOT NULL",
            Some(false) => " AND held IS NULL",
            None => "",
        };
        let kinds: Vec<String> = of.kinds.iter().map(|kind| format!("'{}'", kind.name())).collect();
        if kinds.is_empty() {
            return Ok(Vec::new());
        }
        let sql = format!(
            "SELECT {COLUMNS} FROM plan_op WHERE plan = (SELECT id FROM plan WHERE id = $1 AND customer = $2) \
             AND kind IN ({}){held} ORDER BY n LIMIT $3 OFFSET $4",
            kinds.join(", ")
        );
        let key = params![plan.0, self.customer.id.0, of.most, of.skip];
        self.store.db.look_up(|tx| tx.query(&sql, key, read_row))
    }

    /// What a plan takes back, if it is the undo of a run, of a contact of a run, or of all since a time.
    pub fn undone_by(&self, plan: PlanId) -> Result<Option<Back>> {
        let sql = "SELECT undoes, undoes_contact, undoes_since FROM plan WHERE id = $1 AND customer = $2";
        let read = |row: &Row<'_>| {
            let (run, contact) = (row.opt_int(0)?, row.opt_int(1)?.map(ContactId::from_stored));
            Ok(match (run, contact, row.opt_int(2)?) {
                (Some(run), Some(contact), _) => Some(Back::OfRun(RunId(run), contact)),
                (Some(run), None, _) => Some(Back::Run(RunId(run))),
                (None, _, Some(since)) => Some(Back::Since(Timestamp(since))),
                (None, _, None) => None,
            })
        };
        let key = params![plan.0, self.customer.id.0];
        Ok(self.store.db.look_up(|tx| tx.query_opt(sql, key, read))?.flatten())
    }

    /// How far the apply of a run's plan is: operations done, and how many there are.
    pub fn applied_of(&self, run: RunId) -> Result<Option<(i64, i64)>> {
        let sql = "SELECT progress, operations FROM plan WHERE run = $1 AND customer = $2 AND state = 'applying' ORDER BY id DESC LIMIT 1";
        let key = params![run.0, self.customer.id.0];
        self.store.db.look_up(|tx| tx.query_opt(sql, key, |row| Ok((row.int(0)?, row.int(1)?))))
    }

    /// The run that is under way, once it has a row.
    pub fn running(&self) -> Result<Option<RunId>> {
        let sql = "SELECT id FROM run WHERE customer = $1 AND outcome = 'running' ORDER BY id DESC LIMIT 1";
        self.store
            .db
            .look_up(|tx| tx.query_opt(sql, params![self.customer.id.0], |row| Ok(RunId(row.int(0)?))))
    }
}
