//! Schedules as people write them: `off`, `daily 02:30`, `mon-fri 06:00,18:00`, `every 15m`.

/// When runs start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Schedule {
    /// Only when a person asks.
    Off,
    /// At these times of these days, in the policy's time zone.
    At {
        /// First and last day of the week, Monday is 0.
        days: (u8, u8),
        /// Minutes since midnight, in order.
        minutes: Vec<u16>,
    },
    /// Again and again.
    Every {
        /// Minutes between two runs, at least 1.
        minutes: u32,
    },
}

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

impl Schedule {
    /// Reads a schedule; `None` if it is none.
    pub fn parse(text: &str) -> Option<Self> {
        let mut words = text.split_whitespace();
        let (first, rest) = (words.next()?, words.collect::<Vec<_>>().concat());
        match first {
            "off" => rest.is_empty().then_some(Self::Off),
            "every" => {
                let number = rest.trim_end_matches(|c: char| c.is_ascii_alphabetic());
                let factor = match rest.get(number.len()..)? {
                    "m" => 1,
                    "h" => 60,
                    "d" => 1_440,
                    _ => return None,
                };
                let minutes = number.parse::<u32>().ok()?.checked_mul(factor)?;
                (1..=525_600).contains(&minutes).then_some(Self::Every { minutes })
            }
            days => Some(Self::At { days: parse_days(days)?, minutes: parse_times(&rest)? }),
        }
    }
}

fn parse_days(text: &str) -> Option<(u8, u8)> {
    let day = |name: &str| DAYS.iter().position(|d| *d == name).map(|n| n as u8);
    if text == "daily" {
        return Some((0, 6));
    }
    match text.split_once('-') {
        Some((from, to)) => Some((day(from)?, day(to)?)),
        None => day(text).map(|d| (d, d)),
    }
}

fn parse_times(text: &str) -> Option<Vec<u16>> {
    let time = |text: &str| {
        let (hours, minutes) = text.split_once(':')?;
        let digits = |t: &str| t.len() == 2 && t.bytes().all(|b| b.is_ascii_digit());
        let (h, m) = (hours.parse::<u16>().ok()?, minutes.parse::<u16>().ok()?);
        (digits(hours) && digits(minutes) && h < 24 && m < 60).then_some(h * 60 + m)
    };
    let mut times: Vec<u16> = text.split(',').map(time).collect::<Option<_>>()?;
    times.sort_unstable();
    times.dedup();
    Some(times)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s4_schedules_are_read_as_people_write_them() {
        assert_eq!(Schedule::parse("off"), Some(Schedule::Off));
        assert_eq!(Schedule::parse("daily 02:30"), Some(Schedule::At { days: (0, 6), minutes: vec![150] }));
        let twice = Schedule::At { days: (0, 4), minutes: vec![360, 1080] };
        assert_eq!(Schedule::parse("mon-fri 18:00, 06:00"), Some(twice));
        assert_eq!(Schedule::parse("every 15m"), Some(Schedule::Every { minutes: 15 }));
        assert_eq!(Schedule::parse("every 2h"), Some(Schedule::Every { minutes: 120 }));
        for bad in [
            "",
            "banana",
            "daily",
            "daily 25:00",
            "daily 27:99",
            "every 0m",
            "every m",
            "every 5",
            "off 02:30",
        ] {
            assert_eq!(Schedule::parse(bad), None, "{bad}");
        }
    }
}
