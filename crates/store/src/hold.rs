//! Holds: operations that wait for a person, people whom a person holds, and what was rejected.

use std::collections::{BTreeMap, BTreeSet};

use model::Timestamp;
use model::ids::{ConnectionId, ContactId, GroupId, RunId, SourceId};
use model::plan::{GuardKind, HeldBy, OpKind};

use crate::db::{List, Row, Tx, params};
use crate::error::{Result, StoreError};
use crate::pending::{self, Due};
use crate::plan::{PIECE, noted, put_in_by_runs};
use crate::store::Book;

/// A held operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoldRow {
    /// The source user or source group.
    pub source: SourceId,
    /// The contact.
    pub contact: Option<ContactId>,
    /// The contact group, of an operation about one.
    pub group: Option<GroupId>,
    /// The kind of operation.
    pub kind: OpKind,
    /// Who holds it.
    pub held_by: HeldBy,
    /// Since when.
    pub since: Timestamp,
    /// Released and not yet applied.
    pub released: bool,
    /// Digest of the source state behind it, for a rejection.
    pub state: i64,
    /// Digest of what it shows: a release holds for just this.
    pub seen: i64,
}

/// How many holds of a connection are alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HoldCount {
    /// The kind of operation.
    pub kind: OpKind,
    /// Who holds it.
    pub held_by: HeldBy,
    /// Released and not yet applied.
    pub released: bool,
    /// How many.
    pub n: i64,
}

/// What a person lets go or rejects: operations as they were looked at, and people and groups that a person holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Chosen {
    /// Operations that the guard holds.
    pub operations: Vec<HoldRow>,
    /// People and source groups.
    pub by_hand: BTreeSet<SourceId>,
}

/// What was let go or rejected.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LetGo {
    /// Operations that the guard held.
    pub operations: Vec<HoldRow>,
    /// How many operations a person held; a person or group about whom nothing is planned counts once.
    pub by_hand: u64,
}

impl LetGo {
    /// How many in all.
    pub fn count(&self) -> u64 {
        self.operations.len() as u64 + self.by_hand
    }
}

/// Somebody or a source group that a person holds: every operation about them waits until it is released.
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

const COLUMNS: &str = "source, contact, contact_group, kind, held_by, since, released_at, state, seen";

/// Reads [`COLUMNS`].
fn read(row: &Row<'_>) -> Result<HoldRow> {
    let unreadable = || StoreError::Corrupt("a hold is unreadable".into());
    Ok(HoldRow {
        source: SourceId::from_bytes(row.blob(0)?),
        contact: row.opt_int(1)?.map(ContactId::from_stored),
        group: row.opt_int(2)?.map(GroupId::from_stored),
        kind: OpKind::named(row.text(3)?).ok_or_else(unreadable)?,
        held_by: HeldBy::named(row.text(4)?).ok_or_else(unreadable)?,
        since: Timestamp(row.int(5)?),
        released: row.opt_int(6)?.is_some(),
        state: row.int(7)?,
        seen: row.int(8)?,
    })
}

fn holds_of(tx: &mut Tx<'_>, connection: ConnectionId, about: &SourceId) -> Result<Vec<HoldRow>> {
    let sql = format!("SELECT {COLUMNS} FROM hold WHERE connection = $1 AND source = $2 ORDER BY kind");
    tx.query(&sql, params![connection.get(), about.as_bytes()], read)
}

impl Book {
    /// Held operations.
    pub fn holds(&self, connection: ConnectionId) -> Result<Vec<HoldRow>> {
        self.owns(connection)?;
        let sql = format!("SELECT {COLUMNS} FROM hold WHERE connection = $1 ORDER BY source, kind");
        self.store.db.look_up(|tx| tx.query(&sql, params![connection.get()], read))
    }

    /// How many operations are held, by kind, by whom, and whether released.
    pub fn hold_counts(&self, connection: ConnectionId) -> Result<Vec<HoldCount>> {
        self.owns(connection)?;
        let sql = "SELECT kind, held_by, CASE WHEN released_at IS NULL THEN 0 ELSE 1 END AS let_go, COUNT(*) FROM hold \
                   WHERE connection = $1 GROUP BY kind, held_by, let_go";
        let unreadable = || StoreError::Corrupt("a hold is unreadable".into());
        self.store.db.look_up(|tx| {
            tx.query(sql, params![connection.get()], |row| {
                Ok(HoldCount {
                    kind: OpKind::named(row.text(0)?).ok_or_else(unreadable)?,
                    held_by: HeldBy::named(row.text(1)?).ok_or_else(unreadable)?,
                    released: row.int(2)? != 0,
                    n: row.int(3)?,
                })
            })
        })
    }

    /// Held operations from one on, at most so many: first those that wait, then those that were released, the latest first.
    pub fn some_holds(&self, connection: ConnectionId, skip: i64, most: i64) -> Result<Vec<HoldRow>> {
        self.owns(connection)?;
        let sql = format!(
            "SELECT {COLUMNS} FROM hold WHERE connection = $1 \
             ORDER BY CASE WHEN released_at IS NULL THEN 0 ELSE 1 END, since DESC, source, kind LIMIT $2 OFFSET $3"
        );
        self.store.db.look_up(|tx| tx.query(&sql, params![connection.get(), most, skip], read))
    }

    /// What is held about these people and groups, as many as fit a page.
    pub fn holds_about(&self, connection: ConnectionId, about: &[SourceId]) -> Result<Vec<HoldRow>> {
        self.owns(connection)?;
        let ids: Vec<&[u8]> = about.iter().map(SourceId::as_bytes).collect();
        self.store.db.look_up(|tx| {
            let of = List::Blobs.holds(tx.engine(), 2);
            let sql = format!(
                "SELECT {COLUMNS} FROM hold WHERE connection = $1 AND source {of} ORDER BY source, kind"
            );
            tx.query(&sql, params![connection.get(), &ids[..]], read)
        })
    }

    /// People and source groups that a person holds while no plan asks for anything about them, in order.
    pub fn held_beside_plans(&self, connection: ConnectionId) -> Result<Vec<SourceId>> {
        self.owns(connection)?;
        let sql = "SELECT source FROM held_person WHERE connection = $1 AND NOT EXISTS (SELECT 1 FROM hold \
                   WHERE hold.connection = held_person.connection AND hold.source = held_person.source \
                   AND hold.held_by = $2) ORDER BY source";
        let by_hand = HeldBy::Person.name();
        self.store.db.look_up(|tx| {
            tx.query(sql, params![connection.get(), by_hand], |row| Ok(SourceId::from_bytes(row.blob(0)?)))
        })
    }

    /// Linked people whom runs put into a contact group.
    pub fn put_in_by_runs(&self, connection: ConnectionId, group: GroupId) -> Result<Vec<SourceId>> {
        self.owns(connection)?;
        self.store.db.read_between(|tx| put_in_by_runs(tx, connection, group.get()))
    }

    /// How many operations wait for a person.
    pub fn waiting(&self, connection: ConnectionId) -> Result<i64> {
        self.owns(connection)?;
        let sql = "SELECT COUNT(*) FROM hold WHERE connection = $1 AND released_at IS NULL";
        self.store.db.look_up(|tx| tx.query_one(sql, params![connection.get()], |row| row.int(0)))
    }

    /// People and source groups that a person holds.
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

    /// What waits about these people and groups, by the guard's will or by a person's.
    pub fn held_about(&self, connection: ConnectionId, about: &BTreeSet<SourceId>) -> Result<Chosen> {
        let by_hand = self.held_people(connection)?.into_keys();
        let mut chosen =
            Chosen { by_hand: by_hand.filter(|id| about.contains(id)).collect(), ..Chosen::default() };
        for hold in self.holds(connection)?.into_iter().filter(|h| about.contains(&h.source)) {
            if hold.held_by == HeldBy::Person {
                chosen.by_hand.insert(hold.source);
            } else {
                chosen.operations.push(hold);
            }
        }
        Ok(chosen)
    }

    /// Holds a person or a source group: the next plans hold every operation about them, and what a plan that is under way
    /// says of them is planned again. Who is held already keeps the day, and the reason where no other is given.
    pub fn hold(&self, connection: ConnectionId, about: &SourceId, why: &str, now: Timestamp) -> Result<()> {
        self.owns(connection)?;
        let sql = "INSERT INTO held_person (connection, source, why, since) VALUES ($1, $2, $3, $4) \
                   ON CONFLICT (connection, source) DO UPDATE SET \
                   why = CASE WHEN excluded.why = '' THEN held_person.why ELSE excluded.why END";
        self.store.db.write(|tx| {
            tx.exec(sql, params![connection.get(), about.as_bytes(), why, now.0])?;
            // What was released and not yet applied is held again.
            let sql = "UPDATE hold SET released_at = NULL WHERE connection = $1 AND source = $2 AND released_at IS NOT NULL";
            tx.exec(sql, params![connection.get(), about.as_bytes()]).map(drop)
        })
    }

    /// Releases what was chosen, each operation as it was looked at: one that shows something else by now stays held. Answers
    /// the operations that were released, and how many a person had held. Who was held by a person is planned anew.
    pub fn release(&self, connection: ConnectionId, chosen: &Chosen, now: Timestamp) -> Result<LetGo> {
        self.owns(connection)?;
        let sql = "UPDATE hold SET released_at = $1, again_at = 0 WHERE connection = $2 AND source = $3 AND kind = $4 \
                   AND seen = $5 AND released_at IS NULL";
        self.store.db.write(|tx| {
            let mut gone = LetGo::default();
            for about in &chosen.by_hand {
                gone.by_hand += let_go(tx, connection, about)?;
            }
            for hold in &chosen.operations {
                let (source, kind) = (hold.source.as_bytes(), hold.kind.name());
                if tx.exec(sql, params![now.0, connection.get(), source, kind, hold.seen])? > 0 {
                    gone.operations.push(hold.clone());
                }
            }
            Ok(gone)
        })
    }

    /// Rejects what was chosen, each operation as it was looked at: kept until the source state changes again. Who would have
    /// left a contact group, or joined one that a person holds, is kept so each by each.
    pub fn reject(
        &self,
        connection: ConnectionId,
        chosen: &Chosen,
        why: &str,
        now: Timestamp,
    ) -> Result<LetGo> {
        self.owns(connection)?;
        self.store.db.write(|tx| {
            let reason = Why { why, now };
            let mut gone = LetGo::default();
            for about in &chosen.by_hand {
                for hold in
                    holds_of(tx, connection, about)?.into_iter().filter(|h| h.held_by == HeldBy::Person)
                {
                    reject(tx, connection, &hold, reason)?;
                }
                gone.by_hand += let_go(tx, connection, about)?;
            }
            for hold in &chosen.operations {
                let (source, kind) = (hold.source.as_bytes(), hold.kind.name());
                if reject(tx, connection, hold, reason)? {
                    let sql = "DELETE FROM hold WHERE connection = $1 AND source = $2 AND kind = $3";
                    tx.exec(sql, params![connection.get(), source, kind])?;
                    // A plan that is under way may have let it go on.
                    pending::mark(tx, connection, std::slice::from_ref(&hold.source), Timestamp::START)?;
                    gone.operations.push(hold.clone());
                }
            }
            Ok(gone)
        })
    }

    /// About how many people and groups something is rejected or undone.
    pub fn rejected(&self, connection: ConnectionId) -> Result<i64> {
        self.owns(connection)?;
        let sql = "SELECT COUNT(DISTINCT source) FROM rejection WHERE connection = $1";
        self.store.db.read(|tx| tx.query_one(sql, params![connection.get()], |row| row.int(0)))
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

/// Why and when somebody rejects.
#[derive(Clone, Copy)]
struct Why<'a> {
    why: &'a str,
    now: Timestamp,
}

/// Leaves rejections of a held operation; says whether it still is what was looked at.
fn reject(tx: &mut Tx<'_>, connection: ConnectionId, hold: &HoldRow, reason: Why<'_>) -> Result<bool> {
    let (source, kind) = (hold.source.as_bytes(), hold.kind.name());
    let sql = "SELECT seen FROM hold WHERE connection = $1 AND source = $2 AND kind = $3";
    let key = params![connection.get(), source, kind];
    if tx.query_opt(sql, key, |row| row.int(0))? != Some(hold.seen) {
        return Ok(false);
    }
    let sql = "INSERT INTO rejection (connection, source, kind, state, why, at) VALUES ($1, $2, $3, $4, $5, $6) \
               ON CONFLICT (connection, source, kind) DO UPDATE SET state = excluded.state, why = excluded.why, \
               at = excluded.at, run = NULL, outlived_by = NULL";
    let keep = |tx: &mut Tx<'_>, source: &[u8], state: i64| {
        tx.exec(sql, params![connection.get(), source, kind, state, reason.why, reason.now.0]).map(drop)
    };
    if hold.group.is_none() || hold.kind != OpKind::Members {
        keep(tx, source, hold.state)?;
        return Ok(true);
    }
    let linked = "SELECT source FROM link WHERE connection = $1 AND contact = $2";
    for (contact, state) in noted(tx, connection, &hold.source)? {
        let people = tx.query(linked, params![connection.get(), contact], |row| Ok(row.blob(0)?.to_vec()))?;
        people.iter().try_for_each(|person| keep(tx, person, state))?;
    }
    Ok(true)
}

/// A person's own hold ends. What it held is due: other reasons to hold it are found by the next plan. Of a group everybody
/// is, for those who would have joined stand in no list of ours.
fn let_go(tx: &mut Tx<'_>, connection: ConnectionId, about: &SourceId) -> Result<u64> {
    let key = params![connection.get(), about.as_bytes()];
    let held = tx.exec("DELETE FROM held_person WHERE connection = $1 AND source = $2", key)?;
    let sql = "DELETE FROM hold WHERE connection = $1 AND source = $2 AND held_by = 'person'";
    let operations = tx.exec(sql, key)?;
    if held + operations > 0 {
        let group = "SELECT presence FROM source_group WHERE connection = $1 AND source = $2";
        match tx.query_opt(group, key, |row| row.int(0))? {
            Some(_) => pending::mark_all(tx, connection)?,
            None => pending::mark(tx, connection, std::slice::from_ref(about), Timestamp::START)?,
        }
    }
    Ok(operations.max(held))
}
