//! A node frozen past its lease and thawed writes nothing: another holder took over, so the old right hits no row.

use model::Preset;
use model::ids::PlanId;
use model::run::{Outcome, ReadMode};
use model::source::{EmailFrom, MirrorUser, Presence, SourceUser, VerifiedDomains};
use model::{Timestamp, Values};
use store::testing::empty_databases;
use store::{Asked, Batch, Book, Holder, Keys, Lease, Liveness, Marks, ReadEnd, StoreError, Write};
use sync::{By, Office, Order, Silent, Want};

use crate::bench::Bench;

/// A plan that waits, and the two leases: the frozen holder's and the one that took over.
fn frozen(bench: &Bench) -> (PlanId, Lease, Lease) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let order = Order { want: Want::Plan, read: ReadMode::Delta, by: By::Person };
    let report = runtime.block_on(sync::run(&bench.office(), &bench.book, order, &Silent)).unwrap();
    assert_eq!(report.run.outcome, Outcome::Planned);
    let take = |who: &str, lives| {
        let asked = bench.book.take_lease(bench.connection, &Holder(who.into()), |_| lives).unwrap();
        match asked {
            Asked::Taken(lease) => Some(lease),
            Asked::Busy => None,
        }
    };
    let old = take("frozen", Liveness::Unknown).unwrap();
    assert!(take("impatient", Liveness::Unknown).is_none(), "a living holder keeps its lease");
    let new = take("heir", Liveness::Dead).unwrap();
    (report.plan.unwrap(), old, new)
}

/// Everything that the thawed node might change, as text.
fn state(bench: &Bench) -> String {
    let book = &bench.book;
    let mirror = book.living_users(bench.connection).unwrap();
    format!(
        "{:?} {:?} {mirror:?} {:?} {:?} {:?} {:?}",
        book.entries().unwrap(),
        book.groups().unwrap(),
        book.connection().unwrap(),
        book.due(bench.connection, Timestamp(i64::MAX)).unwrap(),
        book.all_runs(100).unwrap(),
        book.latest_plan().unwrap(),
    )
}

fn write_mirror(book: &Book, lease: &Lease) -> Result<(), StoreError> {
    let user =
        SourceUser { id: "00000000-0000-4000-8000-000000000001".parse().unwrap(), ..SourceUser::default() };
    let batch = Batch { users: vec![MirrorUser { user, presence: Presence::Live }], ..Batch::default() };
    let end = ReadEnd { users: "late".into(), groups: "late".into(), at: Timestamp(1) };
    let domains = VerifiedDomains::default();
    let keys = Keys { from: EmailFrom::Mail, domains: &domains };
    book.write_mirror(lease, &Write { keys, batch: &batch, marks: Marks::Touched, end: Some(&end) })
}

fn lost<T: std::fmt::Debug>(what: &str, done: &Result<T, StoreError>) {
    assert!(matches!(done, Err(StoreError::LeaseLost)), "{what}: {done:?}");
}

#[test]
fn w15_a_node_thawed_after_another_took_over_writes_nothing() {
    for db in empty_databases() {
        let bench = Bench::small(db, Preset::Careful);
        let (plan, old, new) = frozen(&bench);
        let (book, at) = (&bench.book, Office::now());
        let before = state(&bench);
        let run = book.all_runs(1).unwrap().first().unwrap().id;
        let domains = VerifiedDomains::default();
        lost("organisation", &book.learn_organisation(&old, "Elsewhere", &domains));
        lost("mirror", &write_mirror(book, &old));
        lost("apply", &book.apply_chunk(&old, plan, at, &|_| Values::default()));
        lost("plan", &book.begin_plan(&old, run, at));
        lost("run", &book.begin_run(&old, ReadMode::Delta, at));
        lost("quiet", &book.note_quiet(&old, None, at));
        lost("renewal", &book.renew(&old));
        book.give_back(&old).unwrap();
        assert_eq!(state(&bench), before, "on {}", bench.db.name);
        let third =
            book.take_lease(bench.connection, &Holder("third".into()), |_| Liveness::Unknown).unwrap();
        assert!(matches!(third, Asked::Busy), "giving back a lost lease frees nothing");
        book.apply_chunk(&new, plan, at, &|_| Values::default()).unwrap();
        assert_ne!(state(&bench), before, "the heir writes, on {}", bench.db.name);
    }
}
