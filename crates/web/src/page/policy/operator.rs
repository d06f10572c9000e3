//! What all customers inherit: the operator's keys, and the preset that new customers start from. Before it is saved it says for how
//! many customers each changed key holds, and for which.

use store::{Heir, PolicyChanged, Rules, SignedIn};

use super::change::{self, Typed};
use super::diff::{ChangeRow, meanwhile};
use super::effect::{EffectPage, HeirRow, frame};
use super::rule::{Level, preset_words, presets, sheets};
use super::{Note, PolicyPage, ZONES};
use crate::answer::{Answer, Outcome, Trouble};
use crate::frame::Frame;
use crate::visit::Visit;

const PATH: &str = "/policy";

/// The page.
pub fn of_operator(visit: &Visit, person: &SignedIn) -> Outcome {
    let rules = person.store().operator_rules()?;
    let typed = Typed::of_change(&rules, &change::of_query(&visit.query));
    Answer::page(&whole(visit, person, (&rules, &typed))?)
}

/// Reads what was chosen.
pub fn try_out_for_all(visit: &Visit, person: &SignedIn) -> Outcome {
    let rules = person.store().operator_rules()?;
    let typed = Typed::read(&visit.form, &rules, Level::Operator);
    if typed.is_wrong() {
        return Answer::again(&whole(visit, person, (&rules, &typed))?);
    }
    if typed.change.is_empty() {
        return Answer::to(&format!("{PATH}?said=same"));
    }
    Answer::to(&format!("{PATH}/effect?{}", change::query(&typed.change)))
}

/// For whom it would hold.
pub fn effect_on_all(visit: &Visit, person: &SignedIn) -> Outcome {
    let f = Frame::of(visit, person, "policy")?;
    let change = change::of_query(&visit.query);
    if change.is_empty() {
        return Answer::to(PATH);
    }
    let store = person.store();
    let (now, then) = (store.operator_rules()?, store.operator_rules_after(&change)?);
    let heirs = store.heirs()?;
    let mut page = frame(f, PATH.to_owned(), (&now, &then, &change));
    page.meanwhile = meanwhile(&page.f, visit, &now, &then);
    page.is_meanwhile = visit.query.all("was").next().is_some();
    page.of_operator = true;
    page.ready = true;
    page.rows = rows(&page.f, &heirs, &now, (&then, &change));
    let changed: Vec<&str> = change.keys.iter().map(|(key, _)| key.as_str()).collect();
    page.heirs = heirs_of(&heirs, &changed);
    page.sentence = page.f.n("policy-heirs-h", page.heirs.len() as i64);
    page.sub = page.f.n("policy-heirs-of", heirs.len() as i64);
    page.told = vec![page.f.s("policy-heirs-next")];
    Answer::page(&page)
}

/// Keeps it.
pub fn save_for_all(visit: &Visit, person: &SignedIn) -> Outcome {
    let change = change::of_query(&visit.form);
    let query = change::query(&change);
    let (Ok(seen), false) = (visit.form.get("seen").parse(), change.is_empty()) else {
        return Answer::to(&format!("{PATH}?{query}"));
    };
    let rules = person.store().operator_rules()?;
    match person.store().change_operator_rules(&change, seen)? {
        PolicyChanged::Done => {
            change::note(visit, &rules, &person.store().operator_rules()?);
            Answer::to(&format!("{PATH}?said=saved"))
        }
        PolicyChanged::Meanwhile => {
            Answer::to(&format!("{PATH}/effect?{query}&{}", change::was(&visit.form)))
        }
    }
}

fn whole(visit: &Visit, person: &SignedIn, (rules, typed): (&Rules, &Typed)) -> Result<PolicyPage, Trouble> {
    let f = Frame::of(visit, person, "policy")?;
    let heirs = person.store().heirs()?;
    let own = heirs.iter().filter(|heir| heir.customer.preset_chosen).count() as i64;
    let notes = match visit.query.get("said") {
        "saved" => vec![Note { tone: "ok", icon: "ok", text: f.s("policy-saved-all"), link: None }],
        "same" => vec![Note { tone: "", icon: "info", text: f.s("policy-same"), link: None }],
        _ => Vec::new(),
    };
    Ok(PolicyPage {
        path: PATH.to_owned(),
        of_operator: true,
        may_act: f.may_rule(),
        heading: f.s("policy-all-h"),
        text: f.s("policy-all-text"),
        presets: presets(&f, rules, typed, Level::Operator),
        sheets: sheets(&f, rules, typed, Level::Operator),
        wrong: typed.wrong(),
        changed: typed.count(),
        facts: vec![
            (f.s("customers-h"), f.number(heirs.len() as i64)),
            (f.s("policy-own-presets"), f.number(own)),
            (f.s("policy-for-new"), preset_words(&f, rules.preset).0),
        ],
        zones: ZONES,
        notes,
        f,
    })
}

/// Key by key what changes, and for how many.
fn rows(
    f: &Frame,
    heirs: &[Heir],
    now: &Rules,
    (then, change): (&Rules, &store::PolicyChange),
) -> Vec<ChangeRow> {
    let mut rows = Vec::new();
    if let Some(after) = super::choice_text(f, change, then.preset) {
        let (name, before) = (f.s("policy-for-new"), preset_words(f, now.preset).0);
        rows.push(ChangeRow { name, before, after, reach: f.s("policy-new-only") });
    }
    let said = |rules: &Rules, key: &str| {
        let set = rules.levels.operator.iter().find(|(name, _)| name == key);
        set.map_or_else(|| f.s("policy-by-preset"), |(_, value)| show::rules::value(key, value))
    };
    for (key, _) in &change.keys {
        let n = heirs.iter().filter(|heir| heir.inherits(key)).count() as i64;
        rows.push(ChangeRow {
            name: show::rules::name(key),
            before: said(now, key),
            after: said(then, key),
            reach: f.n("policy-reach", n),
        });
    }
    rows
}

fn heirs_of(heirs: &[Heir], changed: &[&str]) -> Vec<HeirRow> {
    let row = |heir: &Heir| {
        let keys: Vec<String> =
            changed.iter().filter(|key| heir.inherits(key)).map(|key| show::rules::name(key)).collect();
        (!keys.is_empty()).then(|| HeirRow {
            name: heir.customer.name.clone(),
            href: format!("/c/{}/policy", heir.customer.slug),
            keys: keys.join(", "),
        })
    };
    heirs.iter().filter_map(row).collect()
}

impl EffectPage {
    pub(super) fn has_reach(&self) -> bool {
        self.rows.iter().any(|row| !row.reach.is_empty())
    }
}
