//! Random kills of a first run at size: thousands of people, several ranges of a plan, several transactions of an apply.

use m365sim::{Rng, TenantHandle};
use model::Preset;

use crate::bench::child::{End, Kill};
use crate::bench::{Bench, Staff, person};
use crate::placed::{database, finish, long};

/// More than one range of planning, and more than one page.
const PEOPLE: usize = 2_500;
/// Operations of one transaction, so that there are several.
const PIECE: &str = "700";
const KILLS: usize = 25;

fn large(tenant: &TenantHandle) -> Staff {
    for n in 0..PEOPLE {
        tenant.add_user(person("Person", &format!("N{n}")));
    }
    Staff::default()
}

fn random_kills(engine: &str, seed: u64) {
    if !long() {
        return;
    }
    let Some(db) = database(engine) else { return };
    let bench = Bench::over(db, Preset::Careful, large);
    let pieces = [("WHOSWHO_TEST_CHUNK", PIECE)];
    let after = bench.next_expected();
    bench.db.keep();
    let End::Done { writes, .. } = bench.child(Kill::Never, 1, &pieces) else { panic!("nobody killed it") };
    let mut rng = Rng::new(seed);
    for _ in 0..KILLS {
        let n = 1 + rng.bits() % writes;
        bench.db.back();
        bench.child(Kill::Write(n), 1, &pieces);
        finish(&bench, &after, &format!("write {n} of {writes} on {engine}"));
    }
}

#[test]
fn w15_random_kills_at_size_on_sqlite() {
    random_kills("sqlite", 1);
}

#[test]
fn w15_random_kills_at_size_on_postgres() {
    random_kills("postgres", 2);
}
