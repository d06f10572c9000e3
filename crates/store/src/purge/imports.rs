//! CSV imports past their term: what they changed can be taken back no more, for the values before are gone.

use model::Timestamp;
use model::ids::CustomerId;

use super::Purged;
use crate::db::{Tx, params};
use crate::error::Result;

/// Imports dropped in one call.
const PIECE: i64 = 20;

pub(super) fn purge(tx: &mut Tx<'_>, customer: CustomerId, before: Timestamp) -> Result<Purged> {
    let gone = expired(tx, customer, before, PIECE)?;
    for id in &gone {
        tx.exec("DELETE FROM csv_import_row WHERE import = $1", params![*id])?;
        tx.exec("DELETE FROM csv_import WHERE id = $1", params![*id])?;
    }
    Ok(Purged::of(gone.len() as i64, PIECE))
}

/// Imports past their term, the oldest first.
pub(super) fn expired(
    tx: &mut Tx<'_>,
    customer: CustomerId,
    before: Timestamp,
    limit: i64,
) -> Result<Vec<i64>> {
    let sql = "SELECT id FROM csv_import WHERE customer = $1 AND at < $2 ORDER BY at, id LIMIT $3";
    tx.query(sql, params![customer.0, before.0, limit], |row| row.int(0))
}
