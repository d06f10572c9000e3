//! Progress of whatever may take long, on stderr: a live bar on a terminal, plain lines elsewhere.

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

/// A run's progress, as it fits stderr.
pub fn monitor() -> Box<dyn Monitor> {
    beginning_with(waiting())
}

/// An undo's, which asks nothing of Microsoft.
pub fn undoing() -> Box<dyn Monitor> {
    beginning_with(pick("looking up what goes back", "suche, was zurückgeht").into())
}

fn beginning_with(text: String) -> Box<dyn Monitor> {
    if std::io::stderr().is_terminal() { Box::new(Bar::new(text)) } else { Box::new(Lines::new(Tells::All)) }
}

/// What is done until this is dropped: shown at once on a terminal, elsewhere when it takes long.
pub struct Busy(Shown);

enum Shown {
    Bar(Bar),
    Lines(Lines),
}

impl Busy {
    /// How far it came.
    pub fn at(&self, text: &str) {
        match &self.0 {
            Shown::Bar(Bar(bar)) => bar.set_message(text.to_owned()),
            Shown::Lines(lines) => lines.note(text.to_owned()),
        }
    }
}

/// Begins something that may take long.
pub fn busy(doing: &str) -> Busy {
    Busy(if std::io::stderr().is_terminal() {
        Shown::Bar(Bar::new(doing.to_owned()))
    } else {
        Shown::Lines(Lines::new(Tells::Long))
    })
}

/// Rows of a backup or a restore.
pub fn rows() -> impl Fn(store::Step) {
    let busy = busy(pick("opening the database", "öffne die Datenbank"));
    move |step| {
        busy.at(&match step {
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
    fn new(text: String) -> Self {
        let bar = ProgressBar::new(0);
        bar.set_style(spinner());
        bar.set_message(text);
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
    tells: Tells,
}

/// What is told where there is no terminal.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tells {
    /// Every phase.
    All,
    /// Only what takes long.
    Long,
}

impl Told {
    fn say(&mut self) {
        if let Some(line) = self.unsaid.take() {
            self.at = Instant::now();
            self.tells = Tells::All;
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
    fn new(tells: Tells) -> Self {
        let told = Told { phase: None, at: Instant::now(), unsaid: None, tells };
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
                    let still = pick("still at it", "noch dabei").to_owned();
                    out::note(&format!("{}, {seconds} s", last.unsaid.take().unwrap_or(still)));
                }
            }
        });
        Self { told, _ended: ended }
    }

    /// How something came along that has no phases.
    fn note(&self, text: String) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.unsaid = Some(text);
        if told.at.elapsed() >= QUIET {
            told.say();
        }
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
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.tells == Tells::All {
            told.say();
        }
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
