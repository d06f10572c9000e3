//! Runs of a customer, newest first: when, why, how it ended, what it changed.

use askama::Template;
use model::RunId;
use model::run::{Counts, Outcome as End, ReadMode, RunKind};
use store::{Book, RunRow, SignedIn};

use crate::answer::{Answer, Outcome};
use crate::frame::Frame;
use crate::visit::Visit;

/// Runs on a page.
const PAGE: i64 = 50;

/// A run in a list.
pub struct RunLine {
    /// Its number.
    pub id: i64,
    /// When it started.
    pub at: String,
    /// The same to the minute, with the day.
    pub exact: String,
    /// What it did.
    pub kind: String,
    /// How it ended.
    pub outcome: String,
    /// The icon of that.
    pub icon: &'static str,
    /// And its colour.
    pub colour: &'static str,
    /// New contacts.
    pub created: i64,
    /// Changed ones.
    pub updated: i64,
    /// Removed ones.
    pub removed: i64,
    /// Who was linked and what waits, in words; empty where neither is.
    pub besides: String,
    /// Requests to Microsoft.
    pub requests: String,
    /// How long it took.
    pub lasted: String,
    /// Why it ended badly.
    pub error: String,
}

#[derive(Template)]
#[template(path = "runs.html")]
struct Listed {
    f: Frame,
    runs: Vec<RunLine>,
    /// Where later and earlier ones are.
    newer: Option<String>,
    older: Option<String>,
    /// That what was typed is no time of the past, and that.
    wrong: bool,
    typed: String,
}

/// The page. It goes on before a run or behind one, not at a number: a list that grows at its top would shift.
pub fn list(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    let f = Frame::of_customer(visit, person, book, "runs")?;
    let at = |name: &str| visit.query.get(name).parse().ok().map(RunId);
    // One more than the page shows tells whether there are more.
    let most = PAGE + 1;
    let (mut rows, from_below) = match (at("before"), at("after")) {
        (Some(before), _) => (book.runs_before(before, most)?, false),
        (None, Some(after)) => (book.runs_after(after, most)?, true),
        (None, None) => (book.runs(most)?, false),
    };
    let more = rows.len() as i64 > PAGE;
    if more && from_below {
        rows.remove(0);
    }
    rows.truncate(PAGE as usize);
    let (first, last) = (rows.first().map(|row| row.id.0), rows.last().map(|row| row.id.0));
    let newer = if from_below { more } else { at("before").is_some() };
    let older = from_below || more;
    Answer::page(&Listed {
        newer: first.filter(|_| newer).map(|id| format!("{}?after={id}", visit.path)),
        older: last.filter(|_| older).map(|id| format!("{}?before={id}", visit.path)),
        wrong: visit.query.get("wrong") == "time",
        typed: visit.query.get("to").to_owned(),
        runs: lines(&f, &rows),
        f,
    })
}

/// Runs as lines.
pub fn lines(f: &Frame, rows: &[RunRow]) -> Vec<RunLine> {
    rows.iter().map(|row| line(f, row)).collect()
}

/// A run as a line.
pub fn line(f: &Frame, row: &RunRow) -> RunLine {
    let (icon, colour, outcome) = end(f, row);
    let counts = &row.counts;
    RunLine {
        id: row.id.0,
        at: f.times.short(row.started_at),
        exact: f.times.exact(row.started_at),
        kind: kind(f, row.kind, row.mode),
        outcome,
        icon,
        colour,
        created: counts.created,
        updated: counts.updated,
        removed: counts.removed,
        besides: besides(f, counts),
        requests: row.requests.map_or_else(|| "–".to_owned(), |n| f.number(n)),
        lasted: row.duration_ms.map_or_else(|| "–".to_owned(), show::when::span),
        error: row.error.as_ref().map(|error| show::texts::kept(error).to_owned()).unwrap_or_default(),
    }
}

fn besides(f: &Frame, counts: &Counts) -> String {
    let all = [(counts.adopted, "count-linked"), (counts.held, "count-held")];
    let told = all.into_iter().filter(|(n, _)| *n > 0);
    told.map(|(n, key)| format!("{} {}", f.number(n), f.s(key))).collect::<Vec<_>>().join(" · ")
}

fn kind(f: &Frame, kind: RunKind, mode: ReadMode) -> String {
    f.s(match (kind, mode) {
        (RunKind::Undo, _) => "run-undo",
        (RunKind::Person, _) => "run-person",
        (RunKind::Import, _) => "run-import",
        (_, ReadMode::Complete) => "run-complete",
        (_, ReadMode::Delta) => "run-delta",
    })
}

fn end(f: &Frame, row: &RunRow) -> (&'static str, &'static str, String) {
    if row.counts.held > 0 && row.outcome == End::Done {
        return ("hand", "t-held", f.n("end-held", row.counts.held));
    }
    let (icon, colour, key) = match row.outcome {
        End::Done => ("ok", "t-ok", "end-done"),
        End::Quiet => ("ok", "t-ok", "end-quiet"),
        End::Waiting => ("hand", "t-held", "end-waiting"),
        End::Planned => ("plan", "soft", "end-planned"),
        End::Refused => ("bad", "t-bad", "end-refused"),
        End::Failed => ("bad", "t-bad", "end-failed"),
        End::CutOff => ("warn", "t-held", "end-cut-off"),
        End::Running => ("runs", "t-acc", "end-running"),
    };
    (icon, colour, f.s(key))
}
