//! Policy keys as text, both ways.

use std::fmt;

use super::departure::TAKES;
use super::{
    Departure, EmailFrom, FirstRun, GroupMembers, Mode, OnExisting, OnLocalEmailChange, Ownership, Policy,
    SiteFrom,
};
use crate::contact::Field;
use crate::schedule::Schedule;

/// A key that is unknown or a value that it does not take; the text says what it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PolicyError {
    /// No such key.
    UnknownKey(String),
    /// The value does not fit.
    BadValue {
        /// The key.
        key: String,
        /// What was given.
        value: String,
        /// What the key takes.
        takes: &'static str,
    },
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownKey(key) => write!(f, "there is no policy key “{key}”; `policy show` lists them"),
            Self::BadValue { key, value, takes } => write!(f, "{key} cannot be “{value}”; it takes {takes}"),
        }
    }
}

impl std::error::Error for PolicyError {}

impl Policy {
    /// Every key, in the order in which they are shown.
    pub const KEYS: [&'static str; 36] = [
        "active",
        "mode",
        "people.guests",
        "people.disabled",
        "people.unlicensed",
        "people.shared_mailboxes",
        "people.resources",
        "people.without_email",
        "nested_groups",
        "on_existing",
        "email_from",
        "fields.first_name",
        "fields.last_name",
        "fields.email",
        "fields.job_title",
        "fields.department",
        "fields.company",
        "fields.office",
        "fields.mobile",
        "fields.business_phones",
        "site_from",
        "on_deleted",
        "on_disabled",
        "on_left_group",
        "on_unlicensed",
        "on_out_of_scope",
        "group_members",
        "on_local_email_change",
        "first_run",
        "guard.count",
        "guard.percent",
        "guard.group_emptied",
        "schedule",
        "time_zone",
        "link",
        "scope",
    ];

    /// The one name under which a key is kept: `link` is another spelling of `on_existing`.
    pub fn stored_name(key: &str) -> &str {
        if key == "link" { "on_existing" } else { key }
    }

    /// The value of a key as text. `link` is the switch of S6 (`on_existing` adopt or not); `scope` is no value here.
    pub fn get(&self, key: &str) -> Result<String, PolicyError> {
        let on = |b: bool| if b { "on" } else { "off" }.to_owned();
        if let Some(field) = key.strip_prefix("fields.").and_then(Field::named) {
            return Ok(
                ownership_name(self.fields.get(field.index()).copied().unwrap_or(Ownership::Never)).into()
            );
        }
        Ok(match key {
            "active" => on(self.active),
            "mode" => if self.mode == Mode::Manual { "manual" } else { "automatic" }.into(),
            "people.guests" => on(self.people.guests),
            "people.disabled" => on(self.people.disabled),
            "people.unlicensed" => on(self.people.unlicensed),
            "people.shared_mailboxes" => on(self.people.shared_mailboxes),
            "people.resources" => on(self.people.resources),
            "people.without_email" => on(self.people.without_email),
            "nested_groups" => on(self.nested_groups),
            "on_existing" => match self.on_existing {
                OnExisting::Adopt => "adopt",
                OnExisting::Skip => "skip",
                OnExisting::Beside => "beside",
            }
            .into(),
            "link" => on(self.on_existing == OnExisting::Adopt),
            "email_from" => if self.email_from == EmailFrom::Mail { "mail" } else { "mail_then_upn" }.into(),
            "site_from" => match self.site_from {
                SiteFrom::Off => "off",
                SiteFrom::Office => "office",
                SiteFrom::Department => "department",
            }
            .into(),
            "group_members" => {
                if self.group_members == GroupMembers::Mirror { "mirror" } else { "add_only" }.into()
            }
            "on_local_email_change" => match self.on_local_email_change {
                OnLocalEmailChange::Correct => "correct",
                OnLocalEmailChange::CreateNew => "create_new",
            }
            .into(),
            "first_run" => if self.first_run == FirstRun::Ask { "ask" } else { "apply" }.into(),
            "guard.count" => self.guard.count.to_string(),
            "guard.percent" => self.guard.percent.to_string(),
            "guard.group_emptied" => on(self.guard.group_emptied),
            "schedule" => self.schedule.to_string(),
            "time_zone" => self.time_zone.to_string(),
            other => return self.departure(other).map(Departure::text),
        })
    }

    fn departure(&self, key: &str) -> Result<Departure, PolicyError> {
        Ok(match key {
            "on_deleted" => self.on_deleted,
            "on_disabled" => self.on_disabled,
            "on_left_group" => self.on_left_group,
            "on_unlicensed" => self.on_unlicensed,
            "on_out_of_scope" => self.on_out_of_scope,
            other => return Err(PolicyError::UnknownKey(other.to_owned())),
        })
    }

    /// Sets a key from text.
    #[expect(clippy::too_many_lines, reason = "one arm a key: the table is the function")]
    pub fn set(&mut self, key: &str, value: &str) -> Result<(), PolicyError> {
        let value = value.trim();
        let bad = |takes: &'static str| PolicyError::BadValue { key: key.into(), value: value.into(), takes };
        let switch = || match value {
            "on" | "true" | "yes" => Ok(true),
            "off" | "false" | "no" => Ok(false),
            _ => Err(bad("on or off")),
        };
        let number = |takes| {
            value.parse::<i64>().ok().filter(|n| (0..=1_000_000).contains(n)).ok_or_else(|| bad(takes))
        };
        if let Some(name) = key.strip_prefix("fields.") {
            return self.set_field(name, value, key);
        }
        match key {
            "active" => self.active = switch()?,
            "mode" => {
                self.mode = pick(value, &[("manual", Mode::Manual), ("automatic", Mode::Automatic)])
                    .ok_or_else(|| bad("manual or automatic"))?;
            }
            "people.guests" => self.people.guests = switch()?,
            "people.disabled" => self.people.disabled = switch()?,
            "people.unlicensed" => self.people.unlicensed = switch()?,
            "people.shared_mailboxes" => self.people.shared_mailboxes = switch()?,
            "people.resources" => self.people.resources = switch()?,
            "people.without_email" => self.people.without_email = switch()?,
            "nested_groups" => self.nested_groups = switch()?,
            "on_existing" => {
                let names = [
                    ("adopt", OnExisting::Adopt),
                    ("skip", OnExisting::Skip),
                    ("beside", OnExisting::Beside),
                ];
                self.on_existing = pick(value, &names).ok_or_else(|| bad("adopt, skip or beside"))?;
            }
            "link" => self.on_existing = if switch()? { OnExisting::Adopt } else { OnExisting::Skip },
            "email_from" => {
                let names = [("mail", EmailFrom::Mail), ("mail_then_upn", EmailFrom::MailThenUpn)];
                self.email_from = pick(value, &names).ok_or_else(|| bad("mail or mail_then_upn"))?;
            }
            "site_from" => {
                let names = [
                    ("off", SiteFrom::Off),
                    ("office", SiteFrom::Office),
                    ("department", SiteFrom::Department),
                ];
                self.site_from = pick(value, &names).ok_or_else(|| bad("off, office or department"))?;
            }
            "group_members" => {
                let names = [("mirror", GroupMembers::Mirror), ("add_only", GroupMembers::AddOnly)];
                self.group_members = pick(value, &names).ok_or_else(|| bad("mirror or add_only"))?;
            }
            "on_local_email_change" => {
                let names =
                    [("correct", OnLocalEmailChange::Correct), ("create_new", OnLocalEmailChange::CreateNew)];
                self.on_local_email_change =
                    pick(value, &names).ok_or_else(|| bad("correct or create_new"))?;
            }
            "first_run" => {
                self.first_run = pick(value, &[("ask", FirstRun::Ask), ("apply", FirstRun::Apply)])
                    .ok_or_else(|| bad("ask or apply"))?;
            }
            "guard.count" => self.guard.count = number("a whole number from 0")?,
            "guard.percent" => {
                self.guard.percent = number("a whole number from 0 to 100")
                    .and_then(|n| if n <= 100 { Ok(n) } else { Err(bad("a whole number from 0 to 100")) })?;
            }
            "guard.group_emptied" => self.guard.group_emptied = switch()?,
            "schedule" => {
                let takes = "off, “daily 02:30”, “mon-fri 06:00,18:00” or “every 15m”";
                Schedule::parse(value).ok_or_else(|| bad(takes))?;
                self.schedule = value.into();
            }
            "time_zone" => self.time_zone = value.into(),
            "on_deleted" => self.on_deleted = Departure::parse(value).ok_or_else(|| bad(TAKES))?,
            "on_disabled" => self.on_disabled = Departure::parse(value).ok_or_else(|| bad(TAKES))?,
            "on_left_group" => self.on_left_group = Departure::parse(value).ok_or_else(|| bad(TAKES))?,
            "on_unlicensed" => self.on_unlicensed = Departure::parse(value).ok_or_else(|| bad(TAKES))?,
            "on_out_of_scope" => {
                self.on_out_of_scope = Departure::parse(value).ok_or_else(|| bad(TAKES))?;
            }
            other => return Err(PolicyError::UnknownKey(other.to_owned())),
        }
        Ok(())
    }

    fn set_field(&mut self, name: &str, value: &str, key: &str) -> Result<(), PolicyError> {
        let field = Field::named(name).filter(|f| !matches!(f, Field::DisplayName | Field::Site));
        let field = field.ok_or_else(|| PolicyError::UnknownKey(key.to_owned()))?;
        let names =
            [("always", Ownership::Always), ("on_create", Ownership::OnCreate), ("never", Ownership::Never)];
        let picked = pick(value, &names).ok_or_else(|| PolicyError::BadValue {
            key: key.into(),
            value: value.into(),
            takes: "always, on_create or never",
        })?;
        if let Some(slot) = self.fields.get_mut(field.index()) {
            *slot = picked;
        }
        Ok(())
    }
}

pub(super) fn pick<T: Copy>(value: &str, names: &[(&str, T)]) -> Option<T> {
    names.iter().find(|(name, _)| *name == value).map(|(_, t)| *t)
}

fn ownership_name(o: Ownership) -> &'static str {
    match o {
        Ownership::Always => "always",
        Ownership::OnCreate => "on_create",
        Ownership::Never => "never",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Fate;
    use crate::preset::Preset;

    #[test]
    fn every_key_reads_back_what_it_shows() {
        for preset in Preset::ALL {
            let policy = preset.policy();
            let mut again = Preset::Careful.policy();
            for key in Policy::KEYS.into_iter().filter(|k| *k != "scope" && *k != "link") {
                again.set(key, &policy.get(key).unwrap()).unwrap();
            }
            assert_eq!(policy, again);
        }
    }

    #[test]
    fn waits_are_read_and_nonsense_is_refused_with_what_it_takes() {
        let mut policy = Preset::Careful.policy();
        policy.set("on_disabled", "mark_left after 14 days").unwrap();
        assert_eq!(policy.on_disabled, Departure { fate: Fate::MarkLeft, after_days: 14 });
        assert_eq!(policy.get("on_disabled").unwrap(), "mark_left after 14 days");
        for (key, value) in [
            ("on_deleted", "vanish"),
            ("guard.percent", "101"),
            ("mode", "auto"),
            ("on_left_group", "keep after 3 days"),
        ] {
            assert!(matches!(policy.set(key, value), Err(PolicyError::BadValue { .. })), "{key}={value}");
        }
        assert!(matches!(policy.set("fields.site", "always"), Err(PolicyError::UnknownKey(_))));
    }
}
