//! Loading people for planning: one set of statements, however many people, and the same picture as one by one.

use model::ids::SourceId;
use model::source::{MirrorUser, Presence, SourceUser};
use model::{Field, Origin, Preset, Values};
use store::{Asked, Batch, Holder, Keys, Lease, Liveness, Marks, Range, ScopeChange, Stats, Switch, Write};
use sync::Office;

use crate::kit::{Kit, id};

const PEOPLE: u32 = 600;

fn source(n: u32) -> SourceId {
    let mut id = [7; 16];
    id[12..].copy_from_slice(&n.to_be_bytes());
    SourceId::Guid(id)
}

/// Every third shares its address with the next, every fifth has further addresses.
fn user(n: u32) -> MirrorUser {
    let address = |n: u32| format!("p{}@muster.example", n - u32::from(n % 3 == 1)).into();
    let aliases =
        if n.is_multiple_of(5) { vec![format!("alias{n}@muster.example").into()] } else { Vec::new() };
    let user = SourceUser {
        id: source(n),
        enabled: true,
        last_name: Some(format!("Person {n}").into()),
        mail: Some(address(n)),
        aliases,
        ..SourceUser::default()
    };
    MirrorUser { user, presence: Presence::Live }
}

impl Kit {
    fn lease(&self) -> Lease {
        let connection = self.book.connection().unwrap().unwrap().id;
        let me = Holder("test".into());
        let Asked::Taken(lease) =
            self.book.take_lease(connection, &me, store::Work::Other, |_| Liveness::Unknown).unwrap()
        else {
            panic!("the lease is free")
        };
        lease
    }

    /// A mirror, and contacts with the addresses of some people, a few of them linked, pinned and in the bin.
    fn full(self) -> Self {
        let lease = self.lease();
        let connection = self.book.connection().unwrap().unwrap();
        let policy = self.book.policy().unwrap();
        let keys = Keys { from: policy.email_from, domains: &connection.domains };
        let batch = Batch { users: (0..PEOPLE).map(user).collect(), ..Batch::default() };
        let write = Write { keys, batch: &batch, marks: Marks::Touched, end: None };
        self.book.write_mirror(&lease, &write).unwrap();
        self.book.give_back(&lease).unwrap();
        for n in (0..PEOPLE).step_by(10) {
            let email = if n.is_multiple_of(20) { format!("alias{n}") } else { format!("P{n}") };
            let values = Values::default().with(Field::Email, &format!("{email}@muster.example"));
            let id = self.book.add_contact(&values, Origin::Manual, Office::now()).unwrap();
            match n % 40 {
                10 => self.book.link_by_hand(connection.id, &source(n + 1), id, Office::now()).unwrap(),
                20 => self.book.remove_contact(id, Office::now()).unwrap(),
                _ => {}
            }
        }
        self
    }
}

#[test]
fn w6_people_are_loaded_by_a_handful_of_statements_and_alike_however_many_at_once() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.full();
        let connection = kit.book.connection().unwrap().unwrap();
        let policy = kit.book.policy().unwrap();
        let keys = Keys { from: policy.email_from, domains: &connection.domains };
        let load = |range: &Range| {
            let before = kit.office.store.stats().reads;
            let found = kit.book.load_people(connection.id, range, keys).unwrap();
            (found, kit.office.store.stats().reads - before)
        };
        let ids: Vec<SourceId> = (0..PEOPLE).map(source).collect();
        let ((people, hood), statements) = load(&Range::These(ids.clone()));
        assert_eq!(people.len(), PEOPLE as usize);
        assert!(hood.groups.len() > 200, "{}", hood.groups.len());
        assert!(statements <= 50, "{statements} statements on {}", kit.db.name);
        let all = kit.book.next_range(connection.id, None, 2_000).unwrap().unwrap();
        let (by_range, statements) = load(&all);
        assert_eq!(by_range, (people.clone(), hood.clone()), "{}", kit.db.name);
        assert!(statements <= 50, "{statements} statements on {}", kit.db.name);
        let few = load(&Range::These(ids[..40].to_vec())).1;
        assert!(few <= 50, "{few} statements for a few on {}", kit.db.name);
        for (person, id) in people.iter().zip(&ids) {
            let ((one, near), _) = load(&Range::one(id));
            assert_eq!(one, std::slice::from_ref(person));
            for (key, group) in near.groups {
                assert_eq!(
                    hood.groups.get(&key),
                    Some(&group),
                    "{} of {id} on {}",
                    key.as_str(),
                    kit.db.name
                );
            }
        }
    }
}

#[test]
fn w6_a_run_of_hundreds_asks_no_more_than_one_of_a_few() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        let people: Vec<String> = (0..120).map(|n| kit.hire(&format!("P{n}"), "Test")).collect();
        kit.sync();
        let mut asked = Vec::new();
        for few in [&people[..5], &people[..]] {
            for id in few {
                kit.tenant.update_user(id, |u| u.surname = u.surname.take().map(|s| format!("{s}x")));
            }
            let before = kit.office.store.stats();
            assert_eq!(kit.sync().run.counts.updated, few.len() as i64);
            let Stats { reads, writes, .. } = kit.office.store.stats();
            asked.push((reads - before.reads, writes - before.writes));
        }
        assert_eq!(asked[0], asked[1], "on {}", kit.db.name);
    }
}

/// Of each kind as many: people with another name, with another address, on leave, gone, and in and out of each of so many
/// groups.
fn mixed(kit: &Kit, people: &[String], groups: &[String], n: usize) {
    let some = |kind: usize| people.iter().skip(kind).step_by(6).take(n);
    some(0).for_each(|id| {
        kit.tenant.update_user(id, |u| u.surname = u.surname.take().map(|s| format!("{s}x")));
    });
    some(1).for_each(|id| {
        kit.tenant.update_user(id, |u| u.mail = u.mail.take().map(|mail| format!("x{mail}")));
    });
    some(2).for_each(|id| {
        kit.tenant.update_user(id, |u| u.account_enabled = Some(false));
    });
    some(3).for_each(|id| assert!(kit.tenant.delete_user(id)));
    for (group, (out, inside)) in groups.iter().zip(some(4).zip(some(5))) {
        assert!(kit.tenant.remove_member(group, out) && kit.tenant.add_member(group, inside));
    }
}

#[test]
fn w6_changes_of_every_kind_cost_no_statement_of_their_own() {
    let cost = |n: usize| -> Vec<(String, u64, u64)> {
        let one = |kit: Kit| {
            let kit = kit.everybody();
            kit.policy("guard.count", "100");
            let people: Vec<String> = (0..96).map(|n| kit.hire(&format!("P{n}"), "Test")).collect();
            let staff: Vec<&str> = people.iter().skip(4).step_by(6).map(String::as_str).collect();
            let groups: Vec<String> = (0..8).map(|n| kit.group(&format!("G{n}"), &staff)).collect();
            kit.sync();
            let on: Vec<_> = groups.iter().map(|g| ScopeChange::Group(id(g), Switch::On)).collect();
            kit.scope(&on);
            kit.sync();
            mixed(&kit, &people, &groups, n);
            let before = kit.office.store.stats();
            let counts = kit.sync().run.counts;
            assert_eq!((counts.updated, counts.removed), (2 * n as i64, n as i64), "{counts:?}");
            assert_eq!(counts.memberships, 2 * n as i64, "{counts:?}");
            let Stats { reads, writes, .. } = kit.office.store.stats();
            (kit.db.name.to_owned(), reads - before.reads, writes - before.writes)
        };
        Kit::each(Preset::Careful).into_iter().map(one).collect()
    };
    assert_eq!(cost(2), cost(8));
}
