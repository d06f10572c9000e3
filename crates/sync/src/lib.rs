//! The imperative shell: one run is read, plan, apply.
//!
//! *Is* [`run`] and what it is made of: pull, planning, apply, notices; one run per customer at a time.
//! *Knows* graph, engine, store, model; the clock.
//! *Never* axum, CardDAV, LDAP, SQL text, Graph JSON. It does not print: progress goes to a [`Monitor`].
//!
//! The store blocks, so every call of it goes through [`blocking`]; a multi-threaded runtime is needed.

mod explain;
mod group_map;
mod holder;
mod leftover;
mod notice;
mod office;
mod planning;
mod pull;
mod run;
mod undo;

pub use explain::{Explanation, explain};
pub use office::{By, Monitor, Office, Order, Progress, Report, RunError, Silent, Want, client};
pub use run::{read_only, run};
pub use undo::{UndoReport, undo};

/// Runs a blocking call of the store from async code.
pub(crate) fn blocking<T>(f: impl FnOnce() -> T) -> T {
    tokio::task::block_in_place(f)
}
