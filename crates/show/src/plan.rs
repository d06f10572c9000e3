//! Plans, line by line: what changes, before and after, and why. [`reader`] reads a stored operation aloud, [`lines`] shows a
//! plan to people.

mod changes;
mod lines;
mod reader;

use std::collections::BTreeMap;

use model::{PlanId, Policy};
use serde::Serialize;
use serde_json::Value;
use store::{Book, ConnectionRow, HoldRow, PlanRow, Result, RunRow, What};

use self::reader::Reader;
use super::finding::{FindingJson, findings};
use crate::people::Names;

pub use self::changes::{Change, ChangeOf};
pub use self::lines::{plan_excerpt, plan_lines, plan_sum, plan_table};

/// A plan with everything in it.
#[derive(Debug, Clone, Default, Serialize)]
pub struct PlanDocument {
    pub plan_id: Option<i64>,
    pub customer: String,
    pub operations: Vec<OperationJson>,
    pub holds: Vec<PlanHold>,
    pub findings: Vec<FindingJson>,
    /// What to choose before a run can bring anybody.
    pub next: Option<String>,
    /// Who stays out whatever the tenant says, as it is now.
    pub stay_out: StayOut,
    /// People and groups about whom something is rejected or undone, of a plan without operations.
    #[serde(skip)]
    pub rejected: i64,
}

impl PlanDocument {
    /// Puts what stands held or rejected into a plan without operations: it is why there are none.
    pub fn wait(&mut self, book: &Book, connection: &ConnectionRow) -> Result<()> {
        if !self.operations.is_empty() {
            return Ok(());
        }
        let waits = book.holds(connection.id)?.into_iter().filter(|hold| !hold.released);
        let hold = |hold: HoldRow| PlanHold {
            kind: hold.kind.name(),
            contact: hold.contact.map(|c| book.public_id(c).to_string()),
            source_id: hold.source.to_string(),
            held_by: hold.held_by.name(),
        };
        self.holds = waits.map(hold).collect();
        self.rejected = book.rejected(connection.id)?;
        Ok(())
    }
}

/// People whom no run brings in.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct StayOut {
    /// Taken out of the scope by hand.
    pub excluded: usize,
    /// Erased, objected, restricted.
    pub kept_out: usize,
}

impl StayOut {
    fn of(book: &Book) -> Result<Self> {
        let excluded = match book.connection()? {
            Some(connection) => book.scope(connection.id)?.excluded.len(),
            None => 0,
        };
        Ok(Self { excluded, kept_out: book.kept_out()?.len() })
    }
}

/// An operation of a plan.
#[derive(Debug, Clone, Serialize)]
pub struct OperationJson {
    pub kind: &'static str,
    pub contact: Option<String>,
    pub source_id: String,
    pub name: Option<String>,
    pub email: Option<String>,
    pub before: Option<Value>,
    pub after: Option<Value>,
    pub reason: &'static str,
    pub reason_path: Vec<String>,
    pub text: &'static str,
    pub held_by: Option<&'static str>,
    pub outputs: Vec<String>,
    #[serde(skip)]
    pub what: &'static str,
    #[serde(skip)]
    pub why_held: Option<&'static str>,
}

/// An operation of a plan that waits for a person.
#[derive(Debug, Clone, Serialize)]
pub struct PlanHold {
    pub kind: &'static str,
    pub contact: Option<String>,
    pub source_id: String,
    pub held_by: &'static str,
}

/// A run that planned nothing still has findings.
pub fn empty_plan(book: &Book, run: &RunRow) -> Result<PlanDocument> {
    let findings = findings(book, &book.findings(run.id)?)?;
    let (customer, stay_out) = (book.customer.slug.clone(), StayOut::of(book)?);
    Ok(PlanDocument { customer, findings, stay_out, ..PlanDocument::default() })
}

/// What a plan does, with the findings of its run.
pub fn plan(book: &Book, id: PlanId) -> Result<PlanDocument> {
    let operations = operations(book, &book.plan_rows(id, 0, i64::from(u32::MAX))?)?;
    let holds = operations.iter().filter_map(|o| {
        let (kind, contact, source_id) = (o.kind, o.contact.clone(), o.source_id.clone());
        o.held_by.map(|held_by| PlanHold { kind, contact, source_id, held_by })
    });
    let findings = match book.run_of(id)? {
        Some(run) => findings(book, &book.findings(run)?)?,
        None => Vec::new(),
    };
    let customer = book.customer.slug.clone();
    Ok(PlanDocument {
        plan_id: Some(id.0),
        customer,
        holds: holds.collect(),
        operations,
        findings,
        next: None,
        stay_out: StayOut::of(book)?,
        rejected: 0,
    })
}

/// These operations of a plan, read aloud.
pub fn operations(book: &Book, rows: &[PlanRow]) -> Result<Vec<OperationJson>> {
    operations_by(book, rows, book.policy()?)
}

/// The same of a plan by other rules than those in force, which nobody has stored.
pub fn operations_by(book: &Book, rows: &[PlanRow], policy: Policy) -> Result<Vec<OperationJson>> {
    let connection = book.connection()?;
    let domains = connection.as_ref().map(|c| c.domains.clone()).unwrap_or_default();
    let people = rows.iter().filter(|r| matches!(r.what, What::Person { .. })).map(|r| r.source.clone());
    let contacts = rows.iter().filter_map(|r| r.contact);
    let names = Names::of(book, connection.as_ref().map(|c| c.id), people, contacts)?;
    let made = rows.iter().filter_map(|row| match &row.what {
        What::Group { group, name, former: _ } => Some((group.get(), name.clone())),
        What::Person { .. } | What::Members { .. } => None,
    });
    // Names as they are; a group that the plan makes has its planned name.
    let mut groups: BTreeMap<i64, String> = made.collect();
    groups.extend(book.groups()?.into_iter().map(|g| (g.id.get(), g.name.to_string())));
    let reader = Reader { book, names, domains, groups, policy };
    Ok(rows.iter().map(|row| reader.operation(row)).collect())
}
