//! What other rules would do: everybody is planned as the next run would, by the rules in force and by those that are tried, from
//! the mirror and the book as they are. Nothing is stored, nobody is asked at Microsoft, and no lease is taken, so a run may go
//! on meanwhile: what is told is what stood there.
//!
//! Told is the difference: what the tried rules bring that was not due anyway, and what they spare.
//!
//! Two things are known only to a run: by which contacts the guard's releases are used up, and, of another rule for addresses,
//! which of them two people share.

use std::collections::{BTreeMap, BTreeSet};

use engine::guard::{Weights, held_kinds};
use engine::{Context, plan_person};
use model::ids::{ConnectionId, GroupId, SourceId};
use model::plan::{
    Direction, GroupPlan, GroupStep, GuardKind, HeldBy, MembershipChange, OpKind, Operation, PersonPlan,
};
use model::subject::{Hood, Subject};
use model::{Policy, Timestamp};
use store::{Around, Book, ConnectionRow, Keys, PlanRow, Range, SharedKeys, StoreError, What};

use crate::blocking;
use crate::group_map::GroupMap;
use crate::office::{Monitor, Office, Progress, RunError};

/// People per range.
const RANGE: i64 = 1_000;
/// Numbers of contact groups that are only thought of, far beyond those that exist.
const THOUGHT_OF: i64 = 1 << 39;

/// Rules to be tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trial {
    /// The policy.
    pub policy: Policy,
    /// Whether everybody belongs in the book; `None` leaves it as it is.
    pub everybody: Option<bool>,
}

/// What a trial's rules would do to one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrialLine {
    /// Who.
    pub source: SourceId,
    /// What.
    pub kind: OpKind,
    /// Why it would wait for a person.
    pub held: Option<HeldBy>,
}

/// What other rules would do that the rules in force do not.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Effect {
    /// When it was looked at.
    pub at: Timestamp,
    /// What they bring, by person.
    pub brings: Vec<TrialLine>,
    /// What is due by the rules in force and would be no longer, by person.
    pub spares: Vec<TrialLine>,
    /// What is due either way.
    pub anyway: u64,
    /// People that were looked at.
    pub people: u64,
    /// Contact groups that would be created, renamed or cut off.
    pub groups: u64,
    /// Memberships that would begin.
    pub joins: u64,
    /// Memberships that would end.
    pub leaves: u64,
    /// Of those, how many would wait for a person, for their group would lose everybody.
    pub leaves_held: u64,
}

/// Tries rules on everybody.
pub async fn trial(book: &Book, trial: &Trial, monitor: &dyn Monitor) -> Result<Effect, RunError> {
    blocking(|| {
        let trying = Trying::of(book, trial)?;
        trying.everybody(monitor)
    })
}

/// What the tried rules would do to these people, as rows of a plan that does not exist. Blocking.
pub fn trial_rows(book: &Book, trial: &Trial, people: &[SourceId]) -> Result<Vec<PlanRow>, RunError> {
    let connection = read(book)?;
    let held = book.held_people(connection.id)?.into_keys().collect();
    let keys = Keys { from: trial.policy.email_from, domains: &connection.domains };
    let (found, hood) = book.load_people(connection.id, &Range::These(people.to_vec()), keys)?;
    let mut map = GroupMap::near(book, connection.id, &trial.policy, &Around::people(&found, &hood))?;
    map.scope.everybody = trial.everybody.unwrap_or(map.scope.everybody);
    let ctx = Context {
        policy: &trial.policy,
        scope: &map.scope,
        cover: &map.cover,
        domains: &connection.domains,
        held: &held,
        as_of: Office::now(),
    };
    let plans = found.iter().map(|person| plan_person(&ctx, person, &hood));
    let rows = plans.flat_map(|plan| plan.operations).enumerate();
    Ok(rows.map(|(n, operation)| row(n as i64, operation)).collect())
}

fn row(n: i64, operation: Operation) -> PlanRow {
    PlanRow {
        n,
        kind: operation.step.kind(),
        contact: operation.step.contact(),
        source: operation.source,
        reason: operation.reason,
        held: operation.held,
        state: operation.state,
        what: What::Person { step: operation.step, created: None },
        undo: None,
    }
}

/// The connection, if everybody was read once.
fn read(book: &Book) -> Result<ConnectionRow, RunError> {
    let connection = book.connection()?.ok_or(RunError::NotConnected)?;
    if connection.complete {
        Ok(connection)
    } else {
        Err(RunError::NothingRead { slug: book.customer.slug.clone() })
    }
}

/// One of the two sets of rules, with the groups as they are under it.
struct Side {
    policy: Policy,
    map: GroupMap,
    groups: GroupPlan,
}

struct Trying<'a> {
    book: &'a Book,
    connection: ConnectionRow,
    held: BTreeSet<SourceId>,
    now: Side,
    then: Side,
    as_of: Timestamp,
}

/// What is counted on the way.
#[derive(Default)]
struct Tally {
    effect: Effect,
    /// What the guard would count of all that would be planned, not only of the difference.
    guarded: BTreeMap<GuardKind, i64>,
    /// What of the difference the guard counts, by its place in `brings`.
    of_guard: Vec<(usize, GuardKind)>,
    /// Who would leave a contact group, as many, difference or not.
    leavers: BTreeMap<GroupId, usize>,
    /// Who would leave by the tried rules only.
    news: BTreeMap<GroupId, u64>,
}

impl<'a> Trying<'a> {
    fn of(book: &'a Book, trial: &Trial) -> Result<Self, RunError> {
        let connection = read(book)?;
        let held: BTreeSet<SourceId> = book.held_people(connection.id)?.into_keys().collect();
        let mut thought_of = BTreeMap::new();
        let mut side = |policy: &Policy, everybody: Option<bool>| {
            let mut map = GroupMap::load(book, connection.id, policy)?;
            map.scope.everybody = everybody.unwrap_or(map.scope.everybody);
            let groups = map.plan(policy, &held);
            let made = groups.operations.iter().filter(|o| o.step == GroupStep::Create && o.held.is_none());
            let ties: Vec<_> = made
                .map(|o| {
                    let next = THOUGHT_OF + thought_of.len() as i64;
                    let group = thought_of.entry(o.source.clone());
                    (o.source.clone(), *group.or_insert_with(|| GroupId::new(book.customer.id, next)))
                })
                .collect();
            map.cover = map.cover.with_ties(ties);
            Ok::<_, StoreError>(Side { policy: policy.clone(), map, groups })
        };
        let now = side(&book.policy()?, None)?;
        let then = side(&trial.policy, trial.everybody)?;
        Ok(Self { book, held, now, then, as_of: Office::now(), connection })
    }

    fn id(&self) -> ConnectionId {
        self.connection.id
    }

    fn everybody(&self, monitor: &dyn Monitor) -> Result<Effect, RunError> {
        let mut tally = Tally::default();
        tally.effect.at = self.as_of;
        let shared = self.book.shared_keys(self.id())?;
        let mut after = None;
        while let Some(range) = self.book.next_range(self.id(), after.as_ref(), RANGE)? {
            if !monitor.go_on() {
                return Err(RunError::Interrupted);
            }
            self.range(&range, &shared, &mut tally)?;
            monitor.at(&Progress::Planning { people: tally.effect.people });
            after = Some(range);
        }
        self.guard(&mut tally)?;
        self.groups(&mut tally)?;
        Ok(tally.effect)
    }

    fn range(&self, range: &Range, shared: &SharedKeys, tally: &mut Tally) -> Result<(), StoreError> {
        let (people, hood) = self.load(&self.then, range, shared)?;
        // Who shares an address depends on where it comes from, and on nothing else of the rules.
        let other = if self.now.policy.email_from == self.then.policy.email_from {
            None
        } else {
            Some(self.load(&self.now, range, shared)?.1)
        };
        for person in &people {
            let then = self.plan(&self.then, person, &hood);
            let now = self.plan(&self.now, person, other.as_ref().unwrap_or(&hood));
            tally.person(&now, &then);
        }
        Ok(())
    }

    fn load(
        &self,
        side: &Side,
        range: &Range,
        shared: &SharedKeys,
    ) -> Result<(Vec<Subject>, Hood), StoreError> {
        let keys = Keys { from: side.policy.email_from, domains: &self.connection.domains };
        self.book.load_sharing(self.id(), range, keys, Some(shared))
    }

    fn plan(&self, side: &Side, person: &Subject, hood: &Hood) -> PersonPlan {
        let ctx = Context {
            policy: &side.policy,
            scope: &side.map.scope,
            cover: &side.map.cover,
            domains: &self.connection.domains,
            held: &self.held,
            as_of: self.as_of,
        };
        plan_person(&ctx, person, hood)
    }

    /// What the guard would hold of the difference.
    fn guard(&self, tally: &mut Tally) -> Result<(), StoreError> {
        let window = self.book.guard_window(self.id(), self.as_of)?;
        let weights = Weights { base: window.base, recent: window.recent, planned: tally.guarded.clone() };
        let kinds = held_kinds(self.then.policy.guard, &weights);
        for (place, kind) in &tally.of_guard {
            if let Some(line) = tally.effect.brings.get_mut(*place).filter(|_| kinds.contains(kind)) {
                line.held = line.held.or(Some(HeldBy::Guard));
            }
        }
        Ok(())
    }

    fn groups(&self, tally: &mut Tally) -> Result<(), StoreError> {
        let now = &self.now.groups.operations;
        let then = &self.then.groups.operations;
        tally.effect.groups = then.iter().filter(|o| !now.contains(o)).count() as u64;
        if !self.then.policy.guard.group_emptied {
            return Ok(());
        }
        for (group, leave) in tally.leavers.iter().filter(|(_, leave)| **leave as i64 >= store::FEW) {
            // Whom runs put in, all of them: then the group would be empty.
            if self.book.put_in_by_runs(self.id(), *group)?.len() == *leave {
                tally.effect.leaves_held += tally.news.get(group).copied().unwrap_or(0);
            }
        }
        Ok(())
    }
}

impl Tally {
    fn person(&mut self, now: &PersonPlan, then: &PersonPlan) {
        let is_in = |plan: &PersonPlan, operation: &Operation| {
            plan.operations.iter().any(|other| other.step == operation.step)
        };
        self.effect.people += 1;
        for operation in &then.operations {
            let guarded = operation.step.guarded().filter(|_| operation.held != Some(HeldBy::Person));
            if let Some(kind) = guarded {
                *self.guarded.entry(kind).or_default() += 1;
            }
            if is_in(now, operation) {
                self.effect.anyway += 1;
                continue;
            }
            self.of_guard.extend(guarded.map(|kind| (self.effect.brings.len(), kind)));
            self.effect.brings.push(line(operation));
        }
        self.effect.spares.extend(now.operations.iter().filter(|o| !is_in(then, o)).map(line));
        self.memberships(&now.memberships, &then.memberships);
    }

    fn memberships(&mut self, now: &[MembershipChange], then: &[MembershipChange]) {
        for change in then {
            let is_new = !now.contains(change);
            match change.direction {
                Direction::Join => self.effect.joins += u64::from(is_new),
                Direction::Leave => {
                    self.effect.leaves += u64::from(is_new);
                    *self.leavers.entry(change.group).or_default() += 1;
                    *self.news.entry(change.group).or_default() += u64::from(is_new);
                }
            }
        }
    }
}

fn line(operation: &Operation) -> TrialLine {
    TrialLine { source: operation.source.clone(), kind: operation.step.kind(), held: operation.held }
}
