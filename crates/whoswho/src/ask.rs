//! Questions on a terminal, which Ctrl-C and SIGTERM end with the code of whatever is interrupted.
//!
//! Whoever has listened for a signal once has to do so for good: what the system would have done is not done any more. So a
//! thread goes on listening after the answer, and ends the process as the system would have, unless somebody hears signals who
//! does better.

use std::io;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use tokio::runtime::{Builder, Runtime};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::oneshot;

use crate::exit;
use crate::out;
use crate::texts::say;

/// Whether a question waits for its answer.
static OPEN: AtomicBool = AtomicBool::new(false);

/// Whether runs hear signals, and end as they should.
static HEARD: AtomicBool = AtomicBool::new(false);

/// From now on somebody else ends the process on a signal.
pub fn heard() {
    HEARD.store(true, Ordering::Relaxed);
}

/// Asks, and answers the line that somebody types. `so_far` says what became of the command where it is interrupted instead.
pub fn typed(question: &str, so_far: &str) -> anyhow::Result<String> {
    OPEN.store(true, Ordering::Relaxed);
    listen_on()?;
    let (runtime, [mut term, mut int]) = signals()?;
    out::note(question);
    let (tell, told) = oneshot::channel();
    // A thread of its own: whoever waits for a key cannot be stopped, and must not keep the process alive.
    thread::spawn(move || {
        let mut line = String::new();
        let read = io::stdin().read_line(&mut line).map(|_| line);
        // Nobody listens any more after a signal.
        let _ = tell.send(read);
    });
    let line = runtime.block_on(async {
        tokio::select! {
            line = told => Some(line),
            _ = term.recv() => None,
            _ = int.recv() => None,
        }
    });
    let Some(line) = line else {
        // The question stays open, so that the process ends by this error alone.
        anyhow::bail!(say!("interrupted; {so_far}", "unterbrochen; {so_far}"));
    };
    OPEN.store(false, Ordering::Relaxed);
    Ok(line.unwrap_or_else(|_| Ok(String::new()))?)
}

/// Begins to listen beside whatever the command does after the answer.
fn listen_on() -> io::Result<()> {
    static LISTENING: OnceLock<()> = OnceLock::new();
    if LISTENING.set(()).is_err() {
        return Ok(());
    }
    let (runtime, [mut term, mut int]) = signals()?;
    thread::spawn(move || {
        runtime.block_on(async {
            loop {
                tokio::select! {
                    _ = term.recv() => {}
                    _ = int.recv() => {}
                }
                if !OPEN.load(Ordering::Relaxed) && !HEARD.load(Ordering::Relaxed) {
                    std::process::exit(exit::OTHER.into());
                }
            }
        });
    });
    Ok(())
}

fn signals() -> io::Result<(Runtime, [Signal; 2])> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let streams = {
        let _inside = runtime.enter();
        [signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?]
    };
    Ok((runtime, streams))
}
