//! Stored plans: rows in, rows out. A plan is drafted under a lease, weighed by the guard, then applied in order.

mod packed;
pub(crate) mod rows;

use std::collections::{BTreeMap, BTreeSet};

use model::Timestamp;
use model::ids::{ConnectionId, ContactId, GroupId, PlanId, RunId, SourceId};
use model::plan::{
    Direction, Finding, FindingKind, GroupPlan, GroupStep, GuardKind, HeldBy, HeldMembers, MembershipChange,
    OpKind, Operation, PersonPlan, Step,
};
use model::reason::Reason;

use crate::codec::Encoder;
use crate::contact::reserve;
use crate::db::{Bulk, List, Row, Tx, Type, Verb, params};
use crate::error::{Result, StoreError};
use crate::hold::Elsewhere;
use crate::lease::Lease;
use crate::pending::{self, Due};
use crate::runs::{GuardWindow, Mail, guard_window, post};
use crate::store::{Book, next};
use crate::undo::{self, Memory, Undoing};

use packed::Ids;
pub(crate) use rows::renamed_from;
pub(crate) use rows::rows;
use rows::{encode_group, encode_members, encode_rename, encode_step, reason_text};

/// People whom one statement names.
pub(crate) const PIECE: usize = 10_000;

/// From so many people on, what is planned for them is written before the next are planned.
const MUCH: usize = 1_000;

/// A plan being drafted.
#[derive(Debug)]
pub struct Draft {
    /// Its number.
    pub id: PlanId,
    /// The run that it belongs to.
    pub run: RunId,
    /// Its time.
    pub as_of: Timestamp,
    seq: i64,
    operations: i64,
    findings: i64,
    members: BTreeMap<GroupId, Packed>,
    made: BTreeSet<GroupId>,
    waiting: Vec<PersonPlan>,
    /// Planned removals, marks and emptying updates.
    guarded: BTreeMap<GuardKind, i64>,
}

#[derive(Debug, Default)]
struct Packed {
    join: Ids,
    leave: Ids,
    emptied: bool,
}

/// A stored operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanRow {
    /// Its place.
    pub n: i64,
    /// Kind.
    pub kind: OpKind,
    /// The contact that exists or will exist, or for groups none.
    pub contact: Option<ContactId>,
    /// The source object.
    pub source: SourceId,
    /// Why.
    pub reason: Reason,
    /// Held by.
    pub held: Option<HeldBy>,
    /// Digest of the source state.
    pub state: i64,
    /// What it does.
    pub what: What,
    /// What it takes back, in the plan of an undo.
    pub undo: Option<Undoing>,
}

/// What a stored operation does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// Something about a person.
    Person {
        /// The step.
        step: Step,
        /// Id of the contact that it creates.
        created: Option<ContactId>,
    },
    /// A contact group is created, renamed or untied.
    Group {
        /// The group.
        group: GroupId,
        /// Its name then.
        name: String,
    },
    /// Memberships.
    Members {
        /// The group.
        group: GroupId,
        /// Who joins.
        join: Vec<ContactId>,
        /// Who leaves.
        leave: Vec<ContactId>,
    },
}

const ROW: Bulk = Bulk {
    table: "plan_op",
    columns: &[
        ("plan", Type::Int),
        ("n", Type::Int),
        ("kind", Type::Text),
        ("contact", Type::Int),
        ("source", Type::Blob),
        ("reason", Type::Text),
        ("held", Type::Text),
        ("guard", Type::Text),
        ("created", Type::Int),
        ("state", Type::Int),
        ("detail", Type::Blob),
    ],
    verb: Verb::Insert { on_conflict: "" },
};
const FINDING: Bulk = Bulk {
    table: "finding",
    columns: &[
        ("run", Type::Int),
        ("n", Type::Int),
        ("kind", Type::Text),
        ("source", Type::Blob),
        ("contact", Type::Int),
        ("others", Type::Blob),
    ],
    verb: Verb::Insert { on_conflict: "" },
};

struct NewRow {
    kind: OpKind,
    contact: Option<i64>,
    source: Vec<u8>,
    reason: String,
    held: Option<HeldBy>,
    guard: Option<GuardKind>,
    created: Option<i64>,
    state: i64,
    detail: Vec<u8>,
}

/// A row of an undo's plan.
pub(crate) enum Reversed {
    /// About a person.
    Person { source: SourceId, step: Step, guard: Option<GuardKind>, undoing: Undoing },
    /// About a contact group.
    Group {
        kind: OpKind,
        source: SourceId,
        group: GroupId,
        name: String,
        /// The name that a rename takes away.
        before: Option<String>,
        undoing: Undoing,
    },
    /// Memberships.
    Members { group: GroupId, join: Vec<ContactId>, leave: Vec<ContactId>, undoing: Undoing },
}

impl Reversed {
    /// What it takes back.
    pub(crate) fn undoing(&self) -> &Undoing {
        match self {
            Self::Person { undoing, .. } | Self::Group { undoing, .. } | Self::Members { undoing, .. } => {
                undoing
            }
        }
    }

    /// The same, to be changed.
    pub(crate) fn undoing_mut(&mut self) -> &mut Undoing {
        match self {
            Self::Person { undoing, .. } | Self::Group { undoing, .. } | Self::Members { undoing, .. } => {
                undoing
            }
        }
    }
}

/// Writes the rows of an undo's plan. No guard holds what a person undoes: the kind is noted for the 24 hours' count only.
pub(crate) fn write_reversed(tx: &mut Tx<'_>, plan: PlanId, reversed: Vec<Reversed>) -> Result<()> {
    let (members, guarded) = (BTreeMap::new(), BTreeMap::new());
    let (run, as_of, made, waiting) = (RunId(0), Timestamp::START, BTreeSet::new(), Vec::new());
    let mut draft =
        Draft { id: plan, run, as_of, seq: 0, operations: 0, findings: 0, members, made, waiting, guarded };
    write_rows(tx, &mut draft, reversed.into_iter().map(reversed_row))
}

fn reversed_row(row: Reversed) -> NewRow {
    let (kind, contact, source, created, guard, mut to, undoing) = match row {
        Reversed::Person { source, step, guard, undoing } => {
            let contact = step.contact().map(ContactId::get);
            let to = Encoder { bytes: encode_step(&step) };
            (step.kind(), contact, source.as_bytes().to_vec(), None, guard, to, undoing)
        }
        Reversed::Group { kind, source, group, name, before, undoing } => {
            let to = if kind == OpKind::GroupRename {
                encode_rename(group, &name, before.as_deref())
            } else {
                encode_group(group, &name)
            };
            (kind, None, source.as_bytes().to_vec(), Some(group.get()), None, to, undoing)
        }
        Reversed::Members { group, join, leave, undoing } => {
            let ids = |list: &[ContactId]| list.iter().map(|c| c.get()).collect::<Vec<_>>();
            let to = encode_members(group, &ids(&join), &ids(&leave));
            (OpKind::Members, None, Vec::new(), Some(group.get()), None, to, undoing)
        }
    };
    undo::encode(&mut to, &undoing);
    let reason = match undoing.memory {
        Memory::Leave => Reason::Undo.code().to_owned(),
        Memory::Forget(_) => format!("{} again", Reason::Undo.code()),
    };
    NewRow { kind, contact, source, reason, held: None, guard, created, state: 0, detail: to.bytes }
}

impl Book {
    /// Who is due at this time: marks, what was released, and once a day what the guard holds.
    pub fn due(&self, connection: ConnectionId, as_of: Timestamp) -> Result<Due> {
        self.owns(connection)?;
        self.store.db.read_between(|tx| Ok(due_with_holds(tx, connection, as_of)?.0))
    }

    /// The connection's plan that waits for a person, if it is still all that is to be done.
    pub fn waiting_plan(&self, connection: ConnectionId, now: Timestamp) -> Result<Option<PlanId>> {
        self.owns(connection)?;
        let sql = "SELECT p.id FROM plan p JOIN run r ON r.id = p.run AND r.outcome = 'waiting' \
                   WHERE p.connection = $1 AND p.customer = $2 AND p.state = 'ready' AND NOT EXISTS (SELECT 1 FROM pending d \
                   WHERE d.connection = $1 AND d.due_at <= $3 AND (d.seq > p.pending_seq OR d.due_at > p.as_of)) \
                   ORDER BY p.id DESC LIMIT 1";
        let key = params![connection.get(), self.customer.id.0, now.0];
        self.store.db.look_up(|tx| tx.query_opt(sql, key, |row| Ok(PlanId(row.int(0)?))))
    }

    /// Starts a plan of everybody who is due, and answers them; an older draft of the customer is dropped. Marks that come
    /// later stay, so policy, scope and people are read behind this.
    pub fn begin_plan(&self, lease: &Lease, run: RunId, as_of: Timestamp) -> Result<(Draft, Due)> {
        self.begin(lease, run, as_of, Part::Whole)
    }

    /// Starts a plan of some people: applying it takes nobody's marks away, see [`Book::planned`].
    pub fn begin_part(&self, lease: &Lease, run: RunId, as_of: Timestamp) -> Result<Draft> {
        Ok(self.begin(lease, run, as_of, Part::Some)?.0)
    }

    /// Takes the marks of these people away, once the plan of a part that planned them is applied.
    pub fn planned(&self, lease: &Lease, draft: &Draft, people: &[SourceId]) -> Result<()> {
        self.fenced(lease, |tx| pending::clear_of(tx, lease.connection, people, (draft.as_of, draft.seq)))
    }

    fn begin(&self, lease: &Lease, run: RunId, as_of: Timestamp, part: Part) -> Result<(Draft, Due)> {
        self.fenced(lease, |tx| {
            drop_plans(tx, self.customer.id.0, "draft")?;
            let id = PlanId(next(tx, "plan")?);
            let (due, seq) = due_with_holds(tx, lease.connection, as_of)?;
            let sql = "INSERT INTO plan (id, customer, connection, run, state, as_of, pending_seq, operations, progress) \
                       VALUES ($1, $2, $3, $4, 'draft', $5, $6, 0, 0)";
            let cleared = match part {
                Part::Whole => seq,
                Part::Some => 0,
            };
            tx.exec(sql, params![id.0, self.customer.id.0, lease.connection.get(), run.0, as_of.0, cleared])?;
            let (members, made, waiting, guarded) =
                (BTreeMap::new(), BTreeSet::new(), Vec::new(), BTreeMap::new());
            let (operations, findings) = (0, 0);
            Ok((Draft { id, run, as_of, seq, operations, findings, members, made, waiting, guarded }, due))
        })
    }

    /// Adds what was planned for contact groups. Created groups get their ids here.
    pub fn plan_groups(
        &self,
        lease: &Lease,
        draft: &mut Draft,
        plan: &GroupPlan,
    ) -> Result<Vec<(SourceId, GroupId)>> {
        if plan.operations.is_empty() && plan.findings.is_empty() {
            return Ok(Vec::new());
        }
        self.fenced(lease, |tx| {
            let mut made = Vec::new();
            let mut rows = Vec::new();
            for operation in &plan.operations {
                let group = match operation.step {
                    GroupStep::Create => {
                        let group = GroupId::new(self.customer.id, reserve(tx, self, "next_group", 1)?);
                        made.push((operation.source.clone(), group));
                        draft.made.insert(group);
                        group
                    }
                    GroupStep::Rename(group) | GroupStep::Untie(group) => group,
                };
                let detail = match operation.step {
                    GroupStep::Rename(group) => {
                        encode_rename(group, &operation.name, name_of(tx, group)?.as_deref())
                    }
                    GroupStep::Create | GroupStep::Untie(_) => encode_group(group, &operation.name),
                };
                rows.push(NewRow {
                    kind: operation.step.kind(),
                    contact: None,
                    source: operation.source.as_bytes().to_vec(),
                    reason: reason_text(&operation.reason),
                    held: None,
                    guard: None,
                    created: Some(group.get()),
                    state: 0,
                    detail: detail.bytes,
                });
            }
            write_rows(tx, draft, rows)?;
            write_findings(tx, draft, plan.findings.iter())?;
            Ok(made)
        })
    }

    /// Adds what was planned for some people: at once where it is much, else with what follows.
    pub fn plan_people(&self, lease: &Lease, draft: &mut Draft, plans: Vec<PersonPlan>) -> Result<()> {
        let busy =
            |p: &PersonPlan| !p.operations.is_empty() || !p.findings.is_empty() || !p.memberships.is_empty();
        draft.waiting.extend(plans.into_iter().filter(busy));
        if draft.waiting.len() < MUCH {
            return Ok(());
        }
        self.fenced(lease, |tx| write_people(tx, self, lease.connection, draft))
    }

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
            write_rows(tx, draft, member_rows(members, &made))?;
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

    /// The plan that a killed apply left, if there is one.
    pub fn unfinished_plan(&self, connection: ConnectionId) -> Result<Option<(PlanId, RunId)>> {
        let sql = "SELECT id, run FROM plan WHERE customer = $1 AND connection = $2 AND state = 'applying' ORDER BY id DESC LIMIT 1";
        self.store.db.look_up(|tx| {
            let key = params![self.customer.id.0, connection.get()];
            tx.query_opt(sql, key, |row| Ok((PlanId(row.int(0)?), RunId(row.int(1)?))))
        })
    }

    /// Operations of a plan behind `after`, at most `limit`.
    pub fn plan_rows(&self, plan: PlanId, after: i64, limit: i64) -> Result<Vec<PlanRow>> {
        let customer = self.customer.id.0;
        self.store.db.read(|tx| {
            let sql = "SELECT customer FROM plan WHERE id = $1";
            if tx.query_opt(sql, params![plan.0], |row| row.int(0))? != Some(customer) {
                return Err(StoreError::NotFound);
            }
            rows(tx, plan, after, limit)
        })
    }
}

/// Writes the people who wait to be written.
fn write_people(tx: &mut Tx<'_>, book: &Book, connection: ConnectionId, draft: &mut Draft) -> Result<()> {
    let plans = std::mem::take(&mut draft.waiting);
    if plans.is_empty() {
        return Ok(());
    }
    let creates = |o: &&Operation| matches!(o.step, Step::Create { again: None } | Step::TakeOver { .. });
    let fresh = plans.iter().flat_map(|p| &p.operations).filter(creates).count() as i64;
    let mut number = if fresh > 0 { reserve(tx, book, "next_contact", fresh)? } else { 0 };
    let released = released(tx, connection, &plans)?;
    let mut rows = Vec::new();
    for plan in &plans {
        let mut contact = None;
        for operation in &plan.operations {
            let row = person_row(book, operation, &mut number, released.has(operation));
            contact = row.created.or(row.contact).or(contact);
            // What a person holds does not happen, so it weighs nothing.
            if let (Some(kind), true) = (row.guard, row.held != Some(HeldBy::Person)) {
                *draft.guarded.entry(kind).or_default() += 1;
            }
            rows.push(row);
        }
        match &plan.held {
            None => note_members(draft, plan, contact),
            Some(held) => rows.extend(held_member_rows(plan, held)),
        }
    }
    write_rows(tx, draft, rows)?;
    write_findings(tx, draft, plans.iter().flat_map(|p| &p.findings))
}

/// Whether a plan is of everybody who is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Whole,
    Some,
}

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

/// Who is due, held people whose turn it is again included, and up to which mark.
fn due_with_holds(tx: &mut Tx<'_>, connection: ConnectionId, as_of: Timestamp) -> Result<(Due, i64)> {
    let (due, seq) = pending::due(tx, connection, as_of)?;
    let sql = "SELECT source FROM hold WHERE connection = $1 AND again_at <= $2";
    let key = params![connection.get(), as_of.0];
    let held = tx.query(sql, key, |row| Ok(SourceId::from_bytes(row.blob(0)?)))?;
    let due = match due {
        Due::Everybody => Due::Everybody,
        Due::Nobody if held.is_empty() => Due::Nobody,
        Due::Nobody => Due::People(distinct(held)),
        Due::People(people) => Due::People(distinct(people.into_iter().chain(held).collect())),
    };
    Ok((due, seq))
}

fn distinct(mut people: Vec<SourceId>) -> Vec<SourceId> {
    people.sort_unstable();
    people.dedup();
    people
}

fn drop_plans(tx: &mut Tx<'_>, customer: i64, state: &str) -> Result<()> {
    let of = "SELECT id FROM plan WHERE customer = $1 AND state = $2";
    tx.exec(&format!("DELETE FROM plan_op WHERE plan IN ({of})"), params![customer, state])?;
    tx.exec("DELETE FROM plan WHERE customer = $1 AND state = $2", params![customer, state]).map(drop)
}

/// A contact group's name.
fn name_of(tx: &mut Tx<'_>, group: GroupId) -> Result<Option<String>> {
    let sql = "SELECT name FROM contact_group WHERE id = $1";
    tx.query_opt(sql, params![group.get()], |row| Ok(row.text(0)?.to_owned()))
}

/// Operations that a person has released, with the state that they were about.
#[derive(Default)]
struct Released(BTreeMap<(SourceId, String), i64>);

impl Released {
    /// Whether just this operation was.
    fn has(&self, operation: &Operation) -> bool {
        if self.0.is_empty() || !may_be_held(operation) {
            return false;
        }
        let key = (operation.source.clone(), operation.step.kind().name().to_owned());
        self.0.get(&key) == Some(&operation.state)
    }
}

fn may_be_held(operation: &Operation) -> bool {
    operation.step.guarded().is_some() || operation.held.is_some()
}

/// What a person has released of these plans; nothing is asked where nothing can be held.
fn released(tx: &mut Tx<'_>, connection: ConnectionId, plans: &[PersonPlan]) -> Result<Released> {
    let held = plans.iter().flat_map(|p| &p.operations).filter(|o| may_be_held(o));
    let held: BTreeSet<&[u8]> = held.map(|o| o.source.as_bytes()).collect();
    if held.is_empty() {
        return Ok(Released::default());
    }
    let held: Vec<&[u8]> = held.into_iter().collect();
    let of = List::Blobs.holds(tx.engine(), 2);
    let sql = format!(
        "SELECT source, kind, state FROM hold WHERE connection = $1 AND released_at IS NOT NULL AND source {of}"
    );
    let all = tx.query(&sql, params![connection.get(), &held[..]], |row| {
        Ok(((SourceId::from_bytes(row.blob(0)?), row.text(1)?.to_owned()), row.int(2)?))
    })?;
    Ok(Released(all.into_iter().collect()))
}

fn person_row(book: &Book, operation: &Operation, number: &mut i64, released: bool) -> NewRow {
    let mut fresh = || {
        let id = ContactId::new(book.customer.id, *number);
        *number += 1;
        id.get()
    };
    let (contact, created) = match &operation.step {
        Step::Create { again: Some(id) } => (None, Some(id.get())),
        Step::Create { again: None } => (None, Some(fresh())),
        Step::TakeOver { from } => (Some(from.get()), Some(fresh())),
        step => (step.contact().map(ContactId::get), None),
    };
    NewRow {
        kind: operation.step.kind(),
        contact,
        source: operation.source.as_bytes().to_vec(),
        reason: reason_text(&operation.reason),
        held: if released { None } else { operation.held },
        guard: operation.step.guarded(),
        created,
        state: operation.state,
        detail: encode_step(&operation.step),
    }
}

fn note_members(draft: &mut Draft, plan: &PersonPlan, contact: Option<i64>) {
    let Some(contact) = contact.or(plan.contact.map(ContactId::get)) else { return };
    for change in &plan.memberships {
        let packed = draft.members.entry(change.group).or_default();
        match change.direction {
            Direction::Join => packed.join.push(contact),
            Direction::Leave => packed.leave.push(contact),
        }
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

/// Memberships of somebody whom a person holds: a row of their own for each group.
fn held_member_rows(plan: &PersonPlan, held: &HeldMembers) -> Vec<NewRow> {
    let Some(contact) = plan.contact else { return Vec::new() };
    let row = |change: &MembershipChange| {
        let ids: &[i64] = &[contact.get()];
        let (join, leave) = match change.direction {
            Direction::Join => (ids, &[][..]),
            Direction::Leave => (&[][..], ids),
        };
        NewRow {
            kind: OpKind::Members,
            contact: Some(contact.get()),
            source: held.person.as_bytes().to_vec(),
            reason: Reason::GroupChanged.code().into(),
            held: Some(HeldBy::Person),
            guard: None,
            created: Some(change.group.get()),
            state: held.state,
            detail: encode_members(change.group, join, leave).bytes,
        }
    };
    plan.memberships.iter().map(row).collect()
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

fn write_rows(tx: &mut Tx<'_>, draft: &mut Draft, rows: impl IntoIterator<Item = NewRow>) -> Result<()> {
    let mut rows = rows.into_iter().peekable();
    if rows.peek().is_none() {
        return Ok(());
    }
    let mut bulk = tx.bulk(&ROW)?;
    for row in rows {
        draft.operations += 1;
        bulk.row(|v| {
            v.int(draft.id.0);
            v.int(draft.operations);
            v.text(row.kind.name());
            v.opt_int(row.contact);
            v.blob(&row.source);
            v.text(&row.reason);
            v.opt_text(row.held.map(HeldBy::name));
            v.opt_text(row.guard.map(GuardKind::name));
            v.opt_int(row.created);
            v.int(row.state);
            v.blob(&row.detail);
        })?;
    }
    bulk.finish().map(drop)
}

impl Book {
    /// Adds findings of a run's read to its row, before those of its plan.
    pub fn note_findings(
        &self,
        lease: &Lease,
        run: RunId,
        kind: FindingKind,
        about: &BTreeSet<SourceId>,
    ) -> Result<()> {
        if about.is_empty() {
            return Ok(());
        }
        self.fenced(lease, |tx| {
            let mut bulk = tx.bulk(&FINDING)?;
            for (n, source) in (-(about.len() as i64)..0).zip(about) {
                bulk.row(|v| {
                    v.int(run.0);
                    v.int(n);
                    v.text(kind.name());
                    v.blob(source.as_bytes());
                    v.opt_int(None);
                    v.blob(&Encoder::new().bytes);
                })?;
            }
            bulk.finish().map(drop)
        })
    }
}

fn write_findings<'f>(
    tx: &mut Tx<'_>,
    draft: &mut Draft,
    findings: impl Iterator<Item = &'f Finding>,
) -> Result<()> {
    let mut bulk = tx.bulk(&FINDING)?;
    for finding in findings {
        draft.findings += 1;
        let mut others = Encoder::new();
        finding.others.iter().for_each(|id| others.blob(id.as_bytes()));
        bulk.row(|v| {
            v.int(draft.run.0);
            v.int(draft.findings);
            v.text(finding.kind.name());
            v.blob(finding.source.as_bytes());
            v.opt_int(finding.contact.map(ContactId::get));
            v.blob(&others.bytes);
        })?;
    }
    bulk.finish().map(drop)
}

/// A hold lives while plans still ask for it; answers how many are new. The plan is read once and looks its holds up, for a
/// hold that looked itself up would read the plan whole. What the guard holds is planned again a day later, when what was
/// applied before has left its window; what a person holds, once it is released or the source changes.
fn keep_holds(tx: &mut Tx<'_>, connection: ConnectionId, draft: &Draft, due: &Due) -> Result<i64> {
    let again = draft.as_of.plus_days(1).0;
    let any = "SELECT 1 FROM hold WHERE connection = $1 LIMIT 1";
    let before = tx.query_opt(any, params![connection.get()], |_| Ok(()))?.is_some();
    if before {
        pending::mark_let_go(tx, connection, draft.id, draft.seq)?;
        drop_holds(tx, connection, draft, due)?;
        let sql = "UPDATE hold SET again_at = $3 WHERE connection = $1 AND held_by <> 'person' AND (source, kind) IN \
                   (SELECT o.source, o.kind FROM plan_op o WHERE o.plan = $2 AND o.held IS NOT NULL)";
        tx.exec(sql, params![connection.get(), draft.id.0, again])?;
    }
    let since = draft.as_of.0;
    let sql = "INSERT INTO hold (connection, source, kind, contact, held_by, state, since, guard, again_at) \
               SELECT $1, source, kind, contact, held, state, $3, guard, $4 FROM plan_op \
               WHERE plan = $2 AND held IS NOT NULL AND held <> 'person' AND contact IS NOT NULL \
               ON CONFLICT (connection, source, kind) DO NOTHING";
    let grew = tx.exec(sql, params![connection.get(), draft.id.0, since, again])?;
    // A person needs no mail about what a person holds; it may be somebody who has no contact yet.
    let sql = "INSERT INTO hold (connection, source, kind, contact, held_by, state, since, guard, again_at) \
               SELECT $1, source, kind, contact, held, state, $3, guard, $4 FROM plan_op WHERE plan = $2 AND held = 'person' \
               ON CONFLICT (connection, source, kind) DO NOTHING";
    tx.exec(sql, params![connection.get(), draft.id.0, since, i64::MAX])?;
    if before {
        // CROSS keeps SQLite to this order.
        let sql = "UPDATE hold SET released_at = NULL, state = n.state FROM (SELECT h.source, h.kind, MAX(o.state) AS state \
                   FROM plan_op o CROSS JOIN hold h WHERE o.plan = $2 AND h.connection = $1 AND h.source = o.source \
                   AND h.kind = o.kind GROUP BY h.source, h.kind \
                   HAVING COUNT(CASE WHEN o.held IS NOT NULL AND o.state <> h.state THEN 1 END) > 0) n \
                   WHERE hold.connection = $1 AND hold.source = n.source AND hold.kind = n.kind";
        tx.exec(sql, params![connection.get(), draft.id.0])?;
    }
    Ok(grew as i64)
}

/// Drops the holds of people who were planned and for whom no operation asks.
fn drop_holds(tx: &mut Tx<'_>, connection: ConnectionId, draft: &Draft, due: &Due) -> Result<()> {
    // Looked up in a condition: PostgreSQL would join the two row by row, for it takes the first half of a list in NOT IN
    // for enough.
    let stale = "DELETE FROM hold WHERE connection = $1 AND (source, kind) NOT IN \
                 (SELECT o.source, o.kind FROM plan_op o WHERE o.plan = $2 AND (o.held IS NOT NULL OR EXISTS \
                 (SELECT 1 FROM hold h WHERE h.connection = $1 AND h.source = o.source AND h.kind = o.kind \
                 AND h.released_at IS NOT NULL)))";
    match due {
        Due::Nobody => Ok(()),
        Due::Everybody => tx.exec(stale, params![connection.get(), draft.id.0]).map(drop),
        Due::People(people) => {
            let sql = format!("{stale} AND source {}", List::Blobs.holds(tx.engine(), 3));
            let ids: Vec<&[u8]> = people.iter().map(SourceId::as_bytes).collect();
            let mut pieces = ids.chunks(PIECE);
            pieces.try_for_each(|some| tx.exec(&sql, params![connection.get(), draft.id.0, some]).map(drop))
        }
    }
}

#[cfg(test)]
mod tests;
