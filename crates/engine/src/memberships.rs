//! Memberships in the contact groups that stand for subscribed groups: joiners join, leavers leave where groups are
//! mirrored, and what a person made stays.

use model::group::MadeBy;
use model::ids::GroupId;
use model::plan::{Direction, MembershipChange, OpKind, Step};
use model::policy::GroupMembers;
use model::reason::OutReason;
use model::scope::Subscription;
use model::text::{fnv1a, fnv1a_from};

use crate::person::Desk;
use crate::standing::Standing;
use crate::subject::{Context, Membership, Subject};

/// A digest of the subscribed groups above a person: a rejection of memberships holds while they stay the same.
pub fn groups_digest(ctx: &Context<'_>, person: &Subject) -> i64 {
    let covers = person.groups.iter().flat_map(|g| ctx.cover.above(g));
    let mut roots: Vec<_> =
        covers.filter(|c| c.subscription == Subscription::Active).map(|c| &c.root).collect();
    roots.sort_unstable();
    roots.dedup();
    roots.iter().fold(fnv1a(&[]), |seed, root| fnv1a_from(seed, root.as_bytes())) as i64
}

impl<'a> Desk<'a> {
    /// What the person's contact joins and leaves, once the steps of the plan are done.
    pub(crate) fn memberships(&mut self) {
        let wanted = match self.standing {
            Standing::In(_) => true,
            Standing::Out(OutReason::Deleted)
            | Standing::Hidden
            | Standing::Missing
            | Standing::KeptOut(_) => {
                return;
            }
            Standing::Out(_) => false,
        };
        let mut undone = self.person.rejections.iter().filter(|r| r.kind == OpKind::Members);
        if undone.any(|r| r.state == groups_digest(self.ctx, self.person)) {
            return;
        }
        let Some(has) = self.memberships_after() else { return };
        let desired = self.desired();
        let mut changes = Vec::new();
        let join = |g: &&GroupId| wanted && !has.iter().any(|m| m.group == **g);
        changes.extend(desired.iter().filter(join).map(|g| (*g, Direction::Join)));
        let leave = |m: &&Membership| {
            m.made_by == MadeBy::Run && self.follows_leavers(m.group) && !desired.contains(&m.group)
        };
        changes.extend(has.iter().filter(leave).map(|m| (m.group, Direction::Leave)));
        if !self.ctx.held.is_empty() || changes.iter().any(|(_, direction)| *direction == Direction::Leave) {
            self.plan.groups = groups_digest(self.ctx, self.person);
        }
        let change = |(group, direction)| MembershipChange { group, direction };
        self.plan.memberships.extend(changes.into_iter().map(change));
    }

    /// Contact groups of the active subscriptions above the person.
    fn desired(&self) -> Vec<GroupId> {
        let covers = self.person.groups.iter().flat_map(|g| self.ctx.cover.above(g));
        let active = covers.filter(|c| c.subscription == Subscription::Active);
        let mut desired: Vec<_> = active.filter_map(|c| self.ctx.cover.tie(&c.root)).collect();
        desired.sort_unstable();
        desired.dedup();
        desired
    }

    /// Mirrored, subscribed, and neither emptied or vanished at the source nor ended (S9).
    fn follows_leavers(&self, group: GroupId) -> bool {
        self.ctx.policy.group_members == GroupMembers::Mirror
            && self.ctx.cover.is_followed(group)
            && !self.stands_still(group)
    }

    /// A group that vanished says nothing about its members (W3); nor, by the guard, does one that was emptied (W2).
    fn stands_still(&self, group: GroupId) -> bool {
        let cover = self.ctx.cover;
        cover.is_vanished(group) || (self.ctx.policy.guard.group_emptied && cover.is_emptied(group))
    }

    /// Whether every subscribed group that a run put the contact into stands still.
    pub(crate) fn only_emptied_groups(&self) -> bool {
        let run_made = self.person.memberships.iter().filter(|m| m.made_by == MadeBy::Run);
        let mut tied = run_made.filter(|m| self.ctx.cover.is_tied(m.group)).peekable();
        tied.peek().is_some() && tied.all(|m| self.stands_still(m.group))
    }

    /// What the person's contact is a member of; `None` where no contact is linked afterwards.
    fn memberships_after(&self) -> Option<&'a [Membership]> {
        let here = self.person.contact.is_some() && self.person.link.is_some();
        let mut has = here.then_some(self.person.memberships.as_slice());
        for operation in &self.plan.operations {
            has = match &operation.step {
                Step::Remove { .. } | Step::Unlink { .. } => None,
                Step::Create { again: None } | Step::Adopt { .. } | Step::TakeOver { .. } => Some(&[]),
                Step::Create { again: Some(_) } | Step::Restore { .. } => Some(&self.person.memberships),
                Step::Relink { contact, from, .. } => Some(self.memberships_of(from, *contact)),
                Step::Update { .. } | Step::Return { .. } | Step::MarkLeft { .. } | Step::Wait { .. } => has,
            };
        }
        has
    }

    /// A relinked contact brings its memberships; they stand with the gone account.
    fn memberships_of(&self, from: &model::SourceId, contact: model::ContactId) -> &'a [Membership] {
        let key = crate::subject::key_of(self.ctx, self.person);
        let gone = key.and_then(|k| self.hood.person(&k, from));
        let gone = gone.filter(|p| p.link.as_ref().is_some_and(|l| l.contact == contact));
        gone.map_or(&[], |p| p.memberships.as_slice())
    }
}
