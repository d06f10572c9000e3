//! Brings a database to the version this binary knows.
//!
//! One numbered file per step and engine, embedded in the binary, checked by their checksums. Rules: a step and its line
//! in the ledger are one transaction, so a kill leaves either none or both; one process migrates at a time; a newer
//! database is refused untouched. The ledger is refinery's (docs/decisions/0003-database-drivers.md).

pub(crate) mod columns;
#[cfg(test)]
mod tests;

use refinery::error::Kind;
use refinery::{Migrate, Migration, Runner, Target};

use crate::db::{Db, Driver};
use crate::error::{Result, StoreError};
use crate::refusal::{Refusal, Unusable};
use crate::{fault, files};

/// The ledger's table, in both engines.
pub(crate) const LEDGER: &str = "schema_history";

/// Its columns, in their order, as refinery makes them.
const LEDGER_COLUMNS: [&str; 4] = ["version", "name", "applied_on", "checksum"];

/// Whose a table is that is called like the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ledger {
    /// There is none, or it is ours and empty: no step was ever applied.
    Unused,
    /// Ours, with our first step in it.
    Ours,
    /// Another program's: it has other columns, or other steps.
    SomebodyElses,
}

impl Ledger {
    /// Whose it is by its columns, of which one that is not there has none; `counts` looks into one that could be ours and
    /// answers, as `sql` asks, how many lines it has and how many of them are our first step.
    pub(crate) fn of<E>(
        columns: &[String],
        steps: &[Step],
        counts: impl FnOnce(&str) -> std::result::Result<(i64, i64), E>,
    ) -> std::result::Result<Self, E> {
        if columns.is_empty() {
            return Ok(Self::Unused);
        }
        if columns != LEDGER_COLUMNS {
            return Ok(Self::SomebodyElses);
        }
        let first = steps.first().and_then(|step| step.name.split_once('_')).map_or("", |(_, name)| name);
        let sql = format!(
            "SELECT COUNT(*), COUNT(CASE WHEN CAST(version AS TEXT) = '1' AND CAST(name AS TEXT) = '{first}' THEN 1 END) \
             FROM {LEDGER}"
        );
        Ok(match counts(&sql)? {
            (0, _) => Self::Unused,
            (_, 0) => Self::SomebodyElses,
            (_, _) => Self::Ours,
        })
    }
}

/// First half of the advisory lock; the second is the schema, so that schemas of one server do not wait for each other.
const LOCK: i32 = 0x7768_6f73;

/// One step, in both engines' words.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Step {
    /// Number and name, as the files are called: `0001_base`.
    pub name: &'static str,
    /// What SQLite runs.
    pub sqlite: &'static str,
    /// What PostgreSQL runs.
    pub postgres: &'static str,
}

/// Steps by the names of their files. Both files must be there, or the crate does not build.
macro_rules! steps {
    ($($name:literal),* $(,)?) => {
        &[$($crate::migrate::Step {
            name: $name,
            sqlite: include_str!(concat!("../migrations/sqlite/", $name, ".sql")),
            postgres: include_str!(concat!("../migrations/postgres/", $name, ".sql")),
        }),*]
    };
}

/// All steps of this binary, in order. A step that was released is never changed.
pub(crate) const STEPS: &[Step] = steps![
    "0001_base",
    "0002_accounts",
    "0003_mail",
    "0004_audit",
    "0005_held",
    "0006_single_keys",
    "0007_plan_counts"
];

/// The version that this binary knows.
pub(crate) fn newest() -> i64 {
    STEPS.len() as i64
}

/// Applies the steps that are missing; answers the version the database has now (0: none).
pub(crate) fn run(db: &Db, steps: &[Step]) -> Result<i64> {
    db.with_driver(|driver| match driver {
        Driver::Sqlite(connection) => {
            let path = connection.path().filter(|path| !path.is_empty()).map(std::path::PathBuf::from);
            let _alone = path.as_deref().map(files::lock_beside).transpose()?;
            apply(connection, &named(steps, |step| step.sqlite)?)
        }
        Driver::Postgres(client) => {
            // The URL's schema is not there, or not for this user: every statement would fail in words of its own.
            if client.query_one("SELECT current_schema() IS NULL", &[])?.get(0) {
                return Err(Refusal::NoDatabase(Unusable::Schema).into());
            }
            client.execute("SELECT pg_advisory_lock($1, hashtext(current_schema()))", &[&LOCK])?;
            let applied = refuse_somebody_elses(client, steps)
                .and_then(|()| apply(client, &named(steps, |step| step.postgres)?));
            // A lost connection has lost the lock as well.
            let _ = client.execute("SELECT pg_advisory_unlock($1, hashtext(current_schema()))", &[&LOCK]);
            applied
        }
    })
}

/// Where no step of ours was ever applied, tables that are called like ours are another program's.
fn refuse_somebody_elses(client: &mut postgres::Client, steps: &[Step]) -> Result<()> {
    // Views and such have columns as well, but are no ledger.
    let columns = "SELECT CASE WHEN c.relkind = 'r' THEN a.attname::text ELSE '' END FROM pg_class c \
                   JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = current_schema() \
                   JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped \
                   WHERE c.relname = $1 ORDER BY a.attnum";
    let columns: Vec<String> = client.query(columns, &[&LEDGER])?.iter().map(|row| row.get(0)).collect();
    let counts = |sql: &str| client.query_one(sql, &[]).map(|row| (row.get(0), row.get(1)));
    match Ledger::of(&columns, steps, counts)? {
        Ledger::Ours => return Ok(()),
        Ledger::SomebodyElses => {
            return Err(Refusal::NoDatabase(Unusable::OtherTables(vec![LEDGER.into()])).into());
        }
        Ledger::Unused => {}
    }
    let created = |line: &'static str| line.strip_prefix("CREATE TABLE ")?.split([' ', '(']).next();
    let ours: Vec<&str> = steps.iter().flat_map(|step| step.postgres.lines()).filter_map(created).collect();
    let sql = "SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema() AND tablename = ANY($1) ORDER BY 1";
    let theirs: Vec<String> = client.query(sql, &[&ours])?.iter().map(|row| row.get(0)).collect();
    if theirs.is_empty() { Ok(()) } else { Err(Refusal::NoDatabase(Unusable::OtherTables(theirs)).into()) }
}

/// `0001_base` is `V0001__base` to refinery.
fn named(steps: &[Step], text: impl Fn(&Step) -> &'static str) -> Result<Vec<Migration>> {
    let each = steps.iter().map(|step| {
        let name = format!("V{}", step.name.replacen('_', "__", 1));
        Migration::unapplied(&name, text(step))
            .map_err(|_| StoreError::Internal(format!("migration {} has no name like 0001_base", step.name)))
    });
    each.collect()
}

/// Step by step: refinery's grouped mode puts a step and its line in the ledger into one transaction, its other mode does
/// not.
fn apply<C: Migrate>(connection: &mut C, migrations: &[Migration]) -> Result<i64> {
    let runner = |target| {
        let mut runner = Runner::new(migrations).set_grouped(true).set_target(target);
        runner.set_migration_table_name(LEDGER);
        runner
    };
    let known = migrations.iter().map(Migration::version).max().unwrap_or(0);
    // Checks what is there against what is known, and creates the ledger; applies nothing.
    let check = runner(Target::Version(0)).run(connection);
    let found = runner(Target::Latest).get_last_applied_migration(connection);
    let found = found.map_err(|error| explain(&error))?.map_or(0, |last| last.version());
    if found > known {
        return Err(StoreError::NewerDatabase { found: i64::from(found), known: i64::from(known) });
    }
    check.map_err(|error| explain(&error))?;
    for migration in migrations.iter().filter(|migration| migration.version() > found) {
        fault::before_write();
        let step = runner(Target::Version(migration.version())).run(connection);
        step.map_err(|error| explain(&error))?;
        tracing::info!(version = migration.version(), name = migration.name(), "database migrated");
    }
    Ok(i64::from(known))
}

fn explain(error: &refinery::Error) -> StoreError {
    match error.kind() {
        Kind::DivergentVersion(found, _) => StoreError::Invalid(format!(
            "migration {} was changed after it had been applied to this database; use the Whoswho that applied it",
            found.version()
        )),
        Kind::MissingVersion(missing) => StoreError::Invalid(format!(
            "migration {} is not known on both sides; use the Whoswho that applied it",
            missing.version()
        )),
        Kind::Connection(_, cause) => {
            if let Some(error) = cause.downcast_ref::<rusqlite::Error>() {
                error.into()
            } else if let Some(error) = cause.downcast_ref::<postgres::Error>() {
                error.into()
            } else {
                StoreError::Internal("the migration tool failed".into())
            }
        }
        Kind::InvalidName
        | Kind::InvalidVersion
        | Kind::RepeatedVersion(_)
        | Kind::InvalidMigrationPath(..)
        | Kind::ConfigError(_)
        | Kind::InvalidMigrationFile(..) => {
            StoreError::Internal(format!("migrations are ill-formed: {error}"))
        }
    }
}
