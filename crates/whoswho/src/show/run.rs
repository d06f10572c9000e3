//! Runs and their reports.

use model::RunId;
use model::run::{Outcome, RunKind};
use serde::Serialize;
use store::{Book, Result, RunRow, StoreError};

use super::finding::{FindingJson, findings, findings_lines};
use super::{table, trimmed};
use crate::when;

/// A run's report.
#[derive(Debug, Clone, Serialize)]
pub struct RunJson {
    /// Null for a run that found nothing to do: it is counted, not listed.
    pub run_id: Option<i64>,
    pub customer: String,
    /// What the run is for.
    pub kind: &'static str,
    pub mode: &'static str,
    pub outcome: &'static str,
    pub created: i64,
    pub updated: i64,
    /// Of the updated, those that came out of the bin.
    pub restored: i64,
    pub removed: i64,
    pub adopted: i64,
    pub unlinked: i64,
    pub held: i64,
    pub unchanged: i64,
    pub memberships: i64,
    pub findings: Vec<FindingJson>,
    pub requests: i64,
    pub bytes_read: i64,
    pub started_at: String,
    pub duration_ms: i64,
    pub error: Option<String>,
    #[serde(skip)]
    row: Option<RunRow>,
}

/// Which runs are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// Those that applied, failed, or wait for a person.
    Done,
    /// All.
    All,
}

/// A run by its number.
pub fn run(book: &Book, id: RunId) -> Result<RunJson> {
    let row = book.run(id)?.ok_or(StoreError::NotFound)?;
    run_json(book, &row)
}

/// A run's row with its findings.
pub fn run_json(book: &Book, row: &RunRow) -> Result<RunJson> {
    let findings = findings(book, &book.findings(row.id)?)?;
    let counts = row.counts;
    Ok(RunJson {
        run_id: (row.id != RunId(0)).then_some(row.id.0),
        customer: book.customer.slug.clone(),
        kind: row.kind.name(),
        mode: row.mode.name(),
        outcome: row.outcome.name(),
        created: counts.created,
        updated: counts.updated,
        restored: counts.restored,
        removed: counts.removed,
        adopted: counts.adopted,
        unlinked: counts.unlinked,
        held: counts.held,
        unchanged: counts.unchanged,
        memberships: counts.memberships,
        findings,
        requests: row.requests,
        bytes_read: row.bytes_read,
        started_at: when::rfc3339(row.started_at),
        duration_ms: row.duration_ms,
        error: row.error.clone(),
        row: Some(row.clone()),
    })
}

/// The newest runs; with all of them also those that only planned for somebody who looked.
pub fn runs(book: &Book, limit: i64, which: Which) -> Result<Vec<RunJson>> {
    let rows = match which {
        Which::Done => book.runs(limit)?,
        Which::All => book.all_runs(limit)?,
    };
    rows.iter().map(|row| run_json(book, row)).collect()
}

/// Runs as a table.
pub fn runs_table(runs: &[RunJson]) -> String {
    if runs.is_empty() {
        return "there was no run yet".into();
    }
    let heads = [
        "run",
        "started (UTC)",
        "took",
        "what",
        "read",
        "outcome",
        "created",
        "updated",
        "removed",
        "held",
        "requests",
    ];
    let mut table = table(&heads);
    for run in runs {
        let started = run.row.as_ref().map_or_else(String::new, |r| when::short(r.started_at));
        table.add_row([
            run.run_id.map_or_else(String::new, |id| id.to_string()),
            started,
            when::span(run.duration_ms),
            run.kind.to_owned(),
            run.mode.to_owned(),
            run.outcome.to_owned(),
            run.created.to_string(),
            run.updated.to_string(),
            run.removed.to_string(),
            run.held.to_string(),
            run.requests.to_string(),
        ]);
    }
    trimmed(&table)
}

/// A run's report in sentences, ending with what to do next.
pub fn run_lines(run: &RunJson) -> String {
    let mut lines = vec![format!(
        "{}: {} in {}, {} request{}, {} read ({})",
        title(run),
        outcome_text(run),
        when::span(run.duration_ms),
        run.requests,
        if run.requests == 1 { "" } else { "s" },
        size(run.bytes_read),
        run.mode,
    )];
    lines.extend(counts_line(run));
    if let Some(error) = &run.error {
        lines.push(format!("  {error}"));
    }
    if run.held > 0 {
        lines.push(format!("  {} held: `whoswho holds {}` shows them", run.held, run.customer));
    }
    lines.extend(findings_lines(&run.findings).iter().map(|line| format!("  {line}")));
    if run.row.as_ref().is_some_and(|r| r.outcome == Outcome::Waiting) {
        lines.push(format!(
            "  nothing was changed yet: look at `whoswho plan {0}`, then `whoswho sync {0}` applies it",
            run.customer
        ));
    }
    lines.join("\n")
}

/// A quiet run is counted, not listed, so it has no number.
fn title(run: &RunJson) -> String {
    match (run.run_id, run.row.as_ref().map(|r| r.kind)) {
        (None, _) => run.customer.clone(),
        (Some(id), Some(RunKind::Undo)) => format!("run {id} of {}, an undo", run.customer),
        (Some(id), Some(RunKind::Person)) => format!("run {id} of {}, for one person", run.customer),
        (Some(id), Some(RunKind::Run) | None) => format!("run {id} of {}", run.customer),
    }
}

fn outcome_text(run: &RunJson) -> &'static str {
    match run.row.as_ref().map(|r| r.outcome) {
        Some(Outcome::Done) => "done",
        Some(Outcome::Quiet) => "nothing to do",
        Some(Outcome::Waiting) => "read and planned, waiting for you",
        Some(Outcome::Planned) => "planned, nothing was changed",
        Some(Outcome::Refused) => "refused",
        Some(Outcome::Failed) => "failed",
        Some(Outcome::Running) => "under way",
        None => "unknown",
    }
}

fn counts_line(run: &RunJson) -> Option<String> {
    let counts = [
        ("created", run.created),
        ("updated", run.updated - run.restored),
        ("restored from the bin", run.restored),
        ("removed", run.removed),
        ("linked", run.adopted),
        ("unlinked", run.unlinked),
        ("memberships", run.memberships),
        ("held", run.held),
        ("unchanged", run.unchanged),
    ];
    let shown: Vec<String> =
        counts.iter().filter(|(_, n)| *n != 0).map(|(w, n)| format!("{n} {w}")).collect();
    (!shown.is_empty()).then(|| format!("  {}", shown.join(", ")))
}

fn size(bytes: i64) -> String {
    match bytes {
        ..10_000 => format!("{bytes} bytes"),
        10_000..10_000_000 => format!("{} kB", bytes / 1_000),
        _ => format!("{} MB", bytes / 1_000_000),
    }
}
