//! Complete reads of large tenants: a chain of delta pages is walked one page after the other and takes its time, lists and
//! batches of members run beside each other as fast as the tenant's quota allows. The cursors are taken first, and the
//! deltas behind them bring what changed while the lists were read. A first read is laid down meanwhile.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use futures::stream::{self, StreamExt};
use graph::{
    Cursor, DeltaStart, GraphError, GroupsWalk, MemberPage, MembersState, Page, UsersList, UsersWalk,
};
use model::ids::SourceId;
use model::source::{GroupChange, UserChange};
use store::{Keys, ReadEnd, Spool, StoreError};
use tokio::sync::mpsc::{self, Sender};
use tokio::task::JoinSet;

use crate::ahead::Ahead;
use crate::blocking;
use crate::distinct::Distinct;
use crate::laying::Laying;
use crate::office::{Progress, RunError};
use crate::pull::{Pull, no_cursor};

/// Decoded pages of users that wait to be encoded.
const READ_AHEAD: usize = 1;

/// A spool that two walks fill.
struct Shared<'s> {
    filling: Mutex<Filling<'s>>,
    users: AtomicU64,
    groups: AtomicU64,
}

struct Filling<'s> {
    spool: &'s mut Spool,
    /// Where what was told goes on to at once.
    laying: Option<Laying>,
}

impl<'s> Shared<'s> {
    fn lock(&self) -> MutexGuard<'_, Filling<'s>> {
        self.filling.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Filling<'_> {
    /// Hands over what can be laid down at once.
    fn hand_over(&mut self) -> Result<(), StoreError> {
        let Some(laying) = &mut self.laying else { return Ok(()) };
        if laying.is_idle()?
            && let Some(piece) = self.spool.ready()
        {
            laying.give(piece)?;
        }
        Ok(())
    }

    /// Hands over everything that is there.
    fn hand_rest(&mut self) -> Result<(), StoreError> {
        let Some(laying) = &mut self.laying else { return Ok(()) };
        self.spool.rest().into_iter().try_for_each(|piece| laying.give(piece))
    }

    fn end(&mut self) -> Result<(), StoreError> {
        self.hand_rest()?;
        self.laying.as_mut().map_or(Ok(()), Laying::end)
    }
}

impl Pull<'_> {
    /// Lists everything into the spool, and from there upon a blank mirror.
    pub(crate) async fn list_all(
        &self,
        keys: Keys<'_>,
        groups: Cursor,
        spool: &mut Spool,
        laying: Option<Laying>,
    ) -> Result<ReadEnd, RunError> {
        let filling = Mutex::new(Filling { spool, laying });
        let shared = Shared { filling, users: AtomicU64::new(0), groups: AtomicU64::new(0) };
        let users = async {
            let cursor = cursor_of_users(self.client.users_delta(DeltaStart::Latest)).await?;
            self.list_users(keys, &shared).await?;
            Ok::<_, RunError>(cursor)
        };
        let (users, ()) = tokio::try_join!(users, self.list_groups(&shared))?;
        blocking(|| shared.lock().hand_rest())?;
        let end = self.catch_up(keys, &shared, Ahead::new(self.client, users, groups)).await?;
        blocking(|| shared.lock().end())?;
        Ok(end)
    }

    async fn list_users(&self, keys: Keys<'_>, shared: &Shared<'_>) -> Result<(), RunError> {
        // The next pages are read and decoded while those before are encoded and sorted.
        let (to, mut pages) = mpsc::channel(READ_AHEAD);
        let mut reader = JoinSet::new();
        reader.spawn(read_users(self.client.users_list(), to));
        let mut people = Distinct::default();
        while let Some(page) = pages.recv().await {
            let page = page?;
            page.all_named()?;
            shared.users.store(people.add(page.items.iter().map(UserChange::id)), Ordering::Relaxed);
            self.tell(shared);
            blocking(|| {
                let mut filling = shared.lock();
                page.items.iter().try_for_each(|change| filling.spool.user(keys, change))?;
                page.unreadable.iter().try_for_each(|id| filling.spool.unreadable_user(id))?;
                filling.hand_over()
            })?;
        }
        while let Some(ended) = reader.join_next().await {
            ended.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()));
        }
        blocking(|| {
            let mut filling = shared.lock();
            filling.spool.users_listed();
            filling.hand_over()
        })?;
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
                page = groups.next(), if listing => if let Some(page) = page.transpose()? {
                    members.add(&take_groups(shared, &page)?);
                    reading = true;
                } else {
                    shared.lock().spool.groups_listed();
                    listing = false;
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
            let mut filling = shared.lock();
            if !readable {
                filling.spool.unreadable_members(&page.group);
            }
            if page.state == MembersState::Complete {
                filling.spool.whole_members(&page.group);
            }
            filling.spool.members(&page.group, &page.members)?;
            filling.hand_over()
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
                    let spool = &mut *shared.lock().spool;
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
        let spool = &mut *shared.lock().spool;
        page.items.iter().try_for_each(|change| spool.group(change))?;
        page.unreadable.iter().try_for_each(|id| spool.unreadable_group(id))
    })?;
    Ok(ids)
}

/// Reads a list of users to its end, or until nobody takes its pages any more.
async fn read_users(mut walk: UsersList, to: Sender<Result<Page<UserChange>, GraphError>>) {
    while let Some(page) = walk.next_page().await.transpose() {
        let last = page.is_err();
        if to.send(page).await.is_err() || last {
            return;
        }
    }
}

/// The cursor of now; the walk has no items.
async fn cursor_of_users(mut walk: UsersWalk) -> Result<Cursor, RunError> {
    while walk.next_page().await?.is_some() {}
    walk.into_cursor().ok_or_else(no_cursor)
}

pub(crate) async fn cursor_of_groups(mut walk: GroupsWalk) -> Result<Cursor, RunError> {
    while walk.next_page().await?.is_some() {}
    walk.into_cursor().ok_or_else(no_cursor)
}
