//! What somebody has ticked on a page of many and not carried out yet: people to import, groups to subscribe to. It is kept here,
//! so that it outlives the next page, a search and another browser; each account has its own, so technicians do not untick each
//! other's boxes.
//!
//! Rule: a base for all and those who differ from it. To tick fifty thousand is one row; what nobody touched for a week is
//! forgotten, and dropped by the next purge.

use std::collections::BTreeMap;

use model::Timestamp;
use model::ids::{ConnectionId, SourceId};

use crate::account::AccountId;
use crate::connection::{GROUP, PERSON};
use crate::db::{Bulk, Tx, Type, Verb, params};
use crate::error::Result;
use crate::store::Book;

/// Days after which a tick is forgotten.
const KEPT_DAYS: i64 = 7;

/// What is ticked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TickOf {
    /// Source groups.
    Groups,
    /// Source users.
    People,
}

impl TickOf {
    const fn code(self) -> i64 {
        match self {
            Self::Groups => GROUP,
            Self::People => PERSON,
        }
    }
}

/// What holds for whoever was not ticked or unticked alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TickBase {
    /// As the page ticks them at first.
    #[default]
    First,
    /// Nobody is ticked.
    Nobody,
    /// Everybody is.
    Everybody,
}

impl TickBase {
    /// Where somebody else than the base says nothing.
    const fn code(self) -> i64 {
        match self {
            Self::Nobody => 0,
            Self::Everybody => 1,
            Self::First => 2,
        }
    }

    const fn coded(code: i64) -> Self {
        match code {
            0 => Self::Nobody,
            1 => Self::Everybody,
            _ => Self::First,
        }
    }
}

/// What an account has ticked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ticks {
    /// What holds for everybody else.
    pub base: TickBase,
    /// Who was ticked or unticked since.
    pub differ: BTreeMap<SourceId, bool>,
}

impl Ticks {
    /// Whether somebody is ticked who is `at_first` or not.
    pub fn has(&self, id: &SourceId, at_first: bool) -> bool {
        self.differ.get(id).copied().unwrap_or(match self.base {
            TickBase::First => at_first,
            TickBase::Nobody => false,
            TickBase::Everybody => true,
        })
    }
}

/// The row of the base has no source.
const BASE: &[u8] = b"";

const TICK: Bulk = Bulk {
    table: "picked",
    columns: &[
        ("connection", Type::Int),
        ("account", Type::Int),
        ("kind", Type::Int),
        ("source", Type::Blob),
        ("ticked", Type::Int),
        ("at", Type::Int),
    ],
    verb: Verb::Upsert { keys: 4, guard: None },
};

impl Book {
    /// What an account has ticked.
    pub fn ticks(
        &self,
        connection: ConnectionId,
        account: AccountId,
        of: TickOf,
        now: Timestamp,
    ) -> Result<Ticks> {
        self.owns(connection)?;
        let sql =
            "SELECT source, ticked, at FROM picked WHERE connection = $1 AND account = $2 AND kind = $3";
        self.store.db.look_up(|tx| {
            let (mut ticks, mut latest) = (Ticks::default(), None);
            tx.for_each(sql, params![connection.get(), account.0, of.code()], |row| {
                latest = latest.max(Some(row.int(2)?));
                match row.blob(0)? {
                    BASE => ticks.base = TickBase::coded(row.int(1)?),
                    source => drop(ticks.differ.insert(SourceId::from_bytes(source), row.bool(1)?)),
                }
                Ok(())
            })?;
            Ok(if latest.is_some_and(|at| is_old(at, now)) { Ticks::default() } else { ticks })
        })
    }

    /// Ticks and unticks some.
    pub fn tick(
        &self,
        connection: ConnectionId,
        account: AccountId,
        (of, now): (TickOf, Timestamp),
        some: &BTreeMap<SourceId, bool>,
    ) -> Result<()> {
        self.owns(connection)?;
        if some.is_empty() {
            return Ok(());
        }
        self.store.db.write(|tx| {
            forget_old(tx, connection, account, (of, now))?;
            let mut bulk = tx.bulk(&TICK)?;
            for (source, ticked) in some {
                bulk.row(|v| {
                    v.int(connection.get());
                    v.int(account.0);
                    v.int(of.code());
                    v.blob(source.as_bytes());
                    v.int(i64::from(*ticked));
                    v.int(now.0);
                })?;
            }
            bulk.finish().map(drop)
        })
    }

    /// Ticks all, nobody, or whoever is ticked at first; nobody differs any more.
    pub fn tick_all(
        &self,
        connection: ConnectionId,
        account: AccountId,
        (of, now): (TickOf, Timestamp),
        base: TickBase,
    ) -> Result<()> {
        self.owns(connection)?;
        self.store.db.write(|tx| {
            let sql = "DELETE FROM picked WHERE connection = $1 AND account = $2 AND kind = $3";
            tx.exec(sql, params![connection.get(), account.0, of.code()])?;
            if base == TickBase::First {
                return Ok(());
            }
            let sql = "INSERT INTO picked (connection, account, kind, source, ticked, at) VALUES ($1, $2, $3, $4, $5, $6)";
            let row = params![connection.get(), account.0, of.code(), BASE, base.code(), now.0];
            tx.exec(sql, row).map(drop)
        })
    }
}

/// A page of ticks that was last touched before this is past its term.
pub(crate) const fn kept_since(now: Timestamp) -> Timestamp {
    now.plus_days(-KEPT_DAYS)
}

const fn is_old(at: i64, now: Timestamp) -> bool {
    at < kept_since(now).0
}

/// Old ticks must not come back with the first new one.
fn forget_old(
    tx: &mut Tx<'_>,
    connection: ConnectionId,
    account: AccountId,
    (of, now): (TickOf, Timestamp),
) -> Result<()> {
    let of_page = "connection = $1 AND account = $2 AND kind = $3";
    let sql = format!("SELECT MAX(at) FROM picked WHERE {of_page}");
    let key = params![connection.get(), account.0, of.code()];
    if tx.query_one(&sql, key, |row| row.opt_int(0))?.is_some_and(|at| is_old(at, now)) {
        tx.exec(&format!("DELETE FROM picked WHERE {of_page}"), key)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Purged;
    use crate::testing::{connected, empty_databases};

    const NOW: Timestamp = Timestamp(1_795_344_360_000);

    fn source(n: u8) -> SourceId {
        SourceId::Guid([n; 16])
    }

    #[test]
    fn s7_ticks_are_kept_by_account_as_a_base_and_who_differs() {
        for db in empty_databases() {
            let (book, connection) = connected(&db);
            let (jana, tom, of) = (AccountId(1), AccountId(2), (TickOf::People, NOW));
            let ticks = |account| book.ticks(connection, account, TickOf::People, NOW).unwrap();
            assert!(ticks(jana).has(&source(1), true) && !ticks(jana).has(&source(1), false), "{}", db.name);
            book.tick(connection, jana, of, &[(source(1), false), (source(2), true)].into()).unwrap();
            assert!(!ticks(jana).has(&source(1), true) && ticks(jana).has(&source(2), false), "{}", db.name);
            assert_eq!(ticks(tom), Ticks::default(), "{}: each has their own", db.name);
            book.tick_all(connection, jana, of, TickBase::Nobody).unwrap();
            assert!(!ticks(jana).has(&source(2), true), "{}", db.name);
            book.tick(connection, jana, of, &[(source(3), true)].into()).unwrap();
            let has = |n| ticks(jana).has(&source(n), true);
            assert_eq!([has(1), has(2), has(3)], [false, false, true], "{}", db.name);
            book.tick_all(connection, jana, of, TickBase::Everybody).unwrap();
            assert!(ticks(jana).has(&source(9), false), "{}", db.name);
            let groups = book.ticks(connection, jana, TickOf::Groups, NOW).unwrap();
            assert_eq!(groups, Ticks::default(), "{}: people are no groups", db.name);
        }
    }

    #[test]
    fn s7_ticks_of_another_week_are_forgotten_and_do_not_come_back_with_a_new_one() {
        for db in empty_databases() {
            let (book, connection) = connected(&db);
            let (jana, later) = (AccountId(1), NOW.plus_days(8));
            book.tick_all(connection, jana, (TickOf::People, NOW), TickBase::Everybody).unwrap();
            let at = |now| book.ticks(connection, jana, TickOf::People, now).unwrap();
            assert_eq!(at(NOW).base, TickBase::Everybody, "{}", db.name);
            assert_eq!(at(later), Ticks::default(), "{}", db.name);
            book.tick(connection, jana, (TickOf::People, later), &[(source(1), true)].into()).unwrap();
            assert_eq!(at(later).base, TickBase::First, "{}", db.name);
            assert_eq!(at(later).differ.len(), 1, "{}", db.name);
        }
    }

    #[test]
    fn s7_ticks_of_another_week_are_gone_after_a_purge_and_younger_ones_stay() {
        for db in empty_databases() {
            let (book, connection) = connected(&db);
            let (jana, tom) = (AccountId(1), AccountId(2));
            book.tick(connection, jana, (TickOf::People, NOW), &[(source(1), true)].into()).unwrap();
            book.tick_all(connection, jana, (TickOf::Groups, NOW), TickBase::Nobody).unwrap();
            let later = NOW.plus_days(5);
            book.tick(connection, tom, (TickOf::People, later), &[(source(2), true)].into()).unwrap();
            // One tick of lately keeps the whole page.
            book.tick(connection, tom, (TickOf::People, NOW), &[(source(3), true)].into()).unwrap();
            let rows = || {
                let sql = "SELECT account FROM picked ORDER BY account, source";
                book.store().db.read(|tx| tx.query(sql, params![], |row| row.int(0))).unwrap()
            };
            assert_eq!(rows(), [1, 1, 2, 2], "{}", db.name);
            assert_eq!(book.purge(None, NOW.plus_days(7)), Ok(Purged::All));
            assert_eq!(rows(), [1, 1, 2, 2], "{}", db.name);
            assert_eq!(book.purge(None, NOW.plus_days(8)), Ok(Purged::All));
            assert_eq!(rows(), [2, 2], "{}", db.name);
            assert_eq!(book.purge(None, NOW.plus_days(13)), Ok(Purged::All));
            assert_eq!(rows(), [0_i64; 0], "{}", db.name);
        }
    }
}
