//! What can be undone: the applied plans, newest first.

use std::collections::BTreeSet;

use model::Timestamp;
use model::ids::{ConnectionId, ContactId, PlanId, RunId};

use super::{Back, already, is_about};
use crate::db::{Row, Tx, params};
use crate::error::{Result, StoreError};
use crate::plan::PlanRow;
use crate::refusal::Refusal;
use crate::store::Book;

/// A run that can be undone.
pub(super) struct Head {
    pub(super) plan: PlanId,
    pub(super) run: RunId,
    pub(super) progress: i64,
    pub(super) ended: Timestamp,
    pub(super) about: Whom,
}

/// Whom of those whom a run touched an undo takes back with it.
#[derive(Clone)]
pub(super) enum Whom {
    /// All of them, and the contact groups.
    All,
    /// This contact.
    Only(ContactId),
    /// All others: what the run did about these was undone by itself and brought back, by runs of its own.
    AllBut(BTreeSet<ContactId>),
}

impl Whom {
    /// Whether a contact is taken back.
    pub(super) fn takes(&self, contact: ContactId) -> bool {
        match self {
            Self::All => true,
            Self::Only(only) => *only == contact,
            Self::AllBut(others) => !others.contains(&contact),
        }
    }

    /// Whether an operation about a person is reversed.
    pub(super) fn takes_row(&self, row: &PlanRow) -> bool {
        match self {
            Self::All => true,
            Self::Only(only) => is_about(row, *only),
            Self::AllBut(others) => !others.iter().any(|id| is_about(row, *id)),
        }
    }
}

const HEAD: &str = "SELECT p.id, p.progress, r.id, r.started_at + r.duration_ms FROM plan p JOIN run r ON r.id = p.run \
                    WHERE p.customer = $1 AND p.connection = $2 AND p.state = 'applied'";

/// The plans that an undo reverses, newest first.
pub(super) fn heads(
    tx: &mut Tx<'_>,
    book: &Book,
    connection: ConnectionId,
    back: &Back,
) -> Result<Vec<Head>> {
    match back {
        Back::Run(run) => whole(tx, book, connection, *run),
        Back::OfRun(run, contact) => {
            Ok(vec![Head { about: Whom::Only(*contact), ..one(tx, book, connection, *run)? }])
        }
        Back::Since(at) => since(tx, book, connection, *at),
        Back::Removal(_) => Ok(Vec::new()),
    }
}

/// A run, with the undos that brought back what was undone of it about a contact alone: those are later.
fn whole(tx: &mut Tx<'_>, book: &Book, connection: ConnectionId, run: RunId) -> Result<Vec<Head>> {
    let head = one(tx, book, connection, run)?;
    let apart = already::brought_back_apart(tx, book, connection, (run, head.ended))?;
    if apart.is_empty() {
        return Ok(vec![head]);
    }
    let mut heads = Vec::new();
    for (contact, by) in &apart {
        heads.push(Head { about: Whom::Only(*contact), ..one(tx, book, connection, *by)? });
    }
    heads.sort_unstable_by_key(|head| std::cmp::Reverse(head.plan));
    heads.push(Head { about: Whom::AllBut(apart.into_keys().collect()), ..head });
    Ok(heads)
}

fn one(tx: &mut Tx<'_>, book: &Book, connection: ConnectionId, run: RunId) -> Result<Head> {
    let customer = book.customer.id.0;
    let known = changed(tx, "id = $2 AND customer = $1", params![customer, run.0])?;
    let (_, wrote) = known.first().copied().ok_or(StoreError::NotFound)?;
    let sql = format!("{HEAD} AND r.id = $3 ORDER BY p.id DESC LIMIT 1");
    let found = tx.query_opt(&sql, params![customer, connection.get(), run.0], read)?;
    found.ok_or_else(|| {
        let why = if wrote { Refusal::Forgotten } else { Refusal::NothingToUndo };
        why.into()
    })
}

fn since(tx: &mut Tx<'_>, book: &Book, connection: ConnectionId, at: Timestamp) -> Result<Vec<Head>> {
    let customer = book.customer.id.0;
    let sql = format!("{HEAD} AND r.started_at + r.duration_ms > $3 ORDER BY p.id DESC");
    let heads = tx.query(&sql, params![customer, connection.get(), at.0], read)?;
    // Half a way back would be no book that ever was.
    let of = "customer = $1 AND started_at + duration_ms > $2";
    let all = changed(tx, of, params![customer, at.0])?;
    if all.iter().any(|(run, changed)| *changed && !heads.iter().any(|h| h.run == *run)) {
        return Err(Refusal::Forgotten.into());
    }
    if heads.is_empty() {
        return Err(Refusal::NothingSince.into());
    }
    Ok(heads)
}

/// Runs, and whether each changed the book.
fn changed(tx: &mut Tx<'_>, of: &str, key: &[crate::db::Param<'_>]) -> Result<Vec<(RunId, bool)>> {
    let sql = format!(
        "SELECT id, created + updated + removed + adopted + unlinked + memberships FROM run WHERE {of}"
    );
    tx.query(&sql, key, |row| Ok((RunId(row.int(0)?), row.int(1)? > 0)))
}

fn read(row: &Row<'_>) -> Result<Head> {
    Ok(Head {
        plan: PlanId(row.int(0)?),
        progress: row.int(1)?,
        run: RunId(row.int(2)?),
        ended: Timestamp(row.int(3)?),
        about: Whom::All,
    })
}
