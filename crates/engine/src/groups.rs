//! The group table: what becomes of the contact groups that stand for source groups. `docs/decision-table.md` spells the
//! rows; every arm has a test. Who is a member is decided person by person, in `memberships`.

use std::collections::BTreeSet;

use model::group::{GroupSubject, Ours, RunMade, folded, group_state};
use model::ids::{GroupId, SourceId};
use model::plan::{Finding, FindingKind, GroupOperation, GroupPlan, GroupStep, HeldBy};
use model::policy::{Mode, Policy};
use model::reason::{OutReason, Reason};
use model::scope::Subscription;
use model::source::Presence;
use model::subject::Outlived;

/// What a plan of contact groups looks at.
#[derive(Debug, Clone, Copy)]
pub struct Groups<'a> {
    /// Source groups, subscribed or tied.
    pub subjects: &'a [GroupSubject],
    /// Names of the contact groups that stand for no source group.
    pub names: &'a [Box<str>],
    /// Subscribed groups that have people at the source, in nested groups where these count.
    pub filled: &'a BTreeSet<SourceId>,
    /// Which groups are news in this plan.
    pub due: DueGroups<'a>,
    /// People and groups whom a person holds.
    pub held: &'a BTreeSet<SourceId>,
}

/// Which groups are news: a state that lasts is said when it begins, and when everything is planned.
#[derive(Debug, Clone, Copy)]
pub enum DueGroups<'a> {
    /// All of them.
    All,
    /// These.
    These(&'a BTreeSet<SourceId>),
}

/// Contact groups that say nothing about who left: their source group tells nothing, or nothing any more.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Still {
    /// The source group has nobody left.
    pub emptied: BTreeSet<GroupId>,
    /// The source group is deleted or hidden.
    pub vanished: BTreeSet<GroupId>,
}

/// Plans the contact groups; looks at state only.
pub fn plan_groups(policy: &Policy, groups: &Groups<'_>) -> GroupPlan {
    let mut plan = GroupPlan::default();
    if policy.active {
        for subject in groups.subjects {
            plan.outlived.extend(outlived(subject));
            Desk { policy, groups, subject, plan: &mut plan }.decide();
        }
    }
    plan
}

/// The contact groups that stand still.
pub fn still(groups: &Groups<'_>) -> Still {
    let mut still = Still::default();
    for subject in groups.subjects {
        let Ours::Tied { group, .. } = subject.ours else { continue };
        if !is_live(subject) {
            still.vanished.insert(group);
        }
        if !groups.filled.contains(&subject.source) {
            still.emptied.insert(group);
        }
    }
    still
}

/// Rejections about another name than the source group has by now.
fn outlived(subject: &GroupSubject) -> impl Iterator<Item = Outlived> {
    let live = subject.mirror.as_ref().filter(|m| m.presence == Presence::Live);
    let state = live.map(|m| group_state(&m.group.name));
    let ended = subject.rejections.iter().filter(move |r| state.is_some_and(|state| state != r.state));
    ended.map(|r| Outlived { source: subject.source.clone(), what: *r })
}

fn is_live(subject: &GroupSubject) -> bool {
    subject.mirror.as_ref().is_some_and(|m| m.presence == Presence::Live)
}

/// The group on the desk.
struct Desk<'a> {
    policy: &'a Policy,
    groups: &'a Groups<'a>,
    subject: &'a GroupSubject,
    plan: &'a mut GroupPlan,
}

impl Desk<'_> {
    fn decide(&mut self) {
        match (self.subject.subscription, &self.subject.ours) {
            (Some(Subscription::Ended) | None, Ours::Tied { group, name, .. }) => {
                self.act(GroupStep::Untie(*group), name, Reason::Out(OutReason::SubscriptionEnded));
            }
            (Some(Subscription::Ended) | None, Ours::Nothing | Ours::DeletedHere { .. }) => {}
            // In manual mode contact groups stay as they are.
            (Some(Subscription::Active), _) if self.policy.mode == Mode::Manual => {}
            (Some(Subscription::Active), Ours::Nothing) => self.create(),
            (Some(Subscription::Active), Ours::Tied { group, name, members }) => {
                self.follow(*group, name, *members);
            }
            (Some(Subscription::Active), Ours::DeletedHere { group }) => {
                let name = self.subject.mirror.as_ref().map(|m| m.group.name.clone()).unwrap_or_default();
                self.act(GroupStep::Untie(*group), &name, Reason::GroupDeletedHere);
                self.find(FindingKind::GroupDeletedHere);
            }
        }
    }

    /// For a group that is there; one that is not is only said to be missing.
    fn create(&mut self) {
        let Some(mirror) = self.subject.mirror.as_ref().filter(|m| m.presence == Presence::Live) else {
            return self.say_what_vanished();
        };
        let name = &mirror.group.name;
        let acted = self.act(GroupStep::Create, name, Reason::Subscribed);
        if acted && self.is_taken(name) {
            self.find(FindingKind::GroupNameTaken);
        }
    }

    /// A tied group takes the source's name, and keeps everything where the source says nothing.
    fn follow(&mut self, group: GroupId, name: &str, members: RunMade) {
        let Some(mirror) = self.subject.mirror.as_ref().filter(|m| m.presence == Presence::Live) else {
            return self.say_what_vanished();
        };
        let new = &mirror.group.name;
        if **new != *name {
            let acted = self.act(GroupStep::Rename(group), new, Reason::GroupChanged);
            if acted && self.is_taken(new) {
                self.find(FindingKind::GroupNameTaken);
            }
        }
        let emptied = members == RunMade::Some && !self.groups.filled.contains(&self.subject.source);
        if emptied && self.is_news() {
            let unseen = mirror.group.hidden_membership;
            self.find(if unseen { FindingKind::GroupHidden } else { FindingKind::GroupEmptied });
        }
    }

    fn say_what_vanished(&mut self) {
        if !self.is_news() {
            return;
        }
        match self.subject.mirror.as_ref().map(|m| m.presence) {
            Some(Presence::Deleted { .. }) => self.find(FindingKind::GroupGone),
            Some(Presence::Hidden { .. } | Presence::Missing { .. }) | None => {
                self.find(FindingKind::GroupHidden);
            }
            Some(Presence::Live) => {}
        }
    }

    /// Writes an operation unless it was undone or rejected about this very state; says whether it did.
    fn act(&mut self, step: GroupStep, name: &str, reason: Reason) -> bool {
        let state = self.subject.mirror.as_ref().map_or(0, |m| group_state(&m.group.name));
        if self.subject.rejections.iter().any(|r| r.kind == step.kind() && r.state == state) {
            return false;
        }
        let source = self.subject.source.clone();
        let held = self.groups.held.contains(&source).then_some(HeldBy::Person);
        self.plan.operations.push(GroupOperation { source, step, name: name.into(), reason, held, state });
        true
    }

    /// Whether a contact group that is not ours has the name, whatever its case.
    fn is_taken(&self, name: &str) -> bool {
        let name = folded(name);
        self.groups.names.iter().any(|other| folded(other) == name)
    }

    fn is_news(&self) -> bool {
        match self.groups.due {
            DueGroups::All => true,
            DueGroups::These(groups) => groups.contains(&self.subject.source),
        }
    }

    fn find(&mut self, kind: FindingKind) {
        let source = self.subject.source.clone();
        self.plan.findings.push(Finding { kind, source, contact: None, others: Vec::new() });
    }
}
