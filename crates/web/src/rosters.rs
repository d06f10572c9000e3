//! Rosters at hand: who is in the tenants that somebody is just picking people from. They are kept in memory, the one that was
//! looked at longest ago goes first, and one that is true no more is read anew by whoever asks.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use model::Policy;
use model::ids::{ConnectionId, CustomerId};
use store::{Book, ConnectionRow, StoreError};
use sync::Roster;

/// People in all rosters together. One roster is kept whatever its size.
const MOST: usize = 400_000;

/// The rosters of this process.
#[derive(Clone, Default)]
pub struct Rosters(Arc<Mutex<Kept>>);

/// The one that was looked at last is the last.
type Kept = Vec<(ConnectionId, Arc<Roster>)>;

impl Rosters {
    /// The roster of a connection, as things stand; blocks.
    pub fn of(
        &self,
        book: &Book,
        connection: &ConnectionRow,
        policy: &Policy,
    ) -> Result<Arc<Roster>, StoreError> {
        let kept = {
            let kept = self.kept();
            kept.iter().find(|(id, _)| *id == connection.id).map(|(_, roster)| roster.clone())
        };
        let roster = match kept {
            Some(roster) if roster.holds(book, connection, policy)? => roster,
            Some(_) | None => Arc::new(Roster::read(book, connection, policy)?),
        };
        self.keep(connection.id, &roster);
        Ok(roster)
    }

    /// Lets go of what is kept of a customer.
    pub fn forget(&self, customer: CustomerId) {
        self.kept().retain(|(id, _)| id.customer() != customer);
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep(&self, id: ConnectionId, roster: &Arc<Roster>) {
        let mut kept = self.kept();
        kept.retain(|(other, _)| *other != id);
        kept.push((id, roster.clone()));
        let size = |kept: &[(ConnectionId, Arc<Roster>)]| -> usize {
            kept.iter().map(|(_, roster)| roster.people().len()).sum()
        };
        while kept.len() > 1 && size(&kept) > MOST {
            kept.remove(0);
        }
    }
}
