//! The engine's laws judge plans by what its own tests say that a step does; here stands that the store does the same. Both
//! apply the same plan to the same book, side by side, over random histories.

use std::collections::{BTreeMap, BTreeSet};

use engine::project::for_create;
use model::group::MadeBy;
use model::ids::{ContactId, GroupId};
use model::plan::GuardKind;
use model::run::{ReadMode, RunKind};
use model::source::EmailFrom;
use model::{Contact, Field, Link, Preset};
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::TestRunner;
use store::testing::Laid;
use store::{
    Asked, Batch, Book, Closing, Due, GuardWindow, Guarded, Holder, Keys, Lease, Liveness, Mail, Marks,
    RunStart, Spent, Write,
};

use crate::happen::after;
use crate::history::events;
use crate::kit::Kit;
use crate::world::{World, connection};

/// Histories; the long form tells more.
fn histories() -> usize {
    if std::env::var_os("WHOSWHO_TEST_LONG").is_some() { 2_000 } else { 150 }
}

/// A contact's name: its number, or whose it is if the plan made it, for the two count differently.
type Name = String;

/// What is compared, as text.
fn told(laid: &Laid, before: &BTreeSet<ContactId>) -> Vec<String> {
    let made: BTreeMap<ContactId, Name> = laid
        .links
        .values()
        .filter(|l| !before.contains(&l.contact))
        .map(|l| (l.contact, l.source.to_string()))
        .collect();
    let name = |id: &ContactId| made.get(id).cloned().unwrap_or_else(|| id.number().to_string());
    let contact = |place: &str, c: &Contact| {
        let values: Vec<_> =
            Field::ALL.into_iter().filter_map(|f| Some((f.name(), c.values.get(f)?))).collect();
        let left = if place == "bin" {
            ""
        } else if c.left_at.is_some() {
            " left"
        } else {
            " here"
        };
        format!("{place} {}{left} {values:?}", name(&c.id))
    };
    let link = |l: &Link| {
        let key = l.wrote_key.as_ref().map(model::Key::as_str);
        format!("link {} to {} {:?} {key:?} {:?}", l.source, name(&l.contact), l.origin, l.out)
    };
    let member = |((contact, group), made): (&(ContactId, GroupId), &MadeBy)| {
        format!("{} in {} by {made:?}", name(contact), group.number())
    };
    let mut lines: Vec<String> = laid.book.values().map(|c| contact("book", c)).collect();
    lines.extend(laid.bin.values().map(|c| contact("bin", c)));
    lines.extend(laid.links.values().map(link));
    lines.extend(laid.memberships.iter().map(member));
    lines.sort();
    lines
}

fn laid(world: &World) -> Laid {
    let there = |(contact, _): &(ContactId, GroupId)| {
        world.book.contains_key(contact) || world.bin.contains_key(contact)
    };
    let memberships = world.memberships.iter().filter(|(at, _)| there(at)).map(|(at, made)| (*at, *made));
    Laid {
        book: world.book.clone(),
        bin: world.bin.clone(),
        links: world.links.clone(),
        memberships: memberships.collect(),
    }
}

/// The same book in a database, and the same plan applied to it.
fn applied(
    book: &Book,
    lease: &Lease,
    world: &World,
    plans: &[(model::SourceId, model::plan::PersonPlan)],
) -> Laid {
    let (kind, mode, at) = (RunKind::Run, ReadMode::Delta, world.as_of);
    book.lay(lease.connection, &laid(world)).unwrap();
    let domains = model::source::VerifiedDomains(vec!["x.example".into()]);
    let keys = Keys { from: EmailFrom::Mail, domains: &domains };
    let batch = Batch { users: world.users.values().cloned().collect(), ..Batch::default() };
    book.write_mirror(lease, &Write { keys, batch: &batch, marks: Marks::AtTheEnd, end: None }).unwrap();
    let run = book.begin_run(lease, &RunStart { kind, mode, spent: Spent::default(), at }).unwrap();
    let (mut draft, _) = book.begin_plan(lease, run, at).unwrap();
    book.plan_people(lease, &mut draft, plans.iter().map(|(_, plan)| plan.clone()).collect()).unwrap();
    let guard = |_: &GuardWindow, _: &BTreeMap<GuardKind, i64>| Guarded::default();
    let tell = |_| Mail { kind: "held_operations", body: String::new(), to: Vec::new() };
    let due = Due::Everybody;
    let closing = Closing { guard: &guard, due: &due, some_only: None, unchanged: 0, tell: &tell };
    book.close_plan(lease, &mut draft, &closing).unwrap();
    let project = |user: &model::source::SourceUser| world.with_context(|ctx| for_create(ctx, user));
    let done = book.apply_chunk(lease, draft.id, at, &project).unwrap();
    assert_eq!(done.done, done.of);
    book.laid(lease.connection).unwrap()
}

#[test]
fn law_what_a_plan_says_is_what_the_store_does() {
    for kit in Kit::each(Preset::Careful) {
        let mut runner = TestRunner::deterministic();
        let id = kit.book.connection().unwrap().unwrap().id;
        assert_eq!(id, connection(), "the world's own ids are those of the first customer");
        let me = Holder("side".into());
        let Asked::Taken(lease) =
            kit.book.take_lease(id, &me, store::Work::Other, |_| Liveness::Unknown).unwrap()
        else {
            panic!("nobody else is at work");
        };
        for _ in 0..histories() {
            let history = events().new_tree(&mut runner).unwrap().current();
            let world = after(&history);
            let plans = world.plan_all();
            let before: BTreeSet<ContactId> = world
                .book
                .keys()
                .chain(world.bin.keys())
                .chain(world.links.values().map(|l| &l.contact))
                .copied()
                .collect();
            let mut then = world.clone();
            then.apply(&plans);
            let stored = applied(&kit.book, &lease, &world, &plans);
            let shown: Vec<_> =
                plans.iter().flat_map(|(id, p)| p.operations.iter().map(move |o| (id, &o.step))).collect();
            assert_eq!(
                told(&stored, &before),
                told(&laid(&then), &before),
                "on {}, left the store, right the engine's world: {shown:#?}",
                kit.db.name
            );
            let (kept, counted) = kit.book.linked_counts(id).unwrap();
            assert_eq!(kept, counted, "links in the book on {}: {shown:#?}", kit.db.name);
        }
    }
}
