//! Undo (W4): planned from what is stored, applied like any other plan. Nothing is read from Microsoft.

use std::collections::{BTreeMap, BTreeSet};

use engine::standing::state_digest;
use engine::{Context, GroupCover, groups_digest, standing};
use model::Policy;
use model::Timestamp;
use model::ids::{PlanId, RunId, SourceId};
use model::run::{Outcome, ReadMode, RunKind};
use model::scope::Scope;
use model::subject::Subject;
use store::{
    Back, Book, Conflict, ConnectionRow, Keys, Lease, Range, Refusal, RunEnd, SourceState, StoreError, Work,
};

use crate::blocking;
use crate::charge::{Renewal, give_back, take_charge};
use crate::failure::kept;
use crate::group_map::GroupMap;
use crate::leftover::{Applying, end, outcome_of};
use crate::office::{Monitor, Office, Report, RunError, Want};

/// More people than these are looked up in ranges.
const FEW: usize = 500;
/// People per range.
const RANGE: i64 = 2_000;

/// How an undo ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UndoReport {
    /// Its own run and plan.
    pub report: Report,
    /// What it leaves alone, and why.
    pub conflicts: Vec<Conflict>,
}

/// An undo at work; blocking.
struct Undo<'a> {
    book: &'a Book,
    lease: &'a Lease,
    connection: ConnectionRow,
    policy: Policy,
    monitor: &'a dyn Monitor,
    started: Timestamp,
}

/// Takes something back, or plans to. An undo has a run of its own, which can be undone in turn.
pub async fn undo(
    book: &Book,
    back: impl Into<Back>,
    want: Want,
    monitor: &dyn Monitor,
) -> Result<UndoReport, RunError> {
    carry_out(book, back.into(), (want, None), monitor)
}

/// Takes something back as the plan of a look has it. Where it would do anything else by now, it is planned only, to be looked at anew.
pub async fn undo_as_looked_at(
    book: &Book,
    back: Back,
    looked: PlanId,
    monitor: &dyn Monitor,
) -> Result<UndoReport, RunError> {
    carry_out(book, back, (Want::Apply, Some(looked)), monitor)
}

fn carry_out(
    book: &Book,
    back: Back,
    (want, looked): (Want, Option<PlanId>),
    monitor: &dyn Monitor,
) -> Result<UndoReport, RunError> {
    if let Back::Run(run) | Back::OfRun(run, _) = back {
        blocking(|| book.run(run))?.ok_or(StoreError::NotFound)?;
    }
    let work = match want {
        Want::Apply => Work::Run { kind: RunKind::Undo, mode: ReadMode::Delta },
        Want::Plan => Work::Other,
    };
    let (lease, connection, policy) = take_charge(book, work)?;
    let _renewal = Renewal::start(book.clone(), lease.clone(), None);
    let started = Office::now();
    let undo = Undo { book, lease: &lease, connection, policy, monitor, started };
    let done = blocking(|| undo.whole(&back, want, looked));
    give_back(book, &lease);
    done
}

impl Undo<'_> {
    fn whole(&self, back: &Back, want: Want, looked: Option<PlanId>) -> Result<UndoReport, RunError> {
        // What a killed apply left comes first: it may be what shall be undone. A look finishes nothing, and a customer who is
        // switched off is left as it is.
        let applying = self.applying();
        let mut left = Vec::new();
        if want == Want::Apply && self.policy.active {
            left = self.left()?;
            applying.finish_old()?;
        }
        self.book.keep_keys(self.lease, self.keys())?;
        let states = self.states(&self.book.people_of(self.connection.id, back)?)?;
        let planned = match self.book.plan_undo(self.lease, back, &states, self.started) {
            Err(StoreError::Refused(why @ Refusal::UndoneAlready { by, .. })) => {
                // It was killed while it did just this, and has done it now.
                let here = left.into_iter().find(|(_, run)| *run == by);
                let (plan, run) = here.ok_or(StoreError::Refused(why))?;
                return self.finished(plan, run);
            }
            planned => planned?,
        };
        let as_seen = match looked {
            Some(looked) => self.book.plans_alike(looked, planned.plan)?,
            None => true,
        };
        let (outcome, mails) = match want {
            Want::Apply if !as_seen => (Outcome::Planned, Vec::new()),
            Want::Plan => (Outcome::Planned, Vec::new()),
            Want::Apply => {
                applying.apply(planned.plan).map_err(|error| self.broken(planned.run, error))?;
                (Outcome::Done, applying.removed(planned.plan)?)
            }
        };
        self.book.end_run_telling(self.lease, planned.run, &end(outcome), &mails)?;
        let row = self.book.run(planned.run)?.ok_or(StoreError::NotFound)?;
        let report = Report { run: row, plan: Some(planned.plan), holds_grew: 0 };
        Ok(UndoReport { report, conflicts: planned.conflicts })
    }

    /// Plans of killed runs that are applied to their end, or only have to say so.
    fn left(&self) -> Result<Vec<(PlanId, RunId)>, StoreError> {
        let unfinished = self.book.unfinished_plan(self.connection.id)?;
        let untold = self.book.left_runs()?.into_iter().filter_map(|l| l.applied.map(|plan| (plan, l.run)));
        Ok(unfinished.into_iter().chain(untold).collect())
    }

    /// What it left alone was told where it was planned, if anybody was there to hear.
    fn finished(&self, plan: PlanId, run: RunId) -> Result<UndoReport, RunError> {
        let row = self.book.run(run)?.ok_or(StoreError::NotFound)?;
        let report = Report { run: row, plan: Some(plan), holds_grew: 0 };
        Ok(UndoReport { report, conflicts: Vec::new() })
    }

    fn applying(&self) -> Applying<'_> {
        let Self { book, lease, connection, policy, monitor, started } = self;
        Applying { book, lease, connection, policy, monitor: *monitor, as_of: *started }
    }

    /// Digests of today's source state: what was undone stays so until the source changes again.
    fn states(&self, people: &BTreeSet<SourceId>) -> Result<BTreeMap<SourceId, SourceState>, StoreError> {
        let id = self.connection.id;
        let map = GroupMap::load(self.book, id, &self.policy)?;
        let held = BTreeSet::new();
        let ctx = self.context(&map.scope, &map.cover, &held);
        let mut states = BTreeMap::new();
        let mut note = |person: Subject| {
            let person_state = state_digest(&person, &standing(&ctx, &person));
            let state = SourceState { person: person_state, groups: groups_digest(&ctx, &person) };
            states.insert(person.source, state);
        };
        if people.len() > FEW {
            let mut after = None;
            while let Some(range) = self.book.next_range(id, after.as_ref(), RANGE)? {
                let all = self.load(&range)?;
                all.into_iter().filter(|p| people.contains(&p.source)).for_each(&mut note);
                after = Some(range);
            }
        } else {
            for person in people {
                self.load(&Range::one(person))?.into_iter().for_each(&mut note);
            }
        }
        Ok(states)
    }

    fn keys(&self) -> Keys<'_> {
        Keys { from: self.policy.email_from, domains: &self.connection.domains }
    }

    fn load(&self, range: &Range) -> Result<Vec<Subject>, StoreError> {
        Ok(self.book.load_people(self.connection.id, range, self.keys())?.0)
    }

    /// Nobody is held here: a digest of the source's state asks for no plan.
    fn context<'c>(
        &'c self,
        scope: &'c Scope,
        cover: &'c GroupCover,
        held: &'c BTreeSet<SourceId>,
    ) -> Context<'c> {
        let domains = &self.connection.domains;
        Context { policy: &self.policy, scope, cover, domains, held, as_of: self.started }
    }

    fn broken(&self, run: RunId, error: RunError) -> RunError {
        // The first error is the one to tell; that its row could not be written follows from it.
        let outcome = outcome_of(&error);
        let told = (outcome != Outcome::CutOff).then(|| kept(&error));
        let failed = RunEnd { error: told, ..end(outcome) };
        drop(self.book.end_run(self.lease, run, &failed));
        error
    }
}
