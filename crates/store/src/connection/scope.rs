//! Who belongs in the book, as a person chose it: everybody, groups, people.

use std::collections::BTreeMap;

use model::Timestamp;
use model::ids::{ConnectionId, SourceId};
use model::scope::{Scope, Subscription};

use crate::db::{Bulk, Row, Tx, Type, Verb, params};
use crate::error::Result;
use crate::lease::Lease;
use crate::store::Book;
use crate::{pending, schedule};

/// The kind of a line about a group.
pub(crate) const GROUP: i64 = 0;
/// The kind of a line about a person.
pub(crate) const PERSON: i64 = 1;

/// A change of scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScopeChange {
    /// Everybody in or no longer.
    Everybody(Switch),
    /// Subscribe to a group, or end the subscription (S9).
    Group(SourceId, Switch),
    /// Choose a person, or no longer.
    Person(SourceId, Switch),
    /// Exclude a person, or no longer.
    Exclude(SourceId, Switch),
}

/// On or off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Switch {
    /// On.
    On,
    /// Off.
    Off,
}

impl Book {
    /// Who belongs in the book.
    pub fn scope(&self, connection: ConnectionId) -> Result<Scope> {
        self.owns(connection)?;
        self.store.db.read(|tx| scope(tx, connection))
    }

    /// The source groups that are subscribed or were.
    pub fn subscriptions(&self, connection: ConnectionId) -> Result<BTreeMap<SourceId, Subscription>> {
        self.owns(connection)?;
        let sql = "SELECT source, state FROM scope_entry WHERE connection = $1 AND kind = $2";
        let read = |row: &Row<'_>| {
            let state = if row.int(1)? == 1 { Subscription::Active } else { Subscription::Ended };
            Ok((SourceId::from_bytes(row.blob(0)?), state))
        };
        let all = self.store.db.look_up(|tx| tx.query(sql, params![connection.get(), GROUP], read))?;
        Ok(all.into_iter().collect())
    }

    /// Changes the scope; everybody is planned anew. Answers how many of the changes were none before.
    pub fn change_scope(&self, connection: ConnectionId, changes: &[ScopeChange]) -> Result<usize> {
        self.owns(connection)?;
        self.store.db.write(|tx| {
            let mut new = 0;
            for change in changes {
                new += usize::from(change_scope(tx, connection, change)? > 0);
            }
            changed(tx, connection)?;
            pending::mark_all(tx, connection)?;
            Ok(new)
        })
    }

    /// Chooses these people, for the holder of the lease; due are they and who is planned together with them
    /// ([`Book::planned_with_all`]), and nobody else.
    pub fn choose_people(&self, lease: &Lease, people: &[SourceId], due: &[SourceId]) -> Result<()> {
        self.fenced(lease, |tx| {
            let mut bulk = tx.bulk(&CHOOSE)?;
            for person in people {
                bulk.row(|v| {
                    v.int(lease.connection.get());
                    v.int(PERSON);
                    v.blob(person.as_bytes());
                    v.int(1);
                })?;
            }
            bulk.finish()?;
            changed(tx, lease.connection)?;
            pending::mark(tx, lease.connection, due, Timestamp::START)
        })
    }
}

const CHOOSE: Bulk = Bulk {
    table: "scope_entry",
    columns: &[("connection", Type::Int), ("kind", Type::Int), ("source", Type::Blob), ("state", Type::Int)],
    verb: Verb::Upsert { keys: 3, guard: None },
};

/// Who goes by the scope looks again: the schedule, and lists of the tenant's people.
fn changed(tx: &mut Tx<'_>, connection: ConnectionId) -> Result<()> {
    let sql = "UPDATE connection SET scope_changes = scope_changes + 1 WHERE id = $1";
    tx.exec(sql, params![connection.get()])?;
    schedule::changed(tx, connection.customer())
}

fn scope(tx: &mut Tx<'_>, connection: ConnectionId) -> Result<Scope> {
    let mut scope = Scope { everybody: is_everybody(tx, connection)?, ..Scope::default() };
    let sql = "SELECT kind, source, state FROM scope_entry WHERE connection = $1";
    tx.for_each(sql, params![connection.get()], |row| {
        let source = SourceId::from_bytes(row.blob(1)?);
        match (row.int(0)?, row.int(2)?) {
            (GROUP, 1) => drop(scope.groups.insert(source, Subscription::Active)),
            (GROUP, _) => drop(scope.groups.insert(source, Subscription::Ended)),
            (_, 1) => drop(scope.chosen.insert(source)),
            (_, _) => drop(scope.excluded.insert(source)),
        }
        Ok(())
    })?;
    Ok(scope)
}

/// Whether everybody belongs in the book.
pub(crate) fn is_everybody(tx: &mut Tx<'_>, connection: ConnectionId) -> Result<bool> {
    let sql = "SELECT everybody FROM connection WHERE id = $1";
    tx.query_one(sql, params![connection.get()], |row| row.bool(0))
}

/// Answers how many rows differ for it.
pub(crate) fn change_scope(tx: &mut Tx<'_>, connection: ConnectionId, change: &ScopeChange) -> Result<u64> {
    let put = |tx: &mut Tx<'_>, kind: i64, source: &SourceId, state: i64| {
        let sql = "INSERT INTO scope_entry (connection, kind, source, state) VALUES ($1, $2, $3, $4) \
                   ON CONFLICT (connection, kind, source) DO UPDATE SET state = excluded.state \
                   WHERE scope_entry.state <> excluded.state";
        tx.exec(sql, params![connection.get(), kind, source.as_bytes(), state])
    };
    let take = |tx: &mut Tx<'_>, kind: i64, source: &SourceId, state: i64| {
        let sql =
            "DELETE FROM scope_entry WHERE connection = $1 AND kind = $2 AND source = $3 AND state = $4";
        tx.exec(sql, params![connection.get(), kind, source.as_bytes(), state])
    };
    match change {
        ScopeChange::Everybody(switch) => {
            let on = i64::from(*switch == Switch::On);
            let sql = "UPDATE connection SET everybody = $1 WHERE id = $2 AND everybody <> $1";
            tx.exec(sql, params![on, connection.get()])
        }
        ScopeChange::Group(id, Switch::On) => {
            let new = put(tx, GROUP, id, 1)?;
            // Who subscribes again wants a contact group again, whatever became of the former one.
            let sql = "UPDATE scope_entry SET contact_group = (SELECT g.id FROM contact_group g WHERE g.connection = $1 \
                       AND g.source = $3) WHERE connection = $1 AND kind = $2 AND source = $3";
            tx.exec(sql, params![connection.get(), GROUP, id.as_bytes()])?;
            Ok(new)
        }
        // The next run cuts the tie.
        ScopeChange::Group(id, Switch::Off) => tx
            .exec(
                "UPDATE scope_entry SET state = 0 WHERE connection = $1 AND kind = $2 AND source = $3 AND state <> 0",
                params![connection.get(), GROUP, id.as_bytes()],
            ),
        ScopeChange::Person(id, Switch::On) => put(tx, PERSON, id, 1),
        ScopeChange::Person(id, Switch::Off) => take(tx, PERSON, id, 1),
        ScopeChange::Exclude(id, Switch::On) => put(tx, PERSON, id, 0),
        ScopeChange::Exclude(id, Switch::Off) => take(tx, PERSON, id, 0),
    }
}
