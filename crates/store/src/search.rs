//! Finding contacts by words (W5): the index ([`index`]) and the names of contact groups say who may be meant, and each is
//! compared with the contact once more, so a word too many in the index shows nobody.

mod index;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use model::Timestamp;
use model::ids::{ContactId, CustomerId};
use model::search::{Term, Words};

use crate::contact::BookEntry;
use crate::db::{Tx, params};
use crate::entries::of_ids;
use crate::error::Result;
use crate::history::{self, Former};
use crate::store::Book;

pub(crate) use index::{Touched, fill, names, reindex, remove_customer, replace, scrub};
use index::{any, find, first_behind};

/// A contact that a search found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The contact.
    pub entry: BookEntry,
    /// Former names and addresses by which it was found; empty where it is found as it is.
    pub formerly: Vec<String>,
}

/// A page of what was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hits {
    /// Contacts in the order of their ids.
    pub hits: Vec<Hit>,
    /// Where the next page goes on; `None` at the end.
    pub next: Option<ContactId>,
}

impl Book {
    /// Contacts in which, or in whose group's name, each term starts a word; at most `limit` behind `after`, in the order
    /// of ids. Nobody is found without terms. A former name or address counts until its term ends.
    pub fn search(
        &self,
        terms: &[Term],
        after: Option<ContactId>,
        limit: i64,
        now: Timestamp,
    ) -> Result<Hits> {
        if terms.is_empty() {
            return Ok(Hits { hits: Vec::new(), next: None });
        }
        self.store.db.read(|tx| {
            let ids = candidates(tx, self.customer.id, terms, after, limit)?;
            let next = ids.last().copied().filter(|_| ids.len() as i64 == limit);
            let mut hits = Vec::new();
            for entry in of_ids(tx, &ids)? {
                if let Some(formerly) = found_by(tx, &entry, terms, now)? {
                    hits.push(Hit { entry, formerly });
                }
            }
            Ok(Hits { hits, next })
        })
    }
}

impl Book {
    /// The former names and addresses by which these contacts are found, of those that are not found as they are.
    pub fn found_formerly(
        &self,
        ids: &[ContactId],
        terms: &[Term],
        now: Timestamp,
    ) -> Result<BTreeMap<ContactId, Vec<String>>> {
        let own: Vec<ContactId> =
            ids.iter().copied().filter(|id| id.customer() == self.customer.id).collect();
        self.store.db.read(|tx| {
            let mut found = BTreeMap::new();
            for entry in of_ids(tx, &own)? {
                let formerly = found_by(tx, &entry, terms, now)?.unwrap_or_default();
                if !formerly.is_empty() {
                    found.insert(entry.contact.id, formerly);
                }
            }
            Ok(found)
        })
    }
}

/// Compares a candidate with the terms: the former values that were needed, or `None` where it is not meant.
pub(crate) fn found_by(
    tx: &mut Tx<'_>,
    entry: &BookEntry,
    terms: &[Term],
    now: Timestamp,
) -> Result<Option<Vec<String>>> {
    let mut words = Words::of(&entry.contact.values);
    for (_, name) in &entry.groups {
        words.add_text(name);
    }
    let missing: Vec<&Term> = terms.iter().filter(|term| !words.has(term)).collect();
    if missing.is_empty() {
        return Ok(Some(Vec::new()));
    }
    let mut former = history::former(tx, entry.contact.id)?;
    former.retain(|f| f.at >= history::kept_since(now));
    let of = |f: &Former| {
        let mut words = Words::default();
        words.add_text(&f.value);
        words
    };
    let all: Vec<(Words, String)> = former.into_iter().map(|f| (of(&f), f.value)).collect();
    let met = missing.iter().all(|term| all.iter().any(|(words, _)| words.has(term)));
    let named = all.into_iter().filter(|(words, _)| missing.iter().any(|term| words.has(term)));
    let mut named: Vec<String> = named.map(|(_, value)| value).collect();
    named.sort_unstable();
    named.dedup();
    Ok(met.then_some(named))
}

/// Who may be meant: by the index, or by the groups whose names a term starts a word of.
pub(crate) fn candidates(
    tx: &mut Tx<'_>,
    customer: CustomerId,
    terms: &[Term],
    after: Option<ContactId>,
    limit: i64,
) -> Result<Vec<ContactId>> {
    let groups = groups_of(tx, customer, terms)?;
    let plain = terms.iter().zip(&groups).filter(|(_, of)| of.is_empty()).map(|(term, _)| term);
    let plain: Vec<&Term> = plain.collect();
    if plain.len() == terms.len() {
        return find(tx, customer, &plain, after, limit);
    }
    let mut sets = Vec::new();
    if !plain.is_empty() {
        sets.push(find(tx, customer, &plain, after, i64::MAX)?);
    }
    let (_, last) = ContactId::range(customer);
    let first = first_behind(customer, after);
    for (term, groups) in terms.iter().zip(&groups).filter(|(_, of)| !of.is_empty()) {
        let mut set = find(tx, customer, &[term], after, i64::MAX)?;
        let sql = "SELECT contact FROM contact_member WHERE contact_group = $1 AND contact BETWEEN $2 AND $3";
        for group in groups {
            tx.for_each(sql, params![*group, first, last], |row| {
                set.push(ContactId::from_stored(row.int(0)?));
                Ok(())
            })?;
        }
        set.sort_unstable();
        set.dedup();
        sets.push(set);
    }
    let mut sets = sets.into_iter();
    let mut found = sets.next().unwrap_or_default();
    for set in sets {
        found.retain(|id| set.binary_search(id).is_ok());
    }
    found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(found)
}

/// Who may be meant, in no order; no more than `limit`.
pub(crate) fn few(
    tx: &mut Tx<'_>,
    customer: CustomerId,
    terms: &[Term],
    limit: i64,
) -> Result<Vec<ContactId>> {
    let plain: Vec<&Term> = terms.iter().collect();
    if groups_of(tx, customer, terms)?.iter().all(Vec::is_empty) {
        return any(tx, customer, &plain, limit);
    }
    candidates(tx, customer, terms, None, limit)
}

/// For each term the contact groups in whose name it starts a word.
fn groups_of(tx: &mut Tx<'_>, customer: CustomerId, terms: &[Term]) -> Result<Vec<Vec<i64>>> {
    let (low, high) = ContactId::range(customer);
    let mut groups = vec![Vec::new(); terms.len()];
    let mut words = Words::default();
    let sql = "SELECT id, name FROM contact_group WHERE id BETWEEN $1 AND $2 ORDER BY id";
    tx.for_each(sql, params![low, high], |row| {
        words.clear();
        words.add_text(row.text(1)?);
        for (term, found) in terms.iter().zip(&mut groups) {
            if words.has(term) {
                found.push(row.int(0)?);
            }
        }
        Ok(())
    })?;
    Ok(groups)
}
