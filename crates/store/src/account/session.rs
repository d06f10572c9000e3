//! Sessions: a browser that is signed in. It ends when nobody used it for a while, and in any case after some days.

use model::ids::{CustomerId, RunId, Slug};
use model::{Preset, Role, Timestamp};
use rand::TryRngCore;
use rand::rngs::OsRng;
use sha2::{Digest, Sha256};

use super::{Account, AccountId, COLUMNS, Reach, read, tries};
use crate::customer;
use crate::db::{Tx, params};
use crate::error::{Result, StoreError};
use crate::history::By;
use crate::store::{Book, CustomerRow, Store, next};

/// A session that nobody used for so long has ended: eight hours, in milliseconds.
pub const IDLE_MS: i64 = 8 * 3_600_000;
/// Every session has ended after so long: seven days, in milliseconds.
pub const LIFE_MS: i64 = 7 * 24 * 3_600_000;
/// What became of a consent is told for so many days behind its end.
const TOLD_DAYS: i64 = 90;
/// That a session was used is written once in so long, in milliseconds, so that looking at pages writes little.
const NOTED_MS: i64 = 60_000;

/// A secret that proves a session or a link: 256 bits by the system's generator, as 64 hexadecimal digits. What is stored is
/// its SHA-256.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}

impl Token {
    /// A new one.
    pub fn new() -> Result<Self> {
        use std::fmt::Write;
        let mut bytes = [0; 32];
        let made = OsRng.try_fill_bytes(&mut bytes);
        made.map_err(|e| StoreError::Internal(format!("the system gives no random numbers: {e}")))?;
        let mut text = String::with_capacity(64);
        for byte in bytes {
            let _ = write!(text, "{byte:02x}");
        }
        Ok(Self(text))
    }

    /// What somebody sent as one.
    pub fn of(text: &str) -> Option<Self> {
        let is_one = text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        is_one.then(|| Self(text.to_owned()))
    }

    /// To be sent to whom it belongs, and nowhere else.
    pub fn secret(&self) -> &str {
        &self.0
    }

    pub(crate) fn digest(&self) -> Vec<u8> {
        Sha256::digest(self.0.as_bytes()).to_vec()
    }
}

/// How a session began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// With a password.
    Password,
    /// By a link that works once.
    Link,
    /// At Microsoft.
    Microsoft,
}

impl Proof {
    const fn name(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Link => "link",
            Self::Microsoft => "microsoft",
        }
    }

    fn named(name: &str) -> Result<Self> {
        let all = [Self::Password, Self::Link, Self::Microsoft];
        let found = all.into_iter().find(|proof| proof.name() == name);
        found.ok_or_else(|| StoreError::Corrupt("a session began in no known way".into()))
    }
}

/// A session as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// Its number, to end it by.
    pub n: i64,
    /// When it began.
    pub started_at: Timestamp,
    /// When it was last used, to the minute.
    pub seen_at: Timestamp,
    /// The browser's words about itself.
    pub agent: String,
    /// Whether it is the one that asks.
    pub is_this: bool,
}

/// Somebody who is signed in: the only way from a browser to a customer's book.
#[derive(Clone)]
pub struct SignedIn {
    store: Store,
    token: Token,
    /// The account.
    pub account: Account,
    /// How the session began.
    pub proof: Proof,
    /// When.
    pub started_at: Timestamp,
    /// When its owner last proved who they are: with the session's begin, or by typing the password once more.
    pub proved_at: Timestamp,
}

impl Store {
    /// Begins a session of an account after its password was right. What was tried before is forgotten.
    pub fn begin_session(&self, id: AccountId, agent: &str, now: Timestamp) -> Result<Token> {
        self.db.write(|tx| begin(tx, (id, Proof::Password), agent, now))
    }

    /// Who a token is of, if its session lives; that it was used is noted now and then.
    pub fn signed_in(&self, token: &Token, now: Timestamp) -> Result<Option<SignedIn>> {
        let digest = token.digest();
        let sql = format!(
            "SELECT {COLUMNS}, s.proof, s.started_at, s.seen_at, s.proved_at FROM session s JOIN account a ON a.id = s.account \
             WHERE s.digest = $1 AND s.seen_at > $2 AND s.started_at > $3"
        );
        let (idle, old) = (now.0 - IDLE_MS, now.0 - LIFE_MS);
        let found = self.db.look_up(|tx| {
            tx.query_opt(&sql, params![&digest, idle, old], |row| {
                Ok((
                    read(row)?,
                    Proof::named(row.text(12)?)?,
                    Timestamp(row.int(13)?),
                    Timestamp(row.int(14)?),
                    Timestamp(row.int(15)?),
                ))
            })
        })?;
        let Some((account, proof, started_at, seen_at, proved_at)) = found else { return Ok(None) };
        if now.ms_since(seen_at) > NOTED_MS {
            let sql = "UPDATE session SET seen_at = $1 WHERE digest = $2";
            self.db.write(|tx| tx.exec(sql, params![now.0, &digest]).map(drop))?;
        }
        let (store, token) = (self.clone(), token.clone());
        Ok(Some(SignedIn { store, token, account, proof, started_at, proved_at }))
    }

    /// Ends a session.
    pub fn end_session(&self, token: &Token) -> Result<()> {
        let digest = token.digest();
        self.db.write(|tx| tx.exec("DELETE FROM session WHERE digest = $1", params![&digest]).map(drop))
    }

    /// Drops sessions, links and sign-ins that have ended, old tries of passwords, and consents that nobody asks about any more.
    pub fn drop_ended_sessions(&self, now: Timestamp) -> Result<()> {
        self.db.write(|tx| {
            let sql = "DELETE FROM session WHERE seen_at <= $1 OR started_at <= $2";
            tx.exec(sql, params![now.0 - IDLE_MS, now.0 - LIFE_MS])?;
            for table in ["sign_in_link", "microsoft_try"] {
                tx.exec(&format!("DELETE FROM {table} WHERE ends_at <= $1"), params![now.0])?;
            }
            tx.exec(
                "DELETE FROM consent_request WHERE ends_at <= $1 AND outcome <> 'consented'",
                params![now.plus_days(-TOLD_DAYS).0],
            )?;
            tries::drop_old(tx, now)
        })
    }
}

pub(super) fn begin(
    tx: &mut Tx<'_>,
    (id, proof): (AccountId, Proof),
    agent: &str,
    now: Timestamp,
) -> Result<Token> {
    let token = Token::new()?;
    let n = next(tx, "session")?;
    let agent: String = agent.chars().filter(|c| !c.is_control()).take(200).collect();
    let sql = "INSERT INTO session (digest, n, account, started_at, seen_at, proved_at, proof, agent) \
               VALUES ($1, $2, $3, $4, $4, $4, $5, $6)";
    tx.exec(sql, params![&token.digest(), n, id.0, now.0, proof.name(), &agent])?;
    tx.exec("UPDATE account SET signed_in_at = $1 WHERE id = $2", params![now.0, id.0])?;
    tries::forget(tx, id)?;
    Ok(token)
}

impl SignedIn {
    /// What its browser proves itself with.
    pub fn token(&self) -> &Token {
        &self.token
    }

    /// Its owner has typed the right password once more. What was tried before is forgotten.
    pub fn prove(&self, now: Timestamp) -> Result<()> {
        let sql = "UPDATE session SET proved_at = $1 WHERE digest = $2";
        self.store.db.write(|tx| {
            tx.exec(sql, params![now.0, &self.token.digest()])?;
            tries::forget(tx, self.account.id)
        })
    }

    /// The role.
    pub fn role(&self) -> Role {
        self.account.role
    }

    /// The store, for pages of the operator only.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// A customer's book, if there is that customer and it is in reach. Nobody can tell one from the other.
    pub fn book(&self, slug: &str) -> Result<Option<Book>> {
        let Some(book) = self.store.book(slug)? else { return Ok(None) };
        Ok(self.reaches(book.customer.id)?.then_some(Book { by: By::Account(self.account.id), ..book }))
    }

    /// The customer of a run, if it is in reach.
    pub fn customer_of_run(&self, run: RunId) -> Result<Option<Book>> {
        let Some(book) = self.store.customer_of_run(run)? else { return Ok(None) };
        Ok(self.reaches(book.customer.id)?.then_some(book))
    }

    /// All customers in reach, by short name.
    pub fn customers(&self) -> Result<Vec<CustomerRow>> {
        match self.store.customers_of(&self.account)? {
            Some(own) => Ok(own),
            None => self.store.customers(),
        }
    }

    /// Adds a customer and reaches it from then on, both or neither. The operator's staff only.
    pub fn enrol(&self, slug: &Slug, name: &str, preset: Option<Preset>, now: Timestamp) -> Result<Book> {
        if matches!(self.account.reach, Reach::Own(_)) {
            return Err(StoreError::NotFound);
        }
        let row = self.store.db.write(|tx| {
            let row = customer::insert(tx, slug, name, preset, now)?;
            if self.account.reach == Reach::Chosen {
                let sql = "INSERT INTO account_customer (account, customer) VALUES ($1, $2)";
                tx.exec(sql, params![self.account.id.0, row.id.0])?;
            }
            Ok(row)
        })?;
        Ok(Book { store: self.store.clone(), customer: row, by: By::Account(self.account.id) })
    }

    fn reaches(&self, customer: CustomerId) -> Result<bool> {
        match self.account.reach {
            Reach::All => Ok(true),
            Reach::Own(own) => Ok(own == customer),
            Reach::Chosen => {
                let sql = "SELECT 1 FROM account_customer WHERE account = $1 AND customer = $2";
                let id = self.account.id.0;
                let found =
                    self.store.db.look_up(|tx| tx.query_opt(sql, params![id, customer.0], |_| Ok(())));
                Ok(found?.is_some())
            }
        }
    }

    /// The account's sessions, newest first.
    pub fn sessions(&self) -> Result<Vec<SessionRow>> {
        let sql =
            "SELECT n, started_at, seen_at, agent, digest FROM session WHERE account = $1 ORDER BY n DESC";
        let (id, own) = (self.account.id.0, self.token.digest());
        self.store.db.look_up(|tx| {
            tx.query(sql, params![id], |row| {
                Ok(SessionRow {
                    n: row.int(0)?,
                    started_at: Timestamp(row.int(1)?),
                    seen_at: Timestamp(row.int(2)?),
                    agent: row.text(3)?.to_owned(),
                    is_this: row.blob(4)? == own,
                })
            })
        })
    }

    /// Ends one of the account's sessions by its number.
    pub fn end(&self, n: i64) -> Result<()> {
        let sql = "DELETE FROM session WHERE account = $1 AND n = $2";
        self.store.db.write(|tx| tx.exec(sql, params![self.account.id.0, n]).map(drop))
    }
}
