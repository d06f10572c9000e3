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
    signed_in: bool,
}

/// The page of a trouble.
pub fn page(visit: &Visit, person: Option<&SignedIn>, trouble: &Trouble) -> Response {
    let framed = person.and_then(|person| Frame::of(visit, person, "").ok());
    let signed_in = framed.is_some();
    let f = framed.unwrap_or_else(|| Frame::open(visit));
    let (status, heading, text) = words(f.t, trouble);
    let shown = Answer::page_with(status, &Error { f, heading, text, signed_in });
    shown.map_or_else(|_| bare(visit.texts(), trouble), Answer::into_response)
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
        Trouble::Refused(why) => (StatusCode::CONFLICT, t.s("error-refused"), show::texts::store_error(why)),
        Trouble::Ours(id) => {
            (StatusCode::INTERNAL_SERVER_ERROR, t.s("error-500"), t.w("error-500-text", &[("x", id)]))
        }
    }
}
