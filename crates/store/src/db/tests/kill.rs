//! The process killed before its n-th write: a transaction is there as a whole, or not at all.

use std::process::{Command, Stdio};

use secrecy::ExposeSecret;

use super::*;

/// Tells the child, a run of this very test, where to write.
const LOCATION: &str = "WHOSWHO_TEST_KILL_LOCATION";
const NAME: &str = "db::tests::kill::a_killed_process_leaves_whole_transactions";

#[test]
fn a_killed_process_leaves_whole_transactions() {
    if let Ok(location) = std::env::var(LOCATION) {
        return two_transactions(&Db::open(&Location::from(location.as_str())).unwrap());
    }
    for db in with_table() {
        let mut seen = Vec::new();
        for nth in 1.. {
            db.write(|tx| tx.exec("DELETE FROM t", &[])).unwrap();
            let killed = !child(&db, nth);
            seen.push(count(&db));
            if !killed {
                break;
            }
        }
        // First transaction: insert, insert, COMMIT. Second: two batches of a bulk, COMMIT.
        assert_eq!(seen, [0, 0, 0, 2, 2, 2, 5_003], "{}", db.name);
    }
}

fn two_transactions(db: &Db) {
    const BULK: Bulk =
        Bulk { table: "t", columns: &[("id", Type::Int)], verb: Verb::Insert { on_conflict: "" } };
    db.write(|tx| {
        tx.exec("INSERT INTO t (id) VALUES ($1)", params![-1])?;
        tx.exec("INSERT INTO t (id) VALUES ($1)", params![-2])
    })
    .unwrap();
    db.write(|tx| {
        let mut bulk = tx.bulk(&BULK)?;
        for id in 0..5_001 {
            bulk.row(|v| v.int(id))?;
        }
        bulk.finish()
    })
    .unwrap();
}

/// Runs this test as a child; answers whether it reached its end.
fn child(db: &TestDb, kill_at: u32) -> bool {
    let location = match &db.location {
        Location::Sqlite(path) => path.display().to_string(),
        Location::Postgres(url) => url.expose_secret().to_owned(),
    };
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", NAME, "--nocapture"])
        .env(LOCATION, location)
        .env("WHOSWHO_TEST_KILL_AT_WRITE", kill_at.to_string())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    status.unwrap().success()
}
