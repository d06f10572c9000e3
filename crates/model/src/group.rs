//! Contact groups: groups in a book, some of them standing for a subscribed source group.

use crate::ids::{ConnectionId, GroupId, SourceId};

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
