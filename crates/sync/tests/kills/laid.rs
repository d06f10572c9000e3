//! A first read is laid down while it goes on. One that is killed meanwhile starts over: who has vanished since is not there
//! in the end, and whoever is still there is.

use m365sim::GroupSpec;
use model::Preset;

use crate::bench::child::{Kill, PIECE, WALKS_UP_TO};
use crate::bench::{Bench, person};
use crate::placed::{database, finish};

/// More writes than a small first read has.
const FAR: u64 = 200;

fn vanished_since(engine: &str) {
    let Some(db) = database(engine) else { return };
    let mut bench = Bench::small(db, Preset::Careful);
    bench.environment.extend([(WALKS_UP_TO, "2"), (PIECE, "1")]);
    bench.db.keep();
    let (tenant, mut laid) = (&bench.tenant, [0; 2]);
    for n in 1..FAR {
        bench.db.back();
        // More than the guard would let go, from a book that has nobody.
        let people: Vec<String> =
            (0..4).map(|i| tenant.add_user(person("Kurz", &format!("Da {n}-{i}")))).collect();
        let group = tenant.add_group(GroupSpec { display_name: Some("Kurz".into()), ..GroupSpec::default() });
        for person in &people {
            assert!(tenant.add_member(&group, person));
        }
        bench.child(Kill::Write(n), 1, &[]);
        if bench.book.connection().unwrap().unwrap().complete {
            break;
        }
        let ids: Vec<_> = people.iter().map(|p| p.parse().unwrap()).collect();
        laid[0] += bench.book.mirror_users(bench.connection, &ids).unwrap().len();
        laid[1] += bench.book.members_of(bench.connection, &group.parse().unwrap()).unwrap().len();
        let (deleted, purged) = people.split_at(2);
        assert!(deleted.iter().all(|p| tenant.delete_user(p)) && purged.iter().all(|p| tenant.purge_user(p)));
        assert!(tenant.delete_group(&group));
        finish(&bench, &bench.next_expected(), &format!("killed at write {n} on {engine}"));
        assert!(!bench.book.is_anybody_missing(bench.connection).unwrap(), "each was asked for");
        assert_eq!(bench.book.members_of(bench.connection, &group.parse().unwrap()).unwrap(), []);
    }
    println!("{engine}: users and members who had been laid down and vanished: {laid:?}");
    assert!(laid.iter().all(|laid| *laid > 0), "nothing was laid down before the kill: {laid:?}");
}

#[test]
fn w15_a_first_read_killed_while_it_is_laid_down_forgets_who_vanished_since_on_sqlite() {
    vanished_since("sqlite");
}

#[test]
fn w15_a_first_read_killed_while_it_is_laid_down_forgets_who_vanished_since_on_postgres() {
    vanished_since("postgres");
}
