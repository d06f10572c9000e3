//! Finding contacts after runs, and what the change log says about them.

use model::search::terms;
use model::{ContactId, Field, Preset, RunId};
use store::{By, Event};
use sync::{Office, Want};

use crate::kit::{Kit, person};

fn found(kit: &Kit, typed: &str) -> Vec<(ContactId, Vec<String>)> {
    let hits = kit.book.search(&terms(typed), None, 100, Office::now()).unwrap().hits;
    hits.into_iter().map(|hit| (hit.entry.contact.id, hit.formerly)).collect()
}

fn events(kit: &Kit, contact: ContactId) -> Vec<(Event, By)> {
    kit.book.history(contact).unwrap().into_iter().map(|line| (line.event, line.by)).collect()
}

#[test]
fn w5_a_renamed_person_is_found_by_old_and_new_name_and_address() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        let anna = kit.hire("Anna", "Schmidt");
        kit.hire("Bert", "Baum");
        let first = kit.sync().run.id;
        let id = kit.entry("anna.schmidt@muster.example").unwrap().contact.id;
        assert_eq!(events(&kit, id), [(Event::Created, By::Run(first))], "a first fill logs nothing more");
        kit.tenant.update_user(&anna, |u| {
            u.surname = Some("Müller".into());
            u.display_name = Some("Anna Müller".into());
            u.mail = Some("anna.mueller@muster.example".into());
        });
        let second = kit.sync().run.id;
        for typed in ["müller", "mueller anna", "anna.mueller@muster.example"] {
            assert_eq!(found(&kit, typed), [(id, vec![])], "{typed} on {}", kit.db.name);
        }
        for typed in ["schmidt", "anna.schmidt@muster.example", "schmidt müller"] {
            let hits = found(&kit, typed);
            assert_eq!(hits.len(), 1, "{typed} on {}", kit.db.name);
            assert!(hits[0].1.contains(&"anna.schmidt@muster.example".to_owned()), "{hits:?}");
        }
        let changed: Vec<Field> = events(&kit, id)
            .into_iter()
            .filter(|(event, by)| matches!(event, Event::Changed(_)) && *by == By::Run(second))
            .filter_map(|(event, _)| event.field())
            .collect();
        assert_eq!(changed, [Field::DisplayName, Field::Email, Field::LastName], "{}", kit.db.name);
        let lines = kit.book.history(id).unwrap();
        let email = lines.iter().find(|l| l.event == Event::Changed(Field::Email)).unwrap();
        let values = (email.before.as_deref(), email.after.as_deref());
        assert_eq!(values, (Some("anna.schmidt@muster.example"), Some("anna.mueller@muster.example")));
    }
}

#[test]
fn s10_what_a_run_removes_is_found_no_more_and_what_an_undo_brings_back_is() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        let anna = kit.hire("Anna", "Schmidt");
        for n in 0..5 {
            kit.hire("Bert", &format!("Nr{n}"));
        }
        kit.sync();
        let id = kit.entry("anna.schmidt@muster.example").unwrap().contact.id;
        kit.tenant.delete_user(&anna);
        let removal: RunId = kit.sync().run.id;
        assert!(found(&kit, "schmidt").is_empty(), "{}", kit.db.name);
        assert_eq!(events(&kit, id)[0], (Event::Removed, By::Run(removal)));
        kit.undo(removal, Want::Apply).unwrap();
        assert_eq!(found(&kit, "schmidt"), [(id, vec![])], "{}", kit.db.name);
        assert_eq!(events(&kit, id)[0].0, Event::Restored);
    }
}

#[test]
fn w6_a_complete_read_with_nothing_new_writes_nothing_into_log_or_index() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        let anna = kit.hire("Anna", "Schmidt");
        kit.sync();
        kit.tenant.update_user(&anna, |u| u.surname = Some("Weber".into()));
        kit.sync();
        let id = kit.entry("anna.schmidt@muster.example").unwrap().contact.id;
        let before = (kit.book.history(id).unwrap(), kit.office.store.stats());
        kit.complete();
        let after = (kit.book.history(id).unwrap(), kit.office.store.stats());
        assert_eq!(before.0, after.0, "{}", kit.db.name);
        let rows = after.1.rows_written - before.1.rows_written;
        assert!(
            rows <= 8,
            "lease, cursors, connection and the customer's last good run, not {rows} on {}",
            kit.db.name
        );
    }
}

#[test]
fn w5_an_adopted_contacts_former_values_are_kept_and_logged() {
    for kit in Kit::each(Preset::Helpdesk) {
        let values = model::Values::default()
            .with(Field::FirstName, "Annemarie")
            .with(Field::DisplayName, "Annemarie")
            .with(Field::Email, "anna.schmidt@muster.example");
        let id = kit.book.add_contact(&values, model::Origin::Manual, Office::now()).unwrap();
        kit.tenant.add_user(person("Anna", "Schmidt"));
        let run = kit.sync().run.id;
        assert_eq!(found(&kit, "annemarie").len(), 1, "{}", kit.db.name);
        assert!(events(&kit, id).contains(&(Event::Linked, By::Run(run))), "{:?}", events(&kit, id));
    }
}
