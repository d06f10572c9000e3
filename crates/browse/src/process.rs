//! Processes that never outlive their value, and what they say.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

/// For how long anything is waited for.
pub(crate) const PATIENCE: Duration = Duration::from_secs(40);

/// A process that is killed at the end.
pub(crate) struct Running(pub Child);

impl Drop for Running {
    fn drop(&mut self) {
        // Both fail only where it has ended.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Lines that a process writes, read as they come so that it never waits for us.
pub(crate) struct Lines(Receiver<String>);

impl Lines {
    pub fn of(stream: impl Read + Send + 'static) -> Self {
        let (say, said) = mpsc::channel();
        let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
        thread::spawn(move || {
            // Nobody listens any more: what is said later is read and dropped.
            while let Some(line) = lines.next() {
                if say.send(line).is_err() {
                    lines.by_ref().for_each(drop);
                }
            }
        });
        Self(said)
    }

    /// The next line with these words.
    pub fn heard(&self, words: &str) -> String {
        self.hears(words).unwrap_or_else(|so_far| panic!("nobody said “{words}”, only {so_far:#?}"))
    }

    /// The same; where nobody says it, all that was said instead.
    pub fn hears(&self, words: &str) -> Result<String, Vec<String>> {
        let (end, mut so_far) = (Instant::now() + PATIENCE, Vec::new());
        loop {
            let left = end.saturating_duration_since(Instant::now());
            match self.0.recv_timeout(left) {
                Ok(line) if line.contains(words) => return Ok(line),
                Ok(line) => so_far.push(line),
                Err(_) => return Err(so_far),
            }
        }
    }
}

/// Kills by process id, where a process is no child of ours.
pub(crate) fn kill(process: u64) {
    // It fails only where it has ended.
    let _ = Command::new("kill").args(["-KILL", &process.to_string()]).output();
}
