//! Whether people are still tied as the plan saw them. Between planning and a killed apply that goes on, a person may have
//! linked or unlinked them: such a row writes nothing, and the next plan sees what is.

use std::collections::{BTreeMap, BTreeSet};

use model::ids::{ConnectionId, ContactId, SourceId};
use model::plan::Step;

use super::CHUNK;
use crate::db::{List, Param, Tx, params};
use crate::error::Result;
use crate::plan::{PlanRow, What};

/// How a source must be tied for a step to be what was planned.
enum Tied {
    /// To this contact.
    To(ContactId),
    /// To none; and this contact, if it is one that exists, to nobody of the connection.
    Free(Option<ContactId>),
}

fn planned(step: &Step) -> Tied {
    match step {
        Step::Adopt { contact, .. } => Tied::Free(Some(*contact)),
        // The contact is still the gone account's, which the step itself asks.
        Step::Relink { .. } | Step::Create { .. } => Tied::Free(None),
        Step::TakeOver { from: contact }
        | Step::Update { contact, .. }
        | Step::Restore { contact, .. }
        | Step::Return { contact, .. }
        | Step::MarkLeft { contact }
        | Step::Unlink { contact, .. }
        | Step::Remove { contact }
        | Step::Wait { contact, .. } => Tied::To(*contact),
    }
}

/// Whether a row's person is tied as planned.
pub(super) fn as_planned(
    tx: &mut Tx<'_>,
    connection: ConnectionId,
    row: &PlanRow,
    step: &Step,
) -> Result<bool> {
    let sql = "SELECT contact FROM link WHERE connection = $1 AND source = $2";
    let of = params![connection.get(), row.source.as_bytes()];
    let now = tx.query_opt(sql, of, |r| Ok(ContactId::from_stored(r.int(0)?)))?;
    match planned(step) {
        Tied::To(contact) => Ok(now == Some(contact)),
        Tied::Free(None) => Ok(now.is_none()),
        Tied::Free(Some(contact)) => {
            let sql = "SELECT source FROM link WHERE contact = $2 AND connection = $1 LIMIT 1";
            let taken = tx.query_opt(sql, params![connection.get(), contact.get()], |_| Ok(()))?;
            Ok(now.is_none() && taken.is_none())
        }
    }
}

/// How the people of creations are tied by now.
#[derive(Default)]
pub(super) struct Ties {
    /// Sources whose contacts cannot be created as planned: they are linked to others.
    pub(super) taken: BTreeSet<SourceId>,
    /// Contacts that are linked already, for they were there before.
    pub(super) again: BTreeSet<ContactId>,
}

/// How these creations' people are tied.
pub(super) fn taken(tx: &mut Tx<'_>, connection: ConnectionId, creations: &[&PlanRow]) -> Result<Ties> {
    let of = |row: &&PlanRow| match &row.what {
        What::Person { created: Some(id), .. } => Some((row.source.clone(), *id)),
        What::Person { .. } | What::Group { .. } | What::Members { .. } => None,
    };
    let planned: BTreeMap<SourceId, ContactId> = creations.iter().filter_map(of).collect();
    let ids: Vec<&[u8]> = planned.keys().map(SourceId::as_bytes).collect();
    let mut ties = Ties::default();
    for (source, contact) in links(tx, connection, &ids)? {
        if planned.get(&source) == Some(&contact) {
            ties.again.insert(contact);
        } else {
            ties.taken.insert(source);
        }
    }
    Ok(ties)
}

/// To which contacts these sources are linked.
pub(super) fn links(
    tx: &mut Tx<'_>,
    connection: ConnectionId,
    sources: &[&[u8]],
) -> Result<BTreeMap<SourceId, ContactId>> {
    let of = List::Blobs.holds(tx.engine(), 2);
    let sql = format!("SELECT source, contact FROM link WHERE connection = $1 AND source {of}");
    let all = tx.query(&sql, params![connection.get(), sources], |row| {
        Ok((SourceId::from_bytes(row.blob(0)?), ContactId::from_stored(row.int(1)?)))
    })?;
    Ok(all.into_iter().collect())
}

/// Who is linked to these contacts.
pub(super) fn people(
    tx: &mut Tx<'_>,
    connection: ConnectionId,
    contacts: &[ContactId],
) -> Result<Vec<SourceId>> {
    let sql = format!(
        "SELECT source FROM link WHERE connection = $1 AND contact {}",
        List::Ints.holds(tx.engine(), 2)
    );
    let mut people = Vec::new();
    for some in contacts.chunks(CHUNK as usize) {
        let ids: Vec<i64> = some.iter().map(|id| id.get()).collect();
        let of = params![connection.get(), &ids[..]];
        people.extend(tx.query(&sql, of, |row| Ok(SourceId::from_bytes(row.blob(0)?)))?);
    }
    Ok(people)
}

/// Those of these contacts that are in the book still, and linked over this connection if one is given.
pub(super) fn still_there(
    tx: &mut Tx<'_>,
    followed: Option<ConnectionId>,
    contacts: &[ContactId],
) -> Result<BTreeSet<ContactId>> {
    let of = List::Ints.holds(tx.engine(), 1);
    let linked = match followed {
        Some(_) => " AND EXISTS (SELECT 1 FROM link l WHERE l.contact = contact.id AND l.connection = $2)",
        None => "",
    };
    let sql = format!("SELECT id FROM contact WHERE id {of}{linked}");
    let mut there = BTreeSet::new();
    for some in contacts.chunks(CHUNK as usize) {
        let ids: Vec<i64> = some.iter().map(|id| id.get()).collect();
        let mut values = params![&ids[..]].to_vec();
        values.extend(followed.map(|connection| Param::from(connection.get())));
        there.extend(tx.query(&sql, &values, |row| Ok(ContactId::from_stored(row.int(0)?)))?);
    }
    Ok(there)
}
