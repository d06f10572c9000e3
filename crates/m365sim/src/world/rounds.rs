//! Delta rounds under way: what each will send on which page, fixed when the round starts.
//! Why fixed: pages are asked for one after the other while the directory goes on changing; what
//! changes meanwhile comes in the next round, which starts from `to`.

use std::collections::{HashMap, VecDeque};
use std::ops::Range;
use std::sync::Arc;

/// One object on a page.
#[derive(Clone, Debug)]
pub(crate) enum Item {
    /// An object in its state at the time of sending.
    Object {
        obj: u32,
        /// What changed, for `return=minimal`.
        mask: u64,
        /// Which of [`Round::edges`] go with it.
        edges: Range<u32>,
    },
    /// A deletion of something nobody knows.
    Ghost(u128),
}

/// One membership to tell.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Edge {
    pub(crate) member: u32,
    pub(crate) there: bool,
}

/// A round.
#[derive(Debug, Default)]
pub(crate) struct Round {
    pub(crate) pages: Vec<Range<u32>>,
    pub(crate) items: Vec<Item>,
    pub(crate) edges: Vec<Edge>,
}

/// The rounds of a tenant. Few are kept: a chain left too long ends with an expired page token.
#[derive(Debug, Default)]
pub(crate) struct Rounds {
    pub(crate) delta_generation: u32,
    pub(crate) page_generation: u32,
    pub(crate) started: u64,
    kept: HashMap<u64, Arc<Round>>,
    order: VecDeque<u64>,
}

impl Rounds {
    pub(crate) fn keep(&mut self, number: u64, round: Arc<Round>) {
        if self.order.len() >= 64
            && let Some(old) = self.order.pop_front()
        {
            self.kept.remove(&old);
        }
        self.order.push_back(number);
        self.kept.insert(number, round);
    }

    pub(crate) fn find(&self, number: u64) -> Option<Arc<Round>> {
        self.kept.get(&number).cloned()
    }
}
