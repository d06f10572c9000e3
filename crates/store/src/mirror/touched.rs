//! Whom a batch touches: everybody whose plan may be another one with it.

use std::collections::{BTreeMap, BTreeSet};

use model::Timestamp;
use model::ids::{ConnectionId, SourceId};
use model::source::{MemberKind, Presence, SourceGroup};

use super::asked::{LOADED, each_of, ids_of};
use super::coded::member_kind;
use super::{Batch, Keys, refilled};
use crate::db::{List, Tx, params};
use crate::error::{Result, StoreError};
use crate::people::has_key;
use crate::{fault, pending};

/// Beyond so many touched people one mark for everybody is cheaper than theirs.
const MANY: usize = 5_000;

/// Everybody whose plan may differ: the changed, those who share an old or new key, the members that moved, all who are
/// below a nested group that moved or a group that vanished or came back, and whoever is in the contact group of one that
/// vanished, came back or is no longer empty.
pub(super) fn mark_touched(
    tx: &mut Tx<'_>,
    connection: ConnectionId,
    keys: Keys<'_>,
    batch: &Batch,
) -> Result<()> {
    let mut touched: BTreeSet<SourceId> = batch.users.iter().map(|m| m.user.id.clone()).collect();
    touch_by_key(tx, connection, keys, batch, &mut touched)?;
    let mut moved: Vec<SourceId> = nested_that_left(tx, connection, batch)?;
    for (_, member) in &batch.joined {
        match member.kind {
            MemberKind::User => drop(touched.insert(member.id.clone())),
            MemberKind::Group => moved.push(member.id.clone()),
            MemberKind::Other => {}
        }
    }
    touched.extend(batch.left.iter().map(|(_, m)| m.clone()));
    for group in turned(tx, connection, batch)? {
        touched.extend(in_contact_group(tx, connection, &group)?);
        moved.push(group);
    }
    for group in refilled::refilled(tx, connection, batch)? {
        touched.extend(in_contact_group(tx, connection, &group)?);
    }
    below(tx, connection, moved, &mut touched)?;
    if touched.len() > fault::many(MANY) {
        pending::mark_all(tx, connection)?;
        touched.clear();
    }
    touched.extend(touched_groups(tx, connection, batch)?);
    let touched: Vec<SourceId> = touched.into_iter().collect();
    pending::mark(tx, connection, &touched, Timestamp::START)
}

/// Adds who shares an old or a new key with somebody who changed, or has the key of a contact linked to one.
fn touch_by_key(
    tx: &mut Tx<'_>,
    connection: ConnectionId,
    keys: Keys<'_>,
    batch: &Batch,
    touched: &mut BTreeSet<SourceId>,
) -> Result<()> {
    let changed: Vec<&[u8]> = batch.users.iter().map(|m| m.user.id.as_bytes()).collect();
    touched.extend(linked_by_key(tx, connection, &changed)?);
    let now = batch.users.iter().filter_map(|m| keys.from.key(&m.user, keys.domains));
    let now: Vec<i64> = now.map(|key| key.digest()).collect();
    touched.extend(sharing(tx, connection, &changed, now)?);
    Ok(())
}

/// Groups to be planned themselves: subscribed ones that changed, and those that lost people, nested ones included.
fn touched_groups(tx: &mut Tx<'_>, connection: ConnectionId, batch: &Batch) -> Result<Vec<SourceId>> {
    let changed = batch.groups.iter().map(|(group, _)| &group.id);
    let lost = batch.left.iter().map(|(group, _)| group);
    let ids: BTreeSet<&[u8]> = changed.chain(lost).map(SourceId::as_bytes).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<&[u8]> = ids.into_iter().collect();
    let of = List::Blobs.holds(tx.engine(), 2);
    let sql = format!(
        "SELECT source FROM scope_entry WHERE connection = $1 AND kind = 0 AND state = 1 AND source {of} \
         UNION SELECT member FROM source_member WHERE connection = $1 AND kind = 1 AND member {of}"
    );
    tx.query(&sql, params![connection.get(), &ids[..]], |row| Ok(SourceId::from_bytes(row.blob(0)?)))
}

/// Groups that the mirror knows and that come or go with this.
fn turned(tx: &mut Tx<'_>, connection: ConnectionId, batch: &Batch) -> Result<Vec<SourceId>> {
    let ids: Vec<&[u8]> = batch.groups.iter().map(|(group, _)| group.id.as_bytes()).collect();
    let text = "SELECT source, presence FROM source_group WHERE connection = $1 AND source {}";
    let mut before = BTreeMap::new();
    each_of(tx, connection, &ids, text, |row| {
        before.insert(SourceId::from_bytes(row.blob(0)?), row.int(1)? == 0);
        Ok(())
    })?;
    let turns = |(group, now): &&(SourceGroup, Presence)| {
        before.get(&group.id).is_some_and(|lived| *lived != (*now == Presence::Live))
    };
    Ok(batch.groups.iter().filter(turns).map(|(group, _)| group.id.clone()).collect())
}

/// Source users with a place in the contact group of this source group.
fn in_contact_group(tx: &mut Tx<'_>, connection: ConnectionId, id: &SourceId) -> Result<Vec<SourceId>> {
    let sql = "SELECT l.source FROM contact_group g JOIN contact_member m ON m.contact_group = g.id \
               JOIN link l ON l.contact = m.contact AND l.connection = g.connection \
               WHERE g.connection = $1 AND g.source = $2";
    tx.query(sql, params![connection.get(), id.as_bytes()], |row| Ok(SourceId::from_bytes(row.blob(0)?)))
}

/// Adds the people below these groups, as deep as groups are nested; stops once they are many.
fn below(
    tx: &mut Tx<'_>,
    connection: ConnectionId,
    mut groups: Vec<SourceId>,
    people: &mut BTreeSet<SourceId>,
) -> Result<()> {
    let sql = "SELECT member, kind FROM source_member WHERE connection = $1 AND source_group = $2";
    let mut seen = BTreeSet::new();
    while let Some(group) = groups.pop() {
        if people.len() > fault::many(MANY) || !seen.insert(group.clone()) {
            continue;
        }
        tx.for_each(sql, params![connection.get(), group.as_bytes()], |row| {
            let id = || Ok::<_, StoreError>(SourceId::from_bytes(row.blob(0)?));
            match member_kind(row.int(1)?) {
                MemberKind::User => drop(people.insert(id()?)),
                MemberKind::Group => groups.push(id()?),
                MemberKind::Other => {}
            }
            Ok(())
        })?;
    }
    Ok(())
}

/// Source users that have the key of a contact linked to one of these.
pub(crate) fn linked_by_key(
    tx: &mut Tx<'_>,
    connection: ConnectionId,
    ids: &[&[u8]],
) -> Result<Vec<SourceId>> {
    let text = "SELECT u.source FROM link l JOIN contact c ON c.id = l.contact \
                JOIN source_user u ON u.connection = l.connection AND u.key_digest = c.key_digest \
                WHERE l.connection = $1 AND l.source {}";
    ids_of(tx, connection, ids, text)
}

/// Source users that have one of these keys, or one that the mirror has for one of these people.
pub(crate) fn sharing(
    tx: &mut Tx<'_>,
    connection: ConnectionId,
    of: &[&[u8]],
    digests: Vec<i64>,
) -> Result<Vec<SourceId>> {
    let mut digests: BTreeSet<i64> = digests.into_iter().collect();
    let text =
        "SELECT key_digest FROM source_user WHERE connection = $1 AND key_digest IS NOT NULL AND source {}";
    each_of(tx, connection, of, text, |row| {
        digests.insert(row.int(0)?);
        Ok(())
    })?;
    let digests: Vec<i64> = digests.into_iter().collect();
    let has_key = has_key(tx.engine(), 2);
    let sql = format!("SELECT source FROM source_user WHERE connection = $1 AND {has_key}");
    let mut found = Vec::new();
    for some in digests.chunks(LOADED) {
        let key = params![connection.get(), some];
        found.extend(tx.query(&sql, key, |row| Ok(SourceId::from_bytes(row.blob(0)?)))?);
    }
    Ok(found)
}

/// Groups among those that left another one.
fn nested_that_left(tx: &mut Tx<'_>, connection: ConnectionId, batch: &Batch) -> Result<Vec<SourceId>> {
    let members: BTreeSet<&[u8]> = batch.left.iter().map(|(_, member)| member.as_bytes()).collect();
    let members: Vec<&[u8]> = members.into_iter().collect();
    let text =
        "SELECT member, source_group FROM source_member WHERE connection = $1 AND kind = 1 AND member {}";
    let mut nested = BTreeSet::new();
    each_of(tx, connection, &members, text, |row| {
        nested.insert((SourceId::from_bytes(row.blob(1)?), SourceId::from_bytes(row.blob(0)?)));
        Ok(())
    })?;
    Ok(batch.left.iter().filter(|pair| nested.contains(pair)).map(|(_, member)| member.clone()).collect())
}
