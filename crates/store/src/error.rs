//! What can go wrong in the store, named by what the caller can do about it.
//!
//! Rule: no message holds a value out of a row or a parameter. Names of tables, columns and constraints and the
//! database's error code may appear; they are ours, not a person's. Each driver is mapped in one place:
//! `db/sqlite_error.rs` and `db/postgres_error.rs`.

use crate::cause::Cause;
use crate::refusal::{KeyTrouble, Refusal};

/// An error of the store.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The database is away or the connection was lost. Nothing was committed, unless the connection broke during
    /// COMMIT itself; try the whole transaction again later.
    #[error("the database cannot be reached: {0}")]
    Unavailable(Cause),
    /// Somebody else holds the lock for longer than we wait. Try again.
    #[error("the database is busy")]
    Busy,
    /// No room left. A person has to make some.
    #[error("the database has no room left on its disk")]
    DiskFull,
    /// The database, its file or its folder may not be written. A person has to allow it.
    #[error("the database cannot be written: {0}")]
    ReadOnly(Cause),
    /// A newer Whoswho wrote this database. Run that version, or restore a backup from before the upgrade.
    #[error(
        "the database has version {found}, this Whoswho knows versions up to {known}: run the newer Whoswho"
    )]
    NewerDatabase {
        /// The version found in the database.
        found: i64,
        /// The newest version this binary knows.
        known: i64,
    },
    /// No key at hand opens a sealed value. Put the right key in place.
    #[error("wrong key: {0}")]
    WrongKey(KeyTrouble),
    /// Stored data is damaged, or is not what its place says. Restore a backup.
    #[error("stored data is damaged: {0}")]
    Corrupt(String),
    /// The state moved under us: a unique or foreign key, or a serialization failure. Read again, decide again.
    #[error("conflict with what is stored: {0}")]
    Conflict(String),
    /// Another process took the lease. Stop; it carries on.
    #[error("the lease was taken over by another process")]
    LeaseLost,
    /// An archive was restored over the database since this process opened it. Start the process again.
    #[error("the database was replaced by a restore while this Whoswho was running: start it again")]
    Replaced,
    /// The row asked for is not there.
    #[error("not found")]
    NotFound,
    /// What was asked cannot be done, whatever the state. The text says what to change.
    #[error("{0}")]
    Invalid(String),
    /// The same, where a person asked and more than one language has words for it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// A mistake in the program. Report it.
    #[error("internal error in the store: {0}")]
    Internal(String),
}

/// Result of everything in this crate.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;

impl StoreError {
    /// Whether the database is away, or busy for too long: trying again later may help, and nothing else does.
    pub const fn is_away(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::Busy)
    }
}
