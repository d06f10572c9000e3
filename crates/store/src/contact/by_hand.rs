//! What a person does to contacts: each change marks as due whoever the next run would plan differently for it.

use model::ids::{ConnectionId, ContactId, SourceId};
use model::link::LinkOrigin;
use model::plan::differing;
use model::{Field, Key, Origin, Pin, Timestamp, Values};

use super::merge::Saved;
use super::{NewContact, get, insert, memberships_by_hand, reserve, to_bin, write_changes};
use crate::db::{Tx, params};
use crate::error::{Result, StoreError};
use crate::history::{Event, Pen};
use crate::pending;
use crate::refusal::Refusal;
use crate::store::Book;

/// What a person made of a contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit<'a> {
    /// Fields with what they say from now on.
    pub fields: &'a [(Field, Option<String>)],
    /// Fields that are fixed with it.
    pub pins: &'a [Pin],
    /// The digest of the values that were shown.
    pub seen: i64,
}

impl Book {
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
        self.store.db.write(|tx| self.edit(tx, id, fields, now))
    }

    pub(super) fn edit(
        &self,
        tx: &mut Tx<'_>,
        id: ContactId,
        fields: &[(Field, Option<String>)],
        now: Timestamp,
    ) -> Result<()> {
        let mut contact = get(tx, id)?.ok_or(StoreError::NotFound)?;
        mark_key(tx, id, contact.values.key().as_ref())?;
        let mut after = contact.values.clone();
        for (field, value) in fields {
            after.set(*field, value.as_deref());
        }
        if let Some(joined) = after.joined_name() {
            after.set(Field::DisplayName, Some(&joined));
        }
        let changes = differing(&contact.values, &after);
        let mut pen = self.pen(now);
        write_changes(tx, &mut pen, &mut contact, &changes)?;
        pen.finish(tx)?;
        mark_key(tx, id, contact.values.key().as_ref())?;
        mark_linked(tx, id, Timestamp::START)
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

    /// Pins a field: its value stays, whatever the source says.
    pub fn pin(&self, id: ContactId, pin: &Pin, now: Timestamp) -> Result<()> {
        self.pin_to(id, pin, None, now)
    }

    /// The same with a value that the field gets in the same transaction: between both a run would write the source's.
    pub fn pin_to(
        &self,
        id: ContactId,
        pin: &Pin,
        value: Option<&(Field, Option<String>)>,
        now: Timestamp,
    ) -> Result<()> {
        self.owns_contact(id)?;
        self.store.db.write(|tx| {
            if let Some(value) = value {
                self.edit(tx, id, std::slice::from_ref(value), now)?;
            }
            self.set_pin(tx, id, pin, now)
        })
    }

    fn set_pin(&self, tx: &mut Tx<'_>, id: ContactId, pin: &Pin, now: Timestamp) -> Result<()> {
        get(tx, id)?.ok_or(StoreError::NotFound)?;
        let sql = "INSERT INTO pin (contact, field, reason, until) VALUES ($1, $2, $3, $4) \
                   ON CONFLICT (contact, field) DO UPDATE SET reason = excluded.reason, until = excluded.until";
        tx.exec(sql, params![id.get(), pin.field.name(), &*pin.reason, pin.until.map(|t| t.0)])?;
        self.noted(tx, now, id, Event::Pinned(pin.field))?;
        mark_linked(tx, id, Timestamp::START)?;
        pin.until.map_or(Ok(()), |until| mark_linked(tx, id, until))
    }

    /// Saves what a person made of a contact that was shown, and pins beside it, all or nothing; nothing where somebody has
    /// changed the contact since.
    pub fn save_contact(&self, id: ContactId, edit: &Edit<'_>, now: Timestamp) -> Result<Saved> {
        self.owns_contact(id)?;
        self.store.db.write(|tx| {
            let contact = get(tx, id)?.ok_or(StoreError::NotFound)?;
            if contact.values.digest() != edit.seen {
                return Ok(Saved::ChangedMeanwhile);
            }
            self.edit(tx, id, edit.fields, now)?;
            edit.pins.iter().try_for_each(|pin| self.set_pin(tx, id, pin, now))?;
            Ok(Saved::Done)
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
            if tx.query_opt(other, params![connection.get(), id.get()], |_| Ok(()))?.is_some() {
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

    /// What a person changes.
    pub(crate) fn pen(&self, now: Timestamp) -> Pen {
        Pen::new(self.customer.id, self.by, now)
    }

    /// Notes what a person did that left the values alone.
    pub(crate) fn noted(&self, tx: &mut Tx<'_>, now: Timestamp, id: ContactId, event: Event) -> Result<()> {
        let mut pen = self.pen(now);
        pen.note(id, event);
        pen.finish(tx)
    }
}

/// Marks everybody linked to a contact as due: a person changed it, or what a person said of it ends then.
pub(crate) fn mark_linked(tx: &mut Tx<'_>, contact: ContactId, due: Timestamp) -> Result<()> {
    let sql = "SELECT connection, source FROM link WHERE contact = $1";
    let links = tx.query(sql, params![contact.get()], |row| {
        Ok((ConnectionId::from_stored(row.int(0)?), SourceId::from_bytes(row.blob(1)?)))
    })?;
    links.into_iter().try_for_each(|(connection, source)| pending::mark(tx, connection, &[source], due))
}

/// Marks everybody with the key of a contact as due: a person changed it.
pub(super) fn mark_key(tx: &mut Tx<'_>, contact: ContactId, key: Option<&Key>) -> Result<()> {
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
