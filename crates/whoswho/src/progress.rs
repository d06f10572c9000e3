//! Progress of a run on stderr: a live bar on a terminal, plain lines elsewhere.

use std::io::IsTerminal;
use std::mem::{Discriminant, discriminant};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use sync::{Monitor, Progress};

use crate::out;

/// Between two lines of the same phase.
const QUIET: Duration = Duration::from_secs(2);

/// What fits stderr.
pub fn monitor() -> Box<dyn Monitor> {
    if std::io::stderr().is_terminal() { Box::new(Bar::new()) } else { Box::new(Lines::default()) }
}

struct Bar(ProgressBar);

impl Bar {
    fn new() -> Self {
        let bar = ProgressBar::new(0);
        bar.set_style(ProgressStyle::default_spinner());
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
            self.0.set_message("applying");
        } else {
            self.0.set_style(ProgressStyle::default_spinner());
            self.0.set_message(text(progress));
        }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

#[derive(Default)]
struct Lines(Mutex<Option<(Discriminant<Progress>, Instant)>>);

impl Monitor for Lines {
    fn at(&self, progress: &Progress) {
        let now = Instant::now();
        let phase = discriminant(progress);
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if last.is_none_or(|(before, at)| before != phase || now.duration_since(at) >= QUIET) {
            *last = Some((phase, now));
            out::note(&text(progress));
        }
    }
}

fn text(progress: &Progress) -> String {
    match progress {
        Progress::Reading { users, groups } => format!("reading: {users} users, {groups} groups"),
        Progress::Planning { people } => format!("planning: {people} people"),
        Progress::Applying { done, of } => format!("applying: {done} of {of}"),
    }
}
