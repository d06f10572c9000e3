//! Contact groups from the source to the book, row by row of the group table, with the findings of each run.

use model::run::Outcome;
use model::{GroupId, Preset};
use store::{ScopeChange, StoreError, Switch};
use sync::Report;

use crate::kit::{Kit, id};

impl Kit {
    /// Two people in a subscribed group, synchronised.
    fn sales(self) -> (Self, String, [String; 2]) {
        let people = [self.hire("Anna", "Test"), self.hire("Bert", "Test")];
        let group = self.group("Vertrieb", &[&people[0], &people[1]]);
        self.subscribe(&group);
        self.sync();
        (self, group, people)
    }

    fn subscribe(&self, group: &str) {
        self.scope(&[ScopeChange::Group(id(group), Switch::On)]);
    }

    /// Contact groups as "name members", with `*` where one stands for a source group.
    fn groups(&self) -> Vec<String> {
        let rows = self.book.group_rows().unwrap();
        let line = |r: &store::GroupRow| {
            let tied = if r.group.source.is_some() { "*" } else { "" };
            format!("{}{tied} {}", r.group.name, r.members)
        };
        rows.iter().map(line).collect()
    }

    fn group_id(&self, name: &str) -> GroupId {
        let rows = self.book.group_rows().unwrap();
        rows.iter().find(|r| *r.group.name == *name).unwrap().group.id
    }

    fn findings(&self, report: &Report) -> Vec<&'static str> {
        let all = self.book.findings(report.run.id).unwrap();
        all.iter().map(|f| f.kind.name()).collect()
    }

    /// The next run finds nothing to do, whatever state lasts.
    fn is_quiet(&self) {
        let run = self.sync().run;
        assert_eq!((run.outcome, run.requests), (Outcome::Quiet, Some(2)), "{}", self.db.name);
    }
}

#[test]
fn s8_a_deleted_source_group_is_said_once_and_its_contact_group_stays() {
    for kit in Kit::each(Preset::Careful) {
        let (kit, group, people) = kit.sales();
        kit.tenant.update_group(&group, |g| g.group_types = Some(vec!["Unified".into()]));
        kit.sync();
        kit.is_quiet();
        assert!(kit.tenant.delete_group(&group));
        let report = kit.sync();
        assert_eq!(kit.findings(&report), ["group_gone"], "{}", kit.db.name);
        assert_eq!(report.run.counts.memberships, 0);
        kit.is_quiet();
        // Another run with something to do does not say it again.
        kit.tenant.update_user(&people[0], |u| u.surname = Some("Neu".into()));
        assert_eq!(kit.findings(&kit.sync()), Vec::<&str>::new());
        assert_eq!(kit.groups(), ["Vertrieb* 2"]);
        assert_eq!(kit.lines().len(), 2);
        assert!(kit.tenant.restore_group(&group));
        kit.tenant.update_group(&group, |g| g.display_name = Some("Verkauf".into()));
        kit.sync();
        assert_eq!(kit.groups(), ["Verkauf* 2"]);
    }
}

#[test]
fn w2_an_emptied_source_group_is_said_and_keeps_its_members_here() {
    for kit in Kit::each(Preset::Careful) {
        let (kit, group, people) = kit.sales();
        for person in &people {
            kit.tenant.remove_member(&group, person);
        }
        assert_eq!(kit.findings(&kit.sync()), ["group_emptied"], "{}", kit.db.name);
        assert_eq!(kit.groups(), ["Vertrieb* 2"]);
        kit.is_quiet();
    }
}

#[test]
fn w2_a_group_emptied_through_a_nested_one_is_said_too() {
    for kit in Kit::each(Preset::Careful) {
        let anna = kit.hire("Anna", "Test");
        let inner = kit.group("Innen", &[&anna]);
        let outer = kit.group("Außen", &[&inner]);
        kit.subscribe(&outer);
        kit.sync();
        kit.tenant.remove_member(&inner, &anna);
        let report = kit.sync();
        assert_eq!(kit.findings(&report), ["group_emptied"], "{}", kit.db.name);
        let said = &kit.book.findings(report.run.id).unwrap()[0];
        assert_eq!(said.source, id(&outer), "the subscribed group is named");
    }
}

#[test]
fn s8_a_contact_group_deleted_here_ends_the_subscription_and_is_not_created_again() {
    for kit in Kit::each(Preset::Careful) {
        let (kit, group, _) = kit.sales();
        kit.book.remove_group(kit.group_id("Vertrieb")).unwrap();
        assert_eq!(kit.lines().len(), 2, "contacts stay");
        let report = kit.sync();
        assert_eq!(kit.findings(&report), ["group_deleted_here"], "{}", kit.db.name);
        let scope = kit.book.scope(kit.book.connection().unwrap().unwrap().id).unwrap();
        assert_eq!(scope.active_groups().count(), 0);
        kit.is_quiet();
        kit.complete();
        assert_eq!(kit.groups(), Vec::<String>::new());
        assert_eq!(kit.lines().len(), 2, "an ended subscription removes nobody");
        // Whoever subscribes again gets a contact group again.
        kit.subscribe(&group);
        assert_eq!(kit.findings(&kit.sync()), Vec::<&str>::new());
        assert_eq!(kit.groups(), ["Vertrieb* 2"]);
    }
}

#[test]
fn s8_who_subscribes_again_before_the_next_run_gets_the_group_at_once() {
    for kit in Kit::each(Preset::Careful) {
        let (kit, group, _) = kit.sales();
        kit.book.remove_group(kit.group_id("Vertrieb")).unwrap();
        kit.subscribe(&group);
        assert_eq!(kit.findings(&kit.sync()), Vec::<&str>::new(), "{}", kit.db.name);
        assert_eq!(kit.groups(), ["Vertrieb* 2"]);
    }
}

#[test]
fn s9_an_ended_subscription_leaves_an_ordinary_contact_group_behind() {
    for kit in Kit::each(Preset::Careful) {
        let (kit, group, people) = kit.sales();
        let ours = kit.group_id("Vertrieb");
        kit.scope(&[ScopeChange::Group(id(&group), Switch::Off)]);
        let report = kit.sync();
        assert_eq!(kit.groups(), ["Vertrieb 2"], "{}", kit.db.name);
        kit.tenant.update_group(&group, |g| g.display_name = Some("Verkauf".into()));
        kit.tenant.remove_member(&group, &people[0]);
        kit.sync();
        assert_eq!(kit.groups(), ["Vertrieb 2"]);
        assert_eq!(kit.group_id("Vertrieb"), ours);
        // The end of the subscription is undone: the tie is back, and the run does not cut it again.
        kit.undo(report.run.id, sync::Want::Apply).unwrap();
        assert_eq!(kit.groups(), ["Vertrieb* 2"]);
        kit.complete();
        assert_eq!(kit.groups(), ["Vertrieb* 2"]);
    }
}

#[test]
fn s8_a_name_that_is_taken_makes_another_group_beside_it_and_linking_is_done_by_hand() {
    for kit in Kit::each(Preset::Careful) {
        let (kit, group, _) = kit.sales();
        let old = kit.group_id("Vertrieb");
        kit.scope(&[ScopeChange::Group(id(&group), Switch::Off)]);
        kit.sync();
        kit.subscribe(&group);
        assert_eq!(kit.findings(&kit.sync()), ["group_name_taken"], "{}", kit.db.name);
        assert_eq!(kit.groups(), ["Vertrieb 2", "Vertrieb* 2"]);
        kit.is_quiet();

        let connection = kit.book.connection().unwrap().unwrap().id;
        let refused = kit.book.link_group(connection, old, &id(&group));
        assert!(matches!(refused, Err(StoreError::Refused(_))), "another stands for it");
        let beside = kit.book.group_rows().unwrap().into_iter().find(|r| r.group.source.is_some()).unwrap();
        kit.book.remove_group(beside.group.id).unwrap();
        kit.book.link_group(connection, old, &id(&group)).unwrap();
        assert_eq!(kit.findings(&kit.sync()), Vec::<&str>::new());
        assert_eq!(kit.groups(), ["Vertrieb* 2"]);
        assert_eq!(kit.group_id("Vertrieb"), old);
        // From now on it follows.
        kit.tenant.update_group(&group, |g| g.display_name = Some("Verkauf".into()));
        kit.sync();
        assert_eq!(kit.groups(), ["Verkauf* 2"]);
    }
}

#[test]
fn s8_an_undone_creation_stays_undone() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        kit.hire("Anna", "Test");
        kit.sync();
        let group = kit.group("Leer", &[]);
        kit.subscribe(&group);
        let made = kit.sync();
        assert_eq!(kit.groups(), ["Leer* 0"]);
        kit.undo(made.run.id, sync::Want::Apply).unwrap();
        assert_eq!(kit.groups(), Vec::<String>::new());
        kit.complete();
        assert_eq!(kit.groups(), Vec::<String>::new(), "{}", kit.db.name);
        kit.tenant.update_group(&group, |g| g.display_name = Some("Voll".into()));
        kit.sync();
        assert_eq!(kit.groups(), ["Voll* 0"], "the source changed");
    }
}

#[test]
fn w6_a_change_of_a_group_that_nobody_subscribed_is_a_quiet_run() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        let anna = kit.hire("Anna", "Test");
        let group = kit.group("Vertrieb", &[&anna]);
        kit.sync();
        kit.tenant.update_group(&group, |g| g.display_name = Some("Verkauf".into()));
        assert_eq!(kit.sync().run.outcome, Outcome::Quiet, "{}", kit.db.name);
    }
}

#[test]
fn a1_contact_groups_of_another_customer_are_out_of_reach() {
    for kit in Kit::each(Preset::Careful) {
        let (kit, group, _) = kit.sales();
        let other = &"andere".parse().unwrap();
        let other =
            kit.office.store.add_customer(other, "Andere", Preset::Careful, sync::Office::now()).unwrap();
        let ours = kit.group_id("Vertrieb");
        assert_eq!(other.remove_group(ours), Err(StoreError::NotFound), "{}", kit.db.name);
        let connection = kit.book.connection().unwrap().unwrap().id;
        assert_eq!(other.link_group(connection, ours, &id(&group)), Err(StoreError::NotFound));
        assert_eq!(other.group_rows().unwrap(), []);
        assert_eq!(kit.groups(), ["Vertrieb* 2"]);
    }
}

#[test]
fn w14_explain_announces_no_leave_from_a_group_that_stands_still() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        kit.policy("group_members", "mirror");
        kit.policy("on_left_group", "remove");
        let people = ["Anna", "Bert", "Cora"].map(|first| kit.hire(first, "Test"));
        let members: Vec<&str> = people.iter().map(String::as_str).collect();
        let group = kit.group("Team", &members);
        kit.scope(&[ScopeChange::Everybody(Switch::Off), ScopeChange::Group(id(&group), Switch::On)]);
        kit.sync();
        let before = kit.lines();
        kit.tenant.delete_group(&group);
        kit.sync();
        assert_eq!(kit.lines(), before, "a group that vanished says nothing, on {}", kit.db.name);
        let told = kit.explain(&id(&people[0]));
        assert_eq!((told.would.operations, told.would.memberships), (vec![], vec![]), "on {}", kit.db.name);
    }
}

#[test]
fn w3_who_left_a_group_while_it_was_deleted_has_left_once_it_is_back() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        kit.policy("group_members", "mirror");
        let people = ["Anna", "Bert", "Cora", "Dirk"].map(|first| kit.hire(first, "Test"));
        let group = kit.group("Team", &[&people[0], &people[1], &people[2]]);
        kit.tenant.update_group(&group, |g| g.group_types = Some(vec!["Unified".into()]));
        kit.scope(&[ScopeChange::Group(id(&group), Switch::On)]);
        kit.sync();
        let in_it = || {
            let lines = kit.lines().into_iter().filter(|l| l.contains("[Team]"));
            lines.map(|l| l.split('.').next().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(in_it(), ["anna", "bert", "cora"]);
        assert!(kit.tenant.delete_group(&group));
        kit.sync();
        assert!(kit.tenant.restore_group(&group));
        assert!(kit.tenant.remove_member(&group, &people[1]));
        assert!(kit.tenant.add_member(&group, &people[3]));
        assert_eq!(in_it(), ["anna", "bert", "cora"], "a deleted group says nothing");
        kit.sync();
        assert_eq!(in_it(), ["anna", "cora", "dirk"], "on {}", kit.db.name);
        assert_eq!(kit.complete().run.outcome, Outcome::Quiet, "as a complete read says, on {}", kit.db.name);
    }
}

#[test]
fn w2_a_group_that_gets_its_first_member_again_lets_those_go_who_left_while_it_was_empty() {
    for kit in Kit::each(Preset::Careful) {
        let people = ["Anna", "Bert", "Cora"].map(|first| kit.hire(first, "Test"));
        let dora = kit.hire("Dora", "Neu");
        // Directly below the subscribed group, and below a group within a group of it.
        let inner = kit.group("Innen", &[&people[0], &people[1], &people[2]]);
        let middle = kit.group("Mitte", &[&inner]);
        let direct = kit.group("Direkt", &[&people[0], &people[1], &people[2]]);
        let outer = kit.group("Außen", &[&middle]);
        let kit = kit.everybody();
        for group in [&direct, &outer] {
            kit.subscribe(group);
        }
        kit.sync();
        for person in &people {
            kit.tenant.remove_member(&direct, person);
            kit.tenant.remove_member(&inner, person);
        }
        let groups = || {
            let mut groups = kit.groups();
            groups.sort();
            groups
        };
        kit.sync();
        assert_eq!(groups(), ["Außen* 3", "Direkt* 3"], "{}", kit.db.name);
        // One that was empty itself comes in with somebody.
        let newly = kit.group("Neu", &[&dora]);
        assert!(kit.tenant.add_member(&direct, &dora) && kit.tenant.add_member(&middle, &newly));
        // That is everybody whom runs put in, so the guard holds them, while Dora is in.
        assert_eq!(kit.sync().run.counts.held, 2, "{}", kit.db.name);
        assert_eq!(groups(), ["Außen* 4", "Direkt* 4"], "{}", kit.db.name);
        assert_eq!(kit.release_all(), 2);
        kit.sync();
        assert_eq!(groups(), ["Außen* 1", "Direkt* 1"], "{}", kit.db.name);
        kit.is_quiet();
        // Everybody is planned: nothing is left that only marks had missed.
        kit.book.set_policy(&[]).unwrap();
        assert_eq!(kit.sync().run.counts.memberships, 0, "{}", kit.db.name);
    }
}
