//! Migrations, with steps of the tests' own.

use super::columns::{Column, columns};
use super::*;
use crate::db::params;
use crate::testing::{databases, empty_databases};

const FIRST: Step = Step {
    name: "0001_base",
    sqlite: "CREATE TABLE a (id INTEGER PRIMARY KEY, key BLOB NOT NULL, name TEXT) STRICT;
             CREATE TABLE b (id BLOB NOT NULL PRIMARY KEY, n INTEGER NOT NULL) STRICT, WITHOUT ROWID;",
    postgres: "CREATE TABLE a (id BIGINT PRIMARY KEY, key BYTEA NOT NULL, name TEXT);
               CREATE TABLE b (id BYTEA NOT NULL PRIMARY KEY, n BIGINT NOT NULL);",
};
const SECOND: Step = Step {
    name: "0002_more",
    sqlite: "ALTER TABLE a ADD COLUMN n INTEGER; INSERT INTO a (id, key) VALUES (1, x'00');",
    postgres: "ALTER TABLE a ADD COLUMN n BIGINT; INSERT INTO a (id, key) VALUES (1, '\\x00');",
};
const BROKEN: Step = Step {
    name: "0002_more",
    sqlite: "CREATE TABLE c (id INTEGER PRIMARY KEY); INSERT INTO nowhere VALUES (1);",
    postgres: "CREATE TABLE c (id BIGINT PRIMARY KEY); INSERT INTO nowhere VALUES (1);",
};

fn rows(db: &Db) -> i64 {
    db.read(|tx| tx.query_one("SELECT COUNT(*) FROM a", &[], |row| row.int(0))).unwrap()
}

#[test]
fn both_engines_get_the_same_columns() {
    let all: Vec<Vec<Column>> = databases().iter().map(|db| db.read(columns).unwrap()).collect();
    assert!(all.windows(2).all(|two| two[0] == two[1]), "{all:#?}");
}

#[test]
fn columns_are_told_alike() {
    for db in empty_databases() {
        run(&db, &[FIRST, SECOND]).unwrap();
        let told: Vec<_> = db
            .read(columns)
            .unwrap()
            .into_iter()
            .map(|c| format!("{}.{} {}{}", c.table, c.name, c.class, if c.nullable { "?" } else { "" }))
            .collect();
        assert_eq!(
            told,
            ["a.id int", "a.key blob", "a.n int?", "a.name text?", "b.id blob", "b.n int"],
            "{}",
            db.name
        );
    }
}

#[test]
fn steps_are_applied_once_and_in_order() {
    for db in empty_databases() {
        assert_eq!(run(&db, &[]), Ok(0), "{}", db.name);
        assert_eq!(run(&db, &[FIRST]), Ok(1), "{}", db.name);
        assert_eq!(run(&db, &[FIRST, SECOND]), Ok(2), "{}", db.name);
        assert_eq!(run(&db, &[FIRST, SECOND]), Ok(2), "{}", db.name);
        assert_eq!(rows(&db), 1, "{}", db.name);
    }
}

#[test]
fn a_newer_database_is_refused() {
    for db in empty_databases() {
        run(&db, &[FIRST, SECOND]).unwrap();
        let refused = StoreError::NewerDatabase { found: 2, known: 1 };
        assert_eq!(run(&db, &[FIRST]), Err(refused), "{}", db.name);
    }
}

#[test]
fn a_changed_step_is_refused() {
    for db in empty_databases() {
        run(&db, &[FIRST]).unwrap();
        let changed = Step { sqlite: "SELECT 1", postgres: "SELECT 1", ..FIRST };
        let done = run(&db, &[changed, SECOND]);
        assert!(matches!(&done, Err(StoreError::Invalid(text)) if text.contains("migration 1")), "{done:?}");
        assert_eq!(rows(&db), 0, "{}", db.name);
    }
}

#[test]
fn a_broken_step_leaves_nothing() {
    for db in empty_databases() {
        let done = run(&db, &[FIRST, BROKEN]);
        assert!(matches!(done, Err(StoreError::Internal(_))), "{}: {done:?}", db.name);
        assert!(!db.read(columns).unwrap().iter().any(|column| column.table == "c"), "{}", db.name);
        assert_eq!(run(&db, &[FIRST, SECOND]), Ok(2), "{} goes on", db.name);
    }
}

#[test]
fn processes_that_start_at_once_take_turns() {
    for db in empty_databases() {
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    let other = Db::open(&db.location).unwrap();
                    assert_eq!(run(&other, &[FIRST, SECOND]), Ok(2), "{}", db.name);
                });
            }
        });
        assert_eq!(rows(&db), 1, "{}", db.name);
    }
}

#[test]
fn every_file_is_a_step() {
    for engine in ["sqlite", "postgres"] {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(engine);
        let files = std::fs::read_dir(folder).into_iter().flatten();
        let mut files: Vec<_> = files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
        files.sort();
        let steps: Vec<_> = STEPS.iter().map(|step| format!("{}.sql", step.name)).collect();
        assert_eq!(files, steps, "{engine}");
    }
}

#[test]
fn what_was_prepared_before_a_step_works_after_it() {
    for db in empty_databases() {
        run(&db, &[FIRST]).unwrap();
        let read = || {
            db.read(|tx| {
                tx.query("SELECT name FROM a WHERE id = $1", params![1], |row| row.opt_text(0).map(drop))
            })
        };
        assert_eq!(read(), Ok(vec![]), "{}", db.name);
        run(&db, &[FIRST, SECOND]).unwrap();
        assert_eq!(read(), Ok(vec![()]), "{}", db.name);
    }
}
