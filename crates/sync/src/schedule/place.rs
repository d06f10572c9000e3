//! Who may be at work at the same time. A run holds a place while it works here: parsing, planning, writing. One that only
//! waits for Microsoft (throttled, hanging) gives its place away, so that sick tenants cannot use the places up.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use tokio::sync::{Notify, OwnedSemaphorePermit};

use crate::office::{Monitor, Progress};

tokio::task_local! {
    static PULSE: Arc<Pulse>;
}

/// When a run was last seen at work.
#[derive(Debug)]
pub(crate) struct Pulse {
    born: Instant,
    last_ms: AtomicU64,
    at_work: AtomicU32,
}

impl Pulse {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self { born: Instant::now(), last_ms: AtomicU64::new(0), at_work: AtomicU32::new(0) })
    }

    fn beat(&self) {
        self.last_ms.store(self.born.elapsed().as_millis() as u64, Relaxed);
    }

    /// How long it has been waiting for somebody else.
    fn idle(&self) -> Duration {
        if self.at_work.load(Relaxed) > 0 {
            return Duration::ZERO;
        }
        self.born.elapsed().saturating_sub(Duration::from_millis(self.last_ms.load(Relaxed)))
    }
}

impl Monitor for Pulse {
    fn at(&self, _: &Progress) {
        self.beat();
    }
}

/// While it lives, the run of this task is at work.
pub(crate) struct AtWork(Arc<Pulse>);

impl Drop for AtWork {
    fn drop(&mut self) {
        self.0.beat();
        self.0.at_work.fetch_sub(1, Relaxed);
    }
}

/// Marks the run of this task as at work; nothing for runs that nobody counts.
pub(crate) fn at_work() -> Option<AtWork> {
    PULSE
        .try_with(|pulse| {
            pulse.at_work.fetch_add(1, Relaxed);
            AtWork(Arc::clone(pulse))
        })
        .ok()
}

/// Runs `work` in a place; after `stall` of mere waiting the place is free for another, which `freed` tells.
pub(crate) async fn in_place<T>(
    place: OwnedSemaphorePermit,
    pulse: Arc<Pulse>,
    (stall, freed): (Duration, Arc<Notify>),
    work: impl Future<Output = T>,
) -> T {
    let work = PULSE.scope(Arc::clone(&pulse), work);
    tokio::pin!(work);
    let mut place = Some(place);
    loop {
        tokio::select! {
            biased;
            done = &mut work => return done,
            () = tokio::time::sleep(stall), if place.is_some() => {
                if pulse.idle() >= stall {
                    place = None;
                    freed.notify_one();
                }
            }
        }
    }
}
