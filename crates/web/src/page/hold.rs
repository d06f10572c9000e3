//! What waits for a person: hold somebody, let go, keep as it is. A release is asked once more, with what it will do, and holds
//! for what was looked at alone.

use std::collections::BTreeSet;
use std::str::FromStr;

use askama::Template;
use model::SourceId;
use model::plan::{HeldBy, OpKind};
use store::{Book, Chosen, ConnectionRow, HoldRow, SignedIn};

use crate::answer::{Answer, Outcome, Trouble};
use crate::frame::Frame;
use crate::page::plan::{HeldLine, held_lines, op_of};
use crate::visit::Visit;

/// Names that a question lists; the others are counted.
const NAMED: usize = 20;
/// Characters of a reason.
const WHY: usize = 200;

#[derive(Template)]
#[template(path = "release.html")]
struct Release {
    f: Frame,
    base: String,
    n: i64,
    removes: i64,
    lines: Vec<HeldLine>,
    more: i64,
    /// What is let go, to be sent on.
    ops: Vec<String>,
    all: bool,
    error: String,
    typed: String,
}

/// Something that a form names: an operation as it was looked at, or whom a person holds.
fn names(form: &crate::form::Form, op: &str, all_of_guard: bool) -> bool {
    all_of_guard || form.all("op").any(|named| named == op)
}

/// What a form chose of what is held now. What shows something else by now is not among it.
fn chosen(form: &crate::form::Form, book: &Book, connection: &ConnectionRow) -> Result<Chosen, Trouble> {
    let all = form.get("all") == "1";
    let by_hand: BTreeSet<SourceId> = book.held_people(connection.id)?.into_keys().collect();
    let operations = book.holds(connection.id)?.into_iter().filter(|hold| {
        // What a person holds is let go by name alone.
        let free = hold.held_by != HeldBy::Person && !(all && by_hand.contains(&hold.source));
        free && !hold.released && names(form, &op_of(hold), all)
    });
    let operations = operations.collect();
    let by_hand = by_hand.into_iter().filter(|source| names(form, &source.to_string(), false)).collect();
    Ok(Chosen { operations, by_hand })
}

/// Whom a form names.
fn sources(visit: &Visit) -> Result<Vec<SourceId>, Trouble> {
    visit.form.all("op").map(|text| SourceId::from_str(text).map_err(|_| Trouble::NotFound)).collect()
}

/// Why, as somebody typed it; one line.
fn why(visit: &Visit) -> String {
    visit.form.get("why").replace('\n', " ").chars().take(WHY).collect()
}

/// Whether a form names nothing at all: somebody pressed its button before choosing.
fn names_none(form: &crate::form::Form) -> bool {
    form.get("all") != "1" && form.all("op").next().is_none()
}

fn to_plan(book: &Book, said: &str) -> Outcome {
    Answer::to(&format!("/c/{}/plan?{said}", book.customer.slug))
}

/// The same, without having done anything.
fn back_to_plan(book: &Book, said: &str) -> Outcome {
    Ok(to_plan(book, said)?.idle())
}

/// Holds people or groups: runs leave them alone until somebody lets go.
pub fn hold(visit: &Visit, _: &SignedIn, book: &Book) -> Outcome {
    let Some(connection) = book.connection()? else { return back_to_plan(book, "") };
    if names_none(&visit.form) {
        return back_to_plan(book, "said=none");
    }
    let why = why(visit);
    for source in sources(visit)? {
        let about = std::slice::from_ref(&source);
        let known = !book.mirror_users(connection.id, about)?.is_empty()
            || !book.mirror_groups(connection.id, about)?.is_empty()
            || book.contact_linked(connection.id, &source)?.is_some();
        if !known {
            return Err(Trouble::NotFound);
        }
        book.hold(connection.id, &source, &why, visit.now)?;
    }
    to_plan(book, "said=held")
}

/// The question before a release.
pub fn ask(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    let Some(connection) = book.connection()? else { return back_to_plan(book, "") };
    if names_none(&visit.query) {
        return back_to_plan(book, "said=none");
    }
    let chosen = chosen(&visit.query, book, &connection)?;
    let f = Frame::of_customer(visit, person, book, "plan")?;
    question(f, book, &connection, (&chosen, visit.query.get("all") == "1"), None)
}

fn question(
    f: Frame,
    book: &Book,
    connection: &ConnectionRow,
    (chosen, all): (&Chosen, bool),
    typed: Option<&str>,
) -> Outcome {
    let ops: Vec<String> =
        chosen.operations.iter().map(op_of).chain(chosen.by_hand.iter().map(ToString::to_string)).collect();
    if ops.is_empty() {
        return back_to_plan(book, "said=other");
    }
    let removes = chosen.operations.iter().filter(|hold| hold.kind == OpKind::Remove).count() as i64;
    let lines = named(&f, book, connection, chosen)?;
    let n = ops.len() as i64;
    let more = n - lines.len() as i64;
    let error = typed.map(|_| f.n("release-number-wrong", n)).unwrap_or_default();
    let page = Release {
        base: format!("/c/{}", book.customer.slug),
        typed: typed.unwrap_or_default().to_owned(),
        n,
        removes,
        lines,
        more,
        ops,
        all,
        error,
        f,
    };
    if typed.is_some() { Answer::again(&page) } else { Answer::page(&page) }
}

/// The first of what is chosen, told with what would be done.
fn named(
    f: &Frame,
    book: &Book,
    connection: &ConnectionRow,
    chosen: &Chosen,
) -> Result<Vec<HeldLine>, Trouble> {
    let mut rows: Vec<HoldRow> = chosen.operations.iter().take(NAMED).cloned().collect();
    let by_hand: Vec<SourceId> = chosen.by_hand.iter().take(NAMED - rows.len()).cloned().collect();
    let planned = book.holds_about(connection.id, &by_hand)?;
    let beside =
        |id: &&SourceId| !planned.iter().any(|hold| hold.source == **id && hold.held_by == HeldBy::Person);
    let beside: Vec<SourceId> = by_hand.iter().filter(beside).cloned().collect();
    // Somebody about whom several steps wait is named once.
    let mut seen = BTreeSet::new();
    rows.extend(
        planned.into_iter().filter(|hold| hold.held_by == HeldBy::Person && seen.insert(hold.source.clone())),
    );
    held_lines(f, book, connection, &rows, &beside)
}

/// Where contacts will be removed, their number is typed first.
pub fn check(visit: &Visit, person: &SignedIn, book: &Book) -> Result<Option<Answer>, Trouble> {
    let Some(connection) = book.connection()? else { return Ok(None) };
    let chosen = chosen(&visit.form, book, &connection)?;
    let removes = chosen.operations.iter().any(|hold| hold.kind == OpKind::Remove);
    let n = chosen.operations.len() + chosen.by_hand.len();
    // One is named by the question itself.
    if removes && n > 1 && visit.form.number("number") != Some(n as i64) {
        let f = Frame::of_customer(visit, person, book, "plan")?;
        let (all, typed) = (visit.form.get("all") == "1", visit.form.get("number"));
        return question(f, book, &connection, (&chosen, all), Some(typed)).map(Some);
    }
    Ok(None)
}

/// Lets go of what was chosen.
pub fn release(visit: &Visit, _: &SignedIn, book: &Book) -> Outcome {
    let Some(connection) = book.connection()? else { return back_to_plan(book, "") };
    if names_none(&visit.form) {
        return back_to_plan(book, "said=none");
    }
    let chosen = chosen(&visit.form, book, &connection)?;
    let gone = book.release(connection.id, &chosen, visit.now)?;
    let to = to_plan(book, &format!("released={}", gone.count()))?;
    Ok(if gone.count() == 0 { to.idle() } else { to })
}

/// Keeps what was chosen as it is, until the person or group changes in Microsoft 365.
pub fn reject(visit: &Visit, _: &SignedIn, book: &Book) -> Outcome {
    let Some(connection) = book.connection()? else { return back_to_plan(book, "") };
    if names_none(&visit.form) {
        return back_to_plan(book, "said=none");
    }
    let chosen = chosen(&visit.form, book, &connection)?;
    let gone = book.reject(connection.id, &chosen, &why(visit), visit.now)?;
    let to = to_plan(book, &format!("rejected={}", gone.count()))?;
    Ok(if gone.count() == 0 { to.idle() } else { to })
}
