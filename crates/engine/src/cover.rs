//! Nested groups: which direct group leads to which subscribed group, cycles allowed.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use model::ids::{GroupId, SourceId};
use model::scope::{Scope, Subscription};

use crate::groups::Still;

/// A way from a direct group up to a subscribed one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cover {
    /// The subscribed group.
    pub root: SourceId,
    /// Active or ended.
    pub subscription: Subscription,
    /// From the subscribed group down to the direct one, both included.
    pub path: Vec<SourceId>,
}

/// For every group that matters, the subscribed groups above it; and the contact groups that stand for these.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GroupCover {
    covers: BTreeMap<SourceId, Vec<Cover>>,
    ties: BTreeMap<SourceId, GroupId>,
    tied: BTreeMap<GroupId, SourceId>,
    emptied: BTreeSet<GroupId>,
    vanished: BTreeSet<GroupId>,
}

/// A group within a group.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Nesting {
    /// The outer group.
    pub parent: SourceId,
    /// The inner group.
    pub child: SourceId,
}

impl GroupCover {
    /// Walks down from every subscribed group; `nestings` is empty where nested groups do not count. What is found above a
    /// group depends on nothing but the groups above it, so whoever asks about few groups may leave out all others.
    pub fn new(scope: &Scope, nestings: &[Nesting], ties: BTreeMap<SourceId, GroupId>) -> Self {
        let mut children: BTreeMap<&SourceId, BTreeSet<&SourceId>> = BTreeMap::new();
        for nesting in nestings {
            children.entry(&nesting.parent).or_default().insert(&nesting.child);
        }
        let mut covers: BTreeMap<SourceId, Vec<Cover>> = BTreeMap::new();
        for (root, subscription) in &scope.groups {
            for path in paths_below(root, &children) {
                let Some(end) = path.last().cloned() else { continue };
                let cover = Cover { root: root.clone(), subscription: *subscription, path };
                covers.entry(end).or_default().push(cover);
            }
        }
        Self { covers, ..Self::default() }.with_ties(ties)
    }

    /// Names the contact groups that say nothing about who left.
    #[must_use]
    pub fn with_still(mut self, still: Still) -> Self {
        self.emptied = still.emptied;
        self.vanished = still.vanished;
        self
    }

    /// Adds contact groups that a plan will create.
    #[must_use]
    pub fn with_ties(mut self, ties: impl IntoIterator<Item = (SourceId, GroupId)>) -> Self {
        for (root, group) in ties {
            self.tied.insert(group, root.clone());
            self.ties.insert(root, group);
        }
        self
    }

    /// The subscribed groups above any of these.
    pub fn roots<'g>(&self, direct: impl IntoIterator<Item = &'g SourceId>) -> BTreeSet<SourceId> {
        direct.into_iter().flat_map(|g| self.above(g)).map(|c| c.root.clone()).collect()
    }

    /// Subscribed groups above a direct group, itself included.
    pub fn above(&self, direct: &SourceId) -> &[Cover] {
        self.covers.get(direct).map_or(&[], Vec::as_slice)
    }

    /// The subscribed groups and all groups below them.
    pub fn groups(&self) -> impl Iterator<Item = &SourceId> {
        self.covers.keys()
    }

    /// The contact group that stands for a subscribed group.
    pub fn tie(&self, root: &SourceId) -> Option<GroupId> {
        self.ties.get(root).copied()
    }

    /// Whether a contact group stands for a source group.
    pub fn is_tied(&self, group: GroupId) -> bool {
        self.tied.contains_key(&group)
    }

    /// Whether the contact group stands for a group whose subscription is active; an ended one is left as it is (S9).
    pub fn is_followed(&self, group: GroupId) -> bool {
        self.tied.get(&group).is_some_and(|root| {
            self.above(root).iter().any(|c| c.root == *root && c.subscription == Subscription::Active)
        })
    }

    /// Whether the group is deleted or hidden at its source.
    pub fn is_vanished(&self, group: GroupId) -> bool {
        self.vanished.contains(&group)
    }

    /// Whether the group was emptied at its source.
    pub fn is_emptied(&self, group: GroupId) -> bool {
        self.emptied.contains(&group)
    }
}

/// Breadth first, so that every group is reached by its shortest path, once, cycles included.
fn paths_below(root: &SourceId, children: &BTreeMap<&SourceId, BTreeSet<&SourceId>>) -> Vec<Vec<SourceId>> {
    let mut seen = BTreeSet::from([root.clone()]);
    let mut queue = VecDeque::from([vec![root.clone()]]);
    let mut paths = Vec::new();
    while let Some(path) = queue.pop_front() {
        let below = path.last().and_then(|end| children.get(end));
        for child in below.into_iter().flatten() {
            if seen.insert((*child).clone()) {
                let mut longer = path.clone();
                longer.push((*child).clone());
                queue.push_back(longer);
            }
        }
        paths.push(path);
    }
    paths
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u8) -> SourceId {
        SourceId::Guid([n; 16])
    }

    #[test]
    fn cycles_end_and_paths_lead_from_the_subscribed_group_down() {
        let scope = Scope { groups: BTreeMap::from([(id(1), Subscription::Active)]), ..Scope::default() };
        let nest = |p, c| Nesting { parent: id(p), child: id(c) };
        let cover =
            GroupCover::new(&scope, &[nest(1, 2), nest(2, 3), nest(3, 1), nest(1, 3)], BTreeMap::new());
        assert_eq!(cover.above(&id(3))[0].path, vec![id(1), id(3)]);
        assert_eq!(cover.above(&id(1)).len(), 1);
        assert!(cover.above(&id(9)).is_empty());
    }
}
