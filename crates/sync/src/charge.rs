//! Taking charge of a customer: the lease, what is in force behind it, and its renewal until the work is done.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use graph::Client;
use model::Policy;
use store::{Asked, Book, ConnectionRow, Lease, Spent, StoreError, Work};

use crate::office::RunError;
use crate::{blocking, holder};

/// A lease that cannot be given back, for the database is gone, ends by itself; what the run did or why it failed is the
/// thing to tell.
pub(crate) fn give_back(book: &Book, lease: &Lease) {
    if let Err(error) = blocking(|| book.give_back(lease)) {
        tracing::warn!(customer = %book.customer.slug, %error, "the lease could not be given back");
    }
}

/// The lease, and what is in force now that nobody else writes: connection and policy are read behind it.
pub(crate) fn take_charge(book: &Book, work: Work) -> Result<(Lease, ConnectionRow, Policy), RunError> {
    let connection = blocking(|| book.connection())?.ok_or(RunError::NotConnected)?;
    let lease = take(book, &connection, work)?;
    let in_force = blocking(|| Ok::<_, StoreError>((book.connection()?, book.policy()?)));
    match in_force {
        Ok((Some(connection), policy)) => Ok((lease, connection, policy)),
        Ok((None, _)) => {
            give_back(book, &lease);
            Err(RunError::NotConnected)
        }
        Err(error) => {
            give_back(book, &lease);
            Err(error.into())
        }
    }
}

pub(crate) fn take(book: &Book, connection: &ConnectionRow, work: Work) -> Result<Lease, RunError> {
    match blocking(|| book.take_lease(connection.id, &holder::me(), work, holder::lives))? {
        Asked::Taken(lease) => Ok(lease),
        Asked::Busy => Err(holder::busy(book)),
    }
}

/// What a client has asked for until now.
pub(crate) fn spent(client: &Client) -> Spent {
    let stats = client.stats();
    Spent { requests: stats.requests as i64, bytes_read: stats.bytes_read as i64 }
}

/// Renews the lease every ten seconds until it is dropped. A thread, no task: PostgreSQL's connections must not end within
/// the runtime, and this may be the last to hold them.
pub(crate) struct Renewal {
    stop: Option<mpsc::Sender<()>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Renewal {
    /// `client` is what asks Microsoft for a run: its lease knows what that was, should it be killed.
    pub(crate) fn start(book: Book, lease: Lease, client: Option<Client>) -> Self {
        let (stop, stopped) = mpsc::channel();
        let renew = move || {
            while stopped.recv_timeout(Duration::from_secs(10)) == Err(mpsc::RecvTimeoutError::Timeout) {
                let renewed = match &client {
                    Some(client) => book.renew_with(&lease, spent(client)),
                    None => book.renew(&lease),
                };
                if matches!(renewed, Err(StoreError::LeaseLost)) {
                    return;
                }
            }
        };
        let spawned = thread::Builder::new().name("lease".into()).spawn(renew);
        if let Err(error) = &spawned {
            tracing::warn!(%error, "the lease is not renewed: it ends by itself, and so does the run");
        }
        Self { stop: Some(stop), thread: spawned.ok() }
    }
}

impl Drop for Renewal {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // It only renews; what it could say of its end it has logged.
            drop(blocking(|| thread.join()));
        }
    }
}
