//! A forgotten password: whoever has an account gets a link by mail. What is answered is the same for every address, so that nobody
//! learns who has one.

use askama::Template;
use serde_json::json;
use show::values::is_address;

use crate::answer::{Answer, Outcome};
use crate::frame::Frame;
use crate::visit::Visit;

/// Between two mails to one address: five minutes, in milliseconds.
const APART_MS: i64 = 5 * 60_000;

#[derive(Template)]
#[template(path = "forgotten.html")]
struct Forgotten {
    f: Frame,
    email: String,
    error: String,
    /// It was asked for.
    done: bool,
    /// Mails can be sent.
    can: bool,
}

fn blank(visit: &Visit) -> Result<Forgotten, store::StoreError> {
    let can = visit.web.store.mail_server()?.is_some();
    Ok(Forgotten { f: Frame::front(visit), email: String::new(), error: String::new(), done: false, can })
}

/// The form.
pub fn form(visit: &Visit) -> Outcome {
    Answer::page(&blank(visit)?)
}

/// Sends a link to whoever has an account with a password, or none yet; who signs in with Microsoft has it changed there.
pub fn ask(visit: &Visit) -> Outcome {
    let mut page = blank(visit)?;
    visit.form.get("email").trim().clone_into(&mut page.email);
    if !page.can {
        return Answer::again(&page);
    }
    if !is_address(&page.email) {
        page.error = page.f.s("set-up-email-wrong");
        return Answer::again(&page);
    }
    let store = &visit.web.store;
    let account = store.account_named(&page.email)?;
    let account = account.filter(|account| account.has_password || !account.has_microsoft);
    let body = account.as_ref().map(|account| json!({ "account": account.id.0 }).to_string());
    let to = account.map_or_else(|| page.email.clone(), |account| account.email);
    store.post_apart(("password_reset", &to), body.as_deref(), APART_MS, visit.now)?;
    page.done = true;
    Answer::page(&page)
}
