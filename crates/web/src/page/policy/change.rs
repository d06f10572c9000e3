//! What somebody chose: from the form to a change of the rules and back, and the same as the query of an address, so that an effect
//! can be looked at again, and nothing is lost on the way.

use std::collections::BTreeMap;

use model::policy::{OnExisting, Takes};
use model::schedule::Schedule;
use model::{Policy, Preset};
use store::{PolicyChange, PresetChoice, Rules, Switch};

use super::rule::Level;
use crate::form::Form;
use crate::visit::Visit;

/// What was typed, with what is wrong of it.
#[derive(Default)]
pub struct Typed {
    /// What is wanted.
    pub change: PolicyChange,
    /// Values as they were typed, where they are not those in force.
    pub values: BTreeMap<&'static str, String>,
    /// What is wrong, by key.
    pub errors: BTreeMap<&'static str, String>,
    /// The choice of a preset as the form has it.
    pub preset: String,
}

impl Typed {
    /// As a change would have been typed.
    pub fn of_change(rules: &Rules, change: &PolicyChange) -> Self {
        let mut typed = Self { change: change.clone(), ..Self::default() };
        for (key, value) in &change.keys {
            let Some(key) = known(key) else { continue };
            typed.values.insert(key, value.clone());
            // Two names of one key.
            if key == "on_existing" && !value.is_empty() {
                let link = if value == "adopt" { "on" } else { "off" };
                typed.values.insert("link", link.to_owned());
            }
        }
        if let (Some(switch), Some(_)) = (change.everybody, rules.everybody) {
            let value = if switch == Switch::On { "everybody" } else { "chosen" };
            typed.values.insert("scope", value.to_owned());
        }
        typed.preset = preset_name(change.preset);
        typed
    }

    /// Reads the form over the rules that it was filled with.
    pub fn read(form: &Form, rules: &Rules, level: Level) -> Self {
        let mut typed = Self::default();
        for key in Policy::KEYS.into_iter().filter(|key| !matches!(*key, "scope" | "link" | "on_existing")) {
            typed.key(form, rules, (key, level));
        }
        typed.existing(form, rules, level);
        typed.scope(form, rules);
        form.get("preset").clone_into(&mut typed.preset);
        typed.change.preset = preset_of(form.get("preset"));
        let inherited = form.get("inherit");
        if let Some(key) = known(Policy::stored_name(inherited)).filter(|_| !inherited.is_empty()) {
            typed.change.keys.retain(|(name, _)| name != key);
            typed.errors.remove(key);
            typed.change.keys.push((key.to_owned(), String::new()));
        }
        typed
    }

    fn key(&mut self, form: &Form, rules: &Rules, (key, level): (&'static str, Level)) {
        let value = sent(form, key, level);
        let now = in_form(rules, key, level);
        if same(key, &value, &now) {
            return;
        }
        self.values.insert(key, value.clone());
        match Some(&value).filter(|value| !value.is_empty()).and_then(|value| show::rules::wrong(key, value))
        {
            Some(error) => drop(self.errors.insert(key, error)),
            None if value.is_empty() && level == Level::Customer => {
                self.errors.insert(key, show::rules::wrong(key, "").unwrap_or_default());
            }
            None => self.change.keys.push((key.to_owned(), value)),
        }
    }

    /// The switch of S6 and the choice behind it are one key: whichever was moved counts, and both must not say two things.
    fn existing(&mut self, form: &Form, rules: &Rules, level: Level) {
        let (link, choice) = (sent(form, "link", level), sent(form, "on_existing", level));
        let (link_now, choice_now) = (in_form(rules, "link", level), in_form(rules, "on_existing", level));
        let value = match (link != link_now, choice != choice_now) {
            (false, false) => return,
            (true, false) if link.is_empty() => String::new(),
            (true, false) => if link == "on" { "adopt" } else { "skip" }.to_owned(),
            (false, true) => choice.clone(),
            (true, true) => {
                if (link == "on") != (choice == "adopt") || link.is_empty() != choice.is_empty() {
                    self.errors.insert("link", show::rules::two_links().to_owned());
                }
                choice.clone()
            }
        };
        self.values.insert("link", link);
        self.values.insert("on_existing", choice);
        match show::rules::wrong("on_existing", &value).filter(|_| !value.is_empty()) {
            Some(error) => drop(self.errors.insert("on_existing", error)),
            None => self.change.keys.push(("on_existing".to_owned(), value)),
        }
    }

    fn scope(&mut self, form: &Form, rules: &Rules) {
        let Some(now) = rules.everybody else { return };
        let wanted = match form.get("scope") {
            "everybody" => true,
            "chosen" => false,
            _ => return,
        };
        if wanted != now {
            form.get("scope").clone_into(self.values.entry("scope").or_default());
            self.change.everybody = Some(if wanted { Switch::On } else { Switch::Off });
        }
    }

    /// Whether anything is wrong.
    pub fn is_wrong(&self) -> bool {
        !self.errors.is_empty()
    }

    /// Names and fields of what is wrong, as they stand on the page.
    pub fn wrong(&self) -> Vec<(String, String)> {
        let all = Policy::KEYS.into_iter().filter(|key| self.errors.contains_key(key));
        all.map(|key| (show::rules::name(key), format!("k-{key}"))).collect()
    }

    /// How many rules it changes.
    pub fn count(&self) -> i64 {
        self.change.keys.len() as i64
            + i64::from(self.change.preset.is_some())
            + i64::from(self.change.everybody.is_some())
    }
}

/// What stands in the form for a key: of the operator nothing where the preset decides.
pub fn in_form(rules: &Rules, key: &str, level: Level) -> String {
    let set = rules.levels.operator.iter().any(|(name, _)| name == Policy::stored_name(key));
    match (level, key) {
        (_, "scope") => if rules.everybody == Some(true) { "everybody" } else { "chosen" }.to_owned(),
        (Level::Operator, _) if !set => String::new(),
        (_, "link") => if rules.policy.on_existing == OnExisting::Adopt { "on" } else { "off" }.to_owned(),
        (_, _) => rules.policy.get(key).unwrap_or_default(),
    }
}

fn known(key: &str) -> Option<&'static str> {
    Policy::KEYS.into_iter().find(|known| *known == key)
}

/// What the form sent for a key, put together from its fields.
fn sent(form: &Form, key: &str, level: Level) -> String {
    let part = |name: &str| form.get(&format!("{key}.{name}"));
    let value = form.get(key);
    match Policy::takes(key) {
        // A switch that is off sends nothing.
        Some(Takes::Switch) if level == Level::Customer && value.is_empty() => "off".to_owned(),
        Some(Takes::Departure) if !matches!(value, "" | "keep") => match part("days") {
            "" | "0" => value.to_owned(),
            days => format!("{value} after {days} days"),
        },
        Some(Takes::Schedule) => match value {
            "every" => format!("every {}m", part("minutes")),
            "days" => {
                let times: String = part("times").split_whitespace().collect::<Vec<_>>().join("");
                match (part("from"), part("to")) {
                    ("mon", "sun") => format!("daily {times}"),
                    (from, to) if from == to => format!("{from} {times}"),
                    (from, to) => format!("{from}-{to} {times}"),
                }
            }
            other => other.to_owned(),
        },
        _ => value.to_owned(),
    }
}

/// Whether two values of a key mean the same.
fn same(key: &str, one: &str, other: &str) -> bool {
    if one == other {
        return true;
    }
    if one.is_empty() || other.is_empty() {
        return false;
    }
    if key == "schedule" {
        let parsed = (Schedule::parse(one), Schedule::parse(other));
        return parsed.0.is_some() && parsed.0 == parsed.1;
    }
    let spelled = |value: &str| {
        let mut policy = Preset::Careful.policy();
        policy.set(key, value).ok().and_then(|()| policy.get(key).ok())
    };
    spelled(one).is_some_and(|one| spelled(other) == Some(one))
}

/// Says for the audit log which rules are others now.
pub fn note(visit: &Visit, before: &Rules, after: &Rules) {
    if before.preset != after.preset {
        visit.changed("preset", before.preset.name(), after.preset.name());
    }
    for key in Policy::KEYS.into_iter().filter(|key| !matches!(*key, "scope" | "link")) {
        let [before, after] = [before, after].map(|rules| rules.policy.get(key).unwrap_or_default());
        if before != after {
            visit.changed(key, &before, &after);
        }
    }
    let people = |rules: &Rules| match rules.everybody {
        Some(true) => "everybody",
        Some(false) => "chosen",
        None => "",
    };
    if before.everybody != after.everybody {
        visit.changed("scope", people(before), people(after));
    }
}

fn preset_name(choice: Option<PresetChoice>) -> String {
    match choice {
        None => String::new(),
        Some(PresetChoice::Operator) => "operator".to_owned(),
        Some(PresetChoice::Own(preset)) => preset.name().to_owned(),
    }
}

fn preset_of(name: &str) -> Option<PresetChoice> {
    if name == "operator" { Some(PresetChoice::Operator) } else { Preset::named(name).map(PresetChoice::Own) }
}

/// A change that an address or a form carries. What is no key or takes no such value is left out.
pub fn of_query(query: &Form) -> PolicyChange {
    let mut change = PolicyChange { preset: preset_of(query.get("preset")), ..PolicyChange::default() };
    change.everybody = match query.get("everybody") {
        "on" => Some(Switch::On),
        "off" => Some(Switch::Off),
        _ => None,
    };
    for (name, value) in query.pairs() {
        let Some(key) = known(name).filter(|key| *key != "scope") else { continue };
        if value.is_empty() || show::rules::wrong(key, value).is_none() {
            change.keys.push((key.to_owned(), value.to_owned()));
        }
    }
    change
}

/// The pairs of a change, for an address or for fields that are not shown.
pub fn pairs(change: &PolicyChange) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    if change.preset.is_some() {
        pairs.push(("preset".to_owned(), preset_name(change.preset)));
    }
    if let Some(switch) = change.everybody {
        pairs.push(("everybody".to_owned(), if switch == Switch::On { "on" } else { "off" }.to_owned()));
    }
    pairs.extend(change.keys.iter().cloned());
    pairs
}

/// The same as a query.
pub fn query(change: &PolicyChange) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs(change)).finish()
}

/// What the rules said when somebody looked at them, handed on as it was sent.
pub fn was(form: &Form) -> String {
    let told = form.all("was").map(|value| ("was", value));
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(told).finish()
}
