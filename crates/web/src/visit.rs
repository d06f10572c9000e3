//! One request as a page sees it.

use std::sync::{Arc, Mutex, PoisonError};

use model::Timestamp;
use store::Token;

use crate::Web;
use crate::form::Form;
use crate::lang::{Language, Texts};
use crate::routes::{Verb, page_of};
use crate::upload::Upload;
use crate::when::Times;

/// A request, read.
#[derive(Clone)]
pub struct Visit {
    /// What pages work with.
    pub web: Web,
    /// What the browser does.
    pub verb: Verb,
    /// The path, as it was asked for.
    pub path: String,
    /// The parts of the path that the route leaves open.
    pub parts: Vec<(String, String)>,
    /// What stands behind the question mark.
    pub query: Form,
    /// The same as it was written.
    pub query_text: String,
    /// What a form sent.
    pub form: Form,
    /// The file that came with it, on routes that take one.
    pub file: Option<Upload>,
    /// What the browser says of itself.
    pub agent: String,
    /// The language that was chosen before, else the one that the browser likes better.
    pub accepted: Language,
    /// The session that the browser proves.
    pub token: Option<Token>,
    /// What it proves of its way to Microsoft.
    pub away: Option<Token>,
    /// Now.
    pub now: Timestamp,
    /// What the page says was changed, for the audit log.
    pub changed: Arc<Mutex<Vec<String>>>,
}

impl Visit {
    /// Says for the audit log that something was changed whose content is of no concern to it: contact data, notes.
    pub fn touched(&self, what: &str) {
        self.changed.lock().unwrap_or_else(PoisonError::into_inner).push(what.to_owned());
    }

    /// Says what was changed, for the audit log: its name, before and after, where these are no secrets and nobody's contact data.
    pub fn changed(&self, what: &str, before: &str, after: &str) {
        let word = |text: &str| if text.is_empty() { "–".to_owned() } else { text.to_owned() };
        let line = format!("{what}: {} → {}", word(before), word(after));
        self.changed.lock().unwrap_or_else(PoisonError::into_inner).push(line);
    }

    /// An open part of the path.
    pub fn part(&self, name: &str) -> &str {
        self.parts.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value)
    }

    /// Path and query, to come back to; the page of the form where one was sent.
    pub fn here(&self) -> String {
        match (self.verb, self.query_text.as_str()) {
            (Verb::Post, _) => page_of(&self.path).to_owned(),
            (Verb::Get, "") => self.path.clone(),
            (Verb::Get, query) => format!("{}?{query}", self.path),
        }
    }

    /// The texts for whoever is not signed in.
    pub fn texts(&self) -> &'static Texts {
        Texts::of(Language::named(self.query.get("lang")).unwrap_or(self.accepted))
    }

    /// The clock of a customer, or of the operator.
    pub fn times(&self, zone: &str, texts: &'static Texts) -> Times {
        Times::new(zone, self.now, texts)
    }
}
