//! Runs and their reports.

use model::RunId;
use model::run::{Outcome, RunKind};
use serde::Serialize;
use store::{Book, Result, RunRow, StoreError};
use sync::UnderWay;

use super::codes::run_text;
use super::finding::{FindingJson, findings, findings_lines};
use super::{Column, table};
use crate::texts::{self, kept, many, pick, say};
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
    /// Null where the run applied no plan, or its lines are gone.
    pub groups: Option<GroupsJson>,
    pub findings: Vec<FindingJson>,
    /// Null where the run was killed and nobody knows; the same of bytes and duration.
    pub requests: Option<i64>,
    pub bytes_read: Option<i64>,
    pub started_at: String,
    /// Null while it is under way, too.
    pub duration_ms: Option<i64>,
    pub error: Option<String>,
    #[serde(skip)]
    row: Option<RunRow>,
}

impl RunJson {
    /// An undo asks Microsoft nothing: how it read is nothing to tell.
    fn reads_nothing(&self) -> bool {
        self.kind == RunKind::Undo.name()
    }

    /// Whether it changed nothing in the book, for whatever reason.
    pub fn brought_nothing(&self) -> bool {
        let counts =
            [self.created, self.updated, self.removed, self.adopted, self.unlinked, self.memberships];
        counts.iter().all(|n| *n == 0)
    }

    /// Whether it went well and changed nothing, held nothing and waits for nobody: people read that as nothing to do, whether
    /// the run had something to tell or not.
    fn did_nothing(&self) -> bool {
        let groups = self.groups.is_none_or(|g| g.created + g.renamed + g.untied == 0);
        self.outcome == Outcome::Done.name() && self.brought_nothing() && self.held == 0 && groups
    }
}

/// What holds a customer's lease. A run that reads has no row yet.
#[derive(Debug, Clone, Serialize)]
pub struct UnderWayJson {
    pub since: String,
    /// Host and number of the process.
    pub holder: String,
    #[serde(skip)]
    held: UnderWay,
}

impl From<UnderWay> for UnderWayJson {
    fn from(held: UnderWay) -> Self {
        let parts = [held.host.as_str(), held.process.as_str()];
        let holder = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/");
        Self { since: when::rfc3339(held.since), holder, held }
    }
}

/// That something is under way, in a line.
pub fn under_way(one: &UnderWayJson) -> String {
    let held = texts::under_way(&one.held);
    say!("a run is under way {held}", "ein Lauf ist im Gange {held}")
}

/// Contact groups that a run made, renamed, or untied from their source groups.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct GroupsJson {
    pub created: i64,
    pub renamed: i64,
    pub untied: i64,
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
    let groups = if row.outcome == Outcome::Done { groups(book, row.id)? } else { None };
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
        groups,
        findings,
        requests: row.requests,
        bytes_read: row.bytes_read,
        started_at: when::rfc3339(row.started_at),
        duration_ms: row.duration_ms.filter(|_| row.outcome != Outcome::Running),
        error: row.error.as_ref().map(|e| kept(e).to_owned()),
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

fn groups(book: &Book, run: RunId) -> Result<Option<GroupsJson>> {
    let Some(plan) = book.plan_of(run)? else { return Ok(None) };
    let counts = book.group_counts(plan)?;
    let (created, renamed, untied) = (counts.created, counts.renamed, counts.untied);
    Ok(Some(GroupsJson { created, renamed, untied }))
}

/// Runs as a table.
pub fn runs_table(runs: &[RunJson]) -> String {
    if runs.is_empty() {
        return pick("there was no run yet", "es gab noch keinen Lauf").into();
    }
    let mut table = table(&[
        Column::Whole(pick("run", "Lauf")),
        Column::Whole(pick("started (UTC)", "Beginn (UTC)")),
        Column::Whole(pick("took", "Dauer")),
        Column::Text(pick("what", "was")),
        Column::Text(pick("outcome", "Ausgang")),
        Column::Whole(pick("requests", "Anfragen")),
    ]);
    for run in runs {
        let started = run.row.as_ref().map_or_else(String::new, |r| when::short(r.started_at));
        table.add_row([
            run.run_id.map_or_else(String::new, |id| id.to_string()),
            started,
            run.duration_ms.map(when::span).unwrap_or_default(),
            if run.reads_nothing() {
                run_text(run.kind).into()
            } else {
                format!("{}, {}", run_text(run.kind), run_text(run.mode))
            },
            result_text(run),
            run.requests.filter(|_| !run.reads_nothing()).map(|n| n.to_string()).unwrap_or_default(),
        ]);
    }
    table.text()
}

/// How a run ended, with what it did.
fn result_text(run: &RunJson) -> String {
    let counts = [
        (run.created, pick("created", "angelegt")),
        (run.updated - run.restored, pick("updated", "aktualisiert")),
        (run.restored, pick("restored", "geholt")),
        (run.removed, pick("removed", "entfernt")),
        (run.held, pick("held", "zurückgehalten")),
    ];
    let done = counts.into_iter().filter(|(n, _)| *n != 0).map(|(n, what)| format!("{n} {what}"));
    let outcome = if run.did_nothing() { run_text(Outcome::Quiet.name()) } else { run_text(run.outcome) };
    std::iter::once(outcome.to_owned()).chain(done).collect::<Vec<_>>().join(", ")
}

/// A run's report in sentences, ending with what to do next.
pub fn run_lines(run: &RunJson) -> String {
    let took = run.duration_ms.map(|ms| format!(" in {}", when::span(ms))).unwrap_or_default();
    let mut head = vec![format!("{}{took}", outcome_text(run))];
    if run.reads_nothing() {
        return report(run, format!("{}: {}", title(run), head.join(", ")));
    }
    head.extend(run.requests.map(|n| many(n, ["request", "requests"], ["Anfrage", "Anfragen"])));
    head.extend(run.bytes_read.map(|n| say!("{} read", "{} gelesen", size(n))));
    report(run, format!("{}: {} ({})", title(run), head.join(", "), run_text(run.mode)))
}

/// The lines behind the first.
fn report(run: &RunJson, first: String) -> String {
    let mut lines = vec![first];
    lines.extend(counts_line(run));
    if let Some(error) = &run.error {
        lines.push(format!("  {error}"));
    }
    if run.held > 0 {
        lines.push(say!(
            "  {} held: `whoswho holds {}` shows what waits",
            "  {} zurückgehalten: `whoswho holds {}` zeigt, was wartet",
            run.held,
            run.customer
        ));
    }
    lines.extend(findings_lines(&run.findings).iter().map(|line| format!("  {line}")));
    if run.row.as_ref().is_some_and(|r| r.outcome == Outcome::Waiting) {
        lines.push(say!(
            "  nothing was changed yet: look at `whoswho plan {0}`, then `whoswho sync {0}` applies it",
            "  noch wurde nichts geändert: `whoswho plan {0}` zeigt den Plan, `whoswho sync {0}` wendet ihn an",
            run.customer
        ));
    }
    lines.join("\n")
}

/// A quiet run is counted, not listed, so it has no number.
fn title(run: &RunJson) -> String {
    match (run.run_id, run.row.as_ref().map(|r| r.kind)) {
        (None, _) => run.customer.clone(),
        (Some(id), Some(RunKind::Undo)) => {
            say!("run {id} of {}, an undo", "Lauf {id} von {}, macht rückgängig", run.customer)
        }
        (Some(id), Some(RunKind::Person)) => {
            say!("run {id} of {}, for one person", "Lauf {id} von {}, für eine Person", run.customer)
        }
        (Some(id), Some(RunKind::Import)) => {
            say!("run {id} of {}, an import by hand", "Lauf {id} von {}, Import von Hand", run.customer)
        }
        (Some(id), Some(RunKind::Run) | None) => say!("run {id} of {}", "Lauf {id} von {}", run.customer),
    }
}

fn outcome_text(run: &RunJson) -> &'static str {
    match run.row.as_ref().map(|r| r.outcome) {
        Some(Outcome::Done) if run.did_nothing() => pick("nothing to do", "nichts zu tun"),
        Some(Outcome::Done) => pick("done", "fertig"),
        Some(Outcome::Quiet) => pick("nothing to do", "nichts zu tun"),
        Some(Outcome::Waiting) => {
            pick("read and planned, waiting for you", "gelesen und geplant, wartet auf Sie")
        }
        Some(Outcome::Planned) => pick("planned, nothing was changed", "geplant, nichts wurde geändert"),
        // The error says whether Microsoft refused, did not answer, or something else did.
        Some(Outcome::Refused) => pick("reading failed", "Lesen gescheitert"),
        Some(Outcome::Failed) => pick("failed", "gescheitert"),
        Some(Outcome::CutOff) if run.kind == RunKind::Undo.name() => {
            pick("cut off before it took anything back", "abgebrochen, bevor er etwas rückgängig machte")
        }
        Some(Outcome::CutOff) => {
            pick("cut off, the next run carries on", "abgebrochen, der nächste Lauf macht weiter")
        }
        Some(Outcome::Running) => pick("under way", "im Gange"),
        None => pick("unknown", "unbekannt"),
    }
}

fn counts_line(run: &RunJson) -> Option<String> {
    let memberships = match run.memberships {
        1 => pick("membership", "Gruppenmitgliedschaft"),
        _ => pick("memberships", "Gruppenmitgliedschaften"),
    };
    let groups = run.groups.unwrap_or(GroupsJson { created: 0, renamed: 0, untied: 0 });
    let group = |n: i64, one, several| if n == 1 { one } else { several };
    let counts = [
        (pick("created", "angelegt"), run.created),
        (pick("updated", "aktualisiert"), run.updated - run.restored),
        (pick("restored from the bin", "aus dem Papierkorb geholt"), run.restored),
        (pick("removed", "entfernt"), run.removed),
        (pick("linked", "verknüpft"), run.adopted),
        (pick("unlinked", "Verknüpfung gelöst"), run.unlinked),
        (memberships, run.memberships),
        (
            group(
                groups.created,
                pick("group created", "Gruppe angelegt"),
                pick("groups created", "Gruppen angelegt"),
            ),
            groups.created,
        ),
        (
            group(
                groups.renamed,
                pick("group renamed", "Gruppe umbenannt"),
                pick("groups renamed", "Gruppen umbenannt"),
            ),
            groups.renamed,
        ),
        (
            group(
                groups.untied,
                pick("group untied", "Gruppe gelöst"),
                pick("groups untied", "Gruppen gelöst"),
            ),
            groups.untied,
        ),
        (pick("held", "zurückgehalten"), run.held),
        (pick("unchanged", "unverändert"), run.unchanged),
    ];
    let shown: Vec<String> =
        counts.iter().filter(|(_, n)| *n != 0).map(|(w, n)| format!("{n} {w}")).collect();
    (!shown.is_empty()).then(|| format!("  {}", shown.join(", ")))
}

fn size(bytes: i64) -> String {
    match bytes {
        ..10_000 => say!("{bytes} bytes", "{bytes} Byte"),
        10_000..10_000_000 => format!("{} kB", bytes / 1_000),
        _ => format!("{} MB", bytes / 1_000_000),
    }
}
