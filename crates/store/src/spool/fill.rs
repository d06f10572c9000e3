//! Fills a blank mirror, piece by piece and while more is still being read: all users once they were listed, sorted, all
//! groups likewise, and memberships by the ten thousand as they come. What is told later of somebody who was laid down already
//! is laid over it.
//!
//! Rule: nobody is planned before the end of the fill marks the mirror complete. A fill that is killed leaves a mirror in
//! part, and the next complete read is compared with it (`lay`).

use model::ids::{ConnectionId, SourceId};

use super::sorter::{Record, Sorted, Sorter, Tag};
use super::{Parts, Spool, named, parts};
use crate::db::{Bulk, Tx, Type, Verb, params};
use crate::error::Result;
use crate::fault;
use crate::lease::Lease;
use crate::mirror::{self, ReadEnd};
use crate::store::Book;

/// Rows per transaction, and memberships that make a piece: sorted and large, so that the cost of a row does not grow.
const FILL: usize = 50_000;

/// Where there is nothing yet of their kind, nothing can clash.
const FRESH: Verb = Verb::Insert { on_conflict: "" };
const NEW_USER: Bulk<'_> = Bulk { verb: FRESH, ..mirror::USER };
const NEW_GROUP: Bulk<'_> = Bulk { verb: FRESH, ..mirror::GROUP };
const NEW_MEMBER: Bulk<'_> = Bulk { verb: FRESH, ..mirror::JOIN };
const NO_USER: Bulk<'_> = Bulk {
    table: "source_user",
    columns: &[("connection", Type::Int), ("source", Type::Blob)],
    verb: Verb::Delete,
};
const NO_GROUP: Bulk<'_> = Bulk { table: "source_group", ..NO_USER };

/// Rows of one kind on their way into a mirror that was blank.
pub struct Piece {
    rows: Rows,
    onto: Onto,
}

enum Rows {
    Users(Sorter),
    Groups(Sorter),
    Members(Sorter),
}

/// Upon what rows are laid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Onto {
    /// Nothing of their kind.
    Nothing,
    /// Earlier ones.
    Others,
}

/// What of a spool was handed over already.
#[derive(Debug, Default)]
pub(super) struct Handed {
    users: Hand,
    groups: Hand,
    members: Hand,
}

/// How far rows of one kind are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Hand {
    /// Still being told.
    #[default]
    Open,
    /// Told, and not yet handed over.
    Told,
    /// Handed over; what comes now is news.
    Over,
}

impl Spool {
    /// All users were listed: what is told of them later is news.
    pub fn users_listed(&mut self) {
        self.handed.users = Hand::Told;
    }

    /// All groups were listed, not their members: what is told of them later is news.
    pub fn groups_listed(&mut self) {
        self.handed.groups = Hand::Told;
    }

    /// What is worth being laid upon a blank mirror already, if anything.
    pub fn ready(&mut self) -> Option<Piece> {
        if self.handed.users == Hand::Told {
            Some(self.hand_users())
        } else if self.handed.groups == Hand::Told {
            Some(self.hand_groups())
        } else if self.members.rows() >= fault::piece(FILL) {
            Some(self.hand_members())
        } else {
            None
        }
    }

    /// Everything that is still here, to be laid upon a blank mirror in this order.
    pub fn rest(&mut self) -> Vec<Piece> {
        let all = [self.hand_users(), self.hand_groups(), self.hand_members()];
        all.into_iter().filter(|piece| piece.rows() > 0).collect()
    }

    fn hand_users(&mut self) -> Piece {
        Piece { rows: Rows::Users(self.users.take()), onto: Onto::behind(&mut self.handed.users) }
    }

    fn hand_groups(&mut self) -> Piece {
        Piece { rows: Rows::Groups(self.groups.take()), onto: Onto::behind(&mut self.handed.groups) }
    }

    fn hand_members(&mut self) -> Piece {
        Piece { rows: Rows::Members(self.members.take()), onto: Onto::behind(&mut self.handed.members) }
    }
}

impl Onto {
    fn behind(hand: &mut Hand) -> Self {
        match std::mem::replace(hand, Hand::Over) {
            Hand::Open | Hand::Told => Self::Nothing,
            Hand::Over => Self::Others,
        }
    }
}

impl Piece {
    fn rows(&self) -> usize {
        match &self.rows {
            Rows::Users(rows) | Rows::Groups(rows) | Rows::Members(rows) => rows.rows(),
        }
    }
}

impl Book {
    /// Whether the mirror holds nothing at all: nothing is known, so nothing need be compared.
    pub fn mirror_is_blank(&self, connection: ConnectionId) -> Result<bool> {
        self.owns(connection)?;
        self.store.db.read(|tx| {
            let mut blank = true;
            for table in ["source_user", "source_group", "source_member"] {
                let sql = format!("SELECT connection FROM {table} WHERE connection = $1 LIMIT 1");
                blank &= tx.query_opt(&sql, params![connection.get()], |row| row.int(0))?.is_none();
            }
            Ok(blank)
        })
    }

    /// Fills a blank mirror with everything at once; its end marks everybody.
    pub fn fill_mirror(&self, lease: &Lease, mut spool: Spool, end: &ReadEnd) -> Result<()> {
        spool.rest().into_iter().try_for_each(|piece| self.lay_piece(lease, piece, &|| true))?;
        self.end_fill(lease, end)
    }

    /// Lays a piece upon a mirror that was blank when its spool was made, one transaction after another for as long as
    /// `go_on` says so.
    pub fn lay_piece(&self, lease: &Lease, piece: Piece, go_on: &dyn Fn() -> bool) -> Result<()> {
        let (connection, onto) = (lease.connection, piece.onto);
        match piece.rows {
            Rows::Users(users) => {
                let mut users = users.sorted()?;
                self.fill(lease, go_on, |tx| lay_users(tx, connection, &mut users, onto))
            }
            Rows::Groups(groups) => {
                let mut groups = groups.sorted()?;
                self.fill(lease, go_on, |tx| lay_groups(tx, connection, &mut groups, onto))
            }
            Rows::Members(members) => {
                let mut members = members.sorted()?;
                self.fill(lease, go_on, |tx| lay_members(tx, connection, &mut members, onto))
            }
        }
    }

    /// The end of a fill: the mirror is complete, and everybody is marked.
    pub fn end_fill(&self, lease: &Lease, end: &ReadEnd) -> Result<()> {
        self.fenced(lease, |tx| mirror::finish(tx, lease.connection, end))
    }

    /// One transaction after another, until one has not used all of its room.
    fn fill(
        &self,
        lease: &Lease,
        go_on: &dyn Fn() -> bool,
        mut some: impl FnMut(&mut Tx<'_>) -> Result<usize>,
    ) -> Result<()> {
        while go_on() {
            if self.fenced(lease, &mut some)? < FILL {
                break;
            }
        }
        Ok(())
    }
}

/// Lays some users down; answers how many rows were looked at.
fn lay_users(tx: &mut Tx<'_>, connection: ConnectionId, users: &mut Sorted, onto: Onto) -> Result<usize> {
    let (mut record, mut rows, mut gone) = (Record::default(), 0, Vec::new());
    let mut bulk = tx.bulk(if onto == Onto::Nothing { &NEW_USER } else { &mirror::USER })?;
    while rows < FILL && users.next(&mut record)? {
        rows += 1;
        match record.tag() {
            Tag::Value => {
                let Parts { key, upn, body } = parts(record.payload())?;
                bulk.row(|v| {
                    v.int(connection.get());
                    v.blob(record.keys().0);
                    v.int(0);
                    v.int(0);
                    v.opt_int(key);
                    v.opt_int(upn);
                    v.blob(body);
                })?;
            }
            Tag::Gone if onto == Onto::Others => gone.push(record.keys().0.to_vec()),
            Tag::Gone | Tag::Seen => {}
        }
    }
    bulk.finish()?;
    drop_rows(tx, connection, &NO_USER, &gone)?;
    Ok(rows)
}

fn lay_groups(tx: &mut Tx<'_>, connection: ConnectionId, groups: &mut Sorted, onto: Onto) -> Result<usize> {
    let (mut record, mut rows, mut gone) = (Record::default(), 0, Vec::new());
    let mut bulk = tx.bulk(if onto == Onto::Nothing { &NEW_GROUP } else { &mirror::GROUP })?;
    while rows < FILL && groups.next(&mut record)? {
        rows += 1;
        match record.tag() {
            Tag::Value => {
                let (name, body) = named(record.payload())?;
                bulk.row(|v| {
                    v.int(connection.get());
                    v.blob(record.keys().0);
                    v.int(0);
                    v.int(0);
                    v.text(name);
                    v.blob(body);
                })?;
            }
            Tag::Gone if onto == Onto::Others => gone.push(record.keys().0.to_vec()),
            Tag::Gone | Tag::Seen => {}
        }
    }
    bulk.finish()?;
    drop_rows(tx, connection, &NO_GROUP, &gone)?;
    Ok(rows)
}

/// What was laid down a moment ago, and is gone before anybody was planned from it.
fn drop_rows(tx: &mut Tx<'_>, connection: ConnectionId, what: &Bulk<'_>, gone: &[Vec<u8>]) -> Result<()> {
    if gone.is_empty() {
        return Ok(());
    }
    let mut bulk = tx.bulk(what)?;
    for source in gone {
        bulk.row(|v| {
            v.int(connection.get());
            v.blob(source);
        })?;
    }
    bulk.finish().map(drop)
}

fn lay_members(tx: &mut Tx<'_>, connection: ConnectionId, members: &mut Sorted, onto: Onto) -> Result<usize> {
    let (mut record, mut rows) = (Record::default(), 0);
    let (mut joined, mut left) = (Vec::new(), Vec::new());
    while rows < FILL && members.next(&mut record)? {
        rows += 1;
        let (group, member) = record.keys();
        let pair = (SourceId::from_bytes(member), SourceId::from_bytes(group));
        match record.tag() {
            Tag::Value => joined.push((pair, record.payload().first().copied().unwrap_or(2))),
            Tag::Gone if onto == Onto::Others => left.push(pair),
            Tag::Gone | Tag::Seen => {}
        }
    }
    // A transaction's part of the table is small and lies in memory. The index by member is neither, so it is gone through
    // in its order, once for each transaction.
    joined.sort_unstable();
    let mut bulk = tx.bulk(if onto == Onto::Nothing { &NEW_MEMBER } else { &mirror::JOIN })?;
    for ((member, group), kind) in &joined {
        bulk.row(|v| {
            v.int(connection.get());
            v.blob(group.as_bytes());
            v.blob(member.as_bytes());
            v.int(i64::from(*kind));
        })?;
    }
    bulk.finish()?;
    mirror::drop_members(tx, connection, left.iter().map(|(member, group)| (group, member)))?;
    Ok(rows)
}

#[cfg(test)]
#[path = "fill_tests.rs"]
mod tests;
