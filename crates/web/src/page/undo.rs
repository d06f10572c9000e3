//! Taking back what runs did: it is looked at first, with what it would do, and carried out as it was looked at.

use std::str::FromStr;

use model::ids::{PlanId, PublicId};
use model::plan::OpKind;
use model::run::Outcome as End;
use model::{RunId, Timestamp};
use store::{Back, Book, KindCount, RunRow, SignedIn};

use crate::answer::{Answer, Outcome, Trouble};
use crate::frame::Frame;
use crate::jobs::JobKind;
use crate::page::{live, run};
use crate::visit::Visit;

/// An undo that was looked at: what it means, and what carries it out.
pub struct Undo {
    /// The run that looked.
    pub looked: i64,
    /// The run that it takes back, a contact of it, or since when.
    pub run: String,
    /// The contact.
    pub contact: String,
    /// The time, in milliseconds.
    pub since: String,
    /// How many changes.
    pub n: i64,
    /// How many contacts go to the bin.
    pub removes: i64,
    /// Whether nothing of what runs ever did would be left.
    pub all: bool,
    /// What was typed as their number, and what is wrong with it.
    pub typed: String,
    /// What is wrong.
    pub error: String,
}

impl Undo {
    /// Of a run that looked.
    pub fn looked(
        f: &Frame,
        book: &Book,
        (row, back): (&RunRow, Back),
        (counts, wrong): (&[KindCount], Option<&str>),
    ) -> Result<Self, Trouble> {
        let (run, contact, since) = match back {
            Back::Run(run) => (Some(run), None, None),
            Back::OfRun(run, contact) => (Some(run), Some(contact), None),
            Back::Since(since) => (None, None, Some(since)),
            Back::Removal(contact) => (None, Some(contact), None),
        };
        let removes = removed(counts);
        Ok(Self {
            looked: row.id.0,
            run: run.map(|run| run.0.to_string()).unwrap_or_default(),
            contact: contact.map(|contact| book.public_id(contact).to_string()).unwrap_or_default(),
            since: since.map(|since| since.0.to_string()).unwrap_or_default(),
            n: counts.iter().map(|count| count.n).sum(),
            removes,
            all: match since {
                Some(since) => book.first_run_at()?.is_some_and(|first| since < first),
                None => false,
            },
            typed: wrong.unwrap_or_default().to_owned(),
            error: wrong.map(|_| f.n("undo-number-wrong", removes)).unwrap_or_default(),
        })
    }
}

/// How many contacts go to the bin.
fn removed(counts: &[KindCount]) -> i64 {
    counts.iter().filter(|count| count.kind == OpKind::Remove).map(|count| count.n).sum()
}

/// An undo is shown before it is carried out, and where contacts will go to the bin, their number is typed.
pub fn check(visit: &Visit, person: &SignedIn, book: &Book) -> Result<Option<Answer>, Trouble> {
    if is_empty(visit) {
        return Ok(None);
    }
    let back = back_of(visit, book)?;
    let Some((row, plan)) = looked(visit, book, back)? else {
        return Ok(Some(look_back(visit, person, book)?.idle()));
    };
    let (removes, typed) = (removed(&book.plan_counts(plan)?), visit.form.get("number"));
    // One is named by the page itself.
    if removes > 1 && visit.form.number("number") != Some(removes) {
        return Answer::again(&run::shown(visit, person, book, (row, Some(typed)))?).map(Some);
    }
    Ok(None)
}

/// The run that looked at this way back, and its plan, as the form names it.
fn looked(visit: &Visit, book: &Book, back: Back) -> Result<Option<(RunRow, PlanId)>, Trouble> {
    let Ok(run) = visit.form.get("looked").parse().map(RunId) else { return Ok(None) };
    let (row, plan) = (book.run(run)?, book.plan_of(run)?);
    let (Some(row), Some(plan)) = (row.filter(|row| row.outcome == End::Planned), plan) else {
        return Ok(None);
    };
    Ok((book.undone_by(plan)? == Some(back)).then_some((row, plan)))
}

/// What is to be taken back: a run, a contact of it, or all since a time.
fn back_of(visit: &Visit, book: &Book) -> Result<Back, Trouble> {
    let form = &visit.form;
    let number = |name: &str| form.get(name).parse::<i64>().ok();
    let contact = match form.get("contact") {
        "" => None,
        text => {
            let id = PublicId::from_str(text).ok().and_then(|id| book.store().contact_of(id));
            // Another customer's is as if it were not there.
            Some(id.filter(|id| id.customer() == book.customer.id).ok_or(Trouble::NotFound)?)
        }
    };
    match (number("since"), number("run"), contact) {
        (Some(since), None, None) => Ok(Back::Since(Timestamp(since))),
        (None, Some(run), contact) => {
            book.run(RunId(run))?.ok_or(Trouble::NotFound)?;
            Ok(contact.map_or(Back::Run(RunId(run)), |contact| Back::OfRun(RunId(run), contact)))
        }
        (None, None, Some(contact)) => Ok(Back::Removal(contact)),
        _ => Err(Trouble::NotFound),
    }
}

/// A form that means nothing.
fn is_empty(visit: &Visit) -> bool {
    ["since", "run", "contact"].iter().all(|name| visit.form.get(name).is_empty())
}

/// Looks at what an undo would do.
pub fn look_back(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    if is_empty(visit) {
        return Answer::back_to(&format!("/c/{}/runs", book.customer.slug));
    }
    live::begin(visit, person, book, JobKind::LookBack(back_of(visit, book)?))
}

/// Looks at what it would take to bring the book back to a time that somebody types.
pub fn look_back_to(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    let f = Frame::of_customer(visit, person, book, "runs")?;
    // As the clock on the page's wall shows it.
    let typed = visit.form.get("to");
    let to = typed.parse::<jiff::civil::DateTime>().ok();
    let to = to.and_then(|at| at.to_zoned(f.times.zone.clone()).ok());
    let to = to.map(|at| Timestamp(at.timestamp().as_millisecond())).filter(|at| *at < f.times.now);
    if let Some(to) = to {
        return live::begin(visit, person, book, JobKind::LookBack(Back::Since(to)));
    }
    let typed: String = url::form_urlencoded::byte_serialize(typed.as_bytes()).collect();
    Answer::to(&format!("/c/{}/runs?wrong=time&to={typed}", book.customer.slug))
}

/// Undoes.
pub fn undo(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    if is_empty(visit) {
        return Answer::back_to(&format!("/c/{}/runs", book.customer.slug));
    }
    let back = back_of(visit, book)?;
    match looked(visit, book, back)? {
        Some((_, plan)) => {
            match back {
                Back::Run(run) | Back::OfRun(run, _) => visit.changed("undone-run", "", &run.0.to_string()),
                Back::Since(since) => visit.changed("undone-since", "", &show::when::rfc3339(since)),
                Back::Removal(_) => {}
            }
            live::begin(visit, person, book, JobKind::Undo(back, plan))
        }
        None => look_back(visit, person, book),
    }
}
