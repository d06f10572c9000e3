//! Restoring an archive: checked whole, then brought in as one transaction, so a kill leaves what was there before.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use model::Timestamp;

use super::carry::Carry;
use super::read::{self, Cell, Content, Visitor};
use super::{Class, LEFT_OUT, PACE, SEARCH, Step, TableHead, Watch, catalog};
use crate::db::{Bulk, Engine, Tx, Type, Verb, params};
use crate::error::{Result, StoreError};
use crate::refusal::{KeyTrouble, Refusal};
use crate::seal::{self, KeyRing, SEALED};
use crate::search;
use crate::store::Store;

/// Rows that are written at once.
const CHUNK: usize = 5_000;

/// What to restore.
#[derive(Debug, Clone)]
pub struct Restore {
    /// The archive.
    pub from: PathBuf,
    /// A later archive, of which only who was erased or kept out is taken.
    pub kept_out: Option<PathBuf>,
    /// What the database may hold.
    pub target: Target,
    /// What becomes of sealed credentials.
    pub credentials: Credentials,
}

/// What the database may hold before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// Nothing.
    Empty,
    /// Anything; it is replaced, but who was erased or kept out since stays so.
    Replace,
}

/// What becomes of sealed credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Credentials {
    /// They are kept, and a key at hand must open them.
    Keep,
    /// They are dropped; every customer is connected again by hand.
    Drop,
}

/// What was restored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// Rows.
    pub rows: u64,
    /// When the archive was written.
    pub written_at: Timestamp,
    /// Lines of *kept out* that the archive had not.
    pub kept_out: u64,
    /// Contacts that were erased again.
    pub erased: u64,
    /// Lines of another installation that fit nothing here.
    pub foreign: u64,
}

/// Reads archives to their ends, as [`Store::restore`] does first: whether they are whole, and whether the keys at hand open
/// their credentials. For whoever has no database yet and makes none for an archive of which nothing will come.
pub fn check_archives(order: &Restore, keys: &KeyRing, watch: Watch<'_>) -> Result<()> {
    let keys = match order.credentials {
        Credentials::Keep => Some(keys),
        Credentials::Drop => None,
    };
    read::read(&order.from, &mut Check { known: None, keys, sealed: None, rows: 0, watch })?;
    order.kept_out.as_deref().map(Carry::of_archive).transpose().map(drop)
}

impl Store {
    /// Restores an archive into this database.
    pub fn restore(&mut self, order: &Restore, watch: Watch<'_>) -> Result<Restored> {
        let tables = self.db.read(catalog)?;
        let keys = match order.credentials {
            Credentials::Keep => Some(&*self.keys),
            Credentials::Drop => None,
        };
        let mut check = Check { known: Some(&tables), keys, sealed: None, rows: 0, watch };
        let content = read::read(&order.from, &mut check)?;
        let later = order.kept_out.as_deref().map(Carry::of_archive).transpose()?;
        let fill_up = self.db.first_fill()?;
        let mut restored_store = self.clone();
        let mut values = Vec::new();
        let restored = self.db.write_over(|tx| {
            lock(tx, &tables)?;
            let floor = Floor::of(tx)?;
            let carried = prepare(tx, &tables, order.target)?;
            fill(tx, &order.from, &content, watch)?;
            seal::forget_lost(tx, &self.keys)?;
            if order.credentials == Credentials::Drop {
                for table in SEALED {
                    tx.exec(&format!("UPDATE {table} SET credential = $1"), params![&b""[..]])?;
                }
                for table in ["connection", "operator_app"] {
                    tx.exec(&format!("UPDATE {table} SET credential_ends_at = NULL"), params![])?;
                }
            }
            crate::outbox::restored(tx)?;
            restored_store.reload_salt(tx)?;
            search::reindex(tx)?;
            let mut restored = Restored {
                rows: content.rows,
                written_at: Timestamp(content.head.written_at),
                kept_out: 0,
                erased: 0,
                foreign: 0,
            };
            for carry in carried.iter().chain(&later) {
                let done = carry.apply(tx, &restored_store)?;
                restored.kept_out += done.lines;
                restored.erased += done.erased;
                restored.foreign += done.foreign;
                values.extend(done.values);
            }
            floor.raise(tx)?;
            restored_store.reload_epoch(tx)?;
            Ok(restored)
        })?;
        *self = restored_store;
        drop(fill_up);
        if restored.erased > 0 || !values.is_empty() {
            self.clean_files(&values);
        }
        Ok(restored)
    }
}

/// Nobody else reads or writes meanwhile: who waited sees the restored database. SQLite's writer is alone anyway.
fn lock(tx: &mut Tx<'_>, tables: &[TableHead]) -> Result<()> {
    if tx.engine() == Engine::Sqlite {
        return Ok(());
    }
    let names = tables.iter().map(|t| t.table.as_str()).chain(LEFT_OUT.iter().map(|(table, _)| *table));
    let names = names.collect::<Vec<_>>().join(", ");
    tx.script(&format!("LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE"))
}

/// Numbers that only ever grow, whatever is restored. A process that slept over the restore must not find its lease or its
/// claims valid again, and one that merely went on must learn that its database is another.
struct Floor {
    lease: i64,
    node: i64,
    epoch: i64,
}

impl Floor {
    fn of(tx: &mut Tx<'_>) -> Result<Self> {
        let token = "SELECT COALESCE(MAX(token), 0) FROM lease";
        let lease = tx.query_one(token, params![], |row| row.int(0))?.max(counter(tx, "lease")?);
        Ok(Self { lease, node: counter(tx, "node")?, epoch: counter(tx, "epoch")? })
    }

    fn raise(&self, tx: &mut Tx<'_>) -> Result<()> {
        for (name, before, step) in
            [("lease", self.lease, 0), ("node", self.node, 1), ("epoch", self.epoch, 1)]
        {
            let value = before.max(counter(tx, name)?) + step;
            let sql = "INSERT INTO counter (name, value) VALUES ($1, $2) \
                       ON CONFLICT (name) DO UPDATE SET value = excluded.value";
            tx.exec(sql, params![name, value])?;
        }
        Ok(())
    }
}

/// A counter's value; nought where an older database has none of that name.
fn counter(tx: &mut Tx<'_>, name: &str) -> Result<i64> {
    let sql = "SELECT value FROM counter WHERE name = $1";
    Ok(tx.query_opt(sql, params![name], |row| row.int(0))?.unwrap_or(0))
}

/// Empties the database; answers what must be carried over.
fn prepare(tx: &mut Tx<'_>, tables: &[TableHead], target: Target) -> Result<Option<Carry>> {
    let carry = match target {
        Target::Empty => {
            refuse_rows(tx, tables)?;
            None
        }
        Target::Replace => {
            refuse_running(tx)?;
            Some(Carry::of_database(tx)?)
        }
    };
    for (table, _) in LEFT_OUT.iter().filter(|(table, _)| *table != SEARCH) {
        tx.exec(&format!("DELETE FROM {table}"), params![])?;
    }
    for table in tables.iter().rev() {
        tx.exec(&format!("DELETE FROM {}", table.table), params![])?;
    }
    Ok(carry)
}

/// A new database holds its salt and counters at nought, and no rows besides.
fn refuse_rows(tx: &mut Tx<'_>, tables: &[TableHead]) -> Result<()> {
    for table in tables.iter().filter(|t| t.table != "counter") {
        let but = if table.table == "setting" { "WHERE name <> 'installation.salt'" } else { "" };
        let sql = format!("SELECT 1 FROM {} {but} LIMIT 1", table.table);
        if tx.query_opt(&sql, params![], |row| row.int(0))?.is_some() {
            return Err(Refusal::NotEmpty.into());
        }
    }
    Ok(())
}

fn refuse_running(tx: &mut Tx<'_>) -> Result<()> {
    let now = tx.now_ms()?;
    let sql = "SELECT customer FROM lease WHERE expires_at > $1 LIMIT 1";
    if tx.query_opt(sql, params![now], |row| row.int(0))?.is_some() {
        return Err(Refusal::RunUnderWay.into());
    }
    Ok(())
}

/// Brings the rows in, in the archive's order.
fn fill(tx: &mut Tx<'_>, from: &Path, checked: &Content, watch: Watch<'_>) -> Result<()> {
    let mut fill = Fill { tx, table: None, waiting: Vec::new(), rows: 0, of: checked.rows, watch };
    let content = read::read(from, &mut fill)?;
    fill.flush()?;
    if content.sum != checked.sum {
        return Err(Refusal::ArchiveChanged.into());
    }
    Ok(())
}

/// First pass: whether it fits, and whether its credentials can be opened.
struct Check<'a> {
    /// The tables of the database, where there is one.
    known: Option<&'a [TableHead]>,
    keys: Option<&'a KeyRing>,
    /// Where the sealed table has its row's key and its sealed column.
    sealed: Option<(&'static str, usize, usize)>,
    rows: u64,
    watch: Watch<'a>,
}

impl Visitor for Check<'_> {
    fn table(&mut self, table: &TableHead) -> Result<()> {
        let unknown = || StoreError::from(Refusal::UnknownTable(table.table.clone()));
        let names: BTreeSet<&str> = table.columns.iter().map(|(name, _)| name.as_str()).collect();
        if names.len() != table.columns.len() {
            return Err(unknown());
        }
        if let Some(known) = self.known {
            let known = known.iter().find(|k| k.table == table.table).ok_or_else(unknown)?;
            if !table.columns.iter().all(|c| known.columns.contains(c)) {
                return Err(unknown());
            }
        }
        let place = |name: &str| table.columns.iter().position(|(n, _)| n == name);
        let sealed = SEALED.into_iter().find(|sealed| table.table == *sealed);
        let columns = place("id").zip(place("credential"));
        self.sealed = sealed.zip(columns).map(|(table, (id, column))| (table, id, column));
        Ok(())
    }

    fn row(&mut self, row: &[Cell]) -> Result<()> {
        self.rows += 1;
        if self.rows.is_multiple_of(PACE) {
            (self.watch)(Step::Checking { rows: self.rows });
        }
        let (Some((table, id, column)), Some(keys)) = (self.sealed, self.keys) else { return Ok(()) };
        let (Some(Cell::Int(id)), Some(Cell::Blob(sealed))) = (row.get(id), row.get(column)) else {
            return Ok(());
        };
        if sealed.is_empty() {
            return Ok(());
        }
        let opened = keys.open(seal::credential_of(table, &id.to_be_bytes()), sealed);
        opened.map(drop).map_err(|error| match error {
            StoreError::WrongKey(_) => StoreError::WrongKey(KeyTrouble::OfArchive {
                key: seal::key_of(sealed).unwrap_or_default(),
                origin: keys.origin(),
            }),
            other => other,
        })
    }
}

/// Second pass: rows into the database, some thousand at a time.
struct Fill<'a, 't, 'c> {
    tx: &'t mut Tx<'c>,
    table: Option<TableHead>,
    waiting: Vec<Vec<Cell>>,
    rows: u64,
    of: u64,
    watch: Watch<'a>,
}

impl Visitor for Fill<'_, '_, '_> {
    fn table(&mut self, table: &TableHead) -> Result<()> {
        self.flush()?;
        self.table = Some(table.clone());
        Ok(())
    }

    fn row(&mut self, row: &[Cell]) -> Result<()> {
        self.waiting.push(row.to_vec());
        self.rows += 1;
        if self.rows.is_multiple_of(PACE) {
            (self.watch)(Step::Restoring { rows: self.rows, of: self.of });
        }
        if self.waiting.len() >= CHUNK { self.flush() } else { Ok(()) }
    }
}

impl Fill<'_, '_, '_> {
    fn flush(&mut self) -> Result<()> {
        let (Some(table), false) = (&self.table, self.waiting.is_empty()) else { return Ok(()) };
        let columns: Vec<(&str, Type)> =
            table.columns.iter().map(|(n, c)| (n.as_str(), Class::ty(*c))).collect();
        let verb = Verb::Insert { on_conflict: "" };
        let spec = Bulk { table: &table.table, columns: &columns, verb };
        let mut bulk = self.tx.bulk(&spec)?;
        for row in &self.waiting {
            bulk.row(|values| {
                for (cell, (_, class)) in row.iter().zip(&table.columns) {
                    match (cell, class) {
                        (Cell::Int(number), _) => values.int(*number),
                        (Cell::Text(text), _) => values.text(text),
                        (Cell::Blob(bytes), _) => values.blob(bytes),
                        (Cell::Null, Class::Int) => values.opt_int(None),
                        (Cell::Null, Class::Text) => values.opt_text(None),
                        (Cell::Null, Class::Blob) => values.opt_blob(None),
                    }
                }
            })?;
        }
        bulk.finish()?;
        self.waiting.clear();
        Ok(())
    }
}
