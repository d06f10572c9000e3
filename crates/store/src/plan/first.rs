//! The first plan of a connection, which waits for a person where `first_run` says so.

use std::collections::BTreeMap;

use model::Timestamp;
use model::ids::{ConnectionId, CustomerId, PlanId};

use crate::db::{Row, Tx, params};
use crate::error::Result;
use crate::lease::Lease;
use crate::store::{Book, Store};

/// What a person's agreement to a first plan is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Agreement {
    /// Nobody has agreed, or the plan was applied.
    None,
    /// Scope, policy and tenant are still those that the plan was made by, so the next run applies. People who came or changed
    /// since are a run's daily business, to which the person has agreed with it.
    Stands,
    /// One of them was changed since: everybody was marked, and the plan to come is another one.
    Void,
}

impl Book {
    /// Notes that a person has said what belongs in the book: no first plan asks any more.
    pub fn note_applied(&self, lease: &Lease) -> Result<()> {
        self.fenced(lease, |tx| {
            let sql = "UPDATE connection SET applied = 1 WHERE id = $1 AND applied = 0";
            tx.exec(sql, params![lease.connection.get()]).map(drop)
        })
    }

    /// The connection's plan that waits for a person, if it is still all that is to be done.
    pub fn waiting_plan(&self, connection: ConnectionId, now: Timestamp) -> Result<Option<PlanId>> {
        self.owns(connection)?;
        let sql = "SELECT p.id FROM plan p JOIN run r ON r.id = p.run AND r.outcome = 'waiting' \
                   WHERE p.connection = $1 AND p.customer = $2 AND p.state = 'ready' AND NOT EXISTS (SELECT 1 FROM pending d \
                   WHERE d.connection = $1 AND d.due_at <= $3 AND (d.seq > p.pending_seq OR d.due_at > p.as_of)) \
                   ORDER BY p.id DESC LIMIT 1";
        let key = params![connection.get(), self.customer.id.0, now.0];
        self.store.db.look_up(|tx| tx.query_opt(sql, key, |row| Ok(PlanId(row.int(0)?))))
    }

    /// A person agrees to the first plan that waits: the next run applies, whoever starts it. Answers how many operations the
    /// plan has; `None` where none waits.
    pub fn agree(&self, connection: ConnectionId, now: Timestamp) -> Result<Option<i64>> {
        self.owns(connection)?;
        let sql = "SELECT p.pending_seq, p.operations FROM plan p JOIN run r ON r.id = p.run AND r.outcome = 'waiting' \
                   JOIN connection k ON k.id = p.connection AND k.applied = 0 AND p.pending_seq > k.agreed \
                   WHERE p.connection = $1 AND p.customer = $2 AND p.state = 'ready' ORDER BY p.id DESC LIMIT 1";
        let key = params![connection.get(), self.customer.id.0];
        self.store.db.write(|tx| {
            let Some((seq, operations)) = tx.query_opt(sql, key, |row| Ok((row.int(0)?, row.int(1)?)))?
            else {
                return Ok(None);
            };
            let sql = "UPDATE connection SET agreed = $1, agreed_at = $2 WHERE id = $3";
            tx.exec(sql, params![seq, now.0, connection.get()])?;
            Ok(Some(operations))
        })
    }

    /// What a person's agreement to the connection's first plan is worth.
    pub fn agreement(&self, connection: ConnectionId) -> Result<Agreement> {
        self.owns(connection)?;
        let sql = format!("{AGREED} AND k.id = $2");
        let found = |tx: &mut Tx<'_>| tx.query_opt(&sql, params![&b""[..], connection.get()], agreed);
        Ok(self.store.db.look_up(found)?.map_or(Agreement::None, |(_, agreement)| agreement))
    }
}

impl Store {
    /// The same of all customers where somebody has agreed to a first plan that is not applied yet.
    pub fn agreements(&self) -> Result<BTreeMap<CustomerId, Agreement>> {
        Ok(self.db.look_up(|tx| tx.query(AGREED, params![&b""[..]], agreed))?.into_iter().collect())
    }
}

/// Connections whose first plan was agreed to and is not applied, and whether everybody was marked since.
const AGREED: &str = "SELECT k.id, CAST(CASE WHEN EXISTS (SELECT 1 FROM pending d WHERE d.connection = k.id AND d.source = $1 \
                      AND d.seq > k.agreed) THEN 1 ELSE 0 END AS BIGINT) FROM connection k \
                      WHERE k.applied = 0 AND k.agreed > 0";

fn agreed(row: &Row<'_>) -> Result<(CustomerId, Agreement)> {
    let agreement = if row.bool(1)? { Agreement::Void } else { Agreement::Stands };
    Ok((ConnectionId::from_stored(row.int(0)?).customer(), agreement))
}
