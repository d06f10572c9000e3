//! Walks over changes that may be looked at before anything is written: a page in hand is not asked for again.

use graph::{Client, Cursor, DeltaStart, GraphError, GroupsWalk, Page, UsersWalk};
use model::source::{GroupChange, UserChange};

/// Both walks of a read of changes.
pub(crate) struct Ahead {
    pub users: UsersAhead,
    pub groups: GroupsAhead,
}

/// A walk over users, and the page in hand.
pub(crate) struct UsersAhead {
    walk: UsersWalk,
    page: Option<Page<UserChange>>,
}

/// A walk over groups, and the page in hand.
pub(crate) struct GroupsAhead {
    walk: GroupsWalk,
    page: Option<Page<GroupChange>>,
}

impl Ahead {
    pub(crate) fn new(client: &Client, users: Cursor, groups: Cursor) -> Self {
        Self {
            users: UsersAhead { walk: client.users_delta(DeltaStart::Cursor(users)), page: None },
            groups: GroupsAhead { walk: client.groups_delta(DeltaStart::Cursor(groups)), page: None },
        }
    }

    /// Walks over empty pages; answers whether both walks ended without anything. If not, the first page with something is
    /// in hand.
    pub(crate) async fn is_quiet(&mut self) -> Result<bool, GraphError> {
        while let Some(page) = self.users.walk.next_page().await? {
            if says_something(&page) {
                self.users.page = Some(page);
                return Ok(false);
            }
        }
        while let Some(page) = self.groups.walk.next_page().await? {
            if says_something(&page) {
                self.groups.page = Some(page);
                return Ok(false);
            }
        }
        Ok(true)
    }
}

fn says_something<T>(page: &Page<T>) -> bool {
    !page.items.is_empty() || page.malformed > 0
}

impl UsersAhead {
    /// Everybody, page after page.
    pub(crate) fn everybody(client: &Client) -> Self {
        Self { walk: client.users_delta(DeltaStart::Beginning), page: None }
    }

    /// Takes the next page in hand.
    pub(crate) async fn look(&mut self) -> Result<(), GraphError> {
        if self.page.is_none() {
            self.page = self.walk.next_page().await?;
        }
        Ok(())
    }

    pub(crate) async fn next(&mut self) -> Result<Option<Page<UserChange>>, GraphError> {
        match self.page.take() {
            Some(page) => Ok(Some(page)),
            None => self.walk.next_page().await,
        }
    }

    pub(crate) fn into_cursor(self) -> Option<Cursor> {
        self.walk.into_cursor()
    }
}

impl GroupsAhead {
    pub(crate) async fn next(&mut self) -> Result<Option<Page<GroupChange>>, GraphError> {
        match self.page.take() {
            Some(page) => Ok(Some(page)),
            None => self.walk.next_page().await,
        }
    }

    pub(crate) fn into_cursor(self) -> Option<Cursor> {
        self.walk.into_cursor()
    }
}
