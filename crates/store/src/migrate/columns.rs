//! The tables of a database as both engines can tell them: what an archive holds, and what the two folders of migrations
//! are compared by.

use super::LEDGER;
use crate::db::{Row, Sql, Tx, params};
use crate::error::Result;

/// One column of one table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Column {
    pub table: String,
    pub name: String,
    /// `int`, `text`, `blob`, or the engine's own word for anything else.
    pub class: String,
    pub nullable: bool,
}

/// All columns of our own tables, sorted; generated ones are no data and are left out, as are the full-text tables of
/// SQLite, which are no plain tables, and the search index of PostgreSQL.
pub(crate) fn columns(tx: &mut Tx<'_>) -> Result<Vec<Column>> {
    const COLUMNS: Sql = Sql {
        sqlite: "SELECT t.name, c.name, LOWER(c.type),
                        c.\"notnull\" = 0 AND NOT (c.pk > 0 AND (t.wr = 1 OR UPPER(c.type) = 'INTEGER'))
                 FROM pragma_table_list AS t JOIN pragma_table_info(t.name) AS c
                 WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name <> $1
                       AND t.name <> 'contact_search'",
        postgres: "SELECT c.table_name::text, c.column_name::text, c.data_type::text, c.is_nullable = 'YES'
                   FROM information_schema.columns AS c JOIN information_schema.tables AS t USING (table_schema, table_name)
                   WHERE table_schema = current_schema() AND t.table_type = 'BASE TABLE' AND table_name <> $1
                         AND table_name <> 'contact_search' AND c.is_generated = 'NEVER'",
    };
    let read = |row: &Row<'_>| {
        Ok(Column {
            table: row.text(0)?.into(),
            name: row.text(1)?.into(),
            class: class(row.text(2)?).into(),
            nullable: row.bool(3)?,
        })
    };
    let mut all = tx.query(tx.pick(&COLUMNS), params![LEDGER], read)?;
    all.sort();
    Ok(all)
}

/// Our own tables in the order in which they were made, so that whatever refers to a row comes behind it.
pub(crate) fn tables(tx: &mut Tx<'_>) -> Result<Vec<String>> {
    const TABLES: Sql = Sql {
        sqlite: "SELECT m.name FROM sqlite_master AS m JOIN pragma_table_list AS t ON t.name = m.name AND t.schema = 'main'
                 WHERE t.type = 'table' AND m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name <> $1 ORDER BY m.rowid",
        postgres: "SELECT relname::text FROM pg_class WHERE relkind = 'r'
                   AND relnamespace = current_schema()::regnamespace AND relname <> $1 ORDER BY oid",
    };
    tx.query(tx.pick(&TABLES), params![LEDGER], |row| Ok(row.text(0)?.to_owned()))
}

fn class(declared: &str) -> &str {
    match declared {
        "bigint" | "integer" | "int" => "int",
        "text" => "text",
        "blob" | "bytea" => "blob",
        other => other,
    }
}
