//! Contacts and contact groups: the one place that writes them, for runs, command line and pages alike, and with them the
//! search index and the change log.

use std::collections::BTreeMap;

use model::group::{ContactGroup, MadeBy};
use model::ids::{ConnectionId, ContactId, CustomerId, GroupId, SourceId};
use model::link::LinkOrigin;
use model::plan::FieldChange;
use model::{Contact, Field, Key, Origin, Pin, RunId, Timestamp, Values};

use crate::codec::Encoder;
use crate::db::{Bulk, List, Row, Tx, Type, Verb, params};
use crate::error::{Result, StoreError};
use crate::history::{By, Event, Pen};
use crate::refusal::Refusal;
use crate::store::Book;
use crate::{pending, search};

/// Columns in the order of [`read_contact`]; values follow [`Field::ALL`].
pub(crate) const COLUMNS: &str = "id, origin, left_at, updated_at, created_run, first_name, last_name, display_name, \
                                  email, job_title, department, company, office, mobile, business_phones, site";

/// A page of the bin, in the order of its index.
pub(crate) const BIN_PAGE: &str = "(id >> 40) = $1 AND (removed_at, id) < ($2, $3) \
                                   ORDER BY removed_at DESC, id DESC LIMIT $4";

/// New values of contacts whose address changes; the last column is its index.
const KEYED_VALUES: &[(&str, Type)] = &[
    ("id", Type::Int),
    ("updated_at", Type::Int),
    ("first_name", Type::Text),
    ("last_name", Type::Text),
    ("display_name", Type::Text),
    ("email", Type::Text),
    ("job_title", Type::Text),
    ("department", Type::Text),
    ("company", Type::Text),
    ("office", Type::Text),
    ("mobile", Type::Text),
    ("business_phones", Type::Text),
    ("site", Type::Text),
    ("key_digest", Type::Int),
];
/// New values of contacts whose address stays, so that no index is touched.
const VALUES: &[(&str, Type)] = match KEYED_VALUES.split_last() {
    Some((_, values)) => values,
    None => &[],
};

/// A new contact as a run or a person writes it.
pub(crate) const INSERT: Bulk = Bulk {
    table: "contact",
    columns: &[
        ("id", Type::Int),
        ("key_digest", Type::Int),
        ("origin", Type::Text),
        ("left_at", Type::Int),
        ("updated_at", Type::Int),
        ("created_run", Type::Int),
        ("first_name", Type::Text),
        ("last_name", Type::Text),
        ("display_name", Type::Text),
        ("email", Type::Text),
        ("job_title", Type::Text),
        ("department", Type::Text),
        ("company", Type::Text),
        ("office", Type::Text),
        ("mobile", Type::Text),
        ("business_phones", Type::Text),
        ("site", Type::Text),
    ],
    verb: Verb::Insert { on_conflict: "" },
};

/// A contact with its link and groups, as the book shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookEntry {
    /// The contact.
    pub contact: Contact,
    /// How it is linked.
    pub linked: Option<LinkOrigin>,
    /// To which source user.
    pub source: Option<SourceId>,
    /// Its groups by name.
    pub groups: Vec<(GroupId, String)>,
}

/// A new contact's parts.
#[derive(Clone)]
pub(crate) struct NewContact<'a> {
    pub id: ContactId,
    pub origin: Origin,
    pub values: &'a Values,
    pub at: Timestamp,
    pub run: Option<RunId>,
}

/// Writes new contacts of one customer and indexes them; that a run made them stands in their rows, so nothing is logged.
pub(crate) fn insert<'a>(
    tx: &mut Tx<'_>,
    customer: CustomerId,
    new: impl Iterator<Item = NewContact<'a>> + Clone,
) -> Result<()> {
    search::fill(tx, customer, new.clone().map(|contact| (contact.id, contact.values)))?;
    let mut bulk = tx.bulk(&INSERT)?;
    for contact in new {
        bulk.row(|v| {
            v.int(contact.id.get());
            v.opt_int(contact.values.key().map(|k| k.digest()));
            v.text(contact.origin.name());
            v.opt_int(None);
            v.int(contact.at.0);
            v.opt_int(contact.run.map(|r| r.0));
            for field in Field::ALL {
                v.opt_text(contact.values.get(field));
            }
        })?;
    }
    bulk.finish().map(drop)
}

pub(crate) fn read_contact(row: &Row<'_>) -> Result<Contact> {
    let mut values = Values::default();
    for (at, field) in Field::ALL.into_iter().enumerate() {
        values.set(field, row.opt_text(5 + at)?);
    }
    Ok(Contact {
        id: ContactId::from_stored(row.int(0)?),
        origin: Origin::named(row.text(1)?)
            .ok_or_else(|| StoreError::Corrupt("a contact's origin is unreadable".into()))?,
        left_at: row.opt_int(2)?.map(Timestamp),
        updated_at: Timestamp(row.int(3)?),
        values,
        pins: Vec::new(),
    })
}

pub(crate) fn read_pin(row: &Row<'_>, first: usize) -> Result<Pin> {
    let field = Field::named(row.text(first)?);
    Ok(Pin {
        field: field.ok_or_else(|| StoreError::Corrupt("a pin's field is unreadable".into()))?,
        reason: row.text(first + 1)?.into(),
        until: row.opt_int(first + 2)?.map(Timestamp),
    })
}

/// A living contact.
pub(crate) fn get(tx: &mut Tx<'_>, id: ContactId) -> Result<Option<Contact>> {
    let sql = format!("SELECT {COLUMNS} FROM contact WHERE id = $1");
    tx.query_opt(&sql, params![id.get()], read_contact)
}

/// These of the living contacts.
pub(crate) fn get_all(tx: &mut Tx<'_>, ids: &[i64]) -> Result<BTreeMap<ContactId, Contact>> {
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let sql = format!("SELECT {COLUMNS} FROM contact WHERE id {}", List::Ints.holds(tx.engine(), 1));
    let all = tx.query(&sql, params![ids], read_contact)?;
    Ok(all.into_iter().map(|contact| (contact.id, contact)).collect())
}

/// Whether changes may be written: every value is still what the plan saw.
pub(crate) fn agrees(contact: &Contact, changes: &[FieldChange]) -> bool {
    changes.iter().all(|c| contact.values.get(c.field) == c.before.as_deref())
}

/// Writes changed values.
pub(crate) fn write_changes(
    tx: &mut Tx<'_>,
    pen: &mut Pen,
    contact: &mut Contact,
    changes: &[FieldChange],
) -> Result<()> {
    if changes.is_empty() {
        return Ok(());
    }
    let (before, at) = (contact.values.clone(), pen.at());
    for change in changes {
        contact.values.set(change.field, change.after.as_deref());
    }
    contact.updated_at = at;
    pen.changed(tx, contact.id, (&before, &contact.values), changes)?;
    let columns = changes.iter().enumerate().map(|(at, c)| format!("{} = ${}", c.field.name(), at + 4));
    let sql = format!(
        "UPDATE contact SET updated_at = $2, key_digest = $3, {} WHERE id = $1",
        columns.collect::<Vec<_>>().join(", ")
    );
    let key = contact.values.key().map(|k| k.digest());
    let mut values = params![contact.id.get(), at.0, key].to_vec();
    values.extend(changes.iter().map(|c| crate::db::Param::from(c.after.as_deref())));
    tx.exec(&sql, &values).map(drop)
}

/// Whether changed contacts have another address than before.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Address {
    /// They do not.
    Same,
    /// They may.
    Changed,
}

/// Writes the values of contacts that are there.
pub(crate) fn write_contacts(tx: &mut Tx<'_>, contacts: &[Contact], address: Address) -> Result<()> {
    if contacts.is_empty() {
        return Ok(());
    }
    let columns = match address {
        Address::Same => VALUES,
        Address::Changed => KEYED_VALUES,
    };
    let spec = Bulk { table: "contact", columns, verb: Verb::Update { keys: 1 } };
    let mut bulk = tx.bulk(&spec)?;
    for contact in contacts {
        bulk.row(|v| {
            v.int(contact.id.get());
            v.int(contact.updated_at.0);
            for field in Field::ALL {
                v.opt_text(contact.values.get(field));
            }
            if address == Address::Changed {
                v.opt_int(contact.values.key().map(|k| k.digest()));
            }
        })?;
    }
    bulk.finish().map(drop)
}

/// Marks contacts as left.
pub(crate) fn mark_all_left(tx: &mut Tx<'_>, ids: &[i64], at: Timestamp) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let of = List::Ints.holds(tx.engine(), 1);
    let sql = format!("UPDATE contact SET left_at = $2, updated_at = $2 WHERE id {of} AND left_at IS NULL");
    tx.exec(&sql, params![ids, at.0]).map(drop)
}

/// Marks everybody linked to a contact as due: a person changed it, or what a person said of it ends then.
fn mark_linked(tx: &mut Tx<'_>, contact: ContactId, due: Timestamp) -> Result<()> {
    let sql = "SELECT connection, source FROM link WHERE contact = $1";
    let links = tx.query(sql, params![contact.get()], |row| {
        Ok((ConnectionId::from_stored(row.int(0)?), SourceId::from_bytes(row.blob(1)?)))
    })?;
    links.into_iter().try_for_each(|(connection, source)| pending::mark(tx, connection, &[source], due))
}

/// Marks everybody with the key of a contact as due: a person changed it.
fn mark_key(tx: &mut Tx<'_>, contact: ContactId, key: Option<&Key>) -> Result<()> {
    let Some(key) = key else { return Ok(()) };
    let (low, high) = ConnectionId::range(contact.customer());
    let sql =
        "SELECT connection, source FROM source_user WHERE connection BETWEEN $1 AND $2 AND key_digest = $3";
    let people = tx.query(sql, params![low, high, key.digest()], |row| {
        Ok((ConnectionId::from_stored(row.int(0)?), SourceId::from_bytes(row.blob(1)?)))
    })?;
    people
        .into_iter()
        .try_for_each(|(connection, source)| pending::mark(tx, connection, &[source], Timestamp::START))
}

impl Book {
    /// Refuses the contact of another customer.
    pub(crate) fn owns_contact(&self, id: ContactId) -> Result<()> {
        if id.customer() == self.customer.id { Ok(()) } else { Err(StoreError::NotFound) }
    }

    /// Adds a contact by hand.
    pub fn add_contact(&self, values: &Values, origin: Origin, now: Timestamp) -> Result<ContactId> {
        self.store.db.write(|tx| {
            let id = ContactId::new(self.customer.id, reserve(tx, self, "next_contact", 1)?);
            let new = NewContact { id, origin, values, at: now, run: None };
            insert(tx, self.customer.id, std::iter::once(new))?;
            mark_key(tx, id, values.key().as_ref())?;
            self.noted(tx, now, id, Event::Created)?;
            Ok(id)
        })
    }

    /// Changes fields of a contact by hand.
    pub fn edit_contact(
        &self,
        id: ContactId,
        fields: &[(Field, Option<String>)],
        now: Timestamp,
    ) -> Result<()> {
        self.owns_contact(id)?;
        self.store.db.write(|tx| {
            let mut contact = get(tx, id)?.ok_or(StoreError::NotFound)?;
            mark_key(tx, id, contact.values.key().as_ref())?;
            let mut after = contact.values.clone();
            for (field, value) in fields {
                after.set(*field, value.as_deref());
            }
            if let Some(joined) = after.joined_name() {
                after.set(Field::DisplayName, Some(&joined));
            }
            let differing = Field::ALL.into_iter().filter(|f| after.get(*f) != contact.values.get(*f));
            let changes: Vec<FieldChange> = differing
                .map(|field| FieldChange {
                    field,
                    before: contact.values.get(field).map(Into::into),
                    after: after.get(field).map(Into::into),
                })
                .collect();
            let mut pen = self.pen(now);
            write_changes(tx, &mut pen, &mut contact, &changes)?;
            pen.finish(tx)?;
            mark_key(tx, id, contact.values.key().as_ref())?;
            mark_linked(tx, id, Timestamp::START)
        })
    }

    /// Sends a contact to the bin by hand.
    pub fn remove_contact(&self, id: ContactId, now: Timestamp) -> Result<()> {
        self.owns_contact(id)?;
        self.store.db.write(|tx| if self.bin_one(tx, id, now)? { Ok(()) } else { Err(StoreError::NotFound) })
    }

    /// Whether it was there.
    pub(crate) fn bin_one(&self, tx: &mut Tx<'_>, id: ContactId, now: Timestamp) -> Result<bool> {
        let Some(contact) = get(tx, id)? else { return Ok(false) };
        let mut pen = self.pen(now);
        to_bin(tx, &mut pen, id, None)?;
        pen.finish(tx)?;
        mark_key(tx, id, contact.values.key().as_ref())?;
        mark_linked(tx, id, Timestamp::START)?;
        Ok(true)
    }

    /// What a person changes.
    fn pen(&self, now: Timestamp) -> Pen {
        Pen::new(self.customer.id, By::Hand, now)
    }

    /// Notes what a person did that left the values alone.
    fn noted(&self, tx: &mut Tx<'_>, now: Timestamp, id: ContactId, event: Event) -> Result<()> {
        let mut pen = self.pen(now);
        pen.note(id, event);
        pen.finish(tx)
    }

    /// Pins a field: its value stays, whatever the source says.
    pub fn pin(&self, id: ContactId, pin: &Pin, now: Timestamp) -> Result<()> {
        self.owns_contact(id)?;
        self.store.db.write(|tx| {
            get(tx, id)?.ok_or(StoreError::NotFound)?;
            let sql = "INSERT INTO pin (contact, field, reason, until) VALUES ($1, $2, $3, $4) \
                       ON CONFLICT (contact, field) DO UPDATE SET reason = excluded.reason, until = excluded.until";
            tx.exec(sql, params![id.get(), pin.field.name(), &*pin.reason, pin.until.map(|t| t.0)])?;
            self.noted(tx, now, id, Event::Pinned(pin.field))?;
            mark_linked(tx, id, Timestamp::START)?;
            pin.until.map_or(Ok(()), |until| mark_linked(tx, id, until))
        })
    }

    /// Takes a pin away; answers whether there was one.
    pub fn unpin(&self, id: ContactId, field: Field, now: Timestamp) -> Result<bool> {
        self.owns_contact(id)?;
        self.store.db.write(|tx| {
            let sql = "DELETE FROM pin WHERE contact = $1 AND field = $2";
            if tx.exec(sql, params![id.get(), field.name()])? == 0 {
                return Ok(false);
            }
            self.noted(tx, now, id, Event::Unpinned(field))?;
            mark_linked(tx, id, Timestamp::START)?;
            Ok(true)
        })
    }

    /// Ties a contact to a source user by hand.
    pub fn link_by_hand(
        &self,
        connection: ConnectionId,
        source: &SourceId,
        id: ContactId,
        now: Timestamp,
    ) -> Result<()> {
        self.owns(connection)?;
        self.owns_contact(id)?;
        self.store.db.write(|tx| {
            let contact = get(tx, id)?.ok_or(StoreError::NotFound)?;
            let other = "SELECT source FROM link WHERE connection = $1 AND contact = $2";
            if tx.query_opt(other, params![connection.get(), id.get()], |row| row.bool(0).or(Ok(true)))?.is_some() {
                return Err(Refusal::LinkedAlready.into());
            }
            let key = contact.values.key();
            let sql = "INSERT INTO link (connection, source, contact, origin, wrote_key) VALUES ($1, $2, $3, $4, $5)";
            let origin = LinkOrigin::ByHand.name();
            let key = key.as_ref().map(Key::as_str);
            tx.exec(sql, params![connection.get(), source.as_bytes(), id.get(), origin, key])?;
            self.noted(tx, now, id, Event::Linked)?;
            pending::mark(tx, connection, std::slice::from_ref(source), Timestamp::START)
        })
    }

    /// Cuts a contact's links by hand. Its people are planned again as newcomers: what becomes of them beside a contact with
    /// their address says `on_existing`.
    pub fn unlink_by_hand(&self, id: ContactId, now: Timestamp) -> Result<()> {
        self.owns_contact(id)?;
        self.store.db.write(|tx| {
            mark_linked(tx, id, Timestamp::START)?;
            if tx.exec("DELETE FROM link WHERE contact = $1", params![id.get()])? == 0 {
                return Ok(());
            }
            memberships_by_hand(tx, id)?;
            self.noted(tx, now, id, Event::Unlinked)
        })
    }

    /// Whether the book and its bin are empty.
    pub fn is_blank(&self) -> Result<bool> {
        let (low, high) = ContactId::range(self.customer.id);
        self.store.db.read(|tx| {
            let any = |table: &str| format!("SELECT id FROM {table} WHERE id BETWEEN $1 AND $2 LIMIT 1");
            let mut there = |table| tx.query_opt(&any(table), params![low, high], |row| row.int(0));
            Ok(there("contact")?.is_none() && there("bin")?.is_none())
        })
    }

    /// At most `limit` contacts of the bin behind `after`, with the time of removal, newest first.
    pub fn bin_page(
        &self,
        after: Option<(Timestamp, ContactId)>,
        limit: i64,
    ) -> Result<Vec<(Contact, Timestamp)>> {
        let (at, id) = after.map_or((i64::MAX, i64::MAX), |(at, id)| (at.0, id.get()));
        let key = params![self.customer.id.0, at, id, limit];
        let sql = format!("SELECT {COLUMNS}, removed_at FROM bin WHERE {BIN_PAGE}");
        self.store.db.read(|tx| tx.query(&sql, key, |row| Ok((read_contact(row)?, Timestamp(row.int(16)?)))))
    }

    /// Contacts in the bin with this key.
    pub fn binned_by_key(&self, key: &Key) -> Result<Vec<ContactId>> {
        let (low, high) = ContactId::range(self.customer.id);
        let sql = format!("SELECT {COLUMNS} FROM bin WHERE key_digest = $1 AND id BETWEEN $2 AND $3");
        let found =
            self.store.db.read(|tx| tx.query(&sql, params![key.digest(), low, high], read_contact))?;
        // The digest finds, the key decides.
        Ok(found.into_iter().filter(|c| c.values.key().as_ref() == Some(key)).map(|c| c.id).collect())
    }

    /// All contact groups.
    pub fn groups(&self) -> Result<Vec<ContactGroup>> {
        let (low, high) = GroupId::range(self.customer.id);
        let sql =
            "SELECT id, name, connection, source FROM contact_group WHERE id BETWEEN $1 AND $2 ORDER BY id";
        self.store.db.read(|tx| {
            tx.query(sql, params![low, high], |row| {
                let source = match (row.opt_int(2)?, row.opt_blob(3)?) {
                    (Some(c), Some(s)) => Some((ConnectionId::from_stored(c), SourceId::from_bytes(s))),
                    (_, _) => None,
                };
                Ok(ContactGroup { id: GroupId::from_stored(row.int(0)?), name: row.text(1)?.into(), source })
            })
        })
    }
}

/// Reserves numbers of contacts or groups; answers the first.
pub(crate) fn reserve(tx: &mut Tx<'_>, book: &Book, column: &'static str, n: i64) -> Result<i64> {
    let sql = format!("UPDATE customer SET {column} = {column} + $1 WHERE id = $2 RETURNING {column} - $1");
    tx.query_one(&sql, params![n, book.customer.id.0], |row| row.int(0))
}

const ROW: &str = "id, key_digest, origin, left_at, updated_at, created_run, first_name, last_name, display_name, email, \
                   job_title, department, company, office, mobile, business_phones, site";

/// Moves a contact to the bin with its memberships; links stay, so that it can come back.
pub(crate) fn to_bin(tx: &mut Tx<'_>, pen: &mut Pen, id: ContactId, run: Option<RunId>) -> Result<()> {
    let Some(contact) = get(tx, id)? else { return Ok(()) };
    pen.removed(tx, id, &contact.values)?;
    let at = pen.at();
    let mut packed = Encoder::new();
    let sql = "SELECT contact_group, made_by FROM contact_member WHERE contact = $1 ORDER BY contact_group";
    tx.for_each(sql, params![id.get()], |row| {
        packed.int(row.int(0)?);
        packed.int(row.int(1)?);
        Ok(())
    })?;
    tx.exec("DELETE FROM bin WHERE id = $1", params![id.get()])?;
    let sql = format!(
        "INSERT INTO bin ({ROW}, removed_at, removed_run, memberships) SELECT {ROW}, $2, $3, $4 FROM contact WHERE id = $1"
    );
    tx.exec(&sql, params![id.get(), at.0, run.map(|r| r.0), &packed.bytes[..]])?;
    tx.exec("DELETE FROM contact_member WHERE contact = $1", params![id.get()])?;
    tx.exec("DELETE FROM contact WHERE id = $1", params![id.get()]).map(drop)
}

/// Moves contacts to the bin with their memberships, which a run removes.
pub(crate) fn to_bin_all(tx: &mut Tx<'_>, ids: &[i64], at: Timestamp, run: RunId) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let of = List::Ints.holds(tx.engine(), 1);
    let (none, mut packed) = (Encoder::new(), BTreeMap::new());
    let sql = format!(
        "SELECT contact, contact_group, made_by FROM contact_member WHERE contact {of} ORDER BY contact, contact_group"
    );
    tx.for_each(&sql, params![ids], |row| {
        let packed = packed.entry(row.int(0)?).or_insert_with(|| Encoder { bytes: none.bytes.clone() });
        packed.int(row.int(1)?);
        packed.int(row.int(2)?);
        Ok(())
    })?;
    tx.exec(&format!("DELETE FROM bin WHERE id {of}"), params![ids])?;
    let sql = format!(
        "INSERT INTO bin ({ROW}, removed_at, removed_run, memberships) SELECT {ROW}, $2, $3, $4 FROM contact WHERE id {of}"
    );
    tx.exec(&sql, params![ids, at.0, run.0, &none.bytes[..]])?;
    let mut bulk = tx.bulk(&PACKED)?;
    for (id, packed) in &packed {
        bulk.row(|v| {
            v.int(*id);
            v.blob(&packed.bytes);
        })?;
    }
    bulk.finish()?;
    tx.exec(&format!("DELETE FROM contact_member WHERE contact {of}"), params![ids])?;
    tx.exec(&format!("DELETE FROM contact WHERE id {of}"), params![ids]).map(drop)
}

const PACKED: Bulk = Bulk {
    table: "bin",
    columns: &[("id", Type::Int), ("memberships", Type::Blob)],
    verb: Verb::Update { keys: 1 },
};

/// A contact in the bin.
pub(crate) fn binned(tx: &mut Tx<'_>, id: ContactId) -> Result<Option<Contact>> {
    tx.query_opt(&format!("SELECT {COLUMNS} FROM bin WHERE id = $1"), params![id.get()], read_contact)
}

/// Brings a contact back from the bin, with the memberships whose groups still exist.
pub(crate) fn from_bin(tx: &mut Tx<'_>, pen: &mut Pen, id: ContactId) -> Result<Option<Contact>> {
    let at = pen.at();
    let sql = "SELECT memberships FROM bin WHERE id = $1";
    let Some(packed) = tx.query_opt(sql, params![id.get()], |row| Ok(row.blob(0)?.to_vec()))? else {
        return Ok(None);
    };
    tx.exec(&format!("INSERT INTO contact ({ROW}) SELECT {ROW} FROM bin WHERE id = $1"), params![id.get()])?;
    tx.exec("UPDATE contact SET left_at = NULL, updated_at = $2 WHERE id = $1", params![id.get(), at.0])?;
    tx.exec("DELETE FROM bin WHERE id = $1", params![id.get()])?;
    let mut from = crate::codec::Decoder::new(&packed)?;
    while !from.is_at_end() {
        let (group, made_by) = (from.int()?, from.int()?);
        let sql = "INSERT INTO contact_member (contact_group, contact, made_by) \
                   SELECT id, $2, $3 FROM contact_group WHERE id = $1 ON CONFLICT DO NOTHING";
        tx.exec(sql, params![group, id.get(), made_by])?;
    }
    let contact = get(tx, id)?;
    if let Some(contact) = &contact {
        pen.restored(tx, id, &contact.values)?;
    }
    Ok(contact)
}

/// Memberships of a contact that no run follows any more are a person's own.
pub(crate) fn memberships_by_hand(tx: &mut Tx<'_>, id: ContactId) -> Result<()> {
    let sql = "UPDATE contact_member SET made_by = $1 WHERE contact = $2 AND made_by <> $1";
    tx.exec(sql, params![made_by(MadeBy::Hand), id.get()]).map(drop)
}

/// The same for all contacts that are linked over a connection.
pub(crate) fn all_memberships_by_hand(tx: &mut Tx<'_>, connection: ConnectionId) -> Result<()> {
    let sql = "UPDATE contact_member SET made_by = $1 WHERE made_by <> $1 \
               AND contact IN (SELECT contact FROM link WHERE connection = $2)";
    tx.exec(sql, params![made_by(MadeBy::Hand), connection.get()]).map(drop)
}

/// How `made_by` is stored.
pub(crate) fn made_by(made: MadeBy) -> i64 {
    match made {
        MadeBy::Run => 0,
        MadeBy::Hand => 1,
    }
}
