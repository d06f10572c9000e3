//! A connection's credential: sealed in its row, opened for a run, overwritten at the end.

use model::Timestamp;
use model::ids::ConnectionId;
use secrecy::{ExposeSecret, SecretSlice, SecretString};

use super::EndBy;
use crate::db::{Tx, params};
use crate::error::{Result, StoreError};
use crate::refusal::Refusal;
use crate::seal::Place;
use crate::store::Book;

/// A credential as it is sealed.
#[derive(Clone)]
pub enum StoredCredential {
    /// A client secret.
    Secret(SecretString),
    /// Private key and certificate, PEM.
    Certificate(SecretString),
}

impl Book {
    /// The credential, opened.
    pub fn credential(&self, connection: ConnectionId) -> Result<StoredCredential> {
        self.owns(connection)?;
        let sql = "SELECT credential_kind, credential FROM connection WHERE id = $1";
        let (kind, sealed) = self.store.db.look_up(|tx| {
            tx.query_one(sql, params![connection.get()], |row| {
                Ok((row.text(0)?.to_owned(), row.blob(1)?.to_vec()))
            })
        })?;
        if sealed.is_empty() {
            return Err(Refusal::CredentialLeftOut.into());
        }
        let opened: SecretSlice<u8> =
            self.store.keys.open(place(&connection.get().to_be_bytes()), &sealed)?;
        let text = String::from_utf8(opened.expose_secret().to_vec())
            .map_err(|_| StoreError::Corrupt("a credential is unreadable".into()))?;
        let secret = SecretString::from(text);
        Ok(if kind == "certificate" {
            StoredCredential::Certificate(secret)
        } else {
            StoredCredential::Secret(secret)
        })
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
    Place { table: "connection", row, column: "credential" }
}

/// A deleted row may lie in a free part of its page for years, so the sealed credential is overwritten first.
pub(super) fn overwrite_credential(tx: &mut Tx<'_>, connection: ConnectionId) -> Result<()> {
    let sql = "SELECT LENGTH(credential) FROM connection WHERE id = $1";
    let length = tx.query_one(sql, params![connection.get()], |row| row.int(0))?;
    let blank = vec![0_u8; usize::try_from(length).unwrap_or_default()];
    let sql = "UPDATE connection SET credential = $1 WHERE id = $2";
    tx.exec(sql, params![&blank[..], connection.get()]).map(drop)
}
