//! Laws over random lives of a company, through the real store: what the engine's own laws cannot see, because pending,
//! cursors, chunks and undo live there. A failure names the seed; the same seed tells the same life again.

use std::collections::BTreeMap;

use model::ids::{PlanId, SourceId};
use model::run::{Counts, Outcome, ReadMode};
use model::source::{MirrorUser, Presence, SourceGroup};
use model::{Field, Preset};
use store::{Book, BookEntry, ScopeChange, Switch};
use sync::{By, Office, Order, Want};

use crate::dice::{Dice, seeds};
use crate::kit::{Kit, id};

/// Rounds of a life: what happens in the company and in the book, then a run.
const ROUNDS: u64 = 6;
const PRESETS: [Preset; 4] = [Preset::Careful, Preset::Awareness, Preset::Helpdesk, Preset::PhoneSystem];

/// Everything of a book that a person could see, and by whom somebody is in a group.
fn facts(book: &Book) -> Vec<String> {
    let (kept, counted) = book.linked_counts(book.connection().unwrap().unwrap().id).unwrap();
    assert_eq!(kept, counted, "links whose contact is in the book");
    let fact = |e: &BookEntry| {
        let values: Vec<_> = Field::ALL.into_iter().map(|f| e.contact.values.get(f)).collect();
        let (id, left) = (e.contact.id.get(), e.contact.left_at.is_some());
        format!("{id} {:?} {left} {values:?} {:?} {:?} {:?}", e.contact.origin, e.linked, e.source, e.groups)
    };
    let entries = book.entries().unwrap();
    let members = book.memberships().unwrap();
    let members = members
        .iter()
        .map(|((contact, group), made)| format!("{} in {} by {made:?}", contact.get(), group.get()));
    entries.iter().map(fact).chain(members).collect()
}

/// The living part of a mirror.
type Living = (BTreeMap<SourceId, MirrorUser>, Vec<SourceGroup>, Vec<(SourceId, Vec<SourceId>)>);

fn living(book: &Book) -> Living {
    let connection = book.connection().unwrap().unwrap().id;
    let ids = book.living_users(connection).unwrap();
    let mut groups = book.living_groups(connection).unwrap();
    groups.sort_by(|a, b| a.id.cmp(&b.id));
    let members = |g: &SourceGroup| {
        let all = book.members_of(connection, &g.id).unwrap();
        (g.id.clone(), all.into_iter().map(|m| m.id).collect::<Vec<_>>())
    };
    let members = groups.iter().map(members).collect();
    (book.mirror_users(connection, &ids).unwrap(), groups, members)
}

/// One of the things that people do to a book.
fn meddle(kit: &Kit, dice: &mut Dice) {
    let entries = kit.book.entries().unwrap();
    if entries.is_empty() {
        return;
    }
    let entry = dice.one(&entries);
    let (contact, now) = (entry.contact.id, Office::now());
    let groups = kit.book.living_groups(kit.book.connection().unwrap().unwrap().id).unwrap();
    match dice.below(9) {
        0 => kit.book.edit_contact(contact, &[(Field::LastName, Some("Lokal".into()))], now).unwrap(),
        1 => kit
            .book
            .edit_contact(contact, &[(Field::Email, Some("lokal@muster.example".into()))], now)
            .unwrap(),
        2 => kit.book.remove_contact(contact, now).unwrap(),
        3 => {
            let pin = model::Pin { field: Field::FirstName, reason: "so".into(), until: None };
            kit.book.pin(contact, &pin, now).unwrap();
        }
        4 => kit.policy("link", dice.coin("on", "off")),
        5 => kit.policy("on_disabled", dice.one::<&str>(&["keep", "mark_left", "remove"])),
        6 if !groups.is_empty() => {
            let switch = if dice.below(3) == 0 { Switch::Off } else { Switch::On };
            kit.scope(&[ScopeChange::Group(dice.one(&groups).id.clone(), switch)]);
        }
        7 => kit.policy("group_members", dice.coin("mirror", "add_only")),
        _ => kit.policy("nested_groups", dice.coin("on", "off")),
    }
}

/// A company and its book after some rounds of life; after each, `law` looks.
fn lives(what: &str, law: impl Fn(&Kit, &str)) {
    for seed in seeds() {
        let preset = *Dice(seed).one(&PRESETS);
        for kit in Kit::company(preset, seed, 40, 8) {
            let kit = kit.everybody();
            kit.policy("guard.count", "1000");
            for group in kit.tenant.truth().groups.iter().take(4) {
                kit.scope(&[ScopeChange::Group(id(&group.id), Switch::On)]);
            }
            kit.sync();
            let mut dice = Dice(seed);
            for round in 0..ROUNDS {
                kit.tenant.churn(1 + dice.below(12));
                for _ in 0..dice.below(4) {
                    meddle(&kit, &mut dice);
                }
                law(&kit, &format!("{what}: seed {seed}, {preset:?}, round {round}, {}", kit.db.name));
            }
        }
    }
}

fn changed(counts: &Counts) -> [i64; 6] {
    let Counts { created, updated, removed, adopted, unlinked, memberships, .. } = *counts;
    [created, updated, removed, adopted, unlinked, memberships]
}

/// What is kept of a plan's counts is what its lines say.
fn counts_are_true(book: &Book, plan: Option<PlanId>, place: &str) {
    let Some(plan) = plan else { return };
    let mut lines = BTreeMap::new();
    for row in book.plan_rows(plan, 0, i64::MAX).unwrap() {
        *lines.entry((row.kind, row.held.is_some())).or_insert(0) += 1;
    }
    let counts = book.plan_counts(plan).unwrap().into_iter().map(|c| ((c.kind, c.held), c.n)).collect();
    assert_eq!(lines, counts, "{place}");
}

#[test]
fn law_what_a_run_did_the_next_one_leaves_and_planning_everybody_finds_nothing_more() {
    lives("pending", |kit, place| {
        let order = Order { want: Want::Plan, read: ReadMode::Delta, by: By::Person };
        let planned = kit.run(order).unwrap().plan;
        counts_are_true(&kit.book, planned, place);
        let applied = kit.sync().plan;
        counts_are_true(&kit.book, applied, place);
        let after = facts(&kit.book);
        let again = kit.sync().run;
        assert_eq!(changed(&again.counts), [0; 6], "{place}: planned again");
        // Setting nothing marks everybody: what only the marks had missed would be planned now.
        kit.book.set_policy(&[]).unwrap();
        let all = kit.sync().run;
        assert_eq!(changed(&all.counts), [0; 6], "{place}: everybody planned");
        assert_eq!(facts(&kit.book), after, "{place}");
    });
}

#[test]
fn law_deltas_end_where_a_complete_read_ends() {
    lives("delta", |kit, place| {
        kit.sync();
        let (book, mirror) = (facts(&kit.book), living(&kit.book));
        let run = kit.complete().run;
        assert_eq!(run.outcome, Outcome::Quiet, "{place}: {run:?}");
        assert_eq!(living(&kit.book), mirror, "{place}");
        assert_eq!(facts(&kit.book), book, "{place}");
        assert!(mirror.0.values().all(|m| m.presence == Presence::Live), "{place}");
    });
}

#[test]
fn law_a_mirror_by_deltas_is_the_one_that_a_stranger_reads() {
    lives("stranger", |kit, place| {
        kit.sync();
        let stranger = match kit.office.store.book("nachbar").unwrap() {
            Some(known) => known,
            None => kit.neighbour(Preset::Careful),
        };
        // Nobody is in its scope: it only reads.
        let order = Order { want: Want::Plan, read: ReadMode::Complete, by: By::Person };
        kit.run_in(&stranger, order).unwrap();
        assert_eq!(living(&stranger), living(&kit.book), "{place}");
        assert!(stranger.entries().unwrap().is_empty(), "{place}: nobody wanted anybody");
    });
}

#[test]
fn law_a_neighbour_s_book_is_never_touched() {
    for kit in Kit::company(Preset::Careful, 11, 40, 8) {
        let kit = kit.everybody();
        let neighbour = kit.neighbour(Preset::PhoneSystem);
        let order = Order { want: Want::Apply, read: ReadMode::Delta, by: By::Person };
        kit.run_in(&neighbour, order).unwrap();
        let before = (facts(&neighbour), living(&neighbour));
        let mut dice = Dice(11);
        for _ in 0..ROUNDS {
            kit.tenant.churn(10);
            meddle(&kit, &mut dice);
            let run = kit.sync().run;
            if run.outcome == Outcome::Done {
                kit.undo(run.id, Want::Apply).unwrap();
            }
        }
        assert_eq!((facts(&neighbour), living(&neighbour)), before, "on {}", kit.db.name);
    }
}

#[test]
fn law_w4_undo_then_run_equals_undo_and_undo_of_undo_equals_redo() {
    let undone_runs = std::cell::Cell::new(0);
    lives("undo", |kit, place| {
        let before = facts(&kit.book);
        let run = kit.sync().run;
        if run.outcome != Outcome::Done || changed(&run.counts) == [0; 6] {
            return;
        }
        let after = facts(&kit.book);
        let undone = kit.undo(run.id, Want::Apply).unwrap();
        assert_eq!(undone.conflicts, [], "{place}");
        assert_eq!(facts(&kit.book), before, "{place}: undone");
        kit.sync();
        assert_eq!(facts(&kit.book), before, "{place}: undone, then run");
        let redone = kit.undo(undone.report.run.id, Want::Apply).unwrap();
        assert_eq!(redone.conflicts, [], "{place}");
        assert_eq!(facts(&kit.book), after, "{place}: done again");
        kit.sync();
        assert_eq!(facts(&kit.book), after, "{place}: done again, then run");
        undone_runs.set(undone_runs.get() + 1);
    });
    assert!(undone_runs.get() >= 10, "only {} runs had anything to undo", undone_runs.get());
}
