//! The mirror: last known state of a tenant, written together with the marks of what must be planned.

mod asked;
mod coded;
mod refilled;
mod rekeyed;
mod touched;

use std::collections::{BTreeMap, BTreeSet};

use model::ids::{ConnectionId, SourceId};
use model::source::{
    EmailFrom, Member, MirrorUser, Presence, SourceGroup, SourceUser, UserChange, VerifiedDomains,
};
use model::{Key, Timestamp};

pub(crate) use asked::users;
use coded::presence_code;
pub(crate) use coded::{DELETED, FORGOTTEN, kind_code, presence, read_group, read_user};
pub(crate) use touched::{linked_by_key, sharing};

use crate::codec::{Encoder, encode_group, encode_user};
use crate::db::{Bulk, Row, Tx, Type, Verb, params};
use crate::error::Result;
use crate::lease::Lease;
use crate::pending;
use crate::store::Book;

/// What one batch of a read brings, folded already: only what differs from the mirror.
#[derive(Debug, Default)]
pub struct Batch {
    /// Users as they are now.
    pub users: Vec<MirrorUser>,
    /// Groups as they are now.
    pub groups: Vec<(SourceGroup, Presence)>,
    /// Memberships that were not there.
    pub joined: Vec<(SourceId, Member)>,
    /// Memberships that are gone.
    pub left: Vec<(SourceId, SourceId)>,
}

impl Batch {
    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.users.is_empty() && self.groups.is_empty() && self.joined.is_empty() && self.left.is_empty()
    }
}

/// The end of a read: from where the next one goes on. With it the mirror is whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadEnd {
    /// Cursor of users/delta.
    pub users: String,
    /// Cursor of groups/delta.
    pub groups: String,
    /// When they were taken.
    pub at: Timestamp,
}

/// Whose marks a batch leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marks {
    /// Everybody who is touched.
    Touched,
    /// Nobody: a first read marks everybody at its end.
    AtTheEnd,
}

/// A batch on its way into the mirror.
#[derive(Debug)]
pub struct Write<'a> {
    /// How keys are made.
    pub keys: Keys<'a>,
    /// What is new.
    pub batch: &'a Batch,
    /// Whose marks it leaves.
    pub marks: Marks,
    /// The end of the read, with its last batch.
    pub end: Option<&'a ReadEnd>,
}

/// How the mirror's keys are made.
#[derive(Debug, Clone, Copy)]
pub struct Keys<'a> {
    /// The policy's rule.
    pub from: EmailFrom,
    /// The tenant's domains.
    pub domains: &'a VerifiedDomains,
}

impl Keys<'_> {
    /// Digests by which a user is found: of the key, and of the sign-in name where the key does not find it already.
    pub(crate) fn digests(self, user: &SourceUser) -> (Option<i64>, Option<i64>) {
        let key = self.from.key(user, self.domains).map(|k| k.digest());
        let upn = user.upn.as_deref().and_then(Key::of).map(|k| k.digest());
        (key, upn.filter(|upn| Some(*upn) != key))
    }
}

pub(crate) const USER: Bulk = Bulk {
    table: "source_user",
    columns: &[
        ("connection", Type::Int),
        ("source", Type::Blob),
        ("presence", Type::Int),
        ("since", Type::Int),
        ("key_digest", Type::Int),
        ("upn_digest", Type::Int),
        ("body", Type::Blob),
    ],
    verb: Verb::Upsert { keys: 2, guard: None },
};
pub(crate) const GROUP: Bulk = Bulk {
    table: "source_group",
    columns: &[
        ("connection", Type::Int),
        ("source", Type::Blob),
        ("presence", Type::Int),
        ("since", Type::Int),
        ("name", Type::Text),
        ("body", Type::Blob),
    ],
    verb: Verb::Upsert { keys: 2, guard: None },
};
pub(crate) const JOIN: Bulk = Bulk {
    table: "source_member",
    columns: &[
        ("connection", Type::Int),
        ("source_group", Type::Blob),
        ("member", Type::Blob),
        ("kind", Type::Int),
    ],
    verb: Verb::Insert { on_conflict: "ON CONFLICT DO NOTHING" },
};
const LEAVE: Bulk = Bulk {
    table: "source_member",
    columns: &[("connection", Type::Int), ("source_group", Type::Blob), ("member", Type::Blob)],
    verb: Verb::Delete,
};

impl Book {
    /// Writes a batch, and in the same transaction the marks of what must be planned; with the end of a read also its
    /// cursors (transaction 1 of a run).
    pub fn write_mirror(&self, lease: &Lease, write: &Write<'_>) -> Result<()> {
        let Write { keys, batch, marks, end } = write;
        self.fenced(lease, |tx| {
            let connection = lease.connection;
            if *marks == Marks::Touched {
                touched::mark_touched(tx, connection, *keys, batch)?;
            }
            let kept_out = if batch.users.is_empty() { BTreeSet::new() } else { kept_out(tx, connection)? };
            if batch.users.iter().any(|m| kept_out.contains(&m.user.id)) {
                write_users(tx, connection, *keys, &without_values(&batch.users, &kept_out))?;
            } else {
                write_users(tx, connection, *keys, &batch.users)?;
            }
            write_groups(tx, connection, &batch.groups)?;
            write_members(tx, connection, batch)?;
            match end {
                Some(end) => finish(tx, connection, end),
                None => Ok(()),
            }
        })
    }

    /// Stores the cursors of a read that found nothing new.
    pub fn keep_cursors(&self, lease: &Lease, end: &ReadEnd) -> Result<()> {
        self.fenced(lease, |tx| finish(tx, lease.connection, end))
    }

    /// Users of a read as the mirror may keep them: of those kept out it knows the id and nothing else.
    pub fn keepable(
        &self,
        connection: ConnectionId,
        changes: &mut BTreeMap<SourceId, UserChange>,
    ) -> Result<()> {
        for source in self.store.db.look_up(|tx| kept_out(tx, connection))? {
            if let Some(UserChange::Upsert(user)) = changes.get_mut(&source) {
                **user = nobody(source);
            }
        }
        Ok(())
    }
}

/// Who must not come back.
pub(crate) fn kept_out(tx: &mut Tx<'_>, connection: ConnectionId) -> Result<BTreeSet<SourceId>> {
    let sql = "SELECT source FROM kept_out WHERE connection = $1";
    let all = tx.query(sql, params![connection.get()], |row| Ok(SourceId::from_bytes(row.blob(0)?)))?;
    Ok(all.into_iter().collect())
}

/// A source user of whom nothing is known but the id.
pub(crate) fn nobody(id: SourceId) -> SourceUser {
    SourceUser { id, ..SourceUser::default() }
}

fn without_values(users: &[MirrorUser], kept_out: &BTreeSet<SourceId>) -> Vec<MirrorUser> {
    let one = |mirror: &MirrorUser| {
        let id = &mirror.user.id;
        let user = if kept_out.contains(id) { nobody(id.clone()) } else { mirror.user.clone() };
        MirrorUser { user, presence: mirror.presence }
    };
    users.iter().map(one).collect()
}

/// Takes a person's values out of the mirror and answers those that tell somebody apart.
pub(crate) fn wipe(tx: &mut Tx<'_>, connection: ConnectionId, source: &SourceId) -> Result<Vec<String>> {
    let sql = "SELECT source, presence, since, body FROM source_user WHERE connection = $1 AND source = $2";
    let key = params![connection.get(), source.as_bytes()];
    let read = |row: &Row<'_>| Ok((row.int(1)?, read_user(row)?));
    let Some((presence, MirrorUser { user, .. })) = tx.query_opt(sql, key, read)? else {
        return Ok(Vec::new());
    };
    blank(tx, std::iter::once((connection.get(), source, presence)))?;
    let texts = [user.mail, user.upn, user.mobile, user.business_phone, user.display_name];
    Ok(texts.into_iter().flatten().chain(user.aliases).map(Into::into).collect())
}

/// Leaves of people, each of a connection, nothing but the id and whether they are there: no value, and no digest of one.
pub(crate) fn blank<'a>(
    tx: &mut Tx<'_>,
    people: impl Iterator<Item = (i64, &'a SourceId, i64)>,
) -> Result<()> {
    const BLANK: Bulk<'_> = Bulk {
        table: "source_user",
        columns: &[
            ("connection", Type::Int),
            ("source", Type::Blob),
            ("presence", Type::Int),
            ("key_digest", Type::Int),
            ("upn_digest", Type::Int),
            ("body", Type::Blob),
        ],
        verb: Verb::Update { keys: 2 },
    };
    let mut body = Encoder::new();
    let mut bulk = tx.bulk(&BLANK)?;
    for (connection, source, presence) in people {
        encode_user(&mut body, &nobody(source.clone()));
        bulk.row(|v| {
            v.int(connection);
            v.blob(source.as_bytes());
            v.int(presence);
            v.opt_int(None);
            v.opt_int(None);
            v.blob(&body.bytes);
        })?;
    }
    bulk.finish().map(drop)
}

fn write_users(
    tx: &mut Tx<'_>,
    connection: ConnectionId,
    keys: Keys<'_>,
    users: &[MirrorUser],
) -> Result<()> {
    if users.is_empty() {
        return Ok(());
    }
    let mut body = Encoder::new();
    let mut bulk = tx.bulk(&USER)?;
    for mirror in users {
        encode_user(&mut body, &mirror.user);
        let (code, since) = presence_code(mirror.presence);
        let (key, upn) = keys.digests(&mirror.user);
        bulk.row(|v| {
            v.int(connection.get());
            v.blob(mirror.user.id.as_bytes());
            v.int(code);
            v.int(since);
            v.opt_int(key);
            v.opt_int(upn);
            v.blob(&body.bytes);
        })?;
    }
    bulk.finish().map(drop)
}

fn write_groups(tx: &mut Tx<'_>, connection: ConnectionId, groups: &[(SourceGroup, Presence)]) -> Result<()> {
    if groups.is_empty() {
        return Ok(());
    }
    let mut bulk = tx.bulk(&GROUP)?;
    for (group, presence) in groups {
        let (code, since) = presence_code(*presence);
        let body = encode_group(group);
        bulk.row(|v| {
            v.int(connection.get());
            v.blob(group.id.as_bytes());
            v.int(code);
            v.int(since);
            v.text(&group.name);
            v.blob(&body);
        })?;
    }
    bulk.finish().map(drop)
}

fn write_members(tx: &mut Tx<'_>, connection: ConnectionId, batch: &Batch) -> Result<()> {
    if !batch.joined.is_empty() {
        let mut bulk = tx.bulk(&JOIN)?;
        for (group, member) in &batch.joined {
            bulk.row(|v| {
                v.int(connection.get());
                v.blob(group.as_bytes());
                v.blob(member.id.as_bytes());
                v.int(i64::from(kind_code(member.kind)));
            })?;
        }
        bulk.finish()?;
    }
    drop_members(tx, connection, batch.left.iter().map(|(group, member)| (group, member)))
}

/// Drops memberships, each by group and member.
pub(crate) fn drop_members<'m>(
    tx: &mut Tx<'_>,
    connection: ConnectionId,
    left: impl ExactSizeIterator<Item = (&'m SourceId, &'m SourceId)>,
) -> Result<()> {
    if left.len() == 0 {
        return Ok(());
    }
    let mut bulk = tx.bulk(&LEAVE)?;
    for (group, member) in left {
        bulk.row(|v| {
            v.int(connection.get());
            v.blob(group.as_bytes());
            v.blob(member.as_bytes());
        })?;
    }
    bulk.finish().map(drop)
}

/// The end of a read: its cursors, and after the first one everybody is marked.
pub(crate) fn finish(tx: &mut Tx<'_>, connection: ConnectionId, end: &ReadEnd) -> Result<()> {
    let sql = "SELECT complete FROM connection WHERE id = $1";
    if !tx.query_one(sql, params![connection.get()], |row| row.bool(0))? {
        pending::mark_all(tx, connection)?;
    }
    let sql = "UPDATE connection SET users_cursor = $1, groups_cursor = $2, cursor_at = $3, complete = 1 WHERE id = $4";
    tx.exec(sql, params![end.users.as_str(), end.groups.as_str(), end.at.0, connection.get()]).map(drop)
}
