//! Where every request comes in: who it is, whether the route's rule lets them in, and only then the page.
//!
//! The store blocks, so a request is answered whole in a blocking thread.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, RawQuery};
use axum::http::{HeaderMap, Uri, header};
use axum::response::Response;
use axum::routing::{MethodRouter, get, post};
use model::Right;
use store::SignedIn;
use tower_http::csrf::CsrfLayer;

use crate::answer::{Answer, Outcome, Trouble};
use crate::form::Form;
use crate::lang::Language;
use crate::page::error;
use crate::routes::{Door, ROUTES, Route, Verb};
use crate::visit::Visit;
use crate::{Web, cookie};

/// Bytes that a form may have.
const LARGEST: usize = 256 * 1024;

/// All routes of the table as a service.
pub fn router(web: &Web) -> Router {
    let mut router = Router::new();
    for route in ROUTES {
        router = router.route(route.path, method(web.clone(), *route));
    }
    let lost = web.clone();
    let nowhere = move |uri: Uri, headers: HeaderMap| {
        let visit = read(lost.clone(), &uri, &headers, Vec::new(), &[]);
        answer(visit, |visit| gate(visit, None))
    };
    router.fallback(nowhere).layer(DefaultBodyLimit::max(LARGEST)).layer(CsrfLayer::new())
}

fn method(web: Web, route: Route) -> MethodRouter {
    let handle =
        move |path: Path<Vec<(String, String)>>, _: RawQuery, uri: Uri, headers: HeaderMap, body: Bytes| {
            let Path(parts) = path;
            let visit = read(web.clone(), &uri, &headers, parts, &body);
            answer(visit, move |visit| gate(visit, Some(&route.door)))
        };
    match route.verb {
        Verb::Get => get(handle),
        Verb::Post => post(handle),
    }
}

fn read(web: Web, uri: &Uri, headers: &HeaderMap, parts: Vec<(String, String)>, body: &[u8]) -> Visit {
    let text = |name| headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default();
    Visit {
        path: uri.path().to_owned(),
        parts,
        query: Form::read(uri.query().unwrap_or_default().as_bytes()),
        query_text: uri.query().unwrap_or_default().to_owned(),
        form: Form::read(body),
        agent: text(header::USER_AGENT).to_owned(),
        accepted: Language::accepted(text(header::ACCEPT_LANGUAGE)),
        token: cookie::read(headers, web.is_secure()),
        now: (web.clock)(),
        web,
    }
}

/// Answers in a blocking thread; a page that panics is our fault and nobody else's.
async fn answer(visit: Visit, page: impl FnOnce(&Visit) -> Response + Send + 'static) -> Response {
    let texts = visit.texts();
    let done = tokio::task::spawn_blocking(move || page(&visit)).await;
    done.unwrap_or_else(|broken| error::bare(texts, &Trouble::ours(&broken)))
}

/// The one place where it is asked whether somebody may.
fn gate(visit: &Visit, door: Option<&Door>) -> Response {
    let person = match &visit.token {
        Some(token) => visit.web.store.signed_in(token, visit.now).map_err(Trouble::from),
        None => Ok(None),
    };
    let account = person.as_ref().ok().and_then(Option::as_ref).map(|person| &person.account);
    let language =
        account.and_then(|account| Language::named(&account.language)).unwrap_or(visit.texts().language);
    // What other crates say (`show`) is said in the reader's language while this thread works for them.
    show::texts::within(language.of_show(), || {
        let done = match (&person, door) {
            (Ok(person), Some(door)) => through(visit, person.as_ref(), door),
            (Ok(Some(_)), None) => Err(Trouble::NotFound),
            (Ok(None), None) => Err(Trouble::SignIn),
            (Err(_), _) => Err(Trouble::Away),
        };
        match done {
            Ok(answer) => answer.into_response(),
            Err(Trouble::SignIn) => to_sign_in(visit),
            Err(trouble) => error::page(visit, person.as_ref().ok().and_then(Option::as_ref), &trouble),
        }
    })
}

fn through(visit: &Visit, person: Option<&SignedIn>, door: &Door) -> Outcome {
    if let Door::Open(page) = door {
        return page(visit);
    }
    let person = person.ok_or(Trouble::SignIn)?;
    let may = |right: Right| if person.role().may(right) { Ok(()) } else { Err(Trouble::Forbidden(right)) };
    match door {
        Door::Open(page) => page(visit),
        Door::Own(page) => page(visit, person),
        Door::Fleet(right, page) => {
            if !person.role().is_of_operator() {
                return Err(Trouble::NotFound);
            }
            may(*right)?;
            page(visit, person)
        }
        Door::Customer(right, page) => {
            let book = person.book(visit.part("customer"))?.ok_or(Trouble::NotFound)?;
            may(*right)?;
            page(visit, person, &book)
        }
    }
}

/// To the sign-in, and from there back to where somebody wanted to look.
fn to_sign_in(visit: &Visit) -> Response {
    let here = match visit.query_text.as_str() {
        "" => visit.path.clone(),
        query => format!("{}?{query}", visit.path),
    };
    let to: String = url::form_urlencoded::Serializer::new(String::new()).append_pair("to", &here).finish();
    let path = if here == "/" { "/sign-in".to_owned() } else { format!("/sign-in?{to}") };
    match Answer::to(&path) {
        Ok(answer) => answer.into_response(),
        Err(trouble) => error::page(visit, None, &trouble),
    }
}
