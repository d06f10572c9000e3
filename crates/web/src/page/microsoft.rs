//! Sign-in with a Microsoft account: to sign in, to bind one's account to it, and to prove once more who one is. Known is
//! (tenant id, object id) and nothing else (graph-facts 1.9).

use askama::Template;
use axum::http::{StatusCode, header};
use model::Timestamp;
use secrecy::SecretString;
use store::{MicrosoftAccount, MicrosoftTry, Refusal, SignedIn, StoreError, Token, TryFor};
use sync::{GraphError, NotOurs, Person, SignInAsked, SignInError};

use crate::answer::{Answer, Outcome, Trouble};
use crate::audit;
use crate::cookie;
use crate::form::is_our_path;
use crate::frame::Frame;
use crate::page::app::redirects;
use crate::visit::Visit;

/// Whoever goes to Microsoft comes back within so long: twenty minutes, in milliseconds; a second factor may have to be found.
const WAY_MS: i64 = 20 * 60_000;

#[derive(Template)]
#[template(path = "microsoft-failed.html")]
struct Failed {
    f: Frame,
    text: String,
    code: String,
    back: String,
}

/// From the sign-in page.
pub fn sign_in(visit: &Visit) -> Outcome {
    away(visit, TryFor::SignIn, visit.form.get("to"))
}

/// From the profile: binds the account.
pub fn bind(visit: &Visit, person: &SignedIn) -> Outcome {
    away(visit, TryFor::Bind(person.account.id), "/profile?saved=1")
}

/// From the question who one is; then back to the page of the step.
pub fn prove(visit: &Visit, person: &SignedIn) -> Outcome {
    away(visit, TryFor::Prove(person.account.id), visit.form.get("back"))
}

/// Ends the tie.
pub fn unbind(_: &Visit, person: &SignedIn) -> Outcome {
    person.unbind_microsoft()?;
    Answer::to("/profile?saved=1")
}

fn away(visit: &Visit, purpose: TryFor, back: &str) -> Outcome {
    let app = sync::sign_in_app(visit.web.jobs.office())?;
    let app = app.ok_or(Trouble::NotFound)?;
    let (verifier, nonce) = (Token::new()?, Token::new()?);
    let back = if is_our_path(back) { back } else { "/" };
    let one = MicrosoftTry {
        purpose,
        verifier: verifier.secret().to_owned(),
        nonce: nonce.secret().to_owned(),
        back: back.to_owned(),
    };
    let state = visit.web.store.begin_microsoft_try(&one, visit.now, Timestamp(visit.now.0 + WAY_MS))?;
    let [_, redirect] = redirects(visit);
    let address = app.sign_in_address(&SignInAsked {
        redirect: &redirect,
        state: state.secret(),
        nonce: nonce.secret(),
        verifier: &SecretString::from(verifier.secret()),
        anew: matches!(purpose, TryFor::Prove(_)),
    });
    let cookie = cookie::set_away(&state, visit.web.is_secure());
    Ok(Answer::away(&address)?.with(header::SET_COOKIE, cookie))
}

/// Back from Microsoft: only in the browser that went there, and once.
pub fn back(visit: &Visit) -> Outcome {
    let state = Token::of(visit.query.get("state")).filter(|state| visit.away.as_ref() == Some(state));
    let one = match &state {
        Some(state) => visit.web.store.end_microsoft_try(state, visit.now)?,
        None => None,
    };
    let Some(one) = one else { return failed(visit, ("microsoft-gone", ""), "/sign-in") };
    let start = match one.purpose {
        TryFor::SignIn => "/sign-in",
        TryFor::Bind(_) => "/profile",
        TryFor::Prove(_) => one.back.as_str(),
    };
    if !visit.query.get("error").is_empty() {
        let number = code_in(visit.query.get("error_description"));
        let key = if visit.query.get("error") == "access_denied" {
            "microsoft-declined"
        } else {
            "microsoft-refused"
        };
        return failed(visit, (key, &number), start);
    }
    let app = sync::sign_in_app(visit.web.jobs.office())?;
    let app = app.ok_or(Trouble::NotFound)?;
    let [_, redirect] = redirects(visit);
    let code = SecretString::from(visit.query.get("code"));
    let verifier = SecretString::from(one.verifier.as_str());
    let redeemed = app.redeem(&code, &redirect, &verifier, &one.nonce);
    match tokio::runtime::Handle::current().block_on(redeemed) {
        Ok(who) => arrived(visit, &one, &who, start),
        Err(SignInError::NotOurs(NotOurs::Personal)) => failed(visit, ("microsoft-personal", ""), start),
        Err(SignInError::NotOurs(why)) => {
            tracing::warn!(%why, "a token of a sign-in was not believed");
            let key = if why == NotOurs::Time { "microsoft-time" } else { "microsoft-not-ours" };
            failed(visit, (key, ""), start)
        }
        Err(SignInError::Graph(error @ GraphError::TokenRefused { .. })) => {
            tracing::warn!(%error, "Microsoft gave no token for a sign-in");
            let code = error.diagnostics().code.as_deref().unwrap_or_default().to_owned();
            failed(visit, ("microsoft-refused", &code), start)
        }
        Err(SignInError::Graph(error)) => {
            tracing::warn!(%error, "Microsoft could not be asked for a sign-in");
            let said = show::texts::graph_error(&error);
            failed(visit, ("microsoft-away", &said), start)
        }
    }
}

/// Somebody has signed in at Microsoft.
fn arrived(visit: &Visit, one: &MicrosoftTry, who: &Person, start: &str) -> Outcome {
    let known = MicrosoftAccount { tenant: who.tenant.clone(), object: who.object.clone() };
    let store = &visit.web.store;
    let account = store.account_of_microsoft(&known)?;
    match one.purpose {
        TryFor::SignIn => {
            let Some(account) = account else {
                return failed(visit, ("microsoft-unknown", &who.address), start);
            };
            let token = store.begin_microsoft_session(account.id, &visit.agent, visit.now)?;
            let to = if is_our_path(&one.back) { &one.back } else { "/" };
            audit::signed_in(visit, &token);
            Ok(Answer::to(to)?.with(header::SET_COOKIE, cookie::set(&token, visit.web.is_secure())))
        }
        TryFor::Bind(id) => {
            let Some(person) = same(visit, id)? else { return Answer::to("/sign-in") };
            match person.bind_microsoft(&known) {
                Ok(()) => Answer::to(&one.back),
                Err(StoreError::Refused(Refusal::MicrosoftAccountTaken)) => {
                    failed(visit, ("microsoft-taken", &who.address), start)
                }
                Err(error) => Err(error.into()),
            }
        }
        TryFor::Prove(id) => {
            let Some(person) = same(visit, id)? else { return Answer::to("/sign-in") };
            if account.is_none_or(|account| account.id != id) {
                return failed(visit, ("microsoft-other", &who.address), start);
            }
            person.prove(visit.now)?;
            Answer::to(&one.back)
        }
    }
}

/// Whoever began it, if they are still signed in here.
fn same(visit: &Visit, id: store::AccountId) -> Result<Option<SignedIn>, Trouble> {
    let Some(token) = &visit.token else { return Ok(None) };
    Ok(visit.web.store.signed_in(token, visit.now)?.filter(|person| person.account.id == id))
}

fn failed(visit: &Visit, (key, code): (&str, &str), back: &str) -> Outcome {
    let f = Frame::front(visit);
    let page = Failed { text: f.s(key), code: code.to_owned(), back: back.to_owned(), f };
    Answer::page_with(StatusCode::FORBIDDEN, &page)
}

/// Microsoft's number of an error in its words, such as `AADSTS65004`; empty where there is none.
pub fn code_in(text: &str) -> String {
    let digits = text
        .split_once("AADSTS")
        .map(|(_, rest)| rest.chars().take_while(char::is_ascii_digit).take(9).collect::<String>());
    digits.filter(|digits| !digits.is_empty()).map(|digits| format!("AADSTS{digits}")).unwrap_or_default()
}
