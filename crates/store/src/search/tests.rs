//! Search, change log and terms on every engine at hand, written by hand; runs are tested in `sync`.

use model::ids::ContactId;
use model::search::terms;
use model::{Field, Origin, Pin, Preset, Timestamp, Values};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use super::index::{FIND, question};
use super::*;
use crate::db::Engine;
use crate::history::{By, Event, KEPT_DAYS};
use crate::purge::Purged;
use crate::seal::KeyRing;
use crate::store::Store;
use crate::testing::{TestDb, databases};

const NOW: Timestamp = Timestamp(1_000_000_000_000);

struct Bench {
    db: TestDb,
    store: Store,
    _keys: tempfile::TempDir,
}

fn benches() -> Vec<Bench> {
    let open = |db: TestDb| {
        let keys = tempfile::tempdir().unwrap();
        let store = Store::open(&db.location, KeyRing::load(keys.path(), None).unwrap()).unwrap();
        Bench { db, store, _keys: keys }
    };
    databases().into_iter().map(open).collect()
}

impl Bench {
    fn book(&self, slug: &str) -> Book {
        self.store.add_customer(&slug.parse().unwrap(), slug, Preset::Careful, NOW).unwrap()
    }
}

fn person(first: &str, last: &str) -> Values {
    let address = format!("{first}.{last}@muster.example").to_lowercase();
    Values::default()
        .with(Field::FirstName, first)
        .with(Field::LastName, last)
        .with(Field::DisplayName, &format!("{first} {last}"))
        .with(Field::Email, &address)
}

fn add(book: &Book, values: &Values) -> ContactId {
    book.add_contact(values, Origin::Manual, NOW).unwrap()
}

fn set(book: &Book, id: ContactId, field: Field, value: &str, at: Timestamp) {
    book.edit_contact(id, &[(field, Some(value.to_owned()))], at).unwrap();
}

fn hits(book: &Book, typed: &str, now: Timestamp) -> Vec<Hit> {
    book.search(&terms(typed), None, 100, now).unwrap().hits
}

fn ids(book: &Book, typed: &str) -> Vec<ContactId> {
    hits(book, typed, NOW).into_iter().map(|hit| hit.entry.contact.id).collect()
}

#[test]
fn w5_contacts_are_found_by_the_starts_of_their_words_however_umlauts_are_typed() {
    for bench in benches() {
        let book = bench.book("muster");
        let values = person("Jörg", "Müller")
            .with(Field::Email, "j.mueller@muster.example")
            .with(Field::JobTitle, "Leiter Vertrieb")
            .with(Field::Department, "Außendienst")
            .with(Field::Office, "Halle 3.12")
            .with(Field::Mobile, "+49 171 / 555-66");
        let jörg = add(&book, &values);
        let anna = add(&book, &person("Anna", "Muller"));
        for typed in [
            "jorg muller",
            "JOERG",
            "Jö",
            "vertrieb jör",
            "aussend",
            "+49 171 555",
            "halle 3 12",
            "j.mueller@muster.example",
        ] {
            assert_eq!(ids(&book, typed), [jörg], "{typed} on {}", bench.db.name);
        }
        for typed in ["müller", "muller", "MUL"] {
            assert_eq!(ids(&book, typed), [jörg, anna], "{typed} on {}", bench.db.name);
        }
        for typed in ["üller", "anna jörg", "mustera", "-", "'", "\"", "mü*"] {
            let expected: &[ContactId] = if typed == "mü*" { &[jörg, anna] } else { &[] };
            assert_eq!(ids(&book, typed), expected, "{typed} on {}", bench.db.name);
        }
    }
}

#[test]
fn w5_former_names_and_addresses_find_until_their_term_ends() {
    for bench in benches() {
        let book = bench.book("muster");
        let anna = add(&book, &person("Anna", "Schmidt"));
        set(&book, anna, Field::LastName, "Weber", NOW);
        set(&book, anna, Field::Email, "anna.weber@muster.example", NOW.plus_days(1));
        let formerly = |typed: &str, now| {
            hits(&book, typed, now).into_iter().map(|h| h.formerly.join(", ")).collect::<Vec<_>>()
        };
        assert_eq!(formerly("weber", NOW), [""], "{}", bench.db.name);
        assert_eq!(formerly("anna.weber@muster.example", NOW), [""]);
        assert_eq!(formerly("schmidt", NOW), ["Anna Schmidt, Schmidt, anna.schmidt@muster.example"]);
        assert_eq!(formerly("schmidt weber", NOW), ["Anna Schmidt, Schmidt, anna.schmidt@muster.example"]);
        assert_eq!(formerly("anna.schmidt@muster.example", NOW).len(), 1);
        let end = NOW.plus_days(KEPT_DAYS);
        assert_eq!(formerly("schmidt", end).len(), 1, "the last day counts");
        let name_ended = end.plus_ms(1);
        assert_eq!(formerly("schmidt", name_ended), ["anna.schmidt@muster.example"], "before any purge");
        assert_eq!(book.purge(None, end), Ok(Purged::All), "nothing is due");
        assert_eq!(book.history(anna).unwrap().iter().filter(|l| l.before.is_some()).count(), 3);
        for later in [name_ended, end.plus_days(2)] {
            assert_eq!(book.purge(None, later), Ok(Purged::All));
        }
        assert!(hits(&book, "schmidt", NOW).is_empty(), "gone from the index on {}", bench.db.name);
        assert_eq!(ids(&book, "weber"), [anna]);
        let history = book.history(anna).unwrap();
        assert_eq!(history.len(), 4, "that it changed stays known: {history:?}");
        assert!(history.iter().all(|l| l.before.is_none() && l.after.is_none()), "{history:?}");
        let before = bench.store.stats();
        book.purge(None, end.plus_days(2)).unwrap();
        assert_eq!(bench.store.stats().writes, before.writes, "a purge with nothing due writes nothing");
    }
}

#[test]
fn s10_removed_contacts_are_not_found_and_customers_see_their_own() {
    for bench in benches() {
        let (one, other) = (bench.book("one"), bench.book("other"));
        let anna = add(&one, &person("Anna", "Schmidt"));
        let theirs = add(&other, &person("Anna", "Schmidt"));
        assert_eq!(ids(&one, "anna"), [anna], "{}", bench.db.name);
        assert_eq!(ids(&other, "anna"), [theirs], "{}", bench.db.name);
        set(&one, anna, Field::LastName, "Weber", NOW);
        one.remove_contact(anna, NOW).unwrap();
        for typed in ["anna", "weber", "schmidt"] {
            assert!(ids(&one, typed).is_empty(), "{typed} on {}", bench.db.name);
        }
        assert_eq!(ids(&other, "schmidt"), [theirs], "{}", bench.db.name);
        other.remove(None).unwrap();
        let left = bench.db.read(|tx| find(tx, other.customer.id, &[&terms("anna")[0]], None, 10)).unwrap();
        assert!(left.is_empty(), "{}", bench.db.name);
    }
}

#[test]
fn s10_groups_find_their_members_and_pages_follow_each_other() {
    for bench in benches() {
        let book = bench.book("muster");
        let people: Vec<ContactId> = (0..7).map(|n| add(&book, &person("Anna", &format!("Nr{n}")))).collect();
        let group = model::GroupId::new(book.customer.id, 1);
        bench
            .db
            .write(|tx| {
                tx.exec(
                    "INSERT INTO contact_group (id, name) VALUES ($1, 'Außendienst Nord')",
                    params![group.get()],
                )?;
                for id in &people[..5] {
                    let sql =
                        "INSERT INTO contact_member (contact_group, contact, made_by) VALUES ($1, $2, 0)";
                    tx.exec(sql, params![group.get(), id.get()])?;
                }
                Ok(())
            })
            .unwrap();
        set(&book, people[6], Field::Office, "Nord", NOW);
        for (typed, expected) in [
            ("anna", people.clone()),
            ("aussendienst", people[..5].to_vec()),
            ("nord", [&people[..5], &people[6..]].concat()),
            ("nord nr3", vec![people[3]]),
            ("nord nr6", vec![people[6]]),
            ("nord nr5", vec![]),
        ] {
            assert_eq!(ids(&book, typed), expected, "{typed} on {}", bench.db.name);
            let (mut paged, mut after) = (Vec::new(), None);
            loop {
                let page = book.search(&terms(typed), after, 2, NOW).unwrap();
                assert!(page.hits.len() <= 2);
                paged.extend(page.hits.into_iter().map(|h| h.entry.contact.id));
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
            assert_eq!(paged, expected, "{typed} in pages on {}", bench.db.name);
        }
    }
}

#[test]
fn w10_a_persons_changes_are_in_the_history() {
    for bench in benches() {
        let book = bench.book("muster");
        let anna = add(&book, &person("Anna", "Schmidt"));
        set(&book, anna, Field::Mobile, "0171 1", NOW.plus_ms(1));
        set(&book, anna, Field::Mobile, "0171 1", NOW.plus_ms(2));
        let pin = Pin { field: Field::Mobile, reason: "on loan".into(), until: None };
        book.pin(anna, &pin, NOW.plus_ms(3)).unwrap();
        assert_eq!(book.unpin(anna, Field::Mobile, NOW.plus_ms(4)), Ok(true));
        assert_eq!(book.unpin(anna, Field::Mobile, NOW.plus_ms(5)), Ok(false));
        book.remove_contact(anna, NOW.plus_ms(6)).unwrap();
        let told: Vec<_> =
            book.history(anna).unwrap().into_iter().map(|l| (l.at.0 - NOW.0, l.event, l.after)).collect();
        let expected = [
            (6, Event::Removed, None),
            (4, Event::Unpinned(Field::Mobile), None),
            (3, Event::Pinned(Field::Mobile), None),
            (1, Event::Changed(Field::Mobile), Some("0171 1".to_owned())),
            (0, Event::Created, None),
        ];
        assert_eq!(told, expected, "{}", bench.db.name);
        assert!(book.history(anna).unwrap().iter().all(|l| l.by == By::Hand));
        let other = bench.book("other");
        assert!(other.history(anna).is_err(), "another customer's contact");
    }
}

#[test]
fn w6_one_change_costs_few_statements() {
    for bench in benches() {
        let book = bench.book("muster");
        let all: Vec<ContactId> = (0..50).map(|n| add(&book, &person("Anna", &format!("Nr{n}")))).collect();
        let before = bench.store.stats();
        set(&book, all[7], Field::LastName, "Weber", NOW.plus_ms(1));
        let after = bench.store.stats();
        // The contact, two bulks of the log, two of the index.
        assert_eq!(after.writes - before.writes, 5, "{}", bench.db.name);
        assert!(after.reads - before.reads <= 5, "{} on {}", after.reads - before.reads, bench.db.name);
    }
}

/// How the engine would answer.
fn plan_of(db: &TestDb, sql: &str, params: &[crate::db::Param<'_>]) -> String {
    let explained = db.write(|tx| match tx.engine() {
        Engine::Sqlite => {
            let sql = format!("EXPLAIN QUERY PLAN {sql}");
            tx.query(&sql, params, |row| Ok(row.text(3)?.to_owned()))
        }
        Engine::Postgres => {
            // A table of one row is read whole by any sane planner.
            tx.exec("SET LOCAL enable_seqscan = off", params![])?;
            tx.query(&format!("EXPLAIN {sql}"), params, |row| Ok(row.text(0)?.to_owned()))
        }
    });
    explained.unwrap().join("\n")
}

#[test]
fn w6_looking_up_and_searching_use_indexes() {
    for bench in benches() {
        let book = bench.book("muster");
        add(&book, &person("Anna", "Schmidt"));
        let plan = |sql: &str, params: &[crate::db::Param<'_>]| plan_of(&bench.db, sql, params);
        let (low, high) = ContactId::range(book.customer.id);
        let engine = bench.db.engine();
        let sql = if engine == Engine::Sqlite { FIND.sqlite } else { FIND.postgres };
        let question = question(engine, book.customer.id, &[&terms("anna")[0]]);
        let found = plan(sql, params![&question, low, high, 10]);
        match engine {
            Engine::Sqlite => {
                // The module's own index, asked with MATCH and both bounds of the id.
                assert!(
                    found.contains("VIRTUAL TABLE INDEX")
                        && found.contains(":M1><")
                        && !found.contains("TEMP B-TREE"),
                    "{found}"
                );
            }
            Engine::Postgres => {
                assert!(found.contains("Bitmap Index Scan on contact_search_words"), "{found}");
                assert!(!found.contains("Seq Scan"), "{found}");
            }
        }
        let bin_page = format!("SELECT id FROM bin WHERE {}", crate::contact::BIN_PAGE);
        for (sql, values) in [
            (history::FORMER, params![book.customer.id.0, low, low].to_vec()),
            (
                "SELECT id FROM contact WHERE key_digest = $1 AND id BETWEEN $2 AND $3",
                params![1, low, high].to_vec(),
            ),
            (
                "SELECT source FROM source_user WHERE connection = $1 AND key_digest = $2",
                params![1, 1].to_vec(),
            ),
            (
                "SELECT source FROM source_user WHERE connection = $1 AND upn_digest = $2",
                params![1, 1].to_vec(),
            ),
            ("SELECT contact FROM link WHERE contact BETWEEN $1 AND $2", params![low, low].to_vec()),
            (bin_page.as_str(), params![book.customer.id.0, 1, low, 10].to_vec()),
            (
                "SELECT at FROM change_value WHERE customer = $1 AND at < $2 ORDER BY at, contact, field LIMIT 1",
                params![1, 1].to_vec(),
            ),
        ] {
            let found = plan(sql, &values);
            let scans = if engine == Engine::Sqlite { "SCAN" } else { "Seq Scan" };
            assert!(!found.contains(scans) && !found.contains("TEMP B-TREE"), "{sql}: {found}");
        }
    }
}

/// One step of a person at work.
#[derive(Debug, Clone)]
enum Edit {
    Add(usize, usize),
    Set(usize, Field, usize),
    Remove(usize),
}

const NAMES: [&str; 6] = ["Jörg", "Müller", "Mueller", "Anna", "Annika", "Straße"];

fn edit() -> impl Strategy<Value = Edit> {
    let field =
        prop::sample::select(vec![Field::FirstName, Field::LastName, Field::Email, Field::Department]);
    prop_oneof![
        2 => (0..NAMES.len(), 0..NAMES.len()).prop_map(|(a, b)| Edit::Add(a, b)),
        3 => (0_usize..8, field, 0..=NAMES.len()).prop_map(|(n, field, name)| Edit::Set(n, field, name)),
        1 => (0_usize..8).prop_map(Edit::Remove),
    ]
}

#[test]
fn w5_the_index_answers_as_a_reader_of_the_whole_book_would() {
    let benches = benches();
    let mut runner = TestRunner::new(ProptestConfig::with_cases(24));
    let mut cases = 0..;
    let cases = std::cell::RefCell::new(&mut cases);
    let edits = prop::collection::vec(edit(), 1..25);
    let case = |edits: Vec<Edit>| {
        let n = cases.borrow_mut().next().unwrap_or(0);
        for bench in &benches {
            let (book, other) = (bench.book(&format!("muster-{n}")), bench.book(&format!("other-{n}")));
            add(&other, &person("Anna", "Müller"));
            work(&book, &edits);
            let typed = [
                "muller", "müller", "mueller", "jö", "ann", "anni", "strasse", "anna mu", "muster",
                "exa anna",
            ];
            for typed in typed {
                prop_assert_eq!(ids(&book, typed), naive(&book, typed), "{} on {}", typed, bench.db.name);
            }
        }
        Ok(())
    };
    runner.run(&edits, case).unwrap();
}

fn work(book: &Book, edits: &[Edit]) {
    for (n, edit) in edits.iter().enumerate() {
        let at = NOW.plus_ms(n as i64);
        let living: Vec<ContactId> = book.entries().unwrap().iter().map(|e| e.contact.id).collect();
        match edit {
            Edit::Add(a, b) => drop(add(book, &person(NAMES[*a], NAMES[*b]))),
            Edit::Set(n, field, name) if !living.is_empty() => {
                let value = NAMES.get(*name).copied().unwrap_or_default();
                set(book, living[n % living.len()], *field, value, at);
            }
            Edit::Remove(n) if !living.is_empty() => {
                book.remove_contact(living[n % living.len()], at).unwrap();
            }
            Edit::Set(..) | Edit::Remove(_) => {}
        }
    }
}

/// Who is found by somebody who reads every contact and its history.
fn naive(book: &Book, typed: &str) -> Vec<ContactId> {
    let mut found = Vec::new();
    for entry in book.entries().unwrap() {
        let mut words = Words::of(&entry.contact.values);
        for line in book.history(entry.contact.id).unwrap() {
            if line.event.field().is_some_and(names) {
                words.add_text(line.before.as_deref().unwrap_or_default());
            }
        }
        if words.admit(&terms(typed)) {
            found.push(entry.contact.id);
        }
    }
    found
}
