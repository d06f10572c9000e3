//! Microsoft accounts of people: an account is bound to tenant id and object id, never to an address (graph-facts 1.9), and
//! sign-ins that are under way.

use model::Timestamp;
use model::ids::SourceId;

use super::session::{Proof, Token, begin};
use super::{Account, AccountId, COLUMNS, SignedIn, read, tries};
use crate::db::params;
use crate::error::{Result, StoreError};
use crate::refusal::Refusal;
use crate::store::Store;

/// A Microsoft account: a tenant's id and the id of a user in it. Both are GUIDs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MicrosoftAccount {
    /// The tenant.
    pub tenant: SourceId,
    /// The user in it.
    pub object: SourceId,
}

/// What somebody goes to Microsoft for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TryFor {
    /// To sign in.
    SignIn,
    /// To bind this account to a Microsoft account.
    Bind(AccountId),
    /// To prove once more that they are who has this account.
    Prove(AccountId),
}

impl TryFor {
    const fn stored(self) -> (&'static str, Option<i64>) {
        match self {
            Self::SignIn => ("sign_in", None),
            Self::Bind(id) => ("bind", Some(id.0)),
            Self::Prove(id) => ("prove", Some(id.0)),
        }
    }

    fn named(name: &str, account: Option<i64>) -> Result<Self> {
        match (name, account.map(AccountId)) {
            ("sign_in", None) => Ok(Self::SignIn),
            ("bind", Some(id)) => Ok(Self::Bind(id)),
            ("prove", Some(id)) => Ok(Self::Prove(id)),
            _ => Err(StoreError::Corrupt("a sign-in is under way for nothing known".into())),
        }
    }
}

/// A sign-in under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MicrosoftTry {
    /// What for.
    pub purpose: TryFor,
    /// The code verifier (RFC 7636).
    pub verifier: String,
    /// What the id token must bring along.
    pub nonce: String,
    /// Where to go then: a path of ours.
    pub back: String,
}

impl Store {
    /// Remembers a sign-in that goes to Microsoft; the answer is the `state` that comes back with it.
    pub fn begin_microsoft_try(
        &self,
        one: &MicrosoftTry,
        now: Timestamp,
        ends_at: Timestamp,
    ) -> Result<Token> {
        let state = Token::new()?;
        let (purpose, account) = one.purpose.stored();
        self.db.write(|tx| {
            // Anybody can begin one, so those that have ended go with each that comes.
            tx.exec("DELETE FROM microsoft_try WHERE ends_at <= $1", params![now.0])?;
            let sql = "INSERT INTO microsoft_try (state, verifier, nonce, purpose, account, back, ends_at) \
                       VALUES ($1, $2, $3, $4, $5, $6, $7)";
            let (verifier, nonce, back) = (one.verifier.as_str(), one.nonce.as_str(), one.back.as_str());
            tx.exec(sql, params![&state.digest(), verifier, nonce, purpose, account, back, ends_at.0])
                .map(drop)
        })?;
        Ok(state)
    }

    /// The sign-in that comes back with a state; once.
    pub fn end_microsoft_try(&self, state: &Token, now: Timestamp) -> Result<Option<MicrosoftTry>> {
        let sql = "DELETE FROM microsoft_try WHERE state = $1 AND ends_at > $2 RETURNING verifier, nonce, purpose, account, back";
        let digest = state.digest();
        self.db.write(|tx| {
            tx.query_opt(sql, params![&digest, now.0], |row| {
                Ok(MicrosoftTry {
                    verifier: row.text(0)?.to_owned(),
                    nonce: row.text(1)?.to_owned(),
                    purpose: TryFor::named(row.text(2)?, row.opt_int(3)?)?,
                    back: row.text(4)?.to_owned(),
                })
            })
        })
    }

    /// The account that is bound to a Microsoft account.
    pub fn account_of_microsoft(&self, who: &MicrosoftAccount) -> Result<Option<Account>> {
        let sql = format!("SELECT {COLUMNS} FROM account a WHERE a.tenant = $1 AND a.object = $2");
        let (tenant, object) = (who.tenant.as_bytes().to_vec(), who.object.as_bytes().to_vec());
        self.db.look_up(|tx| tx.query_opt(&sql, params![&tenant, &object], read))
    }

    /// Begins a session of an account after its owner has signed in at Microsoft.
    pub fn begin_microsoft_session(&self, id: AccountId, agent: &str, now: Timestamp) -> Result<Token> {
        self.db.write(|tx| begin(tx, (id, Proof::Microsoft), agent, now))
    }
}

impl SignedIn {
    /// Binds the account to a Microsoft account, in place of one before. Refused where another account has that one.
    pub fn bind_microsoft(&self, who: &MicrosoftAccount) -> Result<()> {
        let (tenant, object, id) =
            (who.tenant.as_bytes().to_vec(), who.object.as_bytes().to_vec(), self.account.id.0);
        self.store().db.write(|tx| {
            let sql = "SELECT 1 FROM account WHERE tenant = $1 AND object = $2 AND id <> $3";
            if tx.query_opt(sql, params![&tenant, &object, id], |_| Ok(()))?.is_some() {
                return Err(Refusal::MicrosoftAccountTaken.into());
            }
            let sql = "UPDATE account SET tenant = $1, object = $2 WHERE id = $3";
            tx.exec(sql, params![&tenant, &object, id])?;
            tries::forget(tx, self.account.id)
        })
    }

    /// Ends that. Refused where there is no password to sign in with instead.
    pub fn unbind_microsoft(&self) -> Result<()> {
        let sql = "UPDATE account SET tenant = NULL, object = NULL WHERE id = $1 AND password IS NOT NULL";
        let done = self.store().db.write(|tx| tx.exec(sql, params![self.account.id.0]))?;
        if done == 0 { Err(Refusal::NoOtherWayIn.into()) } else { Ok(()) }
    }
}
