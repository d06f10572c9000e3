//! What a person or the operator changes leaves its marks in the same transaction, and what no run follows is theirs.

use model::ids::{GroupId, SourceId};
use model::{Field, Origin, Preset, Values};

use super::*;
use crate::connection::Imported;
use crate::contact::made_by;
use crate::mirror::Keys;
use crate::people::Range;
use crate::refusal::{Refusal, Unusable};
use crate::testing::{connected, empty_databases, leased};
use crate::{Due, StoreError};

const NOW: Timestamp = Timestamp(1_700_000_000_000);

fn script(store: &Store, sql: &str) {
    store.db.write(|tx| tx.script(sql)).unwrap();
}

fn number(store: &Store, sql: &str) -> i64 {
    store.db.read(|tx| tx.query_one(sql, params![], |row| row.int(0))).unwrap()
}

/// Nothing is marked any more.
fn settled(store: &Store) {
    script(store, "DELETE FROM pending; UPDATE schedule SET changed_at = NULL;");
}

fn source(n: u8) -> SourceId {
    SourceId::Guid([n; 16])
}

fn add(book: &Book, name: &str) -> ContactId {
    let mut values = Values::default();
    values.set(Field::DisplayName, Some(name));
    book.add_contact(&values, Origin::Manual, NOW).unwrap()
}

/// A contact group with members that a run put there.
fn group(book: &Book, members: &[ContactId]) -> GroupId {
    let group = GroupId::new(book.customer.id, 1);
    let insert = format!("INSERT INTO contact_group (id, name) VALUES ({}, 'Vertrieb');", group.get());
    let member = |contact: &ContactId| {
        let (group, contact) = (group.get(), contact.get());
        format!(
            "INSERT INTO contact_member (contact_group, contact, made_by) VALUES ({group}, {contact}, 0);"
        )
    };
    let members: String = members.iter().map(member).collect();
    script(&book.store, &format!("{insert}{members}"));
    group
}

fn by_runs(book: &Book) -> i64 {
    number(
        &book.store,
        &format!(
            "SELECT COUNT(*) FROM contact_member WHERE made_by <> {}",
            made_by(model::group::MadeBy::Hand)
        ),
    )
}

#[test]
fn w15_a_policy_of_all_customers_marks_everybody_in_its_own_transaction() {
    for db in empty_databases() {
        let (book, connection) = connected(&db);
        let store = &book.store;
        let without = store.add_customer(&"leer".parse().unwrap(), "Leer", Preset::Careful, NOW).unwrap();
        settled(store);
        store.set_setting("preset", "careful").unwrap();
        assert_eq!(book.due(connection, NOW), Ok(Due::Nobody), "{}: no key of the policy", db.name);
        for value in ["9", "8"] {
            store.set_policy(&[("guard.count".into(), value.into())]).unwrap();
            assert_eq!(book.due(connection, NOW), Ok(Due::Everybody), "{}", db.name);
        }
        assert_eq!(store.changed_schedules(9).unwrap().len(), 2, "{}: {}", db.name, without.customer.slug);
    }
}

#[test]
fn s8_a_group_linked_by_hand_is_a_scope_for_the_schedule() {
    for db in empty_databases() {
        let (book, connection) = connected(&db);
        let group = group(&book, &[]);
        settled(&book.store);
        book.link_group(connection, group, &source(9)).unwrap();
        assert_eq!(book.store.changed_schedules(9).unwrap().len(), 1, "{}", db.name);
        assert_eq!(book.due(connection, NOW), Ok(Due::Everybody), "{}", db.name);
    }
}

#[test]
fn s9_memberships_of_a_contact_unlinked_by_hand_are_a_persons_own() {
    for db in empty_databases() {
        let (book, connection) = connected(&db);
        let (anna, bert) = (add(&book, "Anna"), add(&book, "Bert"));
        book.link_by_hand(connection, &source(1), anna, NOW).unwrap();
        book.link_by_hand(connection, &source(2), bert, NOW).unwrap();
        group(&book, &[anna, bert]);
        book.unlink_by_hand(anna, NOW).unwrap();
        assert_eq!(by_runs(&book), 1, "{}", db.name);
        book.disconnect(Some(&leased(&book, connection)), Imported::Keep).unwrap();
        assert_eq!(by_runs(&book), 0, "{}", db.name);
        assert_eq!(number(&book.store, "SELECT COUNT(*) FROM contact_member"), 2, "{}", db.name);
    }
}

#[test]
fn w11_an_unreadable_line_keeps_nobody_in_and_lets_nothing_through() {
    for db in empty_databases() {
        let (book, connection) = connected(&db);
        let c = connection.get();
        let (held, out) = match db.name {
            "sqlite" => ("x'0101'", "x'0101010101010101010101010101010101'"),
            _ => ("'\\x0101'", "'\\x0101010101010101010101010101010101'"),
        };
        script(
            &book.store,
            &format!(
                "INSERT INTO kept_out (connection, source, reason, at) VALUES ({c}, {out}, 'nonsense', 1); \
                 INSERT INTO source_user (connection, source, presence, since, body) VALUES ({c}, {out}, 0, 0, {held});"
            ),
        );
        let keys = Keys {
            from: model::source::EmailFrom::Mail,
            domains: &model::source::VerifiedDomains::default(),
        };
        let loaded = book.load_people(connection, &all(), keys).map(drop);
        assert!(matches!(loaded, Err(StoreError::Corrupt(_))), "{}: {loaded:?}", db.name);
    }
}

fn all() -> Range {
    Range::Between { low: vec![0], high: vec![0xff; 256] }
}

#[test]
fn w4_pages_of_the_bin_follow_each_other_newest_first() {
    for db in empty_databases() {
        let (book, _) = connected(&db);
        let other = book.store.add_customer(&"leer".parse().unwrap(), "Leer", Preset::Careful, NOW).unwrap();
        other.remove_contact(add(&other, "Nina"), NOW).unwrap();
        let all: Vec<ContactId> =
            ["Anna", "Bert", "Cora", "Dirk", "Emma"].map(|name| add(&book, name)).into();
        // Those in the middle were removed in one moment.
        for (id, day) in all.iter().zip([1, 2, 2, 2, 3]) {
            book.remove_contact(*id, NOW.plus_days(day)).unwrap();
        }
        let (mut walked, mut after) = (Vec::new(), None);
        loop {
            let page = book.bin_page(after, 2).unwrap();
            let Some((last, at)) = page.last() else { break };
            after = Some((*at, last.id));
            walked.extend(page.iter().map(|(contact, _)| contact.id));
        }
        assert!(walked.iter().eq(all.iter().rev()), "{}: {walked:?}", db.name);
    }
}

#[test]
fn w5_the_database_itself_refuses_a_second_source_user_of_a_connection_for_one_contact() {
    for db in empty_databases() {
        let (book, connection) = connected(&db);
        let contact = add(&book, "Anna Ast");
        book.link_by_hand(connection, &source(1), contact, NOW).unwrap();
        let second = |source: &SourceId, connection: i64| {
            let sql =
                "INSERT INTO link (connection, source, contact, origin) VALUES ($1, $2, $3, 'automatic')";
            let values = params![connection, source.as_bytes(), contact.get()];
            book.store.db.write(|tx| tx.exec(sql, values))
        };
        let refused = second(&source(2), connection.get());
        assert!(matches!(refused, Err(StoreError::Conflict(_))), "{}: {refused:?}", db.name);
        assert_eq!(second(&source(2), connection.get() + 1), Ok(1), "{}: of another connection", db.name);
    }
}

#[test]
fn somebody_elses_database_is_refused_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    for journal in ["DELETE", "WAL"] {
        let path = folder.path().join(format!("bills-{journal}.db"));
        let bills = rusqlite::Connection::open(&path).unwrap();
        bills.query_row(&format!("PRAGMA journal_mode = {journal}"), [], |_| Ok(())).unwrap();
        bills
            .execute_batch("CREATE TABLE customer (name TEXT); INSERT INTO customer VALUES ('Muster')")
            .unwrap();
        drop(bills);
        let before = std::fs::read(&path).unwrap();
        let refused =
            Store::open(&Location::Sqlite(path.clone()), KeyRing::load(folder.path(), None).unwrap())
                .err()
                .unwrap();
        assert!(refused.to_string().contains("is no database of Whoswho"), "{refused}");
        assert!(std::fs::read(&path).unwrap() == before, "{journal}");
    }
}

/// Ledgers of other programs: with other columns, with other steps, and behind a view.
const LEDGERS: [&str; 3] = [
    "CREATE TABLE schema_history (installed_rank INTEGER, description TEXT); INSERT INTO schema_history VALUES (1, 'bills')",
    "CREATE TABLE schema_history (version INTEGER, name TEXT, applied_on TEXT, checksum TEXT); \
     INSERT INTO schema_history VALUES (1, 'bills', 'then', '7')",
    "CREATE TABLE steps (version INTEGER); CREATE VIEW schema_history AS SELECT version, '' AS name FROM steps",
];

#[test]
fn a_ledger_of_another_program_is_refused_on_both_engines_and_left_as_it_is() {
    for ledger in LEDGERS {
        let folder = tempfile::tempdir().unwrap();
        let keys = || KeyRing::load(folder.path(), None).unwrap();
        let path = folder.path().join("bills.db");
        rusqlite::Connection::open(&path).unwrap().execute_batch(ledger).unwrap();
        let before = std::fs::read(&path).unwrap();
        let refused = Store::open(&Location::Sqlite(path.clone()), keys()).err().unwrap();
        let expected = Refusal::NoDatabase(Unusable::OtherFile(path.display().to_string()));
        assert_eq!(refused, StoreError::Refused(expected), "{ledger}");
        assert!(std::fs::read(&path).unwrap() == before, "{ledger}");
        for db in crate::testing::empty_databases().into_iter().filter(|db| db.name == "postgres") {
            let theirs = crate::db::Db::open(&db.location).unwrap();
            theirs
                .write(|tx| ledger.split("; ").try_for_each(|sql| tx.exec(sql, params![]).map(drop)))
                .unwrap();
            let relations = || {
                let sql = "SELECT c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
                           WHERE n.nspname = current_schema() ORDER BY 1";
                theirs.read(|tx| tx.query(sql, params![], |row| Ok(row.text(0)?.to_owned()))).unwrap()
            };
            let before = relations();
            let refused = Store::open(&db.location, keys()).err().unwrap();
            let expected = Refusal::NoDatabase(Unusable::OtherTables(vec!["schema_history".into()]));
            assert_eq!(refused, StoreError::Refused(expected), "{ledger}");
            assert_eq!(relations(), before, "{ledger}");
        }
    }
}

#[test]
fn somebody_elses_tables_on_a_server_are_named_and_left_as_they_are() {
    for db in crate::testing::empty_databases().into_iter().filter(|db| db.name == "postgres") {
        let theirs = crate::db::Db::open(&db.location).unwrap();
        theirs.write(|tx| tx.exec("CREATE TABLE customer (name TEXT)", params![])).unwrap();
        theirs.write(|tx| tx.exec("CREATE TABLE bill (name TEXT)", params![])).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let opened = Store::open(&db.location, KeyRing::load(folder.path(), None).unwrap());
        let refused = opened.err().unwrap();
        let expected = Refusal::NoDatabase(Unusable::OtherTables(vec!["customer".into()]));
        assert_eq!(refused, StoreError::Refused(expected));
        let tables = "SELECT COUNT(*) FROM pg_tables WHERE schemaname = current_schema()";
        assert_eq!(theirs.read(|tx| tx.query_one(tables, params![], |row| row.int(0))).unwrap(), 2);
        assert!(!folder.path().join("key").exists());
    }
}
