//! Silence is not success (W17): who has had no good run for too long, for whatever reason. Found from what is stored, so
//! a scheduler that stands still is seen by any process that looks.

use std::fmt;

use jiff::tz::TimeZone;
use model::Timestamp;
use model::run::Outcome;
use model::schedule::Schedule;
use serde_json::json;
use store::{ErrorText, Store, StoreError, Watched};

use super::bring_up_to_date;
use super::due::silent_from;
use crate::notice;

/// No run of a customer goes well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alarm {
    /// The customer's short name.
    pub customer: String,
    /// What is wrong.
    pub why: Why,
    /// How the last run failed, if one did since the last good one.
    pub error: Option<ErrorText>,
}

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// There was no good run since then.
    Silent {
        /// The last good run, or when the schedule began.
        since: Timestamp,
    },
    /// There is no schedule, and the last run failed.
    Failed {
        /// When.
        at: Timestamp,
    },
    /// The stored settings cannot be read, so no run starts.
    Unreadable {
        /// The last good run, or when the schedule began.
        since: Timestamp,
    },
}

impl fmt::Display for Alarm {
    /// One line in plain words.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.why {
            Why::Silent { since } => write!(f, "{}: no good run since {}", self.customer, utc(since))?,
            Why::Failed { at } => write!(f, "{}: the last run failed at {}", self.customer, utc(at))?,
            Why::Unreadable { since } => write!(
                f,
                "{0}: no good run since {1}, for its stored settings are damaged; `whoswho policy preset {0} …` writes \
                 them anew",
                self.customer,
                utc(since)
            )?,
        }
        match (&self.error, self.why) {
            (Some(error), _) => {
                write!(f, "; last error: {}", one_line(&error.english))
            }
            (None, Why::Silent { .. }) => f.write_str("; no run was tried: does `whoswho serve` run?"),
            (None, Why::Failed { .. } | Why::Unreadable { .. }) => Ok(()),
        }
    }
}

/// A text without line breaks.
pub fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

pub(crate) fn utc(at: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(at.0).map_or_else(|_| at.0.to_string(), |t| t.to_string())
}

/// Every connected customer that is switched on, with its alarm where there is one. Blocking.
pub fn look(store: &Store, now: Timestamp) -> Result<Vec<(Watched, Option<Alarm>)>, StoreError> {
    store.check_same()?;
    bring_up_to_date(store)?;
    let rows = store.watched()?;
    Ok(rows.into_iter().map(|row| (alarm(&row, now), row)).map(|(alarm, row)| (row, alarm)).collect())
}

/// Posts a notice for each silence that has begun, once, whichever node sees it first; and forgets those that have ended.
/// Answers all that are. Blocking.
pub fn tell_silence(store: &Store, now: Timestamp) -> Result<Vec<Alarm>, StoreError> {
    let mut all = Vec::new();
    for (row, alarm) in look(store, now)? {
        if alarm.is_some() != row.alarmed_at.is_some()
            && let Some(book) = store.book(&row.slug)?
        {
            match &alarm {
                Some(alarm) => {
                    let to = notice::addresses(&book)?;
                    let (since, text) = (utc(alarm.since()), alarm.to_string());
                    let body = json!({ "customer": row.slug, "to": to, "since": since, "text": text, "error": alarm.error.as_ref().map(|e| &e.english) });
                    if book.begin_alarm(&row, &notice::no_good_run(&body), now)? {
                        tracing::warn!(customer = row.slug, "{text}");
                    }
                }
                None => book.end_alarm()?,
            }
        }
        all.extend(alarm);
    }
    Ok(all)
}

impl Alarm {
    /// Since when something is wrong.
    pub const fn since(&self) -> Timestamp {
        match self.why {
            Why::Silent { since } | Why::Unreadable { since } => since,
            Why::Failed { at } => at,
        }
    }
}

/// A first plan that waits for a person is no silence as long as the source goes on being read for it; once a plan was
/// applied only runs that went well count. Of runs before the connection was renewed it says nothing how they failed.
fn alarm(row: &Watched, now: Timestamp) -> Option<Alarm> {
    let heard = if row.applied { row.last_good_at } else { row.last_good_at.max(row.waiting_at) };
    let failed = row.last.as_ref().filter(|last| match last.outcome {
        Outcome::Refused | Outcome::Failed => {
            heard.max(Some(row.renewed_at)).is_none_or(|good| last.ended_at > good)
        }
        Outcome::Done
        | Outcome::Quiet
        | Outcome::Waiting
        | Outcome::Planned
        | Outcome::CutOff
        | Outcome::Running => false,
    });
    let error = failed.and_then(|last| last.error.clone());
    let customer = row.slug.clone();
    if row.unreadable {
        let since = heard.max(row.since)?;
        return Some(Alarm { customer, why: Why::Unreadable { since }, error: None });
    }
    if row.rule.is_empty() {
        return failed.map(|last| Alarm { customer, why: Why::Failed { at: last.ended_at }, error });
    }
    let since = heard.max(row.since)?;
    let (schedule, zone) = (Schedule::parse(&row.rule)?, TimeZone::get(&row.time_zone).ok()?);
    let from = silent_from(&schedule, &zone, row.id, since)?;
    (now >= from).then_some(Alarm { customer, why: Why::Silent { since }, error })
}
