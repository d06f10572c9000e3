//! Where every request comes in: who it is, whether the route's rule lets them in, and only then the page.
//!
//! The store blocks, so a request is answered whole in a blocking thread.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::rejection::PathRejection;
use axum::extract::{DefaultBodyLimit, Path, Request};
use axum::http::{HeaderMap, Method, Uri, header};
use axum::middleware::{Next, from_fn, map_response};
use axum::response::Response;
use axum::routing::{MethodRouter, get, post};
use model::Right;
use store::{Book, SignedIn};
use tokio::sync::Semaphore;
use tower_http::csrf::{CsrfLayer, ProtectionError};

use crate::answer::{Answer, Outcome, Trouble, guarded, policy};
use crate::form::Form;
use crate::lang::Language;
use crate::page::{error, proof};
use crate::routes::{Care, Door, Load, ROUTES, Route, Verb, page_of};
use crate::visit::Visit;
use crate::{Web, audit, cookie, upload};

/// Bytes that a form may have.
const LARGEST: usize = 256 * 1024;
/// Files that are read at once, and held until their pages are done: each is [`upload::LARGEST`] at most.
const FILES: usize = 4;
/// How long one is waited for.
const LONGEST: Duration = Duration::from_mins(10);

/// All routes of the table as a service.
pub fn router(web: &Web) -> Router {
    let mut router = Router::new();
    let files = Arc::new(Semaphore::new(FILES));
    for route in ROUTES {
        let method = match route.load {
            Load::Fields => method(web.clone(), *route),
            Load::File => with_file(web.clone(), *route, files.clone()),
        };
        router = router.route(route.path, method);
    }
    let policy = policy(&sign_in_hosts(web));
    let (lost, refusing) = (web.clone(), web.clone());
    let nowhere = move |uri: Uri, headers: HeaderMap| {
        let visit = read(lost.clone(), &uri, &headers, Vec::new(), &[]);
        answer(visit, |visit| gate(visit, None))
    };
    let (otherwise, nothing) = (web.clone(), nowhere.clone());
    let only_sent = async move |method: Method, uri: Uri, headers: HeaderMap| {
        if method != Method::GET {
            return nothing(uri, headers).await;
        }
        let visit = read(otherwise, &uri, &headers, Vec::new(), &[]);
        answer(visit, |visit| to(visit, page_of(&visit.path))).await
    };
    router
        .method_not_allowed_fallback(only_sent)
        .fallback(nowhere)
        .layer(DefaultBodyLimit::max(LARGEST))
        .layer(CsrfLayer::new())
        .layer(from_fn(move |request: Request, next: Next| told_if_foreign(refusing.clone(), request, next)))
        .layer(map_response(move |response| guarded(policy.clone(), response)))
}

/// Says in words that a form did not come from here; the layer inside refuses it without any.
async fn told_if_foreign(web: Web, request: Request, next: Next) -> Response {
    let (uri, headers) = (request.uri().clone(), request.headers().clone());
    let response = next.run(request).await;
    if response.extensions().get::<ProtectionError>().is_none() {
        return response;
    }
    let mut visit = read(web, &uri, &headers, Vec::new(), &[]);
    visit.verb = Verb::Post;
    let refuse = |visit: &Visit| {
        let token = visit.token.as_ref();
        let person = token.and_then(|token| visit.web.store.signed_in(token, visit.now).ok().flatten());
        error::page(visit, person.as_ref(), &Trouble::Foreign)
    };
    answer(visit, refuse).await
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

/// A route that takes a file. Nothing of it is read for whoever may not come in, and nothing is kept while [`FILES`] others are
/// being read.
fn with_file(web: Web, route: Route, files: Arc<Semaphore>) -> MethodRouter {
    let handle = move |path: Parts, uri: Uri, headers: HeaderMap, body: Body| {
        let (parts, known) = path.map_or((Vec::new(), None), |Path(parts)| (parts, Some(route)));
        let mut visit = read(web.clone(), &uri, &headers, parts, &[]);
        visit.verb = route.verb;
        let files = files.clone();
        async move {
            let asking = visit.clone();
            let may = move || known.is_some_and(|route| comes_in(&asking, &route));
            if !tokio::task::spawn_blocking(may).await.unwrap_or(false) {
                // The gate says why.
                return answer(visit, move |visit| gate(visit, known.as_ref())).await;
            }
            let Ok(_turn) = files.try_acquire() else {
                upload::skip(body).await;
                return answer(visit, |visit| error::page(visit, None, &Trouble::Files)).await;
            };
            let content = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok());
            // One that takes longer has broken off.
            let read = tokio::time::timeout(LONGEST, upload::read(content.unwrap_or_default(), body));
            (visit.form, visit.file) = read.await.unwrap_or_default();
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
        accepted: cookie::read_language(headers, web.is_secure())
            .unwrap_or_else(|| Language::accepted(text(header::ACCEPT_LANGUAGE))),
        token: cookie::read(headers, web.is_secure()),
        away: cookie::read_away(headers, web.is_secure()),
        now: (web.clock)(),
        changed: Arc::default(),
        web,
    }
}

/// Answers in a blocking thread; a page that panics is our fault and nobody else's.
async fn answer(visit: Visit, page: impl FnOnce(&Visit) -> Response + Send + 'static) -> Response {
    let texts = visit.texts();
    let done = tokio::task::spawn_blocking(move || remembered(&visit, page(&visit))).await;
    done.unwrap_or_else(|broken| error::bare(texts, &Trouble::ours(&broken)))
}

/// A language that was chosen by the link below a page goes along to the pages behind it: forms and ways to Microsoft do not carry
/// it in their addresses.
fn remembered(visit: &Visit, mut response: Response) -> Response {
    let chosen = Language::named(visit.query.get("lang"));
    let cookie = chosen.and_then(|language| cookie::set_language(language, visit.web.is_secure()));
    if let Some(cookie) = cookie {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
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
        if let (Some(route), Ok(answer)) = (route, &done)
            && route.verb == Verb::Post
            && answer.is_done()
        {
            audit::note(visit, &person, route);
        }
        done.map_or_else(|trouble| error::page(visit, Some(&person), &trouble), Answer::into_response)
    })
}

fn through(visit: &Visit, person: &SignedIn, route: &Route) -> Outcome {
    let book = door(visit, person, route)?;
    if let (Some(check), Some(book)) = (route.check, &book)
        && let Some(again) = check(visit, person, book)?
    {
        return Ok(again);
    }
    // Asked last, so that nobody types a password for what they may not do.
    let sure = |page: &dyn Fn() -> Outcome| match route.care {
        Care::Sure => proof::with(visit, person, page),
        Care::Usual => page(),
    };
    match (route.door, &book) {
        (Door::Open(page), _) => page(visit),
        (Door::Own(page) | Door::Fleet(_, page), _) => sure(&|| page(visit, person)),
        (Door::Customer(_, page), Some(book)) => {
            if route.verb == Verb::Get && person.role().may(Right::Fleet) {
                visit.web.recents.note(person.account.id, book.customer.id);
            }
            let done = sure(&|| page(visit, person, book));
            if route.care == Care::Sure {
                // It may have erased somebody, or ended the connection.
                visit.web.rosters.forget(book.customer.id);
            }
            done
        }
        (Door::Customer(..), None) => Err(Trouble::NotFound),
    }
}

/// Whether somebody's reach and rights open a door; with the book behind it, where there is one.
fn door(visit: &Visit, person: &SignedIn, route: &Route) -> Result<Option<Book>, Trouble> {
    let may = |right: Right| if person.role().may(right) { Ok(()) } else { Err(Trouble::Forbidden(right)) };
    match route.door {
        Door::Open(_) | Door::Own(_) => Ok(None),
        Door::Fleet(right, _) => {
            if !person.role().is_of_operator() {
                return Err(Trouble::NotFound);
            }
            may(right).map(|()| None)
        }
        Door::Customer(right, _) => {
            let book = person.book(visit.part("customer"))?.ok_or(Trouble::NotFound)?;
            may(right).map(|()| Some(book))
        }
    }
}

/// Whether whoever asks is signed in and the door opens.
fn comes_in(visit: &Visit, route: &Route) -> bool {
    let person = visit.token.as_ref().map(|token| visit.web.store.signed_in(token, visit.now));
    matches!(person, Some(Ok(Some(person))) if door(visit, &person, route).is_ok())
}

/// To the sign-in, and from there back to where somebody wanted to look.
fn to_sign_in(visit: &Visit) -> Response {
    let here = visit.here();
    let query: String =
        url::form_urlencoded::Serializer::new(String::new()).append_pair("to", &here).finish();
    let path = if here == "/" { "/sign-in".to_owned() } else { format!("/sign-in?{query}") };
    to(visit, &path)
}

fn to(visit: &Visit, path: &str) -> Response {
    Answer::to(path).map_or_else(|trouble| error::page(visit, None, &trouble), Answer::into_response)
}
