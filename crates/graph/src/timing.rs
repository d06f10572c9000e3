//! Waiting: how long before the next try, and how much a run has waited in all. Jitter keeps many runs that failed
//! together from trying together.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// The wait before try number `failures + 1`: doubled each time up to a cap, between half and all of it by `jitter`
/// (0 to 1).
pub(crate) fn backoff(failures: u32, first: Duration, cap: Duration, jitter: f64) -> Duration {
    let full = first.saturating_mul(1 << failures.saturating_sub(1).min(16)).min(cap);
    full.mul_f64(0.5 + jitter.clamp(0.0, 1.0) / 2.0)
}

/// Reads `Retry-After`: seconds, or an HTTP date that is compared with the answer's own `Date`, so that a wrong clock
/// here does not matter.
pub(crate) fn retry_after(value: &str, date: Option<&str>, second: Duration) -> Option<Duration> {
    if let Ok(seconds) = value.trim().parse::<f64>() {
        return (seconds.is_finite() && seconds >= 0.0).then(|| second.mul_f64(seconds.min(1e6)));
    }
    let until = http_date(value)?;
    let now = date.and_then(http_date)?;
    Some(second.saturating_mul(u32::try_from((until - now).max(0)).unwrap_or(u32::MAX)))
}

/// Seconds since 1970 of an HTTP date (RFC 9110 section 5.6.7).
pub(crate) fn http_date(value: &str) -> Option<i64> {
    let zoned = jiff::fmt::rfc2822::parse(value.trim()).ok()?;
    Some(zoned.timestamp().as_second())
}

/// Locks even if another thread panicked meanwhile: all our states are valid at every instant.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The time that a client has spent waiting; waits that overlap count once.
#[derive(Debug)]
pub(crate) struct WaitClock(Mutex<Waits>);

#[derive(Debug)]
struct Waits {
    waiting: u32,
    since: Instant,
    total: Duration,
    /// The latest end of those that are under way.
    until: Option<Instant>,
}

impl WaitClock {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(Waits { waiting: 0, since: Instant::now(), total: Duration::ZERO, until: None }))
    }

    /// All waits up to now.
    pub(crate) fn total(&self) -> Duration {
        let waits = lock(&self.0);
        let running = if waits.waiting > 0 { waits.since.elapsed() } else { Duration::ZERO };
        waits.total + running
    }

    /// Counts time that a request has waited for an answer that did not come.
    pub(crate) fn add(&self, waited: Duration) {
        lock(&self.0).total += waited;
    }

    /// Waits until then and counts it.
    pub(crate) async fn until(&self, then: Instant) {
        let _counted = self.count();
        {
            let mut waits = lock(&self.0);
            waits.until = waits.until.max(Some(then));
        }
        tokio::time::sleep_until(then).await;
    }

    /// How long it is still waited; `None` where nothing is waited for.
    pub(crate) fn left(&self) -> Option<Duration> {
        let waits = lock(&self.0);
        let until = waits.until.filter(|_| waits.waiting > 0)?;
        Some(until.saturating_duration_since(Instant::now())).filter(|left| !left.is_zero())
    }

    /// Counts from now on until what it answers is dropped.
    pub(crate) fn count(&self) -> impl Drop {
        Counted::start(&self.0)
    }
}

/// Counts as long as it lives, so that a wait that is cut short counts only as far as it went.
struct Counted<'a>(&'a Mutex<Waits>);

impl<'a> Counted<'a> {
    fn start(waits: &'a Mutex<Waits>) -> Self {
        let mut state = lock(waits);
        if state.waiting == 0 {
            state.since = Instant::now();
        }
        state.waiting += 1;
        Self(waits)
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        let mut state = lock(self.0);
        state.waiting -= 1;
        if state.waiting == 0 {
            let passed = state.since.elapsed();
            state.total += passed;
            state.until = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn waits_double_with_jitter_up_to_a_cap() {
        let at = |n, jitter| backoff(n, SECOND, SECOND * 20, jitter).as_millis();
        assert_eq!([at(1, 1.0), at(2, 1.0), at(3, 1.0), at(9, 1.0)], [1000, 2000, 4000, 20_000]);
        assert_eq!([at(1, 0.0), at(9, 0.0)], [500, 10_000]);
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_waited_for_is_told_until_it_ends() {
        let clock = WaitClock::new();
        assert_eq!(clock.left(), None);
        let begun = Instant::now();
        let (long, short) = (clock.until(begun + SECOND * 30), clock.until(begun + SECOND * 5));
        let look = async {
            tokio::time::sleep(SECOND * 10).await;
            clock.left()
        };
        let ((), (), left) = tokio::join!(long, short, look);
        assert_eq!(left, Some(SECOND * 20));
        assert_eq!(clock.left(), None);
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let date = Some("Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(retry_after("120", None, SECOND), Some(SECOND * 120));
        assert_eq!(retry_after("Sun, 06 Nov 1994 08:50:07 GMT", date, SECOND), Some(SECOND * 30));
        assert_eq!(retry_after("Sun, 06 Nov 1994 08:00:00 GMT", date, SECOND), Some(Duration::ZERO));
        assert_eq!(retry_after("soon", date, SECOND), None);
        assert_eq!(retry_after("-5", date, SECOND), None);
    }

    #[tokio::test(start_paused = true)]
    async fn waits_side_by_side_count_once() {
        let clock = WaitClock::new();
        let now = Instant::now();
        tokio::join!(clock.until(now + SECOND), clock.until(now + SECOND * 2));
        assert_eq!(clock.total().as_secs(), 2);
        clock.until(Instant::now() + SECOND).await;
        assert_eq!(clock.total().as_secs(), 3);
    }
}
