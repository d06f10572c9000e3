//! One gate per (application, tenant): it closes for all of its requests when Microsoft says Retry-After, and it lets
//! requests through at the rate that the documented quota allows (Microsoft: "Microsoft Graph service-specific
//! throttling limits", identity and access), so that throttling stays the exception.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use crate::error::Diagnostics;
use crate::timing::lock;

/// Resource units per second of a tenant with fewer than 50 users, with 50 to 500, and with more.
const SMALL: f64 = 350.0;
const MEDIUM: f64 = 500.0;
const LARGE: f64 = 800.0;
/// Resource units per second of an app over all its tenants.
const APP: f64 = 7500.0;
/// What of the quota is used; the rest is for other services of the same app, and for clocks that differ.
const SHARE: f64 = 0.96;
/// The part of the rate, as its reciprocal, at which single requests go ahead of batches that wait.
const SINGLES: u32 = 4;
/// How long a pause may be made up for by a burst.
const BURST: f64 = 0.3;
/// The least part of the quota that refusals leave; one of them a second counts.
const LEAST: f64 = 0.25;
/// How fast the full rate returns after a refusal, per second.
const RECOVERY: f64 = 0.03;

/// The gate of one app in one tenant.
#[derive(Debug)]
pub(crate) struct Gate {
    second: Duration,
    app: Arc<AppBucket>,
    state: Mutex<State>,
}

/// The quota that all tenants of an app share.
#[derive(Debug)]
pub(crate) struct AppBucket(Mutex<Bucket>);

#[derive(Debug)]
struct State {
    bucket: Bucket,
    users: usize,
    /// Part of the quota in use, 1 when all is well.
    ease: f64,
    eased_at: Instant,
    refused_at: Option<Instant>,
    closed: Option<Closed>,
}

/// Why and until when nothing passes.
#[derive(Debug, Clone)]
pub(crate) struct Closed {
    pub(crate) until: Instant,
    pub(crate) by: Diagnostics,
}

/// A bucket of resource units as the instant at which the next unit is free.
#[derive(Debug, Clone, Copy)]
struct Bucket {
    free: Instant,
    /// The same for single units that go ahead of what waits.
    ahead: Instant,
}

impl Bucket {
    fn new(now: Instant) -> Self {
        Self { free: now, ahead: now }
    }

    fn reserve(&mut self, now: Instant, span: Duration, burst: Duration) -> Instant {
        let earliest = now.checked_sub(burst).unwrap_or(now);
        let slot = self.free.max(earliest);
        self.free = slot + span;
        slot.max(now)
    }

    /// For a page of a chain, of which the next one is known only then: it does not stand behind batches, as long as
    /// such pages take no more than their part of the rate ([`SINGLES`]), and what waits waits so much longer.
    fn reserve_ahead(&mut self, now: Instant, span: Duration, burst: Duration) -> Instant {
        let earliest = now.checked_sub(burst).unwrap_or(now);
        let slot = self.ahead.max(earliest);
        self.ahead = slot + span * SINGLES;
        self.reserve(now, span, burst).min(slot.max(now))
    }
}

impl AppBucket {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(Bucket::new(Instant::now())))
    }
}

impl Gate {
    pub(crate) fn new(app: Arc<AppBucket>, second: Duration) -> Self {
        let now = Instant::now();
        let state = State {
            bucket: Bucket::new(now),
            users: 0,
            ease: 1.0,
            eased_at: now,
            refused_at: None,
            closed: None,
        };
        Self { second, app, state: Mutex::new(state) }
    }

    /// Waits for this many resource units to be free.
    pub(crate) async fn pace(&self, units: u32) {
        let now = Instant::now();
        let burst = self.second.mul_f64(BURST);
        let ours = {
            let mut state = lock(&self.state);
            let span = self.span(&mut state, f64::from(units), now);
            if units == 1 {
                state.bucket.reserve_ahead(now, span, burst)
            } else {
                state.bucket.reserve(now, span, burst)
            }
        };
        let shared =
            lock(&self.app.0).reserve(now, self.second.mul_f64(f64::from(units) / (APP * SHARE)), burst);
        let slot = ours.max(shared);
        if slot > now {
            sleep_until(slot).await;
        }
    }

    /// Corrects an estimate by what the answer says it cost.
    pub(crate) fn correct(&self, estimated: u32, actual: u32) {
        let mut state = lock(&self.state);
        let now = Instant::now();
        let span = self.span(&mut state, f64::from(estimated.abs_diff(actual)), now);
        let Bucket { free, ahead } = state.bucket;
        state.bucket = if actual > estimated {
            Bucket { free: free + span, ahead: ahead.max(now) + span }
        } else {
            Bucket { free: free.checked_sub(span).unwrap_or(free), ahead }
        };
    }

    /// Takes note of the part of the quota that is used, which Microsoft tells from 0.8 on; above 1 it refuses.
    pub(crate) fn load(&self, part: f64) {
        if part > 1.0 && part.is_finite() {
            self.ease_to(0.95 / part);
        }
    }

    /// Takes note of how many users the tenant has: its quota depends on it.
    pub(crate) fn learn_users(&self, users: usize) {
        let mut state = lock(&self.state);
        state.users = state.users.max(users);
    }

    /// Closes for everyone until then.
    pub(crate) fn close(&self, until: Instant, by: Diagnostics) {
        let mut state = lock(&self.state);
        if state.closed.as_ref().is_none_or(|closed| closed.until < until) {
            state.closed = Some(Closed { until, by });
        }
        state.bucket.free = state.bucket.free.max(until);
        state.bucket.ahead = state.bucket.ahead.max(until);
        drop(state);
        self.ease_to(0.7);
    }

    /// Whether and why it is closed now.
    pub(crate) fn closed(&self) -> Option<Closed> {
        let mut state = lock(&self.state);
        if state.closed.as_ref().is_some_and(|closed| closed.until <= Instant::now()) {
            state.closed = None;
        }
        state.closed.clone()
    }

    fn ease_to(&self, factor: f64) {
        let mut state = lock(&self.state);
        let now = Instant::now();
        let current = self.ease(&mut state, now);
        if state.refused_at.is_none_or(|at| now.saturating_duration_since(at) >= self.second) {
            state.ease = (current * factor).max(LEAST);
            state.refused_at = Some(now);
        }
    }

    fn ease(&self, state: &mut State, now: Instant) -> f64 {
        let passed = now.saturating_duration_since(state.eased_at).as_secs_f64() / self.second.as_secs_f64();
        state.ease = (state.ease + passed * RECOVERY).min(1.0);
        state.eased_at = now;
        state.ease
    }

    fn span(&self, state: &mut State, units: f64, now: Instant) -> Duration {
        let quota = match state.users {
            0..50 => SMALL,
            50..=500 => MEDIUM,
            _ => LARGE,
        };
        let rate = quota * SHARE * self.ease(state, now);
        self.second.mul_f64(units / rate)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn gate() -> Gate {
        Gate::new(Arc::new(AppBucket::new()), SECOND)
    }

    async fn time_for(gate: &Gate, requests: u32, units: u32) -> f64 {
        let start = Instant::now();
        for _ in 0..requests {
            gate.pace(units).await;
        }
        start.elapsed().as_secs_f64()
    }

    #[tokio::test(start_paused = true)]
    async fn the_rate_follows_the_size_of_the_tenant() {
        let gate = gate();
        let small = time_for(&gate, 100, 40).await;
        gate.learn_users(999);
        let large = time_for(&gate, 100, 40).await;
        assert!((4000.0 / small) < 350.0 * 1.06 && (4000.0 / small) > 300.0, "{small}");
        assert!((4000.0 / large) < 800.0 && (4000.0 / large) > 700.0, "{large}");
    }

    #[tokio::test(start_paused = true)]
    async fn w6_single_pages_go_ahead_of_batches_that_wait_and_are_paid_for_by_them() {
        let gate = std::sync::Arc::new(gate());
        gate.learn_users(999);
        let start = Instant::now();
        let batch = |_| {
            let gate = std::sync::Arc::clone(&gate);
            async move { gate.pace(40).await }
        };
        let batches = futures::future::join_all((0..40).map(batch));
        let singles = async {
            tokio::time::sleep(SECOND / 10).await;
            let asked = Instant::now();
            for _ in 0..40 {
                gate.pace(1).await;
            }
            asked.elapsed()
        };
        let (_, singles) = tokio::join!(batches, singles);
        assert!(singles < SECOND / 4, "{singles:?}");
        // Behind 40 batches and 40 pages at 768 units a second.
        gate.pace(40).await;
        let took = start.elapsed().as_secs_f64();
        assert!((2.1..2.2).contains(&took), "{took}");
    }

    #[tokio::test(start_paused = true)]
    async fn answers_correct_the_estimate() {
        let gate = gate();
        time_for(&gate, 50, 10).await;
        gate.correct(10, 350);
        assert!(time_for(&gate, 1, 1).await > 0.9);
    }

    #[tokio::test(start_paused = true)]
    async fn a_refusal_slows_down_and_the_rate_returns() {
        let gate = gate();
        gate.learn_users(999);
        let before = time_for(&gate, 100, 40).await;
        gate.close(Instant::now() + SECOND, Diagnostics::default());
        assert!(gate.closed().is_some());
        tokio::time::sleep(SECOND).await;
        assert!(gate.closed().is_none());
        assert!(time_for(&gate, 100, 40).await > before * 1.15);
        tokio::time::sleep(SECOND * 60).await;
        assert!(time_for(&gate, 100, 40).await < before * 1.15);
    }

    #[tokio::test(start_paused = true)]
    async fn a_reported_load_above_the_quota_slows_down() {
        let gate = gate();
        gate.learn_users(999);
        let before = time_for(&gate, 100, 40).await;
        gate.load(0.9);
        gate.load(1.2);
        assert!(time_for(&gate, 100, 40).await > before * 1.1);
    }

    /// Three readings of "8,000 resource units per 10 seconds": a bucket that refills, windows side by side, and a
    /// window that slides.
    struct Service {
        bucket: (f64, Instant),
        window: (u64, u32),
        recent: std::collections::VecDeque<(Instant, u32)>,
        refused: u32,
    }

    impl Service {
        fn ask(&mut self, start: Instant, units: u32) -> bool {
            let now = Instant::now();
            let passed = now.duration_since(self.bucket.1).as_secs_f64();
            self.bucket = ((self.bucket.0 + passed * 800.0).min(8000.0), now);
            let window = now.duration_since(start).as_secs() / 10;
            if self.window.0 != window {
                self.window = (window, 0);
            }
            self.recent.retain(|(at, _)| now.duration_since(*at) < SECOND * 10);
            let slid: u32 = self.recent.iter().map(|(_, units)| units).sum();
            let good =
                self.bucket.0 >= f64::from(units) && self.window.1 + units <= 8000 && slid + units <= 8000;
            self.bucket.0 -= f64::from(units);
            self.window.1 += units;
            self.recent.push_back((now, units));
            self.refused += u32::from(!good);
            good
        }
    }

    #[tokio::test(start_paused = true)]
    async fn w6_under_enforced_limits_a_large_read_runs_near_the_quota_and_is_hardly_refused() {
        let gate = gate();
        gate.learn_users(500_000);
        let start = Instant::now();
        let recent = std::collections::VecDeque::new();
        let service = Mutex::new(Service { bucket: (8000.0, start), window: (0, 0), recent, refused: 0 });
        let left = Mutex::new(2_514_u32);
        let worker = async |_| {
            loop {
                {
                    let mut left = lock(&left);
                    if *left == 0 {
                        return;
                    }
                    *left -= 1;
                }
                gate.pace(40).await;
                tokio::time::sleep(SECOND / 4).await;
                lock(&service).ask(start, 40);
                tokio::time::sleep(SECOND / 4).await;
            }
        };
        futures::future::join_all((0..12).map(worker)).await;
        let floor = 2_514.0 * 40.0 / 800.0;
        let ratio = start.elapsed().as_secs_f64() / floor;
        assert!(ratio < 1.15, "{ratio}");
        assert_eq!(lock(&service).refused, 0);
    }
}
