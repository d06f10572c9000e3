//! Points in time as people read them: today and yesterday in words, else the day; the clock of the customer.

use jiff::Zoned;
use jiff::tz::TimeZone;
use model::Timestamp;

use crate::lang::{Language, Texts};

/// Whose clock, and what time it is.
#[derive(Clone)]
pub struct Times {
    /// The zone.
    pub zone: TimeZone,
    /// Now.
    pub now: Timestamp,
    /// The texts of the reader.
    pub texts: &'static Texts,
}

impl Times {
    /// The name of the zone, such as Europe/Berlin.
    pub fn zone_name(&self) -> &str {
        self.zone.iana_name().unwrap_or("UTC")
    }

    /// By a zone's name; UTC where nobody knows it.
    pub fn new(zone: &str, now: Timestamp, texts: &'static Texts) -> Self {
        Self { zone: TimeZone::get(zone).unwrap_or(TimeZone::UTC), now, texts }
    }

    /// The same in the words of another language.
    pub fn in_texts(&self, texts: &'static Texts) -> Self {
        Self { texts, ..self.clone() }
    }

    fn local(&self, at: Timestamp) -> Option<Zoned> {
        Some(jiff::Timestamp::from_millisecond(at.0).ok()?.to_zoned(self.zone.clone()))
    }

    /// "heute, 11:44", "gestern, 16:02", "19.11.2026, 02:09".
    pub fn short(&self, at: Timestamp) -> String {
        let (Some(then), Some(now)) = (self.local(at), self.local(self.now)) else { return String::new() };
        let clock = then.strftime("%H:%M").to_string();
        let yesterday = now.date().yesterday().ok();
        match then.date() {
            day if day == now.date() => self.texts.w("when-today", &[("time", &clock)]),
            day if Some(day) == yesterday => self.texts.w("when-yesterday", &[("time", &clock)]),
            _ => self.texts.w("when-day", &[("day", &self.written(&then)), ("time", &clock)]),
        }
    }

    /// The same without a year, where many stand below each other: "19.11., 02:09". What is half a year away keeps it.
    pub fn brief(&self, at: Timestamp) -> String {
        const HALF_A_YEAR_MS: u64 = 180 * 86_400_000;
        let days = self.days_until(at).unwrap_or_default();
        if matches!(days, -1 | 0) || at.ms_since(self.now).unsigned_abs() > HALF_A_YEAR_MS {
            return self.short(at);
        }
        let clock = self.local(at).map(|then| then.strftime("%H:%M").to_string()).unwrap_or_default();
        self.texts.w("when-day", &[("day", &self.day_and_month(at)), ("time", &clock)])
    }

    /// "22.11.2026, 11:46 Uhr".
    pub fn exact(&self, at: Timestamp) -> String {
        let Some(then) = self.local(at) else { return String::new() };
        let clock = then.strftime("%H:%M").to_string();
        self.texts.w("when-exact", &[("day", &self.written(&then)), ("time", &clock)])
    }

    /// "22.11.2026", "22 November 2026".
    pub fn day(&self, at: Timestamp) -> String {
        self.local(at).map(|then| self.written(&then)).unwrap_or_default()
    }

    /// "11:48:09".
    pub fn clock(&self, at: Timestamp) -> String {
        self.local(at).map(|then| then.strftime("%H:%M:%S").to_string()).unwrap_or_default()
    }

    /// "22.11.", "22 Nov".
    pub fn day_and_month(&self, at: Timestamp) -> String {
        let format = match self.texts.language {
            Language::German => "%d.%m.",
            Language::English => "%-d %b",
        };
        self.local(at).map(|then| then.strftime(format).to_string()).unwrap_or_default()
    }

    /// "2026-11-22-1146", for the name of a file.
    pub fn stamp(&self, at: Timestamp) -> String {
        self.local(at).map(|then| then.strftime("%Y-%m-%d-%H%M").to_string()).unwrap_or_default()
    }

    /// "2026-11-22", as a field of a form has it.
    pub fn day_for_input(&self, at: Timestamp) -> String {
        self.local(at).map(|then| then.strftime("%Y-%m-%d").to_string()).unwrap_or_default()
    }

    fn written(&self, then: &Zoned) -> String {
        match self.texts.language {
            Language::German => then.strftime("%d.%m.%Y").to_string(),
            Language::English => then.strftime("%-d %B %Y").to_string(),
        }
    }

    /// When so many days began, the last of them today.
    pub fn days(&self, n: usize) -> Vec<Timestamp> {
        let Some(today) = self.local(self.now).map(|now| now.date()) else { return Vec::new() };
        let back = (0..n as i64).rev().filter_map(|n| today.checked_sub(jiff::Span::new().days(n)).ok());
        back.filter_map(|day| {
            let begins = day.to_zoned(self.zone.clone()).ok()?;
            Some(Timestamp(begins.timestamp().as_millisecond()))
        })
        .collect()
    }

    /// Days from today until the day of a time; negative where that is past.
    pub fn days_until(&self, at: Timestamp) -> Option<i64> {
        let (then, now) = (self.local(at)?.date(), self.local(self.now)?.date());
        now.until(then).ok().map(|span| i64::from(span.get_days()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 22 November 2026, 11:46 in Berlin.
    const NOW: Timestamp = Timestamp(1_795_344_360_000);

    #[test]
    fn w12_times_are_told_as_people_say_them() {
        let at = |language| Times::new("Europe/Berlin", NOW, Texts::of(language));
        let (german, english) = (at(Language::German), at(Language::English));
        assert_eq!(german.short(NOW), "heute, 11:46");
        assert_eq!(english.short(Timestamp(NOW.0 - 24 * 3_600_000)), "yesterday, 11:46");
        assert_eq!(german.short(Timestamp(NOW.0 - 72 * 3_600_000)), "19.11.2026, 11:46");
        assert_eq!(german.brief(Timestamp(NOW.0 - 72 * 3_600_000)), "19.11., 11:46");
        assert_eq!(english.brief(Timestamp(NOW.0 + 24 * 3_600_000)), "23 Nov, 11:46");
        assert_eq!(german.brief(NOW), "heute, 11:46");
        assert_eq!(german.brief(Timestamp(NOW.0 - 300 * 24 * 3_600_000)), "26.01.2026, 11:46");
        assert_eq!(german.exact(NOW), "22.11.2026, 11:46 Uhr");
        assert_eq!(english.exact(NOW), "22 November 2026, 11:46");
        // Shortly before midnight, and shortly behind it.
        let days =
            [45_000_000, 44_000_000, -48 * 3_600_000].map(|ms| german.days_until(Timestamp(NOW.0 + ms)));
        assert_eq!(days, [Some(1), Some(0), Some(-2)]);
        let begun = german.days(30);
        // Midnight in Berlin, in winter and in summer: on 25 October 2026 the clocks went back.
        assert_eq!(begun.last().copied(), Some(Timestamp(1_795_302_000_000)));
        assert_eq!(begun.first().map(|first| NOW.ms_since(*first) / 3_600_000), Some(29 * 24 + 11 + 1));
    }
}
