//! *Kept out*: who must not come back. The ids of a directory are never given twice, so an id is enough and no value is kept.

use model::Timestamp;
use model::ids::{ConnectionId, SourceId};
use model::scope::KeptOut;

use crate::db::{Tx, params};
use crate::error::{Result, StoreError};
use crate::lease::Lease;
use crate::store::Book;

/// A line of *kept out*.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptOutRow {
    /// The connection that the id is of.
    pub connection: ConnectionId,
    /// The source user.
    pub source: SourceId,
    /// Why.
    pub reason: KeptOut,
    /// Since when.
    pub at: Timestamp,
}

impl Book {
    /// Who must not come back, by the time of the line.
    pub fn kept_out(&self) -> Result<Vec<KeptOutRow>> {
        let (low, high) = ConnectionId::range(self.customer.id);
        let sql = "SELECT connection, source, reason, at FROM kept_out WHERE connection BETWEEN $1 AND $2 \
                   ORDER BY at, source";
        self.store.db.read(|tx| {
            tx.query(sql, params![low, high], |row| {
                Ok(KeptOutRow {
                    connection: ConnectionId::from_stored(row.int(0)?),
                    source: SourceId::from_bytes(row.blob(1)?),
                    reason: reason(row.text(2)?)?,
                    at: Timestamp(row.int(3)?),
                })
            })
        })
    }

    /// Lets a person back in: the next run reads everything, for the mirror knows nothing of them. Answers whether the
    /// person was kept out.
    pub fn let_back_in(&self, lease: Option<&Lease>, source: &SourceId) -> Result<bool> {
        let (low, high) = ConnectionId::range(self.customer.id);
        self.store.db.write(|tx| {
            self.alone(tx, lease)?;
            let key = params![low, high, source.as_bytes()];
            let gone = "DELETE FROM kept_out WHERE connection BETWEEN $1 AND $2 AND source = $3";
            if tx.exec(gone, key)? == 0 {
                return Ok(false);
            }
            tx.exec("DELETE FROM source_user WHERE connection BETWEEN $1 AND $2 AND source = $3", key)?;
            let sql =
                "UPDATE connection SET users_cursor = NULL, groups_cursor = NULL WHERE id BETWEEN $1 AND $2";
            tx.exec(sql, params![low, high])?;
            Ok(true)
        })
    }
}

pub(crate) fn reason(name: &str) -> Result<KeptOut> {
    KeptOut::named(name)
        .ok_or_else(|| StoreError::Corrupt("the reason of a kept-out line is unreadable".into()))
}

/// Writes the line that keeps a person out; an older line keeps its time.
pub(crate) fn keep_out(
    tx: &mut Tx<'_>,
    connection: ConnectionId,
    source: &SourceId,
    reason: KeptOut,
    at: Timestamp,
) -> Result<()> {
    let sql = "INSERT INTO kept_out (connection, source, reason, at) VALUES ($1, $2, $3, $4) \
               ON CONFLICT (connection, source) DO UPDATE SET reason = excluded.reason";
    tx.exec(sql, params![connection.get(), source.as_bytes(), reason.name(), at.0]).map(drop)
}
