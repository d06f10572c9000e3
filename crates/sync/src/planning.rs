//! Planning: due people in ranges of their ids, each decided by the engine, written as rows; then the guard.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;
use std::sync::mpsc::{self, SyncSender};
use std::sync::{Mutex, PoisonError};
use std::thread;

use engine::guard::{Weights, held_kinds};
use engine::{Context, plan_person};
use model::ids::{GroupId, RunId, SourceId};
use model::plan::{Direction, FindingKind, GuardKind, PersonPlan};
use model::subject::{Hood, Subject};
use model::{Policy, Timestamp};
use store::{
    Around, Book, Closed, Closing, ConnectionRow, Draft, Due, GuardWindow, Guarded, Keys, Lease, Notice,
    Range, SharedKeys, StoreError,
};

use crate::group_map::GroupMap;
use crate::notice;
use crate::office::{Monitor, Progress, RunError};

/// People per range.
const RANGE: i64 = 1_000;
/// People per list.
const LISTED: usize = 2_000;

/// What planning works with; blocking.
pub(crate) struct Planning<'a> {
    pub book: &'a Book,
    pub lease: &'a Lease,
    pub connection: &'a ConnectionRow,
    pub monitor: &'a dyn Monitor,
    pub as_of: Timestamp,
    pub part: Part,
    /// Products of people without a mailbox, who are named with the plan that they have (X11).
    pub products: Mutex<BTreeSet<[u8; 16]>>,
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
        // Domains that the read has brought may make other keys: that marks everybody, and no plan may be older.
        self.book.keep_keys(self.lease, self.keys(&self.book.policy()?))?;
        let (mut draft, due) = match some {
            None => self.book.begin_plan(self.lease, run, self.as_of)?,
            Some(due) => (self.book.begin_part(self.lease, run, self.as_of)?, due.clone()),
        };
        let policy = self.book.policy()?;
        if !policy.active {
            return Err(RunError::Inactive);
        }
        self.book.keep_keys(self.lease, self.keys(&policy))?;
        let held = self.book.held_people(self.connection.id)?.into_keys().collect();
        let at_work = AtWork { planning: self, policy: &policy, held };
        let closed = at_work.plan(&mut draft, &due)?;
        let products = std::mem::take(&mut *self.products.lock().unwrap_or_else(PoisonError::into_inner));
        Ok(Planned { draft, closed, products, policy })
    }

    fn keys<'k>(&'k self, policy: &Policy) -> Keys<'k> {
        Keys { from: policy.email_from, domains: &self.connection.domains }
    }
}

/// Planning with the policy that is in force.
struct AtWork<'w, 'a> {
    planning: &'w Planning<'a>,
    policy: &'w Policy,
    /// People and groups that a person holds.
    held: BTreeSet<SourceId>,
}

impl<'a> Deref for AtWork<'_, 'a> {
    type Target = Planning<'a>;

    fn deref(&self) -> &Self::Target {
        self.planning
    }
}

impl AtWork<'_, '_> {
    fn plan(&self, draft: &mut Draft, due: &Due) -> Result<Closed, StoreError> {
        let mut emptied = BTreeSet::new();
        let unchanged = match due {
            Due::Nobody => 0,
            Due::Everybody => self.everybody(draft)?,
            Due::People(people) => self.people(draft, people, &mut emptied)?,
        };
        let guard = |window: &GuardWindow, planned: &BTreeMap<GuardKind, i64>| {
            let weights =
                Weights { base: window.base, recent: window.recent.clone(), planned: planned.clone() };
            let kinds = held_kinds(self.policy.guard, &weights);
            Guarded { kinds, group_emptied: self.policy.guard.group_emptied }
        };
        let to = self.book.told(Notice::Held)?;
        let tell = |grew| notice::held(self.book, &to, grew);
        let some_only = (self.part == Part::Some).then_some(&emptied);
        let closing = Closing { guard: &guard, due, some_only, unchanged, tell: &tell };
        self.book.close_plan(self.lease, draft, &closing)
    }

    /// One range is loaded and decided while the one before is written.
    fn everybody(&self, draft: &mut Draft) -> Result<i64, StoreError> {
        let mut map = GroupMap::load(self.book, self.connection.id, self.policy)?;
        let made = match self.part {
            Part::Whole => self.book.plan_groups(self.lease, draft, &map.plan(self.policy, &self.held))?,
            Part::Some => Vec::new(),
        };
        map.cover = map.cover.with_ties(made);
        let map = &map;
        let (mut people, mut unchanged) = (0, 0);
        let (hand, taken) = mpsc::sync_channel(0);
        thread::scope(|scope| {
            let decided = scope.spawn(move || self.each_range(map, &hand));
            for plans in taken {
                people += plans.len() as u64;
                unchanged += count_unchanged(&plans);
                self.monitor.at(&Progress::Planning { people });
                self.book.plan_people(self.lease, draft, plans)?;
            }
            decided.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        })?;
        Ok(unchanged)
    }

    /// Hands over the plans of range after range, until nobody takes them any more.
    fn each_range(&self, map: &GroupMap, hand: &SyncSender<Vec<PersonPlan>>) -> Result<(), StoreError> {
        let (shared, mut after) = (self.book.shared_keys(self.connection.id)?, None);
        while let Some(range) = self.book.next_range(self.connection.id, after.as_ref(), RANGE)? {
            let (people, hood) = self.load(&range, Some(&shared))?;
            if hand.send(self.range(map, &people, &hood)).is_err() {
                break;
            }
            after = Some(range);
        }
        Ok(())
    }

    /// Of groups only those are looked at that are due themselves, and those that decide about the people.
    fn people(
        &self,
        draft: &mut Draft,
        people: &[SourceId],
        emptied: &mut BTreeSet<GroupId>,
    ) -> Result<i64, StoreError> {
        let made = match self.part {
            Part::Whole => {
                let map = self.near(&Around::groups(people))?;
                self.book.plan_groups(self.lease, draft, &map.plan_due(self.policy, &self.held, people))?
            }
            Part::Some => Vec::new(),
        };
        let (mut planned, mut unchanged) = (0, 0);
        for some in people.chunks(LISTED) {
            let plans = self.some(some, &made)?;
            if self.part == Part::Some {
                self.note_emptied(&plans, emptied)?;
            }
            unchanged += count_unchanged(&plans);
            planned += plans.len() as u64;
            self.monitor.at(&Progress::Planning { people: planned });
            self.book.plan_people(self.lease, draft, plans)?;
        }
        Ok(unchanged)
    }

    /// Plans these people; `made` are contact groups that the plan creates.
    fn some(&self, people: &[SourceId], made: &[(SourceId, GroupId)]) -> Result<Vec<PersonPlan>, StoreError> {
        let (people, hood) = self.load(&Range::These(people.to_vec()), None)?;
        let mut map = self.near(&Around::people(&people, &hood))?;
        map.cover = map.cover.with_ties(made.iter().cloned());
        Ok(self.range(&map, &people, &hood))
    }

    /// Notes the contact groups that these people leave and that would lose everybody whom runs put in if all were planned:
    /// one person after the other, too, must not empty what a run would hold.
    fn note_emptied(&self, plans: &[PersonPlan], emptied: &mut BTreeSet<GroupId>) -> Result<(), StoreError> {
        let groups: BTreeSet<GroupId> = plans.iter().flat_map(left).collect();
        for group in groups {
            let members = self.book.put_in_by_runs(self.connection.id, group)?;
            let mut all_leave = true;
            for some in members.chunks(LISTED) {
                all_leave &= self.some(some, &[])?.iter().all(|plan| left(plan).any(|g| g == group));
                if !all_leave {
                    break;
                }
            }
            if all_leave {
                emptied.insert(group);
            }
        }
        Ok(())
    }

    fn near(&self, around: &Around) -> Result<GroupMap, StoreError> {
        GroupMap::near(self.book, self.connection.id, self.policy, around)
    }

    fn load(&self, range: &Range, shared: Option<&SharedKeys>) -> Result<(Vec<Subject>, Hood), StoreError> {
        self.book.load_sharing(self.connection.id, range, self.keys(self.policy), shared)
    }

    fn range(&self, map: &GroupMap, people: &[Subject], hood: &Hood) -> Vec<PersonPlan> {
        let ctx = Context {
            policy: self.policy,
            scope: &map.scope,
            cover: &map.cover,
            domains: &self.connection.domains,
            held: &self.held,
            as_of: self.as_of,
        };
        let mut products = self.products.lock().unwrap_or_else(PoisonError::into_inner);
        let plan = |person: &Subject| {
            let plan = plan_person(&ctx, person, hood);
            let unmailed = plan.findings.iter().any(|f| f.kind == FindingKind::WithoutMailbox);
            if let (true, Some(mirror)) = (unmailed, &person.mirror) {
                products.extend(mirror.user.skus.iter().copied());
            }
            plan
        };
        people.iter().map(plan).collect()
    }
}

/// The contact groups that somebody's contact leaves.
fn left(plan: &PersonPlan) -> impl Iterator<Item = GroupId> {
    plan.memberships.iter().filter(|m| m.direction == Direction::Leave).map(|m| m.group)
}

fn count_unchanged(plans: &[PersonPlan]) -> i64 {
    plans
        .iter()
        .filter(|p| p.contact.is_some() && p.operations.is_empty() && p.memberships.is_empty())
        .count() as i64
}
