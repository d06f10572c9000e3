//! Archives: a whole database in one file that both engines read, for backups and for moving house.
//!
//! An archive is gzip over lines of JSON. The first line is its head, then for each table a line with its columns and a
//! line for each row, and at the end the number of rows and the SHA-256 of all lines before. docs/backup.md describes it.
//!
//! Rules: it is read from one snapshot, so it is consistent while others write; it is checked whole before anything of it
//! is restored; sealed values stay sealed, and the key is never in it. Every table is archived or named in [`LEFT_OUT`].

mod carry;
mod file;
mod read;
mod restore;
#[cfg(test)]
mod tests;
mod write;

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::cause::{FileAct, Said};
use crate::db::{Tx, Type};
use crate::error::{Result, StoreError};
use crate::migrate::columns;
use crate::refusal::Refusal;

pub use file::Existing;
pub use restore::{Credentials, Restore, Restored, Target, check_archives};
pub use write::Written;

/// The version of the format that is written; newer ones are refused.
const FORMAT: i64 = 1;

/// Tables that no archive holds, each with its reason.
pub(crate) const LEFT_OUT: &[(&str, &str)] = &[
    ("lease", "the right of a living process to write; no process outlives a restore"),
    ("session", "whoever was signed in proves again who they are"),
    ("password_try", "who guessed before is counted anew"),
    ("sign_in_link", "a link that was used since would work once more"),
    ("picked", "what somebody ticked and did not carry out is ticked anew"),
    ("upload", "a file waits an hour between two steps of somebody who is signed in"),
    ("microsoft_try", "nobody is still on the way back from Microsoft"),
    ("consent_request", "a link that was used since would work once more"),
    ("link_count", "kept by the database itself, beside the links that are restored"),
    (SEARCH, "made anew when an archive is restored, for each engine has its own kind of index"),
];

/// The search index; on SQLite it is no plain table.
const SEARCH: &str = "contact_search";

/// How far a backup or a restore is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Rows written to the archive.
    Saving {
        /// So far.
        rows: u64,
    },
    /// Rows of the archive checked.
    Checking {
        /// So far.
        rows: u64,
    },
    /// Rows brought into the database.
    Restoring {
        /// So far.
        rows: u64,
        /// In all.
        of: u64,
    },
}

/// Is told how far it is, every thousand rows.
pub type Watch<'a> = &'a dyn Fn(Step);

/// Rows between two reports.
const PACE: u64 = 1_000;

/// The first line.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Head {
    whoswho_archive: i64,
    /// The version of the database.
    schema: i64,
    /// Milliseconds since 1970.
    written_at: i64,
    /// The version of the program.
    written_by: String,
    /// Ids of the keys that its sealed values need.
    keys: Vec<String>,
}

/// The line before a table's rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct TableHead {
    table: String,
    columns: Vec<(String, Class)>,
}

/// The type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Class {
    Int,
    Text,
    /// Base64 in an archive.
    Blob,
}

impl Class {
    const fn ty(self) -> Type {
        match self {
            Self::Int => Type::Int,
            Self::Text => Type::Text,
            Self::Blob => Type::Blob,
        }
    }
}

/// The last line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct End {
    /// Rows of each table.
    rows: BTreeMap<String, u64>,
    /// Of all lines before this one, in hexadecimal.
    sha256: String,
}

/// The tables that are archived, in the order in which they can be filled.
fn catalog(tx: &mut Tx<'_>) -> Result<Vec<TableHead>> {
    let all = columns::columns(tx)?;
    let mut tables = Vec::new();
    for table in columns::tables(tx)? {
        if LEFT_OUT.iter().any(|(name, _)| *name == table) {
            continue;
        }
        let own = all.iter().filter(|c| c.table == table);
        let columns = own.map(|c| Ok((c.name.clone(), class(&c.table, &c.class)?))).collect::<Result<_>>()?;
        tables.push(TableHead { table, columns });
    }
    Ok(tables)
}

fn class(table: &str, name: &str) -> Result<Class> {
    match name {
        "int" => Ok(Class::Int),
        "text" => Ok(Class::Text),
        "blob" => Ok(Class::Blob),
        other => {
            Err(StoreError::Internal(format!("{table} has a column of type {other}, which no archive holds")))
        }
    }
}

/// Trouble with the archive's file, which is not the database's.
fn trouble(act: FileAct, path: &Path, error: &std::io::Error) -> StoreError {
    Refusal::ArchiveFile { act, file: path.display().to_string(), why: Said::of(error) }.into()
}
