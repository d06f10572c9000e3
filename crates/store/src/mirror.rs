//! The mirror: last known state of a tenant, written together with the marks of what must be planned.

mod refilled;

use std::collections::{BTreeMap, BTreeSet};

use model::ids::{ConnectionId, SourceId};
use model::source::{
    EmailFrom, Member, MemberKind, MirrorUser, Presence, SourceGroup, SourceUser, UserChange, VerifiedDomains,
};
use model::{Key, Timestamp};

use crate::codec::{Encoder, decode_group, decode_user, encode_group, encode_user};
use crate::db::{Bulk, List, Row, Tx, Type, Verb, params};
use crate::error::{Result, StoreError};
use crate::lease::Lease;
use crate::pending;
use crate::people::has_key;
use crate::store::Book;

/// Rows that are loaded by their ids in one query.
const LOADED: usize = 2_000;

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
    /// Mirror rows of these users.
    pub fn mirror_users(
        &self,
        connection: ConnectionId,
        ids: &[SourceId],
    ) -> Result<BTreeMap<SourceId, MirrorUser>> {
        self.owns(connection)?;
        let ids: Vec<&[u8]> = ids.iter().map(SourceId::as_bytes).collect();
        self.look(ids.len(), |tx| users(tx, connection, &ids))
    }

    /// Rows of so many ids: of few in one statement.
    fn look<T>(&self, ids: usize, f: impl Fn(&mut Tx<'_>) -> Result<T>) -> Result<T> {
        if ids <= LOADED { self.store.db.look_between(f) } else { self.store.db.read_between(f) }
    }

    /// Mirrored people with this address or sign-in name.
    pub fn users_by_address(&self, connection: ConnectionId, address: &Key) -> Result<Vec<MirrorUser>> {
        self.owns(connection)?;
        let by = |digest: &str| {
            format!(
                "SELECT source, presence, since, body FROM source_user WHERE connection = $1 AND {digest} = $2"
            )
        };
        self.store.db.read(|tx| {
            let mut found = Vec::new();
            for digest in ["key_digest", "upn_digest"] {
                found.extend(tx.query(
                    &by(digest),
                    params![connection.get(), address.digest()],
                    read_user,
                )?);
            }
            // The digest finds, the address decides.
            let has = |m: &MirrorUser| {
                let all = [m.user.mail.as_deref(), m.user.upn.as_deref()];
                all.into_iter().flatten().any(|a| Key::of(a).as_ref() == Some(address))
            };
            found.retain(has);
            Ok(found)
        })
    }

    /// Mirror rows of these groups.
    pub fn mirror_groups(
        &self,
        connection: ConnectionId,
        ids: &[SourceId],
    ) -> Result<BTreeMap<SourceId, (SourceGroup, Presence)>> {
        self.owns(connection)?;
        let ids: Vec<&[u8]> = ids.iter().map(SourceId::as_bytes).collect();
        let text = "SELECT source, presence, since, body, name FROM source_group WHERE connection = $1 AND source {}";
        self.look(ids.len(), |tx| {
            let mut found = BTreeMap::new();
            each_of(tx, connection, &ids, text, |row| {
                let group = read_group(row)?;
                found.insert(group.0.id.clone(), group);
                Ok(())
            })?;
            Ok(found)
        })
    }

    /// Which of these memberships the mirror holds: group and member.
    pub fn known_members(&self, connection: ConnectionId, of: &[(SourceId, SourceId)]) -> Result<Vec<bool>> {
        self.owns(connection)?;
        // By member, for somebody is in few groups and a group may hold everybody.
        let members: BTreeSet<&[u8]> = of.iter().map(|(_, member)| member.as_bytes()).collect();
        let members: Vec<&[u8]> = members.into_iter().collect();
        let groups: BTreeSet<&[u8]> = of.iter().map(|(group, _)| group.as_bytes()).collect();
        let text = "SELECT source_group, member FROM source_member WHERE connection = $1 AND member {}";
        let known = self.look(members.len(), |tx| {
            let mut known = BTreeSet::new();
            each_of(tx, connection, &members, text, |row| {
                if groups.contains(row.blob(0)?) {
                    known.insert((SourceId::from_bytes(row.blob(0)?), SourceId::from_bytes(row.blob(1)?)));
                }
                Ok(())
            })?;
            Ok(known)
        })?;
        Ok(of.iter().map(|pair| known.contains(pair)).collect())
    }

    /// Some living user who is none of these, as a control for questions about them. The range of one connection is
    /// looked through until the first one, never to its end.
    pub fn somebody(&self, connection: ConnectionId, others: &[SourceId]) -> Result<Option<SourceId>> {
        self.owns(connection)?;
        let others: Vec<&[u8]> = others.iter().map(SourceId::as_bytes).collect();
        self.store.db.read(|tx| {
            let of = List::Blobs.holds(tx.engine(), 2);
            let sql = format!(
                "SELECT source FROM source_user WHERE connection = $1 AND presence = 0 AND NOT (source {of}) \
                 ORDER BY source LIMIT 1"
            );
            tx.query_opt(&sql, params![connection.get(), &others[..]], |row| {
                Ok(SourceId::from_bytes(row.blob(0)?))
            })
        })
    }

    /// Whether a complete read lacked people of whom nobody asked since. Looks at the whole mirror.
    pub fn is_anybody_missing(&self, connection: ConnectionId) -> Result<bool> {
        self.owns(connection)?;
        let sql = "SELECT presence FROM source_user WHERE connection = $1 AND presence = 3 LIMIT 1";
        let found =
            self.store.db.read(|tx| tx.query_opt(sql, params![connection.get()], |row| row.int(0)))?;
        Ok(found.is_some())
    }

    /// Living groups with their attributes.
    pub fn living_groups(&self, connection: ConnectionId) -> Result<Vec<SourceGroup>> {
        self.owns(connection)?;
        let sql = "SELECT source, presence, since, body, name FROM source_group WHERE connection = $1 AND presence = 0";
        self.store.db.read(|tx| tx.query(sql, params![connection.get()], |row| Ok(read_group(row)?.0)))
    }

    /// All groups, living or not, by id.
    pub(crate) fn all_groups(&self, connection: ConnectionId) -> Result<Vec<(SourceGroup, Presence)>> {
        self.owns(connection)?;
        let sql = "SELECT source, presence, since, body, name FROM source_group WHERE connection = $1 ORDER BY source";
        self.store.db.read(|tx| tx.query(sql, params![connection.get()], read_group))
    }

    /// All memberships of a group.
    pub fn members_of(&self, connection: ConnectionId, group: &SourceId) -> Result<Vec<Member>> {
        self.owns(connection)?;
        let sql = "SELECT member, kind FROM source_member WHERE connection = $1 AND source_group = $2 ORDER BY member";
        self.store.db.read(|tx| {
            tx.query(sql, params![connection.get(), group.as_bytes()], |row| {
                Ok(Member { id: SourceId::from_bytes(row.blob(0)?), kind: member_kind(row.int(1)?) })
            })
        })
    }

    /// Groups within groups: outer and inner.
    pub fn nestings(&self, connection: ConnectionId) -> Result<Vec<(SourceId, SourceId)>> {
        self.owns(connection)?;
        let sql = "SELECT source_group, member FROM source_member WHERE connection = $1 AND kind = 1";
        self.store.db.read(|tx| {
            tx.query(sql, params![connection.get()], |row| {
                Ok((SourceId::from_bytes(row.blob(0)?), SourceId::from_bytes(row.blob(1)?)))
            })
        })
    }

    /// Every user of the mirror, handed over one by one.
    pub fn each_user(&self, connection: ConnectionId, mut f: impl FnMut(MirrorUser)) -> Result<()> {
        self.owns(connection)?;
        let sql =
            "SELECT source, presence, since, body FROM source_user WHERE connection = $1 ORDER BY source";
        self.store.db.read(|tx| {
            tx.for_each(sql, params![connection.get()], |row| {
                f(read_user(row)?);
                Ok(())
            })
        })
    }

    /// Writes a batch, and in the same transaction the marks of what must be planned; with the end of a read also its
    /// cursors (transaction 1 of a run).
    pub fn write_mirror(&self, lease: &Lease, write: &Write<'_>) -> Result<()> {
        let Write { keys, batch, marks, end } = write;
        self.fenced(lease, |tx| {
            let connection = lease.connection;
            if *marks == Marks::Touched {
                mark_touched(tx, connection, *keys, batch)?;
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

    /// Makes the mirror's key digests follow the rule, where they were made by another one: a changed policy, or other
    /// domains of the tenant. Only for the holder of the lease: nobody else writes digests meanwhile.
    pub fn keep_keys(&self, lease: &Lease, keys: Keys<'_>) -> Result<()> {
        let (connection, rule) = (lease.connection, keys.rule());
        self.owns(connection)?;
        let sql = "SELECT key_rule FROM connection WHERE id = $1";
        let made_by = self.store.db.look_up(|tx| {
            tx.query_one(sql, params![connection.get()], |row| Ok(row.opt_text(0)?.map(ToOwned::to_owned)))
        })?;
        if made_by.as_ref() == Some(&rule) {
            return Ok(());
        }
        let sql = "SELECT source, presence, since, body, key_digest FROM source_user WHERE connection = $1";
        self.fenced(lease, |tx| {
            let mut stale = Vec::new();
            tx.for_each(sql, params![connection.get()], |row| {
                let mirror = read_user(row)?;
                let digest = keys.from.key(&mirror.user, keys.domains).map(|k| k.digest());
                if digest != row.opt_int(4)? {
                    stale.push(mirror);
                }
                Ok(())
            })?;
            write_users(tx, connection, keys, &stale)?;
            if made_by.is_some() {
                pending::mark_all(tx, connection)?;
            }
            let sql = "UPDATE connection SET key_rule = $1 WHERE id = $2";
            tx.exec(sql, params![rule.as_str(), connection.get()]).map(drop)
        })
    }
}

impl Keys<'_> {
    /// The rule as text: whatever may change a key is in it.
    fn rule(&self) -> String {
        match self.from {
            EmailFrom::Mail => "mail".into(),
            EmailFrom::MailThenUpn => format!("mail_then_upn {}", self.domains.0.join(" ")),
        }
    }
}

/// Mirror rows of these users.
pub(crate) fn users(
    tx: &mut Tx<'_>,
    connection: ConnectionId,
    ids: &[&[u8]],
) -> Result<BTreeMap<SourceId, MirrorUser>> {
    let of = List::Blobs.holds(tx.engine(), 2);
    let sql = format!(
        "SELECT source, presence, since, body FROM source_user WHERE connection = $1 AND source {of}"
    );
    let mut found = BTreeMap::new();
    for some in ids.chunks(LOADED) {
        let rows = tx.query(&sql, params![connection.get(), some], read_user)?;
        found.extend(rows.into_iter().map(|m| (m.user.id.clone(), m)));
    }
    Ok(found)
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
    let Some(MirrorUser { user, .. }) = tx.query_opt(sql, key, read_user)? else { return Ok(Vec::new()) };
    let mut body = Encoder::new();
    let blank = nobody(source.clone());
    encode_user(&mut body, &blank);
    let sql = "UPDATE source_user SET key_digest = NULL, upn_digest = NULL, body = $3 WHERE connection = $1 AND source = $2";
    tx.exec(sql, params![connection.get(), source.as_bytes(), &body.bytes[..]])?;
    let texts = [user.mail, user.upn, user.mobile, user.business_phone, user.display_name];
    Ok(texts.into_iter().flatten().chain(user.aliases).map(Into::into).collect())
}

pub(crate) fn read_user(row: &Row<'_>) -> Result<MirrorUser> {
    let id = SourceId::from_bytes(row.blob(0)?);
    Ok(MirrorUser { presence: presence(row.int(1)?, row.int(2)?), user: decode_user(id, row.blob(3)?)? })
}

pub(crate) fn read_group(row: &Row<'_>) -> Result<(SourceGroup, Presence)> {
    let id = SourceId::from_bytes(row.blob(0)?);
    Ok((decode_group(id, row.text(4)?, row.blob(3)?)?, presence(row.int(1)?, row.int(2)?)))
}

/// How [`Presence::Deleted`] is stored.
pub(crate) const DELETED: i64 = 1;

pub(crate) fn presence(code: i64, since: i64) -> Presence {
    let at = Timestamp(since);
    match code {
        0 => Presence::Live,
        DELETED => Presence::Deleted { at },
        2 => Presence::Hidden { at },
        _ => Presence::Missing { at },
    }
}

fn presence_code(presence: Presence) -> (i64, i64) {
    match presence {
        Presence::Live => (0, 0),
        Presence::Deleted { at } => (DELETED, at.0),
        Presence::Hidden { at } => (2, at.0),
        Presence::Missing { at } => (3, at.0),
    }
}

/// A membership's kind as it is stored.
pub(crate) fn kind_code(kind: MemberKind) -> u8 {
    match kind {
        MemberKind::User => 0,
        MemberKind::Group => 1,
        MemberKind::Other => 2,
    }
}

fn member_kind(code: i64) -> MemberKind {
    match code {
        0 => MemberKind::User,
        1 => MemberKind::Group,
        _ => MemberKind::Other,
    }
}

/// From so many touched people on, one mark for everybody is cheaper than theirs.
const MANY: usize = 5_000;

/// Everybody whose plan may differ: the changed, those who share an old or new key, the members that moved, all who are
/// below a nested group that moved or a group that vanished or came back, and whoever is in the contact group of one that
/// vanished, came back or is no longer empty.
fn mark_touched(tx: &mut Tx<'_>, connection: ConnectionId, keys: Keys<'_>, batch: &Batch) -> Result<()> {
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
    if touched.len() > MANY {
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
        if people.len() > MANY || !seen.insert(group.clone()) {
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

/// Hands over the rows of these ids; the statement has `{}` behind their column. Nothing is asked for nobody.
fn each_of(
    tx: &mut Tx<'_>,
    connection: ConnectionId,
    ids: &[&[u8]],
    text: &str,
    mut f: impl FnMut(&Row<'_>) -> Result<()>,
) -> Result<()> {
    let sql = text.replace("{}", &List::Blobs.holds(tx.engine(), 2));
    ids.chunks(LOADED).try_for_each(|some| tx.for_each(&sql, params![connection.get(), some], &mut f))
}

/// The same for statements that answer ids.
fn ids_of(tx: &mut Tx<'_>, connection: ConnectionId, ids: &[&[u8]], text: &str) -> Result<Vec<SourceId>> {
    let mut found = Vec::new();
    each_of(tx, connection, ids, text, |row| {
        found.push(SourceId::from_bytes(row.blob(0)?));
        Ok(())
    })?;
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
    if !batch.left.is_empty() {
        let mut bulk = tx.bulk(&LEAVE)?;
        for (group, member) in &batch.left {
            bulk.row(|v| {
                v.int(connection.get());
                v.blob(group.as_bytes());
                v.blob(member.as_bytes());
            })?;
        }
        bulk.finish()?;
    }
    Ok(())
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
