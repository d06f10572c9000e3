//! Planning: due people in ranges of their ids, each decided by the engine, written as rows; then the guard.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::Deref;

use engine::guard::{Weights, held_kinds};
use engine::{Context, plan_person};
use model::ids::{RunId, SourceId};
use model::plan::{FindingKind, PersonPlan};
use model::subject::Subject;
use model::{Policy, Timestamp};
use store::{Book, Closed, Closing, ConnectionRow, Draft, Due, Guarded, Keys, Lease, Range, StoreError};

use crate::group_map::GroupMap;
use crate::notice;
use crate::office::{Monitor, Progress, RunError};

/// People per range.
const RANGE: i64 = 2_000;

/// What planning works with; blocking.
pub(crate) struct Planning<'a> {
    pub book: &'a Book,
    pub lease: &'a Lease,
    pub connection: &'a ConnectionRow,
    pub monitor: &'a dyn Monitor,
    pub as_of: Timestamp,
    pub part: Part,
    /// Products of people without a mailbox, who are named with the plan that they have (X11).
    pub products: RefCell<BTreeSet<[u8; 16]>>,
}

/// Whether everybody who is due is planned, or some people only, without the groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Whole,
    Some,
}

/// A finished plan.
pub(crate) struct Planned {
    pub draft: Draft,
    pub closed: Closed,
    pub products: BTreeSet<[u8; 16]>,
    /// By which it was made, and by which it is applied.
    pub policy: Policy,
}

impl Planning<'_> {
    /// Plans everybody who is due, or some people only. Policy and scope are read behind the last mark that this plan
    /// takes away: whatever is changed later has a mark of its own, which stays.
    pub(crate) fn plan(&self, run: RunId, some: Option<&Due>) -> Result<Planned, RunError> {
        let (mut draft, due) = match some {
            None => self.book.begin_plan(self.lease, run, self.as_of)?,
            Some(due) => (self.book.begin_part(self.lease, run, self.as_of)?, due.clone()),
        };
        let policy = self.book.policy()?;
        if !policy.active {
            return Err(RunError::Inactive);
        }
        self.book.keep_keys(self.lease, self.keys(&policy))?;
        let at_work = AtWork { planning: self, policy: &policy };
        let closed = at_work.plan(&mut draft, &due)?;
        Ok(Planned { draft, closed, products: self.products.take(), policy })
    }

    fn keys<'k>(&'k self, policy: &Policy) -> Keys<'k> {
        Keys { from: policy.email_from, domains: &self.connection.domains }
    }
}

/// Planning with the policy that is in force.
struct AtWork<'w, 'a> {
    planning: &'w Planning<'a>,
    policy: &'w Policy,
}

impl<'a> Deref for AtWork<'_, 'a> {
    type Target = Planning<'a>;

    fn deref(&self) -> &Self::Target {
        self.planning
    }
}

impl AtWork<'_, '_> {
    fn plan(&self, draft: &mut Draft, due: &Due) -> Result<Closed, StoreError> {
        let scope = self.book.scope(self.connection.id)?;
        let held = self.book.held_people(self.connection.id)?.into_keys().collect();
        let map = GroupMap::load(self.book, self.connection.id, self.policy, &scope)?;
        let cover = match self.part {
            Part::Whole => {
                let plan = map.plan(self.policy, due);
                let made = self.book.plan_groups(self.lease, draft, &plan)?;
                map.cover.with_ties(made)
            }
            Part::Some => map.cover,
        };
        let ctx = Context {
            policy: self.policy,
            scope: &scope,
            cover: &cover,
            domains: &self.connection.domains,
            held: &held,
            as_of: self.as_of,
        };
        let unchanged = match due {
            Due::Nobody => 0,
            Due::Everybody => self.everybody(&ctx, draft)?,
            Due::People(people) => self.people(&ctx, draft, people)?,
        };
        let window = self.book.guard_window(self.connection.id, self.as_of)?;
        let mut planned = draft.guarded.clone();
        for (kind, count) in self.book.outstanding(self.connection.id, due)? {
            *planned.entry(kind).or_default() += count;
        }
        let weights = Weights { base: window.base, recent: window.recent, planned };
        let guarded = Guarded {
            kinds: held_kinds(self.policy.guard, &weights),
            group_emptied: self.policy.guard.group_emptied,
        };
        let to = notice::addresses(self.book)?;
        let tell = |grew| notice::held(self.book, &to, grew);
        let some_only = self.part == Part::Some;
        let closing = Closing { guard: &guarded, due, some_only, unchanged, tell: &tell };
        self.book.close_plan(self.lease, draft, &closing)
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
        for some in people.chunks(RANGE as usize) {
            let plans = self.range(ctx, &Range::These(some.to_vec()))?;
            unchanged += count_unchanged(&plans);
            self.monitor.at(&Progress::Planning { people: plans.len() as u64 });
            self.book.plan_people(self.lease, draft, &plans)?;
        }
        Ok(unchanged)
    }

    fn range(&self, ctx: &Context<'_>, range: &Range) -> Result<Vec<PersonPlan>, StoreError> {
        let (people, hood) = self.book.load_people(self.connection.id, range, self.keys(self.policy))?;
        let mut products = self.products.borrow_mut();
        let plan = |person: &Subject| {
            let plan = plan_person(ctx, person, &hood);
            let unmailed = plan.findings.iter().any(|f| f.kind == FindingKind::WithoutMailbox);
            if let (true, Some(mirror)) = (unmailed, &person.mirror) {
                products.extend(mirror.user.skus.iter().copied());
            }
            plan
        };
        Ok(people.iter().map(plan).collect())
    }
}

fn count_unchanged(plans: &[PersonPlan]) -> i64 {
    plans
        .iter()
        .filter(|p| p.contact.is_some() && p.operations.is_empty() && p.memberships.is_empty())
        .count() as i64
}
