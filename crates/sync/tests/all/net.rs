//! The way back to a time as its net: one operation for each contact, field, group and membership, none for what came and
//! went, and nothing remembered that the book does not need.

use std::collections::BTreeSet;

use model::plan::{OpKind, Step};
use model::run::Outcome;
use model::{ContactId, Field, Preset, Timestamp};
use store::{Back, BookEntry, PlanRow, ScopeChange, Switch, What};
use sync::{Office, Report, Stands, UndoReport, Want};

use crate::dice::{Dice, seeds};
use crate::kit::{Kit, id};

const PRESETS: [Preset; 4] = [Preset::Careful, Preset::Awareness, Preset::Helpdesk, Preset::PhoneSystem];

/// The end of a run: the book as it was then is the book that it left.
fn end(report: &Report) -> Timestamp {
    Timestamp(report.run.started_at.0 + report.run.duration_ms.unwrap())
}

/// Everything of contacts that a person could see, but of those whom people touched.
fn facts(kit: &Kit, touched: &BTreeSet<ContactId>) -> Vec<String> {
    let fact = |e: &BookEntry| {
        let values: Vec<_> = Field::ALL.into_iter().map(|f| e.contact.values.get(f)).collect();
        let left = e.contact.left_at.is_some();
        format!("{} {left} {values:?} {:?} {:?} {:?}", e.contact.id.get(), e.linked, e.source, e.groups)
    };
    let entries = kit.book.entries().unwrap();
    entries.iter().filter(|e| !touched.contains(&e.contact.id)).map(fact).collect()
}

fn all(kit: &Kit) -> Vec<String> {
    facts(kit, &BTreeSet::new())
}

fn rows(kit: &Kit, undone: &UndoReport) -> Vec<PlanRow> {
    kit.book.plan_rows(undone.report.plan.unwrap(), 0, i64::MAX).unwrap()
}

fn kinds(kit: &Kit, undone: &UndoReport) -> Vec<OpKind> {
    rows(kit, undone).iter().map(|row| row.kind).collect()
}

/// Fails where a plan does something twice, or something that comes to nothing.
fn says_each_thing_once(kit: &Kit, undone: &UndoReport, place: &str) {
    let (mut said, mut moved) = (BTreeSet::new(), BTreeSet::new());
    let mut once = |what: String| assert!(said.insert(what.clone()), "{place}: {what} twice");
    for row in rows(kit, undone) {
        match &row.what {
            What::Person { step, .. } => {
                let contact = step.contact().unwrap().get();
                for change in step.changes() {
                    assert_ne!(change.before, change.after, "{place}: {row:?}");
                    once(format!("{:?} of {contact}", change.field));
                }
                match step {
                    Step::Restore { .. } | Step::Remove { .. } => once(format!("whether {contact} is there")),
                    Step::Return { .. } | Step::MarkLeft { .. } => once(format!("the mark of {contact}")),
                    Step::Adopt { .. } | Step::Unlink { .. } | Step::Relink { .. } => {
                        once(format!("the link of {:?}", row.source));
                    }
                    Step::Update { changes, .. } => assert!(!changes.is_empty(), "{place}: {row:?}"),
                    other => panic!("{place}: no step of an undo: {other:?}"),
                }
            }
            What::Group { group, .. } => once(format!("group {}", group.get())),
            What::Members { group, join, leave } => {
                assert!(join.len() + leave.len() > 0, "{place}: {row:?}");
                for contact in join.iter().chain(leave) {
                    assert!(moved.insert((*group, *contact)), "{place}: {row:?}");
                }
            }
        }
    }
}

#[test]
fn w4_what_came_and_went_on_the_way_is_no_operation_and_leaves_no_rejection() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        let place = kit.db.name;
        let [anna, bert, cora] = ["Anna", "Bert", "Cora"].map(|first| kit.hire(first, "Test"));
        let group = kit.group("Team", &[&anna, &bert]);
        kit.scope(&[ScopeChange::Group(id(&group), Switch::On)]);
        let then = end(&kit.sync());
        let book = all(&kit);
        kit.tenant.update_user(&anna, |u| u.surname = Some("Weber".into()));
        kit.tenant.update_group(&group, |g| g.display_name = Some("Truppe".into()));
        kit.tenant.delete_user(&bert);
        kit.tenant.add_member(&group, &cora);
        kit.sync();
        assert_ne!(all(&kit), book);
        kit.tenant.update_user(&anna, |u| u.surname = Some("Test".into()));
        kit.tenant.update_group(&group, |g| g.display_name = Some("Team".into()));
        kit.tenant.restore_user(&bert);
        kit.tenant.remove_member(&group, &cora);
        kit.sync();
        assert_eq!(all(&kit), book, "the company is as it was, on {place}");
        let undone = kit.undo(Back::Since(then), Want::Apply).unwrap();
        assert_eq!((rows(&kit, &undone), undone.conflicts), (vec![], vec![]), "on {place}");
        assert_eq!(all(&kit), book, "on {place}");
        for one in [&anna, &bert, &cora] {
            assert!(kit.explain(&id(one)).rejections.is_empty(), "on {place}");
        }
        let contact = kit.entry("anna.test@muster.example").unwrap().contact.id;
        let edit = [(Field::LastName, Some("Hand".to_owned()))];
        kit.book.edit_contact(contact, &edit, Office::now()).unwrap();
        kit.sync();
        assert_eq!(all(&kit), book, "a field that the source owns is corrected as ever, on {place}");
    }
}

#[test]
fn w4_the_way_back_says_once_what_becomes_of_a_contact() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        let place = kit.db.name;
        let [anna, bert] = ["Anna", "Bert"].map(|first| kit.hire(first, "Test"));
        let then = end(&kit.sync());
        let book = all(&kit);
        let cora = kit.hire("Cora", "Test");
        for name in ["Ast", "Berg", "Cron"] {
            for one in [&anna, &bert, &cora] {
                kit.tenant.update_user(one, |u| u.surname = Some(name.into()));
            }
            kit.sync();
        }
        kit.tenant.delete_user(&bert);
        kit.sync();
        let last = all(&kit);
        let undone = kit.undo(Back::Since(then), Want::Apply).unwrap();
        assert_eq!(kinds(&kit, &undone), [OpKind::Restore, OpKind::Update, OpKind::Remove], "on {place}");
        let of_anna = &rows(&kit, &undone)[1];
        let What::Person { step, .. } = &of_anna.what else { panic!("{of_anna:?}") };
        let surname = step.changes().iter().find(|c| c.field == Field::LastName).unwrap();
        assert_eq!((surname.before.as_deref(), surname.after.as_deref()), (Some("Cron"), Some("Test")));
        assert_eq!(all(&kit), book, "on {place}");
        for _ in 0..2 {
            kit.sync();
            kit.policy("mode", "automatic");
            assert_eq!(all(&kit), book, "runs leave it so, on {place}");
        }
        let redone = kit.undo(undone.report.run.id, Want::Apply).unwrap();
        assert_eq!((redone.conflicts.as_slice(), all(&kit)), (&[][..], last.clone()), "on {place}");
        kit.policy("mode", "automatic");
        kit.sync();
        assert_eq!(all(&kit), last, "done again and left so, on {place}");
        for one in [&anna, &bert, &cora] {
            assert!(kit.explain(&id(one)).rejections.is_empty(), "on {place}");
        }
    }
}

#[test]
fn w4_an_undo_on_the_way_is_remembered_as_long_as_the_book_needs_it() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        let place = kit.db.name;
        let anna = kit.hire("Anna", "Test");
        let first = end(&kit.sync());
        let rename = |name: &str| assert!(kit.tenant.update_user(&anna, |u| u.surname = Some(name.into())));
        let surname = || {
            let entry = kit.entry("anna.test@muster.example").unwrap();
            entry.contact.values.get(Field::LastName).unwrap_or_default().to_owned()
        };
        let stands = || {
            let all = kit.explain(&id(&anna)).rejections;
            all.iter()
                .filter(|r| r.stands == Stands::Yes)
                .map(|r| (r.row.kind, r.row.run))
                .collect::<Vec<_>>()
        };
        rename("Weber");
        let second = kit.sync();
        let undo = kit.undo(second.run.id, Want::Apply).unwrap().report.run.id;
        // There and back: what the undo keeps away stays away.
        let net = kit.undo(Back::Since(first), Want::Apply).unwrap();
        assert_eq!(rows(&kit, &net), [], "on {place}");
        kit.policy("mode", "automatic");
        kit.sync();
        assert_eq!(
            (surname().as_str(), stands()),
            ("Test", vec![(OpKind::Update, Some(undo))]),
            "on {place}"
        );
        // Led back to what a run had done, nothing is kept away.
        kit.undo(Back::Since(end(&second)), Want::Apply).unwrap();
        assert_eq!((surname().as_str(), stands()), ("Weber", vec![]), "on {place}");
        // The source has changed since: what was then is not what it says now.
        kit.undo(Back::Since(first), Want::Apply).unwrap();
        rename("Zimmer");
        kit.sync();
        assert_eq!(surname(), "Zimmer", "on {place}");
        let back = kit.undo(Back::Since(end(&second)), Want::Apply).unwrap();
        assert_eq!(surname(), "Weber", "on {place}");
        kit.policy("mode", "automatic");
        kit.sync();
        let left = vec![(OpKind::Update, Some(back.report.run.id))];
        assert_eq!((surname().as_str(), stands()), ("Weber", left), "on {place}");
    }
}

#[test]
fn w4_who_was_marked_renamed_and_brought_back_is_not_written_by_the_next_run() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        let place = kit.db.name;
        kit.policy("on_disabled", "mark_left");
        kit.policy("people.disabled", "off");
        let anna = kit.hire("Anna", "Test");
        kit.hire("Bert", "Test");
        let then = end(&kit.sync());
        let book = all(&kit);
        kit.tenant.update_user(&anna, |u| u.account_enabled = Some(false));
        kit.sync();
        assert!(kit.entry("anna.test@muster.example").unwrap().contact.left_at.is_some(), "on {place}");
        kit.tenant.update_user(&anna, |u| {
            u.account_enabled = Some(true);
            u.surname = Some("Weber".into());
        });
        kit.sync();
        let undone = kit.undo(Back::Since(then), Want::Apply).unwrap();
        assert_eq!(kinds(&kit, &undone), [OpKind::Update], "on {place}");
        assert_eq!(all(&kit), book, "on {place}");
        kit.policy("mode", "automatic");
        kit.sync();
        assert_eq!(all(&kit), book, "on {place}");
    }
}

/// What a person changes about the rules between runs.
fn rule(kit: &Kit, dice: &mut Dice) {
    let groups = kit.book.living_groups(kit.book.connection().unwrap().unwrap().id).unwrap();
    match dice.below(6) {
        0 => kit.policy("link", dice.coin("on", "off")),
        1 => kit.policy("on_disabled", dice.one::<&str>(&["keep", "mark_left", "remove"])),
        2 if !groups.is_empty() => {
            let switch = if dice.below(3) == 0 { Switch::Off } else { Switch::On };
            kit.scope(&[ScopeChange::Group(dice.one(&groups).id.clone(), switch)]);
        }
        3 => kit.policy("group_members", dice.coin("mirror", "add_only")),
        4 => kit.policy("nested_groups", dice.coin("on", "off")),
        _ => {}
    }
}

/// A life of runs and undos; answers the book after each of them.
fn life(kit: &Kit, dice: &mut Dice, touched: &mut BTreeSet<ContactId>) -> Vec<(Timestamp, Vec<String>)> {
    let mut history = vec![(end(&kit.sync()), all(kit))];
    for _ in 0..6 {
        kit.tenant.churn(1 + dice.below(12));
        rule(kit, dice);
        if dice.below(3) == 0 {
            let entries = kit.book.entries().unwrap();
            let whom = dice.one(&entries).contact.id;
            let edit = [(Field::LastName, Some("Lokal".to_owned()))];
            kit.book.edit_contact(whom, &edit, Office::now()).unwrap();
            touched.insert(whom);
        }
        let ran = kit.sync();
        if ran.run.outcome != Outcome::Done {
            continue;
        }
        history.push((end(&ran), all(kit)));
        let back = match dice.below(4) {
            0 => Back::Run(ran.run.id),
            1 => Back::Since(dice.one(&history).0),
            _ => continue,
        };
        // Nothing may be there to be undone.
        if let Ok(undone) = kit.undo(back, Want::Apply) {
            history.push((end(&undone.report), all(kit)));
        }
    }
    history
}

#[test]
fn w4_law_after_any_runs_and_undos_the_way_to_a_time_is_the_book_of_then_and_stays_so() {
    let mut went = 0;
    for seed in seeds() {
        let preset = *Dice(seed).one(&PRESETS);
        for kit in Kit::company(preset, seed, 30, 6) {
            let kit = kit.everybody();
            kit.policy("guard.count", "1000");
            for group in kit.tenant.truth().groups.iter().take(3) {
                kit.scope(&[ScopeChange::Group(id(&group.id), Switch::On)]);
            }
            let (mut dice, mut touched) = (Dice(seed), BTreeSet::new());
            let history = life(&kit, &mut dice, &mut touched);
            let (at, _) = dice.one(&history[..history.len() - 1]);
            let then = book_at(&history, *at, &touched);
            let last = facts(&kit, &touched);
            let place = format!("seed {seed}, {preset:?}, {}", kit.db.name);
            let Ok(undone) = kit.undo(Back::Since(*at), Want::Apply) else { continue };
            says_each_thing_once(&kit, &undone, &place);
            let others = |c: &&store::Conflict| c.contact.is_none_or(|id| !touched.contains(&id));
            assert_eq!(undone.conflicts.iter().filter(others).count(), 0, "{place}: {:?}", undone.conflicts);
            assert_eq!(facts(&kit, &touched), then, "{place}");
            for _ in 0..2 {
                kit.sync();
                kit.book.set_policy(&[]).unwrap();
                assert_eq!(facts(&kit, &touched), then, "{place}: a run behind it");
            }
            kit.undo(undone.report.run.id, Want::Apply).unwrap();
            assert_eq!(facts(&kit, &touched), last, "{place}: done again");
            went += 1;
        }
    }
    assert!(went >= 3, "only {went} lives had anything to go back over");
}

/// The book at a time, but for whom people touched.
fn book_at(
    history: &[(Timestamp, Vec<String>)],
    at: Timestamp,
    touched: &BTreeSet<ContactId>,
) -> Vec<String> {
    let (_, book) = history.iter().rev().find(|(end, _)| *end <= at).unwrap();
    let of = |fact: &&String| {
        let id = fact.split(' ').next().unwrap();
        touched.iter().all(|contact| contact.get().to_string() != id)
    };
    book.iter().filter(of).cloned().collect()
}
