//! The imperative shell: one run is read, plan, apply.
//!
//! *Is* [`run()`] and what it is made of: pull, planning, apply, notices; one run per customer at a time; and the
//! [`Scheduler`] that starts runs by itself. Beside runs it is what command line and pages do alike: connecting, and [`csv_import`].
//! *Knows* graph, engine, store, model; the clock.
//! *Never* axum, CardDAV, LDAP, SQL text, Graph JSON. It does not print: progress goes to a [`Monitor`].
//!
//! The store blocks, so every call of it goes through `blocking`; a multi-threaded runtime is needed.

mod absence;
mod ahead;
mod alone;
mod charge;
mod complete;
mod connecting;
pub mod csv_import;
mod cut;
mod distinct;
mod explain;
mod failure;
mod few;
mod granted;
mod group_map;
mod holder;
mod import;
mod laying;
mod leftover;
mod lists;
mod notice;
mod office;
mod one;
mod opening;
mod operator;
mod planning;
mod pull;
mod quiet;
mod roster;
mod run;
mod schedule;
mod trial;
mod undo;

pub use alone::{disconnect, end_connection, erase, let_back_in, remove_customer};
pub use connecting::{
    CLOUDS, NoFirstRun, Offer, bad_certificate, check, cloud_hosts, connect, first_run, no_first_run,
};
pub use explain::{Explanation, Rejected, Stands, explain, explanation};
pub use failure::keep_german;
pub use graph::{
    BadCertificate, CheckReport, GraphError, NotOurs, Person, SignInApp, SignInAsked, SignInError,
    TokenProblem, Waiting, WaitingFor,
};
pub use holder::{UnderWay, seen_elsewhere, under_way};
pub use import::{import, importable};
pub use office::{
    Asked, Asker, By, Monitor, Office, Order, Progress, Report, RunError, Silent, Want, client,
};
pub use one::{Whom, sync_person};
pub use operator::{keep_operator_app, operators_offer, operators_settings, sign_in_app};
pub use roster::{Grouping, Mark, Roster, Someone};
pub use run::{read_only, run};
pub use schedule::{
    Alarm, Beat, Clock, Ended, Quarantine, Rules, Scheduler, Why, bring_up_to_date, days_between, fleet,
    look, look_at, next_after, next_run, one_line, quarantine, silent_from, tell_ending, tell_silence,
};
pub use trial::{Effect, Trial, TrialLine, trial, trial_rows};
pub use undo::{UndoReport, undo, undo_as_looked_at};

/// Runs a blocking call of the store from async code.
pub(crate) fn blocking<T>(f: impl FnOnce() -> T) -> T {
    let _at_work = schedule::place::at_work();
    tokio::task::block_in_place(f)
}
