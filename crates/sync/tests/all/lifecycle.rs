//! People join, leave, rename and move; groups come and go.

use m365sim::UserSpec;
use model::run::{Outcome, ReadMode};
use model::{Field, Origin, Preset, Values};
use store::{Due, ScopeChange, Switch};
use sync::Office;

use crate::kit::{Kit, id, person};

#[test]
fn a2_first_run_brings_everybody_and_the_next_is_quiet_with_two_requests() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        kit.hire("Anna", "Müller");
        kit.hire("Jörg", "Groß");
        let first = kit.sync();
        assert_eq!((first.run.counts.created, first.run.outcome), (2, Outcome::Done));
        assert_eq!(kit.lines().len(), 2);
        let before = kit.office.store.stats().rows_written;
        let second = kit.sync();
        assert_eq!((second.run.outcome, second.run.requests), (Outcome::Quiet, Some(2)));
        let written = kit.office.store.stats().rows_written - before;
        assert!(written <= 8, "a quiet run wrote {written} rows on {}", kit.db.name);
    }
}

#[test]
fn s4_a_rename_and_a_new_address_update_the_same_contact() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        let anna = kit.hire("Anna", "Schmidt");
        kit.sync();
        let before = kit.entry("anna.schmidt@muster.example").unwrap();
        kit.tenant.update_user(&anna, |u| {
            u.surname = Some("Weber".into());
            u.mail = Some("anna.weber@muster.example".into());
        });
        let run = kit.sync().run;
        let after = kit.entry("anna.weber@muster.example").unwrap();
        assert_eq!((run.counts.updated, run.counts.created, run.mode), (1, 0, ReadMode::Delta));
        assert_eq!(after.contact.id, before.contact.id);
        assert_eq!(after.contact.values.get(Field::DisplayName), Some("Anna Weber"));
    }
}

#[test]
fn s3_a_deleted_user_leaves_the_book_and_comes_back_when_restored() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        let ids: Vec<String> = ["Anna", "Bert", "Cora", "Dirk"].iter().map(|f| kit.hire(f, "Test")).collect();
        kit.sync();
        let contact = kit.entry("anna.test@muster.example").unwrap().contact.id;
        kit.tenant.delete_user(&ids[0]);
        assert_eq!(kit.sync().run.counts.removed, 1);
        assert_eq!(kit.lines().len(), 3);
        kit.tenant.restore_user(&ids[0]);
        kit.sync();
        assert_eq!(kit.entry("anna.test@muster.example").unwrap().contact.id, contact);
    }
}

#[test]
fn w3_a_wait_of_another_length_is_due_on_its_new_day() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        kit.policy("on_disabled", "mark_left after 14 days");
        let anna = kit.hire("Anna", "Test");
        kit.sync();
        kit.tenant.update_user(&anna, |u| u.account_enabled = Some(false));
        kit.sync();
        for days in [30, 7] {
            kit.policy("on_disabled", &format!("mark_left after {days} days"));
            kit.sync();
            let connection = kit.book.connection().unwrap().unwrap().id;
            let due = |day| kit.book.due(connection, Office::now().plus_days(day)).unwrap();
            assert_eq!(due(days), Due::People(vec![id(&anna)]), "{days} days");
            assert_eq!(due(6), Due::Nobody, "{days} days");
        }
    }
}

#[test]
fn s6_an_existing_contact_is_skipped_adopted_and_let_go_again() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        let typed =
            Values::default().with(Field::Email, " Anna.Test@MUSTER.example").with(Field::DisplayName, "A.");
        kit.book.add_contact(&typed, Origin::Manual, Office::now()).unwrap();
        let anna = kit.hire("Anna", "Test");
        kit.sync();
        assert_eq!(kit.lines().len(), 1, "skip makes no second one");
        kit.policy("link", "on");
        assert_eq!(kit.sync().run.counts.adopted, 1);
        assert_eq!(kit.lines(), ["anna.test@muster.example Anna Test []"]);
        kit.policy("link", "off");
        assert_eq!(kit.sync().run.counts.unlinked, 1);
        kit.sync();
        kit.tenant.delete_user(&anna);
        kit.sync();
        assert_eq!(kit.lines().len(), 1, "an unlinked contact is nobody's to remove");
    }
}

#[test]
fn s3_a_linked_contact_that_no_run_created_is_unlinked_and_marked() {
    for kit in Kit::each(Preset::Helpdesk) {
        let typed = Values::default().with(Field::Email, "anna.test@muster.example");
        kit.book.add_contact(&typed, Origin::Manual, Office::now()).unwrap();
        let anna = kit.hire("Anna", "Test");
        assert_eq!(kit.sync().run.counts.adopted, 1);
        kit.tenant.delete_user(&anna);
        assert_eq!(kit.sync().run.counts.unlinked, 1);
        assert_eq!(kit.lines(), ["anna.test@muster.example Anna Test [] left"]);
    }
}

#[test]
fn s8_subscribed_groups_become_contact_groups_and_s9_nobody_is_removed() {
    for kit in Kit::each(Preset::Awareness) {
        let (anna, bert) = (kit.hire("Anna", "Test"), kit.hire("Bert", "Test"));
        kit.hire("Nobody", "Else");
        let group = kit.group("Vertrieb", &[&anna, &bert]);
        kit.scope(&[ScopeChange::Group(id(&group), Switch::On)]);
        kit.sync();
        let both = [
            "anna.test@muster.example Anna Test [Vertrieb]",
            "bert.test@muster.example Bert Test [Vertrieb]",
        ];
        assert_eq!(kit.lines(), both);
        kit.tenant.remove_member(&group, &bert);
        kit.sync();
        assert_eq!(kit.lines(), both, "a person who leaves the source group stays");
        kit.scope(&[ScopeChange::Group(id(&group), Switch::Off)]);
        kit.sync();
        assert_eq!(kit.lines(), both, "ending a subscription removes neither group nor contacts");
    }
}

#[test]
fn careful_mirrors_leavers_renames_and_nested_groups() {
    for kit in Kit::each(Preset::Careful) {
        let (anna, bert) = (kit.hire("Anna", "Test"), kit.hire("Bert", "Test"));
        let inner = kit.group("Innen", &[&bert]);
        let outer = kit.group("Außen", &[&anna, &inner]);
        kit.tenant.add_member(&inner, &outer);
        kit.scope(&[ScopeChange::Group(id(&outer), Switch::On)]);
        kit.sync();
        assert_eq!(
            kit.lines(),
            ["anna.test@muster.example Anna Test [Außen]", "bert.test@muster.example Bert Test [Außen]"]
        );
        kit.tenant.update_group(&outer, |g| g.display_name = Some("Aussen".into()));
        kit.tenant.remove_member(&inner, &bert);
        kit.sync();
        assert_eq!(
            kit.lines(),
            ["anna.test@muster.example Anna Test [Aussen]", "bert.test@muster.example Bert Test []"]
        );
    }
}

#[test]
fn a6_helpdesk_creates_a_new_contact_when_the_address_changes_here() {
    for kit in Kit::each(Preset::Helpdesk) {
        kit.hire("Anna", "Test");
        kit.sync();
        let old = kit.entry("anna.test@muster.example").unwrap();
        let edit = [(Field::Email, Some("privat@anna.example".to_owned()))];
        kit.book.edit_contact(old.contact.id, &edit, Office::now()).unwrap();
        assert_eq!(kit.sync().run.counts.created, 1);
        assert_eq!(
            kit.lines(),
            ["anna.test@muster.example Anna Test []", "privat@anna.example Anna Test []"]
        );
        assert_eq!(kit.entry("privat@anna.example").unwrap().linked, None);
        assert_ne!(kit.entry("anna.test@muster.example").unwrap().contact.id, old.contact.id);
    }
}

#[test]
fn x1_a_contact_removed_here_is_back_after_the_next_run_with_its_id() {
    for kit in Kit::each(Preset::PhoneSystem) {
        kit.hire("Anna", "Test");
        kit.sync();
        let old = kit.entry("anna.test@muster.example").unwrap().contact.id;
        kit.book.remove_contact(old, Office::now()).unwrap();
        assert!(kit.lines().is_empty());
        kit.sync();
        assert_eq!(kit.entry("anna.test@muster.example").unwrap().contact.id, old);
    }
}

#[test]
fn the_same_person_hired_again_keeps_the_contact() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        let old = kit.hire("Anna", "Test");
        kit.sync();
        let contact = kit.entry("anna.test@muster.example").unwrap().contact.id;
        kit.tenant.delete_user(&old);
        kit.tenant.add_user(person("Anna", "Test"));
        let run = kit.sync().run;
        assert_eq!((run.counts.removed, run.counts.created), (0, 0));
        let entry = kit.entry("anna.test@muster.example").unwrap();
        assert_eq!(entry.contact.id, contact);
        assert_ne!(entry.source, Some(id(&old)));
    }
}

#[test]
fn s7_manual_mode_imports_the_chosen_only_and_keeps_them_in_step() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        kit.policy("mode", "manual");
        let anna = kit.hire("Anna", "Test");
        kit.hire("Bert", "Test");
        kit.sync();
        assert!(kit.lines().is_empty());
        kit.scope(&[ScopeChange::Person(id(&anna), Switch::On)]);
        kit.sync();
        kit.tenant.update_user(&anna, |u| u.given_name = Some("Anne".into()));
        kit.sync();
        assert_eq!(kit.lines(), ["anna.test@muster.example Anne Test []"]);
    }
}

#[test]
fn s6_another_address_of_an_account_makes_a_finding_and_never_a_link() {
    for kit in Kit::each(Preset::Helpdesk) {
        let typed = Values::default().with(Field::Email, "Info@muster.example");
        let old = kit.book.add_contact(&typed, Origin::Manual, Office::now()).unwrap();
        let addresses = vec!["SMTP:anna.test@muster.example".into(), "smtp:info@muster.example".into()];
        kit.tenant.add_user(UserSpec { proxy_addresses: Some(addresses), ..person("Anna", "Test") });
        let run = kit.sync().run;
        assert_eq!((run.counts.created, run.counts.adopted), (1, 0), "{}", kit.db.name);
        let findings = kit.book.findings(run.id).unwrap();
        let said: Vec<_> = findings.iter().map(|f| (f.kind.name(), f.contact)).collect();
        assert_eq!(said, [("maybe_same", Some(old))], "{}", kit.db.name);
        assert_eq!(kit.entry("Info@muster.example").unwrap().linked, None);
    }
}

#[test]
fn s4_a_field_that_is_owned_no_longer_keeps_what_was_written_and_follows_no_more() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        kit.policy("fields.job_title", "always");
        let anna =
            kit.tenant.add_user(UserSpec { job_title: Some("Leitung".into()), ..person("Anna", "Test") });
        kit.sync();
        kit.policy("fields.job_title", "never");
        kit.tenant.update_user(&anna, |u| {
            u.job_title = Some("Vorstand".into());
            u.surname = Some("Neu".into());
        });
        kit.sync();
        let values = kit.entry("anna.test@muster.example").unwrap().contact.values;
        let seen = (values.get(Field::LastName), values.get(Field::JobTitle));
        assert_eq!(seen, (Some("Neu"), Some("Leitung")), "on {}", kit.db.name);
    }
}
