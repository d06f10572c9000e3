//! Throttled, failing, churning: the book ends where the tenant is.

use model::Preset;
use model::run::Outcome;

use crate::kit::Kit;

/// Addresses of people who belong in a careful book, by the simulator's truth: enabled members with a name or licence,
/// with an address that nobody else in scope has.
fn expected(kit: &Kit) -> Vec<String> {
    let truth = kit.tenant.truth();
    let mut addresses: Vec<String> = truth
        .live_users()
        .filter(|u| u.spec.account_enabled == Some(true) && u.spec.user_type.as_deref() != Some("Guest"))
        .filter_map(|u| u.spec.mail.clone())
        .collect();
    addresses.sort_by_key(|a| a.to_lowercase());
    let lower: Vec<String> = addresses.iter().map(|a| a.to_lowercase()).collect();
    let alone = |a: &&String| lower.iter().filter(|l| **l == a.to_lowercase()).count() == 1;
    addresses.iter().filter(alone).cloned().collect()
}

fn addresses(kit: &Kit) -> Vec<String> {
    let entries = kit.book.entries().unwrap();
    let mut all: Vec<String> =
        entries.iter().filter_map(|e| e.contact.values.get(model::Field::Email).map(Into::into)).collect();
    all.sort_by_key(|a| a.to_lowercase());
    all
}

#[test]
fn w15_throttled_and_failing_answers_end_equal() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        for n in 0..60 {
            kit.hire("Person", &format!("N{n}"));
        }
        kit.tenant.faults(|f| {
            f.throttled = 0.2;
            f.unavailable = 0.05;
            f.truncated_json = 0.05;
        });
        kit.sync();
        for round in 0..8 {
            kit.tenant.churn(3);
            let report = kit.sync();
            assert_ne!(report.run.outcome, Outcome::Failed, "round {round}");
        }
        kit.tenant.faults(|f| *f = m365sim::Faults::default());
        release_all(&kit);
        let living = expected(&kit);
        let book = addresses(&kit);
        let missing: Vec<_> = living.iter().filter(|a| !book.contains(a)).collect();
        assert!(missing.is_empty(), "missing on {}: {missing:?}", kit.db.name);
    }
}

#[test]
fn an_awkward_company_arrives_whole_and_a_complete_read_then_writes_nothing() {
    for kit in Kit::each(Preset::Careful) {
        let kit = kit.everybody();
        for n in 0..40 {
            kit.hire("Person", &format!("N{n}"));
        }
        kit.tenant.churn(30);
        kit.sync();
        assert_eq!(addresses(&kit), expected(&kit));
        let report = kit.complete();
        assert_eq!(report.run.outcome, Outcome::Quiet, "{report:?}");
    }
}

fn release_all(kit: &Kit) {
    kit.release_all();
    kit.sync();
}
