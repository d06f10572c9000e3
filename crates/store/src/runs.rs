//! Runs and their reports; the outbox.

use std::collections::BTreeMap;

use model::Timestamp;
use model::ids::{ConnectionId, ContactId, PlanId, RunId, SourceId};
use model::plan::{Finding, FindingKind, GuardKind};
use model::run::{Counts, Outcome, ReadMode, RunKind};

use crate::codec::Decoder;
use crate::db::{Row, Tx, params};
use crate::error::{Result, StoreError};
use crate::lease::Lease;
use crate::schedule;
use crate::store::{Book, Store, next};

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
    /// Requests to Graph, token requests not counted.
    pub requests: i64,
    /// Bytes read.
    pub bytes_read: i64,
    /// When it started.
    pub started_at: Timestamp,
    /// How long it took.
    pub duration_ms: i64,
    /// Why it ended badly.
    pub error: Option<ErrorText>,
}

/// What a run did to contact groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct GroupCounts {
    /// Groups made.
    pub created: i64,
    /// Groups that got another name.
    pub renamed: i64,
    /// Groups that stand for no source group any more.
    pub untied: i64,
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

/// What was asked of Microsoft.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Spent {
    /// Requests to Graph, token requests not counted.
    pub requests: i64,
    /// Bytes read.
    pub bytes_read: i64,
}

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
            let sql = "UPDATE run SET outcome = $1, requests = COALESCE($2, requests), bytes_read = COALESCE($3, bytes_read), \
                       duration_ms = $4 - started_at, error = $5, error_german = $6 WHERE id = $7 AND customer = $8";
            let (requests, bytes) = (end.spent.map(|s| s.requests), end.spent.map(|s| s.bytes_read));
            let english = end.error.as_ref().map(|e| e.english.as_str());
            let german = end.error.as_ref().and_then(|e| e.german.as_deref());
            let outcome = end.outcome.name();
            let values =
                params![outcome, requests, bytes, end.at.0, english, german, run.0, self.customer.id.0];
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
                Outcome::Done | Outcome::Quiet | Outcome::Planned | Outcome::Refused | Outcome::Failed | Outcome::Running => Ok(()),
            }
        })
    }

    /// Runs, newest first, without those that only planned for somebody who looked.
    pub fn runs(&self, limit: i64) -> Result<Vec<RunRow>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM run WHERE customer = $1 AND outcome <> 'planned' ORDER BY id DESC LIMIT $2"
        );
        self.store.db.read(|tx| tx.query(&sql, params![self.customer.id.0, limit], read))
    }

    /// All runs, newest first.
    pub fn all_runs(&self, limit: i64) -> Result<Vec<RunRow>> {
        let sql = format!("SELECT {COLUMNS} FROM run WHERE customer = $1 ORDER BY id DESC LIMIT $2");
        self.store.db.read(|tx| tx.query(&sql, params![self.customer.id.0, limit], read))
    }

    /// One run.
    pub fn run(&self, id: RunId) -> Result<Option<RunRow>> {
        let sql = format!("SELECT {COLUMNS} FROM run WHERE id = $1 AND customer = $2");
        self.store.db.look_up(|tx| tx.query_opt(&sql, params![id.0, self.customer.id.0], read))
    }

    /// A run's findings.
    pub fn findings(&self, run: RunId) -> Result<Vec<Finding>> {
        let sql = "SELECT f.kind, f.source, f.contact, f.others FROM finding f JOIN run r ON r.id = f.run \
                   WHERE f.run = $1 AND r.customer = $2 ORDER BY f.n";
        self.store.db.read(|tx| tx.query(sql, params![run.0, self.customer.id.0], read_finding))
    }

    /// The plan of a run.
    pub fn plan_of(&self, run: RunId) -> Result<Option<PlanId>> {
        let sql = "SELECT id FROM plan WHERE run = $1 AND customer = $2 AND state <> 'forgotten' ORDER BY id DESC LIMIT 1";
        self.store
            .db
            .read(|tx| tx.query_opt(sql, params![run.0, self.customer.id.0], |row| Ok(PlanId(row.int(0)?))))
    }

    /// The run that made a plan.
    pub fn run_of(&self, plan: PlanId) -> Result<Option<RunId>> {
        let sql = "SELECT run FROM plan WHERE id = $1 AND customer = $2";
        self.store
            .db
            .read(|tx| tx.query_opt(sql, params![plan.0, self.customer.id.0], |row| Ok(RunId(row.int(0)?))))
    }

    /// What a plan that was applied did to contact groups.
    pub fn group_counts(&self, plan: PlanId) -> Result<GroupCounts> {
        let sql = "SELECT o.kind, COUNT(*) FROM plan p JOIN plan_op o ON o.plan = p.id WHERE p.id = $1 AND p.customer = $2 \
                   AND o.held IS NULL AND o.kind IN ('group_create', 'group_rename', 'group_untie') GROUP BY o.kind";
        let mut counts = GroupCounts::default();
        self.store.db.read(|tx| {
            tx.for_each(sql, params![plan.0, self.customer.id.0], |row| {
                match row.text(0)? {
                    "group_create" => counts.created = row.int(1)?,
                    "group_rename" => counts.renamed = row.int(1)?,
                    _ => counts.untied = row.int(1)?,
                }
                Ok(())
            })
        })?;
        Ok(counts)
    }

    /// What the guard weighs: the base and what was applied in the last 24 hours.
    pub fn guard_window(&self, connection: ConnectionId, now: Timestamp) -> Result<GuardWindow> {
        self.owns(connection)?;
        self.store.db.read(|tx| guard_window(tx, self, connection, now))
    }

    /// Puts a mail's body into the outbox.
    pub fn post(&self, mail: &Mail, now: Timestamp) -> Result<()> {
        self.store.db.write(|tx| post(tx, self, mail, now))
    }

    /// Runs whose process ended before they did, oldest first. Only for the holder of the lease: nobody else is at work.
    pub fn left_runs(&self) -> Result<Vec<LeftRun>> {
        let sql = "SELECT r.id, p.id FROM run r LEFT JOIN plan p ON p.run = r.id AND p.state = 'applied' \
                   WHERE r.customer = $1 AND r.outcome = 'running' ORDER BY r.id";
        self.store.db.look_up(|tx| {
            tx.query(sql, params![self.customer.id.0], |row| {
                Ok(LeftRun { run: RunId(row.int(0)?), applied: row.opt_int(1)?.map(PlanId) })
            })
        })
    }

    /// The outbox, newest first: number, kind, body, state.
    pub fn outbox(&self) -> Result<Vec<OutboxRow>> {
        let sql = "SELECT id, kind, body, state, created_at FROM outbox WHERE customer = $1 ORDER BY id DESC";
        self.store.db.read(|tx| {
            tx.query(sql, params![self.customer.id.0], |row| {
                Ok(OutboxRow {
                    id: row.int(0)?,
                    kind: row.text(1)?.to_owned(),
                    body: row.text(2)?.to_owned(),
                    state: row.text(3)?.to_owned(),
                    created_at: Timestamp(row.int(4)?),
                })
            })
        })
    }
}

impl Store {
    /// Whose run this is.
    pub fn customer_of_run(&self, run: RunId) -> Result<Option<Book>> {
        let sql = "SELECT c.slug FROM run r JOIN customer c ON c.id = r.customer WHERE r.id = $1";
        let slug = self.db.read(|tx| tx.query_opt(sql, params![run.0], |row| Ok(row.text(0)?.to_owned())))?;
        slug.map_or(Ok(None), |slug| self.book(&slug))
    }
}

/// A mail on its way into the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Kind of mail.
    pub kind: &'static str,
    /// Its content as JSON.
    pub body: String,
}

/// A run whose process ended before it did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeftRun {
    /// The run.
    pub run: RunId,
    /// Its plan, where that was applied to its end.
    pub applied: Option<PlanId>,
}

/// What must leave the house.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxRow {
    /// Number.
    pub id: i64,
    /// Kind of mail.
    pub kind: String,
    /// Its content as JSON.
    pub body: String,
    /// Waiting or sent.
    pub state: String,
    /// When it was posted.
    pub created_at: Timestamp,
}

/// The guard's view of the last 24 hours.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GuardWindow {
    /// Largest number of linked contacts.
    pub base: i64,
    /// Applied by kind.
    pub recent: BTreeMap<GuardKind, i64>,
}

/// What the guard weighs.
pub(crate) fn guard_window(
    tx: &mut Tx<'_>,
    book: &Book,
    connection: ConnectionId,
    now: Timestamp,
) -> Result<GuardWindow> {
    let since = now.plus_days(-1).0;
    let sql = "SELECT MAX(linked) FROM run WHERE customer = $1 AND started_at > $2";
    let most = tx.query_one(sql, params![book.customer.id.0, since], |row| row.opt_int(0))?.unwrap_or(0);
    let base = most.max(linked(tx, connection)?);
    Ok(GuardWindow { base, recent: recent(tx, book, since)? })
}

/// What was applied since then, by kind. What came back, by an undo, from the bin or at the source, takes back what counts
/// of its contact and no more: a removal that is older than the window left no room in it.
fn recent(tx: &mut Tx<'_>, book: &Book, since: i64) -> Result<BTreeMap<GuardKind, i64>> {
    let (mut recent, mut counted) = (BTreeMap::new(), BTreeMap::new());
    // An undo's row names the guard kind that it takes back; what came back at the source has none.
    let sql = "SELECT CASE o.kind WHEN 'restore' THEN COALESCE(o.guard, 'remove') \
               WHEN 'return' THEN COALESCE(o.guard, 'mark_left') ELSE o.guard END, \
               CASE WHEN o.guard IS NULL OR o.reason = 'undo' THEN -1 ELSE 1 END, o.contact \
               FROM plan_op o JOIN plan p ON p.id = o.plan WHERE p.customer = $1 \
               AND p.state IN ('applied', 'applying') AND p.as_of > $2 AND o.held IS NULL \
               AND (o.guard IS NOT NULL OR (o.kind IN ('restore', 'return') AND o.reason = 'restored')) \
               ORDER BY p.id, o.n";
    tx.for_each(sql, params![book.customer.id.0, since], |row| {
        let (name, weight, contact) = (row.text(0)?, row.int(1)?, row.opt_int(2)?);
        let kind = GuardKind::named(name).ok_or_else(unreadable)?;
        let of_contact: &mut i64 = counted.entry((kind, contact)).or_default();
        let counts = if weight > 0 || *of_contact > 0 { weight } else { 0 };
        *of_contact += counts;
        *recent.entry(kind).or_default() += counts;
        Ok(())
    })?;
    Ok(recent)
}

/// Opens a run's row.
pub(crate) fn open_run(
    tx: &mut Tx<'_>,
    book: &Book,
    connection: ConnectionId,
    start: &RunStart,
) -> Result<RunId> {
    let id = next(tx, "run")?;
    let linked = linked(tx, connection)?;
    let sql = "INSERT INTO run (id, customer, kind, mode, outcome, created, updated, restored, removed, adopted, \
               unlinked, held, unchanged, memberships, requests, bytes_read, linked, started_at, duration_ms) \
               VALUES ($1, $2, $3, $4, 'running', 0, 0, 0, 0, 0, 0, 0, 0, 0, $5, $6, $7, $8, 0)";
    let RunStart { kind, mode, spent, at } = start;
    let (kind, mode) = (kind.name(), mode.name());
    let values = params![id, book.customer.id.0, kind, mode, spent.requests, spent.bytes_read, linked, at.0];
    tx.exec(sql, values)?;
    Ok(RunId(id))
}

pub(crate) fn post(tx: &mut Tx<'_>, book: &Book, mail: &Mail, now: Timestamp) -> Result<()> {
    let id = next(tx, "outbox")?;
    let sql = "INSERT INTO outbox (id, customer, kind, body, state, created_at) VALUES ($1, $2, $3, $4, 'waiting', $5)";
    tx.exec(sql, params![id, book.customer.id.0, mail.kind, mail.body.as_str(), now.0]).map(drop)
}

fn linked(tx: &mut Tx<'_>, connection: ConnectionId) -> Result<i64> {
    let sql = "SELECT linked FROM link_count WHERE connection = $1";
    Ok(tx.query_opt(sql, params![connection.get()], |row| row.int(0))?.unwrap_or(0))
}

fn unreadable() -> StoreError {
    StoreError::Corrupt("what a run did is unreadable".into())
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
        requests: row.int(13)?,
        bytes_read: row.int(14)?,
        started_at: Timestamp(row.int(15)?),
        duration_ms: row.int(16)?,
        error: ErrorText::read(row, 17, 18)?,
    })
}

fn read_finding(row: &Row<'_>) -> Result<Finding> {
    let mut others = Vec::new();
    let mut from = Decoder::new(row.blob(3)?)?;
    while !from.is_at_end() {
        others.push(from.source()?);
    }
    Ok(Finding {
        kind: FindingKind::named(row.text(0)?)
            .ok_or_else(|| StoreError::Corrupt("a finding is unreadable".into()))?,
        source: SourceId::from_bytes(row.blob(1)?),
        contact: row.opt_int(2)?.map(ContactId::from_stored),
        others,
    })
}
