//! Plan and sync: one run, in the foreground.

use std::time::Duration;

use ::sync::{By, Order, Report, RunError, Want};
use model::run::ReadMode;
use store::Book;

use crate::app::App;
use crate::out;
use crate::progress;
use crate::show;

/// What `plan` takes.
#[derive(Debug, clap::Args)]
pub struct PlanArgs {
    /// The customer
    customer: String,
}

/// What `sync` takes.
#[derive(Debug, clap::Args)]
pub struct SyncArgs {
    /// The customer
    customer: String,
    /// Read everything instead of what changed
    #[arg(long)]
    complete: bool,
    /// When a run is under way, wait for its end and then run
    #[arg(long)]
    wait: bool,
}

/// Between two looks at whether the other run has ended.
const AGAIN: Duration = Duration::from_secs(1);

/// Reads and plans.
pub fn plan(app: &App, args: &PlanArgs) -> anyhow::Result<()> {
    let (book, _) = app.connected(&args.customer)?;
    let order = Order { want: Want::Plan, read: ReadMode::Delta, by: By::Person };
    let report = once(app, &book, order)?;
    let plan = match report.plan {
        Some(id) => show::plan(&book, id)?,
        None => show::empty_plan(&book, &report.run)?,
    };
    app.answer(&plan, |plan| {
        let table = show::plan_table(plan);
        let apply = format!("nothing was changed; `whoswho sync {}` applies it", args.customer);
        if plan.operations.is_empty() { table } else { format!("{table}\n{apply}") }
    });
    Ok(())
}

/// Reads, plans and applies.
pub fn sync(app: &App, args: &SyncArgs) -> anyhow::Result<()> {
    let (book, _) = app.connected(&args.customer)?;
    let read = if args.complete { ReadMode::Complete } else { ReadMode::Delta };
    let order = Order { want: Want::Apply, read, by: By::Person };
    let mut told = false;
    let report = loop {
        match once(app, &book, order) {
            Err(RunError::Busy) if args.wait => {
                if !told {
                    out::note("a run is under way; waiting for its end");
                    told = true;
                }
                // Made inside the runtime: a timer needs one from its first moment.
                app.wait(async { tokio::time::sleep(AGAIN).await });
            }
            other => break other?,
        }
    };
    app.answer(&show::run_json(&book, &report.run)?, show::run_lines);
    Ok(())
}

fn once(app: &App, book: &Book, order: Order) -> Result<Report, RunError> {
    let office = App::office(book).map_err(|e| RunError::Other(format!("{e:#}")))?;
    let monitor = progress::monitor();
    app.wait(::sync::run(&office, book, order, &*monitor))
}
