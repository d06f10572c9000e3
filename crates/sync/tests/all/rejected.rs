//! A rejection lasts until its person or group is seen in another state, and not longer: the old state may come back.

use model::plan::OpKind;
use model::{Field, Preset};
use store::{ScopeChange, Switch};
use sync::{By, Order, Want};

use crate::kit::{Kit, id};

fn looks(kit: &Kit) {
    let order = Order { want: Want::Plan, read: model::run::ReadMode::Delta, by: By::Person };
    kit.run(order).unwrap();
}

#[test]
fn w2_a_rejected_removal_is_asked_about_again_once_the_person_was_back() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        let people = ["Anna", "Bert", "Cora", "Dirk"].map(|first| kit.hire(first, "Test"));
        let connection = kit.book.connection().unwrap().unwrap().id;
        kit.sync();
        for person in &people[..3] {
            kit.tenant.delete_user(person);
        }
        assert_eq!(kit.sync().run.counts.held, 3, "on {}", kit.db.name);
        let anna = [id(&people[0])];
        assert_eq!(kit.reject(&anna, "long leave"), 1);
        kit.sync();
        assert_eq!(kit.book.rejections(connection, &anna[0]).unwrap().len(), 1, "her state is the same");
        kit.tenant.restore_user(&people[0]);
        looks(&kit);
        assert_eq!(kit.book.rejections(connection, &anna[0]).unwrap().len(), 1, "a look ends nothing");
        kit.sync();
        assert_eq!(kit.book.rejections(connection, &anna[0]).unwrap(), [], "on {}", kit.db.name);
        kit.tenant.delete_user(&people[0]);
        assert_eq!(kit.sync().run.counts.held, 3, "on {}", kit.db.name);
        let holds = kit.book.holds(connection).unwrap();
        assert!(holds.iter().any(|h| h.source == anna[0] && h.kind == OpKind::Remove), "{holds:?}");
    }
}

#[test]
fn w4_what_was_undone_is_done_again_when_it_happens_again() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        let anna = kit.hire("Anna", "Test");
        let group = kit.group("Team", &[]);
        kit.scope(&[ScopeChange::Group(id(&group), Switch::On)]);
        kit.sync();
        let rename = |name: &str, team: &str| {
            kit.tenant.update_user(&anna, |u| u.surname = Some(name.into()));
            kit.tenant.update_group(&group, |g| g.display_name = Some(team.into()));
        };
        let seen = || {
            let entry = kit.entry("anna.test@muster.example").unwrap();
            let last = entry.contact.values.get(Field::LastName).unwrap_or_default().to_owned();
            (last, entry.groups.len(), kit.book.groups().unwrap()[0].name.to_string())
        };
        let before = ("Test".to_owned(), 0, "Team".to_owned());
        let after = ("Neu".to_owned(), 1, "Gruppe".to_owned());
        rename("Neu", "Gruppe");
        kit.tenant.add_member(&group, &anna);
        let run = kit.sync().run.id;
        assert_eq!(seen(), after, "on {}", kit.db.name);
        kit.undo(run, Want::Apply).unwrap();
        kit.sync();
        assert_eq!(seen(), before, "undone, and so it stays, on {}", kit.db.name);
        rename("Test", "Team");
        kit.tenant.remove_member(&group, &anna);
        kit.sync();
        assert_eq!(seen(), before, "on {}", kit.db.name);
        rename("Neu", "Gruppe");
        kit.tenant.add_member(&group, &anna);
        kit.sync();
        assert_eq!(seen(), after, "on {}", kit.db.name);
    }
}
