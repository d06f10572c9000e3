//! Complete reads: everything is gathered in a spool, then laid upon the mirror in the order of its keys; a first read of a
//! large tenant is laid down while it goes on.
//!
//! Absence is "gone" only after a complete read and a confirmation by id (W3); one that lacks more people than the guard
//! allows confirms nobody. What a first read had laid down that did not come to its end is compared like any mirror, but
//! nobody was planned from it: of whoever is absent each is asked for.

use std::collections::BTreeSet;

use engine::fold::fold_user;
use graph::DeltaStart;
use model::Timestamp;
use model::ids::SourceId;
use model::run::ReadMode;
use model::source::{GroupChange, MirrorUser, Presence, SourceGroup, UserChange};
use store::{Batch, ConnectionRow, GroupSpool, Keys, ReadEnd, Spool, StoreError, ToldGroup};

use crate::ahead::UsersAhead;
use crate::distinct::{Distinct, group_id};
use crate::laying::Laying;
use crate::office::{Progress, RunError};
use crate::opening::Way;
use crate::pull::{BATCH, Pull, Read, no_cursor};
use crate::{absence, blocking};

/// What became of the absent.
enum Verdicts {
    /// Nobody was asked for.
    Nobody,
    /// These are gone, the others hidden.
    Gone(BTreeSet<SourceId>),
}

impl Verdicts {
    fn of(&self, id: &SourceId, at: Timestamp) -> Presence {
        match self {
            Self::Nobody => Presence::Missing { at },
            Self::Gone(gone) if gone.contains(id) => Presence::Deleted { at },
            Self::Gone(_) => Presence::Hidden { at },
        }
    }
}

/// What was gathered.
enum Gathered {
    /// All of it lies in the spool.
    Spooled(Spool, ReadEnd),
    /// It lies in the mirror, which was blank; the spool has nothing left but notes.
    Laid(Spool, ReadEnd),
}

/// What the mirror holds when a complete read begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mirror {
    /// Nothing at all.
    Blank,
    /// Something.
    Written,
}

impl Pull<'_> {
    /// Reads everything. Answers the cursors where nothing differed, and what could not be read.
    pub(crate) async fn everything(&self) -> Result<Read, RunError> {
        let (connection, way) = self.open().await?;
        let keys = Keys { from: self.policy.email_from, domains: &connection.domains };
        let blank = !connection.complete && blocking(|| self.book.mirror_is_blank(connection.id))?;
        let mirror = if blank { Mirror::Blank } else { Mirror::Written };
        match (self.gather(keys, way, mirror).await?, mirror) {
            (Gathered::Laid(mut spool, end), _) => {
                blocking(|| self.book.end_fill(self.lease, &end))?;
                Ok(Read { mode: ReadMode::Complete, end: None, unreadable: spool.take_unreadable() })
            }
            (Gathered::Spooled(mut spool, end), Mirror::Blank) => {
                let unreadable = spool.take_unreadable();
                blocking(|| self.book.fill_mirror(self.lease, spool, &end))?;
                Ok(Read { mode: ReadMode::Complete, end: None, unreadable })
            }
            (Gathered::Spooled(mut spool, end), Mirror::Written) => {
                let unreadable = spool.take_unreadable();
                let end = self.lay(&connection, keys, spool, end).await?;
                Ok(Read { mode: ReadMode::Complete, end, unreadable })
            }
        }
    }

    /// Gathers everything.
    async fn gather(&self, keys: Keys<'_>, way: Way, mirror: Mirror) -> Result<Gathered, RunError> {
        let groups = match way {
            Way::Lists(groups) => groups,
            Way::Walk(walk) => {
                let mut spool = blocking(|| self.book.spool(self.connection.id))?;
                if let Some(end) = self.walk_all(keys, &mut spool, *walk).await? {
                    return Ok(Gathered::Spooled(spool, end));
                }
                // What was walked so far is older than the cursors that the lists begin with, so it is dropped.
                self.cursor_of_groups().await?
            }
        };
        let mut spool = blocking(|| self.book.spool(self.connection.id))?;
        match mirror {
            Mirror::Blank => {
                let laying = Laying::start(self.book.clone(), self.lease.clone());
                let end = self.list_all(keys, groups, &mut spool, Some(laying)).await?;
                Ok(Gathered::Laid(spool, end))
            }
            Mirror::Written => {
                let end = self.list_all(keys, groups, &mut spool, None).await?;
                Ok(Gathered::Spooled(spool, end))
            }
        }
    }

    /// Walks both deltas from their beginning; `None` once there are more users than are walked.
    async fn walk_all(
        &self,
        keys: Keys<'_>,
        spool: &mut Spool,
        mut walk: UsersAhead,
    ) -> Result<Option<ReadEnd>, RunError> {
        let most = self.client.walks_up_to();
        let (mut items, mut people, mut teams) = (0, Distinct::default(), Distinct::default());
        let (mut users, mut groups) = (0, 0);
        while let Some(page) = walk.next().await? {
            page.all_named()?;
            items += page.items.len() as u64;
            if items > most {
                return Ok(None);
            }
            users = people
                .add(page.items.iter().filter(|c| matches!(c, UserChange::Upsert(_))).map(UserChange::id));
            self.monitor.at(&Progress::Reading { users, groups });
            blocking(|| {
                page.items.iter().try_for_each(|change| spool.user(keys, change))?;
                page.unreadable.iter().try_for_each(|id| spool.unreadable_user(id))
            })?;
        }
        let user_cursor = walk.into_cursor().ok_or_else(no_cursor)?;
        let mut walk = self.client.groups_delta(DeltaStart::Beginning);
        while let Some(page) = walk.next_page().await? {
            page.all_named()?;
            let living = page.items.iter().filter(|c| matches!(c, GroupChange::Upsert { .. }));
            groups = teams.add(living.map(group_id));
            self.monitor.at(&Progress::Reading { users, groups });
            blocking(|| {
                page.items.iter().try_for_each(|change| spool.group(change))?;
                page.unreadable.iter().try_for_each(|id| spool.unreadable_group(id))
            })?;
        }
        let group_cursor = walk.into_cursor().ok_or_else(no_cursor)?;
        spool.whole_groups();
        let (users, groups) = (user_cursor.to_stored(), group_cursor.to_stored());
        Ok(Some(ReadEnd { users, groups, at: self.now }))
    }

    /// Lays a spool upon a mirror that knows something already.
    async fn lay(
        &self,
        connection: &ConnectionRow,
        keys: Keys<'_>,
        spool: Spool,
        end: ReadEnd,
    ) -> Result<Option<ReadEnd>, RunError> {
        let mut wrote = false;
        let somebody = spool.somebody().cloned();
        let (absent, rest) = blocking(|| {
            let fold = |before: Option<&MirrorUser>, change: &_| fold_user(before, change, self.now);
            let mut take = |batch: Batch| self.store(keys, &batch).map(|some| wrote |= some);
            self.book.lay_users(connection.id, spool, &fold, &mut take)
        })?;
        let verdicts = self.verdicts(connection, &absent, somebody).await?;
        let last = blocking(|| self.judge(keys, &absent, &verdicts, &mut wrote))?;
        blocking(|| self.lay_groups(connection, keys, rest, &mut wrote))?;
        // Whoever is missing without anybody having asked is found again by a complete read only, so the next one is.
        let unasked = matches!(verdicts, Verdicts::Nobody) && !absent.is_empty();
        let doubtful = unasked || blocking(|| self.book.is_anybody_missing(connection.id))?;
        let end = if doubtful { ReadEnd { at: Timestamp::START, ..end } } else { end };
        // A first fill that was cut off before its end has left the mirror full and not complete.
        if wrote || !last.is_empty() || !connection.complete {
            self.end(keys, &last, &end)?;
            return Ok(None);
        }
        Ok(Some(end))
    }

    fn lay_groups(
        &self,
        connection: &ConnectionRow,
        keys: Keys<'_>,
        rest: GroupSpool,
        wrote: &mut bool,
    ) -> Result<(), StoreError> {
        let at = self.now;
        let fold = |known: Option<&(SourceGroup, Presence)>, told: &ToldGroup| match (known, told) {
            (Some((old, Presence::Live)), ToldGroup::There(group)) if old == group => None,
            (_, ToldGroup::There(group)) => Some((group.clone(), Presence::Live)),
            (Some((_, Presence::Deleted { .. })), ToldGroup::Removed) => None,
            (Some((old, _)), ToldGroup::Removed) => Some((old.clone(), Presence::Deleted { at })),
            (Some((old, Presence::Live)), ToldGroup::Absent) => Some((old.clone(), Presence::Hidden { at })),
            (Some(_), ToldGroup::Absent | ToldGroup::Unreadable) | (None, _) => None,
        };
        let mut take = |batch: Batch| self.store(keys, &batch).map(|some| *wrote |= some);
        self.book.lay_groups(connection.id, rest, &fold, &mut take)
    }

    /// What is known of those whom a complete read lacks.
    async fn verdicts(
        &self,
        connection: &ConnectionRow,
        absent: &[SourceId],
        somebody: Option<SourceId>,
    ) -> Result<Verdicts, RunError> {
        if absent.is_empty() {
            return Ok(Verdicts::Nobody);
        }
        if !connection.complete {
            return Ok(Verdicts::Gone(absence::gone(self.client, absent, somebody.as_ref()).await?));
        }
        let window = blocking(|| self.book.guard_window(connection.id, self.now))?;
        let most = engine::guard::limit(self.policy.guard, window.base);
        if absent.len() as i64 > most {
            return Ok(Verdicts::Nobody);
        }
        Ok(Verdicts::Gone(absence::gone(self.client, absent, somebody.as_ref()).await?))
    }

    /// Writes what becomes of the absent, some thousand at a time. The last ones are answered, to be written with the end
    /// of the read.
    fn judge(
        &self,
        keys: Keys<'_>,
        absent: &[SourceId],
        verdicts: &Verdicts,
        wrote: &mut bool,
    ) -> Result<Batch, StoreError> {
        let mut last = Batch::default();
        for some in absent.chunks(BATCH) {
            *wrote |= self.store(keys, &last)?;
            let rows = self.book.mirror_users(self.connection.id, some)?.into_iter();
            let users =
                rows.map(|(id, row)| MirrorUser { presence: verdicts.of(&id, self.now), user: row.user });
            last = Batch { users: users.collect(), ..Batch::default() };
        }
        Ok(last)
    }
}
