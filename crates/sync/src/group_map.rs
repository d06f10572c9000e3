//! What planning knows of groups, put together from the store: which lead where, which stand for which, which are empty.

use std::collections::BTreeSet;

use engine::cover::Nesting;
use engine::{DueGroups, GroupCover, Groups, plan_groups, still};
use model::Policy;
use model::group::{GroupSubject, Ours};
use model::ids::{ConnectionId, SourceId};
use model::plan::GroupPlan;
use model::scope::{Scope, Subscription};
use model::source::Presence;
use store::{Around, Book, Near, Nested, StoreError};

/// The groups of a customer as a plan sees them, and who belongs in the book.
pub(crate) struct GroupMap {
    /// Who belongs in the book.
    pub scope: Scope,
    /// Which groups lead to which subscriptions, and the contact groups that stand for these.
    pub cover: GroupCover,
    subjects: Vec<GroupSubject>,
    names: Vec<Box<str>>,
    filled: BTreeSet<SourceId>,
}

impl GroupMap {
    /// Loads all of them; blocking.
    pub(crate) fn load(book: &Book, connection: ConnectionId, policy: &Policy) -> Result<Self, StoreError> {
        let scope = book.scope(connection)?;
        let nested = policy.nested_groups && !scope.groups.is_empty();
        let nestings = if nested { book.nestings(connection)? } else { Vec::new() };
        let near = Near { scope, nestings, subjects: book.group_subjects(connection)?, ..Near::default() };
        let mut map = Self::of(near);
        let direct: Vec<&SourceId> = map.cover.groups().collect();
        map.filled = map.cover.roots(&book.groups_with_people(connection, &direct)?);
        map.finish(book)
    }

    /// Loads those that decide about some people or groups; blocking.
    pub(crate) fn near(
        book: &Book,
        connection: ConnectionId,
        policy: &Policy,
        around: &Around,
    ) -> Result<Self, StoreError> {
        let nested = if policy.nested_groups { Nested::Yes } else { Nested::No };
        let near = book.groups_near(connection, around, nested)?;
        let filled = near.filled.clone();
        let mut map = Self::of(near);
        map.filled = map.cover.roots(&filled);
        map.finish(book)
    }

    fn of(near: Near) -> Self {
        let Near { scope, nestings, subjects, .. } = near;
        let nestings: Vec<Nesting> =
            nestings.into_iter().map(|(parent, child)| Nesting { parent, child }).collect();
        let ties = subjects.iter().filter_map(|s| match s.ours {
            Ours::Tied { group, .. } => Some((s.source.clone(), group)),
            Ours::Nothing | Ours::DeletedHere { .. } => None,
        });
        let cover = GroupCover::new(&scope, &nestings, ties.collect());
        Self { scope, cover, subjects, names: Vec::new(), filled: BTreeSet::new() }
    }

    /// Names are asked for where a group gets one.
    fn finish(self, book: &Book) -> Result<Self, StoreError> {
        let still = still(&self.groups(DueGroups::All, &BTreeSet::new()));
        let names = if self.subjects.iter().any(gets_a_name) { book.free_names()? } else { Vec::new() };
        Ok(Self { cover: self.cover.with_still(still), names, ..self })
    }

    /// Plans the contact groups; everything is news.
    pub(crate) fn plan(&self, policy: &Policy, held: &BTreeSet<SourceId>) -> GroupPlan {
        plan_groups(policy, &self.groups(DueGroups::All, held))
    }

    /// The same while these are due, in order, people among them.
    pub(crate) fn plan_due(&self, policy: &Policy, held: &BTreeSet<SourceId>, due: &[SourceId]) -> GroupPlan {
        // A mark of a nested group is news of the subscribed groups above it; one that is tied but no longer in
        // scope has none above.
        let own = self.subjects.iter().map(|s| &s.source).filter(|s| due.binary_search(s).is_ok());
        let own: BTreeSet<SourceId> = own.cloned().collect();
        let roots = own.into_iter().chain(self.cover.roots(due)).collect();
        plan_groups(policy, &self.groups(DueGroups::These(&roots), held))
    }

    fn groups<'a>(&'a self, due: DueGroups<'a>, held: &'a BTreeSet<SourceId>) -> Groups<'a> {
        Groups { subjects: &self.subjects, names: &self.names, filled: &self.filled, due, held }
    }
}

/// Whether a contact group may be created or renamed.
fn gets_a_name(subject: &GroupSubject) -> bool {
    let live = subject.mirror.as_ref().filter(|m| m.presence == Presence::Live);
    let (Some(Subscription::Active), Some(mirror)) = (subject.subscription, live) else { return false };
    match &subject.ours {
        Ours::Tied { name, .. } => *name != mirror.group.name,
        Ours::Nothing => true,
        Ours::DeletedHere { .. } => false,
    }
}
