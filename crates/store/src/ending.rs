//! Credentials that end before long, and what was told of that.

use model::Timestamp;
use model::ids::ConnectionId;

use crate::connection::OPERATORS;
use crate::db::{Row, params};
use crate::error::Result;
use crate::outbox::{Mail, put};
use crate::store::Store;

/// A credential that ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    /// The connection; `None` for the operator's app.
    pub connection: Option<ConnectionId>,
    /// The customer's short name; `None` for the operator's app.
    pub customer: Option<String>,
    /// When it ends.
    pub ends_at: Timestamp,
    /// The last step that was told of this very end: so many days before it.
    pub told_days: Option<i64>,
}

impl Store {
    /// Credentials that end between these two: those of connections with an app of their own, and the operator's app.
    pub fn ending(&self, from: Timestamp, until: Timestamp) -> Result<Vec<Ending>> {
        let connections = "SELECT id, credential_ends_at, told_end, told_days FROM connection \
                           WHERE credential_ends_at BETWEEN $1 AND $2 AND credential_kind <> $3 ORDER BY id";
        let app = "SELECT id, credential_ends_at, told_end, told_days FROM operator_app \
                   WHERE credential_ends_at BETWEEN $1 AND $2";
        let slug = "SELECT slug FROM customer WHERE id = $1";
        self.db.read(|tx| {
            let mut all = Vec::new();
            for (id, ends_at, told_days) in
                tx.query(connections, params![from.0, until.0, OPERATORS], read)?
            {
                let id = ConnectionId::from_stored(id);
                let customer =
                    tx.query_one(slug, params![id.customer().0], |row| Ok(row.text(0)?.to_owned()))?;
                all.push(Ending { connection: Some(id), customer: Some(customer), ends_at, told_days });
            }
            for (_, ends_at, told_days) in tx.query(app, params![from.0, until.0], read)? {
                all.push(Ending { connection: None, customer: None, ends_at, told_days });
            }
            Ok(all)
        })
    }

    /// Posts that a credential ends, so many days before it, once; answers whether it was posted now.
    pub fn tell_end(&self, ending: &Ending, days: i64, mail: &Mail, now: Timestamp) -> Result<bool> {
        let (table, id) = match ending.connection {
            Some(connection) => ("connection", connection.get()),
            None => ("operator_app", 1),
        };
        let sql = format!(
            "UPDATE {table} SET told_end = $1, told_days = $2 WHERE id = $3 AND credential_ends_at = $1 \
             AND (told_end IS NULL OR told_end <> $1 OR told_days > $2)"
        );
        self.db.write(|tx| {
            if tx.exec(&sql, params![ending.ends_at.0, days, id])? == 0 {
                return Ok(false);
            }
            let customer = ending.connection.map(ConnectionId::customer);
            put(tx, customer, mail, now)?;
            Ok(true)
        })
    }
}

/// The row's key, the end, and what was told of this very end.
fn read(row: &Row<'_>) -> Result<(i64, Timestamp, Option<i64>)> {
    let (ends, told_end) = (row.int(1)?, row.opt_int(2)?);
    Ok((row.int(0)?, Timestamp(ends), row.opt_int(3)?.filter(|_| told_end == Some(ends))))
}
