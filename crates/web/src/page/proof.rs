//! Before a dangerous step: whoever is signed in proves once more who they are, and what they wanted is done then, with all that
//! they had typed.

use askama::Template;
use store::{SignedIn, Try};

use crate::answer::{Answer, Outcome};
use crate::frame::Frame;
use crate::page::sign_in::locked;
use crate::password;
use crate::routes::page_of;
use crate::visit::Visit;

/// A proof holds for so long: ten minutes, in milliseconds.
const HOLDS_MS: i64 = 10 * 60_000;
/// The password's field; no form of ours has another one of this name.
const FIELD: &str = "password-proof";

#[derive(Template)]
#[template(path = "proof.html")]
struct Ask {
    f: Frame,
    /// Where the form goes: what was wanted.
    action: String,
    /// What was typed for it.
    fields: Vec<(String, String)>,
    back: String,
    error: String,
    /// Who came by a link has no password to type.
    has_password: bool,
    /// Who signs in with Microsoft proves it there.
    has_microsoft: bool,
}

/// Whether somebody has just proved who they are.
pub fn holds(visit: &Visit, person: &SignedIn) -> bool {
    visit.now.ms_since(person.proved_at) <= HOLDS_MS
}

/// Does what is wanted once it is sure who wants it.
pub fn with(visit: &Visit, person: &SignedIn, page: &dyn Fn() -> Outcome) -> Outcome {
    if holds(visit, person) {
        return page();
    }
    let f = Frame::of(visit, person, "")?;
    let typed = visit.form.raw(FIELD);
    if typed.is_empty() || !person.account.has_password {
        return ask(visit, person, f, String::new());
    }
    let error = match visit.web.store.try_password(&person.account.email, visit.now)? {
        Try::Locked(until) => locked(&f, until),
        Try::Open(known) => {
            let hash = known.as_ref().and_then(|known| known.hash.as_deref());
            if password::verify(typed, hash)? {
                person.prove(visit.now)?;
                return page();
            }
            f.s("password-current-wrong")
        }
    };
    ask(visit, person, f, error)
}

fn ask(visit: &Visit, person: &SignedIn, f: Frame, error: String) -> Outcome {
    let fields = visit.form.pairs().filter(|(name, _)| *name != FIELD);
    Answer::again(&Ask {
        action: visit.path.clone(),
        fields: fields.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        back: page_of(&visit.path).to_owned(),
        has_password: person.account.has_password,
        has_microsoft: person.account.has_microsoft,
        error,
        f,
    })
}
