//! All customers in reach by one statement, and what their runs did by another.

use model::{Preset, Role};

use super::*;
use crate::testing::{TestDb, empty_databases};
use crate::{KeyRing, NewAccount, Store, StoreError};

const NOW: Timestamp = Timestamp(1_795_344_360_000);
const DAY: i64 = 86_400_000;

fn house(db: &TestDb) -> Store {
    let folder = tempfile::tempdir().unwrap();
    Store::open(&db.location, KeyRing::load(folder.path(), None).unwrap()).unwrap()
}

fn signed_in(store: &Store, reach: Reach, chosen: &[CustomerId]) -> SignedIn {
    let (name, email) = ("Jana".to_owned(), format!("{}@x.example", crate::Token::new().unwrap().secret()));
    let role = if matches!(reach, Reach::Own(_)) { Role::Reader } else { Role::Technician };
    let new = NewAccount { role, reach, name, email, password: None };
    let account = store.add_account(&new, NOW).unwrap();
    store.choose_customers(account.id, chosen).unwrap();
    let token = store.begin_session(account.id, "a browser", NOW).unwrap();
    store.signed_in(&token, NOW).unwrap().unwrap()
}

#[test]
fn w9_all_in_reach_are_read_by_one_statement_and_nobody_else() {
    for db in empty_databases() {
        let store = house(&db);
        let first = store.many_customers(200, NOW).unwrap();
        let nth = |n: i64| CustomerId(first.0 + n - 1);
        let all = signed_in(&store, Reach::All, &[]);
        let before = store.stats().reads;
        let rows = all.fleet().unwrap();
        assert_eq!((rows.len(), store.stats().reads - before), (200, 1), "{}", db.name);
        let row = |n: i64| rows.iter().find(|row| row.customer.id == nth(n)).unwrap();
        // As the singles say it.
        for n in [1, 3, 7, 10, 21, 41] {
            let book = store.book(&format!("kunde-{n}")).unwrap().unwrap();
            assert_eq!(row(n).watched, book.watched().unwrap(), "{} {n}", db.name);
            assert_eq!(row(n).waits, book.for_a_person().unwrap(), "{} {n}", db.name);
            let connection = book.connection().unwrap();
            let granted = connection.as_ref().map(|c| c.granted.clone());
            assert_eq!(row(n).connection.as_ref().map(|c| c.granted.clone()), granted, "{}", db.name);
            let latest = book.runs(1).unwrap().first().map(|run| run.id);
            assert_eq!(row(n).last.map(|run| run.id), latest, "{} {n}", db.name);
        }
        assert!(row(10).connection.is_none() && row(10).watched.is_none(), "{}", db.name);
        assert_eq!((row(21).waits.held, row(22).waits.held), (3, 0), "{}", db.name);
        assert_eq!(row(41).connection.as_ref().unwrap().granted.as_ref().unwrap().missing.len(), 1);
        let with_findings = rows.iter().filter(|row| row.last.is_some_and(|run| run.findings == 2)).count();
        assert!((20..=30).contains(&with_findings), "{} {with_findings}", db.name);

        let chosen = signed_in(&store, Reach::Chosen, &[nth(5), nth(6)]);
        let slugs = |rows: Vec<FleetRow>| rows.into_iter().map(|row| row.customer.slug).collect::<Vec<_>>();
        assert_eq!(slugs(chosen.fleet().unwrap()), ["kunde-5", "kunde-6"], "{}", db.name);
        let own = signed_in(&store, Reach::Own(nth(9)), &[]);
        assert_eq!(slugs(own.fleet().unwrap()), ["kunde-9"], "{}", db.name);
        let nobody = signed_in(&store, Reach::Chosen, &[]);
        assert_eq!(slugs(nobody.fleet().unwrap()).len(), 0, "{}", db.name);
    }
}

#[test]
fn w9_what_runs_did_is_told_by_days() {
    for db in empty_databases() {
        let store = house(&db);
        let a = store.add_customer(&"a".parse().unwrap(), "A", Preset::Careful, NOW).unwrap();
        store.add_customer(&"b".parse().unwrap(), "B", Preset::Careful, NOW).unwrap();
        let run = |id: i64, at: i64, outcome: &str, counts: (i64, i64, i64, i64)| {
            let (created, updated, removed, held) = counts;
            let sql = "INSERT INTO run (id, customer, kind, mode, outcome, created, updated, restored, removed, adopted, unlinked, \
                       held, unchanged, memberships, linked, started_at, duration_ms) \
                       VALUES ($1, $2, 'run', 'delta', $3, $4, $5, 1, $6, 1, 1, $7, 0, 0, 0, $8, $9)";
            let values = crate::db::params![
                id,
                a.customer.id.0,
                outcome,
                created,
                updated,
                removed,
                held,
                at,
                id * 10
            ];
            store.db.write(|tx| tx.exec(sql, values).map(drop)).unwrap();
        };
        let days: Vec<Timestamp> = (0..3).map(|n| Timestamp(NOW.0 + n * DAY)).collect();
        run(1, NOW.0 - 1, "done", (100, 100, 100, 100));
        run(2, NOW.0, "done", (1, 2, 3, 4));
        run(3, NOW.0 + DAY - 1, "failed", (0, 0, 0, 2));
        run(4, NOW.0 + DAY, "planned", (9, 9, 9, 9));
        run(5, NOW.0 + 5 * DAY, "quiet", (7, 0, 0, 0));
        let person = signed_in(&store, Reach::All, &[]);
        let rows = person.fleet().unwrap();
        let before = store.stats().reads;
        let found = person.run_days(&rows.iter().collect::<Vec<_>>(), &days).unwrap();
        assert_eq!((found.len(), store.stats().reads - before), (2, 1), "{}", db.name);
        let of_a = &found[&a.customer.id];
        let first =
            RunDay { runs: 2, failed: 1, created: 3, changed: 6, removed: 3, held: 4, longest_ms: 30 };
        assert_eq!(of_a[0], first, "{}: restored are new, linked and unlinked are changed", db.name);
        assert_eq!(of_a[1], RunDay::default(), "{}: a look is no run", db.name);
        assert_eq!((of_a[2].runs, of_a[2].created), (1, 8), "{}: the last day has not ended", db.name);
        assert_eq!(&a.run_days(&days).unwrap(), of_a, "{}", db.name);
        assert!(a.run_days(&[]).unwrap().is_empty() && a.run_days(&days[..1]).unwrap().len() == 1);
    }
}

#[test]
fn w9_what_is_granted_is_written_when_it_changes_and_not_for_another_customer() {
    for db in empty_databases() {
        let store = house(&db);
        store.many_customers(3, NOW).unwrap();
        let [a, b] = ["kunde-1", "kunde-2"].map(|slug| store.book(slug).unwrap().unwrap());
        let connection = b.connection().unwrap().unwrap().id;
        let granted = Granted { missing: vec!["User.Read.All".into()], ..Granted::default() };
        assert!(matches!(a.learn_granted(connection, &granted, NOW), Err(StoreError::NotFound)));
        for (later, since) in [(1, 1), (2, 1)] {
            b.learn_granted(connection, &granted, Timestamp(later)).unwrap();
            let row = b.connection().unwrap().unwrap();
            assert_eq!((row.granted.as_ref(), row.granted_at), (Some(&granted), Some(Timestamp(since))));
        }
        b.learn_granted(connection, &Granted::default(), Timestamp(3)).unwrap();
        let row = b.connection().unwrap().unwrap();
        assert_eq!(
            (row.granted, row.granted_at),
            (Some(Granted::default()), Some(Timestamp(3))),
            "{}",
            db.name
        );
    }
}
