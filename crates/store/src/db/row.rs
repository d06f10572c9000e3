//! A row of an answer, borrowed from whichever driver gave it.
//!
//! Rule: a column of another type than asked for, or NULL where a value was promised, is an error and no panic.

use postgres::types::Type;
use rusqlite::types::ValueRef;

use crate::error::{Result, StoreError};

/// One row; columns count from 0.
pub(crate) enum Row<'r> {
    /// Borrowed from the running statement.
    Sqlite(&'r rusqlite::Row<'r>),
    /// Borrowed from the answer's buffer.
    Postgres(&'r postgres::Row),
}

impl Row<'_> {
    /// A BIGINT. PostgreSQL's `INTEGER` and `BOOLEAN` (`SELECT 1`, `SELECT a = b`) are read too; its `SUM` of BIGINT is
    /// NUMERIC and needs `CAST(… AS BIGINT)`.
    pub(crate) fn int(&self, column: usize) -> Result<i64> {
        self.opt_int(column)?.ok_or_else(|| null(column))
    }

    /// A BIGINT that may be NULL.
    pub(crate) fn opt_int(&self, column: usize) -> Result<Option<i64>> {
        match self {
            Self::Sqlite(row) => match row.get_ref(column)? {
                ValueRef::Null => Ok(None),
                ValueRef::Integer(value) => Ok(Some(value)),
                ValueRef::Real(_) | ValueRef::Text(_) | ValueRef::Blob(_) => Err(wrong(column, "BIGINT")),
            },
            Self::Postgres(row) => match row.columns().get(column).map(postgres::Column::type_) {
                Some(&Type::INT8) => Ok(row.try_get(column)?),
                Some(&Type::INT4) => Ok(row.try_get::<_, Option<i32>>(column)?.map(i64::from)),
                Some(&Type::BOOL) => Ok(row.try_get::<_, Option<bool>>(column)?.map(i64::from)),
                _ => Err(wrong(column, "BIGINT")),
            },
        }
    }

    /// A truth value, kept as BIGINT 0 or 1.
    pub(crate) fn bool(&self, column: usize) -> Result<bool> {
        Ok(self.int(column)? != 0)
    }

    /// A TEXT.
    pub(crate) fn text(&self, column: usize) -> Result<&str> {
        self.opt_text(column)?.ok_or_else(|| null(column))
    }

    /// A TEXT that may be NULL.
    pub(crate) fn opt_text(&self, column: usize) -> Result<Option<&str>> {
        match self {
            Self::Sqlite(row) => match row.get_ref(column)? {
                ValueRef::Null => Ok(None),
                ValueRef::Text(text) => std::str::from_utf8(text)
                    .map(Some)
                    .map_err(|_| StoreError::Corrupt(format!("text of column {column} is not UTF-8"))),
                ValueRef::Integer(_) | ValueRef::Real(_) | ValueRef::Blob(_) => Err(wrong(column, "TEXT")),
            },
            Self::Postgres(row) => Ok(row.try_get(column)?),
        }
    }

    /// A BLOB.
    pub(crate) fn blob(&self, column: usize) -> Result<&[u8]> {
        self.opt_blob(column)?.ok_or_else(|| null(column))
    }

    /// A BLOB that may be NULL.
    pub(crate) fn opt_blob(&self, column: usize) -> Result<Option<&[u8]>> {
        match self {
            Self::Sqlite(row) => match row.get_ref(column)? {
                ValueRef::Null => Ok(None),
                ValueRef::Blob(blob) => Ok(Some(blob)),
                ValueRef::Integer(_) | ValueRef::Real(_) | ValueRef::Text(_) => Err(wrong(column, "BLOB")),
            },
            Self::Postgres(row) => Ok(row.try_get(column)?),
        }
    }
}

fn null(column: usize) -> StoreError {
    StoreError::Internal(format!("column {column} is NULL"))
}

fn wrong(column: usize, wanted: &str) -> StoreError {
    StoreError::Internal(format!("column {column} is no {wanted}"))
}
