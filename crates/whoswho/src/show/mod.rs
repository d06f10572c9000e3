//! What plans, runs, holds and books look like, as JSON and as tables. Commands and the demo show the same screens, because
//! they come from here. Field names are stable: `docs/cli.md` lists them, a test holds them.

mod codes;
mod contact;
mod finding;
mod hold;
mod plan;
mod products;
mod run;
mod words;

use comfy_table::presets::UTF8_HORIZONTAL_ONLY;
use comfy_table::{ContentArrangement, Table, TableComponent};

pub use codes::{event_text, kept_out_text, source_text};
pub use contact::{ContactJson, book_table, contact, contacts, counted, of_entry, of_hit};
pub use finding::{FindingJson, findings, findings_lines};
pub use hold::{HoldJson, hold_lines, holds, holds_table, these_holds};
pub use plan::{PlanDocument, empty_plan, plan, plan_table};
pub use run::{RunJson, UnderWayJson, Which, run, run_json, run_lines, runs, runs_table, under_way};
pub use words::{held_text, kind_text, reason_text};

/// An empty table with these heads.
pub fn table(heads: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_preset(UTF8_HORIZONTAL_ONLY).set_content_arrangement(ContentArrangement::Dynamic);
    table.remove_style(TableComponent::HorizontalLines).remove_style(TableComponent::MiddleIntersections);
    table.set_header(heads.to_vec());
    table
}

/// Table text without blanks at line ends.
pub fn trimmed(table: &Table) -> String {
    table.trim_fmt()
}
