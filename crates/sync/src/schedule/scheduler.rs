//! The scheduler of one node: it claims what is due, starts it, and settles what has ended. Any number of nodes share one
//! database; a row is claimed by one of them at a time, and whoever carries it out holds the customer's lease besides.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};
use std::time::Duration;

use model::Timestamp;
use model::run::ReadMode;
use store::{Claimed, Holder, Liveness, Places, StoreError};
use tokio::sync::{Notify, Semaphore};
use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::Instant;

use super::place::{Pulse, in_place};
use super::{bring_up_to_date, quarantine};
use crate::office::{By, Office, Order, Report, RunError, Want};
use crate::run::run;
use crate::schedule::tidy;
use crate::{blocking, holder};

/// Reads the time.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// How a node goes about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// Between two looks at the database; at most ten seconds, for claims are renewed with them.
    pub poll: Duration,
    /// Runs at work at the same time.
    pub places: usize,
    /// The same for customers whose last scheduled run failed; they have places of their own.
    pub troubled_places: usize,
    /// Runs of sound customers under way, those that only wait for Microsoft included.
    pub under_way: usize,
    /// After so much mere waiting a run gives its place away.
    pub stall: Duration,
    /// How long runs under way may go on when the node stops.
    pub grace: Duration,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            poll: Duration::from_secs(5),
            places: 32,
            troubled_places: 8,
            under_way: 256,
            stall: Duration::from_secs(1),
            grace: Duration::from_secs(10),
        }
    }
}

/// When a scheduler last looked at the database.
#[derive(Debug, Default)]
pub struct Beat(AtomicI64);

impl Beat {
    /// The last look, if there was one.
    pub fn last(&self) -> Option<Timestamp> {
        Some(Timestamp(self.0.load(Relaxed))).filter(|at| at.0 > 0)
    }
}

/// A scheduled run that has ended.
#[derive(Debug)]
pub struct Ended {
    /// The customer's short name.
    pub customer: String,
    /// How it ended.
    pub done: Result<Report, RunError>,
}

/// Starts runs that are due.
pub struct Scheduler {
    office: Arc<Office>,
    rules: Rules,
    clock: Clock,
    node: i64,
    me: Holder,
    beat: Arc<Beat>,
}

/// Between the renewals of claims, which live thirty seconds.
const RENEW: Duration = Duration::from_secs(10);
/// Runs that end together are settled together.
const GATHER: Duration = Duration::from_millis(5);

impl Scheduler {
    /// A scheduler as a node of its own. Blocking.
    pub fn new(office: Office, rules: Rules, clock: Clock) -> Result<Self, StoreError> {
        let node = office.store.new_node()?;
        Ok(Self { office: Arc::new(office), rules, clock, node, me: holder::me(), beat: Arc::default() })
    }

    /// When it last looked at the database.
    pub fn beat(&self) -> Arc<Beat> {
        Arc::clone(&self.beat)
    }

    /// Carries out everything that is due now, to its end. For tests and measurements.
    pub async fn round(&self) -> Result<Vec<Ended>, StoreError> {
        let mut desk = Desk::new(self);
        desk.look_around()?;
        let mut all = Vec::new();
        loop {
            all.extend(desk.take_on()?);
            if desk.running.is_empty() {
                return Ok(all);
            }
            desk.wait().await;
        }
    }

    /// Drops what is past its term for every customer whose day it is and whom no other node has taken; answers how many
    /// had their turn.
    pub async fn tidy(&self) -> Result<usize, StoreError> {
        tidy::turn(&self.office.store, (self.clock)()).await
    }

    /// Works until `stop`; then no run is started, and those under way may go on for the time of grace. What is not done
    /// then is dropped, which is safe at any instant, and left to other nodes.
    pub async fn work(&self, stop: impl Future<Output = ()>) {
        let mut desk = Desk::new(self);
        let mut poll = tokio::time::interval(self.rules.poll.min(RENEW));
        poll.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        tokio::pin!(stop);
        // Beside the runs: nobody waits for it, and it waits for nobody.
        let tidying = tokio::spawn(tidy::for_ever(Arc::clone(&self.office), Arc::clone(&self.clock)));
        loop {
            let look = tokio::select! {
                biased;
                () = &mut stop => break,
                _ = poll.tick() => true,
                () = desk.wait() => false,
            };
            let done = if look { desk.look_around() } else { Ok(()) };
            if let Err(error) = done.and_then(|()| desk.take_on().map(drop)) {
                if error == StoreError::Replaced {
                    tracing::error!(%error, "no run is started any more");
                    break;
                }
                tracing::warn!(%error, "the schedule waits for the database");
            }
        }
        tidying.abort();
        // Awaited, so that this is not the last to hold the database.
        let _ = tidying.await;
        desk.stop().await;
    }
}

/// Runs under way.
struct Desk<'a> {
    of: &'a Scheduler,
    running: JoinSet<Result<Report, RunError>>,
    claimed: HashMap<Id, Claimed>,
    ended: Vec<(Claimed, Result<Report, RunError>)>,
    sound: Arc<Semaphore>,
    troubled: Arc<Semaphore>,
    freed: Arc<Notify>,
    renewed: Instant,
    /// Whether there may be claims of which this desk does not know: a COMMIT whose answer was lost.
    unsure: bool,
}

impl<'a> Desk<'a> {
    fn new(of: &'a Scheduler) -> Self {
        Self {
            of,
            running: JoinSet::new(),
            claimed: HashMap::new(),
            ended: Vec::new(),
            sound: Arc::new(Semaphore::new(of.rules.places)),
            troubled: Arc::new(Semaphore::new(of.rules.troubled_places)),
            freed: Arc::default(),
            renewed: Instant::now(),
            unsure: false,
        }
    }

    /// What others changed or left behind.
    fn look_around(&self) -> Result<(), StoreError> {
        let (store, node) = (&self.of.office.store, self.of.node);
        blocking(|| {
            store.check_same()?;
            bring_up_to_date(store)?;
            for other in store.claim_holders(node)? {
                if holder::lives(&other.0) == Liveness::Dead {
                    store.end_claims_of(&other)?;
                }
            }
            Ok(())
        })
    }

    /// Settles what has ended and starts what is due, as far as there are places.
    fn take_on(&mut self) -> Result<Vec<Ended>, StoreError> {
        // First of all: a claim of our own that has just ended must not be taken for somebody else's.
        if self.unsure || (!self.running.is_empty() && self.renewed.elapsed() >= RENEW) {
            let ended = self.ended.iter().map(|(claimed, _)| claimed);
            let own: Vec<_> = self.claimed.values().chain(ended).map(|c| c.book.customer.id).collect();
            blocking(|| self.of.office.store.renew_claims(self.of.node, &own))?;
            self.renewed = Instant::now();
            self.unsure = false;
        }
        let now = (self.of.clock)();
        let settled: Vec<_> =
            self.ended.iter().map(|(claimed, done)| quarantine::settled(claimed, done, now)).collect();
        let (sound, troubled) = (self.sound.available_permits(), self.troubled.available_permits());
        let room = self.of.rules.under_way.saturating_sub(self.running.len());
        let places = Places { sound: sound.min(room) as i64, troubled: troubled as i64 };
        let (store, me) = (&self.of.office.store, (self.of.node, &self.of.me));
        self.unsure = true;
        let claimed = blocking(|| store.settle_and_claim(me, &settled, places, now))?;
        self.unsure = false;
        self.of.beat.0.store(now.0, Relaxed);
        tracing::debug!(claimed = claimed.len(), "looked at the schedule");
        if self.running.is_empty() {
            self.renewed = Instant::now();
        }
        for one in claimed {
            // What is not started is not kept either.
            self.unsure |= !self.start(one);
        }
        let ended = self.ended.drain(..);
        Ok(ended.map(|(claimed, done)| Ended { customer: claimed.book.customer.slug, done }).collect())
    }

    /// Answers whether there was a place.
    fn start(&mut self, claimed: Claimed) -> bool {
        let rules = &self.of.rules;
        let (places, stall) =
            if claimed.failures > 0 { (&self.troubled, Duration::MAX) } else { (&self.sound, rules.stall) };
        // There is one: claims are asked for by the number of free places, and nobody else takes any.
        let Ok(place) = Arc::clone(places).try_acquire_owned() else { return false };
        let (pulse, freed) = (Pulse::new(), Arc::clone(&self.freed));
        let work = one(Arc::clone(&self.of.office), claimed.clone(), Arc::clone(&pulse));
        let task = self.running.spawn(in_place(place, pulse, (stall, freed), work));
        self.claimed.insert(task.id(), claimed);
        true
    }

    /// Waits until runs have ended or a place is free; for ever while nothing is under way.
    async fn wait(&mut self) {
        if self.running.is_empty() {
            return std::future::pending().await;
        }
        tokio::select! {
            done = self.running.join_next_with_id() => {
                if let Some(done) = done {
                    self.note(done);
                }
                tokio::time::sleep(GATHER).await;
            }
            () = self.freed.notified() => {}
        }
        while let Some(done) = self.running.try_join_next_with_id() {
            self.note(done);
        }
    }

    fn note(&mut self, done: Result<(Id, Result<Report, RunError>), JoinError>) {
        let (id, done) = match done {
            Ok((id, done)) => (id, done),
            // Dropped at the end of the time of grace: the run is left to other nodes.
            Err(error) if error.is_cancelled() => return,
            Err(error) => (error.id(), Err(RunError::BrokenOff)),
        };
        if let Some(claimed) = self.claimed.remove(&id) {
            log(&claimed, &done);
            self.ended.push((claimed, done));
        }
    }

    async fn stop(mut self) {
        let deadline = Instant::now() + self.of.rules.grace;
        while !self.running.is_empty() {
            match tokio::time::timeout_at(deadline, self.running.join_next_with_id()).await {
                Ok(Some(done)) => self.note(done),
                Ok(None) | Err(_) => break,
            }
        }
        self.running.abort_all();
        while let Some(done) = self.running.join_next_with_id().await {
            self.note(done);
        }
        // No places: only what has ended is settled.
        self.sound.forget_permits(usize::MAX);
        self.troubled.forget_permits(usize::MAX);
        let left = self.take_on().and_then(|_| blocking(|| self.of.office.store.end_claims(self.of.node)));
        if let Err(error) = left {
            tracing::warn!(%error, "what has ended is not settled; other nodes take it over");
        }
    }
}

async fn one(office: Arc<Office>, claimed: Claimed, pulse: Arc<Pulse>) -> Result<Report, RunError> {
    let order = Order { want: Want::Apply, read: ReadMode::Delta, by: By::Schedule };
    run(&office, &claimed.book, order, &*pulse).await
}

/// One line for each run: short name and counts, no names of people.
fn log(claimed: &Claimed, done: &Result<Report, RunError>) {
    let customer = claimed.book.customer.slug.as_str();
    let run = match done {
        Ok(report) => &report.run,
        Err(error) => {
            // This one is counted when it is settled.
            tracing::warn!(customer, failures = claimed.failures + 1, %error, "scheduled run failed");
            return;
        }
    };
    tracing::info!(
        customer,
        outcome = run.outcome.name(),
        created = run.counts.created,
        updated = run.counts.updated,
        removed = run.counts.removed,
        held = run.counts.held,
        requests = run.requests,
        ms = run.duration_ms,
        "scheduled run"
    );
}
