//! One line of a contact's history taken back (W4): the field says again what it said before, unless somebody has changed the contact
//! meanwhile. What a run did is taken back by an undo of that run about this contact instead, so that the next run does not do it again.

use model::{Field, Timestamp};
use show::values::check_names;
use store::{Book, BookEntry, Edit, Event, Line, Saved, SignedIn};

use crate::answer::{Answer, Outcome, Trouble};
use crate::frame::Frame;
use crate::page::ask::{Ask, said_yes};
use crate::page::contact::{entry_of, is_owned};
use crate::page::contact_form::twins;
use crate::page::person::{label, name_of};
use crate::visit::Visit;

/// Whether a line can be taken back by itself, and what it puts back: its field says something else now, does not follow from
/// others, and would leave the contact a name.
pub fn puts_back(entry: &BookEntry, line: &Line) -> Option<(Field, Option<String>)> {
    let Event::Changed(field) = line.event else { return None };
    let values = &entry.contact.values;
    let known = line.before.is_some() || line.after.is_some();
    let follows = field == Field::DisplayName && values.joined_name().is_some();
    if !known || follows || values.get(field) == line.before.as_deref() {
        return None;
    }
    let change = (field, line.before.clone());
    check_names(values, std::slice::from_ref(&change)).ok().map(|()| change)
}

/// The line that address or form names, as far as it can be taken back.
fn line_of(
    visit: &Visit,
    book: &Book,
    entry: &BookEntry,
) -> Result<Option<(Line, Field, Option<String>)>, Trouble> {
    let asked = if visit.form.get("at").is_empty() { &visit.query } else { &visit.form };
    let (at, field) = (asked.get("at").parse().ok().map(Timestamp), Field::named(asked.get("field")));
    let (Some(at), Some(field)) = (at, field) else { return Ok(None) };
    let lines = book.history(entry.contact.id)?;
    let line = lines.into_iter().find(|line| line.at == at && line.event == Event::Changed(field));
    Ok(line.and_then(|line| puts_back(entry, &line).map(|(field, value)| (line, field, value))))
}

fn back(book: &Book, entry: &BookEntry, done: &str) -> Outcome {
    let id = book.public_id(entry.contact.id);
    Answer::to(&format!("/c/{}/book/{id}{done}", book.customer.slug))
}

/// Asks before a value is put back.
pub fn form(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    let entry = entry_of(visit, book)?;
    let Some(line) = line_of(visit, book, &entry)? else { return back(book, &entry, "") };
    question(visit, person, book, (&entry, &line))?.page()
}

fn question(
    visit: &Visit,
    person: &SignedIn,
    book: &Book,
    (entry, (line, field, value)): (&BookEntry, &(Line, Field, Option<String>)),
) -> Result<Ask, Trouble> {
    let f = Frame::of_customer(visit, person, book, "book")?;
    let base = format!("/c/{}/book/{}", book.customer.slug, book.public_id(entry.contact.id));
    let heading =
        f.t.w("put-back-q", &[("field", &f.s(label(*field))), ("name", &name_of(&f, &entry.contact))]);
    let button = f.s("put-back-sure");
    let mut ask = Ask::new(f, base, heading, button);
    let said = |value: Option<&str>| match value {
        Some(value) => value.replace('\n', ", "),
        None => ask.f.s("empty-word"),
    };
    let (now, then) = (said(entry.contact.values.get(*field)), said(value.as_deref()));
    ask.lines = vec![ask.f.x("put-back-now", now), ask.f.x("put-back-then", then)];
    if is_owned(&book.policy()?, entry, *field) && !entry.contact.pinned(*field, visit.now) {
        ask.texts.push(ask.f.s("edit-warning"));
    }
    if *field == Field::Email {
        let others = twins(&ask.f, book, Some(entry.contact.id), value.as_deref())?;
        if !others.is_empty() {
            ask.texts.push(ask.f.x("address-taken", others));
        }
    }
    ask.hidden = vec![
        ("at".into(), line.at.0.to_string()),
        ("field".into(), field.name().into()),
        ("seen".into(), entry.contact.values.digest().to_string()),
    ];
    ask.danger = false;
    Ok(ask)
}

/// Puts it back.
pub fn put_back(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    let entry = entry_of(visit, book)?;
    let Some(line) = line_of(visit, book, &entry)? else { return back(book, &entry, "") };
    if !said_yes(visit) {
        return question(visit, person, book, (&entry, &line))?.again(visit);
    }
    let fields = [(line.1, line.2.clone())];
    let seen = visit.form.get("seen").parse().unwrap_or_default();
    let edit = Edit { fields: &fields, pins: &[], seen };
    match book.save_contact(entry.contact.id, &edit, visit.now)? {
        Saved::Done => back(book, &entry, "?done=put-back"),
        Saved::ChangedMeanwhile => {
            let mut ask = question(visit, person, book, (&entry, &line))?;
            ask.error = ask.f.s("changed-meanwhile");
            ask.again(visit)
        }
    }
}
