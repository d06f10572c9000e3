//! People who were deleted at the source: Microsoft restores nobody whose account was deleted more than 30 days ago
//! ("Restore or permanently remove recently deleted user"), so their values go. That they are gone, and since when, stays.

use model::Timestamp;
use model::ids::{ConnectionId, CustomerId, SourceId};

use super::Purged;
use crate::db::{Tx, params};
use crate::error::Result;
use crate::mirror::{FORGOTTEN, blank};

/// People forgotten by one call.
const PIECE: i64 = 2_000;

pub(super) fn purge(tx: &mut Tx<'_>, customer: CustomerId, before: Timestamp) -> Result<Purged> {
    let gone = expired(tx, customer, before, PIECE)?;
    if gone.is_empty() {
        return Ok(Purged::All);
    }
    blank(tx, gone.iter().map(|(connection, source)| (*connection, source, FORGOTTEN)))?;
    Ok(Purged::of(gone.len() as i64, PIECE))
}

/// People past their term. Who is held, by whomever, is still being settled.
pub(super) fn expired(
    tx: &mut Tx<'_>,
    customer: CustomerId,
    before: Timestamp,
    limit: i64,
) -> Result<Vec<(i64, SourceId)>> {
    let (low, high) = ConnectionId::range(customer);
    // The index over the deleted knows them by this number.
    let sql = "SELECT u.connection, u.source FROM source_user u \
               WHERE u.connection BETWEEN $1 AND $2 AND u.presence = 1 AND u.since < $3 \
               AND NOT EXISTS (SELECT 1 FROM hold h WHERE h.connection = u.connection AND h.source = u.source) \
               AND NOT EXISTS (SELECT 1 FROM held_person p WHERE p.connection = u.connection AND p.source = u.source) \
               ORDER BY u.connection, u.since LIMIT $4";
    tx.query(sql, params![low, high, before.0, limit], |row| {
        Ok((row.int(0)?, SourceId::from_bytes(row.blob(1)?)))
    })
}
