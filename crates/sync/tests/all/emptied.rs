//! Contact groups that would lose everybody whom runs put in (W2): a real hold, quiet until a person decides.

use model::plan::{HeldBy, OpKind};
use model::run::Outcome;
use model::{Preset, Timestamp};
use store::{Due, ScopeChange, Switch};
use sync::{By, Office, Order, Want, Whom};

use crate::kit::{Kit, id};

/// A subscribed team of four, and a fifth person who is in the book by herself.
struct Team {
    group: String,
    people: Vec<String>,
    fifth: String,
}

fn team(kit: &Kit) -> Team {
    let people: Vec<String> = ["Anna", "Bert", "Cora", "Dirk"].map(|first| kit.hire(first, "Test")).into();
    let fifth = kit.hire("Else", "Test");
    let group = kit.group("Team", &people.iter().map(String::as_str).collect::<Vec<_>>());
    kit.scope(&[ScopeChange::Everybody(Switch::On), ScopeChange::Group(id(&group), Switch::On)]);
    kit.sync();
    assert_eq!(kit.team(), 4, "on {}", kit.db.name);
    Team { group, people, fifth }
}

/// All four leave, a guest whom nobody puts into the book joins: the source group is not empty.
fn replaced_by_a_guest(kit: &Kit, team: &Team) {
    let guest = kit.tenant.add_user(m365sim::UserSpec {
        user_type: Some("Guest".into()),
        ..crate::kit::person("Gast", "Extern")
    });
    assert!(kit.tenant.add_member(&team.group, &guest));
    leave(kit, team, &team.people);
}

fn leave(kit: &Kit, team: &Team, who: &[String]) {
    for person in who {
        assert!(kit.tenant.remove_member(&team.group, person));
    }
}

impl Kit {
    /// How many are in the contact group.
    fn team(&self) -> i64 {
        self.book
            .group_rows()
            .unwrap()
            .iter()
            .find(|row| &*row.group.name == "Team")
            .map_or(-1, |row| row.members)
    }

    fn due(&self, at: Timestamp) -> Due {
        self.book.due(self.book.connection().unwrap().unwrap().id, at).unwrap()
    }

    fn held_mails(&self) -> usize {
        self.book.outbox().unwrap().iter().filter(|m| m.kind == "held_operations").count()
    }
}

fn is_held(kit: &Kit, team: &Team) {
    let holds: Vec<_> = kit.holds().into_iter().map(|h| (h.source, h.kind, h.held_by, h.released)).collect();
    let expected = (id(&team.group), OpKind::Members, HeldBy::GroupEmptied, false);
    assert_eq!(holds, [expected], "on {}", kit.db.name);
    assert_eq!(kit.team(), 4, "on {}", kit.db.name);
}

#[test]
fn w2_an_emptied_group_is_held_by_a_row_with_a_mail_and_runs_are_quiet_until_the_next_day() {
    for kit in Kit::each(Preset::Careful) {
        let team = team(&kit);
        replaced_by_a_guest(&kit, &team);
        let report = kit.sync();
        assert_eq!(
            (report.run.counts.held, report.holds_grew, kit.held_mails()),
            (1, 1, 1),
            "on {}",
            kit.db.name
        );
        is_held(&kit, &team);
        sync::bring_up_to_date(&kit.office.store).unwrap();
        let waiting = kit.office.store.for_a_person().unwrap();
        assert_eq!(waiting.values().map(|w| w.held).sum::<i64>(), 1, "on {}", kit.db.name);
        for _ in 0..2 {
            let quiet = kit.sync().run;
            assert_eq!((quiet.outcome, quiet.counts.held), (Outcome::Quiet, 1), "on {}", kit.db.name);
        }
        let Due::People(due) = kit.due(Office::now().plus_days(1)) else {
            panic!("it is due again a day later")
        };
        assert_eq!(due.len(), 5, "the group and its four members, on {}: {due:?}", kit.db.name);
        // A complete read, and a plan of everybody, keep the hold as it is.
        kit.complete();
        kit.policy("mode", "automatic");
        assert_eq!(kit.sync().holds_grew, 0, "on {}", kit.db.name);
        is_held(&kit, &team);
        assert_eq!(kit.held_mails(), 1);
    }
}

#[test]
fn w2_a_released_emptied_group_is_emptied_once_and_its_hold_ends() {
    for kit in Kit::each(Preset::Careful) {
        let team = team(&kit);
        replaced_by_a_guest(&kit, &team);
        kit.sync();
        // A look changes nothing about it.
        assert_eq!(kit.release_all(), 1);
        kit.run(Order { want: Want::Plan, read: model::run::ReadMode::Delta, by: By::Person }).unwrap();
        assert_eq!(kit.team(), 4);
        let run = kit.sync().run;
        assert_eq!((run.counts.held, run.counts.memberships, kit.team()), (0, 4, 0), "on {}", kit.db.name);
        assert!(kit.holds().is_empty());
        assert_eq!(kit.sync().run.outcome, Outcome::Quiet, "on {}", kit.db.name);
        assert_eq!(kit.lines().len(), 5, "people stay");
    }
}

#[test]
fn w2_a_rejected_emptied_group_stays_until_its_people_change_group_again() {
    for kit in Kit::each(Preset::Careful) {
        let team = team(&kit);
        replaced_by_a_guest(&kit, &team);
        kit.sync();
        assert_eq!(kit.reject(&[id(&team.group)], "the shop floor keeps its list"), 1);
        for _ in 0..2 {
            kit.sync();
            assert_eq!((kit.team(), kit.holds().len()), (4, 0), "on {}", kit.db.name);
            kit.policy("mode", "automatic");
        }
        // Anna comes into another subscribed group: that is news of her, and of nobody else.
        let choir = kit.group("Chor", &[&team.people[0]]);
        kit.scope(&[ScopeChange::Group(id(&choir), Switch::On)]);
        kit.sync();
        assert_eq!(kit.team(), 3, "on {}", kit.db.name);
    }
}

#[test]
fn w2_the_hold_of_an_emptied_group_vanishes_when_somebody_comes_back() {
    for kit in Kit::each(Preset::Careful) {
        let team = team(&kit);
        replaced_by_a_guest(&kit, &team);
        kit.sync();
        kit.tenant.add_member(&team.group, &team.people[0]);
        kit.sync();
        assert_eq!((kit.team(), kit.holds().len()), (1, 0), "three of four may leave, on {}", kit.db.name);
        assert_eq!(kit.sync().run.outcome, Outcome::Quiet, "on {}", kit.db.name);
    }
}

#[test]
fn w2_what_a_look_lets_go_of_an_emptied_group_is_still_due() {
    for kit in Kit::each(Preset::Careful) {
        let team = team(&kit);
        replaced_by_a_guest(&kit, &team);
        kit.sync();
        kit.tenant.add_member(&team.group, &team.people[0]);
        kit.run(Order { want: Want::Plan, read: model::run::ReadMode::Delta, by: By::Person }).unwrap();
        assert_eq!(kit.team(), 4);
        kit.sync();
        assert_eq!(kit.team(), 1, "on {}", kit.db.name);
    }
}

#[test]
fn w2_a_group_whose_people_are_all_replaced_is_held_while_those_who_join_join() {
    for kit in Kit::each(Preset::Careful) {
        let team = team(&kit);
        kit.tenant.add_member(&team.group, &team.fifth);
        leave(&kit, &team, &team.people);
        let run = kit.sync().run;
        assert_eq!((run.counts.held, kit.team()), (1, 5), "on {}", kit.db.name);
        assert_eq!(kit.holds()[0].held_by, HeldBy::GroupEmptied);
        // Whoever joined since is no reason to let the others go, however the plan comes about.
        kit.tenant.update_user(&team.people[0], |u| u.surname = Some("Neu".into()));
        kit.sync();
        kit.policy("mode", "automatic");
        kit.sync();
        assert_eq!((kit.team(), kit.holds().len()), (5, 1), "on {}", kit.db.name);
        assert_eq!(kit.release_all(), 1);
        kit.sync();
        assert_eq!((kit.team(), kit.holds().len()), (1, 0), "on {}", kit.db.name);
    }
}

#[test]
fn w2_a_released_group_that_would_lose_somebody_else_too_waits_again() {
    for kit in Kit::each(Preset::Careful) {
        let team = team(&kit);
        kit.tenant.add_member(&team.group, &team.fifth);
        leave(&kit, &team, &team.people);
        kit.sync();
        assert_eq!(kit.release_all(), 1);
        leave(&kit, &team, std::slice::from_ref(&team.fifth));
        let guest = kit.tenant.add_user(m365sim::UserSpec {
            user_type: Some("Guest".into()),
            ..crate::kit::person("Gast", "Extern")
        });
        kit.tenant.add_member(&team.group, &guest);
        let report = kit.sync();
        assert_eq!((report.run.counts.held, report.holds_grew, kit.team()), (1, 1, 5), "on {}", kit.db.name);
        assert!(!kit.holds()[0].released);
    }
}

#[test]
fn w14_one_person_after_the_other_does_not_empty_a_group() {
    for kit in Kit::each(Preset::Careful) {
        let team = team(&kit);
        replaced_by_a_guest(&kit, &team);
        // Once with the mirror refreshed and nothing held yet, once beside the hold.
        kit.read(u64::MAX, &kit.book, &sync::Silent).unwrap();
        let each = || {
            for person in &team.people {
                kit.sync_person(&Whom::Id(id(person))).unwrap();
                assert_eq!(kit.team(), 4, "on {}", kit.db.name);
            }
        };
        each();
        kit.sync();
        is_held(&kit, &team);
        each();
        is_held(&kit, &team);
        assert_eq!(kit.sync().run.outcome, Outcome::Quiet, "on {}", kit.db.name);
    }
}

#[test]
fn w14_one_of_several_may_leave_a_group_at_once() {
    for kit in Kit::each(Preset::Careful) {
        let team = team(&kit);
        leave(&kit, &team, &team.people[..1]);
        kit.read(u64::MAX, &kit.book, &sync::Silent).unwrap();
        kit.sync_person(&Whom::Id(id(&team.people[0]))).unwrap();
        assert_eq!((kit.team(), kit.holds().len()), (3, 0), "on {}", kit.db.name);
    }
}

#[test]
fn w1_what_a_person_holds_about_a_group_waits_and_is_made_up_once_it_is_released() {
    for kit in Kit::each(Preset::Careful) {
        let team = team(&kit);
        let connection = kit.book.connection().unwrap().unwrap().id;
        kit.book.hold(connection, &id(&team.group), "is being reorganised", Office::now()).unwrap();
        kit.tenant.update_group(&team.group, |g| g.display_name = Some("Mannschaft".into()));
        kit.tenant.add_member(&team.group, &team.fifth);
        leave(&kit, &team, &team.people[..1]);
        assert_eq!(kit.sync().run.counts.held, 2, "on {}", kit.db.name);
        let kinds: Vec<_> = kit.holds().iter().map(|h| (h.kind, h.held_by)).collect();
        assert_eq!(kinds, [(OpKind::GroupRename, HeldBy::Person), (OpKind::Members, HeldBy::Person)]);
        assert_eq!((kit.team(), kit.held_mails()), (4, 0), "on {}", kit.db.name);
        assert_eq!(kit.sync().run.outcome, Outcome::Quiet, "on {}", kit.db.name);
        // Somebody else about whom a run has something to do does not slip in.
        kit.tenant.update_user(&team.fifth, |u| u.surname = Some("Neu".into()));
        kit.sync();
        assert_eq!(kit.team(), 4, "on {}", kit.db.name);
        assert_eq!(kit.release(&[id(&team.group)]), 2);
        kit.sync();
        let rows = kit.book.group_rows().unwrap();
        assert_eq!((&*rows[0].group.name, rows[0].members), ("Mannschaft", 4), "on {}", kit.db.name);
        assert!(kit.entry("anna.test@muster.example").unwrap().groups.is_empty(), "on {}", kit.db.name);
        assert!(kit.holds().is_empty());
    }
}

#[test]
fn w1_rejected_lines_of_a_group_stay_away_until_it_changes() {
    for kit in Kit::each(Preset::Careful) {
        let team = team(&kit);
        let connection = kit.book.connection().unwrap().unwrap().id;
        kit.book.hold(connection, &id(&team.group), "", Office::now()).unwrap();
        kit.tenant.update_group(&team.group, |g| g.display_name = Some("Mannschaft".into()));
        kit.tenant.add_member(&team.group, &team.fifth);
        kit.sync();
        assert_eq!(kit.reject(&[id(&team.group)], "the old name is on the door"), 2);
        for _ in 0..2 {
            kit.sync();
            assert_eq!((kit.team(), kit.holds().len()), (4, 0), "on {}", kit.db.name);
            kit.policy("mode", "automatic");
        }
        kit.tenant.update_group(&team.group, |g| g.display_name = Some("Truppe".into()));
        kit.sync();
        assert_eq!(&*kit.book.group_rows().unwrap()[0].group.name, "Truppe", "on {}", kit.db.name);
    }
}

#[test]
fn w1_a_held_group_is_not_created_and_its_people_join_it_once_it_is() {
    for kit in Kit::each(Preset::Careful) {
        let people = [kit.hire("Anna", "Test"), kit.hire("Bert", "Test")];
        let group = kit.group("Team", &[&people[0], &people[1]]);
        kit.scope(&[ScopeChange::Group(id(&group), Switch::On)]);
        let connection = kit.book.connection().unwrap().unwrap().id;
        kit.book.hold(connection, &id(&group), "", Office::now()).unwrap();
        let run = kit.sync().run;
        assert_eq!((run.counts.created, run.counts.held, kit.team()), (2, 1, -1), "on {}", kit.db.name);
        assert_eq!(kit.release(&[id(&group)]), 1);
        kit.sync();
        assert_eq!((kit.team(), kit.holds().len()), (2, 0), "on {}", kit.db.name);
    }
}
