//! The net of a way back over several runs: what lies between the book now and the book then, one operation for each contact,
//! field, link, group and membership. What came and went on the way is no operation.
//!
//! Rule: what is remembered follows the net (`recall.rs`). Where nothing changes, nothing is left or forgotten either: runs
//! leave the book as it is.

mod groups;
mod links;
mod recall;

use std::collections::{BTreeMap, BTreeSet};

use model::ids::{ContactId, SourceId};
use model::plan::{FieldChange, FromBin, GuardKind, OpKind, Step};
use model::{Contact, Field};

use self::links::Ties;
use self::recall::Recall;
use super::desk::{Desk, Seen};
use super::{Tie, Undoing, Way, sources_of};
use crate::error::Result;
use crate::plan::Reversed;

/// A row about a person.
struct Row {
    source: SourceId,
    contact: ContactId,
    step: Step,
    tie: Option<Tie>,
}

/// Rows about people in the order in which they are applied: who comes back is there before who is tied, ties are there
/// before what is written, and removals come last.
#[derive(Default)]
struct Rows {
    back: Vec<Row>,
    tied: Vec<Row>,
    written: Vec<Row>,
    removed: Vec<Row>,
}

/// What the steps on the way were about.
#[derive(Default)]
struct Trail {
    people: BTreeMap<ContactId, BTreeSet<SourceId>>,
    guards: BTreeMap<(ContactId, OpKind), (GuardKind, Way)>,
}

impl Trail {
    fn of(rows: &[Reversed]) -> Self {
        let mut trail = Self::default();
        for row in rows {
            let Reversed::Person { source, step, guard, undoing } = row else { continue };
            let Some(contact) = step.contact() else { continue };
            trail.people.entry(contact).or_default().insert(source.clone());
            if let Some(guard) = guard {
                trail.guards.insert((contact, step.kind()), (*guard, undoing.way));
            }
        }
        trail
    }

    /// What the guard's count of 24 hours takes back, or counts again, with a step.
    fn guard(&self, row: &Row) -> Option<(GuardKind, Way)> {
        let (kind, way) = *self.guards.get(&(row.contact, row.step.kind()))?;
        let empties = |c: &FieldChange| match way {
            Way::Back => c.before.is_none(),
            Way::Again => c.after.is_none(),
        };
        let counts = kind != GuardKind::Empty || row.step.changes().iter().any(empties);
        counts.then_some((kind, way))
    }
}

impl Desk<'_, '_, '_> {
    /// Puts the net into the place of the steps that lead back one by one.
    pub(super) fn net(&mut self) -> Result<()> {
        let steps = std::mem::take(&mut self.rows);
        let (trail, recall) = (Trail::of(&steps), Recall::of(&steps, std::mem::take(&mut self.news)));
        drop(steps);
        let groups = self.net_groups(&recall)?;
        self.rows = groups.made;
        let people = self.net_people(&trail)?;
        let people = self.recalled(&recall, &trail, people)?;
        self.rows.extend(people);
        let members = self.net_members(&recall)?;
        self.rows.extend(members);
        self.rows.extend(groups.untied);
        // Who was left alone on the way there is not told again on the way back.
        let mut told = BTreeSet::new();
        self.conflicts.retain(|conflict| told.insert(conflict.clone()));
        Ok(())
    }

    fn net_people(&mut self, trail: &Trail) -> Result<Vec<Row>> {
        let (mut rows, ties) = (Rows::default(), self.net_ties()?);
        let ids: Vec<ContactId> = self.was.keys().copied().collect();
        for id in ids {
            let then = self.seen(id)?;
            let Some(was) = self.was.get(&id).cloned() else { continue };
            let before = sources_of(self.tx, self.connection, id)?;
            let after = self.holders(id)?;
            let mut on_the_way = trail.people.get(&id).into_iter().flatten().cloned();
            let any = before.first().or(after.first()).cloned().or_else(|| on_the_way.next());
            let Some(any) = any else { continue };
            let (before, after) = (before.first().unwrap_or(&any), after.first().unwrap_or(&any));
            rows.contact(&ties, id, (&was, before), (&then, after));
        }
        rows.ties(ties, &self.was, self.run);
        let Rows { back, tied, written, removed } = rows;
        Ok(back.into_iter().chain(tied).chain(written).chain(removed).collect())
    }
}

impl Rows {
    /// From where a contact lies to where it lay, each with the person whose step that is.
    fn contact(
        &mut self,
        ties: &Ties,
        id: ContactId,
        (was, before): (&Seen, &SourceId),
        (then, after): (&Seen, &SourceId),
    ) {
        let row = |source: &SourceId, step| Row { source: source.clone(), contact: id, step, tie: None };
        let relink = |changes| {
            let step = |from: &SourceId| Step::Relink {
                contact: id,
                from: from.clone(),
                changes,
                from_bin: FromBin::No,
            };
            ties.relinked.get(&id).map(|(from, to)| row(to, step(from)))
        };
        let mark = || row(after, Step::MarkLeft { contact: id });
        match (was, then) {
            (Seen::Living(now), Seen::Living(then)) => {
                let changes = changes(now, then);
                let (marked, left) = (now.left_at.is_some(), then.left_at.is_some());
                if let Some(relinked) = relink(changes.clone()) {
                    // That took the mark away, whether it was there before or not.
                    self.tied.push(relinked);
                    self.written.extend(left.then(mark));
                } else if marked && !left {
                    self.written.push(row(after, Step::Return { contact: id, changes }));
                } else {
                    let step = || Step::Update { contact: id, changes: changes.clone(), wrote_key: None };
                    self.written.extend((!changes.is_empty()).then(|| row(after, step())));
                    self.written.extend((left && !marked).then(mark));
                }
            }
            (Seen::Binned(now), Seen::Living(then)) => {
                let changes = changes(now, then);
                self.back.push(row(before, Step::Restore { contact: id, changes }));
                self.tied.extend(relink(Vec::new()));
                self.written.extend(then.left_at.is_some().then(mark));
            }
            // The bin keeps it as it is now: doing it again brings back just that.
            (Seen::Living(_), Seen::Binned(_)) => {
                self.tied.extend(relink(Vec::new()));
                self.removed.push(row(after, Step::Remove { contact: id }));
            }
            (Seen::Binned(_) | Seen::Nowhere, _) | (Seen::Living(_), Seen::Nowhere) => {}
        }
    }
}

/// The fields that differ, from what is now to what was then.
fn changes(now: &Contact, then: &Contact) -> Vec<FieldChange> {
    let value = |of: &Contact, field| of.values.get(field).map(Into::into);
    let change = |field| {
        let (before, after) = (value(now, field), value(then, field));
        (before != after).then_some(FieldChange { field, before, after })
    };
    Field::ALL.into_iter().filter_map(change).collect()
}

/// A row with what it remembers.
fn reversed(row: Row, guard: Option<(GuardKind, Way)>, mut undoing: Undoing) -> Reversed {
    let Row { source, step, tie, .. } = row;
    undoing.tie = tie;
    if let Some((_, way)) = guard {
        undoing.way = way;
    }
    Reversed::Person { source, step, guard: guard.map(|(kind, _)| kind), undoing }
}
