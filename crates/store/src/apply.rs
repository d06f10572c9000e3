//! Apply: a stored plan's operations, in order, in chunks of one transaction each; every operation checks its `before`
//! and its person's link, and that nobody was marked since it was planned ([`news`]). What is not as it was planned leaves
//! the plan, which thus says what was done, and is planned again. A killed apply goes on behind the plan's progress.
//!
//! What a chunk has much of is written at once ([`at_once`], [`create`], [`members`]), the rest person by person
//! ([`person`], [`link`], [`out`]).

mod at_once;
mod create;
mod head;
mod link;
mod members;
mod news;
mod out;
mod person;
mod ties;

use std::collections::{BTreeMap, BTreeSet};

use model::ids::{ConnectionId, ContactId, PlanId, RunId, SourceId};
use model::plan::{OpKind, Step};
use model::run::Counts;
use model::source::SourceUser;
use model::{Timestamp, Values};

use crate::db::{List, Tx, params};
use crate::error::{Result, StoreError};
use crate::fault;
use crate::groups;
use crate::history::{By, Pen};
use crate::lease::Lease;
use crate::mirror::{read_user, users};
use crate::pending;
use crate::plan::{PlanRow, What, counts, end_outlived, rows};
use crate::store::Book;
use crate::undo;

use head::{Head, add_counts, head};
use members::Moves;
use news::News;

/// Operations per transaction, so few that others who write wait for none of them long (docs/performance.md).
const CHUNK: i64 = 2_000;

/// Operations per transaction of a first apply, where nobody waits for the customer's book: the keys of the book's indexes
/// come in no order, and each transaction writes the pages that it touched.
const FIRST: i64 = 50_000;

/// Operations in memory at a time.
const PIECE: i64 = 1_000;

/// How far a plan is applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Operations done.
    pub done: i64,
    /// Operations in all.
    pub of: i64,
}

/// What a piece of a plan is applied with.
#[derive(Clone, Copy)]
struct Piece<'a> {
    lease: &'a Lease,
    plan: PlanId,
    head: &'a Head,
    news: &'a News,
    now: Timestamp,
    project: &'a dyn Fn(&SourceUser) -> Values,
}

/// One chunk at work.
struct Work<'a, 't, 'c> {
    tx: &'t mut Tx<'c>,
    connection: ConnectionId,
    run: RunId,
    at: Timestamp,
    pen: Pen,
    project: &'a dyn Fn(&SourceUser) -> Values,
    users: BTreeMap<SourceId, SourceUser>,
    news: &'a News,
    /// A first apply, and nobody has touched the connection's people since they were planned: all are tied as planned.
    as_seen: bool,
    counts: Counts,
    /// People about whom something was not as planned, and the places of these rows.
    stale: BTreeSet<SourceId>,
    not_done: Vec<i64>,
}

impl Book {
    /// Applies the next chunk of a plan; `project` renders a source user as a new contact's values.
    pub fn apply_chunk(
        &self,
        lease: &Lease,
        plan: PlanId,
        now: Timestamp,
        project: &dyn Fn(&SourceUser) -> Values,
    ) -> Result<Progress> {
        self.fenced(lease, |tx| {
            let head = head(tx, plan, lease)?;
            if head.customer != self.customer.id {
                return Err(StoreError::NotFound);
            }
            let mut all = head.all;
            let usual = if head.first { FIRST } else { CHUNK };
            let end = (head.progress + fault::chunk(usual)).min(all);
            let (mut done, mut counts) = (head.progress, Counts::default());
            let mut news = News::of(tx, lease.connection, &head)?;
            while done < end {
                news.look(tx)?;
                if news.is_about_everybody() && !head.undo {
                    // All that is left is planned again.
                    tx.exec("DELETE FROM plan_op WHERE plan = $1 AND n > $2", params![plan.0, done])?;
                    counts::forget(tx, plan)?;
                    all = done;
                    break;
                }
                let piece = (done, PIECE.min(end - done));
                self.apply_piece(
                    tx,
                    &Piece { lease, plan, head: &head, news: &news, now, project },
                    piece,
                    &mut counts,
                )?;
                done = (done + PIECE).min(end);
            }
            add_counts(tx, head.run, &counts)?;
            let state_now = if done == all { "applied" } else { "applying" };
            let sql = "UPDATE plan SET progress = $1, state = $2, operations = $3 WHERE id = $4";
            tx.exec(sql, params![done, state_now, all, plan.0])?;
            if done == all {
                counts::keep(tx, plan)?;
                pending::clear(tx, lease.connection, head.as_of, head.seq)?;
                end_outlived(tx, lease.connection, plan)?;
                // A plan of a part, which saw no marks, says nothing about the rest, and an empty one nothing at all.
                if head.seq > 0 && all > 0 {
                    let sql = "UPDATE connection SET applied = 1 WHERE id = $1 AND applied = 0";
                    tx.exec(sql, params![lease.connection.get()])?;
                }
            }
            Ok(Progress { done, of: all })
        })
    }

    /// Applies at most so many operations behind a place.
    fn apply_piece(
        &self,
        tx: &mut Tx<'_>,
        of: &Piece<'_>,
        (after, most): (i64, i64),
        counts: &mut Counts,
    ) -> Result<()> {
        let Piece { lease, plan, head, news, now, project } = *of;
        let (connection, run) = (lease.connection, head.run);
        let chunk = rows(tx, plan, after, most)?;
        let users = users_of(tx, connection, &chunk)?;
        let pen = Pen::new(self.customer.id, By::Run(run), now);
        let as_seen = head.first && head.seq > 0 && news.is_about_nobody();
        let (stale, not_done) = (BTreeSet::new(), Vec::new());
        let counted = std::mem::take(counts);
        let mut work = Work {
            tx,
            connection,
            run,
            at: now,
            pen,
            project,
            users,
            news,
            as_seen,
            counts: counted,
            stale,
            not_done,
        };
        work.chunk(&chunk)?;
        let (mut stale, not_done, pen) = (work.stale, work.not_done, work.pen);
        *counts = work.counts;
        pen.finish(tx)?;
        // A contact that nobody is linked to has nobody to plan again.
        stale.retain(|source| !source.as_bytes().is_empty());
        undo::remember(tx, (connection, run), &chunk, &stale, now)?;
        let stale: Vec<SourceId> = stale.into_iter().filter(|source| !news.marks(source)).collect();
        pending::mark(tx, connection, &stale, Timestamp::START)?;
        if not_done.is_empty() {
            return Ok(());
        }
        let sql = format!("DELETE FROM plan_op WHERE plan = $1 AND n {}", List::Ints.holds(tx.engine(), 2));
        tx.exec(&sql, params![plan.0, &not_done[..]])?;
        counts::forget(tx, plan)
    }
}

/// Source users whose projection the chunk needs.
fn users_of(
    tx: &mut Tx<'_>,
    connection: ConnectionId,
    chunk: &[PlanRow],
) -> Result<BTreeMap<SourceId, SourceUser>> {
    let needs = |row: &&PlanRow| {
        matches!(&row.what, What::Person { step: Step::Create { .. } | Step::TakeOver { .. }, .. })
            && row.held.is_none()
    };
    let wanted: BTreeSet<&[u8]> = chunk.iter().filter(needs).map(|r| r.source.as_bytes()).collect();
    // A first fill creates one after the other: they lie side by side.
    if let (Some(low), Some(high), true) = (wanted.first(), wanted.last(), wanted.len() > 50) {
        let sql = "SELECT source, presence, since, body FROM source_user WHERE connection = $1 \
                   AND source BETWEEN $2 AND $3 ORDER BY source LIMIT $4";
        let most = 2 * wanted.len() as i64;
        let between = tx.query(sql, params![connection.get(), *low, *high, most], read_user)?;
        let beside = between.into_iter().filter(|m| wanted.contains(m.user.id.as_bytes()));
        let found: BTreeMap<SourceId, SourceUser> = beside.map(|m| (m.user.id.clone(), m.user)).collect();
        if found.len() == wanted.len() {
            return Ok(found);
        }
    }
    let found = users(tx, connection, &wanted.into_iter().collect::<Vec<_>>())?;
    Ok(found.into_iter().map(|(id, mirror)| (id, mirror.user)).collect())
}

impl Work<'_, '_, '_> {
    fn chunk(&mut self, chunk: &[PlanRow]) -> Result<()> {
        let mut live: Vec<&PlanRow> = chunk.iter().filter(|r| r.held.is_none()).collect();
        live.retain(|row| {
            let new = self.news.is_about(row);
            if new {
                self.not_now(row);
            }
            !new
        });
        self.people_wait(chunk)?;
        let done = self.at_once(&live)?;
        let live = || live.iter().copied().filter(|r| !done.contains(&r.n));
        // Whose link is cut first gets a new contact behind that.
        let cut = |r: &&PlanRow| matches!(r.what, What::Person { step: Step::Unlink { .. }, .. });
        let cut: BTreeSet<&SourceId> = live().filter(cut).map(|r| &r.source).collect();
        let create = |r: &&PlanRow| matches!(r.what, What::Person { step: Step::Create { .. }, .. });
        let at_once = |r: &&PlanRow| create(r) && !cut.contains(&r.source);
        self.creates(&live().filter(at_once).collect::<Vec<_>>())?;
        let mut there = groups::there(self.tx, chunk)?;
        let marked = self.marked_members(&live().collect::<Vec<_>>())?;
        let mut moves = Moves::default();
        for row in live() {
            if row.undo.is_some() || !matches!(row.what, What::Members { .. }) {
                self.make(std::mem::take(&mut moves))?;
            }
            match &row.what {
                // In the plan's order: one that goes back over several runs may untie a group and create it again.
                What::Group { group, .. } if row.kind == OpKind::GroupUntie => {
                    groups::untie(self.tx, self.connection, row, *group)?;
                }
                What::Group { group, name, former: _ } => {
                    groups::write(self.tx, self.connection, row, *group, name)?;
                    if row.kind == OpKind::GroupCreate {
                        there.insert(*group);
                    }
                }
                What::Person { step: Step::Create { .. }, .. } if cut.contains(&row.source) => {
                    self.creates(&[row])?;
                }
                What::Person { step: Step::Create { .. }, .. } => {}
                What::Person { step, created } => self.person(row, step, *created)?,
                // A person may have deleted the group since it was planned.
                What::Members { group, join, leave } if there.contains(group) => {
                    moves.undone |= row.undo.is_some();
                    let waits = |contact: &ContactId| marked.get(contact).filter(|_| row.undo.is_none());
                    let follows = |contact: &&ContactId| waits(contact).is_none();
                    moves.join.extend(join.iter().filter(follows).map(|contact| (*group, *contact)));
                    moves.leave.extend(leave.iter().filter(follows).map(|contact| (*group, *contact)));
                    self.stale.extend(join.iter().chain(leave).filter_map(waits).cloned());
                }
                What::Members { .. } => {}
            }
        }
        self.make(moves)?;
        self.let_groups_go(&live().collect::<Vec<_>>())
    }

    /// Contacts whose memberships are planned again, with their people, where there are any in these rows.
    fn marked_members(&mut self, live: &[&PlanRow]) -> Result<BTreeMap<ContactId, SourceId>> {
        let members = |row: &&PlanRow| row.undo.is_none() && matches!(row.what, What::Members { .. });
        if live.iter().any(members) { self.news.contacts(self.tx) } else { Ok(BTreeMap::new()) }
    }

    /// Of a group that a person holds since the plan was made all joiners and leavers are planned again.
    fn people_wait(&mut self, chunk: &[PlanRow]) -> Result<()> {
        let held = chunk.iter().filter(|row| row.held.is_none() && self.news.is_about(row));
        let mut contacts = Vec::new();
        for row in held {
            if let What::Members { join, leave, .. } = &row.what {
                contacts.extend(join.iter().chain(leave).copied());
            }
        }
        if !contacts.is_empty() {
            self.stale.extend(ties::people(self.tx, self.connection, &contacts)?);
        }
        Ok(())
    }

    /// The state moved under the plan: nothing is written, the person is planned again.
    fn not_now(&mut self, row: &PlanRow) {
        self.stale.insert(row.source.clone());
        self.not_done.push(row.n);
    }

    /// The same as the last word of functions that answer so.
    #[expect(clippy::unnecessary_wraps, reason = "the last word of functions that answer so")]
    fn stale(&mut self, row: &PlanRow) -> Result<()> {
        self.not_now(row);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
