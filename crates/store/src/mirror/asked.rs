//! What is asked of the mirror.

use std::collections::{BTreeMap, BTreeSet};

use model::Key;
use model::ids::{ConnectionId, SourceId};
use model::source::{Member, MirrorUser, Presence, SourceGroup};

use super::coded::{member_kind, read_group, read_user};
use crate::db::{List, Row, Tx, params};
use crate::error::Result;
use crate::store::Book;

/// Rows that are loaded by their ids in one query.
pub(super) const LOADED: usize = 2_000;

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

    /// Names of the source groups that somebody is in themselves, in the order of their names.
    pub fn groups_of(&self, connection: ConnectionId, member: &SourceId) -> Result<Vec<String>> {
        self.owns(connection)?;
        let sql = "SELECT g.name FROM source_member m JOIN source_group g ON g.connection = m.connection \
                   AND g.source = m.source_group WHERE m.connection = $1 AND m.member = $2";
        let key = params![connection.get(), member.as_bytes()];
        let mut names = self.store.db.look_up(|tx| tx.query(sql, key, |row| Ok(row.text(0)?.to_owned())))?;
        names.sort_unstable();
        Ok(names)
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

/// Hands over the rows of these ids; the statement has `{}` behind their column. Nothing is asked for nobody.
pub(super) fn each_of(
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
pub(super) fn ids_of(
    tx: &mut Tx<'_>,
    connection: ConnectionId,
    ids: &[&[u8]],
    text: &str,
) -> Result<Vec<SourceId>> {
    let mut found = Vec::new();
    each_of(tx, connection, ids, text, |row| {
        found.push(SourceId::from_bytes(row.blob(0)?));
        Ok(())
    })?;
    Ok(found)
}
