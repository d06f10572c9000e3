//! Groups that get their first people again. A contact group keeps its members while the source group above it has nobody;
//! with the first who joins, those who left meanwhile are to go, and no mark of theirs is left to say so.

use std::collections::BTreeSet;

use model::ids::{ConnectionId, SourceId};
use model::source::MemberKind;

use super::Batch;
use crate::db::{List, Tx, params};
use crate::error::Result;
use crate::groups::{Way, walk, with_people};

/// Source groups that a contact group stands for, had nobody below them, and get somebody with this batch. Nested groups
/// are followed whatever the policy says of them: to plan somebody too often costs little.
pub(super) fn refilled(tx: &mut Tx<'_>, connection: ConnectionId, batch: &Batch) -> Result<Vec<SourceId>> {
    let joins = batch.joined.iter().filter(|(_, member)| member.kind != MemberKind::Other);
    let mut empty: BTreeSet<SourceId> = joins.map(|(group, _)| group.clone()).collect();
    for filled in with_people(tx, connection, &ids(&empty))? {
        // Whoever is above it has had people all along.
        empty.remove(&filled);
    }
    if empty.is_empty() {
        return Ok(Vec::new());
    }
    let mut nestings = BTreeSet::new();
    empty.extend(walk(tx, connection, &empty, &mut nestings, Way::Up)?);
    let mut refilled = Vec::new();
    for root in tied(tx, connection, &ids(&empty))? {
        let mut below = BTreeSet::from([root.clone()]);
        below.extend(walk(tx, connection, &below, &mut nestings, Way::Down)?);
        if with_people(tx, connection, &ids(&below))?.is_empty() {
            refilled.push(root);
        }
    }
    Ok(refilled)
}

fn ids(of: &BTreeSet<SourceId>) -> Vec<&[u8]> {
    of.iter().map(SourceId::as_bytes).collect()
}

/// Those of these source groups that a contact group with members stands for.
fn tied(tx: &mut Tx<'_>, connection: ConnectionId, groups: &[&[u8]]) -> Result<Vec<SourceId>> {
    // No EXISTS: PostgreSQL would gather all memberships of the customer for it.
    let sql = format!(
        "SELECT g.source, (SELECT 1 FROM contact_member m WHERE m.contact_group = g.id LIMIT 1) FROM contact_group g \
         WHERE g.connection = $1 AND g.source {}",
        List::Blobs.holds(tx.engine(), 2)
    );
    let mut tied = Vec::new();
    tx.for_each(&sql, params![connection.get(), groups], |row| {
        if row.opt_int(1)?.is_some() {
            tied.push(SourceId::from_bytes(row.blob(0)?));
        }
        Ok(())
    })?;
    Ok(tied)
}
