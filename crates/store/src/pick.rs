//! Source users as a person picks them: who is in the book already, and who is in a group.

use std::collections::{BTreeMap, BTreeSet};

use model::ids::{ConnectionId, ContactId, SourceId};

use crate::db::{List, Row, Tx, params};
use crate::error::Result;
use crate::groups::{Way, walk};
use crate::store::Book;

/// How somebody of the tenant is in the book already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InBook {
    /// By a contact that is linked.
    Linked(ContactId),
    /// By a contact that has the address and is linked to nobody over this connection.
    SameAddress(ContactId),
}

/// See [`Book::seen`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    cursors: [String; 2],
    counts: Vec<i64>,
}

impl Book {
    /// Everybody of the tenant who is in the book already. Costs as much as the tenant is large.
    pub fn in_book(&self, connection: ConnectionId) -> Result<BTreeMap<SourceId, InBook>> {
        self.owns(connection)?;
        self.store.db.read(|tx| {
            let (low, high) = ContactId::range(connection.customer());
            let mut found = BTreeMap::new();
            let sql = "SELECT u.source, c.id FROM source_user u JOIN contact c ON c.key_digest = u.key_digest \
                       WHERE u.connection = $1 AND u.key_digest IS NOT NULL AND c.id BETWEEN $2 AND $3 \
                       AND NOT EXISTS (SELECT 1 FROM link l WHERE l.contact = c.id AND l.connection = $1) \
                       ORDER BY c.id DESC";
            tx.for_each(sql, params![connection.get(), low, high], |row| {
                let contact = ContactId::from_stored(row.int(1)?);
                found.insert(SourceId::from_bytes(row.blob(0)?), InBook::SameAddress(contact));
                Ok(())
            })?;
            let sql =
                "SELECT l.source, c.id FROM link l JOIN contact c ON c.id = l.contact WHERE l.connection = $1";
            tx.for_each(sql, params![connection.get()], |row| {
                let contact = ContactId::from_stored(row.int(1)?);
                found.insert(SourceId::from_bytes(row.blob(0)?), InBook::Linked(contact));
                Ok(())
            })?;
            Ok(found)
        })
    }

    /// What there is to see of a tenant's people and of the book: as long as it is the same, a list that says who is in the book
    /// is still true.
    pub fn seen(&self, connection: ConnectionId) -> Result<Seen> {
        self.owns(connection)?;
        let sql = "SELECT COALESCE(k.users_cursor, ''), COALESCE(k.groups_cursor, ''), k.scope_changes, \
                   COALESCE((SELECT linked FROM link_count WHERE connection = $1), 0), \
                   CAST(COALESCE((SELECT SUM(contacts) FROM book_count WHERE customer = $2), 0) AS BIGINT), \
                   (SELECT COUNT(*) FROM kept_out WHERE connection = $1), \
                   COALESCE((SELECT id FROM run WHERE customer = $2 ORDER BY id DESC LIMIT 1), 0), \
                   COALESCE((SELECT at FROM change_value WHERE customer = $2 ORDER BY at DESC LIMIT 1), 0) \
                   FROM connection k WHERE k.id = $1";
        self.store.db.look_up(|tx| {
            tx.query_one(sql, params![connection.get(), connection.customer().0], |row| {
                let cursors = [row.text(0)?.to_owned(), row.text(1)?.to_owned()];
                let counts = (2..8).map(|at| row.int(at)).collect::<Result<_>>()?;
                Ok(Seen { cursors, counts })
            })
        })
    }

    /// How many members each group of the tenant has, groups within it among them. Costs as much as there are memberships.
    pub fn member_counts(&self, connection: ConnectionId) -> Result<BTreeMap<SourceId, i64>> {
        self.owns(connection)?;
        let sql =
            "SELECT source_group, COUNT(*) FROM source_member WHERE connection = $1 GROUP BY source_group";
        let read = |row: &Row<'_>| Ok((SourceId::from_bytes(row.blob(0)?), row.int(1)?));
        let counts = self.store.db.read(|tx| tx.query(sql, params![connection.get()], read))?;
        Ok(counts.into_iter().collect())
    }

    /// Users of the tenant who are in any of these groups or in a group below one, each once.
    pub fn people_in(&self, connection: ConnectionId, groups: &[SourceId]) -> Result<Vec<SourceId>> {
        self.owns(connection)?;
        self.store.db.read(|tx| {
            let mut all: BTreeSet<SourceId> = groups.iter().cloned().collect();
            let below = walk(tx, connection, &all, &mut BTreeSet::new(), Way::Down)?;
            all.extend(below);
            living(tx, connection, &all)
        })
    }
}

/// Members that are users and live.
fn living(tx: &mut Tx<'_>, connection: ConnectionId, groups: &BTreeSet<SourceId>) -> Result<Vec<SourceId>> {
    let ids: Vec<&[u8]> = groups.iter().map(SourceId::as_bytes).collect();
    let of = List::Blobs.holds(tx.engine(), 2);
    let sql = format!(
        "SELECT DISTINCT m.member FROM source_member m JOIN source_user u ON u.connection = m.connection \
         AND u.source = m.member AND u.presence = 0 WHERE m.connection = $1 AND m.kind = 0 AND m.source_group {of} \
         ORDER BY m.member"
    );
    tx.query(&sql, params![connection.get(), &ids[..]], |row| Ok(SourceId::from_bytes(row.blob(0)?)))
}
