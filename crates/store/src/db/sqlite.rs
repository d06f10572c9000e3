//! SQLite's connections: one writer, a few readers, all over one WAL file.
//!
//! Rules: the log is synced at every commit (`synchronous=FULL`), so an applied plan survives a power cut; no memory map,
//! because an I/O error there kills the process (SIGBUS) and its pages count once per connection.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::pool::{self, Pool, WAIT};
use crate::error::{Result, StoreError};
use crate::migrate::Ledger;
use crate::refusal::{Refusal, Unusable};
use crate::{fault, files, migrate};

/// Readers at once; lookups take microseconds, so a few serve many phones.
pub(super) const READERS: usize = 4;

/// Pages of WAL before a checkpoint: 16 MB in everyday work, 400 MB during a first fill.
const EVERYDAY_CHECKPOINT: u32 = 4_000;
const FILL_CHECKPOINT: u32 = 100_000;

/// Prepared statements kept per connection; more than the crate has texts.
const STATEMENTS: usize = 512;

/// So many values are not searched for in the whole file: it is written anew, which costs less.
const MANY: usize = 100;

/// Whether the log could be emptied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cleaned {
    /// It is empty.
    Now,
    /// Somebody reads an older state.
    Later,
}

/// One connection.
pub(super) struct Session(Connection);

impl Session {
    /// The writer. Turns the file to WAL.
    pub(super) fn writer(path: &Path) -> Result<Self> {
        let connection = open(path)?;
        turn_to_wal(&connection, path)?;
        connection.execute_batch(&format!(
            "PRAGMA synchronous = FULL;
             PRAGMA foreign_keys = ON;
             PRAGMA secure_delete = FAST;
             PRAGMA cache_size = -16000;
             PRAGMA journal_size_limit = 67108864;
             PRAGMA wal_autocheckpoint = {EVERYDAY_CHECKPOINT};"
        ))?;
        if let Some(pages) = fault::most_pages() {
            connection.execute_batch(&format!("PRAGMA max_page_count = {pages};"))?;
        }
        Ok(Self(connection))
    }

    /// A reader; refuses to write.
    pub(super) fn reader(path: &Path) -> Result<Self> {
        let connection = open(path)?;
        connection.execute_batch("PRAGMA cache_size = -4000; PRAGMA query_only = ON;")?;
        Ok(Self(connection))
    }

    /// The connection, for statements.
    pub(super) fn connection(&self) -> &Connection {
        &self.0
    }

    /// Empties the log; then, if the file still holds one of the values (what was deleted leaves its bytes in pages that
    /// are not full), writes the file anew.
    pub(super) fn clean(&self, values: &[String]) -> Result<Cleaned> {
        if self.empty_log()? == Cleaned::Later {
            return Ok(Cleaned::Later);
        }
        let Some(path) = self.0.path().filter(|path| !path.is_empty()) else { return Ok(Cleaned::Now) };
        if values.len() < MANY && !files::holds_any(Path::new(path), values)? {
            return Ok(Cleaned::Now);
        }
        // In memory the copy of a large database might have no room.
        self.0.execute_batch("PRAGMA temp_store = FILE;")?;
        let done = self.0.execute_batch("VACUUM");
        self.0.execute_batch("PRAGMA temp_store = MEMORY;")?;
        done?;
        self.empty_log()
    }

    /// Until the answer is dropped everything that is deleted is overwritten, free pages as well. In everyday work that
    /// would write far more than is deleted.
    pub(super) fn overwriting(&self) -> Result<Overwriting<'_>> {
        let read = |sql: &str| self.0.query_row(sql, [], |row| row.get::<_, i64>(0));
        let before = read("PRAGMA secure_delete")?;
        read("PRAGMA secure_delete = ON")?;
        Ok(Overwriting { session: self, before })
    }

    fn empty_log(&self) -> Result<Cleaned> {
        let busy = self.0.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0))?;
        Ok(if busy == 0 { Cleaned::Now } else { Cleaned::Later })
    }

    /// The connection, for `migrate`.
    pub(super) fn driver(&mut self) -> &mut Connection {
        &mut self.0
    }
}

/// What is deleted while it lives is overwritten.
pub(super) struct Overwriting<'s> {
    session: &'s Session,
    before: i64,
}

impl Drop for Overwriting<'_> {
    fn drop(&mut self) {
        let sql = match self.before {
            0 => "PRAGMA secure_delete = OFF",
            2 => "PRAGMA secure_delete = FAST",
            _ => return,
        };
        if let Err(error) = self.session.0.query_row(sql, [], |_| Ok(())) {
            tracing::warn!(%error, "what is deleted goes on being overwritten, which costs time");
        }
    }
}

impl pool::Connection for Session {
    const CLOSED_APART: bool = false;

    /// A file's connection cannot be lost, and a memory database must not be dropped; only one that a failed ROLLBACK
    /// left inside a transaction is unfit.
    fn is_fit(&self) -> bool {
        self.0.is_autocommit()
    }
}

/// Creates file and folder so that nobody else can read them. SQLite gives its log files the rights of the file.
pub(super) fn prepare_file(path: &Path) -> Result<()> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        files::create_private_folder(folder)?;
    }
    files::create_private(path)
}

fn open(path: &Path) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    configure(&connection)?;
    Ok(connection)
}

fn configure(connection: &Connection) -> Result<()> {
    connection.busy_timeout(WAIT)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    // Else statements are prepared anew for each value that they are asked with.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.execute_batch("PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF;")?;
    Ok(())
}

/// Changing the journal mode needs the file alone and does not wait, so two processes that start at once take turns.
fn turn_to_wal(connection: &Connection, path: &Path) -> Result<()> {
    let mode = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, String>(0));
    // The first look into the file.
    let there = mode("PRAGMA journal_mode").map_err(|error| match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => {
            Refusal::NoDatabase(Unusable::OtherFile(path.display().to_string())).into()
        }
        _ => StoreError::from(error),
    })?;
    if there == "wal" {
        return Ok(());
    }
    let _alone = files::lock_beside(path)?;
    if mode("PRAGMA journal_mode = WAL")? == "wal" {
        return Ok(());
    }
    Err(StoreError::Invalid("SQLite cannot keep a write-ahead log here; use a local disk".into()))
}

/// Refuses a file with tables and without a ledger of ours, which has its first line with the first of them. Nothing is written, and
/// whatever else may be wrong with the file is told when it is opened.
pub(crate) fn refuse_somebody_elses(path: &Path) -> Result<()> {
    let others = "SELECT COUNT(*) FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%' AND name <> ?1";
    let columns = "SELECT name FROM pragma_table_info(?1) ORDER BY cid";
    let look = || -> rusqlite::Result<(i64, Ledger)> {
        let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        connection.busy_timeout(WAIT)?;
        let tables = connection.query_row(others, [migrate::LEDGER], |row| row.get(0))?;
        let mut columns = connection.prepare(columns)?;
        let columns = columns.query_map([migrate::LEDGER], |row| row.get(0))?;
        let columns = columns.collect::<rusqlite::Result<Vec<String>>>()?;
        let counts = |sql: &str| connection.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)));
        Ok((tables, Ledger::of(&columns, migrate::STEPS, counts)?))
    };
    match look() {
        Ok((_, Ledger::SomebodyElses) | (1.., Ledger::Unused)) => {
            Err(Refusal::NoDatabase(Unusable::OtherFile(path.display().to_string())).into())
        }
        Ok((_, Ledger::Ours | Ledger::Unused)) | Err(_) => Ok(()),
    }
}

/// How many first fills are under way over one writer.
pub(super) type Filling = Arc<Mutex<usize>>;

/// Checkpoints put off while one of these lives.
pub(super) struct FirstFill {
    writer: Arc<Pool<Session>>,
    filling: Filling,
}

impl FirstFill {
    pub(super) fn begin(writer: Arc<Pool<Session>>, filling: Filling) -> Result<Self> {
        let mut others = filling.lock().unwrap_or_else(PoisonError::into_inner);
        if *others == 0 {
            set_checkpoint(&writer, FILL_CHECKPOINT)?;
        }
        *others += 1;
        drop(others);
        Ok(Self { writer, filling })
    }

    fn empty_log(&self) -> Result<()> {
        set_checkpoint(&self.writer, EVERYDAY_CHECKPOINT)?;
        let session = self.writer.get()?;
        Ok(session.connection().query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?)
    }
}

impl Drop for FirstFill {
    /// The last one ends it. A checkpoint that meets a reader does what it can; the everyday limit finishes the rest.
    fn drop(&mut self) {
        let mut left = self.filling.lock().unwrap_or_else(PoisonError::into_inner);
        *left -= 1;
        if *left == 0
            && let Err(error) = self.empty_log()
        {
            tracing::warn!(%error, "the log of the first fill was not emptied");
        }
    }
}

fn set_checkpoint(writer: &Pool<Session>, pages: u32) -> Result<()> {
    let session = writer.get()?;
    Ok(session.connection().query_row(&format!("PRAGMA wal_autocheckpoint = {pages}"), [], |_| Ok(()))?)
}
