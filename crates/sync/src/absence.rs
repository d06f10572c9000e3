//! Whether people who are not seen any more are gone. Whoever draws a conclusion from absence asks here: a complete read, a
//! released operation before it is applied, one person looked up.
//!
//! Rule (W3): gone is who lies among the deleted items, who is missing from an answer about ids that contains a control id,
//! or, where nobody is known to live, whose own id answers "not found". Everybody else, refused look-ups included, is hidden.

use std::collections::BTreeSet;

use graph::{Client, Existence, GraphError};
use model::Timestamp;
use model::ids::SourceId;
use model::source::{MirrorUser, Presence};
use store::{Batch, Book, Keys, Lease, Marks, Write};

use crate::blocking;
use crate::office::RunError;

/// Those of these people who are gone. `control` is the id of somebody who lives.
pub(crate) async fn gone(
    client: &Client,
    absent: &[SourceId],
    control: Option<&SourceId>,
) -> Result<BTreeSet<SourceId>, GraphError> {
    if absent.is_empty() {
        return Ok(BTreeSet::new());
    }
    let deleted: BTreeSet<SourceId> = match client.deleted_users().await {
        Ok(ids) => ids.into_iter().collect(),
        // Refused look-ups confirm nothing.
        Err(GraphError::ConsentMissing { .. } | GraphError::Rejected(_)) => BTreeSet::new(),
        Err(other) => return Err(other),
    };
    let (mut gone, rest): (BTreeSet<SourceId>, BTreeSet<SourceId>) =
        absent.iter().cloned().partition(|id| deleted.contains(id));
    gone.extend(by_id(client, &rest.into_iter().collect::<Vec<_>>(), control).await?);
    Ok(gone)
}

/// The same without a look at the deleted items.
pub(crate) async fn by_id(
    client: &Client,
    absent: &[SourceId],
    control: Option<&SourceId>,
) -> Result<BTreeSet<SourceId>, GraphError> {
    if absent.is_empty() {
        return Ok(BTreeSet::new());
    }
    let Some(control) = control else {
        return Ok(client.not_found(absent).await?.into_iter().collect());
    };
    Ok(match client.living_ids(absent, control).await? {
        Existence::Known { living } => absent.iter().filter(|id| !living.contains(*id)).cloned().collect(),
        Existence::Unknown => BTreeSet::new(),
    })
}

/// What was released about people who are not there.
pub(crate) struct Released<'a> {
    pub book: &'a Book,
    pub lease: &'a Lease,
    pub client: &'a Client,
    pub keys: Keys<'a>,
    pub at: Timestamp,
}

impl Released<'_> {
    /// Confirms it once more, a removal, a mark and the end of a link alike, before a plan applies it. Whoever is not gone is
    /// hidden, about whom nothing is done.
    pub(crate) async fn confirm(&self) -> Result<(), RunError> {
        let connection = self.lease.connection;
        let holds = blocking(|| self.book.holds(connection))?;
        let people: BTreeSet<SourceId> = holds.into_iter().filter(|h| h.released).map(|h| h.source).collect();
        if people.is_empty() {
            return Ok(());
        }
        let people: Vec<SourceId> = people.into_iter().collect();
        let mut absent = blocking(|| self.book.mirror_users(connection, &people))?;
        absent.retain(|_, m| matches!(m.presence, Presence::Missing { .. } | Presence::Deleted { .. }));
        let asked: Vec<SourceId> = absent.keys().cloned().collect();
        let control = blocking(|| self.book.somebody(connection, &asked))?;
        let gone = gone(self.client, &asked, control.as_ref()).await?;
        let at = self.at;
        let hidden = absent.into_iter().filter(|(id, _)| !gone.contains(id));
        let users =
            hidden.map(|(_, m)| MirrorUser { user: m.user, presence: Presence::Hidden { at } }).collect();
        let batch = Batch { users, ..Batch::default() };
        if !batch.is_empty() {
            let write = Write { keys: self.keys, batch: &batch, marks: Marks::Touched, end: None };
            blocking(|| self.book.write_mirror(self.lease, &write))?;
        }
        Ok(())
    }
}
