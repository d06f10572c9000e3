//! When a run is due: arithmetic over calendar days in a time zone.
//!
//! In spring a time that does not exist is an hour later, once; in autumn a time that comes twice counts the first time
//! only (RFC 5545 section 3.3.10 decides the same way).

use jiff::ToSpan;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use model::Timestamp;
use model::ids::CustomerId;
use model::schedule::Schedule;

/// Longest silence of a schedule that runs at least that often.
const DAY_AND_A_HALF_MS: i64 = 36 * 3_600_000;

/// The first time after `after` at which a run is due; `None` for `off` and beyond the calendar.
///
/// `every 15m` is anchored for each customer at a point of its own, so that customers are spread over the interval and a
/// restart moves nothing.
pub fn next_after(
    schedule: &Schedule,
    zone: &TimeZone,
    customer: CustomerId,
    after: Timestamp,
) -> Option<Timestamp> {
    match schedule {
        Schedule::Off => None,
        Schedule::Every { minutes } => {
            let period = i64::from(*minutes) * 60_000;
            let offset = spread(customer).rem_euclid(period);
            let since = (after.0 - offset).div_euclid(period);
            Some(Timestamp((since + 1) * period + offset))
        }
        Schedule::At { days, minutes } => next_at(*days, minutes, zone, after),
    }
}

/// From when on no good run is silence (W17), `good` being the last one: after 36 hours, where a run was due in them; for a
/// schedule that runs less often, when the third run in a row has not gone well.
pub fn silent_from(
    schedule: &Schedule,
    zone: &TimeZone,
    customer: CustomerId,
    good: Timestamp,
) -> Option<Timestamp> {
    let next = |after| next_after(schedule, zone, customer, after);
    let (first, usual) = (next(good)?, good.plus_ms(DAY_AND_A_HALF_MS));
    if first < usual { Some(usual) } else { next(next(first)?) }
}

fn next_at(days: (u8, u8), minutes: &[u16], zone: &TimeZone, after: Timestamp) -> Option<Timestamp> {
    let local = jiff::Timestamp::from_millisecond(after.0).ok()?.to_zoned(zone.clone()).date();
    // The day before, for zones whose clocks jump over midnight; a week and a day, for schedules of one weekday.
    let dates = (-1..=8).filter_map(|n: i64| local.checked_add(n.days()).ok());
    let on_days = dates.filter(|date| includes(days, *date));
    let all = on_days.flat_map(|date| minutes.iter().filter_map(move |m| instant(zone, date, *m)));
    all.filter(|at| *at > after).min()
}

/// `sat-mon` goes over the end of the week.
fn includes((first, last): (u8, u8), date: Date) -> bool {
    let day = date.weekday().to_monday_zero_offset() as u8;
    if first <= last { (first..=last).contains(&day) } else { day >= first || day <= last }
}

fn instant(zone: &TimeZone, date: Date, minute: u16) -> Option<Timestamp> {
    let time = Time::new((minute / 60) as i8, (minute % 60) as i8, 0, 0).ok()?;
    let at = zone.to_timestamp(date.to_datetime(time)).ok()?;
    Some(Timestamp(at.as_millisecond()))
}

/// A number of the customer's own: neighbours lie far apart (Fibonacci hashing).
pub(crate) fn spread(customer: CustomerId) -> i64 {
    ((customer.0 as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 20) as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp(text.parse::<jiff::Timestamp>().unwrap().as_millisecond())
    }

    /// The next `n` times in UTC.
    fn times(schedule: &str, zone: &str, after: &str, n: usize) -> Vec<String> {
        let (schedule, zone) = (Schedule::parse(schedule).unwrap(), TimeZone::get(zone).unwrap());
        let mut last = at(after);
        let next = |_| {
            last = next_after(&schedule, &zone, CustomerId(1), last).unwrap();
            jiff::Timestamp::from_millisecond(last.0).unwrap().to_string()
        };
        (0..n).map(next).collect()
    }

    #[test]
    fn s4_daily_times_follow_the_zone_over_both_changes_of_the_clock() {
        let berlin = |schedule, after, n| times(schedule, "Europe/Berlin", after, n);
        assert_eq!(
            berlin("daily 02:30", "2026-03-27T12:00:00Z", 3),
            ["2026-03-28T01:30:00Z", "2026-03-29T01:30:00Z", "2026-03-30T00:30:00Z"],
            "02:30 does not exist on 29 March: it is 03:30 there, once"
        );
        assert_eq!(
            berlin("daily 02:30", "2026-10-24T12:00:00Z", 3),
            ["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z", "2026-10-27T01:30:00Z"],
            "02:30 comes twice on 25 October: the first counts"
        );
        assert_eq!(
            berlin("daily 02:30,03:30", "2026-03-28T12:00:00Z", 2),
            ["2026-03-29T01:30:00Z", "2026-03-30T00:30:00Z"],
            "two times that fall together are one run"
        );
        assert_eq!(
            berlin("daily 02:45,03:15", "2026-03-28T12:00:00Z", 2),
            ["2026-03-29T01:15:00Z", "2026-03-29T01:45:00Z"]
        );
    }

    #[test]
    fn s4_days_of_the_week_and_several_times_a_day() {
        let berlin = |schedule, after, n| times(schedule, "Europe/Berlin", after, n);
        assert_eq!(
            berlin("mon-fri 06:00,18:00", "2026-07-17T04:00:00Z", 3),
            ["2026-07-17T16:00:00Z", "2026-07-20T04:00:00Z", "2026-07-20T16:00:00Z"],
            "a time is due once: 17 July is a Friday, 06:00 has just come"
        );
        assert_eq!(
            berlin("sat-mon 12:00", "2026-07-17T04:00:00Z", 4),
            ["2026-07-18T10:00:00Z", "2026-07-19T10:00:00Z", "2026-07-20T10:00:00Z", "2026-07-25T10:00:00Z"]
        );
        assert_eq!(berlin("sun 00:00", "2026-07-18T22:00:00Z", 1), ["2026-07-25T22:00:00Z"]);
    }

    #[test]
    fn s4_days_are_those_of_the_zone() {
        assert_eq!(
            times("fri 23:30", "Pacific/Auckland", "2026-07-16T12:00:00Z", 1),
            ["2026-07-17T11:30:00Z"]
        );
        assert_eq!(
            times("daily 00:10", "America/Sao_Paulo", "2018-11-03T12:00:00Z", 2),
            ["2018-11-04T03:10:00Z", "2018-11-05T02:10:00Z"],
            "midnight was skipped there"
        );
    }

    #[test]
    fn s4_intervals_spread_customers_and_keep_their_beat() {
        let (schedule, zone) = (Schedule::parse("every 15m").unwrap(), TimeZone::UTC);
        let start = at("2026-07-17T04:00:00Z");
        let next = |customer, after| next_after(&schedule, &zone, CustomerId(customer), after).unwrap();
        let mut seconds = std::collections::BTreeSet::new();
        for customer in 1..=1_000 {
            let first = next(customer, start);
            assert!(first > start && first.ms_since(start) <= 900_000);
            assert_eq!(next(customer, first).ms_since(first), 900_000);
            assert_eq!(next(customer, start.plus_ms(1)).max(first), next(customer, start.plus_ms(1)));
            seconds.insert(first.ms_since(start) / 1_000);
        }
        assert!(seconds.len() > 500, "{} seconds of 900 are used", seconds.len());
    }

    #[test]
    fn off_is_never_due() {
        assert_eq!(next_after(&Schedule::Off, &TimeZone::UTC, CustomerId(1), Timestamp(0)), None);
    }

    #[test]
    fn w17_silence_begins_after_36_hours_or_where_runs_are_rarer_with_the_third_that_fails() {
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        let from = |schedule, good| {
            let schedule = Schedule::parse(schedule).unwrap();
            let from = silent_from(&schedule, &berlin, CustomerId(1), at(good)).unwrap();
            jiff::Timestamp::from_millisecond(from.0).unwrap().to_string()
        };
        let tuesday = "2026-07-14T00:31:00Z";
        assert_eq!(from("daily 02:30", tuesday), "2026-07-15T12:31:00Z");
        assert_eq!(from("every 15m", tuesday), "2026-07-15T12:31:00Z");
        assert_eq!(from("mon-fri 02:30", tuesday), "2026-07-15T12:31:00Z");
        let friday = "2026-07-17T00:31:00Z";
        assert_eq!(from("mon-fri 02:30", friday), "2026-07-22T00:30:00Z", "a weekend is no silence");
        assert_eq!(from("fri 02:30", friday), "2026-08-07T00:30:00Z");
    }
}
