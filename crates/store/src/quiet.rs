//! Quiet runs: what was read says nothing new and nobody is due. Such a run is counted, not listed, and writes three rows in
//! one transaction: the cursors, the lease, the customer's last good run. With the cursors ends a quarantine.

use model::Timestamp;
use model::ids::ConnectionId;

use crate::connection::ConnectionRow;
use crate::db::{Tx, params};
use crate::error::{Result, StoreError};
use crate::lease::{Holder, Lease, Liveness};
use crate::mirror::ReadEnd;
use crate::schedule;
use crate::store::Book;

/// What a run finds before it reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rest {
    /// Nobody is at work and nothing waits: changes may be looked for without the lease.
    AtRest,
    /// A run is under way.
    Busy,
    /// Something waits: people who are due, a run that was killed, a lease that was left.
    Work,
}

/// A run that found nothing and held no lease.
#[derive(Debug)]
pub struct Unwritten<'q> {
    /// The connection as it was when the reading began.
    pub connection: &'q ConnectionRow,
    /// Who read.
    pub me: &'q Holder,
    /// Where the next read goes on.
    pub end: &'q ReadEnd,
    /// When the run ended.
    pub now: Timestamp,
}

/// How a quiet run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuietEnd {
    /// It is counted.
    Counted,
    /// Somebody else moved on meanwhile, or somebody is due now: nothing was written, run again with the lease.
    Moved,
}

impl Book {
    /// Whether anything is to be done, the reading apart.
    pub fn rest(
        &self,
        connection: ConnectionId,
        now: Timestamp,
        lives: impl Fn(&str) -> Liveness,
    ) -> Result<Rest> {
        self.owns(connection)?;
        let customer = self.customer.id.0;
        self.store.db.read(|tx| {
            let clock = tx.now_ms()?;
            let sql = "SELECT holder, expires_at FROM lease WHERE customer = $1 AND (expires_at > $2 OR work <> '')";
            let held = tx.query_opt(sql, params![customer, clock], |row| {
                let over = row.int(1)? <= clock;
                Ok(if over { Liveness::Dead } else { lives(row.text(0)?) })
            })?;
            match held {
                Some(Liveness::Unknown) => return Ok(Rest::Busy),
                // A killed run is told of by whoever takes its lease over.
                Some(Liveness::Dead) => return Ok(Rest::Work),
                None => {}
            }
            let waits =
                tx.query_one(WAITING, params![connection.get(), now.0, customer], |row| row.int(0))?;
            Ok(if waits == 0 { Rest::AtRest } else { Rest::Work })
        })
    }

    /// Counts a run that found nothing, if everything still is as it was when it began.
    pub fn settle(&self, quiet: &Unwritten<'_>) -> Result<QuietEnd> {
        self.owns(quiet.connection.id)?;
        let moved = || StoreError::Conflict("a run is under way or has ended meanwhile".into());
        let done = self.store.db.write(|tx| {
            if !self.pass_through(tx, quiet.me)? || !self.still_there(tx, quiet)? {
                return Err(moved());
            }
            self.count_quiet(tx, quiet.now)
        });
        match done {
            Ok(()) => Ok(QuietEnd::Counted),
            Err(StoreError::Conflict(_)) => Ok(QuietEnd::Moved),
            Err(other) => Err(other),
        }
    }

    /// Takes a free lease and gives it back: whoever held an older one can write nothing any more.
    fn pass_through(&self, tx: &mut Tx<'_>, me: &Holder) -> Result<bool> {
        let now = tx.now_ms()?;
        let sql = "INSERT INTO lease (customer, token, holder, taken_at, expires_at) SELECT $1, f.value + 1, $2, $3, 0 \
                   FROM counter f JOIN counter e ON e.name = 'epoch' AND e.value = $4 WHERE f.name = 'lease' \
                   ON CONFLICT (customer) DO UPDATE SET token = lease.token + 1, holder = excluded.holder, \
                   taken_at = excluded.taken_at, expires_at = 0 WHERE lease.expires_at <= $3 AND lease.work = ''";
        let epoch = self.store.epoch();
        Ok(tx.exec(sql, params![self.customer.id.0, me.0.as_str(), now, epoch])? == 1)
    }

    /// Moves the cursors on from where the reading began, unless somebody is due by now.
    fn still_there(&self, tx: &mut Tx<'_>, quiet: &Unwritten<'_>) -> Result<bool> {
        let Unwritten { connection, end, now, .. } = quiet;
        let sql = "UPDATE connection SET users_cursor = $1, groups_cursor = $2, cursor_at = $3, failures = 0, \
                   paused_until = NULL WHERE id = $4 AND users_cursor = $5 AND groups_cursor = $6 AND complete = 1";
        let (users, groups) = (connection.users_cursor.as_deref(), connection.groups_cursor.as_deref());
        let values =
            params![end.users.as_str(), end.groups.as_str(), end.at.0, connection.id.get(), users, groups];
        if tx.exec(sql, values)? != 1 {
            return Ok(false);
        }
        let waiting = params![connection.id.get(), now.0, self.customer.id.0];
        Ok(tx.query_one(WAITING, waiting, |row| row.int(0))? == 0)
    }

    fn count_quiet(&self, tx: &mut Tx<'_>, now: Timestamp) -> Result<()> {
        let sql = "UPDATE customer SET last_good_at = $1, quiet_runs = quiet_runs + 1 WHERE id = $2";
        tx.exec(sql, params![now.0, self.customer.id.0]).map(drop)
    }

    /// The same for a run that held the lease, which it gives back with this.
    pub fn note_quiet(&self, lease: &Lease, end: Option<&ReadEnd>, now: Timestamp) -> Result<()> {
        self.owns(lease.connection)?;
        self.store.db.write(|tx| {
            lease.leave(tx)?;
            if let Some(end) = end {
                let sql = "UPDATE connection SET users_cursor = $1, groups_cursor = $2, cursor_at = $3, failures = 0, \
                           paused_until = NULL WHERE id = $4";
                let values =
                    params![end.users.as_str(), end.groups.as_str(), end.at.0, lease.connection.get()];
                tx.exec(sql, values)?;
            } else {
                schedule::end_quarantine(tx, lease.connection)?;
            }
            self.count_quiet(tx, now)
        })
    }
}

/// How many kinds of work wait: people due, plans half applied, runs that never ended, operations released or held since yesterday.
const WAITING: &str = "SELECT \
    (SELECT COUNT(*) FROM (SELECT source FROM pending WHERE connection = $1 AND due_at <= $2 LIMIT 1) a) \
    + (SELECT COUNT(*) FROM (SELECT id FROM plan WHERE customer = $3 AND connection = $1 AND state = 'applying' LIMIT 1) b) \
    + (SELECT COUNT(*) FROM (SELECT id FROM run WHERE customer = $3 AND outcome = 'running' LIMIT 1) c) \
    + (SELECT COUNT(*) FROM (SELECT source FROM hold WHERE connection = $1 AND again_at <= $2 LIMIT 1) d)";
