//! One directory object and one entry of the log of changes.

use crate::dir::pool::Span;
use crate::dir::props::Kind;

/// The bit of a change mask that says: appeared, vanished or came back.
pub(crate) const EXISTENCE: u64 = 1 << 63;
/// The bit of a change mask that says: another manager.
pub(crate) const MANAGER: u64 = 1 << 62;
/// No object.
pub(crate) const NOBODY: u32 = u32::MAX;

/// Whether an object is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// In the directory.
    Live,
    /// In `directory/deletedItems`, since this time.
    Soft(i64),
    /// Gone for good.
    Gone,
}

/// A property that was set at some time; cleared ones point to `null`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    pub(crate) prop: u8,
    pub(crate) span: Span,
}

/// A directory object. Properties never set have no entry.
#[derive(Clone, Debug)]
pub(crate) struct Object {
    pub(crate) id: u128,
    pub(crate) kind: Kind,
    pub(crate) state: State,
    /// Sorted by property number.
    pub(crate) entries: Vec<Entry>,
    /// Direct members of a group, sorted; deleted ones stay in, so that restoring brings them back.
    pub(crate) members: Vec<u32>,
    pub(crate) manager: u32,
}

impl Object {
    pub(crate) fn new(id: u128, kind: Kind) -> Self {
        Self { id, kind, state: State::Live, entries: Vec::new(), members: Vec::new(), manager: NOBODY }
    }

    pub(crate) fn live(&self) -> bool {
        self.state == State::Live
    }

    pub(crate) fn span(&self, prop: u8) -> Option<Span> {
        self.entries
            .binary_search_by_key(&prop, |e| e.prop)
            .ok()
            .and_then(|at| self.entries.get(at))
            .map(|e| e.span)
    }

    pub(crate) fn set(&mut self, prop: u8, span: Span) {
        match self.entries.binary_search_by_key(&prop, |e| e.prop) {
            Ok(at) => {
                if let Some(entry) = self.entries.get_mut(at) {
                    entry.span = span;
                }
            }
            Err(at) => self.entries.insert(at, Entry { prop, span }),
        }
    }
}

/// One entry of the log. What the change led to is read from the present state, never from the log:
/// so a replay is always self-consistent.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Change {
    /// Properties, manager or existence of an object.
    Object { obj: u32, mask: u64 },
    /// A direct membership.
    Member { group: u32, member: u32 },
}
