//! Lays a first read upon the mirror while it goes on, in a thread of its own: whoever reads waits for the network, whoever
//! lays down for the disk. No transaction is open while anybody waits for the network, for a piece is whole before it is
//! handed over.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::{self, JoinHandle};

use store::{Book, Lease, Piece, StoreError};

use crate::blocking;
use crate::schedule::place::{AtWork, at_work};

/// A first read that is being laid down. Dropped before its end it stops behind the transaction that is under way, and
/// nothing is written once it is gone.
pub(crate) struct Laying {
    book: Book,
    lease: Lease,
    lane: Option<Lane>,
}

/// The thread, and the way to it.
struct Lane {
    to: Sender<Given>,
    thread: JoinHandle<Result<(), StoreError>>,
    counts: Arc<Counts>,
}

/// A piece, and the mark that its run is at work.
type Given = (Piece, Option<AtWork>);

#[derive(Default)]
struct Counts {
    /// Pieces that were handed over and are not laid down yet.
    open: AtomicUsize,
    stop: AtomicBool,
}

impl Laying {
    /// Without a thread everything is laid down in the end.
    pub(crate) fn start(book: Book, lease: Lease) -> Self {
        let (to, pieces) = mpsc::channel();
        let counts = Arc::new(Counts::default());
        let work = {
            let (book, lease, counts) = (book.clone(), lease.clone(), Arc::clone(&counts));
            move || lay(&book, &lease, &counts, &pieces)
        };
        let lane = match thread::Builder::new().name("mirror".into()).spawn(work) {
            Ok(thread) => Some(Lane { to, thread, counts }),
            Err(error) => {
                tracing::warn!(%error, "what is read is laid down in the end");
                None
            }
        };
        Self { book, lease, lane }
    }

    /// Whether a piece would be laid down at once. Fails where an earlier one could not be.
    pub(crate) fn is_idle(&mut self) -> Result<bool, StoreError> {
        if self.lane.as_ref().is_some_and(|lane| lane.thread.is_finished()) {
            return self.end().map(|()| false);
        }
        Ok(self.lane.as_ref().is_some_and(|lane| lane.counts.open.load(Ordering::SeqCst) == 0))
    }

    /// Hands a piece over; it waits for those before it.
    pub(crate) fn give(&mut self, piece: Piece) -> Result<(), StoreError> {
        let Some(lane) = &self.lane else { return self.book.lay_piece(&self.lease, piece, &|| true) };
        lane.counts.open.fetch_add(1, Ordering::SeqCst);
        match lane.to.send((piece, at_work())) {
            Ok(()) => Ok(()),
            // Nobody takes it any more: an earlier one could not be laid down.
            Err(_) => self.end(),
        }
    }

    /// Waits until everything is laid down.
    pub(crate) fn end(&mut self) -> Result<(), StoreError> {
        let Some(Lane { to, thread, .. }) = self.lane.take() else { return Ok(()) };
        drop(to);
        thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }
}

impl Drop for Laying {
    fn drop(&mut self) {
        let Some(Lane { to, thread, counts }) = self.lane.take() else { return };
        counts.stop.store(true, Ordering::SeqCst);
        drop(to);
        // The read has failed already, and why is told.
        drop(blocking(|| thread.join()));
    }
}

fn lay(book: &Book, lease: &Lease, counts: &Counts, pieces: &Receiver<Given>) -> Result<(), StoreError> {
    let go_on = || !counts.stop.load(Ordering::SeqCst);
    for (piece, _at_work) in pieces {
        book.lay_piece(lease, piece, &go_on)?;
        counts.open.fetch_sub(1, Ordering::SeqCst);
    }
    Ok(())
}
