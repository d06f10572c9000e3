//! Contact groups, and by whom somebody is in one: a run takes only its own memberships away.

use model::group::{ContactGroup, MadeBy};
use model::ids::{ConnectionId, ContactId, GroupId, RunId, SourceId};

use crate::db::{Tx, params};
use crate::error::Result;
use crate::store::Book;

impl Book {
    /// All contact groups.
    pub fn groups(&self) -> Result<Vec<ContactGroup>> {
        let (low, high) = GroupId::range(self.customer.id);
        let sql =
            "SELECT id, name, connection, source FROM contact_group WHERE id BETWEEN $1 AND $2 ORDER BY id";
        self.store.db.read(|tx| {
            tx.query(sql, params![low, high], |row| {
                let source = match (row.opt_int(2)?, row.opt_blob(3)?) {
                    (Some(c), Some(s)) => Some((ConnectionId::from_stored(c), SourceId::from_bytes(s))),
                    (_, _) => None,
                };
                Ok(ContactGroup { id: GroupId::from_stored(row.int(0)?), name: row.text(1)?.into(), source })
            })
        })
    }
}

/// Memberships of a contact that no run follows any more are a person's own.
pub(crate) fn memberships_by_hand(tx: &mut Tx<'_>, id: ContactId) -> Result<()> {
    let sql = "UPDATE contact_member SET made_by = $1 WHERE contact = $2 AND made_by <> $1";
    tx.exec(sql, params![made_by(MadeBy::Hand), id.get()]).map(drop)
}

/// The same where a run lets go of the contact, and an undo of that run may take it back: whose they were is remembered.
pub(crate) fn untie_memberships(tx: &mut Tx<'_>, id: ContactId, run: RunId) -> Result<()> {
    let sql = "UPDATE contact_member SET made_by = $1 WHERE contact = $2 AND made_by = $3";
    tx.exec(sql, params![run.0 + 1, id.get(), made_by(MadeBy::Run)]).map(drop)
}

/// Memberships that this run or a later one let go of are runs' again: the contact's link came back.
pub(crate) fn tie_memberships(tx: &mut Tx<'_>, id: ContactId, since: RunId) -> Result<()> {
    let sql = "UPDATE contact_member SET made_by = $1 WHERE contact = $2 AND made_by > $3";
    let hand = made_by(MadeBy::Hand);
    tx.exec(sql, params![made_by(MadeBy::Run), id.get(), since.0.max(hand)]).map(drop)
}

/// The same for all contacts that are linked over a connection.
pub(crate) fn all_memberships_by_hand(tx: &mut Tx<'_>, connection: ConnectionId) -> Result<()> {
    let sql = "UPDATE contact_member SET made_by = $1 WHERE made_by <> $1 \
               AND contact IN (SELECT contact FROM link WHERE connection = $2)";
    tx.exec(sql, params![made_by(MadeBy::Hand), connection.get()]).map(drop)
}

/// How `made_by` is stored. Anything above is one more than the number of the run that let go of the contact: made by a run, and
/// by hand since then.
pub(crate) fn made_by(made: MadeBy) -> i64 {
    match made {
        MadeBy::Run => 0,
        MadeBy::Hand => 1,
    }
}
