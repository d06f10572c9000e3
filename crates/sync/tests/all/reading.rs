//! Complete reads: by delta or by lists, into a blank mirror or upon one, all end where the tenant is.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use graph::GraphError;
use m365sim::{Fault, Script, TenantHandle};
use model::ids::SourceId;
use model::source::{MemberKind, MirrorUser, Presence, SourceGroup};
use model::{Preset, Timestamp};
use store::Book;
use sync::{Monitor, Progress, RunError, Silent};

use crate::kit::Kit;

/// Reads by lists, however small the tenant is.
const LISTS: u64 = 0;
const DELTA: u64 = u64::MAX;

/// Everything of a mirror that a plan may look at.
#[derive(Debug, PartialEq)]
struct Mirror {
    users: Vec<MirrorUser>,
    groups: BTreeMap<SourceId, SourceGroup>,
    members: Vec<(SourceId, SourceId, MemberKind)>,
}

fn mirror(book: &Book) -> Mirror {
    let connection = book.connection().unwrap().unwrap().id;
    let mut users = Vec::new();
    book.each_user(connection, |user| users.push(user)).unwrap();
    // Two reads are not made at the same time.
    for user in &mut users {
        user.presence = match user.presence {
            Presence::Live => Presence::Live,
            Presence::Deleted { .. } => Presence::Deleted { at: Timestamp::START },
            Presence::Hidden { .. } => Presence::Hidden { at: Timestamp::START },
            Presence::Missing { .. } => Presence::Missing { at: Timestamp::START },
        };
    }
    let groups: BTreeMap<SourceId, SourceGroup> =
        book.living_groups(connection).unwrap().into_iter().map(|g| (g.id.clone(), g)).collect();
    let mut members = Vec::new();
    for group in groups.keys() {
        for member in book.members_of(connection, group).unwrap() {
            // Devices and the like are no people; lists and deltas do not name the same ones.
            if member.kind != MemberKind::Other {
                members.push((group.clone(), member.id, member.kind));
            }
        }
    }
    Mirror { users, groups, members }
}

/// Two mirrors are equal; only what differs is told.
fn assert_same(one: &Mirror, two: &Mirror, where_: &str) {
    let differing = |a: &MirrorUser, b: &MirrorUser| a != b;
    let users: Vec<_> = one.users.iter().zip(&two.users).filter(|(a, b)| differing(a, b)).take(3).collect();
    assert!(users.is_empty() && one.users.len() == two.users.len(), "users {where_}: {users:#?}");
    let groups = |a: &Mirror, b: &Mirror| -> Vec<SourceGroup> {
        a.groups.values().filter(|g| b.groups.get(&g.id) != Some(g)).cloned().collect()
    };
    let (here, there) = (groups(one, two), groups(two, one));
    assert!(here.is_empty() && there.is_empty(), "groups {where_}: {here:#?} {there:#?}");
    let members = |a: &Mirror, b: &Mirror| -> Vec<_> {
        a.members.iter().filter(|m| !b.members.contains(m)).cloned().collect::<Vec<_>>()
    };
    let (here, there) = (members(one, two), members(two, one));
    assert!(here.is_empty() && there.is_empty(), "members {where_}: {here:#?} {there:#?}");
}

/// Whoever is said to be gone is gone, whoever is gone is said to be, and nobody is merely missing.
fn assert_true(mirror: &Mirror, tenant: &TenantHandle, where_: &str) {
    let truth = tenant.truth();
    let live: BTreeSet<SourceId> = truth.live_users().map(|u| u.id.parse().unwrap()).collect();
    for user in &mirror.users {
        match user.presence {
            Presence::Live | Presence::Hidden { .. } => {
                assert!(live.contains(&user.user.id), "{where_}: {user:#?}");
            }
            Presence::Deleted { .. } => assert!(!live.contains(&user.user.id), "{where_}: {user:#?}"),
            Presence::Missing { .. } => panic!("{where_}: {user:#?}"),
        }
    }
}

/// However many are absent, each is asked for.
fn asks_for_all(book: &Book) {
    book.set_policy(&[("guard.count".to_owned(), "1000".to_owned())]).unwrap();
}

/// Something happens in the tenant while it is read: at every n-th word about progress.
struct Meanwhile<'t> {
    tenant: &'t TenantHandle,
    told: AtomicUsize,
    every: usize,
    what: fn(&TenantHandle),
}

impl Monitor for Meanwhile<'_> {
    fn at(&self, _: &Progress) {
        if self.told.fetch_add(1, Ordering::SeqCst).is_multiple_of(self.every) {
            (self.what)(self.tenant);
        }
    }
}

#[test]
fn w6_lists_and_delta_fill_the_same_mirror() {
    for kit in Kit::company(Preset::Careful, 7, 150, 20) {
        let twin = kit.neighbour(Preset::Careful);
        kit.read(DELTA, &kit.book, &Silent).unwrap();
        kit.read(LISTS, &twin, &Silent).unwrap();
        let (one, two) = (mirror(&kit.book), mirror(&twin));
        assert!(one.users.len() > 100 && one.members.len() > 50);
        assert_same(&one, &two, kit.db.name);
        let asked = |part: &str| kit.tenant.log().iter().any(|l| l.target.contains(part));
        assert!(asked("$batch"), "the lists were asked for");
    }
}

#[test]
fn w6_a_tenant_that_changes_while_it_is_read_is_read_as_it_is_in_the_end() {
    for kit in Kit::company(Preset::Careful, 7, 120, 20) {
        let twin = kit.neighbour(Preset::Careful);
        let churn = || Meanwhile {
            tenant: &kit.tenant,
            told: AtomicUsize::new(0),
            every: 3,
            what: |tenant| tenant.churn(5),
        };
        kit.read(DELTA, &kit.book, &churn()).unwrap();
        kit.read(LISTS, &twin, &churn()).unwrap();
        for book in [&kit.book, &twin] {
            kit.read(DELTA, book, &Silent).unwrap();
        }
        let living = |m: Mirror| {
            let users = m.users.into_iter().filter(|u| u.presence == Presence::Live).collect();
            Mirror { users, ..m }
        };
        let (one, two) = (living(mirror(&kit.book)), living(mirror(&twin)));
        assert_same(&one, &two, kit.db.name);
        let mut there: Vec<SourceId> =
            kit.tenant.truth().live_users().map(|u| u.id.parse().unwrap()).collect();
        there.sort();
        let read: Vec<SourceId> = one.users.into_iter().map(|u| u.user.id).collect();
        assert_eq!(read, there, "on {}", kit.db.name);
    }
}

#[test]
fn w15_a_first_read_that_breaks_in_the_middle_starts_over_without_harm() {
    for kit in Kit::company(Preset::Careful, 7, 120, 20) {
        let twin = kit.neighbour(Preset::Careful);
        let broken = Meanwhile {
            tenant: &kit.tenant,
            told: AtomicUsize::new(0),
            every: usize::MAX,
            what: |tenant| {
                tenant.revoke("Group.Read.All");
                tenant.revoke("GroupMember.Read.All");
                tenant.revoke("Directory.Read.All");
                tenant.expire_access_tokens();
            },
        };
        let error = kit.read(LISTS, &twin, &broken).unwrap_err();
        assert!(matches!(error, RunError::Graph(GraphError::ConsentMissing { .. })), "{error:?}");
        assert!(!twin.connection().unwrap().unwrap().complete);
        for role in ["Group.Read.All", "GroupMember.Read.All", "Directory.Read.All"] {
            kit.tenant.grant(role);
        }
        kit.tenant.expire_access_tokens();
        kit.read(LISTS, &twin, &Silent).unwrap();
        kit.read(DELTA, &kit.book, &Silent).unwrap();
        assert_same(&mirror(&twin), &mirror(&kit.book), kit.db.name);
    }
}

#[test]
fn w15_positions_that_expire_under_a_complete_read_begin_it_anew() {
    for kit in Kit::company(Preset::Careful, 7, 120, 20) {
        let expiring = Meanwhile {
            tenant: &kit.tenant,
            told: AtomicUsize::new(0),
            every: usize::MAX,
            what: |tenant| {
                tenant.expire_page_tokens();
                tenant.expire_delta_tokens();
            },
        };
        kit.read(LISTS, &kit.book, &expiring).unwrap();
        let twin = kit.neighbour(Preset::Careful);
        kit.read(DELTA, &twin, &Silent).unwrap();
        assert_same(&mirror(&twin), &mirror(&kit.book), kit.db.name);
    }
}

#[test]
fn w3_a_complete_read_compares_with_the_mirror_and_keeps_what_it_cannot_judge() {
    for kit in Kit::company(Preset::Careful, 7, 120, 20) {
        let twin = kit.neighbour(Preset::Careful);
        [&kit.book, &twin].into_iter().for_each(asks_for_all);
        kit.read(DELTA, &kit.book, &Silent).unwrap();
        kit.read(DELTA, &twin, &Silent).unwrap();
        kit.tenant.churn(60);
        kit.tenant.expire_delta_tokens();
        // The cursors are of no use any more, so both read everything and compare.
        kit.read(DELTA, &kit.book, &Silent).unwrap();
        kit.read(LISTS, &twin, &Silent).unwrap();
        let (one, two) = (mirror(&twin), mirror(&kit.book));
        assert_same(&one, &two, kit.db.name);
        assert!(one.users.iter().any(|u| matches!(u.presence, Presence::Deleted { .. })));
        assert_true(&one, &kit.tenant, kit.db.name);
    }
}

#[test]
fn w6_a_first_read_asks_together_for_all_that_needs_no_other_answer() {
    for kit in Kit::company(Preset::Careful, 7, 60, 5) {
        asks_for_all(&kit.book);
        kit.tenant.faults(|faults| faults.hold = Some("/organization".into()));
        let asked = thread::scope(|scope| {
            let read = scope.spawn(|| kit.read(LISTS, &kit.book, &Silent));
            let asked = ["/users/delta", "$count=true", "/groups/delta"]
                .map(|path| kit.tenant.wait_for_request(path));
            kit.tenant.faults(|faults| faults.hold = None);
            read.join().unwrap().unwrap();
            asked
        });
        assert_eq!(asked, [true; 3], "on {}", kit.db.name);
    }
}

#[test]
fn w3_somebody_whom_a_read_lacks_is_gone_only_where_that_is_confirmed() {
    for kit in Kit::company(Preset::Careful, 7, 60, 5) {
        let users: Vec<String> = kit.tenant.truth().live_users().map(|u| u.id.clone()).collect();
        let twin = kit.neighbour(Preset::Careful);
        let here = [(DELTA, &kit.book, "/users/delta"), (LISTS, &twin, "/v1.0/users?")];
        for (walks_up_to, book, _) in here {
            asks_for_all(book);
            kit.read(walks_up_to, book, &Silent).unwrap();
        }
        kit.tenant.expire_delta_tokens();
        assert!(kit.tenant.delete_user(&users[3]) && kit.tenant.purge_user(&users[4]));
        for (walks_up_to, book, path) in here {
            let fault = Fault::Omits(users[5].clone());
            kit.tenant.faults(|f| f.scripts.push(Script { path: path.into(), skip: 0, times: 100, fault }));
            kit.read(walks_up_to, book, &Silent).unwrap();
            kit.tenant.faults(|f| f.scripts.clear());
            let read = mirror(book);
            assert_true(&read, &kit.tenant, kit.db.name);
            let hidden = read.users.iter().filter(|u| matches!(u.presence, Presence::Hidden { .. }));
            assert_eq!(hidden.map(|u| u.user.id.to_string()).collect::<Vec<_>>(), [users[5].clone()]);
        }
    }
}
