//! Contact groups: groups in a book, some of them standing for a subscribed source group.

use crate::ids::{ConnectionId, GroupId, SourceId};
use crate::scope::Subscription;
use crate::source::MirrorGroup;
use crate::subject::Rejection;

/// Characters that the name of a contact group may have.
pub const LONGEST_NAME: usize = 256;

/// By which two names of contact groups are one: neither case nor blanks around them count.
pub fn folded(name: &str) -> String {
    name.trim().to_lowercase()
}

/// A contact group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactGroup {
    /// The id, for life.
    pub id: GroupId,
    /// The name.
    pub name: Box<str>,
    /// The source group that it stands for.
    pub source: Option<(ConnectionId, SourceId)>,
}

/// Who made a membership; what a person made, no run takes away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MadeBy {
    /// A run.
    Run,
    /// A person.
    Hand,
}

/// A source group that is or was subscribed, or that a contact group still stands for, with all that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupSubject {
    /// The source group's id.
    pub source: SourceId,
    /// Active, ended, or no part of the scope.
    pub subscription: Option<Subscription>,
    /// The mirror row; `None` where the mirror knows no group of that id.
    pub mirror: Option<MirrorGroup>,
    /// The contact group that stands for it.
    pub ours: Ours,
    /// Group operations that a person rejected or undid.
    pub rejections: Vec<Rejection>,
}

/// Our side of a source group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ours {
    /// Runs have made no contact group for it.
    Nothing,
    /// This contact group stands for it.
    Tied {
        /// The contact group.
        group: GroupId,
        /// Its name.
        name: Box<str>,
        /// Whether runs made any of its memberships.
        members: RunMade,
    },
    /// A contact group stood for it until a person deleted that.
    DeletedHere {
        /// The contact group that was.
        group: GroupId,
    },
}

/// Whether runs made any memberships of a contact group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunMade {
    /// One or more.
    Some,
    /// None.
    None,
}

/// The digest of a source group's state: a rejected group operation stays away while it is the same.
pub fn group_state(name: &str) -> i64 {
    crate::text::fnv1a(name.as_bytes()) as i64
}
