//! Runs that start by themselves: when, once, by one node, and on after a crash.

use std::process::Command;

use m365sim::{Fault, Script};
use model::run::Outcome;
use model::{Field, Preset, Timestamp};
use store::{Holder, Places, ScopeChange, Settled, Switch};
use sync::{Ended, RunError};

use crate::fleet::{DAY, Fleet, HOUR};
use crate::kit::{id, person};

fn good(ended: &[Ended]) -> Vec<(&str, Outcome)> {
    ended.iter().map(|e| (e.customer.as_str(), e.done.as_ref().unwrap().run.outcome)).collect()
}

fn address(fleet: &Fleet, email: &str) -> Option<String> {
    let entries = fleet.book(0).entries().unwrap();
    let found = entries.iter().find(|e| e.contact.values.get(Field::Email) == Some(email))?;
    found.contact.values.get(Field::DisplayName).map(ToOwned::to_owned)
}

#[test]
fn s4_a_daily_run_starts_at_its_time_and_updates_the_book() {
    for fleet in Fleet::each(1, Preset::Awareness) {
        fleet.sync(0).unwrap();
        let scheduler = fleet.scheduler();
        let due = fleet.due(0).unwrap();
        let anna = fleet.members[0].tenant.add_user(person("Cora", "Clausen"));
        fleet.turn_to(due.plus_ms(-1));
        assert!(fleet.round(&scheduler).is_empty(), "nothing starts before its time");
        fleet.turn_to(due);
        assert_eq!(good(&fleet.round(&scheduler)), [("c000", Outcome::Done)]);
        assert_eq!(address(&fleet, "cora.clausen@muster.example").as_deref(), Some("Cora Clausen"));
        assert!(fleet.round(&scheduler).is_empty(), "nor twice");
        let next = fleet.due(0).unwrap();
        let apart = next.ms_since(due);
        assert!([DAY - HOUR, DAY, DAY + HOUR].contains(&apart), "{apart}");
        fleet.members[0].tenant.update_user(&anna, |u| {
            u.surname = Some("Claus".into());
            u.mail = Some("cora.claus@muster.example".into());
        });
        fleet.turn_to(next);
        assert_eq!(good(&fleet.round(&scheduler)), [("c000", Outcome::Done)]);
        assert_eq!(address(&fleet, "cora.claus@muster.example").as_deref(), Some("Cora Claus"));
    }
}

#[test]
fn s8_a_new_member_of_a_subscribed_group_appears_with_the_daily_run() {
    for fleet in Fleet::each(1, Preset::Awareness) {
        let member = &fleet.members[0];
        let group = member.tenant.add_group(m365sim::GroupSpec {
            display_name: Some("Vertrieb".into()),
            ..m365sim::GroupSpec::default()
        });
        let connection = member.book.connection().unwrap().unwrap().id;
        let groups = [ScopeChange::Everybody(Switch::Off), ScopeChange::Group(id(&group), Switch::On)];
        member.book.change_scope(connection, &groups).unwrap();
        fleet.sync(0).unwrap();
        let cora = member.tenant.add_user(person("Cora", "Clausen"));
        member.tenant.add_member(&group, &cora);
        let scheduler = fleet.scheduler();
        fleet.turn_to(fleet.due(0).unwrap());
        fleet.round(&scheduler);
        let entries = member.book.entries().unwrap();
        let groups: Vec<_> =
            entries.iter().flat_map(|e| e.groups.iter().map(|(_, name)| name.as_str())).collect();
        assert_eq!((entries.len(), groups), (1, vec!["Vertrieb"]));
    }
}

#[test]
fn x1_a_contact_removed_here_is_back_after_the_nightly_run() {
    for fleet in Fleet::each(1, Preset::PhoneSystem) {
        let scheduler = fleet.scheduler();
        fleet.turn_to(fleet.due(0).unwrap());
        assert_eq!(good(&fleet.round(&scheduler)), [("c000", Outcome::Done)]);
        let book = &fleet.members[0].book;
        let contact = book.entries().unwrap()[0].contact.id;
        book.remove_contact(contact, sync::Office::now()).unwrap();
        assert_eq!(book.entries().unwrap().len(), 1);
        fleet.turn_to(fleet.due(0).unwrap());
        fleet.round(&scheduler);
        assert!(book.entries().unwrap().iter().any(|e| e.contact.id == contact), "{}", fleet.db.name);
    }
}

#[test]
fn s4_a_missed_schedule_is_made_up_once() {
    for fleet in Fleet::each(1, Preset::Awareness) {
        fleet.sync(0).unwrap();
        let due = fleet.due(0).unwrap();
        fleet.turn_to(due.plus_days(10));
        let scheduler = fleet.scheduler();
        assert_eq!(good(&fleet.round(&scheduler)), [("c000", Outcome::Quiet)]);
        assert!(fleet.round(&scheduler).is_empty());
        let next = fleet.due(0).unwrap();
        assert!(next > fleet.now() && next <= fleet.now().plus_days(1).plus_ms(HOUR));
    }
}

#[test]
fn s4_what_is_changed_moves_the_due_time() {
    for fleet in Fleet::each(1, Preset::Careful) {
        let book = &fleet.members[0].book;
        let daily = fleet.due(0).unwrap();
        fleet.policy(0, "guard.count", "12");
        assert_eq!(fleet.due(0), Some(daily), "another key moves nothing");
        fleet.policy(0, "time_zone", "Pacific/Auckland");
        assert_ne!(fleet.due(0), Some(daily));
        fleet.policy(0, "schedule", "every 15m");
        let soon = fleet.due(0).unwrap();
        assert!(soon <= sync::Office::now().plus_ms(15 * 60_000), "counted from the change");
        fleet.policy(0, "active", "off");
        assert_eq!(fleet.row(0), None, "switched off, nothing is watched");
        fleet.policy(0, "active", "on");
        assert!(fleet.due(0).is_some());
        fleet.policy(0, "schedule", "off");
        assert_eq!(fleet.row(0).map(|row| (row.rule, row.due_at)), Some((String::new(), None)));
        book.take_preset(Some(Preset::Careful)).unwrap();
        assert_eq!(fleet.row(0).unwrap().rule, "daily 02:30");
        fleet.store.set_policy(&[("schedule".into(), "mon-fri 06:00".into())]).unwrap();
        assert_eq!(fleet.row(0).unwrap().rule, "daily 02:30", "a preset that was chosen is exact");
        fleet.book(0).take_preset(None).unwrap();
        assert_eq!(fleet.row(0).unwrap().rule, "mon-fri 06:00", "customers inherit from the operator");
        let connection = book.connection().unwrap().unwrap().id;
        book.change_scope(connection, &[ScopeChange::Everybody(Switch::Off)]).unwrap();
        assert_eq!(fleet.row(0), None, "no people are read before somebody was chosen");
        book.change_scope(connection, &[ScopeChange::Everybody(Switch::On)]).unwrap();
        assert!(fleet.due(0).is_some());
        fleet.runtime.block_on(sync::disconnect(book, store::Imported::Keep)).unwrap();
        assert_eq!(fleet.row(0), None);
        fleet.later(30 * DAY);
        assert!(fleet.round(&fleet.scheduler()).is_empty());
    }
}

#[test]
fn s3_who_is_gone_leaves_even_after_the_last_subscription_has_ended() {
    for fleet in Fleet::each(1, Preset::Awareness) {
        fleet.sync(0).unwrap();
        let book = &fleet.members[0].book;
        let connection = book.connection().unwrap().unwrap().id;
        book.change_scope(connection, &[ScopeChange::Everybody(Switch::Off)]).unwrap();
        assert!(fleet.due(0).is_some(), "runs go on once a plan was applied");
    }
}

#[test]
fn w15_schedulers_over_one_database_run_each_customer_once() {
    for mut fleet in Fleet::each(12, Preset::Awareness) {
        for n in 0..12 {
            fleet.sync(n).unwrap();
            fleet.members[n].tenant.reset_counts();
        }
        fleet.rules.places = 3;
        let (one, two) = (fleet.scheduler(), fleet.scheduler());
        fleet.later(2 * DAY);
        let both = fleet.runtime.block_on(async { tokio::join!(one.round(), two.round()) });
        let mut ended: Vec<Ended> = both.0.unwrap().into_iter().chain(both.1.unwrap()).collect();
        ended.sort_by(|a, b| a.customer.cmp(&b.customer));
        let expected: Vec<String> = (0..12).map(|n| format!("c{n:03}")).collect();
        assert_eq!(ended.iter().map(|e| e.customer.clone()).collect::<Vec<_>>(), expected);
        for member in &fleet.members {
            assert_eq!(member.tenant.counts().graph, 2, "{} on {}", member.book.customer.slug, fleet.db.name);
        }
        assert!(fleet.round(&one).is_empty() && fleet.round(&two).is_empty());
    }
}

/// As the node of this process calls itself, with another process number.
fn holder(pid: u32) -> Holder {
    let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap();
    let space = std::fs::read_link("/proc/self/ns/pid").unwrap();
    Holder(format!("{}.{}/{pid}", boot.trim(), space.display()))
}

#[test]
fn w15_a_killed_nodes_customer_is_taken_over_at_once_another_machines_later() {
    let mut child = Command::new("true").spawn().unwrap();
    let dead = child.id();
    child.wait().unwrap();
    for fleet in Fleet::each(2, Preset::Awareness) {
        assert!(fleet.due(0).is_some());
        fleet.later(2 * DAY);
        let (killed, far) = (fleet.store.new_node().unwrap(), fleet.store.new_node().unwrap());
        let claim = |node, holder: &Holder| {
            let places = Places { sound: 1, troubled: 0 };
            let claimed = fleet.store.settle_and_claim((node, holder), &[], places, fleet.now()).unwrap();
            claimed.into_iter().map(|c| c.book.customer.slug).collect::<Vec<_>>()
        };
        assert_eq!(claim(killed, &holder(dead)), ["c000"]);
        assert_eq!(claim(far, &Holder("elsewhere/1".into())), ["c001"]);
        assert_eq!(claim(killed, &holder(dead)), [""; 0], "both are claimed");
        let scheduler = fleet.scheduler();
        assert_eq!(good(&fleet.round(&scheduler)), [("c000", Outcome::Done)], "{}", fleet.db.name);
        assert_eq!(fleet.store.end_claims(far).unwrap(), 1);
        assert_eq!(good(&fleet.round(&scheduler)), [("c001", Outcome::Done)]);
    }
}

#[test]
fn w15_the_claim_of_a_node_that_does_not_come_back_ends_after_its_life() {
    for fleet in Fleet::each(1, Preset::Awareness) {
        fleet.turn_to(fleet.due(0).unwrap());
        let (node, far) = (fleet.store.new_node().unwrap(), Holder("elsewhere/1".into()));
        let places = Places { sound: 1, troubled: 0 };
        let claimed = fleet.store.settle_and_claim((node, &far), &[], places, fleet.now()).unwrap();
        assert_eq!(claimed.len(), 1);
        let connection = fleet.book(0).connection().unwrap().unwrap().id;
        let lease = fleet
            .book(0)
            .take_lease(connection, &far, store::Work::Other, |_| store::Liveness::Unknown)
            .unwrap();
        assert!(matches!(lease, store::Asked::Taken(_)), "it began its run");
        let scheduler = fleet.scheduler();
        assert!(fleet.round(&scheduler).is_empty(), "it may live");
        // Hours by this node's clock say nothing about another's claim.
        fleet.later(HOUR);
        store::testing::wait(&fleet.db.location, 15_000);
        assert!(fleet.round(&scheduler).is_empty(), "half a life");
        assert!(matches!(fleet.sync(0), Err(RunError::Busy { .. })), "nor does a typed one take its lease");
        store::testing::wait(&fleet.db.location, 15_000);
        assert_eq!(good(&fleet.round(&scheduler)), [("c000", Outcome::Done)], "on {}", fleet.db.name);
        assert_eq!(
            fleet.store.renew_claims(node, &[claimed[0].book.customer.id]).unwrap(),
            0,
            "it has nothing left to renew"
        );
        assert!(fleet.due(0).unwrap() > fleet.now(), "settled by the heir");
    }
}

#[test]
fn w15_a_node_that_lost_its_claim_settles_nothing() {
    for fleet in Fleet::each(1, Preset::Awareness) {
        let due = fleet.due(0).unwrap();
        fleet.later(2 * DAY);
        let (node, me) = (fleet.store.new_node().unwrap(), Holder("elsewhere/1".into()));
        let places = Places { sound: 9, troubled: 9 };
        let claimed = fleet.store.settle_and_claim((node, &me), &[], places, fleet.now()).unwrap();
        let [one] = claimed.as_slice() else { panic!("one is due") };
        fleet.store.end_claims(node).unwrap();
        let settled = Settled {
            customer: one.book.customer.id,
            rule: one.rule.clone(),
            time_zone: one.time_zone.clone(),
            due_at: Some(due.plus_days(9)),
            pause: None,
        };
        let no_places = Places { sound: 0, troubled: 0 };
        fleet.store.settle_and_claim((node, &me), &[settled], no_places, fleet.now()).unwrap();
        assert_eq!(fleet.due(0), Some(due), "the run is owed still");
    }
}

#[test]
fn w15_quarantine_grows_and_a_typed_sync_ends_it() {
    for fleet in Fleet::each(1, Preset::Awareness) {
        fleet.sync(0).unwrap();
        let scheduler = fleet.scheduler();
        fleet.members[0].tenant.revoke_consent();
        fleet.members[0].tenant.expire_access_tokens();
        fleet.turn_to(fleet.due(0).unwrap());
        let mut pauses = Vec::new();
        for n in 1..=5 {
            let ended = fleet.round(&scheduler);
            assert!(matches!(ended[0].done, Err(RunError::Graph(_))), "{:?}", ended[0]);
            let row = fleet.row(0).unwrap();
            assert_eq!((row.failures, sync::quarantine(&row).is_some()), (n, n >= 3));
            let until = row.paused_until.unwrap();
            assert_eq!(sync::next_run(&row), Some(until));
            pauses.push(until.ms_since(fleet.now()));
            fleet.turn_to(until.plus_ms(-1));
            assert!(fleet.round(&scheduler).is_empty(), "left alone until then");
            fleet.turn_to(until);
        }
        assert!(pauses.windows(2).all(|two| two[1] > two[0]), "{pauses:?}");
        assert!(fleet.sync(0).is_err(), "typed, it tries at once");
        assert_eq!(fleet.row(0).unwrap().failures, 5);
        for role in m365sim::DEFAULT_ROLES {
            fleet.members[0].tenant.grant(role);
        }
        fleet.members[0].tenant.expire_access_tokens();
        fleet.sync(0).unwrap();
        let row = fleet.row(0).unwrap();
        assert_eq!((row.failures, row.paused_until), (0, None));
        assert_eq!(fleet.round(&scheduler).len(), 1, "the run that is owed starts again");
    }
}

fn sick(fault: Fault) -> Script {
    Script { path: String::new(), skip: 0, times: 1_000, fault }
}

#[test]
fn w15_of_fifty_customers_one_fails_one_hangs_and_the_others_do_not_notice() {
    for fleet in Fleet::each(50, Preset::Awareness) {
        fleet.members[7].tenant.faults(|f| f.scripts.push(sick(Fault::Hang)));
        fleet.members[8].tenant.revoke_consent();
        assert!(fleet.due(0).is_some());
        fleet.later(2 * DAY);
        let ended = fleet.round(&fleet.scheduler());
        assert_eq!(ended.len(), 50);
        let bad: Vec<_> = ended.iter().filter(|e| e.done.is_err()).map(|e| e.customer.as_str()).collect();
        assert_eq!(bad.len(), 2, "{bad:?}");
        assert!(bad.contains(&"c007") && bad.contains(&"c008"));
        for (n, member) in fleet.members.iter().enumerate() {
            let contacts = member.book.entries().unwrap().len();
            assert_eq!(contacts, if n == 7 || n == 8 { 0 } else { 2 }, "{n} on {}", fleet.db.name);
        }
    }
}

#[test]
fn w15_tenants_that_hang_do_not_use_up_the_places_of_the_others() {
    for mut fleet in Fleet::each(12, Preset::Awareness) {
        fleet.rules.places = 1;
        // However slow the machine is: who hangs does so until all others have had their run.
        fleet.patient();
        let (sick, well) = fleet.members.split_at(6);
        for member in sick {
            member.tenant.faults(|f| f.hold = Some("/v1.0/".into()));
            // They come first.
            member.book.set_policy(&[("schedule".into(), "every 1m".into())]).unwrap();
        }
        assert!(fleet.due(0) < fleet.due(11));
        fleet.later(2 * DAY);
        let (scheduler, store) = (fleet.scheduler(), &fleet.store);
        let others_first = async {
            while !well.iter().all(|member| moved_on(store, &member.book, fleet.now())) {
                tokio::task::yield_now().await;
            }
            let hung = sick.iter().filter(|member| member.tenant.counts().graph > 0).count();
            for member in sick {
                member.tenant.faults(|f| f.hold = None);
            }
            hung
        };
        let (ended, hung) = fleet.runtime.block_on(async {
            let others_first = tokio::time::timeout(std::time::Duration::from_mins(2), others_first);
            tokio::join!(scheduler.round(), async { others_first.await.expect("the others have their run") })
        });
        assert_eq!(hung, 6, "all were begun, on {}", fleet.db.name);
        let ended: Vec<String> = ended.unwrap().into_iter().map(|e| e.customer).collect();
        let (first, last) = ended.split_at(6);
        assert!(first.iter().all(|slug| slug.as_str() >= "c006"), "{ended:?} on {}", fleet.db.name);
        assert_eq!(last.len(), 6, "on {}", fleet.db.name);
    }
}

#[test]
fn s4_a_first_plan_waits_once_however_often_the_schedule_comes() {
    for fleet in Fleet::each(1, Preset::Careful) {
        let (scheduler, book) = (fleet.scheduler(), &fleet.members[0].book);
        let next = || {
            fleet.turn_to(fleet.due(0).unwrap());
            fleet.round(&scheduler)
        };
        assert_eq!(good(&next()), [("c000", Outcome::Waiting)]);
        let plan = book.plan_of(book.runs(9).unwrap()[0].id).unwrap();
        assert_eq!((book.runs(9).unwrap().len(), fleet.mails(0)), (1, vec!["plan_waiting".to_owned()]));
        let second = next();
        assert_eq!(good(&second), [("c000", Outcome::Waiting)]);
        assert_eq!(second[0].done.as_ref().unwrap().plan, plan, "the same plan");
        assert_eq!((book.runs(9).unwrap().len(), fleet.mails(0).len()), (1, 1));
        fleet.members[0].tenant.add_user(person("Cora", "Clausen"));
        assert_eq!(good(&next()), [("c000", Outcome::Waiting)]);
        assert_eq!(
            (book.runs(9).unwrap().len(), fleet.mails(0).len()),
            (2, 1),
            "another plan, no other mail"
        );
        assert_eq!(fleet.sync(0).unwrap().run.counts.created, 3);
        assert_eq!(good(&next()), [("c000", Outcome::Quiet)]);
    }
}

#[test]
fn s4_a_due_run_waits_for_a_typed_one_and_is_made_up() {
    for fleet in Fleet::each(1, Preset::Awareness) {
        fleet.turn_to(fleet.due(0).unwrap());
        let book = &fleet.members[0].book;
        let connection = book.connection().unwrap().unwrap().id;
        let taken = book
            .take_lease(connection, &Holder("typed/1".into()), store::Work::Other, |_| {
                store::Liveness::Unknown
            })
            .unwrap();
        let store::Asked::Taken(lease) = taken else { panic!("nobody else is at work") };
        let scheduler = fleet.scheduler();
        assert!(matches!(fleet.round(&scheduler)[0].done, Err(RunError::Busy { .. })));
        assert_eq!(fleet.row(0).unwrap().failures, 0);
        book.give_back(&lease).unwrap();
        fleet.turn_to(Timestamp(fleet.due(0).unwrap().0));
        assert_eq!(good(&fleet.round(&scheduler)), [("c000", Outcome::Done)]);
    }
}

#[test]
fn w15_a_stopping_node_starts_nothing_and_leaves_its_claims_to_others() {
    for mut fleet in Fleet::each(2, Preset::Awareness) {
        fleet.rules.grace = std::time::Duration::from_millis(50);
        fleet.members[1].tenant.faults(|f| f.scripts.push(sick(Fault::Hang)));
        assert!(fleet.due(0).is_some());
        fleet.later(2 * DAY);
        let scheduler = fleet.scheduler();
        let (store, tenant) = (fleet.store.clone(), fleet.members[1].tenant.clone());
        let done = fleet.members[0].book.clone();
        fleet.runtime.block_on(scheduler.work(async move {
            // Until one customer has its run and the other one hangs.
            let both = async {
                while tenant.counts().graph == 0 || !settled(&store, &done) {
                    tokio::task::yield_now().await;
                }
            };
            tokio::time::timeout(std::time::Duration::from_mins(1), both).await.expect("both have begun");
        }));
        assert!(fleet.store.claim_holders(0).unwrap().is_empty(), "no claim is left on {}", fleet.db.name);
        assert_eq!(fleet.row(1).unwrap().failures, 0, "a run that was dropped is no failure");
        let told: Vec<_> = fleet.members[1].book.runs(9).unwrap().iter().map(|run| run.outcome).collect();
        assert_eq!(told, [Outcome::CutOff], "on {}", fleet.db.name);
        assert!(fleet.due(1).unwrap() < fleet.now(), "it is owed still");
    }
}

/// Whether the schedule has done with a customer's due run.
fn moved_on(store: &store::Store, book: &store::Book, now: Timestamp) -> bool {
    tokio::task::block_in_place(|| {
        let rows = store.watched().unwrap();
        rows.iter().any(|row| row.id == book.customer.id && row.due_at.is_some_and(|due| due > now))
    })
}

fn settled(store: &store::Store, book: &store::Book) -> bool {
    tokio::task::block_in_place(|| {
        let rows = store.watched().unwrap();
        rows.iter().any(|row| row.id == book.customer.id && row.last_good_at.is_some())
    })
}
