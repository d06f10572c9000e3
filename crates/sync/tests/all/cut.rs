//! Runs that ended in the middle: people see that they were cut off, and nothing else comes of it.

use std::cell::Cell;

use model::Preset;
use model::run::{Outcome, ReadMode, RunKind};
use store::{Asked, Book, Holder, Lease, Liveness, RunStart, Spent, StoreError, Work};
use sync::{By, Monitor, Office, Order, Progress, RunError, Want, look};

use crate::kit::Kit;

const READS: Work = Work::Run { kind: RunKind::Run, mode: ReadMode::Complete };
const PERSON: Work = Work::Run { kind: RunKind::Person, mode: ReadMode::Delta };

fn outcomes(book: &Book) -> Vec<Outcome> {
    let mut runs = book.runs(9).unwrap();
    runs.reverse();
    runs.iter().map(|run| run.outcome).collect()
}

/// The next run begins without the lease, for it only looks whether there is anything new.
fn settled(kit: &Kit) {
    kit.sync();
    assert_eq!(kit.sync().run.outcome, Outcome::Quiet, "on {}", kit.db.name);
}

/// Takes the lease; whoever held it is dead.
fn take(kit: &Kit, who: &str, work: Work) -> Lease {
    let connection = kit.book.connection().unwrap().unwrap().id;
    match kit.book.take_lease(connection, &Holder(who.into()), work, |_| Liveness::Dead).unwrap() {
        Asked::Taken(lease) => lease,
        Asked::Busy => panic!("nobody lives"),
    }
}

#[test]
fn w15_a_run_that_is_dropped_in_mid_read_is_told_as_cut_off_and_the_next_one_begins_at_once() {
    for kit in Kit::each(Preset::Awareness) {
        let kit = kit.everybody();
        let place = kit.db.name;
        kit.hire("Anna", "Test");
        kit.dropped_in("/groups");
        let run = kit.book.runs(9).unwrap().remove(0);
        assert_eq!((run.outcome, run.kind), (Outcome::CutOff, RunKind::Run), "on {place}");
        assert_eq!(run.mode, ReadMode::Complete, "a first read is one of everything, on {place}");
        assert!(
            run.requests > Some(0) && run.bytes_read > Some(0) && run.error.is_none(),
            "{run:?} on {place}"
        );
        assert!(run.duration_ms >= Some(0), "{run:?} on {place}");
        assert!(kit.book.held_lease().unwrap().is_none(), "the lease went back, on {place}");
        let customer = kit.office.store.book("muster").unwrap().unwrap().customer;
        assert_eq!(customer.last_good_at, None, "it was no good run, on {place}");
        let alarms = look(&kit.office.store, Office::now()).unwrap();
        assert!(alarms.iter().all(|(row, alarm)| alarm.is_none() && row.last.is_none()), "on {place}");
        assert_eq!(kit.sync().run.counts.created, 1, "on {place}");
        assert_eq!(outcomes(&kit.book), [Outcome::CutOff, Outcome::Done], "on {place}");
        assert_eq!(kit.sync().run.outcome, Outcome::Quiet);
    }
}

#[test]
fn w15_a_run_that_is_dropped_while_it_only_looks_for_changes_is_told_as_cut_off() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        let place = kit.db.name;
        settled(&kit);
        let told = outcomes(&kit.book).len();
        kit.dropped_in("/users/delta");
        let run = kit.book.runs(9).unwrap().remove(0);
        assert_eq!((run.outcome, run.mode), (Outcome::CutOff, ReadMode::Delta), "on {place}");
        assert!(kit.book.held_lease().unwrap().is_none(), "on {place}");
        assert_eq!(outcomes(&kit.book).len(), told + 1, "on {place}");
        assert_eq!(kit.sync().run.outcome, Outcome::Quiet, "on {place}");
    }
}

#[test]
fn w15_a_run_that_is_dropped_beside_another_one_leaves_the_lease_to_it() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        let place = kit.db.name;
        settled(&kit);
        let told = outcomes(&kit.book).len();
        // It begins while the first one only looks, and lives.
        let held = Cell::new(None);
        kit.dropped_in_after("/users/delta", || held.set(Some(take(&kit, "far/away/1", READS))));
        let held = held.take().unwrap();
        kit.book.renew(&held).unwrap();
        assert_eq!(outcomes(&kit.book).len(), told, "nothing was cut off: another run does it, on {place}");
    }
}

#[test]
fn w15_whoever_takes_over_from_a_run_that_was_killed_before_it_had_a_row_tells_of_it_once() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        let place = kit.db.name;
        kit.sync();
        take(&kit, "killed", READS);
        let since = kit.book.held_lease().unwrap().unwrap().since;
        take(&kit, "killed, too", PERSON);
        let run = kit.book.runs(9).unwrap().remove(0);
        assert_eq!((run.outcome, run.mode), (Outcome::CutOff, ReadMode::Complete), "on {place}");
        assert_eq!((run.started_at, run.duration_ms), (since, None), "nobody knows when, on {place}");
        assert_eq!((run.requests, run.bytes_read), (None, None), "nor what it asked for, on {place}");
        let heir = take(&kit, "heir", READS);
        let runs = kit.book.runs(9).unwrap();
        assert_eq!((runs[0].kind, runs[1].kind), (RunKind::Person, RunKind::Run), "on {place}");
        assert_eq!(outcomes(&kit.book), [Outcome::Done, Outcome::CutOff, Outcome::CutOff], "on {place}");
        kit.book.give_back(&heir).unwrap();
        let told = outcomes(&kit.book).len();
        take(&kit, "next", Work::Other);
        kit.book.give_back(&take(&kit, "last", Work::Other)).unwrap();
        let now = outcomes(&kit.book).len();
        assert_eq!(now, told, "who gave it back, or had no run, leaves nothing, on {place}");
    }
}

#[test]
fn w15_a_killed_run_is_told_with_what_it_read_and_had_asked_for_when_it_last_renewed_its_lease() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        let place = kit.db.name;
        kit.sync();
        let lease = take(&kit, "killed", Work::Run { kind: RunKind::Run, mode: ReadMode::Delta });
        kit.book.reads(&lease, ReadMode::Complete).unwrap();
        kit.book.renew_with(&lease, Spent { requests: 12, bytes_read: 3_456 }).unwrap();
        assert_eq!(kit.book.reading(&lease).unwrap(), Some(ReadMode::Complete), "on {place}");
        take(&kit, "heir", READS);
        let run = kit.book.runs(9).unwrap().remove(0);
        assert_eq!((run.outcome, run.mode), (Outcome::CutOff, ReadMode::Complete), "on {place}");
        assert_eq!((run.requests, run.bytes_read), (Some(12), Some(3_456)), "on {place}");
        assert_eq!(run.duration_ms, None, "on {place}");
        assert!(matches!(kit.book.renew_with(&lease, Spent::default()), Err(StoreError::LeaseLost)));
    }
}

#[test]
fn w15_a_first_read_that_failed_is_told_as_one_of_everything() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        kit.tenant.revoke("User.Read.All");
        kit.tenant.expire_access_tokens();
        kit.try_sync(ReadMode::Delta).unwrap_err();
        let run = kit.book.runs(9).unwrap().remove(0);
        assert_eq!((run.outcome, run.mode), (Outcome::Refused, ReadMode::Complete), "on {}", kit.db.name);
    }
}

#[test]
fn w15_a_lease_that_was_given_back_is_not_renewed_by_its_former_holder() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        kit.sync();
        let lease = take(&kit, "one", READS);
        kit.book.give_back(&lease).unwrap();
        assert!(matches!(kit.book.renew(&lease), Err(StoreError::LeaseLost)), "on {}", kit.db.name);
        assert!(kit.book.held_lease().unwrap().is_none(), "on {}", kit.db.name);
        assert_eq!(kit.sync().run.outcome, Outcome::Quiet);
    }
}

#[test]
fn w15_a_run_that_was_killed_with_a_row_is_told_in_that_row() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        let place = kit.db.name;
        kit.sync();
        let (lease, kind) = (take(&kit, "killed", READS), RunKind::Run);
        let start = RunStart { kind, mode: ReadMode::Complete, spent: Spent::default(), at: Office::now() };
        let run = kit.book.begin_run(&lease, &start).unwrap();
        // The heir ends before it has looked at what was left.
        kit.book.give_back(&take(&kit, "heir", READS)).unwrap();
        let before = outcomes(&kit.book);
        assert_eq!(kit.sync().run.outcome, Outcome::Quiet);
        assert_eq!(outcomes(&kit.book).len(), before.len(), "no second row, on {place}");
        let run = kit.book.run(run).unwrap().unwrap();
        assert_eq!((run.outcome, run.duration_ms), (Outcome::CutOff, None), "on {place}");
    }
}

#[test]
fn w15_a_quiet_run_behind_a_killed_one_tells_of_it() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        let place = kit.db.name;
        kit.sync();
        let before = outcomes(&kit.book).len();
        take(&kit, "far/away/1", READS);
        store::testing::wait(&kit.db.location, 31_000);
        assert_eq!(kit.sync().run.outcome, Outcome::Quiet, "on {place}");
        assert_eq!(outcomes(&kit.book)[before..], [Outcome::CutOff], "on {place}");
        assert_eq!(kit.sync().run.outcome, Outcome::Quiet);
        assert_eq!(outcomes(&kit.book).len(), before + 1, "once, on {place}");
    }
}

/// Wants no more than the first piece of an apply.
struct Enough;

impl Monitor for Enough {
    fn at(&self, _: &Progress) {}

    fn go_on(&self) -> bool {
        false
    }
}

#[test]
fn w15_a_run_that_shall_stop_while_it_applies_ends_behind_a_piece_and_the_next_one_carries_on() {
    for kit in Kit::each(Preset::Awareness) {
        let kit = kit.everybody();
        let place = kit.db.name;
        kit.hire("Anna", "Test");
        kit.sync();
        // More than the operations of one transaction.
        let many = 2_500;
        for n in 0..many {
            kit.hire(&format!("Person{n}"), "Test");
        }
        let order = Order { want: Want::Apply, read: ReadMode::Delta, by: By::Person };
        let ended = kit.run_watched(order, &Enough);
        assert!(matches!(ended, Err(RunError::Interrupted)), "{ended:?} on {place}");
        let run = kit.book.runs(1).unwrap().remove(0);
        assert!(run.outcome == Outcome::CutOff && run.error.is_none(), "{run:?} on {place}");
        let half = kit.book.size().unwrap().contacts;
        assert!(half > 1 && half < many, "{half} on {place}");
        kit.sync();
        assert_eq!(kit.book.size().unwrap().contacts, many + 1, "on {place}");
        settled(&kit);
    }
}
