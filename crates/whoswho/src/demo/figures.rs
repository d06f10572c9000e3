//! What the demo did in numbers: the one JSON document, and what a test compares with the simulator and the book.

use serde::Serialize;

use super::company::Change;
use show::RunJson;

/// The document of `demo --json`.
#[derive(Debug, Serialize)]
pub struct Figures {
    /// The data folder, for other commands.
    pub data: String,
    /// The customer's short name.
    pub customer: String,
    pub seed: u64,
    /// Employees that the company was made up with (`--users`), awkward accounts not counted.
    pub employees: usize,
    /// Accounts in the tenant at the end: employees and awkward accounts, with who joined and without who left.
    pub users: usize,
    /// Over all runs.
    pub created: i64,
    pub updated: i64,
    pub removed: i64,
    /// Held at the end.
    pub held: usize,
    /// Contacts in the book at the end.
    pub contacts: usize,
    /// Contact groups.
    pub groups: usize,
    /// Contacts in the bin.
    pub binned: usize,
    pub runs: Vec<RunFigures>,
    pub changes: Vec<Change>,
    /// Source ids of people whose removal was undone.
    pub undone: Vec<String>,
}

/// A run in numbers.
#[derive(Debug, Clone, Serialize)]
pub struct RunFigures {
    pub chapter: &'static str,
    pub run_id: Option<i64>,
    pub mode: &'static str,
    pub outcome: &'static str,
    pub created: i64,
    pub updated: i64,
    pub removed: i64,
    pub held: i64,
    pub memberships: i64,
    pub findings: usize,
    pub requests: i64,
}

impl RunFigures {
    /// A run's report without its findings.
    pub fn of(chapter: &'static str, run: &RunJson) -> Self {
        Self {
            chapter,
            run_id: run.run_id,
            mode: run.mode,
            outcome: run.outcome,
            created: run.created,
            updated: run.updated,
            removed: run.removed,
            held: run.held,
            memberships: run.memberships,
            findings: run.findings.len(),
            requests: run.requests.unwrap_or_default(),
        }
    }
}
