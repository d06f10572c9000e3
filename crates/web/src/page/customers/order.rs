//! In which order customers are listed: by each column, the worst first, or the other way round. Of equals the name decides.

use std::cmp::Ordering;

use model::search::collation_key;

use super::One;
use crate::frame::Frame;

/// By what customers are sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    Name,
    State,
    Good,
    Changes,
    Held,
    Findings,
    Access,
}

/// An order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Order {
    by: By,
    reversed: bool,
}

/// A column's head.
pub(super) struct Column {
    pub(super) text: String,
    pub(super) class: &'static str,
    /// The other way round where it is sorted by this; empty for what nothing is sorted by.
    pub(super) href: String,
    /// As `aria-sort` says it.
    pub(super) sorted: &'static str,
    pub(super) icon: &'static str,
}

impl By {
    const ALL: [Self; 7] =
        [Self::Name, Self::State, Self::Good, Self::Changes, Self::Held, Self::Findings, Self::Access];

    /// The key of its column's name.
    const fn key(self) -> &'static str {
        match self {
            Self::Name => "customer-word",
            Self::State => "state-word",
            Self::Good => "last-good-word",
            Self::Changes => "run-changes",
            Self::Held => "held-short",
            Self::Findings => "findings-short",
            Self::Access => "access-word",
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::State => "state",
            Self::Good => "good",
            Self::Changes => "changes",
            Self::Held => "held",
            Self::Findings => "findings",
            Self::Access => "access",
        }
    }

    /// Whether the worst is the least: the oldest run, the access that ends first.
    const fn ascends(self) -> bool {
        matches!(self, Self::Name | Self::Good | Self::Access)
    }

    fn compare(self, a: &One, b: &One) -> Ordering {
        let changes = |one: &One| one.row.last.map_or(0, |run| run.created + run.changed + run.removed);
        let findings = |one: &One| one.row.last.map_or(0, |run| run.findings);
        let ends = |one: &One| {
            let access = one.known().access;
            // What was left out has ended; who has no access, or none whose end is known, comes last.
            (!access.left_out && access.ends.is_none(), access.ends.filter(|_| !access.left_out))
        };
        match self {
            Self::Name => Ordering::Equal,
            Self::State => a.stand.cmp(&b.stand),
            Self::Good => {
                // Where nothing is read no run is missed.
                let good = |one: &One| (one.row.watched.is_none(), one.row.customer.last_good_at);
                good(a).cmp(&good(b))
            }
            Self::Changes => changes(b).cmp(&changes(a)),
            Self::Held => b.row.waits.held.cmp(&a.row.waits.held),
            Self::Findings => findings(b).cmp(&findings(a)),
            Self::Access => ends(a).cmp(&ends(b)),
        }
    }
}

impl Order {
    const USUAL: Self = Self { by: By::State, reversed: false };

    /// As addresses name it: the column, behind a minus the other way round. Whatever else is the worst first.
    pub(super) fn named(name: &str) -> Self {
        let (reversed, name) = name.strip_prefix('-').map_or((false, name), |name| (true, name));
        let by = By::ALL.into_iter().find(|by| by.name() == name);
        by.map_or(Self::USUAL, |by| Self { by, reversed })
    }

    /// The same; empty for the usual one.
    pub(super) fn name(self) -> String {
        match (self, self.reversed) {
            (Self::USUAL, _) => String::new(),
            (_, false) => self.by.name().to_owned(),
            (_, true) => format!("-{}", self.by.name()),
        }
    }

    /// Sorts them.
    pub(super) fn sort(self, shown: &mut [&One]) {
        shown
            .sort_by_cached_key(|one| (collation_key(&one.row.customer.name), one.row.customer.slug.clone()));
        if self.by == By::Name {
            if self.reversed {
                shown.reverse();
            }
            return;
        }
        // Stable, so of equals the name decides either way.
        shown.sort_by(|a, b| {
            let order = self.by.compare(a, b);
            if self.reversed { order.reverse() } else { order }
        });
    }
}

/// All orders, as forms name them, in words, and which it is.
pub(super) fn choices(f: &Frame, order: Order) -> Vec<(String, String, bool)> {
    let all = By::ALL.into_iter().flat_map(|by| [false, true].map(|reversed| Order { by, reversed }));
    let told = |it: Order| {
        let text = f.s(it.by.key());
        let text = if it.reversed { f.x("sort-reversed", text) } else { f.x("sort-by", text) };
        (it.name(), text, it == order)
    };
    all.map(told).collect()
}

/// The heads of all columns.
pub(super) fn columns(f: &Frame, order: Order, link: impl Fn(Order) -> String) -> Vec<Column> {
    let sorted = |by: By, class: &'static str| {
        let is_it = order.by == by;
        let reversed = is_it && !order.reversed;
        let up = by.ascends() != order.reversed;
        Column {
            text: f.s(by.key()),
            class,
            href: link(Order { by, reversed }),
            sorted: if !is_it {
                "none"
            } else if up {
                "ascending"
            } else {
                "descending"
            },
            icon: if !is_it {
                ""
            } else if up {
                "up"
            } else {
                "down"
            },
        }
    };
    let strip = Column { text: f.s("fleet-strip"), class: "no-s", href: String::new(), sorted: "", icon: "" };
    vec![
        sorted(By::Name, ""),
        sorted(By::State, ""),
        sorted(By::Good, ""),
        strip,
        sorted(By::Changes, "hide-l"),
        sorted(By::Held, "num"),
        sorted(By::Findings, "num hide-m"),
        sorted(By::Access, ""),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn w9_an_order_is_read_as_it_is_written() {
        for by in By::ALL {
            for reversed in [false, true] {
                let order = Order { by, reversed };
                assert_eq!(Order::named(&order.name()), order);
            }
        }
        assert_eq!(Order::named("nothing"), Order::USUAL);
        assert_eq!(Order::named("-nothing"), Order::USUAL);
    }
}
