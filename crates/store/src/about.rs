//! What people are told of the installation itself.

use model::Timestamp;
use model::ids::{CustomerId, Slug};

use crate::db::{Engine, params};
use crate::error::{Result, StoreError};
use crate::store::Store;

/// The setting that tells when the last backup was written.
pub const LAST_BACKUP: &str = "backup.last_at";

/// The database as it runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AboutDatabase {
    /// `sqlite` or `postgres`.
    pub engine: &'static str,
    /// What it says of its version.
    pub version: String,
    /// Customers.
    pub customers: i64,
    /// Contacts in all books.
    pub contacts: i64,
}

/// A run, an undo or an erasure that is under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AtWork {
    /// The customer.
    pub customer: CustomerId,
    /// Its short name.
    pub slug: Slug,
    /// Its name.
    pub name: String,
    /// Since when.
    pub since: Timestamp,
}

impl Store {
    /// Which database this is, and how much is in it.
    pub fn about_database(&self) -> Result<AboutDatabase> {
        let (engine, version) = match self.db.engine() {
            Engine::Sqlite => ("sqlite", "SELECT sqlite_version()"),
            Engine::Postgres => ("postgres", "SELECT current_setting('server_version')"),
        };
        self.db.read(|tx| {
            Ok(AboutDatabase {
                engine,
                version: tx.query_one(version, params![], |row| Ok(row.text(0)?.to_owned()))?,
                customers: tx.query_one("SELECT COUNT(*) FROM customer", params![], |row| row.int(0))?,
                contacts: tx.query_one(
                    "SELECT CAST(COALESCE(SUM(contacts), 0) AS BIGINT) FROM book_count",
                    params![],
                    |row| row.int(0),
                )?,
            })
        })
    }

    /// What is under way, oldest first.
    pub fn at_work(&self, now: Timestamp) -> Result<Vec<AtWork>> {
        let sql = "SELECT c.id, c.slug, c.name, l.taken_at FROM lease l JOIN customer c ON c.id = l.customer \
                   WHERE l.expires_at > $1 ORDER BY l.taken_at, c.id";
        let slug = |text: &str| {
            text.parse().map_err(|_| StoreError::Corrupt("a customer's short name is none".into()))
        };
        self.db.look_up(|tx| {
            tx.query(sql, params![now.0], |row| {
                Ok(AtWork {
                    customer: CustomerId(row.int(0)?),
                    slug: slug(row.text(1)?)?,
                    name: row.text(2)?.to_owned(),
                    since: Timestamp(row.int(3)?),
                })
            })
        })
    }
}
