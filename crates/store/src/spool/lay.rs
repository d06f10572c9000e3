//! Lays a spool upon a mirror that knows something already: row against row in the order of their keys.

use std::collections::BTreeMap;

use model::ids::{ConnectionId, SourceId};
use model::source::{Member, MirrorUser, Presence, RemovedReason, SourceGroup, UserChange};

use super::sorter::{Record, Sorted, Tag};
use super::{Before, Note, Spool, kind_of, named, parts};
use crate::codec::{decode_group, decode_user};
use crate::db::params;
use crate::error::Result;
use crate::mirror::{self, Batch};
use crate::store::Book;

/// Rows of the mirror that are compared at a time.
const PAGE: i64 = 10_000;
/// Changed rows per transaction outside of first fills.
const CHANGED: usize = 2_000;

/// What a complete read says of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ToldGroup {
    /// It is there, with these attributes.
    There(SourceGroup),
    /// It is there and could not be read.
    Unreadable,
    /// It was removed.
    Removed,
    /// Nothing.
    Absent,
}

/// What is left of a spool once its users lie in the mirror.
pub struct GroupSpool {
    before: Before,
    groups: Sorted,
    members: Sorted,
    notes: BTreeMap<SourceId, Note>,
}

impl GroupSpool {
    /// Whether who was not named as a member has left the group. Of a group that is not there nobody has: a group that
    /// vanished removes nobody (W3). Only where nobody was ever planned from the mirror its memberships are dropped, as if
    /// the read that laid them down had never been.
    fn tells_leavers(&self, group: &SourceId) -> bool {
        match (self.notes.get(group), self.before) {
            (Some(note), Before::All) => note.tells_leavers(),
            (Some(note), Before::Part) => note.tells_leavers() || note.is_gone(),
            (None, before) => before == Before::Part,
        }
    }
}

/// Decides what becomes of a user's row; `None` leaves it.
pub type FoldUser<'f> = &'f dyn Fn(Option<&MirrorUser>, &UserChange) -> Option<MirrorUser>;
/// Decides what becomes of a group's row; `None` leaves it.
pub type FoldGroup<'f> =
    &'f dyn Fn(Option<&(SourceGroup, Presence)>, &ToldGroup) -> Option<(SourceGroup, Presence)>;
/// Takes changed rows, some thousand at a time.
pub type TakeBatch<'f> = &'f mut dyn FnMut(Batch) -> Result<()>;

/// A row of the mirror, its body not yet read.
struct MirrorRow {
    source: SourceId,
    presence: Presence,
    body: Vec<u8>,
}

impl Book {
    /// Whether the mirror holds more users than that.
    pub fn mirror_exceeds(&self, connection: ConnectionId, users: u64) -> Result<bool> {
        self.owns(connection)?;
        let sql = "SELECT presence FROM source_user WHERE connection = $1 ORDER BY source LIMIT 1 OFFSET $2";
        let users = i64::try_from(users).unwrap_or(i64::MAX);
        let beyond =
            self.store.db.read(|tx| tx.query_opt(sql, params![connection.get(), users], |row| row.int(0)))?;
        Ok(beyond.is_some())
    }

    /// Compares all users with the mirror. Answers the living ones of whom the read said nothing, and what is left of the
    /// spool.
    pub fn lay_users(
        &self,
        connection: ConnectionId,
        spool: Spool,
        fold: FoldUser<'_>,
        take: TakeBatch<'_>,
    ) -> Result<(Vec<SourceId>, GroupSpool)> {
        self.owns(connection)?;
        let Spool { before, users, groups, members, notes, .. } = spool;
        let (mut users, mut record) = (users.sorted()?, Record::default());
        let (mut absent, mut out) = (Vec::new(), Out { batch: Batch::default(), take });
        let mut after = Vec::new();
        loop {
            let page = self.user_page(connection, &after)?;
            let last = page.last().filter(|_| page.len() as i64 == PAGE).map(|row| row.source.clone());
            for row in page {
                while users.peek().is_some_and(|(key, _)| key < row.source.as_bytes()) {
                    users.next(&mut record)?;
                    out.batch.users.extend(new_user(&record, fold)?);
                }
                if users.peek().is_some_and(|(key, _)| key == row.source.as_bytes()) {
                    users.next(&mut record)?;
                    out.batch.users.extend(known_user(row, &record, fold)?);
                } else if row.presence == Presence::Live {
                    absent.push(row.source);
                }
                out.hand_over()?;
            }
            let Some(last) = last else { break };
            after = last.as_bytes().to_vec();
        }
        while users.next(&mut record)? {
            out.batch.users.extend(new_user(&record, fold)?);
            out.hand_over()?;
        }
        out.end()?;
        drop(users);
        Ok((absent, GroupSpool { before, groups: groups.sorted()?, members: members.sorted()?, notes }))
    }

    fn user_page(&self, connection: ConnectionId, after: &[u8]) -> Result<Vec<MirrorRow>> {
        let sql = "SELECT source, presence, since, body FROM source_user WHERE connection = $1 AND source > $2 \
                   ORDER BY source LIMIT $3";
        self.store.db.read(|tx| {
            tx.query(sql, params![connection.get(), after, PAGE], |row| {
                Ok(MirrorRow {
                    source: SourceId::from_bytes(row.blob(0)?),
                    presence: mirror::presence(row.int(1)?, row.int(2)?),
                    body: row.blob(3)?.to_vec(),
                })
            })
        })
    }

    /// Compares groups and memberships with the mirror.
    pub fn lay_groups(
        &self,
        connection: ConnectionId,
        mut spool: GroupSpool,
        fold: FoldGroup<'_>,
        take: TakeBatch<'_>,
    ) -> Result<()> {
        self.owns(connection)?;
        let groups = &mut spool.groups;
        let (mut record, mut out) = (Record::default(), Out { batch: Batch::default(), take });
        for known in self.all_groups(connection)? {
            let id = known.0.id.clone();
            while groups.peek().is_some_and(|(key, _)| key < id.as_bytes()) {
                groups.next(&mut record)?;
                out.batch.groups.extend(fold(None, &told(&record)?));
            }
            let told = if groups.peek().is_some_and(|(key, _)| key == id.as_bytes()) {
                groups.next(&mut record)?;
                told(&record)?
            } else {
                ToldGroup::Absent
            };
            out.batch.groups.extend(fold(Some(&known), &told));
            out.hand_over()?;
        }
        while groups.next(&mut record)? {
            out.batch.groups.extend(fold(None, &told(&record)?));
            out.hand_over()?;
        }
        self.lay_members(connection, &mut spool, &mut out)?;
        out.end()
    }

    fn lay_members(&self, connection: ConnectionId, spool: &mut GroupSpool, out: &mut Out<'_>) -> Result<()> {
        let mut record = Record::default();
        let mut after = (Vec::new(), Vec::new());
        loop {
            let page = self.member_page(connection, &after)?;
            let last = page.last().filter(|_| page.len() as i64 == PAGE).cloned();
            for (group, member) in page {
                let key = (group.as_bytes(), member.as_bytes());
                while spool.members.peek().is_some_and(|told| told < key) {
                    spool.members.next(&mut record)?;
                    joined(&record, &mut out.batch);
                }
                if spool.members.peek() == Some(key) {
                    spool.members.next(&mut record)?;
                    if record.tag() == Tag::Gone {
                        out.batch.left.push((group, member));
                    }
                } else if spool.tells_leavers(&group) {
                    out.batch.left.push((group, member));
                }
                out.hand_over()?;
            }
            let Some((group, member)) = last else { break };
            after = (group.as_bytes().to_vec(), member.as_bytes().to_vec());
        }
        while spool.members.next(&mut record)? {
            joined(&record, &mut out.batch);
            out.hand_over()?;
        }
        Ok(())
    }

    fn member_page(
        &self,
        connection: ConnectionId,
        after: &(Vec<u8>, Vec<u8>),
    ) -> Result<Vec<(SourceId, SourceId)>> {
        let sql = "SELECT source_group, member FROM source_member WHERE connection = $1 \
                   AND (source_group, member) > ($2, $3) ORDER BY source_group, member LIMIT $4";
        self.store.db.read(|tx| {
            tx.query(sql, params![connection.get(), &after.0[..], &after.1[..], PAGE], |row| {
                Ok((SourceId::from_bytes(row.blob(0)?), SourceId::from_bytes(row.blob(1)?)))
            })
        })
    }
}

/// Changed rows on their way out.
struct Out<'o> {
    batch: Batch,
    take: TakeBatch<'o>,
}

impl Out<'_> {
    /// Hands the batch over once it is large enough.
    fn hand_over(&mut self) -> Result<()> {
        let Batch { users, groups, joined, left } = &self.batch;
        if users.len() + groups.len() + joined.len() + left.len() < CHANGED {
            return Ok(());
        }
        (self.take)(std::mem::take(&mut self.batch))
    }

    fn end(self) -> Result<()> {
        (self.take)(self.batch)
    }
}

fn change_of(record: &Record) -> Result<Option<UserChange>> {
    let id = SourceId::from_bytes(record.keys().0);
    Ok(match record.tag() {
        Tag::Value => Some(UserChange::Upsert(Box::new(decode_user(id, parts(record.payload())?.body)?))),
        Tag::Gone => {
            let last = record.payload().first() == Some(&1);
            let reason = if last { RemovedReason::Final } else { RemovedReason::Restorable };
            Some(UserChange::Removed { id, reason })
        }
        Tag::Seen => None,
    })
}

fn new_user(record: &Record, fold: FoldUser<'_>) -> Result<Option<MirrorUser>> {
    Ok(change_of(record)?.and_then(|change| fold(None, &change)))
}

fn known_user(row: MirrorRow, record: &Record, fold: FoldUser<'_>) -> Result<Option<MirrorUser>> {
    // Equal bytes are equal values, and most rows are equal.
    let alive = row.presence == Presence::Live && record.tag() == Tag::Value;
    if alive && parts(record.payload())?.body == row.body {
        return Ok(None);
    }
    let Some(change) = change_of(record)? else { return Ok(None) };
    let known = MirrorUser { user: decode_user(row.source, &row.body)?, presence: row.presence };
    Ok(fold(Some(&known), &change))
}

fn told(record: &Record) -> Result<ToldGroup> {
    Ok(match record.tag() {
        Tag::Value => {
            let (name, body) = named(record.payload())?;
            ToldGroup::There(decode_group(SourceId::from_bytes(record.keys().0), name, body)?)
        }
        Tag::Gone => ToldGroup::Removed,
        Tag::Seen => ToldGroup::Unreadable,
    })
}

fn joined(record: &Record, batch: &mut Batch) {
    if record.tag() == Tag::Value {
        let (group, member) = record.keys();
        let id = SourceId::from_bytes(member);
        batch.joined.push((SourceId::from_bytes(group), Member { id, kind: kind_of(record.payload()) }));
    }
}
