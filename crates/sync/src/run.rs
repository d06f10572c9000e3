//! One run: take the lease, finish what was left, read, plan, apply, tell.

use std::sync::Mutex;

use graph::{Client, GraphError};
use model::ids::RunId;
use model::plan::FindingKind;
use model::policy::FirstRun;
use model::run::{Outcome, ReadMode, RunKind};
use model::{Policy, Timestamp};
use store::{
    Agreement, Book, ConnectionRow, Due, Keys, Lease, Notice, Product, ReadEnd, RunEnd, RunRow, RunStart,
    StoreError, Work,
};

use crate::absence::Released;
use crate::ahead::Ahead;
use crate::charge::{Renewal, give_back, spent, take, take_charge};
use crate::cut::Cut;
use crate::failure::kept;
use crate::leftover::{self, Applying, outcome_of};
use crate::office::{Asker, By, Monitor, Office, Order, Report, RunError, Want, client};
use crate::planning::{Part, Planned, Planning};
use crate::pull::{Pull, Read, reads};
use crate::quiet::{self, Beginning};
use crate::{blocking, granted, notice};

/// One run at work.
struct Run<'a> {
    book: &'a Book,
    client: Client,
    lease: Lease,
    policy: Policy,
    order: Order,
    monitor: &'a dyn Monitor,
    started: Timestamp,
}

/// Runs a customer once.
pub async fn run(
    office: &Office,
    book: &Book,
    order: Order,
    monitor: &dyn Monitor,
) -> Result<Report, RunError> {
    let policy = blocking(|| book.policy())?;
    if !policy.active {
        return Err(RunError::Inactive);
    }
    let connection = blocking(|| book.connection())?.ok_or(RunError::NotConnected)?;
    let client = client(office, book, &connection)?;
    monitor.asks(Asker::of(&client));
    let done = run_with(office, book, (order, monitor), (policy, &connection, &client)).await;
    granted::learn(book, &connection, &client).await;
    done
}

async fn run_with(
    office: &Office,
    book: &Book,
    (order, monitor): (Order, &dyn Monitor),
    (policy, connection, client): (Policy, &ConnectionRow, &Client),
) -> Result<Report, RunError> {
    let started = Office::now();
    // A look is not listed, so it may end untold.
    let work = match order.want {
        Want::Apply => Work::Run { kind: RunKind::Run, mode: reads(connection, order.read, started) },
        Want::Plan => Work::Other,
    };
    let mut cut = Cut::new(book, connection.id, (work, started), Some(client.clone()));
    let begun = quiet::begin(book, client, connection, order, started).await;
    let begun = match begun.inspect_err(|_| cut.ended())? {
        Beginning::Quiet(report) => {
            cut.ended();
            return Ok(report);
        }
        Beginning::Go(ahead) => Ok(ahead),
        Beginning::Refused(error) => Err(error),
    };
    let lease = take(book, connection, work).inspect_err(|_| cut.ended())?;
    cut.holds(&lease);
    let _renewal = Renewal::start(book.clone(), lease.clone(), Some(client.clone()));
    let mut run = Run { book, client: client.clone(), lease, policy, order, monitor, started };
    let done = run.under_lease(office, connection, begun).await;
    cut.ended();
    // A quiet end has given the lease back with its one transaction.
    if !matches!(&done, Ok(report) if report.run.outcome == Outcome::Quiet) {
        give_back(book, &run.lease);
    }
    // The runs after a first one are small, and planned by what the database knows of its tables. None fails for it.
    if !connection.applied
        && matches!(&done, Ok(report) if report.run.outcome == Outcome::Done)
        && let Err(error) = blocking(|| office.store.gather_statistics())
    {
        tracing::warn!(%error, "PostgreSQL does not know yet how large its tables are");
    }
    done
}

/// Refreshes the mirror and changes nothing else.
pub async fn read_only(office: &Office, book: &Book, monitor: &dyn Monitor) -> Result<(), RunError> {
    let connection = blocking(|| book.connection())?.ok_or(RunError::NotConnected)?;
    let client = client(office, book, &connection)?;
    monitor.asks(Asker::of(&client));
    let (lease, connection, policy) = take_charge(book, Work::Other)?;
    let now = Office::now();
    let mut cut = Cut::new(book, connection.id, (Work::Other, now), None);
    cut.holds(&lease);
    let _renewal = Renewal::start(book.clone(), lease.clone(), None);
    let pull =
        Pull { book, lease: &lease, connection: &connection, client: &client, policy: &policy, monitor, now };
    let read = pull_alone(office, &pull).await;
    cut.ended();
    give_back(book, &lease);
    read
}

async fn pull_alone(office: &Office, pull: &Pull<'_>) -> Result<(), RunError> {
    let Pull { book, lease, connection, policy, .. } = pull;
    let _fill = if connection.complete { None } else { Some(blocking(|| office.store.first_fill())?) };
    let keys = Keys { from: policy.email_from, domains: &connection.domains };
    blocking(|| book.keep_keys(lease, keys))?;
    let read = pull.pull(ReadMode::Delta, None).await?;
    read.end.map_or(Ok(()), |end| Ok(blocking(|| book.keep_cursors(lease, &end))?))
}

impl Run<'_> {
    /// The policy may have changed while Microsoft was asked without the lease.
    async fn under_lease(
        &mut self,
        office: &Office,
        seen: &ConnectionRow,
        begun: Result<Option<Box<Ahead>>, GraphError>,
    ) -> Result<Report, RunError> {
        let _fill = if seen.applied { None } else { Some(blocking(|| office.store.first_fill())?) };
        self.policy = blocking(|| self.book.policy())?;
        if !self.policy.active {
            return Err(RunError::Inactive);
        }
        self.whole(seen, begun).await
    }

    async fn whole(
        &self,
        seen: &ConnectionRow,
        begun: Result<Option<Box<Ahead>>, GraphError>,
    ) -> Result<Report, RunError> {
        let connection = self.connection()?;
        // A look at what would happen finishes nothing: what a killed process left waits for the next run.
        if self.order.want == Want::Apply {
            if blocking(|| self.book.unfinished_plan(connection.id))?.is_some() {
                self.confirm_released(&connection).await.map_err(|e| self.failed(e))?;
            }
            blocking(|| self.applying(&connection, &self.policy).finish_old())?;
        }
        let keys = Keys { from: self.policy.email_from, domains: &connection.domains };
        blocking(|| self.book.keep_keys(&self.lease, keys))?;
        let read = match begun {
            Ok(ahead) => self.read(seen, ahead).await,
            Err(error) => Err(error.into()),
        };
        let Read { mode: read, end, unreadable } = match read {
            Ok(read) => read,
            Err(error) => return Err(self.failed(error)),
        };
        let connection = self.connection()?;
        let due = blocking(|| self.book.due(connection.id, self.started))?;
        if due == Due::Nobody && unreadable.is_empty() {
            return self.quiet(read, end.as_ref());
        }
        self.keep(end.as_ref())?;
        if self.asks(&connection, &self.policy)?
            && let Some(waiting) = self.still_waits(&connection, read)?
        {
            return Ok(waiting);
        }
        let run = blocking(|| self.begin(read))?;
        let told = || self.book.note_findings(&self.lease, run, FindingKind::Unreadable, &unreadable);
        blocking(told).map_err(|e| self.broken(run, e.into()))?;
        if due == Due::Nobody {
            return self.only_told(run).map_err(|e| self.broken(run, e));
        }
        let planned = blocking(|| self.plan(&connection, run));
        let planned = planned.map_err(|e| self.broken(run, e))?;
        self.name_products(&planned).await.map_err(|e| self.broken(run, e))?;
        self.carry_out(&connection, run, &planned).map_err(|e| self.broken(run, e))
    }

    /// What is applied, and what a killed process left.
    fn applying<'c>(&'c self, connection: &'c ConnectionRow, policy: &'c Policy) -> Applying<'c> {
        Applying {
            book: self.book,
            lease: &self.lease,
            connection,
            policy,
            monitor: self.monitor,
            as_of: self.started,
        }
    }

    fn connection(&self) -> Result<ConnectionRow, RunError> {
        blocking(|| self.book.connection())?.ok_or(RunError::NotConnected)
    }

    /// Reads on from walks that found something, unless somebody else has moved the cursors since they began.
    async fn read(&self, seen: &ConnectionRow, ahead: Option<Box<Ahead>>) -> Result<Read, RunError> {
        let connection = self.connection()?;
        let pull = Pull {
            book: self.book,
            lease: &self.lease,
            connection: &connection,
            client: &self.client,
            policy: &self.policy,
            monitor: self.monitor,
            now: self.started,
        };
        let ahead = ahead.filter(|_| *seen == connection);
        let read = pull.pull(self.order.read, ahead.map(|ahead| *ahead)).await?;
        self.confirm_released(&connection).await?;
        Ok(read)
    }

    /// Stores the cursors of a read that found nothing new, for a run that goes on for another reason.
    fn keep(&self, end: Option<&ReadEnd>) -> Result<(), RunError> {
        end.map_or(Ok(()), |end| blocking(|| self.book.keep_cursors(&self.lease, end)).map_err(Into::into))
    }

    /// Whatever was released about somebody who is not there is confirmed once more.
    async fn confirm_released(&self, connection: &ConnectionRow) -> Result<(), RunError> {
        let keys = Keys { from: self.policy.email_from, domains: &connection.domains };
        let (book, lease, client, at) = (self.book, &self.lease, &self.client, self.started);
        Released { book, lease, client, keys, at }.confirm().await
    }

    fn plan(&self, connection: &ConnectionRow, run: RunId) -> Result<Planned, RunError> {
        let planning = Planning {
            book: self.book,
            lease: &self.lease,
            connection,
            monitor: self.monitor,
            as_of: self.started,
            part: Part::Whole,
            products: Mutex::default(),
        };
        planning.plan(run, None)
    }

    /// Learns the names of products that findings will name. Where the app may not read them, they stay unnamed.
    async fn name_products(&self, planned: &Planned) -> Result<(), RunError> {
        if planned.products.is_empty() {
            return Ok(());
        }
        let known = blocking(|| self.book.products(self.lease.connection))?;
        if planned.products.iter().all(|sku| known.contains_key(sku)) {
            return Ok(());
        }
        match self.client.subscribed_skus().await {
            Ok(skus) => {
                let product = |s: graph::Sku| Product { sku: s.id, part_number: s.part_number };
                let products: Vec<Product> = skus.into_iter().map(product).collect();
                Ok(blocking(|| self.book.learn_products(&self.lease, &products))?)
            }
            // Names are for display: no run fails for them.
            Err(why) => {
                tracing::info!(customer = %self.book.customer.slug, %why, "products stay unnamed");
                Ok(())
            }
        }
    }

    fn carry_out(
        &self,
        connection: &ConnectionRow,
        run: RunId,
        planned: &Planned,
    ) -> Result<Report, RunError> {
        let Planned { draft, closed, .. } = planned;
        let asks = closed.operations > 0 && self.asks(connection, &planned.policy)?;
        let mut mails = Vec::new();
        let outcome = if self.order.want == Want::Plan {
            Outcome::Planned
        } else if asks {
            if !blocking(|| self.book.told_waiting(connection.id))? {
                let to = blocking(|| self.book.told(Notice::Held))?;
                mails.push(notice::waiting(self.book, to, closed.operations));
            }
            Outcome::Waiting
        } else {
            let applying = self.applying(connection, &planned.policy);
            blocking(|| applying.apply(draft.id))?;
            mails.extend(blocking(|| applying.removed(draft.id))?);
            Outcome::Done
        };
        blocking(|| self.book.end_run_telling(&self.lease, run, &self.end(outcome), &mails))?;
        // What is past its term goes with a run that writes anyway; a failure here is no failure of the run.
        if let Err(error) = blocking(|| self.book.purge(Some(&self.lease), Office::now())) {
            tracing::warn!(%error, "what is past its term was not dropped");
        }
        let row = blocking(|| self.book.run(run))?.ok_or(StoreError::NotFound)?;
        Ok(Report { run: row, plan: Some(draft.id), holds_grew: closed.holds_grew })
    }

    /// A first plan waits until a person has applied one, or has released the one that waits.
    fn asks(&self, connection: &ConnectionRow, policy: &Policy) -> Result<bool, StoreError> {
        let ask = self.order.by != By::Person && !connection.applied && policy.first_run == FirstRun::Ask;
        Ok(ask && blocking(|| self.book.agreement(connection.id))? != Agreement::Stands)
    }

    /// The plan that waits already, where nothing has changed since and somebody was told: no other is made.
    fn still_waits(&self, connection: &ConnectionRow, read: ReadMode) -> Result<Option<Report>, RunError> {
        blocking(|| {
            let Some(plan) = self.book.waiting_plan(connection.id, self.started)? else { return Ok(None) };
            if !self.book.told_waiting(connection.id)? {
                return Ok(None);
            }
            let now = Office::now();
            self.book.note_waiting(&self.lease, now)?;
            let run = RunRow {
                outcome: Outcome::Waiting,
                ..quiet::report(&self.client, read, 0, (self.started, now)).run
            };
            Ok(Some(Report { run, plan: Some(plan), holds_grew: 0 }))
        })
    }

    /// Nobody is due, but the read has something to tell.
    fn only_told(&self, run: RunId) -> Result<Report, RunError> {
        let outcome = if self.order.want == Want::Plan { Outcome::Planned } else { Outcome::Done };
        blocking(|| self.book.end_run(&self.lease, run, &self.end(outcome)))?;
        let row = blocking(|| self.book.run(run))?.ok_or(StoreError::NotFound)?;
        Ok(Report { run: row, plan: None, holds_grew: 0 })
    }

    fn quiet(&self, read: ReadMode, end: Option<&ReadEnd>) -> Result<Report, RunError> {
        let now = Office::now();
        blocking(|| self.book.note_quiet(&self.lease, end, now))?;
        let held = blocking(|| self.book.waiting(self.lease.connection))?;
        Ok(quiet::report(&self.client, read, held, (self.started, now)))
    }

    fn begin(&self, mode: ReadMode) -> Result<RunId, StoreError> {
        let start = RunStart { kind: RunKind::Run, mode, spent: spent(&self.client), at: self.started };
        self.book.begin_run(&self.lease, &start)
    }

    fn end(&self, outcome: Outcome) -> RunEnd {
        RunEnd { spent: Some(spent(&self.client)), ..leftover::end(outcome) }
    }

    /// A read that failed leaves a row that says why; nothing was planned.
    fn failed(&self, error: RunError) -> RunError {
        // What it was reading its lease knows.
        let reading = blocking(|| self.book.reading(&self.lease)).ok().flatten();
        let begun = blocking(|| self.begin(reading.unwrap_or(self.order.read)));
        match begun {
            Ok(run) => self.broken(run, error),
            Err(_) => error,
        }
    }

    fn broken(&self, run: RunId, error: RunError) -> RunError {
        let outcome = outcome_of(&error);
        let told = (outcome != Outcome::CutOff).then(|| kept(&error));
        let end = RunEnd { error: told, ..self.end(outcome) };
        // The first error is the one to tell; that its row could not be written follows from it.
        drop(blocking(|| match &end.error {
            Some(text) => {
                let to = self.book.told(Notice::Failed)?;
                let mail = notice::failed(self.book, to, text, end.at);
                self.book.end_run_failed(&self.lease, run, &end, (&notice::cause(&error), &mail))
            }
            None => self.book.end_run(&self.lease, run, &end),
        }));
        error
    }
}
