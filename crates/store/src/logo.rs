//! Logos of customers and of the operator: small pictures, each in a row of its own so that settings stay small. The setting
//! [`LOGO`] holds a picture's digest, by which a page knows that there is one, and under which browsers keep it.

use model::text::fnv1a;

use crate::customer::{drop_setting, set};
use crate::db::{Tx, params};
use crate::error::Result;
use crate::store::{Book, Store, set_setting};

/// The setting with the digest of a logo.
pub const LOGO: &str = "logo";
/// Where the operator's lies among those of customers, which are numbered from 1.
const OPERATOR: i64 = 0;

/// A picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logo {
    /// Its media type: `image/png`.
    pub media: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl Logo {
    fn digest(&self) -> String {
        format!("{:016x}", fnv1a(&self.bytes))
    }
}

impl Store {
    /// The operator's logo.
    pub fn logo(&self) -> Result<Option<Logo>> {
        self.db.read(|tx| logo(tx, OPERATOR))
    }

    /// Puts the operator's logo in place of the former one, or takes it away.
    pub fn set_logo(&self, logo: Option<&Logo>) -> Result<()> {
        self.db.write(|tx| {
            put(tx, OPERATOR, logo)?;
            match logo {
                Some(logo) => set_setting(tx, LOGO, &logo.digest()),
                None => tx.exec("DELETE FROM setting WHERE name = $1", params![LOGO]).map(drop),
            }
        })
    }
}

impl Book {
    /// The customer's logo.
    pub fn logo(&self) -> Result<Option<Logo>> {
        self.store.db.read(|tx| logo(tx, self.customer.id.0))
    }

    /// Puts the customer's logo in place of the former one, or takes it away.
    pub fn set_logo(&self, logo: Option<&Logo>) -> Result<()> {
        let id = self.customer.id.0;
        self.store.db.write(|tx| {
            put(tx, id, logo)?;
            match logo {
                Some(logo) => set(tx, id, LOGO, &logo.digest()),
                None => drop_setting(tx, id, LOGO),
            }
        })
    }
}

fn logo(tx: &mut Tx<'_>, customer: i64) -> Result<Option<Logo>> {
    tx.query_opt("SELECT media, bytes FROM logo WHERE customer = $1", params![customer], |row| {
        Ok(Logo { media: row.text(0)?.to_owned(), bytes: row.blob(1)?.to_vec() })
    })
}

fn put(tx: &mut Tx<'_>, customer: i64, logo: Option<&Logo>) -> Result<()> {
    tx.exec("DELETE FROM logo WHERE customer = $1", params![customer])?;
    let Some(logo) = logo else { return Ok(()) };
    let sql = "INSERT INTO logo (customer, media, bytes) VALUES ($1, $2, $3)";
    tx.exec(sql, params![customer, logo.media.as_str(), logo.bytes.as_slice()]).map(drop)
}
