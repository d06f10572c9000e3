//! One's own: where to begin, profile, look, password, sessions, signing out.

use askama::Template;
use axum::http::header;
use store::{Proof, SignedIn, Switch, Try};

use crate::answer::{Answer, Outcome, Trouble};
use crate::form::is_our_path;
use crate::frame::Frame;
use crate::page::proof;
use crate::page::sign_in::{hashed, locked, password_error};
use crate::visit::Visit;
use crate::{cookie, password};

/// For so long whoever came by a link may choose a password without the old one: half an hour, in milliseconds.
const BY_LINK_MS: i64 = 30 * 60_000;

#[derive(Template)]
#[template(path = "profile.html")]
struct Profile {
    f: Frame,
    email: String,
    sessions: Vec<Session>,
    current_error: String,
    password_error: String,
    /// What stands before another password.
    /// To change one, or to set the first.
    password_h: String,
    /// Whoever has neither a password nor Microsoft comes back by a new link alone.
    locked_out: bool,
    before: Before,
    saved: bool,
    /// `offer`, `bound`, or `only` where there is no other way in; empty where nobody signs in with Microsoft.
    microsoft: &'static str,
}

/// What stands before another password. One that were given away for the asking would answer every later question for a proof,
/// and make lasting access of a browser that was left open.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    /// Nothing: they have just proved who they are.
    Nothing,
    /// The password that there is.
    Password,
    /// A proof at Microsoft, for there is no password.
    Microsoft,
    /// A new link, for there is neither.
    Link,
}

struct Session {
    n: i64,
    agent: String,
    started: String,
    seen: String,
    is_this: bool,
}

/// Operator's staff begins with the customers, a customer's people with their own.
pub fn home(_: &Visit, person: &SignedIn) -> Outcome {
    if person.role().is_of_operator() {
        return Answer::to("/customers");
    }
    let own = person.customers()?.into_iter().next().ok_or(Trouble::NotFound)?;
    Answer::to(&format!("/c/{}", own.slug))
}

/// Ends the session.
pub fn sign_out(visit: &Visit, person: &SignedIn) -> Outcome {
    visit.web.store.end_session(person.token())?;
    Ok(Answer::to("/sign-in")?.with(header::SET_COOKIE, cookie::clear(visit.web.is_secure())))
}

/// Language, theme, password, sessions.
pub fn profile(visit: &Visit, person: &SignedIn) -> Outcome {
    let mut page = page(visit, person)?;
    page.saved = visit.query.get("saved") == "1";
    Answer::page(&page)
}

fn page(visit: &Visit, person: &SignedIn) -> Result<Profile, Trouble> {
    let f = Frame::of(visit, person, "profile")?;
    let sessions = person.sessions()?.into_iter().map(|row| Session {
        n: row.n,
        agent: browser(&row.agent),
        started: f.times.short(row.started_at),
        seen: f.times.short(row.seen_at),
        is_this: row.is_this,
    });
    Ok(Profile {
        sessions: sessions.collect(),
        email: person.account.email.clone(),
        current_error: String::new(),
        password_error: String::new(),
        password_h: f.s(if person.account.has_password { "password-h" } else { "password-set-h" }),
        locked_out: !person.account.has_password && !person.account.has_microsoft,
        before: before(visit, person),
        saved: false,
        microsoft: match (person.account.has_microsoft, person.account.has_password) {
            (true, true) => "bound",
            (true, false) => "only",
            (false, _) if person.store().operator_app()?.is_some() => "offer",
            (false, _) => "",
        },
        f,
    })
}

fn before(visit: &Visit, person: &SignedIn) -> Before {
    let age = visit.now.ms_since(person.started_at);
    let just_by_link = person.proof == Proof::Link && age <= BY_LINK_MS;
    match (person.account.has_password, person.account.has_microsoft) {
        _ if just_by_link => Before::Nothing,
        (true, _) => Before::Password,
        (false, _) if proof::holds(visit, person) => Before::Nothing,
        (false, true) => Before::Microsoft,
        (false, false) => Before::Link,
    }
}

/// The browser's name out of what it says of itself; the order matters, for each claims to be those before it too.
fn browser(agent: &str) -> String {
    let browsers = [
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ];
    let systems = [
        ("Windows", "Windows"),
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    ];
    let find = |names: &[(&str, &'static str)]| {
        names.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name)
    };
    let known: Vec<&str> = find(&browsers).into_iter().chain(find(&systems)).collect();
    if known.is_empty() { agent.chars().take(40).collect() } else { known.join(", ") }
}

/// Sets language, theme and whether single keys do something; comes back to the page that the menu was opened on.
pub fn look(visit: &Visit, person: &SignedIn) -> Outcome {
    let one_of = |name: &str, all: [&str; 3], now: &str| {
        let typed = visit.form.get(name);
        let given = visit.form.all(name).next().is_some() && all.contains(&typed);
        if given { typed.to_owned() } else { now.to_owned() }
    };
    let account = &person.account;
    let language = one_of("language", ["", "de", "en"], &account.language);
    let theme = one_of("theme", ["", "light", "dark"], &account.theme);
    visit.web.store.set_look(account.id, &language, &theme)?;
    // A box that is not ticked sends nothing, so its form says that there is one; the menu's has none.
    if visit.form.get("keys-asked") == "1" {
        let to = if visit.form.get("keys") == "on" { Switch::On } else { Switch::Off };
        visit.web.store.set_single_keys(account.id, to)?;
    }
    let back = visit.form.get("back");
    let answer = Answer::to(if is_our_path(back) { back } else { "/profile?saved=1" })?;
    // From here on the profile says so, and nothing that was chosen before the sign-in.
    let forgotten =
        visit.form.all("language").next().and_then(|_| cookie::clear_language(visit.web.is_secure()));
    Ok(answer.with(header::SET_COOKIE, forgotten))
}

/// Another password, from whoever has proved enough for it.
pub fn password(visit: &Visit, person: &SignedIn) -> Outcome {
    let mut page = page(visit, person)?;
    let store = &visit.web.store;
    if matches!(page.before, Before::Microsoft | Before::Link) {
        // The page says what is needed first.
        return Answer::again(&page);
    }
    if page.before == Before::Password {
        page.current_error = match store.try_password(&person.account.email, visit.now)? {
            Try::Locked(until) => locked(&page.f, until),
            Try::Open(known) => {
                let hash = known.as_ref().and_then(|k| k.hash.as_deref());
                let right = password::verify(visit.form.raw("current"), hash)?;
                if right { String::new() } else { page.f.s("password-current-wrong") }
            }
        };
        if !page.current_error.is_empty() {
            return Answer::again(&page);
        }
    }
    let (typed, again) = (visit.form.raw("password"), visit.form.raw("password2"));
    page.password_error =
        password_error(&page.f, typed, again, (&person.account.name, &person.account.email));
    if !page.password_error.is_empty() {
        return Answer::again(&page);
    }
    store.set_password(person.account.id, &hashed(typed)?, Some(person.token()))?;
    Answer::to("/profile?saved=1")
}

/// Ends another session of one's own.
pub fn end_session(visit: &Visit, person: &SignedIn) -> Outcome {
    let n = visit.part("n").parse().map_err(|_| Trouble::NotFound)?;
    person.end(n)?;
    Answer::to("/profile?saved=1")
}

#[cfg(test)]
mod tests {
    use super::browser;

    #[test]
    fn browsers_are_told_by_their_names() {
        let edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0";
        assert_eq!(browser(edge), "Edge, Windows");
        assert_eq!(
            browser("Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"),
            "Firefox, Linux"
        );
        assert_eq!(browser("curl/8"), "curl/8");
    }
}
