//! What was taken back already, and by which undo: an undo's plan says what it takes back.
//!
//! Rule: an undo that was undone itself took nothing back, nor did one that had to leave everything alone.

use model::Timestamp;
use model::ids::{ConnectionId, ContactId, RunId};

use super::Back;
use crate::db::{Tx, params};
use crate::error::Result;
use crate::refusal::Refusal;
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

/// That an undo which would do nothing has been made already; `None` where it has something else to tell.
pub(super) fn why(
    tx: &mut Tx<'_>,
    book: &Book,
    connection: ConnectionId,
    back: &Back,
) -> Result<Option<Refusal>> {
    let (run, contact) = match back {
        Back::Run(run) => (*run, None),
        Back::OfRun(run, contact) => (*run, Some(*contact)),
        Back::Since(_) | Back::Removal(_) => return Ok(None),
    };
    let sql = "SELECT started_at + duration_ms FROM run WHERE id = $1";
    let ended = tx.query_one(sql, params![run.0], |row| Ok(Timestamp(row.int(0)?)))?;
    let later = later(tx, book, connection, run)?;
    let by = last_over(&later, (run, ended), contact);
    Ok(by.map(|undo| Refusal::UndoneAlready { run, by: undo.run, at: undo.ended }))
}

/// An undo that was applied.
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

/// The last undo that took a run back and was not taken back itself.
fn last_over(later: &[Applied], run: (RunId, Timestamp), contact: Option<ContactId>) -> Option<&Applied> {
    let mut holds: Vec<&Applied> = Vec::new();
    for undo in later.iter().rev() {
        if !holds.iter().any(|after| after.covers((undo.run, undo.ended), contact)) {
            holds.push(undo);
        }
    }
    holds.into_iter().find(|undo| undo.covers(run, contact))
}
