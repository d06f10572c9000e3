//! Progress of a run on stderr: a live bar on a terminal, plain lines elsewhere.

use std::io::IsTerminal;
use std::mem::{Discriminant, discriminant};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use sync::{Monitor, Progress};

use crate::out;
use crate::texts::{many, pick, say};

/// Between two lines of the same phase.
const QUIET: Duration = Duration::from_secs(2);
/// After this long without news a line says that the run still waits.
const SILENCE: Duration = Duration::from_secs(10);

/// What fits stderr.
pub fn monitor() -> Box<dyn Monitor> {
    if std::io::stderr().is_terminal() { Box::new(Bar::new()) } else { Box::new(Lines::new()) }
}

/// Rows of a backup or a restore, on a terminal only.
pub fn rows() -> impl Fn(store::Step) {
    let bar = std::io::stderr().is_terminal().then(Bar::new);
    move |step| {
        let Some(Bar(bar)) = &bar else { return };
        bar.set_message(match step {
            store::Step::Saving { rows } => say!("saving: {rows} rows", "sichere: {rows} Zeilen"),
            store::Step::Checking { rows } => say!("checking: {rows} rows", "prüfe: {rows} Zeilen"),
            store::Step::Restoring { rows, of } => {
                say!("restoring: {rows} of {of} rows", "stelle her: {rows} von {of} Zeilen")
            }
        });
    }
}

struct Bar(ProgressBar);

impl Bar {
    fn new() -> Self {
        let bar = ProgressBar::new(0);
        bar.set_style(spinner());
        bar.set_message(waiting());
        bar.enable_steady_tick(Duration::from_millis(120));
        Self(bar)
    }
}

impl Monitor for Bar {
    fn at(&self, progress: &Progress) {
        if let Progress::Applying { done, of } = *progress {
            let style = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len}");
            self.0.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            self.0.set_length(of);
            self.0.set_position(done);
            self.0.set_message(pick("applying", "wende an"));
        } else {
            self.0.set_style(spinner());
            self.0.set_message(text(progress));
        }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

/// Where a run is, and what of that was told.
struct Told {
    /// `None` before the first news.
    phase: Option<Discriminant<Progress>>,
    at: Instant,
    /// How far it came since the last line.
    unsaid: Option<String>,
}

impl Told {
    fn say(&mut self) {
        if let Some(line) = self.unsaid.take() {
            self.at = Instant::now();
            out::note(&line);
        }
    }
}

/// Lines, the last of each phase among them, and a thread that breaks long silence; it ends with the channel.
struct Lines {
    told: Arc<Mutex<Told>>,
    _ended: Sender<()>,
}

impl Lines {
    fn new() -> Self {
        let told = Told { phase: None, at: Instant::now(), unsaid: None };
        let told = Arc::new(Mutex::new(told));
        let (ended, end) = channel();
        let watched = Arc::clone(&told);
        thread::spawn(move || {
            let begun = Instant::now();
            while end.recv_timeout(SILENCE / 2) == Err(RecvTimeoutError::Timeout) {
                let mut last = watched.lock().unwrap_or_else(PoisonError::into_inner);
                if last.at.elapsed() >= SILENCE {
                    last.at = Instant::now();
                    let seconds = begun.elapsed().as_secs();
                    out::note(&say!("still at it, {seconds} s", "noch dabei, {seconds} s"));
                }
            }
        });
        Self { told, _ended: ended }
    }
}

impl Monitor for Lines {
    fn at(&self, progress: &Progress) {
        let phase = discriminant(progress);
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let first = told.phase.is_none();
        if told.phase != Some(phase) {
            told.say();
            told.phase = Some(phase);
        }
        told.unsaid = Some(text(progress));
        if first || told.at.elapsed() >= QUIET {
            told.say();
        }
    }
}

impl Drop for Lines {
    fn drop(&mut self) {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).say();
    }
}

/// Elapsed time tells that a wait is no standstill.
fn spinner() -> ProgressStyle {
    ProgressStyle::with_template("{spinner} {msg} ({elapsed})")
        .unwrap_or_else(|_| ProgressStyle::default_spinner())
}

fn waiting() -> String {
    pick("signing in and asking Microsoft 365", "Anmeldung und Anfrage bei Microsoft 365").into()
}

fn text(progress: &Progress) -> String {
    match *progress {
        Progress::Reading { users: 0, groups: 0 } => waiting(),
        Progress::Reading { users, groups } => {
            let users = many(users, ["user", "users"], ["Benutzer", "Benutzer"]);
            let groups = many(groups, ["group", "groups"], ["Gruppe", "Gruppen"]);
            say!("reading: {users}, {groups}", "lese: {users}, {groups}")
        }
        Progress::Planning { people } => {
            let people = many(people, ["person", "people"], ["Person", "Personen"]);
            say!("planning: {people}", "plane: {people}")
        }
        Progress::Applying { done, of } => say!("applying: {done} of {of}", "wende an: {done} von {of}"),
    }
}
