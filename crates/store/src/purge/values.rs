//! Values of the change log.

use std::collections::{BTreeMap, BTreeSet};

use model::ids::{ContactId, CustomerId};
use model::{Field, Timestamp};

use super::Purged;
use crate::contact::get;
use crate::db::{Bulk, Tx, Type, Verb, params};
use crate::error::Result;
use crate::history::{self, Former};
use crate::search::{self, Touched};

/// Values dropped by one call.
const PIECE: i64 = 2_000;

const VALUE: Bulk = Bulk {
    table: "change_value",
    columns: &[("customer", Type::Int), ("at", Type::Int), ("contact", Type::Int), ("field", Type::Text)],
    verb: Verb::Delete,
};

/// A value past its term.
pub(super) struct Gone {
    at: i64,
    contact: ContactId,
    field: String,
}

pub(super) fn purge(tx: &mut Tx<'_>, customer: CustomerId, before: Timestamp) -> Result<Purged> {
    let gone = expired(tx, customer, before, PIECE)?;
    drop_values(tx, customer, &gone)?;
    Ok(Purged::of(gone.len() as i64, PIECE))
}

pub(super) fn expired(
    tx: &mut Tx<'_>,
    customer: CustomerId,
    before: Timestamp,
    limit: i64,
) -> Result<Vec<Gone>> {
    let sql = "SELECT at, contact, field FROM change_value WHERE customer = $1 AND at < $2 \
               ORDER BY at, contact, field LIMIT $3";
    tx.query(sql, params![customer.0, before.0, limit], |row| {
        Ok(Gone {
            at: row.int(0)?,
            contact: ContactId::from_stored(row.int(1)?),
            field: row.text(2)?.to_owned(),
        })
    })
}

/// Drops values; contacts that were still found by one of them are indexed anew.
fn drop_values(tx: &mut Tx<'_>, customer: CustomerId, gone: &[Gone]) -> Result<()> {
    let named = gone.iter().filter(|g| Field::named(&g.field).is_some_and(search::names));
    let named: BTreeSet<ContactId> = named.map(|g| g.contact).collect();
    let mut touched = BTreeMap::new();
    for id in named {
        let Some(contact) = get(tx, id)? else { continue };
        let values = |all: &[Former]| all.iter().map(|f| f.value.clone()).collect();
        let former = history::former(tx, id)?;
        touched.insert(id, Touched::before(customer, Some(&contact.values), values(&former)));
    }
    if gone.is_empty() {
        return Ok(());
    }
    let mut bulk = tx.bulk(&VALUE)?;
    for value in gone {
        bulk.row(|v| {
            v.int(customer.0);
            v.int(value.at);
            v.int(value.contact.get());
            v.text(&value.field);
        })?;
    }
    bulk.finish()?;
    for (id, touched) in &mut touched {
        touched.former = history::former(tx, *id)?.into_iter().map(|f| f.value).collect();
    }
    search::replace(tx, customer, &touched)
}
