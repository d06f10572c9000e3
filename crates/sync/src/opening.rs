//! The opening of a complete read: whatever needs no other answer is asked for together, for a large tenant is read in
//! seconds, and each answer that is waited for alone is one of them.

use graph::{Cursor, DeltaStart};
use store::{ConnectionRow, StoreError, Tenant};

use crate::ahead::UsersAhead;
use crate::blocking;
use crate::lists::cursor_of_groups;
use crate::office::RunError;
use crate::pull::Pull;

/// How a tenant is read.
pub(crate) enum Way {
    /// By delta, page after page; the first page is in hand.
    Walk(Box<UsersAhead>),
    /// By lists. Those of groups begin behind this cursor.
    Lists(Cursor),
}

impl Pull<'_> {
    /// What the tenant says of itself, and how it is read: by delta while it is small, by lists where it says that it is
    /// large, or is known to be.
    pub(crate) async fn open(&self) -> Result<(ConnectionRow, Way), RunError> {
        let (connection, way) = tokio::join!(self.organisation(), self.way());
        Ok((connection?, way?))
    }

    /// Written only if it is news.
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

    async fn way(&self) -> Result<Way, RunError> {
        let most = self.client.walks_up_to();
        if blocking(|| self.book.mirror_exceeds(self.connection.id, most))? {
            return Ok(Way::Lists(self.cursor_of_groups().await?));
        }
        let mut walk = UsersAhead::everybody(self.client);
        let (page, count, groups) =
            tokio::join!(walk.look(), self.client.count_users(), self.cursor_of_groups());
        page?;
        Ok(if count? > Some(most) { Way::Lists(groups?) } else { Way::Walk(Box::new(walk)) })
    }

    /// The cursor of now.
    pub(crate) async fn cursor_of_groups(&self) -> Result<Cursor, RunError> {
        cursor_of_groups(self.client.groups_delta(DeltaStart::Latest)).await
    }
}
