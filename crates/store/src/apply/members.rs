//! Memberships of contact groups that come and go with a chunk.

use std::collections::BTreeSet;

use model::group::MadeBy;
use model::ids::{ContactId, GroupId};
use model::plan::OpKind;

use super::{PlanRow, Work, ties};
use crate::contact::made_by;
use crate::db::{Bulk, Type, Verb, params};
use crate::error::Result;

const MEMBER: Bulk = Bulk {
    table: "contact_member",
    columns: &[("contact_group", Type::Int), ("contact", Type::Int), ("made_by", Type::Int)],
    verb: Verb::Insert { on_conflict: "ON CONFLICT DO NOTHING" },
};
const NO_MEMBER: Bulk = Bulk {
    table: "contact_member",
    columns: &[("contact_group", Type::Int), ("contact", Type::Int), ("made_by", Type::Int)],
    verb: Verb::Delete,
};

/// Memberships of several groups that come and go.
#[derive(Default)]
pub(super) struct Moves {
    pub(super) join: Vec<(GroupId, ContactId)>,
    pub(super) leave: Vec<(GroupId, ContactId)>,
    /// Whether an undo moves them.
    pub(super) undone: bool,
}

impl Work<'_, '_, '_> {
    pub(super) fn make(&mut self, moves: Moves) -> Result<()> {
        let mut join = moves.join;
        if moves.undone || !self.as_seen || !self.stale.is_empty() {
            // What a run follows is linked; an undo may put back somebody who is not.
            let followed = (!moves.undone).then_some(self.connection);
            let joining: BTreeSet<ContactId> = join.iter().map(|(_, contact)| *contact).collect();
            let there = ties::still_there(self.tx, followed, &joining.into_iter().collect::<Vec<_>>())?;
            join.retain(|(_, contact)| there.contains(contact));
        }
        // By contact: the index of a contact's groups is large and is gone through once, the groups themselves lie close
        // together.
        join.sort_unstable_by_key(|(group, contact)| (*contact, *group));
        for (spec, list) in [(&MEMBER, join), (&NO_MEMBER, moves.leave)] {
            if list.is_empty() {
                continue;
            }
            let mut bulk = self.tx.bulk(spec)?;
            for (group, contact) in list {
                bulk.row(|v| {
                    v.int(group.get());
                    v.int(contact.get());
                    v.int(made_by(MadeBy::Run));
                })?;
            }
            self.counts.memberships += bulk.finish()? as i64;
        }
        Ok(())
    }

    /// A group's hold ends when what was released of it is applied; only such a row names the source group.
    pub(super) fn let_groups_go(&mut self, live: &[&PlanRow]) -> Result<()> {
        let released = |row: &&&PlanRow| {
            row.kind == OpKind::Members && row.contact.is_none() && !row.source.as_bytes().is_empty()
        };
        for row in live.iter().filter(released) {
            let sql = "DELETE FROM hold WHERE connection = $1 AND source = $2 AND kind = $3";
            let key = params![self.connection.get(), row.source.as_bytes(), row.kind.name()];
            self.tx.exec(sql, key)?;
        }
        Ok(())
    }
}
