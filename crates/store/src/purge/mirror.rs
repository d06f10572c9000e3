//! People who were deleted at the source: Microsoft restores nobody whose account was deleted more than 30 days ago
//! ("Restore or permanently remove recently deleted user"), so their values go. That they are gone, and since when, stays.

use model::Timestamp;
use model::ids::{ConnectionId, CustomerId, SourceId};

use super::Purged;
use crate::codec::{Encoder, encode_user};
use crate::db::{Bulk, Tx, Type, Verb, params};
use crate::error::Result;
use crate::mirror::{FORGOTTEN, nobody};

/// People forgotten by one call.
const PIECE: i64 = 2_000;

const USER: Bulk<'_> = Bulk {
    table: "source_user",
    columns: &[
        ("connection", Type::Int),
        ("source", Type::Blob),
        ("presence", Type::Int),
        ("key_digest", Type::Int),
        ("upn_digest", Type::Int),
        ("body", Type::Blob),
    ],
    verb: Verb::Update { keys: 2 },
};

pub(super) fn purge(tx: &mut Tx<'_>, customer: CustomerId, before: Timestamp) -> Result<Purged> {
    let gone = expired(tx, customer, before, PIECE)?;
    if gone.is_empty() {
        return Ok(Purged::All);
    }
    let mut body = Encoder::new();
    let mut bulk = tx.bulk(&USER)?;
    for (connection, source) in &gone {
        encode_user(&mut body, &nobody(source.clone()));
        bulk.row(|v| {
            v.int(*connection);
            v.blob(source.as_bytes());
            v.int(FORGOTTEN);
            v.opt_int(None);
            v.opt_int(None);
            v.blob(&body.bytes);
        })?;
    }
    bulk.finish()?;
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
