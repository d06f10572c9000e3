//! Taking back what runs did: it is looked at first, with what it would do, and carried out as it was looked at.

use std::str::FromStr;

use model::ids::PublicId;
use model::plan::OpKind;
use model::{RunId, Timestamp};
use store::{Back, Book, KindCount, RunRow, SignedIn};
use sync::Want;

use crate::answer::{Answer, Outcome, Trouble};
use crate::frame::Frame;
use crate::jobs::JobKind;
use crate::page::{live, run};
use crate::visit::Visit;

/// Runs behind an undo that was looked at among which one is searched that changed something.
const LATER: i64 = 100;

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

/// What was looked at is what is carried out: where a run has changed something since, it is looked at anew, and where contacts will go
/// to the bin, their number is typed first.
pub fn check(visit: &Visit, person: &SignedIn, book: &Book) -> Result<Option<Answer>, Trouble> {
    let Some(looked) = visit.form.get("looked").parse().ok().map(RunId) else { return Ok(None) };
    let row = book.run(looked)?.ok_or(Trouble::NotFound)?;
    if book.runs_after(looked, LATER)?.iter().any(run::changed) {
        return Ok(Some(look_back(visit, person, book)?.idle()));
    }
    let counts = book.plan_of(looked)?.map_or(Ok(Vec::new()), |plan| book.plan_counts(plan))?;
    let (removes, typed) = (removed(&counts), visit.form.get("number"));
    // One is named by the page itself.
    if removes > 1 && visit.form.number("number") != Some(removes) {
        return Answer::again(&run::shown(visit, person, book, (row, Some(typed)))?).map(Some);
    }
    Ok(None)
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
    live::begin(visit, person, book, JobKind::Undo(back_of(visit, book)?, Want::Plan))
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
        return live::begin(visit, person, book, JobKind::Undo(Back::Since(to), Want::Plan));
    }
    let typed: String = url::form_urlencoded::byte_serialize(typed.as_bytes()).collect();
    Answer::to(&format!("/c/{}/runs?wrong=time&to={typed}", book.customer.slug))
}

/// Undoes.
pub fn undo(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    if is_empty(visit) {
        return Answer::back_to(&format!("/c/{}/runs", book.customer.slug));
    }
    live::begin(visit, person, book, JobKind::Undo(back_of(visit, book)?, Want::Apply))
}
