//! Which customers are shown: those in a state, those that a search finds.

use model::Timestamp;
use model::search::{Words, terms};

use super::One;
use crate::frame::Frame;
use crate::page::stand::Stand;

/// A choice of customers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum View {
    /// All of them.
    All,
    /// Something waits for a person.
    Held,
    /// Runs do not go well.
    Silent,
    /// The access has ended, or ends soon.
    Access,
    /// A permission is missing.
    Missing,
    /// The last run had findings.
    Findings,
    /// In quarantine.
    Paused,
    /// All is well.
    Good,
    /// Nothing is read, for they are not connected or switched off.
    Off,
}

impl View {
    const ALL: [Self; 9] = [
        Self::All,
        Self::Held,
        Self::Silent,
        Self::Access,
        Self::Missing,
        Self::Findings,
        Self::Paused,
        Self::Good,
        Self::Off,
    ];

    /// As addresses name it; whatever else is all of them.
    pub(super) fn named(name: &str) -> Self {
        Self::ALL.into_iter().find(|view| view.name() == name).unwrap_or(Self::All)
    }

    /// The same.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::All => "",
            Self::Held => "held",
            Self::Silent => "silent",
            Self::Access => "access",
            Self::Missing => "missing",
            Self::Findings => "findings",
            Self::Paused => "paused",
            Self::Good => "good",
            Self::Off => "off",
        }
    }

    /// Whether a customer is among them.
    pub(super) fn has(self, one: &One, now: Timestamp) -> bool {
        let known = one.known();
        match self {
            Self::All => true,
            Self::Held => one.row.waits.held > 0 || one.row.waits.first_plan,
            Self::Silent => one.alarm.is_some(),
            // Of one that is switched off nothing is to be done.
            Self::Access => {
                known.watched.is_some() && (known.access.has_ended(now) || known.access.expires(now))
            }
            Self::Missing => known.watched.is_some() && known.lacks(),
            Self::Findings => one.row.last.is_some_and(|run| run.findings > 0),
            Self::Paused => one.row.watched.as_ref().is_some_and(|w| sync::quarantine(w).is_some()),
            Self::Good => one.stand == Stand::Good,
            Self::Off => one.row.watched.is_none(),
        }
    }

    const fn key(self) -> &'static str {
        match self {
            Self::All => "fleet-view-all",
            Self::Held => "fleet-view-held",
            Self::Silent => "fleet-view-silent",
            Self::Access => "fleet-view-access",
            Self::Missing => "fleet-view-missing",
            Self::Findings => "fleet-view-findings",
            Self::Paused => "fleet-view-paused",
            Self::Good => "fleet-view-good",
            Self::Off => "fleet-view-off",
        }
    }
}

/// All of them, with their words and which is shown.
pub(super) fn choices(f: &Frame, current: View) -> Vec<(&'static str, String, bool)> {
    View::ALL.map(|view| (view.name(), f.s(view.key()), view == current)).to_vec()
}

/// A number with its words, that leads to those it counts.
pub(super) struct Tile {
    pub(super) href: String,
    pub(super) icon: &'static str,
    pub(super) colour: &'static str,
    pub(super) n: String,
    pub(super) text: String,
    pub(super) current: bool,
}

/// The tiles; of three customers everything is on one screen anyway.
pub(super) fn tiles(f: &Frame, all: &[One], current: View) -> Vec<Tile> {
    if all.len() < 4 {
        return Vec::new();
    }
    let kinds = [
        (View::All, "", "", "fleet-tile-all"),
        (View::Held, "hand", "t-held", "fleet-tile-held"),
        (View::Silent, "bad", "t-bad", "fleet-tile-silent"),
        (View::Access, "key", "t-held", "fleet-tile-access"),
        (View::Missing, "shield", "t-held", "fleet-tile-missing"),
    ];
    let tile = |(view, icon, colour, text): (View, &'static str, &'static str, &str)| {
        let n = all.iter().filter(|one| view.has(one, f.times.now)).count() as i64;
        let colour = if n == 0 { "muted" } else { colour };
        let href = if view == View::All {
            "/customers".to_owned()
        } else {
            format!("/customers?view={}", view.name())
        };
        Tile { href, icon, colour, n: f.number(n), text: f.n(text, n), current: view == current }
    };
    kinds.into_iter().map(tile).collect()
}

/// Leaves those whose name, short name, tenant or domain has what was typed, in any spelling of an umlaut.
pub(super) fn search(shown: &mut Vec<&One>, q: &str) {
    let wanted = terms(q);
    if q.is_empty() {
        return;
    }
    shown.retain(|one| {
        let mut words = Words::default();
        words.add_text(&one.row.customer.name);
        words.add_text(&one.row.customer.slug);
        if let Some(connection) = &one.row.connection {
            words.add_text(&connection.organisation);
            words.add_text(&connection.tenant_typed);
            words.add_text(&connection.domains);
        }
        words.admit(&wanted)
    });
}
