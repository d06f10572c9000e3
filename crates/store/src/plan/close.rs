//! Closing a draft: the guard weighs it whole, what it holds is marked, and the plan is ready to be applied.

use std::collections::{BTreeMap, BTreeSet};

use model::Timestamp;
use model::ids::{ConnectionId, GroupId, SourceId};
use model::plan::{GuardKind, HeldBy, OpKind};
use model::reason::Reason;

use super::draft::write_people;
use super::holds::{distinct, keep_holds};
use super::rows::encode_members;
use super::write::{NewRow, write_rows};
use super::{Draft, PIECE, Packed};
use crate::db::{List, Row, Tx, params};
use crate::error::Result;
use crate::hold::Elsewhere;
use crate::lease::Lease;
use crate::outbox::{Mail, post};
use crate::pending::{self, Due};
use crate::runs::{GuardWindow, guard_window};
use crate::store::Book;

/// What the guard holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Guarded {
    /// Kinds that are over the limit.
    pub kinds: Vec<GuardKind>,
    /// Whether emptied groups are held.
    pub group_emptied: bool,
}

/// What a draft is closed with.
pub struct Closing<'a> {
    /// What the guard holds, by its window and by what counts of each kind: in the plan, and held since an earlier one.
    pub guard: &'a dyn Fn(&GuardWindow, &BTreeMap<GuardKind, i64>) -> Guarded,
    /// Who was planned.
    pub due: &'a Due,
    /// Whether only some people were planned, by hand: what is held for them already stays held, for a guard that weighs
    /// one person alone would let all go one by one.
    pub some_only: bool,
    /// Linked people who were found equal.
    pub unchanged: i64,
    /// Makes the mail that says by how many the holds grew.
    pub tell: &'a dyn Fn(i64) -> Mail,
}

/// What closing a draft found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closed {
    /// Operations in all.
    pub operations: i64,
    /// Operations that wait for a person: of this plan and, where it is of everybody who is due, of earlier ones.
    pub held: i64,
    /// Holds that were not there before.
    pub holds_grew: i64,
}

impl Book {
    /// Closes a draft: memberships, then what the guard holds, then the holds that live on. The run's row says how many
    /// wait; answers that and how many operations there are. When the set of holds grew, `tell` makes the mail that says by
    /// how many; it is posted with the holds, so that no kill loses it.
    pub fn close_plan(&self, lease: &Lease, draft: &mut Draft, closing: &Closing<'_>) -> Result<Closed> {
        let Closing { guard, due, some_only, unchanged, tell } = closing;
        self.fenced(lease, |tx| {
            write_people(tx, self, lease.connection, draft)?;
            let window = guard_window(tx, self, lease.connection, draft.as_of)?;
            let elsewhere = Elsewhere::of(tx, lease.connection, due)?;
            let mut weighs = draft.guarded.clone();
            for (kind, count) in &elsewhere.guarded {
                *weighs.entry(*kind).or_default() += count;
            }
            let guard = guard(&window, &weighs);
            let mut members = std::mem::take(&mut draft.members);
            if guard.group_emptied {
                hold_emptied(tx, lease.connection, &mut members)?;
            }
            let made = std::mem::take(&mut draft.made);
            write_rows(tx, draft.id, &mut draft.operations, member_rows(members, &made))?;
            for kind in &guard.kinds {
                // What a person released still weighs, so that the rest does not slip through below the limit.
                let sql = "UPDATE plan_op SET held = 'guard' WHERE plan = $1 AND guard = $2 AND held IS NULL \
                           AND NOT EXISTS (SELECT 1 FROM hold h WHERE h.connection = $3 AND h.source = plan_op.source \
                           AND h.kind = plan_op.kind AND h.state = plan_op.state AND h.released_at IS NOT NULL)";
                tx.exec(sql, params![draft.id.0, kind.name(), lease.connection.get()])?;
            }
            if *some_only {
                let sql = "UPDATE plan_op SET held = 'guard' WHERE plan = $1 AND held IS NULL AND EXISTS \
                           (SELECT 1 FROM hold h WHERE h.connection = $2 AND h.source = plan_op.source \
                           AND h.kind = plan_op.kind AND h.held_by = 'guard' AND h.released_at IS NULL)";
                tx.exec(sql, params![draft.id.0, lease.connection.get()])?;
            }
            let sql = "SELECT COUNT(*) FROM plan_op WHERE plan = $1 AND held IS NOT NULL";
            let mut held = tx.query_one(sql, params![draft.id.0], |row| row.int(0))?;
            if !*some_only {
                held += elsewhere.all;
            }
            let sql = "UPDATE run SET held = $1, unchanged = $2 WHERE id = $3";
            tx.exec(sql, params![held, *unchanged, draft.run.0])?;
            let grew = keep_holds(tx, lease.connection, draft, due)?;
            if grew > 0 {
                post(tx, self, &tell(grew), draft.as_of)?;
            }
            let sql = "UPDATE plan SET state = 'ready', operations = $1 WHERE id = $2";
            tx.exec(sql, params![draft.operations, draft.id.0])?;
            Ok(Closed { operations: draft.operations, held, holds_grew: grew })
        })
    }
}

/// A group of three or more that would lose all memberships made by runs is held; its people stay due.
fn hold_emptied(
    tx: &mut Tx<'_>,
    connection: ConnectionId,
    members: &mut BTreeMap<GroupId, Packed>,
) -> Result<()> {
    let count = "SELECT COUNT(*) FROM contact_member WHERE contact_group = $1 AND made_by = 0";
    for (group, packed) in members.iter_mut().filter(|(_, p)| p.leave.len() >= 3 && p.join.len() == 0) {
        let all = tx.query_one(count, params![group.get()], |row| row.int(0))?;
        packed.emptied = packed.leave.len() as i64 >= all;
        if packed.emptied {
            let of = List::Ints.holds(tx.engine(), 2);
            let sql = format!("SELECT source FROM link WHERE connection = $1 AND contact {of}");
            let mut people = Vec::new();
            for some in packed.leave.to_vec().chunks(PIECE) {
                let read = |row: &Row<'_>| Ok(SourceId::from_bytes(row.blob(0)?));
                people.extend(tx.query(&sql, params![connection.get(), some], read)?);
            }
            pending::mark(tx, connection, &distinct(people), Timestamp::START)?;
        }
    }
    Ok(())
}

/// One by one: a first fill has as many memberships as people.
fn member_rows(members: BTreeMap<GroupId, Packed>, made: &BTreeSet<GroupId>) -> impl Iterator<Item = NewRow> {
    let row = |(group, packed): (GroupId, Packed)| {
        let detail = encode_members(group, &packed.join.to_vec(), &packed.leave.to_vec());
        let reason = if made.contains(&group) { Reason::Subscribed } else { Reason::GroupChanged };
        NewRow {
            kind: OpKind::Members,
            contact: None,
            source: Vec::new(),
            reason: reason.code().into(),
            held: packed.emptied.then_some(HeldBy::GroupEmptied),
            guard: None,
            created: Some(group.get()),
            state: 0,
            detail: detail.bytes,
        }
    };
    members.into_iter().map(row)
}
