//! The two handles: [`Store`] for what belongs to the operator, [`Book`] for one customer. Every query about a customer
//! goes through its handle, which carries the customer's id; nobody writes it into a condition by hand.

use std::path::Path;
use std::sync::Arc;

use model::ids::{CustomerId, GroupId, PublicId, Slug};
use model::{ContactId, Preset, Timestamp};

use crate::db::{Db, Location, Stats, Tx, params, refuse_somebody_elses};
use crate::error::{Result, StoreError};
use crate::history::By;
use crate::seal::{self, KeyRing};
use crate::{customer, migrate};

/// A database, open and migrated, with the keys to its secrets.
#[derive(Clone)]
pub struct Store {
    pub(crate) db: Db,
    pub(crate) keys: Arc<KeyRing>,
    salt: u64,
    /// Restores over this database before it was opened.
    epoch: i64,
}

/// A customer's row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerRow {
    /// The id.
    pub id: CustomerId,
    /// The short name.
    pub slug: String,
    /// The name.
    pub name: String,
    /// The preset that the policy starts from.
    pub preset: Preset,
    /// Whether it was chosen for this customer: then it beats the operator's keys in all that presets differ in.
    pub preset_chosen: bool,
    /// When the last good run ended.
    pub last_good_at: Option<Timestamp>,
}

/// One customer's handle: books, connection, scope, runs.
#[derive(Clone)]
pub struct Book {
    pub(crate) store: Store,
    /// The customer.
    pub customer: CustomerRow,
    /// Who works with it: what is changed through this handle is theirs.
    pub(crate) by: By,
}

impl Store {
    /// Opens (and where needed creates and migrates) the database. A first key is made where nothing is sealed yet; where a
    /// credential is and the key file is missing, only what needs the key is refused.
    pub fn open(location: &Location, keys: KeyRing) -> Result<Self> {
        if let Location::Sqlite(path) = location {
            refuse_somebody_elses(path)?;
        }
        let db = Db::open(location)?;
        migrate::run(&db, migrate::STEPS)?;
        let (salt, epoch) = db.write(|tx| Ok((installation_salt(tx)?, epoch(tx)?)))?;
        if keys.is_empty() && !db.look_up(seal::any_sealed)? {
            keys.make_first()?;
        }
        Ok(Self { db, keys: Arc::new(keys), salt, epoch })
    }

    /// The usual place of an SQLite database in a data directory.
    pub fn in_folder(data: &Path) -> Location {
        Location::Sqlite(data.join("whoswho.db"))
    }

    /// Counts of statements since the database was opened.
    pub fn stats(&self) -> Stats {
        self.db.stats()
    }

    /// The longest writing transaction since this was last asked: as long nobody else could write, on SQLite to any book, on
    /// PostgreSQL to what it had changed.
    pub fn take_longest_write(&self) -> std::time::Duration {
        self.db.take_longest_write()
    }

    /// Call before a first fill, and keep the answer until it is done.
    pub fn first_fill(&self) -> Result<crate::db::FirstFill> {
        self.db.first_fill()
    }

    /// A contact's public id.
    pub fn public_id(&self, contact: ContactId) -> PublicId {
        PublicId::new(self.salt, contact.get())
    }

    /// The contact of a public id, if it is one of this installation's.
    pub fn contact_of(&self, id: PublicId) -> Option<ContactId> {
        id.key(self.salt).map(ContactId::from_stored)
    }

    /// A contact group's public id.
    pub fn public_group_id(&self, group: GroupId) -> PublicId {
        PublicId::of_group(self.salt, group)
    }

    /// The contact group of a public id, if it is one of this installation's.
    pub fn group_of(&self, id: PublicId) -> Option<GroupId> {
        id.group(self.salt)
    }

    /// Adds a customer with the preset that was chosen for it, or with the operator's.
    pub fn add_customer(
        &self,
        slug: &Slug,
        name: &str,
        preset: impl Into<Option<Preset>>,
        now: Timestamp,
    ) -> Result<Book> {
        let chosen = preset.into();
        let row = self.db.write(|tx| customer::insert(tx, slug, name, chosen, now))?;
        Ok(Book { store: self.clone(), customer: row, by: By::Hand })
    }

    /// All customers by short name.
    pub fn customers(&self) -> Result<Vec<CustomerRow>> {
        self.db.read(customer::all)
    }

    /// A customer's handle.
    pub fn book(&self, slug: &str) -> Result<Option<Book>> {
        let row = self.db.read(|tx| customer::by_slug(tx, slug))?;
        Ok(row.map(|customer| Book { store: self.clone(), customer, by: By::Hand }))
    }

    /// A setting of the operator.
    pub fn setting(&self, name: &str) -> Result<Option<String>> {
        self.db.read(|tx| setting(tx, name))
    }

    /// All settings of the operator whose name starts so.
    pub fn settings(&self, prefix: &str) -> Result<Vec<(String, String)>> {
        let all = self.db.look_up(|tx| {
            tx.query("SELECT name, value FROM setting ORDER BY name", params![], |row| {
                Ok((row.text(0)?.to_owned(), row.text(1)?.to_owned()))
            })
        })?;
        Ok(all.into_iter().filter(|(name, _)| name.starts_with(prefix)).collect())
    }

    /// The preset that new customers start from: the operator's, else careful.
    pub fn usual_preset(&self) -> Result<Preset> {
        self.db.read(customer::usual_preset)
    }

    /// Sets a setting of the operator other than a key of the policy.
    pub fn set_setting(&self, name: &str, value: &str) -> Result<()> {
        self.db.write(|tx| set_setting(tx, name, value))
    }

    /// Sets these where each of them stands as somebody saw it among `seen`; otherwise `false`, and nothing is written.
    pub fn change_settings(&self, settings: &[(String, String)], seen: &[(String, String)]) -> Result<bool> {
        self.db.write(|tx| {
            for (name, _) in settings {
                if setting(tx, name)?.unwrap_or_default() != customer::value_in(seen, name) {
                    return Ok(false);
                }
            }
            settings.iter().try_for_each(|(name, value)| set_setting(tx, name, value))?;
            Ok(true)
        })
    }

    /// Sets several, all of them or none.
    pub fn set_settings(&self, pairs: &[(String, String)]) -> Result<()> {
        self.db.write(|tx| pairs.iter().try_for_each(|(name, value)| set_setting(tx, name, value)))
    }
}

impl Book {
    /// The store that the customer is in.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// A contact's public id.
    pub fn public_id(&self, contact: ContactId) -> PublicId {
        self.store.public_id(contact)
    }
}

pub(crate) fn setting(tx: &mut Tx<'_>, name: &str) -> Result<Option<String>> {
    tx.query_opt("SELECT value FROM setting WHERE name = $1", params![name], |row| {
        Ok(row.text(0)?.to_owned())
    })
}

pub(crate) fn set_setting(tx: &mut Tx<'_>, name: &str, value: &str) -> Result<()> {
    let sql = "INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    tx.exec(sql, params![name, value]).map(drop)
}

impl Store {
    /// What public ids are made with.
    pub(crate) fn salt(&self) -> u64 {
        self.salt
    }

    /// The salt of the installation that was restored.
    pub(crate) fn reload_salt(&mut self, tx: &mut Tx<'_>) -> Result<()> {
        self.salt = installation_salt(tx)?;
        Ok(())
    }

    /// From now on this handle is one of the restored database.
    pub(crate) fn reload_epoch(&mut self, tx: &mut Tx<'_>) -> Result<()> {
        self.epoch = epoch(tx)?;
        Ok(())
    }

    /// Restores over this database before this handle was opened.
    pub(crate) fn epoch(&self) -> i64 {
        self.epoch
    }

    /// Refuses a handle from before a restore: numbers that it knows may be somebody else's now. Whoever takes a lease or
    /// claims runs asks this first.
    pub(crate) fn same_epoch(&self, now: i64) -> Result<()> {
        if self.epoch == now { Ok(()) } else { Err(StoreError::Replaced) }
    }

    /// Refuses a handle from before a restore.
    pub fn check_same(&self) -> Result<()> {
        self.same_epoch(self.db.look_up(epoch)?)
    }
}

/// Restores that the database has seen.
pub(crate) fn epoch(tx: &mut Tx<'_>) -> Result<i64> {
    let sql = "SELECT value FROM counter WHERE name = 'epoch'";
    Ok(tx.query_opt(sql, params![], |row| row.int(0))?.unwrap_or(0))
}

fn installation_salt(tx: &mut Tx<'_>) -> Result<u64> {
    if let Some(text) = setting(tx, "installation.salt")? {
        return text.parse().map_err(|_| StoreError::Corrupt("the installation's salt is unreadable".into()));
    }
    let salt: u64 = rand::random::<u64>() >> 6;
    set_setting(tx, "installation.salt", &salt.to_string())?;
    Ok(salt)
}

/// The next number of a counter.
pub(crate) fn next(tx: &mut Tx<'_>, name: &str) -> Result<i64> {
    let sql = "UPDATE counter SET value = value + 1 WHERE name = $1 RETURNING value";
    tx.query_one(sql, params![name], |row| row.int(0))
}

#[cfg(test)]
mod tests;
