//! A node frozen past its lease and thawed writes nothing: another holder took over, so the old right hits no row.

use std::collections::{BTreeMap, BTreeSet};

use model::ids::{PlanId, SourceId};
use model::plan::{
    FindingKind, GroupOperation, GroupPlan, GroupStep, GuardKind, Operation, PersonPlan, Step,
};
use model::reason::{InReason, Reason};
use model::run::{Outcome, ReadMode, RunKind};
use model::scope::KeptOut;
use model::source::{EmailFrom, MirrorUser, Presence, SourceUser, VerifiedDomains};
use model::{Preset, Timestamp, Values};
use store::testing::empty_databases;
use store::{
    Asked, Back, Batch, Book, Closing, Draft, Due, Erase, GuardWindow, Guarded, Holder, Keys, Lease,
    Liveness, Mail, Marks, Product, ReadEnd, RunEnd, RunStart, Spent, StoreError, Tenant, Write,
};
use sync::{By, Office, Order, Silent, Want};

use crate::bench::Bench;

/// A node that was frozen while it planned, and its heir.
struct Frozen {
    /// A plan that waits.
    plan: PlanId,
    /// The lost right.
    old: Lease,
    /// What it was writing.
    draft: Draft,
    /// The right that took over.
    new: Lease,
}

fn frozen(bench: &Bench) -> Frozen {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let order = Order { want: Want::Plan, read: ReadMode::Delta, by: By::Person };
    let report = runtime.block_on(sync::run(&bench.office(), &bench.book, order, &Silent)).unwrap();
    assert_eq!(report.run.outcome, Outcome::Planned);
    let take = |who: &str, lives| {
        let asked = bench
            .book
            .take_lease(bench.connection, &Holder(who.into()), store::Work::Other, |_| lives)
            .unwrap();
        match asked {
            Asked::Taken(lease) => Some(lease),
            Asked::Busy => None,
        }
    };
    let old = take("frozen", Liveness::Unknown).unwrap();
    let start =
        RunStart { kind: RunKind::Run, mode: ReadMode::Delta, spent: Spent::default(), at: Office::now() };
    let run = bench.book.begin_run(&old, &start).unwrap();
    let (draft, _) = bench.book.begin_plan(&old, run, Office::now()).unwrap();
    assert!(take("impatient", Liveness::Unknown).is_none(), "a living holder keeps its lease");
    let new = take("heir", Liveness::Dead).unwrap();
    Frozen { plan: report.plan.unwrap(), old, draft, new }
}

/// Everything that the thawed node might change, as text.
fn state(bench: &Bench) -> String {
    let book = &bench.book;
    let mirror = book.living_users(bench.connection).unwrap();
    format!(
        "{:?} {:?} {mirror:?} {:?} {:?} {:?} {:?} {:?} {:?}",
        book.entries().unwrap(),
        book.groups().unwrap(),
        book.connection().unwrap(),
        book.due(bench.connection, Timestamp(i64::MAX)).unwrap(),
        book.all_runs(100).unwrap(),
        book.latest_plan().unwrap(),
        book.outbox().unwrap(),
        book.kept_out().unwrap(),
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

/// Everything that a run writes, tried with a right that another holder took over.
fn tries(
    book: &Book,
    old: &Lease,
    draft: &mut Draft,
    plan: PlanId,
) -> Vec<(&'static str, Result<(), StoreError>)> {
    let (at, run) = (Office::now(), draft.run);
    let domains = VerifiedDomains::default();
    let person: SourceId = "00000000-0000-4000-8000-000000000001".parse().unwrap();
    let end = ReadEnd { users: "late".into(), groups: "late".into(), at: Timestamp(1) };
    let start = RunStart { kind: RunKind::Run, mode: ReadMode::Delta, spent: Spent::default(), at };
    let done = RunEnd { outcome: Outcome::Done, spent: None, at, error: None };
    let mail = Mail { kind: "removed_contacts", body: "{}".into(), to: Vec::new() };
    let step = Step::Create { again: None };
    let reason = Reason::In(InReason::Everybody);
    let operation =
        Operation { connection: old.connection, source: person.clone(), step, reason, held: None, state: 0 };
    // So many that they are written before the plan is closed.
    let people = vec![PersonPlan { operations: vec![operation], ..PersonPlan::default() }; 1_000];
    let operation = GroupOperation {
        source: person.clone(),
        step: GroupStep::Create,
        name: "late".into(),
        reason: Reason::Subscribed,
        held: None,
        state: 0,
    };
    let groups = GroupPlan { operations: vec![operation], ..GroupPlan::default() };
    let guard = |_: &GuardWindow, _: &BTreeMap<GuardKind, i64>| Guarded::default();
    let tell = |_| mail.clone();
    let closing = Closing { guard: &guard, due: &Due::Everybody, some_only: None, unchanged: 0, tell: &tell };
    let product = Product { sku: [1; 16], part_number: "LATE".into() };
    let about = BTreeSet::from([person.clone()]);
    let erase = Erase {
        contact: None,
        sources: &[(old.connection, person.clone())],
        reason: KeptOut::Erased,
        by: "t",
    };
    let back = Back::Run(run);
    let tenant = Tenant { id: &person, name: "Elsewhere", domains: &domains };
    vec![
        ("organisation", book.learn_organisation(old, tenant)),
        ("keys", book.keep_keys(old, Keys { from: EmailFrom::MailThenUpn, domains: &domains })),
        ("mirror", write_mirror(book, old)),
        ("cursors", book.keep_cursors(old, &end)),
        ("run", book.begin_run(old, &start).map(drop)),
        ("findings", book.note_findings(old, run, FindingKind::Unreadable, &about)),
        ("plan", book.begin_plan(old, run, at).map(drop)),
        ("part", book.begin_part(old, run, at).map(drop)),
        ("groups", book.plan_groups(old, draft, &groups).map(drop)),
        ("people", book.plan_people(old, draft, people)),
        ("closing", book.close_plan(old, draft, &closing).map(drop)),
        ("marks", book.planned(old, draft, std::slice::from_ref(&person))),
        ("products", book.learn_products(old, &[product])),
        ("apply", book.apply_chunk(old, plan, at, &|_| Values::default()).map(drop)),
        ("end", book.end_run_telling(old, run, &done, std::slice::from_ref(&mail))),
        ("waiting", book.note_waiting(old, at)),
        ("quiet", book.note_quiet(old, Some(&end), at)),
        ("purge", book.purge(Some(old), at.plus_days(400)).map(drop)),
        ("undo", book.plan_undo(old, &back, &BTreeMap::new(), at).map(drop)),
        ("erase", book.erase(Some(old), &erase, at).map(drop)),
        ("let back in", book.let_back_in(Some(old), &person).map(drop)),
        ("renewal", book.renew(old)),
    ]
}

#[test]
fn w15_a_node_thawed_after_another_took_over_writes_nothing() {
    for db in empty_databases() {
        let bench = Bench::small(db, Preset::Careful);
        let Frozen { plan, old, mut draft, new } = frozen(&bench);
        let book = &bench.book;
        let before = state(&bench);
        for (what, done) in tries(book, &old, &mut draft, plan) {
            assert!(matches!(done, Err(StoreError::LeaseLost)), "{what}: {done:?}");
            assert_eq!(state(&bench), before, "{what} on {}", bench.db.name);
        }
        book.give_back(&old).unwrap();
        assert_eq!(state(&bench), before, "on {}", bench.db.name);
        let third = book
            .take_lease(bench.connection, &Holder("third".into()), store::Work::Other, |_| Liveness::Unknown)
            .unwrap();
        assert!(matches!(third, Asked::Busy), "giving back a lost lease frees nothing");
        book.apply_chunk(&new, plan, Office::now(), &|_| Values::default()).unwrap();
        assert_ne!(state(&bench), before, "the heir writes, on {}", bench.db.name);
    }
}
