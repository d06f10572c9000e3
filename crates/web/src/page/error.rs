//! Errors that help: what is wrong, in plain words, and where to go on.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use model::Role;
use store::SignedIn;

use crate::answer::{Answer, Trouble};
use crate::frame::{Frame, role_text};
use crate::lang::Texts;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "error.html")]
struct Error {
    f: Frame,
    heading: String,
    text: String,
}

/// The same for somebody who is signed in: with the way to everything else around it.
#[derive(Template)]
#[template(path = "error-inside.html")]
struct Inside {
    f: Frame,
    heading: String,
    text: String,
    /// What is looked for where there is no such page.
    find: Option<Find>,
}

/// A form that looks for what somebody may have meant.
struct Find {
    action: String,
    label: String,
}

/// The page of a trouble.
pub fn page(visit: &Visit, person: Option<&SignedIn>, trouble: &Trouble) -> Response {
    let shown = if let Some(f) = person.and_then(|person| around(visit, person)) {
        let (status, heading, text) = words(f.t, trouble);
        let find = if matches!(trouble, Trouble::NotFound) { find(&f) } else { None };
        Answer::page_with(status, &Inside { f, heading, text, find })
    } else {
        let f = Frame::open(visit);
        let (status, heading, text) = words(f.t, trouble);
        // Who is not signed in has nothing to search.
        let text = if matches!(trouble, Trouble::NotFound) { f.s("error-404-nobody") } else { text };
        Answer::page_with(status, &Error { f, heading, text })
    };
    shown.map_or_else(|_| bare(visit.texts(), trouble), Answer::into_response)
}

/// Around the page of somebody who is signed in: the customer's, where the path names one in reach or they belong to one. `None`
/// where not even that can be read.
fn around(visit: &Visit, person: &SignedIn) -> Option<Frame> {
    let named = visit.path.strip_prefix("/c/").and_then(|rest| rest.split('/').next());
    let named = named.and_then(|slug| person.book(slug).ok().flatten());
    let book = named.or_else(|| {
        let own = person.customers().ok().filter(|_| !person.role().is_of_operator())?.into_iter().next()?;
        person.book(&own.slug).ok().flatten()
    });
    let framed = book.and_then(|book| Frame::of_customer(visit, person, &book, "").ok());
    framed.or_else(|| Frame::of(visit, person, "").ok())
}

fn find(f: &Frame) -> Option<Find> {
    match &f.customer {
        Some(customer) => {
            Some(Find { action: format!("/c/{}/book", customer.slug), label: f.s("find-person") })
        }
        None => f.sees_fleet().then(|| Find { action: "/customers".to_owned(), label: f.s("find-customer") }),
    }
}

/// The same as plain text, where not even a page can be made.
pub fn bare(texts: &'static Texts, trouble: &Trouble) -> Response {
    let (status, heading, text) = words(texts, trouble);
    (status, format!("{heading}\n\n{text}\n")).into_response()
}

fn words(t: &Texts, trouble: &Trouble) -> (StatusCode, String, String) {
    match trouble {
        Trouble::NotFound => (StatusCode::NOT_FOUND, t.s("error-404"), t.s("error-404-text")),
        Trouble::Forbidden(right) => {
            let can = Role::ALL.into_iter().filter(|role| role.may(*right)).map(|role| role_text(t, role));
            let can = can.collect::<Vec<_>>().join(", ");
            (StatusCode::FORBIDDEN, t.s("error-403"), t.w("error-403-text", &[("x", &can)]))
        }
        Trouble::Away => (StatusCode::SERVICE_UNAVAILABLE, t.s("error-db"), t.s("error-db-text")),
        Trouble::Crowded => {
            (StatusCode::SERVICE_UNAVAILABLE, t.s("error-crowded"), t.s("error-crowded-text"))
        }
        Trouble::Files => (StatusCode::SERVICE_UNAVAILABLE, t.s("error-files"), t.s("error-files-text")),
        Trouble::Foreign => (StatusCode::FORBIDDEN, t.s("error-foreign"), t.s("error-foreign-text")),
        Trouble::Refused(why) => (StatusCode::CONFLICT, t.s("error-refused"), show::texts::store_error(why)),
        Trouble::Ours(id) => {
            (StatusCode::INTERNAL_SERVER_ERROR, t.s("error-500"), t.w("error-500-text", &[("x", id)]))
        }
    }
}
