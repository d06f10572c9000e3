//! What a file, the system or a server said, by what a person recognises. No language: whoever tells it has the words; `Display`
//! is English, with the original in brackets.

use std::fmt;
use std::io::{Error, ErrorKind};
use std::path::Path;

/// Why the database or a file beside it is of no use right now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// Something could not be done with a file.
    File {
        /// What was tried.
        act: FileAct,
        /// With which.
        path: String,
        /// What the system said.
        said: Said,
    },
    /// What the system said of no file in particular.
    System(Said),
    /// The connection to the server is gone.
    ConnectionLost,
    /// TLS with the server; the TLS library's words.
    Tls(String),
    /// A code of PostgreSQL.
    Code(String),
    /// PostgreSQL wants a statement to be prepared again; its code.
    PrepareAgain(String),
    /// The SQLite file may not be written.
    FileReadOnly,
    /// The SQLite file or its folder may not be used.
    Denied,
    /// The SQLite file cannot be opened.
    CannotOpen,
    /// The disk under the SQLite file fails; SQLite's code.
    Disk(i32),
    /// No memory is left.
    Memory,
    /// The server takes no writes.
    ServerReadOnly,
    /// The database user lacks a right.
    RightLacking,
    /// There is no place for what a read gathers.
    NoSpool(Said),
    /// Anything else, in the driver's words.
    Other(String),
}

/// What cannot be done with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileAct {
    /// Create it.
    Create,
    /// Open it.
    Open,
    /// Read it.
    Read,
    /// Write it.
    Write,
    /// Lock it.
    Lock,
}

/// An answer of the operating system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// What it means.
    pub kind: SaidKind,
    /// Its own words.
    pub text: String,
}

/// The answers that people meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SaidKind {
    /// There is no such file or folder.
    NotFound,
    /// It is not allowed.
    Denied,
    /// The disk takes no writes.
    ReadOnlyDisk,
    /// The disk is full.
    Full,
    /// It is a folder.
    Folder,
    /// A part of the path is no folder.
    NoFolder,
    /// There is one already.
    Exists,
    /// Another program has the address.
    InUse,
    /// The address is none of this machine's.
    NoAddress,
    /// Nobody listens there.
    Refused,
    /// No answer came in time.
    TimedOut,
    /// The name leads to no machine.
    UnknownHost,
    /// No way leads there.
    Unreachable,
    /// The other side hung up.
    Broken,
    /// Anything else.
    Other,
}

impl Said {
    /// What an error means.
    pub fn of(error: &Error) -> Self {
        let text = error.to_string();
        let kind = match error.kind() {
            ErrorKind::NotFound => SaidKind::NotFound,
            ErrorKind::PermissionDenied => SaidKind::Denied,
            ErrorKind::ReadOnlyFilesystem => SaidKind::ReadOnlyDisk,
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => SaidKind::Full,
            ErrorKind::IsADirectory => SaidKind::Folder,
            ErrorKind::NotADirectory => SaidKind::NoFolder,
            ErrorKind::AlreadyExists => SaidKind::Exists,
            ErrorKind::AddrInUse => SaidKind::InUse,
            ErrorKind::AddrNotAvailable => SaidKind::NoAddress,
            ErrorKind::ConnectionRefused => SaidKind::Refused,
            ErrorKind::TimedOut => SaidKind::TimedOut,
            ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable | ErrorKind::NetworkDown => {
                SaidKind::Unreachable
            }
            ErrorKind::ConnectionReset
            | ErrorKind::ConnectionAborted
            | ErrorKind::NotConnected
            | ErrorKind::BrokenPipe
            | ErrorKind::UnexpectedEof => SaidKind::Broken,
            // The resolver's answer has no kind of its own.
            _ if text.contains("lookup address") => SaidKind::UnknownHost,
            _ => SaidKind::Other,
        };
        // The number stands in brackets, and so will the whole.
        let text = match text.strip_suffix(')').and_then(|t| t.rsplit_once(" (os error ")) {
            Some((words, number)) => format!("{words}, os error {number}"),
            None => text,
        };
        Self { kind, text }
    }
}

impl Cause {
    pub(crate) fn of_file(act: FileAct, path: &Path, error: &Error) -> Self {
        Self::File { act, path: path.display().to_string(), said: Said::of(error) }
    }
}

impl From<&str> for Cause {
    fn from(text: &str) -> Self {
        Self::Other(text.to_owned())
    }
}

impl From<String> for Cause {
    fn from(text: String) -> Self {
        Self::Other(text)
    }
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let own = match self.kind {
            SaidKind::NotFound => "there is no such file or folder",
            SaidKind::Denied => "that is not allowed",
            SaidKind::ReadOnlyDisk => "the disk takes no writes",
            SaidKind::Full => "the disk is full",
            SaidKind::Folder => "that is a folder",
            SaidKind::NoFolder => "a part of the path is no folder",
            SaidKind::Exists => "there is one already",
            SaidKind::InUse => "another program has this address",
            SaidKind::NoAddress => "this machine does not have that address",
            SaidKind::Refused => "nobody listens there",
            SaidKind::TimedOut => "no answer came in time",
            SaidKind::UnknownHost => "no machine has that name",
            SaidKind::Unreachable => "the network leads to no such machine",
            SaidKind::Broken => "the other side hung up",
            SaidKind::Other => return f.write_str(&self.text),
        };
        write!(f, "{own} ({})", self.text)
    }
}

impl FileAct {
    const fn verb(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Open => "open",
            Self::Read => "read",
            Self::Write => "write",
            Self::Lock => "lock",
        }
    }
}

impl fmt::Display for FileAct {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.verb())
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { act, path, said } => write!(f, "cannot {act} {path}: {said}"),
            Self::System(said) => said.fmt(f),
            Self::ConnectionLost => f.write_str("the connection is lost"),
            Self::Tls(text) => write!(f, "TLS with PostgreSQL: {text}"),
            Self::Code(code) => write!(f, "PostgreSQL code {code}"),
            Self::PrepareAgain(code) => write!(f, "statement to be prepared again ({code})"),
            Self::FileReadOnly => f.write_str("the file is read-only"),
            Self::Denied => f.write_str("the file or its folder may not be used"),
            Self::CannotOpen => f.write_str("the file cannot be opened"),
            Self::Disk(code) => write!(f, "the disk fails (SQLite code {code})"),
            Self::Memory => f.write_str("no memory is left"),
            Self::ServerReadOnly => f.write_str("the server is read-only"),
            Self::RightLacking => f.write_str("the database user lacks a right"),
            Self::NoSpool(said) => write!(f, "there is no place for what was read: {said}"),
            Self::Other(text) => f.write_str(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_system_says_is_told_apart_and_kept_in_brackets() {
        let missing = std::fs::read("/nowhere/at/all").unwrap_err();
        let said = Said::of(&missing);
        assert_eq!(said.kind, SaidKind::NotFound);
        let text = "there is no such file or folder (No such file or directory, os error 2)";
        assert_eq!(said.to_string(), text);
        let name = Error::other("failed to lookup address information: Name or service not known");
        assert_eq!(Said::of(&name).kind, SaidKind::UnknownHost);
        assert_eq!(Said::of(&Error::from(ErrorKind::ConnectionRefused)).kind, SaidKind::Refused);
        assert_eq!(Said::of(&Error::other("odd (really)")).to_string(), "odd (really)");
    }
}
