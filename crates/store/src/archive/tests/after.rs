//! What a restore means for processes that know the former database, and for people of other installations.

use super::*;
use crate::lease::{Asked, Holder, Lease, Liveness, Work};
use crate::mirror::ReadEnd;
use crate::quiet::{QuietEnd, Unwritten};
use crate::schedule::{Places, Settled};

fn take(book: &Book, connection: ConnectionId, name: &str) -> Result<Lease> {
    match book.take_lease(connection, &Holder(name.into()), Work::Other, |_| Liveness::Unknown)? {
        Asked::Taken(lease) => Ok(lease),
        Asked::Busy => panic!("nobody else holds a lease here"),
    }
}

fn muster(store: &Store) -> Book {
    store.add_customer(&"muster".parse().unwrap(), "Muster", Preset::Careful, NOW).unwrap()
}

fn script(store: &Store, sql: &str) {
    store.db.write(|tx| tx.script(sql)).unwrap();
}

fn replace(archive: &Path) -> Restore {
    Restore { target: Target::Replace, ..order(archive) }
}

/// The next run of the restored database, with the lease or, where nothing is to be written, by passing through it.
fn next_run(book: &Book, quiet: bool) {
    let connection = book.connection().unwrap().unwrap();
    if !quiet {
        take(book, connection.id, "b").unwrap();
        return;
    }
    let end = ReadEnd { users: "u2".into(), groups: "g2".into(), at: NOW };
    let unwritten = Unwritten { connection: &connection, me: &Holder("b".into()), end: &end, now: NOW };
    assert_eq!(book.settle(&unwritten).unwrap(), QuietEnd::Counted);
}

#[test]
fn w15_a_run_that_slept_over_a_restore_writes_nothing_into_the_restored_book() {
    for (quiet, db) in
        [false, true].into_iter().flat_map(|quiet| empty_databases().into_iter().map(move |db| (quiet, db)))
    {
        let folder = tempfile::tempdir().unwrap();
        let frozen = store(&db, folder.path());
        let book = muster(&frozen);
        let connection = connect(&book);
        let read = "UPDATE connection SET complete = 1, users_cursor = 'u', groups_cursor = 'g'";
        script(&frozen, &format!("DELETE FROM pending; {read}"));
        let archive = backup(&frozen, folder.path(), "archive");
        let lease = take(&book, connection, "a").unwrap();
        book.note_waiting(&lease, NOW).unwrap();
        script(&frozen, "UPDATE lease SET expires_at = 1");
        store(&db, folder.path()).restore(&replace(&archive), &still).unwrap();

        let now = store(&db, folder.path());
        next_run(&now.book("muster").unwrap().unwrap(), quiet);
        let thawed = book.note_waiting(&lease, NOW);
        assert_eq!(thawed, Err(StoreError::LeaseLost), "{} quiet {quiet}", db.name);
        assert_eq!(book.renew(&lease), Err(StoreError::LeaseLost), "{} quiet {quiet}", db.name);
    }
}

#[test]
fn w15_a_customer_that_comes_back_by_a_restore_gives_no_lease_twice() {
    for db in empty_databases() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = store(&db, folder.path());
        let book = muster(&store);
        let connection = connect(&book);
        let archive = backup(&store, folder.path(), "archive");
        let lease = take(&book, connection, "a").unwrap();
        book.remove(Some(&lease)).unwrap();
        store.restore(&replace(&archive), &still).unwrap();
        take(&store.book("muster").unwrap().unwrap(), connection, "b").unwrap();
        assert_eq!(book.renew(&lease), Err(StoreError::LeaseLost), "{}", db.name);
    }
}

#[test]
fn w15_a_process_that_knows_the_former_database_starts_no_run_in_the_restored_one() {
    for db in empty_databases() {
        let folder = tempfile::tempdir().unwrap();
        let serving = store(&db, folder.path());
        let node = serving.new_node().unwrap();
        let book = muster(&serving);
        let connection = connect(&book);
        let other = empty_databases().swap_remove(0);
        let other = filled(&other, folder.path());
        script(&other, "DELETE FROM hold; DELETE FROM plan");
        let archive = backup(&other, folder.path(), "archive");
        let mut restoring = store(&db, folder.path());
        restoring.restore(&replace(&archive), &still).unwrap();

        let told = take(&book, connection, "a").map(drop).unwrap_err();
        assert_eq!(told, StoreError::Replaced, "{}", db.name);
        assert!(told.to_string().contains("start it again"), "{told}");
        let (rule, time_zone) = (String::new(), String::new());
        let settled = Settled { customer: book.customer.id, rule, time_zone, due_at: None, pause: None };
        let places = Places { sound: 1, troubled: 1 };
        let claims = serving.settle_and_claim((node, &Holder("a".into())), &[settled], places, NOW);
        assert_eq!(claims.map(drop), Err(StoreError::Replaced), "{}", db.name);
        assert_eq!(serving.check_same(), Err(StoreError::Replaced), "{}", db.name);
        restoring.check_same().unwrap();
        let fresh = store(&db, folder.path());
        fresh.check_same().unwrap();
        assert!(fresh.new_node().unwrap() > node, "{}: a node's number is given once", db.name);
        let book = fresh.book("muster").unwrap().unwrap();
        take(&book, book.connection().unwrap().unwrap().id, "b").unwrap();
    }
}

#[test]
fn w15_nobody_reads_or_writes_while_a_restore_is_at_work() {
    let folder = tempfile::tempdir().unwrap();
    let source = empty_databases().swap_remove(0);
    let source = store(&source, folder.path());
    let book = muster(&source);
    (0..1_000).for_each(|n| book.set_setting(&format!("note.{n}"), "x").unwrap());
    let archive = backup(&source, folder.path(), "archive");
    for db in empty_databases() {
        let mut store = store(&db, folder.path());
        let seen = Once::new(0);
        let locked = |step| {
            if db.name != "postgres" || !matches!(step, Step::Restoring { .. }) {
                return;
            }
            let sql = "SELECT COUNT(*) FROM pg_locks l WHERE l.mode = 'AccessExclusiveLock' AND l.granted \
                       AND l.relation IN ('connection'::regclass, 'lease'::regclass, 'contact_search'::regclass)";
            seen.set(db.read(|tx| tx.query_one(sql, params![], |row| row.int(0))).unwrap());
        };
        store.restore(&order(&archive), &locked).unwrap();
        // SQLite's writer is alone, and its readers see one state.
        assert_eq!(seen.get(), if db.name == "postgres" { 3 } else { 0 });
    }
}

#[test]
fn a8_an_archive_without_credentials_needs_no_key_of_the_former_installation() {
    let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let source = empty_databases().swap_remove(0);
    let source = store(&source, folder.path());
    muster(&source);
    source.rotate_key().unwrap();
    let archive = backup(&source, folder.path(), "archive");
    for db in empty_databases() {
        let mut store = store(&db, other.path());
        store.restore(&order(&archive), &still).unwrap();
        let book = store.book("muster").unwrap().unwrap();
        let id = connect(&book);
        assert!(book.credential(id).is_ok(), "{}", db.name);
    }
}

/// A store of an installation of its own: customers of one tenant, each with the same person in the book.
fn of_one_tenant(db: &TestDb, keys: &Path, slugs: &[&str]) -> Store {
    let store = store(db, keys);
    for slug in slugs {
        let book = store.add_customer(&slug.parse().unwrap(), slug, Preset::Careful, NOW).unwrap();
        let connection = connect(&book);
        let anna = add(&book, "anna@muster.example");
        book.link_by_hand(connection, &SourceId::Guid([7; 16]), anna, NOW).unwrap();
    }
    store
}

#[test]
fn w11_who_is_kept_out_elsewhere_is_erased_for_the_same_customer_only() {
    for (at, db) in empty_databases().iter().enumerate() {
        let folder = tempfile::tempdir().unwrap();
        let (first, second) = (empty_databases().swap_remove(at), empty_databases().swap_remove(0));
        let here = of_one_tenant(&first, folder.path(), &["nord", "west"]);
        let archive = backup(&here, folder.path(), "here");
        let elsewhere = of_one_tenant(&second, folder.path(), &["sued", "west"]);
        for slug in ["sued", "west"] {
            let book = elsewhere.book(slug).unwrap().unwrap();
            let lease = take(&book, book.connection().unwrap().unwrap().id, "a").unwrap();
            let sources = [(lease.connection, SourceId::Guid([7; 16]))];
            let erase = Erase { contact: None, sources: &sources, reason: KeptOut::Erased, by: "test" };
            book.erase(Some(&lease), &erase, NOW).unwrap();
        }
        let kept_out = Some(backup(&elsewhere, folder.path(), "elsewhere"));
        let mut store = store(db, folder.path());
        let done = store.restore(&Restore { kept_out, ..order(&archive) }, &still).unwrap();
        assert_eq!((done.kept_out, done.erased, done.foreign), (1, 1, 1), "{}", db.name);
        let left = |slug| store.book(slug).unwrap().unwrap().entries().unwrap().len();
        assert_eq!((left("nord"), left("west")), (1, 0), "{}", db.name);
    }
}
