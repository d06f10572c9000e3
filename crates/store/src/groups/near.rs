//! The groups around some people: what planning these people must know of groups, and nothing of all the others, so that it
//! costs the same in a tenant of ten groups and of ten thousand.
//!
//! Rule: whatever a group decides about these people is decided as if all groups were known.

use std::collections::BTreeSet;

use model::group::GroupSubject;
use model::ids::{ConnectionId, GroupId, SourceId};
use model::scope::{Scope, Subscription};
use model::subject::{Hood, Subject};

use super::{subjects, with_people};
use crate::connection::{GROUP, PERSON};
use crate::db::{List, Tx, params};
use crate::error::Result;
use crate::store::Book;

/// What groups are looked for around.
#[derive(Debug, Clone, Default)]
pub struct Around {
    people: BTreeSet<SourceId>,
    groups: BTreeSet<SourceId>,
    contact_groups: BTreeSet<i64>,
}

/// What is known of the groups around.
#[derive(Debug, Clone, Default)]
pub struct Near {
    /// As far as it concerns these people and groups; if any subscription is active, one is in it.
    pub scope: Scope,
    /// Groups within groups: outer and inner.
    pub nestings: Vec<(SourceId, SourceId)>,
    /// Subscribed or tied groups.
    pub subjects: Vec<GroupSubject>,
    /// Groups with users as direct members, as far as it tells which of the subjects have people below them.
    pub filled: Vec<SourceId>,
}

/// Whether members of nested groups count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nested {
    /// They do.
    Yes,
    /// Direct members only.
    No,
}

impl Around {
    /// Around these groups; whoever is no group is passed over.
    pub fn groups(ids: &[SourceId]) -> Self {
        Self { groups: ids.iter().cloned().collect(), ..Self::default() }
    }

    /// Around people and their neighbours: the groups that they are in, at the source and in the book.
    pub fn people(people: &[Subject], hood: &Hood) -> Self {
        let mut around = Self::default();
        for person in people.iter().chain(hood.groups.values().flat_map(|g| &g.people)) {
            around.people.insert(person.source.clone());
            around.groups.extend(person.groups.iter().cloned());
            around.contact_groups.extend(person.memberships.iter().map(|m| m.group.get()));
        }
        around
    }
}

impl Book {
    /// The groups around people or groups: those themselves, the ones above them, the ones that the people's contacts are
    /// in; and where nobody is in one of these, the ones below it.
    pub fn groups_near(&self, connection: ConnectionId, around: &Around, nested: Nested) -> Result<Near> {
        self.owns(connection)?;
        self.store.db.read_between(|tx| {
            let mut groups = around.groups.clone();
            groups.extend(sources(tx, connection, &around.contact_groups)?);
            let mut nestings = BTreeSet::new();
            if nested == Nested::Yes {
                groups.extend(walk(tx, connection, &groups, &mut nestings, Way::Up)?);
            }
            let subjects = subjects(tx, connection, Some(&ids(&groups)))?;
            let scope = scope(tx, connection, &subjects, around)?;
            let roots: BTreeSet<SourceId> = subjects.iter().map(|s| s.source.clone()).collect();
            let mut filled = with_people(tx, connection, &ids(&roots))?;
            let empty: BTreeSet<SourceId> = &roots - &filled.iter().cloned().collect();
            if nested == Nested::Yes && !empty.is_empty() {
                let below = walk(tx, connection, &empty, &mut nestings, Way::Down)?;
                filled.extend(with_people(tx, connection, &ids(&below))?);
            }
            Ok(Near { scope, nestings: nestings.into_iter().collect(), subjects, filled })
        })
    }

    /// Names of the contact groups that stand for no source group.
    pub fn free_names(&self) -> Result<Vec<Box<str>>> {
        let (low, high) = GroupId::range(self.customer.id);
        let sql = "SELECT name FROM contact_group WHERE id BETWEEN $1 AND $2 AND source IS NULL ORDER BY id";
        self.store.db.look_between(|tx| tx.query(sql, params![low, high], |row| Ok(row.text(0)?.into())))
    }
}

fn ids(of: &BTreeSet<SourceId>) -> Vec<&[u8]> {
    of.iter().map(SourceId::as_bytes).collect()
}

/// Source groups that these contact groups stand for.
fn sources(tx: &mut Tx<'_>, connection: ConnectionId, groups: &BTreeSet<i64>) -> Result<Vec<SourceId>> {
    if groups.is_empty() {
        return Ok(Vec::new());
    }
    let groups: Vec<i64> = groups.iter().copied().collect();
    let of = List::Ints.holds(tx.engine(), 2);
    let sql =
        format!("SELECT source FROM contact_group WHERE connection = $1 AND source IS NOT NULL AND id {of}");
    tx.query(&sql, params![connection.get(), &groups[..]], |row| Ok(SourceId::from_bytes(row.blob(0)?)))
}

/// Which way groups are followed.
#[derive(Clone, Copy)]
pub(crate) enum Way {
    /// To the groups that hold them.
    Up,
    /// To the groups that they hold.
    Down,
}

/// Follows groups from one level to the next, each once, and notes the nestings; answers whom it met.
pub(crate) fn walk(
    tx: &mut Tx<'_>,
    connection: ConnectionId,
    from: &BTreeSet<SourceId>,
    nestings: &mut BTreeSet<(SourceId, SourceId)>,
    way: Way,
) -> Result<BTreeSet<SourceId>> {
    let of = List::Blobs.holds(tx.engine(), 2);
    let column = match way {
        Way::Up => "member",
        Way::Down => "source_group",
    };
    let sql = format!(
        "SELECT source_group, member FROM source_member WHERE connection = $1 AND kind = 1 AND {column} {of}"
    );
    let (mut seen, mut level) = (from.clone(), from.clone());
    while !level.is_empty() {
        let mut next = BTreeSet::new();
        tx.for_each(&sql, params![connection.get(), &ids(&level)[..]], |row| {
            let pair = (SourceId::from_bytes(row.blob(0)?), SourceId::from_bytes(row.blob(1)?));
            let met = match way {
                Way::Up => &pair.0,
                Way::Down => &pair.1,
            };
            if seen.insert(met.clone()) {
                next.insert(met.clone());
            }
            nestings.insert(pair);
            Ok(())
        })?;
        level = next;
    }
    Ok(&seen - from)
}

fn scope(
    tx: &mut Tx<'_>,
    connection: ConnectionId,
    subjects: &[GroupSubject],
    around: &Around,
) -> Result<Scope> {
    let mut scope = Scope::default();
    let sql = "SELECT c.everybody, (SELECT e.source FROM scope_entry e WHERE e.connection = c.id AND e.kind = $2 \
               AND e.state = 1 LIMIT 1) FROM connection c WHERE c.id = $1";
    let any = tx.query_one(sql, params![connection.get(), GROUP], |row| {
        scope.everybody = row.bool(0)?;
        Ok(row.opt_blob(1)?.map(SourceId::from_bytes))
    })?;
    scope.groups.extend(any.map(|source| (source, Subscription::Active)));
    scope.groups.extend(subjects.iter().filter_map(|s| Some((s.source.clone(), s.subscription?))));
    if around.people.is_empty() {
        return Ok(scope);
    }
    let of = List::Blobs.holds(tx.engine(), 3);
    let sql =
        format!("SELECT source, state FROM scope_entry WHERE connection = $1 AND kind = $2 AND source {of}");
    tx.for_each(&sql, params![connection.get(), PERSON, &ids(&around.people)[..]], |row| {
        let source = SourceId::from_bytes(row.blob(0)?);
        let named = if row.int(1)? == 1 { &mut scope.chosen } else { &mut scope.excluded };
        named.insert(source);
        Ok(())
    })?;
    Ok(scope)
}
