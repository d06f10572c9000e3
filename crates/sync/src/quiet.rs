//! The quiet beginning of a run: changes are looked for before anything is written. Most runs end here.

use graph::{Client, GraphError};
use model::RunId;
use model::Timestamp;
use model::run::{Counts, Outcome, ReadMode, RunKind};
use store::{Book, ConnectionRow, QuietEnd, ReadEnd, Rest, RunRow, Unwritten};

use crate::ahead::Ahead;
use crate::office::{Office, Order, Report, RunError};
use crate::pull::{cursors, no_cursor};
use crate::{blocking, holder};

/// How a run begins.
pub(crate) enum Beginning {
    /// It has ended already: nothing new, nobody due.
    Quiet(Report),
    /// The lease is needed; walks that found something go on with their page in hand.
    Go(Option<Box<Ahead>>),
    /// Microsoft or the network refused; the run's row must say so.
    Refused(GraphError),
}

/// Looks for changes without the lease, where nothing else waits.
pub(crate) async fn begin(
    book: &Book,
    client: &Client,
    connection: &ConnectionRow,
    order: Order,
    started: Timestamp,
) -> Result<Beginning, RunError> {
    let rest = blocking(|| book.rest(connection.id, started, holder::lives))?;
    let from = match (rest, order.read) {
        (Rest::Busy, _) => return Err(holder::busy(book)),
        (Rest::AtRest, ReadMode::Delta) => cursors(connection, started),
        (Rest::AtRest, ReadMode::Complete) | (Rest::Work, _) => None,
    };
    let Some((users, groups)) = from else { return Ok(Beginning::Go(None)) };
    let mut ahead = Ahead::new(client, users, groups);
    match ahead.is_quiet().await {
        Ok(true) => settle(book, client, connection, ahead, started),
        Ok(false) => Ok(Beginning::Go(Some(Box::new(ahead)))),
        // Read once more under the lease, which then reads everything.
        Err(GraphError::CursorExpired(_)) => Ok(Beginning::Go(None)),
        Err(error) => Ok(Beginning::Refused(error)),
    }
}

fn settle(
    book: &Book,
    client: &Client,
    connection: &ConnectionRow,
    ahead: Ahead,
    started: Timestamp,
) -> Result<Beginning, RunError> {
    let Ahead { users, groups } = ahead;
    let (users, groups) = (users.into_cursor(), groups.into_cursor());
    let (users, groups) = (users.ok_or_else(no_cursor)?, groups.ok_or_else(no_cursor)?);
    let end = ReadEnd { users: users.to_stored(), groups: groups.to_stored(), at: started };
    let me = holder::me();
    let now = Office::now();
    match blocking(|| book.settle(&Unwritten { connection, me: &me, end: &end, now }))? {
        QuietEnd::Counted => {
            let held = blocking(|| book.waiting(connection.id))?;
            Ok(Beginning::Quiet(report(client, ReadMode::Delta, held, (started, now))))
        }
        QuietEnd::Moved => Ok(Beginning::Go(None)),
    }
}

/// The report of a run that is counted and not listed; operations may wait since an earlier one.
pub(crate) fn report(
    client: &Client,
    mode: ReadMode,
    held: i64,
    (started, now): (Timestamp, Timestamp),
) -> Report {
    let stats = client.stats();
    let run = RunRow {
        id: RunId(0),
        kind: RunKind::Run,
        mode,
        outcome: Outcome::Quiet,
        counts: Counts { held, ..Counts::default() },
        requests: Some(stats.requests as i64),
        bytes_read: Some(stats.bytes_read as i64),
        started_at: started,
        duration_ms: Some(now.ms_since(started)),
        error: None,
    };
    Report { run, plan: None, holds_grew: 0 }
}
