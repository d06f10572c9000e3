//! Drafting: what the engine planned becomes rows, people some at a time; ids of contacts and groups that will be created
//! are given here.

use model::Timestamp;
use model::ids::{ConnectionId, ContactId, GroupId, PlanId, RunId, SourceId};
use model::plan::{
    Direction, GroupPlan, GroupStep, HeldBy, HeldMembers, MembershipChange, OpKind, Operation, PersonPlan,
    Step,
};
use model::reason::Reason;

use super::Draft;
use super::findings::write_findings;
use super::holds::{due_with_holds, released};
use super::outlived;
use super::rows::{encode_group, encode_members, encode_rename, encode_step, reason_text};
use super::write::{NewRow, write_rows};
use crate::contact::reserve;
use crate::db::{Tx, params};
use crate::error::Result;
use crate::lease::Lease;
use crate::pending::{self, Due};
use crate::store::{Book, next};

/// From so many people on, what is planned for them is written before the next are planned.
const MUCH: usize = 1_000;

/// Whether a plan is of everybody who is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Whole,
    Some,
}

impl Book {
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
            let marks = pending::last(tx)?;
            let sql = "INSERT INTO plan (id, customer, connection, run, state, as_of, pending_seq, marks, lease, operations, \
                       progress) VALUES ($1, $2, $3, $4, 'draft', $5, $6, $7, $8, 0, 0)";
            let cleared = match part {
                Part::Whole => seq,
                Part::Some => 0,
            };
            let (customer, connection) = (self.customer.id.0, lease.connection.get());
            let head = params![id.0, customer, connection, run.0, as_of.0, cleared, marks, lease.token];
            tx.exec(sql, head)?;
            Ok((Draft::new(id, run, as_of, seq), due))
        })
    }

    /// Adds what was planned for contact groups. Created groups get their ids here.
    pub fn plan_groups(
        &self,
        lease: &Lease,
        draft: &mut Draft,
        plan: &GroupPlan,
    ) -> Result<Vec<(SourceId, GroupId)>> {
        if plan.operations.is_empty() && plan.findings.is_empty() && plan.outlived.is_empty() {
            return Ok(Vec::new());
        }
        self.fenced(lease, |tx| {
            let mut made = Vec::new();
            let mut rows = Vec::new();
            for operation in &plan.operations {
                let group = match operation.step {
                    GroupStep::Create => {
                        let group = GroupId::new(self.customer.id, reserve(tx, self, "next_group", 1)?);
                        // One that is held is not made, so nobody joins it yet.
                        if operation.held.is_none() {
                            made.push((operation.source.clone(), group));
                            draft.made.insert(group);
                        }
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
                    held: operation.held,
                    guard: None,
                    created: Some(group.get()),
                    state: operation.state,
                    seen: operation.held.map(|_| operation.state),
                    detail: detail.bytes,
                });
            }
            write_rows(tx, draft.id, &mut draft.operations, rows)?;
            write_findings(tx, draft, plan.findings.iter())?;
            outlived::sign(tx, lease.connection, draft.id, plan.outlived.iter())?;
            Ok(made)
        })
    }

    /// Adds what was planned for some people: at once where it is much, else with what follows.
    pub fn plan_people(&self, lease: &Lease, draft: &mut Draft, plans: Vec<PersonPlan>) -> Result<()> {
        draft.waiting.extend(plans.into_iter().filter(says_something));
        if draft.waiting.len() < MUCH {
            return Ok(());
        }
        self.fenced(lease, |tx| write_people(tx, self, lease.connection, draft))
    }
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

fn says_something(plan: &PersonPlan) -> bool {
    let PersonPlan {
        contact: _,
        operations,
        memberships,
        groups: _,
        held: _,
        look_again,
        findings,
        outlived,
    } = plan;
    let done = !operations.is_empty() || !memberships.is_empty() || !outlived.is_empty();
    done || look_again.is_some() || !findings.is_empty()
}

/// Writes the people who wait to be written.
pub(super) fn write_people(
    tx: &mut Tx<'_>,
    book: &Book,
    connection: ConnectionId,
    draft: &mut Draft,
) -> Result<()> {
    let plans = std::mem::take(&mut draft.waiting);
    if plans.is_empty() {
        return Ok(());
    }
    let creates = |o: &&Operation| matches!(o.step, Step::Create { again: None } | Step::TakeOver { .. });
    let fresh = plans.iter().flat_map(|p| &p.operations).filter(creates).count() as i64;
    let mut number = if fresh > 0 { reserve(tx, book, "next_contact", fresh)? } else { 0 };
    let released = released(tx, connection, draft.as_of, &plans)?;
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
    write_rows(tx, draft.id, &mut draft.operations, rows)?;
    // A day to come is marked whether the plan is applied or not: looking too often costs a look.
    let again = plans.iter().filter_map(|p| p.look_again.as_ref());
    pending::mark_each(tx, connection, &again.map(|l| (&l.person, l.at)).collect::<Vec<_>>())?;
    outlived::sign(tx, connection, draft.id, plans.iter().flat_map(|p| &p.outlived))?;
    write_findings(tx, draft, plans.iter().flat_map(|p| &p.findings))
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
        seen: seen(operation),
        detail: encode_step(&operation.step),
    }
}

/// What the operation shows. No guard ever holds a creation, of which a first fill has as many as people, and what a person
/// holds is let go whatever it has become.
fn seen(operation: &Operation) -> Option<i64> {
    match (&operation.step, operation.held) {
        (_, Some(HeldBy::Person)) => Some(operation.state),
        (Step::Create { .. } | Step::TakeOver { .. }, None) => None,
        (_, _) => Some(operation.seen()),
    }
}

fn note_members(draft: &mut Draft, plan: &PersonPlan, contact: Option<i64>) {
    let Some(contact) = contact.or(plan.contact.map(ContactId::get)) else { return };
    for change in &plan.memberships {
        let packed = draft.members.entry(change.group).or_default();
        if plan.groups != 0 {
            packed.states.push((contact, plan.groups));
        }
        match change.direction {
            Direction::Join => packed.join.push(contact),
            Direction::Leave => packed.leave.push(contact),
        }
    }
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
            seen: Some(held.state),
            detail: encode_members(change.group, join, leave).bytes,
        }
    };
    plan.memberships.iter().map(row).collect()
}
