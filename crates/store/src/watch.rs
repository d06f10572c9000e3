//! What tells whether all is well: for each connected customer the rule, the last good run, failures, and how the last
//! listed run ended. Whether that is silence is decided elsewhere; here it is read, and said once.

use std::collections::BTreeMap;

use model::Timestamp;
use model::ids::{ConnectionId, CustomerId};
use model::run::Outcome;

use crate::db::{Engine, Row, Tx, params};
use crate::error::Result;
use crate::outbox::{Mail, post};
use crate::runs::ErrorText;
use crate::schedule::UNREADABLE;
use crate::store::{Book, Store};

/// A connected customer whose `active` is on, as the operator watches it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watched {
    /// The customer.
    pub id: CustomerId,
    /// Its short name.
    pub slug: String,
    /// When runs start; empty where only a person starts them, or nobody can.
    pub rule: String,
    /// Whether the stored settings cannot be read, so that no run starts.
    pub unreadable: bool,
    /// The rule's time zone.
    pub time_zone: String,
    /// Since when runs start by themselves.
    pub since: Option<Timestamp>,
    /// When the next run is due.
    pub due_at: Option<Timestamp>,
    /// When the source was last read for a plan that waits for a person.
    pub waiting_at: Option<Timestamp>,
    /// When it was last told that no run goes well; cleared when one does.
    pub alarmed_at: Option<Timestamp>,
    /// End of the last good run.
    pub last_good_at: Option<Timestamp>,
    /// Whether a plan of this connection was ever applied.
    pub applied: bool,
    /// Scheduled runs that failed one after the other.
    pub failures: i64,
    /// Until when the schedule leaves the connection alone.
    pub paused_until: Option<Timestamp>,
    /// When the connection got the credential that it has now, with which it could sign in.
    pub renewed_at: Timestamp,
    /// The last listed run that was for everybody: no undo, no look.
    pub last: Option<LastRun>,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastRun {
    /// How.
    pub outcome: Outcome,
    /// When.
    pub ended_at: Timestamp,
    /// Why it ended badly.
    pub error: Option<ErrorText>,
}

/// What waits for a person at a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ForAPerson {
    /// Operations that are held.
    pub held: i64,
    /// Whether the first plan of the connection is.
    pub first_plan: bool,
}

/// Of schedule `s`, customer `c`, connection `k` and run `r`, in the order of [`read`].
pub(crate) const WATCHED: &str = "c.id, c.slug, s.rule, s.time_zone, s.since, s.due_at, s.waiting_at, s.alarmed_at, c.last_good_at, \
                    k.applied, k.failures, k.paused_until, r.outcome, r.started_at + r.duration_ms, r.error, r.error_german, \
                    k.renewed_at";
/// The last listed run `r` of a customer `c` that was for everybody and has ended, looked up once for each customer: PostgreSQL would otherwise
/// read all runs of all customers to join them.
pub(crate) const fn last_run(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => {
            "LEFT JOIN run r ON r.id = (SELECT MAX(l.id) FROM run l WHERE l.customer = c.id AND l.kind = 'run' \
             AND l.outcome NOT IN ('planned', 'cut_off', 'running'))"
        }
        Engine::Postgres => {
            "LEFT JOIN LATERAL (SELECT l.* FROM run l WHERE l.customer = c.id AND l.kind = 'run' \
             AND l.outcome NOT IN ('planned', 'cut_off', 'running') ORDER BY l.id DESC LIMIT 1) r ON TRUE"
        }
    }
}

const FROM: &str =
    "FROM schedule s JOIN customer c ON c.id = s.customer JOIN connection k ON k.id = s.connection";
/// Whether the first plan of a connection `k` of a customer `c` waits.
pub(crate) const FIRST_PLAN: &str = "CAST(CASE WHEN k.applied = 0 AND EXISTS (SELECT 1 FROM run w \
                     JOIN plan p ON p.run = w.id AND p.customer = c.id AND p.pending_seq > k.agreed \
                     WHERE w.customer = c.id AND w.kind = 'run' AND w.outcome = 'waiting' \
                     AND w.started_at >= k.connected_at) THEN 1 ELSE 0 END AS BIGINT)";
/// How much is held, by connection.
pub(crate) const HELD: &str = "SELECT connection, COUNT(*) AS held FROM hold WHERE released_at IS NULL";

impl Store {
    /// What waits for a person at each customer whom the schedule knows as connected and switched on, by one statement for
    /// all of them.
    pub fn for_a_person(&self) -> Result<BTreeMap<CustomerId, ForAPerson>> {
        let sql = format!("{} LEFT JOIN ({HELD} GROUP BY connection) h ON h.connection = k.id", waiting());
        let rows = self.db.look_up(|tx| tx.query(&sql, params![], waits))?;
        Ok(rows.into_iter().collect())
    }

    /// All connected customers whose `active` is on, by short name.
    pub fn watched(&self) -> Result<Vec<Watched>> {
        self.db
            .look_up(|tx| tx.query(&format!("{} ORDER BY c.slug", seen(self.db.engine())), params![], read))
    }
}

impl Book {
    /// The same of this customer.
    pub fn watched(&self) -> Result<Option<Watched>> {
        let sql = format!("{} WHERE c.id = $1", seen(self.store.db.engine()));
        self.store.db.look_up(|tx| tx.query_opt(&sql, params![self.customer.id.0], read))
    }

    /// What waits for a person here; nothing where the schedule does not know the customer as connected and switched on.
    pub fn for_a_person(&self) -> Result<ForAPerson> {
        let sql = format!(
            "{} LEFT JOIN ({HELD} AND connection BETWEEN $2 AND $3 GROUP BY connection) h ON h.connection = k.id \
             WHERE c.id = $1",
            waiting()
        );
        let (low, high) = ConnectionId::range(self.customer.id);
        let values = params![self.customer.id.0, low, high];
        let row = self.store.db.look_up(|tx| tx.query_opt(&sql, values, waits))?;
        Ok(row.map(|(_, waits)| waits).unwrap_or_default())
    }

    /// Whether it was posted already that the connection's first plan waits for a person.
    pub fn told_waiting(&self, connection: ConnectionId) -> Result<bool> {
        self.owns(connection)?;
        let sql = "SELECT o.id FROM outbox o JOIN connection k ON k.id = $1 WHERE o.customer = $2 AND o.kind = 'plan_waiting' \
                   AND o.created_at >= k.connected_at AND o.created_at >= COALESCE(k.agreed_at, 0) LIMIT 1";
        let told = |tx: &mut Tx<'_>| {
            tx.query_opt(sql, params![connection.get(), self.customer.id.0], |row| row.int(0))
        };
        Ok(self.store.db.look_up(told)?.is_some())
    }

    /// Posts that no run goes well, once until [`Book::end_alarm`]; answers whether it was posted now. A run that went well
    /// since `seen` was read forestalls it.
    pub fn begin_alarm(&self, seen: &Watched, mail: &Mail, now: Timestamp) -> Result<bool> {
        let sql = "UPDATE schedule SET alarmed_at = $1 WHERE customer = $2 AND alarmed_at IS NULL AND EXISTS \
                   (SELECT 1 FROM customer c WHERE c.id = $2 AND COALESCE(c.last_good_at, 0) = $3)";
        let good = seen.last_good_at.map_or(0, |t| t.0);
        self.store.db.write(|tx| {
            let begun = tx.exec(sql, params![now.0, self.customer.id.0, good])? == 1;
            if begun {
                post(tx, self, mail, now)?;
            }
            Ok(begun)
        })
    }

    /// All is well again.
    pub fn end_alarm(&self) -> Result<()> {
        let sql = "UPDATE schedule SET alarmed_at = NULL WHERE customer = $1";
        self.store.db.write(|tx| tx.exec(sql, params![self.customer.id.0]).map(drop))
    }
}

fn seen(engine: Engine) -> String {
    format!("SELECT {WATCHED} {FROM} {}", last_run(engine))
}

fn waiting() -> String {
    format!("SELECT c.id, COALESCE(h.held, 0), {FIRST_PLAN} {FROM}")
}

fn waits(row: &Row<'_>) -> Result<(CustomerId, ForAPerson)> {
    Ok((CustomerId(row.int(0)?), ForAPerson { held: row.int(1)?, first_plan: row.bool(2)? }))
}

/// Reads a row whose first columns are [`WATCHED`].
pub(crate) fn read(row: &Row<'_>) -> Result<Watched> {
    let time = |column| -> Result<Option<Timestamp>> { Ok(row.opt_int(column)?.map(Timestamp)) };
    let last = match (row.opt_text(12)?, row.opt_int(13)?) {
        (Some(outcome), Some(ended)) => Some(LastRun {
            outcome: Outcome::named(outcome).unwrap_or(Outcome::Failed),
            ended_at: Timestamp(ended),
            error: ErrorText::read(row, 14, 15)?,
        }),
        (_, _) => None,
    };
    Ok(Watched {
        id: CustomerId(row.int(0)?),
        slug: row.text(1)?.to_owned(),
        rule: Some(row.text(2)?).filter(|rule| *rule != UNREADABLE).unwrap_or_default().to_owned(),
        unreadable: row.text(2)? == UNREADABLE,
        time_zone: row.text(3)?.to_owned(),
        since: time(4)?,
        due_at: time(5)?,
        waiting_at: time(6)?,
        alarmed_at: time(7)?,
        last_good_at: time(8)?,
        applied: row.bool(9)?,
        failures: row.int(10)?,
        paused_until: time(11)?,
        renewed_at: Timestamp(row.int(16)?),
        last,
    })
}
