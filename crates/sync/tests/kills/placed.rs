//! Kills at chosen places of a small first run and of a small delta run.

use model::Preset;
use store::testing::{TestDb, databases};

use crate::bench::Bench;
use crate::bench::child::{End, Kill, PIECE, WALKS_UP_TO};
use crate::model_book::Expected;

/// More writes than any small run has.
const FAR: u64 = 2_000;

/// Which places are tried.
#[derive(Clone, Copy)]
struct Places {
    first: u64,
    step: usize,
}

const EVERY: Places = Places { first: 1, step: 1 };

/// What the kills of one scenario hit.
#[derive(Debug, Default)]
struct Hits {
    kills: u64,
    /// Behind transaction 1, before any contact was written.
    between: u64,
    /// The book was changed in part.
    halfway: u64,
}

pub fn long() -> bool {
    std::env::var_os("WHOSWHO_TEST_LONG").is_some()
}

pub fn database(name: &str) -> Option<TestDb> {
    databases().into_iter().find(|db| db.name == name)
}

/// Kills at every place; after each, one undisturbed run must make the book what is expected, and a second one must be
/// quiet. The source does not change meanwhile.
fn kill_everywhere(bench: &Bench, places: Places, with: &[(&str, &str)]) -> Hits {
    bench.db.keep();
    let before = bench.expected.clone();
    let after = bench.next_expected();
    let known = bench.contact_ids();
    let mut hits = Hits::default();
    for kind in [Kill::Write, Kill::Request] {
        let mut ended = false;
        for n in (places.first..FAR).step_by(places.step) {
            bench.db.back();
            let cursor = cursor(bench);
            let end = bench.child(kind(n), 1, with);
            ended = end != End::Killed;
            let moved = cursor != self::cursor(bench);
            note(bench, &mut hits, (&before, &after), moved && !ended);
            hits.kills += u64::from(!ended);
            finish(bench, &after, &format!("{:?} on {}", kind(n), bench.db.name));
            for (source, id) in bench.contact_ids() {
                assert!(known.get(&source).is_none_or(|k| *k == id), "another contact for {source}");
            }
            if ended {
                break;
            }
        }
        assert!(ended, "a small run had {FAR} places");
    }
    hits
}

/// The undisturbed run, and the quiet one behind it.
pub fn finish(bench: &Bench, after: &Expected, place: &str) {
    let End::Done { outcomes, .. } = bench.child(Kill::Never, 2, &[]) else { panic!("nobody killed it") };
    let quiet = if bench.rules.active { "quiet" } else { "inactive" };
    assert_eq!(outcomes.last().map(String::as_str), Some(quiet), "the run after the next, {place}");
    let wrong = bench.differences(after);
    assert!(wrong.is_empty(), "{place}: {wrong:#?}");
    let left = bench.leftovers(after);
    assert!(left.is_empty(), "{place}: {left:#?}");
}

fn note(bench: &Bench, hits: &mut Hits, (before, after): (&Expected, &Expected), moved: bool) {
    let untouched = bench.differences(before).is_empty();
    hits.between += u64::from(moved && untouched);
    hits.halfway += u64::from(!untouched && !bench.differences(after).is_empty());
}

fn cursor(bench: &Bench) -> Option<String> {
    bench.book.connection().unwrap().unwrap().users_cursor
}

/// Pieces of which a plan is applied.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pieces {
    One,
    Many,
}

fn check(what: &str, bench: &Bench, places: Places, pieces: Pieces) {
    let with: &[(&str, &str)] = match pieces {
        Pieces::One => &[],
        Pieces::Many => &[("WHOSWHO_TEST_CHUNK", "3")],
    };
    let hits = kill_everywhere(bench, places, with);
    println!("{what} on {}: {hits:?}", bench.db.name);
    match pieces {
        Pieces::One => assert_eq!(hits.halfway, 0, "one transaction writes a small book"),
        Pieces::Many => assert!(hits.halfway > 0, "no kill left a plan applied in part"),
    }
    assert!(hits.kills > 0 || !bench.rules.active, "the hook stopped nobody");
    let all = places.step == 1 && bench.rules.active;
    assert!(!all || hits.between > 0, "no kill fell between the two transactions");
}

fn first_run(preset: Preset, engine: &str, places: Places, pieces: Pieces) {
    let Some(db) = database(engine) else { return };
    check("first run", &Bench::small(db, preset), places, pieces);
}

fn delta_run(preset: Preset, engine: &str, places: Places, pieces: Pieces) {
    let Some(db) = database(engine) else { return };
    let mut bench = Bench::small(db, preset);
    bench.first_run();
    bench.change();
    check("delta run", &bench, places, pieces);
}

/// Every seventh place, each preset beginning elsewhere; all of them in the long form.
fn other(preset: Preset, first: u64) {
    let places = if long() { EVERY } else { Places { first, step: 7 } };
    first_run(preset, "sqlite", places, Pieces::One);
    delta_run(preset, "sqlite", places, Pieces::One);
    if long() {
        first_run(preset, "postgres", places, Pieces::One);
        delta_run(preset, "postgres", places, Pieces::One);
    }
}

#[test]
fn w15_careful_first_run_killed_everywhere_on_sqlite() {
    first_run(Preset::Careful, "sqlite", EVERY, Pieces::One);
}

#[test]
fn w15_careful_first_run_killed_everywhere_on_postgres() {
    first_run(Preset::Careful, "postgres", EVERY, Pieces::One);
}

#[test]
fn w15_careful_delta_run_killed_everywhere_on_sqlite() {
    delta_run(Preset::Careful, "sqlite", EVERY, Pieces::One);
}

#[test]
fn w15_careful_delta_run_killed_everywhere_on_postgres() {
    delta_run(Preset::Careful, "postgres", EVERY, Pieces::One);
}

/// A delta that touches many is planned from one mark for everybody; here each delta is, or each of two people and more.
fn delta_run_from_the_one_mark(engine: &str) {
    for (many, pieces) in [("0", Pieces::One), ("1", Pieces::One), ("0", Pieces::Many)] {
        let Some(db) = database(engine) else { return };
        let mut bench = Bench::small(db, Preset::Careful);
        bench.environment.push(("WHOSWHO_TEST_MANY", many));
        bench.first_run();
        bench.change();
        let places = if long() { EVERY } else { Places { first: 1, step: 3 } };
        check("delta run from the one mark", &bench, places, pieces);
    }
}

#[test]
fn w15_a_delta_planned_from_the_one_mark_killed_on_sqlite() {
    delta_run_from_the_one_mark("sqlite");
}

#[test]
fn w15_a_delta_planned_from_the_one_mark_killed_on_postgres() {
    delta_run_from_the_one_mark("postgres");
}

/// A first read that finds the tenant large: it begins to walk, then lists people and members, then walks what changed
/// meanwhile.
fn first_read_by_lists(engine: &str) {
    let Some(db) = database(engine) else { return };
    let mut bench = Bench::small(db, Preset::Careful);
    bench.environment.extend([(WALKS_UP_TO, "2"), (PIECE, "2")]);
    let places = if long() { EVERY } else { Places { first: 1, step: 3 } };
    check("first read by lists", &bench, places, Pieces::One);
    let asked: Vec<String> = bench.tenant.log().into_iter().map(|l| l.target).collect();
    let listed = |mark: &str| asked.iter().any(|target| target.contains(mark) && !target.contains("delta"));
    assert!(listed("/users?") && (listed("/members") || listed("$batch")), "nothing was listed: {asked:#?}");
}

#[test]
fn w15_careful_first_read_by_lists_killed_on_sqlite() {
    first_read_by_lists("sqlite");
}

#[test]
fn w15_careful_first_read_by_lists_killed_on_postgres() {
    first_read_by_lists("postgres");
}

#[test]
fn w15_a_plan_applied_in_pieces_goes_on_where_it_was_killed() {
    first_run(Preset::Careful, "sqlite", EVERY, Pieces::Many);
    delta_run(Preset::Careful, "sqlite", EVERY, Pieces::Many);
    if long() {
        first_run(Preset::Careful, "postgres", EVERY, Pieces::Many);
        delta_run(Preset::Careful, "postgres", EVERY, Pieces::Many);
    }
}

#[test]
fn w15_awareness_killed() {
    other(Preset::Awareness, 1);
}

#[test]
fn w15_helpdesk_killed() {
    other(Preset::Helpdesk, 3);
}

#[test]
fn w15_phone_system_killed() {
    other(Preset::PhoneSystem, 5);
}

#[test]
fn w15_business_card_refuses_and_changes_nothing() {
    other(Preset::BusinessCard, 1);
}

/// The suite's own test: where marks are lost, a run killed between the two transactions is never made good.
#[test]
fn w15_without_pending_this_suite_fails() {
    let lossy = [("WHOSWHO_TEST_NO_PENDING", "1")];
    let mut bench = Bench::small(database("sqlite").unwrap(), Preset::Careful);
    bench.first_run();
    bench.change();
    bench.db.keep();
    let after = bench.next_expected();
    let mut unnoticed = Vec::new();
    for n in 1..FAR {
        bench.db.back();
        let cursor = cursor(&bench);
        let end = bench.child(Kill::Write(n), 1, &lossy);
        let moved = cursor != self::cursor(&bench);
        bench.child(Kill::Never, 2, &[]);
        if moved && bench.differences(&after).is_empty() {
            unnoticed.push(n);
        }
        if end != End::Killed {
            assert!(moved, "the run ended");
            break;
        }
    }
    assert!(unnoticed.is_empty(), "lost marks went unnoticed at {unnoticed:?}");
}
