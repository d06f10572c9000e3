//! The index of words: those of living contacts and of their former names and addresses.
//!
//! Each word is led by its customer's number, so that a question reaches one customer's part of the index only.

use std::collections::BTreeMap;

use model::ids::{ContactId, CustomerId};
use model::search::{NAMING, Term, Words};
use model::{Field, Values};

use crate::contact::{COLUMNS, read_contact};
use crate::db::{Bulk, Engine, Sql, Tx, Type, Verb, params};
use crate::error::Result;
use crate::history;

/// Rows that do not exist yet.
const FILL: Bulk = Bulk {
    table: "contact_search",
    columns: &[("rowid", Type::Int), ("words", Type::Text)],
    verb: Verb::Insert { on_conflict: "" },
};

/// SQLite's index keeps no texts: to forget a row it must be told what stood there.
const FORGET_SQLITE: Bulk = Bulk {
    table: "contact_search",
    columns: &[("contact_search", Type::Text), ("rowid", Type::Int), ("words", Type::Text)],
    verb: Verb::Insert { on_conflict: "" },
};
const FORGET_POSTGRES: Bulk =
    Bulk { table: "contact_search", columns: &[("rowid", Type::Int)], verb: Verb::Delete };
pub(super) const FIND: Sql = Sql {
    sqlite: "SELECT rowid FROM contact_search WHERE contact_search MATCH $1 AND rowid BETWEEN $2 AND $3 \
             ORDER BY rowid LIMIT $4",
    // The order must not tempt the planner to read the whole table by its key.
    postgres: "WITH found AS MATERIALIZED (SELECT rowid FROM contact_search \
               WHERE array_to_tsvector(string_to_array(words, ' ')) @@ $1::text::tsquery) \
               SELECT rowid FROM found WHERE rowid BETWEEN $2 AND $3 ORDER BY rowid LIMIT $4",
};

/// Asks the index.
pub(super) fn find(
    tx: &mut Tx<'_>,
    customer: CustomerId,
    terms: &[&Term],
    after: Option<ContactId>,
    limit: i64,
) -> Result<Vec<ContactId>> {
    let question = question(tx.engine(), customer, terms);
    let (_, last) = ContactId::range(customer);
    let first = first_behind(customer, after);
    tx.query(tx.pick(&FIND), params![&question, first, last, limit], |row| {
        Ok(ContactId::from_stored(row.int(0)?))
    })
}

/// The same in no order, so that PostgreSQL stops when it has enough.
pub(super) fn any(
    tx: &mut Tx<'_>,
    customer: CustomerId,
    terms: &[&Term],
    limit: i64,
) -> Result<Vec<ContactId>> {
    const ANY: Sql = Sql {
        sqlite: "SELECT rowid FROM contact_search WHERE contact_search MATCH $1 AND rowid BETWEEN $2 AND $3 LIMIT $4",
        postgres: "WITH found AS MATERIALIZED (SELECT rowid FROM contact_search \
                   WHERE array_to_tsvector(string_to_array(words, ' ')) @@ $1::text::tsquery) \
                   SELECT rowid FROM found WHERE rowid BETWEEN $2 AND $3 LIMIT $4",
    };
    let question = question(tx.engine(), customer, terms);
    let (first, last) = ContactId::range(customer);
    tx.query(tx.pick(&ANY), params![&question, first, last, limit], |row| {
        Ok(ContactId::from_stored(row.int(0)?))
    })
}

pub(super) fn first_behind(customer: CustomerId, after: Option<ContactId>) -> i64 {
    let (low, _) = ContactId::range(customer);
    after.map_or(low, |id| id.get().max(low - 1) + 1)
}

/// The terms in the engine's words. Spellings hold letters and digits only.
pub(super) fn question(engine: Engine, customer: CustomerId, terms: &[&Term]) -> String {
    let (or, and) = match engine {
        Engine::Sqlite => (" OR ", " AND "),
        Engine::Postgres => (" | ", " & "),
    };
    let lead = lead(customer);
    let prefix = |word: &String| match engine {
        Engine::Sqlite => format!("\"{lead}{word}\" *"),
        Engine::Postgres => format!("'{lead}{word}':*"),
    };
    let any =
        |term: &&Term| format!("({})", term.spellings().iter().map(prefix).collect::<Vec<_>>().join(or));
    terms.iter().map(any).collect::<Vec<_>>().join(and)
}

/// What leads a customer's words.
fn lead(customer: CustomerId) -> String {
    format!("{:x}_", customer.0)
}

/// A contact whose words change in this transaction.
#[derive(Debug, Default)]
pub(crate) struct Touched {
    /// What stands in the index; empty for nothing.
    was: String,
    /// Former names and addresses.
    pub former: Vec<String>,
    /// What the contact is now; `None` where it is not in the book any more.
    pub now: Option<Values>,
}

impl Touched {
    /// A contact as it is before the change; `None` where it is not in the book.
    pub(crate) fn before(customer: CustomerId, values: Option<&Values>, former: Vec<String>) -> Self {
        let was = values.map(|v| Ink::of(customer).render(v, &former).to_owned()).unwrap_or_default();
        Self { was, former, now: values.cloned() }
    }
}

/// Indexes contacts that are new.
pub(crate) fn fill<'a>(
    tx: &mut Tx<'_>,
    customer: CustomerId,
    new: impl Iterator<Item = (ContactId, &'a Values)>,
) -> Result<()> {
    let mut ink = Ink::of(customer);
    let mut bulk = tx.bulk(&FILL)?;
    for (id, values) in new {
        let text = ink.render(values, &[]);
        if !text.is_empty() {
            bulk.row(|v| {
                v.int(id.get());
                v.text(text);
            })?;
        }
    }
    bulk.finish().map(drop)
}

/// Brings the index in step.
pub(crate) fn replace(
    tx: &mut Tx<'_>,
    customer: CustomerId,
    touched: &BTreeMap<ContactId, Touched>,
) -> Result<()> {
    let mut ink = Ink::of(customer);
    let mut render = |t: &Touched| t.now.as_ref().map(|v| ink.render(v, &t.former).to_owned());
    let all = touched.iter().map(|(id, t)| (*id, t.was.as_str(), render(t).unwrap_or_default()));
    let differing: Vec<_> = all.filter(|(_, was, now)| was != now).collect();
    let old = differing.iter().filter(|(_, was, _)| !was.is_empty());
    forget(tx, old.map(|(id, was, _)| (*id, *was)))?;
    let new = differing.iter().filter(|(_, _, now)| !now.is_empty());
    let mut new = new.peekable();
    if new.peek().is_none() {
        return Ok(());
    }
    let mut bulk = tx.bulk(&FILL)?;
    for (id, _, now) in new {
        bulk.row(|v| {
            v.int(id.get());
            v.text(now);
        })?;
    }
    bulk.finish().map(drop)
}

/// Takes rows out; each with the words that stand there.
fn forget<'a>(tx: &mut Tx<'_>, rows: impl Iterator<Item = (ContactId, &'a str)>) -> Result<()> {
    let mut rows = rows.peekable();
    if rows.peek().is_none() {
        return Ok(());
    }
    let engine = tx.engine();
    let mut bulk = tx.bulk(match engine {
        Engine::Sqlite => &FORGET_SQLITE,
        Engine::Postgres => &FORGET_POSTGRES,
    })?;
    for (id, was) in rows {
        bulk.row(|v| match engine {
            Engine::Sqlite => {
                v.text("delete");
                v.int(id.get());
                v.text(was);
            }
            Engine::Postgres => v.int(id.get()),
        })?;
    }
    bulk.finish().map(drop)
}

/// Renders words as the index takes them.
struct Ink {
    words: Words,
    lead: String,
    text: String,
}

impl Ink {
    fn of(customer: CustomerId) -> Self {
        Self { words: Words::default(), lead: lead(customer), text: String::new() }
    }

    fn render(&mut self, values: &Values, former: &[String]) -> &str {
        self.words.clear();
        self.words.add_values(values);
        for value in former {
            self.words.add_text(value);
        }
        self.text.clear();
        for word in self.words.iter() {
            if !self.text.is_empty() {
                self.text.push(' ');
            }
            self.text.push_str(&self.lead);
            self.text.push_str(word);
        }
        &self.text
    }
}

/// Empties the index and fills it again: for a database that was written past it, as a restored archive is.
pub(crate) fn reindex(tx: &mut Tx<'_>) -> Result<()> {
    match tx.engine() {
        Engine::Sqlite => {
            tx.exec("INSERT INTO contact_search (contact_search) VALUES ('delete-all')", params![])?
        }
        Engine::Postgres => tx.exec("DELETE FROM contact_search", params![])?,
    };
    for customer in tx.query("SELECT id FROM customer", params![], |row| Ok(CustomerId(row.int(0)?)))? {
        each(tx, customer, |id, values, former| {
            (id, Touched { now: Some(values), former, ..Touched::default() })
        })?;
    }
    Ok(())
}

/// Takes everybody of a customer out of the index, before the customer's contacts and change log go.
pub(crate) fn remove_customer(tx: &mut Tx<'_>, customer: CustomerId) -> Result<()> {
    each(tx, customer, |id, values, former| {
        (id, Touched { now: None, ..Touched::before(customer, Some(&values), former) })
    })
}

/// Goes through a customer's contacts, some thousands at a time.
fn each(
    tx: &mut Tx<'_>,
    customer: CustomerId,
    mut touch: impl FnMut(ContactId, Values, Vec<String>) -> (ContactId, Touched),
) -> Result<()> {
    const PAGE: i64 = 5_000;
    let (mut after, last) = ContactId::range(customer);
    let sql = format!("SELECT {COLUMNS} FROM contact WHERE id > $1 AND id <= $2 ORDER BY id LIMIT {PAGE}");
    let mut former = history::former_of_customer(tx, customer)?;
    loop {
        let page = tx.query(&sql, params![after, last], read_contact)?;
        let Some(end) = page.last() else { return Ok(()) };
        after = end.id.get();
        let touched =
            page.into_iter().map(|c| touch(c.id, c.values, former.remove(&c.id).unwrap_or_default()));
        replace(tx, customer, &touched.collect())?;
    }
}

/// Leaves nothing of removed rows in the index's own files: SQLite's index only marks them until it is merged. Costs as
/// much as the index is large; for erasing a person.
pub(crate) fn scrub(tx: &mut Tx<'_>) -> Result<()> {
    match tx.engine() {
        Engine::Sqlite => {
            tx.exec("INSERT INTO contact_search (contact_search) VALUES ('optimize')", params![]).map(drop)
        }
        Engine::Postgres => Ok(()),
    }
}

/// Whether a change of these fields leaves a former value to find by.
pub(crate) fn names(field: Field) -> bool {
    NAMING.contains(&field)
}
