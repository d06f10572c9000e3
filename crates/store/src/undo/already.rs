//! What was taken back already, and by which undo: an undo's plan says what it takes back.
//!
//! Rule: an undo that was undone itself took nothing back, nor did one that had to leave everything alone. Who undoes a run
//! again that was brought back undoes what brought it back.

use std::collections::BTreeMap;

use model::Timestamp;
use model::ids::{ConnectionId, ContactId, RunId};

use super::Back;
use crate::db::{Tx, params};
use crate::error::Result;
use crate::refusal::{About, Refusal};
use crate::store::Book;

/// The columns `undoes`, `undoes_contact` and `undoes_since` of an undo's plan.
pub(super) fn columns(back: &Back) -> (Option<i64>, Option<i64>, Option<i64>) {
    match back {
        Back::Run(run) => (Some(run.0), None, None),
        Back::OfRun(run, contact) => (Some(run.0), Some(contact.get()), None),
        Back::Since(at) => (None, None, Some(at.0)),
        Back::Removal(_) => (None, None, None),
    }
}

/// What an undo takes back: where an undo of a run was taken back in turn, the run's effects are those of the undo that brought
/// them back, the last one, so that is the one to reverse.
pub(super) fn meant(tx: &mut Tx<'_>, book: &Book, connection: ConnectionId, back: &Back) -> Result<Back> {
    let (chain, direct) = told(tx, book, connection, back)?;
    Ok(match (back, chain.last()) {
        (Back::Run(_), Some(last)) if direct && stands(&chain) => Back::Run(last.run),
        (Back::OfRun(_, contact), Some(last)) if direct && stands(&chain) => Back::OfRun(last.run, *contact),
        _ => *back,
    })
}

/// That an undo which would do nothing has been made already; `None` where it has something else to tell.
pub(super) fn why(
    tx: &mut Tx<'_>,
    book: &Book,
    connection: ConnectionId,
    back: &Back,
) -> Result<Option<Refusal>> {
    let (chain, _) = told(tx, book, connection, back)?;
    let (Back::Run(run) | Back::OfRun(run, _), Some(last)) = (back, chain.last()) else { return Ok(None) };
    let about = if chain.iter().any(|undo| undo.contact.is_some()) { About::Contact } else { About::Run };
    let already = Refusal::UndoneAlready { run: *run, about, by: last.run, at: last.ended };
    Ok((!stands(&chain)).then_some(already))
}

/// That a run was brought back together with others, by an undo of a way back to a time: it has no effects of its own any more.
pub(super) fn among_others(
    tx: &mut Tx<'_>,
    book: &Book,
    connection: ConnectionId,
    back: &Back,
) -> Result<Option<Refusal>> {
    let (chain, direct) = told(tx, book, connection, back)?;
    let (Back::Run(run) | Back::OfRun(run, _), Some(last)) = (back, chain.last()) else { return Ok(None) };
    Ok((stands(&chain) && !direct).then_some(Refusal::BroughtBack { run: *run, by: last.run }))
}

/// The undos about a run, each taking back the one before it, and whether each was about that one alone.
fn told(tx: &mut Tx<'_>, book: &Book, connection: ConnectionId, back: &Back) -> Result<(Vec<Applied>, bool)> {
    let (run, contact) = match back {
        Back::Run(run) => (*run, None),
        Back::OfRun(run, contact) => (*run, Some(*contact)),
        Back::Since(_) | Back::Removal(_) => return Ok((Vec::new(), true)),
    };
    let sql = "SELECT started_at + duration_ms FROM run WHERE id = $1 AND duration_ms IS NOT NULL";
    let Some(ended) = tx.query_opt(sql, params![run.0], |row| Ok(Timestamp(row.int(0)?)))? else {
        return Ok((Vec::new(), true));
    };
    Ok(chain(&later(tx, book, connection, run)?, (run, ended), contact))
}

/// What a run did about single contacts that was undone by itself and brought back: by which undo, for each.
pub(super) fn brought_back_apart(
    tx: &mut Tx<'_>,
    book: &Book,
    connection: ConnectionId,
    (run, ended): (RunId, Timestamp),
) -> Result<BTreeMap<ContactId, RunId>> {
    let later = later(tx, book, connection, run)?;
    let alone = later.iter().filter(|undo| undo.undoes == Some(run)).filter_map(|undo| undo.contact);
    let mut apart = BTreeMap::new();
    for contact in alone {
        let (chain, direct) = chain(&later, (run, ended), Some(contact));
        if let Some(last) = chain.last().filter(|_| direct && stands(&chain)) {
            apart.insert(contact, last.run);
        }
    }
    Ok(apart)
}

/// The undos among these that take back a run, each the one before it.
fn chain(later: &[Applied], mut at: (RunId, Timestamp), contact: Option<ContactId>) -> (Vec<Applied>, bool) {
    let (mut chain, mut direct) = (Vec::new(), true);
    while let Some(next) = later.iter().rev().find(|undo| undo.run.0 > at.0.0 && undo.covers(at, contact)) {
        direct &= next.undoes == Some(at.0);
        at = (next.run, next.ended);
        chain.push(*next);
    }
    (chain, direct)
}

/// Whether what a run did is there: each undo turns that round.
fn stands(chain: &[Applied]) -> bool {
    chain.len().is_multiple_of(2)
}

/// An undo that was applied.
#[derive(Clone, Copy)]
struct Applied {
    run: RunId,
    ended: Timestamp,
    undoes: Option<RunId>,
    contact: Option<ContactId>,
    since: Option<Timestamp>,
}

impl Applied {
    /// Whether it takes back an earlier run, or what that did about a contact.
    fn covers(&self, (run, ended): (RunId, Timestamp), contact: Option<ContactId>) -> bool {
        let whole = self.contact.is_none_or(|only| contact == Some(only));
        (self.undoes == Some(run) && whole) || self.since.is_some_and(|since| ended > since)
    }
}

/// The undos behind a run, oldest first.
fn later(tx: &mut Tx<'_>, book: &Book, connection: ConnectionId, run: RunId) -> Result<Vec<Applied>> {
    let sql = "SELECT p.run, r.started_at + r.duration_ms, p.undoes, p.undoes_contact, p.undoes_since \
               FROM plan p JOIN run r ON r.id = p.run WHERE p.customer = $1 AND p.connection = $2 AND p.run > $3 \
               AND (p.undoes IS NOT NULL OR p.undoes_since IS NOT NULL) AND p.state = 'applied' AND p.operations > 0 \
               ORDER BY p.run";
    tx.query(sql, params![book.customer.id.0, connection.get(), run.0], |row| {
        Ok(Applied {
            run: RunId(row.int(0)?),
            ended: Timestamp(row.int(1)?),
            undoes: row.opt_int(2)?.map(RunId),
            contact: row.opt_int(3)?.map(ContactId::from_stored),
            since: row.opt_int(4)?.map(Timestamp),
        })
    })
}
