//! The rules as the page shows them: sheet by sheet, each rule with its name, its sentence, where its value comes from, and a control.

use model::policy::{FATES, Takes};
use model::schedule::Schedule;
use model::{Policy, Preset as ModelPreset};
use store::Rules;

use super::change::{Typed, in_form};
use crate::frame::Frame;
use crate::page::customer_add::preset_text;

/// Whose rules a page shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// A customer's: every key has a value.
    Customer,
    /// What all customers inherit: a key may be left to the preset.
    Operator,
}

/// Rules that belong together: heading and icon, then the keys in their order.
const SHEETS: [(&str, &str, &[&str]); 6] = [
    ("policy-sheet-run", "runs", &["active", "mode", "schedule", "time_zone", "first_run"]),
    (
        "policy-sheet-who",
        "people",
        &[
            "scope",
            "people.guests",
            "people.disabled",
            "people.unlicensed",
            "people.shared_mailboxes",
            "people.resources",
            "people.without_email",
            "nested_groups",
        ],
    ),
    ("policy-sheet-link", "link", &["link", "on_existing", "email_from", "on_local_email_change"]),
    (
        "policy-sheet-leaving",
        "off",
        &["on_deleted", "on_disabled", "on_left_group", "on_unlicensed", "on_out_of_scope", "group_members"],
    ),
    ("policy-sheet-guard", "shield", &["guard.count", "guard.percent", "guard.group_emptied"]),
    (
        "policy-sheet-fields",
        "card",
        &[
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
        ],
    ),
];

/// A sheet.
pub struct Sheet {
    /// What names it on the page.
    pub id: &'static str,
    /// The heading.
    pub heading: String,
    /// The icon.
    pub icon: &'static str,
    /// What is in it.
    pub rules: Vec<Rule>,
}

/// A rule.
pub struct Rule {
    /// The key.
    pub key: &'static str,
    /// Its name.
    pub name: String,
    /// What it decides.
    pub text: String,
    /// More that is known of it.
    pub more: String,
    /// What its control is: `switch`, `select`, `departure`, `number`, `schedule`, `text`.
    pub control: &'static str,
    /// The value, as the control has it.
    pub value: String,
    /// Choices, where there are some.
    pub options: Vec<Choice>,
    /// Days to wait, of what becomes of somebody.
    pub days: String,
    /// The largest number.
    pub most: i64,
    /// The parts of a schedule.
    pub schedule: ScheduleInput,
    /// What is wrong.
    pub error: String,
    /// Where its value comes from.
    pub origin: String,
    /// Whether it is set here, so that it can be inherited again.
    pub own: bool,
    /// Whether it is changed and not saved.
    pub changed: bool,
    /// Whether there is nothing to choose, for the customer is not connected.
    pub idle: bool,
}

/// A choice.
pub struct Choice {
    /// Its value.
    pub value: String,
    /// Its words.
    pub text: String,
    /// Whether it is the one.
    pub chosen: bool,
}

/// The parts of a schedule.
#[derive(Default)]
pub struct ScheduleInput {
    /// The first day.
    pub from: Vec<Choice>,
    /// The last.
    pub to: Vec<Choice>,
    /// Times.
    pub times: String,
    /// Minutes between two runs.
    pub minutes: String,
}

/// A preset to choose.
pub struct Preset {
    /// Its name in the form.
    pub value: String,
    /// Its name for people.
    pub name: String,
    /// What it is for.
    pub text: String,
    /// Whether it is chosen in the form.
    pub chosen: bool,
}

/// The presets, behind the one that is in force. What is chosen without a change is no choice.
pub fn presets(f: &Frame, rules: &Rules, typed: &Typed, level: Level) -> Vec<Preset> {
    let mut all = Vec::new();
    if level == Level::Customer {
        let (value, text) = if rules.chosen {
            ("operator", f.s("policy-as-operator-text"))
        } else {
            ("", f.s("policy-as-operator-now"))
        };
        let (value, name) = (value.to_owned(), f.s("policy-as-operator"));
        all.push(Preset { chosen: typed.preset == value, value, name, text });
    }
    let order = [
        ModelPreset::Careful,
        ModelPreset::Awareness,
        ModelPreset::Helpdesk,
        ModelPreset::PhoneSystem,
        ModelPreset::BusinessCard,
    ];
    all.extend(order.map(|preset| {
        let in_force = rules.preset == preset && (rules.chosen || level == Level::Operator);
        let value = if in_force { String::new() } else { preset.name().to_owned() };
        let (name, text) = preset_words(f, preset);
        Preset { chosen: typed.preset == value, value, name, text }
    }));
    all
}

/// A preset's name, and what it is for.
pub fn preset_words(f: &Frame, preset: ModelPreset) -> (String, String) {
    let all = preset_text(f, preset);
    let (name, text) = all.split_once(": ").unwrap_or((&all, ""));
    let mut text = text.chars();
    let text = text.next().map(|first| first.to_uppercase().chain(text).collect()).unwrap_or_default();
    (name.to_owned(), text)
}

/// The sheets.
pub fn sheets(f: &Frame, rules: &Rules, typed: &Typed, level: Level) -> Vec<Sheet> {
    let there = |key: &&&'static str| level == Level::Customer || **key != "scope";
    let sheet = |(id, icon, keys): (&'static str, &'static str, &'static [&'static str])| Sheet {
        heading: f.s(id),
        rules: keys.iter().filter(there).map(|key| rule(f, rules, typed, (key, level))).collect(),
        id,
        icon,
    };
    SHEETS.map(sheet).into()
}

fn rule(f: &Frame, rules: &Rules, typed: &Typed, (key, level): (&'static str, Level)) -> Rule {
    let stored = Policy::stored_name(key);
    let inherits = typed.change.keys.iter().any(|(name, value)| name == stored && value.is_empty());
    let now = in_form(rules, key, level);
    let value = typed.values.get(key).filter(|_| !inherits).cloned().unwrap_or(now);
    let (control, options) = control(f, rules, (key, level), &value);
    let (fate, days) = show::rules::split_departure(&value);
    let is_departure = Policy::takes(key) == Some(Takes::Departure);
    let most = match Policy::takes(key) {
        Some(Takes::Number(most)) => most,
        _ => 0,
    };
    let days = if is_departure { typed_days(&value, days) } else { String::new() };
    let (origin, own) = origin(f, rules, (stored, level));
    Rule {
        name: show::rules::name(key),
        text: show::rules::sentence(key),
        more: String::new(),
        schedule: schedule(&value, control),
        error: typed.errors.get(key).cloned().unwrap_or_default(),
        changed: inherits || typed.values.contains_key(key),
        idle: key == "scope" && rules.everybody.is_none(),
        value: if is_departure { fate.to_owned() } else { value },
        own: own && key != "scope",
        origin: if key == "scope" { String::new() } else { origin },
        key,
        control,
        options,
        days,
        most,
    }
}

/// Days as they were typed, right or wrong.
fn typed_days(value: &str, days: i64) -> String {
    let word = value.split_whitespace().nth(2).unwrap_or_default();
    if word.is_empty() && days == 0 { String::new() } else { word.to_owned() }
}

fn control(
    f: &Frame,
    rules: &Rules,
    (key, level): (&'static str, Level),
    value: &str,
) -> (&'static str, Vec<Choice>) {
    let choice =
        |of: &str, text: String, value: &str| Choice { value: of.to_owned(), text, chosen: of == value };
    let blank = || choice("", by_preset(f, rules, key), value);
    let with = |mut all: Vec<Choice>| {
        if level == Level::Operator {
            all.insert(0, blank());
        }
        all
    };
    let named = |of: &&str| choice(of, show::rules::value(key, of), value);
    match Policy::takes(key) {
        Some(Takes::Switch) if level == Level::Customer => ("switch", Vec::new()),
        Some(Takes::Switch) => ("select", with(["on", "off"].iter().map(named).collect())),
        Some(Takes::OneOf(values)) => ("select", with(values.iter().map(named).collect())),
        Some(Takes::Departure) => {
            let (fate, _) = if value.is_empty() { ("", 0) } else { show::rules::split_departure(value) };
            let all = FATES.iter().map(|of| choice(of, show::rules::fate_name(of).to_owned(), fate));
            ("departure", with(all.collect()))
        }
        Some(Takes::Number(_)) => ("number", Vec::new()),
        Some(Takes::Schedule) => {
            let how = schedule_kind(value);
            let all = [
                ("days", "policy-schedule-days"),
                ("every", "policy-schedule-every"),
                ("off", "policy-schedule-off"),
            ];
            let all = all.map(|(of, key)| choice(of, f.s(key), how));
            ("schedule", with(all.into()))
        }
        Some(Takes::Scope) => {
            let all = [("everybody", "policy-scope-everybody"), ("chosen", "policy-scope-some")];
            ("select", all.map(|(of, key)| choice(of, f.s(key), value)).into())
        }
        Some(Takes::TimeZone) | None => ("text", Vec::new()),
    }
}

/// What the preset says, where all presets say the same; else that it depends on it.
fn by_preset(f: &Frame, rules: &Rules, key: &str) -> String {
    if ModelPreset::differ_in(Policy::stored_name(key)) {
        return f.s("policy-by-preset");
    }
    let value = rules.preset.policy().get(key).unwrap_or_default();
    f.x("policy-as-preset", show::rules::value(key, &value))
}

fn schedule_kind(value: &str) -> &'static str {
    match value {
        "" => "",
        "off" => "off",
        value if value.starts_with("every") => "every",
        _ => "days",
    }
}

/// The parts of a schedule, right or wrong.
fn schedule(value: &str, control: &str) -> ScheduleInput {
    const NAMES: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    if control != "schedule" {
        return ScheduleInput::default();
    }
    let how = schedule_kind(value);
    let (first, rest) = value.split_once(' ').unwrap_or((value, ""));
    let (from, to) = match first {
        _ if how != "days" => ("mon", "sun"),
        "daily" => ("mon", "sun"),
        days => days.split_once('-').unwrap_or((days, days)),
    };
    let days = |chosen: &str| {
        let of = |(n, name): (usize, &&str)| Choice {
            value: (*name).to_owned(),
            text: show::rules::weekday(n as u8).to_owned(),
            chosen: *name == chosen,
        };
        NAMES.iter().enumerate().map(of).collect()
    };
    let minutes = match Schedule::parse(value) {
        Some(Schedule::Every { minutes }) => minutes.to_string(),
        _ if how == "every" => rest.trim_end_matches('m').to_owned(),
        _ => String::new(),
    };
    let times = if how == "days" { rest.replace(',', ", ") } else { String::new() };
    ScheduleInput { from: days(from), to: days(to), times, minutes }
}

/// Where a value comes from, and whether it is set at this level.
fn origin(f: &Frame, rules: &Rules, (key, level): (&str, Level)) -> (String, bool) {
    let has = |list: &[(String, String)]| list.iter().any(|(name, _)| name == key);
    match level {
        Level::Customer if has(&rules.levels.own) => (f.s("policy-origin-own"), true),
        Level::Customer if rules.chosen && !has(&rules.levels.operator) => {
            (f.x("policy-origin-preset", preset_words(f, rules.preset).0), false)
        }
        Level::Customer => (f.s("policy-origin-operator"), false),
        Level::Operator if has(&rules.levels.operator) => (f.s("policy-origin-all"), true),
        Level::Operator => (f.s("policy-origin-none"), false),
    }
}
