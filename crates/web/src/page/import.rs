//! Import and groups: who of Microsoft 365 comes into the book. By hand a person picks people (S7), automatically the members of
//! picked groups come in (S8); the mode says which of the two adds people, and a page of its own who belongs in the book at all. What is
//! ticked is kept in the database, so that it
//! outlives paging and searching without a script.

pub mod groups;
pub mod mode;
pub mod people;
pub mod scope;

use std::sync::Arc;

use model::policy::Mode;
use model::text::fnv1a_from;
use model::{Policy, SourceId};
use store::{Book, ConnectionRow, SignedIn};
use sync::Roster;
use url::form_urlencoded::Serializer;

use crate::answer::{Answer, Outcome, Trouble};
use crate::frame::Frame;
use crate::jobs::JobKind;
use crate::page::live;
use crate::visit::Visit;

/// Which of the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tab {
    /// People, by hand.
    People,
    /// Groups, automatically.
    Groups,
    /// Who belongs in the book.
    Scope,
}

impl Tab {
    /// Its path below a customer's.
    pub const fn path(self) -> &'static str {
        match self {
            Self::People => "/import",
            Self::Groups => "/import/groups",
            Self::Scope => "/import/scope",
        }
    }
}

/// What stands at the top of each page.
pub struct Head {
    /// `/c/nordlicht`
    base: String,
    /// `people`, `groups` or `scope`.
    tab: &'static str,
    /// Whether the tenant was read.
    read: bool,
    /// "Gelesen heute, 11:46".
    read_at: String,
    /// The mode in a sentence.
    mode: String,
    /// What switches it.
    mode_button: String,
    /// The value that the button sends.
    mode_to: &'static str,
    /// No run changes anything, and neither does an import.
    inactive: bool,
}

/// What these pages work with.
struct Desk {
    connection: ConnectionRow,
    policy: Policy,
    roster: Arc<Roster>,
}

impl Desk {
    /// `None` where there is no connection.
    fn of(visit: &Visit, book: &Book) -> Result<Option<Self>, Trouble> {
        let Some(connection) = book.connection()? else { return Ok(None) };
        let policy = book.policy()?;
        let roster = visit.web.rosters.of(book, &connection, &policy)?;
        Ok(Some(Self { connection, policy, roster }))
    }

    fn head(&self, f: &Frame, book: &Book, tab: Tab) -> Head {
        let manual = self.policy.mode == Mode::Manual;
        let read = self.connection.complete;
        let at = self.connection.cursor_at.filter(|_| read);
        Head {
            base: format!("/c/{}", book.customer.slug),
            tab: match tab {
                Tab::People => "people",
                Tab::Groups => "groups",
                Tab::Scope => "scope",
            },
            read,
            read_at: at.map(|at| f.x("import-read-at", f.times.short(at))).unwrap_or_default(),
            mode: f.s(if manual { "import-mode-manual" } else { "import-mode-automatic" }),
            mode_button: f.s(if manual { "import-to-automatic" } else { "import-to-manual" }),
            mode_to: if manual { "automatic" } else { "manual" },
            inactive: !self.policy.active,
        }
    }
}

fn to_connection(book: &Book) -> Outcome {
    Answer::to(&format!("/c/{}/connection", book.customer.slug))
}

/// Reads the tenant's people and groups, and comes back.
pub fn load(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    if book.connection()?.is_none() {
        return to_connection(book);
    }
    let tab = match visit.form.get("tab") {
        "groups" => Tab::Groups,
        "scope" => Tab::Scope,
        _ => Tab::People,
    };
    live::begin(visit, person, book, JobKind::Load(tab))
}

/// Whether something is under way that another thing would have to wait for.
fn is_busy(visit: &Visit, book: &Book) -> Result<bool, Trouble> {
    let at_work = visit.web.jobs.of(book.customer.id).is_some_and(|job| !job.has_ended());
    Ok(at_work || sync::under_way(book)?.is_some())
}

/// A number for what a question was about, so that an answer to another one is noticed.
fn digest<'i>(ids: impl Iterator<Item = (&'i SourceId, u8)>) -> String {
    let add = |hash, (id, what): (&SourceId, u8)| fnv1a_from(fnv1a_from(hash, id.as_bytes()), &[0xff, what]);
    format!("{:016x}", ids.fold(0, add))
}

/// An address of a page with these words behind it; empty ones are left out.
fn link(path: &str, words: &[(&str, &str)]) -> String {
    let mut query = Serializer::new(String::new());
    for (name, value) in words.iter().filter(|(_, value)| !value.is_empty()) {
        query.append_pair(name, value);
    }
    let query = query.finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// The stretch of what was found that stands on a page: behind a place, before one, or from the start. `found` is in order.
fn stretch(
    found: &[usize],
    after: Option<usize>,
    before: Option<usize>,
    page: usize,
) -> std::ops::Range<usize> {
    let start = match (after, before) {
        (Some(place), _) => found.partition_point(|at| *at <= place),
        (None, Some(place)) => found.partition_point(|at| *at < place).saturating_sub(page),
        (None, None) => 0,
    };
    // Who stood there may be gone meanwhile, with all who followed.
    let start = if start >= found.len() { found.len().saturating_sub(1) / page * page } else { start };
    start..(start + page).min(found.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s7_pages_go_on_behind_somebody_and_back_before_somebody() {
        let found: Vec<usize> = (0..10).map(|n| n * 2).collect();
        assert_eq!(stretch(&found, None, None, 4), 0..4);
        assert_eq!(stretch(&found, Some(6), None, 4), 4..8);
        assert_eq!(stretch(&found, Some(7), None, 4), 4..8, "whoever it was is not found any more");
        assert_eq!(stretch(&found, None, Some(8), 4), 0..4);
        assert_eq!(stretch(&found, None, Some(4), 4), 0..4, "a page is whole");
        assert_eq!(stretch(&found, Some(18), None, 4), 8..10, "nobody is behind the last");
        assert_eq!(stretch(&[], Some(18), None, 4), 0..0);
    }

    #[test]
    fn a_digest_tells_other_people_and_another_answer() {
        let (a, b) = (SourceId::Guid([1; 16]), SourceId::Guid([2; 16]));
        let of = |ids: &[(&SourceId, u8)]| digest(ids.iter().copied());
        assert_eq!(of(&[(&a, 0), (&b, 1)]), of(&[(&a, 0), (&b, 1)]));
        assert_ne!(of(&[(&a, 0), (&b, 1)]), of(&[(&a, 0)]));
        assert_ne!(of(&[(&a, 0)]), of(&[(&a, 1)]));
        assert_ne!(of(&[(&a, 0)]), of(&[]));
    }
}
