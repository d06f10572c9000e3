//! The change log: which field of which contact changed when, and by whom. Values before and after lie in a table of
//! their own and go after [`KEPT_DAYS`]; until then a former name or address still finds its contact (W5).
//!
//! Rule: a first fill logs nothing; that a run created a contact stands in the contact's own row.

use std::collections::BTreeMap;

use model::ids::{ContactId, CustomerId, RunId};
use model::plan::FieldChange;
use model::search::NAMING;
use model::{Field, Timestamp, Values};

use crate::contact::get;
use crate::db::{Bulk, List, Tx, Type, Verb, params};
use crate::error::{Result, StoreError};
use crate::search::{self, Touched};
use crate::store::Book;

/// How long values of the change log are kept, as long as the bin keeps removed contacts.
pub const KEPT_DAYS: i64 = 30;

/// Values older than this are past their term.
pub(crate) fn kept_since(now: Timestamp) -> Timestamp {
    now.plus_days(-KEPT_DAYS)
}

/// Who changed something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// A run, an undo's included.
    Run(RunId),
    /// A person.
    Hand,
}

impl By {
    /// The stable name of who it was.
    const fn actor(self) -> &'static str {
        match self {
            Self::Run(_) => "run",
            Self::Hand => "hand",
        }
    }

    /// From its columns.
    fn stored(actor: &str, run: Option<i64>) -> Option<Self> {
        match (actor, run) {
            ("run", Some(run)) => Some(Self::Run(RunId(run))),
            ("hand", None) => Some(Self::Hand),
            _ => None,
        }
    }
}

/// What happened to a contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Event {
    /// It was added.
    Created,
    /// A field got another value.
    Changed(Field),
    /// It was tied to a source user.
    Linked,
    /// That tie was cut.
    Unlinked,
    /// It was marked as left.
    Left,
    /// That mark went.
    Returned,
    /// It went to the bin.
    Removed,
    /// It came out of the bin.
    Restored,
    /// A field was pinned.
    Pinned(Field),
    /// That pin went.
    Unpinned(Field),
}

impl Event {
    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Changed(_) => "changed",
            Self::Linked => "linked",
            Self::Unlinked => "unlinked",
            Self::Left => "left",
            Self::Returned => "returned",
            Self::Removed => "removed",
            Self::Restored => "restored",
            Self::Pinned(_) => "pinned",
            Self::Unpinned(_) => "unpinned",
        }
    }

    /// The field that it is about.
    pub const fn field(self) -> Option<Field> {
        match self {
            Self::Changed(field) | Self::Pinned(field) | Self::Unpinned(field) => Some(field),
            Self::Created
            | Self::Linked
            | Self::Unlinked
            | Self::Left
            | Self::Returned
            | Self::Removed
            | Self::Restored => None,
        }
    }

    fn stored(kind: &str, field: &str) -> Option<Self> {
        let of = Field::named(field);
        Some(match kind {
            "created" => Self::Created,
            "changed" => Self::Changed(of?),
            "linked" => Self::Linked,
            "unlinked" => Self::Unlinked,
            "left" => Self::Left,
            "returned" => Self::Returned,
            "removed" => Self::Removed,
            "restored" => Self::Restored,
            "pinned" => Self::Pinned(of?),
            "unpinned" => Self::Unpinned(of?),
            _ => return None,
        })
    }
}

/// A line of a contact's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: By,
    /// What.
    pub event: Event,
    /// The value before; `None` also where its term has passed.
    pub before: Option<String>,
    /// The value after.
    pub after: Option<String>,
}

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
        use std::collections::btree_map::Entry;
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
            By::Hand => None,
        };
        let actor = self.by.actor();
        let mut bulk = tx.bulk(&CHANGE)?;
        for (contact, event) in self.lines.keys() {
            bulk.row(|v| {
                v.int(contact.get());
                v.int(self.at.0);
                v.text(event.name());
                v.text(event.field().map_or("", Field::name));
                v.opt_int(run);
                v.text(actor);
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

/// A name or address that a contact had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Former {
    /// Until then.
    pub at: Timestamp,
    /// The name or address.
    pub value: String,
}

pub(crate) const FORMER: &str = "SELECT v.at, v.before, v.contact FROM change c JOIN change_value v \
                      ON v.customer = $1 AND v.at = c.at AND v.contact = c.contact AND v.field = c.field \
                      WHERE c.contact BETWEEN $2 AND $3 AND c.kind = 'changed' AND v.before IS NOT NULL";

/// Former names and addresses of a contact, as far as they are still kept.
pub(crate) fn former(tx: &mut Tx<'_>, contact: ContactId) -> Result<Vec<Former>> {
    former_in(tx, contact, &NAMING)
}

/// Former values of these fields.
pub(crate) fn former_in(tx: &mut Tx<'_>, contact: ContactId, fields: &[Field]) -> Result<Vec<Former>> {
    let sql = format!("{FORMER} AND c.field IN ({})", list(fields));
    let key = params![contact.customer().0, contact.get(), contact.get()];
    tx.query(&sql, key, |row| Ok(Former { at: Timestamp(row.int(0)?), value: row.text(1)?.to_owned() }))
}

/// The same for some contacts of a customer, each with an entry.
pub(crate) fn former_of(
    tx: &mut Tx<'_>,
    customer: CustomerId,
    ids: &[i64],
) -> Result<BTreeMap<ContactId, Vec<String>>> {
    let mut all: BTreeMap<ContactId, Vec<String>> =
        ids.iter().map(|id| (ContactId::from_stored(*id), Vec::new())).collect();
    if ids.is_empty() {
        return Ok(all);
    }
    let of = List::Ints.holds(tx.engine(), 2);
    let sql = format!(
        "SELECT v.contact, v.before FROM change c JOIN change_value v ON v.customer = $1 AND v.at = c.at \
         AND v.contact = c.contact AND v.field = c.field WHERE c.contact {of} AND c.kind = 'changed' \
         AND v.before IS NOT NULL AND c.field IN ({})",
        list(&NAMING)
    );
    tx.for_each(&sql, params![customer.0, ids], |row| {
        all.entry(ContactId::from_stored(row.int(0)?)).or_default().push(row.text(1)?.to_owned());
        Ok(())
    })?;
    Ok(all)
}

/// The same for all contacts of a customer.
pub(crate) fn former_of_customer(
    tx: &mut Tx<'_>,
    customer: CustomerId,
) -> Result<BTreeMap<ContactId, Vec<String>>> {
    let (low, high) = ContactId::range(customer);
    let sql = format!("{FORMER} AND c.field IN ({})", list(&NAMING));
    let mut all: BTreeMap<ContactId, Vec<String>> = BTreeMap::new();
    tx.for_each(&sql, params![customer.0, low, high], |row| {
        all.entry(ContactId::from_stored(row.int(2)?)).or_default().push(row.text(1)?.to_owned());
        Ok(())
    })?;
    Ok(all)
}

fn list(fields: &[Field]) -> String {
    fields.iter().map(|field| format!("'{}'", field.name())).collect::<Vec<_>>().join(", ")
}

/// Takes a contact's words and values out of search index and change log, for erasing a person; that something changed
/// stays known. Call it while the contact's row is still there, and [`search::scrub`] when all are done.
pub(crate) fn erase(tx: &mut Tx<'_>, contact: ContactId) -> Result<()> {
    let customer = contact.customer();
    if let Some(living) = get(tx, contact)? {
        let former = former(tx, contact)?.into_iter().map(|f| f.value).collect();
        let mut touched = Touched::before(customer, Some(&living.values), former);
        touched.now = None;
        search::replace(tx, customer, &BTreeMap::from([(contact, touched)]))?;
    }
    let sql = "DELETE FROM change_value WHERE customer = $1 AND contact = $2 \
               AND at IN (SELECT at FROM change WHERE contact = $2)";
    tx.exec(sql, params![customer.0, contact.get()]).map(drop)
}

impl Book {
    /// What happened to a contact, living or in the bin, newest first.
    pub fn history(&self, contact: ContactId) -> Result<Vec<Line>> {
        self.owns_contact(contact)?;
        let sql = "SELECT c.at, c.kind, c.field, c.run, v.before, v.after, c.actor FROM change c LEFT JOIN change_value v \
                   ON v.customer = $1 AND v.at = c.at AND v.contact = c.contact AND v.field = c.field AND c.kind = 'changed' \
                   WHERE c.contact = $2 ORDER BY c.at DESC, c.kind, c.field";
        let created = "SELECT r.started_at, r.id FROM contact c JOIN run r ON r.id = c.created_run WHERE c.id = $1 \
                       UNION ALL SELECT r.started_at, r.id FROM bin c JOIN run r ON r.id = c.created_run WHERE c.id = $1";
        self.store.db.read(|tx| {
            let mut lines = tx.query(sql, params![self.customer.id.0, contact.get()], |row| {
                let unreadable = || StoreError::Corrupt("a line of the change log is unreadable".into());
                Ok(Line {
                    at: Timestamp(row.int(0)?),
                    by: By::stored(row.text(6)?, row.opt_int(3)?).ok_or_else(unreadable)?,
                    event: Event::stored(row.text(1)?, row.text(2)?).ok_or_else(unreadable)?,
                    before: row.opt_text(4)?.map(ToOwned::to_owned),
                    after: row.opt_text(5)?.map(ToOwned::to_owned),
                })
            })?;
            let first = tx.query_opt(created, params![contact.get()], |row| {
                let (at, by) = (Timestamp(row.int(0)?), By::Run(RunId(row.int(1)?)));
                Ok(Line { at, by, event: Event::Created, before: None, after: None })
            })?;
            lines.extend(first);
            Ok(lines)
        })
    }
}
