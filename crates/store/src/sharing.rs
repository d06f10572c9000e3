//! Who is touched when one person changes: whoever shares the old or the new key, or has the key of the linked contact.

use std::collections::BTreeSet;

use model::ids::{ConnectionId, ContactId, SourceId};
use model::source::SourceUser;

use crate::db::params;
use crate::error::Result;
use crate::mirror::{Keys, linked_by_key, sharing};
use crate::store::Book;

impl Book {
    /// The contact that somebody is linked to, living or in the bin.
    pub fn contact_linked(&self, connection: ConnectionId, id: &SourceId) -> Result<Option<ContactId>> {
        self.owns(connection)?;
        let sql = "SELECT contact FROM link WHERE connection = $1 AND source = $2";
        self.store.db.read(|tx| {
            let key = params![connection.get(), id.as_bytes()];
            tx.query_opt(sql, key, |row| Ok(ContactId::from_stored(row.int(0)?)))
        })
    }

    /// The people who are planned together with somebody, that person included. `user` is what the source says now; the
    /// mirror still holds what it said before.
    pub fn planned_with(
        &self,
        connection: ConnectionId,
        id: &SourceId,
        user: &SourceUser,
        keys: Keys<'_>,
    ) -> Result<BTreeSet<SourceId>> {
        self.owns(connection)?;
        self.store.db.read(|tx| {
            let mut people = BTreeSet::from([id.clone()]);
            let of = [id.as_bytes()];
            people.extend(linked_by_key(tx, connection, &of)?);
            let now = keys.from.key(user, keys.domains).map(|k| k.digest());
            people.extend(sharing(tx, connection, &of, now.into_iter().collect())?);
            Ok(people)
        })
    }

    /// The same for many, as the mirror has them now.
    pub fn planned_with_all(&self, connection: ConnectionId, ids: &[SourceId]) -> Result<BTreeSet<SourceId>> {
        self.owns(connection)?;
        let of: Vec<&[u8]> = ids.iter().map(SourceId::as_bytes).collect();
        self.store.db.read(|tx| {
            let mut people: BTreeSet<SourceId> = ids.iter().cloned().collect();
            people.extend(linked_by_key(tx, connection, &of)?);
            people.extend(sharing(tx, connection, &of, Vec::new())?);
            Ok(people)
        })
    }
}
