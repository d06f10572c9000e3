//! The end of a customer: its book, connection and history go, and nobody brings them back but a backup.

use store::{Book, SignedIn};
use tokio::runtime::Handle;

use crate::answer::{Answer, Outcome, Trouble};
use crate::frame::Frame;
use crate::page::ask::{Ask, said_yes};
use crate::visit::Visit;

/// Asks, and wants the short name typed.
pub fn ask(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    question(visit, person, book)?.page()
}

fn question(visit: &Visit, person: &SignedIn, book: &Book) -> Result<Ask, Trouble> {
    let f = Frame::of_customer(visit, person, book, "settings")?;
    let (heading, button) = (f.x("customer-remove-q", &book.customer.name), f.s("customer-remove-sure"));
    let mut ask = Ask::new(f, format!("/c/{}/settings", book.customer.slug), heading, button);
    let contacts = book.size()?.contacts;
    ask.texts = vec![ask.f.n("customer-remove-text", contacts), ask.f.s("customer-remove-for-good")];
    if book.connection()?.is_some() {
        ask.texts.push(ask.f.s("customer-remove-consent"));
    }
    ask.typed = Some(("slug", ask.f.x("customer-remove-type", &book.customer.slug)));
    Ok(ask)
}

/// Removes it.
pub fn remove(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    let mut ask = question(visit, person, book)?;
    if !said_yes(visit) {
        return ask.again(visit);
    }
    if visit.form.get("slug") != book.customer.slug {
        ask.error = ask.f.x("customer-remove-wrong", &book.customer.slug);
        return ask.again(visit);
    }
    if let Err(why) = Handle::current().block_on(sync::remove_customer(book)) {
        ask.error = show::texts::run_error(&why);
        return ask.again(visit);
    }
    visit.web.rosters.forget(book.customer.id);
    Answer::to("/customers?removed=1")
}
