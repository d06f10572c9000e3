//! Exit codes: errors become numbers here and nowhere else. `docs/cli.md` lists them.

use std::fmt;
use std::process::ExitCode;
use std::sync::OnceLock;

use graph::GraphError;
use model::policy::PolicyError;
use serde::Serialize;
use store::{FileAct, Refusal, StoreError};
use sync::RunError;

use crate::out::{self, Form};
use crate::texts::{self, pick};
use show::advice;

/// Done, also with findings or held operations.
pub const DONE: u8 = 0;
/// Anything that no other code stands for.
pub const OTHER: u8 = 1;
/// The command line or the configuration is wrong.
pub const USAGE: u8 = 2;
/// A run is under way.
pub const BUSY: u8 = 3;
/// Microsoft or the network refused.
pub const REFUSED: u8 = 4;
/// The database.
pub const DATABASE: u8 = 5;

/// What was typed or configured is wrong; the text says what is right.
#[derive(Debug)]
pub struct Usage(pub String);

impl fmt::Display for Usage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Usage {}

/// There is no database yet where one is looked for; the text says what to do.
#[derive(Debug)]
pub struct NoDatabase(pub String);

impl fmt::Display for NoDatabase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NoDatabase {}

/// A wrong command line, as an error.
pub fn usage(text: impl Into<String>) -> anyhow::Error {
    Usage(text.into()).into()
}

/// What `--json` prints when a command fails.
#[derive(Serialize)]
pub struct Failed {
    error: String,
    advice: Option<String>,
    exit_code: u8,
}

impl Failed {
    /// A failure that a command's own document tells as well.
    pub fn told(error: String, advice: Option<String>, exit_code: u8) -> Self {
        Self { error, advice, exit_code }
    }
}

/// A document of a command that may fail and has something to show all the same; where it fails, the fields of every failure
/// stand beside its own.
#[derive(Serialize)]
struct Shown<'a, T> {
    #[serde(flatten)]
    document: &'a T,
    #[serde(flatten)]
    failed: Option<Failed>,
}

/// Prints such a document; the text says what failed by itself.
pub fn answer<T: Serialize>(
    form: Form,
    document: &T,
    failed: Option<Failed>,
    text: impl FnOnce(&T) -> String,
) {
    out::answer(form, &Shown { document, failed }, |shown| text(shown.document));
}

/// Tells an error and answers its code. With `--json` the document is the error.
pub fn failed(form: Form, error: &anyhow::Error) -> ExitCode {
    let (text, advice, exit_code) = (text_of(error), advice_of(error).map(filled), code_of(error));
    let text = without_monsters(&filled(&text));
    out::note(&format!("whoswho: {text}"));
    if let Some(advice) = &advice {
        out::note(&format!("  {advice}"));
    }
    if form == Form::Json {
        out::answer(form, &Failed { error: text, advice, exit_code }, |_| String::new());
    }
    ExitCode::from(exit_code)
}

/// The longest word that is repeated to whoever typed it; paths and addresses are shorter.
const LONGEST_WORD: usize = 300;

/// The text with words that fill the screen cut.
fn without_monsters(text: &str) -> String {
    let cut = |word: &str| match word.char_indices().nth(LONGEST_WORD) {
        Some((end, _)) => {
            let blank = if word.ends_with(char::is_whitespace) { " " } else { "" };
            format!("{}…{blank}", word.get(..end).unwrap_or(word))
        }
        None => word.to_owned(),
    };
    text.split_inclusive(char::is_whitespace).map(cut).collect()
}

/// The customer that the command is about, once it is known.
static ABOUT: OnceLock<String> = OnceLock::new();

/// From now on advice names this customer.
pub fn about(slug: &str) {
    ABOUT.get_or_init(|| slug.to_owned());
}

/// Commands between backticks with the customer's short name in its place, so that they can be copied.
pub fn filled(text: &str) -> String {
    ABOUT.get().map_or_else(|| text.to_owned(), |slug| advice::filled(text, slug))
}

/// The error with its causes, each in the reader's language where it is one of ours.
pub fn text_of(error: &anyhow::Error) -> String {
    let text = |cause: &(dyn std::error::Error + 'static)| {
        if let Some(error) = cause.downcast_ref::<PolicyError>() {
            return texts::policy_error(error);
        }
        if let Some(error) = cause.downcast_ref::<RunError>() {
            return texts::run_error(error);
        }
        if let Some(error) = cause.downcast_ref::<GraphError>() {
            return texts::graph_error(error);
        }
        if let Some(error) = cause.downcast_ref::<std::io::Error>() {
            return texts::io_error(error);
        }
        cause.downcast_ref::<StoreError>().map_or_else(|| cause.to_string(), texts::store_error)
    };
    error.chain().map(text).collect::<Vec<_>>().join(": ")
}

fn code_of(error: &anyhow::Error) -> u8 {
    let of_cause = |cause: &(dyn std::error::Error + 'static)| {
        if cause.is::<Usage>() {
            return Some(USAGE);
        }
        if cause.is::<NoDatabase>() {
            return Some(DATABASE);
        }
        if let Some(run) = cause.downcast_ref::<RunError>() {
            return Some(of_run(run));
        }
        if cause.is::<GraphError>() {
            return Some(REFUSED);
        }
        cause.downcast_ref::<StoreError>().map(of_store)
    };
    error.chain().find_map(of_cause).unwrap_or(OTHER)
}

fn of_run(error: &RunError) -> u8 {
    match error {
        RunError::Busy { .. } => BUSY,
        RunError::Graph(_) => REFUSED,
        RunError::Store(error) => of_store(error),
        RunError::NotConnected
        | RunError::Inactive
        | RunError::NothingRead { .. }
        | RunError::NotTold
        | RunError::Nobody(_)
        | RunError::BrokenOff
        | RunError::Interrupted
        | RunError::NoCursor
        | RunError::Other(_) => OTHER,
    }
}

fn of_store(error: &StoreError) -> u8 {
    match error {
        StoreError::Refused(Refusal::RunUnderWay) | StoreError::LeaseLost => BUSY,
        // A file that was named and is not there, or is a folder: as with every other one.
        StoreError::Refused(Refusal::ArchiveFile { act: FileAct::Open | FileAct::Read, .. }) => USAGE,
        StoreError::Refused(
            Refusal::NoDatabase(_) | Refusal::KeyFileOpen(_) | Refusal::KeyFileForeign(_),
        )
        | StoreError::Unavailable(_)
        | StoreError::Busy
        | StoreError::DiskFull
        | StoreError::ReadOnly(_)
        | StoreError::NewerDatabase { .. }
        | StoreError::WrongKey(_)
        | StoreError::Corrupt(_)
        | StoreError::Conflict(_)
        | StoreError::Replaced
        | StoreError::Internal(_) => DATABASE,
        StoreError::Invalid(_) | StoreError::Refused(_) | StoreError::NotFound => OTHER,
    }
}

fn advice_of(error: &anyhow::Error) -> Option<&'static str> {
    error.chain().find_map(|cause| {
        if let Some(RunError::Busy { .. }) = cause.downcast_ref::<RunError>() {
            return Some(pick(
                "wait for its end; plan, sync, undo and bin restore do that with --wait",
                "sein Ende abwarten; plan, sync, undo und bin restore tun das mit --wait",
            ));
        }
        match cause.downcast_ref::<RunError>() {
            Some(RunError::Graph(error)) => return advice::graph(error),
            Some(RunError::Store(error)) => return advice::store(error),
            _ => {}
        }
        let graph = || cause.downcast_ref::<GraphError>().and_then(advice::graph);
        cause.downcast_ref::<StoreError>().map_or_else(graph, advice::store)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_have_the_documented_codes() {
        let code = |error: anyhow::Error| code_of(&error.context("while testing"));
        assert_eq!(code(usage("x")), USAGE);
        assert_eq!(code(RunError::Busy { slug: "muster".into(), held: None }.into()), BUSY);
        assert_eq!(code(RunError::NotConnected.into()), OTHER);
        assert_eq!(code(StoreError::from(Refusal::RunUnderWay).into()), BUSY);
        assert_eq!(code(RunError::Store(StoreError::DiskFull).into()), DATABASE);
        assert_eq!(code(StoreError::Unavailable("x".into()).into()), DATABASE);
        assert_eq!(code(StoreError::Invalid("x".into()).into()), OTHER);
        assert_eq!(code(GraphError::Gone(Box::default()).into()), REFUSED);
        assert_eq!(code(anyhow::anyhow!("x")), OTHER);
    }
}
