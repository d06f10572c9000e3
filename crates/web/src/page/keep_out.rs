//! Somebody who objects before any contact of them exists: they are kept out by the id by which Microsoft knows them (W11).

use model::scope::KeptOut;
use model::{ContactId, SourceId};
use show::people::{entries_of, sources_of};
use store::{Book, ConnectionRow, Erase, SignedIn};
use tokio::runtime::Handle;

use crate::answer::{Answer, Outcome, Trouble};
use crate::frame::Frame;
use crate::page::ask::{Ask, said_yes};
use crate::page::contact::person_of;
use crate::visit::Visit;

/// Asks about whoever the address names. Whoever has a contact is erased with it, on the contact's page.
pub fn form(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    let typed = visit.query.get("person");
    let Some(connection) = book.connection()?.filter(|_| !typed.is_empty()) else {
        return to_list(book, "kept-whom", typed);
    };
    let sources = known(book, &connection, typed)?;
    if let Some(contact) = contact_of(book, &connection, typed, &sources)? {
        return to_erase(book, contact);
    }
    if sources.is_empty() {
        return to_list(book, "kept-nobody", typed);
    }
    question(visit, person, book, (&connection, typed, &sources))?.page()
}

/// Keeps them out.
pub fn keep(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    let typed = visit.form.get("person");
    let Some(connection) = book.connection()? else { return to_list(book, "kept-whom", typed) };
    let known = known(book, &connection, typed)?;
    if let Some(contact) = contact_of(book, &connection, typed, &known)? {
        // A run has made one meanwhile.
        return to_erase(book, contact);
    }
    if known.is_empty() {
        return to_list(book, "kept-nobody", typed);
    }
    let mut ask = question(visit, person, book, (&connection, typed, &known))?;
    let reason = KeptOut::named(visit.form.get("reason"));
    let (true, Some(reason)) = (said_yes(visit), reason) else { return ask.again(visit) };
    // Who was shown, and is still meant: the address may be somebody else's by now.
    let named: Vec<SourceId> = visit.form.all("source").filter_map(|text| text.parse().ok()).collect();
    let meant = known.iter().filter(|id| named.contains(id));
    let sources: Vec<_> = meant.map(|id| (connection.id, id.clone())).collect();
    if sources.is_empty() {
        ask.error = ask.f.s("erase-whom");
        return ask.again(visit);
    }
    let by = format!("account {}", person.account.id.0);
    let whom = Erase { contact: None, sources: &sources, reason, by: &by };
    match Handle::current().block_on(sync::erase(book, &whom)) {
        Ok(_) => to_list(book, "kept", ""),
        Err(why) => {
            ask.error = show::texts::run_error(&why);
            ask.again(visit)
        }
    }
}

/// To the list, where what was typed stands in its field once more if nobody is meant by it.
fn to_list(book: &Book, done: &str, typed: &str) -> Outcome {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    if !typed.is_empty() {
        query.append_pair("person", typed);
    }
    query.append_pair("done", done);
    let to = Answer::to(&format!("/c/{}/kept-out?{}", book.customer.slug, query.finish()))?;
    Ok(if done == "kept" { to } else { to.idle() })
}

fn to_erase(book: &Book, contact: ContactId) -> Outcome {
    Answer::back_to(&format!("/c/{}/book/{}/erase", book.customer.slug, book.public_id(contact)))
}

/// People of the tenant by what was typed; an id that nobody there has is nobody.
fn known(book: &Book, connection: &ConnectionRow, typed: &str) -> Result<Vec<SourceId>, Trouble> {
    let mut found = sources_of(book, connection.id, typed)?;
    let there = book.mirror_users(connection.id, &found)?;
    found.retain(|id| there.contains_key(id));
    Ok(found)
}

/// A contact by what was typed, or of one of these people.
fn contact_of(
    book: &Book,
    connection: &ConnectionRow,
    typed: &str,
    sources: &[SourceId],
) -> Result<Option<ContactId>, Trouble> {
    for source in sources {
        if let Some(contact) = book.contact_linked(connection.id, source)? {
            return Ok(Some(contact));
        }
    }
    Ok(entries_of(book, typed)?.first().map(|entry| entry.contact.id))
}

fn question(
    visit: &Visit,
    person: &SignedIn,
    book: &Book,
    (connection, typed, sources): (&ConnectionRow, &str, &[SourceId]),
) -> Result<Ask, Trouble> {
    let f = Frame::of_customer(visit, person, book, "book")?;
    let (heading, button) = (f.s("keep-out-q"), f.s("keep-out-sure"));
    let mut ask = Ask::new(f, format!("/c/{}/kept-out", book.customer.slug), heading, button);
    ask.action = format!("/c/{}/kept-out/keep", book.customer.slug);
    ask.texts = vec![ask.f.s("keep-out-text"), ask.f.s("erase-kept-out")];
    ask.hidden = vec![("person".into(), typed.to_owned())];
    let mut people = Vec::new();
    for source in sources {
        let (name, email) = person_of(book, connection, source)?;
        let words = [name, email, source.to_string()];
        let words: Vec<String> = words.into_iter().filter(|word| !word.is_empty()).collect();
        people.push((source.to_string(), words.join(" · ")));
    }
    if people.len() > 1 {
        ask.tick = Some(("source", ask.f.s("erase-whom"), people));
    } else {
        ask.hidden.extend(people.iter().map(|(id, _)| ("source".to_owned(), id.clone())));
        ask.lines = people.into_iter().map(|(_, words)| words).collect();
    }
    let reasons = [("objected", "reason-objected"), ("restricted", "reason-restricted")];
    let reasons = reasons.map(|(value, key)| (value.to_owned(), ask.f.s(key))).into();
    ask.choose = Some(("reason", ask.f.s("reason-word"), reasons));
    Ok(ask)
}
