//! Rows by the thousand, of one shape.
//!
//! SQLite steps one prepared statement per row. PostgreSQL gets [`BATCH`] rows as one statement over arrays
//! (`… SELECT * FROM unnest($1::bytea[], $2::int8[])`), four times faster than row by row, or as one COPY.
//!
//! Rules: key columns come first and are never NULL; a key appears once within a bulk that upserts (PostgreSQL
//! refuses a second hit in one statement); a bulk ends with `finish`, or its transaction cannot be committed.

use super::bulk_sql;
use super::columns::Columns;
use super::param::{Param, is_storable};
use super::tx::{On, Tx};
use crate::error::{Result, StoreError};

/// Rows per statement on PostgreSQL, and per counted write on both engines.
pub(crate) const BATCH: usize = 5_000;

/// The type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Type {
    /// BIGINT.
    Int,
    /// TEXT.
    Text,
    /// BLOB, BYTEA on PostgreSQL.
    Blob,
}

/// What a bulk does. A `const` beside the query that uses it, or made of an archive's columns.
#[derive(Debug)]
pub(crate) struct Bulk<'b> {
    /// The table.
    pub table: &'b str,
    /// Its columns in the order in which rows give their values, keys first.
    pub columns: &'b [(&'b str, Type)],
    /// What happens with a row.
    pub verb: Verb,
}

/// What happens with a row of a bulk.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Verb {
    /// Insert it.
    Insert {
        /// `""`, or `"ON CONFLICT …"`.
        on_conflict: &'static str,
    },
    /// Delete the row in which all columns are equal.
    Delete,
    /// Change the row with these keys, if there is one.
    Update {
        /// The first so many columns are keys.
        keys: usize,
    },
    /// Insert it, or change the row with these keys.
    Upsert {
        /// The first so many columns are keys and have a unique index of just them.
        keys: usize,
        /// Change only if this holds, for instance `"book.hash <> excluded.hash"`.
        guard: Option<&'static str>,
    },
}

/// A running bulk.
#[must_use = "rows may still be in memory; call finish"]
pub(crate) struct Writer<'t, 'c> {
    tx: &'t mut Tx<'c>,
    spec: &'t Bulk<'t>,
    to: To<'c>,
    rows: usize,
    hit: u64,
}

enum To<'c> {
    Sqlite(rusqlite::CachedStatement<'c>),
    Postgres { how: How, columns: Columns },
}

/// How a batch travels to PostgreSQL.
enum How {
    Copy(String),
    Arrays(String),
}

impl<'t, 'c> Writer<'t, 'c> {
    pub(super) fn begin(tx: &'t mut Tx<'c>, spec: &'t Bulk<'t>) -> Result<Self> {
        let to = match &tx.on {
            On::Sqlite(connection) => {
                let connection: &'c rusqlite::Connection = connection;
                let statement = connection.prepare_cached(&bulk_sql::sqlite(spec)).map_err(StoreError::from);
                To::Sqlite(tx.noting_failure(statement)?)
            }
            On::Postgres(_) => {
                let arrays = || How::Arrays(bulk_sql::postgres(spec));
                let how = bulk_sql::copy(spec).map_or_else(arrays, How::Copy);
                To::Postgres { how, columns: Columns::of(spec.columns) }
            }
        };
        Ok(Self { tx, spec, to, rows: 0, hit: 0 })
    }

    /// One row: `fill` gives the values of all columns in their order.
    pub(crate) fn row(&mut self, fill: impl FnOnce(&mut Values<'_>)) -> Result<()> {
        let done = self.try_row(fill);
        self.tx.noting_failure(done)
    }

    /// Writes what is left; answers the number of rows hit.
    pub(crate) fn finish(mut self) -> Result<u64> {
        let done = self.flush();
        self.tx.noting_failure(done)?;
        self.tx.bulk_finished()?;
        self.tx.note_rows(self.hit);
        Ok(self.hit)
    }

    fn try_row(&mut self, fill: impl FnOnce(&mut Values<'_>)) -> Result<()> {
        if matches!(self.to, To::Sqlite(_)) && self.rows.is_multiple_of(BATCH) {
            self.tx.count_write();
        }
        let sink: &mut dyn Sink = match &mut self.to {
            To::Sqlite(statement) => &mut **statement,
            To::Postgres { columns, .. } => columns,
        };
        let mut values = Values { sink, columns: self.spec.columns, next: 0, failed: None };
        fill(&mut values);
        values.done()?;
        self.rows += 1;
        match &mut self.to {
            To::Sqlite(statement) => self.hit += statement.raw_execute()? as u64,
            To::Postgres { .. } if self.rows.is_multiple_of(BATCH) => self.flush()?,
            To::Postgres { .. } => {}
        }
        Ok(())
    }

    /// PostgreSQL: sends the rows in memory.
    fn flush(&mut self) -> Result<()> {
        let To::Postgres { how, columns } = &mut self.to else { return Ok(()) };
        if columns.is_empty() {
            return Ok(());
        }
        self.tx.count_write();
        if let On::Postgres(session) = &mut self.tx.on {
            self.hit += match how {
                How::Copy(sql) => {
                    let statement = session.prepared(sql)?;
                    columns.copy(session.driver(), &statement)?
                }
                How::Arrays(sql) => {
                    let statement = session.prepared(sql)?;
                    columns.send(session.driver(), &statement)?
                }
            };
        }
        columns.clear();
        Ok(())
    }
}

/// Takes the values of one row, in the order of the columns.
pub(crate) struct Values<'w> {
    sink: &'w mut (dyn Sink + 'w),
    columns: &'w [(&'w str, Type)],
    next: usize,
    failed: Option<StoreError>,
}

/// Where values go.
trait Sink {
    fn put(&mut self, column: usize, value: Param<'_>) -> Result<()>;
}

impl Sink for rusqlite::Statement<'_> {
    fn put(&mut self, column: usize, value: Param<'_>) -> Result<()> {
        Ok(self.raw_bind_parameter(column + 1, value)?)
    }
}

impl Sink for Columns {
    fn put(&mut self, column: usize, value: Param<'_>) -> Result<()> {
        self.push(column, value);
        Ok(())
    }
}

impl Values<'_> {
    /// A BIGINT.
    pub(crate) fn int(&mut self, value: i64) {
        self.put(Type::Int, Param::Int(value));
    }

    /// A BIGINT or NULL.
    pub(crate) fn opt_int(&mut self, value: Option<i64>) {
        self.put(Type::Int, value.into());
    }

    /// A TEXT.
    pub(crate) fn text(&mut self, value: &str) {
        self.put(Type::Text, Param::Text(value));
    }

    /// A TEXT or NULL.
    pub(crate) fn opt_text(&mut self, value: Option<&str>) {
        self.put(Type::Text, value.into());
    }

    /// A BLOB.
    pub(crate) fn blob(&mut self, value: &[u8]) {
        self.put(Type::Blob, Param::Blob(value));
    }

    /// A BLOB or NULL.
    pub(crate) fn opt_blob(&mut self, value: Option<&[u8]>) {
        self.put(Type::Blob, value.into());
    }

    fn put(&mut self, ty: Type, value: Param<'_>) {
        if self.failed.is_none() {
            self.failed = self.try_put(ty, value).err();
            self.next += 1;
        }
    }

    fn try_put(&mut self, ty: Type, value: Param<'_>) -> Result<()> {
        match self.columns.get(self.next) {
            Some((_, wanted)) if *wanted == ty => {}
            Some((name, wanted)) => {
                return Err(StoreError::Internal(format!("{name} takes {wanted:?} and was given {ty:?}")));
            }
            None => return Err(StoreError::Internal("a row has more values than columns".into())),
        }
        if let Param::Text(text) = value
            && !is_storable(text)
        {
            return Err(StoreError::Invalid("a text holds the character U+0000".into()));
        }
        self.sink.put(self.next, value)
    }

    fn done(self) -> Result<()> {
        match self.failed {
            Some(error) => Err(error),
            None if self.next == self.columns.len() => Ok(()),
            None => Err(StoreError::Internal("a row has fewer values than columns".into())),
        }
    }
}
