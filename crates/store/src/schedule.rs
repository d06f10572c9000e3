//! The durable schedule: one row for each customer with the rule that is in force and the time at which its next run is
//! due. Nodes claim due rows, each row once; a claim ends like a lease, by the database's clock.
//!
//! Who may be run is decided elsewhere ([`Standing`]); what changes a policy, a scope or a connection only notes that the
//! row must be looked at again, in the same transaction.

use model::Timestamp;
use model::ids::{ConnectionId, CustomerId};

use crate::customer::OF_C;
use crate::db::{Engine, List, Row, Tx, params};
use crate::error::Result;
use crate::history::By;
use crate::lease::{Holder, LIFE_MS, Lease};
use crate::store::{Book, Store, epoch, next};

/// Stands for the rule of a customer whose settings cannot be read.
pub(crate) const UNREADABLE: &str = "?";

/// What the schedule may do for a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Nothing: not connected, switched off, or nobody was ever chosen.
    Idle,
    /// Nothing, and somebody must look: the stored settings cannot be read.
    Unreadable(ConnectionId),
    /// Only a person starts runs.
    ByHand(ConnectionId),
    /// Runs start by themselves.
    Scheduled {
        /// The connection.
        connection: ConnectionId,
        /// The rule as text, such as `daily 02:30`.
        rule: String,
        /// Its time zone, an IANA name.
        time_zone: String,
    },
}

impl Standing {
    /// The connection that is read.
    pub const fn connection(&self) -> Option<ConnectionId> {
        match self {
            Self::Idle => None,
            Self::Unreadable(connection) | Self::ByHand(connection) | Self::Scheduled { connection, .. } => {
                Some(*connection)
            }
        }
    }
}

/// A row that must be looked at again.
#[derive(Clone)]
pub struct Changed {
    /// The customer's handle.
    pub book: Book,
    /// When something changed.
    pub at: Timestamp,
    /// What the row says until now.
    pub was: Standing,
    /// When the next run is due until now.
    pub due_at: Option<Timestamp>,
    /// Since when runs start by themselves.
    pub since: Option<Timestamp>,
}

/// How many runs to claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Places {
    /// Of customers whose last scheduled run went well.
    pub sound: i64,
    /// Of customers whose last scheduled run failed.
    pub troubled: i64,
}

/// A due run that this node has claimed.
#[derive(Clone)]
pub struct Claimed {
    /// The customer's handle.
    pub book: Book,
    /// When it was due.
    pub due_at: Timestamp,
    /// The rule.
    pub rule: String,
    /// Its time zone.
    pub time_zone: String,
    /// Scheduled runs that failed before this one, in a row.
    pub failures: i64,
    /// The connection that is read.
    pub connection: ConnectionId,
    /// How often it had been connected: a credential for each time.
    pub connects: i64,
}

/// A claimed run has ended: when the next one is due, unless the rule has changed meanwhile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// The customer.
    pub customer: CustomerId,
    /// The rule by which `due_at` was found.
    pub rule: String,
    /// Its time zone.
    pub time_zone: String,
    /// When the next run is due; in the past, it is owed still.
    pub due_at: Option<Timestamp>,
    /// How long the connection is left alone, when the run failed.
    pub pause: Option<Pause>,
}

/// A connection is left alone, unless it was repaired while the run went on that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pause {
    /// The connection that failed.
    pub connection: ConnectionId,
    /// How often it had been connected by then.
    pub connects: i64,
    /// Failures in a row by now.
    pub failures: i64,
    /// Until when.
    pub until: Timestamp,
}

/// Adds a customer's row.
pub(crate) fn insert(tx: &mut Tx<'_>, customer: CustomerId) -> Result<()> {
    let now = tx.now_ms()?;
    let sql = "INSERT INTO schedule (customer, changed_at, rule, time_zone, node, holder, claimed_until, tidied_at) \
               VALUES ($1, $2, '', '', 0, '', 0, $2)";
    tx.exec(sql, params![customer.0, now]).map(drop)
}

/// What the row says may no longer be so. Two changes within a millisecond are told apart.
pub(crate) fn changed(tx: &mut Tx<'_>, customer: CustomerId) -> Result<()> {
    let now = tx.now_ms()?;
    let sql = "UPDATE schedule SET changed_at = CASE WHEN changed_at >= $1 THEN changed_at + 1 ELSE $1 END \
               WHERE customer = $2";
    tx.exec(sql, params![now, customer.0]).map(drop)
}

/// The same for all customers: they inherit.
pub(crate) fn all_changed(tx: &mut Tx<'_>) -> Result<()> {
    let now = tx.now_ms()?;
    let sql = "UPDATE schedule SET changed_at = CASE WHEN changed_at >= $1 THEN changed_at + 1 ELSE $1 END";
    tx.exec(sql, params![now]).map(drop)
}

/// A plan waits for a person: what it was made from was read well.
pub(crate) fn waits(tx: &mut Tx<'_>, customer: CustomerId, at: Timestamp) -> Result<()> {
    let sql = "UPDATE schedule SET waiting_at = $1 WHERE customer = $2";
    tx.exec(sql, params![at.0, customer.0]).map(drop)
}

/// A run went well: the schedule need not leave the connection alone any longer.
pub(crate) fn end_quarantine(tx: &mut Tx<'_>, connection: ConnectionId) -> Result<()> {
    let sql = "UPDATE connection SET failures = 0, paused_until = NULL WHERE id = $1 AND failures > 0";
    tx.exec(sql, params![connection.get()]).map(drop)
}

impl Book {
    /// Notes that a read found nothing new while a plan waits for a person.
    pub fn note_waiting(&self, lease: &Lease, now: Timestamp) -> Result<()> {
        self.fenced(lease, |tx| {
            end_quarantine(tx, lease.connection)?;
            waits(tx, self.customer.id, now)
        })
    }
}

impl Store {
    /// A number for a node that claims runs, used by no other.
    pub fn new_node(&self) -> Result<i64> {
        self.db.write(|tx| next(tx, "node"))
    }

    /// Rows that must be looked at again, at most so many.
    pub fn changed_schedules(&self, limit: i64) -> Result<Vec<Changed>> {
        let sql = format!(
            "SELECT {OF_C}, s.changed_at, s.connection, s.rule, s.time_zone, s.due_at, s.since \
             FROM schedule s JOIN customer c ON c.id = s.customer WHERE s.changed_at IS NOT NULL ORDER BY s.customer LIMIT $1"
        );
        self.db.look_up(|tx| {
            tx.query(&sql, params![limit], |row| {
                Ok(Changed {
                    book: Book { store: self.clone(), customer: crate::customer::read(row)?, by: By::Hand },
                    at: Timestamp(row.int(6)?),
                    was: standing(row)?,
                    due_at: row.opt_int(10)?.map(Timestamp),
                    since: row.opt_int(11)?.map(Timestamp),
                })
            })
        })
    }

    /// Writes what a look at changed rows found; what changed once more meanwhile stays marked.
    pub fn reschedule(&self, rows: &[(Changed, Standing, Option<Timestamp>)]) -> Result<()> {
        // A run may have been settled since the row was read: where nothing else is new, its due time stands. A first run that
        // `connect` started may wait for a person already, though the row does not know of the connection yet.
        let sql = "UPDATE schedule SET changed_at = NULL, connection = $1, rule = $2, time_zone = $3, due_at = CASE WHEN \
                   connection = $1 AND rule = $2 AND time_zone = $3 AND due_at IS NOT NULL THEN due_at ELSE $4 END, since = $5, \
                   waiting_at = CASE WHEN connection = $1 \
                   OR waiting_at >= (SELECT k.connected_at FROM connection k WHERE k.id = $1) THEN waiting_at END \
                   WHERE customer = $6 AND changed_at = $7";
        if rows.is_empty() {
            return Ok(());
        }
        self.db.write(|tx| {
            for (seen, now, due) in rows {
                let (connection, rule, zone) = match now {
                    Standing::Idle => (None, "", ""),
                    Standing::Unreadable(connection) => (Some(connection.get()), UNREADABLE, ""),
                    Standing::ByHand(connection) => (Some(connection.get()), "", ""),
                    Standing::Scheduled { connection, rule, time_zone } => {
                        (Some(connection.get()), rule.as_str(), time_zone.as_str())
                    }
                };
                let same = seen.was.connection().is_some_and(|was| Some(was.get()) == connection);
                let kept = due.is_some() || matches!(now, Standing::Unreadable(_));
                let since = kept.then(|| seen.since.filter(|_| same).unwrap_or(seen.at).0);
                let customer = seen.book.customer.id.0;
                let due = due.map(|t| t.0);
                tx.exec(sql, params![connection, rule, zone, due, since, customer, seen.at.0])?;
            }
            Ok(())
        })
    }

    /// Who has claimed runs, this node left out.
    pub fn claim_holders(&self, node: i64) -> Result<Vec<Holder>> {
        let sql = "SELECT DISTINCT holder FROM schedule WHERE node <> 0 AND node <> $1";
        self.db.look_up(|tx| tx.query(sql, params![node], |row| Ok(Holder(row.text(0)?.to_owned()))))
    }

    /// Ends the claims of a process that lives no more.
    pub fn end_claims_of(&self, dead: &Holder) -> Result<u64> {
        let sql = "UPDATE schedule SET node = 0, holder = '', claimed_until = 0 WHERE holder = $1";
        self.db.write(|tx| tx.exec(sql, params![dead.0.as_str()]))
    }

    /// Ends the claims of a node that stops.
    pub fn end_claims(&self, node: i64) -> Result<u64> {
        let sql = "UPDATE schedule SET node = 0, holder = '', claimed_until = 0 WHERE node = $1";
        self.db.write(|tx| tx.exec(sql, params![node]))
    }

    /// Prolongs a node's claims for customers whose runs it carries out; its other claims end, for it does not know of them:
    /// the answer by which it would have learned was lost.
    pub fn renew_claims(&self, node: i64, at_work: &[CustomerId]) -> Result<u64> {
        let customers: Vec<i64> = at_work.iter().map(|customer| customer.0).collect();
        self.db.write(|tx| {
            let until = tx.now_ms()? + LIFE_MS;
            let theirs = List::Ints.holds(tx.engine(), 2);
            let sql = format!(
                "UPDATE schedule SET node = 0, holder = '', claimed_until = 0 WHERE node = $1 AND NOT (customer {theirs})"
            );
            tx.exec(&sql, params![node, &customers[..]])?;
            tx.exec("UPDATE schedule SET claimed_until = $1 WHERE node = $2", params![until, node])
        })
    }

    /// Settles ended runs and claims due ones, the longest due first, all in one transaction. Nothing is written where
    /// nothing has ended and nothing is due.
    pub fn settle_and_claim(
        &self,
        (node, me): (i64, &Holder),
        ended: &[Settled],
        places: Places,
        now: Timestamp,
    ) -> Result<Vec<Claimed>> {
        if ended.is_empty()
            && (places.sound + places.troubled <= 0 || !self.db.look_up(|tx| any_due(tx, now))?)
        {
            return Ok(Vec::new());
        }
        self.db.write(|tx| {
            self.same_epoch(epoch(tx)?)?;
            ended.iter().try_for_each(|one| settle(tx, node, one))?;
            let clock = tx.now_ms()?;
            let mut claimed = self.due(tx, (now, clock), "= 0", places.sound)?;
            claimed.extend(self.due(tx, (now, clock), "> 0", places.troubled)?);
            let sql = "UPDATE schedule SET node = $1, holder = $2, claimed_until = $3 WHERE customer = $4";
            for one in &claimed {
                tx.exec(sql, params![node, me.0.as_str(), clock + LIFE_MS, one.book.customer.id.0])?;
            }
            Ok(claimed)
        })
    }

    fn due(
        &self,
        tx: &mut Tx<'_>,
        (now, clock): (Timestamp, i64),
        failures: &str,
        limit: i64,
    ) -> Result<Vec<Claimed>> {
        if limit <= 0 {
            return Ok(Vec::new());
        }
        let skip = if tx.engine() == Engine::Postgres { " FOR UPDATE OF s SKIP LOCKED" } else { "" };
        let sql = format!(
            "SELECT {OF_C}, s.due_at, s.rule, s.time_zone, k.failures, k.id, \
             k.connects {DUE} \
             AND s.claimed_until <= $2 AND k.failures {failures} ORDER BY s.due_at, s.customer LIMIT $3{skip}"
        );
        tx.query(&sql, params![now.0, clock, limit], |row| {
            Ok(Claimed {
                book: Book { store: self.clone(), customer: crate::customer::read(row)?, by: By::Hand },
                due_at: Timestamp(row.int(6)?),
                rule: row.text(7)?.to_owned(),
                time_zone: row.text(8)?.to_owned(),
                failures: row.int(9)?,
                connection: ConnectionId::from_stored(row.int(10)?),
                connects: row.int(11)?,
            })
        })
    }
}

/// Rows that are due at `$1`, and whose connection is not left alone.
const DUE: &str = "FROM schedule s JOIN customer c ON c.id = s.customer JOIN connection k ON k.id = s.connection \
                   WHERE s.due_at <= $1 AND s.changed_at IS NULL AND (k.paused_until IS NULL OR k.paused_until <= $1)";

fn any_due(tx: &mut Tx<'_>, now: Timestamp) -> Result<bool> {
    let sql = format!("SELECT s.customer {DUE} LIMIT 1");
    Ok(tx.query_opt(&sql, params![now.0], |row| row.int(0))?.is_some())
}

/// A claim that was lost meanwhile settles nothing: another node answers for that run. A connection that was repaired
/// while the run went on is not paused for what happened before.
fn settle(tx: &mut Tx<'_>, node: i64, one: &Settled) -> Result<()> {
    let sql = "UPDATE schedule SET node = 0, holder = '', claimed_until = 0, \
               due_at = CASE WHEN rule = $1 AND time_zone = $2 THEN $3 ELSE due_at END WHERE customer = $4 AND node = $5";
    let due = one.due_at.map(|t| t.0);
    let values = params![one.rule.as_str(), one.time_zone.as_str(), due, one.customer.0, node];
    if tx.exec(sql, values)? == 1
        && let Some(pause) = one.pause
    {
        let sql = "UPDATE connection SET failures = $1, paused_until = $2 \
                   WHERE id = $3 AND connects = $4 AND failures = $5";
        let before = pause.failures - 1;
        let values = params![pause.failures, pause.until.0, pause.connection.get(), pause.connects, before];
        tx.exec(sql, values)?;
    }
    Ok(())
}

fn standing(row: &Row<'_>) -> Result<Standing> {
    let (connection, rule) = (row.opt_int(7)?.map(ConnectionId::from_stored), row.text(8)?.to_owned());
    Ok(match connection {
        None => Standing::Idle,
        Some(connection) if rule == UNREADABLE => Standing::Unreadable(connection),
        Some(connection) if rule.is_empty() => Standing::ByHand(connection),
        Some(connection) => Standing::Scheduled { connection, rule, time_zone: row.text(9)?.to_owned() },
    })
}
