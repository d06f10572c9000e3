//! A book laid down as a test thinks it up, and read again: contacts, bin, links and memberships as plain values, so that
//! what apply does to them can be compared with what it means.

use std::collections::BTreeMap;

use model::group::MadeBy;
use model::ids::{ConnectionId, ContactId, GroupId, SourceId};
use model::link::Link;
use model::reason::OutReason;
use model::{Contact, Key, Timestamp};

use crate::Book;
use crate::codec::Decoder;
use crate::contact::{COLUMNS, NewContact, insert, made_by, read_contact, to_bin_all};
use crate::db::{Row, Tx, params};
use crate::error::Result;

/// What lies in a customer's book.
#[derive(Debug, Clone, Default)]
pub struct Laid {
    /// Contacts.
    pub book: BTreeMap<ContactId, Contact>,
    /// Contacts in the bin.
    pub bin: BTreeMap<ContactId, Contact>,
    /// Links of one connection.
    pub links: BTreeMap<SourceId, Link>,
    /// By whom somebody is in a group; contacts in the bin take theirs along.
    pub memberships: BTreeMap<(ContactId, GroupId), MadeBy>,
}

impl Book {
    /// Lays a book down instead of the one that there is.
    pub fn lay(&self, connection: ConnectionId, laid: &Laid) -> Result<()> {
        self.store.db.write(|tx| {
            tx.script(
                "DELETE FROM link; DELETE FROM contact_member; DELETE FROM contact_group; DELETE FROM contact; \
                 DELETE FROM bin; DELETE FROM pending; DELETE FROM hold; DELETE FROM source_user; DELETE FROM change; \
                 DELETE FROM change_value; DELETE FROM book_count;",
            )?;
            crate::search::reindex(tx)?;
            tx.exec("UPDATE customer SET next_contact = $1", params![FIRST])?;
            for number in 1..=GROUPS {
                let group = GroupId::new(self.customer.id, number);
                let sql = "INSERT INTO contact_group (id, name) VALUES ($1, 'Gruppe')";
                tx.exec(sql, params![group.get()])?;
            }
            for contact in laid.book.values().chain(laid.bin.values()) {
                lay_contact(tx, self, contact)?;
            }
            for ((contact, group), made) in &laid.memberships {
                let sql = "INSERT INTO contact_member (contact_group, contact, made_by) VALUES ($1, $2, $3)";
                tx.exec(sql, params![group.get(), contact.get(), made_by(*made)])?;
            }
            let bin: Vec<i64> = laid.bin.keys().map(|id| id.get()).collect();
            to_bin_all(tx, &bin, Timestamp::START, Some(model::RunId(0)))?;
            // Who is in the bin is not found.
            crate::search::reindex(tx)?;
            laid.links.values().try_for_each(|link| lay_link(tx, connection, link))
        })
    }

    /// By whom somebody is in a group.
    pub fn memberships(&self) -> Result<BTreeMap<(ContactId, GroupId), MadeBy>> {
        let (low, high) = ContactId::range(self.customer.id);
        let sql =
            "SELECT contact, contact_group, made_by FROM contact_member WHERE contact BETWEEN $1 AND $2";
        self.store.db.read(|tx| {
            let all = tx.query(sql, params![low, high], |row| {
                let at = (ContactId::from_stored(row.int(0)?), GroupId::from_stored(row.int(1)?));
                Ok((at, made(row.int(2)?)))
            })?;
            Ok(all.into_iter().collect())
        })
    }

    /// What lies there now.
    pub fn laid(&self, connection: ConnectionId) -> Result<Laid> {
        self.store.db.read(|tx| {
            let mut laid = Laid::default();
            for (table, into) in [("contact", &mut laid.book), ("bin", &mut laid.bin)] {
                let all = tx.query(&format!("SELECT {COLUMNS} FROM {table}"), &[], read_contact)?;
                into.extend(all.into_iter().map(|contact| (contact.id, contact)));
            }
            let sql = "SELECT source, contact, origin, wrote_key, out_reason, out_since FROM link WHERE connection = $1";
            let links = tx.query(sql, params![connection.get()], |row| read_link(row, connection))?;
            laid.links = links.into_iter().map(|link| (link.source.clone(), link)).collect();
            tx.for_each("SELECT contact, contact_group, made_by FROM contact_member", &[], |row| {
                let at = (ContactId::from_stored(row.int(0)?), GroupId::from_stored(row.int(1)?));
                laid.memberships.insert(at, made(row.int(2)?));
                Ok(())
            })?;
            tx.for_each("SELECT id, memberships FROM bin", &[], |row| {
                let contact = ContactId::from_stored(row.int(0)?);
                let mut packed = Decoder::new(row.blob(1)?)?;
                while !packed.is_at_end() {
                    let group = GroupId::from_stored(packed.int()?);
                    laid.memberships.insert((contact, group), made(packed.int()?));
                }
                Ok(())
            })?;
            Ok(laid)
        })
    }
}

fn made(stored: i64) -> MadeBy {
    if stored == 0 { MadeBy::Run } else { MadeBy::Hand }
}

/// The number of the first contact that a plan makes.
const FIRST: i64 = 1_000;
/// Contact groups that there are.
const GROUPS: i64 = 9;

fn lay_contact(tx: &mut Tx<'_>, book: &Book, contact: &Contact) -> Result<()> {
    let Contact { id, origin, values, left_at, updated_at, .. } = contact;
    let new = NewContact { id: *id, origin: *origin, values, at: *updated_at, run: None };
    insert(tx, book.customer.id, std::iter::once(new))?;
    tx.exec("UPDATE contact SET left_at = $2 WHERE id = $1", params![id.get(), left_at.map(|t| t.0)])
        .map(drop)
}

fn lay_link(tx: &mut Tx<'_>, connection: ConnectionId, link: &Link) -> Result<()> {
    let sql = "INSERT INTO link (connection, source, contact, origin, wrote_key, out_reason, out_since) \
               VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let key = link.wrote_key.as_ref().map(Key::as_str);
    let (reason, since) = (link.out.map(|(reason, _)| reason.name()), link.out.map(|(_, since)| since.0));
    let (source, contact) = (link.source.as_bytes(), link.contact.get());
    tx.exec(sql, params![connection.get(), source, contact, link.origin.name(), key, reason, since]).map(drop)
}

fn read_link(row: &Row<'_>, connection: ConnectionId) -> Result<Link> {
    let out = row.opt_text(4)?.and_then(OutReason::named);
    Ok(Link {
        connection,
        source: SourceId::from_bytes(row.blob(0)?),
        contact: ContactId::from_stored(row.int(1)?),
        origin: crate::people::link_origin(row.text(2)?)?,
        wrote_key: row.opt_text(3)?.and_then(Key::of),
        out: out.zip(row.opt_int(5)?.map(Timestamp)),
    })
}
