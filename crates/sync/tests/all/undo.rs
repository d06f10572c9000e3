//! Undo of a run: what it did goes back, the next run leaves it so, and what changed since is left alone.

use model::plan::GuardKind;
use model::run::{Outcome, ReadMode};
use model::{Field, Preset, RunId, Timestamp};
use store::{About, Back, Clash, Refusal, ScopeChange, StoreError, Switch};
use sync::{Office, RunError, UndoReport, Want};

use crate::kit::{Kit, id, person};

/// A run with everything in it: its number, the book before it, the book after it.
struct Busy {
    run: RunId,
    before: Vec<String>,
    after: Vec<String>,
    people: [String; 6],
}

fn busy_run(kit: &Kit) -> Busy {
    let people = ["Anna", "Bert", "Cora", "Dirk", "Else", "Finn"].map(|first| kit.hire(first, "Test"));
    let group = kit.group("Team", &[&people[0], &people[1]]);
    kit.scope(&[ScopeChange::Group(id(&group), Switch::On)]);
    kit.sync();
    let before = facts(kit);
    kit.hire("Gina", "Test");
    kit.tenant.update_user(&people[2], |u| {
        u.surname = Some("Weber".into());
        u.mail = Some("cora.weber@muster.example".into());
    });
    kit.tenant.delete_user(&people[1]);
    kit.tenant.remove_member(&group, &people[0]);
    kit.tenant.add_member(&group, &people[3]);
    let run = kit.sync().run;
    let counts = run.counts;
    assert_eq!((counts.created, counts.updated, counts.removed, counts.memberships), (1, 1, 1, 2));
    Busy { run: run.id, before, after: facts(kit), people }
}

/// The book with ids, links and groups.
fn facts(kit: &Kit) -> Vec<String> {
    let entries = kit.book.entries().unwrap();
    let fact = |e: &store::BookEntry| {
        let values: Vec<_> = Field::ALL.into_iter().map(|f| e.contact.values.get(f)).collect();
        let left = e.contact.left_at.is_some();
        format!(
            "{} {:?} {left} {values:?} {:?} {:?} {:?}",
            e.contact.id.get(),
            e.contact.origin,
            e.linked,
            e.source,
            e.groups
        )
    };
    entries.iter().map(fact).collect()
}

fn undo(kit: &Kit, run: RunId) -> UndoReport {
    kit.undo(run, Want::Apply).unwrap()
}

/// Runs of every kind, with everybody planned anew, change nothing.
fn stays(kit: &Kit, expected: &[String]) {
    kit.sync();
    assert_eq!(facts(kit), expected, "after a run on {}", kit.db.name);
    kit.policy("mode", "automatic");
    let run = kit.sync().run;
    assert_eq!(facts(kit), expected, "after everybody was planned on {}", kit.db.name);
    let counts = run.counts;
    assert_eq!((counts.created, counts.updated, counts.removed, counts.memberships), (0, 0, 0, 0));
    kit.complete();
    assert_eq!(facts(kit), expected, "after a complete run on {}", kit.db.name);
}

#[test]
fn w4_a_run_is_undone_and_the_next_runs_change_nothing() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        let busy = busy_run(&kit);
        let undone = undo(&kit, busy.run);
        assert_eq!(undone.conflicts, []);
        assert_eq!(undone.report.run.outcome, Outcome::Done);
        assert_eq!(facts(&kit), busy.before, "on {}", kit.db.name);
        stays(&kit, &busy.before);
        let connection = kit.book.connection().unwrap().unwrap();
        let window = kit.book.guard_window(connection.id, Office::now()).unwrap();
        assert_eq!(window.recent.get(&GuardKind::Remove), Some(&0), "an undone removal does not count");
    }
}

#[test]
fn w4_undo_of_undo_equals_redo_and_can_be_undone_again() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        let busy = busy_run(&kit);
        let first = undo(&kit, busy.run).report.run.id;
        let second = undo(&kit, first);
        assert_eq!(second.conflicts, []);
        assert_eq!(facts(&kit), busy.after, "redo on {}", kit.db.name);
        let connection = kit.book.connection().unwrap().unwrap();
        let window = kit.book.guard_window(connection.id, Office::now()).unwrap();
        assert_eq!(window.recent.get(&GuardKind::Remove), Some(&1), "a removal done again counts again");
        stays(&kit, &busy.after);
        let third = undo(&kit, second.report.run.id);
        assert_eq!(third.conflicts, []);
        assert_eq!(facts(&kit), busy.before, "undone again on {}", kit.db.name);
        stays(&kit, &busy.before);
    }
}

#[test]
fn w4_a_first_fill_with_its_groups_is_undone_redone_and_followed_when_the_source_changes() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        let people: Vec<String> = ["Anna", "Bert"].iter().map(|f| kit.hire(f, "Test")).collect();
        let group = kit.group("Team", &[&people[0]]);
        kit.scope(&[ScopeChange::Group(id(&group), Switch::On)]);
        let fill = kit.sync().run;
        let filled = facts(&kit);
        let first = undo(&kit, fill.id);
        assert_eq!(first.conflicts, []);
        assert!(kit.lines().is_empty() && kit.book.groups().unwrap().is_empty());
        stays(&kit, &[]);
        assert!(kit.book.groups().unwrap().is_empty());
        assert_eq!(undo(&kit, first.report.run.id).conflicts, []);
        assert_eq!(facts(&kit), filled);
        stays(&kit, &filled);
    }
}

#[test]
fn w4_what_is_undone_stays_until_the_source_changes() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        let busy = busy_run(&kit);
        undo(&kit, busy.run);
        kit.tenant.update_user(&busy.people[2], |u| u.given_name = Some("Cornelia".into()));
        kit.sync();
        let cora = kit.entry("cora.weber@muster.example").unwrap();
        assert_eq!(cora.contact.values.get(Field::DisplayName), Some("Cornelia Weber"));
    }
}

#[test]
fn w4_a_state_that_changed_after_the_run_is_the_one_that_counts() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        let busy = busy_run(&kit);
        kit.tenant.update_user(&busy.people[2], |u| u.job_title = Some("Chef".into()));
        kit.sync();
        let undone = undo(&kit, busy.run);
        assert_eq!(undone.conflicts, []);
        let now = facts(&kit);
        assert_eq!(
            now, busy.before,
            "a title that no policy asks for is another state, and no other contact"
        );
        stays(&kit, &now);
    }
}

#[test]
fn w4_a_field_changed_since_is_a_conflict_and_not_overwritten() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        let busy = busy_run(&kit);
        let cora = kit.entry("cora.weber@muster.example").unwrap().contact.id;
        let gina = kit.entry("gina.test@muster.example").unwrap().contact.id;
        let edit = |text: &str| [(Field::LastName, Some(text.to_owned()))];
        kit.book.edit_contact(cora, &edit("Hand"), Office::now()).unwrap();
        kit.book.edit_contact(gina, &edit("Hand"), Office::now().plus_days(1)).unwrap();
        let undone = undo(&kit, busy.run);
        let mut whys: Vec<_> = undone.conflicts.iter().map(|c| (c.contact, c.why.clone())).collect();
        whys.sort_by_key(|(contact, _)| *contact);
        let fields = Clash::Fields(vec![Field::LastName, Field::DisplayName]);
        assert_eq!(whys, [(Some(cora), fields), (Some(gina), Clash::Changed)]);
        let last = |email| kit.entry(email).unwrap().contact.values.get(Field::LastName).map(str::to_owned);
        assert_eq!(last("cora.weber@muster.example").as_deref(), Some("Hand"));
        assert_eq!(last("gina.test@muster.example").as_deref(), Some("Hand"));
        assert!(kit.entry("bert.test@muster.example").is_some(), "the rest is undone");
    }
}

#[test]
fn w4_whom_a_person_holds_is_left_alone_by_an_undo_and_goes_back_once_released() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        let busy = busy_run(&kit);
        let connection = kit.book.connection().unwrap().unwrap().id;
        let [anna, bert, cora, dirk, ..] = &busy.people;
        for one in [anna, bert, cora] {
            kit.book.hold(connection, &id(one), "Elternzeit", Office::now()).unwrap();
        }
        let groups = |email: &str| kit.entry(email).unwrap().groups.len();
        let looked = kit.undo(busy.run, Want::Plan).unwrap();
        let whys = |done: &UndoReport| {
            let mut all: Vec<_> = done.conflicts.iter().map(|c| (c.source.clone(), c.why.clone())).collect();
            all.sort_by(|a, b| a.0.cmp(&b.0));
            all
        };
        let mut held = [anna, bert, cora].map(|one| (id(one), Clash::Held));
        held.sort_by(|a, b| a.0.cmp(&b.0));
        assert_eq!(whys(&looked), held, "{}", kit.db.name);
        let undone = undo(&kit, busy.run);
        assert_eq!(whys(&undone), held, "{}", kit.db.name);
        assert!(kit.entry("cora.weber@muster.example").is_some(), "as the run left her");
        assert!(kit.entry("bert.test@muster.example").is_none(), "in the bin");
        assert_eq!((groups("anna.test@muster.example"), groups("dirk.test@muster.example")), (0, 0));
        assert!(kit.entry("gina.test@muster.example").is_none(), "nobody holds her: {dirk}");
        // Way back to a time leaves them as well.
        let since = kit.undo(Back::Since(Timestamp::START), Want::Plan).unwrap();
        assert_eq!(whys(&since), held, "{}", kit.db.name);
        // One contact that somebody asks for goes back all the same.
        let of = kit.entry("cora.weber@muster.example").unwrap().contact.id;
        let one = kit.undo(Back::OfRun(busy.run, of), Want::Apply).unwrap();
        assert!(one.conflicts.is_empty() && kit.entry("cora.test@muster.example").is_some());
        // Once they are released, the same run takes back what is left of it.
        for one in [anna, bert, cora] {
            let chosen = store::Chosen { by_hand: [id(one)].into(), ..store::Chosen::default() };
            kit.book.release(connection, &chosen, Office::now()).unwrap();
        }
        undo(&kit, busy.run);
        assert_eq!(facts(&kit), busy.before, "{}", kit.db.name);
    }
}

#[test]
fn w4_an_undo_that_would_do_something_else_than_was_looked_at_is_only_planned() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        let busy = busy_run(&kit);
        let connection = kit.book.connection().unwrap().unwrap().id;
        let cora = id(&busy.people[2]);
        kit.book.hold(connection, &cora, "", Office::now()).unwrap();
        let look = || kit.undo(busy.run, Want::Plan).unwrap().report.plan.unwrap();
        let looked = look();
        let chosen = store::Chosen { by_hand: [cora].into(), ..store::Chosen::default() };
        kit.book.release(connection, &chosen, Office::now()).unwrap();
        let undo = |looked| {
            let undo = sync::undo_as_looked_at(&kit.book, Back::Run(busy.run), looked, &sync::Silent);
            kit.runtime.block_on(undo).unwrap()
        };
        assert_eq!(undo(looked).report.run.outcome, Outcome::Planned, "{}", kit.db.name);
        assert_eq!(facts(&kit), busy.after, "{}: she was not among what was shown", kit.db.name);
        assert_eq!(undo(look()).report.run.outcome, Outcome::Done, "{}", kit.db.name);
        assert_eq!(facts(&kit), busy.before, "{}", kit.db.name);
    }
}

#[test]
fn w4_a_previewed_undo_changes_nothing() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        let busy = busy_run(&kit);
        let planned = kit.undo(busy.run, Want::Plan).unwrap();
        assert_eq!(planned.report.run.outcome, Outcome::Planned);
        let rows = kit.book.plan_rows(planned.report.plan.unwrap(), 0, 100).unwrap();
        assert_eq!(rows.len(), 4, "{rows:?}");
        assert_eq!(facts(&kit), busy.after);
        stays(&kit, &busy.after);
        assert!(matches!(
            kit.undo(planned.report.run.id, Want::Apply),
            Err(RunError::Store(StoreError::Refused(_)))
        ));
    }
}

#[test]
fn w4_links_cut_marks_and_adoptions_are_undone() {
    for kit in Kit::each(Preset::Helpdesk) {
        let typed = model::Values::default().with(Field::Email, "anna.test@muster.example");
        kit.book.add_contact(&typed, model::Origin::Manual, Office::now()).unwrap();
        let before = facts(&kit);
        let anna = kit.hire("Anna", "Test");
        let adopted = kit.sync().run;
        let linked = facts(&kit);
        assert_eq!(undo(&kit, adopted.id).conflicts, []);
        assert_eq!(facts(&kit), before);
        stays(&kit, &before);
        let runs = kit.book.runs(10).unwrap();
        let first = runs.iter().find(|r| r.counts.unlinked == 1).unwrap().id;
        assert_eq!(undo(&kit, first).conflicts, []);
        assert_eq!(facts(&kit), linked);
        kit.tenant.delete_user(&anna);
        let gone = kit.sync().run;
        assert_eq!(gone.counts.unlinked, 1);
        let left = facts(&kit);
        let back = undo(&kit, gone.id);
        assert_eq!(back.conflicts, []);
        assert_eq!(facts(&kit), linked);
        stays(&kit, &linked);
        assert_eq!(undo(&kit, back.report.run.id).conflicts, []);
        assert_eq!(facts(&kit), left);
        stays(&kit, &left);
    }
}

#[test]
fn w4_a_link_taken_over_and_a_person_hired_again_are_undone() {
    for kit in Kit::each(Preset::Helpdesk) {
        kit.hire("Anna", "Test");
        kit.sync();
        let old = kit.entry("anna.test@muster.example").unwrap().contact.id;
        let edit = [(Field::Email, Some("privat@anna.example".to_owned()))];
        kit.book.edit_contact(old, &edit, Office::now()).unwrap();
        let before = facts(&kit);
        round_trip(&kit, &before);
    }
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        let old = kit.hire("Anna", "Test");
        kit.sync();
        let before = facts(&kit);
        kit.tenant.delete_user(&old);
        kit.tenant.add_user(person("Anna", "Test"));
        round_trip(&kit, &before);
    }
}

/// Run, undo, redo, undo: there and back again, and runs leave it so.
fn round_trip(kit: &Kit, before: &[String]) {
    let run = kit.sync().run;
    let after = facts(kit);
    assert_ne!(before, after);
    let undone = undo(kit, run.id);
    assert_eq!(undone.conflicts, []);
    assert_eq!(facts(kit), before);
    stays(kit, before);
    let redone = undo(kit, undone.report.run.id);
    assert_eq!(redone.conflicts, []);
    assert_eq!(facts(kit), after);
    stays(kit, &after);
    assert_eq!(undo(kit, redone.report.run.id).conflicts, []);
    assert_eq!(facts(kit), before);
}

#[test]
fn w4_a_renamed_group_gets_its_name_back() {
    for kit in Kit::each(Preset::Careful) {
        let anna = kit.hire("Anna", "Test");
        let group = kit.group("Alt", &[&anna]);
        kit.scope(&[ScopeChange::Group(id(&group), Switch::On)]);
        kit.sync();
        let before = facts(&kit);
        kit.tenant.update_group(&group, |g| g.display_name = Some("Neu".into()));
        round_trip(&kit, &before);
    }
}

/// By which undo a run is undone, where that is why it cannot be undone.
fn undone_by(kit: &Kit, back: impl Into<Back>) -> Option<RunId> {
    let back = back.into();
    let before = kit.book.all_runs(100).unwrap();
    let answers = [Want::Plan, Want::Apply].map(|want| kit.undo(back, want));
    assert_eq!(kit.book.all_runs(100).unwrap(), before, "it leaves no run");
    match answers {
        [Err(RunError::Store(StoreError::Refused(Refusal::UndoneAlready { by, .. }))), Err(_)] => Some(by),
        [Err(planned), Err(applied)] => panic!("{planned:?}, {applied:?}"),
        _ => None,
    }
}

#[test]
fn w4_a_run_that_is_undone_says_by_which_undo_until_that_is_undone() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        let busy = busy_run(&kit);
        let first = undo(&kit, busy.run).report.run;
        assert_eq!(undone_by(&kit, busy.run), Some(first.id));
        let told = kit.undo(busy.run, Want::Apply).unwrap_err();
        let at = Timestamp(first.started_at.0 + first.duration_ms.unwrap());
        let said = Refusal::UndoneAlready { run: busy.run, about: About::Run, by: first.id, at };
        assert!(matches!(&told, RunError::Store(StoreError::Refused(why)) if *why == said), "{told:?}");
        let cora = kit.entry("cora.test@muster.example").unwrap().contact.id;
        assert_eq!(undone_by(&kit, Back::OfRun(busy.run, cora)), Some(first.id), "of one contact as well");

        // It is undone no more once its undo is undone.
        let again = undo(&kit, first.id).report.run;
        assert_eq!(facts(&kit), busy.after);
        assert_eq!(undone_by(&kit, first.id), Some(again.id));
        // One contact goes back, and the rest of the run can still be taken back.
        let one = kit.undo(Back::OfRun(busy.run, cora), Want::Apply).unwrap().report.run;
        assert_eq!(undone_by(&kit, Back::OfRun(busy.run, cora)), Some(one.id));
        let rest = undo(&kit, busy.run).report.run;
        assert_eq!(undone_by(&kit, busy.run), Some(rest.id));

        // The way back to a time takes back what ended since.
        undo(&kit, rest.id);
        let run = kit.book.run(busy.run).unwrap().unwrap();
        let before = Back::Since(Timestamp(run.started_at.0 - 1));
        let since = kit.undo(before, Want::Apply).unwrap().report.run;
        assert_eq!(undone_by(&kit, busy.run), Some(since.id));
    }
}

#[test]
fn w4_a_run_that_was_brought_back_is_undone_again_as_often_as_somebody_wants() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        let busy = busy_run(&kit);
        let before = busy.before.clone();
        for _ in 0..2 {
            let undone = undo(&kit, busy.run);
            assert_eq!((undone.conflicts, facts(&kit)), (vec![], before.clone()));
            assert_eq!(undone_by(&kit, busy.run), Some(undone.report.run.id));
            let redone = undo(&kit, undone.report.run.id);
            assert_eq!((redone.conflicts, facts(&kit)), (vec![], busy.after.clone()));
        }
        let gina = kit.entry("gina.test@muster.example").unwrap().contact.id;
        for _ in 0..2 {
            let one = kit.undo(Back::OfRun(busy.run, gina), Want::Apply).unwrap();
            assert_eq!(one.conflicts, []);
            assert!(kit.entry("gina.test@muster.example").is_none());
            assert_eq!(undone_by(&kit, Back::OfRun(busy.run, gina)), Some(one.report.run.id));
            undo(&kit, one.report.run.id);
            assert_eq!(facts(&kit), busy.after);
        }
        // With others it came back, and only with them it goes.
        let run = kit.book.run(busy.run).unwrap().unwrap();
        let since = Back::Since(Timestamp(run.started_at.0 - 1));
        let since = kit.undo(since, Want::Apply).unwrap().report.run;
        let redone = undo(&kit, since.id).report.run;
        let told = kit.undo(busy.run, Want::Apply).unwrap_err();
        let said = Refusal::BroughtBack { run: busy.run, by: redone.id };
        assert!(matches!(&told, RunError::Store(StoreError::Refused(why)) if *why == said), "{told:?}");
        assert_eq!(facts(&kit), busy.after);
        undo(&kit, redone.id);
        assert_eq!(facts(&kit), before);
    }
}

#[test]
fn w4_who_was_undone_and_brought_back_alone_goes_with_the_whole_run_again() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        let busy = busy_run(&kit);
        let of = |email: &str| kit.entry(email).unwrap().contact.id;
        // Created, renamed, and put into a group by the run.
        let three = ["gina.test", "cora.weber", "dirk.test"].map(|n| of(&format!("{n}@muster.example")));
        for contact in three {
            let alone = kit.undo(Back::OfRun(busy.run, contact), Want::Apply).unwrap();
            assert_eq!(alone.conflicts, []);
            assert_ne!(facts(&kit), busy.after);
            assert_eq!(undo(&kit, alone.report.run.id).conflicts, []);
            assert_eq!(facts(&kit), busy.after, "as the run left it, on {}", kit.db.name);
        }
        let looked = kit.undo(busy.run, Want::Plan).unwrap();
        assert_eq!(looked.conflicts, [], "on {}", kit.db.name);
        let whole = undo(&kit, busy.run);
        assert_eq!((whole.conflicts, facts(&kit)), (vec![], busy.before.clone()), "on {}", kit.db.name);
        assert_eq!(undone_by(&kit, busy.run), Some(whole.report.run.id));
        assert_eq!(undone_by(&kit, Back::OfRun(busy.run, three[0])), Some(whole.report.run.id));
        stays(&kit, &busy.before);

        // That undo is one as any other: undone, and made again.
        assert_eq!(undo(&kit, whole.report.run.id).conflicts, []);
        assert_eq!(facts(&kit), busy.after, "brought back on {}", kit.db.name);
        stays(&kit, &busy.after);
        assert_eq!(undo(&kit, busy.run).conflicts, []);
        assert_eq!(facts(&kit), busy.before, "undone again on {}", kit.db.name);
    }
}

#[test]
fn w4_an_undo_that_had_to_leave_everything_alone_has_undone_nothing() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        kit.hire("Anna", "Test");
        kit.sync();
        let anna = kit.entry("anna.test@muster.example").unwrap().contact.id;
        kit.tenant.update_user(
            &kit.entry("anna.test@muster.example").unwrap().source.unwrap().to_string(),
            |u| {
                u.surname = Some("Neu".into());
            },
        );
        let run = kit.sync().run.id;
        let edit = [(Field::LastName, Some("Anders".to_owned()))];
        kit.book.edit_contact(anna, &edit, Office::now()).unwrap();
        for _ in 0..2 {
            let left = undo(&kit, run);
            assert_ne!(left.conflicts, [], "{}", kit.db.name);
        }
    }
}

#[test]
fn w4_another_customer_s_run_is_not_found_and_a_run_under_way_makes_it_wait() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        let busy = busy_run(&kit);
        let slug = "other".parse().unwrap();
        let other = kit.office.store.add_customer(&slug, "Other", Preset::Careful, Office::now()).unwrap();
        let refused = kit.undo_in(&other, busy.run, Want::Apply);
        assert!(matches!(refused, Err(RunError::Store(StoreError::NotFound))), "{refused:?}");
        let missing = kit.undo(RunId(9_999), Want::Apply);
        assert!(matches!(missing, Err(RunError::Store(StoreError::NotFound))), "{missing:?}");
        assert_eq!(facts(&kit), busy.after);
        let connection = kit.book.connection().unwrap().unwrap();
        let me = store::Holder("somebody else".into());
        let asked = kit
            .book
            .take_lease(connection.id, &me, store::Work::Other, |_| store::Liveness::Unknown)
            .unwrap();
        assert!(matches!(asked, store::Asked::Taken(_)));
        assert!(matches!(kit.undo(busy.run, Want::Apply), Err(RunError::Busy { .. })));
        assert!(matches!(kit.try_sync(ReadMode::Delta), Err(RunError::Busy { .. })));
    }
}
