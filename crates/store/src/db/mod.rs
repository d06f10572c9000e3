//! The connection layer: one set of calls over SQLite and PostgreSQL, for the queries of this crate.
//!
//! Is: transactions ([`Db::read`], [`Db::write`]), statements ([`Tx`]), rows ([`Row`]), writes by the thousand ([`Bulk`]).
//! Knows: both drivers, their errors, their pools.
//! Rules: one SQL text with `$1, $2 …` serves both engines; every integer and truth value is BIGINT; calls block, so an
//! async caller goes through a blocking thread; after a failed statement a transaction can only be rolled back.

mod bulk;
mod bulk_sql;
mod columns;
mod location;
mod param;
mod pool;
mod postgres;
mod postgres_error;
mod postgres_url;
mod row;
mod sqlite;
mod sqlite_error;
mod statement;
#[cfg(test)]
mod tests;
mod tx;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

pub(crate) use bulk::{Bulk, Type, Verb};
pub use location::Location;
pub(crate) use param::{List, Param, params};
use pool::Pool;
pub(crate) use row::Row;
pub(crate) use sqlite::{Cleaned, refuse_somebody_elses};
pub(crate) use tx::Tx;

use secrecy::ExposeSecret;

use crate::error::{Result, StoreError};

/// The engine below.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// One file, one node.
    Sqlite,
    /// A server, any number of nodes.
    Postgres,
}

/// Two texts for one statement, where the engines need different ones.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sql {
    /// Text for SQLite.
    pub sqlite: &'static str,
    /// Text for PostgreSQL.
    pub postgres: &'static str,
}

/// A database. Cheap to clone, shared by all threads.
#[derive(Clone)]
pub struct Db(Arc<Inner>);

struct Inner {
    pools: Pools,
    stats: Counters,
}

enum Pools {
    Sqlite {
        readers: Arc<Pool<sqlite::Session>>,
        writer: Arc<Pool<sqlite::Session>>,
        folder: Option<std::path::PathBuf>,
        filling: sqlite::Filling,
    },
    Postgres(Pool<postgres::Session>),
}

/// What was asked of a database since it was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stats {
    /// Statements that only read.
    pub reads: u64,
    /// Statements that write; 5,000 rows of a bulk count as one. BEGIN and COMMIT do not count.
    pub writes: u64,
    /// Rows inserted, changed or deleted by committed transactions.
    pub rows_written: u64,
    /// Committed writing transactions.
    pub commits: u64,
    /// Steps that SQLite's machine took for statements, bulks left out: a few for each row that was looked at, so they
    /// tell a read that grows with a table. Nought on PostgreSQL.
    pub steps: u64,
}

#[derive(Default)]
pub(crate) struct Counters {
    reads: AtomicU64,
    writes: AtomicU64,
    rows_written: AtomicU64,
    commits: AtomicU64,
    steps: AtomicU64,
    /// Microseconds of the longest writing transaction since somebody last asked.
    longest_write: AtomicU64,
}

impl Counters {
    /// A writing transaction ends that began then; others could not write meanwhile.
    fn note_written(&self, since: Instant) {
        let lasted = u64::try_from(since.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.longest_write.fetch_max(lasted, Relaxed);
    }

    /// What a statement of SQLite did, as its machine counts.
    fn count_steps(&self, statement: &rusqlite::Statement<'_>) {
        let steps = statement.reset_status(rusqlite::StatementStatus::VmStep);
        self.steps.fetch_add(u64::try_from(steps).unwrap_or_default(), Relaxed);
    }
}

impl Db {
    /// Opens the database at a location.
    pub(crate) fn open(location: &Location) -> Result<Self> {
        match location {
            Location::Sqlite(path) => Self::open_sqlite(path),
            Location::Postgres(url) => Self::open_postgres(url.expose_secret()),
        }
    }

    /// Opens the SQLite file, creating it (0600) and its folder (0700) when missing.
    pub(crate) fn open_sqlite(path: &Path) -> Result<Self> {
        sqlite::prepare_file(path)?;
        let (for_readers, for_writer) = (path.to_owned(), path.to_owned());
        let readers = Pool::new(sqlite::READERS, move || sqlite::Session::reader(&for_readers));
        let writer = Pool::new(1, move || sqlite::Session::writer(&for_writer));
        drop(writer.get()?);
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).map(Path::to_owned);
        let (readers, writer, filling) = (Arc::new(readers), Arc::new(writer), sqlite::Filling::default());
        Ok(Self::over(Pools::Sqlite { readers, writer, folder, filling }))
    }

    /// Connects to PostgreSQL. Beside the usual ones the URL takes `schema=` (search path), `pool=` (most connections,
    /// default 4) and `sslrootcert=`; TLS rules are in `db/postgres_url.rs`.
    pub(crate) fn open_postgres(url: &str) -> Result<Self> {
        let target = postgres_url::Target::parse(url)?;
        let pool = Pool::new(target.pool, move || postgres::Session::open(&target));
        drop(pool.get()?);
        Ok(Self::over(Pools::Postgres(pool)))
    }

    fn over(pools: Pools) -> Self {
        Self(Arc::new(Inner { pools, stats: Counters::default() }))
    }

    /// Runs `f` over one consistent snapshot. Do not call `read` or `write` of the same database inside `f`.
    pub(crate) fn read<T>(&self, f: impl FnOnce(&mut Tx<'_>) -> Result<T>) -> Result<T> {
        match &self.0.pools {
            Pools::Sqlite { readers, .. } => {
                let session = readers.get()?;
                tx::run_read(Tx::sqlite_read(&session, &self.0.stats)?, f)
            }
            Pools::Postgres(pool) => {
                let mut session = postgres::begin(pool, postgres::Begin::Read)?;
                tx::run_read(Tx::postgres(&mut session, tx::Mode::Read, &self.0.stats), f)
            }
        }
    }

    /// The same for what a run looks up between its writes. On SQLite it is read over the writing connection, which has in
    /// memory what was read and written before; a reader forgets all of it with every commit. Nobody writes meanwhile, so
    /// it is not for reading much.
    pub(crate) fn read_between<T>(&self, f: impl FnOnce(&mut Tx<'_>) -> Result<T>) -> Result<T> {
        match &self.0.pools {
            Pools::Sqlite { writer, .. } => {
                let session = writer.get()?;
                tx::run_read(Tx::sqlite_read(&session, &self.0.stats)?, f)
            }
            Pools::Postgres(_) => self.read(f),
        }
    }

    /// The same for one statement and no more, which on PostgreSQL is one round trip.
    pub(crate) fn look_between<T>(&self, f: impl Fn(&mut Tx<'_>) -> Result<T>) -> Result<T> {
        match self.engine() {
            Engine::Sqlite => self.read_between(f),
            Engine::Postgres => self.look_up(f),
        }
    }

    /// Runs `f`, which asks one reading statement and no more. On PostgreSQL this is one round trip instead of three; for
    /// look-ups in front of somebody who waits.
    pub(crate) fn look_up<T>(&self, f: impl Fn(&mut Tx<'_>) -> Result<T>) -> Result<T> {
        match &self.0.pools {
            Pools::Sqlite { readers, .. } => {
                let session = readers.get()?;
                f(&mut Tx::sqlite_single(&session, &self.0.stats))
            }
            Pools::Postgres(pool) => {
                let mut session = pool.get()?;
                let idle_before = !session.is_fresh();
                let answer = f(&mut Tx::postgres(&mut session, tx::Mode::Single, &self.0.stats));
                drop(session);
                match answer {
                    // The server may have been restarted since the connection was last used.
                    Err(StoreError::Unavailable(_)) if idle_before => {
                        let mut session = pool.get_fresh()?;
                        f(&mut Tx::postgres(&mut session, tx::Mode::Single, &self.0.stats))
                    }
                    answer => answer,
                }
            }
        }
    }

    /// Runs `f` in a writing transaction: committed if it returns `Ok`, rolled back if it returns `Err` or panics.
    /// Never wait for the network inside `f`; on SQLite there is one writer.
    pub(crate) fn write<T>(&self, f: impl FnOnce(&mut Tx<'_>) -> Result<T>) -> Result<T> {
        match &self.0.pools {
            Pools::Sqlite { writer, .. } => {
                let session = writer.get()?;
                tx::run_write(Tx::sqlite_write(&session, &self.0.stats)?, f)
            }
            Pools::Postgres(pool) => {
                let mut session = postgres::begin(pool, postgres::Begin::Write)?;
                tx::run_write(Tx::postgres(&mut session, tx::Mode::Write, &self.0.stats), f)
            }
        }
    }

    /// The same for what must leave nothing behind: SQLite overwrites what `f` deletes, pages that become free included.
    pub(crate) fn write_over<T>(&self, f: impl FnOnce(&mut Tx<'_>) -> Result<T>) -> Result<T> {
        match &self.0.pools {
            Pools::Sqlite { writer, .. } => {
                let session = writer.get()?;
                let _overwriting = session.overwriting()?;
                tx::run_write(Tx::sqlite_write(&session, &self.0.stats)?, f)
            }
            Pools::Postgres(_) => self.write(f),
        }
    }

    /// Empties SQLite's log and, if its file still holds one of these values, writes the file anew. `None` on PostgreSQL,
    /// whose server cleans up in its own time.
    pub(crate) fn clean_files(&self, values: &[String]) -> Option<Result<sqlite::Cleaned>> {
        match &self.0.pools {
            Pools::Sqlite { writer, .. } => Some(writer.get().and_then(|session| session.clean(values))),
            Pools::Postgres(_) => None,
        }
    }

    /// The engine below.
    pub(crate) fn engine(&self) -> Engine {
        match &self.0.pools {
            Pools::Sqlite { .. } => Engine::Sqlite,
            Pools::Postgres(_) => Engine::Postgres,
        }
    }

    /// Where files may lie that are needed for a moment: beside SQLite's file, else where the system keeps such.
    pub(crate) fn folder(&self) -> std::path::PathBuf {
        let beside = match &self.0.pools {
            Pools::Sqlite { folder, .. } => folder.clone(),
            Pools::Postgres(_) => None,
        };
        beside.unwrap_or_else(std::env::temp_dir)
    }

    /// Counts since this database was opened.
    pub fn stats(&self) -> Stats {
        let counters = &self.0.stats;
        Stats {
            reads: counters.reads.load(Relaxed),
            writes: counters.writes.load(Relaxed),
            rows_written: counters.rows_written.load(Relaxed),
            commits: counters.commits.load(Relaxed),
            steps: counters.steps.load(Relaxed),
        }
    }

    /// The longest writing transaction since this was last asked, from behind its BEGIN to behind its COMMIT or ROLLBACK.
    pub fn take_longest_write(&self) -> Duration {
        Duration::from_micros(self.0.stats.longest_write.swap(0, Relaxed))
    }

    /// While the answer lives, SQLite's checkpoints are put off: a first fill's random keys in small checkpoints rewrite
    /// the same pages again and again. The log is emptied when it is dropped.
    pub(crate) fn first_fill(&self) -> Result<FirstFill> {
        Ok(match &self.0.pools {
            Pools::Sqlite { writer, filling, .. } => {
                let (writer, filling) = (Arc::clone(writer), Arc::clone(filling));
                FirstFill { _sqlite: Some(sqlite::FirstFill::begin(writer, filling)?) }
            }
            Pools::Postgres(_) => FirstFill { _sqlite: None },
        })
    }

    /// The migration tool works on a driver's own connection, outside our transactions.
    pub(crate) fn with_driver<T>(&self, f: impl FnOnce(Driver<'_>) -> Result<T>) -> Result<T> {
        match &self.0.pools {
            Pools::Sqlite { writer, .. } => f(Driver::Sqlite(writer.get()?.driver())),
            Pools::Postgres(pool) => f(Driver::Postgres(pool.get_fresh()?.driver())),
        }
    }
}

/// Checkpoints are put off while this lives.
#[must_use = "checkpoints are put off only while it lives"]
pub struct FirstFill {
    _sqlite: Option<sqlite::FirstFill>,
}

/// A driver's connection, for `migrate` only.
pub(crate) enum Driver<'a> {
    /// SQLite's writer.
    Sqlite(&'a mut rusqlite::Connection),
    /// A PostgreSQL connection.
    Postgres(&'a mut ::postgres::Client),
}
