//! The book in the order of names, page by page: all of it, what a search finds, or what a filter leaves. A page is found by the
//! contact that it follows and not by its number, so it costs the same wherever it lies, and nobody is skipped while others come
//! and go.

#[cfg(test)]
mod tests;
mod which;

use std::collections::BTreeSet;

use model::ids::{ContactId, CustomerId, GroupId};
use model::search::Term;
use model::{Origin, Timestamp};

use crate::contact::BookEntry;
use crate::db::{Param, Tx, params};
use crate::entries::{count_of, of_ids};
use crate::error::Result;
use crate::search::{Hit, found_by};
use crate::store::Book;
use which::{Breadth, Which};

/// Contacts that a search may find before only their first pages are told, and not their number.
pub const COUNTED_UP_TO: i64 = 2_000;

/// Where a page begins or ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// At the first contact.
    Start,
    /// Behind this one. One that is gone is taken for the start.
    Behind(ContactId),
    /// It ends before this one.
    Before(ContactId),
    /// At the first contact of a letter from A to Z, or where it would stand.
    Letter(char),
}

/// Whom a page is about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Each starts a word of the contact or of a group's name; a former name or address counts until its term ends.
    pub terms: Vec<Term>,
    /// Members of this contact group.
    pub group: Option<GroupId>,
    /// Contacts of this origin.
    pub origin: Option<Origin>,
    /// Whether they are linked to somebody at a source.
    pub linked: Option<Linked>,
    /// A value of theirs changed since then; as long as values of the change log are kept.
    pub changed_since: Option<Timestamp>,
    /// Only those who are marked as left.
    pub left: Left,
}

/// Whether contacts are linked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Linked {
    /// They are.
    Yes,
    /// They are not.
    No,
}

/// Whether contacts are marked as left.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Left {
    /// Whether or not.
    #[default]
    Either,
    /// Only those who are.
    Only,
}

/// A page in the order of names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SortedPage {
    /// Who stands on it.
    pub hits: Vec<Hit>,
    /// How many stand before it. `None` within a whole book, where only counting them all would tell, and for a search that
    /// finds more than [`COUNTED_UP_TO`].
    pub before: Option<i64>,
    /// How many there are on all pages; `None` for such a search.
    pub total: Option<i64>,
    /// Whether a page comes before it.
    pub has_before: bool,
    /// Whether one comes behind it.
    pub has_behind: bool,
}

impl Book {
    /// At most `limit` contacts in the order of names.
    pub fn sorted(&self, filter: &Filter, place: Place, limit: i64, now: Timestamp) -> Result<SortedPage> {
        self.store.db.read(|tx| {
            let which = Which::of(tx, self.customer.id, filter)?;
            page(tx, &which, place, limit, now)
        })
    }

    /// How many contacts a filter leaves.
    pub fn sorted_count(&self, filter: &Filter) -> Result<i64> {
        self.store.db.read(|tx| {
            let which = Which::of(tx, self.customer.id, filter)?;
            how_many(tx, &which, None)
        })
    }

    /// The letters from A to Z under which somebody stands in the book.
    pub fn letters(&self) -> Result<Vec<char>> {
        let there = |c: char| {
            let next = char::from(c as u8 + 1);
            format!(
                "CASE WHEN EXISTS (SELECT 1 FROM contact WHERE (id >> 40) = $1 AND sort_key >= '{c}' \
                 AND sort_key < '{next}') THEN '1' ELSE '' END"
            )
        };
        let sql = format!("SELECT {}", ('a'..='z').map(there).collect::<Vec<_>>().join(" || ',' || "));
        self.store.db.look_up(|tx| {
            tx.query_one(&sql, params![self.customer.id.0], |row| {
                let there = row.text(0)?.split(',').zip('A'..='Z');
                Ok(there.filter(|(there, _)| !there.is_empty()).map(|(_, letter)| letter).collect())
            })
        })
    }
}

/// A contact's place in the order.
type Key = (String, i64);

fn page(tx: &mut Tx<'_>, which: &Which, place: Place, limit: i64, now: Timestamp) -> Result<SortedPage> {
    let at = match place {
        Place::Start => None,
        Place::Letter(letter) => Some((Way::Behind, (letter.to_ascii_lowercase().to_string(), i64::MIN))),
        Place::Behind(id) => key_of(tx, which.customer, id)?.map(|at| (Way::Behind, at)),
        Place::Before(id) => key_of(tx, which.customer, id)?.map(|at| (Way::Before, at)),
    };
    let from = at.as_ref().map(|(way, key)| (*way, key));
    let backwards = matches!(from, Some((Way::Before, _)));
    let mut found = ask(tx, which, from, (limit + 1, now))?;
    let more = found.len() as i64 > limit;
    found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    if backwards {
        found.reverse();
    }
    let mut page = SortedPage { hits: hits(tx, &found, &which.terms, now)?, ..SortedPage::default() };
    let mut any = |way, key: Option<&Key>| match key {
        Some(key) => Ok(!ask(tx, which, Some((way, key)), (1, now))?.is_empty()),
        None => Ok::<_, crate::StoreError>(false),
    };
    page.has_before = if backwards { more } else { from.is_some() && any(Way::Before, found.first())? };
    page.has_behind = if backwards { any(Way::Behind, found.last())? } else { more };
    match &which.breadth {
        Breadth::All => {
            page.total = Some(count_of(tx, which.customer)?);
            page.before = from.is_none().then_some(0);
        }
        Breadth::Counted => {
            page.total = Some(how_many(tx, which, None)?);
            page.before = Some(match (from, found.first()) {
                (None, _) | (_, None) => 0,
                (Some(_), Some(first)) => how_many(tx, which, Some(first))?,
            });
        }
        Breadth::TooMany => {}
    }
    Ok(page)
}

/// Which way from a place.
#[derive(Clone, Copy)]
enum Way {
    Behind,
    Before,
}

/// Contacts that are looked at in one piece while the index of names is walked.
const STRIDE: i64 = 256;

/// Contacts from a place on, nearest first. A search that finds too many is met by looking at each in turn: to ask the index of
/// words for all of them takes longer than to come by enough.
fn ask(
    tx: &mut Tx<'_>,
    which: &Which,
    from: Option<(Way, &Key)>,
    (limit, now): (i64, Timestamp),
) -> Result<Vec<Key>> {
    if which.breadth != Breadth::TooMany {
        return stretch(tx, which, from, limit);
    }
    let way = from.map_or(Way::Behind, |(way, _)| way);
    let (mut at, mut found) = (from.map(|(_, key)| key.clone()), Vec::new());
    loop {
        let some = stretch(tx, which, at.as_ref().map(|key| (way, key)), STRIDE)?;
        let met: BTreeSet<i64> =
            hits(tx, &some, &which.terms, now)?.iter().map(|hit| hit.entry.contact.id.get()).collect();
        found.extend(some.iter().filter(|(_, id)| met.contains(id)).cloned());
        found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        match some.into_iter().last() {
            Some(last) if (found.len() as i64) < limit => at = Some(last),
            _ => return Ok(found),
        }
    }
}

/// The next contacts from a place on, as the database has them in order.
fn stretch(tx: &mut Tx<'_>, which: &Which, from: Option<(Way, &Key)>, limit: i64) -> Result<Vec<Key>> {
    let mut all = which.params();
    let next = all.len();
    let (a, b, c) = (next + 1, next + 2, next + 3);
    let (step, order) = match from {
        None => (String::new(), "sort_key, id"),
        Some((Way::Behind, _)) => (format!(" AND (sort_key, id) > (${a}, ${b})"), "sort_key, id"),
        Some((Way::Before, _)) => (format!(" AND (sort_key, id) < (${a}, ${b})"), "sort_key DESC, id DESC"),
    };
    let last = if from.is_some() { c } else { a };
    let sql =
        format!("SELECT id, sort_key FROM contact WHERE {}{step} ORDER BY {order} LIMIT ${last}", which.sql);
    if let Some((_, (key, id))) = from {
        all.extend([Param::Text(key), Param::Int(*id)]);
    }
    all.push(Param::Int(limit));
    tx.query(&sql, &all, |row| Ok((row.text(1)?.to_owned(), row.int(0)?)))
}

/// How many there are, or how many before a place.
fn how_many(tx: &mut Tx<'_>, which: &Which, before: Option<&Key>) -> Result<i64> {
    let mut all = which.params();
    let (a, b) = (all.len() + 1, all.len() + 2);
    let place = before.map_or_else(String::new, |_| format!(" AND (sort_key, id) < (${a}, ${b})"));
    let sql = format!("SELECT COUNT(*) FROM contact WHERE {}{place}", which.sql);
    if let Some((key, id)) = before {
        all.extend([Param::Text(key), Param::Int(*id)]);
    }
    tx.query_one(&sql, &all, |row| row.int(0))
}

/// Where a contact stands or stood: whoever goes to the bin meanwhile keeps the place.
fn key_of(tx: &mut Tx<'_>, customer: CustomerId, id: ContactId) -> Result<Option<Key>> {
    if id.customer() != customer {
        return Ok(None);
    }
    let sql = "SELECT sort_key FROM contact WHERE id = $1 UNION ALL SELECT sort_key FROM bin WHERE id = $1";
    let found = tx.query(sql, params![id.get()], |row| Ok(row.text(0)?.to_owned()))?;
    Ok(found.into_iter().next().map(|key| (key, id.get())))
}

fn hits(tx: &mut Tx<'_>, found: &[Key], terms: &[Term], now: Timestamp) -> Result<Vec<Hit>> {
    let ids: Vec<ContactId> = found.iter().map(|(_, id)| ContactId::from_stored(*id)).collect();
    let mut entries: Vec<Option<BookEntry>> = of_ids(tx, &ids)?.into_iter().map(Some).collect();
    let mut hits = Vec::new();
    for id in ids {
        let at = entries.iter_mut().find(|e| e.as_ref().is_some_and(|e| e.contact.id == id));
        let Some(entry) = at.and_then(Option::take) else { continue };
        if let Some(formerly) = found_by(tx, &entry, terms, now)? {
            hits.push(Hit { entry, formerly });
        }
    }
    Ok(hits)
}
