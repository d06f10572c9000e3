//! What planning knows of groups, put together from the store: which lead where, which stand for which, which are empty.

use std::collections::BTreeSet;

use engine::cover::Nesting;
use engine::{DueGroups, GroupCover, Groups, plan_groups, still};
use model::Policy;
use model::group::{GroupSubject, Ours};
use model::ids::{ConnectionId, SourceId};
use model::plan::GroupPlan;
use model::scope::Scope;
use store::{Book, Due, StoreError};

/// The groups of a customer as a plan sees them.
pub(crate) struct GroupMap {
    /// Which groups lead to which subscriptions, and the contact groups that stand for these.
    pub cover: GroupCover,
    subjects: Vec<GroupSubject>,
    names: Vec<Box<str>>,
    filled: BTreeSet<SourceId>,
}

impl GroupMap {
    /// Loads it; blocking.
    pub(crate) fn load(
        book: &Book,
        connection: ConnectionId,
        policy: &Policy,
        scope: &Scope,
    ) -> Result<Self, StoreError> {
        let nested = policy.nested_groups && !scope.groups.is_empty();
        let nestings = if nested { book.nestings(connection)? } else { Vec::new() };
        let nestings: Vec<Nesting> =
            nestings.into_iter().map(|(parent, child)| Nesting { parent, child }).collect();
        let subjects = book.group_subjects(connection)?;
        let ties = subjects.iter().filter_map(|s| match s.ours {
            Ours::Tied { group, .. } => Some((s.source.clone(), group)),
            Ours::Nothing | Ours::DeletedHere { .. } => None,
        });
        let cover = GroupCover::new(scope, &nestings, ties.collect());
        let direct: Vec<&SourceId> = cover.groups().collect();
        let filled = cover.roots(&book.groups_with_people(connection, &direct)?);
        let free = book.groups()?.into_iter().filter(|g| g.source.is_none());
        let names = free.map(|g| g.name).collect();
        let map = Self { cover, subjects, names, filled };
        let still = still(&map.groups(DueGroups::All));
        Ok(Self { cover: map.cover.clone().with_still(still), ..map })
    }

    /// Plans the contact groups.
    pub(crate) fn plan(&self, policy: &Policy, due: &Due) -> GroupPlan {
        let roots = match due {
            Due::Nobody => BTreeSet::new(),
            Due::Everybody => return plan_groups(policy, &self.groups(DueGroups::All)),
            // A mark of a nested group is news of the subscribed groups above it; one that is tied but no longer in
            // scope has none above.
            Due::People(ids) => {
                let own = self.subjects.iter().map(|s| &s.source).filter(|s| ids.binary_search(s).is_ok());
                let own: BTreeSet<SourceId> = own.cloned().collect();
                own.into_iter().chain(self.cover.roots(ids)).collect()
            }
        };
        plan_groups(policy, &self.groups(DueGroups::These(&roots)))
    }

    fn groups<'a>(&'a self, due: DueGroups<'a>) -> Groups<'a> {
        Groups { subjects: &self.subjects, names: &self.names, filled: &self.filled, due }
    }
}
