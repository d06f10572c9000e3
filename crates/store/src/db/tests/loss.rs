//! A server that goes away. PostgreSQL only.

use super::*;
use crate::error::StoreError;

fn servers() -> impl Iterator<Item = TestDb> {
    with_table().into_iter().filter(|db| db.engine() == Engine::Postgres)
}

fn own_backend(tx: &mut Tx<'_>) -> Result<i64> {
    tx.query_one("SELECT pg_backend_pid()", &[], |row| row.int(0))
}

/// Ends a backend from elsewhere and waits until the server has let it go.
fn end(db: &TestDb, backend: i64) {
    let other = Db::open(&db.location).unwrap();
    let sql = "SELECT pg_terminate_backend(CAST(CAST($1 AS BIGINT) AS INTEGER), 10000)";
    assert_eq!(other.read(|tx| tx.query_one(sql, params![backend], |row| row.bool(0))), Ok(true));
}

#[test]
fn a_connection_lost_between_transactions_is_replaced() {
    for db in servers() {
        let backend = db.read(own_backend).unwrap();
        end(&db, backend);
        assert_eq!(insert(&db, 1, "a"), Ok(1));
        assert_eq!(count(&db), 1);
    }
}

#[test]
fn a_look_up_over_a_lost_connection_is_asked_again() {
    for db in servers() {
        let backend = db.look_up(own_backend).unwrap();
        end(&db, backend);
        assert_ne!(db.look_up(own_backend).unwrap(), backend);
    }
}

#[test]
fn a_connection_lost_inside_is_unavailable_and_nothing_is_kept() {
    for db in servers() {
        let done = db.write(|tx| {
            tx.exec("INSERT INTO t (id) VALUES ($1)", params![1])?;
            let backend = own_backend(tx)?;
            end(&db, backend);
            tx.exec("INSERT INTO t (id) VALUES ($1)", params![2])
        });
        assert!(matches!(done, Err(StoreError::Unavailable(_))), "{done:?}");
        assert_eq!(count(&db), 0);
    }
}

#[test]
fn a_changed_table_does_not_break_what_was_prepared_for_long() {
    for db in servers() {
        let all = |db: &Db| db.read(|tx| tx.query("SELECT * FROM t", &[], |row| row.int(0)));
        all(&db).unwrap();
        let other = Db::open(&db.location).unwrap();
        other.write(|tx| tx.script("ALTER TABLE t ADD COLUMN more TEXT")).unwrap();
        let first = all(&db);
        assert!(
            matches!(first, Ok(_) | Err(StoreError::Unavailable(_) | StoreError::Conflict(_))),
            "{first:?}"
        );
        assert_eq!(all(&db), Ok(vec![]));
    }
}

#[test]
fn no_server_is_unavailable() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let done = Db::open_postgres(&format!("postgres://u:geheim@127.0.0.1:{port}/x")).err().unwrap();
    assert!(matches!(done, StoreError::Unavailable(_)), "{done}");
    assert!(!done.to_string().contains("geheim"));
}
