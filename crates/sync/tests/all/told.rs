//! Who has left, and who is gone, only a list tells that was read to its end. What could not be read says nothing about
//! anybody (W3).

use std::sync::atomic::{AtomicBool, Ordering};

use graph::{Detail, GraphError};
use m365sim::{Fault, Nasty, Script, TenantHandle};
use model::plan::FindingKind;
use model::run::{Outcome, ReadMode};
use model::source::Presence;
use model::{Field, Preset};
use store::{ScopeChange, Switch};
use sync::{Monitor, Progress, RunError, Silent};

use crate::kit::{Kit, id};

const LISTS: u64 = 0;
const DELTA: u64 = u64::MAX;

/// Something happens once, when a read first tells of its progress: its positions are taken by then.
struct Once<'t, F> {
    tenant: &'t TenantHandle,
    told: AtomicBool,
    what: F,
}

impl<'t, F: Fn(&TenantHandle)> Once<'t, F> {
    fn new(kit: &'t Kit, what: F) -> Self {
        Self { tenant: &kit.tenant, told: AtomicBool::new(false), what }
    }
}

impl<F: Fn(&TenantHandle) + Send + Sync> Monitor for Once<'_, F> {
    fn at(&self, _: &Progress) {
        if !self.told.swap(true, Ordering::SeqCst) {
            (self.what)(self.tenant);
        }
    }
}

/// A group of six of whom whoever leaves is removed at once.
fn team(kit: &Kit) -> (Vec<String>, String) {
    let people: Vec<String> = (0..6).map(|n| kit.hire("Person", &format!("N{n}"))).collect();
    let group = kit.group("Team", &people.iter().map(String::as_str).collect::<Vec<_>>());
    kit.scope(&[ScopeChange::Group(id(&group), Switch::On)]);
    kit.policy("on_left_group", "remove");
    kit.policy("guard.percent", "100");
    kit.policy("guard.group_emptied", "off");
    kit.sync();
    assert_eq!(members(kit, &group), 6);
    (people, group)
}

fn members(kit: &Kit, group: &str) -> usize {
    let connection = kit.book.connection().unwrap().unwrap().id;
    kit.book.members_of(connection, &id(group)).unwrap().len()
}

fn presence(kit: &Kit, user: &str) -> Presence {
    let connection = kit.book.connection().unwrap().unwrap().id;
    kit.book.mirror_users(connection, &[id(user)]).unwrap().remove(&id(user)).unwrap().presence
}

fn fault(kit: &Kit, path: &str, fault: Fault) {
    kit.tenant.faults(|f| f.scripts.push(Script { path: path.into(), skip: 0, times: 1_000, fault }));
}

fn honest(kit: &Kit) {
    kit.tenant.faults(|f| f.scripts.clear());
}

fn spoils(id: &str, property: &str) -> Fault {
    Fault::Spoils { id: id.into(), property: property.into() }
}

/// A complete read, whatever the cursors say.
fn read(kit: &Kit, walks_up_to: u64, monitor: &dyn Monitor) -> Result<(), RunError> {
    kit.tenant.expire_delta_tokens();
    kit.read(walks_up_to, &kit.book, monitor)
}

#[test]
fn w3_a_group_that_the_list_missed_and_that_gets_a_new_name_meanwhile_loses_nobody() {
    for kit in Kit::each(Preset::Careful) {
        let (_, group) = team(&kit);
        fault(&kit, "/v1.0/groups?", Fault::Omits(group.clone()));
        let renamed = |tenant: &TenantHandle| {
            tenant.update_group(&group, |g| g.display_name = Some("Mannschaft".into()));
        };
        read(&kit, LISTS, &Once::new(&kit, renamed)).unwrap();
        assert_eq!(members(&kit, &group), 6, "on {}", kit.db.name);
        honest(&kit);
        kit.sync();
        assert_eq!(kit.book.entries().unwrap().len(), 6);
        assert!(kit.book.entries().unwrap().iter().all(|e| e.groups[0].1 == "Mannschaft"));
    }
}

#[test]
fn w3_a_group_that_the_list_missed_loses_only_whom_the_delta_names() {
    for kit in Kit::each(Preset::Careful) {
        let (people, group) = team(&kit);
        let joins = kit.hire("Neu", "Dabei");
        fault(&kit, "/v1.0/groups?", Fault::Omits(group.clone()));
        let moved = |tenant: &TenantHandle| {
            assert!(tenant.add_member(&group, &joins));
            assert!(tenant.remove_member(&group, &people[0]));
        };
        read(&kit, LISTS, &Once::new(&kit, moved)).unwrap();
        assert_eq!(members(&kit, &group), 6, "on {}", kit.db.name);
        honest(&kit);
        kit.sync();
        kit.complete();
        assert!(
            kit.entry("person.n0@muster.example").is_none()
                && kit.entry("neu.dabei@muster.example").is_some()
        );
        assert_eq!(kit.book.entries().unwrap().len(), 6);
    }
}

#[test]
fn w3_a_group_that_is_restored_while_it_is_read_loses_nobody() {
    for kit in Kit::each(Preset::Careful) {
        let (_, group) = team(&kit);
        // Only such groups have a bin.
        kit.tenant.update_group(&group, |g| g.group_types = Some(vec!["Unified".into()]));
        kit.sync();
        assert!(kit.tenant.delete_group(&group));
        kit.sync();
        let restored = |tenant: &TenantHandle| assert!(tenant.restore_group(&group));
        // Missed by the list as well, should it be back before that is read.
        fault(&kit, "/v1.0/groups?", Fault::Omits(group.clone()));
        read(&kit, LISTS, &Once::new(&kit, restored)).unwrap();
        assert_eq!(members(&kit, &group), 6, "on {}", kit.db.name);
        honest(&kit);
        kit.sync();
        assert_eq!(kit.book.entries().unwrap().len(), 6);
    }
}

#[test]
fn w3_a_list_of_members_of_which_one_cannot_be_read_loses_nobody() {
    for kit in Kit::each(Preset::Careful) {
        let (people, group) = team(&kit);
        fault(&kit, "/members", spoils(&people[2], "id"));
        read(&kit, LISTS, &Silent).unwrap();
        assert_eq!(members(&kit, &group), 6, "on {}", kit.db.name);
        honest(&kit);
        // Read to its end, the list tells who left.
        kit.tenant.remove_member(&group, &people[2]);
        read(&kit, LISTS, &Silent).unwrap();
        assert_eq!(members(&kit, &group), 5, "on {}", kit.db.name);
    }
}

#[test]
fn w3_a_read_with_something_that_has_no_name_is_no_complete_read() {
    for kit in Kit::each(Preset::Careful) {
        let (people, group) = team(&kit);
        let cursors = || {
            let connection = kit.book.connection().unwrap().unwrap();
            (connection.users_cursor, connection.groups_cursor)
        };
        let before = cursors();
        for walks_up_to in [LISTS, DELTA] {
            for broken in [&people[3], &group] {
                fault(&kit, "", spoils(broken, "id"));
                let error = read(&kit, walks_up_to, &Silent).unwrap_err();
                let nameless =
                    GraphError::Malformed { detail: Detail::Nameless, diagnostics: Box::default() };
                assert!(
                    matches!(&error, RunError::Graph(e) if *e == nameless),
                    "{walks_up_to} on {}: {error:?}",
                    kit.db.name
                );
                assert_eq!((presence(&kit, &people[3]), cursors()), (Presence::Live, before.clone()));
                honest(&kit);
            }
        }
        kit.try_sync(ReadMode::Complete).unwrap();
        assert_eq!((members(&kit, &group), kit.book.entries().unwrap().len()), (6, 6));
    }
}

fn unreadable(kit: &Kit, report: &sync::Report) -> Vec<String> {
    let all = kit.book.findings(report.run.id).unwrap().into_iter();
    all.filter(|f| f.kind == FindingKind::Unreadable).map(|f| f.source.to_string()).collect()
}

#[test]
fn w3_a_changed_person_whom_the_delta_tells_unreadably_is_looked_up() {
    for kit in Kit::each(Preset::Careful) {
        let (people, _) = team(&kit);
        fault(&kit, "/users/delta", spoils(&people[1], "mail"));
        kit.tenant.update_user(&people[1], |u| u.surname = Some("Neu".into()));
        let report = kit.sync();
        assert_eq!((report.run.mode, report.run.counts.updated), (ReadMode::Delta, 1), "on {}", kit.db.name);
        assert_eq!(unreadable(&kit, &report), Vec::<String>::new());
        let entry = kit.entry("person.n1@muster.example").unwrap();
        assert_eq!(entry.contact.values.get(Field::LastName), Some("Neu"));
        assert_eq!(kit.sync().run.outcome, Outcome::Quiet);
    }
}

#[test]
fn w3_a_person_who_stays_unreadable_is_said_once_and_read_as_soon_as_possible() {
    for kit in Kit::each(Preset::Careful) {
        let (people, _) = team(&kit);
        // What is told again later is unreadable again.
        kit.tenant.nasty(|n| *n = Nasty::calm());
        fault(&kit, "/users", spoils(&people[1], "mail"));
        kit.tenant.update_user(&people[1], |u| u.surname = Some("Neu".into()));
        let report = kit.sync();
        assert_eq!(
            (report.run.mode, report.run.outcome),
            (ReadMode::Complete, Outcome::Done),
            "on {}",
            kit.db.name
        );
        assert_eq!(unreadable(&kit, &report), [people[1].clone()]);
        assert_eq!(kit.book.entries().unwrap().len(), 6, "what was known stays");
        // Nothing new: it is not read again and again.
        for _ in 0..2 {
            let report = kit.sync();
            assert!(
                matches!(report.run.outcome, Outcome::Quiet | Outcome::Done)
                    && unreadable(&kit, &report).is_empty()
            );
            assert_eq!(report.run.mode, ReadMode::Delta);
        }
        honest(&kit);
        kit.complete();
        let entry = kit.entry("person.n1@muster.example").unwrap();
        assert_eq!(entry.contact.values.get(Field::LastName), Some("Neu"));
    }
}

#[test]
fn w3_a_changed_group_that_the_delta_tells_unreadably_is_read_with_everything() {
    for kit in Kit::each(Preset::Careful) {
        let (people, group) = team(&kit);
        // The change comes once, and so does the fault: behind the cursor it would be lost.
        kit.tenant.faults(|f| f.next("/groups/delta", spoils(&group, "displayName")));
        kit.tenant.nasty(|n| *n = Nasty::calm());
        kit.tenant.remove_member(&group, &people[0]);
        kit.tenant.update_group(&group, |g| g.display_name = Some("Mannschaft".into()));
        let report = kit.sync();
        assert_eq!(report.run.mode, ReadMode::Complete, "on {}", kit.db.name);
        assert_eq!((members(&kit, &group), kit.book.entries().unwrap().len()), (5, 5));
        assert_eq!(kit.book.groups().unwrap()[0].name.to_string(), "Mannschaft");
        assert_eq!(kit.sync().run.outcome, Outcome::Quiet);
    }
}
