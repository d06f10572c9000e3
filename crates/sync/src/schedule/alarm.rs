//! Silence is not success (W17): who has had no good run for too long, for whatever reason. Found from what is stored, so
//! a scheduler that stands still is seen by any process that looks.

use std::fmt;

use jiff::tz::TimeZone;
use model::Timestamp;
use model::run::Outcome;
use model::schedule::Schedule;
use serde_json::{Value, json};
use store::{Book, ErrorText, FleetRow, Notice, SignedIn, Store, StoreError, Watched};

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
    /// The customer's time zone, in which people are told times; empty where it is not known.
    pub time_zone: String,
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
            Why::Silent { since } => write!(f, "{}: no good run since {}", self.customer, self.told(since))?,
            Why::Failed { at } => write!(f, "{}: the last run failed at {}", self.customer, self.told(at))?,
            Why::Unreadable { since } => write!(
                f,
                "{0}: no good run since {1}, for its stored settings are damaged; `whoswho policy preset {0} …` writes \
                 them anew",
                self.customer,
                self.told(since)
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

/// For machines: RFC 3339 in UTC.
fn utc(at: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(at.0).map_or_else(|_| at.0.to_string(), |t| t.to_string())
}

/// For people: to the minute, in UTC.
pub(crate) fn minute(at: Timestamp) -> String {
    let time = jiff::Timestamp::from_millisecond(at.0);
    time.map_or_else(|_| at.0.to_string(), |t| t.strftime("%Y-%m-%d %H:%M UTC").to_string())
}

/// Every connected customer that is switched on, with its alarm where there is one. Blocking.
pub fn look(store: &Store, now: Timestamp) -> Result<Vec<(Watched, Option<Alarm>)>, StoreError> {
    store.check_same()?;
    bring_up_to_date(store)?;
    store.watched()?.into_iter().map(|row| seen(store, row, now)).collect()
}

/// Every customer in somebody's reach, with its alarm where there is one. Times of alarms are told by the reader's clock, so of
/// customers without a rule no zone is looked up. Blocking.
pub fn fleet(person: &SignedIn, now: Timestamp) -> Result<Vec<(FleetRow, Option<Alarm>)>, StoreError> {
    let store = person.store();
    store.check_same()?;
    bring_up_to_date(store)?;
    let alarmed = |row: FleetRow| {
        let alarm = row.watched.as_ref().and_then(|watched| alarm(watched, now));
        (row, alarm)
    };
    Ok(person.fleet()?.into_iter().map(alarmed).collect())
}

/// The same of one customer; `None` where it is not connected or switched off. Blocking.
pub fn look_at(book: &Book, now: Timestamp) -> Result<Option<(Watched, Option<Alarm>)>, StoreError> {
    bring_up_to_date(book.store())?;
    book.watched()?.map(|row| seen(book.store(), row, now)).transpose()
}

fn seen(store: &Store, row: Watched, now: Timestamp) -> Result<(Watched, Option<Alarm>), StoreError> {
    let mut alarm = alarm(&row, now);
    if let Some(alarm) = alarm.as_mut().filter(|alarm| alarm.time_zone.is_empty()) {
        alarm.time_zone = zone_of(store, &row)?;
    }
    Ok((row, alarm))
}

/// The zone of a customer whose row has none, for it has no rule. Empty where the settings are damaged: times are in UTC then.
fn zone_of(store: &Store, row: &Watched) -> Result<String, StoreError> {
    let Some(book) = store.book(&row.slug)?.filter(|_| !row.unreadable) else { return Ok(String::new()) };
    Ok(book.policy()?.time_zone.into_string())
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
                    let to = book.told(Notice::Silent)?;
                    if book.begin_alarm(&row, &notice::no_good_run(&alarm.body(), to), now)? {
                        tracing::warn!(customer = row.slug, "{alarm}");
                    }
                }
                None => book.end_alarm()?,
            }
        }
        all.extend(alarm);
    }
    Ok(all)
}

impl Why {
    /// A stable code.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Silent { .. } => "silent",
            Self::Failed { .. } => "failed",
            Self::Unreadable { .. } => "unreadable",
        }
    }

    fn named(name: &str, since: Timestamp) -> Option<Self> {
        match name {
            "silent" => Some(Self::Silent { since }),
            "failed" => Some(Self::Failed { at: since }),
            "unreadable" => Some(Self::Unreadable { since }),
            _ => None,
        }
    }
}

impl Alarm {
    /// What a mail's body keeps: no sentence, which would be in one language, but all that a sentence is made of.
    fn body(&self) -> Value {
        let error = self.error.as_ref().map(|e| json!({ "en": e.english, "de": e.german }));
        json!({
            "customer": self.customer, "why": self.why.name(), "since": utc(self.since()),
            "time_zone": self.time_zone, "error": error,
        })
    }

    /// The alarm that a mail's body tells; `None` where the body is of another kind.
    pub fn of_body(body: &Value) -> Option<Self> {
        let text = |name: &str| body.get(name).and_then(Value::as_str).map(ToOwned::to_owned);
        let since: jiff::Timestamp = text("since")?.parse().ok()?;
        let said = |code: &str| body.get("error")?.get(code)?.as_str().map(ToOwned::to_owned);
        Some(Self {
            customer: text("customer")?,
            why: Why::named(&text("why")?, Timestamp(since.as_millisecond()))?,
            error: said("en").map(|english| ErrorText { english, german: said("de") }),
            time_zone: text("time_zone")?,
        })
    }

    /// A point in time as people of the customer read it, by a format of strftime; in UTC, and saying so, where the zone is
    /// not known.
    pub fn local(&self, at: Timestamp, format: &str) -> String {
        let (zone, mark) = match TimeZone::get(&self.time_zone) {
            Ok(zone) if zone != TimeZone::UTC => (zone, ""),
            Ok(_) | Err(_) => (TimeZone::UTC, " (UTC)"),
        };
        let time = jiff::Timestamp::from_millisecond(at.0);
        time.map_or_else(|_| at.0.to_string(), |t| format!("{}{mark}", t.to_zoned(zone).strftime(format)))
    }

    /// `29 November 2026, 17:24`.
    fn told(&self, at: Timestamp) -> String {
        self.local(at, "%-d %B %Y, %H:%M")
    }

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
    let (customer, time_zone) = (row.slug.clone(), row.time_zone.clone());
    if row.unreadable {
        let since = heard.max(row.since)?;
        return Some(Alarm { customer, why: Why::Unreadable { since }, error: None, time_zone });
    }
    if row.rule.is_empty() {
        return failed.map(|last| Alarm {
            customer,
            why: Why::Failed { at: last.ended_at },
            error,
            time_zone,
        });
    }
    let since = heard.max(row.since)?;
    let (schedule, zone) = (Schedule::parse(&row.rule)?, TimeZone::get(&row.time_zone).ok()?);
    let from = silent_from(&schedule, &zone, row.id, since)?;
    (now >= from).then_some(Alarm { customer, why: Why::Silent { since }, error, time_zone })
}
