//! The first plan of a connection, which waits for a person where `first_run` says so.

use model::Timestamp;
use model::ids::{ConnectionId, PlanId};

use crate::db::{Tx, params};
use crate::error::Result;
use crate::store::Book;

impl Book {
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

    /// Whether a person has agreed to the first plan, and scope, policy and tenant are still those that it was made by. People
    /// who came or changed since are a run's daily business, to which the person has agreed with it.
    pub fn agreed(&self, connection: ConnectionId) -> Result<bool> {
        self.owns(connection)?;
        let sql = "SELECT k.id FROM connection k WHERE k.id = $1 AND k.agreed > 0 AND NOT EXISTS (SELECT 1 FROM pending d \
                   WHERE d.connection = $1 AND d.source = $2 AND d.seq > k.agreed)";
        let found = |tx: &mut Tx<'_>| tx.query_opt(sql, params![connection.get(), &b""[..]], |_| Ok(()));
        Ok(self.store.db.look_up(found)?.is_some())
    }
}
