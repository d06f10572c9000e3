//! What a trial has found, as its page shows it: a sentence, counts that lead to lists, and the people of a list.

use model::SourceId;
use model::plan::{HeldBy, OpKind};
use store::{Book, ConnectionRow, Rules};
use sync::{Effect, Trial, TrialLine};

use super::effect::{Count, EffectPage};
use crate::answer::Trouble;
use crate::frame::Frame;
use crate::page::plan::{Desk, Line};
use crate::visit::Visit;

/// Lines on a page.
const PAGE: usize = 50;
/// Names that are told at once.
const NAMED: usize = 3;

/// What is told apart: the view's name, its kinds, its colour, and the key of its words.
const VIEWS: [(&str, &[OpKind], &str, &str); 7] = [
    ("removed", &[OpKind::Remove], "t-held", "policy-removed"),
    ("left", &[OpKind::MarkLeft], "t-held", "policy-left"),
    ("unlinked", &[OpKind::Unlink], "t-held", "policy-unlinked"),
    ("new", &[OpKind::Create, OpKind::TakeOver, OpKind::Restore], "t-ok", "policy-new"),
    ("linked", &[OpKind::Adopt, OpKind::Relink], "t-acc", "policy-linked"),
    ("changed", &[OpKind::Update, OpKind::Return], "t-acc", "policy-changed"),
    ("later", &[OpKind::Wait], "muted", "policy-later"),
];
/// The view of what would not happen any more.
const SPARED: &str = "spared";

/// Puts what was found into the page.
pub fn shown(
    visit: &Visit,
    book: &Book,
    connection: &ConnectionRow,
    page: &mut EffectPage,
    (effect, now, then): (&Effect, &Rules, &Rules),
) -> Result<(), Trouble> {
    let f = &page.f;
    let view = visit.query.get("view");
    page.sentence = sentence(f, effect);
    page.sub = f.x("policy-effect-at", f.times.exact(effect.at));
    page.counts = counts(f, effect, (&page.path, &page.query, view));
    page.told = told(f, effect, now, then);
    let spared = view == SPARED;
    let kinds = VIEWS.iter().find(|(name, ..)| *name == view).map(|(_, kinds, ..)| *kinds);
    let all = if spared { &effect.spares } else { &effect.brings };
    let chosen: Vec<&TrialLine> =
        all.iter().filter(|line| kinds.is_none_or(|kinds| kinds.contains(&line.kind))).collect();
    let pages = chosen.len().div_ceil(PAGE).max(1);
    let at = visit.query.get("page").parse::<usize>().unwrap_or(1).clamp(1, pages);
    let skip = (at - 1) * PAGE;
    let some: Vec<&TrialLine> = chosen.iter().copied().skip(skip).take(PAGE).collect();
    let rules = if spared { now } else { then };
    let lines = lines(f, book, connection, (&some, rules))?;
    page.found = if lines.is_empty() {
        String::new()
    } else {
        f.pager((skip + 1) as i64, (skip + lines.len()) as i64, chosen.len() as i64)
    };
    let link = |at: usize| format!("{}/effect?{}&view={view}&page={at}#who", page.path, page.query);
    (page.before, page.after) = ((at > 1).then(|| link(at - 1)), (at < pages).then(|| link(at + 1)));
    if effect.brings.len() > NAMED && !spared && at == 1 {
        let names: Vec<String> = lines.iter().take(NAMED).map(|line| line.name.clone()).collect();
        page.names = f.x("policy-names", names.join(", "));
    }
    page.lines = lines;
    Ok(())
}

fn sentence(f: &Frame, effect: &Effect) -> String {
    let removed = effect.brings.iter().filter(|line| line.kind == OpKind::Remove).count() as i64;
    let members = effect.joins + effect.leaves + effect.groups;
    match (removed, effect.brings.len() as i64, effect.spares.len() as i64) {
        (0, 0, 0) if members > 0 => f.n("policy-would-groups", members as i64),
        (0, 0, 0) => f.s("policy-would-nothing"),
        (0, 0, spared) => f.n("policy-would-spare", spared),
        (0, all, _) => f.n("policy-would-change", all),
        (removed, _, _) => f.n("policy-would-remove", removed),
    }
}

fn counts(f: &Frame, effect: &Effect, (path, query, view): (&str, &str, &str)) -> Vec<Count> {
    let count = |name: &str, tone, n: usize, text: String| Count {
        n: f.number(n as i64),
        href: if n > 0 { format!("{path}/effect?{query}&view={name}#who") } else { String::new() },
        current: view == name,
        tone,
        text,
    };
    let mut counts = Vec::new();
    for (name, kinds, tone, key) in VIEWS {
        let of: Vec<&TrialLine> = effect.brings.iter().filter(|line| kinds.contains(&line.kind)).collect();
        let held = of.iter().filter(|line| line.held.is_some()).count() as i64;
        if of.is_empty() && !matches!(name, "removed" | "new" | "changed") {
            continue;
        }
        let mut text = f.n(key, of.len() as i64);
        if held > 0 {
            text = format!("{text}, {}", f.n("policy-held", held));
        }
        counts.push(count(name, tone, of.len(), text));
    }
    if !effect.spares.is_empty() {
        let n = effect.spares.len();
        counts.push(count(SPARED, "muted", n, f.n("policy-spared", n as i64)));
    }
    counts
}

/// What no list of people shows.
fn told(f: &Frame, effect: &Effect, now: &Rules, then: &Rules) -> Vec<String> {
    let mut told = Vec::new();
    let guard = effect.brings.iter().any(|line| line.held == Some(HeldBy::Guard));
    if guard {
        let limits = then.policy.guard;
        let (percent, count) = (f.number(limits.percent), f.number(limits.count));
        told.push(f.t.w("held-why-guard", &[("percent", &percent), ("count", &count)]));
    }
    for (n, key) in
        [(effect.groups, "policy-groups"), (effect.joins, "policy-joins"), (effect.leaves, "policy-leaves")]
    {
        if n > 0 {
            told.push(f.n(key, n as i64));
        }
    }
    if effect.leaves_held > 0 {
        told.push(f.n("policy-leaves-held", effect.leaves_held as i64));
    }
    if effect.anyway > 0 {
        told.push(f.n("policy-anyway", effect.anyway as i64));
    }
    if now.policy.email_from != then.policy.email_from {
        told.push(f.s("policy-addresses"));
    }
    if !then.policy.active {
        told.push(f.s("policy-inactive"));
    }
    told
}

/// When it would come true, once it is saved.
pub fn after_saving(f: &Frame, book: &Book, (now, then): (&Rules, &Rules)) -> Vec<String> {
    let mut told = vec![f.s("policy-nothing-yet")];
    let timed = now.policy.schedule != then.policy.schedule || now.policy.time_zone != then.policy.time_zone;
    let schedule = model::schedule::Schedule::parse(&then.policy.schedule);
    let zone = jiff::tz::TimeZone::get(&then.policy.time_zone).ok();
    if let (true, Some(schedule), Some(zone)) = (timed, schedule, zone) {
        let words = show::rules::schedule(&schedule);
        let next = sync::next_after(&schedule, &zone, book.customer.id, f.times.now);
        let clock = crate::when::Times { zone, now: f.times.now, texts: f.t };
        told.push(match next {
            None => f.s("policy-then-off"),
            Some(at) => f.t.w(
                "policy-then-runs",
                &[("words", &words), ("next", &clock.exact(at)), ("zone", &then.policy.time_zone)],
            ),
        });
    }
    told
}

fn lines(
    f: &Frame,
    book: &Book,
    connection: &ConnectionRow,
    (some, rules): (&[&TrialLine], &Rules),
) -> Result<Vec<Line>, Trouble> {
    if some.is_empty() {
        return Ok(Vec::new());
    }
    let mut people: Vec<SourceId> = some.iter().map(|line| line.source.clone()).collect();
    people.dedup();
    let trial = Trial { policy: rules.policy.clone(), everybody: rules.everybody };
    let found = sync::trial_rows(book, &trial, &people).map_err(|error| Trouble::ours(&error))?;
    let rows: Vec<_> = some
        .iter()
        .filter_map(|line| {
            let is = |row: &&store::PlanRow| row.source == line.source && row.kind == line.kind;
            let mut row = found.iter().find(is)?.clone();
            row.held = line.held;
            Some(row)
        })
        .collect();
    Desk::by(book, connection, &rules.policy).lines(f, &rows)
}
