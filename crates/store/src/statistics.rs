//! Statistics of tables that were just filled. PostgreSQL plans by what it last counted, and before its autovacuum has looked
//! at a table that a first fill has made large, it takes it for a small one and reads it whole, once for each of its rows.
//! SQLite's statistics are set with its tables.

use crate::db::{Engine, Tx};
use crate::error::Result;
use crate::store::Store;

/// What a first fill fills. No other table is looked at: in the same schema there may be somebody else's.
const FILLED: &[&str] = &[
    "source_user",
    "source_group",
    "source_member",
    "contact",
    "contact_search",
    "contact_group",
    "contact_member",
    "link",
    "change",
    "plan_op",
    "pending",
];

impl Store {
    /// Lets PostgreSQL count those tables that have grown by half since it last did, or that it never counted, so that a
    /// thousand first fills count a table a few times and no more. One that is being vacuumed is left to that.
    pub fn gather_statistics(&self) -> Result<()> {
        if self.db.engine() == Engine::Sqlite {
            return Ok(());
        }
        let grown = self.db.look_up(grown)?;
        if grown.is_empty() {
            return Ok(());
        }
        let sql = format!("ANALYZE (SKIP_LOCKED) {}", grown.join(", "));
        self.db.write(|tx| tx.script(&sql))
    }
}

/// Tables larger than ten pages and half as large again as when they were last counted (PostgreSQL: "pg_class", relpages).
fn grown(tx: &mut Tx<'_>) -> Result<Vec<String>> {
    let names: Vec<String> = FILLED.iter().map(|name| format!("'{name}'")).collect();
    let sql = format!(
        "SELECT c.relname::text FROM pg_class c LEFT JOIN pg_stat_all_tables s ON s.relid = c.oid \
         WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND c.relname IN ({}) \
         AND pg_relation_size(c.oid) > 10 * current_setting('block_size')::bigint \
         AND (pg_relation_size(c.oid) > c.relpages * 1.5 * current_setting('block_size')::bigint \
         OR (s.last_analyze IS NULL AND s.last_autoanalyze IS NULL)) ORDER BY c.oid",
        names.join(", ")
    );
    tx.query(&sql, &[], |row| Ok(row.text(0)?.to_owned()))
}
