//! How many different objects a read has brought, for whoever watches: Microsoft may tell of the same one several times
//! ("delta query overview": replays), and a count that runs past the whole is none.
//!
//! Rule: only so many are remembered; of a larger tenant whatever comes behind them is counted as it comes.

use std::collections::HashSet;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use model::ids::SourceId;
use model::source::GroupChange;

/// Objects remembered, 8 bytes each and the set's own.
const REMEMBERED: usize = 100_000;

/// Counts each object once.
#[derive(Debug, Default)]
pub(crate) struct Distinct {
    seen: HashSet<u64>,
    behind: u64,
}

impl Distinct {
    /// Adds the objects of a page; answers how many there are so far.
    pub(crate) fn add<'a>(&mut self, ids: impl Iterator<Item = &'a SourceId>) -> u64 {
        for id in ids {
            let mut hash = DefaultHasher::new();
            id.hash(&mut hash);
            let hash = hash.finish();
            if self.seen.len() < REMEMBERED {
                self.seen.insert(hash);
            } else if !self.seen.contains(&hash) {
                self.behind += 1;
            }
        }
        self.seen.len() as u64 + self.behind
    }
}

/// Whom a change of a group is about.
pub(crate) fn group_id(change: &GroupChange) -> &SourceId {
    match change {
        GroupChange::Upsert { group, .. } => &group.id,
        GroupChange::Removed { id, .. } => id,
    }
}
