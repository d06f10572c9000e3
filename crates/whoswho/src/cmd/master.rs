//! Master data and notifications: the keys that customers and the operator have beside their policy.

use model::text::Breaks;
use serde::Serialize;

use super::values;
use crate::exit::usage;
use crate::texts::{Language, language, pick, say};
use show::{Column, table};

/// Keys with what they take, in English and German.
const KEYS: [(&str, [&str; 2]); 11] = [
    (
        "notify.removed",
        [
            "on or off: a mail that lists removed contacts",
            "on oder off: eine Mail mit den entfernten Kontakten",
        ],
    ),
    (
        "notify.to",
        ["addresses for notices, separated by commas", "Adressen für Benachrichtigungen, mit Komma getrennt"],
    ),
    ("street", ["text", "Text"]),
    ("postal_code", ["text", "Text"]),
    ("city", ["text", "Text"]),
    ("country", ["text", "Text"]),
    ("phone", ["text", "Text"]),
    ("email", ["an address", "eine Adresse"]),
    ("website", ["text", "Text"]),
    ("contact_person", ["text", "Text"]),
    ("note", ["text", "Text"]),
];

/// A key with its value.
#[derive(Debug, Clone, Serialize)]
pub struct Pair {
    pub key: String,
    pub value: String,
}

/// Checks keys and values; an empty value clears. Who takes `more` keys has them listed where one is mistyped.
pub fn checked(pairs: Vec<(String, String)>, more: &[&str]) -> anyhow::Result<Vec<Pair>> {
    pairs.into_iter().map(|(key, value)| check(key, &value, more)).collect()
}

fn check(key: String, value: &str, more: &[&str]) -> anyhow::Result<Pair> {
    let Some((_, takes)) = KEYS.iter().find(|(name, _)| *name == key) else {
        let names: Vec<&str> = KEYS.iter().map(|(name, _)| *name).chain(more.iter().copied()).collect();
        let names = names.join(", ");
        return Err(usage(say!(
            "there is no key “{key}”; the keys are {names}",
            "den Schlüssel „{key}“ gibt es nicht; es gibt {names}"
        )));
    };
    let [english, german] = takes;
    let takes = if language() == Language::English { english } else { german };
    match key.as_str() {
        "note" => values::fits(&key, value, values::NOTE, Breaks::Allowed)?,
        "notify.to" => values::fits(&key, value, values::NOTE, Breaks::None)?,
        _ => drop(values::one_line(&key, value)?),
    }
    let wrong = || {
        usage(say!(
            "{key} cannot be “{value}”; it takes {takes}",
            "{key} kann nicht „{value}“ sein; möglich: {takes}"
        ))
    };
    let value = match key.as_str() {
        _ if value.is_empty() => String::new(),
        "notify.removed" => match value {
            "on" | "off" => value.to_owned(),
            _ => return Err(wrong()),
        },
        "notify.to" => {
            let split = value.split([',', ' ']).map(str::trim).filter(|a| !a.is_empty());
            let addresses: Vec<&str> = split.collect();
            if !addresses.iter().all(|a| values::is_address(a)) {
                return Err(wrong());
            }
            addresses.join(",")
        }
        "email" if !values::is_address(value) => return Err(wrong()),
        _ => value.to_owned(),
    };
    Ok(Pair { key, value })
}

/// Pairs as they are stored.
pub fn settings(pairs: Vec<Pair>) -> Vec<(String, String)> {
    pairs.into_iter().map(|pair| (pair.key, pair.value)).collect()
}

/// The stored pairs among all settings, cleared ones left out.
pub fn stored(settings: Vec<(String, String)>) -> Vec<Pair> {
    let known = |key: &str| KEYS.iter().any(|(name, _)| *name == key);
    let pairs = settings.into_iter().filter(|(key, value)| known(key) && !value.is_empty());
    pairs.map(|(key, value)| Pair { key, value }).collect()
}

/// Pairs as a table.
pub fn pairs_table(pairs: &[Pair]) -> String {
    if pairs.is_empty() {
        return pick("nothing is set", "nichts ist gesetzt").into();
    }
    let mut table = table(&[Column::Whole(pick("key", "Schlüssel")), Column::Text(pick("value", "Wert"))]);
    for pair in pairs {
        table.add_row([&pair.key, &pair.value]);
    }
    table.text()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s5_notices_take_a_switch_and_addresses() {
        let one = |key: &str, value: &str| check(key.into(), value, &[]).map(|p| p.value).ok();
        assert_eq!(one("notify.removed", "on").as_deref(), Some("on"));
        assert_eq!(one("notify.removed", "maybe"), None);
        assert_eq!(one("notify.to", "a@x.example, b@x.example").as_deref(), Some("a@x.example,b@x.example"));
        assert_eq!(one("notify.to", "nobody"), None);
        assert_eq!(one("notify.to", "a@x..example"), None);
        assert_eq!(one("email", "a@@x.example"), None);
        assert_eq!(one("colour", "red"), None);
        assert_eq!(one("email", "").as_deref(), Some(""));
    }
}
