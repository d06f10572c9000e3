//! Dates as Graph and HTTP write them, and the world's clock.
//! Rule: the clock is the machine's plus an offset that tests move; nothing else reads the time.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// The clock of a world: real time plus an offset.
#[derive(Debug, Default)]
pub(crate) struct Clock {
    offset: AtomicI64,
}

impl Clock {
    /// Seconds since 1970, offset included.
    pub(crate) fn now(&self) -> i64 {
        let real = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs() as i64);
        real + self.offset.load(Ordering::Relaxed)
    }

    /// Moves the clock.
    pub(crate) fn advance(&self, seconds: i64) {
        self.offset.fetch_add(seconds, Ordering::Relaxed);
    }
}

struct Civil {
    year: i64,
    month: i64,
    day: i64,
    hour: i64,
    minute: i64,
    second: i64,
    weekday: usize,
}

/// Howard Hinnant's days-to-civil algorithm.
fn civil(unix: i64) -> Civil {
    let days = unix.div_euclid(86_400);
    let rest = unix.rem_euclid(86_400);
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    Civil {
        year: yoe + era * 400 + i64::from(month <= 2),
        month,
        day: doy - (153 * mp + 2) / 5 + 1,
        hour: rest / 3600,
        minute: rest / 60 % 60,
        second: rest % 60,
        weekday: (days + 4).rem_euclid(7) as usize,
    }
}

/// `2026-01-31T08:15:00Z`.
pub(crate) fn iso(unix: i64) -> String {
    let c = civil(unix);
    format!("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", c.year, c.month, c.day, c.hour, c.minute, c.second)
}

/// `2026-01-31T08:15:00`, as `innerError.date` has it.
pub(crate) fn iso_local(unix: i64) -> String {
    let mut text = iso(unix);
    text.pop();
    text
}

/// `2026-01-31 08:15:00Z`, as the token endpoint's errors have it.
pub(crate) fn iso_spaced(unix: i64) -> String {
    iso(unix).replace('T', " ")
}

/// `Sat, 31 Jan 2026 08:15:00 GMT` (RFC 9110 section 5.6.7).
pub(crate) fn http_date(unix: i64) -> String {
    const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let c = civil(unix);
    let day = DAYS.get(c.weekday).copied().unwrap_or("Sun");
    let month = MONTHS.get((c.month - 1) as usize).copied().unwrap_or("Jan");
    format!("{day}, {:02} {month} {:04} {:02}:{:02}:{:02} GMT", c.day, c.year, c.hour, c.minute, c.second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_as_documented() {
        assert_eq!(iso(1_769_847_300), "2026-01-31T08:15:00Z");
        assert_eq!(http_date(1_769_847_300), "Sat, 31 Jan 2026 08:15:00 GMT");
        assert_eq!(iso(951_782_400), "2000-02-29T00:00:00Z");
    }
}
