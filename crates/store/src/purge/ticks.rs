//! Ticks that nobody touched for a week: they are read no more, and say whom somebody looked at.

use model::Timestamp;
use model::ids::{ConnectionId, CustomerId};

use super::Purged;
use crate::db::{Tx, params};
use crate::error::Result;

/// Pages of ticks dropped in one call: one for each connection, account and kind, as many rows as somebody ticked alone.
const PIECE: i64 = 20;

pub(super) fn purge(tx: &mut Tx<'_>, customer: CustomerId, before: Timestamp) -> Result<Purged> {
    let gone = expired(tx, customer, before, PIECE)?;
    for [connection, account, kind] in &gone {
        let sql = "DELETE FROM picked WHERE connection = $1 AND account = $2 AND kind = $3";
        tx.exec(sql, params![*connection, *account, *kind])?;
    }
    Ok(Purged::of(gone.len() as i64, PIECE))
}

/// Pages whose last tick is past its term, by connection, account and kind.
pub(super) fn expired(
    tx: &mut Tx<'_>,
    customer: CustomerId,
    before: Timestamp,
    limit: i64,
) -> Result<Vec<[i64; 3]>> {
    let (low, high) = ConnectionId::range(customer);
    let sql = "SELECT connection, account, kind FROM picked WHERE connection BETWEEN $1 AND $2 \
               GROUP BY connection, account, kind HAVING MAX(at) < $3 ORDER BY connection, account, kind LIMIT $4";
    tx.query(sql, params![low, high, before.0, limit], |row| Ok([row.int(0)?, row.int(1)?, row.int(2)?]))
}
