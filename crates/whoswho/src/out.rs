//! The one place that prints: documents and tables to stdout, notes and progress to stderr. A reader who closes the pipe
//! early ends the output, not the command.

use std::borrow::Cow;
use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use serde::Serialize;

/// How a command answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Tables and sentences.
    Text,
    /// Exactly one JSON document on stdout.
    Json,
}

/// Prints a document: as JSON, or as the text that `text` makes of it.
pub fn answer<T: Serialize>(form: Form, document: &T, text: impl FnOnce(&T) -> String) {
    match form {
        Form::Text => lines(&text(document)),
        Form::Json => json(document),
    }
}

/// Stdout for answers that come piece by piece.
pub struct Stream {
    to: io::BufWriter<io::StdoutLock<'static>>,
    closed: bool,
}

/// Whether an answer could not be written, the disk being full for instance.
static LOST: AtomicBool = AtomicBool::new(false);

/// Whether something of an answer was lost. A reader who closed the pipe early has lost nothing.
pub fn lost() -> bool {
    LOST.load(Ordering::Relaxed)
}

/// Whether it was written; what could not be is noted.
fn written(result: &io::Result<()>) -> bool {
    if result.as_ref().is_err_and(|e| e.kind() != io::ErrorKind::BrokenPipe) {
        LOST.store(true, Ordering::Relaxed);
    }
    result.is_ok()
}

impl Drop for Stream {
    fn drop(&mut self) {
        written(&self.to.flush());
    }
}

impl Stream {
    /// Stdout, until it is dropped.
    pub fn stdout() -> Self {
        Self { to: io::BufWriter::with_capacity(1 << 16, io::stdout().lock()), closed: false }
    }

    /// Writes lines for people.
    pub fn tell(&mut self, text: &str) {
        self.write(&tame(text));
        self.write("\n");
    }

    /// Writes a piece as it is; none after the reader has closed the pipe.
    pub fn write(&mut self, text: &str) {
        self.closed = self.closed || !written(&self.to.write_all(text.as_bytes()));
    }

    /// Whether nobody reads any more.
    pub fn closed(&self) -> bool {
        self.closed
    }
}

/// A JSON array that is written element by element and looks as if it had been written at once.
#[derive(Debug, Default)]
pub struct Array {
    elements: usize,
}

impl Array {
    /// Writes an element.
    pub fn push(&mut self, to: &mut Stream, element: &impl Serialize) -> serde_json::Result<()> {
        let text = serde_json::to_string_pretty(element)?;
        to.write(if self.elements == 0 { "[" } else { "," });
        for line in text.lines() {
            to.write("\n  ");
            to.write(line);
        }
        self.elements += 1;
        Ok(())
    }

    /// Closes the array.
    pub fn end(self, to: &mut Stream) {
        to.write(if self.elements == 0 { "[]\n" } else { "\n]\n" });
    }
}

/// Prints text for people to stdout, ending with a line break; nothing for nothing.
pub fn lines(text: &str) {
    file(&tame(text));
}

/// The same for what is written into a file as a rule and must stay as it is: JSON, CSV, vCard, scripts.
pub fn file(text: &str) {
    if text.is_empty() {
        return;
    }
    let end = if text.ends_with('\n') { "" } else { "\n" };
    write_all(io::stdout().lock(), &format!("{text}{end}"));
}

/// Prints a line to stderr.
pub fn note(text: &str) {
    // Nobody can be told that a note could not be written.
    let _ = io::stderr().lock().write_all(format!("{}\n", tame(text)).as_bytes());
}

/// Stdout for bytes that are no text.
pub fn bytes() -> impl Write {
    io::stdout().lock()
}

fn json<T: Serialize>(document: &T) {
    let text = serde_json::to_string_pretty(document);
    file(&text.unwrap_or_else(|e| format!("{{\"error\": \"{e}\"}}")));
}

/// Names come from directories and command lines: what would command a terminal, or turn around what follows it, shows as
/// a replacement character.
fn tame(text: &str) -> Cow<'_, str> {
    let commands = |c: char| {
        (c.is_control() && c != '\n') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if text.contains(commands) { text.replace(commands, "\u{fffd}").into() } else { text.into() }
}

fn write_all(mut to: impl Write, text: &str) {
    written(&to.write_all(text.as_bytes()).and_then(|()| to.flush()));
}
