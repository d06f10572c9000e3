//! Undo of a run (W4): previewed or carried out; an undo is a run of its own and can be undone in turn.

use ::sync::Want;
use anyhow::anyhow;
use model::RunId;
use serde::Serialize;
use store::{Clash, Conflict};

use crate::app::App;
use crate::progress;
use crate::show::{self, PlanDocument, RunJson};

/// What `undo` takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The run's number
    run: i64,
    /// Only show what would be undone
    #[arg(long)]
    plan: bool,
}

#[derive(Serialize)]
struct Undone {
    #[serde(flatten)]
    run: RunJson,
    plan: Option<PlanDocument>,
    conflicts: Vec<ConflictJson>,
}

/// What an undo leaves alone.
#[derive(Serialize)]
struct ConflictJson {
    kind: &'static str,
    source_id: String,
    contact: Option<String>,
    why: &'static str,
    fields: Vec<&'static str>,
}

/// Undoes a run, or shows what that would do.
pub fn run(app: &App, args: &Args) -> anyhow::Result<()> {
    let id = RunId(args.run);
    let book = app.store()?.customer_of_run(id)?;
    let book =
        book.ok_or_else(|| anyhow!("there is no run {}; `whoswho runs CUSTOMER` lists them", args.run))?;
    let office = App::office(&book)?;
    let want = if args.plan { Want::Plan } else { Want::Apply };
    let monitor = progress::monitor();
    let done = app.wait(::sync::undo(&office, &book, id, want, &*monitor))?;
    let plan = done.report.plan.map(|plan| show::plan(&book, plan)).transpose()?;
    let conflicts = done.conflicts.iter().map(|c| conflict(&book, c)).collect();
    let undone = Undone { run: show::run_json(&book, &done.report.run)?, plan, conflicts };
    app.answer(&undone, |undone| {
        let table = undone.plan.as_ref().map(show::plan_table).unwrap_or_default();
        let left = undone
            .conflicts
            .iter()
            .map(|c| format!("  left alone: {} of {} ({})", c.kind, c.source_id, c.why));
        let lines: Vec<String> =
            [table].into_iter().chain(left).chain([show::run_lines(&undone.run)]).collect();
        lines.join("\n")
    });
    Ok(())
}

fn conflict(book: &store::Book, conflict: &Conflict) -> ConflictJson {
    let (why, fields) = match &conflict.why {
        Clash::Fields(fields) => ("fields_changed_since", fields.iter().map(|f| f.name()).collect()),
        Clash::Changed => ("changed_since", Vec::new()),
        Clash::Purged => ("left_the_bin", Vec::new()),
        Clash::Moved => ("not_where_the_run_left_it", Vec::new()),
        Clash::Relinked => ("linked_anew", Vec::new()),
        Clash::KeptOut => ("kept_out", Vec::new()),
    };
    ConflictJson {
        kind: conflict.kind.name(),
        source_id: conflict.source.to_string(),
        contact: conflict.contact.map(|c| book.public_id(c).to_string()),
        why,
        fields,
    }
}
