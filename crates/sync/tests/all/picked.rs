//! People imported by hand, and the list from which they are picked.

use model::ids::ConnectionId;
use model::run::{Outcome, ReadMode, RunKind};
use model::search::terms;
use model::source::UserKind;
use model::{Field, Origin, Preset, SourceId, Values};
use store::{ScopeChange, Switch};
use sync::{By, Mark, Office, Order, Roster, RunError, Silent, Want};

use crate::kit::{Kit, id};

fn by_schedule(kit: &Kit) -> sync::Report {
    kit.run(Order { want: Want::Apply, read: ReadMode::Delta, by: By::Schedule }).unwrap()
}

fn import(kit: &Kit, people: &[&str]) -> Result<sync::Report, RunError> {
    kit.import(&people.iter().map(|person| id(person)).collect::<Vec<SourceId>>())
}

fn connection(kit: &Kit) -> ConnectionId {
    kit.book.connection().unwrap().unwrap().id
}

fn by_hand(kit: &Kit, email: &str) {
    let values = Values::default().with(Field::LastName, "Hand").with(Field::Email, email);
    kit.book.add_contact(&values, Origin::Manual, Office::now()).unwrap();
}

fn manual(preset: Preset) -> Vec<Kit> {
    let kits = Kit::each(preset);
    for kit in &kits {
        kit.policy("mode", "manual");
    }
    kits
}

#[test]
fn s7_an_import_brings_whom_it_names_links_whom_the_rules_link_and_adds_nobody_else() {
    for kit in manual(Preset::Careful) {
        kit.policy("on_existing", "adopt");
        let (anna, bert) = (kit.hire("Anna", "Test"), kit.hire("Bert", "Test"));
        kit.hire("Cleo", "Test");
        by_hand(&kit, "bert.test@muster.example");
        let early = import(&kit, &[&anna]);
        assert!(matches!(early, Err(RunError::NothingRead { .. })), "on {}: {early:?}", kit.db.name);
        kit.read(10_000, &kit.book, &Silent).unwrap();
        let run = import(&kit, &[&anna, &bert]).unwrap().run;
        let counts = (run.counts.created, run.counts.adopted, run.counts.removed);
        assert_eq!((run.kind, run.outcome, counts), (RunKind::Import, Outcome::Done, (1, 1, 0)));
        assert_eq!(kit.book.entries().unwrap().len(), 2, "on {}", kit.db.name);
        assert_eq!(kit.sync().run.counts.created, 0, "nobody is added by a run, on {}", kit.db.name);
        // Once more: they are there.
        let again = import(&kit, &[&anna, &bert]).unwrap().run;
        assert_eq!((again.counts.created, again.counts.adopted), (0, 0), "on {}", kit.db.name);
    }
}

#[test]
fn s7_beside_others_who_are_in_scope_an_import_takes_only_its_own() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        let (anna, bert) = (kit.hire("Anna", "Test"), kit.hire("Bert", "Test"));
        kit.read(10_000, &kit.book, &Silent).unwrap();
        import(&kit, &[&anna]).unwrap();
        assert_eq!(kit.lines(), ["anna.test@muster.example Anna Test []"], "on {}", kit.db.name);
        // The first plan of all others is still asked about.
        assert_eq!(by_schedule(&kit).run.outcome, Outcome::Waiting, "on {}", kit.db.name);
        assert_eq!(kit.sync().run.counts.created, 1, "on {}", kit.db.name);
        assert!(kit.entry("bert.test@muster.example").is_some(), "{bert}");
        assert_eq!(kit.sync().run.outcome, Outcome::Quiet, "no mark is left, on {}", kit.db.name);
    }
}

#[test]
fn s7_whoever_is_imported_is_kept_in_step_by_the_schedule_which_asks_nobody() {
    for kit in manual(Preset::Careful) {
        let anna = kit.hire("Anna", "Test");
        kit.read(10_000, &kit.book, &Silent).unwrap();
        import(&kit, &[&anna]).unwrap();
        kit.hire("Bert", "Test");
        kit.tenant.update_user(&anna, |user| user.surname = Some("Neu".into()));
        let run = by_schedule(&kit).run;
        assert_eq!((run.outcome, run.counts.updated, run.counts.created), (Outcome::Done, 1, 0));
        assert_eq!(kit.lines(), ["anna.test@muster.example Anna Neu []"], "on {}", kit.db.name);
        kit.tenant.delete_user(&anna);
        assert_eq!(by_schedule(&kit).run.counts.removed, 1, "S3, on {}", kit.db.name);
    }
}

#[test]
fn s7_an_import_reads_what_changed_and_passes_over_who_is_excluded_kept_out_or_gone() {
    for kit in manual(Preset::Careful) {
        let all = ["Anna", "Bert", "Cleo", "Dora"].map(|first| kit.hire(first, "Test"));
        kit.read(10_000, &kit.book, &Silent).unwrap();
        kit.scope(&[ScopeChange::Exclude(id(&all[1]), Switch::On)]);
        kit.tenant.delete_user(&all[2]);
        kit.tenant.update_user(&all[3], |user| user.given_name = Some("Dorothee".into()));
        let run = import(&kit, &all.each_ref().map(String::as_str)).unwrap().run;
        assert_eq!(run.counts.created, 2, "on {}", kit.db.name);
        let lines = ["anna.test@muster.example Anna Test []", "dora.test@muster.example Dorothee Test []"];
        assert_eq!(kit.lines(), lines, "on {}", kit.db.name);
        let scope = kit.book.scope(connection(&kit)).unwrap();
        assert!(scope.excluded.contains(&id(&all[1])), "what a person said stays, on {}", kit.db.name);
        assert_eq!(scope.chosen.len(), 2, "on {}", kit.db.name);
    }
}

#[test]
fn s7_two_with_one_address_are_not_imported_but_told() {
    for kit in manual(Preset::Careful) {
        let twins = ["Anna", "Bert"].map(|first| kit.hire(first, "Test"));
        for twin in &twins {
            kit.tenant.update_user(twin, |user| user.mail = Some("info@muster.example".into()));
        }
        kit.hire("Cleo", "Test");
        kit.read(10_000, &kit.book, &Silent).unwrap();
        let (row, policy) = (kit.book.connection().unwrap().unwrap(), kit.book.policy().unwrap());
        let roster = Roster::read(&kit.book, &row, &policy).unwrap();
        let sharing: Vec<bool> = roster.people().iter().map(|p| p.shares).collect();
        assert_eq!(sharing, [true, true, false], "on {}", kit.db.name);
        let run = import(&kit, &[&twins[0], &twins[1]]).unwrap().run;
        assert_eq!(run.counts.created, 0, "on {}", kit.db.name);
        assert_eq!(kit.book.findings(run.id).unwrap().len(), 2, "on {}", kit.db.name);
        // Alone somebody comes in, whoever shares the address.
        kit.scope(&[ScopeChange::Person(id(&twins[1]), Switch::Off)]);
        assert_eq!(import(&kit, &[&twins[0]]).unwrap().run.counts.created, 1, "on {}", kit.db.name);
    }
}

#[test]
fn s7_the_list_is_in_the_order_of_a_telephone_book_and_says_who_is_in_the_book() {
    for kit in manual(Preset::Careful) {
        let hire = |first: &str, last: &str| {
            let who = kit.hire(first, last);
            kit.tenant.update_user(&who, |user| {
                user.mail = Some(format!("{}@muster.example", first.to_lowercase()));
            });
            who
        };
        let (zoe, jo) = (hire("Zoe", "Albers"), hire("Jo", "Müller"));
        let (guest, off, eva) = (hire("Gast", "Extern"), hire("Otto", "Ast"), hire("Eva", "Mueller"));
        kit.tenant.update_user(&guest, |user| user.user_type = Some("Guest".into()));
        kit.tenant.update_user(&off, |user| user.account_enabled = Some(false));
        by_hand(&kit, "eva@muster.example");
        kit.read(10_000, &kit.book, &Silent).unwrap();
        import(&kit, &[&zoe]).unwrap();
        let read = || {
            let (row, policy) = (kit.book.connection().unwrap().unwrap(), kit.book.policy().unwrap());
            (Roster::read(&kit.book, &row, &policy).unwrap(), row, policy)
        };
        let (roster, row, policy) = read();
        let ids: Vec<&SourceId> = roster.people().iter().map(|p| &p.id).collect();
        let expected = [&zoe, &off, &guest, &eva, &jo].map(|person| id(person));
        assert_eq!(ids, expected.iter().collect::<Vec<_>>(), "on {}", kit.db.name);
        let of = |person: &str| &roster.people()[roster.place(&id(person)).unwrap()];
        assert!(matches!(of(&zoe).mark, Mark::InBook(_)) && !of(&zoe).can_be_ticked());
        assert!(matches!(of(&eva).mark, Mark::Apart(_)) && !of(&eva).is_ticked_at_first());
        assert!(of(&jo).mark == Mark::New && of(&jo).is_ticked_at_first());
        for odd in [&guest, &off] {
            assert!(of(odd).can_be_ticked() && !of(odd).is_ticked_at_first(), "on {}", kit.db.name);
        }
        let known = kit.book.mirror_users(connection(&kit), &[id(&guest)]).unwrap();
        assert_eq!(known[&id(&guest)].user.kind, UserKind::Guest);
        let both: &[u32] = &[3, 4];
        // Whoever is written with an ü is found by each spelling, whoever is written with ue by that one.
        for (typed, found) in
            [("mueller", both), ("Müller", both), ("muller", &[4]), ("jo mü", &[4]), ("üller", &[])]
        {
            assert_eq!(roster.found(&terms(typed)), found, "{typed}");
        }
        assert_eq!(roster.found(&[]), [0, 1, 2, 3, 4]);
        // It is true until something is different: the rules, the scope, the book, the tenant.
        assert!(roster.holds(&kit.book, &row, &policy).unwrap(), "on {}", kit.db.name);
        kit.scope(&[ScopeChange::Exclude(id(&jo), Switch::On)]);
        assert!(!roster.holds(&kit.book, &row, &policy).unwrap(), "on {}", kit.db.name);
        let (roster, row, policy) = read();
        let place = roster.place(&id(&jo)).unwrap();
        assert_eq!(roster.people()[place].mark, Mark::Excluded, "on {}", kit.db.name);
        by_hand(&kit, "gast@muster.example");
        assert!(!roster.holds(&kit.book, &row, &policy).unwrap(), "on {}", kit.db.name);
        let (roster, row, _) = read();
        kit.policy("on_existing", "adopt");
        let policy = kit.book.policy().unwrap();
        assert!(!roster.holds(&kit.book, &row, &policy).unwrap(), "on {}", kit.db.name);
        let (roster, ..) = read();
        let place = roster.place(&id(&eva)).unwrap();
        assert!(matches!(roster.people()[place].mark, Mark::WillLink(_)), "on {}", kit.db.name);
    }
}

#[test]
fn s7_a_group_brings_its_people_and_those_of_groups_within_it() {
    for kit in manual(Preset::Careful) {
        let (anna, bert) = (kit.hire("Anna", "Test"), kit.hire("Bert", "Test"));
        kit.hire("Cleo", "Test");
        let inner = kit.group("Innendienst", &[&bert]);
        let outer = kit.group("Vertrieb", &[&anna, &inner]);
        kit.read(10_000, &kit.book, &Silent).unwrap();
        let (row, policy) = (kit.book.connection().unwrap().unwrap(), kit.book.policy().unwrap());
        let roster = Roster::read(&kit.book, &row, &policy).unwrap();
        for _ in 0..2 {
            let members = roster.members(&kit.book, &row, &id(&outer)).unwrap();
            assert_eq!(*members, [0, 1], "on {}", kit.db.name);
        }
        let named: Vec<(&str, i64)> = roster.groups().iter().map(|g| (&*g.group.name, g.members)).collect();
        assert_eq!(named, [("Innendienst", 1), ("Vertrieb", 2)], "on {}", kit.db.name);
    }
}

#[test]
fn w4_an_import_is_taken_back_and_does_not_come_again_by_itself() {
    for kit in manual(Preset::Careful) {
        let anna = kit.hire("Anna", "Test");
        kit.read(10_000, &kit.book, &Silent).unwrap();
        let run = import(&kit, &[&anna]).unwrap().run;
        kit.undo(run.id, Want::Apply).unwrap();
        assert_eq!(kit.book.entries().unwrap().len(), 0, "on {}", kit.db.name);
        kit.sync();
        assert_eq!(kit.book.entries().unwrap().len(), 0, "on {}", kit.db.name);
    }
}
