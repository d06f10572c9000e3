//! A run that is dropped in the middle: its process was asked to end, and whoever waited for it waits no longer. A row says
//! that it was cut off, and the lease goes back, so that the next run begins at once. A process that is killed leaves both to
//! whoever takes its lease over.

use graph::Client;
use model::Timestamp;
use model::ids::ConnectionId;
use store::{Asked, Book, Lease, Spent, StoreError, Work};

use crate::charge::spent;
use crate::office::Office;
use crate::{blocking, holder};

/// Concludes what works for a customer when it is dropped, unless it has ended.
pub(crate) struct Cut<'a> {
    book: &'a Book,
    connection: ConnectionId,
    work: Work,
    started: Timestamp,
    /// Who asks Microsoft, where a row shall say how much was asked.
    client: Option<Client>,
    /// The lease, once it is taken.
    lease: Option<Lease>,
    ended: bool,
}

impl<'a> Cut<'a> {
    /// Without a lease yet: a run that only looks whether there is anything new has none.
    pub(crate) const fn new(
        book: &'a Book,
        connection: ConnectionId,
        (work, started): (Work, Timestamp),
        client: Option<Client>,
    ) -> Self {
        Self { book, connection, work, started, client, lease: None, ended: false }
    }

    /// The lease is taken.
    pub(crate) fn holds(&mut self, lease: &Lease) {
        self.lease = Some(lease.clone());
    }

    /// It has ended by itself.
    pub(crate) const fn ended(&mut self) {
        self.ended = true;
    }

    fn conclude(&self) -> Result<(), StoreError> {
        let lease = match (&self.lease, self.work) {
            (Some(lease), _) => lease.clone(),
            (None, Work::Other) => return Ok(()),
            (None, Work::Run { .. }) => {
                match self.book.take_lease(self.connection, &holder::me(), self.work, holder::lives)? {
                    Asked::Taken(lease) => lease,
                    // Another run does what this one wanted.
                    Asked::Busy => return Ok(()),
                }
            }
        };
        let spent = self.client.as_ref().map_or_else(Spent::default, spent);
        self.book.cut_off(&lease, (spent, self.started), Office::now())
    }
}

impl Drop for Cut<'_> {
    fn drop(&mut self) {
        if self.ended {
            return;
        }
        // Where the database refuses, the lease ends by itself, and who takes it over writes the row.
        if let Err(error) = blocking(|| self.conclude()) {
            tracing::warn!(customer = %self.book.customer.slug, %error, "that the run was cut off could not be noted");
        }
    }
}
