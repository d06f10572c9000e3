//! Former values: names and addresses that a contact had, as long as they are kept, and their end when it is erased.

use std::collections::BTreeMap;

use model::ids::{ContactId, CustomerId};
use model::search::NAMING;
use model::{Field, Timestamp};

use crate::contact::get;
use crate::db::{List, Tx, params};
use crate::error::Result;
use crate::search::{self, Touched};

/// A name or address that a contact had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Former {
    /// Until then.
    pub at: Timestamp,
    /// The name or address.
    pub value: String,
}

pub(crate) const FORMER: &str = "SELECT v.at, v.before, v.contact FROM change c JOIN change_value v \
                      ON v.customer = $1 AND v.at = c.at AND v.contact = c.contact AND v.field = c.field \
                      WHERE c.contact BETWEEN $2 AND $3 AND c.kind = 'changed' AND v.before IS NOT NULL";

/// Former names and addresses of a contact, as far as they are still kept.
pub(crate) fn former(tx: &mut Tx<'_>, contact: ContactId) -> Result<Vec<Former>> {
    former_in(tx, contact, &NAMING)
}

/// Former values of these fields.
pub(crate) fn former_in(tx: &mut Tx<'_>, contact: ContactId, fields: &[Field]) -> Result<Vec<Former>> {
    let sql = format!("{FORMER} AND c.field IN ({})", list(fields));
    let key = params![contact.customer().0, contact.get(), contact.get()];
    tx.query(&sql, key, |row| Ok(Former { at: Timestamp(row.int(0)?), value: row.text(1)?.to_owned() }))
}

/// The same for some contacts of a customer, each with an entry.
pub(crate) fn former_of(
    tx: &mut Tx<'_>,
    customer: CustomerId,
    ids: &[i64],
) -> Result<BTreeMap<ContactId, Vec<String>>> {
    let mut all: BTreeMap<ContactId, Vec<String>> =
        ids.iter().map(|id| (ContactId::from_stored(*id), Vec::new())).collect();
    if ids.is_empty() {
        return Ok(all);
    }
    let of = List::Ints.holds(tx.engine(), 2);
    let sql = format!(
        "SELECT v.contact, v.before FROM change c JOIN change_value v ON v.customer = $1 AND v.at = c.at \
         AND v.contact = c.contact AND v.field = c.field WHERE c.contact {of} AND c.kind = 'changed' \
         AND v.before IS NOT NULL AND c.field IN ({})",
        list(&NAMING)
    );
    tx.for_each(&sql, params![customer.0, ids], |row| {
        all.entry(ContactId::from_stored(row.int(0)?)).or_default().push(row.text(1)?.to_owned());
        Ok(())
    })?;
    Ok(all)
}

/// The same for all contacts of a customer.
pub(crate) fn former_of_customer(
    tx: &mut Tx<'_>,
    customer: CustomerId,
) -> Result<BTreeMap<ContactId, Vec<String>>> {
    let (low, high) = ContactId::range(customer);
    let sql = format!("{FORMER} AND c.field IN ({})", list(&NAMING));
    let mut all: BTreeMap<ContactId, Vec<String>> = BTreeMap::new();
    tx.for_each(&sql, params![customer.0, low, high], |row| {
        all.entry(ContactId::from_stored(row.int(2)?)).or_default().push(row.text(1)?.to_owned());
        Ok(())
    })?;
    Ok(all)
}

fn list(fields: &[Field]) -> String {
    fields.iter().map(|field| format!("'{}'", field.name())).collect::<Vec<_>>().join(", ")
}

/// Takes a contact's words and values out of search index and change log, for erasing a person; that something changed
/// stays known. Call it while the contact's row is still there, and [`search::scrub`] when all are done.
pub(crate) fn erase(tx: &mut Tx<'_>, contact: ContactId) -> Result<()> {
    let customer = contact.customer();
    if let Some(living) = get(tx, contact)? {
        let former = former(tx, contact)?.into_iter().map(|f| f.value).collect();
        let mut touched = Touched::before(customer, Some(&living.values), former);
        touched.now = None;
        search::replace(tx, customer, &BTreeMap::from([(contact, touched)]))?;
    }
    let sql = "DELETE FROM change_value WHERE customer = $1 AND contact = $2 \
               AND at IN (SELECT at FROM change WHERE contact = $2)";
    tx.exec(sql, params![customer.0, contact.get()]).map(drop)
}
