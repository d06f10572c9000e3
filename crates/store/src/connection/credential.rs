//! A connection's credential: sealed in its row, opened for a run, overwritten at the end.

use model::Timestamp;
use model::ids::ConnectionId;
use secrecy::{ExposeSecret, SecretSlice, SecretString};

use super::EndBy;
use crate::db::{Tx, params};
use crate::error::{Result, StoreError};
use crate::refusal::Refusal;
use crate::seal::{Place, credential_of};
use crate::store::Book;

/// A credential as it is sealed.
#[derive(Clone)]
pub enum StoredCredential {
    /// A client secret.
    Secret(SecretString),
    /// Private key and certificate, PEM.
    Certificate(SecretString),
    /// That of the operator's app, wherever it stands then: a connection holds none of its own.
    Operators,
}

/// How the column `credential_kind` names [`StoredCredential::Operators`].
pub(crate) const OPERATORS: &str = "operator";

impl StoredCredential {
    /// Its kind, as columns name it, and what is to be sealed.
    pub(crate) fn parts(&self) -> (&'static str, Option<&SecretString>) {
        match self {
            Self::Secret(secret) => ("secret", Some(secret)),
            Self::Certificate(pem) => ("certificate", Some(pem)),
            Self::Operators => (OPERATORS, None),
        }
    }

    /// What was sealed, by its kind.
    pub(crate) fn opened(kind: &str, bytes: &SecretSlice<u8>) -> Result<Self> {
        let text = String::from_utf8(bytes.expose_secret().to_vec())
            .map_err(|_| StoreError::Corrupt("a credential is unreadable".into()))?;
        let secret = SecretString::from(text);
        Ok(if kind == "certificate" { Self::Certificate(secret) } else { Self::Secret(secret) })
    }
}

impl Book {
    /// The credential, opened; of a connection by the operator's app that app's.
    pub fn credential(&self, connection: ConnectionId) -> Result<StoredCredential> {
        self.owns(connection)?;
        let sql = "SELECT credential_kind, credential FROM connection WHERE id = $1";
        let (kind, sealed) = self.store.db.look_up(|tx| {
            tx.query_one(sql, params![connection.get()], |row| {
                Ok((row.text(0)?.to_owned(), row.blob(1)?.to_vec()))
            })
        })?;
        if kind == OPERATORS {
            return self.store.operator_credential();
        }
        if sealed.is_empty() {
            return Err(Refusal::CredentialLeftOut.into());
        }
        let row = connection.get().to_be_bytes();
        StoredCredential::opened(&kind, &self.store.keys.open(place(&row), &sealed)?)
    }

    /// When the credential ends, as Microsoft tells it; the end counts as told until a person types another one.
    pub fn learn_credential_end(&self, connection: ConnectionId, ends: Timestamp) -> Result<()> {
        self.owns(connection)?;
        self.store.db.write(|tx| set_credential_end(tx, connection, (Some(ends), EndBy::Told)))
    }
}

/// Notes when the credential ends (`None` where nobody knows), and who says so.
pub(crate) fn set_credential_end(
    tx: &mut Tx<'_>,
    connection: ConnectionId,
    (ends, by): (Option<Timestamp>, EndBy),
) -> Result<()> {
    let sql = "UPDATE connection SET credential_ends_at = $1, credential_end_told = $2 WHERE id = $3";
    tx.exec(sql, params![ends.map(|at| at.0), by.stored(), connection.get()]).map(drop)
}

/// Where a connection's credential is sealed.
pub(crate) fn place(row: &[u8]) -> Place<'_> {
    credential_of("connection", row)
}

/// A deleted row may lie in a free part of its page for years, so the sealed credential is overwritten first.
pub(super) fn overwrite_credential(tx: &mut Tx<'_>, connection: ConnectionId) -> Result<()> {
    let sql = "SELECT LENGTH(credential) FROM connection WHERE id = $1";
    let length = tx.query_one(sql, params![connection.get()], |row| row.int(0))?;
    let blank = vec![0_u8; usize::try_from(length).unwrap_or_default()];
    let sql = "UPDATE connection SET credential = $1 WHERE id = $2";
    tx.exec(sql, params![&blank[..], connection.get()]).map(drop)
}
