//! What becomes of a contact whose person is out, and after how many days: `mark_left after 14 days`.

use super::text::pick;

/// A fate with its waiting time in days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Departure {
    /// What happens.
    pub fate: Fate,
    /// After so many days out; 0 at once.
    pub after_days: i64,
}

/// What becomes of a contact that a run created, when its person is out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Stays linked and goes on being updated while the source user lives.
    Keep,
    /// Goes to the bin.
    Remove,
    /// Stays, marked as left, without updates; returns by itself.
    MarkLeft,
}

/// What a key of this kind takes, for whoever typed something else.
pub(super) const TAKES: &str = "keep, remove or mark_left, with a wait if wanted: “mark_left after 14 days”";

impl Departure {
    /// From text.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut words = text.split_whitespace();
        let fate = pick(
            words.next()?,
            &[("keep", Fate::Keep), ("remove", Fate::Remove), ("mark_left", Fate::MarkLeft)],
        )?;
        let rest: Vec<&str> = words.collect();
        let after_days = match rest.as_slice() {
            [] => 0,
            ["after", days, "day" | "days"] if fate != Fate::Keep => {
                days.parse().ok().filter(|d| (0..=3650).contains(d))?
            }
            _ => return None,
        };
        Some(Self { fate, after_days })
    }

    /// As text, as [`Departure::parse`] reads it.
    pub(super) fn text(self) -> String {
        let fate = match self.fate {
            Fate::Keep => "keep",
            Fate::Remove => "remove",
            Fate::MarkLeft => "mark_left",
        };
        if self.after_days == 0 { fate.to_owned() } else { format!("{fate} after {} days", self.after_days) }
    }
}
