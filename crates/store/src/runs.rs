//! Runs: how one begins and ends, and its report. What the guard weighs of the last 24 hours is in [`window`].

mod report;
mod window;

use model::Timestamp;
use model::ids::{ConnectionId, RunId};
use model::run::{Counts, Outcome, ReadMode, RunKind};

use crate::db::{Row, Tx, params};
use crate::error::{Result, StoreError};
use crate::lease::Lease;
use crate::outbox::{Mail, post};
use crate::schedule;
use crate::store::{Book, next};

pub use report::{GroupCounts, LeftRun};
pub use window::GuardWindow;
pub(crate) use window::guard_window;
use window::linked;

/// How a run begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunStart {
    /// What it is for.
    pub kind: RunKind,
    /// What was read, or is to be.
    pub mode: ReadMode,
    /// What that took.
    pub spent: Spent,
    /// When it started.
    pub at: Timestamp,
}

/// What was asked of Microsoft.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Spent {
    /// Requests to Graph, token requests not counted.
    pub requests: i64,
    /// Bytes read.
    pub bytes_read: i64,
}

/// How a run ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunEnd {
    /// How it ended.
    pub outcome: Outcome,
    /// What it has asked for; `None` where another process did the asking, which its row knows.
    pub spent: Option<Spent>,
    /// When it ended.
    pub at: Timestamp,
    /// Why it ended badly.
    pub error: Option<ErrorText>,
}

/// An error as it is kept for whoever looks later, in the languages that were at hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorText {
    /// English.
    pub english: String,
    /// German.
    pub german: Option<String>,
}

impl ErrorText {
    /// From two columns of a row.
    pub(crate) fn read(row: &Row<'_>, english: usize, german: usize) -> Result<Option<Self>> {
        let Some(text) = row.opt_text(english)? else { return Ok(None) };
        let english = text.to_owned();
        Ok(Some(Self { english, german: row.opt_text(german)?.map(ToOwned::to_owned) }))
    }
}

/// A run's report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunRow {
    /// The number.
    pub id: RunId,
    /// What it is for.
    pub kind: RunKind,
    /// What was read.
    pub mode: ReadMode,
    /// How it ended.
    pub outcome: Outcome,
    /// Counts.
    pub counts: Counts,
    /// Requests to Graph, token requests not counted; of a run that was killed as far as is known, `None` where nothing is.
    pub requests: Option<i64>,
    /// Bytes read; the same.
    pub bytes_read: Option<i64>,
    /// When it started.
    pub started_at: Timestamp,
    /// Milliseconds that it took; `None` where it was killed and nobody knows when.
    pub duration_ms: Option<i64>,
    /// Why it ended badly.
    pub error: Option<ErrorText>,
}

const COLUMNS: &str = "id, kind, mode, outcome, created, updated, restored, removed, adopted, unlinked, held, unchanged, memberships, \
                       requests, bytes_read, started_at, duration_ms, error, error_german";

impl Book {
    /// Opens a run's row.
    pub fn begin_run(&self, lease: &Lease, start: &RunStart) -> Result<RunId> {
        self.fenced(lease, |tx| open_run(tx, self, lease.connection, start))
    }

    /// Closes a run's row.
    pub fn end_run(&self, lease: &Lease, run: RunId, end: &RunEnd) -> Result<()> {
        self.end_run_telling(lease, run, end, &[])
    }

    /// Closes a run's row and posts what it has to tell, both or neither: a mail is sent once, whenever a run is killed.
    /// A good end is the customer's last good run and ends a quarantine; undos and runs about one person say nothing about
    /// the rest.
    pub fn end_run_telling(&self, lease: &Lease, run: RunId, end: &RunEnd, mails: &[Mail]) -> Result<()> {
        self.fenced(lease, |tx| {
            mails.iter().try_for_each(|mail| post(tx, self, mail, end.at))?;
            self.close_run(tx, lease, run, end)
        })
    }

    /// Closes the row of a run that failed, and posts that it did, once for a cause (a stable code): another cause is told, and the
    /// same one again when a day is over and a run has gone well in between.
    pub fn end_run_failed(
        &self,
        lease: &Lease,
        run: RunId,
        end: &RunEnd,
        (cause, mail): (&str, &Mail),
    ) -> Result<()> {
        let sql = "UPDATE customer SET told_cause = $1, told_cause_at = $2 WHERE id = $3 AND (told_cause IS NULL \
                   OR told_cause <> $1 OR (COALESCE(last_good_at, 0) > told_cause_at AND told_cause_at <= $4))";
        self.fenced(lease, |tx| {
            let values = params![cause, end.at.0, self.customer.id.0, end.at.plus_days(-1).0];
            if !mail.to.is_empty() && tx.exec(sql, values)? == 1 {
                post(tx, self, mail, end.at)?;
            }
            self.close_run(tx, lease, run, end)
        })
    }

    fn close_run(&self, tx: &mut Tx<'_>, lease: &Lease, run: RunId, end: &RunEnd) -> Result<()> {
        let sql = "UPDATE run SET outcome = $1, requests = COALESCE($2, requests), bytes_read = COALESCE($3, bytes_read), \
                       duration_ms = $4 - started_at, error = $5, error_german = $6, \
                       linked = CASE WHEN linked < $9 THEN $9 ELSE linked END WHERE id = $7 AND customer = $8";
        // The guard's base is the most that there were, be it before the run or behind it.
        let now_linked = linked(tx, lease.connection)?;
        let (requests, bytes) = (end.spent.map(|s| s.requests), end.spent.map(|s| s.bytes_read));
        let english = end.error.as_ref().map(|e| e.english.as_str());
        let german = end.error.as_ref().and_then(|e| e.german.as_deref());
        let outcome = end.outcome.name();
        let customer = self.customer.id.0;
        // Whoever ends a run as cut off is another process: when it was killed nobody knows.
        let at = (end.outcome != Outcome::CutOff).then_some(end.at.0);
        let values = params![outcome, requests, bytes, at, english, german, run.0, customer, now_linked];
        tx.exec(sql, values)?;
        let sql = "SELECT 1 FROM run WHERE id = $1 AND kind = 'run'";
        let whole = tx.query_opt(sql, params![run.0], |_| Ok(()))?.is_some();
        let well =
            matches!(end.outcome, Outcome::Done | Outcome::Quiet | Outcome::Waiting | Outcome::Planned);
        if whole && well {
            schedule::end_quarantine(tx, lease.connection)?;
        }
        match end.outcome {
            Outcome::Done | Outcome::Quiet if whole => {
                let sql = "UPDATE customer SET last_good_at = $1 WHERE id = $2";
                tx.exec(sql, params![end.at.0, self.customer.id.0]).map(drop)
            }
            Outcome::Waiting => schedule::waits(tx, self.customer.id, end.at),
            Outcome::Done
            | Outcome::Quiet
            | Outcome::Planned
            | Outcome::Refused
            | Outcome::Failed
            | Outcome::CutOff
            | Outcome::Running => Ok(()),
        }
    }

    /// Runs, newest first, without those that only planned for somebody who looked.
    pub fn runs(&self, limit: i64) -> Result<Vec<RunRow>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM run WHERE customer = $1 AND outcome <> 'planned' ORDER BY id DESC LIMIT $2"
        );
        self.store.db.read(|tx| tx.query(&sql, params![self.customer.id.0, limit], read))
    }

    /// The same before one of them.
    pub fn runs_before(&self, before: RunId, limit: i64) -> Result<Vec<RunRow>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM run WHERE customer = $1 AND outcome <> 'planned' AND id < $2 ORDER BY id DESC LIMIT $3"
        );
        self.store.db.read(|tx| tx.query(&sql, params![self.customer.id.0, before.0, limit], read))
    }

    /// The same behind one of them: those that come next, newest first all the same.
    pub fn runs_after(&self, after: RunId, limit: i64) -> Result<Vec<RunRow>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM run WHERE customer = $1 AND outcome <> 'planned' AND id > $2 ORDER BY id LIMIT $3"
        );
        let mut rows =
            self.store.db.read(|tx| tx.query(&sql, params![self.customer.id.0, after.0, limit], read))?;
        rows.reverse();
        Ok(rows)
    }

    /// All runs, newest first.
    pub fn all_runs(&self, limit: i64) -> Result<Vec<RunRow>> {
        let sql = format!("SELECT {COLUMNS} FROM run WHERE customer = $1 ORDER BY id DESC LIMIT $2");
        self.store.db.read(|tx| tx.query(&sql, params![self.customer.id.0, limit], read))
    }

    /// When the first run began that did something.
    pub fn first_run_at(&self) -> Result<Option<Timestamp>> {
        let sql = "SELECT MIN(started_at) FROM run WHERE customer = $1 AND outcome = 'done'";
        let first = |tx: &mut Tx<'_>| tx.query_opt(sql, params![self.customer.id.0], |row| row.opt_int(0));
        Ok(self.store.db.look_up(first)?.flatten().map(Timestamp))
    }

    /// One run.
    pub fn run(&self, id: RunId) -> Result<Option<RunRow>> {
        let sql = format!("SELECT {COLUMNS} FROM run WHERE id = $1 AND customer = $2");
        self.store.db.look_up(|tx| tx.query_opt(&sql, params![id.0, self.customer.id.0], read))
    }
}

/// Opens a run's row, which from here on tells that it is at work, in its lease's stead.
pub(crate) fn open_run(
    tx: &mut Tx<'_>,
    book: &Book,
    connection: ConnectionId,
    start: &RunStart,
) -> Result<RunId> {
    let known = Known { spent: Some(start.spent), ended: Some(start.at) };
    let id = insert(tx, book, connection, (start, Outcome::Running, &known))?;
    tx.exec("UPDATE lease SET work = '' WHERE customer = $1 AND work <> ''", params![book.customer.id.0])?;
    Ok(id)
}

/// What is known of a run that has ended, or is under way.
pub(crate) struct Known {
    /// What it has asked for.
    pub(crate) spent: Option<Spent>,
    /// When it ended; its start while it is under way.
    pub(crate) ended: Option<Timestamp>,
}

/// The row of a run that was cut off before it had one. Only for the holder of the lease.
pub(crate) fn note_cut_off(
    tx: &mut Tx<'_>,
    book: &Book,
    connection: ConnectionId,
    start: &RunStart,
    known: &Known,
) -> Result<()> {
    insert(tx, book, connection, (start, Outcome::CutOff, known)).map(drop)
}

/// Closes rows of runs whose process ends or ended before they did, as cut off. Those whose plan is being applied or was
/// applied stay: the next run ends them. Only for the holder of the lease: nobody else is at work.
pub(crate) fn close_cut_off(tx: &mut Tx<'_>, book: &Book, at: Timestamp) -> Result<()> {
    let sql = "UPDATE run SET outcome = $1, duration_ms = $2 - started_at WHERE customer = $3 AND outcome = 'running' \
               AND NOT EXISTS (SELECT 1 FROM plan p WHERE p.customer = run.customer AND p.run = run.id AND p.state IN ('applying', 'applied'))";
    tx.exec(sql, params![Outcome::CutOff.name(), at.0, book.customer.id.0]).map(drop)
}

fn insert(
    tx: &mut Tx<'_>,
    book: &Book,
    connection: ConnectionId,
    (start, outcome, known): (&RunStart, Outcome, &Known),
) -> Result<RunId> {
    let id = next(tx, "run")?;
    let linked = linked(tx, connection)?;
    let sql = "INSERT INTO run (id, customer, kind, mode, outcome, created, updated, restored, removed, adopted, \
               unlinked, held, unchanged, memberships, requests, bytes_read, linked, started_at, duration_ms) \
               VALUES ($1, $2, $3, $4, $5, 0, 0, 0, 0, 0, 0, 0, 0, 0, $6, $7, $8, $9, $10)";
    let RunStart { kind, mode, spent: _, at: from } = start;
    let lasted = known.ended.map(|at| at.ms_since(*from));
    let (requests, bytes) = (known.spent.map(|s| s.requests), known.spent.map(|s| s.bytes_read));
    let (kind, mode, outcome) = (kind.name(), mode.name(), outcome.name());
    let values =
        params![id, book.customer.id.0, kind, mode, outcome, requests, bytes, linked, from.0, lasted];
    tx.exec(sql, values)?;
    Ok(RunId(id))
}

fn read(row: &Row<'_>) -> Result<RunRow> {
    Ok(RunRow {
        id: RunId(row.int(0)?),
        kind: RunKind::named(row.text(1)?).ok_or_else(unreadable)?,
        mode: ReadMode::named(row.text(2)?).ok_or_else(unreadable)?,
        outcome: Outcome::named(row.text(3)?).ok_or_else(unreadable)?,
        counts: Counts {
            created: row.int(4)?,
            updated: row.int(5)?,
            restored: row.int(6)?,
            removed: row.int(7)?,
            adopted: row.int(8)?,
            unlinked: row.int(9)?,
            held: row.int(10)?,
            unchanged: row.int(11)?,
            memberships: row.int(12)?,
        },
        requests: row.opt_int(13)?,
        bytes_read: row.opt_int(14)?,
        started_at: Timestamp(row.int(15)?),
        duration_ms: row.opt_int(16)?,
        error: ErrorText::read(row, 17, 18)?,
    })
}

fn unreadable() -> StoreError {
    StoreError::Corrupt("what a run did is unreadable".into())
}
