//! Closing a draft: the guard weighs it whole, what it holds is marked, and the plan is ready to be applied.

use std::collections::{BTreeMap, BTreeSet};

use model::ids::GroupId;
use model::plan::GuardKind;

use super::Draft;
use super::counts;
use super::draft::write_people;
use super::holds::keep_holds;
use super::members::{self, Scales};
use super::write::write_rows;
use crate::db::params;
use crate::error::Result;
use crate::hold::Elsewhere;
use crate::lease::Lease;
use crate::outbox::{Mail, post};
use crate::pending::Due;
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
    /// one person alone would let all go one by one. With the contact groups that would lose everybody if all were planned.
    pub some_only: Option<&'a BTreeSet<GroupId>>,
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
            for kind in &guard.kinds {
                // What a person released still weighs, so that the rest does not slip through below the limit.
                let sql = "UPDATE plan_op SET held = 'guard' WHERE plan = $1 AND guard = $2 AND held IS NULL \
                           AND NOT EXISTS (SELECT 1 FROM hold h WHERE h.connection = $3 AND h.source = plan_op.source \
                           AND h.kind = plan_op.kind AND h.seen = plan_op.seen AND h.released_at <= $4)";
                let key = params![draft.id.0, kind.name(), lease.connection.get(), draft.as_of.0];
                tx.exec(sql, key)?;
            }
            if some_only.is_some() {
                let sql = "UPDATE plan_op SET held = 'guard' WHERE plan = $1 AND held IS NULL AND EXISTS \
                           (SELECT 1 FROM hold h WHERE h.connection = $2 AND h.source = plan_op.source \
                           AND h.kind = plan_op.kind AND h.held_by = 'guard' AND h.released_at IS NULL)";
                tx.exec(sql, params![draft.id.0, lease.connection.get()])?;
            }
            let (connection, group_emptied) = (lease.connection, guard.group_emptied);
            members::weigh(tx, &Scales { connection, group_emptied, some_only: *some_only }, draft)?;
            let members = std::mem::take(&mut draft.members);
            let made = std::mem::take(&mut draft.made);
            write_rows(tx, draft.id, &mut draft.operations, members::rows(&members, &made))?;
            let counts = counts::keep(tx, draft.id)?;
            let mut held = counts.iter().filter(|count| count.held).map(|count| count.n).sum();
            if some_only.is_none() {
                held += elsewhere.all;
            }
            let sql = "UPDATE run SET held = $1, unchanged = $2 WHERE id = $3";
            tx.exec(sql, params![held, *unchanged, draft.run.0])?;
            let grew = keep_holds(tx, lease.connection, draft, due)?;
            members::keep(tx, lease.connection, &members)?;
            if grew > 0 {
                post(tx, self, &tell(grew), draft.as_of)?;
            }
            let sql = "UPDATE plan SET state = 'ready', operations = $1 WHERE id = $2";
            tx.exec(sql, params![draft.operations, draft.id.0])?;
            Ok(Closed { operations: draft.operations, held, holds_grew: grew })
        })
    }
}
