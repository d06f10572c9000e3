//! What is under way for a customer, as it goes: begun from pages with its phases, begun elsewhere as far as the database knows.
//! Events bring the part of the page that changes; without a script the page loads itself anew.

mod follow;
mod log;
pub mod part;

use std::time::Duration;

use askama::Template;
use model::policy::FirstRun;
use model::run::{Outcome as Ended, ReadMode};
use model::{RunId, SourceId};
use store::{Agreement, Book, SignedIn, StoredCredential};
use sync::{Offer, Whom};

use self::part::{Part, part};
use crate::answer::{Answer, Outcome, Trouble};
use crate::frame::Frame;
use crate::jobs::{End, Job, JobKind};
use crate::visit::Visit;

pub use self::follow::events;

/// Something that ends this soon needs no page of its own.
const SOON: Duration = Duration::from_millis(400);
#[derive(Template)]
#[template(path = "live.html")]
struct Live {
    f: Frame,
    base: String,
    part: Part,
}

/// Where something has led that has ended well.
fn after(book: &Book, job: &Job, end: &End) -> Option<String> {
    let base = format!("/c/{}", book.customer.slug);
    let of_run = |run: RunId| format!("{base}/runs/{}?done=1", run.0);
    match end {
        End::Loaded => match &job.kind {
            JobKind::Load(tab) => Some(format!("{base}{}?loaded=1", tab.path())),
            _ => None,
        },
        End::Ran(report) => Some(match &job.kind {
            JobKind::Import { .. } => format!("{base}/import?run={}", report.run.id.0),
            JobKind::Look if report.plan.is_some() => format!("{base}/plan"),
            _ if report.run.id == RunId(0) => format!("{base}/plan?said=nothing"),
            JobKind::Look => format!("{base}/plan?said=nothing"),
            _ if report.run.outcome == Ended::Waiting => format!("{base}/plan"),
            _ => of_run(report.run.id),
        }),
        End::Undone(undone) => match &job.kind {
            JobKind::LookBack(_) => Some(format!("{base}/runs/{}", undone.report.run.id.0)),
            _ if undone.report.run.outcome == Ended::Planned => {
                Some(format!("{base}/runs/{}?anew=1", undone.report.run.id.0))
            }
            _ => Some(of_run(undone.report.run.id)),
        },
        End::Checked(report) => Some(match &job.kind {
            JobKind::Connect(..) if report.signed_in() => format!("{base}/connection?done=1"),
            // Of a connection that stands, its page shows how it stands; what was typed comes back where it was typed.
            JobKind::Connect(offer, None) if renews(book, offer) => format!("{base}/connection/renew"),
            _ => format!("{base}/connection"),
        }),
        End::Connected(_, Ok(report)) => Some(if report.run.outcome == model::run::Outcome::Waiting {
            format!("{base}/plan")
        } else if report.run.id == RunId(0) {
            format!("{base}/connection?done=1")
        } else {
            of_run(report.run.id)
        }),
        End::Connected(_, Err(_)) => Some(format!("{base}/connection?done=1")),
        End::Disconnected(n) => Some(format!("{base}/connection?ended={n}")),
        End::Tried(_) => match &job.kind {
            JobKind::Try(attempt) => Some(format!("{base}/policy/effect?{}", attempt.query)),
            _ => None,
        },
        End::Refused(_) | End::Stopped => None,
    }
}

/// Whether this was to give a connection that stands another credential of its own.
fn renews(book: &Book, offer: &Offer) -> bool {
    let own = !matches!(offer.credential, StoredCredential::Operators);
    own && book.connection().is_ok_and(|connection| connection.is_some())
}

/// Begins something and goes where it can be watched, or where it has led if it ended at once.
pub fn begin(visit: &Visit, person: &SignedIn, book: &Book, kind: JobKind) -> Outcome {
    let base = format!("/c/{}", book.customer.slug);
    let jobs = &visit.web.jobs;
    let at_work = jobs.of(book.customer.id).is_some_and(|job| !job.has_ended());
    if !at_work && sync::under_way(book)?.is_some() {
        return Answer::back_to(&format!("{base}/live"));
    }
    match jobs.begin_or_find(book, kind, &person.account.name) {
        Ok(begun) => watched(book, &begun),
        Err(at_work) => Ok(watched(book, &at_work)?.idle()),
    }
}

/// The same for what has just begun for this customer.
pub fn watch(visit: &Visit, book: &Book) -> Outcome {
    match visit.web.jobs.of(book.customer.id) {
        Some(job) => watched(book, &job),
        None => Answer::to(&format!("/c/{}/live", book.customer.slug)),
    }
}

fn watched(book: &Book, job: &Job) -> Outcome {
    let base = format!("/c/{}", book.customer.slug);
    let mut watching = job.watch();
    let ended = watching.wait_for(|state| state.end.is_some());
    let ended =
        tokio::runtime::Handle::current().block_on(async { tokio::time::timeout(SOON, ended).await.is_ok() });
    let state = job.state();
    let end = state.end.as_deref().filter(|_| ended);
    // What would do something else by now is shown instead of done.
    let only_looked = matches!(end, Some(End::Undone(undone)) if undone.report.run.outcome == Ended::Planned);
    match end.and_then(|end| after(book, job, end)) {
        Some(path) if only_looked => Answer::back_to(&path),
        Some(path) => Answer::to(&path),
        None => Answer::to(&format!("{base}/live")),
    }
}

/// Reads anew and plans.
pub fn look(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    begin(visit, person, book, JobKind::Look)
}

/// Whether the rules want the first plan to be agreed to, and nobody has.
fn asks_first(book: &Book) -> Result<bool, Trouble> {
    let Some(connection) = book.connection()? else { return Ok(false) };
    let asks = book.policy()?.first_run == FirstRun::Ask && !connection.applied;
    Ok(asks && book.agreement(connection.id)? != Agreement::Stands)
}

/// Runs: for everybody, completely, or for one person.
pub fn run(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    let form = &visit.form;
    if let Ok(plan) = form.get("plan").parse::<i64>() {
        // What was looked at, and nothing else: somebody may have planned anew meanwhile.
        let connection = book.connection()?.ok_or(Trouble::NotFound)?;
        let shown = book.shown_plan(connection.id, visit.now)?;
        if shown.is_none_or(|shown| shown.id.0 != plan) {
            return Answer::back_to(&format!("/c/{}/plan?said=other", book.customer.slug));
        }
    }
    let whom = form.get("person");
    if !whom.is_empty() {
        let whom = match whom.parse::<SourceId>() {
            Ok(source) => Whom::Id(source),
            // Somebody whom the last read did not know.
            Err(_) if whom.contains('@') => Whom::Named(whom.to_owned()),
            Err(_) => return Err(Trouble::NotFound),
        };
        return begin(visit, person, book, JobKind::Person(whom));
    }
    // A first plan that somebody shall see is shown first, wherever the button stood.
    if form.get("plan").is_empty() && asks_first(book)? {
        return Ok(begin(visit, person, book, JobKind::Look)?.idle());
    }
    let read = if form.get("complete") == "1" { ReadMode::Complete } else { ReadMode::Delta };
    begin(visit, person, book, JobKind::Run(read))
}

/// The page. Where what was watched has ended well, it goes where that has led.
pub fn page(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    let base = format!("/c/{}", book.customer.slug);
    let job = visit.web.jobs.of(book.customer.id);
    if let Some(job) = &job
        && let Some(end) = job.state().end
        && let Some(path) = after(book, job, &end)
        && sync::under_way(book)?.is_none()
    {
        return Answer::to(&path);
    }
    let f = Frame::of_customer(visit, person, book, "runs")?;
    match part(&f, book, job.as_deref())? {
        Some(part) => Answer::page(&Live { f, base, part }),
        None => Answer::to(&format!("{base}/runs")),
    }
}

/// Ends what a page has begun.
pub fn cancel(visit: &Visit, _: &SignedIn, book: &Book) -> Outcome {
    if let Some(job) = visit.web.jobs.of(book.customer.id).filter(|job| job.can_be_cancelled()) {
        job.cancel();
        let mut watching = job.watch();
        let ended = watching.wait_for(|state| state.end.is_some());
        let _ = tokio::runtime::Handle::current()
            .block_on(async { tokio::time::timeout(SOON, ended).await.is_ok() });
    }
    Answer::to(&format!("/c/{}/live", book.customer.slug))
}
