//! Leases: one run per customer at a time, over processes and machines. The first statement of every writing transaction
//! of a run is [`Book::fence`]: a node that was only slow hits no row once another has taken over.

use model::Timestamp;
use model::ids::ConnectionId;
use model::run::{ReadMode, RunKind};

use crate::db::{Engine, Tx, params};
use crate::error::{Result, StoreError};
use crate::runs;
use crate::store::{Book, Store};

/// How long a lease, or a claim of the schedule, lives without being renewed, by the database's clock.
pub(crate) const LIFE_MS: i64 = 30_000;

/// The right to write for a customer.
#[derive(Debug, Clone)]
pub struct Lease {
    /// The connection that is worked on.
    pub connection: ConnectionId,
    pub(crate) token: i64,
}

/// Who holds a lease: machine, boot and process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder(pub String);

/// What a lease is taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// A run that reads before it has a row: until then the lease says that it is at work, and whoever takes the lease over
    /// after it was killed writes the row.
    Run {
        /// What it is for.
        kind: RunKind,
        /// What it reads.
        mode: ReadMode,
    },
    /// Anything that leaves no row.
    Other,
}

impl Work {
    /// The text of the column `work`.
    fn stored(self) -> String {
        match self {
            Self::Run { kind, mode } => Begun { kind, mode, spent: None }.stored(),
            Self::Other => String::new(),
        }
    }
}

/// A run that has no row yet, as its lease knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Begun {
    kind: RunKind,
    mode: ReadMode,
    /// What it had asked for when it last renewed its lease.
    spent: Option<runs::Spent>,
}

impl Begun {
    /// `KIND MODE`, and behind a renewal `KIND MODE REQUESTS BYTES`.
    fn stored(self) -> String {
        let spent = self.spent.map(|s| format!(" {} {}", s.requests, s.bytes_read)).unwrap_or_default();
        format!("{} {}{spent}", self.kind.name(), self.mode.name())
    }

    /// `None` for whatever leaves no row.
    fn named(text: &str) -> Option<Self> {
        let mut parts = text.split(' ');
        let (kind, mode) = (RunKind::named(parts.next()?)?, ReadMode::named(parts.next()?)?);
        let mut number = || parts.next()?.parse::<i64>().ok();
        let spent = match (number(), number()) {
            (Some(requests), Some(bytes_read)) => Some(runs::Spent { requests, bytes_read }),
            _ => None,
        };
        Some(Self { kind, mode, spent })
    }
}

/// A lease that is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// By whom.
    pub holder: Holder,
    /// Since when, by the database's clock.
    pub since: Timestamp,
    /// What a run reads that has no row yet.
    pub reads: Option<ReadMode>,
    /// What that run had asked for when it last renewed the lease.
    pub spent: Option<runs::Spent>,
}

/// What asking for a lease brings.
#[derive(Debug, Clone)]
pub enum Asked {
    /// It is ours.
    Taken(Lease),
    /// A run is under way.
    Busy,
}

impl Book {
    /// Asks for the customer's lease, for some work. `lives` answers whether a holder still lives; a holder of this machine
    /// that does not is taken over at once. A run that never gave its lease back and has no row yet gets one, which says that
    /// it was cut off.
    pub fn take_lease(
        &self,
        connection: ConnectionId,
        me: &Holder,
        work: Work,
        lives: impl Fn(&str) -> Liveness,
    ) -> Result<Asked> {
        self.owns(connection)?;
        let customer = self.customer.id.0;
        self.store.db.write(|tx| {
            let now = tx.now_ms()?;
            let old = last(tx, customer)?;
            self.store.same_epoch(old.epoch)?;
            if old.held_until > now && lives(&old.holder) != Liveness::Dead {
                return Ok(Asked::Busy);
            }
            let token = old.token + 1;
            let sql = "INSERT INTO lease (customer, token, holder, work, taken_at, expires_at) VALUES ($1, $2, $3, $6, $4, $5) \
                       ON CONFLICT (customer) DO UPDATE SET token = excluded.token, holder = excluded.holder, work = excluded.work, \
                       taken_at = excluded.taken_at, expires_at = excluded.expires_at WHERE lease.token < excluded.token";
            let work = work.stored();
            let values = params![customer, token, me.0.as_str(), now, now + LIFE_MS, work.as_str()];
            if tx.exec(sql, values)? != 1 {
                return Ok(Asked::Busy);
            }
            if let Some(Begun { kind, mode, spent }) = Begun::named(&old.work) {
                // When it was killed nobody knows, nor what it asked for since it last renewed its lease.
                let start = runs::RunStart { kind, mode, spent: runs::Spent::default(), at: old.taken_at };
                runs::note_cut_off(tx, self, connection, &start, &runs::Known { spent, ended: None })?;
            }
            Ok(Asked::Taken(Lease { connection, token }))
        })
    }

    /// The lease that somebody holds now, if anybody does; whether its holder still lives is for the caller to tell.
    pub fn held_lease(&self) -> Result<Option<Held>> {
        let customer = self.customer.id.0;
        self.store.db.look_up(|tx| {
            let clock = tx.clock();
            let sql = format!(
                "SELECT holder, taken_at, work FROM lease WHERE customer = $1 AND expires_at > {clock}"
            );
            tx.query_opt(&sql, params![customer], |row| {
                let begun = Begun::named(row.text(2)?);
                Ok(Held {
                    holder: Holder(row.text(0)?.to_owned()),
                    since: Timestamp(row.int(1)?),
                    reads: begun.map(|begun| begun.mode),
                    spent: begun.and_then(|begun| begun.spent),
                })
            })
        })
    }

    /// Prolongs a lease.
    pub fn renew(&self, lease: &Lease) -> Result<()> {
        self.fenced(lease, |_| Ok(()))
    }

    /// The same for a run, with what it has asked for until now: whoever takes over from it once it was killed tells that.
    pub fn renew_with(&self, lease: &Lease, spent: runs::Spent) -> Result<()> {
        self.fenced(lease, |tx| change(tx, lease, |begun| Begun { spent: Some(spent), ..begun }))
    }

    /// A run that has no row yet reads otherwise than it began. Writes nothing where there is none.
    pub fn reads(&self, lease: &Lease, mode: ReadMode) -> Result<()> {
        if self.reading(lease)?.is_none_or(|now| now == mode) {
            return Ok(());
        }
        self.fenced(lease, |tx| change(tx, lease, |begun| Begun { mode, ..begun }))
    }

    /// What a run that has no row yet reads.
    pub fn reading(&self, lease: &Lease) -> Result<Option<ReadMode>> {
        self.owns(lease.connection)?;
        Ok(self.store.db.read_between(|tx| begun(tx, lease))?.map(|begun| begun.mode))
    }

    /// A run ends in the middle, for its process does, with what it has asked for since it started: its row says so, or a
    /// new one where it has none yet, and the lease is given back with it.
    pub fn cut_off(
        &self,
        lease: &Lease,
        (spent, started): (runs::Spent, Timestamp),
        at: Timestamp,
    ) -> Result<()> {
        self.fenced(lease, |tx| {
            runs::close_cut_off(tx, self, at)?;
            if let Some(Begun { kind, mode, spent: _ }) = begun(tx, lease)? {
                let start = runs::RunStart { kind, mode, spent, at: started };
                let known = runs::Known { spent: Some(spent), ended: Some(at) };
                runs::note_cut_off(tx, self, lease.connection, &start, &known)?;
            }
            lease.leave(tx)
        })
    }

    /// Gives a lease back, if it is still held.
    pub fn give_back(&self, lease: &Lease) -> Result<()> {
        match self.store.db.write(|tx| lease.leave(tx)) {
            Err(StoreError::LeaseLost) => Ok(()),
            done => done,
        }
    }
}

impl Book {
    /// A run's writing transaction.
    pub(crate) fn fenced<T>(&self, lease: &Lease, f: impl FnOnce(&mut Tx<'_>) -> Result<T>) -> Result<T> {
        self.store.db.write(|tx| {
            self.fence(tx, lease)?;
            f(tx)
        })
    }

    /// Must be the first statement of a run's writing transaction. A lease that was given back is over, whoever may still
    /// want to renew it.
    pub(crate) fn fence(&self, tx: &mut Tx<'_>, lease: &Lease) -> Result<()> {
        self.owns(lease.connection)?;
        let sql = format!(
            "UPDATE lease SET expires_at = {} + $1 WHERE customer = $2 AND token = $3 AND expires_at > 0",
            tx.clock()
        );
        let hit = tx.exec(&sql, params![LIFE_MS, self.customer.id.0, lease.token])?;
        if hit == 1 { Ok(()) } else { Err(StoreError::LeaseLost) }
    }

    /// The first statement of what never happens beside a run: with the lease, or where there is no connection that a run
    /// could use. A connection made since it was looked for is a conflict.
    pub(crate) fn alone(&self, tx: &mut Tx<'_>, lease: Option<&Lease>) -> Result<()> {
        if let Some(lease) = lease {
            return self.fence(tx, lease);
        }
        let (low, high) = ConnectionId::range(self.customer.id);
        let any = "SELECT id FROM connection WHERE id BETWEEN $1 AND $2 LIMIT 1";
        match tx.query_opt(any, params![low, high], |row| row.int(0))? {
            Some(_) => {
                Err(StoreError::Conflict("a customer with a connection needs its lease for this".into()))
            }
            None => Ok(()),
        }
    }
}

impl Store {
    /// Who holds or last held a lease or a claim, where nodes need not share a data folder: nobody on SQLite.
    pub fn holders(&self) -> Result<Vec<Holder>> {
        if self.db.engine() == Engine::Sqlite {
            return Ok(Vec::new());
        }
        let sql = "SELECT holder FROM lease WHERE holder <> '' UNION SELECT holder FROM schedule WHERE holder <> ''";
        self.db.look_up(|tx| tx.query(sql, params![], |row| Ok(Holder(row.text(0)?.to_owned()))))
    }
}

impl Lease {
    /// The last statement of a run as the first one of its last transaction: gives the lease back, if it is still held.
    pub(crate) fn leave(&self, tx: &mut Tx<'_>) -> Result<()> {
        let sql = "UPDATE lease SET expires_at = 0, work = '' WHERE customer = $1 AND token = $2";
        let hit = tx.exec(sql, params![self.connection.customer().0, self.token])?;
        if hit == 1 { Ok(()) } else { Err(StoreError::LeaseLost) }
    }
}

fn begun(tx: &mut Tx<'_>, lease: &Lease) -> Result<Option<Begun>> {
    let sql = "SELECT work FROM lease WHERE customer = $1 AND token = $2";
    let key = params![lease.connection.customer().0, lease.token];
    Ok(tx.query_opt(sql, key, |row| Ok(Begun::named(row.text(0)?)))?.flatten())
}

/// Changes what a lease knows of its run, until that has a row.
fn change(tx: &mut Tx<'_>, lease: &Lease, to: impl FnOnce(Begun) -> Begun) -> Result<()> {
    let Some(begun) = begun(tx, lease)? else { return Ok(()) };
    let work = to(begun).stored();
    let sql = "UPDATE lease SET work = $1 WHERE customer = $2 AND token = $3";
    tx.exec(sql, params![work.as_str(), lease.connection.customer().0, lease.token]).map(drop)
}

/// A customer's last lease.
struct Last {
    epoch: i64,
    token: i64,
    holder: String,
    /// What it was taken for; empty once that has a row, or has ended.
    work: String,
    taken_at: Timestamp,
    held_until: i64,
}

/// The last lease, with the number that the next one must exceed: rows are lost with a customer and by a restore, but the
/// process that held one may wake up afterwards.
fn last(tx: &mut Tx<'_>, customer: i64) -> Result<Last> {
    let sql = "SELECT (SELECT value FROM counter WHERE name = 'epoch'), (SELECT value FROM counter WHERE name = 'lease'), \
               l.token, l.holder, l.expires_at, l.work, l.taken_at FROM (SELECT 1 AS one) o LEFT JOIN lease l ON l.customer = $1";
    tx.query_one(sql, params![customer], |row| {
        Ok(Last {
            epoch: row.opt_int(0)?.unwrap_or(0),
            token: row.opt_int(2)?.unwrap_or(0).max(row.opt_int(1)?.unwrap_or(0)),
            holder: row.opt_text(3)?.unwrap_or_default().to_owned(),
            held_until: row.opt_int(4)?.unwrap_or(0),
            work: row.opt_text(5)?.unwrap_or_default().to_owned(),
            taken_at: Timestamp(row.opt_int(6)?.unwrap_or(0)),
        })
    })
}

/// Leases of a customer that is removed may still be held by a process that sleeps.
pub(crate) fn forget(tx: &mut Tx<'_>, customer: i64) -> Result<()> {
    let sql = "UPDATE counter SET value = (SELECT token FROM lease WHERE customer = $1) WHERE name = 'lease' \
               AND value < (SELECT token FROM lease WHERE customer = $1)";
    tx.exec(sql, params![customer])?;
    tx.exec("DELETE FROM lease WHERE customer = $1", params![customer]).map(drop)
}

/// Whether a lease's holder lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Liveness {
    /// It lives, or runs on another machine.
    Unknown,
    /// It ran on this machine and is gone.
    Dead,
}
