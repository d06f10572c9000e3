//! The one place that prints: documents and tables to stdout, notes and progress to stderr. A reader who closes the pipe
//! early ends the output, not the command.

use std::io::{self, Write};

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

/// Prints text to stdout, ending with a line break; nothing for nothing.
pub fn lines(text: &str) {
    if text.is_empty() {
        return;
    }
    let end = if text.ends_with('\n') { "" } else { "\n" };
    write_all(io::stdout().lock(), &format!("{text}{end}"));
}

/// Prints a line to stderr.
pub fn note(text: &str) {
    write_all(io::stderr().lock(), &format!("{text}\n"));
}

fn json<T: Serialize>(document: &T) {
    let text = serde_json::to_string_pretty(document);
    lines(&text.unwrap_or_else(|e| format!("{{\"error\": \"{e}\"}}")));
}

fn write_all(mut to: impl Write, text: &str) {
    // A closed pipe is the reader's decision.
    let _ = to.write_all(text.as_bytes()).and_then(|()| to.flush());
}
