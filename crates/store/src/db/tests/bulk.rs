//! Rows by the thousand.

use super::*;
use crate::error::StoreError;

const COLUMNS: &[(&str, Type)] =
    &[("id", Type::Int), ("name", Type::Text), ("hash", Type::Blob), ("n", Type::Int)];
const INSERT: Bulk = Bulk { table: "t", columns: COLUMNS, verb: Verb::Insert { on_conflict: "" } };
const KEEP: Bulk =
    Bulk { table: "t", columns: COLUMNS, verb: Verb::Insert { on_conflict: "ON CONFLICT DO NOTHING" } };
const UPSERT: Bulk = Bulk {
    table: "t",
    columns: COLUMNS,
    verb: Verb::Upsert { keys: 1, guard: Some("t.hash <> excluded.hash") },
};
const DELETE: Bulk = Bulk { table: "t", columns: &[("id", Type::Int)], verb: Verb::Delete };

fn fill(db: &Db, spec: &'static Bulk, ids: std::ops::Range<i64>, hash: &[u8]) -> Result<u64> {
    db.write(|tx| {
        let mut bulk = tx.bulk(spec)?;
        for id in ids {
            bulk.row(|v| {
                v.int(id);
                v.opt_text((id % 3 != 0).then_some("näme"));
                v.blob(hash);
                v.opt_int((id % 2 == 0).then_some(id));
            })?;
        }
        bulk.finish()
    })
}

#[test]
fn every_verb_answers_the_rows_it_hit() {
    for db in with_table() {
        assert_eq!(fill(&db, &INSERT, 0..12_001, b"1"), Ok(12_001), "{}", db.name);
        assert_eq!(fill(&db, &KEEP, 12_000..12_002, b"1"), Ok(1), "{}", db.name);
        assert_eq!(fill(&db, &UPSERT, 0..12_002, b"1"), Ok(0), "{}: unchanged rows are skipped", db.name);
        assert_eq!(fill(&db, &UPSERT, 11_000..12_003, b"2"), Ok(1_003), "{}", db.name);
        let deleted = db.write(|tx| {
            let mut bulk = tx.bulk(&DELETE)?;
            for id in 100..20_000 {
                bulk.row(|v| v.int(id))?;
            }
            bulk.finish()
        });
        assert_eq!(deleted, Ok(11_903), "{}", db.name);
        assert_eq!(count(&db), 100, "{}", db.name);
    }
}

#[test]
fn values_and_nulls_arrive() {
    let read = |db: &Db| {
        db.read(|tx| {
            tx.query("SELECT id, name, hash, n FROM t ORDER BY id", &[], |row| {
                let name = row.opt_text(1)?.map(str::to_owned);
                Ok((row.int(0)?, name, row.blob(2)?.to_vec(), row.opt_int(3)?))
            })
        })
        .unwrap()
    };
    for db in with_table() {
        fill(&db, &INSERT, 0..3, b"\0h").unwrap();
        let name = || Some("näme".to_owned());
        let hash = || b"\0h".to_vec();
        assert_eq!(
            read(&db),
            [(0, None, hash(), Some(0)), (1, name(), hash(), None), (2, name(), hash(), Some(2))],
            "{}",
            db.name
        );
    }
}

#[test]
fn a_batch_counts_as_one_write() {
    for db in with_table() {
        let before = db.stats();
        fill(&db, &INSERT, 0..10_001, b"1").unwrap();
        let after = db.stats();
        assert_eq!(
            (after.writes - before.writes, after.rows_written - before.rows_written),
            (3, 10_001),
            "{}",
            db.name
        );
    }
}

#[test]
fn an_empty_bulk_writes_nothing() {
    for db in with_table() {
        let before = db.stats().writes;
        assert_eq!(fill(&db, &INSERT, 0..0, b""), Ok(0));
        assert_eq!(db.stats().writes, before, "{}", db.name);
    }
}

#[test]
fn an_unfinished_bulk_cannot_be_committed() {
    for db in with_table() {
        let done = db.write(|tx| {
            let mut bulk = tx.bulk(&DELETE)?;
            bulk.row(|v| v.int(1))
        });
        assert!(matches!(done, Err(StoreError::Internal(_))), "{}", db.name);
    }
}

#[test]
fn a_row_of_another_shape_is_refused_and_fails_the_transaction() {
    let wrong: [fn(&mut crate::db::bulk::Values<'_>); 4] = [
        |v| v.text("a"),
        |_| {},
        |v| {
            v.int(1);
            v.int(2);
        },
        |v| v.blob(b"a"),
    ];
    for db in with_table() {
        for (number, fill) in wrong.into_iter().enumerate() {
            let done = db.write(|tx| {
                let mut bulk = tx.bulk(&DELETE)?;
                let _ignored = bulk.row(fill);
                let _ignored = bulk.finish();
                Ok(())
            });
            assert!(matches!(done, Err(StoreError::Internal(_))), "{} {number}: {done:?}", db.name);
        }
    }
}

#[test]
fn a_first_fill_leaves_no_log_behind() {
    for db in with_table() {
        let filling = db.first_fill().unwrap();
        fill(&db, &INSERT, 0..20_000, b"1").unwrap();
        drop(filling);
        assert_eq!(count(&db), 20_000, "{}", db.name);
        if let Location::Sqlite(path) = &db.location {
            let log = path.with_extension("db-wal");
            assert_eq!(std::fs::metadata(log).unwrap().len(), 0);
        }
    }
}
