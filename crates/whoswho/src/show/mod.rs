//! What plans, runs, holds and books look like, as JSON and as tables. Commands and the demo show the same screens, because
//! they come from here. Field names are stable: `docs/cli.md` lists them, a test holds them.

mod codes;
mod contact;
mod finding;
mod hold;
mod plan;
mod products;
mod run;
mod table;
mod words;

pub use codes::{event_text, kept_out_text, source_text};
pub use contact::{ContactJson, book_table, contact, contacts, counted, of_entry, of_hit};
pub use finding::{FindingJson, findings, findings_lines};
pub use hold::{HoldJson, hold_lines, holds, holds_table, these_holds};
pub use plan::{PlanDocument, empty_plan, plan, plan_excerpt, plan_lines, plan_sum, plan_table};
pub use run::{RunJson, UnderWayJson, Which, run, run_json, run_lines, runs, runs_table, under_way};
pub use table::{Column, table};
pub use words::{held_text, kind_text, reason_text};
