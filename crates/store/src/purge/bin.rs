//! Removed contacts: gone for good, with their pins, their values in the change log, and the links of those who are gone at
//! the source too. Whoever lives there keeps the link, so that the same id comes back with the person.

use model::Timestamp;
use model::ids::{ConnectionId, CustomerId};

use super::Purged;
use crate::db::{Tx, params};
use crate::error::Result;
use crate::mirror::{DELETED, FORGOTTEN};

/// Contacts that leave the bin in one call.
const PIECE: i64 = 100;

pub(super) fn purge(tx: &mut Tx<'_>, customer: CustomerId, before: Timestamp) -> Result<Purged> {
    let gone = expired(tx, customer, before, PIECE)?;
    for id in &gone {
        let values = "DELETE FROM change_value WHERE customer = $1 AND contact = $2 \
                      AND at IN (SELECT at FROM change WHERE contact = $2)";
        tx.exec(values, params![customer.0, *id])?;
        tx.exec("DELETE FROM pin WHERE contact = $1", params![*id])?;
        let links = "DELETE FROM link WHERE contact = $1 AND EXISTS (SELECT 1 FROM source_user u \
                     WHERE u.connection = link.connection AND u.source = link.source AND u.presence IN ($2, $3))";
        tx.exec(links, params![*id, DELETED, FORGOTTEN])?;
        tx.exec("DELETE FROM bin WHERE id = $1", params![*id])?;
    }
    Ok(Purged::of(gone.len() as i64, PIECE))
}

/// Contacts past their term, the oldest first. A plan that is under way may be about to bring one back; one that a killed
/// process left keeps nobody, and finds that out when it goes on.
pub(super) fn expired(
    tx: &mut Tx<'_>,
    customer: CustomerId,
    before: Timestamp,
    limit: i64,
) -> Result<Vec<i64>> {
    let (low, high) = ConnectionId::range(customer);
    let clock = tx.clock();
    let sql = format!(
        "SELECT b.id FROM bin b WHERE (b.id >> 40) = $1 AND b.removed_at < $2 \
               AND b.id NOT IN (SELECT h.contact FROM hold h WHERE h.connection BETWEEN $3 AND $4 AND h.contact IS NOT NULL) \
               AND b.id NOT IN (SELECT l.contact FROM held_person p JOIN link l ON l.connection = p.connection \
               AND l.source = p.source WHERE p.connection BETWEEN $3 AND $4) \
               AND NOT EXISTS (SELECT 1 FROM plan u JOIN lease k ON k.customer = u.customer AND k.expires_at > {clock} \
               WHERE u.customer = $1 AND u.state = 'applying') \
               ORDER BY b.removed_at, b.id LIMIT $5"
    );
    tx.query(&sql, params![customer.0, before.0, low, high, limit], |row| row.int(0))
}
