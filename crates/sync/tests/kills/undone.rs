//! Kills at every write of an undo: it is undone wholly or not at all once the next run has carried on, and can be asked
//! for again.

use model::Preset;

use crate::bench::Bench;
use crate::bench::child::{End, Kill};
use crate::placed::{database, long};

/// More writes than an undo of a small run has.
const FAR: u64 = 500;

fn undo_killed_everywhere(engine: &str, pieces: &[(&str, &str)]) {
    let Some(db) = database(engine) else { return };
    let mut bench = Bench::small(db, Preset::Careful);
    bench.first_run();
    let mut before = bench.expected.clone();
    bench.change();
    let after = bench.next_expected();
    // Undone, whoever came with the run lies in the bin.
    let came = after.people.keys().filter(|id| !before.people.contains_key(*id));
    before.removed = came.cloned().collect();
    bench.child(Kill::Never, 1, &[]);
    assert_eq!(bench.differences(&after), Vec::<String>::new());
    let run = bench.book.runs(1).unwrap().first().unwrap().id.0.to_string();
    let undo = [&[("WHOSWHO_KILLS_UNDO", run.as_str())], pieces].concat();
    bench.db.keep();
    let (mut kills, mut carried_on) = (0, 0);
    for n in 1..FAR {
        bench.db.back();
        let place = format!("write {n} on {engine}");
        let end = bench.child(Kill::Write(n), 1, &undo);
        kills += u64::from(end == End::Killed);
        let halfway = !bench.differences(&before).is_empty() && !bench.differences(&after).is_empty();
        assert!(!halfway || !pieces.is_empty(), "{place}: one transaction undoes a small run");
        bench.child(Kill::Never, 2, &[]);
        if bench.differences(&before).is_empty() {
            carried_on += u64::from(end == End::Killed);
        } else {
            let wrong = bench.differences(&after);
            assert!(wrong.is_empty(), "{place}, neither undone nor not: {wrong:#?}");
            bench.child(Kill::Never, 1, &undo);
            let End::Done { outcomes, .. } = bench.child(Kill::Never, 2, &[]) else {
                panic!("nobody killed it")
            };
            assert_eq!(outcomes.last().map(String::as_str), Some("quiet"), "{place}");
            let wrong = bench.differences(&before);
            assert!(wrong.is_empty(), "{place}, asked for again: {wrong:#?}");
        }
        if end != End::Killed {
            println!("undo on {engine}: {kills} kills, {carried_on} carried on by the next run");
            assert!(kills > 3 && (carried_on > 0 || pieces.is_empty()), "the kills hit nothing");
            return;
        }
    }
    panic!("the undo of a small run had {FAR} writes");
}

#[test]
fn w15_an_undo_killed_everywhere_is_undone_wholly_or_not_at_all() {
    undo_killed_everywhere("sqlite", &[]);
    if long() {
        undo_killed_everywhere("postgres", &[]);
    }
}

#[test]
fn w15_an_undo_applied_in_pieces_goes_on_where_it_was_killed() {
    undo_killed_everywhere("sqlite", &[("WHOSWHO_TEST_CHUNK", "3")]);
    if long() {
        undo_killed_everywhere("postgres", &[("WHOSWHO_TEST_CHUNK", "3")]);
    }
}
