//! What each key of a policy takes, for whoever offers a choice instead of a line to type.

use super::Policy;

/// What a key takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// `on` or `off`.
    Switch,
    /// One of these.
    OneOf(&'static [&'static str]),
    /// What becomes of a contact, at once or after some days ([`super::Departure`]).
    Departure,
    /// A whole number from 0 up to this.
    Number(i64),
    /// A schedule ([`crate::schedule::Schedule`]).
    Schedule,
    /// An IANA name.
    TimeZone,
    /// Who belongs in the book, which is kept beside the policy ([`crate::scope::Scope`]).
    Scope,
}

/// What becomes of a contact whose person is out.
pub const FATES: &[&str] = &["keep", "mark_left", "remove"];

impl Policy {
    /// What a key takes; `None` where there is no such key.
    pub fn takes(key: &str) -> Option<Takes> {
        Some(match key {
            "active"
            | "people.guests"
            | "people.disabled"
            | "people.unlicensed"
            | "people.shared_mailboxes"
            | "people.resources"
            | "people.without_email"
            | "nested_groups"
            | "link"
            | "guard.group_emptied" => Takes::Switch,
            "mode" => Takes::OneOf(&["automatic", "manual"]),
            "on_existing" => Takes::OneOf(&["skip", "adopt", "beside"]),
            "email_from" => Takes::OneOf(&["mail", "mail_then_upn"]),
            "site_from" => Takes::OneOf(&["off", "office", "department"]),
            "group_members" => Takes::OneOf(&["mirror", "add_only"]),
            "on_local_email_change" => Takes::OneOf(&["correct", "create_new"]),
            "first_run" => Takes::OneOf(&["ask", "apply"]),
            "on_deleted" | "on_disabled" | "on_left_group" | "on_unlicensed" | "on_out_of_scope" => {
                Takes::Departure
            }
            "guard.count" => Takes::Number(1_000_000),
            "guard.percent" => Takes::Number(100),
            "schedule" => Takes::Schedule,
            "time_zone" => Takes::TimeZone,
            "scope" => Takes::Scope,
            field if Self::KEYS.contains(&field) => Takes::OneOf(&["always", "on_create", "never"]),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preset::Preset;

    #[test]
    fn whatever_is_offered_for_a_key_is_taken_by_it() {
        for key in Policy::KEYS {
            let mut policy = Preset::Careful.policy();
            let offered: &[&str] = match Policy::takes(key).unwrap() {
                Takes::Switch => &["on", "off"],
                Takes::OneOf(values) => values,
                Takes::Departure => FATES,
                Takes::Number(most) => &[if most == 100 { "100" } else { "1000000" }],
                Takes::Schedule => &["off", "daily 02:30"],
                Takes::TimeZone => &["Europe/Vienna"],
                Takes::Scope => continue,
            };
            for value in offered {
                policy.set(key, value).unwrap();
                assert_eq!(policy.get(key).unwrap(), *value, "{key}");
            }
        }
        assert_eq!(Policy::takes("fields.site"), None);
    }
}
