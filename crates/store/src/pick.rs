//! Source users as a person picks them: who is in the book already, and who is in a group.

use std::collections::{BTreeMap, BTreeSet};

use model::ids::{ConnectionId, ContactId, SourceId};

use crate::db::{List, Tx, params};
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
