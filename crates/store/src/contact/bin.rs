//! The bin: removed contacts with the groups they were in, for [`KEPT_DAYS`](crate::KEPT_DAYS). Links stay, so that who is
//! restored at the source comes back as the same contact.

use std::collections::BTreeMap;

use model::ids::{ConnectionId, ContactId, GroupId, SourceId};
use model::{Contact, Key, RunId, Timestamp};

use super::{COLUMNS, Whose, count, count_links_of, get, read_contact};
use crate::codec::{Decoder, Encoder};
use crate::db::{Bulk, List, Row, Tx, Type, Verb, params};
use crate::error::Result;
use crate::history::Pen;
use crate::store::Book;

const ROW: &str = "id, key_digest, origin, left_at, updated_at, created_run, first_name, last_name, display_name, email, \
                   job_title, department, company, office, mobile, business_phones, site, sort_key";

/// A page of the bin, in the order of its index.
pub(crate) const BIN_PAGE: &str = "(id >> 40) = $1 AND (removed_at, id) < ($2, $3) \
                                   ORDER BY removed_at DESC, id DESC LIMIT $4";
const PACKED: Bulk = Bulk {
    table: "bin",
    columns: &[("id", Type::Int), ("memberships", Type::Blob)],
    verb: Verb::Update { keys: 1 },
};

/// A contact that lies in the bin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binned {
    /// The contact.
    pub contact: Contact,
    /// Since when.
    pub since: Timestamp,
    /// The people to whom it is linked, for links stay.
    pub sources: Vec<(ConnectionId, SourceId)>,
}

impl Book {
    /// A contact of the bin with its links.
    pub fn binned(&self, id: ContactId) -> Result<Option<Binned>> {
        if id.customer() != self.customer.id {
            return Ok(None);
        }
        self.store.db.read(|tx| {
            let sql = format!("SELECT {COLUMNS}, removed_at FROM bin WHERE id = $1");
            let found = |row: &Row<'_>| Ok((read_contact(row)?, Timestamp(row.int(16)?)));
            let Some((contact, since)) = tx.query_opt(&sql, params![id.get()], found)? else {
                return Ok(None);
            };
            let sql = "SELECT connection, source FROM link WHERE contact = $1 ORDER BY connection, source";
            let sources = tx.query(sql, params![id.get()], |row| {
                Ok((ConnectionId::from_stored(row.int(0)?), SourceId::from_bytes(row.blob(1)?)))
            })?;
            Ok(Some(Binned { contact, since, sources }))
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
}

/// A contact in the bin.
pub(crate) fn binned(tx: &mut Tx<'_>, id: ContactId) -> Result<Option<Contact>> {
    tx.query_opt(&format!("SELECT {COLUMNS} FROM bin WHERE id = $1"), params![id.get()], read_contact)
}

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
    tx.exec("DELETE FROM contact WHERE id = $1", params![id.get()])?;
    count(tx, id.customer(), pen.whose(), -1)
}

/// Moves contacts to the bin with their memberships, which a run removes, or a person where there is none.
pub(crate) fn to_bin_all(tx: &mut Tx<'_>, ids: &[i64], at: Timestamp, run: Option<RunId>) -> Result<()> {
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
    tx.exec(&sql, params![ids, at.0, run.map(|run| run.0), &none.bytes[..]])?;
    let mut bulk = tx.bulk(&PACKED)?;
    for (id, packed) in &packed {
        bulk.row(|v| {
            v.int(*id);
            v.blob(&packed.bytes);
        })?;
    }
    bulk.finish()?;
    tx.exec(&format!("DELETE FROM contact_member WHERE contact {of}"), params![ids])?;
    let gone = tx.exec(&format!("DELETE FROM contact WHERE id {of}"), params![ids])?;
    let Some(first) = ids.first() else { return Ok(()) };
    let whose = if run.is_some() { Whose::Run } else { Whose::Hand };
    count(tx, ContactId::from_stored(*first).customer(), whose, -(gone as i64))
}

/// Memberships as the bin keeps them: group, and by whom they were made as it is stored.
pub(crate) fn unpack(packed: &[u8]) -> Result<Vec<(GroupId, i64)>> {
    let mut from = Decoder::new(packed)?;
    let mut all = Vec::new();
    while !from.is_at_end() {
        all.push((GroupId::from_stored(from.int()?), from.int()?));
    }
    Ok(all)
}

/// Brings a contact back from the bin, with the memberships whose groups still exist.
pub(crate) fn from_bin(tx: &mut Tx<'_>, pen: &mut Pen, id: ContactId) -> Result<Option<Contact>> {
    let at = pen.at();
    let sql = "SELECT memberships FROM bin WHERE id = $1";
    let Some(packed) = tx.query_opt(sql, params![id.get()], |row| Ok(row.blob(0)?.to_vec()))? else {
        return Ok(None);
    };
    tx.exec(&format!("INSERT INTO contact ({ROW}) SELECT {ROW} FROM bin WHERE id = $1"), params![id.get()])?;
    count_links_of(tx, id)?;
    count(tx, id.customer(), pen.whose(), 1)?;
    tx.exec("UPDATE contact SET left_at = NULL, updated_at = $2 WHERE id = $1", params![id.get(), at.0])?;
    tx.exec("DELETE FROM bin WHERE id = $1", params![id.get()])?;
    for (group, made_by) in unpack(&packed)? {
        let sql = "INSERT INTO contact_member (contact_group, contact, made_by) \
                   SELECT id, $2, $3 FROM contact_group WHERE id = $1 ON CONFLICT DO NOTHING";
        tx.exec(sql, params![group.get(), id.get(), made_by])?;
    }
    let contact = get(tx, id)?;
    if let Some(contact) = &contact {
        pen.restored(tx, id, &contact.values)?;
    }
    Ok(contact)
}
