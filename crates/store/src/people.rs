//! Loads people for planning: by ranges of ids for everybody, by single ids for the few, the same queries for both.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use model::group::MadeBy;
use model::ids::{ConnectionId, ContactId, GroupId, SourceId};
use model::link::{Link, LinkOrigin};
use model::plan::OpKind;
use model::reason::OutReason;
use model::scope::KeptOut;
use model::source::Presence;
use model::subject::{Elsewhere, Hood, KeyContact, KeyGroup, Membership, Place, Rejection, Subject};
use model::{Contact, Key, Timestamp};

use crate::contact::{COLUMNS, read_contact};
use crate::db::{Row, Tx, params};
use crate::error::{Result, StoreError};
use crate::mirror::{Keys, read_user};
use crate::store::Book;

/// A range of source ids, both ends included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Range {
    low: Vec<u8>,
    high: Vec<u8>,
}

impl Range {
    /// Just one.
    pub fn one(id: &SourceId) -> Self {
        Self { low: id.as_bytes().to_vec(), high: id.as_bytes().to_vec() }
    }
}

impl Book {
    /// The next range of about `size` mirrored people behind `after`; `None` at the end.
    pub fn next_range(
        &self,
        connection: ConnectionId,
        after: Option<&Range>,
        size: i64,
    ) -> Result<Option<Range>> {
        self.owns(connection)?;
        let mut low = after.map(|r| r.high.clone()).unwrap_or_default();
        if low.len() > 255 {
            return Ok(None);
        }
        low.push(0);
        let sql = format!(
            "SELECT source FROM source_user WHERE connection = $1 AND source >= $2 ORDER BY source LIMIT 1 OFFSET {size}"
        );
        let end = self.store.db.read(|tx| {
            tx.query_opt(&sql, params![connection.get(), &low[..]], |row| Ok(row.blob(0)?.to_vec()))
        })?;
        Ok(Some(Range { low, high: end.unwrap_or_else(|| vec![0xff; 256]) }))
    }

    /// People of a range, each with everything known, and the neighbourhood of those who need it.
    pub fn load_people(
        &self,
        connection: ConnectionId,
        range: &Range,
        keys: Keys<'_>,
    ) -> Result<(Vec<Subject>, Hood)> {
        self.owns(connection)?;
        self.store.db.read(|tx| {
            let people = load(tx, connection, range)?;
            let hood = hood(tx, connection, &people, keys)?;
            Ok((people, hood))
        })
    }
}

/// People of a range.
fn load(tx: &mut Tx<'_>, connection: ConnectionId, range: &Range) -> Result<Vec<Subject>> {
    let mut people: BTreeMap<SourceId, Subject> = BTreeMap::new();
    let bounds = params![connection.get(), &range.low[..], &range.high[..]];
    let blank = |source: SourceId| Subject {
        connection,
        source,
        mirror: None,
        link: None,
        contact: None,
        binned: None,
        groups: Vec::new(),
        memberships: Vec::new(),
        rejections: Vec::new(),
        kept_out: None,
    };
    let sql = "SELECT source, presence, since, body FROM source_user WHERE connection = $1 AND source BETWEEN $2 AND $3";
    tx.for_each(sql, bounds, |row| {
        let mirror = read_user(row)?;
        let id = mirror.user.id.clone();
        people.insert(id.clone(), Subject { mirror: Some(mirror), ..blank(id) });
        Ok(())
    })?;
    let sql = "SELECT source, contact, origin, wrote_key, out_reason, out_since FROM link \
               WHERE connection = $1 AND source BETWEEN $2 AND $3";
    tx.for_each(sql, bounds, |row| {
        let link = read_link(connection, row)?;
        let id = link.source.clone();
        people.entry(id.clone()).or_insert_with(|| blank(id)).link = Some(link);
        Ok(())
    })?;
    if people.values().any(|p| p.link.is_some()) {
        load_contacts(tx, bounds, &mut people)?;
    }
    load_rest(tx, bounds, &mut people)?;
    Ok(people.into_values().collect())
}

fn read_link(connection: ConnectionId, row: &Row<'_>) -> Result<Link> {
    let out = match (row.opt_text(4)?.and_then(OutReason::named), row.opt_int(5)?) {
        (Some(reason), Some(since)) => Some((reason, Timestamp(since))),
        (_, _) => None,
    };
    Ok(Link {
        connection,
        source: SourceId::from_bytes(row.blob(0)?),
        contact: ContactId::from_stored(row.int(1)?),
        origin: link_origin(row.text(2)?)?,
        wrote_key: row.opt_text(3)?.and_then(Key::of),
        out,
    })
}

pub(crate) fn link_origin(name: &str) -> Result<LinkOrigin> {
    [LinkOrigin::Creation, LinkOrigin::Automatic, LinkOrigin::ByHand]
        .into_iter()
        .find(|o| o.name() == name)
        .ok_or_else(|| StoreError::Corrupt("a link's origin is unreadable".into()))
}

fn load_contacts(
    tx: &mut Tx<'_>,
    bounds: &[crate::db::Param<'_>],
    people: &mut BTreeMap<SourceId, Subject>,
) -> Result<()> {
    let of_link = |table: &str| {
        let columns = COLUMNS.split(", ").map(|c| format!("c.{c}")).collect::<Vec<_>>().join(", ");
        format!(
            "SELECT {columns}, l.source FROM link l JOIN {table} c ON c.id = l.contact \
             WHERE l.connection = $1 AND l.source BETWEEN $2 AND $3"
        )
    };
    tx.for_each(&of_link("contact"), bounds, |row| {
        let contact = read_contact(row)?;
        if let Some(person) = people.get_mut(&SourceId::from_bytes(row.blob(16)?)) {
            person.contact = Some(contact);
        }
        Ok(())
    })?;
    tx.for_each(&of_link("bin"), bounds, |row| {
        let contact = read_contact(row)?;
        if let Some(person) = people.get_mut(&SourceId::from_bytes(row.blob(16)?)) {
            person.binned = Some(contact);
        }
        Ok(())
    })?;
    let sql = "SELECT l.source, m.contact_group, m.made_by FROM link l JOIN contact_member m ON m.contact = l.contact \
               WHERE l.connection = $1 AND l.source BETWEEN $2 AND $3";
    tx.for_each(sql, bounds, |row| {
        let membership = Membership {
            group: GroupId::from_stored(row.int(1)?),
            made_by: if row.int(2)? == 0 { MadeBy::Run } else { MadeBy::Hand },
        };
        if let Some(person) = people.get_mut(&SourceId::from_bytes(row.blob(0)?)) {
            person.memberships.push(membership);
        }
        Ok(())
    })?;
    let sql = "SELECT l.source, p.field, p.reason, p.until FROM link l JOIN pin p ON p.contact = l.contact \
               WHERE l.connection = $1 AND l.source BETWEEN $2 AND $3";
    tx.for_each(sql, bounds, |row| {
        let pin = crate::contact::read_pin(row, 1)?;
        if let Some(person) = people.get_mut(&SourceId::from_bytes(row.blob(0)?)) {
            let contact = person.contact.as_mut().or(person.binned.as_mut());
            if let Some(contact) = contact {
                contact.pins.push(pin);
            }
        }
        Ok(())
    })
}

fn load_rest(
    tx: &mut Tx<'_>,
    bounds: &[crate::db::Param<'_>],
    people: &mut BTreeMap<SourceId, Subject>,
) -> Result<()> {
    let sql = "SELECT member, source_group FROM source_member WHERE connection = $1 AND member BETWEEN $2 AND $3 AND kind = 0";
    tx.for_each(sql, bounds, |row| {
        if let Some(person) = people.get_mut(&SourceId::from_bytes(row.blob(0)?)) {
            person.groups.push(SourceId::from_bytes(row.blob(1)?));
        }
        Ok(())
    })?;
    let sql = "SELECT source, kind, state FROM rejection WHERE connection = $1 AND source BETWEEN $2 AND $3";
    tx.for_each(sql, bounds, |row| {
        let rejection = OpKind::named(row.text(1)?).map(|kind| (kind, row.int(2)));
        if let (Some(person), Some((kind, state))) =
            (people.get_mut(&SourceId::from_bytes(row.blob(0)?)), rejection)
        {
            person.rejections.push(Rejection { kind, state: state? });
        }
        Ok(())
    })?;
    let sql = "SELECT source, reason FROM kept_out WHERE connection = $1 AND source BETWEEN $2 AND $3";
    tx.for_each(sql, bounds, |row| {
        if let Some(person) = people.get_mut(&SourceId::from_bytes(row.blob(0)?)) {
            person.kept_out = KeptOut::named(row.text(1)?);
        }
        Ok(())
    })
}

/// The neighbourhood of those who need one: without a link, linked automatically, not alive, in the bin, sharing a key, or
/// with another key in the book. For all others it is the person alone, which the engine sees anyway.
fn hood(tx: &mut Tx<'_>, connection: ConnectionId, people: &[Subject], keys: Keys<'_>) -> Result<Hood> {
    let mut hood = Hood::default();
    for key in wanted_keys(tx, connection, people, keys)? {
        let group = key_group(tx, connection, &key, keys)?;
        hood.groups.insert(key, group);
    }
    // Whoever holds a wanted key may give it up in the same plan: their own keys belong to the picture.
    let holders = hood.groups.values().flat_map(|g| &g.people).filter(|p| p.link.is_some());
    let further: BTreeSet<Key> = holders
        .flat_map(|p| {
            let own = p.mirror.as_ref().and_then(|m| keys.from.key(&m.user, keys.domains));
            own.into_iter().chain(p.contact.as_ref().and_then(|c| c.values.key()))
        })
        .collect();
    for key in further {
        if let Entry::Vacant(place) = hood.groups.entry(key) {
            let group = key_group(tx, connection, place.key(), keys)?;
            place.insert(group);
        }
    }
    Ok(hood)
}

fn wanted_keys(
    tx: &mut Tx<'_>,
    connection: ConnectionId,
    people: &[Subject],
    keys: Keys<'_>,
) -> Result<BTreeSet<Key>> {
    let (first, last) = ContactId::range(connection.customer());
    let count = "SELECT COUNT(*) FROM source_user WHERE connection = $1 AND key_digest = $2";
    let held = "SELECT id FROM contact WHERE key_digest = $1 AND id BETWEEN $2 AND $3 \
                UNION ALL SELECT id FROM bin WHERE key_digest = $1 AND id BETWEEN $2 AND $3 LIMIT 1";
    let any = "SELECT id FROM contact WHERE id BETWEEN $1 AND $2 UNION ALL SELECT id FROM bin WHERE id BETWEEN $1 AND $2 LIMIT 1";
    let no_contacts = tx.query_opt(any, params![first, last], |row| row.int(0))?.is_none();
    let mut wanted = BTreeSet::new();
    for person in people {
        let own = person.mirror.as_ref().and_then(|m| keys.from.key(&m.user, keys.domains));
        let book = person.contact.as_ref().and_then(|c| c.values.key());
        let alive = person.mirror.as_ref().is_some_and(|m| m.presence == Presence::Live);
        let automatic = person.link.as_ref().is_some_and(|l| l.origin == LinkOrigin::Automatic);
        let linked = person.link.is_some();
        if linked && (!alive || book != own || automatic || person.binned.is_some()) {
            wanted.extend(book);
            wanted.extend(person.binned.as_ref().and_then(|c| c.values.key()));
            wanted.extend(own.clone());
        }
        let Some(key) = own else { continue };
        let digest = key.digest();
        let shared = tx.query_one(count, params![connection.get(), digest], |row| row.int(0))? > 1;
        let taken = !no_contacts
            && person.link.is_none()
            && tx.query_opt(held, params![digest, first, last], |row| row.int(0))?.is_some();
        if shared || taken {
            wanted.insert(key);
        }
    }
    Ok(wanted)
}

fn key_group(tx: &mut Tx<'_>, connection: ConnectionId, key: &Key, keys: Keys<'_>) -> Result<KeyGroup> {
    let mut ids: BTreeSet<SourceId> = BTreeSet::new();
    let sql = "SELECT source FROM source_user WHERE connection = $1 AND key_digest = $2";
    tx.for_each(sql, params![connection.get(), key.digest()], |row| {
        ids.insert(SourceId::from_bytes(row.blob(0)?));
        Ok(())
    })?;
    let mut contacts = Vec::new();
    for (table, place) in [("contact", Place::Living), ("bin", Place::Bin)] {
        for contact in contacts_with(tx, connection, table, key)? {
            let (links, linked_elsewhere) = links_of(tx, connection, contact.id)?;
            ids.extend(links.iter().cloned());
            contacts.push(KeyContact { contact, place, links, linked_elsewhere });
        }
    }
    let mut people = Vec::new();
    for id in ids {
        people.extend(load(tx, connection, &Range::one(&id))?);
    }
    // The digest finds, the key decides; people linked to the key's contacts stay, whatever their own key.
    let linked = |p: &Subject| contacts.iter().any(|c| c.links.contains(&p.source));
    people.retain(|p| {
        linked(p)
            || p.mirror.as_ref().and_then(|m| keys.from.key(&m.user, keys.domains)).as_ref() == Some(key)
    });
    Ok(KeyGroup { people, contacts })
}

fn contacts_with(tx: &mut Tx<'_>, connection: ConnectionId, table: &str, key: &Key) -> Result<Vec<Contact>> {
    let (first, last) = ContactId::range(connection.customer());
    let sql =
        format!("SELECT {COLUMNS} FROM {table} WHERE key_digest = $1 AND id BETWEEN $2 AND $3 ORDER BY id");
    let mut found = tx.query(&sql, params![key.digest(), first, last], read_contact)?;
    found.retain(|c| c.values.key().as_ref() == Some(key));
    let pins = "SELECT field, reason, until FROM pin WHERE contact = $1";
    for contact in &mut found {
        contact.pins = tx.query(pins, params![contact.id.get()], |row| crate::contact::read_pin(row, 0))?;
    }
    Ok(found)
}

fn links_of(
    tx: &mut Tx<'_>,
    connection: ConnectionId,
    contact: ContactId,
) -> Result<(Vec<SourceId>, Elsewhere)> {
    let mut here = Vec::new();
    let mut elsewhere = Elsewhere::No;
    let sql = "SELECT connection, source FROM link WHERE contact = $1 ORDER BY source";
    tx.for_each(sql, params![contact.get()], |row| {
        if row.int(0)? == connection.get() {
            here.push(SourceId::from_bytes(row.blob(1)?));
        } else {
            elsewhere = Elsewhere::Yes;
        }
        Ok(())
    })?;
    Ok((here, elsewhere))
}
