//! Plans: what a run will do, step by step, as plain data. Preview, log, mail and apply read the same values.
//!
//! A [`Step`] is what happens to one contact, with before and after; [`OpKind`], [`GuardKind`] and [`HeldBy`] name kinds of it;
//! a [`Finding`] is what is odd and changes nothing.

mod finding;
mod kind;
mod seen;
mod step;

use crate::ids::{ConnectionId, ContactId, GroupId, SourceId};
use crate::reason::Reason;
use crate::subject::Outlived;
use crate::time::Timestamp;

pub use finding::{Finding, FindingKind};
pub use kind::{GuardKind, HeldBy, OpKind};
pub use seen::leavers_seen;
pub use step::{FieldChange, FromBin, Mark, Step, differing};

/// One operation about one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// Over which connection.
    pub connection: ConnectionId,
    /// The source user.
    pub source: SourceId,
    /// What happens.
    pub step: Step,
    /// Why.
    pub reason: Reason,
    /// Held already by the engine (unconfirmed, emptied group); the guard adds its own.
    pub held: Option<HeldBy>,
    /// Digest of the source state that led here; a rejection with the same digest keeps it away.
    pub state: i64,
}

/// A membership that a person's contact gains or loses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MembershipChange {
    /// The contact group.
    pub group: GroupId,
    /// Joins or leaves.
    pub direction: Direction,
}

/// Joining or leaving.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Direction {
    /// Joins.
    Join,
    /// Leaves.
    Leave,
}

/// What is planned for one person.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PersonPlan {
    /// The linked contact, whose memberships these are unless an operation makes a new one.
    pub contact: Option<ContactId>,
    /// What to do, in order: usually nothing or one, a wait beside an update at most.
    pub operations: Vec<Operation>,
    /// Memberships, applied after it.
    pub memberships: Vec<MembershipChange>,
    /// Digest of the groups that led to the memberships, where one of them ends or somebody holds anything: a rejection with
    /// the same digest keeps them away.
    pub groups: i64,
    /// Somebody holds this person: the memberships wait as well.
    pub held: Option<HeldMembers>,
    /// When to look at the person again; beside the operations, which know that themselves.
    pub look_again: Option<LookAgain>,
    /// What is odd about the person.
    pub findings: Vec<Finding>,
    /// Rejections that end once this is applied.
    pub outlived: Vec<Outlived>,
}

/// Somebody who waits already. The length of the wait is the policy's, so the day may be another than when it began.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookAgain {
    /// The source user.
    pub person: SourceId,
    /// The day on which the wait ends.
    pub at: Timestamp,
}

/// Memberships of somebody whom a person holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldMembers {
    /// The source user.
    pub person: SourceId,
    /// Digest of the groups that led to them; a rejection with the same digest keeps them away.
    pub state: i64,
}

/// What happens to a contact group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum GroupStep {
    /// It is created for a subscribed source group; its id is fixed when the step is stored.
    Create,
    /// It takes the name of its source group.
    Rename(GroupId),
    /// It stands for its source group no longer. Where a person deleted it, the subscription ends.
    Untie(GroupId),
}

impl GroupStep {
    /// Its kind.
    pub fn kind(self) -> OpKind {
        match self {
            Self::Create => OpKind::GroupCreate,
            Self::Rename(_) => OpKind::GroupRename,
            Self::Untie(_) => OpKind::GroupUntie,
        }
    }
}

/// One operation about one contact group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupOperation {
    /// The source group.
    pub source: SourceId,
    /// What happens.
    pub step: GroupStep,
    /// The name that the contact group has afterwards.
    pub name: Box<str>,
    /// Why.
    pub reason: Reason,
    /// A person holds the group.
    pub held: Option<HeldBy>,
    /// Digest of the source group's state; a rejection with the same digest keeps it away.
    pub state: i64,
}

/// What is planned for the contact groups of a customer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GroupPlan {
    /// What to do.
    pub operations: Vec<GroupOperation>,
    /// What is odd.
    pub findings: Vec<Finding>,
    /// Rejections that end once this is applied.
    pub outlived: Vec<Outlived>,
}
