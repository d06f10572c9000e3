//! What is written into the audit log: every form that was carried out, by the table of routes, so that none is forgotten. Those that
//! only look, try out or tick are named here.

use store::{Deed, SignedIn, Token};

use crate::routes::Route;
use crate::visit::Visit;

/// Forms that change nothing that outlives the visit, or nothing but how somebody sees the pages.
pub const QUIET: [&str; 16] = [
    "/profile/look",
    "/proof/microsoft",
    "/c/{customer}/plan/look",
    "/c/{customer}/undo/look",
    "/c/{customer}/undo/to",
    "/c/{customer}/import/pick",
    "/c/{customer}/import/groups/pick",
    "/c/{customer}/policy",
    "/policy",
    "/c/{customer}/csv",
    "/c/{customer}/csv/discard",
    "/c/{customer}/csv/columns",
    "/c/{customer}/connection/check",
    "/c/{customer}/import/load",
    "/sign-out",
    "/mail/test",
];

/// Writes a line. That one could not be written stops nobody, and is told in the log of the process.
pub fn note(visit: &Visit, person: &SignedIn, route: &Route) {
    if QUIET.contains(&route.path) {
        return;
    }
    let about = visit.parts.iter().filter(|(name, _)| name != "customer").map(|(_, value)| value.as_str());
    let changed = visit.changed.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let deed = Deed {
        actor: person.account.name.clone(),
        account: Some(person.account.id),
        customer: visit.part("customer").to_owned(),
        what: route.path.to_owned(),
        about: about.collect::<Vec<_>>().join(" "),
        detail: changed.join("\n"),
    };
    if let Err(error) = visit.web.store.audit(&deed, visit.now) {
        tracing::error!(%error, route = route.path, "a line of the audit log was not written");
    }
}

/// Writes that somebody has signed in.
pub fn signed_in(visit: &Visit, token: &Token) {
    let person = match visit.web.store.signed_in(token, visit.now) {
        Ok(Some(person)) => person,
        Ok(None) => return,
        Err(error) => return tracing::error!(%error, "a sign-in was not written into the audit log"),
    };
    let deed = Deed {
        actor: person.account.name.clone(),
        account: Some(person.account.id),
        customer: String::new(),
        what: "/sign-in".to_owned(),
        about: String::new(),
        detail: String::new(),
    };
    if let Err(error) = visit.web.store.audit(&deed, visit.now) {
        tracing::error!(%error, "a sign-in was not written into the audit log");
    }
}

/// The key of what a route is called in the log: `/c/{customer}/book/{contact}/erase` is `audit-c-book-erase`.
pub fn key(path: &str) -> String {
    let parts = path.split('/').filter(|part| !part.is_empty() && !part.starts_with('{'));
    format!("audit-{}", parts.collect::<Vec<_>>().join("-"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::{Language, Texts};
    use crate::routes::{Door, ROUTES, Verb};

    #[test]
    fn every_form_is_named_in_the_audit_log_or_said_to_change_nothing() {
        let forms =
            || ROUTES.iter().filter(|route| route.verb == Verb::Post && !matches!(route.door, Door::Open(_)));
        for quiet in QUIET {
            assert!(forms().any(|route| route.path == quiet), "{quiet}");
        }
        for route in forms().filter(|route| !QUIET.contains(&route.path)) {
            for language in [Language::German, Language::English] {
                assert!(Texts::of(language).has(&key(route.path)), "{}: {}", route.path, key(route.path));
            }
        }
    }
}
