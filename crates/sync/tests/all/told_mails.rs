//! What people are told by mail: a run that failed, once for its cause; a credential that ends, once at each step; removed contacts,
//! by name or by number.

use model::{ConnectionId, Preset, Timestamp};
use sync::tell_ending;

use crate::fleet::{DAY, Fleet};

fn connection(fleet: &Fleet) -> ConnectionId {
    fleet.book(0).connection().unwrap().unwrap().id
}

fn notices_go_to(fleet: &Fleet, to: &str) {
    fleet.book(0).set_setting("notify.to", to).unwrap();
}

#[test]
fn w17_a_run_that_failed_is_told_once_for_its_cause_and_nobody_is_told_where_nobody_is_named() {
    for fleet in Fleet::each(1, Preset::Awareness) {
        let name = fleet.db.name;
        fleet.sync(0).unwrap();
        let tenant = &fleet.members[0].tenant;
        tenant.revoke("User.Read.All");
        tenant.expire_access_tokens();
        assert!(fleet.sync(0).is_err());
        assert_eq!(fleet.mails(0), [""; 0], "{name}");
        notices_go_to(&fleet, "it@muster.example");
        assert!(fleet.sync(0).is_err() && fleet.sync(0).is_err());
        assert_eq!(fleet.mails(0), ["run_failed"], "{name}: once");
        let row = fleet.book(0).outbox().unwrap().remove(0);
        assert_eq!(row.mails[0].address, "it@muster.example");
        assert!(row.body.contains("User.Read.All"), "{name}: {}", row.body);
        tenant.expire_secret();
        tenant.expire_access_tokens();
        assert!(fleet.sync(0).is_err());
        assert_eq!(fleet.mails(0), ["run_failed", "run_failed"], "{name}: another cause");
        fleet.book(0).set_setting("notify.failed", "off").unwrap();
        tenant.remove_app();
        assert!(fleet.sync(0).is_err());
        assert_eq!(fleet.mails(0).len(), 2, "{name}: switched off");
    }
}

#[test]
fn o2_a_credential_that_ends_is_told_once_at_each_step_and_anew_for_another_one() {
    for fleet in Fleet::each(1, Preset::Awareness) {
        let (name, book) = (fleet.db.name, fleet.book(0));
        let ends = |days: i64| Timestamp(fleet.now().0 + days * DAY);
        book.learn_credential_end(connection(&fleet), ends(45)).unwrap();
        let tell = || tell_ending(&fleet.store, fleet.now()).unwrap();
        assert_eq!(tell(), 0, "{name}: nobody is named");
        notices_go_to(&fleet, "it@muster.example");
        assert_eq!((tell(), tell()), (1, 0), "{name}: 60 days before the end, told late");
        for (later, left) in [(16, 29), (15, 14), (7, 7), (6, 1)] {
            fleet.later((later - 1) * DAY);
            fleet.later(DAY);
            assert_eq!((tell(), tell()), (1, 0), "{name}: {left} days");
        }
        let left: Vec<i64> = book
            .outbox()
            .unwrap()
            .iter()
            .rev()
            .map(|row| {
                let body: serde_json::Value = serde_json::from_str(&row.body).unwrap();
                body["left"].as_i64().unwrap()
            })
            .collect();
        assert_eq!(left, [45, 29, 14, 7, 1], "{name}");
        book.learn_credential_end(connection(&fleet), ends(10)).unwrap();
        assert_eq!((tell(), tell()), (1, 0), "{name}: another one");
        book.learn_credential_end(connection(&fleet), ends(700)).unwrap();
        assert_eq!(tell(), 0, "{name}");
    }
}

#[test]
fn s5_operator_and_customer_are_told_by_name_or_by_number_as_each_of_them_wants() {
    for fleet in Fleet::each(1, Preset::Awareness) {
        let (name, book) = (fleet.db.name, fleet.book(0));
        fleet.sync(0).unwrap();
        for (key, value) in [("notify.to", "it@muster.example"), ("notify.removed", "on")] {
            book.set_setting(key, value).unwrap();
        }
        for (key, value) in
            [("notify.to", "desk@operator.example"), ("notify.removed", "on"), ("notify.count_only", "on")]
        {
            fleet.store.set_setting(key, value).unwrap();
        }
        let tenant = &fleet.members[0].tenant;
        let anna =
            tenant.truth().users.into_iter().find(|u| u.spec.given_name.as_deref() == Some("Anna")).unwrap();
        assert!(tenant.delete_user(&anna.id));
        assert_eq!(fleet.sync(0).unwrap().run.counts.removed, 1);
        let rows = book.outbox().unwrap();
        let to = |n: usize| rows[n].mails.iter().map(|mail| mail.address.as_str()).collect::<Vec<_>>();
        assert_eq!((rows.len(), to(1), to(0)), (2, vec!["it@muster.example"], vec!["desk@operator.example"]));
        assert!(
            rows[1].body.contains("Anna Ast") && rows[1].body.contains("\"reason\":\"deleted\""),
            "{name}"
        );
        assert!(
            !rows[0].body.contains("Anna") && rows[0].body.contains("\"count\":1"),
            "{name}: {}",
            rows[0].body
        );
    }
}
