//! What all customers inherit: the operator's keys, and the preset that new customers start from. Before it is saved it says for how
//! many customers each changed key holds, for which, and what it would do to their books.

use std::cmp::Reverse;

use model::search::collation_key;
use store::{Heir, PolicyChange, PolicyChanged, Rules, SignedIn};
use tokio::runtime::Handle;

use super::change::{self, Typed};
use super::diff::{ChangeRow, meanwhile};
use super::effect::{Count, EffectPage, HeirRow, Ready, SOON, frame};
use super::rule::{Level, preset_words, presets, sheets};
use super::{Note, PolicyPage, ZONES};
use crate::answer::{Answer, Outcome, Trouble};
use crate::frame::Frame;
use crate::trials::{FleetState, Of, Sum, Tried};
use crate::visit::Visit;

const PATH: &str = "/policy";
/// Customers that are listed with what it would do to them.
const HEIRS: usize = 100;

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
        return Answer::back_to(&format!("{PATH}?said=same"));
    }
    // Anew, whatever was tried before: the books may be others by now.
    let heirs = person.store().heirs()?;
    let concerned = concerned(&heirs, &typed.change);
    visit.web.trials.forget(&of(&typed.change, rules.digest(), &concerned));
    Answer::to(&format!("{PATH}/effect?{}", change::query(&typed.change)))
}

/// Customers for whom something of it holds.
fn concerned<'h>(heirs: &'h [Heir], change: &PolicyChange) -> Vec<&'h Heir> {
    heirs.iter().filter(|heir| change.keys.iter().any(|(key, _)| heir.inherits(key))).collect()
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
    page.rows = rows(&page.f, &heirs, &now, (&then, &change));
    let changed: Vec<&str> = change.keys.iter().map(|(key, _)| key.as_str()).collect();
    let concerned = concerned(&heirs, &change);
    page.sentence = page.f.n("policy-heirs-h", concerned.len() as i64);
    page.sub = page.f.n("policy-heirs-of", heirs.len() as i64);
    page.told = vec![page.f.s("policy-heirs-next")];
    let of = of(&change, now.digest(), &concerned);
    if visit.query.get("again") == "1" {
        visit.web.trials.forget(&of);
        return Answer::to(&format!("{PATH}/effect?{}", change::query(&change)));
    }
    let state = tried(visit, person, of, &concerned);
    summed_up(&mut page, &state, concerned.len());
    (page.heirs, page.more_heirs) = heirs_of(&page.f, &concerned, &changed, &state);
    Answer::page(&page)
}

fn of(change: &PolicyChange, seen: i64, concerned: &[&Heir]) -> Of {
    let customers = concerned.iter().map(|heir| heir.customer.id).collect();
    Of { change: change.clone(), seen, customers }
}

/// What each of these customers would see of it, as far as it is known.
fn tried(visit: &Visit, person: &SignedIn, of: Of, concerned: &[&Heir]) -> FleetState {
    let trials = &visit.web.trials;
    let trial = trials.find(&of).unwrap_or_else(|| {
        let book = |heir: &&Heir| person.book(&heir.customer.slug).ok().flatten();
        trials.begin(of, concerned.iter().filter_map(book).collect(), visit.now)
    });
    let mut watching = trial.watch();
    let ended = watching.wait_for(|state| state.ended);
    let _ = Handle::current().block_on(async { tokio::time::timeout(SOON, ended).await.is_ok() });
    trial.state()
}

/// Of all customers together.
fn summed_up(page: &mut EffectPage, state: &FleetState, of: usize) {
    let f = &page.f;
    let sums = state.tried.values().filter_map(|tried| match tried {
        Tried::Sum(sum) => Some(*sum),
        Tried::Unread | Tried::Failed => None,
    });
    let sum = sums.fold(Sum::default(), Sum::plus);
    page.sub = format!("{} {}", page.sub, f.x("policy-effect-at", f.times.exact(state.at)));
    page.ready = if state.ended { Ready::Yes } else { Ready::Unseen };
    if !state.ended {
        let (done, of) = (f.number(state.tried.len() as i64), f.number(of as i64));
        page.sentence = f.s("policy-trying-h");
        page.note = f.t.w("policy-tried-of", &[("n", &done), ("of", &of)]);
    } else if sum.removed > 0 {
        page.sentence = f.n("policy-would-remove", sum.removed as i64);
    } else if sum.new + sum.changed > 0 {
        page.sentence = f.n("policy-would-change", (sum.new + sum.changed) as i64);
    }
    let count = |n: u64, tone, key: &str| Count {
        n: f.number(n as i64),
        text: f.n(key, n as i64),
        href: String::new(),
        current: false,
        tone,
    };
    let mut counts = vec![
        count(sum.removed, "t-held", "policy-removed"),
        count(sum.new, "t-ok", "policy-new"),
        count(sum.changed, "t-acc", "policy-changed"),
    ];
    if sum.spared > 0 {
        counts.push(count(sum.spared, "muted", "policy-spared"));
    }
    if let (true, Some(removed)) = (sum.held > 0, counts.first_mut()) {
        removed.text = format!("{}, {}", removed.text, f.n("policy-held", sum.held as i64));
    }
    page.counts = counts;
    let unread = state.tried.values().filter(|tried| **tried == Tried::Unread).count() as i64;
    if unread > 0 {
        page.told.push(f.n("policy-heirs-unread", unread));
    }
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
fn rows(f: &Frame, heirs: &[Heir], now: &Rules, (then, change): (&Rules, &PolicyChange)) -> Vec<ChangeRow> {
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

/// The customers, those of whom most goes first, and how many are not shown.
fn heirs_of(f: &Frame, concerned: &[&Heir], changed: &[&str], state: &FleetState) -> (Vec<HeirRow>, i64) {
    let of = |heir: &Heir| state.tried.get(&heir.customer.id);
    let weight = |heir: &&Heir| match of(heir) {
        Some(Tried::Sum(sum)) => (sum.removed, sum.new + sum.changed),
        _ => (0, 0),
    };
    let mut sorted = concerned.to_vec();
    sorted.sort_by_cached_key(|heir| (Reverse(weight(heir)), collation_key(&heir.customer.name)));
    let row = |heir: &&Heir| {
        let keys: Vec<String> =
            changed.iter().filter(|key| heir.inherits(key)).map(|key| show::rules::name(key)).collect();
        HeirRow {
            name: heir.customer.name.clone(),
            href: format!("/c/{}/policy", heir.customer.slug),
            keys: keys.join(", "),
            effect: effect_in_words(f, of(heir)),
        }
    };
    let more = sorted.len().saturating_sub(HEIRS) as i64;
    (sorted.iter().take(HEIRS).map(row).collect(), more)
}

fn effect_in_words(f: &Frame, tried: Option<&Tried>) -> String {
    let sum = match tried {
        None => return f.s("policy-heir-waits"),
        Some(Tried::Unread) => return f.s("policy-heir-unread"),
        Some(Tried::Failed) => return f.s("policy-heir-failed"),
        Some(Tried::Sum(sum)) => sum,
    };
    let parts = [(sum.removed, "removed-word"), (sum.new, "new-word"), (sum.changed, "changed-word")];
    let told = parts.into_iter().filter(|(n, _)| *n > 0);
    let told: Vec<String> = told.map(|(n, key)| format!("{} {}", f.number(n as i64), f.s(key))).collect();
    if told.is_empty() { f.s("policy-heir-nothing") } else { told.join(", ") }
}

impl EffectPage {
    pub(super) fn has_reach(&self) -> bool {
        self.rows.iter().any(|row| !row.reach.is_empty())
    }
}
