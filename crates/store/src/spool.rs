//! Spool: what a complete read brings, sorted by key before it is laid upon the mirror. Laid down in the order of its keys
//! a first fill touches each page of the database once, and a later complete read is compared with the mirror in one pass;
//! memory does not grow with the tenant. A first fill may begin before all was read (`fill`), a comparison may not (`lay`).

mod fill;
mod lay;
mod sorter;

use std::collections::{BTreeMap, BTreeSet};

use model::ids::{ConnectionId, SourceId};
use model::source::{GroupChange, Member, MemberKind, RemovedReason, SourceGroup, SourceUser, UserChange};

use self::sorter::{Sorter, Tag};
use crate::codec::{Encoder, encode_group, encode_user};
use crate::db::params;
use crate::error::{Result, StoreError};
use crate::mirror::{Keys, kept_out, kind_code, nobody};
use crate::store::Book;

pub use fill::Piece;
pub use lay::{FoldGroup, FoldUser, GroupSpool, TakeBatch, ToldGroup};

/// Bytes kept in memory; what is more lies in a file that vanishes with the process.
const USERS: usize = 6 << 20;
const GROUPS: usize = 1 << 20;
const MEMBERS: usize = 4 << 20;

/// Everything that a complete read has said so far.
pub struct Spool {
    before: Before,
    kept_out: BTreeSet<SourceId>,
    handed: fill::Handed,
    users: Sorter,
    groups: Sorter,
    members: Sorter,
    notes: BTreeMap<SourceId, Note>,
    somebody: Option<SourceId>,
    unreadable: BTreeSet<SourceId>,
    body: Encoder,
    row: Vec<u8>,
}

/// What the mirror knows before a spool is laid upon it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    /// The tenant as some complete read has told it.
    All,
    /// Nothing, or what a first read had laid down that did not come to its end: nobody was ever planned from it.
    Part,
}

/// What was said of a group's members.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "facts that do not exclude each other")]
struct Note {
    there: bool,
    removed: bool,
    hidden: bool,
    /// Members were named.
    named: bool,
    /// All of them were told, to the end. News of some of them never says so.
    whole: bool,
    /// Something of it could not be read, or the group went in between.
    spoilt: bool,
}

impl Note {
    /// Whether who was not named has left: only where everybody was told. An empty list of hidden members, or a list that
    /// could not be read whole, says nothing about anybody (W3).
    fn tells_leavers(self) -> bool {
        self.there && self.whole && !self.spoilt && (self.named || !self.hidden)
    }

    /// Whether the last word is that the group is gone.
    fn is_gone(self) -> bool {
        self.removed && !self.there
    }
}

impl Book {
    /// An empty spool. Of those kept out it takes the id and no values.
    pub fn spool(&self, connection: ConnectionId) -> Result<Spool> {
        self.owns(connection)?;
        let sql = "SELECT complete FROM connection WHERE id = $1";
        let (before, kept_out) = self.store.db.read(|tx| {
            let complete = tx.query_one(sql, params![connection.get()], |row| row.bool(0))?;
            Ok((if complete { Before::All } else { Before::Part }, kept_out(tx, connection)?))
        })?;
        let folder = self.store.db.folder();
        Ok(Spool {
            before,
            kept_out,
            handed: fill::Handed::default(),
            users: Sorter::new(USERS, folder.clone()),
            groups: Sorter::new(GROUPS, folder.clone()),
            members: Sorter::new(MEMBERS, folder),
            notes: BTreeMap::new(),
            somebody: None,
            unreadable: BTreeSet::new(),
            body: Encoder::new(),
            row: Vec::new(),
        })
    }
}

impl Spool {
    /// Takes an item about a user; of several about one the last counts.
    pub fn user(&mut self, keys: Keys<'_>, change: &UserChange) -> Result<()> {
        self.unreadable.remove(change.id());
        match change {
            UserChange::Upsert(user) => self.living(keys, user),
            UserChange::Removed { id, reason } => {
                let reason = [u8::from(*reason == RemovedReason::Final)];
                self.users.push((id.as_bytes(), b""), Tag::Gone, &reason)
            }
        }
    }

    fn living(&mut self, keys: Keys<'_>, user: &SourceUser) -> Result<()> {
        if self.somebody.is_none() {
            self.somebody = Some(user.id.clone());
        }
        let blank = self.kept_out.contains(&user.id).then(|| nobody(user.id.clone()));
        let user = blank.as_ref().unwrap_or(user);
        encode_user(&mut self.body, user);
        let (key, upn) = keys.digests(user);
        self.row.clear();
        self.row.push(u8::from(key.is_some()) | u8::from(upn.is_some()) << 1);
        self.row.extend_from_slice(&key.unwrap_or_default().to_be_bytes());
        self.row.extend_from_slice(&upn.unwrap_or_default().to_be_bytes());
        self.row.extend_from_slice(&self.body.bytes);
        self.users.push((user.id.as_bytes(), b""), Tag::Value, &self.row)
    }

    /// A user who is there and could not be read.
    pub fn unreadable_user(&mut self, id: &SourceId) -> Result<()> {
        self.unreadable.insert(id.clone());
        self.users.push((id.as_bytes(), b""), Tag::Seen, b"")
    }

    /// Users and groups that are there and could not be read, nor came in a readable form later.
    pub fn take_unreadable(&mut self) -> BTreeSet<SourceId> {
        std::mem::take(&mut self.unreadable)
    }

    /// Somebody who was read, as a control for questions about others.
    pub fn somebody(&self) -> Option<&SourceId> {
        self.somebody.as_ref()
    }

    /// Takes an item about a group and its members. It adds and removes whom it names, and says nothing about others.
    pub fn group(&mut self, change: &GroupChange) -> Result<()> {
        match change {
            GroupChange::Upsert { group, added, removed } => {
                self.attributes(group)?;
                for id in removed {
                    self.members.push((group.id.as_bytes(), id.as_bytes()), Tag::Gone, b"")?;
                }
                self.members(&group.id, added)
            }
            // Memberships of a removed group stay: a group that vanished removes nobody (W3).
            GroupChange::Removed { id, .. } => {
                let note = self.notes.entry(id.clone()).or_default();
                (note.there, note.removed, note.spoilt) = (false, true, true);
                self.groups.push((id.as_bytes(), b""), Tag::Gone, b"")
            }
        }
    }

    fn attributes(&mut self, group: &SourceGroup) -> Result<()> {
        let note = self.notes.entry(group.id.clone()).or_default();
        note.there = true;
        note.hidden = group.hidden_membership;
        self.row.clear();
        self.row.extend_from_slice(&(group.name.len() as u32).to_be_bytes());
        self.row.extend_from_slice(group.name.as_bytes());
        self.row.extend_from_slice(&encode_group(group));
        self.groups.push((group.id.as_bytes(), b""), Tag::Value, &self.row)
    }

    /// Takes some members of a group.
    pub fn members(&mut self, group: &SourceId, members: &[Member]) -> Result<()> {
        if members.is_empty() {
            return Ok(());
        }
        self.notes.entry(group.clone()).or_default().named = true;
        for Member { id, kind } in members {
            self.members.push((group.as_bytes(), id.as_bytes()), Tag::Value, &[kind_code(*kind)])?;
        }
        Ok(())
    }

    /// A group that is there and could not be read; nobody has left it.
    pub fn unreadable_group(&mut self, id: &SourceId) -> Result<()> {
        self.unreadable_members(id);
        self.unreadable.insert(id.clone());
        self.groups.push((id.as_bytes(), b""), Tag::Seen, b"")
    }

    /// A group whose members could not be read, or not all of them; nobody has left it.
    pub fn unreadable_members(&mut self, id: &SourceId) {
        self.notes.entry(id.clone()).or_default().spoilt = true;
    }

    /// A group whose members were told to the end: who was not named has left.
    pub fn whole_members(&mut self, id: &SourceId) {
        self.notes.entry(id.clone()).or_default().whole = true;
    }

    /// A delta was walked from its beginning to its end: it has told every group that it named whole.
    pub fn whole_groups(&mut self) {
        for note in self.notes.values_mut() {
            note.whole = true;
        }
    }
}

fn damaged() -> StoreError {
    StoreError::Internal("what was read cannot be read again".into())
}

/// A user's row, its body not yet read.
struct Parts<'r> {
    key: Option<i64>,
    upn: Option<i64>,
    body: &'r [u8],
}

fn parts(payload: &[u8]) -> Result<Parts<'_>> {
    let (flags, rest) = payload.split_first().ok_or_else(damaged)?;
    let (key, rest) = rest.split_first_chunk::<8>().ok_or_else(damaged)?;
    let (upn, body) = rest.split_first_chunk::<8>().ok_or_else(damaged)?;
    let given = |bit: u8, digest: [u8; 8]| (flags & bit != 0).then(|| i64::from_be_bytes(digest));
    Ok(Parts { key: given(1, *key), upn: given(2, *upn), body })
}

/// Name and body of a group's row.
fn named(payload: &[u8]) -> Result<(&str, &[u8])> {
    let (length, rest) = payload.split_first_chunk::<4>().ok_or_else(damaged)?;
    let (name, body) = rest.split_at_checked(u32::from_be_bytes(*length) as usize).ok_or_else(damaged)?;
    Ok((std::str::from_utf8(name).map_err(|_| damaged())?, body))
}

/// A membership's kind as it is stored.
pub(crate) fn kind_of(payload: &[u8]) -> MemberKind {
    match payload.first() {
        Some(0) => MemberKind::User,
        Some(1) => MemberKind::Group,
        Some(_) | None => MemberKind::Other,
    }
}
