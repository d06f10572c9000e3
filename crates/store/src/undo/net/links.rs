//! Links: cut, tied again, moved to another contact, or handed back to the account that is gone.

use std::collections::BTreeMap;

use model::ids::{ContactId, RunId, SourceId};
use model::plan::{Mark, Step};

use super::{Row, Rows};
use crate::error::Result;
use crate::undo::desk::{Desk, Seen};
use crate::undo::{Moved, Tie};

/// How links differ between now and then.
#[derive(Default)]
pub(super) struct Ties {
    cut: Vec<(SourceId, Moved)>,
    tied: Vec<(SourceId, Moved)>,
    moved: Vec<(SourceId, Moved, Moved)>,
    /// From which account to which one a contact's link goes.
    pub(super) relinked: BTreeMap<ContactId, (SourceId, SourceId)>,
}

impl Desk<'_, '_, '_> {
    pub(super) fn net_ties(&mut self) -> Result<Ties> {
        let mut ties = Ties::default();
        for (source, then) in self.links.clone() {
            match (self.stored_link(&source)?, then) {
                (Some(now), None) => ties.cut.push((source, now)),
                (None, Some(then)) => ties.tied.push((source, then)),
                (Some(now), Some(then)) if now.from != then.from => ties.moved.push((source, now, then)),
                (Some(_), Some(_)) | (None, None) => {}
            }
        }
        let cut = std::mem::take(&mut ties.cut);
        for (from, now) in cut {
            let to = ties.tied.iter().position(|(_, then)| then.from == now.from);
            match to.map(|at| ties.tied.swap_remove(at)) {
                Some((to, _)) => drop(ties.relinked.insert(now.from, (from, to))),
                None => ties.cut.push((from, now)),
            }
        }
        Ok(ties)
    }
}

impl Rows {
    /// Adds what differs, back to before this run; of a contact that stays in the bin nothing is tied or cut.
    pub(super) fn ties(&mut self, ties: Ties, was: &BTreeMap<ContactId, Seen>, since: RunId) {
        let rests = |id: &ContactId| matches!(was.get(id), Some(Seen::Binned(_)));
        let back: Vec<ContactId> = self.back.iter().map(|row| row.contact).collect();
        let lives = |id: &ContactId| !rests(id) || back.contains(id);
        for (source, Moved { from: contact, origin }) in ties.cut.into_iter().filter(|(_, m)| lives(&m.from))
        {
            let step = Step::Unlink { contact, origin, mark: Mark::None };
            self.tied.push(Row { source, contact, step, tie: None });
        }
        let anew = ties.tied.into_iter().map(|(source, then)| (source, None, then));
        let moved = ties.moved.into_iter().map(|(source, now, then)| (source, Some(now), then));
        for (source, moved, Moved { from: contact, origin }) in moved.chain(anew) {
            if lives(&contact) {
                let step = Step::Adopt { contact, changes: Vec::new() };
                self.tied.push(Row { source, contact, step, tie: Some(Tie { origin, moved, since }) });
            }
        }
    }
}
