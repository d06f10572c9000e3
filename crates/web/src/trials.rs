//! The trial of rules that many customers inherit: one after another is planned by them, in a task of its own, and what they would bring
//! is summed up. One is kept, the last that was asked for; another one ends it.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use model::CustomerId;
use model::plan::OpKind;
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
    /// What is known by now.
    pub tried: BTreeMap<CustomerId, Tried>,
    /// Whether that is all.
    pub ended: bool,
}

/// A trial over many customers.
pub struct FleetTrial {
    of: (String, i64),
    state: watch::Receiver<FleetState>,
    stop: Arc<AtomicBool>,
}

impl FleetTrial {
    /// How far it is.
    pub fn state(&self) -> FleetState {
        self.state.borrow().clone()
    }

    /// Is told whenever it comes on.
    pub fn watch(&self) -> watch::Receiver<FleetState> {
        self.state.clone()
    }
}

/// The last one of this process.
#[derive(Clone, Default)]
pub struct Trials(Arc<Mutex<Option<Arc<FleetTrial>>>>);

impl Trials {
    /// The one of a change, over the rules with this digest; begun with these books, if it is not there. Called inside the runtime.
    pub fn of(
        &self,
        (query, seen): (&str, i64),
        change: &PolicyChange,
        books: impl FnOnce() -> Vec<Book>,
    ) -> Arc<FleetTrial> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(trial) = kept.as_ref().filter(|trial| trial.of == (query.to_owned(), seen)) {
            return trial.clone();
        }
        if let Some(other) = kept.take() {
            other.stop.store(true, Ordering::Relaxed);
        }
        let (tell, state) = watch::channel(FleetState::default());
        let stop = Arc::new(AtomicBool::new(false));
        tokio::spawn(try_all(books(), change.clone(), tell, Stop(stop.clone())));
        let trial = Arc::new(FleetTrial { of: (query.to_owned(), seen), state, stop });
        *kept = Some(trial.clone());
        trial
    }

    /// Lets go of the last one, so that the next look is a new one.
    pub fn forget(&self) {
        if let Some(trial) = self.0.lock().unwrap_or_else(PoisonError::into_inner).take() {
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
