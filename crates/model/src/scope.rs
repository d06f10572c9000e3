//! Scope: who belongs in the book. Precedence: excluded or kept out, then chosen, then group, then everybody.

use std::collections::{BTreeMap, BTreeSet};

use crate::ids::SourceId;

/// A subscribed source group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subscription {
    /// Runs add its members and keep its contact group.
    Active,
    /// Ended: group, members and contacts stay as they are (S9).
    Ended,
}

/// A customer's scope over one connection.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scope {
    /// Everybody who is eligible.
    pub everybody: bool,
    /// Subscribed groups, ended ones included.
    pub groups: BTreeMap<SourceId, Subscription>,
    /// People chosen by hand.
    pub chosen: BTreeSet<SourceId>,
    /// People excluded by hand.
    pub excluded: BTreeSet<SourceId>,
}

impl Scope {
    /// Groups whose members belong in the book.
    pub fn active_groups(&self) -> impl Iterator<Item = &SourceId> {
        self.groups.iter().filter(|(_, s)| **s == Subscription::Active).map(|(id, _)| id)
    }

    /// Whether nobody can be in scope.
    pub fn is_nobody(&self) -> bool {
        !self.everybody && self.chosen.is_empty() && self.active_groups().next().is_none()
    }
}

/// Why somebody must not come back, whatever a run or a restore says (W11).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeptOut {
    /// Erased on request.
    Erased,
    /// Objected to being listed.
    Objected,
    /// Processing is restricted.
    Restricted,
}

impl KeptOut {
    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Erased => "erased",
            Self::Objected => "objected",
            Self::Restricted => "restricted",
        }
    }

    /// The reason of that name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Erased, Self::Objected, Self::Restricted].into_iter().find(|k| k.name() == name)
    }
}
