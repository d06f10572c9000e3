//! What an undo remembers where it goes back over several runs.
//!
//! Rule: of each person whose contact changes, what runs would do against the book of then is rejected; a rejection that an
//! undo on the way had left goes, unless a run on the way was reversed whose doing it keeps away as well. Who is only led
//! back to where a run had led before, and about whom the source says what it said then, needs no rejection.

use std::collections::{BTreeMap, BTreeSet};

use model::ids::{ContactId, RunId, SourceId};
use model::plan::{OpKind, Step};

use super::{Row, Trail, reversed};
use crate::error::Result;
use crate::plan::Reversed;
use crate::undo::desk::{Desk, Seen};
use crate::undo::{Forgotten, Rejected, Undoing, Way};

/// Kinds about people.
const PEOPLE: &[OpKind] = &[
    OpKind::Create,
    OpKind::Adopt,
    OpKind::Update,
    OpKind::TakeOver,
    OpKind::Relink,
    OpKind::Restore,
    OpKind::Return,
    OpKind::MarkLeft,
    OpKind::Unlink,
    OpKind::Remove,
];
/// Kinds that tie somebody who is not.
const ARRIVALS: &[OpKind] = &[OpKind::Create, OpKind::Adopt, OpKind::Relink];
/// Kinds by which somebody departs.
const DEPARTURES: &[OpKind] = &[OpKind::Remove, OpKind::MarkLeft, OpKind::Unlink];

/// What the steps on the way leave and forget, each by itself.
pub(super) struct Recall {
    left: BTreeSet<(SourceId, OpKind)>,
    forgot: BTreeMap<(SourceId, OpKind), RunId>,
    news: BTreeSet<(SourceId, OpKind)>,
}

impl Recall {
    pub(super) fn of(rows: &[Reversed], news: BTreeSet<(SourceId, OpKind)>) -> Self {
        let key = |r: &Rejected| (r.source.clone(), r.what.kind);
        let undoings = || rows.iter().map(Reversed::undoing);
        let left = undoings().flat_map(|u| &u.leave).map(key).collect();
        let forgot = undoings().flat_map(|u| &u.forget).map(|f| (key(&f.of), f.by)).collect();
        Self { left, forgot, news }
    }

    /// Whether rejections are needed: a run's doing is reversed, or the source has changed since it was done.
    pub(super) fn asks(&self, source: &SourceId, kinds: &[OpKind]) -> bool {
        let any = |of: &BTreeSet<_>| kinds.iter().any(|kind| of.contains(&(source.clone(), *kind)));
        any(&self.left) || any(&self.news)
    }

    /// Those of these kinds whose doing is reversed on the way.
    pub(super) fn left(&self, source: &SourceId, kinds: &[OpKind]) -> Vec<OpKind> {
        kinds.iter().copied().filter(|kind| self.left.contains(&(source.clone(), *kind))).collect()
    }

    /// Whose rejection goes, of an undo that is undone and of nothing else.
    pub(super) fn forgotten(&self, source: &SourceId, kind: OpKind) -> Option<RunId> {
        let key = (source.clone(), kind);
        self.forgot.get(&key).copied().filter(|_| !self.left.contains(&key))
    }
}

/// What is rejected of people, and whose rejections go.
#[derive(Default)]
struct Lasting {
    kinds: BTreeMap<SourceId, BTreeSet<OpKind>>,
}

impl Lasting {
    /// Rejects those of the kinds that runs did on the way; all of them where it was others.
    fn reject(&mut self, recall: &Recall, source: &SourceId, kinds: &[OpKind]) {
        let all = self.kinds.entry(source.clone()).or_default();
        if recall.asks(source, PEOPLE) {
            let done = recall.left(source, kinds);
            all.extend(if done.is_empty() { kinds.to_vec() } else { done });
        }
    }
}

impl Desk<'_, '_, '_> {
    /// Rows with what they remember, each person's with the last row about them.
    pub(super) fn recalled(
        &mut self,
        recall: &Recall,
        trail: &Trail,
        rows: Vec<Row>,
    ) -> Result<Vec<Reversed>> {
        let mut lasting = Lasting::default();
        let mut about: BTreeMap<SourceId, ContactId> = BTreeMap::new();
        for row in &rows {
            self.lasts(recall, row, &mut lasting)?;
            for source in lasting_of(row).into_iter().chain(self.holders(row.contact)?) {
                about.insert(source, row.contact);
            }
        }
        let (mut by_source, mut by_contact) = (BTreeMap::new(), BTreeMap::new());
        for (at, row) in rows.iter().enumerate() {
            by_source.insert(row.source.clone(), at);
            by_contact.insert(row.contact, at);
        }
        let mut undoings: Vec<Undoing> = rows.iter().map(|_| Undoing::back(Vec::new())).collect();
        for (source, kinds) in lasting.kinds {
            let of_contact = || about.get(&source).and_then(|contact| by_contact.get(contact));
            let Some(undoing) =
                by_source.get(&source).or_else(of_contact).and_then(|at| undoings.get_mut(*at))
            else {
                continue;
            };
            let gone = PEOPLE.iter().filter(|kind| !kinds.contains(kind));
            for kind in gone {
                if let Some(by) = recall.forgotten(&source, *kind) {
                    undoing.forget.push(Forgotten { by, of: self.rejected(source.clone(), *kind) });
                }
            }
            undoing.leave.extend(kinds.into_iter().map(|kind| self.rejected(source.clone(), kind)));
        }
        let all = rows.into_iter().zip(undoings).map(|(row, mut undoing)| {
            undoing.way = way(&undoing);
            let guard = trail.guard(&row);
            reversed(row, guard, undoing)
        });
        Ok(all.collect())
    }

    /// What runs would do against a row.
    fn lasts(&mut self, recall: &Recall, row: &Row, lasting: &mut Lasting) -> Result<()> {
        let left = matches!(self.seen(row.contact)?, Seen::Living(c) if c.left_at.is_some());
        // Who is marked as left takes the source's values together with coming back.
        let rewrite = if left { &[OpKind::Return] } else { &[OpKind::Update] };
        let rewritten: &[OpKind] = if row.step.changes().is_empty() { &[] } else { rewrite };
        let against: &[&[OpKind]] = match &row.step {
            Step::Relink { from, .. } => {
                lasting.reject(recall, from, ARRIVALS);
                lasting.reject(recall, &row.source, DEPARTURES);
                return Ok(());
            }
            Step::Adopt { .. } => {
                let moved = row.tie.is_some_and(|tie| tie.moved.is_some());
                let kinds = if moved { &[OpKind::TakeOver, OpKind::Update] } else { DEPARTURES };
                lasting.reject(recall, &row.source, kinds);
                return Ok(());
            }
            Step::Unlink { .. } => {
                lasting.reject(recall, &row.source, ARRIVALS);
                return Ok(());
            }
            Step::Remove { .. } => &[&[OpKind::Create, OpKind::Restore]],
            Step::Restore { .. } | Step::Return { .. } => &[DEPARTURES, rewritten],
            Step::MarkLeft { .. } => &[&[OpKind::Return]],
            Step::Update { .. } => &[rewritten],
            // No step of an undo.
            Step::Create { .. } | Step::TakeOver { .. } | Step::Wait { .. } => &[],
        };
        for source in self.holders(row.contact)? {
            against.iter().filter(|k| !k.is_empty()).for_each(|k| lasting.reject(recall, &source, k));
        }
        Ok(())
    }
}

/// People about whom a row is, besides those who are tied to its contact then.
fn lasting_of(row: &Row) -> Vec<SourceId> {
    match &row.step {
        Step::Relink { from, .. } => vec![row.source.clone(), from.clone()],
        _ => vec![row.source.clone()],
    }
}

/// Which way a row goes by what it remembers.
pub(super) fn way(undoing: &Undoing) -> Way {
    if undoing.leave.is_empty() && !undoing.forget.is_empty() { Way::Again } else { Way::Back }
}
