//! Statements of a transaction: run for their effect, or for their rows.
//!
//! Rules: the text is prepared once per connection, on both engines; rows are handed over as they arrive.

use postgres::fallible_iterator::FallibleIterator;

use super::param::Param;
use super::row::Row;
use super::tx::{On, Tx};
use crate::error::{Result, StoreError};

impl Tx<'_> {
    /// Runs a writing statement; answers the number of rows it hit.
    pub(crate) fn exec(&mut self, sql: &str, params: &[Param<'_>]) -> Result<u64> {
        self.note_write()?;
        let hit = self.try_exec(sql, params);
        let hit = self.noting_failure(hit)?;
        self.note_rows(hit);
        Ok(hit)
    }

    /// Runs statements that have neither parameters nor an answer.
    pub(crate) fn script(&mut self, sql: &str) -> Result<()> {
        self.note_write()?;
        let done = match &mut self.on {
            On::Sqlite(connection) => connection.execute_batch(sql).map_err(Into::into),
            On::Postgres(session) => session.batch(sql),
        };
        self.noting_failure(done)
    }

    /// All rows of an answer.
    pub(crate) fn query<T>(
        &mut self,
        sql: &str,
        params: &[Param<'_>],
        mut map: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        let mut all = Vec::new();
        self.for_each(sql, params, |row| {
            all.push(map(row)?);
            Ok(())
        })?;
        Ok(all)
    }

    /// The first row of an answer, if there is one. Statements that may find many say `LIMIT 1`.
    pub(crate) fn query_opt<T>(
        &mut self,
        sql: &str,
        params: &[Param<'_>],
        mut map: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        let mut first = None;
        self.for_each(sql, params, |row| {
            if first.is_none() {
                first = Some(map(row)?);
            }
            Ok(())
        })?;
        Ok(first)
    }

    /// The first row of an answer, or [`StoreError::NotFound`].
    pub(crate) fn query_one<T>(
        &mut self,
        sql: &str,
        params: &[Param<'_>],
        map: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<T> {
        self.query_opt(sql, params, map)?.ok_or(StoreError::NotFound)
    }

    /// Hands every row of an answer to `f` as it arrives; memory does not grow with the answer. An error of `f` ends the
    /// reading and is returned.
    pub(crate) fn for_each(
        &mut self,
        sql: &str,
        params: &[Param<'_>],
        mut f: impl FnMut(&Row<'_>) -> Result<()>,
    ) -> Result<()> {
        let writes = is_write(sql);
        if writes {
            self.note_write()?;
        } else {
            self.note_read()?;
        }
        let mut rows = 0;
        let mut stopped = Ok(());
        let read = self.stream(sql, params, &mut |row| {
            rows += 1;
            stopped = f(row);
            stopped.is_ok()
        });
        self.noting_failure(read)?;
        if writes {
            self.note_rows(rows);
        }
        stopped
    }

    fn try_exec(&mut self, sql: &str, params: &[Param<'_>]) -> Result<u64> {
        check(params)?;
        let stats = self.stats;
        match &mut self.on {
            On::Sqlite(connection) => {
                let mut statement = connection.prepare_cached(sql)?;
                bind(&mut statement, params)?;
                let hit = statement.raw_execute()? as u64;
                stats.count_steps(&statement);
                Ok(hit)
            }
            On::Postgres(session) => {
                let statement = session.prepared(sql)?;
                let mut rows = session.driver().query_raw(&statement, params)?;
                while rows.next()?.is_some() {}
                Ok(rows.rows_affected().unwrap_or(0))
            }
        }
    }

    /// Reads until `each` answers no.
    fn stream(
        &mut self,
        sql: &str,
        params: &[Param<'_>],
        each: &mut dyn FnMut(&Row<'_>) -> bool,
    ) -> Result<()> {
        check(params)?;
        let stats = self.stats;
        match &mut self.on {
            On::Sqlite(connection) => {
                let mut statement = connection.prepare_cached(sql)?;
                bind(&mut statement, params)?;
                let mut rows = statement.raw_query();
                while let Some(row) = rows.next()? {
                    if !each(&Row::Sqlite(row)) {
                        break;
                    }
                }
                drop(rows);
                stats.count_steps(&statement);
            }
            On::Postgres(session) => {
                let statement = session.prepared(sql)?;
                let mut rows = session.driver().query_raw(&statement, params)?;
                while let Some(row) = rows.next()? {
                    if !each(&Row::Postgres(&row)) {
                        break;
                    }
                }
            }
        }
        Ok(())
    }
}

/// SQLite takes `$2` for a name and numbers names as they appear, so a value goes to the name that carries its number.
fn bind(statement: &mut rusqlite::Statement<'_>, params: &[Param<'_>]) -> Result<()> {
    let wanted = statement.parameter_count();
    if wanted != params.len() {
        return Err(StoreError::Internal(format!("{} parameters given, {wanted} wanted", params.len())));
    }
    for place in 1..=wanted {
        let name = statement.parameter_name(place).unwrap_or_default();
        let number = name.get(1..).and_then(|digits| digits.parse::<usize>().ok());
        let value = number.and_then(|number| params.get(number.checked_sub(1)?));
        let value =
            value.ok_or_else(|| StoreError::Internal(format!("parameter {name:?} is no $1, $2 …")))?;
        statement.raw_bind_parameter(place, value)?;
    }
    Ok(())
}

fn check(params: &[Param<'_>]) -> Result<()> {
    if params.iter().all(Param::is_storable) {
        return Ok(());
    }
    Err(StoreError::Invalid("a text holds the character U+0000".into()))
}

/// Whether a statement that answers rows writes too, by its text, so that both engines count alike.
fn is_write(sql: &str) -> bool {
    let first = sql.split_whitespace().next().unwrap_or_default().to_ascii_uppercase();
    match first.as_str() {
        "INSERT" | "UPDATE" | "DELETE" => true,
        "WITH" => {
            let text = sql.to_ascii_uppercase();
            ["INSERT INTO ", "UPDATE ", "DELETE FROM "].iter().any(|verb| text.contains(verb))
        }
        _ => false,
    }
}
