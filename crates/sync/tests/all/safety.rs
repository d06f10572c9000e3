//! What must not happen: mass removals, removals without proof, another customer's rows.

use m365sim::Fault;
use model::plan::HeldBy;
use model::run::{Outcome, ReadMode};
use model::{Field, Preset};
use store::{Due, ScopeChange, Switch};
use sync::{By, Office, Order, RunError, Want};

use crate::kit::{Kit, id};

fn company(kit: &Kit, people: usize) -> Vec<String> {
    let ids = (0..people).map(|n| kit.hire("Person", &format!("N{n}"))).collect();
    kit.sync();
    ids
}

/// A company of thirty, of whom so many have left since the first run.
fn after_leaving(kit: &Kit, leavers: usize) -> Vec<String> {
    let ids = company(kit, 30);
    for one in ids.iter().take(leavers) {
        kit.tenant.delete_user(one);
    }
    ids
}

#[test]
fn w2_too_many_removals_are_held_while_joiners_arrive_and_release_lets_them_go() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        after_leaving(&kit, 12);
        kit.hire("New", "Comer");
        let run = kit.sync().run;
        assert_eq!((run.counts.created, run.counts.removed, run.counts.held), (1, 0, 12));
        let again = kit.sync();
        assert_eq!((again.run.counts.held, again.holds_grew), (12, 0));
        let connection = kit.book.connection().unwrap().unwrap();
        assert_eq!(kit.release_all(), 12);
        assert_eq!(kit.sync().run.counts.removed, 12);
        assert!(kit.book.holds(connection.id).unwrap().is_empty());
        assert_eq!(kit.lines().len(), 19);
    }
}

#[test]
fn w2_releasing_one_does_not_let_the_others_slip_below_the_limit() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        let ids = after_leaving(&kit, 11);
        assert_eq!(kit.sync().run.counts.held, 11);
        kit.release(&[id(&ids[0])]);
        for _ in 0..2 {
            let run = kit.sync().run;
            assert_eq!(run.counts.held, 10);
            assert_eq!(kit.lines().len(), 29);
        }
    }
}

#[test]
fn w2_one_more_removal_beside_held_ones_is_held_too() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        let ids = after_leaving(&kit, 11);
        assert_eq!(kit.sync().run.counts.held, 11);
        kit.tenant.delete_user(&ids[11]);
        let report = kit.sync();
        assert_eq!((report.run.counts.held, report.holds_grew), (12, 1), "on {}", kit.db.name);
        assert_eq!(kit.lines().len(), 30);
    }
}

#[test]
fn w6_a_customer_with_held_removals_is_quiet_and_looked_at_again_a_day_later() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        after_leaving(&kit, 12);
        let held = kit.sync().run;
        let again = kit.sync().run;
        assert_eq!((again.outcome, again.counts.held), (Outcome::Quiet, 12), "on {}", kit.db.name);
        assert_eq!(kit.book.all_runs(1).unwrap()[0].id, held.id, "no row tells of a quiet run");
        let connection = kit.book.connection().unwrap().unwrap().id;
        let due = |at| kit.book.due(connection, at).unwrap();
        assert_eq!(due(Office::now()), Due::Nobody);
        let Due::People(people) = due(Office::now().plus_days(1)) else { panic!("they are due again") };
        assert_eq!(people.len(), 12);
        kit.release(&people[..1]);
        assert_eq!(due(Office::now()), Due::People(people[..1].to_vec()));
    }
}

#[test]
fn w2_a_release_carries_only_what_the_person_saw() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        let ids = company(&kit, 30);
        for one in &ids[..12] {
            kit.tenant.update_user(one, |u| u.surname = None);
        }
        assert_eq!(kit.sync().run.counts.held, 12);
        assert_eq!(kit.release_all(), 12);
        // By now the same update would empty a typed job title as well.
        let contact = kit.entry("person.n0@muster.example").unwrap().contact.id;
        let typed = [(Field::JobTitle, Some("Chef".to_owned()))];
        kit.book.edit_contact(contact, &typed, Office::now()).unwrap();
        kit.policy("fields.job_title", "always");
        let report = kit.sync();
        assert_eq!((report.run.counts.updated, report.run.counts.held, report.holds_grew), (11, 1, 1));
        let kept = kit.entry("person.n0@muster.example").unwrap().contact.values;
        assert_eq!((kept.get(Field::JobTitle), kept.get(Field::LastName)), (Some("Chef"), Some("N0")));
        assert_eq!(kit.release_all(), 1);
        assert_eq!(kit.sync().run.counts.updated, 1, "on {}", kit.db.name);
    }
}

#[test]
fn w2_a_rejected_removal_stays_away_until_the_source_changes() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        after_leaving(&kit, 12);
        kit.sync();
        let held: Vec<_> = kit.holds().into_iter().map(|h| h.source).collect();
        assert_eq!(kit.reject(&held, "long leave"), 12);
        let run = kit.sync().run;
        assert_eq!((run.counts.held, run.counts.removed), (0, 0));
        assert_eq!(kit.lines().len(), 30);
    }
}

#[test]
fn w2_a_hold_vanishes_when_the_source_changes_its_mind() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        let ids = after_leaving(&kit, 12);
        kit.sync();
        for one in ids.iter().take(12) {
            kit.tenant.restore_user(one);
        }
        kit.sync();
        let connection = kit.book.connection().unwrap().unwrap();
        assert!(kit.book.holds(connection.id).unwrap().is_empty());
        assert_eq!(kit.lines().len(), 30);
    }
}

#[test]
fn w3_an_empty_complete_answer_removes_nobody() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        company(&kit, 5);
        kit.tenant.faults(|f| f.next("/users/delta", Fault::EmptyList));
        kit.complete();
        assert_eq!(kit.lines().len(), 5);
        let connection = kit.book.connection().unwrap().unwrap();
        let holds = kit.book.holds(connection.id).unwrap();
        assert!(holds.iter().all(|h| h.held_by == HeldBy::Unconfirmed), "{holds:?}");
        kit.complete();
        assert!(kit.book.holds(connection.id).unwrap().is_empty());
        assert_eq!(kit.lines().len(), 5);
    }
}

#[test]
fn w3_after_an_empty_complete_answer_the_next_run_reads_everything_again() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        company(&kit, 5);
        kit.sync();
        kit.tenant.faults(|f| f.next("/users/delta", Fault::EmptyList));
        kit.complete();
        let run = kit.sync().run;
        assert_eq!(run.mode, ReadMode::Complete, "on {}", kit.db.name);
        let connection = kit.book.connection().unwrap().unwrap();
        assert!(kit.book.holds(connection.id).unwrap().is_empty(), "on {}", kit.db.name);
        assert_eq!(kit.lines().len(), 5);
        let run = kit.sync().run;
        assert_eq!((run.mode, run.outcome), (ReadMode::Delta, Outcome::Quiet), "on {}", kit.db.name);
    }
}

#[test]
fn w3_a_lost_permission_and_a_revoked_consent_remove_nobody() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        let ids = company(&kit, 5);
        let group = kit.group("Team", &[&ids[0], &ids[1]]);
        kit.scope(&[ScopeChange::Group(id(&group), Switch::On)]);
        kit.sync();
        let before = kit.lines();
        kit.tenant.revoke("GroupMember.Read.All");
        kit.tenant.expire_access_tokens();
        let refused = kit.try_sync(ReadMode::Complete);
        assert!(matches!(refused, Err(RunError::Graph(_))), "{refused:?}");
        assert_eq!(kit.book.runs(1).unwrap()[0].outcome, Outcome::Refused);
        kit.tenant.revoke_consent();
        kit.tenant.expire_access_tokens();
        assert!(kit.try_sync(ReadMode::Complete).is_err());
        assert_eq!(kit.lines(), before);
    }
}

#[test]
fn w3_a_vanished_group_leaves_its_people_and_its_contact_group() {
    for kit in Kit::each(Preset::Careful) {
        let ids: Vec<String> = (0..4).map(|n| kit.hire("Person", &format!("N{n}"))).collect();
        let group = kit.group("Team", &ids.iter().map(String::as_str).collect::<Vec<_>>());
        kit.scope(&[ScopeChange::Group(id(&group), Switch::On)]);
        kit.policy("on_left_group", "remove");
        kit.sync();
        let before = kit.lines();
        kit.tenant.delete_group(&group);
        kit.sync();
        kit.complete();
        assert_eq!(kit.lines(), before);
    }
}

#[test]
fn w3_people_missing_from_a_complete_read_are_confirmed_by_id() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        let ids = company(&kit, 8);
        // The delta that would tell of the deletion is lost: only a complete read can notice.
        kit.tenant.delete_user(&ids[0]);
        kit.tenant.expire_delta_tokens();
        let run = kit.sync().run;
        assert_eq!((run.mode, run.counts.removed), (ReadMode::Complete, 1));
        assert_eq!(kit.lines().len(), 7);
    }
}

#[test]
fn a_run_with_nobody_in_scope_does_not_stand_for_the_first_plan() {
    for kit in Kit::each(Preset::Careful) {
        kit.hire("Anna", "Test");
        kit.sync();
        let kit = kit.everybody();
        let order = Order { want: Want::Apply, read: ReadMode::Delta, by: By::Schedule };
        assert_eq!(kit.run(order).unwrap().run.outcome, Outcome::Waiting, "on {}", kit.db.name);
        assert!(kit.lines().is_empty());
    }
}

#[test]
fn first_plan_of_the_schedule_waits_for_a_person() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        kit.hire("Anna", "Test");
        let order = Order { want: Want::Apply, read: ReadMode::Delta, by: By::Schedule };
        let report = kit.run(order).unwrap();
        assert_eq!(report.run.outcome, Outcome::Waiting);
        assert!(kit.lines().is_empty());
        assert_eq!(kit.book.outbox().unwrap()[0].kind, "plan_waiting");
        kit.sync();
        assert_eq!(kit.lines().len(), 1);
    }
}

#[test]
fn first_plan_that_a_person_has_released_is_applied_by_the_schedule() {
    let order = Order { want: Want::Apply, read: ReadMode::Delta, by: By::Schedule };
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        let connection = kit.book.connection().unwrap().unwrap().id;
        let waits = || {
            sync::bring_up_to_date(&kit.office.store).unwrap();
            kit.office.store.for_a_person().unwrap().values().any(|w| w.first_plan)
        };
        let told = || kit.book.outbox().unwrap().iter().filter(|m| m.kind == "plan_waiting").count();
        assert_eq!(kit.book.agree(connection, Office::now()).unwrap(), None, "nothing waits yet");
        kit.hire("Anna", "Test");
        assert_eq!(kit.run(order).unwrap().run.outcome, Outcome::Waiting);
        assert_eq!((waits(), told()), (true, 1), "on {}", kit.db.name);
        assert_eq!(kit.book.agree(connection, Office::now()).unwrap(), Some(1));
        assert_eq!(kit.book.agree(connection, Office::now()).unwrap(), None, "it is agreed to already");
        assert!(!waits(), "on {}", kit.db.name);

        // Another policy is another plan: that one waits again, and somebody is told.
        kit.policy("people.guests", "on");
        assert_eq!(kit.run(order).unwrap().run.outcome, Outcome::Waiting, "on {}", kit.db.name);
        assert_eq!((waits(), told()), (true, 2), "on {}", kit.db.name);
        assert_eq!(kit.book.agree(connection, Office::now()).unwrap(), Some(1));

        // Who comes in the meantime is no other plan.
        kit.hire("Bert", "Test");
        let run = kit.run(order).unwrap().run;
        assert_eq!((run.outcome, run.counts.created), (Outcome::Done, 2), "on {}", kit.db.name);
        kit.policy("people.guests", "off");
        assert_ne!(kit.run(order).unwrap().run.outcome, Outcome::Waiting, "on {}", kit.db.name);
    }
}

#[test]
fn s5_removed_contacts_are_listed_in_a_mail_where_somebody_asked_for_it() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        kit.book.set_setting("notify.removed", "on").unwrap();
        kit.book.set_setting("notify.to", "it@muster.example").unwrap();
        let ids = company(&kit, 6);
        kit.tenant.delete_user(&ids[0]);
        kit.sync();
        let mails = kit.book.outbox().unwrap();
        let mail = mails.iter().find(|m| m.kind == "removed_contacts").unwrap();
        assert!(mail.body.contains("person.n0@muster.example"), "{}", mail.body);
        let to: Vec<&str> = mail.mails.iter().map(|mail| mail.address.as_str()).collect();
        assert_eq!(to, ["it@muster.example"]);
    }
}

#[test]
fn another_customer_s_connection_and_contacts_are_not_found() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        company(&kit, 2);
        let slug = "other".parse().unwrap();
        let other = kit.office.store.add_customer(&slug, "Other", Preset::Careful, Office::now()).unwrap();
        let connection = kit.book.connection().unwrap().unwrap();
        let contact = kit.book.entries().unwrap()[0].contact.id;
        assert!(other.connection().unwrap().is_none());
        assert!(other.scope(connection.id).is_err());
        assert!(other.holds(connection.id).is_err());
        assert!(other.remove_contact(contact, Office::now()).is_err());
        assert!(other.run(kit.book.runs(1).unwrap()[0].id).unwrap().is_none());
        assert!(other.entries().unwrap().is_empty());
    }
}

#[test]
fn w2_whoever_lies_in_the_bin_is_no_part_of_what_the_guard_measures_by() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        let ids = after_leaving(&kit, 18);
        let connection = kit.book.connection().unwrap().unwrap().id;
        assert_eq!(kit.sync().run.counts.held, 18, "on {}", kit.db.name);
        assert_eq!(kit.release_all(), 18, "on {}", kit.db.name);
        assert_eq!(kit.sync().run.counts.removed, 18, "on {}", kit.db.name);
        // Twelve are left, of whom half may go, and not ten.
        for age in [store::testing::age, store::testing::age_plans] {
            age(&kit.db.location, 25 * 3_600_000);
        }
        for id in ids.iter().skip(18).take(7) {
            assert!(kit.tenant.delete_user(id));
        }
        let run = kit.sync().run;
        assert_eq!((run.counts.removed, run.counts.held), (0, 7), "on {}", kit.db.name);
        assert_eq!(kit.book.guard_window(connection, Office::now()).unwrap().base, 12, "on {}", kit.db.name);
        // Who comes back counts again.
        for id in ids.iter().take(5) {
            assert!(kit.tenant.restore_user(id));
        }
        kit.sync();
        assert_eq!(kit.book.guard_window(connection, Office::now()).unwrap().base, 17, "on {}", kit.db.name);
    }
}

#[test]
fn w2_a_first_run_counts_by_what_it_made() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        company(&kit, 12);
        let connection = kit.book.connection().unwrap().unwrap().id;
        for entry in kit.book.entries().unwrap().iter().take(8) {
            kit.book.unlink_by_hand(entry.contact.id, Office::now()).unwrap();
        }
        assert_eq!(kit.book.guard_window(connection, Office::now()).unwrap().base, 12, "on {}", kit.db.name);
    }
}

#[test]
fn w2_names_that_an_adoption_would_empty_are_held_like_any_other() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        kit.policy("link", "on");
        for n in 0..6 {
            let (first, last) = ("Person", format!("N{n}"));
            let account =
                m365sim::UserSpec { given_name: None, surname: None, ..crate::kit::person(first, &last) };
            let mail = account.mail.clone();
            kit.tenant.add_user(account);
            let mut values = model::Values::default();
            values.set(model::Field::FirstName, Some(first));
            values.set(model::Field::LastName, Some(&last));
            values.set(model::Field::Email, mail.as_deref());
            kit.book.add_contact(&values, model::Origin::Manual, Office::now()).unwrap();
        }
        let before = kit.lines();
        let run = kit.sync().run;
        assert_eq!((run.counts.adopted, run.counts.held), (0, 6), "on {}: {run:?}", kit.db.name);
        assert_eq!(kit.lines(), before, "on {}", kit.db.name);
        let connection = kit.book.connection().unwrap().unwrap().id;
        assert_eq!(kit.release_all(), 6, "on {}", kit.db.name);
        assert_eq!(kit.sync().run.counts.adopted, 6, "on {}", kit.db.name);
        assert!(kit.book.holds(connection).unwrap().is_empty(), "on {}", kit.db.name);
        assert_eq!(kit.sync().run.outcome, Outcome::Quiet, "on {}", kit.db.name);
    }
}
