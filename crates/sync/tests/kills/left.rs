//! What people say between a kill in mid-apply and the run that goes on with the stored plan: it holds for what is left of
//! the plan as well.

use std::collections::BTreeSet;

use model::Preset;
use model::ids::{ContactId, SourceId};
use model::run::{Outcome, ReadMode, RunKind};
use store::{Asked, By, Chosen, Event, Holder, Liveness, Purged, ScopeChange, Spent, Switch, Work};
use sync::Office;

use crate::bench::child::{End, Kill};
use crate::bench::{Bench, Staff, person};
use crate::placed::database;

const PEOPLE: usize = 12;

/// A company of twelve, all in the book.
fn company(engine: &str) -> Option<(Bench, Vec<String>)> {
    let mut people = Vec::new();
    let settle = |tenant: &m365sim::TenantHandle| {
        people.extend((0..PEOPLE).map(|n| tenant.add_user(person("Person", &format!("N{n}")))));
        Staff::default()
    };
    let bench = Bench::over(database(engine)?, Preset::Careful, settle);
    bench.book.change_scope(bench.connection, &[ScopeChange::Everybody(Switch::On)]).unwrap();
    Some((bench, people))
}

/// A child that is killed when its plan is applied in part, row by row: `done` says how many rows that are.
fn kill_in_mid_apply(bench: &Bench, done: impl Fn(&Bench) -> usize) {
    bench.db.keep();
    let pieces = [("WHOSWHO_TEST_CHUNK", "1")];
    let End::Done { writes, .. } = bench.child(Kill::Never, 1, &pieces) else { panic!("nobody killed it") };
    for n in (1..writes).rev() {
        bench.db.back();
        bench.child(Kill::Write(n), 1, &pieces);
        if bench.book.unfinished_plan(bench.connection).unwrap().is_some() && (2..5).contains(&done(bench)) {
            return bench.db.keep();
        }
    }
    panic!("no kill left the plan applied in part");
}

fn binned(bench: &Bench) -> usize {
    bench.book.bin().unwrap().len()
}

/// Somebody who is in the book still.
fn still_there(bench: &Bench, of: &[String]) -> (SourceId, ContactId) {
    let known = bench.contact_ids();
    let one = of.iter().find(|id| known.contains_key(*id)).unwrap().parse().unwrap();
    let contact = bench.book.contact_linked(bench.connection, &one).unwrap().unwrap();
    (one, contact)
}

fn was_removed(bench: &Bench, contact: ContactId) -> bool {
    bench
        .book
        .history(contact)
        .unwrap()
        .iter()
        .any(|line| line.event == Event::Removed && line.by != By::Hand)
}

/// Contacts of whose removal a mail tells, each as often as it is told.
fn told(bench: &Bench) -> Vec<String> {
    let mails = bench.book.outbox().unwrap().into_iter().filter(|m| m.kind == "removed_contacts");
    let mut told = Vec::new();
    for mail in mails {
        let body: serde_json::Value = serde_json::from_str(&mail.body).unwrap();
        let lines = body.get("removed").and_then(|r| r.as_array()).unwrap();
        told.extend(lines.iter().map(|l| l.get("contact").and_then(|c| c.as_str()).unwrap().to_owned()));
    }
    told.sort();
    told
}

fn in_the_bin(bench: &Bench) -> Vec<String> {
    let all = bench.book.bin().unwrap();
    let mut ids: Vec<String> = all.iter().map(|(c, _)| bench.book.public_id(c.id).to_string()).collect();
    ids.sort();
    ids
}

fn killed_removals(engine: &str) {
    let Some((bench, people)) = company(engine) else { return };
    bench.child(Kill::Never, 1, &[]);
    let gone = people.get(..6).unwrap();
    for id in gone {
        assert!(bench.tenant.delete_user(id));
    }
    kill_in_mid_apply(&bench, binned);
    let before = binned(&bench);

    let (source, contact) = still_there(&bench, gone);
    bench.book.hold(bench.connection, &source, "so", Office::now()).unwrap();
    bench.child(Kill::Never, 1, &[]);
    assert!(!was_removed(&bench, contact), "held, on {engine}");
    assert_eq!(binned(&bench), 5, "all others, on {engine}");
    assert_eq!(told(&bench), in_the_bin(&bench), "each removal is told once, on {engine}");

    bench.db.back();
    let (_, contact) = still_there(&bench, gone);
    bench.book.unlink_by_hand(contact, Office::now()).unwrap();
    bench.child(Kill::Never, 1, &[]);
    assert_eq!(binned(&bench), 5, "all others, on {engine}");
    assert_eq!(told(&bench), in_the_bin(&bench), "nobody is told of who stayed, on {engine}");

    bench.db.back();
    bench.book.set_policy(&[("on_deleted".into(), "keep".into())]).unwrap();
    bench.child(Kill::Never, 1, &[]);
    assert_eq!(binned(&bench), before, "whom the policy keeps stays, on {engine}");
    assert_eq!(told(&bench), in_the_bin(&bench), "on {engine}");
    let End::Done { outcomes, .. } = bench.child(Kill::Never, 1, &[]) else { panic!("nobody killed it") };
    assert_eq!(outcomes, ["quiet"], "on {engine}");
}

/// What was removed stays in the bin for thirty days, also where nobody ever goes on with the plan.
fn killed_and_switched_off(engine: &str) {
    let Some((bench, people)) = company(engine) else { return };
    bench.child(Kill::Never, 1, &[]);
    for id in people.iter().take(6) {
        assert!(bench.tenant.delete_user(id));
    }
    kill_in_mid_apply(&bench, binned);
    bench.book.set_policy(&[("active".into(), "off".into())]).unwrap();
    store::testing::age_bin(&bench.db.location, 31 * 24 * 3_600_000);
    while bench.book.purge(None, Office::now()).unwrap() == Purged::APiece {}
    assert!(binned(&bench) > 0, "somebody may be at work still, on {engine}");
    store::testing::wait(&bench.db.location, 60_000);
    while bench.book.purge(None, Office::now()).unwrap() == Purged::APiece {}
    assert_eq!(binned(&bench), 0, "on {engine}");
    assert!(bench.book.unfinished_plan(bench.connection).unwrap().is_some(), "on {engine}");
    bench.book.set_policy(&[("active".into(), "on".into())]).unwrap();
    bench.child(Kill::Never, 1, &[]);
    assert_eq!(bench.contact_ids().len(), 6, "on {engine}");
}

#[test]
fn w4_a_plan_that_was_killed_keeps_nobody_in_the_bin_for_good_on_sqlite() {
    killed_and_switched_off("sqlite");
}

#[test]
fn w4_a_plan_that_was_killed_keeps_nobody_in_the_bin_for_good_on_postgres() {
    killed_and_switched_off("postgres");
}

fn killed_release(engine: &str) {
    let Some((bench, people)) = company(engine) else { return };
    bench.child(Kill::Never, 1, &[]);
    let gone = people.get(..8).unwrap();
    for id in gone {
        assert!(bench.tenant.delete_user(id));
    }
    bench.child(Kill::Never, 1, &[]);
    let operations = bench.book.holds(bench.connection).unwrap();
    assert_eq!((operations.len(), binned(&bench)), (8, 0), "more than half, on {engine}");
    let held = Chosen { operations, ..Chosen::default() };
    bench.book.release(bench.connection, &held, Office::now()).unwrap();
    kill_in_mid_apply(&bench, binned);

    // Whoever is there again is found before anything more is removed.
    let (source, contact) = still_there(&bench, gone);
    assert!(bench.tenant.restore_user(&source.to_string()));
    bench.child(Kill::Never, 1, &[]);
    assert!(!was_removed(&bench, contact), "on {engine}");
    assert_eq!(binned(&bench), 7, "the others were released and are, on {engine}");
    assert!(bench.book.holds(bench.connection).unwrap().is_empty(), "on {engine}");
}

/// A run that ends before it has looked at what a killed one left: each is told by itself.
fn killed_and_cut_off(engine: &str) {
    let Some((bench, people)) = company(engine) else { return };
    bench.child(Kill::Never, 1, &[]);
    for id in people.iter().take(6) {
        assert!(bench.tenant.delete_user(id));
    }
    kill_in_mid_apply(&bench, binned);
    let outcomes = || {
        let runs = bench.book.runs(9).unwrap();
        runs.iter().map(|run| (run.kind, run.outcome)).collect::<Vec<_>>()
    };
    let work = Work::Run { kind: RunKind::Person, mode: ReadMode::Delta };
    let next = Holder("next".into());
    let next = bench.book.take_lease(bench.connection, &next, work, |_| Liveness::Dead).unwrap();
    let Asked::Taken(next) = next else { panic!("the killed run lives no more") };
    bench.book.cut_off(&next, (Spent::default(), Office::now()), Office::now()).unwrap();
    let first = (RunKind::Run, Outcome::Done);
    let cut_off = (RunKind::Person, Outcome::CutOff);
    assert_eq!(outcomes(), [cut_off, (RunKind::Run, Outcome::Running), first], "on {engine}");
    bench.child(Kill::Never, 1, &[]);
    assert_eq!(outcomes(), [cut_off, (RunKind::Run, Outcome::Done), first], "on {engine}");
    assert_eq!(told(&bench), in_the_bin(&bench), "on {engine}");
    assert_eq!(binned(&bench), 6, "on {engine}");
}

#[test]
fn w15_a_run_cut_off_behind_a_killed_apply_leaves_that_one_to_the_next_on_sqlite() {
    killed_and_cut_off("sqlite");
}

#[test]
fn w15_a_run_cut_off_behind_a_killed_apply_leaves_that_one_to_the_next_on_postgres() {
    killed_and_cut_off("postgres");
}

fn killed_first_fill(engine: &str) {
    let Some((bench, people)) = company(engine) else { return };
    kill_in_mid_apply(&bench, |bench| bench.contact_ids().len());
    let known = bench.contact_ids();
    let mut missing = people.iter().filter(|id| !known.contains_key(*id));
    let (held, excluded) = (missing.next().unwrap(), missing.next().unwrap());
    bench.book.hold(bench.connection, &held.parse().unwrap(), "so", Office::now()).unwrap();
    let leave_out = [ScopeChange::Exclude(excluded.parse().unwrap(), Switch::On)];
    bench.book.change_scope(bench.connection, &leave_out).unwrap();
    bench.child(Kill::Never, 1, &[]);
    let there: BTreeSet<String> = bench.contact_ids().into_keys().collect();
    let wanted = people.iter().filter(|id| *id != held && *id != excluded);
    assert_eq!(there, wanted.cloned().collect(), "on {engine}");
}

#[test]
fn w1_what_is_said_after_a_kill_holds_for_what_is_left_of_the_plan_on_sqlite() {
    killed_removals("sqlite");
}

#[test]
fn w1_what_is_said_after_a_kill_holds_for_what_is_left_of_the_plan_on_postgres() {
    killed_removals("postgres");
}

#[test]
fn w3_a_released_removal_that_a_killed_run_left_is_confirmed_again_on_sqlite() {
    killed_release("sqlite");
}

#[test]
fn w3_a_released_removal_that_a_killed_run_left_is_confirmed_again_on_postgres() {
    killed_release("postgres");
}

#[test]
fn w1_whoever_is_held_or_excluded_after_a_kill_in_the_first_fill_is_not_created_on_sqlite() {
    killed_first_fill("sqlite");
}

#[test]
fn w1_whoever_is_held_or_excluded_after_a_kill_in_the_first_fill_is_not_created_on_postgres() {
    killed_first_fill("postgres");
}
