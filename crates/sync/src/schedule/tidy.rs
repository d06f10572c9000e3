//! Once a day each customer has what is past its term dropped, whether runs change anything or not. Nodes share the
//! customers; what a node leaves undone is done a day later, or by the next run that writes. Files that wait to be imported go
//! after their hour.

use std::sync::Arc;
use std::time::Duration;

use model::Timestamp;
use store::{Book, Purged, Store, StoreError};

use super::Clock;
use crate::blocking;
use crate::office::Office;

/// Between two looks at whose day it is.
const LOOK: Duration = Duration::from_mins(1);
/// Customers taken at a time.
const SOME: i64 = 20;

/// Until it is dropped.
pub(super) async fn for_ever(office: Arc<Office>, clock: Clock) {
    let mut look = tokio::time::interval(LOOK);
    look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        look.tick().await;
        let now = clock();
        if let Err(error) = blocking(|| office.store.drop_old_uploads(now)) {
            tracing::warn!(%error, "files that waited for their hour wait for the database");
        }
        if let Err(error) = turn(&office.store, now).await {
            tracing::warn!(%error, "what is past its term waits for the database");
        }
    }
}

/// Everybody whose day it is at `now`; answers how many.
pub(super) async fn turn(store: &Store, now: Timestamp) -> Result<usize, StoreError> {
    let mut done = 0;
    loop {
        let some = blocking(|| store.whose_turn(now, SOME))?;
        if some.is_empty() {
            return Ok(done);
        }
        for book in &some {
            if let Err(error) = whole(book, now).await {
                tracing::warn!(customer = %book.customer.slug, %error, "what is past its term was not dropped");
            }
        }
        done += some.len();
    }
}

/// Piece by piece, so that runs and readers come in between.
async fn whole(book: &Book, now: Timestamp) -> Result<(), StoreError> {
    while blocking(|| book.purge(None, now))? == Purged::APiece {
        tokio::task::yield_now().await;
    }
    Ok(())
}
