//! Contact groups: what planning must know of them, what a plan does to them, and what a person does by hand.

mod by_hand;
mod near;

use std::collections::{BTreeMap, BTreeSet};

use model::group::{ContactGroup, GroupSubject, Ours, RunMade};
use model::ids::{ConnectionId, GroupId, SourceId};
use model::plan::OpKind;
use model::reason::Reason;
use model::scope::Subscription;
use model::source::MirrorGroup;
use model::subject::Rejection;

use crate::connection::GROUP;
use crate::db::{List, Row, Tx, params};
use crate::error::{Result, StoreError};
use crate::mirror::read_group;
use crate::plan::{PlanRow, What};
use crate::refusal::Refusal;
use crate::store::Book;
use crate::{pending, schedule};

pub use near::{Around, Near, Nested};
pub(crate) use near::{Way, walk};

/// A contact group as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupRow {
    /// The group.
    pub group: ContactGroup,
    /// How many contacts are in it.
    pub members: i64,
}

impl Book {
    /// Source groups that are in scope, were, or that a contact group stands for, each with everything known.
    pub fn group_subjects(&self, connection: ConnectionId) -> Result<Vec<GroupSubject>> {
        self.owns(connection)?;
        self.store.db.read(|tx| subjects(tx, connection, None))
    }

    /// Which of these source groups have users as direct members.
    pub fn groups_with_people(
        &self,
        connection: ConnectionId,
        groups: &[&SourceId],
    ) -> Result<Vec<SourceId>> {
        self.owns(connection)?;
        let ids: Vec<&[u8]> = groups.iter().map(|g| g.as_bytes()).collect();
        self.store.db.read(|tx| with_people(tx, connection, &ids))
    }

    /// Contact groups with the number of their members, in the order of their ids.
    pub fn group_rows(&self) -> Result<Vec<GroupRow>> {
        let (low, high) = GroupId::range(self.customer.id);
        let count = "SELECT contact_group, COUNT(*) FROM contact_member WHERE contact_group BETWEEN $1 AND $2 \
                     GROUP BY contact_group";
        let counts: BTreeMap<i64, i64> = self
            .store
            .db
            .read(|tx| tx.query(count, params![low, high], |row| Ok((row.int(0)?, row.int(1)?))))?
            .into_iter()
            .collect();
        let row = |group: ContactGroup| {
            let members = counts.get(&group.id.get()).copied().unwrap_or_default();
            GroupRow { group, members }
        };
        Ok(self.groups()?.into_iter().map(row).collect())
    }

    /// Deletes a contact group with its memberships; the contacts stay. Where it stands for a source group, the next run
    /// ends that subscription.
    pub fn remove_group(&self, group: GroupId) -> Result<()> {
        self.store.db.write(|tx| {
            let tie = find(tx, self, group)?.source;
            tx.exec("DELETE FROM contact_member WHERE contact_group = $1", params![group.get()])?;
            tx.exec("DELETE FROM contact_group WHERE id = $1", params![group.get()])?;
            match tie {
                Some((connection, source)) => {
                    pending::mark(tx, connection, &[source], model::Timestamp::START)
                }
                None => Ok(()),
            }
        })
    }

    /// Lets a contact group stand for a source group, which is subscribed with it. What is in it stays.
    pub fn link_group(&self, connection: ConnectionId, group: GroupId, source: &SourceId) -> Result<()> {
        self.owns(connection)?;
        self.store.db.write(|tx| {
            if find(tx, self, group)?.source.is_some() {
                return Err(Refusal::GroupTaken.into());
            }
            let other = "SELECT name FROM contact_group WHERE connection = $1 AND source = $2";
            let key = params![connection.get(), source.as_bytes()];
            if let Some(name) = tx.query_opt(other, key, |row| Ok(row.text(0)?.to_owned()))? {
                return Err(Refusal::SourceGroupTaken(name).into());
            }
            let sql = "UPDATE contact_group SET connection = $1, source = $2 WHERE id = $3";
            tx.exec(sql, params![connection.get(), source.as_bytes(), group.get()])?;
            let sql = "INSERT INTO scope_entry (connection, kind, source, state, contact_group) VALUES ($1, $2, $3, 1, $4) \
                       ON CONFLICT (connection, kind, source) DO UPDATE SET state = 1, contact_group = excluded.contact_group";
            tx.exec(sql, params![connection.get(), GROUP, source.as_bytes(), group.get()])?;
            schedule::changed(tx, self.customer.id)?;
            pending::mark_all(tx, connection)
        })
    }
}

/// Subscribed or tied groups: all, or those among these.
fn subjects(tx: &mut Tx<'_>, connection: ConnectionId, among: Option<&[&[u8]]>) -> Result<Vec<GroupSubject>> {
    if among.is_some_and(<[_]>::is_empty) {
        return Ok(Vec::new());
    }
    let among = Among { connection, ids: among };
    let mut subjects = subscriptions(tx, &among)?;
    ties(tx, &among, &mut subjects)?;
    let mirror = match among.ids {
        None => {
            "SELECT g.source, g.presence, g.since, g.body, g.name FROM source_group g JOIN \
             (SELECT source FROM scope_entry WHERE connection = $1 AND kind = 0 \
             UNION SELECT source FROM contact_group WHERE connection = $1 AND source IS NOT NULL) o \
             ON o.source = g.source WHERE g.connection = $1"
        }
        Some(_) => "SELECT source, presence, since, body, name FROM source_group WHERE connection = $1{}",
    };
    among.each(tx, mirror, "source", |row| {
        let (group, presence) = read_group(row)?;
        if let Some(subject) = subjects.get_mut(&group.id) {
            subject.mirror = Some(MirrorGroup { group, presence });
        }
        Ok(())
    })?;
    let undone = "SELECT source, kind, state FROM rejection WHERE connection = $1{} \
                  AND kind IN ('group_create', 'group_rename', 'group_untie')";
    among.each(tx, undone, "source", |row| {
        let (kind, state) = (OpKind::named(row.text(1)?), row.int(2)?);
        let subject = subjects.get_mut(&SourceId::from_bytes(row.blob(0)?));
        if let (Some(subject), Some(kind)) = (subject, kind) {
            subject.rejections.push(Rejection { kind, state });
        }
        Ok(())
    })?;
    Ok(subjects.into_values().collect())
}

/// All rows of a connection, or those with one of these ids.
struct Among<'a> {
    connection: ConnectionId,
    ids: Option<&'a [&'a [u8]]>,
}

impl Among<'_> {
    /// Hands every row over. `{}` in the statement is where the condition on the column stands.
    fn each(
        &self,
        tx: &mut Tx<'_>,
        text: &str,
        column: &str,
        f: impl FnMut(&Row<'_>) -> Result<()>,
    ) -> Result<()> {
        let connection = self.connection.get();
        match self.ids {
            None => tx.for_each(&text.replace("{}", ""), params![connection], f),
            Some(ids) => {
                let of = format!(" AND {column} {}", List::Blobs.holds(tx.engine(), 2));
                tx.for_each(&text.replace("{}", &of), params![connection, ids], f)
            }
        }
    }
}

/// Which of these source groups have users as direct members.
pub(crate) fn with_people(tx: &mut Tx<'_>, connection: ConnectionId, ids: &[&[u8]]) -> Result<Vec<SourceId>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT g.source FROM source_group g WHERE g.connection = $1 AND g.source {} AND EXISTS \
         (SELECT 1 FROM source_member m WHERE m.connection = $1 AND m.source_group = g.source AND m.kind = 0)",
        List::Blobs.holds(tx.engine(), 2)
    );
    tx.query(&sql, params![connection.get(), ids], |row| Ok(SourceId::from_bytes(row.blob(0)?)))
}

/// Groups of the scope, ended ones included.
fn subscriptions(tx: &mut Tx<'_>, among: &Among<'_>) -> Result<BTreeMap<SourceId, GroupSubject>> {
    let mut subjects = BTreeMap::new();
    let sql = "SELECT source, state, contact_group FROM scope_entry WHERE connection = $1 AND kind = 0{}";
    among.each(tx, sql, "source", |row| {
        let source = SourceId::from_bytes(row.blob(0)?);
        let ours = match row.opt_int(2)?.map(GroupId::from_stored) {
            // Until the group itself is met.
            Some(group) => Ours::DeletedHere { group },
            None => Ours::Nothing,
        };
        let subscription = if row.int(1)? == 1 { Subscription::Active } else { Subscription::Ended };
        subjects
            .insert(source.clone(), GroupSubject { subscription: Some(subscription), ours, ..blank(source) });
        Ok(())
    })?;
    Ok(subjects)
}

fn ties(tx: &mut Tx<'_>, among: &Among<'_>, subjects: &mut BTreeMap<SourceId, GroupSubject>) -> Result<()> {
    // No EXISTS: PostgreSQL would gather all memberships of the customer for it.
    let sql = "SELECT g.source, g.id, g.name, (SELECT 1 FROM contact_member m WHERE m.contact_group = g.id \
               AND m.made_by = 0 LIMIT 1) FROM contact_group g WHERE g.connection = $1 AND g.source IS NOT NULL{}";
    among.each(tx, sql, "g.source", |row| {
        let source = SourceId::from_bytes(row.blob(0)?);
        let members = if row.opt_int(3)?.is_some() { RunMade::Some } else { RunMade::None };
        let group = GroupId::from_stored(row.int(1)?);
        let subject = subjects.entry(source.clone()).or_insert_with(|| blank(source));
        subject.ours = Ours::Tied { group, name: row.text(2)?.into(), members };
        Ok(())
    })
}

fn blank(source: SourceId) -> GroupSubject {
    GroupSubject { source, subscription: None, mirror: None, ours: Ours::Nothing, rejections: Vec::new() }
}

/// A contact group of this customer.
fn find(tx: &mut Tx<'_>, book: &Book, group: GroupId) -> Result<ContactGroup> {
    let (low, high) = GroupId::range(book.customer.id);
    let sql = "SELECT name, connection, source FROM contact_group WHERE id = $1 AND id BETWEEN $2 AND $3";
    let found = tx.query_opt(sql, params![group.get(), low, high], |row| {
        let source = match (row.opt_int(1)?, row.opt_blob(2)?) {
            (Some(connection), Some(source)) => {
                Some((ConnectionId::from_stored(connection), SourceId::from_bytes(source)))
            }
            (_, _) => None,
        };
        Ok(ContactGroup { id: group, name: row.text(0)?.into(), source })
    })?;
    found.ok_or(StoreError::NotFound)
}

/// Creates, ties again or renames. A group that is not there any more is not renamed.
pub(crate) fn write(
    tx: &mut Tx<'_>,
    connection: ConnectionId,
    row: &PlanRow,
    group: GroupId,
    name: &str,
) -> Result<()> {
    let source = row.source.as_bytes();
    if row.kind == OpKind::GroupRename {
        let sql = "UPDATE contact_group SET name = $1 WHERE id = $2 AND connection = $3 AND source = $4";
        return tx.exec(sql, params![name, group.get(), connection.get(), source]).map(drop);
    }
    let sql = "INSERT INTO contact_group (id, name, connection, source) VALUES ($1, $2, $3, $4) \
               ON CONFLICT (id) DO UPDATE SET name = excluded.name, connection = excluded.connection, \
               source = excluded.source";
    tx.exec(sql, params![group.get(), name, connection.get(), source])?;
    let sql = "UPDATE scope_entry SET contact_group = $1 WHERE connection = $2 AND kind = $3 AND source = $4 AND state = 1";
    tx.exec(sql, params![group.get(), connection.get(), GROUP, source]).map(drop)
}

/// Cuts a tie. An undone creation leaves no empty group behind; what a person deleted ends its subscription.
pub(crate) fn untie(tx: &mut Tx<'_>, connection: ConnectionId, row: &PlanRow, group: GroupId) -> Result<()> {
    let key = params![connection.get(), GROUP, row.source.as_bytes(), group.get()];
    let of = "WHERE connection = $1 AND kind = $2 AND source = $3 AND contact_group = $4";
    if row.reason == Reason::GroupDeletedHere {
        return tx
            .exec(&format!("UPDATE scope_entry SET state = 0, contact_group = NULL {of}"), key)
            .map(drop);
    }
    tx.exec(&format!("UPDATE scope_entry SET contact_group = NULL {of}"), key)?;
    if row.reason == Reason::Undo {
        let sql = "DELETE FROM contact_group WHERE id = $1 \
                   AND NOT EXISTS (SELECT 1 FROM contact_member m WHERE m.contact_group = contact_group.id)";
        if tx.exec(sql, params![group.get()])? > 0 {
            return Ok(());
        }
    }
    let sql = "UPDATE contact_group SET connection = NULL, source = NULL WHERE id = $1 AND connection = $2 AND source = $3";
    tx.exec(sql, params![group.get(), connection.get(), row.source.as_bytes()]).map(drop)
}

/// Contact groups that are there, of those whose memberships a chunk changes.
pub(crate) fn there(tx: &mut Tx<'_>, chunk: &[PlanRow]) -> Result<BTreeSet<GroupId>> {
    let group = |row: &PlanRow| match &row.what {
        What::Members { group, .. } => Some(group.get()),
        What::Person { .. } | What::Group { .. } => None,
    };
    let groups: Vec<i64> = chunk.iter().filter_map(group).collect();
    if groups.is_empty() {
        return Ok(BTreeSet::new());
    }
    let sql = format!("SELECT id FROM contact_group WHERE id {}", List::Ints.holds(tx.engine(), 1));
    let found = tx.query(&sql, params![&groups[..]], |row| Ok(GroupId::from_stored(row.int(0)?)))?;
    Ok(found.into_iter().collect())
}
