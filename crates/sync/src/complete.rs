//! Complete reads: everything is gathered in a spool, then laid upon the mirror in the order of its keys.
//!
//! Absence is "gone" only after a complete read and a confirmation by id (W3); one that lacks more people than the guard
//! allows confirms nobody.

use std::collections::BTreeSet;

use engine::fold::fold_user;
use graph::DeltaStart;
use model::Timestamp;
use model::ids::SourceId;
use model::run::ReadMode;
use model::source::{MirrorUser, Presence, SourceGroup};
use store::{Batch, ConnectionRow, GroupSpool, Keys, ReadEnd, Spool, StoreError, Tenant, ToldGroup};

use crate::office::{Progress, RunError};
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

/// Pages of users after which a walk asks how many there are: a large tenant is listed, and most tenants are read by then.
const ASKED: usize = 2;

impl Pull<'_> {
    /// Reads everything. Answers the cursors where nothing differed, and what could not be read.
    pub(crate) async fn everything(&self) -> Result<Read, RunError> {
        let connection = self.organisation().await?;
        let keys = Keys { from: self.policy.email_from, domains: &connection.domains };
        let (mut spool, end) = self.gather(keys).await?;
        let unreadable = spool.take_unreadable();
        let first = !connection.complete && blocking(|| self.book.mirror_is_blank(connection.id))?;
        if first {
            blocking(|| self.book.fill_mirror(self.lease, spool, &end))?;
            return Ok(Read { mode: ReadMode::Complete, end: None, unreadable });
        }
        let end = self.lay(&connection, keys, spool, end).await?;
        Ok(Read { mode: ReadMode::Complete, end, unreadable })
    }

    /// What the tenant says of itself; written only if it is news.
    async fn organisation(&self) -> Result<ConnectionRow, RunError> {
        let organisation = self.client.organization().await?;
        let (id, name, domains) = (&organisation.id, &*organisation.name, &organisation.verified_domains);
        let old = self.connection;
        if old.organisation != name || old.domains != *domains || old.tenant_id != id.to_string() {
            let tenant = Tenant { id, name, domains };
            blocking(|| self.book.learn_organisation(self.lease, tenant))?;
        }
        Ok(blocking(|| self.book.connection())?.ok_or(StoreError::NotFound)?)
    }

    /// Gathers everything: by delta while the tenant is small, by lists once it proves large.
    async fn gather(&self, keys: Keys<'_>) -> Result<(Spool, ReadEnd), RunError> {
        let most = self.client.walks_up_to();
        if !blocking(|| self.book.mirror_exceeds(self.connection.id, most))? {
            let mut spool = blocking(|| self.book.spool(self.connection.id))?;
            if let Some(end) = self.walk_all(keys, &mut spool, most).await? {
                return Ok((spool, end));
            }
        }
        // What was walked so far is older than the cursors that the lists begin with, so it is dropped.
        let mut spool = blocking(|| self.book.spool(self.connection.id))?;
        let end = self.list_all(keys, &mut spool).await?;
        Ok((spool, end))
    }

    /// Walks both deltas from their beginning; `None` once there are more users than `most`.
    async fn walk_all(
        &self,
        keys: Keys<'_>,
        spool: &mut Spool,
        most: u64,
    ) -> Result<Option<ReadEnd>, RunError> {
        let (mut users, mut groups, mut pages) = (0, 0, 0);
        let mut walk = self.client.users_delta(DeltaStart::Beginning);
        while let Some(page) = walk.next_page().await? {
            page.all_named()?;
            users += page.items.len() as u64;
            pages += 1;
            if users > most || (pages == ASKED && self.client.count_users().await? > Some(most)) {
                return Ok(None);
            }
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
            groups += page.items.len() as u64;
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
