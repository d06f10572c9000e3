//! SQLite's errors, mapped once.
//!
//! SQLite's own text is kept only where it names constraints, or where it stems from preparing our own SQL; a text that
//! appears while a statement runs may hold what somebody typed (FTS5 quotes its query), so only its code is kept.

use rusqlite::{Error, ErrorCode, ffi};

use crate::cause::Cause;
use crate::error::StoreError;

impl From<Error> for StoreError {
    fn from(error: Error) -> Self {
        Self::from(&error)
    }
}

impl From<&Error> for StoreError {
    fn from(error: &Error) -> Self {
        match error {
            Error::SqliteFailure(failure, text) => from_code(*failure, text.as_deref()),
            Error::SqlInputError { error, msg, .. } => match error.code {
                ErrorCode::Unknown => Self::Internal(format!("SQLite refuses a statement: {msg}")),
                _ => from_code(*error, None),
            },
            Error::InvalidPath(_) | Error::NulError(_) => {
                Self::Invalid("the database path holds a zero byte".into())
            }
            Error::Utf8Error(column, _) => Self::Corrupt(format!("text of column {column} is not UTF-8")),
            Error::FromSqlConversionFailure(column, found, _)
            | Error::InvalidColumnType(column, _, found) => {
                Self::Internal(format!("column {column} has type {found}"))
            }
            Error::InvalidParameterCount(given, wanted) => {
                Self::Internal(format!("{given} parameters given, {wanted} wanted"))
            }
            Error::ExecuteReturnedResults => {
                Self::Internal("a statement run for its effect returned rows".into())
            }
            Error::QueryReturnedNoRows => Self::NotFound,
            // rusqlite's enum is open; the rest are mistakes in calling it and hold no values of rows.
            _ => Self::Internal("SQLite driver used wrongly".into()),
        }
    }
}

fn from_code(failure: ffi::Error, text: Option<&str>) -> StoreError {
    let constraint = |text: Option<&str>| text.unwrap_or("constraint").to_owned();
    match failure.code {
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::FileLockingProtocolFailed => {
            StoreError::Busy
        }
        ErrorCode::DiskFull => StoreError::DiskFull,
        ErrorCode::ReadOnly => StoreError::ReadOnly(Cause::FileReadOnly),
        ErrorCode::PermissionDenied => StoreError::ReadOnly(Cause::Denied),
        ErrorCode::CannotOpen => StoreError::Unavailable(Cause::CannotOpen),
        ErrorCode::SystemIoFailure => StoreError::Unavailable(Cause::Disk(failure.extended_code)),
        ErrorCode::OutOfMemory => StoreError::Unavailable(Cause::Memory),
        ErrorCode::DatabaseCorrupt => StoreError::Corrupt("SQLite finds its file malformed".into()),
        ErrorCode::NotADatabase => StoreError::Corrupt("the file is not an SQLite database".into()),
        ErrorCode::ConstraintViolation => match failure.extended_code {
            ffi::SQLITE_CONSTRAINT_UNIQUE
            | ffi::SQLITE_CONSTRAINT_PRIMARYKEY
            | ffi::SQLITE_CONSTRAINT_ROWID
            | ffi::SQLITE_CONSTRAINT_FOREIGNKEY => StoreError::Conflict(constraint(text)),
            _ => StoreError::Invalid(constraint(text)),
        },
        ErrorCode::TooBig => StoreError::Invalid("a value is too large".into()),
        _ => StoreError::Internal(format!("SQLite code {}", failure.extended_code)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(code: std::ffi::c_int) -> StoreError {
        Error::SqliteFailure(ffi::Error::new(code), Some("Müller".into())).into()
    }

    #[test]
    fn codes_become_what_a_caller_can_do() {
        assert_eq!(failure(ffi::SQLITE_BUSY), StoreError::Busy);
        assert_eq!(failure(ffi::SQLITE_BUSY_SNAPSHOT), StoreError::Busy);
        assert_eq!(failure(ffi::SQLITE_FULL), StoreError::DiskFull);
        assert!(matches!(failure(ffi::SQLITE_READONLY), StoreError::ReadOnly(_)));
        assert!(matches!(failure(ffi::SQLITE_IOERR_FSYNC), StoreError::Unavailable(_)));
        assert!(matches!(failure(ffi::SQLITE_CORRUPT), StoreError::Corrupt(_)));
        assert!(matches!(failure(ffi::SQLITE_NOTADB), StoreError::Corrupt(_)));
        assert!(matches!(failure(ffi::SQLITE_CONSTRAINT_UNIQUE), StoreError::Conflict(_)));
        assert!(matches!(failure(ffi::SQLITE_CONSTRAINT_NOTNULL), StoreError::Invalid(_)));
    }

    #[test]
    fn text_that_may_quote_a_query_is_dropped() {
        assert!(!failure(ffi::SQLITE_ERROR).to_string().contains("Müller"));
    }
}
