//! A credential that ends is told of 60, 30, 14, 7 and 1 days before (O2): an app secret that ends unnoticed stops everything at
//! once. Of the operator's app the operator is told, not each customer that it serves.

use jiff::tz::TimeZone;
use model::Timestamp;
use store::{Notice, Store, StoreError};

use crate::notice;

/// Days before the end at which somebody is told, the last first.
const DAYS: [i64; 5] = [1, 7, 14, 30, 60];
/// A day in milliseconds.
const DAY_MS: i64 = 86_400_000;

/// The step that `left` days stand in; `None` where there is still time, or none left.
fn step(left: i64) -> Option<i64> {
    DAYS.into_iter().find(|days| left <= *days).filter(|_| left >= 0)
}

/// Calendar days between two times in a zone.
pub fn days_between(now: Timestamp, ends: Timestamp, zone: &TimeZone) -> i64 {
    let day = |at: Timestamp| {
        let at = jiff::Timestamp::from_millisecond(at.0).ok()?;
        Some(at.to_zoned(zone.clone()).date())
    };
    match (day(now), day(ends)) {
        (Some(now), Some(ends)) => now.until(ends).map_or(0, |span| i64::from(span.get_days())),
        _ => (ends.0 - now.0) / DAY_MS,
    }
}

/// Posts a notice for each credential that has come a step nearer to its end, once for each step, whichever node sees it first.
/// Blocking.
pub fn tell_ending(store: &Store, now: Timestamp) -> Result<usize, StoreError> {
    let until = Timestamp(now.0 + (DAYS[4] + 1) * DAY_MS);
    let mut told = 0;
    for ending in store.ending(now, until)? {
        let book = match &ending.customer {
            Some(slug) => store.book(slug)?,
            None => None,
        };
        let zone = match &book {
            // Damaged settings are told of by others.
            Some(book) => book.policy().map(|policy| policy.time_zone.into_string()).unwrap_or_default(),
            None => store::operators_zone(&store.settings("policy.")?),
        };
        let left = days_between(now, ending.ends_at, &TimeZone::get(&zone).unwrap_or(TimeZone::UTC));
        let Some(step) = step(left).filter(|step| ending.told_days.is_none_or(|told| *step < told)) else {
            continue;
        };
        let to = match &book {
            Some(book) => book.told(Notice::Expiry)?,
            None => store.told(Notice::Expiry)?,
        };
        // Nobody is told, so nothing was: whoever is named later is told then.
        if to.is_empty() {
            continue;
        }
        let mail = notice::ending(ending.customer.as_deref(), to, (ending.ends_at, left));
        told += usize::from(store.tell_end(&ending, step, &mail, now)?);
    }
    Ok(told)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn o2_steps_are_60_30_14_7_and_1_days_before_the_end_by_the_calendar() {
        let steps: Vec<_> = [61, 60, 31, 30, 15, 14, 8, 7, 2, 1, 0, -1].map(step).into();
        let expected = [
            None,
            Some(60),
            Some(60),
            Some(30),
            Some(30),
            Some(14),
            Some(14),
            Some(7),
            Some(7),
            Some(1),
            Some(1),
            None,
        ];
        assert_eq!(steps, expected);
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        // 22:30 UTC is half an hour before midnight of the next day there.
        let at = |text: &str| Timestamp(text.parse::<jiff::Timestamp>().unwrap().as_millisecond());
        let (evening, end) = (at("2026-07-01T22:30:00Z"), at("2026-07-02T21:59:59Z"));
        assert_eq!(days_between(evening, end, &berlin), 0);
        assert_eq!(days_between(evening, end, &TimeZone::UTC), 1);
        assert_eq!(days_between(at("2026-10-20T08:00:00Z"), at("2026-12-19T08:00:00Z"), &berlin), 60);
    }
}
