//! Who belongs in the book, as a person chose it: everybody, groups, people.

use model::ids::{ConnectionId, SourceId};
use model::scope::{Scope, Subscription};

use crate::db::{Tx, params};
use crate::error::Result;
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

    /// Changes the scope; everybody is planned anew. Answers how many of the changes were none before.
    pub fn change_scope(&self, connection: ConnectionId, changes: &[ScopeChange]) -> Result<usize> {
        self.owns(connection)?;
        self.store.db.write(|tx| {
            let mut new = 0;
            for change in changes {
                new += usize::from(change_scope(tx, connection, change)? > 0);
            }
            schedule::changed(tx, self.customer.id)?;
            pending::mark_all(tx, connection)?;
            Ok(new)
        })
    }
}

fn scope(tx: &mut Tx<'_>, connection: ConnectionId) -> Result<Scope> {
    let mut scope = Scope::default();
    let sql = "SELECT everybody FROM connection WHERE id = $1";
    scope.everybody = tx.query_one(sql, params![connection.get()], |row| row.bool(0))?;
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

/// Answers how many rows differ for it.
fn change_scope(tx: &mut Tx<'_>, connection: ConnectionId, change: &ScopeChange) -> Result<u64> {
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
