//! What a restore must not forget: who was erased or kept out since the archive was written, and numbers that were given.
//! It is read from the database that is replaced, or from a later archive.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use model::Timestamp;
use model::ids::{ConnectionId, ContactId, CustomerId, SourceId};
use model::scope::KeptOut;

use super::read::{self, Cell, Visitor};
use super::{Class, TableHead, catalog};
use crate::db::{Row, Tx, params};
use crate::erase::{self, Deletion};
use crate::error::{Result, StoreError};
use crate::store::Store;

/// Tables that are gathered, all of them small.
const WANTED: [&str; 6] = ["setting", "counter", "customer", "connection", "kept_out", "deletion_log"];

/// Columns that give numbers; they only ever grow.
const NEXT: [&str; 3] = ["next_connection", "next_contact", "next_group"];

/// What is carried over.
#[derive(Debug, Default)]
pub(super) struct Carry {
    rows: BTreeMap<String, Vec<BTreeMap<String, Cell>>>,
    now: Option<TableHead>,
}

/// What carrying over did.
#[derive(Debug, Default)]
pub(super) struct Carried {
    /// Lines of *kept out* that the archive had not.
    pub lines: u64,
    /// Contacts that were erased again.
    pub erased: u64,
    /// Lines of another installation that fit nothing here.
    pub foreign: u64,
    /// Values of those who were erased, to look for in the database's files.
    pub values: Vec<String>,
}

impl Carry {
    /// From the database that is about to be replaced.
    pub(super) fn of_database(tx: &mut Tx<'_>) -> Result<Self> {
        let mut carry = Self::default();
        for table in catalog(tx)?.iter().filter(|t| WANTED.contains(&t.table.as_str())) {
            carry.table(table)?;
            let names: Vec<&str> = table.columns.iter().map(|(name, _)| name.as_str()).collect();
            let sql = format!("SELECT {} FROM {}", names.join(", "), table.table);
            tx.for_each(&sql, params![], |row| carry.row(&cells(&table.columns, row)?))?;
        }
        Ok(carry)
    }

    /// From a later archive.
    pub(super) fn of_archive(path: &Path) -> Result<Self> {
        let mut carry = Self::default();
        read::read(path, &mut carry)?;
        Ok(carry)
    }

    /// Applies it to a database that was filled from an archive.
    pub(super) fn apply(&self, tx: &mut Tx<'_>, store: &Store) -> Result<Carried> {
        let same = self.salt() == Some(store.salt().to_string().as_str());
        let mut done = Carried::default();
        if same {
            self.raise_numbers(tx)?;
        }
        for row in self.of("kept_out") {
            match self.connection_here(tx, row, same)? {
                Some(connection) => line(tx, store, connection, row, &mut done)?,
                None => done.foreign += 1,
            }
        }
        if same {
            self.deletions(tx, store, &mut done)?;
        }
        Ok(done)
    }

    fn salt(&self) -> Option<&str> {
        let row = self.of("setting").find(|row| text(row, "name") == Some("installation.salt"))?;
        text(row, "value")
    }

    fn of(&self, table: &str) -> impl Iterator<Item = &BTreeMap<String, Cell>> {
        self.rows.get(table).into_iter().flatten()
    }

    /// Numbers that were given since the archive was written are not given again to others.
    fn raise_numbers(&self, tx: &mut Tx<'_>) -> Result<()> {
        for row in self.of("customer") {
            for column in NEXT {
                let (id, next) = (int(row, "id")?, int(row, column)?);
                let sql = format!("UPDATE customer SET {column} = $1 WHERE id = $2 AND {column} < $1");
                tx.exec(&sql, params![next, id])?;
            }
        }
        for row in self.of("counter") {
            let Some(name) = text(row, "name") else { continue };
            let sql = "UPDATE counter SET value = $1 WHERE name = $2 AND value < $1";
            tx.exec(sql, params![int(row, "value")?, name])?;
        }
        Ok(())
    }

    /// Where a line of *kept out* belongs: in the same installation to the same number, elsewhere to the connection of the
    /// customer with the same short name to the same tenant. One tenant may serve several customers, and whoever is kept out
    /// of one of them may well be in the books of the others.
    fn connection_here(
        &self,
        tx: &mut Tx<'_>,
        row: &BTreeMap<String, Cell>,
        same: bool,
    ) -> Result<Option<ConnectionId>> {
        let id = ConnectionId::from_stored(int(row, "connection")?);
        if same {
            let sql = "SELECT id FROM customer WHERE id = $1";
            let there = tx.query_opt(sql, params![id.customer().0], |row| row.int(0))?;
            return Ok(there.map(|_| id));
        }
        let mut tenant = None;
        for connection in self.of("connection") {
            if int(connection, "id")? == id.get() {
                tenant = text(connection, "tenant_id");
            }
        }
        let mut slug = None;
        for customer in self.of("customer") {
            if int(customer, "id")? == id.customer().0 {
                slug = text(customer, "slug");
            }
        }
        let (Some(tenant), Some(slug)) = (tenant, slug) else { return Ok(None) };
        let sql = "SELECT id FROM customer WHERE slug = $1";
        let Some(customer) = tx.query_opt(sql, params![slug], |row| row.int(0))? else { return Ok(None) };
        let (low, high) = ConnectionId::range(CustomerId(customer));
        let sql = "SELECT id FROM connection WHERE id BETWEEN $1 AND $2 AND LOWER(tenant_id) = LOWER($3)";
        let found = tx.query(sql, params![low, high, tenant], |row| row.int(0))?;
        Ok(match found[..] {
            [only] => Some(ConnectionId::from_stored(only)),
            [] | [_, _, ..] => None,
        })
    }

    /// Lines of the deletion log that the archive had not; whom they name is erased again.
    fn deletions(&self, tx: &mut Tx<'_>, store: &Store, done: &mut Carried) -> Result<()> {
        let known: BTreeSet<(i64, Option<i64>, i64)> = {
            let sql = "SELECT customer, contact, at FROM deletion_log";
            tx.query(sql, params![], |row| Ok((row.int(0)?, row.opt_int(1)?, row.int(2)?)))?
                .into_iter()
                .collect()
        };
        for row in self.of("deletion_log") {
            let customer = int(row, "customer")?;
            let contact = opt_int(row, "contact")?;
            let at = int(row, "at")?;
            let here = "SELECT id FROM customer WHERE id = $1";
            if known.contains(&(customer, contact, at))
                || tx.query_opt(here, params![customer], |row| row.int(0))?.is_none()
            {
                continue;
            }
            let contact = contact.map(ContactId::from_stored);
            let made_by = text(row, "made_by").unwrap_or_default().to_owned();
            let line = Deletion { contact, reason: reason(row)?, made_by, at: Timestamp(at) };
            erase::log(tx, CustomerId(customer), &line)?;
            let Some(id) = contact else { continue };
            let there = "SELECT id FROM contact WHERE id = $1 UNION ALL SELECT id FROM bin WHERE id = $1";
            if tx.query_opt(there, params![id.get()], |row| row.int(0))?.is_some() {
                wipe(tx, store, id, done)?;
            }
        }
        Ok(())
    }
}

/// One line of *kept out*, unless the archive had it.
fn line(
    tx: &mut Tx<'_>,
    store: &Store,
    connection: ConnectionId,
    row: &BTreeMap<String, Cell>,
    done: &mut Carried,
) -> Result<()> {
    let source = match row.get("source") {
        Some(Cell::Blob(bytes)) => SourceId::from_bytes(bytes),
        _ => return Err(unreadable()),
    };
    let sql = "SELECT reason FROM kept_out WHERE connection = $1 AND source = $2";
    let key = params![connection.get(), source.as_bytes()];
    if tx.query_opt(sql, key, |row| Ok(row.text(0)?.to_owned()))?.is_some() {
        return Ok(());
    }
    done.lines += 1;
    erase::keep_out(tx, connection, &source, reason(row)?, Timestamp(int(row, "at")?))?;
    let contacts = erase::contacts_of(tx, connection, &source)?;
    done.values.extend(erase::wipe_source(tx, connection, &source)?);
    contacts.into_iter().try_for_each(|contact| wipe(tx, store, contact, done))
}

/// Erases a contact again.
fn wipe(tx: &mut Tx<'_>, store: &Store, id: ContactId, done: &mut Carried) -> Result<()> {
    match erase::find(tx, id) {
        Ok(contact) => done.values.extend(erase::values_of(tx, &contact)?),
        // Linked, and neither in the book nor in the bin.
        Err(StoreError::NotFound) => {}
        Err(other) => return Err(other),
    }
    done.erased += 1;
    erase::wipe_contact(tx, store, id)
}

impl Visitor for Carry {
    fn table(&mut self, table: &TableHead) -> Result<()> {
        self.now = WANTED.contains(&table.table.as_str()).then(|| table.clone());
        Ok(())
    }

    fn row(&mut self, row: &[Cell]) -> Result<()> {
        let Some(table) = &self.now else { return Ok(()) };
        let named = table.columns.iter().map(|(name, _)| name.clone()).zip(row.iter().cloned());
        self.rows.entry(table.table.clone()).or_default().push(named.collect());
        Ok(())
    }
}

fn cells(columns: &[(String, Class)], row: &Row<'_>) -> Result<Vec<Cell>> {
    let cell = |(at, (_, class)): (usize, &(String, Class))| {
        Ok(match class {
            Class::Int => row.opt_int(at)?.map_or(Cell::Null, Cell::Int),
            Class::Text => row.opt_text(at)?.map_or(Cell::Null, |t| Cell::Text(t.to_owned())),
            Class::Blob => row.opt_blob(at)?.map_or(Cell::Null, |b| Cell::Blob(b.to_vec())),
        })
    };
    columns.iter().enumerate().map(cell).collect()
}

fn unreadable() -> StoreError {
    StoreError::Corrupt("a kept-out line or the deletion log is unreadable".into())
}

fn text<'r>(row: &'r BTreeMap<String, Cell>, name: &str) -> Option<&'r str> {
    match row.get(name) {
        Some(Cell::Text(text)) => Some(text),
        _ => None,
    }
}

fn opt_int(row: &BTreeMap<String, Cell>, name: &str) -> Result<Option<i64>> {
    match row.get(name) {
        Some(Cell::Int(number)) => Ok(Some(*number)),
        Some(Cell::Null) => Ok(None),
        _ => Err(unreadable()),
    }
}

fn int(row: &BTreeMap<String, Cell>, name: &str) -> Result<i64> {
    opt_int(row, name)?.ok_or_else(unreadable)
}

fn reason(row: &BTreeMap<String, Cell>) -> Result<KeptOut> {
    text(row, "reason").and_then(KeptOut::named).ok_or_else(unreadable)
}
