//! The pen of one transaction: it notes what happens to contacts and writes the log and the search index at the end.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use model::ids::{ContactId, CustomerId};
use model::plan::FieldChange;
use model::{Timestamp, Values};

use super::{By, Event, former};
use crate::contact::Whose;
use crate::db::{Bulk, Tx, Type, Verb};
use crate::error::Result;
use crate::search::{self, Touched};

const CHANGE: Bulk = Bulk {
    table: "change",
    columns: &[
        ("contact", Type::Int),
        ("at", Type::Int),
        ("kind", Type::Text),
        ("field", Type::Text),
        ("run", Type::Int),
        ("actor", Type::Text),
    ],
    verb: Verb::Upsert { keys: 4, guard: None },
};
const VALUE: Bulk = Bulk {
    table: "change_value",
    columns: &[
        ("customer", Type::Int),
        ("at", Type::Int),
        ("contact", Type::Int),
        ("field", Type::Text),
        ("before", Type::Text),
        ("after", Type::Text),
    ],
    // Twice within a millisecond is one change: from the first value to the last.
    verb: Verb::Insert {
        on_conflict: "ON CONFLICT (customer, at, contact, field) DO UPDATE SET after = excluded.after",
    },
};

/// A value before and after.
type FromTo = (Option<Box<str>>, Option<Box<str>>);

/// What one transaction changes about contacts: log and search index follow at its end, all at once.
pub(crate) struct Pen {
    customer: CustomerId,
    by: By,
    at: Timestamp,
    lines: BTreeMap<(ContactId, Event), FromTo>,
    touched: BTreeMap<ContactId, Touched>,
    /// Former names and addresses that were asked for already.
    known: BTreeMap<ContactId, Vec<String>>,
}

impl Pen {
    /// Begins; [`Pen::finish`] writes.
    pub(crate) fn new(customer: CustomerId, by: By, at: Timestamp) -> Self {
        let (lines, touched, known) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        Self { customer, by, at, lines, touched, known }
    }

    /// The time of the changes.
    pub(crate) fn at(&self) -> Timestamp {
        self.at
    }

    /// Whether it is a run's or a person's.
    pub(crate) fn whose(&self) -> Whose {
        match self.by {
            By::Run(_) => Whose::Run,
            By::Hand | By::Account(_) => Whose::Hand,
        }
    }

    /// Takes the former names and addresses of contacts that will change, so that none is asked for alone.
    pub(crate) fn know(&mut self, former: BTreeMap<ContactId, Vec<String>>) {
        self.known.extend(former);
    }

    /// Notes something that leaves the values alone.
    pub(crate) fn note(&mut self, contact: ContactId, event: Event) {
        self.lines.entry((contact, event)).or_default();
    }

    /// Notes changed values. `before` and `after` are the whole contact.
    pub(crate) fn changed(
        &mut self,
        tx: &mut Tx<'_>,
        contact: ContactId,
        (before, after): (&Values, &Values),
        changes: &[FieldChange],
    ) -> Result<()> {
        let touched = self.touch(tx, contact, Some(before))?;
        touched.now = Some(after.clone());
        for change in changes.iter().filter(|c| search::names(c.field)) {
            touched.former.extend(change.before.as_deref().map(str::to_owned));
        }
        for change in changes {
            let line = self.lines.entry((contact, Event::Changed(change.field)));
            let new = || (change.before.clone(), change.after.clone());
            line.and_modify(|(_, after)| after.clone_from(&change.after)).or_insert_with(new);
        }
        Ok(())
    }

    /// Notes that a contact with these values goes to the bin.
    pub(crate) fn removed(&mut self, tx: &mut Tx<'_>, contact: ContactId, values: &Values) -> Result<()> {
        self.touch(tx, contact, Some(values))?.now = None;
        self.note(contact, Event::Removed);
        Ok(())
    }

    /// Notes that a contact with these values came out of the bin.
    pub(crate) fn restored(&mut self, tx: &mut Tx<'_>, contact: ContactId, values: &Values) -> Result<()> {
        self.touch(tx, contact, None)?.now = Some(values.clone());
        self.note(contact, Event::Restored);
        Ok(())
    }

    fn touch(
        &mut self,
        tx: &mut Tx<'_>,
        contact: ContactId,
        values: Option<&Values>,
    ) -> Result<&mut Touched> {
        match self.touched.entry(contact) {
            Entry::Occupied(known) => Ok(known.into_mut()),
            Entry::Vacant(place) => {
                let former = match self.known.remove(&contact) {
                    Some(former) => former,
                    None => former(tx, contact)?.into_iter().map(|f| f.value).collect(),
                };
                Ok(place.insert(Touched::before(self.customer, values, former)))
            }
        }
    }

    /// Writes the log and brings the search index in step.
    pub(crate) fn finish(self, tx: &mut Tx<'_>) -> Result<()> {
        if !self.lines.is_empty() {
            self.write_lines(tx)?;
        }
        search::replace(tx, self.customer, &self.touched)
    }

    fn write_lines(&self, tx: &mut Tx<'_>) -> Result<()> {
        let run = match self.by {
            By::Run(run) => Some(run.0),
            By::Hand | By::Account(_) => None,
        };
        let actor = self.by.actor();
        let mut bulk = tx.bulk(&CHANGE)?;
        for (contact, event) in self.lines.keys() {
            bulk.row(|v| {
                v.int(contact.get());
                v.int(self.at.0);
                v.text(event.name());
                v.text(&event.about());
                v.opt_int(run);
                v.text(&actor);
            })?;
        }
        bulk.finish()?;
        let mut bulk = tx.bulk(&VALUE)?;
        for ((contact, event), (before, after)) in &self.lines {
            let Event::Changed(field) = event else { continue };
            bulk.row(|v| {
                v.int(self.customer.0);
                v.int(self.at.0);
                v.int(contact.get());
                v.text(field.name());
                v.opt_text(before.as_deref());
                v.opt_text(after.as_deref());
            })?;
        }
        bulk.finish().map(drop)
    }
}
