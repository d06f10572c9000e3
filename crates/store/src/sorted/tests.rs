//! The order of a book, its pages and filters, on every engine at hand.

use model::search::terms;
use model::{Field, Origin, Preset, Values};

use super::*;
use crate::seal::KeyRing;
use crate::store::Store;
use crate::testing::databases;

const NOW: Timestamp = Timestamp(1_000_000_000_000);

fn with_books(test: impl Fn(&Book, &Book)) {
    for db in databases() {
        let keys = tempfile::tempdir().unwrap();
        let store = Store::open(&db.location, KeyRing::load(keys.path(), None).unwrap()).unwrap();
        let add = |slug: &str| {
            store.add_customer(&slug.parse().unwrap(), slug, Some(Preset::Careful), NOW).unwrap()
        };
        test(&add("eins"), &add("zwei"));
    }
}

fn person(first: &str, last: &str) -> Values {
    let values = Values::default().with(Field::FirstName, first).with(Field::LastName, last);
    values.with(Field::DisplayName, &format!("{first} {last}"))
}

fn add(book: &Book, first: &str, last: &str) -> ContactId {
    book.add_contact(&person(first, last), Origin::Manual, NOW).unwrap()
}

fn turn(book: &Book, filter: &Filter, place: Place, limit: i64) -> SortedPage {
    book.sorted(filter, place, limit, NOW).unwrap()
}

fn names(page: &SortedPage) -> Vec<String> {
    let name = |hit: &Hit| hit.entry.contact.values.get(Field::DisplayName).unwrap_or("-").to_owned();
    page.hits.iter().map(name).collect()
}

fn all(book: &Book) -> Vec<String> {
    names(&turn(book, &Filter::default(), Place::Start, 1_000))
}

#[test]
fn w12_a_book_is_turned_in_the_order_of_a_telephone_book_from_both_ends() {
    with_books(|book, other| {
        add(other, "Bernd", "Fremd");
        for (first, last) in
            [("Zoe", "Müller"), ("Anna", "Muller"), ("Tim", "Äpfel"), ("Eva", "Zorn"), ("Jo", "Ahrens")]
        {
            add(book, first, last);
        }
        let everybody = ["Tim Äpfel", "Jo Ahrens", "Zoe Müller", "Anna Muller", "Eva Zorn"];
        assert_eq!(all(book), everybody);
        let (mut place, mut forwards, filter) = (Place::Start, Vec::new(), Filter::default());
        let last = loop {
            let page = turn(book, &filter, place, 2);
            assert_eq!((page.before, page.total), (forwards.is_empty().then_some(0), Some(5)));
            assert_eq!(page.has_before, !forwards.is_empty());
            forwards.extend(names(&page));
            let last = page.hits.last().unwrap().entry.contact.id;
            if !page.has_behind {
                break last;
            }
            place = Place::Behind(last);
        };
        assert_eq!(forwards, everybody);
        let back = turn(book, &filter, Place::Before(last), 3);
        assert_eq!(names(&back), ["Jo Ahrens", "Zoe Müller", "Anna Muller"]);
        assert!(back.has_before && back.has_behind);
        assert_eq!(names(&turn(book, &filter, Place::Letter('M'), 1)), ["Zoe Müller"]);
        assert_eq!(names(&turn(book, &filter, Place::Letter('N'), 9)), ["Eva Zorn"]);
        assert_eq!(book.letters().unwrap(), ['A', 'M', 'Z']);
        assert!(turn(book, &filter, Place::Behind(ContactId::new(other.customer.id, 1)), 9).hits.len() == 5);
    });
}

#[test]
fn w5_whatever_writes_a_contact_keeps_its_place() {
    with_books(|book, _| {
        let (anna, zoe) = (add(book, "Anna", "Berg"), add(book, "Zoe", "Adam"));
        book.edit_contact(anna, &[(Field::LastName, Some("Aachen".into()))], NOW).unwrap();
        assert_eq!(all(book), ["Anna Aachen", "Zoe Adam"]);
        book.edit_contact(zoe, &[(Field::FirstName, None), (Field::LastName, None)], NOW).unwrap();
        book.edit_contact(zoe, &[(Field::DisplayName, Some("24h".into()))], NOW).unwrap();
        assert_eq!(all(book), ["24h", "Anna Aachen"]);
        book.remove_contact(anna, NOW).unwrap();
        assert_eq!(all(book), ["24h"]);
        // Who goes to the bin while somebody reads leaves the place behind.
        assert_eq!(names(&turn(book, &Filter::default(), Place::Before(anna), 5)), ["24h"]);
        assert!(turn(book, &Filter::default(), Place::Behind(anna), 5).hits.is_empty());
        assert_eq!(book.contact_counts().unwrap(), (1, 1));
        book.restore_contact(anna, NOW).unwrap();
        assert_eq!((book.contact_counts().unwrap(), all(book).len()), ((2, 2), 2));
    });
}

#[test]
fn w5_a_search_is_sorted_and_counted_and_one_that_finds_too_many_goes_on_all_the_same() {
    with_books(|book, other| {
        let customer = book.customer.id;
        let values: Vec<Values> =
            (0..COUNTED_UP_TO + 60).map(|n| person(&format!("Anna{}", n % 7), &format!("N{n:05}"))).collect();
        book.store
            .db
            .write(|tx| {
                let new = values.iter().enumerate().map(|(n, values)| crate::contact::NewContact {
                    id: ContactId::new(customer, n as i64 + 1),
                    origin: Origin::Manual,
                    values,
                    at: NOW,
                    run: None,
                });
                crate::contact::insert(tx, customer, new)
            })
            .unwrap();
        add(other, "Anna", "Fremd");
        let filter = |typed: &str| Filter { terms: terms(typed), ..Filter::default() };
        let few = turn(book, &filter("anna3"), Place::Start, 3);
        assert_eq!(names(&few), ["Anna3 N00003", "Anna3 N00010", "Anna3 N00017"]);
        assert_eq!((few.before, few.total), (Some(0), Some((COUNTED_UP_TO + 60 - 4) / 7 + 1)));
        let broad = turn(book, &filter("anna"), Place::Start, 3);
        assert_eq!(names(&broad), ["Anna0 N00000", "Anna1 N00001", "Anna2 N00002"]);
        assert_eq!(
            (broad.before, broad.total, broad.has_before, broad.has_behind),
            (None, None, false, true)
        );
        let next = turn(book, &filter("anna"), Place::Behind(broad.hits[2].entry.contact.id), 3);
        assert_eq!(names(&next), ["Anna3 N00003", "Anna4 N00004", "Anna5 N00005"]);
        let back = turn(book, &filter("anna"), Place::Before(next.hits[0].entry.contact.id), 2);
        assert_eq!(names(&back), ["Anna1 N00001", "Anna2 N00002"]);
        assert!(next.has_before && back.has_before && back.has_behind);
        assert!(turn(book, &filter("niemand"), Place::Start, 3).hits.is_empty());
    });
}

#[test]
fn s10_filters_leave_whom_they_name() {
    with_books(|book, _| {
        let (anna, bernd) = (add(book, "Anna", "Adam"), add(book, "Bernd", "Berg"));
        let csv = book.add_contact(&person("Cem", "Csv"), Origin::Csv, NOW).unwrap();
        let of = |filter: &Filter| {
            let page = turn(book, filter, Place::Start, 9);
            assert_eq!(page.total, Some(page.hits.len() as i64));
            assert_eq!(book.sorted_count(filter).unwrap(), page.hits.len() as i64);
            page.hits.iter().map(|hit| hit.entry.contact.id).collect::<Vec<_>>()
        };
        assert_eq!(of(&Filter { origin: Some(Origin::Csv), ..Filter::default() }), [csv]);
        assert_eq!(of(&Filter { linked: Some(Linked::No), ..Filter::default() }), [anna, bernd, csv]);
        assert!(of(&Filter { linked: Some(Linked::Yes), ..Filter::default() }).is_empty());
        assert!(of(&Filter { left: Left::Only, ..Filter::default() }).is_empty());
        let later = NOW.plus_days(3);
        book.edit_contact(bernd, &[(Field::JobTitle, Some("Leitung".into()))], later).unwrap();
        let changed = |since| Filter { changed_since: Some(since), ..Filter::default() };
        assert_eq!(of(&changed(NOW.plus_days(1))), [bernd]);
        assert!(of(&changed(NOW.plus_days(4))).is_empty());
    });
}
