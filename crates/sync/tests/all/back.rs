//! The way back in parts and in leaps: one contact of a run, everything after a time, a contact from the bin.

use std::collections::BTreeSet;

use model::run::Outcome;
use model::{Field, Origin, Preset, Timestamp, Values};
use store::{Back, Clash, ScopeChange, StoreError, Switch};
use sync::{Office, Report, RunError, Stands, Want};

use crate::kit::{Kit, id};

/// The end of a run: the book as it was then is the book that it left.
fn end(report: &Report) -> Timestamp {
    Timestamp(report.run.started_at.0 + report.run.duration_ms.unwrap())
}

/// E-mail, name, groups and mark of everybody, with the id.
fn facts(kit: &Kit) -> Vec<String> {
    let entries = kit.book.entries().unwrap();
    let fact = |e: &store::BookEntry| {
        let values: Vec<_> = Field::ALL.into_iter().map(|f| e.contact.values.get(f)).collect();
        let left = e.contact.left_at.is_some();
        format!("{} {left} {values:?} {:?} {:?} {:?}", e.contact.id.get(), e.linked, e.source, e.groups)
    };
    entries.iter().map(fact).collect()
}

fn quiet(kit: &Kit, expected: &[String]) {
    for _ in 0..2 {
        kit.sync();
        assert_eq!(facts(kit), expected, "on {}", kit.db.name);
        kit.policy("mode", "automatic");
    }
    kit.complete();
    assert_eq!(facts(kit), expected, "on {}", kit.db.name);
}

/// Four runs, each with something of everything; answers each run and the book after it.
fn history(kit: &Kit) -> Vec<(Report, Vec<String>)> {
    let mut history = Vec::new();
    let people =
        ["Anna", "Bert", "Cora", "Dirk", "Else", "Finn", "Gerd"].map(|first| kit.hire(first, "Test"));
    let group = kit.group("Team", &[&people[0], &people[1]]);
    let other = kit.group("Chor", &[&people[2]]);
    kit.scope(&[ScopeChange::Group(id(&group), Switch::On)]);
    history.push(kit.sync());
    let mut books = vec![facts(kit)];
    kit.scope(&[ScopeChange::Group(id(&other), Switch::On)]);
    kit.hire("Hans", "Test");
    kit.tenant.update_user(&people[2], |u| u.surname = Some("Weber".into()));
    kit.tenant.add_member(&group, &people[3]);
    kit.tenant.remove_member(&group, &people[0]);
    history.push(kit.sync());
    books.push(facts(kit));
    kit.tenant.update_user(&people[2], |u| u.surname = Some("Maurer".into()));
    kit.tenant.delete_user(&people[1]);
    kit.tenant.update_group(&group, |g| g.display_name = Some("Mannschaft".into()));
    kit.tenant.add_member(&group, &people[0]);
    history.push(kit.sync());
    books.push(facts(kit));
    kit.tenant.update_user(&people[2], |u| u.surname = Some("Zimmer".into()));
    kit.tenant.update_group(&group, |g| g.display_name = Some("Truppe".into()));
    kit.tenant.remove_member(&group, &people[3]);
    kit.hire("Ilse", "Test");
    history.push(kit.sync());
    books.push(facts(kit));
    history.into_iter().zip(books).collect()
}

#[test]
fn w4_the_book_as_it_was_at_a_time_is_the_book_of_then_and_stays_so() {
    for back_to in 0..3 {
        for kit in Kit::each(Preset::Careful) {
            let kit = kit.everybody();
            let history = history(&kit);
            let (then, book) = &history[back_to];
            let (_, last) = history.last().unwrap();
            let preview = kit.undo(Back::Since(end(then)), Want::Plan).unwrap();
            assert_eq!((preview.report.run.outcome, facts(&kit)), (Outcome::Planned, last.clone()));
            let undone = kit.undo(Back::Since(end(then)), Want::Apply).unwrap();
            assert_eq!(undone.conflicts, [], "to {back_to} on {}", kit.db.name);
            assert_eq!(&facts(&kit), book, "to {back_to} on {}", kit.db.name);
            quiet(&kit, book);
            let redone = kit.undo(undone.report.run.id, Want::Apply).unwrap();
            assert_eq!(redone.conflicts, []);
            assert_eq!(&facts(&kit), last, "to {back_to} and forth on {}", kit.db.name);
            quiet(&kit, last);
        }
    }
}

#[test]
fn w4_going_back_over_an_undo_and_to_where_nothing_happened() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        let history = history(&kit);
        let (third, book) = &history[2];
        let (fourth, last) = &history[3];
        kit.undo(fourth.run.id, Want::Apply).unwrap();
        assert_eq!(&facts(&kit), book);
        let undone = kit.undo(Back::Since(end(fourth)), Want::Apply).unwrap();
        assert_eq!((undone.conflicts.as_slice(), &facts(&kit)), (&[][..], last), "the undo is taken back");
        let undone = kit.undo(Back::Since(end(third)), Want::Apply).unwrap();
        assert_eq!((undone.conflicts.as_slice(), &facts(&kit)), (&[][..], book), "all three are");
        quiet(&kit, book);
        let later = kit.undo(Back::Since(Office::now().plus_days(1)), Want::Apply);
        assert!(matches!(later, Err(RunError::Store(StoreError::Refused(_)))), "{later:?}");
    }
}

#[test]
fn w4_what_a_person_typed_is_kept_though_a_later_run_wrote_beside_it() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        let before = history(&kit).swap_remove(0).0;
        let first = kit.hire("Jana", "Test");
        let second = kit.hire("Karl", "Test");
        kit.sync();
        let id = |email: &str| kit.entry(email).unwrap().contact.id;
        let (jana, karl) = (id("jana.test@muster.example"), id("karl.test@muster.example"));
        let edit = |field: Field, text: &str| [(field, Some(text.to_owned()))];
        kit.book.edit_contact(jana, &edit(Field::Mobile, "+49 30 1"), Office::now()).unwrap();
        kit.book.edit_contact(karl, &edit(Field::LastName, "Hand"), Office::now()).unwrap();
        for one in [&first, &second] {
            kit.tenant.update_user(one, |u| u.surname = Some("Weber".into()));
        }
        kit.sync();
        let undone = kit.undo(Back::Since(end(&before)), Want::Apply).unwrap();
        assert!(undone.conflicts.iter().all(|c| c.why == Clash::Changed), "{:?}", undone.conflicts);
        let kept: BTreeSet<_> = undone.conflicts.iter().filter_map(|c| c.contact).collect();
        assert_eq!(kept, BTreeSet::from([jana, karl]), "{}", kit.db.name);
        let last = kit.entry("karl.test@muster.example").unwrap();
        assert_eq!(
            last.contact.values.get(Field::LastName),
            Some("Hand"),
            "what the run wrote over it is undone"
        );
    }
}

#[test]
fn w4_what_a_person_removed_and_brought_back_is_there_at_any_time() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        let then = history(&kit).pop().unwrap().0;
        let anna = kit.entry("anna.test@muster.example").unwrap().contact.id;
        let mut values = Values::default();
        values.set(Field::LastName, Some("Handwerker"));
        let hand = kit.book.add_contact(&values, Origin::Manual, Office::now()).unwrap();
        let book = facts(&kit);
        for contact in [anna, hand] {
            kit.book.remove_contact(contact, Office::now()).unwrap();
            kit.undo(Back::Removal(contact), Want::Apply).unwrap();
        }
        assert_eq!(facts(&kit), book, "on {}", kit.db.name);
        kit.undo(Back::Since(end(&then)), Want::Apply).unwrap();
        assert_eq!(facts(&kit), book, "on {}", kit.db.name);
    }
}

#[test]
fn w4_what_people_typed_since_is_kept_and_told() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        let history = history(&kit);
        let hans = kit.entry("hans.test@muster.example").unwrap().contact.id;
        let edit = [(Field::Mobile, Some("+49 30 1".to_owned()))];
        kit.book.edit_contact(hans, &edit, Office::now().plus_days(1)).unwrap();
        let undone = kit.undo(Back::Since(end(&history[0].0)), Want::Apply).unwrap();
        let whys: Vec<_> = undone.conflicts.iter().map(|c| (c.contact, c.why.clone())).collect();
        assert_eq!(whys, [(Some(hans), Clash::Changed)]);
        let kept = kit.entry("hans.test@muster.example").unwrap();
        assert_eq!(kept.contact.values.get(Field::Mobile), Some("+49 30 1"));
        assert!(kit.entry("ilse.test@muster.example").is_none(), "the rest goes back");
    }
}

#[test]
fn w4_one_contact_of_a_run_goes_back_and_nobody_else() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        let anna = kit.hire("Anna", "Test");
        let bert = kit.hire("Bert", "Test");
        let group = kit.group("Team", &[]);
        kit.scope(&[ScopeChange::Group(id(&group), Switch::On)]);
        kit.sync();
        for one in [&anna, &bert] {
            kit.tenant.update_user(one, |u| u.surname = Some("Neu".into()));
            kit.tenant.add_member(&group, one);
        }
        let run = kit.sync().run.id;
        let entry = kit.entry("anna.test@muster.example").unwrap();
        let undone = kit.undo(Back::OfRun(run, entry.contact.id), Want::Apply).unwrap();
        assert_eq!(undone.conflicts, []);
        let lines = ["anna.test@muster.example Anna Test []", "bert.test@muster.example Bert Neu [Team]"];
        assert_eq!(kit.lines(), lines, "on {}", kit.db.name);
        kit.sync();
        kit.policy("mode", "automatic");
        kit.sync();
        assert_eq!(kit.lines(), lines, "the next runs leave it so, on {}", kit.db.name);
        let told = kit.explain(&id(&anna));
        let standing: Vec<_> = told.rejections.iter().filter(|r| r.stands == Stands::Yes).collect();
        assert!(!standing.is_empty() && standing.iter().all(|r| r.row.run == Some(undone.report.run.id)));
        kit.undo(undone.report.run.id, Want::Apply).unwrap();
        assert_eq!(kit.lines()[0], "anna.test@muster.example Anna Neu [Team]");
        assert!(kit.explain(&id(&anna)).rejections.is_empty(), "an undo that is undone is forgotten");
    }
}

#[test]
fn w4_a_removed_contact_comes_back_from_the_bin_and_is_not_removed_again_until_the_source_changes() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        let people = ["Anna", "Bert", "Cora"].map(|first| kit.hire(first, "Test"));
        let group = kit.group("Team", &[&people[0]]);
        kit.scope(&[ScopeChange::Group(id(&group), Switch::On)]);
        kit.sync();
        let before = facts(&kit);
        let anna = kit.entry("anna.test@muster.example").unwrap().contact.id;
        let living = kit.undo(Back::Removal(anna), Want::Apply);
        assert!(matches!(living, Err(RunError::Store(StoreError::Refused(_)))), "{living:?}");
        kit.tenant.delete_user(&people[0]);
        assert_eq!(kit.sync().run.counts.removed, 1);
        let good = kit.office.store.book("muster").unwrap().unwrap().customer.last_good_at;
        let back = kit.undo(Back::Removal(anna), Want::Apply).unwrap();
        assert_eq!((back.conflicts.as_slice(), back.report.run.counts.restored), (&[][..], 1));
        assert_eq!(facts(&kit), before, "same id, link and groups, on {}", kit.db.name);
        let now = kit.office.store.book("muster").unwrap().unwrap().customer.last_good_at;
        assert_eq!(now, good, "an undo is no good run");
        quiet(&kit, &before);
        let connection = kit.book.connection().unwrap().unwrap();
        let window = kit.book.guard_window(connection.id, Office::now()).unwrap();
        assert_eq!(window.recent.values().sum::<i64>(), 0, "what came back does not weigh");
        kit.undo(back.report.run.id, Want::Apply).unwrap();
        assert!(kit.entry("anna.test@muster.example").is_none(), "the way back is undone");
    }
}

#[test]
fn w4_a_contact_that_nobody_is_linked_to_comes_back_too() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        kit.hire("Anna", "Test");
        kit.sync();
        let typed = model::Values::default().with(Field::DisplayName, "Pforte");
        let one = kit.book.add_contact(&typed, model::Origin::Manual, Office::now()).unwrap();
        kit.book.remove_contact(one, Office::now()).unwrap();
        assert_eq!(kit.undo(Back::Removal(one), Want::Apply).unwrap().conflicts, []);
        assert_eq!(kit.lines(), ["- Pforte []", "anna.test@muster.example Anna Test []"]);
    }
}

#[test]
fn w4_going_back_over_a_group_that_went_and_came_again_leaves_it_as_it_was() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        let people: Vec<String> = ["Anna", "Bert"].iter().map(|f| kit.hire(f, "Test")).collect();
        let group = kit.group("Team", &[&people[0]]);
        kit.scope(&[ScopeChange::Group(id(&group), Switch::On)]);
        let fill = kit.sync();
        let filled = facts(&kit);
        let away = kit.undo(fill.run.id, Want::Apply).unwrap();
        assert!(kit.book.groups().unwrap().is_empty(), "on {}", kit.db.name);
        kit.undo(away.report.run.id, Want::Apply).unwrap();
        assert_eq!(facts(&kit), filled);
        let back = kit.undo(Back::Since(end(&fill)), Want::Apply).unwrap();
        assert_eq!(back.conflicts, [], "on {}", kit.db.name);
        assert_eq!(facts(&kit), filled, "on {}", kit.db.name);
        let tied = kit.book.groups().unwrap();
        assert_eq!(tied.len(), 1);
        assert_eq!(tied[0].source.as_ref().map(|(_, s)| s), Some(&id(&group)), "on {}", kit.db.name);
        quiet(&kit, &filled);
    }
}

#[test]
fn w2_only_what_counts_in_the_window_is_taken_out_of_it() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        let people = ["Anna", "Bert", "Cora", "Dirk"].map(|first| kit.hire(first, "Test"));
        kit.sync();
        let connection = kit.book.connection().unwrap().unwrap().id;
        let weighs = || {
            let window = kit.book.guard_window(connection, Office::now()).unwrap();
            window.recent.get(&model::plan::GuardKind::Remove).copied().unwrap_or(0)
        };
        let place = kit.db.name;
        let leave = |who: &str| {
            kit.tenant.delete_user(who);
            let run = kit.sync().run;
            assert_eq!(run.counts.removed, 1, "on {place}");
            run.id
        };
        let anna = kit.entry("anna.test@muster.example").unwrap().contact.id;
        leave(&people[0]);
        assert_eq!(weighs(), 1, "on {place}");
        kit.undo(Back::Removal(anna), Want::Apply).unwrap();
        assert_eq!(weighs(), 0, "out of the bin on {place}");
        let old = leave(&people[1]);
        assert_eq!(weighs(), 1);
        store::testing::age_plans(&kit.db.location, 25 * 3_600_000);
        assert_eq!(weighs(), 0);
        let undone = kit.undo(old, Want::Apply).unwrap();
        assert_eq!((weighs(), kit.lines().len()), (0, 4), "an older removal leaves no room on {place}");
        kit.undo(undone.report.run.id, Want::Apply).unwrap();
        assert_eq!(weighs(), 1, "a removal done again counts when it is done, on {place}");
        let today = leave(&people[2]);
        kit.undo(today, Want::Apply).unwrap();
        assert_eq!(weighs(), 1, "a removal of today makes room again, on {place}");
        store::testing::age_plans(&kit.db.location, 25 * 3_600_000);
        kit.tenant.restore_user(&people[1]);
        assert_eq!(kit.sync().run.counts.restored, 1, "on {place}");
        assert_eq!(weighs(), 0, "nor does one that came back at the source, on {place}");
    }
}

#[test]
fn s3_an_adopted_contact_whose_person_comes_back_has_not_left() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        kit.policy("link", "on");
        let mut values = Values::default();
        values.set(Field::FirstName, Some("Anna"));
        values.set(Field::Email, Some("anna.test@muster.example"));
        let contact = kit.book.add_contact(&values, Origin::Manual, Office::now()).unwrap();
        let anna = kit.hire("Anna", "Test");
        for first in ["Bert", "Cora", "Dirk"] {
            kit.hire(first, "Test");
        }
        kit.sync();
        kit.tenant.delete_user(&anna);
        assert_eq!(kit.sync().run.counts.unlinked, 1, "on {}", kit.db.name);
        assert!(kit.book.entry(contact).unwrap().unwrap().contact.left_at.is_some(), "on {}", kit.db.name);
        let before = facts(&kit);
        kit.tenant.restore_user(&anna);
        let run = kit.sync().run;
        assert_eq!(run.counts.adopted, 1, "on {}", kit.db.name);
        assert!(kit.book.entry(contact).unwrap().unwrap().contact.left_at.is_none(), "on {}", kit.db.name);
        let history = kit.book.history(contact).unwrap();
        assert!(history.iter().any(|l| l.event == store::Event::Returned), "on {}: {history:?}", kit.db.name);
        let after = facts(&kit);
        kit.book.set_policy(&[]).unwrap();
        kit.sync();
        assert_eq!(facts(&kit), after, "nothing is left to do, on {}", kit.db.name);
        let undone = kit.undo(run.id, Want::Apply).unwrap();
        assert_eq!((undone.conflicts, facts(&kit)), (Vec::new(), before), "on {}", kit.db.name);
        kit.undo(undone.report.run.id, Want::Apply).unwrap();
        assert_eq!(facts(&kit), after, "on {}", kit.db.name);
    }
}

#[test]
fn w4_memberships_are_a_run_s_again_when_the_link_comes_back() {
    for kit in Kit::each(Preset::Careful) {
        kit.policy("on_local_email_change", "create_new");
        let anna = kit.hire("Anna", "Test");
        let bert = kit.hire("Bert", "Test");
        let team = kit.group("Team", &[&anna, &bert]);
        kit.scope(&[ScopeChange::Group(id(&team), Switch::On)]);
        kit.sync();
        let contact = kit.entry("anna.test@muster.example").unwrap().contact.id;
        let other = [(Field::Email, Some("anna@woanders.example".to_owned()))];
        kit.book.edit_contact(contact, &other, Office::now()).unwrap();
        let before = kit.book.memberships().unwrap();
        let run = kit.sync().run;
        assert_eq!(run.counts.created, 1, "a contact of its own takes the link over, on {}", kit.db.name);
        assert_ne!(kit.book.memberships().unwrap(), before, "on {}", kit.db.name);
        kit.undo(run.id, Want::Apply).unwrap();
        assert_eq!(kit.book.memberships().unwrap(), before, "on {}", kit.db.name);
        kit.tenant.remove_member(&team, &anna);
        kit.sync();
        let there = kit.book.memberships().unwrap();
        assert!(!there.keys().any(|(of, _)| *of == contact), "who left, leaves, on {}", kit.db.name);
    }
}

#[test]
fn w4_what_a_person_removed_after_it_came_back_stays_removed() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        let place = kit.db.name;
        kit.hire("Anna", "Stays");
        let before = kit.sync();
        let bert = kit.hire("Bert", "Goes");
        kit.sync();
        let contact = kit.entry("bert.goes@muster.example").unwrap().contact.id;
        kit.tenant.delete_user(&bert);
        let removed = kit.sync();
        kit.undo(Back::Run(removed.run.id), Want::Apply).unwrap();
        kit.book.remove_contact(contact, Office::now()).unwrap();
        let undone = kit.undo(Back::Since(end(&before)), Want::Apply).unwrap();
        assert!(kit.entry("bert.goes@muster.example").is_none(), "on {place}: {undone:?}");
        assert_eq!(kit.book.entries().unwrap().len(), 1, "on {place}");
        let about = undone.conflicts.iter().filter(|c| c.contact == Some(contact)).count();
        assert_eq!(about, 1, "what is left alone is told once, on {place}: {:?}", undone.conflicts);
    }
}

#[test]
fn w4_what_was_removed_by_hand_and_brought_back_by_an_undo_is_led_back_without_a_complaint() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        let place = kit.db.name;
        kit.hire("Anna", "Stays");
        let before = kit.sync();
        kit.hire("Bert", "Comes");
        kit.sync();
        let contact = kit.entry("bert.comes@muster.example").unwrap().contact.id;
        kit.book.remove_contact(contact, Office::now()).unwrap();
        // It is back after the next run.
        kit.sync();
        assert!(kit.entry("bert.comes@muster.example").is_some(), "on {place}");
        let undone = kit.undo(Back::Since(end(&before)), Want::Apply).unwrap();
        assert!(kit.entry("bert.comes@muster.example").is_none(), "on {place}");
        assert_eq!(undone.conflicts, vec![], "on {place}");
    }
}
