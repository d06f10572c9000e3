//! Pull: follows the source's pages to their end and lays them upon the mirror; transaction 1 of a run.
//!
//! Absence is "gone" only after a complete read and a confirmation by id (W3); one that lacks more people than the guard
//! allows confirms nobody.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use engine::fold::fold_user;
use graph::{Client, Cursor, DeltaStart, Existence, GraphError};
use model::ids::SourceId;
use model::run::ReadMode;
use model::source::{GroupChange, Member, MemberKind, MirrorUser, Presence, SourceGroup, UserChange};
use model::text::{fnv1a, fnv1a_from};
use model::{Policy, Timestamp};
use store::{Batch, Book, ConnectionRow, Keys, Lease, Marks, ReadEnd, StoreError, Write};

use crate::blocking;
use crate::office::{Monitor, Progress, RunError};

/// Directory cursors live seven days; a day before that everything is read anew (Graph: "delta query overview").
const CURSOR_LIFE_DAYS: i64 = 6;

/// Changes that are laid upon the mirror in one transaction. Large batches in the order of their keys keep a first fill
/// linear; memory stays at some ten megabytes.
const BATCH: usize = 10_000;

/// One read at work.
pub(crate) struct Pull<'a> {
    pub book: &'a Book,
    pub lease: &'a Lease,
    pub connection: &'a ConnectionRow,
    pub client: &'a Client,
    pub policy: &'a Policy,
    pub monitor: &'a dyn Monitor,
    pub now: Timestamp,
}

/// What a complete read has seen.
#[derive(Default)]
struct Seen {
    users: BTreeSet<SourceId>,
    groups: BTreeSet<SourceId>,
    members: HashSet<u64>,
    groups_with_members: BTreeSet<SourceId>,
}

impl Pull<'_> {
    /// Reads changes, or everything where that is wanted or the cursors cannot be used.
    pub(crate) async fn pull(&self, wanted: ReadMode) -> Result<ReadMode, RunError> {
        let start = if wanted == ReadMode::Delta { self.cursors() } else { None };
        if let Some((users, groups)) = start {
            match self.read(Some(users), Some(groups)).await {
                Err(RunError::Graph(GraphError::CursorExpired(_))) => {
                    tracing::info!(customer = %self.book.customer.slug, "cursor expired, reading everything");
                }
                other => return other.map(|()| ReadMode::Delta),
            }
        }
        self.read(None, None).await.map(|()| ReadMode::Complete)
    }

    fn cursors(&self) -> Option<(Cursor, Cursor)> {
        let row = self.connection;
        let young = row.cursor_at.is_some_and(|at| self.now < at.plus_days(CURSOR_LIFE_DAYS));
        if !row.complete || !young {
            return None;
        }
        // A cursor that cannot be read, or of another list of properties, means "start over".
        let users = Cursor::from_stored(row.users_cursor.as_deref()?).ok()?;
        let groups = Cursor::from_stored(row.groups_cursor.as_deref()?).ok()?;
        Some((users, groups))
    }

    async fn read(&self, users: Option<Cursor>, groups: Option<Cursor>) -> Result<(), RunError> {
        let complete = users.is_none();
        if complete {
            let organisation = self.client.organization().await?;
            let (name, domains) = (&organisation.name, &organisation.verified_domains);
            blocking(|| self.book.learn_organisation(self.lease, name, domains))?;
        }
        let connection = blocking(|| self.book.connection())?.ok_or(StoreError::NotFound)?;
        let keys = Keys { from: self.policy.email_from, domains: &connection.domains };
        let mut seen = Seen::default();
        let start = |cursor: Option<Cursor>| cursor.map_or(DeltaStart::Beginning, DeltaStart::Cursor);
        let users = self.users(start(users), keys, &mut seen).await?;
        let groups = self.groups(start(groups), keys, &mut seen).await?;
        let batch = if complete { self.absent(&seen).await? } else { Batch::default() };
        let end = ReadEnd { users: users.to_stored(), groups: groups.to_stored(), at: self.now };
        let marks = self.marks();
        blocking(|| {
            self.book.write_mirror(self.lease, &Write { keys, batch: &batch, marks, end: Some(&end) })
        })?;
        Ok(())
    }

    fn marks(&self) -> Marks {
        if self.connection.complete { Marks::Touched } else { Marks::AtTheEnd }
    }

    fn store(&self, keys: Keys<'_>, batch: &Batch) -> Result<(), RunError> {
        if !batch.is_empty() {
            let marks = self.marks();
            blocking(|| self.book.write_mirror(self.lease, &Write { keys, batch, marks, end: None }))?;
        }
        Ok(())
    }

    async fn users(&self, start: DeltaStart, keys: Keys<'_>, seen: &mut Seen) -> Result<Cursor, RunError> {
        let mut walk = self.client.users_delta(start);
        let (mut read, mut latest) = (0, BTreeMap::new());
        while let Some(page) = walk.next_page().await? {
            read += page.items.len() as u64;
            self.monitor.at(&Progress::Reading { users: read, groups: 0 });
            seen.users.extend(page.unreadable);
            for change in page.items {
                match &change {
                    UserChange::Upsert(user) => drop(seen.users.insert(user.id.clone())),
                    UserChange::Removed { id, .. } => drop(seen.users.remove(id)),
                }
                // The same object may come several times; the last one counts.
                latest.insert(change.id().clone(), change);
            }
            if latest.len() >= BATCH {
                let batch = blocking(|| self.fold_users(&std::mem::take(&mut latest)))?;
                self.store(keys, &batch)?;
            }
        }
        let batch = blocking(|| self.fold_users(&latest))?;
        self.store(keys, &batch)?;
        walk.into_cursor().ok_or_else(|| RunError::Other("Microsoft ended a read without a position".into()))
    }

    fn fold_users(&self, latest: &BTreeMap<SourceId, UserChange>) -> Result<Batch, StoreError> {
        let ids: Vec<SourceId> = latest.keys().cloned().collect();
        let known = self.book.mirror_users(self.connection.id, &ids)?;
        let folded = latest.iter().filter_map(|(id, change)| fold_user(known.get(id), change, self.now));
        Ok(Batch { users: folded.collect(), ..Batch::default() })
    }

    async fn groups(&self, start: DeltaStart, keys: Keys<'_>, seen: &mut Seen) -> Result<Cursor, RunError> {
        let mut walk = self.client.groups_delta(start);
        let users = seen.users.len() as u64;
        let (mut read, mut waiting, mut weight) = (0, Vec::new(), 0);
        while let Some(page) = walk.next_page().await? {
            read += page.items.len() as u64;
            self.monitor.at(&Progress::Reading { users, groups: read });
            seen.groups.extend(page.unreadable.iter().cloned());
            seen.groups_with_members.extend(page.unreadable);
            for change in &page.items {
                see_group(seen, change);
            }
            weight += page.items.iter().map(weight_of).sum::<usize>();
            waiting.extend(page.items);
            if weight >= BATCH {
                let batch = blocking(|| self.fold_groups(std::mem::take(&mut waiting)))?;
                self.store(keys, &batch)?;
                weight = 0;
            }
        }
        let batch = blocking(|| self.fold_groups(waiting))?;
        self.store(keys, &batch)?;
        walk.into_cursor().ok_or_else(|| RunError::Other("Microsoft ended a read without a position".into()))
    }

    fn fold_groups(&self, items: Vec<GroupChange>) -> Result<Batch, StoreError> {
        let mut groups: BTreeMap<SourceId, Option<SourceGroup>> = BTreeMap::new();
        let mut members: BTreeMap<(SourceId, SourceId), Option<MemberKind>> = BTreeMap::new();
        for item in items {
            match item {
                GroupChange::Upsert { group, added, removed } => {
                    let id = group.id.clone();
                    members.extend(removed.into_iter().map(|m| ((id.clone(), m), None)));
                    members.extend(added.into_iter().map(|m| ((id.clone(), m.id), Some(m.kind))));
                    groups.insert(id, Some(*group));
                }
                // Memberships of a removed group stay: a group that vanished removes nobody (W3).
                GroupChange::Removed { id, .. } => drop(groups.insert(id, None)),
            }
        }
        let ids: Vec<SourceId> = groups.keys().cloned().collect();
        let known = self.book.mirror_groups(self.connection.id, &ids)?;
        let mut batch = Batch::default();
        for (id, group) in groups {
            match (group, known.get(&id)) {
                (Some(group), Some((old, Presence::Live))) if *old == group => {}
                (Some(group), _) => batch.groups.push((group, Presence::Live)),
                (None, Some((old, presence))) if !matches!(presence, Presence::Deleted { .. }) => {
                    batch.groups.push((old.clone(), Presence::Deleted { at: self.now }));
                }
                (None, _) => {}
            }
        }
        let pairs: Vec<(SourceId, SourceId)> = members.keys().cloned().collect();
        let there = self.book.known_members(self.connection.id, &pairs)?;
        for (((group, member), kind), there) in members.into_iter().zip(there) {
            match (kind, there) {
                (Some(kind), false) => batch.joined.push((group, Member { id: member, kind })),
                (None, true) => batch.left.push((group, member)),
                (Some(_), true) | (None, false) => {}
            }
        }
        Ok(batch)
    }

    /// What a complete read lacks.
    async fn absent(&self, seen: &Seen) -> Result<Batch, RunError> {
        let mut batch = Batch { users: self.absent_users(seen).await?, ..Batch::default() };
        blocking(|| {
            for group in self.book.living_groups(self.connection.id)? {
                if !seen.groups.contains(&group.id) {
                    batch.groups.push((group, Presence::Hidden { at: self.now }));
                    continue;
                }
                let untold = group.hidden_membership && !seen.groups_with_members.contains(&group.id);
                if untold {
                    continue;
                }
                for member in self.book.members_of(self.connection.id, &group.id)? {
                    if !seen.members.contains(&pair(&group.id, &member.id)) {
                        batch.left.push((group.id.clone(), member.id));
                    }
                }
            }
            Ok::<_, StoreError>(())
        })?;
        Ok(batch)
    }

    async fn absent_users(&self, seen: &Seen) -> Result<Vec<MirrorUser>, RunError> {
        let living = blocking(|| self.book.living_users(self.connection.id))?;
        let absent: Vec<SourceId> = living.into_iter().filter(|id| !seen.users.contains(id)).collect();
        if absent.is_empty() {
            return Ok(Vec::new());
        }
        let window = blocking(|| self.book.guard_window(self.connection.id, self.now))?;
        let most = engine::guard::limit(self.policy.guard, window.base);
        let verdict =
            if absent.len() as i64 > most { Verdicts::Nobody } else { self.confirm(&absent, seen).await? };
        let rows = blocking(|| self.book.mirror_users(self.connection.id, &absent))?;
        let at = self.now;
        Ok(rows
            .into_iter()
            .map(|(id, row)| MirrorUser {
                presence: match &verdict {
                    Verdicts::Nobody => Presence::Missing { at },
                    Verdicts::Gone(gone) if gone.contains(&id) => Presence::Deleted { at },
                    Verdicts::Gone(_) => Presence::Hidden { at },
                },
                user: row.user,
            })
            .collect())
    }

    /// Asks for the absent by id, together with somebody who is there.
    async fn confirm(&self, absent: &[SourceId], seen: &Seen) -> Result<Verdicts, RunError> {
        let deleted: BTreeSet<SourceId> = match self.client.deleted_users().await {
            Ok(ids) => ids.into_iter().collect(),
            // Refused look-ups confirm nothing.
            Err(GraphError::ConsentMissing { .. } | GraphError::Rejected(_)) => BTreeSet::new(),
            Err(other) => return Err(other.into()),
        };
        let mut gone: BTreeSet<SourceId> =
            absent.iter().filter(|id| deleted.contains(*id)).cloned().collect();
        let rest: Vec<SourceId> = absent.iter().filter(|id| !deleted.contains(*id)).cloned().collect();
        if let (false, Some(control)) = (rest.is_empty(), seen.users.first()) {
            match self.client.living_ids(&rest, control).await? {
                Existence::Known { living } => {
                    gone.extend(rest.into_iter().filter(|id| !living.contains(id)));
                }
                Existence::Unknown => {}
            }
        }
        Ok(Verdicts::Gone(gone))
    }
}

/// What became of the absent.
enum Verdicts {
    /// Nobody was asked for.
    Nobody,
    /// These are gone, the others hidden.
    Gone(BTreeSet<SourceId>),
}

fn weight_of(change: &GroupChange) -> usize {
    match change {
        GroupChange::Upsert { added, removed, .. } => 1 + added.len() + removed.len(),
        GroupChange::Removed { .. } => 1,
    }
}

fn see_group(seen: &mut Seen, change: &GroupChange) {
    match change {
        GroupChange::Upsert { group, added, removed } => {
            for id in removed {
                seen.members.remove(&pair(&group.id, id));
            }
            if !added.is_empty() {
                seen.groups_with_members.insert(group.id.clone());
            }
            seen.members.extend(added.iter().map(|m| pair(&group.id, &m.id)));
            seen.groups.insert(group.id.clone());
        }
        GroupChange::Removed { id, .. } => drop(seen.groups.remove(id)),
    }
}

/// A membership as eight bytes, so that millions of them can be remembered during a read. Two that collide hide at most
/// one leaver until the group changes again.
fn pair(group: &SourceId, member: &SourceId) -> u64 {
    fnv1a_from(fnv1a(group.as_bytes()), member.as_bytes())
}
