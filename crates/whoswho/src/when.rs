//! Points in time as people and machines read them: RFC 3339 in UTC.

use model::Timestamp;

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

/// The day alone, in UTC.
pub fn day(at: Timestamp) -> String {
    let time = jiff::Timestamp::from_millisecond(at.0);
    time.map_or_else(|_| at.0.to_string(), |t| t.strftime("%Y-%m-%d").to_string())
}

/// A day (`2026-03-01`, its start in UTC), a minute as tables show it (`2026-03-01 06:30`, UTC) or a time in RFC 3339.
pub fn parse(text: &str) -> Option<Timestamp> {
    // A civil time without its hours is the start of the day; the other way round the hours would be dropped.
    let civil = || text.parse::<jiff::civil::DateTime>().ok()?.to_zoned(jiff::tz::TimeZone::UTC).ok();
    let time = text.parse::<jiff::Timestamp>().ok().or_else(|| civil().map(|z| z.timestamp()))?;
    Some(Timestamp(time.as_millisecond()))
}

/// `420 ms`, `3.2 s`, `4 min 05 s`.
pub fn span(ms: i64) -> String {
    match ms {
        ..1_000 => format!("{ms} ms"),
        1_000..60_000 => format!("{}.{} s", ms / 1_000, ms % 1_000 / 100),
        _ => format!("{} min {:02} s", ms / 60_000, ms % 60_000 / 1_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_times_are_read_and_shown() {
        let at = parse("2026-03-01").unwrap();
        assert_eq!(rfc3339(at), "2026-03-01T00:00:00Z");
        assert_eq!(parse("2026-03-01T01:00:00+01:00"), Some(at));
        assert_eq!(short(at), "2026-03-01 00:00");
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
        assert_eq!([span(420), span(3_250), span(245_000)], ["420 ms", "3.2 s", "4 min 05 s"]);
    }
}
