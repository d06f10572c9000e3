//! One run: what it did, line by line, what it found odd, and the way back. The plan of an undo that was only looked at is such a
//! run as well, and from it the undo is carried out.

use std::collections::BTreeMap;

use askama::Template;
use model::plan::{Finding, OpKind};
use model::run::{Outcome as End, RunKind};
use model::{Right, RunId, SourceId};
use show::explain::Voice;
use store::{Back, Book, ConnectionRow, LinesOf, PlanRow, RunRow, SignedIn};
use sync::Whom;

use crate::answer::{Answer, Outcome, Trouble};
use crate::frame::Frame;
use crate::jobs::{self, JobKind};
use crate::page::import::people;
use crate::page::person::label;
use crate::page::plan::{Desk, Line};
use crate::page::runs::{RunLine, line};
use crate::page::undo::Undo;
use crate::visit::Visit;

/// Lines on a page.
const PAGE: i64 = 50;
/// People on a page of findings.
const PEOPLE: usize = 50;

#[derive(Template)]
#[template(path = "run.html")]
struct RunPage {
    f: Frame,
    base: String,
    run: RunLine,
    sentence: String,
    sub: String,
    done: String,
    counts: Vec<Count>,
    /// What its lines are.
    lines_h: String,
    lines: Vec<Line>,
    forgotten: bool,
    found: String,
    before: Option<String>,
    after: Option<String>,
    findings: Findings,
    conflicts: Vec<String>,
    /// Why nothing came of a run about one person that somebody has just begun.
    nothing: Vec<String>,
    /// An undo that was looked at.
    undo: Option<Undo>,
    /// It was to be carried out, and would do something else by then.
    anew: bool,
    may_undo: bool,
    /// Since when everything can be taken back, this run included.
    since: i64,
}

/// How much of something a run did.
struct Count {
    n: i64,
    text: String,
    tone: &'static str,
}

/// What a run found odd, by person.
struct Findings {
    people: Vec<FoundPerson>,
    /// Which of how many.
    found: String,
    before: Option<String>,
    after: Option<String>,
}

/// Somebody with all that a run found odd about them.
struct FoundPerson {
    name: String,
    href: String,
    texts: Vec<String>,
}

fn run_of(visit: &Visit, book: &Book) -> Result<RunRow, Trouble> {
    let id = visit.part("run").parse().map_err(|_| Trouble::NotFound)?;
    book.run(RunId(id))?.ok_or(Trouble::NotFound)
}

/// The page.
pub fn page(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    Answer::page(&shown(visit, person, book, (run_of(visit, book)?, None))?)
}

/// A run's page, or that of an undo that was looked at, with the number that somebody typed and that it is not.
pub fn shown(
    visit: &Visit,
    person: &SignedIn,
    book: &Book,
    (row, wrong): (RunRow, Option<&str>),
) -> Result<impl Template, Trouble> {
    let f = Frame::of_customer(visit, person, book, "runs")?;
    let base = format!("/c/{}", book.customer.slug);
    let connection = book.connection()?;
    let plan = book.plan_of(row.id)?;
    let counts = plan.map_or(Ok(Vec::new()), |plan| book.plan_counts(plan))?;
    let of: i64 = counts.iter().map(|count| count.n).sum();
    let page = page_of(visit, "page").clamp(1, ((of + PAGE - 1) / PAGE).max(1));
    let skip = (page - 1) * PAGE;
    let of_plan = LinesOf { kinds: &OpKind::ALL, held: None, skip, most: PAGE };
    let rows: Vec<PlanRow> = plan.map_or(Ok(Vec::new()), |plan| book.plan_lines(plan, &of_plan))?;
    let lines = Desk::past(book, connection.as_ref()).lines(&f, &rows)?;
    let last = skip + lines.len() as i64;
    let found_page = page_of(visit, "found");
    let link = |page: i64| format!("{base}/runs/{}?page={page}&found={found_page}", row.id.0);
    let back = plan.map_or(Ok(None), |plan| book.undone_by(plan))?;
    let looked = row.kind == RunKind::Undo && row.outcome == End::Planned;
    let undo = match back.filter(|_| looked) {
        Some(back) => Some(Undo::looked(&f, book, (&row, back), (&counts, wrong))?),
        None => None,
    };
    let applied = row.outcome == End::Done && of > 0;
    Ok(RunPage {
        sentence: sentence(&f, &row, of),
        sub: sub(&f, &row, back),
        done: if visit.query.get("done") == "1" { done(&f, &row) } else { String::new() },
        counts: counted(&f, &row),
        lines_h: f.s(match row.outcome {
            _ if undo.is_some() => "undo-lines-h",
            End::Planned | End::Waiting => "run-planned-lines-h",
            _ => "run-lines-h",
        }),
        forgotten: plan.is_none() && row.outcome == End::Done && changed(&row),
        found: if lines.is_empty() { String::new() } else { f.pager(skip + 1, last, of) },
        before: (page > 1).then(|| link(page - 1)),
        after: (last < of).then(|| link(page + 1)),
        findings: findings(visit, book, &f, row.id)?,
        conflicts: conflicts(visit, &f, book, &row)?,
        nothing: nothing(visit, book, &row)?,
        anew: looked && visit.query.get("anew") == "1",
        may_undo: applied && f.may(Right::Act) && connection.is_some(),
        since: row.started_at.0 - 1,
        base,
        run: line(&f, &row),
        lines,
        undo,
        f,
    })
}

fn changed(row: &RunRow) -> bool {
    let c = &row.counts;
    c.created + c.updated + c.removed + c.adopted + c.unlinked + c.memberships > 0
}

fn sentence(f: &Frame, row: &RunRow, of: i64) -> String {
    let id = f.number(row.id.0);
    match (row.kind, row.outcome) {
        (RunKind::Undo, End::Planned) if of == 0 => f.s("undo-nothing-h"),
        (RunKind::Undo, End::Planned) => f.n("undo-look-h", of),
        (RunKind::Undo, End::Done) => f.x("run-undone-h", &id),
        (_, End::Running) => f.x("run-running-h", &id),
        (_, End::Refused | End::Failed) => f.x("run-failed-h", &id),
        (_, End::CutOff) => f.x("run-cut-off-h", &id),
        (_, End::Waiting | End::Planned) => f.x("run-planned-h", &id),
        (_, End::Done | End::Quiet) => f.x("run-done-h", &id),
    }
}

fn sub(f: &Frame, row: &RunRow, back: Option<Back>) -> String {
    let what = match back {
        Some(Back::Run(run) | Back::OfRun(run, _)) => Some(f.x("undo-of-run", f.number(run.0))),
        Some(Back::Since(since)) => Some(f.x("undo-since", f.times.exact(since))),
        Some(Back::Removal(_)) | None => None,
    };
    what.into_iter().chain([f.times.exact(row.started_at)]).collect::<Vec<_>>().join(" · ")
}

/// The message behind a run that somebody has just started.
fn done(f: &Frame, row: &RunRow) -> String {
    let c = &row.counts;
    if row.kind == RunKind::Import {
        return people::imported(f, c);
    }
    let number = |n: i64| f.number(n);
    f.t.w(
        "done-run",
        &[
            ("new", &number(c.created)),
            ("changed", &number(c.updated)),
            ("removed", &number(c.removed)),
            ("held", &number(c.held)),
        ],
    )
}

fn counted(f: &Frame, row: &RunRow) -> Vec<Count> {
    let c = &row.counts;
    let all = [
        (c.created, "count-new", "t-ok"),
        (c.adopted, "count-linked", "t-acc"),
        (c.updated - c.restored, "count-changed", "t-acc"),
        (c.restored, "count-restored", "t-ok"),
        (c.removed, "count-removed", "t-bad"),
        (c.unlinked, "count-unlinked", "t-held"),
        (c.memberships, "count-memberships", ""),
        (c.held, "count-held", "t-held"),
        (c.unchanged, "count-unchanged", ""),
    ];
    all.into_iter()
        .filter(|(n, ..)| *n > 0)
        .map(|(n, key, tone)| Count { n, text: f.n(key, n), tone })
        .collect()
}

/// A page's number, as the address says.
fn page_of(visit: &Visit, name: &str) -> i64 {
    visit.query.get(name).parse::<i64>().unwrap_or(1).max(1)
}

/// What the run found odd, page by page of the people whom it is about; of those on the page names and contacts are read.
fn findings(visit: &Visit, book: &Book, f: &Frame, run: RunId) -> Result<Findings, Trouble> {
    let all = book.findings(run)?;
    let mut places: BTreeMap<&SourceId, usize> = BTreeMap::new();
    let mut people: Vec<Vec<&Finding>> = Vec::new();
    for finding in &all {
        let place = *places.entry(&finding.source).or_insert_with(|| {
            people.push(Vec::new());
            people.len() - 1
        });
        people.get_mut(place).into_iter().for_each(|theirs| theirs.push(finding));
    }
    let of = people.len();
    let page = (page_of(visit, "found") as usize).clamp(1, of.div_ceil(PEOPLE).max(1));
    let from = (page - 1) * PEOPLE;
    let here: Vec<Vec<&Finding>> = people.into_iter().skip(from).take(PEOPLE).collect();
    let connection = book.connection()?;
    let mut told =
        show::findings_on_pages(book, &here.iter().flatten().copied().cloned().collect::<Vec<_>>())?
            .into_iter();
    let mut shown = Vec::new();
    for theirs in &here {
        let told = told.by_ref().take(theirs.len()).collect();
        shown.push(found_person(f, book, (connection.as_ref(), theirs), told)?);
    }
    let last = from + here.len();
    let link = |page: usize| format!("{}?page={}&found={page}#findings", visit.path, page_of(visit, "page"));
    Ok(Findings {
        people: shown,
        found: if of > PEOPLE { f.pager(from as i64 + 1, last as i64, of as i64) } else { String::new() },
        before: (page > 1).then(|| link(page - 1)),
        after: (last < of).then(|| link(page + 1)),
    })
}
fn found_person(
    f: &Frame,
    book: &Book,
    (connection, theirs): (Option<&ConnectionRow>, &[&Finding]),
    told: Vec<show::FindingJson>,
) -> Result<FoundPerson, Trouble> {
    let named = theirs.iter().find_map(|finding| finding.contact);
    let contact = match (named, connection, theirs.first()) {
        (None, Some(connection), Some(one)) => book.contact_linked(connection.id, &one.source)?,
        (named, ..) => named,
    };
    let href = contact.map(|id| format!("/c/{}/book/{}", book.customer.slug, book.public_id(id)));
    let name = told.iter().find_map(|one| one.name.clone()).unwrap_or_else(|| f.s("contact-unnamed"));
    Ok(FoundPerson {
        name,
        href: href.unwrap_or_default(),
        texts: told.into_iter().map(|one| one.text).collect(),
    })
}

/// What an undo leaves alone; known while the job that has just done it is remembered.
fn conflicts(visit: &Visit, f: &Frame, book: &Book, row: &RunRow) -> Result<Vec<String>, Trouble> {
    let Some(job) = visit.web.jobs.of(book.customer.id) else { return Ok(Vec::new()) };
    let end = job.state().end;
    let undone = match end.as_deref() {
        Some(jobs::End::Undone(undone)) if undone.report.run.id == row.id => undone,
        _ => return Ok(Vec::new()),
    };
    Ok(show::conflict_lines(&show::conflicts(book, undone)?, |field| f.s(label(field)))
        .iter()
        .map(|line| line.trim().to_owned())
        .collect())
}

/// Why nothing came of a run about one person, for each who was meant; known while the job that has just done it is remembered.
fn nothing(visit: &Visit, book: &Book, row: &RunRow) -> Result<Vec<String>, Trouble> {
    let job = visit.web.jobs.of(book.customer.id);
    let (Some(job), Some(connection)) = (job, book.connection()?) else { return Ok(Vec::new()) };
    let end = job.state().end;
    let this = matches!(end.as_deref(), Some(jobs::End::Ran(report)) if report.run.id == row.id);
    let whom = match &job.kind {
        JobKind::Person(Whom::Id(id)) if this && !changed(row) => vec![id.clone()],
        JobKind::Person(Whom::Named(name)) if this && !changed(row) => {
            show::people::sources_of(book, connection.id, name)?
        }
        _ => Vec::new(),
    };
    let why = |id| show::explain::why_nothing(book, &connection, id, Voice::Pages);
    Ok(whom.iter().map(why).collect::<Result<_, _>>()?)
}
