//! PostgreSQL's connections, with their prepared statements.
//!
//! Rule: a connection that was lost, or whose transaction could not be ended, is never used again. One that proves dead
//! before anything was asked of it (server restarted) is replaced without the caller noticing.

use std::collections::HashMap;

use postgres::{Client, NoTls, Statement};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::pool::{self, Pool, Pooled, WAIT};
use super::postgres_url::Target;
use crate::error::{Result, StoreError};

/// Prepared statements kept per connection; texts built at run time make them grow, so they are dropped beyond this.
const STATEMENTS: usize = 1_000;

/// One connection.
pub(super) struct Session {
    client: Client,
    statements: HashMap<Box<str>, Statement>,
    fit: bool,
}

/// The two ways a transaction begins.
#[derive(Clone, Copy)]
pub(super) enum Begin {
    /// One snapshot for all statements.
    Read,
    /// READ COMMITTED: the first statement of a run's transaction is the update of its lease row, which serialises it.
    Write,
}

/// A connection with a transaction begun. A dead idle one is replaced once.
pub(super) fn begin(pool: &Pool<Session>, how: Begin) -> Result<Pooled<'_, Session>> {
    let text = match how {
        Begin::Read => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        Begin::Write => "BEGIN",
    };
    let mut session = pool.get()?;
    match session.batch(text) {
        Err(StoreError::Unavailable(_)) if !session.is_fresh() => {
            session.fit = false;
            drop(session);
            let mut session = pool.get_fresh()?;
            session.batch(text)?;
            Ok(session)
        }
        begun => begun.map(|()| session),
    }
}

impl Session {
    /// Connects and sets what every session of ours has.
    pub(super) fn open(target: &Target) -> Result<Self> {
        let mut client = match &target.tls {
            Some(tls) => target.config.connect(MakeRustlsConnect::new(tls.clone()))?,
            None => target.config.connect(NoTls)?,
        };
        let search_path = match &target.schema {
            Some(schema) => format!("SET search_path TO {schema};"),
            None => String::new(),
        };
        client.batch_execute(&format!(
            "{search_path} SET lock_timeout = {}; SET jit = off; SET client_min_messages = warning;",
            WAIT.as_millis()
        ))?;
        Ok(Self { client, statements: HashMap::new(), fit: true })
    }

    /// The connection, for statements and for `migrate`.
    pub(super) fn driver(&mut self) -> &mut Client {
        &mut self.client
    }

    /// The statement for a text, prepared once per connection.
    pub(super) fn prepared(&mut self, sql: &str) -> Result<Statement> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        if self.statements.len() >= STATEMENTS {
            self.statements.clear();
        }
        let statement = self.client.prepare(sql)?;
        self.statements.insert(sql.into(), statement.clone());
        Ok(statement)
    }

    /// Statements without parameters, as one round trip.
    pub(super) fn batch(&mut self, sql: &str) -> Result<()> {
        Ok(self.client.batch_execute(sql)?)
    }

    /// Takes the connection out of use: it was lost, its statements are stale, or its transaction could not be ended.
    pub(super) fn discard(&mut self) {
        self.fit = false;
    }
}

impl pool::Connection for Session {
    const CLOSED_APART: bool = true;

    fn is_fit(&self) -> bool {
        self.fit && !self.client.is_closed()
    }
}
