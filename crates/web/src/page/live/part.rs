//! How far something is: what its page shows, and what changes on it.

use askama::Template;
use model::run::ReadMode;
use model::{Right, Timestamp};
use store::Book;
use sync::{Asker, Progress, RunError};

use crate::answer::Trouble;
use crate::frame::Frame;
use crate::jobs::{End, Job, JobKind, State};
use crate::page::live::log::{self, Entry, Figure};

/// The part that changes.
#[derive(Template)]
#[template(path = "live-part.html")]
pub struct LivePart<'a> {
    /// Around the page.
    pub f: &'a Frame,
    /// How far it is.
    pub part: &'a Part,
}

/// How far something is.
pub struct Part {
    /// What it is.
    pub heading: String,
    /// Since when, and by whom.
    pub sub: String,
    /// What it does now.
    pub now: String,
    /// Operations done, where it applies.
    pub done: Option<Done>,
    /// The phases, those to come included; none of what runs elsewhere.
    pub phases: Vec<Phase>,
    /// What is waited for; empty where nothing is.
    pub waiting: String,
    /// What it did, newest first.
    pub log: Vec<Entry>,
    /// What came of it so far.
    pub figures: Vec<Figure>,
    /// Why it ended badly.
    pub error: String,
    /// Somebody ended it.
    pub stopped: bool,
    /// It goes on, and whoever looks may end it.
    pub can_cancel: bool,
    /// It goes on.
    pub under_way: bool,
    /// How much of the operations is done.
    pub percent: i64,
}

/// Operations done, and of how many.
#[derive(Clone, Copy)]
pub struct Done {
    /// Done.
    pub n: i64,
    /// In all.
    pub of: i64,
}

/// A phase.
pub struct Phase {
    /// `done`, `now`, or empty for what is to come.
    pub class: &'static str,
    /// The icon.
    pub icon: &'static str,
    /// Its name.
    pub name: String,
    /// The same as the class, in words.
    pub state: String,
    /// How long it took.
    pub took: String,
    /// What it brought.
    pub detail: String,
}

impl Done {
    fn percent(self) -> i64 {
        self.n * 100 / self.of.max(1)
    }
}

/// How far it is; `None` where nothing is under way and nothing ended badly.
pub fn part(f: &Frame, book: &Book, job: Option<&Job>) -> Result<Option<Part>, Trouble> {
    let job = job.map(|job| (job, job.state()));
    match job {
        Some((job, state)) if state.end.is_none() => {
            let mut part = of_job(f, job, &state);
            if matches!(state.phases.last(), Some((_, Progress::Applying { .. }))) {
                part.add_applied(f, book, state.phases.last().map(|(since, _)| *since))?;
            }
            Ok(Some(part))
        }
        ended => match sync::under_way(book)? {
            Some(held) => Ok(Some(elsewhere(f, book, &held)?)),
            None => Ok(ended
                .map(|(job, state)| of_job(f, job, &state))
                .filter(|part| part.stopped || !part.error.is_empty())),
        },
    }
}

fn of_job(f: &Frame, job: &Job, state: &State) -> Part {
    let heading = f.s(match (&job.kind, state.end.as_deref()) {
        (_, Some(End::Stopped)) => "live-stopped-h",
        (_, Some(End::Refused(_))) => "live-failed-h",
        (JobKind::Look, _) => "live-look-h",
        (JobKind::Run(_), _) => "live-run-h",
        (JobKind::Person(_), _) => "live-person-h",
        (JobKind::Load(_), _) => "live-load-h",
        (JobKind::Import { .. }, _) => "live-import-h",
        (JobKind::LookBack(_), _) => "live-undo-look-h",
        (JobKind::Undo(..), _) => "live-undo-h",
        // Behind the check the first run follows.
        (JobKind::Connect(..), _) if !state.phases.is_empty() => "live-run-h",
        (JobKind::Connect(..) | JobKind::Check, _) => "live-check-h",
        (JobKind::Disconnect(_), _) => "live-disconnect-h",
        (JobKind::Try(_), _) => "policy-trying-h",
    });
    let started = f.times.short(job.started);
    let under_way = state.end.is_none();
    let sub = f.t.w("live-by", &[("time", &started), ("who", &job.by)]);
    let done = state.phases.last().and_then(|(_, progress)| match progress {
        Progress::Applying { done, of } => Some(Done { n: *done as i64, of: *of as i64 }),
        Progress::Reading { .. } | Progress::Planning { .. } => None,
    });
    let waiting = state.asker.as_ref().filter(|_| under_way).and_then(Asker::waiting);
    let error = match state.end.as_deref() {
        Some(End::Refused(error)) => error_text(f, error),
        _ => String::new(),
    };
    Part {
        heading,
        sub,
        now: match state.phases.last() {
            Some((_, progress)) => now_text(f, progress),
            None if state.gone > 0 => f.n("live-gone", state.gone as i64),
            None => f.s("live-begins"),
        },
        done,
        phases: phases(f, job, state),
        waiting: waiting.map(|waiting| log::waiting(f, waiting)).unwrap_or_default(),
        log: log::of_job(f, job.started, state),
        figures: log::asked(f, state.asker.as_ref().map(Asker::asked)),
        stopped: matches!(state.end.as_deref(), Some(End::Stopped)),
        can_cancel: under_way && job.can_be_cancelled() && f.may(Right::Act),
        percent: done.map_or(0, Done::percent),
        error,
        under_way,
    }
}

/// Why something did not run, in the words of pages.
fn error_text(f: &Frame, error: &RunError) -> String {
    match error {
        RunError::NotConnected => f.s("not-connected-text"),
        RunError::Inactive => f.s("live-inactive"),
        RunError::NothingRead { .. } => f.s("live-nothing-read"),
        RunError::Busy { .. } => f.s("live-busy"),
        error => show::texts::run_error(error),
    }
}

fn elsewhere(f: &Frame, book: &Book, held: &sync::UnderWay) -> Result<Part, Trouble> {
    let running = book.running()?;
    let done = running.map_or(Ok(None), |run| book.applied_of(run))?;
    let done = done.map(|(n, of)| Done { n, of });
    let listed = running.map(|run| book.run(run)).transpose()?.flatten();
    let requests = held.requests.or_else(|| listed.and_then(|run| run.requests));
    let now = match (done, held.reads, running) {
        (Some(_), ..) => "phase-applying",
        (None, Some(ReadMode::Complete), _) => "live-reads-all",
        (None, Some(ReadMode::Delta), _) => "live-reads-changes",
        (None, None, Some(_)) => "phase-planning",
        (None, None, None) => "live-elsewhere",
    };
    let mut part = Part {
        heading: f.s("live-run-h"),
        sub: f.x("live-since", f.times.short(held.since)),
        now: f.s(now),
        percent: done.map_or(0, Done::percent),
        done,
        phases: Vec::new(),
        waiting: String::new(),
        log: vec![log::begins(f, held.since)],
        figures: requests.map(|n| log::requests(f, n)).into_iter().collect(),
        error: String::new(),
        stopped: false,
        can_cancel: false,
        under_way: true,
    };
    part.add_applied(f, book, None)?;
    Ok(part)
}

impl Part {
    /// The last of what was written, before what was done earlier, and how much of each kind.
    fn add_applied(&mut self, f: &Frame, book: &Book, at: Option<Timestamp>) -> Result<(), Trouble> {
        let applying = book.running()?.map_or(Ok(None), |run| book.applying(run, log::LINES))?;
        let Some(applying) = applying else { return Ok(()) };
        let mut lines = log::applied(f, book, &applying, at)?;
        lines.append(&mut self.log);
        lines.truncate(log::MOST);
        self.log = lines;
        let mut figures = log::figures(f, &applying);
        figures.append(&mut self.figures);
        self.figures = figures;
        Ok(())
    }
}

fn now_text(f: &Frame, progress: &Progress) -> String {
    f.s(match progress {
        Progress::Reading { .. } => "phase-reading",
        Progress::Planning { .. } => "phase-planning",
        Progress::Applying { .. } => "phase-applying",
    })
}

fn phases(f: &Frame, job: &Job, state: &State) -> Vec<Phase> {
    let names: &[&str] = match job.kind {
        JobKind::Look => &["phase-reading", "phase-planning"],
        JobKind::Load(_) => &["phase-reading"],
        JobKind::Try(_) => &["phase-planning"],
        JobKind::Connect(..) if state.phases.is_empty() => &[],
        JobKind::Run(_) | JobKind::Person(_) | JobKind::Import { .. } | JobKind::Connect(..) => {
            &["phase-reading", "phase-planning", "phase-applying"]
        }
        JobKind::LookBack(_) | JobKind::Check | JobKind::Disconnect(_) => &[],
        JobKind::Undo(..) => &["phase-applying"],
    };
    let key = |progress: &Progress| match progress {
        Progress::Reading { .. } => "phase-reading",
        Progress::Planning { .. } => "phase-planning",
        Progress::Applying { .. } => "phase-applying",
    };
    let ended = state.end.is_some();
    let phase = |name: &&str| {
        let at = state.phases.iter().position(|(_, progress)| key(progress) == *name);
        let is_last = at.is_some_and(|at| at + 1 == state.phases.len());
        let (class, icon, word) = match at {
            None => ("", "clock", "phase-follows"),
            Some(_) if is_last && !ended => ("now", "spin", "phase-now"),
            Some(_) => ("done", "check", "phase-done"),
        };
        let (took, detail) = at.map_or((String::new(), String::new()), |at| {
            let since = state.phases.get(at).map(|(since, _)| *since);
            let until = state.phases.get(at + 1).map(|(since, _)| *since).or(state.ended_at);
            let took = since.zip(until).map(|(since, until)| show::when::span(until.ms_since(since)));
            let detail = state.phases.get(at).map(|(_, progress)| detail(f, progress));
            (took.unwrap_or_default(), detail.unwrap_or_default())
        });
        Phase { class, icon, name: f.s(name), state: f.s(word), took, detail }
    };
    names.iter().map(phase).collect()
}

pub(super) fn detail(f: &Frame, progress: &Progress) -> String {
    match *progress {
        Progress::Reading { users: 0, groups: 0 } => f.s("live-asking"),
        Progress::Reading { users, groups } => {
            format!("{}, {}", f.n("live-users", users as i64), f.n("live-groups", groups as i64))
        }
        Progress::Planning { people } => f.n("live-compared", people as i64),
        Progress::Applying { done, of } => {
            f.t.nw("live-written", of as i64, &[("done", &f.number(done as i64))])
        }
    }
}
