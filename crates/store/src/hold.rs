//! Holds: operations that wait for a person, people whom a person holds, and what was rejected.

use std::collections::BTreeMap;

use model::Timestamp;
use model::ids::{ConnectionId, ContactId, RunId, SourceId};
use model::plan::{GuardKind, HeldBy, OpKind};

use crate::db::{List, Tx, params};
use crate::error::{Result, StoreError};
use crate::pending::{self, Due};
use crate::plan::PIECE;
use crate::store::Book;

/// A held operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoldRow {
    /// The source user.
    pub source: SourceId,
    /// The contact.
    pub contact: Option<ContactId>,
    /// The kind of operation.
    pub kind: OpKind,
    /// Who holds it.
    pub held_by: HeldBy,
    /// Since when.
    pub since: Timestamp,
    /// Released and not yet applied.
    pub released: bool,
}

/// Somebody whom a person holds: every operation about them waits until it is released.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldPerson {
    /// Why, for whoever looks later.
    pub why: String,
    /// Since when.
    pub since: Timestamp,
}

/// An operation that shall not be done again while the source state stays the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RejectionRow {
    /// The kind of operation.
    pub kind: OpKind,
    /// Digest of the source state that it was about.
    pub state: i64,
    /// Why, as the person typed it.
    pub why: String,
    /// Since when.
    pub at: Timestamp,
    /// The undo that left it; `None` where a person rejected a hold.
    pub run: Option<RunId>,
}

impl Book {
    /// Held operations.
    pub fn holds(&self, connection: ConnectionId) -> Result<Vec<HoldRow>> {
        self.owns(connection)?;
        let sql = "SELECT source, contact, kind, held_by, since, released_at FROM hold WHERE connection = $1 ORDER BY source, kind";
        self.store.db.look_up(|tx| {
            tx.query(sql, params![connection.get()], |row| {
                let unreadable = || StoreError::Corrupt("a hold is unreadable".into());
                Ok(HoldRow {
                    source: SourceId::from_bytes(row.blob(0)?),
                    contact: row.opt_int(1)?.map(ContactId::from_stored),
                    kind: OpKind::named(row.text(2)?).ok_or_else(unreadable)?,
                    held_by: HeldBy::named(row.text(3)?).ok_or_else(unreadable)?,
                    since: Timestamp(row.int(4)?),
                    released: row.opt_int(5)?.is_some(),
                })
            })
        })
    }

    /// How many operations wait for a person.
    pub fn waiting(&self, connection: ConnectionId) -> Result<i64> {
        self.owns(connection)?;
        let sql = "SELECT COUNT(*) FROM hold WHERE connection = $1 AND released_at IS NULL";
        self.store.db.look_up(|tx| tx.query_one(sql, params![connection.get()], |row| row.int(0)))
    }

    /// People whom a person holds.
    pub fn held_people(&self, connection: ConnectionId) -> Result<BTreeMap<SourceId, HeldPerson>> {
        self.owns(connection)?;
        let sql = "SELECT source, why, since FROM held_person WHERE connection = $1";
        let all = self.store.db.look_up(|tx| {
            tx.query(sql, params![connection.get()], |row| {
                let held = HeldPerson { why: row.text(1)?.to_owned(), since: Timestamp(row.int(2)?) };
                Ok((SourceId::from_bytes(row.blob(0)?), held))
            })
        })?;
        Ok(all.into_iter().collect())
    }

    /// Holds somebody: the next plans hold every operation about them. Who is held already keeps the day, and the
    /// reason where no other is given.
    pub fn hold(&self, connection: ConnectionId, person: &SourceId, why: &str, now: Timestamp) -> Result<()> {
        self.owns(connection)?;
        let sql = "INSERT INTO held_person (connection, source, why, since) VALUES ($1, $2, $3, $4) \
                   ON CONFLICT (connection, source) DO UPDATE SET \
                   why = CASE WHEN excluded.why = '' THEN held_person.why ELSE excluded.why END";
        self.store.db.write(|tx| {
            tx.exec(sql, params![connection.get(), person.as_bytes(), why, now.0])?;
            // What was released and not yet applied is held again.
            let sql = "UPDATE hold SET released_at = NULL WHERE connection = $1 AND source = $2 AND released_at IS NOT NULL";
            tx.exec(sql, params![connection.get(), person.as_bytes()]).map(drop)
        })
    }

    /// Releases holds of these people; answers how many. Who was held by a person is planned anew.
    pub fn release(&self, connection: ConnectionId, people: &[SourceId], now: Timestamp) -> Result<u64> {
        self.owns(connection)?;
        let sql = "UPDATE hold SET released_at = $1, again_at = 0 WHERE connection = $2 AND source = $3 AND released_at IS NULL";
        self.store.db.write(|tx| {
            let mut released = 0;
            for person in people {
                released += let_person_go(tx, connection, person)?;
                released += tx.exec(sql, params![now.0, connection.get(), person.as_bytes()])?;
            }
            Ok(released)
        })
    }

    /// Rejects holds of these people: kept until their source state changes again; answers how many.
    pub fn reject(
        &self,
        connection: ConnectionId,
        people: &[SourceId],
        why: &str,
        now: Timestamp,
    ) -> Result<u64> {
        self.owns(connection)?;
        let sql = "INSERT INTO rejection (connection, source, kind, state, why, at) \
                   SELECT connection, source, kind, state, $1, $2 FROM hold WHERE connection = $3 AND source = $4 \
                   ON CONFLICT (connection, source, kind) DO UPDATE SET state = excluded.state, why = excluded.why, \
                   at = excluded.at, run = NULL, outlived_by = NULL";
        self.store.db.write(|tx| {
            let mut rejected = 0;
            for person in people {
                rejected += tx.exec(sql, params![why, now.0, connection.get(), person.as_bytes()])?;
                let key = params![connection.get(), person.as_bytes()];
                tx.exec("DELETE FROM hold WHERE connection = $1 AND source = $2", key)?;
                let_person_go(tx, connection, person)?;
            }
            Ok(rejected)
        })
    }

    /// What is rejected about somebody.
    pub fn rejections(&self, connection: ConnectionId, person: &SourceId) -> Result<Vec<RejectionRow>> {
        self.owns(connection)?;
        let sql = "SELECT kind, state, why, at, run FROM rejection WHERE connection = $1 AND source = $2 ORDER BY at, kind";
        self.store.db.read(|tx| {
            tx.query(sql, params![connection.get(), person.as_bytes()], |row| {
                let unreadable = || StoreError::Corrupt("a rejection is unreadable".into());
                Ok(RejectionRow {
                    kind: OpKind::named(row.text(0)?).ok_or_else(unreadable)?,
                    state: row.int(1)?,
                    why: row.text(2)?.to_owned(),
                    at: Timestamp(row.int(3)?),
                    run: row.opt_int(4)?.map(RunId),
                })
            })
        })
    }
}

/// Operations that wait since an earlier plan, of people whom this one does not plan.
#[derive(Debug, Default)]
pub(crate) struct Elsewhere {
    /// All of them.
    pub all: i64,
    /// Those that the guard counts; what a person holds does not happen, so it weighs nothing.
    pub guarded: BTreeMap<GuardKind, i64>,
}

impl Elsewhere {
    pub(crate) fn of(tx: &mut Tx<'_>, connection: ConnectionId, due: &Due) -> Result<Self> {
        let mut found = Self::default();
        if *due == Due::Everybody {
            return Ok(found);
        }
        found.count(tx, connection, None)?;
        if let (Due::People(people), true) = (due, found.all > 0) {
            for some in people.chunks(PIECE) {
                found.count(tx, connection, Some(some))?;
            }
        }
        Ok(found)
    }

    /// Adds what waits, or takes away what waits for these people.
    fn count(&mut self, tx: &mut Tx<'_>, connection: ConnectionId, less: Option<&[SourceId]>) -> Result<()> {
        let (weight, of) = match less {
            None => (1, String::new()),
            Some(_) => (-1, format!("AND source {}", List::Blobs.holds(tx.engine(), 2))),
        };
        let sql = format!(
            "SELECT CASE WHEN held_by <> 'person' THEN guard END, COUNT(*) FROM hold \
             WHERE connection = $1 AND released_at IS NULL {of} GROUP BY 1"
        );
        let ids: Vec<&[u8]> = less.unwrap_or_default().iter().map(SourceId::as_bytes).collect();
        let (all, some) = (params![connection.get()], params![connection.get(), &ids[..]]);
        tx.for_each(&sql, if less.is_some() { some } else { all }, |row| {
            let count = weight * row.int(1)?;
            self.all += count;
            if let Some(name) = row.opt_text(0)? {
                let kind = GuardKind::named(name);
                let kind = kind.ok_or_else(|| StoreError::Corrupt("a hold is unreadable".into()))?;
                *self.guarded.entry(kind).or_default() += count;
            }
            Ok(())
        })
    }
}

/// A person's own hold ends. What it held is due: other reasons to hold it are found by the next plan.
fn let_person_go(tx: &mut Tx<'_>, connection: ConnectionId, person: &SourceId) -> Result<u64> {
    let key = params![connection.get(), person.as_bytes()];
    let held = tx.exec("DELETE FROM held_person WHERE connection = $1 AND source = $2", key)?;
    let sql = "DELETE FROM hold WHERE connection = $1 AND source = $2 AND held_by = 'person'";
    let operations = tx.exec(sql, key)?;
    if held + operations > 0 {
        pending::mark(tx, connection, std::slice::from_ref(person), Timestamp::START)?;
    }
    Ok(operations.max(held))
}
