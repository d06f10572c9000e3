//! A transaction: statements, answers, and how it ends.
//!
//! Rule: a statement that fails fails the transaction, on both engines alike (PostgreSQL insists; SQLite would go on). Use
//! `ON CONFLICT` where a clash is expected.

use std::sync::atomic::Ordering::Relaxed;
use std::time::Instant;

use super::bulk::{Bulk, Writer};
use super::{Counters, Engine, Sql, postgres as pg, sqlite};
use crate::error::{Result, StoreError};
use crate::fault;

/// A running transaction. Rolled back when dropped without a commit.
pub(crate) struct Tx<'c> {
    pub(super) on: On<'c>,
    mode: Mode,
    health: Health,
    pub(super) stats: &'c Counters,
    rows_written: u64,
    changes_before: u64,
    /// When it began to keep others from writing; `None` if it only reads.
    writing_since: Option<Instant>,
}

/// The connection below.
pub(super) enum On<'c> {
    Sqlite(&'c rusqlite::Connection),
    Postgres(&'c mut pg::Session),
}

/// What the transaction may do.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Read,
    /// One reading statement, without BEGIN.
    Single,
    Write,
}

/// Whether it may still be committed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Health {
    Good,
    Failed,
    BulkOpen,
    /// The one statement was asked.
    Spent,
    Ended,
}

/// Runs `f` and ends the snapshot.
pub(super) fn run_read<T>(mut tx: Tx<'_>, f: impl FnOnce(&mut Tx<'_>) -> Result<T>) -> Result<T> {
    f(&mut tx)
}

/// Runs `f` and commits what it did.
pub(super) fn run_write<T>(mut tx: Tx<'_>, f: impl FnOnce(&mut Tx<'_>) -> Result<T>) -> Result<T> {
    let value = f(&mut tx)?;
    tx.commit()?;
    Ok(value)
}

impl<'c> Tx<'c> {
    pub(super) fn sqlite_read(session: &'c sqlite::Session, stats: &'c Counters) -> Result<Self> {
        let connection = session.connection();
        connection.prepare_cached("BEGIN DEFERRED")?.raw_execute()?;
        Ok(Self::new(On::Sqlite(connection), Mode::Read, stats))
    }

    pub(super) fn sqlite_single(session: &'c sqlite::Session, stats: &'c Counters) -> Self {
        Self::new(On::Sqlite(session.connection()), Mode::Single, stats)
    }

    pub(super) fn sqlite_write(session: &'c sqlite::Session, stats: &'c Counters) -> Result<Self> {
        let connection = session.connection();
        connection.prepare_cached("BEGIN IMMEDIATE")?.raw_execute()?;
        Ok(Self::new(On::Sqlite(connection), Mode::Write, stats))
    }

    /// Over a session that has begun.
    pub(super) fn postgres(session: &'c mut pg::Session, mode: Mode, stats: &'c Counters) -> Self {
        Self::new(On::Postgres(session), mode, stats)
    }

    fn new(on: On<'c>, mode: Mode, stats: &'c Counters) -> Self {
        let changes_before = match &on {
            On::Sqlite(connection) => connection.total_changes(),
            On::Postgres(_) => 0,
        };
        let writing_since = (mode == Mode::Write).then(Instant::now);
        Self { on, mode, health: Health::Good, stats, rows_written: 0, changes_before, writing_since }
    }

    /// The engine below.
    pub(crate) fn engine(&self) -> Engine {
        match self.on {
            On::Sqlite(_) => Engine::Sqlite,
            On::Postgres(_) => Engine::Postgres,
        }
    }

    /// The text for the engine below.
    pub(crate) fn pick(&self, sql: &Sql) -> &'static str {
        match self.engine() {
            Engine::Sqlite => sql.sqlite,
            Engine::Postgres => sql.postgres,
        }
    }

    /// Begins to write many rows of one shape.
    pub(crate) fn bulk<'t>(&'t mut self, spec: &'t Bulk<'t>) -> Result<Writer<'t, 'c>> {
        self.check_usable()?;
        self.check_writable()?;
        self.health = Health::BulkOpen;
        Writer::begin(self, spec)
    }

    /// The database's clock, in milliseconds since 1970. Leases are judged by it and by no other.
    pub(crate) fn now_ms(&mut self) -> Result<i64> {
        self.query_one(&format!("SELECT {}", self.clock()), &[], |row| row.int(0))
    }

    /// The same as a part of a statement.
    pub(crate) fn clock(&self) -> &'static str {
        self.pick(&Sql {
            sqlite: "CAST(ROUND(unixepoch('subsec') * 1000) AS INTEGER)",
            postgres: "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)",
        })
    }

    /// Before every writing statement: may it run, count it, stop here if a test says so.
    pub(super) fn note_write(&mut self) -> Result<()> {
        self.check_usable()?;
        self.check_writable()?;
        self.count_write();
        Ok(())
    }

    /// Counts one writing statement.
    pub(super) fn count_write(&self) {
        fault::before_write();
        self.stats.writes.fetch_add(1, Relaxed);
    }

    pub(super) fn note_read(&mut self) -> Result<()> {
        self.check_usable()?;
        if self.mode == Mode::Single {
            self.health = Health::Spent;
        }
        self.stats.reads.fetch_add(1, Relaxed);
        Ok(())
    }

    pub(super) fn note_rows(&mut self, rows: u64) {
        self.rows_written += rows;
    }

    /// The bulk wrote its last row. One that failed before stays failed.
    pub(super) fn bulk_finished(&mut self) -> Result<()> {
        if self.health == Health::BulkOpen {
            self.health = Health::Good;
        }
        self.check_usable()
    }

    /// A failed statement fails the transaction; a lost connection is not used again.
    pub(super) fn noting_failure<T>(&mut self, done: Result<T>) -> Result<T> {
        if let Err(error) = &done {
            self.health = Health::Failed;
            if let (StoreError::Unavailable(_), On::Postgres(session)) = (error, &mut self.on) {
                session.discard();
            }
        }
        done
    }

    fn check_usable(&self) -> Result<()> {
        let why = match self.health {
            Health::Good => return Ok(()),
            Health::Failed => "a statement failed earlier in this transaction",
            Health::BulkOpen => "a bulk was not finished",
            Health::Spent => "a look-up is one statement",
            Health::Ended => "the transaction has ended",
        };
        Err(StoreError::Internal(why.into()))
    }

    fn check_writable(&self) -> Result<()> {
        match self.mode {
            Mode::Write => Ok(()),
            Mode::Read | Mode::Single => {
                Err(StoreError::Internal("a reading transaction was asked to write".into()))
            }
        }
    }

    fn note_end(&mut self) {
        if let Some(since) = self.writing_since.take() {
            self.stats.note_written(since);
        }
    }

    fn commit(mut self) -> Result<()> {
        self.check_usable()?;
        fault::before_write();
        let done = match &mut self.on {
            On::Sqlite(connection) => {
                self.rows_written = connection.total_changes() - self.changes_before;
                connection
                    .prepare_cached("COMMIT")
                    .and_then(|mut commit| commit.raw_execute())
                    .map(drop)
                    .map_err(Into::into)
            }
            On::Postgres(session) => session.batch("COMMIT"),
        };
        self.noting_failure(done)?;
        self.health = Health::Ended;
        self.note_end();
        self.stats.rows_written.fetch_add(self.rows_written, Relaxed);
        self.stats.commits.fetch_add(1, Relaxed);
        Ok(())
    }
}

impl Drop for Tx<'_> {
    /// Rolls back what was not committed. A reader's end is the same call.
    fn drop(&mut self) {
        if self.health == Health::Ended || self.mode == Mode::Single {
            return;
        }
        match &mut self.on {
            On::Sqlite(connection) => {
                // Some failures (disk full) have rolled back already. If this fails, the pool drops the connection.
                if !connection.is_autocommit() {
                    let _ = connection.execute_batch("ROLLBACK");
                }
            }
            On::Postgres(session) => {
                if session.batch("ROLLBACK").is_err() {
                    session.discard();
                }
            }
        }
        self.note_end();
    }
}
