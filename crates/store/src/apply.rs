//! Apply: a stored plan's operations, in order, in chunks of one transaction each; every operation checks its `before`
//! and its person's link. A killed apply goes on behind the plan's progress.

mod at_once;
mod ties;

use std::collections::{BTreeMap, BTreeSet};

use model::group::MadeBy;
use model::ids::{ConnectionId, ContactId, CustomerId, GroupId, PlanId, RunId, SourceId};
use model::link::LinkOrigin;
use model::plan::{FieldChange, FromBin, Mark, OpKind, Step};
use model::run::Counts;
use model::source::SourceUser;
use model::{Key, Origin, Timestamp, Values};

use crate::contact::{
    NewContact, agrees, binned, from_bin, get, insert, made_by, memberships_by_hand, to_bin, write_changes,
};
use crate::db::{Bulk, Tx, Type, Verb, params};
use crate::error::{Result, StoreError};
use crate::fault;
use crate::groups;
use crate::history::{By, Event, Pen};
use crate::lease::Lease;
use crate::mirror::{read_user, users};
use crate::pending;
use crate::plan::{PlanRow, What, rows};
use crate::store::Book;
use crate::undo::{self, Tie};

/// Operations per transaction.
const CHUNK: i64 = 5_000;
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

const LINK: Bulk = Bulk {
    table: "link",
    columns: &[
        ("connection", Type::Int),
        ("source", Type::Blob),
        ("contact", Type::Int),
        ("origin", Type::Text),
        ("wrote_key", Type::Text),
    ],
    verb: Verb::Upsert { keys: 2, guard: None },
};
const FRESH_LINK: Bulk = Bulk { verb: Verb::Insert { on_conflict: "" }, ..LINK };
const MEMBER: Bulk = Bulk {
    table: "contact_member",
    columns: &[("contact_group", Type::Int), ("contact", Type::Int), ("made_by", Type::Int)],
    verb: Verb::Insert { on_conflict: "ON CONFLICT DO NOTHING" },
};
const NO_MEMBER: Bulk = Bulk {
    table: "contact_member",
    columns: &[("contact_group", Type::Int), ("contact", Type::Int), ("made_by", Type::Int)],
    verb: Verb::Delete,
};

/// One chunk at work.
struct Work<'a, 't, 'c> {
    tx: &'t mut Tx<'c>,
    connection: ConnectionId,
    run: RunId,
    at: Timestamp,
    pen: Pen,
    project: &'a dyn Fn(&SourceUser) -> Values,
    users: BTreeMap<SourceId, SourceUser>,
    /// A first apply, and nobody has touched the connection's people since they were planned: all are tied as planned.
    as_seen: bool,
    counts: Counts,
    stale: BTreeSet<SourceId>,
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
            let head = head(tx, plan, lease.connection)?;
            let Head { run, all, .. } = head;
            if head.customer != self.customer.id {
                return Err(StoreError::NotFound);
            }
            let usual = if head.first { FIRST } else { CHUNK };
            let end = (head.progress + fault::chunk(usual)).min(all);
            let (mut done, mut counts) = (head.progress, Counts::default());
            while done < end {
                let chunk = rows(tx, plan, done, PIECE.min(end - done))?;
                let users = users_of(tx, lease.connection, &chunk)?;
                let as_seen = head.first && as_seen(tx, lease.connection, head.seq)?;
                let mut work = Work {
                    tx,
                    connection: lease.connection,
                    run,
                    at: now,
                    pen: Pen::new(self.customer.id, By::Run(run), now),
                    project,
                    users,
                    as_seen,
                    counts,
                    stale: BTreeSet::new(),
                };
                work.chunk(&chunk)?;
                let (mut stale, pen) = (work.stale, work.pen);
                counts = work.counts;
                pen.finish(tx)?;
                // A contact that nobody is linked to has nobody to plan again.
                stale.retain(|source| !source.as_bytes().is_empty());
                undo::remember(tx, (lease.connection, run), &chunk, &stale, now)?;
                let stale: Vec<SourceId> = stale.into_iter().collect();
                pending::mark(tx, lease.connection, &stale, Timestamp::START)?;
                done = (done + PIECE).min(end);
            }
            add_counts(tx, run, &counts)?;
            let state_now = if done == all { "applied" } else { "applying" };
            let sql = "UPDATE plan SET progress = $1, state = $2 WHERE id = $3";
            tx.exec(sql, params![done, state_now, plan.0])?;
            if done == all {
                pending::clear(tx, lease.connection, head.as_of, head.seq)?;
                // A plan of a part, which saw no marks, says nothing about the rest, and an empty one nothing at all.
                if head.seq > 0 && all > 0 {
                    let sql = "UPDATE connection SET applied = 1 WHERE id = $1 AND applied = 0";
                    tx.exec(sql, params![lease.connection.get()])?;
                }
            }
            Ok(Progress { done, of: all })
        })
    }
}

/// A plan as its apply finds it.
struct Head {
    customer: CustomerId,
    run: RunId,
    as_of: Timestamp,
    seq: i64,
    all: i64,
    progress: i64,
    /// No plan was ever applied whole.
    first: bool,
}

fn head(tx: &mut Tx<'_>, plan: PlanId, connection: ConnectionId) -> Result<Head> {
    let sql = "SELECT customer, run, as_of, pending_seq, operations, progress, \
               (SELECT applied FROM connection WHERE id = $2) FROM plan WHERE id = $1";
    tx.query_one(sql, params![plan.0, connection.get()], |row| {
        Ok(Head {
            customer: CustomerId(row.int(0)?),
            run: RunId(row.int(1)?),
            as_of: Timestamp(row.int(2)?),
            seq: row.int(3)?,
            all: row.int(4)?,
            progress: row.int(5)?,
            first: row.opt_int(6)? == Some(0),
        })
    })
}

/// Whether nobody has touched a linked contact, or linked or unlinked one, since a plan of everybody who was due: each such
/// change leaves a mark in its own transaction, behind those that the plan saw.
fn as_seen(tx: &mut Tx<'_>, connection: ConnectionId, seq: i64) -> Result<bool> {
    let sql = "SELECT seq FROM pending WHERE connection = $1 AND seq > $2 LIMIT 1";
    let newer = tx.query_opt(sql, params![connection.get(), seq], |row| row.int(0))?;
    Ok(seq > 0 && newer.is_none())
}

fn add_counts(tx: &mut Tx<'_>, run: RunId, counts: &Counts) -> Result<()> {
    let sql = "UPDATE run SET created = created + $1, updated = updated + $2, removed = removed + $3, \
               adopted = adopted + $4, unlinked = unlinked + $5, memberships = memberships + $6, restored = restored + $7 \
               WHERE id = $8";
    let values = params![
        counts.created,
        counts.updated,
        counts.removed,
        counts.adopted,
        counts.unlinked,
        counts.memberships,
        counts.restored,
        run.0
    ];
    tx.exec(sql, values).map(drop)
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
        let live: Vec<&PlanRow> = chunk.iter().filter(|r| r.held.is_none()).collect();
        let done = self.at_once(&live)?;
        let live = || live.iter().copied().filter(|r| !done.contains(&r.n));
        // Whose link is cut first gets a new contact behind that.
        let cut = |r: &&PlanRow| matches!(r.what, What::Person { step: Step::Unlink { .. }, .. });
        let cut: BTreeSet<&SourceId> = live().filter(cut).map(|r| &r.source).collect();
        let create = |r: &&PlanRow| matches!(r.what, What::Person { step: Step::Create { .. }, .. });
        let at_once = |r: &&PlanRow| create(r) && !cut.contains(&r.source);
        self.creates(&live().filter(at_once).collect::<Vec<_>>())?;
        let mut there = groups::there(self.tx, chunk)?;
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
                What::Group { group, name } => {
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
                    moves.join.extend(join.iter().map(|contact| (*group, *contact)));
                    moves.leave.extend(leave.iter().map(|contact| (*group, *contact)));
                }
                What::Members { .. } => {}
            }
        }
        self.make(moves)
    }

    fn creates(&mut self, planned: &[&PlanRow]) -> Result<()> {
        if planned.is_empty() {
            return Ok(());
        }
        let taken =
            if self.as_seen { BTreeSet::new() } else { ties::taken(self.tx, self.connection, planned)? };
        let project = self.project;
        let mut new = Vec::new();
        for row in planned {
            let What::Person { created: Some(id), .. } = &row.what else { continue };
            match self.users.get(&row.source) {
                Some(user) if !taken.contains(&row.source) && !self.stale.contains(&row.source) => {
                    new.push((*id, &row.source, project(user)));
                }
                Some(_) | None => drop(self.stale.insert(row.source.clone())),
            }
        }
        if new.is_empty() {
            return Ok(());
        }
        let (at, run) = (self.at, Some(self.run));
        let contacts = new.iter().map(|(id, _, values)| NewContact {
            id: *id,
            origin: Origin::Microsoft365,
            values,
            at,
            run,
        });
        insert(self.tx, self.connection.customer(), contacts)?;
        self.counts.created += new.len() as i64;
        let free = self.links_are_free(new.iter().map(|(_, source, _)| *source))?;
        let mut bulk = self.tx.bulk(if free { &FRESH_LINK } else { &LINK })?;
        for (id, source, values) in &new {
            let key = values.key();
            bulk.row(|v| {
                v.int(self.connection.get());
                v.blob(source.as_bytes());
                v.int(id.get());
                v.text(LinkOrigin::Creation.name());
                v.opt_text(key.as_ref().map(Key::as_str));
            })?;
        }
        bulk.finish().map(drop)
    }

    /// Whether nobody is linked from the first to the last of these people, as in a first fill: then no link can clash.
    fn links_are_free<'s>(&mut self, people: impl Iterator<Item = &'s SourceId> + Clone) -> Result<bool> {
        let ids = people.map(SourceId::as_bytes);
        let (Some(low), Some(high)) = (ids.clone().min(), ids.max()) else { return Ok(true) };
        let sql = "SELECT contact FROM link WHERE connection = $1 AND source BETWEEN $2 AND $3 LIMIT 1";
        let key = params![self.connection.get(), low, high];
        Ok(self.tx.query_opt(sql, key, |row| row.int(0))?.is_none())
    }

    fn person(&mut self, row: &PlanRow, step: &Step, created: Option<ContactId>) -> Result<()> {
        if row.undo.is_none()
            && (self.stale.contains(&row.source) || !ties::as_planned(self.tx, self.connection, row, step)?)
        {
            return self.stale(row);
        }
        match step {
            Step::Create { .. } => Ok(()),
            Step::Adopt { contact, changes } => self.adopt(row, *contact, changes),
            Step::Update { contact, changes, .. } => self.update(row, *contact, changes),
            Step::TakeOver { from } => self.take_over(row, *from, created),
            Step::Relink { contact: _, from, changes, from_bin: bin } => {
                self.relink(row, from, changes, *bin)
            }
            Step::Restore { contact, changes } => self.restore(row, *contact, changes),
            Step::Return { contact, changes } => self.come_back(row, *contact, changes),
            Step::MarkLeft { contact } => self.mark_left(row, *contact),
            Step::Unlink { contact, mark, .. } => self.unlink(row, *contact, *mark),
            Step::Remove { contact } => self.remove(row, *contact),
            Step::Wait { out, due, .. } => self.wait(row, out.map(|(r, t)| (r.name(), t)), *due),
        }
    }

    /// The state moved under the plan: nothing is written, the person is planned again.
    #[expect(clippy::unnecessary_wraps, reason = "the last word of functions that answer so")]
    fn stale(&mut self, row: &PlanRow) -> Result<()> {
        self.stale.insert(row.source.clone());
        Ok(())
    }

    /// Writes changes if the contact is still what the plan saw.
    fn changed(&mut self, row: &PlanRow, id: ContactId, changes: &[FieldChange]) -> Result<bool> {
        match get(self.tx, id)? {
            Some(mut contact) if agrees(&contact, changes) => {
                write_changes(self.tx, &mut self.pen, &mut contact, changes)?;
                Ok(true)
            }
            Some(_) | None => {
                self.stale(row)?;
                Ok(false)
            }
        }
    }

    /// Notes the key that the contact has now as the one that a run wrote.
    fn note_key(&mut self, row: &PlanRow, id: ContactId) -> Result<()> {
        let key = get(self.tx, id)?.and_then(|c| c.values.key());
        let sql = "UPDATE link SET wrote_key = $1 WHERE connection = $2 AND source = $3";
        let key = key.as_ref().map(Key::as_str);
        self.tx.exec(sql, params![key, self.connection.get(), row.source.as_bytes()]).map(drop)
    }

    fn tie(&mut self, row: &PlanRow, id: ContactId, origin: LinkOrigin) -> Result<()> {
        let sql = "INSERT INTO link (connection, source, contact, origin) VALUES ($1, $2, $3, $4) \
                   ON CONFLICT (connection, source) DO UPDATE SET contact = excluded.contact, origin = excluded.origin, \
                   out_reason = NULL, out_since = NULL";
        let values = params![self.connection.get(), row.source.as_bytes(), id.get(), origin.name()];
        self.tx.exec(sql, values)?;
        if origin != LinkOrigin::Creation {
            self.pen.note(id, Event::Linked);
        }
        self.note_key(row, id)
    }

    fn adopt(&mut self, row: &PlanRow, id: ContactId, changes: &[FieldChange]) -> Result<()> {
        if let Some(tie) = row.undo.as_ref().and_then(|u| u.tie) {
            return self.tie_back(row, id, tie);
        }
        if self.changed(row, id, changes)? {
            self.tie(row, id, LinkOrigin::Automatic)?;
            self.counts.adopted += 1;
        }
        Ok(())
    }

    /// A link comes back with its old origin. One that moves keeps the key that a run wrote: a person's edit stays one.
    fn tie_back(&mut self, row: &PlanRow, id: ContactId, tie: Tie) -> Result<()> {
        if get(self.tx, id)?.is_none() {
            return self.stale(row);
        }
        match tie.moved {
            None => self.tie(row, id, tie.origin)?,
            Some(moved) => {
                let sql = "UPDATE link SET contact = $1, origin = $2 WHERE connection = $3 AND source = $4 AND contact = $5";
                let (connection, source) = (self.connection.get(), row.source.as_bytes());
                let values = params![id.get(), tie.origin.name(), connection, source, moved.from.get()];
                if self.tx.exec(sql, values)? == 0 {
                    return self.stale(row);
                }
                self.pen.note(moved.from, Event::Unlinked);
                self.pen.note(id, Event::Linked);
                let sql = "UPDATE contact SET origin = $2 WHERE id = $1";
                self.tx.exec(sql, params![moved.from.get(), Origin::Manual.name()])?;
                if tie.origin == LinkOrigin::Creation {
                    self.tx.exec(sql, params![id.get(), Origin::Microsoft365.name()])?;
                }
            }
        }
        self.counts.adopted += 1;
        Ok(())
    }

    fn update(&mut self, row: &PlanRow, id: ContactId, changes: &[FieldChange]) -> Result<()> {
        if self.changed(row, id, changes)? {
            let writes_email = changes.iter().any(|c| c.field == model::Field::Email);
            if writes_email {
                self.note_key(row, id)?;
            }
            self.counts.updated += 1;
        }
        Ok(())
    }

    fn take_over(&mut self, row: &PlanRow, from: ContactId, created: Option<ContactId>) -> Result<()> {
        let (Some(id), Some(user)) = (created, self.users.get(&row.source)) else {
            return self.stale(row);
        };
        let values = (self.project)(user);
        let (at, run) = (self.at, Some(self.run));
        let new = NewContact { id, origin: Origin::Microsoft365, values: &values, at, run };
        insert(self.tx, self.connection.customer(), std::iter::once(new))?;
        self.tie(row, id, LinkOrigin::Creation)?;
        self.pen.note(from, Event::Unlinked);
        let sql = "UPDATE contact SET origin = 'manual' WHERE id = $1";
        self.tx.exec(sql, params![from.get()])?;
        memberships_by_hand(self.tx, from)?;
        self.counts.created += 1;
        Ok(())
    }

    fn relink(&mut self, row: &PlanRow, old: &SourceId, changes: &[FieldChange], bin: FromBin) -> Result<()> {
        let Some(id) = row.contact else { return self.stale(row) };
        let sql = "SELECT origin FROM link WHERE connection = $1 AND source = $2 AND contact = $3";
        let key = params![self.connection.get(), old.as_bytes(), id.get()];
        let origin = self.tx.query_opt(sql, key, |r| crate::people::link_origin(r.text(0)?))?;
        let Some(origin) = origin else { return self.stale(row) };
        if bin == FromBin::Yes && !self.out_of_bin(id, changes)? {
            return self.stale(row);
        }
        if self.changed(row, id, changes)? {
            let sql = "DELETE FROM link WHERE connection = $1 AND source = $2";
            self.tx.exec(sql, params![self.connection.get(), old.as_bytes()])?;
            let sql = "UPDATE contact SET left_at = NULL WHERE id = $1 AND left_at IS NOT NULL";
            if self.tx.exec(sql, params![id.get()])? == 1 {
                self.pen.note(id, Event::Returned);
            }
            self.tie(row, id, origin)?;
            self.counts.updated += 1;
            self.counts.restored += i64::from(bin == FromBin::Yes);
        }
        Ok(())
    }

    /// A contact leaves the bin only as what the plan saw: a step that turns out stale leaves nothing behind.
    fn out_of_bin(&mut self, id: ContactId, changes: &[FieldChange]) -> Result<bool> {
        let as_seen = binned(self.tx, id)?.is_some_and(|contact| agrees(&contact, changes));
        Ok(as_seen && from_bin(self.tx, &mut self.pen, id)?.is_some())
    }

    fn restore(&mut self, row: &PlanRow, id: ContactId, changes: &[FieldChange]) -> Result<()> {
        if !self.out_of_bin(id, changes)? {
            return self.stale(row);
        }
        if self.changed(row, id, changes)? {
            self.tx.exec("UPDATE link SET out_reason = NULL, out_since = NULL WHERE connection = $1 AND source = $2 AND out_reason IS NOT NULL",
                params![self.connection.get(), row.source.as_bytes()])?;
            self.note_key(row, id)?;
            self.counts.updated += 1;
            self.counts.restored += 1;
        }
        Ok(())
    }

    fn come_back(&mut self, row: &PlanRow, id: ContactId, changes: &[FieldChange]) -> Result<()> {
        if self.changed(row, id, changes)? {
            let sql = "UPDATE contact SET left_at = NULL, updated_at = $2 WHERE id = $1";
            self.tx.exec(sql, params![id.get(), self.at.0])?;
            self.pen.note(id, Event::Returned);
            self.note_key(row, id)?;
            self.counts.updated += 1;
        }
        Ok(())
    }

    fn mark_left(&mut self, row: &PlanRow, id: ContactId) -> Result<()> {
        let sql = "UPDATE contact SET left_at = $2, updated_at = $2 WHERE id = $1 AND left_at IS NULL";
        if self.tx.exec(sql, params![id.get(), self.at.0])? == 1 {
            self.pen.note(id, Event::Left);
            self.counts.updated += 1;
            self.let_go(row)
        } else {
            self.stale(row)
        }
    }

    fn unlink(&mut self, row: &PlanRow, id: ContactId, mark: Mark) -> Result<()> {
        let sql = "DELETE FROM link WHERE connection = $1 AND source = $2 AND contact = $3";
        let key = params![self.connection.get(), row.source.as_bytes(), id.get()];
        if self.tx.exec(sql, key)? == 0 {
            return self.stale(row);
        }
        memberships_by_hand(self.tx, id)?;
        if mark == Mark::Left {
            let sql = "UPDATE contact SET left_at = $2, updated_at = $2 WHERE id = $1 AND left_at IS NULL";
            if self.tx.exec(sql, params![id.get(), self.at.0])? == 1 {
                self.pen.note(id, Event::Left);
            }
        }
        self.pen.note(id, Event::Unlinked);
        self.counts.unlinked += 1;
        self.let_go(row)
    }

    fn remove(&mut self, row: &PlanRow, id: ContactId) -> Result<()> {
        if get(self.tx, id)?.is_none() {
            return self.stale(row);
        }
        to_bin(self.tx, &mut self.pen, id, Some(self.run))?;
        // The link stays, with the reason: who is restored at the source comes back, and is told apart from who was
        // removed here.
        let sql = "UPDATE link SET out_reason = $1, out_since = $2 WHERE connection = $3 AND source = $4";
        self.tx
            .exec(sql, params![row.reason.code(), self.at.0, self.connection.get(), row.source.as_bytes()])?;
        self.counts.removed += 1;
        self.let_go(row)
    }

    /// A hold ends when its operation was applied.
    fn let_go(&mut self, row: &PlanRow) -> Result<()> {
        let sql = "DELETE FROM hold WHERE connection = $1 AND source = $2 AND kind = $3";
        let key = params![self.connection.get(), row.source.as_bytes(), row.kind.name()];
        self.tx.exec(sql, key).map(drop)
    }

    fn wait(&mut self, row: &PlanRow, out: Option<(&str, Timestamp)>, due: Option<Timestamp>) -> Result<()> {
        let sql = "UPDATE link SET out_reason = $1, out_since = $2 WHERE connection = $3 AND source = $4";
        let (reason, since) = (out.map(|o| o.0), out.map(|o| o.1.0));
        self.tx.exec(sql, params![reason, since, self.connection.get(), row.source.as_bytes()])?;
        match due {
            Some(due) => pending::mark(self.tx, self.connection, std::slice::from_ref(&row.source), due),
            None => Ok(()),
        }
    }

    fn make(&mut self, moves: Moves) -> Result<()> {
        let mut join = moves.join;
        if moves.undone || !self.as_seen || !self.stale.is_empty() {
            // What a run follows is linked; an undo may put back somebody who is not.
            let followed = (!moves.undone).then_some(self.connection);
            let joining: BTreeSet<ContactId> = join.iter().map(|(_, contact)| *contact).collect();
            let there = ties::still_there(self.tx, followed, &joining.into_iter().collect::<Vec<_>>())?;
            join.retain(|(_, contact)| there.contains(contact));
        }
        // By contact: the index of a contact's groups is large and is gone through once, the groups themselves lie close
        // together.
        join.sort_unstable_by_key(|(group, contact)| (*contact, *group));
        for (spec, list) in [(&MEMBER, join), (&NO_MEMBER, moves.leave)] {
            if list.is_empty() {
                continue;
            }
            let mut bulk = self.tx.bulk(spec)?;
            for (group, contact) in list {
                bulk.row(|v| {
                    v.int(group.get());
                    v.int(contact.get());
                    v.int(made_by(MadeBy::Run));
                })?;
            }
            self.counts.memberships += bulk.finish()? as i64;
        }
        Ok(())
    }
}

/// Memberships of several groups that come and go.
#[derive(Default)]
struct Moves {
    join: Vec<(GroupId, ContactId)>,
    leave: Vec<(GroupId, ContactId)>,
    /// Whether an undo moves them.
    undone: bool,
}

#[cfg(test)]
mod tests;
