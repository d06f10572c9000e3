//! Taking an import back: contacts that it made go to the bin, fields that it wrote get their values back, and whoever it brought into
//! a group leaves it.
//!
//! Rule: what changed since stays, and is told. Somebody who is linked by now stays too, for a run would bring them back.

use std::collections::{BTreeMap, BTreeSet};

use model::ids::{ContactId, GroupId};
use model::plan::FieldChange;
use model::text::fnv1a_from;
use model::{Field, Timestamp};

use super::write::{Keys, mark_linked};
use super::{AT_ONCE, CsvImport};
use crate::contact::{Naming, get_all, to_bin_all, write_contacts};
use crate::db::{List, Row, Tx, params};
use crate::error::{Result, StoreError};
use crate::history::{Event, former_of};
use crate::store::Book;

/// What taking an import back does.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CsvUndo {
    /// Contacts that go to the bin.
    pub remove: Vec<ContactId>,
    /// Contacts whose fields get the values from before; `before` is what they say now.
    pub restore: BTreeMap<ContactId, Vec<FieldChange>>,
    /// Groups that contacts leave.
    pub leave: BTreeSet<(GroupId, ContactId)>,
    /// What stays as it is.
    pub kept: BTreeMap<ContactId, CsvKept>,
}

impl CsvUndo {
    /// A digest of all that it does, so that nothing else is done than what somebody saw.
    pub fn digest(&self) -> u64 {
        let number = |hash, n: i64| fnv1a_from(hash, &n.to_le_bytes());
        let text = |hash, text: &str| fnv1a_from(fnv1a_from(hash, text.as_bytes()), &[0xff]);
        let hash =
            self.remove.iter().fold(number(0, self.remove.len() as i64), |hash, id| number(hash, id.get()));
        let hash = self.restore.iter().fold(hash, |hash, (id, changes)| {
            changes.iter().fold(number(hash, id.get()), |hash, change| {
                let hash =
                    text(text(hash, change.field.name()), change.before.as_deref().unwrap_or_default());
                text(hash, change.after.as_deref().unwrap_or_default())
            })
        });
        let leave = self.leave.iter();
        let hash = leave.fold(number(hash, self.leave.len() as i64), |hash, (group, contact)| {
            number(number(hash, group.get()), contact.get())
        });
        self.kept.iter().fold(hash, |hash, (id, why)| match why {
            CsvKept::Changed => number(number(hash, id.get()), 1),
            CsvKept::Linked => number(number(hash, id.get()), 2),
            CsvKept::Gone => number(number(hash, id.get()), 3),
            CsvKept::Fields(fields) => {
                fields.iter().fold(number(hash, id.get()), |hash, field| text(hash, field.name()))
            }
        })
    }
}

/// What became of taking an import back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CsvTaken {
    /// This was done.
    Back(CsvUndo),
    /// It was taken back before: nothing was done.
    Already,
    /// It would do something else than what was seen: nothing was done.
    Otherwise,
}

/// Why a contact stays as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CsvKept {
    /// It was changed after the import.
    Changed,
    /// It is linked to somebody of the tenant by now.
    Linked,
    /// It is in the book no more.
    Gone,
    /// These fields say something else by now, or their values before are past their term.
    Fields(Vec<Field>),
}

impl Book {
    /// What taking an import back would do now.
    pub fn csv_undo(&self, import: &CsvImport) -> Result<CsvUndo> {
        self.store.db.read(|tx| plan(tx, self, import))
    }

    /// Takes an import back as a whole; `seen` is the [`CsvUndo::digest`] of what was shown, where somebody was asked.
    pub fn undo_csv_import(&self, n: i64, seen: Option<u64>, now: Timestamp) -> Result<CsvTaken> {
        let import = self.csv_import(n)?.ok_or(StoreError::NotFound)?;
        self.store.db.write(|tx| {
            let undo = plan(tx, self, &import)?;
            if seen.is_some_and(|seen| seen != undo.digest()) {
                let sql = "SELECT id FROM csv_import WHERE id = $1 AND undone_at IS NULL";
                let stands = tx.query_opt(sql, params![n], |row| row.int(0))?.is_some();
                return Ok(if stands { CsvTaken::Otherwise } else { CsvTaken::Already });
            }
            let mark = "UPDATE csv_import SET undone_at = $1 WHERE id = $2 AND undone_at IS NULL";
            if tx.exec(mark, params![now.0, n])? == 0 {
                return Ok(CsvTaken::Already);
            }
            self.carry_out(tx, &undo, now)?;
            Ok(CsvTaken::Back(undo))
        })
    }

    fn carry_out(&self, tx: &mut Tx<'_>, undo: &CsvUndo, now: Timestamp) -> Result<()> {
        let (mut pen, mut keys) = (self.pen(now), Keys::default());
        let restored: Vec<i64> = undo.restore.keys().map(|id| id.get()).collect();
        let removed: Vec<i64> = undo.remove.iter().map(|id| id.get()).collect();
        let mut written = Vec::new();
        for some in restored.chunks(AT_ONCE) {
            pen.know(former_of(tx, self.customer.id, some)?);
            for (id, mut contact) in get_all(tx, some)? {
                let before = contact.values.clone();
                let changes = undo.restore.get(&id).map(Vec::as_slice).unwrap_or_default();
                for change in changes {
                    contact.values.set(change.field, change.after.as_deref());
                }
                keys.add(before.key().as_ref());
                keys.add(contact.values.key().as_ref());
                pen.changed(tx, id, (&before, &contact.values), changes)?;
                contact.updated_at = now;
                written.push(contact);
            }
        }
        write_contacts(tx, &written, Naming::Changed)?;
        for (group, contact) in &undo.leave {
            let sql = "DELETE FROM contact_member WHERE contact_group = $1 AND contact = $2";
            if tx.exec(sql, params![group.get(), contact.get()])? > 0 {
                pen.note(*contact, Event::Parted(*group));
            }
        }
        for some in removed.chunks(AT_ONCE) {
            pen.know(former_of(tx, self.customer.id, some)?);
            for (id, contact) in get_all(tx, some)? {
                keys.add(contact.values.key().as_ref());
                pen.removed(tx, id, &contact.values)?;
            }
        }
        keys.mark(tx, self)?;
        mark_linked(tx, self, &restored)?;
        pen.finish(tx)?;
        // Last, for it counts.
        to_bin_all(tx, &removed, now, None)
    }
}

fn plan(tx: &mut Tx<'_>, book: &Book, import: &CsvImport) -> Result<CsvUndo> {
    let sql = "SELECT contact, created FROM csv_import_row WHERE import = $1 ORDER BY contact";
    let rows = tx.query(sql, params![import.n], |row| Ok((row.int(0)?, row.int(1)? == 1)))?;
    let mut undo = CsvUndo::default();
    for some in rows.chunks(AT_ONCE) {
        let ids = |made: bool| -> Vec<i64> {
            some.iter().filter(|(_, created)| *created == made).map(|(id, _)| *id).collect()
        };
        created(tx, import, &ids(true), &mut undo)?;
        changed(tx, book, import, (&ids(false), &mut undo))?;
    }
    Ok(undo)
}

fn created(tx: &mut Tx<'_>, import: &CsvImport, ids: &[i64], undo: &mut CsvUndo) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let living = get_all(tx, ids)?;
    let of = List::Ints.holds(tx.engine(), 1);
    let among = |tx: &mut Tx<'_>, sql: String, at: i64| -> Result<BTreeSet<i64>> {
        Ok(tx.query(&sql, params![ids, at], |row| row.int(0))?.into_iter().collect())
    };
    let linked = among(
        tx,
        format!("SELECT contact FROM link WHERE contact {of} AND CAST($2 AS BIGINT) IS NOT NULL"),
        0,
    )?;
    let touched = format!("SELECT contact FROM change WHERE contact {of} AND at > $2");
    let touched = among(tx, touched, import.at.0)?;
    for id in ids {
        let contact = ContactId::from_stored(*id);
        let kept = if !living.contains_key(&contact) {
            CsvKept::Gone
        } else if linked.contains(id) {
            CsvKept::Linked
        } else if touched.contains(id) {
            CsvKept::Changed
        } else {
            undo.remove.push(contact);
            continue;
        };
        undo.kept.insert(contact, kept);
    }
    Ok(())
}

fn changed(
    tx: &mut Tx<'_>,
    book: &Book,
    import: &CsvImport,
    (ids, undo): (&[i64], &mut CsvUndo),
) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let living = get_all(tx, ids)?;
    let of = List::Ints.holds(tx.engine(), 1);
    let sql = format!(
        "SELECT c.contact, c.kind, c.field, v.before, v.after, v.contact FROM change c LEFT JOIN change_value v \
         ON v.customer = $3 AND v.at = c.at AND v.contact = c.contact AND v.field = c.field AND c.kind = 'changed' \
         WHERE c.contact {of} AND c.at = $2 ORDER BY c.contact"
    );
    let mut lost: BTreeMap<ContactId, Vec<Field>> = BTreeMap::new();
    let mut joined: BTreeSet<(GroupId, ContactId)> = BTreeSet::new();
    tx.for_each(&sql, params![ids, import.at.0, book.customer.id.0], |row| {
        let id = ContactId::from_stored(row.int(0)?);
        let Some(contact) = living.get(&id) else { return Ok(()) };
        let about = row.text(2)?;
        match (row.text(1)?, Field::named(about)) {
            ("changed", Some(field)) => {
                let known = row.opt_int(5)?.is_some();
                if known && contact.values.get(field) == row.opt_text(4)? {
                    let change = FieldChange {
                        field,
                        before: contact.values.get(field).map(Into::into),
                        after: row.opt_text(3)?.map(Into::into),
                    };
                    undo.restore.entry(id).or_default().push(change);
                } else {
                    lost.entry(id).or_default().push(field);
                }
            }
            ("joined", _) => {
                let group = about.parse().map(GroupId::from_stored);
                joined.extend(group.map(|group| (group, id)));
            }
            _ => {}
        }
        Ok(())
    })?;
    // Who has left such a group since leaves it no more.
    let sql = format!("SELECT contact_group, contact FROM contact_member WHERE contact {of}");
    let member = |row: &Row<'_>| Ok((GroupId::from_stored(row.int(0)?), ContactId::from_stored(row.int(1)?)));
    let members: BTreeSet<(GroupId, ContactId)> = tx.query(&sql, params![ids], member)?.into_iter().collect();
    undo.leave.extend(joined.intersection(&members));
    for id in ids.iter().map(|id| ContactId::from_stored(*id)).filter(|id| !living.contains_key(id)) {
        undo.kept.insert(id, CsvKept::Gone);
    }
    undo.kept.extend(lost.into_iter().map(|(id, fields)| (id, CsvKept::Fields(fields))));
    Ok(())
}
