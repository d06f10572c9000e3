//! Who holds a lease: host, boot and process. A process of this machine that no longer lives is told apart at once, and people
//! are told whose run is under way.

use std::fmt;
use std::path::Path;

use model::Timestamp;
use model::run::ReadMode;
use store::{Book, Holder, Liveness, Store, StoreError};

use crate::blocking;
use crate::office::RunError;
use crate::schedule::minute;

/// This process.
pub(crate) fn me() -> Holder {
    Holder(format!("{}/{}/{}", host(), boot(), std::process::id()))
}

/// Whether a holder still lives.
pub(crate) fn lives(holder: &str) -> Liveness {
    let Some(Parts { boot: its_boot, process, .. }) = parts(holder) else { return Liveness::Unknown };
    let here = its_boot == boot() && !its_boot.is_empty();
    if here && !Path::new("/proc").join(process).exists() { Liveness::Dead } else { Liveness::Unknown }
}

/// Whether runs were made over this database elsewhere than here: on another machine, or on this one before it was started
/// anew. Blocking.
pub fn seen_elsewhere(store: &Store) -> Result<bool, StoreError> {
    let here = boot();
    let there = |holder: &Holder| parts(&holder.0).is_some_and(|its| its.boot != here);
    Ok(store.holders()?.iter().any(there))
}

/// What holds a customer's lease: a run, an undo, an erasure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnderWay {
    /// Since when.
    pub since: Timestamp,
    /// The name of the machine, where it is known.
    pub host: String,
    /// The number of the process, where it is known.
    pub process: String,
    /// What a run reads that has not been listed yet.
    pub reads: Option<ReadMode>,
    /// Requests that it has sent, as of its last sign of life.
    pub requests: Option<i64>,
}

impl fmt::Display for UnderWay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "since {}", minute(self.since))?;
        match (self.host.as_str(), self.process.as_str()) {
            ("", "") => Ok(()),
            (host, "") => write!(f, " (on {host})"),
            ("", process) => write!(f, " (process {process})"),
            (host, process) => write!(f, " (process {process} on {host})"),
        }
    }
}

/// What is under way for a customer. Runs that find nothing to do take no lease and are not told. Blocking.
pub fn under_way(book: &Book) -> Result<Option<UnderWay>, StoreError> {
    let held = book.held_lease()?.filter(|held| lives(&held.holder.0) != Liveness::Dead);
    Ok(held.map(|held| {
        let (host, process) = match parts(&held.holder.0) {
            Some(its) => (its.host.to_owned(), its.process.to_owned()),
            None => (held.holder.0.clone(), String::new()),
        };
        let requests = held.spent.map(|spent| spent.requests);
        UnderWay { since: held.since, host, process, reads: held.reads, requests }
    }))
}

/// Why there is no second run.
pub(crate) fn busy(book: &Book) -> RunError {
    // What cannot be looked up is left out of the sentence.
    let held = blocking(|| under_way(book)).unwrap_or_default();
    RunError::Busy { slug: book.customer.slug.clone(), held }
}

/// A holder's parts.
struct Parts<'a> {
    host: &'a str,
    boot: &'a str,
    process: &'a str,
}

fn parts(holder: &str) -> Option<Parts<'_>> {
    let (rest, process) = holder.rsplit_once('/')?;
    let (host, boot) = rest.rsplit_once('/').unwrap_or(("", rest));
    Some(Parts { host, boot, process })
}

/// The machine's name, for people.
fn host() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    name.trim().replace('/', "")
}

/// Machine and boot in one: the kernel makes a new id at every boot. Containers of one machine share it but not their
/// process numbers, so the name space of those belongs to it.
fn boot() -> String {
    let Ok(id) = std::fs::read_to_string("/proc/sys/kernel/random/boot_id") else { return String::new() };
    let space = std::fs::read_link("/proc/self/ns/pid").unwrap_or_default();
    format!("{}.{}", id.trim(), space.display())
}
