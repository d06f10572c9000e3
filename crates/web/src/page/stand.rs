//! How a customer stands, in one sign and some words: the most urgent of what is known. Lists and overviews say it alike.

use model::Timestamp;
use model::run::Outcome;
use store::{AppOf, ConnectionRow, FleetConnection, FleetRow, ForAPerson, Granted, LastRun, Watched};
use sync::{Alarm, Why};

use crate::frame::Frame;

/// Days before its end from which a credential is counted as expiring.
pub const EXPIRING_DAYS: i64 = 30;
const DAY_MS: i64 = 86_400_000;

/// How a customer stands; the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stand {
    /// Its settings cannot be read, so no run starts.
    Unreadable,
    /// Its credential has ended, or a restore left it out.
    Ended,
    /// A permission is missing without which nobody is read.
    Missing,
    /// There is no schedule, and the last run failed.
    Failed,
    /// No run went well for too long.
    Silent,
    /// Operations wait for a person.
    Held,
    /// The first plan does.
    FirstPlan,
    /// Runs failed so often that the schedule leaves it alone for a while.
    Paused,
    /// The last run failed; the schedule tries again by itself.
    Stumbled,
    /// Its credential ends soon.
    Expiring,
    /// Nobody was ever chosen for its book, so no run starts.
    Nobody,
    /// It was never read.
    New,
    /// All is well.
    Good,
    /// It is connected, and switched off.
    Asleep,
    /// It is not connected.
    Off,
}

/// What it is told from.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// Whether it is connected.
    pub connected: bool,
    /// Whether nobody was ever chosen for its book.
    pub nobody: bool,
    /// How its runs go.
    pub watched: Option<&'a Watched>,
    /// What is wrong with them.
    pub alarm: Option<&'a Alarm>,
    /// What waits for a person.
    pub waits: ForAPerson,
    /// Its credential.
    pub access: Access,
    /// What is granted.
    pub granted: Option<&'a Granted>,
}

/// A credential, as far as it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Access {
    /// Whose app it signs in by.
    pub app: AppOf,
    /// When it ends.
    pub ends: Option<Timestamp>,
    /// Whether a restore left it out.
    pub left_out: bool,
}

impl Access {
    /// Of a connection; of none it never ends.
    pub fn of(connection: Option<&ConnectionRow>) -> Self {
        let none = Self { app: AppOf::Customer, ends: None, left_out: false };
        connection.map_or(none, |c| Self {
            app: c.app,
            ends: c.credential_ends_at,
            left_out: c.credential_left_out,
        })
    }

    fn in_list(connection: Option<&FleetConnection>) -> Self {
        let none = Self { app: AppOf::Customer, ends: None, left_out: false };
        connection.map_or(none, |c| Self {
            app: c.app,
            ends: c.credential_ends_at,
            left_out: c.credential_left_out,
        })
    }

    /// Whether nobody can sign in with it any more.
    pub fn has_ended(&self, now: Timestamp) -> bool {
        self.left_out || self.ends.is_some_and(|ends| ends < now)
    }

    /// Whether that is so soon.
    pub fn expires(&self, now: Timestamp) -> bool {
        !self.has_ended(now) && self.ends.is_some_and(|ends| ends.ms_since(now) <= EXPIRING_DAYS * DAY_MS)
    }
}

impl<'a> Known<'a> {
    /// Of a row of many.
    pub fn in_list(row: &'a FleetRow, alarm: Option<&'a Alarm>) -> Self {
        let connection = row.connection.as_ref();
        Self {
            connected: connection.is_some(),
            nobody: connection.is_some_and(|c| c.nobody),
            watched: row.watched.as_ref(),
            alarm,
            waits: row.waits,
            access: Access::in_list(connection),
            granted: connection.and_then(|c| c.granted.as_ref()),
        }
    }

    /// Whether a permission is missing without which nobody is read.
    pub fn lacks(&self) -> bool {
        self.granted.is_some_and(|granted| !granted.missing.is_empty())
    }
}

impl Stand {
    /// The most urgent of what is known.
    pub fn of(known: &Known<'_>, now: Timestamp) -> Self {
        let Some(watched) = known.watched else {
            return match (known.connected, known.nobody) {
                (true, true) => Self::Nobody,
                (true, false) => Self::Asleep,
                (false, _) => Self::Off,
            };
        };
        let why = known.alarm.map(|alarm| alarm.why);
        if matches!(why, Some(Why::Unreadable { .. })) {
            return Self::Unreadable;
        }
        // What explains why runs do not go well comes before that they do not.
        if known.access.has_ended(now) {
            return Self::Ended;
        }
        if known.lacks() {
            return Self::Missing;
        }
        match why {
            Some(Why::Unreadable { .. }) => return Self::Unreadable,
            Some(Why::Failed { .. }) => return Self::Failed,
            Some(Why::Silent { .. }) => return Self::Silent,
            None => {}
        }
        if known.waits.held > 0 {
            return Self::Held;
        }
        if known.waits.first_plan {
            return Self::FirstPlan;
        }
        if sync::quarantine(watched).is_some() {
            return Self::Paused;
        }
        let good = watched.last_good_at.max(Some(watched.renewed_at));
        let failed = |last: &LastRun| matches!(last.outcome, Outcome::Refused | Outcome::Failed);
        if watched.last.as_ref().is_some_and(|last| failed(last) && Some(last.ended_at) > good) {
            return Self::Stumbled;
        }
        if known.access.expires(now) {
            return Self::Expiring;
        }
        if watched.last_good_at.is_none() { Self::New } else { Self::Good }
    }

    /// Whether somebody must do something.
    pub fn needs_somebody(self) -> bool {
        self < Self::New && self != Self::Stumbled
    }

    /// In one sign and some words.
    pub fn told(self, f: &Frame) -> State {
        let (colour, icon, key) = match self {
            Self::Unreadable => ("t-bad", "bad", "state-unreadable"),
            Self::Ended => ("t-bad", "key", "state-ended"),
            Self::Missing => ("t-bad", "shield", "state-missing"),
            Self::Failed => ("t-bad", "bad", "state-failed"),
            Self::Silent => ("t-bad", "bad", "state-silent"),
            Self::Held | Self::FirstPlan => ("t-held", "hand", "state-waiting"),
            Self::Stumbled => ("t-warn", "warn", "state-failed"),
            Self::Paused => ("t-held", "clock", "state-paused"),
            Self::Expiring => ("t-held", "key", "state-expiring"),
            Self::Nobody => ("t-held", "people", "state-nobody"),
            Self::New => ("muted", "none", "state-new"),
            Self::Good => ("t-ok", "ok", "state-good"),
            Self::Asleep => ("muted", "off", "state-asleep"),
            Self::Off => ("muted", "none", "state-off"),
        };
        State { colour, icon, text: f.s(key) }
    }
}

/// How a customer stands, as pages show it.
#[derive(Debug, Clone)]
pub struct State {
    /// Class of the colour.
    pub colour: &'static str,
    /// The icon.
    pub icon: &'static str,
    /// The words.
    pub text: String,
}

/// Words with a second line and a colour.
#[derive(Debug, Clone, Default)]
pub struct Said {
    /// The words.
    pub text: String,
    /// The second line.
    pub sub: String,
    /// Class of the colour.
    pub colour: &'static str,
}

/// How long a credential lasts. That of the operator's app is told with each connection by it, for all of them end with it.
pub fn access(f: &Frame, access: &Access) -> Said {
    let said = |text, sub, colour| Said { text, sub, colour };
    if access.left_out {
        return said(f.s("access-left-out"), String::new(), "t-bad");
    }
    let Some(ends) = access.ends else {
        return match access.app {
            AppOf::Operator => said(f.s("access-by-app"), f.s("access-unknown"), "soft"),
            AppOf::Customer => said(f.s("access-unknown"), String::new(), "soft"),
        };
    };
    let day = match access.app {
        AppOf::Operator => f.x("access-app-ends", f.times.day(ends)),
        AppOf::Customer => f.times.day(ends),
    };
    let days = f.times.days_until(ends).unwrap_or_default();
    if access.has_ended(f.times.now) {
        return said(f.s("access-ended"), day, "t-bad");
    }
    let colour = if access.expires(f.times.now) { "t-held" } else { "" };
    said(f.n("access-days", days), day, colour)
}

/// What is granted, in a few words; the second line names what is missing, or too much.
pub fn granted(f: &Frame, granted: Option<&Granted>) -> Said {
    let Some(granted) = granted else {
        return Said { text: f.s("granted-unknown"), colour: "soft", ..Said::default() };
    };
    let (missing, many) = (granted.missing.len() as i64, granted.excessive.len() as i64);
    if missing > 0 {
        let sub = granted.missing.join(", ");
        return Said { text: f.n("granted-missing", missing), sub, colour: "t-bad" };
    }
    if many > 0 {
        let sub = granted.excessive.join(", ");
        return Said { text: f.n("granted-many", many), sub, colour: "t-held" };
    }
    if !granted.without.is_empty() {
        let sub = granted.without.join(", ");
        return Said { text: f.n("granted-without", granted.without.len() as i64), sub, colour: "soft" };
    }
    Said { text: f.s("granted-ok"), ..Said::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_795_344_360_000);

    fn known(access: Access, granted: Option<&Granted>) -> Stand {
        let waits = ForAPerson::default();
        let nobody = false;
        Stand::of(&Known { connected: true, nobody, watched: None, alarm: None, waits, access, granted }, NOW)
    }

    #[test]
    fn w9_a_credential_expires_thirty_days_before_its_end() {
        let ends = |ms: i64| Access { app: AppOf::Customer, ends: Some(NOW.plus_ms(ms)), left_out: false };
        assert!(ends(-1).has_ended(NOW) && !ends(-1).expires(NOW));
        assert!(ends(0).expires(NOW) && ends(30 * DAY_MS).expires(NOW));
        assert!(!ends(30 * DAY_MS + 1).expires(NOW));
        let left_out = Access { left_out: true, ..ends(90 * DAY_MS) };
        assert!(left_out.has_ended(NOW) && !left_out.expires(NOW));
    }

    #[test]
    fn w9_who_is_switched_off_is_told_from_who_is_not_connected() {
        let access = Access { app: AppOf::Customer, ends: Some(NOW.plus_ms(-1)), left_out: false };
        assert_eq!(known(access, None), Stand::Asleep);
        assert!(Stand::Unreadable < Stand::Good && !Stand::Off.needs_somebody());
    }
}
