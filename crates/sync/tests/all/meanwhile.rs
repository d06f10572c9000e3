//! What people change while a run is under way is neither lost nor overrun.

use model::run::{Outcome, ReadMode};
use model::{Field, Preset};
use store::{ScopeChange, Switch};
use sync::{By, Monitor, Order, Progress, RunError, Want};

use crate::kit::{Kit, id};

/// Does something once, when a run gets that far.
struct When<F: Fn() + Send + Sync>(std::sync::Once, fn(&Progress) -> bool, F);

impl<F: Fn() + Send + Sync> Monitor for When<F> {
    fn at(&self, progress: &Progress) {
        if (self.1)(progress) {
            // Reading reports from async code, where the database may not be called as it is.
            self.0.call_once(|| tokio::task::block_in_place(&self.2));
        }
    }
}

const APPLY: Order = Order { want: Want::Apply, read: ReadMode::Delta, by: By::Person };

fn planning(progress: &Progress) -> bool {
    matches!(progress, Progress::Planning { .. })
}

fn applying(progress: &Progress) -> bool {
    matches!(progress, Progress::Applying { .. })
}

#[test]
fn w15_a_policy_changed_while_a_run_plans_is_planned_by_the_next_one() {
    for stage in [planning as fn(&Progress) -> bool, applying] {
        for kit in Kit::each(Preset::Careful) {
            let kit = kit.everybody();
            let anna = kit.hire("Anna", "Test");
            kit.hire("Bert", "Test");
            kit.sync();
            kit.tenant.update_user(&anna, |u| {
                u.surname = Some("Neu".into());
                u.job_title = Some("Leitung".into());
            });
            let book = kit.book.clone();
            let owns = move || book.set_policy(&[("fields.job_title".into(), "always".into())]).unwrap();
            kit.run_watched(APPLY, &When(std::sync::Once::new(), stage, owns)).unwrap();
            kit.sync();
            let entry = kit.entry("anna.test@muster.example").unwrap();
            assert_eq!(entry.contact.values.get(Field::JobTitle), Some("Leitung"), "on {}", kit.db.name);
            assert_eq!(kit.sync().run.outcome, Outcome::Quiet, "on {}", kit.db.name);
        }
    }
}

#[test]
fn w15_a_scope_and_an_edit_changed_while_a_run_plans_are_not_lost() {
    for kit in Kit::each(Preset::Careful) {
        let anna = kit.hire("Anna", "Test");
        let bert = kit.hire("Bert", "Test");
        kit.scope(&[ScopeChange::Person(id(&anna), Switch::On)]);
        let (book, connection) = (kit.book.clone(), kit.book.connection().unwrap().unwrap().id);
        let chosen = id(&bert);
        let choose = move || {
            book.change_scope(connection, &[ScopeChange::Person(chosen.clone(), Switch::On)]).unwrap();
        };
        kit.run_watched(APPLY, &When(std::sync::Once::new(), planning, choose)).unwrap();
        kit.sync();
        assert_eq!(kit.lines().len(), 2, "on {}", kit.db.name);

        kit.tenant.update_user(&anna, |u| u.surname = Some("Neu".into()));
        let contact = kit.entry("bert.test@muster.example").unwrap().contact.id;
        let book = kit.book.clone();
        let edit = move || {
            let fields = [(Field::LastName, Some("Lokal".to_owned()))];
            book.edit_contact(contact, &fields, sync::Office::now()).unwrap();
        };
        kit.run_watched(APPLY, &When(std::sync::Once::new(), planning, edit)).unwrap();
        kit.sync();
        let entry = kit.entry("bert.test@muster.example").unwrap();
        assert_eq!(entry.contact.values.get(Field::LastName), Some("Test"), "on {}", kit.db.name);
    }
}

#[test]
fn w15_a_customer_switched_off_while_a_run_reads_is_left_alone() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        let anna = kit.hire("Anna", "Test");
        kit.hire("Bert", "Test");
        kit.sync();
        let before = kit.lines();
        kit.tenant.delete_user(&anna);
        let book = kit.book.clone();
        let reading = |progress: &Progress| matches!(progress, Progress::Reading { .. });
        let off = move || book.set_policy(&[("active".into(), "off".into())]).unwrap();
        let ended = kit.run_watched(APPLY, &When(std::sync::Once::new(), reading, off));
        assert!(matches!(ended, Err(RunError::Inactive)), "on {}: {ended:?}", kit.db.name);
        assert_eq!(kit.lines(), before, "on {}", kit.db.name);
        kit.policy("active", "on");
        kit.sync();
        assert_eq!(kit.lines().len(), 1, "what was read is planned later, on {}", kit.db.name);
    }
}

#[test]
fn a3_keys_follow_where_the_address_comes_from() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        kit.policy("link", "on");
        kit.tenant.add_user(m365sim::UserSpec { mail: None, ..crate::kit::person("Anna", "Test") });
        let mut values = model::Values::default();
        values.set(Field::DisplayName, Some("Anna T."));
        values.set(Field::Email, Some("anna.test@muster.example"));
        kit.book.add_contact(&values, model::Origin::Manual, sync::Office::now()).unwrap();
        kit.sync();
        assert_eq!(kit.lines().len(), 1, "nobody without an address, on {}", kit.db.name);
        kit.policy("email_from", "mail_then_upn");
        let run = kit.sync().run;
        assert_eq!((run.counts.adopted, run.counts.created), (1, 0), "on {}: {run:?}", kit.db.name);
    }
}

#[test]
fn w1_whom_a_person_holds_while_a_run_plans_keeps_the_contact() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        let anna = kit.hire("Anna", "Test");
        for first in ["Bert", "Cora", "Dirk"] {
            kit.hire(first, "Test");
        }
        kit.sync();
        kit.tenant.delete_user(&anna);
        let (book, connection) = (kit.book.clone(), kit.book.connection().unwrap().unwrap().id);
        let source = id(&anna);
        let hold = move || book.hold(connection, &source, "so", sync::Office::now()).unwrap();
        let run = kit.run_watched(APPLY, &When(std::sync::Once::new(), planning, hold)).unwrap().run;
        assert_eq!(run.counts.removed, 0, "on {}", kit.db.name);
        assert_eq!(kit.sync().run.counts.held, 1, "on {}", kit.db.name);
        assert_eq!(kit.lines().len(), 4, "on {}", kit.db.name);
    }
}
