//! Many customers at once, for whoever looks after them (W9): how each stands, by one statement for all in somebody's reach, and what
//! its runs did day by day, by one for those on a page. A row is got from a session alone, so it is within that reach.

use std::collections::BTreeMap;

use model::Timestamp;
use model::ids::{CustomerId, RunId};

use crate::account::{Reach, SignedIn};
use crate::connection::{AppOf, Granted, OPERATORS};
use crate::customer::{self, OF_C};
use crate::db::{Engine, List, Param, Row};
use crate::error::Result;
use crate::store::{Book, CustomerRow};
use crate::watch::{self, FIRST_PLAN, ForAPerson, WATCHED, Watched};

/// A customer among others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FleetRow {
    /// The customer.
    pub customer: CustomerRow,
    /// Its connection.
    pub connection: Option<FleetConnection>,
    /// How its runs go; `None` where none starts, for it is not connected or switched off.
    pub watched: Option<Watched>,
    /// What waits for a person.
    pub waits: ForAPerson,
    /// The last listed run that was for everybody.
    pub last: Option<FleetRun>,
}

/// A connection as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FleetConnection {
    /// The tenant's name; empty until it has told it.
    pub organisation: String,
    /// How a person named the tenant: its id, or one of its domains.
    pub tenant_typed: String,
    /// The tenant's domains, a line each.
    pub domains: String,
    /// By whose app it signs in.
    pub app: AppOf,
    /// When the credential ends.
    pub credential_ends_at: Option<Timestamp>,
    /// Whether a restore left the credential out.
    pub credential_left_out: bool,
    /// Since when.
    pub connected_at: Timestamp,
    /// Whether nobody was ever chosen for its book, so that no run starts.
    pub nobody: bool,
    /// What of the app's permissions is not as it should be; `None` where nobody knows.
    pub granted: Option<Granted>,
}

/// What a run did, as a list shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FleetRun {
    /// The run.
    pub id: RunId,
    /// Contacts that it made or brought back.
    pub created: i64,
    /// Contacts that it changed, linked or unlinked.
    pub changed: i64,
    /// Contacts that it removed.
    pub removed: i64,
    /// Its findings.
    pub findings: i64,
}

/// What the listed runs did that began on a day. Quiet runs are counted and not listed, so a day without any is no day without
/// runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RunDay {
    /// How many there were.
    pub runs: i64,
    /// How many of them failed.
    pub failed: i64,
    /// Contacts made or brought back.
    pub created: i64,
    /// Contacts changed, linked or unlinked.
    pub changed: i64,
    /// Contacts removed.
    pub removed: i64,
    /// Operations held by the run that held most.
    pub held: i64,
    /// Milliseconds that the longest one took.
    pub longest_ms: i64,
}

const CREATED: &str = "created + restored";
const CHANGED: &str = "updated + adopted + unlinked";

impl SignedIn {
    /// All customers in reach, by short name.
    pub fn fleet(&self) -> Result<Vec<FleetRow>> {
        let (which, key) = match self.account.reach {
            Reach::All => ("", None),
            Reach::Chosen => (
                "WHERE c.id IN (SELECT x.customer FROM account_customer x WHERE x.account = $1)",
                Some(self.account.id.0),
            ),
            Reach::Own(own) => ("WHERE c.id = $1", Some(own.0)),
        };
        // The keys of a customer's connections are one range, which SQLite finds by the key; PostgreSQL hashes who they are of.
        let engine = self.store().db.engine();
        let theirs = match engine {
            Engine::Sqlite => "k.id >= c.id * 65536 AND k.id < (c.id + 1) * 65536",
            Engine::Postgres => "(k.id >> 16) = c.id",
        };
        // What is held is counted for each: how many connections there are PostgreSQL cannot tell from their purposes, and would count
        // all that is held once for each of them.
        let sql = format!(
            "SELECT {WATCHED}, {OF_C}, k.id, k.organisation, k.tenant_typed, k.domains, k.credential_kind, k.credential_ends_at, \
             CAST(LENGTH(k.credential) AS BIGINT), k.connected_at, k.permissions, \
             (SELECT COUNT(*) FROM hold o WHERE o.connection = k.id AND o.released_at IS NULL), {FIRST_PLAN}, r.id, \
             r.created + r.restored, r.updated + r.adopted + r.unlinked, r.removed, \
             (SELECT COUNT(*) FROM finding f WHERE f.run = r.id), \
             CASE WHEN s.rule IS NULL AND k.applied = 0 AND k.everybody = 0 AND NOT EXISTS (SELECT 1 FROM scope_entry e \
             WHERE e.connection = k.id AND e.state = 1) THEN 1 ELSE 0 END \
             FROM customer c \
             LEFT JOIN connection k ON {theirs} AND ' ' || k.purposes || ' ' LIKE '% directory %' \
             LEFT JOIN schedule s ON s.customer = c.id AND s.connection = k.id \
             {} {which}",
            watch::last_run(engine)
        );
        let values: Vec<Param<'_>> = key.into_iter().map(Param::Int).collect();
        let mut rows = self.store().db.look_up(|tx| tx.query(&sql, &values, read))?;
        // By bytes, for which a database would ask its language.
        rows.sort_unstable_by(|a, b| a.customer.slug.cmp(&b.customer.slug));
        Ok(rows)
    }

    /// What the runs of these customers did, by days that begin then; the last one has not ended. Days without a listed run are
    /// empty.
    pub fn run_days(
        &self,
        rows: &[&FleetRow],
        days: &[Timestamp],
    ) -> Result<BTreeMap<CustomerId, Vec<RunDay>>> {
        let ids: Vec<i64> = rows.iter().map(|row| row.customer.id.0).collect();
        run_days(self.store(), &ids, days)
    }
}

impl Book {
    /// What the runs did, by days that begin then; the last one has not ended. Days without a listed run are empty.
    pub fn run_days(&self, days: &[Timestamp]) -> Result<Vec<RunDay>> {
        let mut found = run_days(self.store(), &[self.customer.id.0], days)?;
        Ok(found.remove(&self.customer.id).unwrap_or_else(|| vec![RunDay::default(); days.len()]))
    }
}

fn run_days(
    store: &crate::store::Store,
    ids: &[i64],
    days: &[Timestamp],
) -> Result<BTreeMap<CustomerId, Vec<RunDay>>> {
    let blank = || vec![RunDay::default(); days.len()];
    let mut found: BTreeMap<CustomerId, Vec<RunDay>> =
        ids.iter().map(|id| (CustomerId(*id), blank())).collect();
    let Some((first, later)) = days.split_first().filter(|_| !ids.is_empty()) else { return Ok(found) };
    let ends: Vec<String> =
        (0..later.len()).map(|n| format!("WHEN started_at < ${} THEN {n}", n + 3)).collect();
    let day = if later.is_empty() {
        "0".to_owned()
    } else {
        format!("CASE {} ELSE {} END", ends.join(" "), later.len())
    };
    let which = List::Ints.holds(store.db.engine(), 1);
    let sum = |what: &str| format!("CAST(SUM({what}) AS BIGINT)");
    let sql = format!(
        "SELECT customer, day, COUNT(*), {}, {}, {}, {}, MAX(held), MAX(COALESCE(duration_ms, 0)) FROM \
         (SELECT customer, CAST({day} AS BIGINT) AS day, CASE WHEN outcome IN ('failed', 'refused') THEN 1 ELSE 0 END AS failed, \
         {CREATED} AS made, {CHANGED} AS changed, removed, held, duration_ms FROM run \
         WHERE customer {which} AND started_at >= $2 AND outcome <> 'planned') d GROUP BY customer, day",
        sum("failed"),
        sum("made"),
        sum("changed"),
        sum("removed"),
    );
    let values: Vec<Param<'_>> = [Param::Ints(ids), Param::Int(first.0)]
        .into_iter()
        .chain(later.iter().map(|day| Param::Int(day.0)))
        .collect();
    let rows = store.db.look_up(|tx| tx.query(&sql, &values, read_day))?;
    for (customer, day, of_day) in rows {
        let place = found.get_mut(&customer).zip(usize::try_from(day).ok());
        if let Some(place) = place.and_then(|(days, n)| days.get_mut(n)) {
            *place = of_day;
        }
    }
    Ok(found)
}

fn read_day(row: &Row<'_>) -> Result<(CustomerId, i64, RunDay)> {
    let of_day = RunDay {
        runs: row.int(2)?,
        failed: row.int(3)?,
        created: row.int(4)?,
        changed: row.int(5)?,
        removed: row.int(6)?,
        held: row.int(7)?,
        longest_ms: row.int(8)?,
    };
    Ok((CustomerId(row.int(0)?), row.int(1)?, of_day))
}

/// Behind the columns of a watched customer come the customer's, the connection's, what waits, and the last run's.
fn read(row: &Row<'_>) -> Result<FleetRow> {
    let watched = row.opt_text(2)?.is_some().then(|| watch::read(row)).transpose()?;
    let connection = row.opt_int(23)?.is_some().then(|| read_connection(row)).transpose()?;
    // Of whoever is switched off nothing waits: no run would do it.
    let waits = match watched {
        Some(_) => ForAPerson { held: row.int(32)?, first_plan: row.bool(33)? },
        None => ForAPerson::default(),
    };
    let last = row.opt_int(34)?.is_some().then(|| read_run(row)).transpose()?;
    let customer = customer::read_at(row, 17)?;
    Ok(FleetRow { customer, connection, watched, waits, last })
}

fn read_run(row: &Row<'_>) -> Result<FleetRun> {
    Ok(FleetRun {
        id: RunId(row.int(34)?),
        created: row.int(35)?,
        changed: row.int(36)?,
        removed: row.int(37)?,
        findings: row.int(38)?,
    })
}

fn read_connection(row: &Row<'_>) -> Result<FleetConnection> {
    let operators = row.text(27)? == OPERATORS;
    Ok(FleetConnection {
        organisation: row.text(24)?.to_owned(),
        tenant_typed: row.text(25)?.to_owned(),
        domains: row.text(26)?.to_owned(),
        app: if operators { AppOf::Operator } else { AppOf::Customer },
        credential_ends_at: row.opt_int(28)?.map(Timestamp),
        credential_left_out: row.int(29)? == 0 && !operators,
        connected_at: Timestamp(row.int(30)?),
        nobody: row.int(39)? != 0,
        granted: row.opt_text(31)?.map(Granted::read),
    })
}

#[cfg(test)]
mod tests;
