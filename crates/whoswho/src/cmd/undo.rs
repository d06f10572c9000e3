//! Undo (W4): one run, one contact of a run, or everything after a time; previewed or carried out. An undo is a run of its
//! own and can be undone in turn.

use std::io::IsTerminal;

use ::sync::{UndoReport, Want};
use anyhow::anyhow;
use model::RunId;
use serde::Serialize;
use store::{Back, Book};

use super::lists::{Lies, contact_meant};
use super::sync::patiently;
use crate::app::App;
use crate::exit::usage;
use crate::out;
use crate::progress;
use crate::texts::{pick, say};
use crate::zone::parse_of;
use show::{self, ConflictJson, PlanDocument, RunJson, conflict_lines, conflicts};

/// What `undo` takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The run's number, or with --to the customer
    #[arg(value_name = "RUN|CUSTOMER")]
    what: String,
    /// Only what the run did about this contact: contact id, source id or e-mail address
    #[arg(long, value_name = "PERSON", conflicts_with = "to")]
    contact: Option<String>,
    /// Everything that runs did after this time; what people typed since stays
    #[arg(long, value_name = "TIME")]
    to: Option<String>,
    /// Only show what would be undone
    #[arg(long)]
    plan: bool,
    /// Do not ask; without a terminal --to needs it
    #[arg(long, conflicts_with = "plan")]
    yes: bool,
    /// When a run is under way, wait for its end and then undo
    #[arg(long)]
    wait: bool,
}

/// Lines of a plan that are shown before somebody is asked.
const FIRST: usize = 8;

#[derive(Serialize)]
struct Undone {
    #[serde(flatten)]
    run: RunJson,
    plan: Option<PlanDocument>,
    conflicts: Vec<ConflictJson>,
}

/// Undoes, or shows what that would do.
pub fn run(app: &App, args: &Args) -> anyhow::Result<()> {
    let (book, back) = meant(app, args)?;
    if let (Back::Since(_), Some(to), false) = (back, &args.to, args.plan || args.yes) {
        sure_of(app, &book, (back, to), args.wait)?;
    }
    let want = if args.plan { Want::Plan } else { Want::Apply };
    let done = carry_out(app, &book, (back, want), args.wait)?;
    let plan = done.report.plan.map(|plan| show::plan(&book, plan)).transpose()?;
    let conflicts = conflicts(&book, &done)?;
    let undone = Undone { run: show::run_json(&book, &done.report.run)?, plan, conflicts };
    app.answer(&undone, |undone| {
        let mut lines = Vec::new();
        if let Some(plan) = undone.plan.as_ref().filter(|p| !p.operations.is_empty()) {
            lines.push(show::plan_table(plan));
        }
        lines.extend(conflict_lines(&undone.conflicts, |field| field.name().to_owned()));
        lines.push(show::run_lines(&undone.run));
        if args.to.is_some() {
            lines.push(
                pick(
                    "  what people typed since then was kept",
                    "  was Menschen seither eingegeben haben, blieb",
                )
                .into(),
            );
        }
        lines.extend(way_back(undone, want));
        lines.join("\n")
    });
    Ok(())
}

/// How an undo that changed something is undone in turn.
fn way_back(undone: &Undone, want: Want) -> Option<String> {
    let changed = undone.plan.as_ref().is_some_and(|plan| !plan.operations.is_empty());
    let id = undone.run.run_id.filter(|_| changed && want == Want::Apply)?;
    Some(say!(
        "  `whoswho undo {id}` puts everything back as it was before this",
        "  `whoswho undo {id}` stellt alles wieder her, wie es vorher war"
    ))
}

/// A way back to a time goes over whatever runs did since, so a person is shown what that is and asked. Where nothing would
/// change nobody is.
fn sure_of(app: &App, book: &Book, (back, to): (Back, &str), patient: bool) -> anyhow::Result<()> {
    let looked = carry_out(app, book, (back, Want::Plan), patient)?;
    let Some(plan) = looked.report.plan.map(|plan| show::plan(book, plan)).transpose()? else {
        return Ok(());
    };
    if plan.operations.is_empty() {
        return Ok(());
    }
    let slug = book.customer.slug.as_str();
    if std::io::stdin().is_terminal() {
        out::note(&show::plan_excerpt(&plan, FIRST));
    }
    let sum = show::plan_sum(&plan);
    let what = say!(
        "this takes back what runs did in the book of {slug} since {to} ({sum}); `whoswho undo {slug} --to \"{to}\" --plan` shows all of it, \
         and it can be undone",
        "das macht rückgängig, was Läufe im Kontaktbuch von {slug} seit {to} getan haben ({sum}); `whoswho undo {slug} --to \"{to}\" --plan` \
         zeigt alles, und auch das lässt sich rückgängig machen"
    );
    super::sure(false, &what, slug)
}

/// Takes something back; waits for the end of a run that is under way where somebody wants that.
pub fn carry_out(
    app: &App,
    book: &Book,
    (back, want): (Back, Want),
    patient: bool,
) -> anyhow::Result<UndoReport> {
    let once = || {
        let monitor = progress::undoing();
        app.interruptible(::sync::undo(book, back, want, &*monitor))
    };
    Ok(patiently(app, patient, once)?)
}

fn meant(app: &App, args: &Args) -> anyhow::Result<(Book, Back)> {
    if let Some(to) = &args.to {
        let (book, _) = app.connected(&args.what)?;
        let at = parse_of(&book, to)?.ok_or_else(|| {
            usage(say!(
                "“{to}” is no time; write a day (2026-03-01), a minute in UTC (2026-03-01 06:30) or RFC 3339",
                "„{to}“ ist keine Zeit; möglich sind ein Tag (2026-03-01), eine Minute in UTC (2026-03-01 06:30) oder RFC 3339"
            ))
        })?;
        return Ok((book, Back::Since(at)));
    }
    let number = args.what.parse::<i64>().map_err(|_| {
        usage(say!(
            "“{0}” is no run's number; `whoswho runs {0}` lists runs, --to goes back to a time",
            "„{0}“ ist keine Nummer eines Laufs; `whoswho runs {0}` zeigt Läufe, --to geht zu einer Zeit zurück",
            args.what
        ))
    })?;
    let id = RunId(number);
    let book = app.store()?.customer_of_run(id)?;
    let book = book.ok_or_else(|| {
        anyhow!(say!(
            "there is no run {number}; `whoswho runs CUSTOMER` lists them",
            "den Lauf {number} gibt es nicht; `whoswho runs KUNDE` zeigt alle"
        ))
    })?;
    let back = match &args.contact {
        Some(person) => Back::OfRun(id, contact_meant(&book, person, Lies::Anywhere)?),
        None => Back::Run(id),
    };
    Ok((book, back))
}
