//! The rules: of a customer, and those that all customers inherit from the operator. What somebody chooses is tried first and shown
//! with what it would do ([`effect`]); only then it is saved, and even then nothing happens before the next run.

mod change;
mod diff;
mod effect;
mod operator;
mod rule;
mod shown;

use askama::Template;
use model::Preset;
use model::schedule::Schedule;
use store::{Agreement, Book, PolicyChange, PolicyChanged, Rules, SignedIn};

use self::change::Typed;
pub use self::effect::effect;
pub use self::operator::{effect_on_all, of_operator, save_for_all, try_out_for_all};
use self::rule::{Level, Preset as PresetView, Sheet, preset_words, presets, sheets};
use crate::answer::{Answer, Outcome, Trouble};
use crate::frame::Frame;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "policy.html")]
struct PolicyPage {
    f: Frame,
    /// Where the page is: `/c/nordlicht/policy`, `/policy`.
    path: String,
    /// Whether these are the operator's.
    of_operator: bool,
    may_act: bool,
    heading: String,
    text: String,
    presets: Vec<PresetView>,
    sheets: Vec<Sheet>,
    /// Names and fields of what is wrong.
    wrong: Vec<(String, String)>,
    /// How many rules are changed and not saved.
    changed: i64,
    notes: Vec<Note>,
    facts: Vec<(String, String)>,
    zones: &'static [&'static str],
}

/// What is said above everything else.
struct Note {
    tone: &'static str,
    icon: &'static str,
    text: String,
    /// Where to go on: a path with its words.
    link: Option<(String, String)>,
}

/// Time zones that are offered; every other one may be typed.
const ZONES: &[&str] = &[
    "Europe/Berlin",
    "Europe/Vienna",
    "Europe/Zurich",
    "Europe/Luxembourg",
    "Europe/Amsterdam",
    "Europe/Brussels",
    "Europe/Copenhagen",
    "Europe/Paris",
    "Europe/Rome",
    "Europe/Madrid",
    "Europe/Prague",
    "Europe/Warsaw",
    "Europe/London",
    "Europe/Dublin",
    "Europe/Lisbon",
    "Europe/Athens",
    "America/New_York",
    "America/Chicago",
    "America/Los_Angeles",
    "Asia/Dubai",
    "Asia/Singapore",
    "Asia/Tokyo",
    "Australia/Sydney",
    "UTC",
];

/// The customer's rules. What stands in the address is taken as typed, so that whoever looked at an effect can go on.
pub fn page(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    let rules = book.rules()?;
    let change = change::of_query(&visit.query);
    let typed = Typed::of_change(&rules, &change);
    Answer::page(&whole(visit, person, book, (&rules, &typed))?)
}

/// Reads what was chosen; where something is wrong the page comes back, else its effect is shown.
pub fn try_out(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    let rules = book.rules()?;
    let typed = Typed::read(&visit.form, &rules, Level::Customer);
    if typed.is_wrong() {
        return Answer::again(&whole(visit, person, book, (&rules, &typed))?);
    }
    let path = format!("/c/{}/policy", book.customer.slug);
    if typed.change.is_empty() {
        return Answer::back_to(&format!("{path}?said=same"));
    }
    effect::begin(visit, person, book, &typed.change)
}

/// Keeps what was looked at, unless somebody has changed the rules since.
pub fn save(visit: &Visit, _: &SignedIn, book: &Book) -> Outcome {
    let change = change::of_query(&visit.form);
    let path = format!("/c/{}/policy", book.customer.slug);
    let query = change::query(&change);
    let (Ok(seen), false) = (visit.form.get("seen").parse(), change.is_empty()) else {
        // Nothing was looked at.
        return Answer::to(&format!("{path}?{query}"));
    };
    let (before, rules) = (agreement(book)?, book.rules()?);
    match book.change_rules(&change, seen)? {
        PolicyChanged::Done => {
            change::note(visit, &rules, &book.rules()?);
            let void = before == Agreement::Stands && agreement(book)? == Agreement::Void;
            Answer::to(&format!("{path}?said={}", if void { "void" } else { "saved" }))
        }
        PolicyChanged::Meanwhile => {
            Answer::to(&format!("{path}/effect?{query}&{}", change::was(&visit.form)))
        }
    }
}

/// What a person's agreement to the first plan is worth, which another rule makes void.
fn agreement(book: &Book) -> Result<Agreement, Trouble> {
    let connection = book.connection()?;
    Ok(connection.map_or(Ok(Agreement::None), |connection| book.agreement(connection.id))?)
}

fn whole(
    visit: &Visit,
    person: &SignedIn,
    book: &Book,
    (rules, typed): (&Rules, &Typed),
) -> Result<PolicyPage, Trouble> {
    let f = Frame::of_customer(visit, person, book, "policy")?;
    let base = format!("/c/{}", book.customer.slug);
    let mut sheets = sheets(&f, rules, typed, Level::Customer);
    if let Some(connection) = book.connection()? {
        let scope = book.scope(connection.id)?;
        let counts = [
            f.n("policy-scope-groups", scope.active_groups().count() as i64),
            f.n("policy-scope-chosen", scope.chosen.len() as i64),
            f.n("policy-scope-excluded", scope.excluded.len() as i64),
        ];
        let told = counts.join(", ");
        sheets
            .iter_mut()
            .flat_map(|sheet| &mut sheet.rules)
            .filter(|rule| rule.key == "scope")
            .for_each(|rule| rule.more.clone_from(&told));
    }
    Ok(PolicyPage {
        may_act: f.may_act(),
        heading: f.s("rules-h"),
        text: f.s("policy-text"),
        presets: presets(&f, rules, typed, Level::Customer),
        wrong: typed.wrong(),
        changed: typed.count(),
        notes: notes(visit, &f, &base),
        facts: facts(&f, book, rules)?,
        path: format!("{base}/policy"),
        of_operator: false,
        zones: ZONES,
        sheets,
        f,
    })
}

fn notes(visit: &Visit, f: &Frame, base: &str) -> Vec<Note> {
    let plan = || Some((format!("{base}/plan"), f.s("to-plan")));
    let note = |tone, icon, key: &str, link| Note { tone, icon, text: f.s(key), link };
    match visit.query.get("said") {
        "saved" => vec![note("ok", "ok", "policy-saved", plan())],
        "void" => vec![
            note("ok", "ok", "policy-saved", plan()),
            note("held", "hand", "policy-agreement-void", plan()),
        ],
        "same" => vec![note("", "info", "policy-same", None)],
        _ => Vec::new(),
    }
}

/// What holds now, beside the choices.
fn facts(f: &Frame, book: &Book, rules: &Rules) -> Result<Vec<(String, String)>, Trouble> {
    let (watched, _) = sync::look_at(book, f.times.now)?.unzip();
    let next = watched.as_ref().and_then(sync::next_run);
    let preset = preset_words(f, rules.preset).0;
    let preset = f.x(if rules.chosen { "policy-preset-own" } else { "policy-preset-inherited" }, preset);
    Ok(vec![
        (f.s("policy-preset-h"), preset),
        (show::rules::name("schedule"), schedule_text(rules)),
        (show::rules::name("time_zone"), rules.policy.time_zone.to_string()),
        (f.s("policy-next-run"), next.map_or_else(|| f.s("policy-no-run"), |at| f.times.exact(at))),
    ])
}

fn schedule_text(rules: &Rules) -> String {
    let schedule = Schedule::parse(&rules.policy.schedule);
    schedule.map_or_else(|| rules.policy.schedule.to_string(), |schedule| show::rules::schedule(&schedule))
}

/// What a change asks for of the preset, in words.
fn choice_text(f: &Frame, change: &PolicyChange, after: Preset) -> Option<String> {
    change.preset.map(|choice| match choice {
        store::PresetChoice::Operator => f.x("policy-preset-inherited", preset_words(f, after).0),
        store::PresetChoice::Own(preset) => preset_words(f, preset).0,
    })
}
