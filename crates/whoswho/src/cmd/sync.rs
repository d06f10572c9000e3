//! Plan and sync: one run, in the foreground.

use std::time::Duration;

use ::sync::{By, Order, Report, RunError, Want, Whom};
use model::policy::Mode;
use model::run::ReadMode;
use serde::Serialize;
use store::Book;

use super::explain;
use crate::app::App;
use crate::exit::{self, usage};
use crate::out;
use crate::progress;
use crate::texts::{self, say};
use show::people::{people_told_apart, sources_of};
use show::{self, RunJson};

/// What `plan` takes.
#[derive(Debug, clap::Args)]
pub struct PlanArgs {
    /// The customer
    customer: String,
    /// When a run is under way, wait for its end and then plan
    #[arg(long)]
    wait: bool,
}

/// What `sync` takes.
#[derive(Debug, clap::Args)]
pub struct SyncArgs {
    /// The customer
    customer: String,
    /// Read everything instead of what changed
    #[arg(long)]
    complete: bool,
    /// Only this person, read now: contact id, source id, e-mail address or sign-in name
    #[arg(long, value_name = "PERSON", conflicts_with = "complete")]
    person: Option<String>,
    /// When a run is under way, wait for its end and then run
    #[arg(long)]
    wait: bool,
}

/// Between two looks at whether the other run has ended.
const AGAIN: Duration = Duration::from_secs(1);

/// Reads and plans.
pub fn plan(app: &App, args: &PlanArgs) -> anyhow::Result<()> {
    let (book, connection) = app.connected(&args.customer)?;
    let order = Order { want: Want::Plan, read: ReadMode::Delta, by: By::Person };
    let report = patiently(app, args.wait, || once(app, &book, order))?;
    let mut plan = match report.plan {
        Some(id) => show::plan(&book, id)?,
        None => show::empty_plan(&book, &report.run)?,
    };
    plan.next = to_choose(&book)?;
    plan.wait(&book, &connection)?;
    app.answer(&plan, |plan| {
        let table = show::plan_table(plan);
        let apply = say!(
            "nothing was changed; `whoswho sync {}` applies it",
            "nichts wurde geändert; `whoswho sync {}` wendet es an",
            args.customer
        );
        if plan.operations.is_empty() { table } else { format!("{table}\n{apply}") }
    });
    Ok(())
}

/// Reads, plans and applies.
pub fn sync(app: &App, args: &SyncArgs) -> anyhow::Result<()> {
    let (book, _) = app.connected(&args.customer)?;
    let read = if args.complete { ReadMode::Complete } else { ReadMode::Delta };
    let order = Order { want: Want::Apply, read, by: By::Person };
    let whom = args.person.as_ref().map(|person| whom(&book, person)).transpose()?;
    let report = patiently(app, args.wait, || match &whom {
        Some(whom) => one(app, &book, whom),
        None => once(app, &book, order),
    })?;
    let run = show::run_json(&book, &report.run)?;
    let Some(person) = &args.person else {
        let next = to_choose(&book)?;
        app.answer(&run, |run| {
            let lines = [show::run_lines(run)].into_iter().chain(next);
            lines.collect::<Vec<_>>().join("\n  ")
        });
        return Ok(());
    };
    let why = if run.brought_nothing() { why_nothing(&book, person)? } else { Vec::new() };
    app.answer(&PersonJson { run, why }, |done| {
        let lines = [show::run_lines(&done.run)].into_iter().chain(done.why.clone());
        lines.collect::<Vec<_>>().join("\n  ")
    });
    Ok(())
}

/// The report of a run about one person.
#[derive(Serialize)]
struct PersonJson {
    #[serde(flatten)]
    run: RunJson,
    /// Why nothing came of it, a line for each who is meant.
    why: Vec<String>,
}

/// By now the mirror knows whoever was read.
fn why_nothing(book: &Book, person: &str) -> anyhow::Result<Vec<String>> {
    let connection = book.connection()?.ok_or(RunError::NotConnected)?;
    let found = sources_of(book, connection.id, person)?;
    found.iter().map(|id| explain::why_nothing(book, &connection, id)).collect()
}

/// Tries until no other run is under way, where somebody wants to wait.
pub fn patiently<T>(
    app: &App,
    wait: bool,
    mut run: impl FnMut() -> Result<T, RunError>,
) -> Result<T, RunError> {
    let mut told = false;
    loop {
        match run() {
            Err(busy @ RunError::Busy { .. }) if wait => {
                if !told {
                    let busy = texts::run_error(&busy);
                    out::note(&say!("{busy}; waiting for its end", "{busy}; das Ende wird abgewartet"));
                    told = true;
                }
                // Made inside the runtime: a timer needs one from its first moment.
                app.interruptible(async {
                    tokio::time::sleep(AGAIN).await;
                    Ok(())
                })?;
            }
            other => return other,
        }
    }
}

/// Who is meant: whoever the last read knew, or a name to ask Microsoft for.
fn whom(book: &Book, person: &str) -> anyhow::Result<Whom> {
    let connection = book.connection()?.ok_or(RunError::NotConnected)?;
    let found = sources_of(book, connection.id, person)?;
    match found.as_slice() {
        [one] => Ok(Whom::Id(one.clone())),
        [] if person.contains('@') => Ok(Whom::Named(person.to_owned())),
        [] => Err(anyhow::anyhow!(say!(
            "nobody is “{person}”; name a contact id, a source id, an e-mail address or a sign-in name",
            "niemand ist „{person}“; möglich sind Kennung des Kontakts oder der Person, E-Mail-Adresse und Anmeldename"
        ))),
        several => {
            let all = people_told_apart(book, connection.id, several)?;
            Err(usage(say!(
                "“{person}” means several people; name one by its id:{all}",
                "„{person}“ passt auf mehrere Personen; bitte die Kennung von einer nennen:{all}"
            )))
        }
    }
}

/// What to choose before a run can bring anybody; `None` where runs do.
pub(super) fn to_choose(book: &Book) -> anyhow::Result<Option<String>> {
    let slug = &book.customer.slug;
    let connection = book.connection()?.ok_or(RunError::NotConnected)?;
    let scope = book.scope(connection.id)?;
    if scope.is_nobody() {
        return Ok(Some(say!(
            "nobody is in scope: choose with `whoswho scope add {slug} all`, `… group ID…` or `… user ID…`; \
             `whoswho source groups {slug}` lists groups",
            "niemand ist im Personenkreis: auswählen mit `whoswho scope add {slug} all`, `… group ID…` oder `… user ID…`; \
             `whoswho source groups {slug}` zeigt Gruppen"
        )));
    }
    let only_rules = scope.chosen.is_empty();
    Ok((book.policy()?.mode == Mode::Manual && only_rules).then(|| {
        say!(
            "mode is manual, so runs add nobody: `whoswho source users {slug}` lists people, `whoswho scope add {slug} user ID…` \
             chooses some, `whoswho policy set {slug} mode=automatic` lets runs add",
            "mode ist manual, Läufe nehmen also niemanden auf: `whoswho source users {slug}` zeigt Personen, \
             `whoswho scope add {slug} user ID…` wählt welche aus, `whoswho policy set {slug} mode=automatic` lässt Läufe aufnehmen"
        )
    }))
}

fn one(app: &App, book: &Book, whom: &Whom) -> Result<Report, RunError> {
    let office = App::office(book).map_err(|e| RunError::Other(exit::text_of(&e)))?;
    let monitor = progress::monitor();
    app.interruptible(::sync::sync_person(&office, book, whom, &*monitor))
}

fn once(app: &App, book: &Book, order: Order) -> Result<Report, RunError> {
    let office = App::office(book).map_err(|e| RunError::Other(exit::text_of(&e)))?;
    let monitor = progress::monitor();
    app.interruptible(::sync::run(&office, book, order, &*monitor))
}
