//! What pages have begun and goes on behind their answer: a look at what would change, a run, an undo. One for each customer at a
//! time, and the last one's end is kept until the next begins, so that whoever comes back to it sees how it ended.
//!
//! A job lives in this process. What runs elsewhere (by the schedule, from the command line, on another node) is told from the
//! database instead ([`crate::page::live`]).

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use model::ids::PlanId;
use model::run::ReadMode;
use model::{CustomerId, SourceId, Timestamp};
use secrecy::SecretString;
use store::{
    AccountId, Back, Book, ConsentOutcome, Imported, PolicyChange, StoreError, StoredCredential, TickBase,
    TickOf,
};
use sync::{
    Asker, By, CheckReport, Effect, Monitor, Offer, Office, Order, Progress, Report, RunError, Trial,
    UndoReport, Want, Whom,
};
use tokio::sync::watch;
use tokio::task::{AbortHandle, JoinHandle};

use crate::Clock;
use crate::page::import::Tab;

/// What is to be done.
#[derive(Clone)]
pub enum JobKind {
    /// Read and plan.
    Look,
    /// Read, plan and apply.
    Run(ReadMode),
    /// The same for one person.
    Person(Whom),
    /// Plan to take something back.
    LookBack(Back),
    /// Take something back, as this plan of a look has it.
    Undo(Back, PlanId),
    /// Connect with what somebody typed, or by the consent that this request asked for.
    Connect(Box<Offer>, Option<i64>),
    /// Ask what works of the connection.
    Check,
    /// Read who and what is in the tenant, for one of the import pages.
    Load(Tab),
    /// Import people whom somebody has ticked; their ticks go with it.
    Import {
        /// Whom.
        people: Arc<[SourceId]>,
        /// Whose ticks they were.
        account: AccountId,
    },
    /// End the connection, and perhaps send to the bin what came by it.
    Disconnect(Imported),
    /// Try other rules.
    Try(Box<Attempt>),
}

/// Other rules, to be tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// What somebody wants of the rules.
    pub change: PolicyChange,
    /// The rules that it makes.
    pub trial: Trial,
    /// Digest of the rules that it was made over.
    pub seen: i64,
    /// The query of the page that shows it.
    pub query: String,
}

impl JobKind {
    /// The same to be remembered: no secret outlives the attempt that needs it.
    fn remembered(&self) -> Self {
        let mut kind = self.clone();
        if let Self::Connect(offer, _) = &mut kind {
            match &mut offer.credential {
                StoredCredential::Secret(secret) | StoredCredential::Certificate(secret) => {
                    *secret = SecretString::default();
                }
                StoredCredential::Operators => {}
            }
        }
        kind
    }
}

/// Something that was begun.
pub struct Job {
    /// What.
    pub kind: JobKind,
    /// The name of whoever began it.
    pub by: String,
    /// When.
    pub started: Timestamp,
    state: watch::Receiver<State>,
    stop: Arc<AtomicBool>,
    work: AbortHandle,
}

/// How far a job is.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// What it told last of each phase that it came to, and since when it was there.
    pub phases: Vec<(Timestamp, Progress)>,
    /// Who asks Microsoft for it.
    pub asker: Option<Asker>,
    /// Contacts that an ended connection has sent to the bin so far.
    pub gone: usize,
    /// How it ended.
    pub end: Option<Arc<End>>,
    /// When.
    pub ended_at: Option<Timestamp>,
}

/// How a job ended.
#[derive(Debug)]
pub enum End {
    /// With a run's report.
    Ran(Report),
    /// With an undo's.
    Undone(UndoReport),
    /// The tenant was read.
    Loaded,
    /// With what Microsoft said.
    Checked(Box<CheckReport>),
    /// With what Microsoft said, and the first run that followed, or why that one failed.
    Connected(Box<CheckReport>, Result<Report, RunError>),
    /// The connection has ended; so many contacts went to the bin.
    Disconnected(usize),
    /// With what the tried rules would do.
    Tried(Box<Effect>),
    /// Not at all, and why.
    Refused(RunError),
    /// Somebody ended it.
    Stopped,
}

/// All jobs of this process.
#[derive(Clone)]
pub struct Jobs {
    office: Office,
    clock: Clock,
    all: Arc<Mutex<BTreeMap<CustomerId, Arc<Job>>>>,
    closing: watch::Sender<bool>,
}

impl Jobs {
    /// None yet.
    pub fn new(office: Office, clock: Clock) -> Self {
        Self { office, clock, all: Arc::default(), closing: watch::channel(false).0 }
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<CustomerId, Arc<Job>>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What jobs work with.
    pub fn office(&self) -> &Office {
        &self.office
    }

    /// The customer's job, at work or the last one.
    pub fn of(&self, customer: CustomerId) -> Option<Arc<Job>> {
        self.all().get(&customer).cloned()
    }

    /// Begins one, unless one of this customer is at work: that is the one, then. Called inside the runtime.
    pub fn begin(&self, book: &Book, kind: JobKind, by: &str) -> Arc<Job> {
        self.begin_or_find(book, kind, by).unwrap_or_else(|at_work| at_work)
    }

    /// The same; an error is the one that is at work, and nothing was begun.
    pub fn begin_or_find(&self, book: &Book, kind: JobKind, by: &str) -> Result<Arc<Job>, Arc<Job>> {
        let customer = book.customer.id;
        let mut all = self.all();
        if let Some(job) = all.get(&customer).filter(|job| !job.has_ended()) {
            return Err(job.clone());
        }
        let (tell, state) = watch::channel(State::default());
        let stop = Arc::new(AtomicBool::new(false));
        let watcher = Watcher { tell: tell.clone(), stop: stop.clone(), clock: self.clock.clone() };
        let (office, book, remembered) = (self.office.clone(), book.clone(), kind.remembered());
        let work = tokio::spawn(async move { carry_out(&office, &book, kind, &watcher).await });
        let handle = work.abort_handle();
        tokio::spawn(conclude(work, tell, self.clock.clone()));
        let job =
            Job { kind: remembered, by: by.to_owned(), started: (self.clock)(), state, stop, work: handle };
        let job = Arc::new(job);
        all.insert(customer, job.clone());
        Ok(job)
    }

    /// Ends all jobs, for the process does: each concludes what it has begun.
    pub fn close(&self) {
        self.closing.send_replace(true);
        for job in self.all().values() {
            job.cancel();
        }
    }

    /// Becomes true when the process ends.
    pub fn closing(&self) -> watch::Receiver<bool> {
        self.closing.subscribe()
    }
}

async fn carry_out(office: &Office, book: &Book, kind: JobKind, watcher: &Watcher) -> Result<End, RunError> {
    let order = |want, read| Order { want, read, by: By::Person };
    Ok(match kind {
        JobKind::Look => {
            End::Ran(sync::run(office, book, order(Want::Plan, ReadMode::Delta), watcher).await?)
        }
        JobKind::Run(read) => End::Ran(sync::run(office, book, order(Want::Apply, read), watcher).await?),
        JobKind::Person(whom) => End::Ran(sync::sync_person(office, book, &whom, watcher).await?),
        JobKind::Load(_) => {
            sync::read_only(office, book, watcher).await?;
            End::Loaded
        }
        JobKind::Import { people, account } => {
            let report = sync::import(office, book, &people, watcher).await?;
            let of = (TickOf::People, (watcher.clock)());
            // Who was left out on purpose is not ticked again.
            let forgotten = tokio::task::block_in_place(|| {
                book.tick_all(
                    book.connection()?.ok_or(StoreError::NotFound)?.id,
                    account,
                    of,
                    TickBase::Nobody,
                )
            });
            if let Err(error) = forgotten {
                tracing::warn!(%error, "people who were imported stay ticked");
            }
            End::Ran(report)
        }
        JobKind::LookBack(back) => End::Undone(sync::undo(book, back, Want::Plan, watcher).await?),
        JobKind::Undo(back, looked) => {
            End::Undone(sync::undo_as_looked_at(book, back, looked, watcher).await?)
        }
        JobKind::Connect(offer, consent) => {
            let asked = sync::connect(office, book, &offer).await;
            if let Some(id) = consent {
                let now = (watcher.clock)();
                tokio::task::block_in_place(|| answered(book, id, &asked, now))?;
            }
            let report = Box::new(asked?);
            if !report.passed() || sync::no_first_run(book)?.is_some() {
                return Ok(End::Checked(report));
            }
            End::Connected(report, sync::first_run(office, book, watcher).await)
        }
        JobKind::Check => End::Checked(Box::new(sync::check(office, book, &|_| ()).await?)),
        JobKind::Disconnect(imported) => {
            let gone = |n: usize| watcher.gone(n);
            End::Disconnected(sync::end_connection(book, imported, &gone).await?)
        }
        JobKind::Try(attempt) => End::Tried(Box::new(sync::trial(book, &attempt.trial, watcher).await?)),
    })
}

/// What became of a consent: it counts once Microsoft lets the app in, and until then its link works still.
fn answered(
    book: &Book,
    id: i64,
    asked: &Result<CheckReport, RunError>,
    now: Timestamp,
) -> Result<(), RunError> {
    let (outcome, why) = match asked {
        Ok(report) if report.signed_in() => (ConsentOutcome::Consented, ""),
        Ok(_) | Err(_) => (ConsentOutcome::Refused, "consent-not-taken"),
    };
    Ok(book.end_consent(id, outcome, why, now)?)
}

async fn conclude(work: JoinHandle<Result<End, RunError>>, tell: watch::Sender<State>, clock: Clock) {
    let end = match work.await {
        Ok(Ok(end)) => end,
        Ok(Err(RunError::Interrupted)) => End::Stopped,
        Ok(Err(error)) => End::Refused(error),
        Err(broken) if broken.is_cancelled() => End::Stopped,
        Err(broken) => {
            tracing::error!(error = %broken, "a job broke off");
            End::Refused(RunError::BrokenOff)
        }
    };
    tell.send_modify(|state| {
        state.end = Some(Arc::new(end));
        state.ended_at = Some(clock());
    });
}

impl Job {
    /// How far it is.
    pub fn state(&self) -> State {
        self.state.borrow().clone()
    }

    /// Is told whenever it comes on.
    pub fn watch(&self) -> watch::Receiver<State> {
        self.state.clone()
    }

    /// Whether it has ended.
    pub fn has_ended(&self) -> bool {
        self.state.borrow().end.is_some()
    }

    /// Whether it is a run that may be ended: what it leaves the next one does. What asks about a connection or ends one is short,
    /// and nobody would carry it on; the first run behind connecting may be ended.
    pub fn can_be_cancelled(&self) -> bool {
        match self.kind {
            JobKind::Check | JobKind::Disconnect(_) => false,
            JobKind::Connect(..) => !self.state.borrow().phases.is_empty(),
            JobKind::Look
            | JobKind::Run(_)
            | JobKind::Person(_)
            | JobKind::Load(_)
            | JobKind::Try(_)
            | JobKind::Import { .. }
            | JobKind::LookBack(_)
            | JobKind::Undo(..) => true,
        }
    }

    /// Ends it: while it reads at once, while it applies behind the transaction that is under way.
    pub fn cancel(&self) {
        self.stop.store(true, Ordering::Relaxed);
        self.work.abort();
    }
}

/// Notes how far a job is.
struct Watcher {
    tell: watch::Sender<State>,
    stop: Arc<AtomicBool>,
    clock: Clock,
}

impl Watcher {
    fn gone(&self, n: usize) {
        self.tell.send_modify(|state| state.gone = n);
    }
}

impl Monitor for Watcher {
    fn at(&self, progress: &Progress) {
        self.tell.send_modify(|state| match state.phases.last_mut() {
            Some((_, last)) if std::mem::discriminant(last) == std::mem::discriminant(progress) => {
                *last = *progress;
            }
            _ => state.phases.push(((self.clock)(), *progress)),
        });
    }

    fn asks(&self, asker: Asker) {
        self.tell.send_modify(|state| state.asker = Some(asker));
    }

    fn go_on(&self) -> bool {
        !self.stop.load(Ordering::Relaxed)
    }
}
