//! Two sets of rules beside each other, rule by rule in words: as they are and as a change would make them, and what somebody else has
//! changed since they were looked at.

use model::Policy;
use store::{PolicyChange, Rules};

use super::{choice_text, preset_words};
use crate::frame::Frame;
use crate::visit::Visit;

/// A rule that changes.
pub struct ChangeRow {
    /// Its name.
    pub name: String,
    /// What it says.
    pub before: String,
    /// What it would say.
    pub after: String,
    /// For how many customers, of the operator's rules; what somebody wants, where somebody else has changed it.
    pub reach: String,
}

/// What the rules say, key by key.
pub fn pairs_of(rules: &Rules) -> Vec<(String, String)> {
    let keys = Policy::KEYS.into_iter().filter(|key| !matches!(*key, "scope" | "link"));
    let mut pairs: Vec<(String, String)> =
        keys.map(|key| (key.to_owned(), rules.policy.get(key).unwrap_or_default())).collect();
    pairs.extend(rules.everybody.map(|on| ("scope".to_owned(), if on { "on" } else { "off" }.to_owned())));
    pairs
}

fn told_value(f: &Frame, key: &str, value: &str) -> String {
    match (key, value) {
        ("scope", "on") => f.s("policy-scope-everybody"),
        ("scope", _) => f.s("policy-scope-some"),
        _ => show::rules::value(key, value),
    }
}

/// Rule by rule what changes, and those keys that stay as they are and are inherited or set from now on.
pub fn rows(f: &Frame, now: &Rules, then: &Rules, change: &PolicyChange) -> Vec<ChangeRow> {
    let mut rows = Vec::new();
    if let Some(after) = choice_text(f, change, then.preset) {
        let before = preset_words(f, now.preset).0;
        let before = if now.chosen { before } else { f.x("policy-preset-inherited", before) };
        rows.push(ChangeRow { name: f.s("policy-preset-h"), before, after, reach: String::new() });
    }
    let differ = pairs_of(now).into_iter().zip(pairs_of(then));
    for ((key, before), (_, after)) in differ {
        if before != after {
            rows.push(ChangeRow {
                name: show::rules::name(&key),
                before: told_value(f, &key, &before),
                after: told_value(f, &key, &after),
                reach: String::new(),
            });
        } else if change.keys.iter().any(|(name, _)| Policy::stored_name(name) == key) {
            let is_own = |rules: &Rules| rules.levels.own.iter().any(|(name, _)| *name == key);
            let origin = |own: bool| f.s(if own { "policy-origin-own" } else { "policy-origin-operator" });
            rows.push(ChangeRow {
                name: show::rules::name(&key),
                before: format!("{} ({})", told_value(f, &key, &before), origin(is_own(now))),
                after: format!("{} ({})", told_value(f, &key, &after), origin(is_own(then))),
                reach: String::new(),
            });
        }
    }
    rows
}

/// What somebody else has changed since this was looked at: as it was, and as it is now.
pub fn meanwhile(f: &Frame, visit: &Visit, now: &Rules, then: &Rules) -> Vec<ChangeRow> {
    let (current, wanted) = (pairs_of(now), pairs_of(then));
    let was = visit.query.all("was").filter_map(|pair| pair.split_once('='));
    let differs = was.filter_map(|(key, was)| {
        let of = |list: &[(String, String)]| {
            list.iter().find(|(name, _)| name == key).map(|(_, value)| value.clone())
        };
        let (is, wanted) = (of(&current)?, of(&wanted)?);
        (is != was).then(|| ChangeRow {
            name: show::rules::name(key),
            before: told_value(f, key, was),
            after: told_value(f, key, &is),
            reach: told_value(f, key, &wanted),
        })
    });
    differs.collect()
}
