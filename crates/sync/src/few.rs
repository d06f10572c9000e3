//! What runs about some people have in common (one person now, an import by hand): they take charge, finish what was left,
//! plan and apply whom they are about, and write their run's row. How they learn whom that is they say themselves.

use std::collections::BTreeSet;
use std::sync::Mutex;

use graph::Client;
use model::ids::{RunId, SourceId};
use model::run::{Outcome, ReadMode, RunKind};
use model::{Policy, Timestamp};
use store::{Book, ConnectionRow, Due, Keys, Lease, RunEnd, RunStart, StoreError, Work};

use crate::absence::Released;
use crate::blocking;
use crate::charge::{Renewal, give_back, spent, take_charge};
use crate::cut::Cut;
use crate::failure::kept;
use crate::leftover::{Applying, end, outcome_of};
use crate::office::{Asker, Monitor, Office, Report, RunError, client};
use crate::planning::{Part, Planned, Planning};

/// A run about some people, in charge.
pub(crate) struct Few<'a> {
    pub(crate) book: &'a Book,
    pub(crate) client: Client,
    pub(crate) lease: Lease,
    pub(crate) connection: ConnectionRow,
    pub(crate) policy: Policy,
    pub(crate) monitor: &'a dyn Monitor,
    pub(crate) started: Timestamp,
    kind: RunKind,
    _renewal: Renewal,
    cut: Cut<'a>,
}

impl<'a> Few<'a> {
    /// Takes charge. Dropped before it is [closed](Self::close), it is told as cut off.
    pub(crate) fn open(
        office: &Office,
        book: &'a Book,
        monitor: &'a dyn Monitor,
        kind: RunKind,
    ) -> Result<Self, RunError> {
        let policy = blocking(|| book.policy())?;
        if !policy.active {
            return Err(RunError::Inactive);
        }
        let connection = blocking(|| book.connection())?.ok_or(RunError::NotConnected)?;
        if !connection.complete {
            return Err(RunError::NothingRead { slug: book.customer.slug.clone() });
        }
        let client = client(office, book, &connection)?;
        monitor.asks(Asker::of(&client));
        let work = Work::Run { kind, mode: ReadMode::Delta };
        let (lease, connection, policy) = take_charge(book, work)?;
        let started = Office::now();
        let mut cut = Cut::new(book, connection.id, (work, started), Some(client.clone()));
        cut.holds(&lease);
        let renewal = Renewal::start(book.clone(), lease.clone(), Some(client.clone()));
        Ok(Self { book, client, lease, connection, policy, monitor, started, kind, _renewal: renewal, cut })
    }

    /// Gives back what it was in charge of.
    pub(crate) fn close(mut self) {
        self.cut.ended();
        give_back(self.book, &self.lease);
    }

    /// Finishes what a killed run has left, before anything new is read.
    pub(crate) async fn make_ready(&self) -> Result<(), RunError> {
        // It may have been switched off while another run held the lease.
        if !self.policy.active {
            return Err(RunError::Inactive);
        }
        if blocking(|| self.book.unfinished_plan(self.connection.id))?.is_some() {
            let (book, lease, client, at) = (self.book, &self.lease, &self.client, self.started);
            Released { book, lease, client, keys: self.keys(), at }.confirm().await?;
        }
        blocking(|| self.applying().finish_old())?;
        Ok(blocking(|| self.book.keep_keys(&self.lease, self.keys()))?)
    }

    /// A removal that was released is confirmed by id first; the next run does that, unless it is about one of these.
    pub(crate) fn leave_released(
        &self,
        due: &mut BTreeSet<SourceId>,
        about: &[SourceId],
    ) -> Result<(), StoreError> {
        let about: BTreeSet<&SourceId> = about.iter().collect();
        for hold in self.book.holds(self.connection.id)?.iter().filter(|hold| hold.released) {
            if !about.contains(&hold.source) {
                due.remove(&hold.source);
            }
        }
        Ok(())
    }

    /// Begins the run's row and does what it is about within; if that fails, the row says why. Blocking.
    pub(crate) fn within_run(
        &self,
        work: impl FnOnce(RunId) -> Result<Report, RunError>,
    ) -> Result<Report, RunError> {
        let start =
            RunStart { kind: self.kind, mode: ReadMode::Delta, spent: spent(&self.client), at: self.started };
        blocking(|| {
            let run = self.book.begin_run(&self.lease, &start)?;
            work(run).map_err(|error| self.broken(run, error))
        })
    }

    /// Plans these people and applies that.
    pub(crate) fn apply(&self, run: RunId, due: Vec<SourceId>) -> Result<Planned, RunError> {
        let planning = Planning {
            book: self.book,
            lease: &self.lease,
            connection: &self.connection,
            monitor: self.monitor,
            as_of: self.started,
            part: Part::Some,
            products: Mutex::default(),
        };
        let due = Due::People(due);
        let planned = planning.plan(run, Some(&due))?;
        Applying { policy: &planned.policy, ..self.applying() }.apply(planned.draft.id)?;
        if let Due::People(due) = &due {
            self.book.planned(&self.lease, &planned.draft, due)?;
        }
        Ok(planned)
    }

    /// Ends the run, with the mail about whoever was removed.
    pub(crate) fn conclude(&self, run: RunId, planned: &Planned) -> Result<Report, RunError> {
        let applying = Applying { policy: &planned.policy, ..self.applying() };
        let mails = applying.removed(planned.draft.id)?;
        self.book.end_run_telling(&self.lease, run, &self.end(Outcome::Done), &mails)?;
        let row = self.book.run(run)?.ok_or(StoreError::NotFound)?;
        Ok(Report { run: row, plan: Some(planned.draft.id), holds_grew: planned.closed.holds_grew })
    }

    /// By which keys people are told apart.
    pub(crate) fn keys(&self) -> Keys<'_> {
        Keys { from: self.policy.email_from, domains: &self.connection.domains }
    }

    fn applying(&self) -> Applying<'_> {
        Applying {
            book: self.book,
            lease: &self.lease,
            connection: &self.connection,
            policy: &self.policy,
            monitor: self.monitor,
            as_of: self.started,
        }
    }

    fn end(&self, outcome: Outcome) -> RunEnd {
        RunEnd { spent: Some(spent(&self.client)), ..end(outcome) }
    }

    fn broken(&self, run: RunId, error: RunError) -> RunError {
        let outcome = outcome_of(&error);
        let told = (outcome != Outcome::CutOff).then(|| kept(&error));
        let failed = RunEnd { error: told, ..self.end(outcome) };
        // The first error is the one to tell; that its row could not be written follows from it.
        drop(self.book.end_run(&self.lease, run, &failed));
        error
    }
}
