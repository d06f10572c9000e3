//! What most runs do, all at once: people are updated, removed, marked as left or wait. One statement serves all of them,
//! whatever their number.
//!
//! Rule: only for people about whom the chunk says nothing else, so that it does not matter who comes first.

use std::collections::{BTreeMap, BTreeSet};

use model::ids::{ContactId, SourceId};
use model::plan::{FieldChange, Step};
use model::{Contact, Field, Key};

use super::{PlanRow, What, Work, ties};
use crate::contact::{Naming, agrees, get_all, mark_all_left, to_bin_all, write_contacts};
use crate::db::{Bulk, Type, Verb};
use crate::error::Result;
use crate::history::{self, Event};
use crate::pending;

const WROTE_KEY: Bulk = Bulk {
    table: "link",
    columns: &[("connection", Type::Int), ("source", Type::Blob), ("wrote_key", Type::Text)],
    verb: Verb::Update { keys: 2 },
};
const OUT: Bulk = Bulk {
    table: "link",
    columns: &[
        ("connection", Type::Int),
        ("source", Type::Blob),
        ("out_reason", Type::Text),
        ("out_since", Type::Int),
    ],
    verb: Verb::Update { keys: 2 },
};
const HOLD: Bulk = Bulk {
    table: "hold",
    columns: &[("connection", Type::Int), ("source", Type::Blob), ("kind", Type::Text)],
    verb: Verb::Delete,
};

/// A row that is done with all others, and what it does.
struct One<'p> {
    row: &'p PlanRow,
    step: &'p Step,
    contact: ContactId,
}

/// Rows of these kinds about whose person and contact no other row is.
fn alone<'p>(live: &[&'p PlanRow]) -> Vec<One<'p>> {
    let (mut sources, mut contacts) = (BTreeMap::new(), BTreeMap::new());
    for row in live {
        let What::Person { created, .. } = &row.what else { continue };
        *sources.entry(&row.source).or_insert(0) += 1;
        for id in row.contact.iter().chain(created) {
            *contacts.entry(*id).or_insert(0) += 1;
        }
    }
    let one = |row: &&'p PlanRow| {
        let (What::Person { step, .. }, None) = (&row.what, &row.undo) else { return None };
        let contact = match step {
            Step::Update { contact, .. }
            | Step::Remove { contact }
            | Step::MarkLeft { contact }
            | Step::Wait { contact, .. } => *contact,
            Step::Create { .. }
            | Step::Adopt { .. }
            | Step::TakeOver { .. }
            | Step::Relink { .. }
            | Step::Restore { .. }
            | Step::Return { .. }
            | Step::Unlink { .. } => return None,
        };
        let only = sources.get(&row.source) == Some(&1) && contacts.get(&contact) == Some(&1);
        only.then_some(One { row, step, contact })
    };
    live.iter().filter_map(one).collect()
}

impl Work<'_, '_, '_> {
    /// Does what can be done at once; answers the places of these rows.
    pub(super) fn at_once(&mut self, live: &[&PlanRow]) -> Result<BTreeSet<i64>> {
        let mut all = alone(live);
        if all.is_empty() {
            return Ok(BTreeSet::new());
        }
        let done = all.iter().map(|one| one.row.n).collect();
        let sources: Vec<&[u8]> = all.iter().map(|one| one.row.source.as_bytes()).collect();
        let links = ties::links(self.tx, self.connection, &sources)?;
        all.retain(|one| {
            let as_planned = links.get(&one.row.source) == Some(&one.contact);
            if !as_planned {
                self.not_now(one.row);
            }
            as_planned
        });
        let written = |one: &&One<'_>| !matches!(one.step, Step::Wait { .. });
        let ids: Vec<i64> = all.iter().filter(written).map(|one| one.contact.get()).collect();
        let mut contacts = get_all(self.tx, &ids)?;
        self.pen.know(history::former_of(self.tx, self.connection.customer(), &ids)?);
        self.updates(&all, &mut contacts)?;
        self.leavers(&all, &contacts)?;
        self.waits(&all)?;
        Ok(done)
    }

    fn updates(&mut self, all: &[One<'_>], contacts: &mut BTreeMap<ContactId, Contact>) -> Result<()> {
        let (mut same_name, mut other_name, mut keys) = (Vec::new(), Vec::new(), Vec::new());
        let mut emptied = Vec::new();
        for one in all {
            let Step::Update { changes, .. } = one.step else { continue };
            match contacts.remove(&one.contact) {
                Some(contact) if agrees(&contact, changes) => {
                    let contact = self.altered(contact, changes)?;
                    self.counts.updated += 1;
                    if one.step.guarded().is_some() {
                        emptied.push(one.row);
                    }
                    if changes.iter().any(|c| c.field == Field::Email) {
                        keys.push((&one.row.source, contact.values.key()));
                    }
                    match Naming::after(changes) {
                        Naming::Changed => other_name.push(contact),
                        Naming::Same if !changes.is_empty() => same_name.push(contact),
                        Naming::Same => {}
                    }
                }
                Some(_) | None => self.not_now(one.row),
            }
        }
        if !emptied.is_empty() {
            self.let_all_go(&emptied)?;
        }
        write_contacts(self.tx, &same_name, Naming::Same)?;
        write_contacts(self.tx, &other_name, Naming::Changed)?;
        if keys.is_empty() {
            return Ok(());
        }
        let mut bulk = self.tx.bulk(&WROTE_KEY)?;
        for (source, key) in keys {
            bulk.row(|v| {
                v.int(self.connection.get());
                v.blob(source.as_bytes());
                v.opt_text(key.as_ref().map(Key::as_str));
            })?;
        }
        bulk.finish().map(drop)
    }

    /// A contact with its changed values, noted.
    fn altered(&mut self, mut contact: Contact, changes: &[FieldChange]) -> Result<Contact> {
        if changes.is_empty() {
            return Ok(contact);
        }
        let before = contact.values.clone();
        for change in changes {
            contact.values.set(change.field, change.after.as_deref());
        }
        contact.updated_at = self.at;
        self.pen.changed(self.tx, contact.id, (&before, &contact.values), changes)?;
        Ok(contact)
    }

    fn leavers(&mut self, all: &[One<'_>], contacts: &BTreeMap<ContactId, Contact>) -> Result<()> {
        let (mut removed, mut left, mut rows) = (Vec::new(), Vec::new(), Vec::new());
        for one in all {
            let ids = match one.step {
                Step::Remove { .. } => &mut removed,
                Step::MarkLeft { .. } => &mut left,
                _ => continue,
            };
            let there = contacts.get(&one.contact);
            let there = there.filter(|c| !matches!(one.step, Step::MarkLeft { .. }) || c.left_at.is_none());
            let Some(contact) = there else {
                self.not_now(one.row);
                continue;
            };
            if matches!(one.step, Step::Remove { .. }) {
                self.pen.removed(self.tx, one.contact, &contact.values)?;
                self.counts.removed += 1;
            } else {
                self.pen.note(one.contact, Event::Left);
                self.counts.updated += 1;
            }
            ids.push(one.contact.get());
            rows.push(one.row);
        }
        if rows.is_empty() {
            return Ok(());
        }
        mark_all_left(self.tx, &left, self.at)?;
        to_bin_all(self.tx, &removed, self.at, Some(self.run))?;
        // The link stays, with the reason: who is restored at the source comes back, and is told apart from who was
        // removed here.
        let gone = all.iter().filter(|one| removed.contains(&one.contact.get()));
        let out = gone.map(|one| (&one.row.source, Some((one.row.reason.code(), self.at.0))));
        self.out(&out.collect::<Vec<_>>())?;
        self.let_all_go(&rows)
    }

    /// A hold ends when its operation was applied.
    fn let_all_go(&mut self, rows: &[&PlanRow]) -> Result<()> {
        let mut bulk = self.tx.bulk(&HOLD)?;
        for row in rows {
            bulk.row(|v| {
                v.int(self.connection.get());
                v.blob(row.source.as_bytes());
                v.text(row.kind.name());
            })?;
        }
        bulk.finish().map(drop)
    }

    fn waits(&mut self, all: &[One<'_>]) -> Result<()> {
        let (mut out, mut due) = (Vec::new(), Vec::new());
        for one in all {
            let Step::Wait { out: why, due: until, .. } = one.step else { continue };
            out.push((&one.row.source, why.map(|(reason, since)| (reason.name(), since.0))));
            due.extend(until.map(|until| (&one.row.source, until)));
        }
        self.out(&out)?;
        pending::mark_each(self.tx, self.connection, &due)
    }

    /// Notes on links why and since when their people are out.
    fn out(&mut self, links: &[(&SourceId, Option<(&str, i64)>)]) -> Result<()> {
        if links.is_empty() {
            return Ok(());
        }
        let mut bulk = self.tx.bulk(&OUT)?;
        for (source, why) in links {
            bulk.row(|v| {
                v.int(self.connection.get());
                v.blob(source.as_bytes());
                v.opt_text(why.map(|(reason, _)| reason));
                v.opt_int(why.map(|(_, since)| since));
            })?;
        }
        bulk.finish().map(drop)
    }
}
