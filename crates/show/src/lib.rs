//! What people and programs are shown of plans, runs, holds and books: documents, tables and sentences, in German and
//! English.
//!
//! *Is*: one place for everything that command line, demo, pages and mails say alike; field names of documents are stable,
//! `docs/cli.md` lists them and a test holds them.
//! *Knows*: what store, engine, sync and graph answer; time zones; the order of names.
//! *Never*: the command line, HTTP, HTML, SQL text, Graph's JSON. It prints nothing.
#![expect(missing_docs, reason = "fields of documents are described where people read them: docs/cli.md")]

pub mod advice;
mod check;
mod codes;
mod conflict;
mod contact;
pub mod csv_import;
pub mod explain;
mod finding;
mod hold;
pub mod master;
pub mod numbers;
pub mod people;
mod plan;
mod products;
pub mod rules;
mod run;
mod table;
pub mod texts;
pub mod values;
pub mod when;
mod words;

pub use check::{
    CheckJson, EndBy, StepJson, Wrong, app_refused, call_name, check, check_lines, last_day, permissions,
    step_state,
};
pub use codes::{event_text, kept_out_text, source_text};
pub use conflict::{ConflictJson, conflict_lines, conflicts};
pub use contact::{ContactJson, book_table, contact, contacts, counted, of_entry, of_hit};
pub use finding::{FindingJson, findings, findings_lines, findings_on_pages};
pub use hold::{HoldJson, hold_lines, holds, holds_table, these_holds};
pub use plan::{
    Change, ChangeOf, OperationJson, PlanDocument, empty_plan, operations, operations_by, plan, plan_excerpt,
    plan_lines, plan_sum, plan_table,
};
pub use products::product_name;
pub use run::{RunJson, UnderWayJson, Which, run, run_json, run_lines, runs, runs_table, under_way};
pub use table::{Column, table};
pub use words::{held_text, kind_text, reason_text};
