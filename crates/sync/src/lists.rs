//! Complete reads of large tenants: a chain of delta pages is walked one page after the other and takes its time, lists and
//! batches of members run beside each other as fast as the tenant's quota allows. The cursors are taken first, and the
//! deltas behind them bring what changed while the lists were read.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use futures::stream::{self, StreamExt};
use graph::{Cursor, DeltaStart, GroupsWalk, MemberPage, MembersState, Page, UsersWalk};
use model::ids::SourceId;
use model::source::GroupChange;
use store::{Keys, ReadEnd, Spool, StoreError};

use crate::ahead::Ahead;
use crate::blocking;
use crate::office::{Progress, RunError};
use crate::pull::{Pull, no_cursor};

/// A spool that two walks fill.
struct Shared<'s> {
    spool: Mutex<&'s mut Spool>,
    users: AtomicU64,
    groups: AtomicU64,
}

impl<'s> Shared<'s> {
    fn lock(&self) -> MutexGuard<'_, &'s mut Spool> {
        self.spool.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pull<'_> {
    /// Lists everything into the spool.
    pub(crate) async fn list_all(&self, keys: Keys<'_>, spool: &mut Spool) -> Result<ReadEnd, RunError> {
        let (users, groups) = tokio::try_join!(
            cursor_of_users(self.client.users_delta(DeltaStart::Latest)),
            cursor_of_groups(self.client.groups_delta(DeltaStart::Latest))
        )?;
        let shared = Shared { spool: Mutex::new(spool), users: AtomicU64::new(0), groups: AtomicU64::new(0) };
        tokio::try_join!(self.list_users(keys, &shared), self.list_groups(&shared))?;
        self.catch_up(keys, &shared, Ahead::new(self.client, users, groups)).await
    }

    async fn list_users(&self, keys: Keys<'_>, shared: &Shared<'_>) -> Result<(), RunError> {
        let mut walk = self.client.users_list();
        while let Some(page) = walk.next_page().await? {
            page.all_named()?;
            shared.users.fetch_add(page.items.len() as u64, Ordering::Relaxed);
            self.tell(shared);
            blocking(|| {
                let mut spool = shared.lock();
                page.items.iter().try_for_each(|change| spool.user(keys, change))?;
                page.unreadable.iter().try_for_each(|id| spool.unreadable_user(id))
            })?;
        }
        Ok(())
    }

    /// Members are read from the first page of groups on.
    async fn list_groups(&self, shared: &Shared<'_>) -> Result<(), RunError> {
        let next = |mut walk: GroupsWalk| async {
            let page = walk.next_page().await.transpose()?;
            Some((page, walk))
        };
        let groups = stream::unfold(self.client.groups_list(), next);
        tokio::pin!(groups);
        let (mut members, mut listing, mut reading) = (self.client.members(&[]), true, false);
        while listing || reading {
            tokio::select! {
                page = groups.next(), if listing => match page.transpose()? {
                    Some(page) => {
                        members.add(&take_groups(shared, &page)?);
                        reading = true;
                    }
                    None => listing = false,
                },
                page = members.next_page(), if reading => match page? {
                    Some(page) => self.take_members(shared, &page)?,
                    None => reading = false,
                },
            }
        }
        Ok(())
    }

    fn take_members(&self, shared: &Shared<'_>, page: &MemberPage) -> Result<(), StoreError> {
        // Of a group that is gone meanwhile the delta tells; until then, and where members may not be read, nobody has left.
        let readable = match page.state {
            MembersState::More | MembersState::Complete => page.malformed == 0,
            MembersState::Gone | MembersState::Refused => false,
        };
        if page.state != MembersState::More {
            shared.groups.fetch_add(1, Ordering::Relaxed);
            self.tell(shared);
        }
        blocking(|| {
            let mut spool = shared.lock();
            if !readable {
                spool.unreadable_members(&page.group);
            }
            if page.state == MembersState::Complete {
                spool.whole_members(&page.group);
            }
            spool.members(&page.group, &page.members)
        })
    }

    /// What changed since the cursors were taken. It adds and removes whom it names; whether a group was told whole the
    /// lists have said.
    async fn catch_up(&self, keys: Keys<'_>, shared: &Shared<'_>, ahead: Ahead) -> Result<ReadEnd, RunError> {
        let Ahead { mut users, mut groups } = ahead;
        let people = async {
            while let Some(page) = users.next().await? {
                page.all_named()?;
                blocking(|| {
                    let mut spool = shared.lock();
                    page.items.iter().try_for_each(|change| spool.user(keys, change))?;
                    page.unreadable.iter().try_for_each(|id| spool.unreadable_user(id))
                })?;
            }
            Ok::<_, RunError>(())
        };
        let others = async {
            while let Some(page) = groups.next().await? {
                take_groups(shared, &page)?;
            }
            Ok::<_, RunError>(())
        };
        tokio::try_join!(people, others)?;
        let (users, groups) = (users.into_cursor(), groups.into_cursor());
        let (users, groups) = (users.ok_or_else(no_cursor)?, groups.ok_or_else(no_cursor)?);
        Ok(ReadEnd { users: users.to_stored(), groups: groups.to_stored(), at: self.now })
    }

    fn tell(&self, shared: &Shared<'_>) {
        let (users, groups) = (&shared.users, &shared.groups);
        let (users, groups) = (users.load(Ordering::Relaxed), groups.load(Ordering::Relaxed));
        self.monitor.at(&Progress::Reading { users, groups });
    }
}

/// Takes a page of groups; answers which there are.
fn take_groups(shared: &Shared<'_>, page: &Page<GroupChange>) -> Result<Vec<SourceId>, RunError> {
    page.all_named()?;
    let living = page.items.iter().filter_map(|change| match change {
        GroupChange::Upsert { group, .. } => Some(group.id.clone()),
        GroupChange::Removed { .. } => None,
    });
    let ids = living.chain(page.unreadable.iter().cloned()).collect();
    blocking(|| {
        let mut spool = shared.lock();
        page.items.iter().try_for_each(|change| spool.group(change))?;
        page.unreadable.iter().try_for_each(|id| spool.unreadable_group(id))
    })?;
    Ok(ids)
}

/// The cursor of now; the walk has no items.
async fn cursor_of_users(mut walk: UsersWalk) -> Result<Cursor, RunError> {
    while walk.next_page().await?.is_some() {}
    walk.into_cursor().ok_or_else(no_cursor)
}

async fn cursor_of_groups(mut walk: GroupsWalk) -> Result<Cursor, RunError> {
    while walk.next_page().await?.is_some() {}
    walk.into_cursor().ok_or_else(no_cursor)
}
