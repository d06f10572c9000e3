//! Signing in: with a password, by a link that works once, and the first start, which makes the owner.

use askama::Template;
use axum::http::header;
use model::{Role, Timestamp};
use store::{NewAccount, Reach, Refusal, SignInLink, StoreError, Token, Try};

use crate::answer::{Answer, Outcome, Trouble};
use crate::audit;
use crate::cookie;
use crate::form::is_our_path;
use crate::frame::Frame;
use crate::password::{self, Weak};
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "sign-in.html")]
struct SignIn {
    f: Frame,
    to: String,
    email: String,
    error: String,
    /// Nobody owns the installation yet.
    to_set_up: bool,
    /// There is an app by which people sign in with Microsoft.
    microsoft: bool,
}

#[derive(Template)]
#[template(path = "set-up.html")]
struct SetUp {
    f: Frame,
    action: String,
    name: String,
    email: String,
    name_error: String,
    email_error: String,
    password_error: String,
}

#[derive(Template)]
#[template(path = "link.html")]
struct Link {
    f: Frame,
    action: String,
    name: String,
    text: String,
}

#[derive(Template)]
#[template(path = "link-gone.html")]
struct Gone {
    f: Frame,
}

/// The form.
pub fn form(visit: &Visit) -> Outcome {
    let to_set_up = !visit.web.store.has_owner()?;
    Answer::page(&SignIn {
        f: Frame::front(visit),
        to: visit.query.get("to").to_owned(),
        email: String::new(),
        error: String::new(),
        to_set_up,
        microsoft: visit.web.store.operator_app()?.is_some(),
    })
}

/// Name and password.
pub fn sign_in(visit: &Visit) -> Outcome {
    let (email, typed) = (visit.form.get("email"), visit.form.raw("password"));
    let store = &visit.web.store;
    let f = Frame::front(visit);
    let microsoft = store.operator_app()?.is_some();
    let refused = |error: String, f: Frame| {
        let to = visit.form.get("to").to_owned();
        Answer::again(&SignIn { f, to, email: email.to_owned(), error, to_set_up: false, microsoft })
    };
    let known = match store.try_password(email, visit.now)? {
        Try::Open(known) => known,
        Try::Locked(until) => {
            let error = locked(&f, until);
            return refused(error, f);
        }
    };
    let right = password::verify(typed, known.as_ref().and_then(|k| k.hash.as_deref()))?;
    let Some(known) = known.filter(|_| right) else {
        let error = f.s("sign-in-wrong");
        return refused(error, f);
    };
    let token = store.begin_session(known.account, &visit.agent, visit.now)?;
    go_on(visit, &token, visit.form.get("to"))
}

/// For how long no password is taken: in minutes, so that no time zone is needed before it is known who asks.
pub fn locked(f: &Frame, until: Timestamp) -> String {
    f.n("sign-in-locked", (until.ms_since(f.times.now) + 59_999) / 60_000)
}

/// With a session, to where somebody wanted: a path of ours, never another site.
fn go_on(visit: &Visit, token: &Token, to: &str) -> Outcome {
    let to = if is_our_path(to) { to } else { "/" };
    audit::signed_in(visit, token);
    let cookie = cookie::set(token, visit.web.is_secure());
    Ok(Answer::to(to)?.with(header::SET_COOKIE, cookie))
}

/// What a link's token is of.
fn link_of(visit: &Visit) -> Result<Option<(Token, SignInLink)>, StoreError> {
    let Some(token) = Token::of(visit.part("token")) else { return Ok(None) };
    let found = visit.web.store.look_at_link(&token, visit.now)?;
    Ok(found.map(|link| (token, link)))
}

fn gone(visit: &Visit) -> Outcome {
    Answer::page_with(axum::http::StatusCode::GONE, &Gone { f: Frame::front(visit) })
}

/// The first start: the form.
pub fn set_up_form(visit: &Visit) -> Outcome {
    match link_of(visit)? {
        Some((_, SignInLink::SetUp)) => Answer::page(&set_up_page(visit, Frame::front(visit))),
        _ => gone(visit),
    }
}

fn set_up_page(visit: &Visit, f: Frame) -> SetUp {
    SetUp {
        f,
        action: visit.path.clone(),
        name: visit.form.get("name").to_owned(),
        email: visit.form.get("email").to_owned(),
        name_error: String::new(),
        email_error: String::new(),
        password_error: String::new(),
    }
}

/// The first start: makes the owner and signs in.
pub fn set_up(visit: &Visit) -> Outcome {
    let Some((token, SignInLink::SetUp)) = link_of(visit)? else { return gone(visit) };
    let mut page = set_up_page(visit, Frame::front(visit));
    let typed = visit.form.raw("password");
    if page.name.is_empty() || page.name.chars().count() > 200 {
        page.name_error = page.f.s("set-up-name-missing");
    }
    if !is_address(&page.email) {
        page.email_error = page.f.s("set-up-email-wrong");
    }
    page.password_error =
        password_error(&page.f, typed, visit.form.raw("password2"), (&page.name, &page.email));
    if !(page.name_error.is_empty() && page.email_error.is_empty() && page.password_error.is_empty()) {
        return Answer::again(&page);
    }
    let owner = NewAccount {
        role: Role::Owner,
        reach: Reach::All,
        name: page.name.clone(),
        email: page.email.clone(),
        password: Some(hashed(typed)?),
    };
    match visit.web.store.set_up(&token, &owner, &visit.agent, visit.now) {
        Ok(Some(session)) => go_on(visit, &session, "/"),
        Ok(None) => gone(visit),
        Err(StoreError::Refused(Refusal::AccountExists(_))) => {
            page.email_error = page.f.s("set-up-email-taken");
            Answer::again(&page)
        }
        Err(error) => Err(error.into()),
    }
}

/// A password's hash.
pub fn hashed(typed: &str) -> Result<String, Trouble> {
    password::hash(typed)?.ok_or_else(|| Trouble::ours(&"no random numbers for a password's salt"))
}

/// What is wrong with a password that somebody chose; empty where nothing is.
pub fn password_error(f: &Frame, typed: &str, again: &str, (name, email): (&str, &str)) -> String {
    match password::check(typed, name, email) {
        Err(Weak::Short) => f.n("password-short", password::SHORTEST as i64),
        Err(Weak::Long) => f.n("password-long", password::LONGEST as i64),
        Err(Weak::Known) => f.s("password-known"),
        Ok(()) if typed != again => f.s("password-differs"),
        Ok(()) => String::new(),
    }
}

/// Whether something looks like an address; that it is one shows when a mail arrives.
pub fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    !local.is_empty()
        && domain.contains('.')
        && !domain.starts_with('.')
        && !text.contains(char::is_whitespace)
}

/// A link that signs in once. Looking at it does not use it up: mail programs look at links before people do.
pub fn link(visit: &Visit) -> Outcome {
    match link_of(visit)? {
        Some((_, SignInLink::Account(account))) => ask(visit, account.name, "link-text"),
        Some((_, SignInLink::Reset(account))) => ask(visit, account.name, "link-reset-text"),
        Some((_, SignInLink::SetUp)) | None => gone(visit),
    }
}

fn ask(visit: &Visit, name: String, text: &str) -> Outcome {
    let f = Frame::front(visit);
    Answer::page(&Link { text: f.s(text), action: visit.path.clone(), name, f })
}

/// The button of that page. Whoever forgot a password chooses another one next.
pub fn by_link(visit: &Visit) -> Outcome {
    let is_reset = matches!(link_of(visit)?, Some((_, SignInLink::Reset(_))));
    let Some(token) = Token::of(visit.part("token")) else { return gone(visit) };
    match visit.web.store.sign_in_by_link(&token, &visit.agent, visit.now)? {
        Some(session) => go_on(visit, &session, if is_reset { "/profile" } else { "/" }),
        None => gone(visit),
    }
}
