//! Stored plans: rows in, rows out. A plan is drafted under a lease ([`draft`]), weighed by the guard when it is closed
//! ([`close`], [`holds`]), then applied in order; the plan of an undo is written at once ([`reversed`]).

mod applying;
mod close;
pub(crate) mod counts;
mod draft;
mod findings;
mod first;
mod holds;
mod members;
mod outlived;
mod packed;
mod reversed;
pub(crate) mod rows;
mod shown;
mod sought;
mod write;

use std::collections::{BTreeMap, BTreeSet};

use model::Timestamp;
use model::ids::{ConnectionId, ContactId, GroupId, PlanId, RunId, SourceId};
use model::plan::{GuardKind, HeldBy, OpKind, PersonPlan, Step};
use model::reason::Reason;

use crate::db::params;
use crate::error::{Result, StoreError};
use crate::pending::Due;
use crate::store::Book;
use crate::undo::Undoing;

pub use applying::Applying;
pub use close::{Closed, Closing, Guarded};
pub use counts::KindCount;
pub use first::Agreement;
use holds::due_with_holds;
pub use members::FEW;
use members::Waits;
pub(crate) use members::{noted, put_in_by_runs};
pub(crate) use outlived::end_outlived;
use packed::Ids;
pub(crate) use reversed::{Reversed, write_reversed};
pub(crate) use rows::rows;
use rows::rows_behind;
pub use shown::{LinesOf, ShownPlan};
pub use sought::{FoundLine, Meant, Sought};

/// People whom one statement names.
pub(crate) const PIECE: usize = 10_000;

/// A stored operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanRow {
    /// Its place.
    pub n: i64,
    /// Kind.
    pub kind: OpKind,
    /// The contact that exists or will exist, or for groups none.
    pub contact: Option<ContactId>,
    /// The source object.
    pub source: SourceId,
    /// Why.
    pub reason: Reason,
    /// Held by.
    pub held: Option<HeldBy>,
    /// Digest of the source state.
    pub state: i64,
    /// What it does.
    pub what: What,
    /// What it takes back, in the plan of an undo.
    pub undo: Option<Undoing>,
}

/// What a stored operation does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// Something about a person.
    Person {
        /// The step.
        step: Step,
        /// Id of the contact that it creates.
        created: Option<ContactId>,
    },
    /// A contact group is created, renamed or untied.
    Group {
        /// The group.
        group: GroupId,
        /// Its name then.
        name: String,
        /// The name from which it is renamed, as it was planned.
        former: Option<String>,
    },
    /// Memberships.
    Members {
        /// The group.
        group: GroupId,
        /// Who joins.
        join: Vec<ContactId>,
        /// Who leaves.
        leave: Vec<ContactId>,
    },
}

/// A plan being drafted.
#[derive(Debug)]
pub struct Draft {
    /// Its number.
    pub id: PlanId,
    /// The run that it belongs to.
    pub run: RunId,
    /// Its time.
    pub as_of: Timestamp,
    /// The last mark that it saw.
    seq: i64,
    /// How many are written.
    operations: i64,
    findings: i64,
    /// Memberships, which are written when it is closed.
    members: BTreeMap<GroupId, Packed>,
    /// Contact groups that it creates.
    made: BTreeSet<GroupId>,
    /// Planned and not yet written.
    waiting: Vec<PersonPlan>,
    /// Planned removals, marks and emptying updates.
    guarded: BTreeMap<GuardKind, i64>,
}

impl Draft {
    /// Nothing is planned yet; `seq` is the last mark that was seen.
    fn new(id: PlanId, run: RunId, as_of: Timestamp, seq: i64) -> Self {
        let (members, made, waiting, guarded) =
            (BTreeMap::new(), BTreeSet::new(), Vec::new(), BTreeMap::new());
        Self { id, run, as_of, seq, operations: 0, findings: 0, members, made, waiting, guarded }
    }
}

/// Who joins and leaves a group.
#[derive(Debug, Default)]
struct Packed {
    join: Ids,
    leave: Ids,
    /// Contacts with a digest of the groups that led to their change, where it may be rejected.
    states: Vec<(i64, i64)>,
    /// What of it waits for a person.
    waits: Waits,
}

impl Book {
    /// Who is due at this time: marks, what was released, and once a day what the guard holds.
    pub fn due(&self, connection: ConnectionId, as_of: Timestamp) -> Result<Due> {
        self.owns(connection)?;
        self.store.db.read_between(|tx| Ok(due_with_holds(tx, connection, as_of)?.0))
    }

    /// The plan that a killed apply left, if there is one.
    pub fn unfinished_plan(&self, connection: ConnectionId) -> Result<Option<(PlanId, RunId)>> {
        let sql = "SELECT id, run FROM plan WHERE customer = $1 AND connection = $2 AND state = 'applying' ORDER BY id DESC LIMIT 1";
        self.store.db.look_up(|tx| {
            let key = params![self.customer.id.0, connection.get()];
            tx.query_opt(sql, key, |row| Ok((PlanId(row.int(0)?), RunId(row.int(1)?))))
        })
    }

    /// Operations of a plan behind `after`, at most `limit`.
    pub fn plan_rows(&self, plan: PlanId, after: i64, limit: i64) -> Result<Vec<PlanRow>> {
        let customer = self.customer.id.0;
        self.store.db.read(|tx| {
            let sql = "SELECT customer FROM plan WHERE id = $1";
            if tx.query_opt(sql, params![plan.0], |row| row.int(0))? != Some(customer) {
                return Err(StoreError::NotFound);
            }
            rows_behind(tx, plan, after, limit)
        })
    }

    /// Whether two plans do the same, operation for operation, for whatever reasons.
    pub fn plans_alike(&self, one: PlanId, other: PlanId) -> Result<bool> {
        let (mut after, most) = (0, PIECE as i64);
        loop {
            let (a, b) = (self.plan_rows(one, after, most)?, self.plan_rows(other, after, most)?);
            let alike = |(a, b): (&PlanRow, &PlanRow)| {
                (a.n, a.kind, a.contact, &a.source, &a.what) == (b.n, b.kind, b.contact, &b.source, &b.what)
            };
            if a.len() != b.len() || !a.iter().zip(&b).all(alike) {
                return Ok(false);
            }
            let Some(last) = a.last() else { return Ok(true) };
            after = last.n;
        }
    }
}
