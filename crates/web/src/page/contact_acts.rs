//! What is done to a contact with one button: to the bin, a pin off, a person held or let go, a link made or cut.

use askama::Template;
use model::{Field, SourceId};
use store::{Book, Chosen, ConnectionRow, ScopeChange, SignedIn, Switch};

use crate::answer::{Answer, Outcome, Trouble};
use crate::frame::Frame;
use crate::page::ask::{Ask, said_yes};
use crate::page::contact::{contact_of, entry_of, person_of};
use crate::page::person::name_of;
use crate::visit::Visit;

/// Where a contact's page is.
fn base(visit: &Visit, book: &Book) -> Result<String, Trouble> {
    Ok(format!("/c/{}/book/{}", book.customer.slug, book.public_id(contact_of(visit, book)?)))
}

fn done(visit: &Visit, book: &Book, what: &str) -> Outcome {
    Answer::to(&format!("{}?done={what}", base(visit, book)?))
}

/// Asks before a contact goes to the bin.
pub fn delete_form(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    delete_question(visit, person, book)?.page()
}

/// Sends it there.
pub fn delete(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    if !said_yes(visit) {
        return delete_question(visit, person, book)?.again(visit);
    }
    let entry = entry_of(visit, book)?;
    let id = entry.contact.id;
    // First, so that no run comes between the two.
    if let (Some(source), "1", Some(connection)) =
        (entry.source, visit.form.get("exclude"), book.connection()?)
    {
        book.change_scope(connection.id, &[ScopeChange::Exclude(source, Switch::On)])?;
        visit.touched("exclude");
    }
    book.remove_contact(id, visit.now)?;
    Answer::to(&format!("/c/{}/bin?select={}&done=removed", book.customer.slug, book.public_id(id)))
}

fn delete_question(visit: &Visit, person: &SignedIn, book: &Book) -> Result<Ask, Trouble> {
    let entry = entry_of(visit, book)?;
    let f = Frame::of_customer(visit, person, book, "book")?;
    let name = name_of(&f, &entry.contact);
    let (heading, button) = (f.x("delete-q", &name), f.s("delete-sure"));
    let mut ask = Ask::new(f, base(visit, book)?, heading, button);
    ask.texts = vec![ask.f.s("delete-text")];
    if entry.linked.is_some() && entry.contact.left_at.is_none() {
        ask.texts.push(ask.f.s("delete-comes-back"));
        let exclude = vec![("1".to_owned(), ask.f.s("delete-exclude"))];
        ask.tick = Some(("exclude", ask.f.s("delete-exclude-h"), exclude));
    }
    Ok(ask)
}

/// Lets runs write a field again.
pub fn unpin(visit: &Visit, _: &SignedIn, book: &Book) -> Outcome {
    let id = entry_of(visit, book)?.contact.id;
    if let Some(field) = Field::named(visit.form.get("field")) {
        book.unpin(id, field, visit.now)?;
    }
    done(visit, book, "unpinned")
}

/// Asks why a person is held.
pub fn hold_form(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    hold_question(visit, person, book)?.page()
}

fn hold_question(visit: &Visit, person: &SignedIn, book: &Book) -> Result<Ask, Trouble> {
    let entry = entry_of(visit, book)?;
    let f = Frame::of_customer(visit, person, book, "book")?;
    let (heading, button) = (f.x("hold-q", name_of(&f, &entry.contact)), f.s("hold-sure"));
    let mut ask = Ask::new(f, base(visit, book)?, heading, button);
    ask.texts = vec![ask.f.s("hold-text")];
    ask.typed = Some(("why", ask.f.s("why-word")));
    ask.danger = false;
    Ok(ask)
}

/// Holds a person.
pub fn hold(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    let Some((connection, source)) = linked(visit, book)? else { return done(visit, book, "") };
    let why = visit.form.get("why");
    let mut ask = hold_question(visit, person, book)?;
    if let Err(wrong) = show::values::reason(&ask.f.s("why-word"), why) {
        ask.error = wrong;
        return ask.again(visit);
    }
    book.hold(connection.id, &source, why, visit.now)?;
    done(visit, book, "held")
}

/// Lets a person go whom somebody held; what the guard holds stays held.
pub fn let_go(visit: &Visit, _: &SignedIn, book: &Book) -> Outcome {
    if let Some((connection, source)) = linked(visit, book)? {
        let by_hand = Chosen { by_hand: [source].into(), ..Chosen::default() };
        book.release(connection.id, &by_hand, visit.now)?;
    }
    done(visit, book, "let-go")
}

fn linked(visit: &Visit, book: &Book) -> Result<Option<(ConnectionRow, SourceId)>, Trouble> {
    let source = entry_of(visit, book)?.source;
    Ok(book.connection()?.zip(source))
}

/// Asks before a link is cut.
pub fn unlink_form(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    unlink_question(visit, person, book)?.page()
}

/// Cuts it.
pub fn unlink(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    if !said_yes(visit) {
        return unlink_question(visit, person, book)?.again(visit);
    }
    book.unlink_by_hand(entry_of(visit, book)?.contact.id, visit.now)?;
    done(visit, book, "unlinked")
}

fn unlink_question(visit: &Visit, person: &SignedIn, book: &Book) -> Result<Ask, Trouble> {
    let entry = entry_of(visit, book)?;
    let f = Frame::of_customer(visit, person, book, "book")?;
    let (heading, button) = (f.x("unlink-q", name_of(&f, &entry.contact)), f.s("unlink-sure"));
    let mut ask = Ask::new(f, base(visit, book)?, heading, button);
    ask.texts = vec![ask.f.s("unlink-text")];
    Ok(ask)
}

#[derive(Template)]
#[template(path = "contact-link.html")]
struct LinkPage {
    f: Frame,
    back: String,
    name: String,
    q: String,
    people: Vec<Candidate>,
    asked: bool,
    error: String,
}

/// Somebody of the tenant who could be the contact.
struct Candidate {
    id: String,
    name: String,
    email: String,
    /// Why it cannot be.
    taken: bool,
}

/// Whom to link a contact to: those with its address, or whom somebody looks for by address or object id.
pub fn link_form(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    Answer::page(&link_page(visit, person, book, visit.query.get("q"), String::new())?)
}

/// Links it.
pub fn link(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    let id = entry_of(visit, book)?.contact.id;
    let connection = book.connection()?;
    let source = visit.form.get("source").parse::<SourceId>().ok();
    let wrong = match (&connection, &source) {
        (Some(connection), Some(source)) => why_not(book, connection, source)?,
        (..) => Some("link-nobody"),
    };
    let (Some(connection), Some(source), None) = (&connection, &source, wrong) else {
        let mut page = link_page(visit, person, book, visit.form.get("q"), String::new())?;
        page.error = page.f.s(wrong.unwrap_or("link-nobody"));
        return Answer::again(&page);
    };
    book.link_by_hand(connection.id, source, id, visit.now)?;
    done(visit, book, "linked")
}

/// Why somebody of the tenant cannot be linked.
fn why_not(
    book: &Book,
    connection: &ConnectionRow,
    source: &SourceId,
) -> Result<Option<&'static str>, Trouble> {
    if book.contact_linked(connection.id, source)?.is_some() {
        return Ok(Some("link-taken"));
    }
    if book.kept_out()?.iter().any(|row| row.source == *source) {
        return Ok(Some("link-kept-out"));
    }
    let known = show::people::may_be_person(book, connection, source)?;
    Ok((!known).then_some("link-nobody"))
}

fn link_page(
    visit: &Visit,
    person: &SignedIn,
    book: &Book,
    q: &str,
    error: String,
) -> Result<LinkPage, Trouble> {
    let entry = entry_of(visit, book)?;
    let f = Frame::of_customer(visit, person, book, "book")?;
    let address = entry.contact.values.get(Field::Email).unwrap_or_default();
    let asked = if q.is_empty() { address } else { q };
    let mut people = Vec::new();
    if let Some(connection) = book.connection()? {
        let found =
            if asked.is_empty() { Vec::new() } else { show::people::sources_of(book, connection.id, asked)? };
        for source in found {
            let (name, email) = person_of(book, &connection, &source)?;
            let taken = why_not(book, &connection, &source)?.is_some();
            people.push(Candidate { id: source.to_string(), name, email, taken });
        }
    }
    Ok(LinkPage {
        back: base(visit, book)?,
        name: name_of(&f, &entry.contact),
        asked: !asked.is_empty(),
        q: q.to_owned(),
        people,
        error,
        f,
    })
}
