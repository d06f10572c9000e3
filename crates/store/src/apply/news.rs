//! What people did since a plan was made: each of their changes leaves a mark in its own transaction, behind those that the
//! plan saw, and whoever is held now and was not then has been held since. What the plan says about such a person is not what
//! would be planned now, so it is planned again.
//!
//! An undo is asked for by a person and planned by no run, so nothing would plan it again: of its rows only removals, which
//! have no *before*, look here.

use std::collections::{BTreeMap, BTreeSet};

use model::Timestamp;
use model::ids::{ConnectionId, ContactId, SourceId};
use model::plan::{OpKind, Step};

use super::head::Head;
use super::{PlanRow, What, ties};
use crate::db::{Tx, params};
use crate::error::{Result, StoreError};
use crate::pending::{self, Newer};

/// What is new since a plan was begun.
pub(super) struct News {
    connection: ConnectionId,
    marks: i64,
    as_of: Timestamp,
    /// The last mark that was ever given when it was looked.
    looked: i64,
    newer: Newer,
    /// People and groups whom a person holds.
    held: BTreeSet<SourceId>,
    /// Operations of a plan that was left: they were released, and are confirmed by id before they are applied.
    released: BTreeSet<(SourceId, OpKind)>,
}

impl News {
    pub(super) fn of(tx: &mut Tx<'_>, connection: ConnectionId, head: &Head) -> Result<Self> {
        let released = if head.left && !head.undo { released(tx, connection)? } else { BTreeSet::new() };
        let Head { marks, as_of, .. } = *head;
        Ok(Self {
            connection,
            marks,
            as_of,
            looked: marks,
            newer: Newer::default(),
            held: BTreeSet::new(),
            released,
        })
    }

    /// Looks again. Where no mark was given since, of whichever customer, that is one row and those who are held.
    pub(super) fn look(&mut self, tx: &mut Tx<'_>) -> Result<()> {
        let sql = "SELECT source FROM held_person WHERE connection = $1";
        let held =
            tx.query(sql, params![self.connection.get()], |row| Ok(SourceId::from_bytes(row.blob(0)?)))?;
        self.held = held.into_iter().collect();
        let last = pending::last(tx)?;
        if last != self.looked {
            self.newer = pending::newer(tx, self.connection, self.marks, self.as_of)?;
            self.looked = last;
        }
        Ok(())
    }

    /// Whether everybody is planned again anyway.
    pub(super) fn is_about_everybody(&self) -> bool {
        self.newer.everybody
    }

    pub(super) fn is_about_nobody(&self) -> bool {
        !self.newer.everybody && self.newer.people.is_empty() && self.held.is_empty()
    }

    /// Whether somebody is marked already.
    pub(super) fn marks(&self, person: &SourceId) -> bool {
        self.newer.people.contains(person)
    }

    fn moved(&self, person: &SourceId) -> bool {
        self.marks(person) || self.held.contains(person)
    }

    /// Whether the operation, which the plan does not hold, is not to be done as it was planned.
    pub(super) fn is_about(&self, row: &PlanRow) -> bool {
        let What::Person { step, .. } = &row.what else {
            return row.undo.is_none() && self.held.contains(&row.source);
        };
        if row.undo.is_some() && !matches!(step, Step::Remove { .. }) {
            return false;
        }
        let gone = match step {
            Step::Relink { from, .. } => self.moved(from),
            _ => false,
        };
        gone || self.moved(&row.source) || self.released.contains(&(row.source.clone(), row.kind))
    }

    /// Contacts of these people, with them: their memberships wait with them.
    pub(super) fn contacts(&self, tx: &mut Tx<'_>) -> Result<BTreeMap<ContactId, SourceId>> {
        let people: Vec<&[u8]> = self.newer.people.iter().chain(&self.held).map(SourceId::as_bytes).collect();
        if people.is_empty() {
            return Ok(BTreeMap::new());
        }
        let linked = ties::links(tx, self.connection, &people)?;
        Ok(linked.into_iter().map(|(source, contact)| (contact, source)).collect())
    }
}

fn released(tx: &mut Tx<'_>, connection: ConnectionId) -> Result<BTreeSet<(SourceId, OpKind)>> {
    let sql = "SELECT source, kind FROM hold WHERE connection = $1 AND released_at IS NOT NULL";
    let all = tx.query(sql, params![connection.get()], |row| {
        let kind = OpKind::named(row.text(1)?);
        let kind = kind.ok_or_else(|| StoreError::Corrupt("a hold is unreadable".into()))?;
        Ok((SourceId::from_bytes(row.blob(0)?), kind))
    })?;
    Ok(all.into_iter().collect())
}
