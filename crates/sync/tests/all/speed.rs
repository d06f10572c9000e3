//! What a run costs, in requests, transactions and rows; times are measured elsewhere.

use std::collections::BTreeSet;

use m365sim::{Fault, Nasty, Script};
use model::ids::SourceId;
use model::run::Outcome;
use model::source::Presence;
use model::{Preset, Timestamp};
use store::{Due, ScopeChange, Stats, Switch};
use sync::{Office, Silent};

use crate::kit::{Kit, id};

/// Rows and transactions that something writes.
fn written(kit: &Kit, what: impl FnOnce()) -> (u64, u64) {
    let before = kit.office.store.stats();
    what();
    let Stats { rows_written, commits, .. } = kit.office.store.stats();
    (rows_written - before.rows_written, commits - before.commits)
}

fn staffed(preset: Preset, people: usize) -> impl Iterator<Item = (Kit, Vec<String>)> {
    Kit::each(preset).into_iter().map(move |kit| {
        let kit = kit.everybody();
        kit.tenant.nasty(|n| *n = Nasty::calm());
        let staff = (0..people).map(|n| kit.hire("Person", &format!("N{n}"))).collect();
        (kit, staff)
    })
}

#[test]
fn w6_a_quiet_run_asks_twice_and_writes_three_rows_in_one_transaction() {
    for (kit, staff) in staffed(Preset::Careful, 12) {
        let group = kit.group("Vertrieb", &staff.iter().map(String::as_str).collect::<Vec<_>>());
        kit.sync();
        kit.scope(&[ScopeChange::Group(id(&group), Switch::On)]);
        kit.sync();
        for _ in 0..3 {
            let wrote = written(&kit, || {
                let report = kit.sync();
                assert_eq!((report.run.outcome, report.run.requests), (Outcome::Quiet, Some(2)));
            });
            assert_eq!(wrote, (3, 1), "on {}", kit.db.name);
        }
        assert_eq!(kit.book.runs(100).unwrap().len(), 2, "quiet runs are counted, not listed");
    }
}

#[test]
fn w6_a_complete_read_with_nothing_changed_ends_in_the_same_transaction() {
    for (kit, staff) in staffed(Preset::Careful, 12) {
        let group = kit.group("Vertrieb", &staff.iter().map(String::as_str).collect::<Vec<_>>());
        kit.sync();
        kit.scope(&[ScopeChange::Group(id(&group), Switch::On)]);
        kit.sync();
        let before = cells(&kit);
        let wrote = written(&kit, || assert_eq!(kit.complete().run.outcome, Outcome::Quiet));
        // One row more: a long read takes the lease first, so that others see that a run is under way.
        assert_eq!(wrote, (4, 2), "on {}", kit.db.name);
        let after = cells(&kit);
        let changed: BTreeSet<&str> = before
            .symmetric_difference(&after)
            .filter_map(|cell| cell.split_once(':').map(|(column, _)| column))
            .filter(|column| !OF_THE_RUN.contains(column))
            .collect();
        assert_eq!(changed, BTreeSet::new(), "on {}: nothing of what was read", kit.db.name);
    }
}

/// What a run writes about itself: where it stands, who was at work, when all was well.
const OF_THE_RUN: [&str; 8] = [
    "connection.users_cursor",
    "connection.groups_cursor",
    "connection.cursor_at",
    "lease.token",
    "lease.taken_at",
    "lease.expires_at",
    "customer.last_good_at",
    "customer.quiet_runs",
];

/// Every cell of every table, as `table.column: value`.
fn cells(kit: &Kit) -> BTreeSet<String> {
    kit.db.everything().lines().map(str::to_owned).collect()
}

#[test]
fn w6_something_new_is_found_without_asking_twice() {
    for (kit, _) in staffed(Preset::Careful, 3) {
        kit.sync();
        kit.hire("Nora", "Neu");
        kit.tenant.reset_counts();
        let report = kit.sync();
        assert_eq!((report.run.counts.created, report.run.requests), (1, Some(2)), "on {}", kit.db.name);
    }
}

#[test]
fn w3_thousands_of_absent_people_are_looked_up_and_written_by_the_thousand() {
    for kit in Kit::company(Preset::Careful, 7, 4_100, 0) {
        kit.tenant.nasty(|n| *n = Nasty::calm());
        kit.read(u64::MAX, &kit.book, &Silent).unwrap();
        let connection = kit.book.connection().unwrap().unwrap().id;
        let there = kit.book.living_users(connection).unwrap();
        assert!(there.len() > 4_000);
        kit.tenant.expire_delta_tokens();
        kit.tenant.faults(|f| f.next("/users/delta", Fault::Gone));
        let empty = Script { path: "/users/delta".into(), skip: 1, times: 10, fault: Fault::EmptyList };
        kit.tenant.faults(|f| f.scripts.push(empty));
        let (_, commits) = written(&kit, || kit.read(u64::MAX, &kit.book, &Silent).unwrap());
        // Three times up to 2,000, the last with the cursors; the lease is taken and given back.
        assert_eq!(commits, 5, "on {}", kit.db.name);
        let before = kit.office.store.stats().reads;
        let rows = kit.book.mirror_users(connection, &there).unwrap();
        assert_eq!((rows.len(), kit.office.store.stats().reads - before), (there.len(), 3));
        assert!(rows.values().all(|m| matches!(m.presence, Presence::Missing { .. })), "on {}", kit.db.name);
        assert_eq!(kit.book.somebody(connection, &[]).unwrap(), None);
    }
}

/// Who of the staff is due once the mirror was refreshed, sorted.
fn due(kit: &Kit, staff: &[String]) -> Vec<SourceId> {
    kit.read(u64::MAX, &kit.book, &Silent).unwrap();
    let connection = kit.book.connection().unwrap().unwrap().id;
    match kit.book.due(connection, Office::now()).unwrap() {
        Due::People(people) => people.into_iter().filter(|one| staff.contains(&one.to_string())).collect(),
        other => panic!("{other:?} on {}", kit.db.name),
    }
}

#[test]
fn w6_a_moved_nested_group_concerns_the_people_below_it_and_nobody_else() {
    for (kit, staff) in staffed(Preset::Careful, 20) {
        let people = |n: std::ops::Range<usize>| staff[n].iter().map(String::as_str).collect::<Vec<_>>();
        let innermost = kit.group("Innerste", &people(0..2));
        let inner = kit.group("Innere", &[&people(2..5)[..], &[innermost.as_str()]].concat());
        let outer = kit.group("Äußere", &people(5..9));
        kit.sync();
        kit.scope(&[ScopeChange::Group(id(&outer), Switch::On)]);
        kit.sync();
        assert_eq!(kit.book.groups().unwrap().len(), 1);
        assert!(kit.tenant.add_member(&outer, &inner));
        let mut below: Vec<SourceId> = staff[..5].iter().map(|p| id(p)).collect();
        below.sort();
        assert_eq!(due(&kit, &staff), below, "joined, on {}", kit.db.name);
        assert_eq!(kit.sync().run.counts.memberships, 5);
        assert!(kit.tenant.remove_member(&outer, &inner));
        assert_eq!(due(&kit, &staff), below, "left, on {}", kit.db.name);
        assert_eq!(kit.sync().run.counts.memberships, 5);
        assert!(
            kit.book.due(kit.book.connection().unwrap().unwrap().id, Timestamp(i64::MAX)).unwrap()
                == Due::Nobody
        );
    }
}

#[test]
fn w6_a_group_that_comes_back_concerns_who_is_in_it() {
    for (kit, staff) in staffed(Preset::Careful, 8) {
        let people = |n: std::ops::Range<usize>| staff[n].iter().map(String::as_str).collect::<Vec<_>>();
        let group = kit.group("Team", &people(0..4));
        // Others cannot be restored.
        kit.tenant.update_group(&group, |g| g.group_types = Some(vec!["Unified".into()]));
        kit.sync();
        kit.scope(&[ScopeChange::Group(id(&group), Switch::On)]);
        kit.sync();
        assert!(kit.tenant.delete_group(&group));
        kit.sync();
        assert!(kit.tenant.restore_group(&group));
        let mut inside: Vec<SourceId> = staff[..4].iter().map(|p| id(p)).collect();
        inside.sort();
        assert_eq!(due(&kit, &staff), inside, "on {}", kit.db.name);
    }
}

#[test]
fn w6_one_change_costs_the_same_in_a_large_group_as_in_a_small_one() {
    for (kit, staff) in staffed(Preset::Careful, 300) {
        let all: Vec<&str> = staff.iter().map(String::as_str).collect();
        let large = kit.group("Alle", &all[..299]);
        let small = kit.group("Wenige", &all[..3]);
        kit.sync();
        kit.scope(&[&large, &small].map(|g| ScopeChange::Group(id(g), Switch::On)));
        kit.sync();
        let cost = |group: &str, who: &str| {
            assert!(kit.tenant.add_member(group, who));
            let mut memberships = 0;
            let wrote = written(&kit, || memberships = kit.sync().run.counts.memberships);
            assert_eq!(memberships, 1, "on {}", kit.db.name);
            wrote
        };
        assert_eq!(cost(&large, &staff[299]), cost(&small, &staff[298]), "on {}", kit.db.name);
    }
}

#[test]
fn w6_what_a_run_looks_at_does_not_grow_with_the_number_of_groups() {
    let cost = |groups: usize| {
        // Only SQLite counts its steps.
        let (kit, staff) = staffed(Preset::Careful, 30).next().unwrap();
        let all: Vec<&str> = staff.iter().map(String::as_str).collect();
        let others: Vec<String> =
            (0..groups).map(|n| kit.group(&format!("Gruppe {n}"), &all[n % 20..n % 20 + 2])).collect();
        let (inner, outer) = (kit.group("Innere", &all[25..]), kit.group("Äußere", &all[20..22]));
        assert!(kit.tenant.add_member(&outer, &inner));
        kit.sync();
        let on = others.iter().chain([&outer]).map(|g| ScopeChange::Group(id(g), Switch::On));
        kit.scope(&on.collect::<Vec<_>>());
        kit.sync();
        for round in 0..2 {
            kit.tenant.update_user(&staff[27], |u| u.surname = u.surname.take().map(|s| format!("{s}x")));
            assert!(kit.tenant.add_member(&inner, &staff[22 + round]));
            kit.tenant.update_group(&outer, |g| g.display_name = Some(format!("Äußere {round}")));
            let before = kit.office.store.stats().steps;
            let counts = kit.sync().run.counts;
            let steps = kit.office.store.stats().steps - before;
            assert_eq!((counts.updated, counts.memberships), (1, 1), "{counts:?}");
            assert!(kit.book.groups().unwrap().iter().any(|g| *g.name == *format!("Äußere {round}")));
            if round == 1 {
                return steps;
            }
        }
        unreachable!()
    };
    let (few, many) = (cost(2), cost(60));
    assert!(many < few + few / 10, "{few} steps with 2 groups, {many} with 60");
}

#[test]
fn w6_what_a_run_looks_at_does_not_grow_with_the_directory() {
    let cost = |people: usize| {
        // Only SQLite counts its steps.
        let (kit, staff) = staffed(Preset::Careful, people).next().unwrap();
        let all: Vec<&str> = staff.iter().map(String::as_str).collect();
        let (large, inner) = (kit.group("Alle", &all[2..]), kit.group("Innere", &all[..1]));
        kit.sync();
        kit.scope(&[&large, &inner].map(|g| ScopeChange::Group(id(g), Switch::On)));
        kit.sync();
        for round in 0..2 {
            for person in &staff[..10] {
                kit.tenant.update_user(person, |u| u.surname = u.surname.take().map(|s| format!("{s}x")));
            }
            assert!(kit.tenant.add_member(&large, &staff[round]));
            assert!(kit.tenant.delete_user(&staff[20 + round]));
            let before = kit.office.store.stats().steps;
            let counts = kit.sync().run.counts;
            assert_eq!((counts.updated, counts.removed), (10, 1), "{counts:?}");
            if round == 1 {
                return kit.office.store.stats().steps - before;
            }
        }
        unreachable!()
    };
    let (few, many) = (cost(60), cost(600));
    assert!(many < few + few / 10, "{few} steps with 60 people, {many} with 600");
}
