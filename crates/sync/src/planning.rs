//! Planning: due people in ranges of their ids, each decided by the engine, written as rows; then the guard.

use std::collections::{BTreeMap, BTreeSet};

use engine::cover::Nesting;
use engine::guard::{Weights, held_kinds};
use engine::{Context, GroupCover, plan_person};
use model::ids::{GroupId, RunId, SourceId};
use model::plan::{OpKind, PersonPlan};
use model::policy::Mode;
use model::scope::Scope;
use model::source::Presence;
use model::subject::Rejection;
use model::{Policy, Timestamp};
use store::{
    Book, Closed, ConnectionRow, Draft, Due, GroupStep, GroupWhat, Guarded, Keys, Lease, Range, StoreError,
    group_state,
};

use crate::office::{Monitor, Progress};

/// People per range.
const RANGE: i64 = 2_000;

/// What planning works with; blocking.
pub(crate) struct Planning<'a> {
    pub book: &'a Book,
    pub lease: &'a Lease,
    pub connection: &'a ConnectionRow,
    pub policy: &'a Policy,
    pub monitor: &'a dyn Monitor,
    pub as_of: Timestamp,
}

/// A finished plan.
pub(crate) struct Planned {
    pub draft: Draft,
    pub closed: Closed,
    pub unchanged: i64,
}

impl Planning<'_> {
    /// Plans everybody who is due.
    pub(crate) fn plan(&self, run: RunId, due: &Due) -> Result<Planned, StoreError> {
        let scope = self.book.scope(self.connection.id)?;
        let mut draft = self.book.begin_plan(self.lease, run, self.as_of)?;
        let cover = self.cover(&scope, &mut draft)?;
        let ctx = Context {
            policy: self.policy,
            scope: &scope,
            cover: &cover,
            domains: &self.connection.domains,
            as_of: self.as_of,
        };
        let unchanged = match due {
            Due::Nobody => 0,
            Due::Everybody => self.everybody(&ctx, &mut draft)?,
            Due::People(people) => self.people(&ctx, &mut draft, people)?,
        };
        let window = self.book.guard_window(self.connection.id, self.as_of)?;
        let weights = Weights { base: window.base, recent: window.recent, planned: draft.guarded.clone() };
        let guarded = Guarded {
            kinds: held_kinds(self.policy.guard, &weights),
            group_emptied: self.policy.guard.group_emptied,
        };
        let closed = self.book.close_plan(self.lease, &mut draft, &guarded, due)?;
        Ok(Planned { draft, closed, unchanged })
    }

    /// Which groups lead where, with the contact groups that this plan will create.
    fn cover(&self, scope: &Scope, draft: &mut Draft) -> Result<GroupCover, StoreError> {
        let nested = self.policy.nested_groups && !scope.groups.is_empty();
        let nestings = if nested { self.book.nestings(self.connection.id)? } else { Vec::new() };
        let nestings: Vec<Nesting> =
            nestings.into_iter().map(|(parent, child)| Nesting { parent, child }).collect();
        let ties = self.ties(scope, draft)?;
        let vanished = self.vanished(&ties)?;
        let cover = GroupCover::new(scope, &nestings, ties.clone());
        let mut filled: BTreeSet<&SourceId> = BTreeSet::new();
        for direct in cover.groups() {
            if self.book.has_people(self.connection.id, direct)? {
                filled.extend(cover.above(direct).iter().map(|c| &c.root));
            }
        }
        let emptied =
            ties.iter().filter(|(root, _)| !filled.contains(root)).map(|(_, group)| *group).collect();
        Ok(cover.clone().with_emptied(emptied).with_vanished(vanished))
    }

    /// Contact groups whose source group is deleted or hidden: they say nothing about their members (W3).
    fn vanished(&self, ties: &BTreeMap<SourceId, GroupId>) -> Result<BTreeSet<GroupId>, StoreError> {
        let ids: Vec<SourceId> = ties.keys().cloned().collect();
        let known = self.book.mirror_groups(self.connection.id, &ids)?;
        let live = |id: &SourceId| known.get(id).is_some_and(|(_, presence)| *presence == Presence::Live);
        Ok(ties.iter().filter(|(id, _)| !live(id)).map(|(_, group)| *group).collect())
    }

    /// Contact groups of subscribed groups; missing ones are created, renamed ones follow.
    fn ties(&self, scope: &Scope, draft: &mut Draft) -> Result<BTreeMap<SourceId, GroupId>, StoreError> {
        let mut ties = BTreeMap::new();
        let mut names = BTreeMap::new();
        for group in self.book.groups()? {
            if let Some((connection, source)) = group.source
                && connection == self.connection.id
            {
                names.insert(source.clone(), group.name);
                ties.insert(source, group.id);
            }
        }
        if self.policy.mode == Mode::Manual || !self.policy.active {
            return Ok(ties);
        }
        let wanted: Vec<SourceId> = scope.active_groups().cloned().collect();
        let sources = self.book.mirror_groups(self.connection.id, &wanted)?;
        let rejected = self.book.rejected_groups(self.connection.id)?;
        let mut steps = Vec::new();
        for id in &wanted {
            let Some((source, _)) = sources.get(id) else { continue };
            let what = match (ties.get(id), names.get(id)) {
                (Some(_), Some(name)) if **name == *source.name => continue,
                (Some(group), _) => GroupWhat::Rename(*group),
                (None, _) => GroupWhat::Create,
            };
            let kind = match what {
                GroupWhat::Create => OpKind::GroupCreate,
                GroupWhat::Rename(_) => OpKind::GroupRename,
            };
            let state = group_state(&source.name);
            let undone = rejected.get(id).is_some_and(|all| all.contains(&Rejection { kind, state }));
            if undone {
                continue;
            }
            steps.push(GroupStep { source: id.clone(), name: source.name.to_string(), what });
        }
        ties.extend(self.book.plan_groups(self.lease, draft, &steps)?);
        Ok(ties)
    }

    fn keys(&self) -> Keys<'_> {
        Keys { from: self.policy.email_from, domains: &self.connection.domains }
    }

    fn everybody(&self, ctx: &Context<'_>, draft: &mut Draft) -> Result<i64, StoreError> {
        let (mut after, mut people, mut unchanged) = (None, 0, 0);
        while let Some(range) = self.book.next_range(self.connection.id, after.as_ref(), RANGE)? {
            let plans = self.range(ctx, &range)?;
            people += plans.len() as u64;
            unchanged += count_unchanged(&plans);
            self.monitor.at(&Progress::Planning { people });
            self.book.plan_people(self.lease, draft, &plans)?;
            after = Some(range);
        }
        Ok(unchanged)
    }

    fn people(&self, ctx: &Context<'_>, draft: &mut Draft, people: &[SourceId]) -> Result<i64, StoreError> {
        let mut unchanged = 0;
        for some in people.chunks(500) {
            let mut plans = Vec::new();
            for person in some {
                plans.extend(self.range(ctx, &Range::one(person))?);
            }
            unchanged += count_unchanged(&plans);
            self.monitor.at(&Progress::Planning { people: plans.len() as u64 });
            self.book.plan_people(self.lease, draft, &plans)?;
        }
        Ok(unchanged)
    }

    fn range(&self, ctx: &Context<'_>, range: &Range) -> Result<Vec<PersonPlan>, StoreError> {
        let (people, hood) = self.book.load_people(self.connection.id, range, self.keys())?;
        Ok(people.iter().map(|person| plan_person(ctx, person, &hood)).collect())
    }
}

fn count_unchanged(plans: &[PersonPlan]) -> i64 {
    plans
        .iter()
        .filter(|p| p.contact.is_some() && p.operations.is_empty() && p.memberships.is_empty())
        .count() as i64
}
