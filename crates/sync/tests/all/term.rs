//! What is past its term goes, and what waits for a person stays.

use model::run::{Outcome, ReadMode};
use model::source::Presence;
use model::{Field, Origin, Pin, Preset, Timestamp, Values};
use store::{Back, Clash, KEPT_DAYS, Purged, ScopeChange, StoreError, Switch};
use sync::{By, Office, Order, RunError, Want};

use crate::fleet::{DAY, Fleet};
use crate::kit::{Kit, id};

fn on_the_last_day() -> Timestamp {
    Office::now().plus_days(KEPT_DAYS - 1)
}

fn later() -> Timestamp {
    Office::now().plus_days(KEPT_DAYS + 1)
}

/// Purges until nothing is due; answers in how many calls.
fn purge(kit: &Kit, now: Timestamp) -> usize {
    let mut calls = 1;
    while kit.book.purge(None, now).unwrap() == Purged::APiece {
        calls += 1;
    }
    calls
}

/// Four people of whom one is gone, and the run that removed her.
fn with_a_leaver(kit: &Kit) -> (String, model::ContactId, model::RunId) {
    let anna = kit.hire("Anna", "Test");
    for first in ["Bert", "Cora", "Dirk"] {
        kit.hire(first, "Test");
    }
    kit.sync();
    let contact = kit.entry("anna.test@muster.example").unwrap().contact.id;
    let pin = Pin { field: Field::JobTitle, reason: "agreed".into(), until: None };
    kit.book.pin(contact, &pin, Office::now()).unwrap();
    kit.tenant.update_user(&anna, |u| u.surname = Some("Weber".into()));
    kit.sync();
    kit.tenant.delete_user(&anna);
    let run = kit.sync().run;
    assert_eq!(run.counts.removed, 1, "on {}", kit.db.name);
    (anna, contact, run.id)
}

#[test]
fn w4_after_thirty_days_the_bin_and_the_details_of_runs_are_gone() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        kit.book.set_setting("notify.removed", "on").unwrap();
        kit.book.set_setting("notify.to", "chef@muster.example").unwrap();
        let (anna, contact, run) = with_a_leaver(&kit);
        let connection = kit.book.connection().unwrap().unwrap().id;
        let bert = kit.lines();
        let writes = kit.office.store.stats().writes;
        assert_eq!(purge(&kit, on_the_last_day()), 1);
        assert_eq!(kit.office.store.stats().writes, writes, "nothing is due on {}", kit.db.name);
        assert_eq!((kit.book.bin().unwrap().len(), kit.book.outbox().unwrap().len()), (1, 1));
        let plan = kit.book.plan_of(run).unwrap().unwrap();

        purge(&kit, later());
        assert_eq!((kit.book.bin().unwrap().len(), kit.book.outbox().unwrap().len()), (0, 0));
        assert_eq!(kit.book.contact_linked(connection, &id(&anna)).unwrap(), None, "she is gone for good");
        let history = kit.book.history(contact).unwrap();
        assert!(!history.is_empty() && history.iter().all(|l| l.before.is_none() && l.after.is_none()));
        assert_eq!((kit.book.plan_of(run), kit.book.latest_plan()), (Ok(None), Ok(None)));
        assert_eq!(kit.book.plan_rows(plan, 0, 10), Err(StoreError::NotFound));
        assert!(kit.book.findings(run).unwrap().is_empty());
        assert_eq!(kit.book.run(run).unwrap().unwrap().counts.removed, 1, "counts stay");
        let writes = kit.office.store.stats().writes;
        assert_eq!(purge(&kit, later()), 1);
        assert_eq!(kit.office.store.stats().writes, writes, "nothing is left on {}", kit.db.name);

        let undone = kit.undo(run, Want::Apply);
        let text = undone.unwrap_err().to_string();
        assert!(text.contains("no longer known"), "{text}");
        let undone = kit.undo(Back::Since(Timestamp(0)), Want::Apply);
        assert!(matches!(undone, Err(RunError::Store(StoreError::Refused(_)))), "{undone:?}");
        let undone = kit.undo(Back::Removal(contact), Want::Apply);
        assert!(matches!(undone, Err(RunError::Store(StoreError::Refused(_)))), "{undone:?}");
        kit.complete();
        assert_eq!(kit.lines(), bert, "nobody comes or goes by it on {}", kit.db.name);
        kit.hire("Anna", "Test");
        kit.sync();
        let again = kit.entry("anna.test@muster.example").unwrap().contact;
        assert_ne!(again.id, contact, "another person");
        assert!(kit.book.entry(again.id).unwrap().unwrap().contact.pins.is_empty());
    }
}

#[test]
fn w11_after_thirty_days_nothing_but_an_id_is_known_of_who_was_deleted_at_the_source() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        for n in 0..20 {
            kit.hire("Emil", &format!("Test{n}"));
        }
        let cora = kit.hire("Cora", "Mark");
        let (anna, ..) = with_a_leaver(&kit);
        kit.policy("on_deleted", "mark_left");
        kit.tenant.delete_user(&cora);
        kit.sync();
        let connection = kit.book.connection().unwrap().unwrap().id;
        let left = kit.entry("cora.mark@muster.example").unwrap().contact;
        assert!(left.left_at.is_some());
        let known = |whom: &String| {
            let found = kit.book.mirror_users(connection, &[id(whom)]).unwrap().remove(&id(whom)).unwrap();
            assert!(matches!(found.presence, Presence::Deleted { .. }), "{found:?}");
            (!found.user.is_blank(), found.presence)
        };
        let before = (known(&anna), known(&cora));
        assert!(before.0.0 && before.1.0, "on {}", kit.db.name);
        purge(&kit, on_the_last_day());
        assert_eq!((known(&anna), known(&cora)), before, "on {}", kit.db.name);

        kit.book.hold(connection, &id(&cora), "is being settled", Office::now()).unwrap();
        purge(&kit, later());
        assert_eq!((known(&anna), known(&cora).0), ((false, before.0.1), true), "on {}", kit.db.name);
        kit.release(&[id(&cora)]);
        purge(&kit, later());
        assert_eq!(known(&cora), (false, before.1.1), "on {}", kit.db.name);

        let (book, writes) = (kit.lines(), kit.office.store.stats().writes);
        assert_eq!(purge(&kit, later()), 1);
        assert_eq!(kit.office.store.stats().writes, writes, "nothing is left on {}", kit.db.name);
        // Everybody is planned anew, with other keys.
        kit.policy("email_from", "mail_then_upn");
        kit.complete();
        assert_eq!(kit.lines(), book, "nobody comes or goes by it on {}", kit.db.name);
        assert_eq!(kit.entry("cora.mark@muster.example").unwrap().contact, left);
    }
}

#[test]
fn w5_who_lives_at_the_source_comes_back_with_the_same_id_after_the_bin() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        kit.policy("on_out_of_scope", "remove");
        let anna = kit.hire("Anna", "Test");
        for first in ["Bert", "Cora", "Dirk"] {
            kit.hire(first, "Test");
        }
        kit.sync();
        let contact = kit.entry("anna.test@muster.example").unwrap().contact.id;
        kit.scope(&[ScopeChange::Exclude(id(&anna), Switch::On)]);
        assert_eq!(kit.sync().run.counts.removed, 1, "on {}", kit.db.name);
        purge(&kit, later());
        assert!(kit.book.bin().unwrap().is_empty());
        assert_eq!(kit.lines().len(), 3);
        kit.scope(&[ScopeChange::Exclude(id(&anna), Switch::Off)]);
        kit.sync();
        assert_eq!(kit.entry("anna.test@muster.example").unwrap().contact.id, contact, "on {}", kit.db.name);
    }
}

#[test]
fn w4_what_is_undone_after_a_contact_left_the_bin_says_so() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        let (anna, contact, run) = with_a_leaver(&kit);
        // The run's details are younger than what it removed.
        store::testing::age_bin(&kit.db.location, (KEPT_DAYS + 1) * DAY);
        purge(&kit, Office::now());
        let undone = kit.undo(run, Want::Apply).unwrap();
        let whys: Vec<_> = undone.conflicts.iter().map(|c| (c.contact, c.why.clone())).collect();
        assert_eq!(whys, [(Some(contact), Clash::Purged)], "on {}", kit.db.name);
        assert_eq!(undone.conflicts[0].source, id(&anna));
        assert_eq!(kit.lines().len(), 3);
    }
}

#[test]
fn w4_what_waits_for_a_person_stays() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        kit.policy("first_run", "ask");
        kit.hire("Bert", "Test");
        let scheduled = Order { want: Want::Apply, read: ReadMode::Delta, by: By::Schedule };
        let waiting = kit.run(scheduled).unwrap();
        assert_eq!(waiting.run.outcome, Outcome::Waiting);
        purge(&kit, later());
        let still = kit.run(scheduled).unwrap();
        assert_eq!((still.run.outcome, still.plan), (Outcome::Waiting, waiting.plan), "on {}", kit.db.name);
        assert_eq!(kit.book.outbox().unwrap().len(), 1, "and was told once");
        let (anna, ..) = with_a_leaver(&kit);
        let connection = kit.book.connection().unwrap().unwrap().id;
        kit.book.hold(connection, &id(&anna), "is being settled", Office::now()).unwrap();
        purge(&kit, later());
        assert_eq!(kit.book.bin().unwrap().len(), 1, "a held person's contact stays in the bin");
        assert!(kit.book.waiting_plan(connection, Office::now()).unwrap().is_none(), "it was answered");
        kit.release(&[id(&anna)]);
        purge(&kit, later());
        assert!(kit.book.bin().unwrap().is_empty(), "on {}", kit.db.name);
    }
}

#[test]
fn w4_a_call_does_a_bounded_piece() {
    for kit in Kit::each(Preset::Careful) {
        for n in 0..150 {
            let values = Values::default().with(Field::Email, &format!("p{n}@muster.example"));
            let contact = kit.book.add_contact(&values, Origin::Manual, Office::now()).unwrap();
            kit.book.remove_contact(contact, Office::now()).unwrap();
        }
        assert_eq!(kit.book.purge(None, later()), Ok(Purged::APiece));
        assert_eq!(kit.book.bin().unwrap().len(), 50, "on {}", kit.db.name);
        assert_eq!(kit.book.purge(None, later()), Ok(Purged::All));
        assert!(kit.book.bin().unwrap().is_empty());
    }
}

#[test]
fn w4_nodes_share_the_daily_turn_of_every_customer() {
    for fleet in Fleet::each(3, Preset::Careful) {
        for member in &fleet.members {
            let values = Values::default().with(Field::Email, "anna@muster.example");
            let contact = member.book.add_contact(&values, Origin::Manual, fleet.now()).unwrap();
            member.book.remove_contact(contact, fleet.now()).unwrap();
        }
        let (one, other) = (fleet.scheduler(), fleet.scheduler());
        let both = || {
            fleet.runtime.block_on(async {
                let (a, b) = tokio::join!(one.tidy(), other.tidy());
                a.unwrap() + b.unwrap()
            })
        };
        let binned = || fleet.members.iter().map(|m| m.book.bin().unwrap().len()).sum::<usize>();
        fleet.later(DAY + DAY / 2);
        assert_eq!((both(), both()), (3, 0), "once a day on {}", fleet.db.name);
        assert_eq!(binned(), 3, "nothing is past its term");
        fleet.later(KEPT_DAYS * DAY);
        let writes = fleet.store.stats().writes;
        assert_eq!((both(), binned()), (3, 0), "on {}", fleet.db.name);
        assert_eq!(fleet.store.stats().writes, writes, "by the nodes");
        fleet.later(DAY / 2);
        assert_eq!(both(), 0, "not before the day is over");
    }
}

#[test]
fn a10_no_log_keeps_the_sealed_credential_when_a_connection_ended_beside_an_open_database() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        kit.hire("Anna", "Test");
        kit.sync();
        let store::Location::Sqlite(path) = &kit.db.location else { continue };
        let log = path.with_extension("db-wal");
        // The first fill has emptied it.
        kit.hire("Bert", "Test");
        kit.sync();
        assert!(std::fs::metadata(&log).unwrap().len() > 0, "the database is open, so there is a log");
        kit.disconnect();
        assert_eq!(std::fs::metadata(&log).unwrap().len(), 0);
        assert_eq!(kit.lines().len(), 2, "contacts stay");
    }
}
