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
use crate::texts::{pick, say};

/// Between two lines of the same phase.
const QUIET: Duration = Duration::from_secs(2);
/// After this long without news a line says that the run still waits.
const SILENCE: Duration = Duration::from_secs(10);

/// What fits stderr.
pub fn monitor() -> Box<dyn Monitor> {
    if std::io::stderr().is_terminal() { Box::new(Bar::new()) } else { Box::new(Lines::new()) }
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

/// What was told last, and when; `None` before the first news.
type Told = Arc<Mutex<(Option<Discriminant<Progress>>, Instant)>>;

/// Lines, and a thread that breaks long silence; it ends with the channel.
struct Lines {
    told: Told,
    _ended: Sender<()>,
}

impl Lines {
    fn new() -> Self {
        let told: Told = Arc::new(Mutex::new((None, Instant::now())));
        let (ended, end) = channel();
        let watched = Arc::clone(&told);
        thread::spawn(move || {
            let begun = Instant::now();
            while end.recv_timeout(SILENCE / 2) == Err(RecvTimeoutError::Timeout) {
                let mut last = watched.lock().unwrap_or_else(PoisonError::into_inner);
                if last.1.elapsed() >= SILENCE {
                    last.1 = Instant::now();
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
        let now = Instant::now();
        let phase = discriminant(progress);
        let mut last = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if last.0 != Some(phase) || now.duration_since(last.1) >= QUIET {
            *last = (Some(phase), now);
            out::note(&text(progress));
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
            say!("reading: {users} users, {groups} groups", "lese: {users} Benutzer, {groups} Gruppen")
        }
        Progress::Planning { people } => say!("planning: {people} people", "plane: {people} Personen"),
        Progress::Applying { done, of } => say!("applying: {done} of {of}", "wende an: {done} von {of}"),
    }
}
