//! Runs: the list, and one with its plan.

use anyhow::anyhow;
use clap::Subcommand;
use model::RunId;
use serde::Serialize;

use crate::app::App;
use crate::out::{self, Form};
use crate::texts::say;
use show::{self, PlanDocument, RunJson};

/// What `runs` takes.
#[derive(Debug, clap::Args)]
pub struct RunsArgs {
    /// The customer
    customer: String,
    /// How many, newest first
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(i64).range(1..=10_000))]
    limit: i64,
    /// Also those that only planned, for somebody who looked
    #[arg(long)]
    all: bool,
}

/// What to do with a run.
#[derive(Debug, Subcommand)]
pub enum RunCommand {
    /// Show a run's report and what it did
    Show {
        /// The run's number
        run: i64,
    },
}

#[derive(Serialize)]
struct Shown {
    #[serde(flatten)]
    run: RunJson,
    plan: Option<PlanDocument>,
}

/// Lists runs.
pub fn list(app: &App, args: &RunsArgs) -> anyhow::Result<()> {
    let book = app.book(&args.customer)?;
    let which = if args.all { show::Which::All } else { show::Which::Done };
    let runs = show::runs(&book, args.limit, which)?;
    let under_way = ::sync::under_way(&book)?.map(show::UnderWayJson::from);
    let line = under_way.as_ref().map(show::under_way);
    if let (Form::Json, Some(line)) = (app.form, &line) {
        out::note(line);
    }
    app.answer(&runs, |runs| match &line {
        Some(line) => format!("{line}\n{}", show::runs_table(runs)),
        None => show::runs_table(runs),
    });
    Ok(())
}

/// Shows a run.
pub fn show(app: &App, command: &RunCommand) -> anyhow::Result<()> {
    let RunCommand::Show { run } = command;
    let id = RunId(*run);
    let book = app.store()?.customer_of_run(id)?;
    let book = book.ok_or_else(|| {
        anyhow!(say!(
            "there is no run {run}; `whoswho runs CUSTOMER` lists them",
            "den Lauf {run} gibt es nicht; `whoswho runs KUNDE` zeigt alle"
        ))
    })?;
    let plan = match book.plan_of(id)? {
        Some(plan) => {
            let mut plan = show::plan(&book, plan)?;
            if plan.operations.is_empty() && book.connection()?.is_some() {
                // Nobody in scope is another state than agreement.
                plan.next = super::sync::to_choose(&book)?;
            }
            Some(plan)
        }
        None => None,
    };
    app.answer(&Shown { run: show::run(&book, id)?, plan }, |shown| {
        let report = show::run_lines(&shown.run);
        match &shown.plan {
            Some(plan) => format!("{report}\n{}", show::plan_lines(plan)),
            None => report,
        }
    });
    Ok(())
}
