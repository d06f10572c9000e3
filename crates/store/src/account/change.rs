//! What of an account is changed later: name, address, role, and which customers it reaches, all of it or nothing.
//!
//! Sessions hold no copy of these, so the next page that somebody asks for goes by the new ones.

use model::Role;
use model::ids::CustomerId;

use super::{Account, AccountId, COLUMNS, Reach, alone, fits, key, read};
use crate::db::{Param, Tx, params};
use crate::error::{Result, StoreError};
use crate::refusal::Refusal;
use crate::store::Store;

/// How an account is to be. Password, Microsoft account, language and theme stay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountChange {
    /// What it may do.
    pub role: Role,
    /// Where.
    pub reach: Reach,
    /// The customers that it reaches where these are chosen.
    pub chosen: Vec<CustomerId>,
    /// As it is shown.
    pub name: String,
    /// The address it signs in with; unique in any spelling.
    pub email: String,
}

impl Store {
    /// Changes an account. The address must be free, and the last owner stays one. Links that were sent to another address than
    /// the new one work no more.
    pub fn change_account(&self, id: AccountId, to: &AccountChange) -> Result<Account> {
        self.db.write(|tx| change(tx, id, to))
    }
}

fn change(tx: &mut Tx<'_>, id: AccountId, to: &AccountChange) -> Result<Account> {
    alone(tx)?;
    if !any(tx, "SELECT 1 FROM account WHERE id = $1", params![id.0])? {
        return Err(StoreError::NotFound);
    }
    fits(to.role, to.reach)?;
    let key = key(&to.email);
    let taken = "SELECT 1 FROM account WHERE email_key = $1 AND id <> $2";
    if any(tx, taken, params![&key, id.0])? {
        return Err(Refusal::AccountExists(to.email.clone()).into());
    }
    if to.role != Role::Owner && is_last_owner(tx, id)? {
        return Err(Refusal::LastOwner.into());
    }
    let customer = match to.reach {
        Reach::All | Reach::Chosen => None,
        Reach::Own(customer) => Some(customer.0),
    };
    let links = "DELETE FROM sign_in_link WHERE account = $1 AND EXISTS (SELECT 1 FROM account WHERE id = $1 AND email_key <> $2)";
    tx.exec(links, params![id.0, &key])?;
    let sql = "UPDATE account SET customer = $1, role = $2, chosen = $3, name = $4, email = $5, email_key = $6 WHERE id = $7";
    let (role, chosen) = (to.role.name(), to.reach == Reach::Chosen);
    tx.exec(sql, params![customer, role, chosen, &to.name, &to.email, &key, id.0])?;
    let reached: &[CustomerId] = if chosen { &to.chosen } else { &[] };
    choose(tx, id, reached)?;
    tx.query_one(&format!("SELECT {COLUMNS} FROM account a WHERE a.id = $1"), params![id.0], read)
}

/// Whether there is a row.
fn any(tx: &mut Tx<'_>, sql: &str, values: &[Param<'_>]) -> Result<bool> {
    Ok(tx.query_opt(sql, values, |_| Ok(()))?.is_some())
}

/// Whether nobody else owns the installation.
pub(super) fn is_last_owner(tx: &mut Tx<'_>, id: AccountId) -> Result<bool> {
    let others = "SELECT 1 FROM account WHERE role = 'owner' AND id <> $1 LIMIT 1";
    let is_owner = "SELECT 1 FROM account WHERE role = 'owner' AND id = $1";
    Ok(any(tx, is_owner, params![id.0])? && !any(tx, others, params![id.0])?)
}

/// The customers that a member of staff reaches, in place of those before.
pub(super) fn choose(tx: &mut Tx<'_>, id: AccountId, customers: &[CustomerId]) -> Result<()> {
    tx.exec("DELETE FROM account_customer WHERE account = $1", params![id.0])?;
    let sql = "INSERT INTO account_customer (account, customer) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    customers.iter().try_for_each(|customer| tx.exec(sql, params![id.0, customer.0]).map(drop))
}
