//! How a scheduled run's end moves the schedule: on to the next time, or into a pause that grows with every failure.
//!
//! A run that failed is owed and tried again after a pause: after a minute where it may heal by itself, after a quarter of
//! an hour where a person has to repair something, then twice as long each time, up to twelve hours. From the third failure
//! on that is called quarantine. It delays only what the schedule starts; any whole run that goes well ends it.

use std::time::Duration;

use graph::GraphError;
use model::Timestamp;
use store::{Claimed, Pause, Settled, StoreError, Watched};

use super::due::spread;
use super::standing::next;
use crate::office::{Report, RunError};

const MINUTE_MS: i64 = 60_000;
const FIRST_MS: i64 = MINUTE_MS;
/// Where the same run cannot succeed before somebody has done something.
const FIRST_HOPELESS_MS: i64 = 15 * MINUTE_MS;
const LONGEST_MS: i64 = 12 * 60 * MINUTE_MS;
/// Failures in a row that make a quarantine.
const REPEATED: i64 = 3;
/// While another run of the customer is under way.
const BUSY_MS: i64 = 15_000;

/// A connection that the schedule leaves alone for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quarantine {
    /// Scheduled runs that failed one after the other.
    pub failures: i64,
    /// When the schedule tries again.
    pub until: Timestamp,
}

/// A customer's quarantine, if it is in one.
pub fn quarantine(row: &Watched) -> Option<Quarantine> {
    let until = row.paused_until.filter(|_| row.failures >= REPEATED)?;
    Some(Quarantine { failures: row.failures, until })
}

/// When the schedule starts the customer's next run; in the past where it is overdue.
pub fn next_run(row: &Watched) -> Option<Timestamp> {
    row.due_at.map(|due| row.paused_until.map_or(due, |until| due.max(until)))
}

/// What a run's end means for its row.
pub(crate) fn settled(claimed: &Claimed, done: &Result<Report, RunError>, now: Timestamp) -> Settled {
    let customer = claimed.book.customer.id;
    let later = || next(&claimed.rule, &claimed.time_zone, customer, now.max(claimed.due_at));
    let (due_at, pause) = match done.as_ref().map_or_else(after, |_| After::Next) {
        After::Next => (later(), None),
        After::Soon { ms } => (Some(now.plus_ms(ms)), None),
        After::Pause { first, asked } => {
            let failures = claimed.failures + 1;
            let until = now.plus_ms(pause_ms(failures, first, asked, spread(customer)));
            let (connection, connects) = (claimed.connection, claimed.connects);
            (Some(claimed.due_at), Some(Pause { connection, connects, failures, until }))
        }
    };
    let (rule, time_zone) = (claimed.rule.clone(), claimed.time_zone.clone());
    Settled { customer, rule, time_zone, due_at, pause }
}

/// What comes after a scheduled run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum After {
    /// The next time of the rule.
    Next,
    /// Another try in so many milliseconds.
    Soon { ms: i64 },
    /// A pause: the connection has failed once more. The first one takes so many milliseconds, and none is shorter than
    /// Microsoft asks for.
    Pause { first: i64, asked: Duration },
}

fn after(error: &RunError) -> After {
    match error {
        // Another run does the work; whether it ended well shows in a moment.
        RunError::Busy { .. } | RunError::Store(StoreError::LeaseLost) => After::Soon { ms: BUSY_MS },
        // No failure: it is owed still.
        RunError::Interrupted => After::Soon { ms: 0 },
        // What changed has marked the row.
        RunError::NotConnected | RunError::Inactive => After::Next,
        // Not the customer's fault, and soon over or felt by all.
        RunError::Store(StoreError::Unavailable(_) | StoreError::Busy | StoreError::DiskFull) => {
            After::Soon { ms: MINUTE_MS }
        }
        RunError::Graph(error) => {
            let first = if error.heals_itself() { FIRST_MS } else { FIRST_HOPELESS_MS };
            After::Pause { first, asked: asked(error) }
        }
        RunError::Store(_)
        | RunError::NothingRead { .. }
        | RunError::NotTold
        | RunError::Nobody(_)
        | RunError::BrokenOff
        | RunError::NoCursor
        | RunError::Other(_) => After::Pause { first: FIRST_HOPELESS_MS, asked: Duration::ZERO },
    }
}

/// Between three quarters and all of the doubled time, so that customers that fell together do not come together.
fn pause_ms(failures: i64, first: i64, asked: Duration, seed: i64) -> i64 {
    let full = first.saturating_mul(1 << (failures - 1).clamp(0, 20)).min(LONGEST_MS);
    let jitter = seed.wrapping_mul(failures).wrapping_mul(0x2545_F491).rem_euclid(1_000);
    let pause = full - full / 4 * jitter / 1_000;
    pause.max(i64::try_from(asked.as_millis()).unwrap_or(LONGEST_MS).min(LONGEST_MS))
}

/// How long Microsoft asks to wait.
const fn asked(error: &GraphError) -> Duration {
    match error {
        GraphError::Throttled { after, .. } | GraphError::BudgetSpent { after, .. } => *after,
        GraphError::Transient(_)
        | GraphError::Unreachable { .. }
        | GraphError::CursorExpired(_)
        | GraphError::Unauthorised(_)
        | GraphError::ConsentMissing { .. }
        | GraphError::Gone(_)
        | GraphError::Rejected(_)
        | GraphError::Malformed { .. }
        | GraphError::TokenRefused { .. } => Duration::ZERO,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The pause after so many failures that ended in this error.
    fn pause(failures: i64, error: &RunError, seed: i64) -> i64 {
        match after(error) {
            After::Pause { first, asked } => pause_ms(failures, first, asked, seed),
            other => panic!("no pause: {other:?}"),
        }
    }

    #[test]
    fn w15_pauses_grow_with_every_failure_and_end_at_twelve_hours() {
        let flaky: RunError = GraphError::Transient(Box::default()).into();
        let broken: RunError = GraphError::Unauthorised(Box::default()).into();
        for (error, first) in [(flaky, FIRST_MS), (broken, FIRST_HOPELESS_MS)] {
            let pauses: Vec<i64> = (1..=14).map(|n| pause(n, &error, 7)).collect();
            assert!(pauses[0] > first / 2 && pauses[0] <= first);
            let growing = pauses.windows(2).filter(|two| two[1] > two[0]).count();
            assert!(growing >= 5, "{pauses:?}");
            let last = *pauses.last().unwrap();
            assert!((LONGEST_MS / 4 * 3..=LONGEST_MS).contains(&last), "{last}");
        }
        let patient: RunError =
            GraphError::Throttled { after: Duration::from_hours(2), diagnostics: Box::default() }.into();
        assert!(pause(1, &patient, 7) >= 2 * 3_600_000, "what Microsoft asks for is obeyed");
        let seeds: std::collections::BTreeSet<i64> =
            (1..100).map(|n| pause(3, &patient, spread(model::CustomerId(n)))).collect();
        assert_eq!(seeds.len(), 1, "but no more than that");
    }

    #[test]
    fn w15_customers_that_fell_together_do_not_come_together() {
        let flaky: RunError = GraphError::Transient(Box::default()).into();
        let pauses: std::collections::BTreeSet<i64> =
            (1..=100).map(|n| pause(4, &flaky, spread(model::CustomerId(n)))).collect();
        assert!(pauses.len() > 50, "{}", pauses.len());
    }
}
