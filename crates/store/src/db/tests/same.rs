//! One text, two engines, one answer.

use proptest::prelude::*;

use super::*;
use crate::error::StoreError;

#[test]
fn parameters_go_by_their_number() {
    for db in empty_databases() {
        let sql = "SELECT CAST($2 AS TEXT), CAST($1 AS BIGINT), CAST($2 AS TEXT)";
        let read = db.read(|tx| {
            tx.query_one(sql, params![7, "x"], |row| {
                Ok((row.text(0)?.to_owned(), row.int(1)?, row.text(2)?.to_owned()))
            })
        });
        assert_eq!(read, Ok(("x".into(), 7, "x".into())), "{}", db.name);
    }
}

#[test]
fn one_parameter_takes_many_values() {
    for db in with_table() {
        for (id, name, hash) in [(1, "a", [0u8, 255]), (-7, "b", [9, 16]), (i64::MAX, "c", [1, 1])] {
            let values = params![id, name, &hash];
            db.write(|tx| tx.exec("INSERT INTO t (id, name, hash) VALUES ($1, $2, $3)", values)).unwrap();
        }
        let found = |list: List, values: &[Param<'_>]| {
            let sql = format!(
                "SELECT name FROM t WHERE {} {} AND id <> $1 ORDER BY name",
                if matches!(list, List::Ints) { "id" } else { "hash" },
                list.holds(db.engine(), 2)
            );
            let read = db.read(|tx| tx.query(&sql, values, |row| Ok(row.text(0)?.to_owned())));
            read.unwrap().concat()
        };
        assert_eq!(found(List::Ints, params![0, &[-7, i64::MAX, 3][..]]), "bc", "{}", db.name);
        assert_eq!(found(List::Ints, params![0, &[][..] as &[i64]]), "", "{}", db.name);
        let blobs: [&[u8]; 3] = [&[0, 255], &[1, 1], &[]];
        assert_eq!(found(List::Blobs, params![1, &blobs[..]]), "c", "{}", db.name);
        assert_eq!(found(List::Blobs, params![0, &blobs[..0]]), "", "{}", db.name);
    }
}

#[test]
fn null_suits_every_type() {
    for db in with_table() {
        let none = params![1, None::<&str>, None::<&[u8]>, None::<i64>];
        db.write(|tx| tx.exec("INSERT INTO t (id, name, hash, n) VALUES ($1, $2, $3, $4)", none)).unwrap();
        let read = db.read(|tx| {
            tx.query_one("SELECT name, hash, n FROM t", &[], |row| {
                Ok(row.opt_text(0)?.is_none() && row.opt_blob(1)?.is_none() && row.opt_int(2)?.is_none())
            })
        });
        assert_eq!(read, Ok(true), "{}", db.name);
        let untold = db.read(|tx| tx.query_one("SELECT n FROM t", &[], |row| row.int(0)));
        assert!(matches!(untold, Err(StoreError::Internal(_))), "{}", db.name);
    }
}

#[test]
fn a_wrong_type_or_column_is_an_error_and_no_panic() {
    type Read = fn(&Row<'_>) -> Result<()>;
    let wrong: [Read; 5] = [
        |row| row.text(0).map(drop),
        |row| row.blob(1).map(drop),
        |row| row.int(1).map(drop),
        |row| row.int(9).map(drop),
        |row| row.text(9).map(drop),
    ];
    for db in with_table() {
        insert(&db, 1, "a").unwrap();
        for (number, read) in wrong.into_iter().enumerate() {
            let done = db.read(|tx| tx.query_one("SELECT id, name FROM t", &[], read));
            assert!(matches!(done, Err(StoreError::Internal(_))), "{} {number}: {done:?}", db.name);
        }
        assert_eq!(names(&db), [(1, "a".into())], "{} goes on", db.name);
    }
}

#[test]
fn truth_values_and_small_integers_are_read_as_integers() {
    for db in empty_databases() {
        let read = db.read(|tx| tx.query_one("SELECT 1, 1 = 2", &[], |row| Ok((row.int(0)?, row.bool(1)?))));
        assert_eq!(read, Ok((1, false)), "{}", db.name);
    }
}

#[test]
fn the_wrong_number_of_parameters_is_refused() {
    for db in with_table() {
        for given in [&params![1][..], params![1, "a", "b"]] {
            let done = db.write(|tx| tx.exec("INSERT INTO t (id, name) VALUES ($1, $2)", given));
            assert!(matches!(done, Err(StoreError::Internal(_))), "{}: {done:?}", db.name);
        }
    }
}

#[test]
fn a_zero_character_is_refused() {
    for db in with_table() {
        assert!(matches!(insert(&db, 1, "a\0b"), Err(StoreError::Invalid(_))), "{}", db.name);
    }
}

#[test]
fn a_caller_may_stop_reading() {
    for db in with_table() {
        db.write(|tx| tx.exec("INSERT INTO t (id, name) VALUES (1, 'a'), (2, 'b'), (3, 'c')", &[])).unwrap();
        let mut seen = 0;
        let done = db.read(|tx| {
            tx.for_each("SELECT id FROM t ORDER BY id", &[], |row| {
                seen = row.int(0)?;
                if seen == 2 { Err(StoreError::NotFound) } else { Ok(()) }
            })
        });
        assert_eq!((done, seen), (Err(StoreError::NotFound), 2), "{}", db.name);
        assert_eq!(names(&db).len(), 3, "{} goes on", db.name);
    }
}

#[derive(Debug, Clone, PartialEq)]
struct Cells(Option<String>, Option<Vec<u8>>, Option<i64>);

fn cells() -> impl Strategy<Value = Cells> {
    let text = proptest::option::of("[^\0]{0,12}");
    (text, proptest::option::of(any::<Vec<u8>>()), proptest::option::of(any::<i64>()))
        .prop_map(|(text, blob, int)| Cells(text, blob, int))
}

fn round(db: &Db, rows: &[Cells]) -> Vec<Cells> {
    db.write(|tx| {
        tx.exec("DELETE FROM t", &[])?;
        for (Cells(text, blob, int), id) in rows.iter().zip(0i64..) {
            let values = params![id, text.as_deref(), blob.as_deref(), *int];
            tx.exec("INSERT INTO t (id, name, hash, n) VALUES ($1, $2, $3, $4)", values)?;
        }
        Ok(())
    })
    .unwrap();
    db.read(|tx| {
        tx.query("SELECT name, hash, n FROM t ORDER BY id", &[], |row| {
            Ok(Cells(row.opt_text(0)?.map(Into::into), row.opt_blob(1)?.map(Into::into), row.opt_int(2)?))
        })
    })
    .unwrap()
}

#[test]
fn what_goes_in_comes_out() {
    let all = with_table();
    proptest!(ProptestConfig::with_cases(40), |(rows in proptest::collection::vec(cells(), 0..6))| {
        for db in &all {
            prop_assert_eq!(&round(db, &rows), &rows, "{}", db.name);
        }
    });
}
