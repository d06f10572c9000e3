//! Many customers as years of work leave them, for measurements and tests of what lists all of them.

use model::Timestamp;
use model::ids::CustomerId;

use crate::Store;
use crate::db::{Engine, Tx, params};
use crate::error::Result;

/// Numbers from 1 to the first parameter.
const COUNT: &str =
    "WITH RECURSIVE n(i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < $1)";

impl Store {
    /// Adds so many customers, `kunde-1` and so on. Each tenth is not connected, each 20th has three removals held, each 40th misses a
    /// permission, each 50th has an access that has ended, each 60th had no good run for three days, each seventh has two findings.
    /// On a fifth of the last fourteen days each had a run with changes. Answers the first one's id.
    pub fn many_customers(&self, many: i64, now: Timestamp) -> Result<CustomerId> {
        let engine = self.db.engine();
        let blob = |hex: &str| match engine {
            Engine::Sqlite => format!("x'{hex}'"),
            Engine::Postgres => format!("'\\x{hex}'::bytea"),
        };
        self.db.write(|tx| {
            let base = counted(tx, "customer", many)?;
            let sql = format!(
                "INSERT INTO customer (id, slug, name, preset, preset_chosen, next_connection, next_contact, next_group, created_at, \
                 last_good_at, quiet_runs) {COUNT} SELECT $2 + i, 'kunde-' || i, CASE WHEN i % 3 = 0 THEN 'Müller ' WHEN i % 3 = 1 \
                 THEN 'Ärztehaus ' ELSE 'Zimmerei ' END || i, 'careful', 0, 2, 1, 1, CAST($3 AS BIGINT), CASE WHEN i % 10 = 0 THEN NULL \
                 WHEN i % 60 = 7 THEN CAST($3 AS BIGINT) - 260000000 ELSE CAST($3 AS BIGINT) - (i * 7919) % 50000000 END, 0 FROM n"
            );
            tx.exec(&sql, params![many, base, now.0])?;
            let sql = format!(
                "INSERT INTO connection (id, purposes, tenant_id, tenant_typed, client_id, login_url, graph_url, credential_kind, \
                 credential, credential_ends_at, connects, connected_at, renewed_at, domains, organisation, everybody, complete, \
                 applied, failures, permissions) {COUNT} SELECT ($2 + i) * 65536 + 1, 'directory', 't-' || i, 'k' || i || '.example', \
                 'c', 'l', 'g', 'secret', {}, CASE WHEN i % 50 = 3 THEN CAST($3 AS BIGINT) - 90000000 ELSE CAST($3 AS BIGINT) + i * 86400000 END, 1, \
                 CAST($3 AS BIGINT) - 8640000000, CAST($3 AS BIGINT) - 8640000000, 'k' || i || '.example', 'Firma ' || i, 1, 1, 1, 0, \
                 CASE WHEN i % 40 = 1 THEN '-GroupMember.Read.All' ELSE '' END FROM n WHERE i % 10 <> 0",
                blob("78")
            );
            tx.exec(&sql, params![many, base, now.0])?;
            let sql = format!(
                "INSERT INTO schedule (customer, connection, rule, time_zone, since, due_at, node, holder, claimed_until, tidied_at) \
                 {COUNT} SELECT $2 + i, CASE WHEN i % 10 = 0 THEN NULL ELSE ($2 + i) * 65536 + 1 END, \
                 CASE WHEN i % 10 = 0 THEN '' ELSE 'every 2h' END, 'Europe/Berlin', CAST($3 AS BIGINT) - 8640000000, \
                 CAST($3 AS BIGINT) + (i * 101) % 7200000, 0, '', 0, CAST($3 AS BIGINT) FROM n"
            );
            tx.exec(&sql, params![many, base, now.0])?;
            // A run for each customer and each of fourteen days, of which a fifth were listed.
            let runs = counted(tx, "run", many * 14)?;
            let sql = format!(
                "INSERT INTO run (id, customer, kind, mode, outcome, created, updated, restored, removed, adopted, unlinked, held, \
                 unchanged, memberships, requests, bytes_read, linked, started_at, duration_ms) {COUNT} SELECT $4 + i, \
                 1 + (i - 1) / 14 + $2, 'run', 'delta', CASE WHEN i % 45 = 0 THEN 'failed' ELSE 'done' END, i % 7, i % 13, 0, i % 2, \
                 0, 0, 0, 400, 0, 3, 1000, 400, CAST($3 AS BIGINT) - (13 - (i - 1) % 14) * 86400000 - (i * 131) % 30000000, 800 + i % 9000 \
                 FROM n WHERE i % 5 = 0 AND (1 + (i - 1) / 14) % 10 <> 0"
            );
            tx.exec(&sql, params![many * 14, base, now.0, runs])?;
            let (one, two, three) = (blob("31"), blob("32"), blob("33"));
            let sql = format!(
                "INSERT INTO hold (connection, source, kind, held_by, state, seen, since, again_at) {COUNT} \
                 SELECT ($2 + (1 + (i - 1) / 3) * 20 + 1) * 65536 + 1, CASE i % 3 WHEN 0 THEN {one} WHEN 1 THEN {two} ELSE {three} END, \
                 'remove', 'guard', 0, 0, CAST($3 AS BIGINT), CAST($3 AS BIGINT) FROM n WHERE (1 + (i - 1) / 3) * 20 + 1 <= $4"
            );
            tx.exec(&sql, params![many / 20 * 3 + 3, base, now.0, many])?;
            let (source, others) = (blob("73"), blob(""));
            let sql = format!(
                "INSERT INTO finding (run, n, kind, source, others) SELECT r.id, x.k, 'unreadable', {source}, {others} FROM run r \
                 JOIN (SELECT CAST(1 AS BIGINT) AS k UNION ALL SELECT 2) x ON 1 = 1 WHERE r.id > $1 AND r.customer % 7 = 0"
            );
            tx.exec(&sql, params![runs])?;
            Ok(CustomerId(base + 1))
        })
    }
}

/// Moves a counter on by so many, and answers where it stood.
fn counted(tx: &mut Tx<'_>, name: &str, many: i64) -> Result<i64> {
    let sql = "UPDATE counter SET value = value + $1 WHERE name = $2 RETURNING value - $1";
    tx.query_one(sql, params![many, name], |row| row.int(0))
}
