//! Tries of passwords. Each is counted before anybody looks whether it is right, in the statement that asks whether one may
//! try, so that guesses that come at once count like those that come one after the other. An address without an account is
//! counted like one that has one: nobody learns from the lock which is which.

use model::{Timestamp, role};
use sha2::{Digest, Sha256};

use super::{AccountId, key};
use crate::db::{Tx, params};
use crate::error::Result;
use crate::store::Store;

/// Tries are forgotten after so long: a day, in milliseconds.
const KEPT_MS: i64 = 24 * 3_600_000;

/// Whether a password may be tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Try {
    /// Yes, and it is counted; nobody where no account has that address.
    Open(Option<PasswordOf>),
    /// Not before then.
    Locked(Timestamp),
}

/// What a sign-in with a password needs to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasswordOf {
    /// Whose.
    pub account: AccountId,
    /// The hash (PHC string), where there is one.
    pub hash: Option<String>,
}

impl Store {
    /// Counts a try of a password for an address, in any spelling, and answers what to compare it with. A session, or another
    /// password, forgets the tries.
    pub fn try_password(&self, email: &str, now: Timestamp) -> Result<Try> {
        let key = key(email);
        let digest = digest(&key);
        let count = "INSERT INTO password_try (digest, failures, tried_at) VALUES ($1, 1, $2) ON CONFLICT (digest) DO UPDATE \
                     SET failures = password_try.failures + 1, tried_at = excluded.tried_at \
                     WHERE password_try.locked_until IS NULL OR password_try.locked_until <= excluded.tried_at RETURNING failures";
        let locked = "SELECT locked_until FROM password_try WHERE digest = $1";
        let lock = "UPDATE password_try SET locked_until = $1 WHERE digest = $2";
        let of = "SELECT id, password FROM account WHERE email_key = $1";
        self.db.write(|tx| {
            let Some(failures) = tx.query_opt(count, params![&digest, now.0], |row| row.int(0))? else {
                let until = tx.query_opt(locked, params![&digest], |row| row.opt_int(0))?.flatten();
                return Ok(Try::Locked(Timestamp(until.unwrap_or(now.0))));
            };
            let until = role::lock_ms(failures).map(|ms| now.0 + ms);
            tx.exec(lock, params![until, &digest])?;
            let read = tx.query_opt(of, params![&key], |row| {
                Ok(PasswordOf {
                    account: AccountId(row.int(0)?),
                    hash: row.opt_text(1)?.map(ToOwned::to_owned),
                })
            });
            read.map(Try::Open)
        })
    }
}

/// Forgets what was tried for an account's address.
pub(super) fn forget(tx: &mut Tx<'_>, id: AccountId) -> Result<()> {
    let sql = "SELECT email_key FROM account WHERE id = $1";
    let Some(key) = tx.query_opt(sql, params![id.0], |row| Ok(row.text(0)?.to_owned()))? else {
        return Ok(());
    };
    tx.exec("DELETE FROM password_try WHERE digest = $1", params![&digest(&key)]).map(drop)
}

/// Drops tries that are old enough.
pub(super) fn drop_old(tx: &mut Tx<'_>, now: Timestamp) -> Result<()> {
    tx.exec("DELETE FROM password_try WHERE tried_at <= $1", params![now.0 - KEPT_MS]).map(drop)
}

fn digest(key: &str) -> Vec<u8> {
    Sha256::digest(key.as_bytes()).to_vec()
}
