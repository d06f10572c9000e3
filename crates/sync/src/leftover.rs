//! What a killed process left: its plan is applied to its end, its run is closed and tells what it did.

use std::collections::BTreeSet;

use engine::project::for_create;
use engine::{Context, GroupCover};
use model::ids::{PlanId, RunId};
use model::run::Outcome;
use model::scope::Scope;
use model::{Policy, Timestamp};
use store::{Book, ConnectionRow, Lease, Mail, RunEnd, StoreError};

use crate::notice;
use crate::office::{Monitor, Office, Progress, RunError};

/// A stored plan on its way into the book; blocking.
pub(crate) struct Applying<'a> {
    pub book: &'a Book,
    pub lease: &'a Lease,
    pub connection: &'a ConnectionRow,
    pub policy: &'a Policy,
    pub monitor: &'a dyn Monitor,
    pub as_of: Timestamp,
}

impl Applying<'_> {
    /// Applies what is left of a plan, unless somebody wants it to stop: then the rest stays for the next run.
    pub(crate) fn apply(&self, plan: PlanId) -> Result<(), RunError> {
        let (scope, cover, held) = (Scope::default(), GroupCover::default(), BTreeSet::new());
        let ctx = Context {
            policy: self.policy,
            scope: &scope,
            cover: &cover,
            domains: &self.connection.domains,
            held: &held,
            as_of: self.as_of,
        };
        loop {
            let now = Office::now();
            let step = self.book.apply_chunk(self.lease, plan, now, &|user| for_create(&ctx, user))?;
            self.monitor.at(&Progress::Applying { done: step.done as u64, of: step.of as u64 });
            if step.done >= step.of {
                return Ok(());
            }
            if !self.monitor.go_on() {
                return Err(RunError::Interrupted);
            }
        }
    }

    /// A killed apply goes on with the stored plan's remaining operations; a run killed behind its apply tells what it
    /// did; any other one was cut off, and what it had to do is still due.
    pub(crate) fn finish_old(&self) -> Result<(), RunError> {
        if let Some((plan, run)) = self.book.unfinished_plan(self.connection.id)? {
            self.apply(plan)?;
            self.conclude(run, plan)?;
        }
        for left in self.book.left_runs()? {
            if let Some(plan) = left.applied {
                self.conclude(left.run, plan)?;
            } else {
                self.book.end_run(self.lease, left.run, &end(Outcome::CutOff))?;
            }
        }
        Ok(())
    }

    fn conclude(&self, run: RunId, plan: PlanId) -> Result<(), StoreError> {
        let mails = self.removed(plan)?;
        self.book.end_run_telling(self.lease, run, &end(Outcome::Done), &mails)
    }

    /// Mails about removed contacts, where somebody asked for them.
    pub(crate) fn removed(&self, plan: PlanId) -> Result<Vec<Mail>, StoreError> {
        notice::removed(self.book, plan)
    }
}

/// How a run ended that broke on an error.
pub(crate) const fn outcome_of(error: &RunError) -> Outcome {
    match error {
        RunError::Graph(_) => Outcome::Refused,
        RunError::Interrupted => Outcome::CutOff,
        _ => Outcome::Failed,
    }
}

/// The end of a run that asked Microsoft for nothing, or whose row knows what it asked for.
pub(crate) fn end(outcome: Outcome) -> RunEnd {
    RunEnd { outcome, spent: None, at: Office::now(), error: None }
}
