//! Undo of a run (W4): a plan of its own, made of the run's operations the other way round, last first.
//!
//! Rule: what changed since is a conflict and stays out of the plan; what is reversed leaves rejections about the source
//! state of today, so that the next run does not do it again. Undoing an undo takes its rejections away.

mod desk;
mod groups;
mod memory;
mod world;

use std::collections::{BTreeMap, BTreeSet};

use model::ids::{ConnectionId, ContactId, PlanId, RunId, SourceId};
use model::link::LinkOrigin;
use model::plan::{OpKind, Step};
use model::run::ReadMode;
use model::subject::Rejection;
use model::{Field, Timestamp};

use self::desk::Desk;
pub(crate) use self::memory::{decode, encode, remember};
use crate::db::{Tx, params};
use crate::error::{Result, StoreError};
use crate::lease::{Lease, fence};
use crate::plan::{PlanRow, What, rows, write_reversed};
use crate::runs::open_run;
use crate::store::{Book, next};

/// What a row of an undo's plan is besides its step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undoing {
    /// What becomes of the rejections.
    pub memory: Memory,
    /// The rejections.
    pub of: Vec<Rejected>,
    /// For a link that comes back.
    pub tie: Option<Tie>,
}

/// What becomes of rejections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Memory {
    /// A run is undone: they are left.
    Leave,
    /// An undo is undone: they go.
    Forget,
}

/// An operation that shall not be done again while the source state stays the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// The source user or group.
    pub source: SourceId,
    /// The kind, and the digest of the state.
    pub what: Rejection,
}

/// A link that comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tie {
    /// How it had come about.
    pub origin: LinkOrigin,
    /// The contact that it moves away from.
    pub moved: Option<Moved>,
}

/// A link as it was before it moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moved {
    /// The contact.
    pub from: ContactId,
    /// How that link had come about.
    pub origin: LinkOrigin,
}

/// Digests of a person's source state of today.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SourceState {
    /// The person.
    pub person: i64,
    /// The subscribed groups above.
    pub groups: i64,
}

/// An operation that is not undone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// The operation of the run.
    pub kind: OpKind,
    /// The source user or group.
    pub source: SourceId,
    /// The contact.
    pub contact: Option<ContactId>,
    /// Why.
    pub why: Clash,
}

/// Why an operation is not undone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Clash {
    /// These fields differ from what the run wrote.
    Fields(Vec<Field>),
    /// The contact was changed after the run.
    Changed,
    /// The contact or group is not where the run left it.
    Moved,
    /// The link is not what the run left.
    Relinked,
    /// The person must not come back.
    KeptOut,
}

/// A stored undo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UndoPlan {
    /// The plan, ready to be applied.
    pub plan: PlanId,
    /// Its run.
    pub run: RunId,
    /// How many operations it has.
    pub operations: i64,
    /// What it leaves alone.
    pub conflicts: Vec<Conflict>,
}

impl Book {
    /// The people whom a run's operations touch.
    pub fn people_of_run(&self, connection: ConnectionId, run: RunId) -> Result<BTreeSet<SourceId>> {
        self.owns(connection)?;
        self.store.db.read(|tx| {
            let head = head(tx, self, connection, run)?;
            let mut people = BTreeSet::new();
            for row in live_rows(tx, &head)? {
                match &row.what {
                    What::Person { step, .. } => {
                        if let Step::Relink { from, .. } = step {
                            people.insert(from.clone());
                        }
                        people.insert(row.source);
                    }
                    What::Group { .. } => {}
                    What::Members { join, leave, .. } => {
                        for contact in join.iter().chain(leave) {
                            people.extend(sources_of(tx, connection, *contact)?);
                        }
                    }
                }
            }
            Ok(people)
        })
    }

    /// Stores the plan that undoes a run, with a run of its own. `states` are the digests of the people of that run.
    pub fn plan_undo(
        &self,
        lease: &Lease,
        run: RunId,
        states: &BTreeMap<SourceId, SourceState>,
        now: Timestamp,
    ) -> Result<UndoPlan> {
        self.store.db.write(|tx| {
            fence(tx, lease)?;
            let head = head(tx, self, lease.connection, run)?;
            let mut desk = Desk::new(tx, lease.connection, &head, states)?;
            for row in live_rows(desk.tx, &head)?.iter().rev() {
                desk.reverse(row)?;
            }
            let (reversed, conflicts) = (desk.rows, desk.conflicts);
            let run = open_run(tx, self, lease.connection, ReadMode::Delta, now)?;
            let plan = PlanId(next(tx, "plan")?);
            let operations = reversed.len() as i64;
            let sql = "INSERT INTO plan (id, customer, connection, run, state, as_of, pending_seq, operations, progress) \
                       VALUES ($1, $2, $3, $4, 'ready', $5, 0, $6, 0)";
            let connection = lease.connection.get();
            tx.exec(sql, params![plan.0, self.customer.id.0, connection, run.0, now.0, operations])?;
            write_reversed(tx, plan, reversed)?;
            Ok(UndoPlan { plan, run, operations, conflicts })
        })
    }
}

/// A run that can be undone.
struct Head {
    plan: PlanId,
    progress: i64,
    ended: Timestamp,
}

fn head(tx: &mut Tx<'_>, book: &Book, connection: ConnectionId, run: RunId) -> Result<Head> {
    let sql = "SELECT started_at + duration_ms FROM run WHERE id = $1 AND customer = $2";
    let ended = tx.query_opt(sql, params![run.0, book.customer.id.0], |row| row.int(0))?;
    let ended = Timestamp(ended.ok_or(StoreError::NotFound)?);
    let sql = "SELECT id, progress FROM plan WHERE run = $1 AND customer = $2 AND connection = $3 AND state = 'applied' \
               ORDER BY id DESC LIMIT 1";
    let key = params![run.0, book.customer.id.0, connection.get()];
    let found = tx.query_opt(sql, key, |row| Ok((row.int(0)?, row.int(1)?)))?;
    let (plan, progress) = found
        .ok_or_else(|| StoreError::Invalid("this run applied nothing, so there is nothing to undo".into()))?;
    Ok(Head { plan: PlanId(plan), progress, ended })
}

fn live_rows(tx: &mut Tx<'_>, head: &Head) -> Result<Vec<PlanRow>> {
    let mut rows = rows(tx, head.plan, 0, head.progress)?;
    rows.retain(|r| r.held.is_none());
    Ok(rows)
}

fn sources_of(tx: &mut Tx<'_>, connection: ConnectionId, contact: ContactId) -> Result<Vec<SourceId>> {
    let sql = "SELECT source FROM link WHERE contact = $1 AND connection = $2 ORDER BY source";
    tx.query(sql, params![contact.get(), connection.get()], |row| Ok(SourceId::from_bytes(row.blob(0)?)))
}
