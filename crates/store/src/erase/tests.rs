//! Whom an erasure takes, and what it leaves in the database's files.

use model::source::{EmailFrom, MirrorUser, Presence, SourceUser, VerifiedDomains};
use model::{Field, Origin, Values};

use super::*;
use crate::db::Location;
use crate::mirror::{Batch, Keys, Marks, Write};
use crate::testing::{TestDb, connected, empty_databases, leased};

const NOW: Timestamp = Timestamp(1_700_000_000_000);
const ADDRESS: &str = "empfang@muster.example";

fn add(book: &Book, name: &str, email: &str) -> ContactId {
    let mut values = Values::default();
    values.set(Field::DisplayName, Some(name));
    values.set(Field::Email, Some(email));
    book.add_contact(&values, Origin::Manual, NOW).unwrap()
}

fn source(n: u8) -> SourceId {
    SourceId::Guid([n; 16])
}

/// People of the tenant with one address.
fn share(book: &Book, connection: ConnectionId, numbers: &[u8]) {
    let person = |n: &u8| SourceUser { id: source(*n), mail: Some(ADDRESS.into()), ..SourceUser::default() };
    let users = numbers.iter().map(|n| MirrorUser { user: person(n), presence: Presence::Live }).collect();
    let batch = Batch { users, ..Batch::default() };
    let keys = Keys { from: EmailFrom::Mail, domains: &VerifiedDomains::default() };
    let lease = leased(book, connection);
    book.write_mirror(&lease, &Write { keys, batch: &batch, marks: Marks::Touched, end: None }).unwrap();
    book.give_back(&lease).unwrap();
}

fn erase(book: &Book, contact: ContactId, named: &[(ConnectionId, SourceId)]) -> Result<Vec<SourceId>> {
    let whom = Erase { contact: Some(contact), sources: named, reason: KeptOut::Erased, by: "test" };
    let lease = leased(book, book.connection()?.unwrap().id);
    let erased = book.erase(Some(&lease), &whom, NOW);
    book.give_back(&lease)?;
    Ok(erased?.kept_out)
}

#[test]
fn w11_of_several_people_with_one_address_only_those_who_are_named_are_kept_out() {
    for db in empty_databases() {
        let (book, connection) = connected(&db);
        let contact = add(&book, "Empfang", ADDRESS);
        share(&book, connection, &[1, 2, 3]);
        let same = book.same_people(contact).unwrap();
        let found: Vec<_> = same.iter().map(|one| (one.source.clone(), one.linked)).collect();
        assert_eq!(found, [1, 2, 3].map(|n| (source(n), false)), "{}", db.name);
        let told = erase(&book, contact, &[]).unwrap_err().to_string();
        assert!(told.contains("several people of the tenant"), "{told}");
        assert!(book.kept_out().unwrap().is_empty() && book.entries().unwrap().len() == 1, "{}", db.name);

        assert_eq!(erase(&book, contact, &[(connection, source(2))]), Ok(vec![source(2)]), "{}", db.name);
        assert!(book.entries().unwrap().is_empty());
        let kept: Vec<_> = book.kept_out().unwrap().into_iter().map(|row| row.source).collect();
        assert_eq!(kept, [source(2)], "{}: the others were not named", db.name);
    }
}

#[test]
fn w11_who_is_linked_is_always_meant_and_who_alone_has_the_address_as_well() {
    for db in empty_databases() {
        let (book, connection) = connected(&db);
        let linked = add(&book, "Empfang", ADDRESS);
        share(&book, connection, &[1, 2]);
        book.link_by_hand(connection, &source(1), linked, NOW).unwrap();
        assert!(erase(&book, linked, &[]).is_err(), "{}: who else has it is not known", db.name);
        assert_eq!(erase(&book, linked, &[(connection, source(1))]), Ok(vec![source(1)]), "{}", db.name);
        let other = add(&book, "Empfang", ADDRESS);
        assert_eq!(erase(&book, other, &[]), Ok(vec![source(2)]), "{}: only one is left", db.name);
    }
}

/// Whether one of the database's files holds a text.
fn holds(db: &TestDb, text: &str) -> bool {
    let Location::Sqlite(path) = &db.location else { return false };
    let files = std::fs::read_dir(path.parent().unwrap()).unwrap();
    files.into_iter().any(|file| {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        bytes.windows(text.len()).any(|part| part == text.as_bytes())
    })
}

#[test]
fn w11_no_file_holds_a_former_value_of_an_erased_person() {
    let db = empty_databases().swap_remove(0);
    let (book, connection) = connected(&db);
    let contact = add(&book, "Anna", "anna@muster.example");
    // So long that they fill pages of their own, which become free when the value goes.
    let former = ["Vormals-Ast-", "Ehemals-Bach-"].map(|name| name.repeat(1_000));
    for (n, name) in former.iter().chain([&"Anna".to_owned()]).enumerate() {
        let fields = [(Field::DisplayName, Some(name.clone()))];
        book.edit_contact(contact, &fields, NOW.plus_ms(1 + n as i64)).unwrap();
    }
    assert!(former.iter().all(|name| holds(&db, &name[..60])), "they are kept for their term");
    let whom = Erase { contact: Some(contact), sources: &[], reason: KeptOut::Erased, by: "test" };
    assert!(matches!(book.erase(None, &whom, NOW), Err(StoreError::Conflict(_))), "beside a run");
    let lease = leased(&book, connection);
    assert_eq!(book.erase(Some(&lease), &whom, NOW).unwrap().files, Files::Clean);
    for name in &former {
        assert!(!holds(&db, &name[..60]), "{}", &name[..60]);
    }
}

#[test]
fn w11_free_pages_are_overwritten_while_a_person_is_erased_and_not_otherwise() {
    let db = empty_databases().swap_remove(0);
    let (book, _) = connected(&db);
    let mode = |of: &Store| {
        let read = |tx: &mut Tx<'_>| tx.query_one("PRAGMA secure_delete", params![], |row| row.int(0));
        (of.db.write(read).unwrap(), of.db.write_over(read).unwrap(), of.db.write(read).unwrap())
    };
    let (before, meanwhile, after) = mode(&book.store);
    assert_eq!((before == 1, meanwhile, before), (false, 1, after));
}

#[test]
fn w11_no_file_holds_a_value_of_a_removed_customer() {
    let db = empty_databases().swap_remove(0);
    let (book, connection) = connected(&db);
    let name = "Vormals-Ast-".repeat(1_000);
    add(&book, &name, "anna@muster.example");
    assert!(holds(&db, &name[..60]));
    book.remove(Some(&leased(&book, connection))).unwrap();
    assert!(!holds(&db, &name[..60]) && !holds(&db, "anna@muster.example"));
}
