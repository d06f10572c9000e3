//! Customers: rows and settings.

use model::ids::{ConnectionId, CustomerId, Slug};
use model::{Preset, Timestamp};

use crate::connection::{EndBy, set_credential_end};
use crate::db::{Row, Tx, params};
use crate::error::{Result, StoreError};
use crate::lease::Lease;
use crate::refusal::Refusal;
use crate::schedule;
use crate::store::{Book, CustomerRow, next};

/// What a person sets of a customer at once; what is `None` or not listed stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MasterData {
    /// The full name; the short name stays.
    pub name: Option<String>,
    /// When the credential of a connection ends, or that nobody knows.
    pub credential_end: Option<(ConnectionId, Option<Timestamp>)>,
    /// Settings by name; an empty value clears.
    pub settings: Vec<(String, String)>,
}

const COLUMNS: &str = "id, slug, name, preset, preset_chosen, last_good_at";
/// The same of a customer `c`, in the order of [`read`].
pub(crate) const OF_C: &str = "c.id, c.slug, c.name, c.preset, c.preset_chosen, c.last_good_at";

pub(crate) fn insert(
    tx: &mut Tx<'_>,
    slug: &Slug,
    name: &str,
    chosen: Option<Preset>,
    now: Timestamp,
) -> Result<CustomerRow> {
    if by_slug(tx, slug.as_str())?.is_some() {
        return Err(Refusal::CustomerExists(slug.to_string()).into());
    }
    let preset = match chosen {
        Some(preset) => preset,
        None => usual_preset(tx)?,
    };
    let id = next(tx, "customer")?;
    let sql = "INSERT INTO customer (id, slug, name, preset, preset_chosen, next_connection, next_contact, next_group, \
               created_at, quiet_runs) VALUES ($1, $2, $3, $4, $5, 1, 1, 1, $6, 0)";
    let own = i64::from(chosen.is_some());
    tx.exec(sql, params![id, slug.as_str(), name, preset.name(), own, now.0])?;
    schedule::insert(tx, CustomerId(id))?;
    let slug = slug.as_str().to_owned();
    Ok(CustomerRow {
        id: CustomerId(id),
        slug,
        name: name.to_owned(),
        preset,
        preset_chosen: chosen.is_some(),
        last_good_at: None,
    })
}

/// What new customers start from: the operator's preset, else careful.
pub(crate) fn usual_preset(tx: &mut Tx<'_>) -> Result<Preset> {
    let named = crate::store::setting(tx, "preset")?;
    Ok(named.and_then(|name| Preset::named(&name)).unwrap_or(Preset::Careful))
}

pub(crate) fn all(tx: &mut Tx<'_>) -> Result<Vec<CustomerRow>> {
    tx.query(&format!("SELECT {COLUMNS} FROM customer ORDER BY slug"), params![], read)
}

pub(crate) fn by_slug(tx: &mut Tx<'_>, slug: &str) -> Result<Option<CustomerRow>> {
    tx.query_opt(&format!("SELECT {COLUMNS} FROM customer WHERE slug = $1"), params![slug], read)
}

pub(crate) fn read(row: &Row<'_>) -> Result<CustomerRow> {
    read_at(row, 0)
}

/// The same where other columns stand before.
pub(crate) fn read_at(row: &Row<'_>, at: usize) -> Result<CustomerRow> {
    Ok(CustomerRow {
        id: CustomerId(row.int(at)?),
        slug: row.text(at + 1)?.to_owned(),
        name: row.text(at + 2)?.to_owned(),
        preset: Preset::named(row.text(at + 3)?)
            .ok_or_else(|| StoreError::Corrupt("unknown preset".into()))?,
        preset_chosen: row.int(at + 4)? == 1,
        last_good_at: row.opt_int(at + 5)?.map(Timestamp),
    })
}

/// The tables that hold a customer's rows by connection, contact or group; emptied when the customer is removed.
const BY_CONNECTION: [&str; 14] = [
    "scope_entry",
    "source_user",
    "source_group",
    "source_member",
    "product",
    "link",
    "link_count",
    "pending",
    "hold",
    "held_person",
    "rejection",
    "picked",
    "kept_out",
    "plan",
];

/// Settings by name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Levels {
    /// The operator's.
    pub operator: Vec<(String, String)>,
    /// The customer's.
    pub own: Vec<(String, String)>,
}

impl Book {
    fn id(&self) -> i64 {
        self.customer.id.0
    }

    /// Sets what a person says of the customer, all of it or nothing.
    pub fn set_master_data(&self, data: &MasterData) -> Result<()> {
        self.store.db.write(|tx| self.put_master_data(tx, data))
    }

    /// The same where its name and each of these settings stand as somebody saw them, the settings among `seen`; otherwise `false`,
    /// and nothing is written.
    pub fn change_master_data(&self, data: &MasterData, seen: &[(String, String)]) -> Result<bool> {
        self.store.db.write(|tx| {
            if data.name.is_some() {
                let sql = "SELECT name FROM customer WHERE id = $1";
                let name = tx.query_one(sql, params![self.id()], |row| Ok(row.text(0)?.to_owned()))?;
                if name != self.customer.name {
                    return Ok(false);
                }
            }
            let sql = "SELECT value FROM customer_setting WHERE customer = $1 AND name = $2";
            for (name, _) in &data.settings {
                let now =
                    tx.query_opt(sql, params![self.id(), name.as_str()], |row| Ok(row.text(0)?.to_owned()))?;
                if now.unwrap_or_default() != value_in(seen, name) {
                    return Ok(false);
                }
            }
            self.put_master_data(tx, data)?;
            Ok(true)
        })
    }

    fn put_master_data(&self, tx: &mut Tx<'_>, data: &MasterData) -> Result<()> {
        if let Some(name) = &data.name {
            let sql = "UPDATE customer SET name = $1 WHERE id = $2";
            tx.exec(sql, params![name.as_str(), self.id()])?;
        }
        if let Some((connection, ends)) = data.credential_end {
            self.owns(connection)?;
            set_credential_end(tx, connection, (ends, EndBy::Typed))?;
        }
        data.settings.iter().try_for_each(|(name, value)| set(tx, self.id(), name, value))
    }

    /// Settings whose name starts so, of both levels.
    pub fn levels(&self, prefix: &str) -> Result<Levels> {
        self.store.db.look_up(|tx| levels(tx, self.id(), prefix))
    }

    /// The customer's settings whose name starts so.
    pub fn settings(&self, prefix: &str) -> Result<Vec<(String, String)>> {
        let sql = "SELECT name, value FROM customer_setting WHERE customer = $1 ORDER BY name";
        let all = self.store.db.look_up(|tx| {
            tx.query(sql, params![self.id()], |row| Ok((row.text(0)?.to_owned(), row.text(1)?.to_owned())))
        })?;
        Ok(all.into_iter().filter(|(name, _)| name.starts_with(prefix)).collect())
    }

    /// The operator's settings whose name starts so.
    pub fn operator_settings(&self, prefix: &str) -> Result<Vec<(String, String)>> {
        self.store.settings(prefix)
    }

    /// Sets a setting of the customer (master data, notifications).
    pub fn set_setting(&self, name: &str, value: &str) -> Result<()> {
        self.store.db.write(|tx| set(tx, self.id(), name, value))
    }

    /// Removes the customer with everything that belongs to it, which SQLite overwrites. A customer with a connection needs
    /// its lease: without it that is a conflict.
    pub fn remove(&self, lease: Option<&Lease>) -> Result<()> {
        self.remove_rows(lease)?;
        self.store.clean_files(&[]);
        Ok(())
    }

    fn remove_rows(&self, lease: Option<&Lease>) -> Result<()> {
        let (low, high) = model::ConnectionId::range(self.customer.id);
        let (first, last) = model::ContactId::range(self.customer.id);
        self.store.db.write_over(|tx| {
            self.alone(tx, lease)?;
            let of_plan = "DELETE FROM plan_op WHERE plan IN (SELECT id FROM plan WHERE customer = $1)";
            tx.exec(of_plan, params![self.id()])?;
            tx.exec(
                "DELETE FROM finding WHERE run IN (SELECT id FROM run WHERE customer = $1)",
                params![self.id()],
            )?;
            for table in BY_CONNECTION {
                tx.exec(
                    &format!("DELETE FROM {table} WHERE connection BETWEEN $1 AND $2"),
                    params![low, high],
                )?;
            }
            tx.exec("DELETE FROM connection WHERE id BETWEEN $1 AND $2", params![low, high])?;
            tx.exec("DELETE FROM contact_member WHERE contact BETWEEN $1 AND $2", params![first, last])?;
            crate::search::remove_customer(tx, self.customer.id)?;
            tx.exec("DELETE FROM change WHERE contact BETWEEN $1 AND $2", params![first, last])?;
            for table in ["pin", "leaving", "csv_import_row"] {
                tx.exec(
                    &format!("DELETE FROM {table} WHERE contact BETWEEN $1 AND $2"),
                    params![first, last],
                )?;
            }
            for table in ["contact", "bin", "contact_group"] {
                tx.exec(&format!("DELETE FROM {table} WHERE id BETWEEN $1 AND $2"), params![first, last])?;
            }
            crate::account::forget_customer(tx, self)?;
            crate::lease::forget(tx, self.id())?;
            let mails = "DELETE FROM outbox_mail WHERE outbox IN (SELECT id FROM outbox WHERE customer = $1)";
            tx.exec(mails, params![self.id()])?;
            let tables = [
                "book_count",
                "change_value",
                "run",
                "outbox",
                "upload",
                "csv_import",
                "deletion_log",
                "schedule",
                "customer_setting",
                "logo",
            ];
            for table in tables {
                tx.exec(&format!("DELETE FROM {table} WHERE customer = $1"), params![self.id()])?;
            }
            tx.exec("DELETE FROM customer WHERE id = $1", params![self.id()]).map(drop)
        })
    }
}

/// Settings whose name starts so, of both levels.
pub(crate) fn levels(tx: &mut Tx<'_>, customer: i64, prefix: &str) -> Result<Levels> {
    let sql = "SELECT 0 AS level, name, value FROM setting \
               UNION ALL SELECT 1, name, value FROM customer_setting WHERE customer = $1 ORDER BY level, name";
    let all = tx.query(sql, params![customer], |row| {
        Ok((row.int(0)?, row.text(1)?.to_owned(), row.text(2)?.to_owned()))
    })?;
    let mut levels = Levels::default();
    for (level, name, value) in all.into_iter().filter(|(_, name, _)| name.starts_with(prefix)) {
        let of = if level == 0 { &mut levels.operator } else { &mut levels.own };
        of.push((name, value));
    }
    Ok(levels)
}

pub(crate) fn drop_setting(tx: &mut Tx<'_>, customer: i64, name: &str) -> Result<()> {
    let sql = "DELETE FROM customer_setting WHERE customer = $1 AND name = $2";
    tx.exec(sql, params![customer, name]).map(drop)
}

/// A setting's value among these; empty where it is not set.
pub(crate) fn value_in<'a>(settings: &'a [(String, String)], name: &str) -> &'a str {
    settings.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
}

pub(crate) fn set(tx: &mut Tx<'_>, customer: i64, name: &str, value: &str) -> Result<()> {
    let sql = "INSERT INTO customer_setting (customer, name, value) VALUES ($1, $2, $3) \
               ON CONFLICT (customer, name) DO UPDATE SET value = excluded.value";
    tx.exec(sql, params![customer, name, value]).map(drop)
}
