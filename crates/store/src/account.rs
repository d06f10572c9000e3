//! Accounts: who signs in, with what role, and which customers each reaches. Sessions and one-time links stand beside it.
//!
//! Rules: of a password the store keeps what it is handed, a hash; of a session or a link the SHA-256 of its token, so
//! nobody who reads the database can sign in with what stands there. Whoever is signed in is a handle ([`SignedIn`]), and
//! books are got from it alone: a customer that is out of reach is as if it were not there.

mod change;
mod link;
mod microsoft;
mod session;
#[cfg(test)]
mod tests;
mod tries;

use model::ids::CustomerId;
use model::{Role, Timestamp, text};

use crate::connection::Switch;
use crate::customer;
use crate::db::{Row, Tx, params};
use crate::error::{Result, StoreError};
use crate::refusal::Refusal;
use crate::store::{Book, CustomerRow, Store, next};

pub use change::AccountChange;
pub use link::{LinkFor, SignInLink};
pub use microsoft::{MicrosoftAccount, MicrosoftTry, TryFor};
pub use session::{IDLE_MS, LIFE_MS, Proof, SessionRow, SignedIn, Token};
pub use tries::{PasswordOf, Try};

/// An account's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountId(pub i64);

/// Which customers an account reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Operator: every customer.
    All,
    /// Operator: those that were chosen.
    Chosen,
    /// The customer that the account belongs to.
    Own(CustomerId),
}

/// Somebody who can sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The number.
    pub id: AccountId,
    /// What it may do.
    pub role: Role,
    /// Where.
    pub reach: Reach,
    /// As it is shown.
    pub name: String,
    /// The address it signs in with.
    pub email: String,
    /// Whether it has a password.
    pub has_password: bool,
    /// Whether it is bound to a Microsoft account.
    pub has_microsoft: bool,
    /// `de` or `en`, empty where the browser decides.
    pub language: String,
    /// `light` or `dark`, empty where the device decides.
    pub theme: String,
    /// Whether single keys do something on its pages.
    pub single_keys: Switch,
    /// When somebody last signed in with it.
    pub signed_in_at: Option<Timestamp>,
}

/// An account that is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAccount {
    /// What it may do.
    pub role: Role,
    /// Where.
    pub reach: Reach,
    /// As it is shown.
    pub name: String,
    /// The address it signs in with; unique in any spelling.
    pub email: String,
    /// The hash of its password (PHC string); without one it signs in by a link.
    pub password: Option<String>,
}

const COLUMNS: &str = "a.id, a.customer, a.role, a.chosen, a.name, a.email, a.password IS NOT NULL, a.language, a.theme, a.signed_in_at, a.object IS NOT NULL, a.single_keys";

impl Store {
    /// All accounts of the operator's staff, by number.
    pub fn staff(&self) -> Result<Vec<Account>> {
        let sql = format!("SELECT {COLUMNS} FROM account a WHERE a.customer IS NULL ORDER BY a.id");
        self.db.look_up(|tx| tx.query(&sql, params![], read))
    }

    /// All accounts, the operator's staff first, then customers' people, by number.
    pub fn accounts(&self) -> Result<Vec<Account>> {
        let sql = format!("SELECT {COLUMNS} FROM account a ORDER BY COALESCE(a.customer, 0), a.id");
        self.db.look_up(|tx| tx.query(&sql, params![], read))
    }

    /// The customers that an account reaches, by short name; `None` where it reaches all.
    pub fn customers_of(&self, account: &Account) -> Result<Option<Vec<CustomerRow>>> {
        let (sql, key) = match account.reach {
            Reach::All => return Ok(None),
            Reach::Chosen => {
                ("JOIN account_customer x ON x.customer = c.id WHERE x.account = $1", account.id.0)
            }
            Reach::Own(customer) => ("WHERE c.id = $1", customer.0),
        };
        let sql = format!("SELECT {} FROM customer c {sql} ORDER BY c.slug", customer::OF_C);
        self.db.look_up(|tx| tx.query(&sql, params![key], customer::read)).map(Some)
    }

    /// Whether somebody owns the installation, so that it is set up.
    pub fn has_owner(&self) -> Result<bool> {
        self.db.look_up(has_owner)
    }

    /// An account by its address in any spelling.
    pub fn account_named(&self, email: &str) -> Result<Option<Account>> {
        let (sql, key) = (format!("SELECT {COLUMNS} FROM account a WHERE a.email_key = $1"), key(email));
        self.db.look_up(|tx| tx.query_opt(&sql, params![&key], read))
    }

    /// Adds an account. The address must be free.
    pub fn add_account(&self, new: &NewAccount, now: Timestamp) -> Result<Account> {
        self.db.write(|tx| insert(tx, new, now))
    }

    /// Removes an account with its sessions and links. The last owner stays.
    pub fn remove_account(&self, id: AccountId) -> Result<()> {
        self.db.write(|tx| {
            alone(tx)?;
            if change::is_last_owner(tx, id)? {
                return Err(Refusal::LastOwner.into());
            }
            for table in ["session", "sign_in_link", "account_customer", "picked", "microsoft_try"] {
                tx.exec(&format!("DELETE FROM {table} WHERE account = $1"), params![id.0])?;
            }
            tx.exec("DELETE FROM account WHERE id = $1", params![id.0]).map(drop)
        })
    }

    /// Chooses the customers that a member of staff reaches, in place of those before.
    pub fn choose_customers(&self, id: AccountId, customers: &[CustomerId]) -> Result<()> {
        self.db.write(|tx| change::choose(tx, id, customers))
    }

    /// Gives an account another password. All its sessions end but the one named, and the links that it was sent.
    pub fn set_password(&self, id: AccountId, hash: &str, keep: Option<&Token>) -> Result<()> {
        let kept = keep.map(Token::digest).unwrap_or_default();
        self.db.write(|tx| {
            tx.exec("UPDATE account SET password = $1 WHERE id = $2", params![hash, id.0])?;
            tries::forget(tx, id)?;
            tx.exec("DELETE FROM session WHERE account = $1 AND digest <> $2", params![id.0, &kept])?;
            tx.exec("DELETE FROM sign_in_link WHERE account = $1", params![id.0]).map(drop)
        })
    }

    /// Sets how an account wants pages: language (`de`, `en`) and theme (`light`, `dark`), empty for what browser and device
    /// say.
    pub fn set_look(&self, id: AccountId, language: &str, theme: &str) -> Result<()> {
        let sql = "UPDATE account SET language = $1, theme = $2 WHERE id = $3";
        self.db.write(|tx| tx.exec(sql, params![language, theme, id.0]).map(drop))
    }

    /// Switches single keys of an account's pages on or off.
    pub fn set_single_keys(&self, id: AccountId, to: Switch) -> Result<()> {
        let sql = "UPDATE account SET single_keys = $1 WHERE id = $2";
        self.db.write(|tx| tx.exec(sql, params![to == Switch::On, id.0]).map(drop))
    }
}

/// Whoever decides about owners does so one after the other, on PostgreSQL too.
fn alone(tx: &mut Tx<'_>) -> Result<()> {
    tx.exec("UPDATE counter SET value = value WHERE name = 'account'", params![]).map(drop)
}

fn has_owner(tx: &mut Tx<'_>) -> Result<bool> {
    Ok(tx.query_opt("SELECT 1 FROM account WHERE role = 'owner' LIMIT 1", params![], |_| Ok(()))?.is_some())
}

/// An address is the same in any spelling.
fn key(email: &str) -> String {
    text::Key::of(email).map_or_else(|| email.trim().to_lowercase(), |key| key.as_str().to_owned())
}

/// A role of the operator is nobody's at one customer, and the other way round.
fn fits(role: Role, reach: Reach) -> Result<()> {
    if role.is_of_operator() == matches!(reach, Reach::Own(_)) {
        return Err(StoreError::Invalid(
            "a role of the operator at a customer, or the other way round".into(),
        ));
    }
    Ok(())
}

fn insert(tx: &mut Tx<'_>, new: &NewAccount, now: Timestamp) -> Result<Account> {
    let key = key(&new.email);
    let taken = "SELECT 1 FROM account WHERE email_key = $1";
    if tx.query_opt(taken, params![&key], |_| Ok(()))?.is_some() {
        return Err(Refusal::AccountExists(new.email.clone()).into());
    }
    fits(new.role, new.reach)?;
    let id = next(tx, "account")?;
    let customer = match new.reach {
        Reach::All | Reach::Chosen => None,
        Reach::Own(customer) => Some(customer.0),
    };
    let sql = "INSERT INTO account (id, customer, role, chosen, name, email, email_key, password, language, theme, \
               created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '', '', $9)";
    let (role, chosen) = (new.role.name(), new.reach == Reach::Chosen);
    let values =
        params![id, customer, role, chosen, &new.name, &new.email, &key, new.password.as_deref(), now.0];
    tx.exec(sql, values)?;
    let sql = format!("SELECT {COLUMNS} FROM account a WHERE a.id = $1");
    tx.query_one(&sql, params![id], read)
}

fn read(row: &Row<'_>) -> Result<Account> {
    let role = Role::named(row.text(2)?).ok_or_else(|| StoreError::Corrupt("unknown role".into()))?;
    let reach = match (row.opt_int(1)?, row.bool(3)?) {
        (Some(customer), _) => Reach::Own(CustomerId(customer)),
        (None, true) => Reach::Chosen,
        (None, false) => Reach::All,
    };
    Ok(Account {
        id: AccountId(row.int(0)?),
        role,
        reach,
        name: row.text(4)?.to_owned(),
        email: row.text(5)?.to_owned(),
        has_password: row.bool(6)?,
        language: row.text(7)?.to_owned(),
        theme: row.text(8)?.to_owned(),
        signed_in_at: row.opt_int(9)?.map(Timestamp),
        has_microsoft: row.bool(10)?,
        single_keys: if row.bool(11)? { Switch::On } else { Switch::Off },
    })
}

/// What of accounts goes with a customer: its own people's, who of the staff had chosen it, and consents that were asked for.
pub(crate) fn forget_customer(tx: &mut Tx<'_>, book: &Book) -> Result<()> {
    let customer = book.customer.id.0;
    for table in ["session", "sign_in_link", "picked", "microsoft_try"] {
        let sql =
            format!("DELETE FROM {table} WHERE account IN (SELECT id FROM account WHERE customer = $1)");
        tx.exec(&sql, params![customer])?;
    }
    tx.exec("DELETE FROM account_customer WHERE customer = $1", params![customer])?;
    tx.exec("DELETE FROM consent_request WHERE customer = $1", params![customer])?;
    tx.exec("DELETE FROM account WHERE customer = $1", params![customer]).map(drop)
}
