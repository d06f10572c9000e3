//! What something under way has done, newest first, what it waits for, and what came of it so far.

use model::Timestamp;
use model::plan::OpKind;
use show::when::span;
use store::{Applying, Book, KindCount};
use sync::{Asked, Progress, Waiting, WaitingFor};

use super::part::detail;
use crate::answer::Trouble;
use crate::frame::Frame;
use crate::jobs::{End, State};
use crate::page::plan::{Desk, Line};

/// Lines of what was written that are shown.
pub const LINES: i64 = 8;
/// Lines in all.
pub const MOST: usize = 12;

/// A line of the log.
pub struct Entry {
    /// When.
    pub at: String,
    /// The icon.
    pub icon: &'static str,
    /// Its colour.
    pub tone: &'static str,
    /// Whom it is about; empty where it is about all.
    pub name: String,
    /// What was done.
    pub text: String,
}

/// A figure with its words.
pub struct Figure {
    /// The figure.
    pub n: String,
    /// Class of its colour.
    pub tone: &'static str,
    /// The words.
    pub text: String,
}

/// Why nothing happens just now, and until when.
pub fn waiting(f: &Frame, waiting: Waiting) -> String {
    // What is left of a second is waited, too.
    let left = waiting.left.as_millis() as i64 + 999;
    let until = f.times.clock(Timestamp(sync::Office::now().0 + left));
    f.x(
        match waiting.why {
            WaitingFor::Patience => "live-patience",
            WaitingFor::Answer => "live-no-answer",
        },
        until,
    )
}

/// The first line.
pub fn begins(f: &Frame, at: Timestamp) -> Entry {
    let (at, text) = (f.times.clock(at), f.s("live-begins"));
    Entry { at, icon: "runs", tone: "muted", name: String::new(), text }
}

/// What the phases have brought so far.
pub fn of_job(f: &Frame, started: Timestamp, state: &State) -> Vec<Entry> {
    // A phase in which it broke off or was cancelled has brought nothing to an end.
    let well =
        !matches!(state.end.as_deref(), Some(End::Refused(_) | End::Stopped | End::Connected(_, Err(_))));
    let ended = state.ended_at.filter(|_| well);
    let ends = state.phases.iter().skip(1).map(|(since, _)| Some(*since)).chain([ended]);
    let mut log = vec![begins(f, started)];
    for ((since, progress), end) in state.phases.iter().zip(ends) {
        let (icon, tone, begins, ended) = match progress {
            Progress::Reading { .. } => ("src", "t-src", "log-reads", "log-read"),
            Progress::Planning { .. } => ("plan", "soft", "log-plans", "log-planned"),
            Progress::Applying { .. } => ("edit", "t-acc", "log-applies", "log-applied"),
        };
        let entry = |at: Timestamp, text: String| Entry {
            at: f.times.clock(at),
            icon,
            tone,
            name: String::new(),
            text,
        };
        log.push(entry(*since, f.s(begins)));
        if let Some(end) = end {
            log.push(entry(end, f.x(ended, detail(f, progress))));
        }
    }
    log.reverse();
    log
}

/// The last of what was written.
pub fn applied(
    f: &Frame,
    book: &Book,
    applying: &Applying,
    at: Option<Timestamp>,
) -> Result<Vec<Entry>, Trouble> {
    let connection = book.connection()?;
    let lines = Desk::past(book, connection.as_ref()).lines(f, &applying.last)?;
    let at = at.map(|at| f.times.clock(at)).unwrap_or_default();
    let entry = |line: Line| {
        let fields: Vec<String> = line.changes.into_iter().map(|change| change.label).collect();
        let fields = if line.tone == "t-acc" { fields.join(", ") } else { String::new() };
        let text = if fields.is_empty() { line.what } else { format!("{} ({fields})", line.what) };
        Entry { at: at.clone(), icon: line.icon, tone: line.tone, name: line.name, text }
    };
    Ok(lines.into_iter().map(entry).collect())
}

/// How much of each kind was written, and how much is held.
pub fn figures(f: &Frame, applying: &Applying) -> Vec<Figure> {
    let n = |which: &dyn Fn(&KindCount) -> bool| {
        applying.counts.iter().filter(|count| which(count)).map(|count| count.n).sum::<i64>()
    };
    let of = |kinds: &'static [OpKind]| n(&move |count| !count.held && kinds.contains(&count.kind));
    let new = of(&[OpKind::Create, OpKind::TakeOver, OpKind::Restore]);
    let changed = of(&[
        OpKind::Adopt,
        OpKind::Relink,
        OpKind::Update,
        OpKind::Return,
        OpKind::MarkLeft,
        OpKind::Unlink,
    ]);
    let figure = |n: i64, tone, key: &str| Figure { n: f.number(n), tone, text: f.s(key) };
    vec![
        figure(new, "t-ok", "new-word"),
        figure(changed, "t-acc", "changed-word"),
        figure(of(&[OpKind::Remove]), "", "removed-word"),
        figure(n(&|count| count.held), "t-held", "held-word"),
    ]
}

/// What was asked of Microsoft.
pub fn asked(f: &Frame, asked: Option<Asked>) -> Vec<Figure> {
    let Some(asked) = asked else { return Vec::new() };
    let waited = (asked.waited_ms >= 1_000).then(|| Figure {
        n: span(asked.waited_ms),
        tone: "t-held",
        text: f.s("live-waited"),
    });
    std::iter::once(requests(f, asked.requests)).chain(waited).collect()
}

/// Requests sent so far.
pub fn requests(f: &Frame, n: i64) -> Figure {
    Figure { n: f.number(n), tone: "", text: f.n("live-requests", n) }
}
