//! One person now, and people whom a person holds.

use model::plan::{HeldBy, OpKind};
use model::run::{Outcome, RunKind};
use model::{Field, Preset, SourceId};
use store::{ScopeChange, Switch};
use sync::{By, Office, Order, RunError, Want, Whom};

use crate::kit::{Kit, id};

fn cursors(kit: &Kit) -> (Option<String>, Option<String>) {
    let row = kit.book.connection().unwrap().unwrap();
    (row.users_cursor, row.groups_cursor)
}

fn rename(kit: &Kit, person: &str, to: &str) {
    kit.tenant.update_user(person, |u| u.surname = Some(to.into()));
}

#[test]
fn w14_one_person_is_read_planned_and_applied_and_nobody_else() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        let (anna, bert) = (kit.hire("Anna", "Test"), kit.hire("Bert", "Test"));
        kit.sync();
        let before = cursors(&kit);
        rename(&kit, &anna, "Neu");
        rename(&kit, &bert, "Neu");
        // Somebody else is due, and stays so.
        kit.book
            .edit_contact(
                kit.entry("bert.test@muster.example").unwrap().contact.id,
                &[(Field::FirstName, Some("Hand".into()))],
                Office::now(),
            )
            .unwrap();
        let report = kit.sync_person(&Whom::Id(id(&anna))).unwrap();
        let run = &report.run;
        assert_eq!((run.kind, run.outcome, run.counts.updated), (RunKind::Person, Outcome::Done, 1));
        assert!(run.requests > Some(0) && report.plan.is_some());
        let lines = ["anna.test@muster.example Anna Neu []", "bert.test@muster.example Hand Test []"];
        assert_eq!(kit.lines(), lines, "on {}", kit.db.name);
        assert_eq!(cursors(&kit), before, "the position of the next read");
        assert_eq!(kit.sync().run.counts.updated, 1);
        assert_eq!(kit.lines()[1], "bert.test@muster.example Bert Neu []");
        assert_eq!(kit.sync().run.outcome, Outcome::Quiet, "no mark is left, on {}", kit.db.name);
    }
}

#[test]
fn w14_somebody_created_a_minute_ago_is_named_by_address_or_id() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        let early = kit.sync_person(&Whom::Named("anna.test@muster.example".into()));
        assert!(matches!(early, Err(RunError::NothingRead { .. })), "nothing was read yet: {early:?}");
        kit.hire("Anna", "Test");
        kit.sync();
        kit.hire("Bert", "O'Neil");
        let named = Whom::Named("Bert.O'Neil@muster.example".into());
        assert_eq!(kit.sync_person(&named).unwrap().run.counts.created, 1);
        let cora = kit.hire("Cora", "Test");
        assert_eq!(kit.sync_person(&Whom::Id(id(&cora))).unwrap().run.counts.created, 1);
        assert_eq!(kit.lines().len(), 3);
        let nobody = kit.sync_person(&Whom::Named("nobody@muster.example".into()));
        assert!(matches!(nobody, Err(RunError::Nobody(_))), "{nobody:?}");
        kit.complete();
        assert_eq!(kit.lines().len(), 3, "known already, on {}", kit.db.name);
    }
}

#[test]
fn w14_somebody_gone_leaves_the_book_under_the_guard() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        let people: Vec<String> =
            ["Anna", "Bert", "Cora", "Dirk"].iter().map(|first| kit.hire(first, "Test")).collect();
        kit.sync();
        for one in people.iter().take(3) {
            kit.tenant.delete_user(one);
        }
        let mut counts = Vec::new();
        for one in people.iter().take(3) {
            let run = kit.sync_person(&Whom::Id(id(one))).unwrap().run;
            counts.push((run.counts.removed, run.counts.held));
        }
        assert_eq!(counts, [(1, 0), (1, 0), (0, 1)], "half of a small book, on {}", kit.db.name);
        let mails = kit.book.outbox().unwrap();
        assert_eq!(mails.iter().filter(|m| m.kind == "held_operations").count(), 1);
    }
}

#[test]
fn w1_whom_a_person_holds_no_run_changes_until_released() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        let (anna, bert) = (kit.hire("Anna", "Test"), kit.hire("Bert", "Test"));
        let group = kit.group("Team", &[]);
        kit.scope(&[ScopeChange::Group(id(&group), Switch::On)]);
        kit.sync();
        let connection = kit.book.connection().unwrap().unwrap().id;
        kit.book.hold(connection, &id(&anna), "name is being settled", Office::now()).unwrap();
        assert_eq!(kit.sync().run.outcome, Outcome::Quiet, "a hold of nothing makes no work");
        for one in [&anna, &bert] {
            rename(&kit, one, "Neu");
            kit.tenant.add_member(&group, one);
        }
        let held_lines =
            ["anna.test@muster.example Anna Test []", "bert.test@muster.example Bert Neu [Team]"];
        for _ in 0..2 {
            let run = kit.sync().run;
            assert_eq!(run.counts.held, 2, "on {}", kit.db.name);
            assert_eq!(kit.lines(), held_lines, "on {}", kit.db.name);
        }
        let holds = kit.book.holds(connection).unwrap();
        let kinds: Vec<_> = holds.iter().map(|h| (h.kind, h.held_by)).collect();
        assert_eq!(kinds, [(OpKind::Members, HeldBy::Person), (OpKind::Update, HeldBy::Person)]);
        assert!(kit.book.outbox().unwrap().is_empty(), "whoever holds needs no mail about it");
        let told = kit.explain(&id(&anna));
        assert_eq!(told.held.unwrap().why, "name is being settled");
        assert_eq!(kit.release(&[id(&anna)]), 2);
        kit.sync();
        assert_eq!(kit.lines()[0], "anna.test@muster.example Anna Neu [Team]");
        assert!(kit.book.holds(connection).unwrap().is_empty());
        assert_eq!(kit.sync().run.outcome, Outcome::Quiet);
    }
}

#[test]
fn w1_a_held_newcomer_waits_and_a_rejected_one_stays_away() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        kit.hire("Anna", "Test");
        kit.sync();
        let bert = kit.hire("Bert", "Test");
        let connection = kit.book.connection().unwrap().unwrap().id;
        kit.book.hold(connection, &id(&bert), "", Office::now()).unwrap();
        assert_eq!(kit.sync().run.counts.held, 1);
        let people: Vec<SourceId> =
            kit.book.holds(connection).unwrap().into_iter().map(|h| h.source).collect();
        assert_eq!(people, [id(&bert)]);
        assert_eq!(kit.reject(&people, "a test account"), 1);
        kit.sync();
        assert_eq!((kit.lines().len(), kit.book.held_people(connection).unwrap().len()), (1, 0));
        rename(&kit, &bert, "Neu");
        assert_eq!(kit.sync().run.counts.created, 1, "until the source changes, on {}", kit.db.name);
    }
}

#[test]
fn w2_what_the_guard_holds_does_not_go_one_by_one() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        let all: Vec<String> = (0..12).map(|n| kit.hire("Anna", &format!("Test{n}"))).collect();
        kit.sync();
        for person in &all[..8] {
            kit.tenant.delete_user(person);
        }
        assert_eq!(kit.sync().run.counts.held, 8, "on {}", kit.db.name);
        for person in &all[..8] {
            let run = kit.sync_person(&Whom::Id(id(person))).unwrap().run;
            assert_eq!((run.counts.removed, run.counts.held), (0, 1), "on {}", kit.db.name);
        }
        assert_eq!(kit.lines().len(), 12, "on {}", kit.db.name);
    }
}

#[test]
fn w2_the_mail_about_holds_lies_with_them_before_the_run_has_ended() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        let people: Vec<String> =
            ["Anna", "Bert", "Cora", "Dirk"].iter().map(|first| kit.hire(first, "Test")).collect();
        kit.sync();
        for one in &people {
            kit.tenant.delete_user(one);
        }
        let order = Order { want: Want::Plan, read: model::run::ReadMode::Delta, by: By::Person };
        let run = kit.run(order).unwrap().run;
        assert_eq!(run.outcome, Outcome::Planned);
        let mail = &kit.book.outbox().unwrap()[0];
        assert_eq!((mail.kind.as_str(), mail.created_at), ("held_operations", run.started_at));
        assert!(mail.body.contains("\"new\":4"), "{}", mail.body);
        kit.sync();
        assert_eq!(kit.book.outbox().unwrap().len(), 1, "told once");
        assert!(kit.book.runs(10).unwrap().iter().all(|r| r.id != run.id), "a look is not listed");
        assert!(kit.book.all_runs(10).unwrap().iter().any(|r| r.id == run.id));
    }
}
