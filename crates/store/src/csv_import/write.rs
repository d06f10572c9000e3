//! Writing an import: one transaction, in which what was planned is seen to be so first.

use std::collections::{BTreeMap, BTreeSet};

use model::group::{MadeBy, folded};
use model::ids::{ConnectionId, ContactId, GroupId, SourceId};
use model::plan::differing;
use model::{Contact, Field, Key, Origin, Timestamp};

use super::{AT_ONCE, Addresses, ChangedRow, CsvDone, CsvFile, CsvRows};
use crate::contact::{
    Naming, NewContact, Whose, count, get_all, insert_uncounted, made_by, reserve, write_contacts,
};
use crate::db::{Bulk, List, Tx, Type, Verb, params};
use crate::error::Result;
use crate::history::{Event, Pen, former_of};
use crate::pending;
use crate::store::{Book, next};

const MEMBERS: Bulk = Bulk {
    table: "contact_member",
    columns: &[("contact_group", Type::Int), ("contact", Type::Int), ("made_by", Type::Int)],
    verb: Verb::Insert { on_conflict: "ON CONFLICT DO NOTHING" },
};
const ROWS: Bulk = Bulk {
    table: "csv_import_row",
    columns: &[("import", Type::Int), ("contact", Type::Int), ("created", Type::Int)],
    verb: Verb::Insert { on_conflict: "" },
};

impl Book {
    /// Imports all of it or nothing. Whoever asks twice about one upload at once imports it once.
    pub fn import_rows(&self, rows: &CsvRows<'_>, now: Timestamp) -> Result<CsvDone> {
        self.store.db.write_over(|tx| {
            let seen = as_seen(tx, self, rows)?;
            if let Some(upload) = rows.file.upload {
                // The first one's import has changed the book.
                let waits =
                    if seen.is_some() { self.take_upload(tx, upload)? } else { self.has_upload(tx, upload)? };
                if !waits {
                    return Ok(CsvDone::FileGone);
                }
            }
            let Some(contacts) = seen else { return Ok(CsvDone::BookChanged) };
            let groups = self.groups_named(tx, rows.groups)?;
            let first = reserve(tx, self, "next_contact", rows.new.len() as i64)?;
            let mut pen = self.pen(now);
            let mut keys = Keys::default();
            change(tx, &mut pen, &mut keys, (contacts, rows.changed))?;
            let id_of = |at: usize| ContactId::new(self.customer.id, first + at as i64);
            let new = rows.new.iter().enumerate().map(|(at, row)| NewContact {
                id: id_of(at),
                origin: Origin::Csv,
                values: &row.values,
                at: now,
                run: None,
            });
            let (created, _) = insert_uncounted(tx, self.customer.id, new)?;
            for (at, row) in rows.new.iter().enumerate() {
                pen.note(id_of(at), Event::Created);
                keys.add(row.values.key().as_ref());
            }
            let fresh = rows.new.iter().enumerate().map(|(at, row)| (id_of(at), &row.groups));
            let known = rows.changed.iter().map(|row| (row.contact, &row.groups));
            join(tx, &mut pen, &groups, known.chain(fresh.clone()))?;
            pen.finish(tx)?;
            keys.mark(tx, self)?;
            let changed: Vec<i64> = rows.changed.iter().map(|row| row.contact.get()).collect();
            mark_linked(tx, self, &changed)?;
            let import = next(tx, "csv_import")?;
            let sql = "INSERT INTO csv_import (id, customer, actor, file, at, created, changed, upload) \
                       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
            let (customer, actor) = (self.customer.id.0, self.by.actor());
            let CsvFile { name, upload } = rows.file;
            let n = changed.len() as i64;
            tx.exec(sql, params![import, customer, &*actor, name, now.0, created, n, upload])?;
            let mut bulk = tx.bulk(&ROWS)?;
            for (contact, made) in changed.iter().map(|id| (*id, 0)).chain(fresh.map(|(id, _)| (id.get(), 1)))
            {
                bulk.row(|v| {
                    v.int(import);
                    v.int(contact);
                    v.int(made);
                })?;
            }
            bulk.finish()?;
            count(tx, self.customer.id, Whose::Hand, created)?;
            Ok(CsvDone::Import(import))
        })
    }

    /// The groups of these names, by place; made where there are none.
    fn groups_named(&self, tx: &mut Tx<'_>, names: &[String]) -> Result<Vec<GroupId>> {
        if names.is_empty() {
            return Ok(Vec::new());
        }
        let (low, high) = GroupId::range(self.customer.id);
        let sql = "SELECT id, name FROM contact_group WHERE id BETWEEN $1 AND $2 ORDER BY id DESC";
        let there = tx.query(sql, params![low, high], |row| {
            Ok((folded(row.text(1)?), GroupId::from_stored(row.int(0)?)))
        })?;
        // The oldest of several.
        let mut there: BTreeMap<String, GroupId> = there.into_iter().collect();
        let mut all = Vec::new();
        for name in names {
            let known = there.get(&folded(name)).copied();
            let id = if let Some(id) = known {
                id
            } else {
                let id = GroupId::new(self.customer.id, reserve(tx, self, "next_group", 1)?);
                tx.exec("INSERT INTO contact_group (id, name) VALUES ($1, $2)", params![id.get(), name])?;
                there.insert(folded(name), id);
                id
            };
            all.push(id);
        }
        Ok(all)
    }
}

/// The contacts that change, where all of them are as they were seen and no address is taken meanwhile.
fn as_seen(tx: &mut Tx<'_>, book: &Book, rows: &CsvRows<'_>) -> Result<Option<BTreeMap<ContactId, Contact>>> {
    let mut contacts = BTreeMap::new();
    for some in rows.changed.chunks(AT_ONCE) {
        let ids: Vec<i64> = some.iter().map(|row| row.contact.get()).collect();
        some.iter().try_for_each(|row| book.owns_contact(row.contact))?;
        contacts.extend(get_all(tx, &ids)?);
    }
    let same = |row: &ChangedRow| contacts.get(&row.contact).is_some_and(|c| c.values.digest() == row.seen);
    if !rows.changed.iter().all(same) {
        return Ok(None);
    }
    if rows.addresses == Addresses::Free {
        let new = rows.new.iter().filter_map(|row| row.values.key());
        let mut keys = BTreeSet::new();
        for key in new.chain(rows.changed.iter().filter_map(|row| gets(row, &contacts))) {
            if !keys.insert(key) {
                return Ok(None);
            }
        }
        let digests: Vec<i64> = keys.iter().map(Key::digest).collect();
        let (low, high) = ContactId::range(book.customer.id);
        let of = List::Ints.holds(tx.engine(), 1);
        let sql = format!("SELECT email FROM contact WHERE key_digest {of} AND id BETWEEN $2 AND $3");
        for some in digests.chunks(AT_ONCE) {
            let there =
                tx.query(&sql, params![some, low, high], |row| Ok(row.opt_text(0)?.and_then(Key::of)))?;
            if there.iter().flatten().any(|key| keys.contains(key)) {
                return Ok(None);
            }
        }
    }
    Ok(Some(contacts))
}

/// The key that a contact gets which has another one.
fn gets(row: &ChangedRow, contacts: &BTreeMap<ContactId, Contact>) -> Option<Key> {
    let (_, email) = row.fields.iter().find(|(field, _)| *field == Field::Email)?;
    let before = contacts.get(&row.contact).and_then(|contact| contact.values.key());
    email.as_deref().and_then(Key::of).filter(|key| before.as_ref() != Some(key))
}

fn change(
    tx: &mut Tx<'_>,
    pen: &mut Pen,
    keys: &mut Keys,
    (mut contacts, rows): (BTreeMap<ContactId, Contact>, &[ChangedRow]),
) -> Result<()> {
    let mut written = Vec::new();
    for some in rows.chunks(AT_ONCE) {
        let ids: Vec<i64> = some.iter().map(|row| row.contact.get()).collect();
        let Some(first) = some.first() else { continue };
        pen.know(former_of(tx, first.contact.customer(), &ids)?);
        for row in some {
            let Some(mut contact) = contacts.remove(&row.contact) else { continue };
            let before = contact.values.clone();
            for (field, value) in &row.fields {
                contact.values.set(*field, value.as_deref());
            }
            if let Some(joined) = contact.values.joined_name() {
                contact.values.set(Field::DisplayName, Some(&joined));
            }
            let changes = differing(&before, &contact.values);
            if changes.is_empty() {
                continue;
            }
            keys.add(before.key().as_ref());
            keys.add(contact.values.key().as_ref());
            pen.changed(tx, contact.id, (&before, &contact.values), &changes)?;
            contact.updated_at = pen.at();
            written.push(contact);
        }
    }
    write_contacts(tx, &written, Naming::Changed)
}

fn join<'a>(
    tx: &mut Tx<'_>,
    pen: &mut Pen,
    groups: &[GroupId],
    who: impl Iterator<Item = (ContactId, &'a Vec<usize>)>,
) -> Result<()> {
    let mut bulk = tx.bulk(&MEMBERS)?;
    for (contact, places) in who {
        let of: BTreeSet<GroupId> = places.iter().filter_map(|at| groups.get(*at).copied()).collect();
        for group in of {
            bulk.row(|v| {
                v.int(group.get());
                v.int(contact.get());
                v.int(made_by(MadeBy::Hand));
            })?;
            pen.note(contact, Event::Joined(group));
        }
    }
    bulk.finish().map(drop)
}

/// Keys of contacts that come, go or change: whoever of the tenant has one is planned anew.
#[derive(Default)]
pub(super) struct Keys(BTreeSet<i64>);

impl Keys {
    pub(super) fn add(&mut self, key: Option<&Key>) {
        self.0.extend(key.map(Key::digest));
    }

    pub(super) fn mark(self, tx: &mut Tx<'_>, book: &Book) -> Result<()> {
        let digests: Vec<i64> = self.0.into_iter().collect();
        let (low, high) = ConnectionId::range(book.customer.id);
        let of = List::Ints.holds(tx.engine(), 3);
        let sql = format!(
            "SELECT connection, source FROM source_user WHERE connection BETWEEN $1 AND $2 AND key_digest {of}"
        );
        let mut people: BTreeMap<ConnectionId, BTreeSet<SourceId>> = BTreeMap::new();
        for some in digests.chunks(AT_ONCE) {
            tx.for_each(&sql, params![low, high, some], |row| {
                let of = people.entry(ConnectionId::from_stored(row.int(0)?)).or_default();
                of.insert(SourceId::from_bytes(row.blob(1)?));
                Ok(())
            })?;
        }
        for (connection, people) in people {
            pending::mark(tx, connection, &people.into_iter().collect::<Vec<_>>(), Timestamp::START)?;
        }
        Ok(())
    }
}

/// Marks whoever is linked to these contacts.
pub(super) fn mark_linked(tx: &mut Tx<'_>, book: &Book, contacts: &[i64]) -> Result<()> {
    if contacts.is_empty() {
        return Ok(());
    }
    let (low, high) = ConnectionId::range(book.customer.id);
    let sql = "SELECT id FROM connection WHERE id BETWEEN $1 AND $2";
    let connections = tx.query(sql, params![low, high], |row| row.int(0))?;
    let seq = next(tx, "pending")?;
    let mark = |id: i64| pending::mark_linked(tx, ConnectionId::from_stored(id), contacts, seq);
    connections.into_iter().try_for_each(mark)
}
