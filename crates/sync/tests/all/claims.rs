//! What a node may write of the schedule once others, an operator or a restore have moved on meanwhile.

use model::{Preset, Timestamp};
use std::sync::Arc;
use store::{
    Claimed, Credentials, EndBy, Existing, Holder, KeyRing, NewConnection, Pause, Places, Restore, Settled,
    Store, StoreError, StoredCredential, Target,
};
use sync::{Rules, RunError, Scheduler, Why, look, tell_silence};

use crate::fleet::{DAY, Fleet, HOUR};

const NO_PLACES: Places = Places { sound: 0, troubled: 0 };

fn me() -> Holder {
    Holder("elsewhere/1".into())
}

fn claim(fleet: &Fleet, node: i64, sound: i64) -> Vec<Claimed> {
    assert!(fleet.due(0).is_some(), "the schedule is up to date");
    let places = Places { sound, troubled: 0 };
    fleet.store.settle_and_claim((node, &me()), &[], places, fleet.now()).unwrap()
}

fn settle(fleet: &Fleet, node: i64, claimed: &Claimed, due_at: Timestamp, pause: Option<Pause>) {
    let (rule, time_zone) = (claimed.rule.clone(), claimed.time_zone.clone());
    let settled =
        Settled { customer: claimed.book.customer.id, rule, time_zone, due_at: Some(due_at), pause };
    fleet.store.settle_and_claim((node, &me()), &[settled], NO_PLACES, fleet.now()).unwrap();
}

#[test]
fn w15_a_claim_whose_run_nobody_carries_out_is_not_renewed() {
    for fleet in Fleet::each(2, Preset::Awareness) {
        fleet.later(2 * DAY);
        let (node, other) = (fleet.store.new_node().unwrap(), fleet.store.new_node().unwrap());
        let all = claim(&fleet, node, 2);
        assert_eq!(all.len(), 2);
        // The node learned of the first one only.
        assert_eq!(fleet.store.renew_claims(node, &[all[0].book.customer.id]).unwrap(), 1);
        let taken: Vec<_> = claim(&fleet, other, 2).into_iter().map(|c| c.book.customer.slug).collect();
        assert_eq!(taken, [all[1].book.customer.slug.clone()], "on {}", fleet.db.name);
    }
}

#[test]
fn s4_a_change_that_is_looked_at_while_a_run_ends_does_not_bring_the_run_back() {
    for fleet in Fleet::each(1, Preset::Awareness) {
        let due = fleet.due(0).unwrap();
        fleet.turn_to(due);
        let node = fleet.store.new_node().unwrap();
        let claimed = claim(&fleet, node, 1);
        fleet.policy(0, "guard.count", "12");
        let seen = fleet.store.changed_schedules(9).unwrap();
        assert_eq!(seen[0].due_at, Some(due));
        settle(&fleet, node, &claimed[0], due.plus_days(1), None);
        let rows: Vec<_> = seen.into_iter().map(|row| (row.clone(), row.was.clone(), row.due_at)).collect();
        fleet.store.reschedule(&rows).unwrap();
        assert!(fleet.store.changed_schedules(9).unwrap().is_empty());
        assert_eq!(fleet.due(0), Some(due.plus_days(1)), "on {}", fleet.db.name);
    }
}

#[test]
fn w15_a_run_that_failed_with_a_former_secret_does_not_pause_the_repaired_connection() {
    for (fleet, repaired) in [false, true]
        .into_iter()
        .flat_map(|r| Fleet::each(1, Preset::Awareness).into_iter().map(move |f| (f, r)))
    {
        fleet.later(2 * DAY);
        let node = fleet.store.new_node().unwrap();
        let [claimed] = claim(&fleet, node, 1).try_into().ok().unwrap();
        if repaired {
            let row = fleet.book(0).connection().unwrap().unwrap();
            let new = NewConnection {
                tenant_id: &row.tenant_id,
                client_id: &row.client_id,
                login_url: &row.login_url,
                graph_url: &row.graph_url,
                credential: StoredCredential::Secret("a new one".into()),
                credential_ends_at: None,
                credential_end_by: EndBy::Typed,
            };
            fleet.book(0).connect(&new, fleet.now()).unwrap();
        }
        let until = fleet.now().plus_ms(HOUR);
        let Claimed { connection, connects, .. } = claimed;
        let pause = Pause { connection, connects, failures: 1, until };
        settle(&fleet, node, &claimed, claimed.due_at, Some(pause));
        let row = fleet.row(0).unwrap();
        let expected = if repaired { (0, None) } else { (1, Some(until)) };
        assert_eq!((row.failures, row.paused_until), expected, "on {}", fleet.db.name);
        assert!(row.due_at.unwrap() <= fleet.now(), "the run is owed still");
    }
}

#[test]
fn w15_what_only_a_person_can_repair_in_the_database_is_tried_less_and_less_often() {
    for fleet in Fleet::each(1, Preset::Awareness) {
        assert!(fleet.due(0).is_some());
        fleet.later(2 * DAY);
        let other = tempfile::tempdir().unwrap();
        let store = Store::open(&fleet.db.location, KeyRing::load(other.path(), None).unwrap()).unwrap();
        let now = Arc::clone(&fleet.now);
        let clock = Arc::new(move || Timestamp(now.load(std::sync::atomic::Ordering::SeqCst)));
        let scheduler = Scheduler::new(fleet.office(store), Rules::default(), clock).unwrap();
        let mut pauses = Vec::new();
        for n in 1..=3 {
            let ended = fleet.round(&scheduler);
            let wrong = matches!(ended[0].done, Err(RunError::Store(StoreError::WrongKey(_))));
            assert!(wrong, "{:?}", ended[0]);
            let row = fleet.row(0).unwrap();
            let until = row.paused_until.unwrap();
            assert_eq!(row.failures, n, "on {}", fleet.db.name);
            pauses.push(until.ms_since(fleet.now()));
            fleet.turn_to(until);
        }
        assert!(pauses[0] > 10 * 60_000 && pauses.windows(2).all(|two| two[1] > two[0]), "{pauses:?}");
    }
}

#[test]
fn w15_a_customer_whose_settings_are_damaged_stops_nobody_else_and_is_an_alarm() {
    for fleet in Fleet::each(3, Preset::Awareness) {
        let damaged = fleet.book(1);
        damaged.set_setting("policy.guard.count", "many").unwrap();
        // Concerns all of them.
        fleet.store.set_policy(&[("guard.percent".into(), "30".into())]).unwrap();
        fleet.later(2 * DAY);
        let ended = fleet.round(&fleet.scheduler());
        let mut good: Vec<_> = ended.iter().filter(|e| e.done.is_ok()).map(|e| e.customer.as_str()).collect();
        good.sort_unstable();
        assert_eq!((good, ended.len()), (vec!["c000", "c002"], 2), "on {}", fleet.db.name);
        let now = sync::Office::now();
        let told = tell_silence(&fleet.store, now).unwrap();
        assert!(matches!(told[0].why, Why::Unreadable { .. }), "{told:?}");
        assert!(told[0].to_string().contains("c001: no good run since"), "{}", told[0]);
        assert!(told[0].to_string().contains("whoswho policy preset c001"), "{}", told[0]);
        assert_eq!((told.len(), fleet.mails(1)), (1, vec!["no_good_run".to_owned()]));

        damaged.take_preset(Some(Preset::Awareness)).unwrap();
        assert!(look(&fleet.store, now).unwrap().iter().all(|(_, alarm)| alarm.is_none()));
        fleet.later(2 * DAY);
        assert_eq!(fleet.round(&fleet.scheduler()).len(), 3, "on {}", fleet.db.name);
    }
}

#[test]
fn w15_a_scheduler_gives_up_when_its_database_was_replaced() {
    for fleet in Fleet::each(1, Preset::Awareness) {
        let folder = tempfile::tempdir().unwrap();
        let from = folder.path().join("archive");
        fleet.store.backup_to(&from, Existing::Keep, fleet.now(), &|_| {}).unwrap();
        let scheduler = fleet.scheduler();
        let (target, credentials) = (Target::Replace, Credentials::Drop);
        let order = Restore { from, kept_out: None, target, credentials };
        fleet.store.clone().restore(&order, &|_| {}).unwrap();
        // Nobody stops it: it ends by itself.
        fleet.runtime.block_on(scheduler.work(std::future::pending()));
        assert_eq!(look(&fleet.store, fleet.now()).map(drop), Err(StoreError::Replaced), "{}", fleet.db.name);
    }
}
