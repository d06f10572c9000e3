//! Lines of a plan that somebody looks for: those about people and groups whom a name means, and those that change a field. A plan
//! stores of its people ids alone, so who is meant is told from outside, by the book's index and by the tenant's roster.

use std::collections::{BTreeMap, BTreeSet};

use model::Field;
use model::ids::{ConnectionId, ContactId, PlanId, SourceId};
use model::plan::OpKind;
use model::search::Term;

use super::rows::{COLUMNS, read_row};
use super::{PlanRow, counts};
use crate::codec::Decoder;
use crate::db::{Engine, List, Param, Row};
use crate::error::{Result, StoreError};
use crate::hold::HoldRow;
use crate::search::candidates;
use crate::store::Book;

/// Whom a name means.
pub struct Meant<'a> {
    /// People and groups of the tenant.
    pub sources: &'a BTreeSet<SourceId>,
    /// Contacts of the book.
    pub contacts: &'a BTreeSet<ContactId>,
    /// Whether it means a group of this name, which the tenant may have no more.
    pub group: &'a dyn Fn(&str) -> bool,
}

/// What is looked for; nothing but what both say.
#[derive(Default)]
pub struct Sought<'a> {
    /// Whom lines are about.
    pub meant: Option<Meant<'a>>,
    /// What they change. A new contact changes no field: it has none before.
    pub field: Option<Field>,
}

/// A line that was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FoundLine {
    /// Its place in the plan.
    pub n: i64,
    /// Its kind.
    pub kind: OpKind,
}

/// As many people and contacts are looked for in the database itself.
const FEW: usize = 20_000;
/// Kinds that change no field of a contact that is there.
const CHANGE_NO_FIELD: [OpKind; 6] = [
    OpKind::Create,
    OpKind::TakeOver,
    OpKind::GroupCreate,
    OpKind::GroupRename,
    OpKind::GroupUntie,
    OpKind::Members,
];
/// Kinds that say a group's name.
const NAMED: [OpKind; 3] = [OpKind::GroupCreate, OpKind::GroupRename, OpKind::GroupUntie];

impl Book {
    /// Contacts in which, or in whose group's name, each term starts a word, as the index says it; a former name counts until it is
    /// forgotten.
    pub fn meant_by(&self, terms: &[Term]) -> Result<BTreeSet<ContactId>> {
        if terms.is_empty() {
            return Ok(BTreeSet::new());
        }
        let found = self.store.db.read(|tx| candidates(tx, self.customer.id, terms, None, i64::MAX))?;
        Ok(found.into_iter().collect())
    }

    /// The lines of a plan that are looked for and not held, in their order; one pass over the plan.
    pub fn plan_found(&self, plan: PlanId, sought: &Sought<'_>) -> Result<Vec<FoundLine>> {
        let of_field = sought.field.map_or_else(String::new, |_| {
            let names = CHANGE_NO_FIELD.map(|kind| format!("'{}'", kind.name())).join(", ");
            format!(" AND o.kind NOT IN ({names})")
        });
        let (mut sources, mut contacts) = (Vec::new(), Vec::new());
        // The database leaves out whom a few mean; many are compared here.
        let few = sought.meant.as_ref().filter(|meant| meant.sources.len() + meant.contacts.len() <= FEW);
        if let Some(meant) = few {
            sources.extend(meant.sources.iter().map(SourceId::as_bytes));
            contacts.extend(meant.contacts.iter().map(|id| id.get()));
        }
        let mut key = vec![Param::Int(plan.0), Param::Int(self.customer.id.0)];
        if few.is_some() {
            key.extend([Param::Blobs(&sources), Param::Ints(&contacts)]);
        }
        let engine = self.store.db.engine();
        let mut found = Vec::new();
        self.store.db.read(|tx| {
            let of_few = if few.is_some() {
                let counts = counts::known(tx, self, plan)?;
                let says_names = counts.iter().any(|count| NAMED.contains(&count.kind));
                about(engine, says_names)
            } else {
                String::new()
            };
            let sql = format!(
                "SELECT o.n, o.kind, o.contact, o.source, o.detail FROM plan p JOIN plan_op o ON o.plan = p.id \
                 WHERE p.id = $1 AND p.customer = $2 AND o.held IS NULL{of_field}{of_few} ORDER BY o.n"
            );
            tx.for_each(&sql, &key, |row| {
                let kind = OpKind::named(row.text(1)?).ok_or_else(unreadable)?;
                let meant = sought.meant.as_ref().map_or(Ok(true), |meant| is_meant(row, kind, meant))?;
                if meant && sought.field.map_or(Ok(true), |field| changes(row, kind, field))? {
                    found.push(FoundLine { n: row.int(0)?, kind });
                }
                Ok(())
            })
        })?;
        Ok(found)
    }

    /// These lines of a plan, in their order.
    pub fn plan_lines_at(&self, plan: PlanId, places: &[i64]) -> Result<Vec<PlanRow>> {
        let which = List::Ints.holds(self.store.db.engine(), 3);
        let sql = format!(
            "SELECT {COLUMNS} FROM plan_op WHERE plan = (SELECT id FROM plan WHERE id = $1 AND customer = $2) AND n {which} ORDER BY n"
        );
        let key = [Param::Int(plan.0), Param::Int(self.customer.id.0), Param::Ints(places)];
        self.store.db.look_up(|tx| tx.query(&sql, &key, read_row))
    }

    /// What these holds are about, each as the last plan has it that shows just what the hold does; `None` where no plan that is
    /// still known does. As many as fit a page.
    pub fn held_lines(&self, connection: ConnectionId, holds: &[HoldRow]) -> Result<Vec<Option<PlanRow>>> {
        self.owns(connection)?;
        let about: BTreeSet<&[u8]> = holds.iter().map(|hold| hold.source.as_bytes()).collect();
        let about: Vec<&[u8]> = about.into_iter().collect();
        let which = List::Blobs.holds(self.store.db.engine(), 3);
        let sql = format!(
            "SELECT {COLUMNS}, COALESCE(seen, 0) FROM plan_op WHERE held IS NOT NULL AND source {which} AND plan IN \
             (SELECT id FROM plan WHERE customer = $1 AND connection = $2) ORDER BY plan, n"
        );
        let key = [Param::Int(self.customer.id.0), Param::Int(connection.get()), Param::Blobs(&about)];
        let mut found = BTreeMap::new();
        for (row, seen) in self.store.db.look_up(|tx| {
            tx.query(&sql, &key, |row| Ok((read_row(row)?, row.int(COLUMNS.split(',').count())?)))
        })? {
            found.insert((row.source.clone(), row.kind, seen), row);
        }
        Ok(holds
            .iter()
            .map(|hold| found.get(&(hold.source.clone(), hold.kind, hold.seen)).cloned())
            .collect())
    }
}

/// Only lines about the people of parameter 3 and the contacts of parameter 4, and those that say a group's name. Each line is
/// compared with each of the three, so what no line of the plan can be is not asked for.
fn about(engine: Engine, says_names: bool) -> String {
    let (blobs, ints) = (List::Blobs.holds(engine, 3), List::Ints.holds(engine, 4));
    let named = if says_names {
        format!(" OR o.kind IN ({})", NAMED.map(|kind| format!("'{}'", kind.name())).join(", "))
    } else {
        String::new()
    };
    format!(" AND (o.source {blobs} OR o.contact {ints}{named})")
}

fn unreadable() -> StoreError {
    StoreError::Corrupt("a stored plan is unreadable".into())
}

fn is_meant(row: &Row<'_>, kind: OpKind, meant: &Meant<'_>) -> Result<bool> {
    if row.opt_int(2)?.is_some_and(|id| meant.contacts.contains(&ContactId::from_stored(id)))
        || meant.sources.contains(&SourceId::from_bytes(row.blob(3)?))
    {
        return Ok(true);
    }
    if !NAMED.contains(&kind) {
        return Ok(false);
    }
    let mut from = Decoder::new(row.blob(4)?)?;
    from.int()?;
    Ok(from.opt_text()?.is_some_and(|name| (meant.group)(&name)))
}

/// Before anything else of a person's operation stand its changes ([`super::rows`]).
fn changes(row: &Row<'_>, kind: OpKind, field: Field) -> Result<bool> {
    if CHANGE_NO_FIELD.contains(&kind) {
        return Ok(false);
    }
    let mut from = Decoder::new(row.blob(4)?)?;
    for _ in 0..from.int()? {
        if usize::from(from.byte()?) == field.index() {
            return Ok(true);
        }
        from.opt_text()?;
        from.opt_text()?;
    }
    Ok(false)
}
