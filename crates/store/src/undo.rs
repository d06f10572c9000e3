//! Undo (W4): a plan of its own, made of what runs did the other way round, last first: one run, one contact of a run,
//! everything after a time, or a contact's removal.
//!
//! Rule: what changed since is a conflict and stays out of the plan; what is reversed leaves rejections about the source
//! state of today, so that the next run does not do it again. Undoing an undo takes its rejections away. Whom a person holds is
//! left alone, as by any run, unless somebody asks for that one contact.

mod already;
mod bin;
mod desk;
mod groups;
mod heads;
mod memory;
mod net;
mod steps;
mod world;

use std::collections::{BTreeMap, BTreeSet};

use model::ids::{ConnectionId, ContactId, PlanId, RunId, SourceId};
use model::link::LinkOrigin;
use model::plan::{OpKind, Step};
use model::run::{ReadMode, RunKind};
use model::subject::Rejection;
use model::{Field, Timestamp};

use self::desk::Desk;
use self::heads::{Head, Whom, heads};
pub(crate) use self::memory::{decode, encode, remember};
use crate::db::{Tx, params};
use crate::error::Result;
use crate::lease::Lease;
use crate::pending;
use crate::plan::{PlanRow, What, rows, write_reversed};
use crate::runs::{RunStart, Spent, open_run};
use crate::store::{Book, next};

/// What shall be taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Back {
    /// What a run did.
    Run(RunId),
    /// What a run did about one contact.
    OfRun(RunId, ContactId),
    /// What all runs did that ended after this time: the book as it was then, but for what people typed since.
    Since(Timestamp),
    /// A contact's removal, by whomever: it comes back from the bin.
    Removal(ContactId),
}

impl From<RunId> for Back {
    fn from(run: RunId) -> Self {
        Self::Run(run)
    }
}

/// What a row of an undo's plan is besides its step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undoing {
    /// Whether it takes back or does again.
    pub way: Way,
    /// Rejections that are left.
    pub leave: Vec<Rejected>,
    /// Rejections that go.
    pub forget: Vec<Forgotten>,
    /// For a link that comes back.
    pub tie: Option<Tie>,
}

impl Undoing {
    /// A row that takes back what a run did and leaves these rejections.
    pub(crate) fn back(leave: Vec<Rejected>) -> Self {
        Self { way: Way::Back, leave, forget: Vec::new(), tie: None }
    }
}

/// Which way a row of an undo's plan goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// It takes back what a run did.
    Back,
    /// It does again what an undo took back.
    Again,
}

/// A rejection that goes, for the undo that left it is undone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forgotten {
    /// That undo.
    pub by: RunId,
    /// The rejection.
    pub of: Rejected,
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
    /// The run that is undone, the first of several: memberships that the contact lost to a person with it are runs' again.
    pub since: RunId,
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
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Conflict {
    /// The operation of the run.
    pub kind: OpKind,
    /// The source user or group.
    pub source: SourceId,
    /// The contact.
    pub contact: Option<ContactId>,
    /// The contact group's name as the run gave it, where it is about one.
    pub group: Option<String>,
    /// Why.
    pub why: Clash,
}

/// Why an operation is not undone.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Clash {
    /// These fields differ from what the run wrote.
    Fields(Vec<Field>),
    /// The contact was changed after the run.
    Changed,
    /// The contact has left the bin, or never lay there: it cannot come back.
    Purged,
    /// The contact or group is not where the run left it.
    Moved,
    /// The link is not what the run left.
    Relinked,
    /// The person must not come back.
    KeptOut,
    /// A person holds everything about this person or group.
    Held,
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
    /// The people whom an undo touches.
    pub fn people_of(&self, connection: ConnectionId, back: &Back) -> Result<BTreeSet<SourceId>> {
        self.owns(connection)?;
        self.store.db.read(|tx| {
            let mut people = BTreeSet::new();
            if let Back::Removal(contact) = back {
                people.extend(sources_of(tx, connection, *contact)?);
            }
            let back = already::meant(tx, self, connection, back)?;
            for head in heads(tx, self, connection, &back)? {
                for row in live_rows(tx, &head)? {
                    touched(tx, connection, &row, &head.about, &mut people)?;
                }
            }
            Ok(people)
        })
    }

    /// Stores the plan of an undo, with a run of its own. `states` are the digests of the people whom it touches.
    pub fn plan_undo(
        &self,
        lease: &Lease,
        back: &Back,
        states: &BTreeMap<SourceId, SourceState>,
        now: Timestamp,
    ) -> Result<UndoPlan> {
        self.fenced(lease, |tx| {
            let (asked, back) = (back, &already::meant(tx, self, lease.connection, back)?);
            let heads = heads(tx, self, lease.connection, back)?;
            let mut desk = Desk::new(tx, lease.connection, states, now)?;
            desk.since = matches!(back, Back::Since(_));
            desk.several = desk.since || heads.len() > 1;
            // Who names one contact means that one, held or not, as by hand.
            if matches!(back, Back::Run(_) | Back::Since(_)) {
                desk.leave_held()?;
            }
            if let Back::Removal(contact) = back {
                desk.bring_back(*contact)?;
            }
            for head in &heads {
                desk.turn_to(head)?;
                let rows = live_rows(desk.tx, head)?;
                // An undo's own plan may hold several runs.
                desk.several |= rows.iter().any(|row| row.undo.is_some());
                for row in rows.iter().rev() {
                    desk.reverse(row)?;
                }
            }
            if desk.since {
                desk.net()?;
            }
            let (mut reversed, conflicts) = (desk.rows, desk.conflicts);
            memory::settle(&mut reversed);
            if reversed.is_empty()
                && let Some(why) = already::why(tx, self, lease.connection, asked)?
            {
                return Err(why.into());
            }
            if conflicts.iter().any(|c| c.why == Clash::Changed)
                && let Some(why) = already::among_others(tx, self, lease.connection, asked)?
            {
                return Err(why.into());
            }
            let start =
                RunStart { kind: RunKind::Undo, mode: ReadMode::Delta, spent: Spent::default(), at: now };
            let run = open_run(tx, self, lease.connection, &start)?;
            let plan = PlanId(next(tx, "plan")?);
            let operations = reversed.len() as i64;
            let marks = pending::last(tx)?;
            let sql = "INSERT INTO plan (id, customer, connection, run, state, as_of, pending_seq, marks, lease, operations, \
                       progress, undoes, undoes_contact, undoes_since) \
                       VALUES ($1, $2, $3, $4, 'ready', $5, 0, $6, $7, $8, 0, $9, $10, $11)";
            let (customer, connection) = (self.customer.id.0, lease.connection.get());
            let (undoes, contact, since) = already::columns(back);
            let head = params![
                plan.0, customer, connection, run.0, now.0, marks, lease.token, operations, undoes, contact, since
            ];
            tx.exec(sql, head)?;
            write_reversed(tx, plan, reversed)?;
            Ok(UndoPlan { plan, run, operations, conflicts })
        })
    }
}

fn touched(
    tx: &mut Tx<'_>,
    connection: ConnectionId,
    row: &PlanRow,
    about: &Whom,
    people: &mut BTreeSet<SourceId>,
) -> Result<()> {
    match &row.what {
        What::Person { step, .. } => {
            if !about.takes_row(row) {
                return Ok(());
            }
            if let Step::Relink { from, .. } = step {
                people.insert(from.clone());
            }
            people.insert(row.source.clone());
        }
        What::Group { .. } => {}
        What::Members { join, leave, .. } => {
            for contact in join.iter().chain(leave).filter(|c| about.takes(**c)) {
                people.extend(sources_of(tx, connection, *contact)?);
            }
        }
    }
    Ok(())
}

/// Whether an operation about a person touches this contact.
fn is_about(row: &PlanRow, contact: ContactId) -> bool {
    let created = match &row.what {
        What::Person { created, .. } => *created,
        What::Group { .. } | What::Members { .. } => None,
    };
    created == Some(contact) || row.contact == Some(contact)
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
