//! Where every request comes in: who it is, whether the route's rule lets them in, and only then the page.
//!
//! The store blocks, so a request is answered whole in a blocking thread.

use std::collections::BTreeSet;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::rejection::PathRejection;
use axum::extract::{DefaultBodyLimit, Path};
use axum::http::{HeaderMap, Uri, header};
use axum::middleware::map_response;
use axum::response::Response;
use axum::routing::{MethodRouter, get, post};
use model::Right;
use store::SignedIn;
use tower_http::csrf::CsrfLayer;

use crate::answer::{Answer, Outcome, Trouble, guarded, policy};
use crate::form::Form;
use crate::lang::Language;
use crate::page::{error, proof};
use crate::routes::{Care, Door, Load, ROUTES, Route, Verb};
use crate::visit::Visit;
use crate::{Web, cookie, upload};

/// Bytes that a form may have.
const LARGEST: usize = 256 * 1024;

/// All routes of the table as a service.
pub fn router(web: &Web) -> Router {
    let mut router = Router::new();
    for route in ROUTES {
        router = router.route(route.path, method(web.clone(), *route));
    }
    let policy = policy(&sign_in_hosts(web));
    let lost = web.clone();
    let nowhere = move |uri: Uri, headers: HeaderMap| {
        let visit = read(lost.clone(), &uri, &headers, Vec::new(), &[]);
        answer(visit, |visit| gate(visit, None))
    };
    router
        .method_not_allowed_fallback(nowhere.clone())
        .fallback(nowhere)
        .layer(DefaultBodyLimit::max(LARGEST))
        .layer(CsrfLayer::new())
        .layer(map_response(move |response| guarded(policy.clone(), response)))
}

/// Where forms of ours may lead besides ourselves: to Microsoft's sign-in, by a redirect.
fn sign_in_hosts(web: &Web) -> Vec<String> {
    // An app that was put in with hosts of its own; one that comes later with others is reached once the process starts anew.
    let app = web.store.operator_app().ok().flatten().map(|app| (app.login_url, app.graph_url));
    let clouds = sync::CLOUDS.into_iter().filter_map(sync::cloud_hosts);
    let all = web.own_cloud.iter().cloned().chain(app).chain(clouds);
    all.map(|(login, _)| login.trim_end_matches('/').to_owned())
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect()
}

/// The open parts of a path.
type Parts = Result<Path<Vec<(String, String)>>, PathRejection>;

fn method(web: Web, route: Route) -> MethodRouter {
    if route.load == Load::File {
        return with_file(web, route);
    }
    let handle = move |path: Parts, uri: Uri, headers: HeaderMap, body: Bytes| {
        // What is no UTF-8 names nothing of ours.
        let (parts, known) = path.map_or((Vec::new(), None), |Path(parts)| (parts, Some(route)));
        let mut visit = read(web.clone(), &uri, &headers, parts, &body);
        visit.verb = route.verb;
        answer(visit, move |visit| gate(visit, known.as_ref()))
    };
    match route.verb {
        Verb::Get => get(handle),
        Verb::Post => post(handle),
    }
}

/// A route that takes a file. Whoever is not signed in brings none: nothing of it is read.
fn with_file(web: Web, route: Route) -> MethodRouter {
    let handle = move |path: Parts, uri: Uri, headers: HeaderMap, body: Body| {
        let (parts, known) = path.map_or((Vec::new(), None), |Path(parts)| (parts, Some(route)));
        let mut visit = read(web.clone(), &uri, &headers, parts, &[]);
        visit.verb = route.verb;
        async move {
            let asking = visit.clone();
            let known_here =
                move || asking.token.as_ref().map(|token| asking.web.store.signed_in(token, asking.now));
            let signed_in = tokio::task::spawn_blocking(known_here).await;
            if matches!(signed_in, Ok(Some(Ok(Some(_))))) {
                let content = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok());
                (visit.form, visit.file) = upload::read(content.unwrap_or_default(), body).await;
            }
            answer(visit, move |visit| gate(visit, known.as_ref())).await
        }
    };
    post(handle).layer(DefaultBodyLimit::disable())
}

fn read(web: Web, uri: &Uri, headers: &HeaderMap, parts: Vec<(String, String)>, body: &[u8]) -> Visit {
    let text = |name| headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default();
    Visit {
        verb: Verb::Get,
        path: uri.path().to_owned(),
        parts,
        query: Form::read(uri.query().unwrap_or_default().as_bytes()),
        query_text: uri.query().unwrap_or_default().to_owned(),
        form: Form::read(body),
        file: None,
        agent: text(header::USER_AGENT).to_owned(),
        accepted: Language::accepted(text(header::ACCEPT_LANGUAGE)),
        token: cookie::read(headers, web.is_secure()),
        away: cookie::read_away(headers, web.is_secure()),
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

/// The one place where it is asked whether somebody may. Without a route there is no such page.
fn gate(visit: &Visit, route: Option<&Route>) -> Response {
    if let Some(Route { door: Door::Open(page), .. }) = route {
        // Needs nobody, so not even the session is looked up: the stylesheet comes also while the database is away.
        let said =
            || page(visit).map_or_else(|trouble| error::page(visit, None, &trouble), Answer::into_response);
        return show::texts::within(visit.texts().language.of_show(), said);
    }
    let person = match &visit.token {
        Some(token) => visit.web.store.signed_in(token, visit.now),
        None => Ok(None),
    };
    let person = match person {
        Ok(Some(person)) => person,
        Ok(None) => return to_sign_in(visit),
        Err(error) => return error::page(visit, None, &error.into()),
    };
    let language = Language::named(&person.account.language).unwrap_or(visit.texts().language);
    // What other crates say (`show`) is said in the reader's language while this thread works for them.
    show::texts::within(language.of_show(), || {
        let done = route.map_or(Err(Trouble::NotFound), |route| through(visit, &person, route));
        done.map_or_else(|trouble| error::page(visit, Some(&person), &trouble), Answer::into_response)
    })
}

fn through(visit: &Visit, person: &SignedIn, route: &Route) -> Outcome {
    let may = |right: Right| if person.role().may(right) { Ok(()) } else { Err(Trouble::Forbidden(right)) };
    // Asked last, so that nobody types a password for what they may not do.
    let sure = |page: &dyn Fn() -> Outcome| match route.care {
        Care::Sure => proof::with(visit, person, route, page),
        Care::Usual => page(),
    };
    match route.door {
        Door::Open(page) => page(visit),
        Door::Own(page) => sure(&|| page(visit, person)),
        Door::Fleet(right, page) => {
            if !person.role().is_of_operator() {
                return Err(Trouble::NotFound);
            }
            may(right)?;
            sure(&|| page(visit, person))
        }
        Door::Customer(right, page) => {
            let book = person.book(visit.part("customer"))?.ok_or(Trouble::NotFound)?;
            may(right)?;
            sure(&|| page(visit, person, &book))
        }
    }
}

/// To the sign-in, and from there back to where somebody wanted to look.
fn to_sign_in(visit: &Visit) -> Response {
    let here = visit.here();
    let to: String = url::form_urlencoded::Serializer::new(String::new()).append_pair("to", &here).finish();
    let path = if here == "/" { "/sign-in".to_owned() } else { format!("/sign-in?{to}") };
    Answer::to(&path).map_or_else(|trouble| error::page(visit, None, &trouble), Answer::into_response)
}
