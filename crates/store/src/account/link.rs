//! Links that sign somebody in once: the owner's first start, somebody new, a forgotten password. A link works a single time
//! and ends by itself; of its token only the SHA-256 is stored.

use model::Timestamp;

use super::session::{Proof, Token, begin};
use super::{Account, AccountId, COLUMNS, NewAccount, alone, has_owner, insert, read};
use crate::db::{Tx, params};
use crate::error::{Result, StoreError};
use crate::refusal::Refusal;
use crate::store::Store;

/// What a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkFor {
    /// The first start: whoever opens it becomes the owner.
    SetUp,
    /// An account: whoever opens it is signed in, and may choose a password.
    Account(AccountId),
    /// The same for somebody who forgot the password; one that was made for the account otherwise goes on working.
    Reset(AccountId),
}

impl LinkFor {
    const fn stored(self) -> (&'static str, Option<i64>) {
        match self {
            Self::SetUp => ("set_up", None),
            Self::Account(id) => ("account", Some(id.0)),
            Self::Reset(id) => ("reset", Some(id.0)),
        }
    }
}

/// What an open link leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignInLink {
    /// The first start.
    SetUp,
    /// This account.
    Account(Account),
    /// This account, whose owner forgot the password.
    Reset(Account),
}

impl Store {
    /// Makes a link that works once until then, in place of those before it that were for the same.
    pub fn make_link(&self, link: LinkFor, ends_at: Timestamp) -> Result<Token> {
        let token = Token::new()?;
        let (purpose, account) = link.stored();
        let digest = token.digest();
        self.db.write(|tx| {
            alone(tx)?;
            if link == LinkFor::SetUp && has_owner(tx)? {
                return Err(Refusal::HasOwner.into());
            }
            let same = "DELETE FROM sign_in_link WHERE purpose = $1 AND COALESCE(account, 0) = $2";
            tx.exec(same, params![purpose, account.unwrap_or(0)])?;
            let sql = "INSERT INTO sign_in_link (digest, purpose, account, ends_at) VALUES ($1, $2, $3, $4)";
            tx.exec(sql, params![&digest, purpose, account, ends_at.0]).map(drop)
        })?;
        Ok(token)
    }

    /// What a link leads to, without using it up; `None` where it was used, has ended, or never was.
    pub fn look_at_link(&self, token: &Token, now: Timestamp) -> Result<Option<SignInLink>> {
        let digest = token.digest();
        self.db.read(|tx| find(tx, &digest, now))
    }

    /// Uses a link of an account up and begins a session; `None` where it does not work any more.
    pub fn sign_in_by_link(&self, token: &Token, agent: &str, now: Timestamp) -> Result<Option<Token>> {
        let digest = token.digest();
        self.db.write(|tx| {
            // Whose row goes signs in: of two at once only one.
            let sql = "DELETE FROM sign_in_link WHERE digest = $1 AND purpose IN ('account', 'reset') AND ends_at > $2 \
                       RETURNING account";
            let Some(account) = tx.query_opt(sql, params![&digest, now.0], |row| row.int(0))? else {
                return Ok(None);
            };
            begin(tx, (AccountId(account), Proof::Link), agent, now).map(Some)
        })
    }

    /// Uses the link of the first start up, makes the owner and begins a session, all of it or nothing; `None` where it does
    /// not work any more.
    pub fn set_up(
        &self,
        token: &Token,
        owner: &NewAccount,
        agent: &str,
        now: Timestamp,
    ) -> Result<Option<Token>> {
        let digest = token.digest();
        self.db.write(|tx| {
            alone(tx)?;
            let Some(SignInLink::SetUp) = find(tx, &digest, now)? else { return Ok(None) };
            if owner.role != model::Role::Owner {
                return Err(StoreError::Invalid("the first account is the owner's".into()));
            }
            let account = insert(tx, owner, now)?;
            tx.exec("DELETE FROM sign_in_link WHERE purpose = 'set_up'", params![])?;
            begin(tx, (account.id, Proof::Password), agent, now).map(Some)
        })
    }
}

fn find(tx: &mut Tx<'_>, digest: &Vec<u8>, now: Timestamp) -> Result<Option<SignInLink>> {
    let sql = "SELECT account, purpose FROM sign_in_link WHERE digest = $1 AND ends_at > $2";
    let found =
        tx.query_opt(sql, params![digest, now.0], |row| Ok((row.opt_int(0)?, row.text(1)? == "reset")))?;
    let Some((account, is_reset)) = found else { return Ok(None) };
    let Some(id) = account else {
        return Ok((!has_owner(tx)?).then_some(SignInLink::SetUp));
    };
    let sql = format!("SELECT {COLUMNS} FROM account a WHERE a.id = $1");
    let account = tx.query_opt(&sql, params![id], read)?;
    Ok(account
        .map(|account| if is_reset { SignInLink::Reset(account) } else { SignInLink::Account(account) }))
}
