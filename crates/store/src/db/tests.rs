//! The connection layer, the same tests on both engines.

mod bulk;
#[cfg(debug_assertions)]
mod kill;
mod loss;
mod same;
mod tls;
mod transactions;

use super::*;
use crate::testing::{TestDb, empty_databases};

/// A table with every type, in words both engines take.
fn with_table() -> Vec<TestDb> {
    let all = empty_databases();
    for db in &all {
        let blob = db.write(|tx| Ok(tx.pick(&Sql { sqlite: "BLOB", postgres: "BYTEA" }))).unwrap();
        let sql =
            format!("CREATE TABLE t (id BIGINT NOT NULL PRIMARY KEY, name TEXT, hash {blob}, n BIGINT)");
        db.write(|tx| tx.script(&sql)).unwrap();
    }
    all
}

fn insert(db: &Db, id: i64, name: &str) -> Result<u64> {
    db.write(|tx| tx.exec("INSERT INTO t (id, name) VALUES ($1, $2)", params![id, name]))
}

fn names(db: &Db) -> Vec<(i64, String)> {
    db.read(|tx| {
        tx.query("SELECT id, name FROM t ORDER BY id", &[], |row| Ok((row.int(0)?, row.text(1)?.into())))
    })
    .unwrap()
}

fn count(db: &Db) -> i64 {
    db.read(|tx| tx.query_one("SELECT COUNT(*) FROM t", &[], |row| row.int(0))).unwrap()
}
