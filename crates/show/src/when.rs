//! Points in time as people and machines read them: RFC 3339 in UTC. A day that somebody types about a customer is one of
//! the customer's time zone.

use jiff::tz::TimeZone;
use model::Timestamp;
use store::Book;
pub use store::operators_zone;

use crate::texts::say;

/// Now, by the one clock that runs go by.
pub fn now() -> Timestamp {
    sync::Office::now()
}

/// `2026-03-01T06:30:00Z`; a time beyond the calendar is shown as its milliseconds.
pub fn rfc3339(at: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(at.0).map_or_else(|_| at.0.to_string(), |t| t.to_string())
}

/// The same to the minute, for tables.
pub fn short(at: Timestamp) -> String {
    let time = jiff::Timestamp::from_millisecond(at.0);
    time.map_or_else(|_| at.0.to_string(), |t| t.strftime("%Y-%m-%d %H:%M").to_string())
}

/// The same of a time in RFC 3339, as documents have it.
pub fn shortened(text: &str) -> String {
    text.parse().map_or_else(|_| text.to_owned(), |t: jiff::Timestamp| short(Timestamp(t.as_millisecond())))
}

/// The same as it is in a time zone, with the zone's name; in UTC where the zone is not known here.
pub fn local(text: &str, zone: &str) -> String {
    match (text.parse::<jiff::Timestamp>(), TimeZone::get(zone)) {
        (Ok(at), Ok(known)) => at.to_zoned(known).strftime(&format!("%Y-%m-%d %H:%M ({zone})")).to_string(),
        (_, _) => format!("{} UTC", shortened(text)),
    }
}

/// The day alone, as it is in that time zone.
pub fn day(at: Timestamp, zone: &TimeZone) -> String {
    let time = jiff::Timestamp::from_millisecond(at.0);
    time.map_or_else(|_| at.0.to_string(), |t| t.to_zoned(zone.clone()).strftime("%Y-%m-%d").to_string())
}

/// The customer's time zone; `None` where this machine does not know it.
pub fn zone(book: &Book) -> store::Result<Option<TimeZone>> {
    Ok(TimeZone::get(&book.policy()?.time_zone).ok())
}

/// A day (`2026-03-01`, its start in a time zone), a minute as tables show it (`2026-03-01 06:30`, UTC) or a time in RFC 3339.
/// A day whose midnight is skipped begins when its clocks go on.
pub fn parse_in(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    let zone = if is_day(text) { zone.clone() } else { TimeZone::UTC };
    // A civil time without its hours is the start of the day; the other way round the hours would be dropped.
    let civil = || text.parse::<jiff::civil::DateTime>().ok()?.to_zoned(zone).ok();
    let time = text.parse::<jiff::Timestamp>().ok().or_else(|| civil().map(|z| z.timestamp()))?;
    Some(Timestamp(time.as_millisecond()))
}

/// The same of what lasts until then: a day means its last second.
pub fn end_in(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    if !is_day(text) {
        return parse_in(text, zone);
    }
    let next = text.parse::<jiff::civil::Date>().ok()?.tomorrow().ok()?.to_zoned(zone.clone()).ok()?;
    Some(Timestamp(next.timestamp().as_millisecond() - 1_000))
}

fn is_day(text: &str) -> bool {
    !text.contains([':', 'T', 't', ' '])
}

/// `420 ms`, `3.2 s` (German `3,2 s`), `4 min 05 s`.
pub fn span(ms: i64) -> String {
    match ms {
        ..1_000 => format!("{ms} ms"),
        1_000..60_000 => {
            let (seconds, tenths) = (ms / 1_000, ms % 1_000 / 100);
            say!("{seconds}.{tenths} s", "{seconds},{tenths} s")
        }
        _ => format!("{} min {:02} s", ms / 60_000, ms % 60_000 / 1_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_times_are_read_and_shown() {
        let parse = |text| parse_in(text, &TimeZone::UTC);
        let at = parse("2026-03-01").unwrap();
        assert_eq!(rfc3339(at), "2026-03-01T00:00:00Z");
        assert_eq!(parse("2026-03-01T01:00:00+01:00"), Some(at));
        assert_eq!(short(at), "2026-03-01 00:00");
        assert_eq!(local("2026-02-28T23:00:00Z", "Europe/Berlin"), "2026-03-01 00:00 (Europe/Berlin)");
        assert_eq!(local("2026-02-28T23:00:00Z", "Nowhere/None"), "2026-02-28 23:00 UTC");
        assert_eq!(parse("2026-03-01 00:00"), Some(at));
        for (text, time) in [
            ("2026-03-01 06:30", "2026-03-01T06:30:00Z"),
            ("2026-03-01 06:30:57", "2026-03-01T06:30:57Z"),
            ("2026-03-01T06:30", "2026-03-01T06:30:00Z"),
            ("2026-03-01T06:30:57.250Z", "2026-03-01T06:30:57.25Z"),
        ] {
            assert_eq!(parse(text).map(rfc3339).as_deref(), Some(time), "{text}");
        }
        assert_eq!(parse("tomorrow"), None);
        let zoned = |text, zone| parse_in(text, &TimeZone::get(zone).unwrap()).map(rfc3339);
        for (text, zone, time) in [
            ("2026-03-01", "Europe/Berlin", "2026-02-28T23:00:00Z"),
            ("2026-07-01", "Europe/Berlin", "2026-06-30T22:00:00Z"),
            ("2026-07-01", "America/New_York", "2026-07-01T04:00:00Z"),
            ("2018-11-04", "America/Sao_Paulo", "2018-11-04T03:00:00Z"),
            ("2026-07-01 06:30", "Europe/Berlin", "2026-07-01T06:30:00Z"),
            ("2026-07-01T06:30:00+02:00", "America/New_York", "2026-07-01T04:30:00Z"),
        ] {
            assert_eq!(zoned(text, zone).as_deref(), Some(time), "{text} in {zone}");
        }
        for (text, zone, time) in [
            ("2027-05-01", "Europe/Berlin", "2027-05-01T21:59:59Z"),
            ("2027-05-01", "America/New_York", "2027-05-02T03:59:59Z"),
            ("2018-11-03", "America/Sao_Paulo", "2018-11-04T02:59:59Z"),
            ("2027-05-01T18:00:00Z", "Europe/Berlin", "2027-05-01T18:00:00Z"),
        ] {
            let zone = TimeZone::get(zone).unwrap();
            let end = end_in(text, &zone).unwrap();
            assert_eq!((rfc3339(end).as_str(), day(end, &zone).as_str()), (time, &text[..10]));
        }
        assert_eq!([span(420), span(3_250), span(245_000)], ["420 ms", "3.2 s", "4 min 05 s"]);
    }
}
