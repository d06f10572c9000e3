//! Pull: follows the source's pages to their end and lays them upon the mirror; transaction 1 of a run. Changes are here,
//! complete reads in `complete`.

use std::collections::{BTreeMap, BTreeSet};

use engine::fold::fold_user;
use graph::{Client, Cursor, GraphError, Lookup, MembersState};
use model::ids::SourceId;
use model::run::ReadMode;
use model::source::{GroupChange, Member, MemberKind, Presence, SourceGroup, SourceUser, UserChange};
use model::{Policy, Timestamp};
use store::{Batch, Book, ConnectionRow, Keys, Lease, Marks, ReadEnd, StoreError, Write};

use crate::ahead::{Ahead, GroupsAhead, UsersAhead};
use crate::blocking;
use crate::distinct::{Distinct, group_id};
use crate::office::{Monitor, Progress, RunError};

/// Directory cursors live seven days; a day before that everything is read anew (Graph: "delta query overview").
const CURSOR_LIFE_DAYS: i64 = 6;

/// Complete reads that are begun before a run gives up, should their cursors expire under them.
const TRIES: u32 = 3;

/// Changes that are laid upon the mirror in one transaction.
pub(crate) const BATCH: usize = 2_000;

/// Changed users that could not be read and are asked for by id; where they are more, everything is read.
const LOOKED_UP: usize = 20;

/// What a run will read, as far as that can be told before it asks.
pub(crate) fn reads(connection: &ConnectionRow, wanted: ReadMode, now: Timestamp) -> ReadMode {
    match (wanted, cursors(connection, now)) {
        (ReadMode::Delta, Some(_)) => ReadMode::Delta,
        (ReadMode::Delta, None) | (ReadMode::Complete, _) => ReadMode::Complete,
    }
}

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

/// How a read ended.
pub(crate) struct Read {
    /// What was read in the end.
    pub mode: ReadMode,
    /// The cursors, where nothing differed and so nothing was written: who ends the run stores them.
    pub end: Option<ReadEnd>,
    /// What could not be read; the mirror keeps what it has of it.
    pub unreadable: BTreeSet<SourceId>,
}

/// A walk that came to its end.
struct Walked {
    cursor: Cursor,
    /// Whether anything was laid upon the mirror on the way.
    wrote: bool,
    /// What is not yet: it goes with the cursors.
    last: Batch,
}

/// What reading changes came to.
enum Changes {
    /// Read to the end.
    Read(Option<ReadEnd>),
    /// A change came that nothing makes readable: behind its cursor it would be lost.
    Unreadable,
}

impl Pull<'_> {
    /// Reads changes, or everything where that is wanted or the cursors cannot be used. `ahead` are walks begun already.
    pub(crate) async fn pull(&self, wanted: ReadMode, ahead: Option<Ahead>) -> Result<Read, RunError> {
        let start = if wanted == ReadMode::Delta { ahead.or_else(|| self.ahead()) } else { None };
        let changes = start.is_some();
        if let Some(ahead) = start {
            match self.changes(ahead).await {
                Err(RunError::Graph(GraphError::CursorExpired(_))) => {
                    tracing::info!(customer = %self.book.customer.slug, "cursor expired, reading everything");
                }
                Err(error) => return Err(error),
                Ok(Changes::Read(end)) => {
                    return Ok(Read { mode: ReadMode::Delta, end, unreadable: BTreeSet::new() });
                }
                Ok(Changes::Unreadable) => {
                    tracing::info!(customer = %self.book.customer.slug, "unreadable change, reading everything");
                }
            }
        }
        if changes {
            blocking(|| self.book.reads(self.lease, ReadMode::Complete))?;
        }
        // A chain that was left alone for too long expires as well: start over, but not for ever.
        let mut tries = 1;
        loop {
            match self.everything().await {
                Err(RunError::Graph(GraphError::CursorExpired(_))) if tries < TRIES => tries += 1,
                read => return read,
            }
        }
    }

    fn ahead(&self) -> Option<Ahead> {
        let (users, groups) = cursors(self.connection, self.now)?;
        Some(Ahead::new(self.client, users, groups))
    }

    async fn changes(&self, ahead: Ahead) -> Result<Changes, RunError> {
        let keys = Keys { from: self.policy.email_from, domains: &self.connection.domains };
        let Some(users) = self.users(ahead.users, keys).await? else { return Ok(Changes::Unreadable) };
        let Some(groups) = self.groups(ahead.groups, keys).await? else { return Ok(Changes::Unreadable) };
        let end =
            ReadEnd { users: users.cursor.to_stored(), groups: groups.cursor.to_stored(), at: self.now };
        let last = Batch { users: users.last.users, ..groups.last };
        if users.wrote || groups.wrote || !last.is_empty() {
            self.end(keys, &last, &end)?;
            return Ok(Changes::Read(None));
        }
        Ok(Changes::Read(Some(end)))
    }

    /// The end of a read, with its last batch.
    pub(crate) fn end(&self, keys: Keys<'_>, batch: &Batch, end: &ReadEnd) -> Result<(), RunError> {
        let write = Write { keys, batch, marks: self.marks(), end: Some(end) };
        blocking(|| self.book.write_mirror(self.lease, &write))?;
        Ok(())
    }

    fn marks(&self) -> Marks {
        if self.connection.complete { Marks::Touched } else { Marks::AtTheEnd }
    }

    /// Lays a batch upon the mirror; answers whether there was anything in it. Blocks.
    pub(crate) fn store(&self, keys: Keys<'_>, batch: &Batch) -> Result<bool, StoreError> {
        if !batch.is_empty() {
            let write = Write { keys, batch, marks: self.marks(), end: None };
            self.book.write_mirror(self.lease, &write)?;
        }
        Ok(!batch.is_empty())
    }

    /// Reads changed users; `None` where a change cannot be read, by id neither.
    async fn users(&self, mut walk: UsersAhead, keys: Keys<'_>) -> Result<Option<Walked>, RunError> {
        let (mut people, mut latest, mut wrote) = (Distinct::default(), BTreeMap::new(), false);
        let mut unreadable = BTreeSet::new();
        while let Some(page) = walk.next().await? {
            if page.all_named().is_err() {
                return Ok(None);
            }
            for change in &page.items {
                unreadable.remove(change.id());
            }
            unreadable.extend(page.unreadable);
            let users = people.add(page.items.iter().map(UserChange::id));
            self.monitor.at(&Progress::Reading { users, groups: 0 });
            // The same object may come several times; the last one counts.
            latest.extend(page.items.into_iter().map(|change| (change.id().clone(), change)));
            if latest.len() >= BATCH {
                let some = std::mem::take(&mut latest);
                wrote |= blocking(|| self.store(keys, &self.fold_users(some)?))?;
            }
        }
        let Some(found) = self.look_up(unreadable).await? else { return Ok(None) };
        latest.extend(found.into_iter().map(|user| (user.id.clone(), UserChange::Upsert(Box::new(user)))));
        let last = blocking(|| self.fold_users(latest))?;
        Ok(Some(Walked { cursor: walk.into_cursor().ok_or_else(no_cursor)?, wrote, last }))
    }

    /// These users as they are now; `None` where they are too many, or one is not readable or not there.
    async fn look_up(&self, ids: BTreeSet<SourceId>) -> Result<Option<Vec<SourceUser>>, RunError> {
        if ids.len() > LOOKED_UP {
            return Ok(None);
        }
        let mut found = Vec::new();
        for id in ids {
            match self.client.user(&id).await {
                Ok(Lookup::Found(user)) => found.push(user),
                Ok(Lookup::Deleted | Lookup::Gone | Lookup::Refused) | Err(GraphError::Malformed { .. }) => {
                    return Ok(None);
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(Some(found))
    }

    fn fold_users(&self, mut latest: BTreeMap<SourceId, UserChange>) -> Result<Batch, StoreError> {
        self.book.keepable(self.connection.id, &mut latest)?;
        let ids: Vec<SourceId> = latest.keys().cloned().collect();
        let known = self.book.mirror_users(self.connection.id, &ids)?;
        let folded = latest.iter().filter_map(|(id, change)| fold_user(known.get(id), change, self.now));
        Ok(Batch { users: folded.collect(), ..Batch::default() })
    }

    /// Reads changed groups; `None` where a change cannot be read: it may have told of members.
    async fn groups(&self, mut walk: GroupsAhead, keys: Keys<'_>) -> Result<Option<Walked>, RunError> {
        let (mut teams, mut waiting, mut weight, mut wrote) = (Distinct::default(), Vec::new(), 0, false);
        while let Some(page) = walk.next().await? {
            let groups = teams.add(page.items.iter().map(group_id));
            self.monitor.at(&Progress::Reading { users: 0, groups });
            if page.malformed > 0 {
                return Ok(None);
            }
            weight += page.items.iter().map(weight_of).sum::<usize>();
            waiting.extend(page.items);
            if weight >= BATCH {
                let some = std::mem::take(&mut waiting);
                let batch = self.changed_groups(some).await?;
                wrote |= blocking(|| self.store(keys, &batch))?;
                weight = 0;
            }
        }
        let last = self.changed_groups(waiting).await?;
        Ok(Some(Walked { cursor: walk.into_cursor().ok_or_else(no_cursor)?, wrote, last }))
    }

    /// Changed groups as the mirror shall have them, and with a group that comes back who left it meanwhile.
    async fn changed_groups(&self, items: Vec<GroupChange>) -> Result<Batch, RunError> {
        let Folded { mut batch, returned } = blocking(|| self.fold_groups(items))?;
        if !returned.is_empty() {
            batch.left.extend(self.left_meanwhile(&returned).await?);
        }
        Ok(batch)
    }

    /// The delta of a group that comes back tells only who is in it. Whoever is not is told by its list of members, read
    /// once; only a list that is whole, and in which there is somebody, says that anybody left (W3).
    async fn left_meanwhile(&self, returned: &[SourceId]) -> Result<Vec<(SourceId, SourceId)>, RunError> {
        let mut lists: BTreeMap<SourceId, (BTreeSet<SourceId>, bool)> = BTreeMap::new();
        let (mut walk, mut broken) = (self.client.members(returned), BTreeSet::new());
        while let Some(page) = walk.next_page().await? {
            if page.malformed > 0 || matches!(page.state, MembersState::Gone | MembersState::Refused) {
                broken.insert(page.group.clone());
            }
            let (members, to_the_end) = lists.entry(page.group).or_default();
            members.extend(page.members.into_iter().map(|member| member.id));
            *to_the_end |= page.state == MembersState::Complete;
        }
        let mut left = Vec::new();
        for (group, (members, to_the_end)) in lists {
            if to_the_end && !broken.contains(&group) && !members.is_empty() {
                let known = blocking(|| self.book.members_of(self.connection.id, &group))?;
                let gone = known.into_iter().map(|member| member.id).filter(|id| !members.contains(id));
                left.extend(gone.map(|member| (group.clone(), member)));
            }
        }
        Ok(left)
    }

    fn fold_groups(&self, items: Vec<GroupChange>) -> Result<Folded, StoreError> {
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
        let (mut batch, mut returned) = (Batch::default(), Vec::new());
        for (id, group) in groups {
            match (group, known.get(&id)) {
                (Some(group), Some((old, Presence::Live))) if *old == group => {}
                (
                    Some(group),
                    Some((_, Presence::Deleted { .. } | Presence::Hidden { .. } | Presence::Missing { .. })),
                ) => {
                    batch.groups.push((group, Presence::Live));
                    returned.push(id);
                }
                (Some(group), Some((_, Presence::Live)) | None) => batch.groups.push((group, Presence::Live)),
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
        Ok(Folded { batch, returned })
    }
}

/// Changed groups, and those among them that come back.
struct Folded {
    batch: Batch,
    returned: Vec<SourceId>,
}

fn weight_of(change: &GroupChange) -> usize {
    match change {
        GroupChange::Upsert { added, removed, .. } => 1 + added.len() + removed.len(),
        GroupChange::Removed { .. } => 1,
    }
}

/// The cursors of the last read, where they can be used. One that cannot be read, or of another list of properties, means
/// "start over".
pub(crate) fn cursors(connection: &ConnectionRow, now: Timestamp) -> Option<(Cursor, Cursor)> {
    let young = connection.cursor_at.is_some_and(|at| now < at.plus_days(CURSOR_LIFE_DAYS));
    if !connection.complete || !young {
        return None;
    }
    let users = Cursor::from_stored(connection.users_cursor.as_deref()?).ok()?;
    let groups = Cursor::from_stored(connection.groups_cursor.as_deref()?).ok()?;
    Some((users, groups))
}

pub(crate) fn no_cursor() -> RunError {
    RunError::NoCursor
}
