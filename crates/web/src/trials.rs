//! The trial of rules that many customers inherit: one after another is planned by them, in a task of its own, and what they would bring
//! is summed up. A few are kept, for several people may try something at once; the one that was looked at longest ago goes first.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use model::plan::OpKind;
use model::{CustomerId, Timestamp};
use store::{Book, PolicyChange};
use sync::{Effect, Monitor, Progress, RunError, Trial};
use tokio::sync::watch;

/// What rules would do to a customer's book that those in force do not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sum {
    /// Contacts that would be removed.
    pub removed: u64,
    /// Contacts that would be created or brought back.
    pub new: u64,
    /// Contacts that would be changed, linked, unlinked or marked.
    pub changed: u64,
    /// How much of that would wait for a person.
    pub held: u64,
    /// What is due by the rules in force and would be no longer.
    pub spared: u64,
}

impl Sum {
    fn of(effect: &Effect) -> Self {
        let mut sum = Self { spared: effect.spares.len() as u64, ..Self::default() };
        for line in &effect.brings {
            sum.held += u64::from(line.held.is_some());
            match line.kind {
                OpKind::Remove => sum.removed += 1,
                OpKind::Create | OpKind::TakeOver | OpKind::Restore => sum.new += 1,
                OpKind::Wait => {}
                _ => sum.changed += 1,
            }
        }
        sum
    }

    /// Both together.
    pub fn plus(self, other: Self) -> Self {
        Self {
            removed: self.removed + other.removed,
            new: self.new + other.new,
            changed: self.changed + other.changed,
            held: self.held + other.held,
            spared: self.spared + other.spared,
        }
    }
}

/// What became of a customer's trial.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tried {
    /// It was computed.
    Sum(Sum),
    /// Nobody was read yet, so there is nothing to plan.
    Unread,
    /// It could not be.
    Failed,
}

/// How far it is.
#[derive(Debug, Clone, Default)]
pub struct FleetState {
    /// When it was begun.
    pub at: Timestamp,
    /// What is known by now.
    pub tried: BTreeMap<CustomerId, Tried>,
    /// Whether that is all.
    pub ended: bool,
}

/// What is tried: a change, over the rules with this digest, on these customers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Of {
    /// The change.
    pub change: PolicyChange,
    /// The digest.
    pub seen: i64,
    /// The customers.
    pub customers: Vec<CustomerId>,
}

/// A trial over many customers.
pub struct FleetTrial {
    of: Of,
    state: watch::Receiver<FleetState>,
    stop: Arc<AtomicBool>,
}

impl FleetTrial {
    /// How far it is. A task that broke off has ended, too, and whom it did not come to could not be tried.
    pub fn state(&self) -> FleetState {
        let broke_off = self.state.has_changed().is_err();
        let mut state = self.state.borrow().clone();
        if broke_off && !state.ended {
            state.ended = true;
            for customer in &self.of.customers {
                state.tried.entry(*customer).or_insert(Tried::Failed);
            }
        }
        state
    }

    /// Is told whenever it comes on.
    pub fn watch(&self) -> watch::Receiver<FleetState> {
        self.state.clone()
    }
}

/// How many are kept.
const KEPT: usize = 4;

/// The last ones of this process.
#[derive(Clone, Default)]
pub struct Trials(Arc<Mutex<Kept>>);

#[derive(Default)]
struct Kept {
    /// The one that was looked at last is the last.
    all: Vec<Arc<FleetTrial>>,
    /// The process ends: nothing is begun any more.
    closed: bool,
}

impl Trials {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The trial of this, if it is kept.
    pub fn find(&self, of: &Of) -> Option<Arc<FleetTrial>> {
        let mut kept = self.kept();
        let at = kept.all.iter().position(|trial| trial.of == *of)?;
        let trial = kept.all.remove(at);
        kept.all.push(trial.clone());
        Some(trial)
    }

    /// Begins it with these books; called inside the runtime.
    pub fn begin(&self, of: Of, books: Vec<Book>, now: Timestamp) -> Arc<FleetTrial> {
        let (tell, state) = watch::channel(FleetState { at: now, ..FleetState::default() });
        let stop = Arc::new(AtomicBool::new(false));
        let mut kept = self.kept();
        if !kept.closed {
            tokio::spawn(try_all(books, of.change.clone(), tell, Stop(stop.clone())));
        }
        let trial = Arc::new(FleetTrial { of, state, stop });
        kept.all.push(trial.clone());
        while kept.all.len() > KEPT {
            kept.all.remove(0).stop.store(true, Ordering::Relaxed);
        }
        trial
    }

    /// Lets go of it, so that the next look is a new one.
    pub fn forget(&self, of: &Of) {
        let mut kept = self.kept();
        for trial in kept.all.extract_if(.., |trial| trial.of == *of) {
            trial.stop.store(true, Ordering::Relaxed);
        }
    }

    /// Ends all of them, for the process does.
    pub fn close(&self) {
        let mut kept = self.kept();
        kept.closed = true;
        for trial in &kept.all {
            trial.stop.store(true, Ordering::Relaxed);
        }
    }
}

struct Stop(Arc<AtomicBool>);

impl Monitor for Stop {
    fn at(&self, _: &Progress) {}

    fn go_on(&self) -> bool {
        !self.0.load(Ordering::Relaxed)
    }
}

async fn try_all(books: Vec<Book>, change: PolicyChange, tell: watch::Sender<FleetState>, stop: Stop) {
    for book in books {
        if !stop.go_on() {
            return;
        }
        let tried = match one(&book, &change, &stop).await {
            Ok(effect) => Tried::Sum(Sum::of(&effect)),
            Err(RunError::NotConnected | RunError::NothingRead { .. }) => Tried::Unread,
            Err(error) => {
                tracing::warn!(customer = %book.customer.slug, %error, "rules were not tried");
                Tried::Failed
            }
        };
        tell.send_modify(|state| {
            state.tried.insert(book.customer.id, tried);
        });
        // Others want this thread as well.
        tokio::task::yield_now().await;
    }
    tell.send_modify(|state| state.ended = true);
}

async fn one(book: &Book, change: &PolicyChange, stop: &Stop) -> Result<Effect, RunError> {
    let rules = tokio::task::block_in_place(|| book.rules_under(change))?;
    sync::trial(book, &Trial { policy: rules.policy, everybody: rules.everybody }, stop).await
}
