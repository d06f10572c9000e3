//! Transactions: what is kept, what is not, who sees what.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{SystemTime, UNIX_EPOCH};

use super::*;
use crate::error::StoreError;

#[test]
fn an_error_rolls_back() {
    for db in with_table() {
        let done: Result<()> = db.write(|tx| {
            tx.exec("INSERT INTO t (id) VALUES ($1)", params![1])?;
            Err(StoreError::LeaseLost)
        });
        assert_eq!((done, count(&db)), (Err(StoreError::LeaseLost), 0), "{}", db.name);
        assert_eq!(db.stats().rows_written, 0);
    }
}

#[test]
fn a_panic_rolls_back_and_the_database_goes_on() {
    for db in with_table() {
        let write = || -> Result<()> {
            db.write(|tx| {
                tx.exec("INSERT INTO t (id) VALUES ($1)", params![1])?;
                panic!("on purpose")
            })
        };
        assert!(catch_unwind(AssertUnwindSafe(write)).is_err());
        assert_eq!(count(&db), 0, "{}", db.name);
        assert_eq!(insert(&db, 1, "a"), Ok(1), "{}", db.name);
    }
}

#[test]
fn a_failed_statement_fails_its_transaction() {
    for db in with_table() {
        insert(&db, 1, "a").unwrap();
        let done = db.write(|tx| {
            tx.exec("INSERT INTO t (id) VALUES ($1)", params![2])?;
            let _ignored = tx.exec("INSERT INTO t (id) VALUES ($1)", params![1]);
            Ok(())
        });
        assert!(matches!(done, Err(StoreError::Internal(_))), "{}: {done:?}", db.name);
        assert_eq!(count(&db), 1, "{}", db.name);
    }
}

#[test]
fn a_clash_is_a_conflict_and_names_no_value() {
    for db in with_table() {
        db.write(|tx| tx.script("CREATE UNIQUE INDEX t_name ON t (name)")).unwrap();
        insert(&db, 1, "erika@example.com").unwrap();
        let error = insert(&db, 2, "erika@example.com").unwrap_err();
        assert!(
            matches!(&error, StoreError::Conflict(text) if text.contains("name")),
            "{}: {error}",
            db.name
        );
        assert!(!error.to_string().contains("erika"), "{error}");
    }
}

#[test]
fn a_reader_keeps_its_snapshot_while_others_write() {
    for db in with_table() {
        insert(&db, 1, "a").unwrap();
        let seen = db.read(|tx| {
            let before = tx.query_one("SELECT COUNT(*) FROM t", &[], |row| row.int(0))?;
            insert(&db, 2, "b")?;
            Ok((before, tx.query_one("SELECT COUNT(*) FROM t", &[], |row| row.int(0))?))
        });
        assert_eq!((seen, count(&db)), (Ok((1, 1)), 2), "{}", db.name);
    }
}

#[test]
fn a_reader_cannot_write() {
    for db in with_table() {
        let direct = db.read(|tx| tx.exec("INSERT INTO t (id) VALUES ($1)", params![1]));
        assert!(matches!(direct, Err(StoreError::Internal(_))), "{}", db.name);
        let hidden =
            db.read(|tx| tx.query("INSERT INTO t (id) VALUES (1) RETURNING id", &[], |row| row.int(0)));
        assert!(hidden.is_err(), "{}", db.name);
        assert_eq!(count(&db), 0, "{}", db.name);
    }
}

#[test]
fn a_look_up_is_one_reading_statement() {
    for db in with_table() {
        insert(&db, 1, "a").unwrap();
        let name =
            |tx: &mut Tx<'_>| tx.query_one("SELECT name FROM t", &[], |row| row.text(0).map(str::to_owned));
        assert_eq!(db.look_up(name), Ok("a".into()), "{}", db.name);
        assert!(matches!(db.look_up(|tx| name(tx).and_then(|_| name(tx))), Err(StoreError::Internal(_))));
        assert!(db.look_up(|tx| tx.exec("DELETE FROM t", &[])).is_err());
        assert!(db.look_up(|tx| tx.query("SELECT nonsense", &[], |_| Ok(()))).is_err());
        assert_eq!(count(&db), 1, "{}", db.name);
    }
}

#[test]
fn writers_take_turns() {
    for db in with_table() {
        insert(&db, 1, "a").unwrap();
        db.write(|tx| tx.exec("UPDATE t SET n = $1", params![0])).unwrap();
        let second = Db::open(&db.location).unwrap();
        std::thread::scope(|scope| {
            for db in [&db.db, &second, &db.db, &second] {
                scope.spawn(move || {
                    for _ in 0..25 {
                        db.write(|tx| tx.exec("UPDATE t SET n = n + $1 WHERE id = $2", params![1, 1]))
                            .unwrap();
                    }
                });
            }
        });
        let n = db.read(|tx| tx.query_one("SELECT n FROM t", &[], |row| row.int(0)));
        assert_eq!(n, Ok(100), "{}", db.name);
    }
}

#[test]
fn the_clock_is_in_milliseconds() {
    for db in empty_databases() {
        let here = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as i64;
        let (there, later) = db.read(|tx| Ok((tx.now_ms()?, tx.now_ms()?))).unwrap();
        assert!((there - here).abs() < 60_000, "{}: {there} {here}", db.name);
        assert!(later >= there, "{}", db.name);
    }
}

#[cfg(unix)]
#[test]
fn nobody_else_may_read_the_file() {
    use std::os::unix::fs::PermissionsExt;
    for db in with_table() {
        insert(&db, 1, "a").unwrap();
        let Location::Sqlite(path) = &db.location else { continue };
        let folder = path.parent().unwrap();
        assert_eq!(std::fs::metadata(folder).unwrap().permissions().mode() & 0o777, 0o700);
        for file in std::fs::read_dir(folder).unwrap() {
            let file = file.unwrap();
            assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{:?}", file.path());
        }
    }
}

#[test]
fn statements_and_rows_are_counted_alike() {
    let mut all = Vec::new();
    for db in with_table() {
        let before = db.stats();
        insert(&db, 1, "a").unwrap();
        names(&db);
        db.write(|tx| tx.query("UPDATE t SET n = 1 RETURNING id", &[], |row| row.int(0))).unwrap();
        let after = db.stats();
        all.push((
            after.reads - before.reads,
            after.writes - before.writes,
            after.rows_written - before.rows_written,
        ));
    }
    assert!(all.iter().all(|one| *one == (1, 2, 2)), "{all:?}");
}
