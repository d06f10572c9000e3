//! Archives on both engines: what goes in comes out, from either into either, or nothing does.

mod killed;

use std::cell::Cell as Once;
use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use model::ids::{ConnectionId, SourceId};
use model::scope::KeptOut;
use model::{Field, Origin, Preset, Values};
use secrecy::ExposeSecret;
use sha2::{Digest, Sha256};

use super::read::{self, Cell, Visitor};
use super::*;
use crate::connection::{EndBy, NewConnection, StoredCredential};
use crate::db::{Bulk, Location, Verb, params};
use crate::erase::Erase;
use crate::seal::{KeyRing, hex};
use crate::store::{Book, Store};
use crate::testing::{TestDb, empty_databases, leased};
use model::Timestamp;

mod after;

const NOW: Timestamp = Timestamp(1_700_000_000_000);

fn still(_: Step) {}

/// A store over a database, with the keys of a folder.
fn store(db: &TestDb, keys: &Path) -> Store {
    Store::open(&db.location, KeyRing::load(keys, None).unwrap()).unwrap()
}

/// A customer with a connection, a contact, and two rows in every other table.
fn filled(db: &TestDb, keys: &Path) -> Store {
    let store = store(db, keys);
    let book =
        store.add_customer(&"muster".parse().unwrap(), "Müster & Söhne", Preset::Careful, NOW).unwrap();
    let connection = connect(&book);
    add(&book, "anna@muster.example");
    store.set_setting("policy.guard.count", "7").unwrap();
    // One row for each customer, and one for the operator.
    let logo = |bytes: &[u8]| crate::Logo { media: "image/png".into(), bytes: bytes.to_vec() };
    book.set_logo(Some(&logo(b"\x89PNG\0"))).unwrap();
    store.set_logo(Some(&logo(b"\xff\xd8\xff"))).unwrap();
    let secret = StoredCredential::Secret("geheim-geheim".into());
    let app = crate::NewOperatorApp {
        tenant: "operator.example",
        client_id: "c",
        login_url: "https://login.example",
        graph_url: "https://graph.example",
        credential: &secret,
        credential_ends_at: None,
    };
    store.set_operator_app(&app, NOW).unwrap();
    let server = crate::MailServer {
        way: crate::MailWay::Graph,
        sender: "whoswho@operator.example".into(),
        sender_name: "Whoswho".into(),
        has_password: true,
        changed_at: NOW,
    };
    store.set_mail_server(&server, &crate::Password::Is("geheim-geheim".into()), NOW).unwrap();
    store
        .db
        .write(|tx| {
            for table in catalog(tx)? {
                let own = [
                    "setting",
                    "counter",
                    "customer",
                    "connection",
                    "operator_app",
                    "mail_server",
                    "contact",
                    "schedule",
                    "logo",
                ];
                if !own.contains(&table.table.as_str()) {
                    two_rows(tx, &table, connection)?;
                }
            }
            Ok(())
        })
        .unwrap();
    store
}

fn connect(book: &Book) -> ConnectionId {
    let new = NewConnection {
        tenant_id: "11111111-2222-3333-4444-555555555555",
        client_id: "c",
        login_url: "https://login.example",
        graph_url: "https://graph.example",
        credential: StoredCredential::Secret("geheim-geheim".into()),
        credential_ends_at: None,
        credential_end_by: EndBy::Typed,
    };
    book.connect(&new, NOW).unwrap().id
}

fn add(book: &Book, email: &str) -> model::ContactId {
    let mut values = Values::default();
    values.set(Field::DisplayName, Some("Anna Ast"));
    values.set(Field::Email, Some(email));
    book.add_contact(&values, Origin::Manual, NOW).unwrap()
}

fn two_rows(tx: &mut Tx<'_>, table: &TableHead, connection: ConnectionId) -> Result<()> {
    let nullable: Vec<String> = crate::migrate::columns::columns(tx)?
        .into_iter()
        .filter(|c| c.table == table.table && c.nullable)
        .map(|c| c.name)
        .collect();
    let columns: Vec<(&str, Type)> = table.columns.iter().map(|(n, c)| (n.as_str(), c.ty())).collect();
    let spec = Bulk { table: &table.table, columns: &columns, verb: Verb::Insert { on_conflict: "" } };
    let mut bulk = tx.bulk(&spec)?;
    for row in 1..=2_i64 {
        bulk.row(|v| {
            for (at, (name, class)) in table.columns.iter().enumerate() {
                let null = row == 2 && nullable.contains(name);
                let text = format!("Jörg \"{row}\"\n\\ \u{1F600}");
                match (class, name.as_str()) {
                    (Class::Int, "customer") => v.int(1),
                    (Class::Int, "connection") => v.opt_int((!null).then(|| connection.get())),
                    (Class::Int, _) if null => v.opt_int(None),
                    (Class::Int, _) => v.int(if at == 1 { i64::MIN + row } else { i64::MAX - row }),
                    (Class::Text, "state" | "outcome") => v.text("applied"),
                    (Class::Text, _) => v.opt_text((!null).then_some(text.as_str())),
                    (Class::Blob, _) => v.opt_blob((!null).then_some(&[0, 255, row as u8][..])),
                }
            }
        })?;
    }
    bulk.finish().map(drop)
}

/// Every row of every archived table, sorted. Of counters that a restore raises only the names.
fn dump(store: &Store) -> BTreeMap<String, Vec<String>> {
    let all = store.db.read(|tx| {
        let mut all = BTreeMap::new();
        for table in catalog(tx)? {
            let names: Vec<&str> = table.columns.iter().map(|(name, _)| name.as_str()).collect();
            let sql = format!("SELECT {} FROM {}", names.join(", "), table.table);
            let mut rows = tx.query(&sql, params![], |row| {
                let cell = |(at, (_, class)): (usize, &(String, Class))| match class {
                    Class::Int => format!("{:?}", row.opt_int(at).unwrap()),
                    Class::Text => format!("{:?}", row.opt_text(at).unwrap()),
                    Class::Blob => format!("{:?}", row.opt_blob(at).unwrap()),
                };
                let cells: Vec<String> = table.columns.iter().enumerate().map(cell).collect();
                let raised = ["node", "lease", "epoch"].map(|name| format!("{:?}", Some(name)));
                let some =
                    if table.table == "counter" && raised.contains(&cells[0]) { 1 } else { cells.len() };
                Ok(cells[..some].join(" "))
            })?;
            rows.sort();
            all.insert(table.table, rows);
        }
        Ok(all)
    });
    all.unwrap()
}

fn order(from: &Path) -> Restore {
    let (target, credentials) = (Target::Empty, Credentials::Keep);
    Restore { from: from.to_owned(), kept_out: None, target, credentials }
}

fn backup(store: &Store, folder: &Path, name: &str) -> PathBuf {
    let path = folder.join(name);
    store.backup_to(&path, Existing::Keep, NOW, &still).unwrap();
    path
}

fn is_empty(store: &Store) -> bool {
    dump(store).iter().all(|(table, rows)| match table.as_str() {
        "setting" => rows.len() == 1,
        "counter" => true,
        _ => rows.is_empty(),
    })
}

#[test]
fn w15_an_archive_goes_from_engine_to_engine_and_back_unchanged() {
    let folder = tempfile::tempdir().unwrap();
    let databases = empty_databases();
    let first = filled(&databases[0], folder.path());
    let before = dump(&first);
    assert!(before.values().all(|rows| !rows.is_empty()), "{before:#?}");
    let id = add(&first.book("muster").unwrap().unwrap(), "b@muster.example");
    let before = dump(&first);
    let public = first.public_id(id);
    let mut archive = backup(&first, folder.path(), "first");
    let back = empty_databases().swap_remove(0);
    for (at, db) in databases.iter().skip(1).chain(std::iter::once(&back)).enumerate() {
        let mut store = store(db, folder.path());
        let restored = store.restore(&order(&archive), &still).unwrap();
        assert_eq!(restored.rows, before.values().map(|rows| rows.len() as u64).sum::<u64>(), "{}", db.name);
        assert_eq!(dump(&store), before, "{}", db.name);
        assert_eq!(store.public_id(id), public, "{}: public ids move", db.name);
        let book = store.book("muster").unwrap().unwrap();
        let credential = book.credential(book.connection().unwrap().unwrap().id).unwrap();
        let StoredCredential::Secret(secret) = credential else { panic!("a secret was stored") };
        assert_eq!(secret.expose_secret(), "geheim-geheim");
        archive = backup(&store, folder.path(), &format!("archive-{at}"));
        let next = add(&book, "c@muster.example");
        assert_eq!(next.number(), id.number() + 1, "{}: numbers go on", db.name);
    }
}

#[test]
fn w15_every_table_is_archived_or_left_out_with_a_reason() {
    let folder = tempfile::tempdir().unwrap();
    for db in empty_databases() {
        let store = store(&db, folder.path());
        let written = store.backup(&mut Vec::new(), NOW, &still).unwrap();
        let mut told: Vec<&str> = written.rows.keys().map(String::as_str).collect();
        told.extend(LEFT_OUT.iter().map(|(name, _)| *name));
        told.sort_unstable();
        told.dedup();
        let mut all = store.db.read(crate::migrate::columns::tables).unwrap();
        // On SQLite the index is several tables that are none of ours.
        all.push(SEARCH.to_owned());
        all.sort();
        all.dedup();
        assert_eq!(told, all, "{}", db.name);
        assert!(LEFT_OUT.iter().all(|(_, why)| why.len() > 20));
    }
}

#[test]
fn w15_a_backup_is_one_state_while_others_write() {
    let folder = tempfile::tempdir().unwrap();
    for db in empty_databases() {
        let name = db.name;
        let store = store(&db, folder.path());
        let book = store.add_customer(&"muster".parse().unwrap(), "Muster", Preset::Careful, NOW).unwrap();
        store
            .db
            .write(|tx| {
                let values = Values::default();
                let contact = |n| crate::contact::NewContact {
                    id: model::ContactId::new(book.customer.id, 1_000_000 + n),
                    origin: Origin::Manual,
                    values: &values,
                    at: NOW,
                    run: None,
                };
                crate::contact::insert(tx, book.customer.id, (0..1_500_i64).map(contact))
            })
            .unwrap();
        let before = dump(&store);
        let wrote = Once::new(false);
        let writer = self::store(&db, folder.path());
        let path = folder.path().join(name);
        store
            .backup_to(&path, Existing::Keep, NOW, &|_| {
                // In the midst of the contacts: a table that was written already, this one, and one that comes later.
                if !wrote.replace(true) {
                    writer.set_setting("late", "yes").unwrap();
                    let book = writer.book("muster").unwrap().unwrap();
                    let id = add(&book, "late@muster.example");
                    book.remove_contact(id, NOW).unwrap();
                    add(&book, "later@muster.example");
                }
            })
            .unwrap();
        assert!(wrote.get(), "{name}: nobody wrote meanwhile");
        assert_ne!(dump(&store), before, "{name}");
        let other = empty_databases().swap_remove(0);
        let mut other = self::store(&other, folder.path());
        other.restore(&order(&path), &still).unwrap();
        assert_eq!(dump(&other), before, "{name}");
    }
}

struct Nobody;

impl Visitor for Nobody {
    fn table(&mut self, _: &TableHead) -> Result<()> {
        Ok(())
    }

    fn row(&mut self, _: &[Cell]) -> Result<()> {
        Ok(())
    }
}

#[test]
fn w15_a_cut_or_changed_archive_is_refused_and_nothing_written() {
    let folder = tempfile::tempdir().unwrap();
    let source = empty_databases().swap_remove(0);
    let whole = std::fs::read(backup(&filled(&source, folder.path()), folder.path(), "whole")).unwrap();
    let path = folder.path().join("damaged");
    for at in (0..whole.len()).step_by(61).chain(whole.len() - 12..whole.len()) {
        std::fs::write(&path, &whole[..at]).unwrap();
        assert!(read::read(&path, &mut Nobody).is_err(), "cut at {at}");
    }
    std::fs::write(&path, &whole).unwrap();
    let sum = read::read(&path, &mut Nobody).unwrap().sum;
    // Bytes 4 to 9 of gzip's head say nothing about the content: time, level, system. Here and there two encodings say the
    // same, such as a repetition of the last word or of the one before it, where both are equal.
    let mut same = 0;
    for at in (0..4).chain((10..whole.len()).step_by(5)).chain(whole.len() - 8..whole.len()) {
        let mut changed = whole.clone();
        changed[at] ^= 1 << (at % 8);
        std::fs::write(&path, &changed).unwrap();
        if let Ok(content) = read::read(&path, &mut Nobody) {
            assert_eq!(content.sum, sum, "changed at {at}");
            same += 1;
        }
    }
    assert!(same * 100 < whole.len(), "{same} changes went unnoticed");
    std::fs::write(&path, [&whole[..], b"x"].concat()).unwrap();
    assert!(read::read(&path, &mut Nobody).is_err(), "something behind the end");
    for db in empty_databases() {
        let mut store = store(&db, folder.path());
        for bytes in [&whole[..whole.len() / 2], &whole[..whole.len() - 1], b"", b"no archive at all"] {
            std::fs::write(&path, bytes).unwrap();
            store.restore(&order(&path), &still).unwrap_err();
            assert!(is_empty(&store), "{}", db.name);
        }
    }
}

/// An archive with another first line and a checksum that fits.
fn with_head(archive: &Path, head: &str) {
    let mut text = String::new();
    std::io::Read::read_to_string(&mut GzDecoder::new(std::fs::File::open(archive).unwrap()), &mut text)
        .unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let (end, rest) = lines.split_last().unwrap();
    let body = format!("{head}\n{}\n", rest[1..].join("\n"));
    let mut end: End = serde_json::from_str(end).unwrap();
    end.sha256 = hex(&Sha256::digest(&body));
    let mut to = GzEncoder::new(Vec::new(), Compression::fast());
    writeln!(to, "{body}{}", serde_json::to_string(&end).unwrap()).unwrap();
    std::fs::write(archive, to.finish().unwrap()).unwrap();
}

#[test]
fn w15_an_archive_of_a_newer_whoswho_is_refused_with_a_clear_word() {
    let folder = tempfile::tempdir().unwrap();
    let source = empty_databases().swap_remove(0);
    let archive = backup(&filled(&source, folder.path()), folder.path(), "archive");
    for (head, word) in [
        (r#"{"whoswho_archive":2,"anything":"else"}"#, "format 2"),
        (
            r#"{"whoswho_archive":1,"schema":99,"written_at":0,"written_by":"9","keys":[]}"#,
            "database version 99",
        ),
    ] {
        with_head(&archive, head);
        for db in empty_databases() {
            let mut store = store(&db, folder.path());
            let told = store.restore(&order(&archive), &still).unwrap_err().to_string();
            assert!(told.contains(word) && told.contains("newer Whoswho"), "{told}");
            assert!(is_empty(&store), "{}", db.name);
        }
    }
    with_head(&archive, r#"{"whoswho_archive":1,"schema":1,"written_at":0,"written_by":"0","keys":[]}"#);
    read::read(&archive, &mut Nobody).expect("the test's own archives are whole");
}

#[test]
fn a8_a_wrong_key_is_named_before_anything_is_restored() {
    let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let source = empty_databases().swap_remove(0);
    let source = filled(&source, folder.path());
    // The archive names the newest key, which is lost with the installation.
    source.rotate_key().unwrap();
    let archive = backup(&source, folder.path(), "archive");
    for db in empty_databases() {
        let mut store = store(&db, other.path());
        let told = store.restore(&order(&archive), &still).unwrap_err();
        assert!(matches!(told, StoreError::WrongKey(_)), "{told}");
        let told = told.to_string();
        assert!(told.contains(&other.path().join("key").display().to_string()), "{told}");
        assert!(told.contains("--without-credentials"), "{told}");
        assert!(is_empty(&store), "{}", db.name);
        store.restore(&Restore { credentials: Credentials::Drop, ..order(&archive) }, &still).unwrap();
        let book = store.book("muster").unwrap().unwrap();
        let id = book.connection().unwrap().unwrap().id;
        let told = book.credential(id).err().unwrap().to_string();
        assert!(told.contains("whoswho connect"), "{told}");
        assert_eq!(connect(&book), id, "connecting again keeps the connection");
        assert!(book.credential(id).is_ok());
    }
}

#[test]
fn w15_what_is_there_is_only_replaced_on_request() {
    let folder = tempfile::tempdir().unwrap();
    let source = empty_databases().swap_remove(0);
    let first = filled(&source, folder.path());
    let archive = backup(&first, folder.path(), "archive");
    let told = first.backup_to(&archive, Existing::Keep, NOW, &still).unwrap_err().to_string();
    assert!(told.contains("--force"), "{told}");
    first.backup_to(&archive, Existing::Replace, NOW, &still).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&archive).unwrap().permissions().mode() & 0o777, 0o600);
    }
    for db in empty_databases() {
        let mut store = store(&db, folder.path());
        store.add_customer(&"other".parse().unwrap(), "Other", Preset::Careful, NOW).unwrap();
        let told = store.restore(&order(&archive), &still).unwrap_err().to_string();
        assert!(told.contains("not empty") && told.contains("--replace"), "{told}");
        store.restore(&Restore { target: Target::Replace, ..order(&archive) }, &still).unwrap();
        assert_eq!(dump(&store), dump(&first), "{}", db.name);
    }
}

#[test]
fn w11_who_was_erased_since_stays_erased_when_an_older_archive_is_restored() {
    let folder = tempfile::tempdir().unwrap();
    for (at, db) in empty_databases().iter().enumerate() {
        let mut store = store(db, folder.path());
        let book = store.add_customer(&"muster".parse().unwrap(), "Muster", Preset::Careful, NOW).unwrap();
        let connection = connect(&book);
        let (anna, bert) = (add(&book, "anna@muster.example"), add(&book, "bert@muster.example"));
        let source = SourceId::Guid([7; 16]);
        book.link_by_hand(connection, &source, anna, NOW).unwrap();
        let older = backup(&store, folder.path(), &format!("older-{at}"));
        for contact in [anna, bert] {
            let erase = Erase { contact: Some(contact), sources: &[], reason: KeptOut::Erased, by: "test" };
            let lease = leased(&book, connection);
            book.erase(Some(&lease), &erase, NOW).unwrap();
            book.give_back(&lease).unwrap();
        }
        let cora = add(&book, "cora@muster.example");
        let newer = backup(&store, folder.path(), &format!("newer-{at}"));

        let check = |store: &Store, location: &Location, how: &str| {
            for name in ["anna", "bert"] {
                assert!(!holds(location, &format!("{name}@muster")), "{how}: {name} lies in the file");
            }
            let book = store.book("muster").unwrap().unwrap();
            assert!(book.entries().unwrap().is_empty(), "{how} on {}", db.name);
            assert_eq!(book.kept_out().unwrap()[0].source, source, "{how} on {}", db.name);
            assert_eq!(book.deletions().unwrap().len(), 2, "{how} on {}", db.name);
            let next = add(&book, "dora@muster.example");
            assert_eq!(next.number(), cora.number() + 1, "{how}: numbers are given once");
        };
        let replace = Restore { target: Target::Replace, ..order(&older) };
        let done = store.restore(&replace, &still).unwrap();
        assert_eq!((done.kept_out, done.erased, done.foreign), (1, 2, 0), "{}", db.name);
        check(&store, &db.location, "replace");

        let other = empty_databases().swap_remove(at);
        let mut fresh = self::store(&other, folder.path());
        fresh.restore(&Restore { kept_out: Some(newer), ..order(&older) }, &still).unwrap();
        check(&fresh, &other.location, "a later archive");
    }
}

/// Whether one of the database's files holds a text; never on PostgreSQL.
fn holds(location: &Location, text: &str) -> bool {
    let Location::Sqlite(path) = location else { return false };
    let files = std::fs::read_dir(path.parent().unwrap()).unwrap();
    files.into_iter().any(|file| {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        bytes.windows(text.len()).any(|part| part == text.as_bytes())
    })
}
