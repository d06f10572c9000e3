//! Consent to the operator's app: asked for at once, by whoever may connect and has such an account, or by a link that is sent to
//! the customer's administrator, who needs no account here (S1, W16). What comes back from Microsoft is told in plain words.

use askama::Template;
use axum::http::{StatusCode, header};
use model::{Right, Timestamp};
use serde_json::json;
use show::values::{is_address, names_tenant};
use store::{Book, ConsentOutcome, ConsentRequest, Consenting, Mail, SignedIn, Token};
use sync::{GraphError, SignInApp, TokenProblem};

use crate::answer::{Answer, Outcome, Trouble};
use crate::cookie;
use crate::frame::Frame;
use crate::jobs::JobKind;
use crate::page::app::redirects;
use crate::page::connection::{Shared, asked_about, consent_again};
use crate::page::live;
use crate::page::microsoft::code_in;
use crate::visit::Visit;

/// A link works for so long: fourteen days, in milliseconds. Administrators are on holiday, too.
const LINK_MS: i64 = 14 * 24 * 3_600_000;
/// Whoever goes to Microsoft at once comes back within an hour, in milliseconds.
const AT_ONCE_MS: i64 = 3_600_000;
/// Requests that the page shows.
const SHOWN: i64 = 5;

/// A request as a line of the page.
pub struct Asked {
    /// What became of it.
    pub state: String,
    /// Its sign and the sign's colour.
    pub icon: &'static str,
    /// The same.
    pub colour: &'static str,
    /// The tenant, as it was named.
    pub tenant: String,
    /// Who asked when, and until when it works.
    pub when: String,
    /// Why it was refused.
    pub why: String,
    /// Whether it still works.
    pub is_open: bool,
}

#[derive(Template)]
#[template(path = "consent-link.html")]
struct LinkMade {
    f: Frame,
    base: String,
    link: String,
    until: String,
    /// The same text in each language: subject, text, and both as the address of a new mail.
    letters: [Letter; 2],
    /// Mails can be sent.
    can_mail: bool,
    mail: MailForm,
}

/// The form that mails a link.
struct MailForm {
    request: i64,
    to: String,
    language: &'static str,
    error: String,
}

#[derive(Template)]
#[template(path = "consent-mailed.html")]
struct LinkMailed {
    f: Frame,
    base: String,
    text: String,
    mail: MailForm,
}

struct Letter {
    lang: &'static str,
    name: String,
    text: String,
    mail: String,
}

#[derive(Template)]
#[template(path = "consent-page.html")]
struct ForAdministrator {
    f: Frame,
    action: String,
    customer: String,
    text: String,
    refused: String,
}

#[derive(Template)]
#[template(path = "consent-done.html")]
struct Done {
    f: Frame,
    /// Whether it worked.
    good: bool,
    heading: String,
    text: String,
    /// Where a member of staff goes on.
    back: String,
}

/// What was asked for last, as lines.
pub fn asked(f: &Frame, book: &Book) -> Result<Vec<Asked>, Trouble> {
    let all = book.consent_requests(SHOWN)?;
    // What somebody did before their own browser is of interest only where it failed.
    let shown = all.into_iter().filter(|one| one.is_link || one.outcome == ConsentOutcome::Refused);
    Ok(shown.map(|one| line(f, one)).collect())
}

fn line(f: &Frame, one: ConsentRequest) -> Asked {
    let over = one.ends_at <= f.times.now;
    let (key, icon, colour) = match (one.outcome, one.opened_at) {
        (ConsentOutcome::Consented, _) => ("consent-given", "ok", "t-ok"),
        (ConsentOutcome::Refused, _) => ("consent-refused", "bad", "t-bad"),
        (ConsentOutcome::TakenBack, _) => ("consent-taken-back", "x", "muted"),
        (ConsentOutcome::Open, _) if over => ("consent-over", "clock", "muted"),
        (ConsentOutcome::Open, Some(_)) => ("consent-opened", "mail", "t-acc"),
        (ConsentOutcome::Open, None) => ("consent-sent", "mail", "t-acc"),
    };
    let (made, until) = (f.times.exact(one.made_at), f.times.exact(one.ends_at));
    Asked {
        state: f.s(key),
        icon,
        colour,
        when: f.t.w("consent-when", &[("who", &one.made_by), ("made", &made), ("until", &until)]),
        why: match one.why.split_once(' ') {
            _ if one.why.is_empty() => String::new(),
            Some((key, code)) => format!("{} ({code})", f.s(key)),
            None => f.s(&one.why),
        },
        tenant: one.tenant_typed,
        is_open: one.is_link
            && !over
            && matches!(one.outcome, ConsentOutcome::Open | ConsentOutcome::Refused),
    }
}

fn app_of(visit: &Visit) -> Result<Option<SignInApp>, Trouble> {
    Ok(sync::sign_in_app(visit.web.jobs.office())?)
}

/// Back to the page: what was wanted does not go, or no more, and there stands what does.
fn to_page(book: &Book) -> Outcome {
    Answer::to(&format!("/c/{}/connection", book.customer.slug))
}

/// The tenant that was named, by its id: Microsoft tells it to everybody. Or what is wrong, in words.
///
/// That somebody consents now cannot be seen from what comes back: a tenant that did so once, for another customer, would let the
/// app in for whoever names it. So a tenant that is or was a customer's here is for those who look after that one, too.
fn tenant_of(
    f: &Frame,
    person: &SignedIn,
    app: &SignInApp,
    typed: &str,
) -> Result<Result<String, String>, Trouble> {
    if !names_tenant(typed) {
        return Ok(Err(f.s("consent-tenant-wrong")));
    }
    let found = tokio::runtime::Handle::current().block_on(app.tenant_named(typed));
    Ok(match found {
        Ok(id) => {
            let tenant = id.to_string();
            for slug in person.store().customers_known_by(&tenant)? {
                if person.book(&slug)?.is_none() {
                    return Ok(Err(f.s("consent-not-yours")));
                }
            }
            Ok(tenant)
        }
        Err(GraphError::TokenRefused { problem: TokenProblem::UnknownTenant, .. }) => {
            Err(f.s("connect-tenant-unknown"))
        }
        Err(error) => Err(show::texts::graph_error(&error)),
    })
}

/// Who asks which tenant: typed, or that of the connection that stands.
fn named(visit: &Visit, book: &Book) -> Result<String, Trouble> {
    if visit.form.get("again") == "1"
        && let Some(connection) = book.connection()?
    {
        return Ok(connection.tenant_id);
    }
    Ok(visit.form.get("tenant").to_owned())
}

/// Goes to Microsoft at once.
pub fn at_once(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    let f = Frame::of_customer(visit, person, book, "connection")?;
    let Some(app) = app_of(visit)? else { return to_page(book) };
    let typed = named(visit, book)?;
    let tenant = match tenant_of(&f, person, &app, &typed)? {
        Ok(tenant) => tenant,
        Err(error) => return consent_again(visit, f, book, (&typed, error, Shared::default())),
    };
    let shared = asked_about(&f, visit, (person, book), &tenant)?;
    if shared.is_asked() {
        return consent_again(visit, f, book, (&typed, String::new(), shared));
    }
    let ends = Timestamp(visit.now.0 + AT_ONCE_MS);
    let (id, _) = book.ask_consent((&tenant, &typed), &f.signature(), (visit.now, ends), false)?;
    away(visit, book, &app, (id, &tenant))
}

/// To the page of consent, with what the browser proves itself by when it comes back.
fn away(visit: &Visit, book: &Book, app: &SignInApp, (id, tenant): (i64, &str)) -> Outcome {
    let browser = Token::new()?;
    let Some(state) = book.begin_consent(id, &browser, visit.now)? else { return gone(visit) };
    let tenant = tenant.parse().map_err(|_| Trouble::ours(&"a tenant without an id"))?;
    let [redirect, _] = redirects(visit);
    let address = app.consent_address(&tenant, &redirect, state.secret());
    let cookie = cookie::set_away(&browser, visit.web.is_secure());
    Ok(Answer::away(&address)?.with(header::SET_COOKIE, cookie))
}

/// Makes a link to be sent, and the text to send it with.
pub fn make_link(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    let f = Frame::of_customer(visit, person, book, "connection")?;
    let Some(app) = app_of(visit)? else { return to_page(book) };
    let typed = named(visit, book)?;
    let tenant = match tenant_of(&f, person, &app, &typed)? {
        Ok(tenant) => tenant,
        Err(error) => return consent_again(visit, f, book, (&typed, error, Shared::default())),
    };
    let shared = asked_about(&f, visit, (person, book), &tenant)?;
    if shared.is_asked() {
        return consent_again(visit, f, book, (&typed, String::new(), shared));
    }
    let ends = Timestamp(visit.now.0 + LINK_MS);
    let (request, token) = book.ask_consent((&tenant, &typed), &f.signature(), (visit.now, ends), true)?;
    let token = token.ok_or_else(|| Trouble::ours(&"a link without a token"))?;
    let link = format!("{}/ask/{}", visit.web.public_url.trim_end_matches('/'), token.secret());
    let letters =
        [("de", "Deutsch"), ("en", "English")].map(|(lang, name)| letter(&f, &link, ends, (lang, name)));
    let until = f.times.exact(ends);
    let can_mail = visit.web.store.mail_server()?.is_some();
    let mail = MailForm { request, to: String::new(), language: "de", error: String::new() };
    Answer::page(&LinkMade { base: f.base(), link, until, letters, can_mail, mail, f })
}

/// Mails the link of the request that is open to the customer's administrator. It is made when the mail leaves the house, so the one
/// before it works no more.
pub fn mail_link(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    let to = visit.form.get("to");
    let f = Frame::of_customer(visit, person, book, "connection")?;
    let language = if visit.form.get("language") == "en" { "en" } else { "de" };
    let asked = book.consent_requests(1)?.into_iter().find(|request| request.is_link);
    let open = asked.filter(|request| {
        request.id.to_string() == visit.form.get("request")
            && request.ended_at.is_none()
            && request.ends_at > visit.now
    });
    let Some(request) = open else { return to_page(book) };
    let mut mail = MailForm { request: request.id, to: to.to_owned(), language, error: String::new() };
    if !is_address(to) {
        mail.error = f.s("consent-mail-wrong");
        return Answer::again(&LinkMailed { base: f.base(), text: String::new(), mail, f });
    }
    let body = json!({
        "customer": book.customer.slug, "request": request.id, "ends": request.ends_at.0, "language": language,
    });
    let posted = Mail { kind: "consent_link", body: body.to_string(), to: vec![to.to_owned()] };
    book.post(&posted, visit.now)?;
    Answer::page(&LinkMailed { base: f.base(), text: f.x("consent-mailed", to), mail, f })
}

/// The text for the customer's administrator.
fn letter(f: &Frame, link: &str, ends: Timestamp, (lang, name): (&'static str, &str)) -> Letter {
    let texts = crate::lang::Language::named(lang).map_or(f.t, crate::lang::Texts::of);
    let times = f.times.in_texts(texts);
    let said = |key: &str| {
        texts.w(
            key,
            &[
                ("customer", f.customer_name()),
                ("who", &f.signature()),
                ("link", link),
                ("until", &times.exact(ends)),
            ],
        )
    };
    let (subject, text) = (said("consent-letter-subject"), said("consent-letter"));
    // A mail's address knows no plus for a blank (RFC 6068, 2).
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("subject", &subject)
        .append_pair("body", &text.replace('\n', "\r\n"))
        .finish()
        .replace('+', "%20");
    Letter { lang, name: name.to_owned(), text, mail: format!("mailto:?{query}") }
}

/// Takes a link back.
pub fn take_back(visit: &Visit, _: &SignedIn, book: &Book) -> Outcome {
    book.take_back_consents(visit.now)?;
    Answer::to(&format!("/c/{}/connection", book.customer.slug))
}

fn of_link(visit: &Visit) -> Result<Option<Consenting>, Trouble> {
    let Some(token) = Token::of(visit.part("token")) else { return Ok(None) };
    Ok(visit.web.store.open_consent(&token, visit.now)?)
}

fn gone(visit: &Visit) -> Outcome {
    let f = Frame::front(visit);
    let (heading, text) = (f.s("consent-gone-h"), f.s("consent-gone"));
    Answer::page_with(StatusCode::GONE, &Done { good: false, heading, text, back: String::new(), f })
}

/// What a sent link shows: who asks, what will be read, which account is needed. Looking uses nothing up.
pub fn link(visit: &Visit) -> Outcome {
    let Some(found) = of_link(visit)? else { return gone(visit) };
    let f = Frame::front(visit);
    let refused = match found.request.why.split(' ').next() {
        Some(key) if found.request.outcome == ConsentOutcome::Refused => f.s(key),
        _ => String::new(),
    };
    Answer::page(&ForAdministrator {
        action: visit.path.clone(),
        customer: found.book.customer.name.clone(),
        text: f.t.w(
            "consent-page-text",
            &[("who", &found.request.made_by), ("tenant", &found.request.tenant_typed)],
        ),
        refused,
        f,
    })
}

/// The button of that page.
pub fn go(visit: &Visit) -> Outcome {
    let Some(found) = of_link(visit)? else { return gone(visit) };
    let Some(app) = app_of(visit)? else { return gone(visit) };
    away(visit, &found.book, &app, (found.request.id, &found.request.tenant))
}

/// Back from Microsoft.
pub fn back(visit: &Visit) -> Outcome {
    let state = Token::of(visit.query.get("state"));
    let found = match (state, &visit.away) {
        (Some(state), Some(browser)) => visit.web.store.consent_of_state(&state, browser, visit.now)?,
        _ => None,
    };
    let Some(found) = found else { return gone(visit) };
    let (book, request) = (&found.book, &found.request);
    if let Some(why) = refused(visit, request) {
        book.end_consent(request.id, ConsentOutcome::Refused, &why, visit.now)?;
        let key = why.split(' ').next().unwrap_or_default().to_owned();
        return done(visit, &found, ("consent-refused-h", &key));
    }
    let offer = sync::operators_offer(visit.web.jobs.office(), &request.tenant)?;
    let Some(offer) = offer else { return gone(visit) };
    let kind = JobKind::Connect(Box::new(offer), Some(request.id));
    // Whether it counts is said once Microsoft lets the app in; until then whoever loads the page anew asks again.
    if visit.web.jobs.begin_or_find(book, kind, &request.made_by).is_err() {
        return done(visit, &found, ("consent-busy-h", "consent-busy"));
    }
    if !request.is_link
        && let Some(own) = member(visit, book)?
    {
        return live::watch(visit, &own);
    }
    done(visit, &found, ("consent-done-h", "consent-done"))
}

/// The book of whoever of the staff came back, if their session still lives and may connect this customer.
fn member(visit: &Visit, book: &Book) -> Result<Option<Book>, Trouble> {
    let Some(token) = &visit.token else { return Ok(None) };
    let Some(person) = visit.web.store.signed_in(token, visit.now)? else { return Ok(None) };
    Ok(person.book(&book.customer.slug)?.filter(|_| person.role().may(Right::Connect)))
}

fn done(visit: &Visit, found: &Consenting, (heading, text): (&str, &str)) -> Outcome {
    let f = Frame::front(visit);
    let good = heading == "consent-done-h";
    let back = if found.request.is_link {
        String::new()
    } else {
        format!("/c/{}/connection", found.book.customer.slug)
    };
    let text = match text {
        "consent-wrong-tenant" => f.x(text, &found.request.tenant_typed),
        text => f.s(text),
    };
    let page = Done { good, heading: f.s(heading), text, back, f };
    if good { Answer::page(&page) } else { Answer::page_with(StatusCode::CONFLICT, &page) }
}

/// Why it is no consent, by the name of its sentence and Microsoft's number; `None` where it is one. An error counts before
/// `admin_consent`, which stands there on failures, too; the tenant counts only if it is the one that was asked.
fn refused(visit: &Visit, request: &ConsentRequest) -> Option<String> {
    let (error, text) = (visit.query.get("error"), visit.query.get("error_description"));
    if !error.is_empty() {
        let code = code_in(text);
        let key = match (code.trim_start_matches("AADSTS"), error) {
            ("90094" | "90095", _) => "consent-not-admin",
            ("50020" | "16000" | "50034", _) => "consent-wrong-account",
            ("65004" | "65001", _) | ("", "access_denied" | "permission_denied" | "consent_declined") => {
                "consent-denied"
            }
            (_, "access_denied") => "consent-denied",
            _ => "consent-other",
        };
        return Some(if code.is_empty() { key.to_owned() } else { format!("{key} {code}") });
    }
    if !visit.query.get("tenant").eq_ignore_ascii_case(&request.tenant) {
        return Some("consent-wrong-tenant".to_owned());
    }
    (!visit.query.get("admin_consent").eq_ignore_ascii_case("true")).then(|| "consent-other".to_owned())
}
