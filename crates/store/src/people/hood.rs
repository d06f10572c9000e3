//! The neighbourhood of people who are planned: everybody and everything that shares an address with them.
//!
//! Rule: one statement serves all of them, whatever their number.

use std::collections::{BTreeMap, BTreeSet};

use model::Key;
use model::ids::{ConnectionId, ContactId, SourceId};
use model::link::LinkOrigin;
use model::source::Presence;
use model::subject::{Elsewhere, Hood, KeyContact, KeyGroup, Place, Subject};

use super::{Range, load};
use crate::contact::{COLUMNS, read_contact, read_pin};
use crate::db::{Engine, List, Tx, params};
use crate::error::Result;
use crate::mirror::Keys;

/// The neighbourhood of those who need one: without a link, linked automatically, not alive, in the bin, sharing a key, or
/// with another key in the book. For all others it is the person alone, which the engine sees anyway.
pub(super) fn hood(
    tx: &mut Tx<'_>,
    connection: ConnectionId,
    people: &[Subject],
    keys: Keys<'_>,
    shared: Option<&SharedKeys>,
) -> Result<Hood> {
    let wanted = wanted_keys(tx, connection, people, keys, shared)?;
    let mut hood = Hood { groups: key_groups(tx, connection, wanted, keys)? };
    // Whoever holds a wanted key may give it up in the same plan: their own keys belong to the picture.
    let holders = hood.groups.values().flat_map(|g| &g.people).filter(|p| p.link.is_some());
    let further = holders.flat_map(|p| {
        let own = p.mirror.as_ref().and_then(|m| keys.from.key(&m.user, keys.domains));
        own.into_iter().chain(p.contact.as_ref().and_then(|c| c.values.key()))
    });
    let further = further.filter(|key| !hood.groups.contains_key(key)).collect();
    hood.groups.extend(key_groups(tx, connection, further, keys)?);
    Ok(hood)
}

/// Keys of these people that matter to a plan.
fn wanted_keys(
    tx: &mut Tx<'_>,
    connection: ConnectionId,
    people: &[Subject],
    keys: Keys<'_>,
    known: Option<&SharedKeys>,
) -> Result<BTreeSet<Key>> {
    let own = |p: &Subject| p.mirror.as_ref().and_then(|m| keys.from.key(&m.user, keys.domains));
    let mut wanted = BTreeSet::new();
    let (mut all, mut free) = (Vec::new(), Vec::new());
    for person in people {
        let key = own(person);
        all.extend(key.clone());
        let Some(link) = &person.link else {
            free.extend(key);
            free.extend(other_addresses(person));
            continue;
        };
        let book = person.contact.as_ref().and_then(|c| c.values.key());
        let alive = person.mirror.as_ref().is_some_and(|m| m.presence == Presence::Live);
        let automatic = link.origin == LinkOrigin::Automatic;
        if !alive || book != key || automatic || person.binned.is_some() {
            wanted.extend(book);
            wanted.extend(person.binned.as_ref().and_then(|c| c.values.key()));
            wanted.extend(key);
        }
    }
    let asked = if known.is_some() { None } else { Some(shared(tx, connection, &digests(&all))?) };
    let is_shared = |key: &Key| known.or(asked.as_ref()).is_some_and(|shared| shared.holds(key));
    wanted.extend(all.into_iter().filter(is_shared));
    let taken = taken(tx, connection, &digests(&free))?;
    wanted.extend(free.into_iter().filter(|key| taken.contains(&key.digest())));
    Ok(wanted)
}

/// Further addresses of an account. They never link, but a contact that has one may be the same person.
fn other_addresses(person: &Subject) -> impl Iterator<Item = Key> {
    let living = person.mirror.iter().filter(|m| m.presence == Presence::Live);
    living.flat_map(|m| m.user.aliases.iter().filter_map(|a| Key::of(a)))
}

fn digests<'k>(keys: impl IntoIterator<Item = &'k Key>) -> Vec<i64> {
    let mut digests: Vec<i64> = keys.into_iter().map(Key::digest).collect();
    digests.sort_unstable();
    digests.dedup();
    digests
}

/// The condition on a row's key. That there is one is said besides: PostgreSQL does not see it in the list, and would leave
/// the index of keys alone.
pub(crate) fn has_key(engine: Engine, place: usize) -> String {
    format!("key_digest IS NOT NULL AND key_digest {}", List::Ints.holds(engine, place))
}

/// The condition on contacts of the customer `$2`. As a range of ids it would tempt PostgreSQL to read all of them.
const OWN: &str = "(id >> 40) = $2";

/// Digests of keys that several source users have, ascending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedKeys(Vec<i64>);

impl SharedKeys {
    fn holds(&self, key: &Key) -> bool {
        self.0.binary_search(&key.digest()).is_ok()
    }
}

const SHARED: &str = "GROUP BY key_digest HAVING COUNT(*) > 1 ORDER BY key_digest";

/// Those among these digests.
fn shared(tx: &mut Tx<'_>, connection: ConnectionId, digests: &[i64]) -> Result<SharedKeys> {
    if digests.is_empty() {
        return Ok(SharedKeys(Vec::new()));
    }
    let of = has_key(tx.engine(), 2);
    let sql = format!("SELECT key_digest FROM source_user WHERE connection = $1 AND {of} {SHARED}");
    Ok(SharedKeys(tx.query(&sql, params![connection.get(), digests], |row| row.int(0))?))
}

/// All of them, in the order of their index.
pub(super) fn all_shared(tx: &mut Tx<'_>, connection: ConnectionId) -> Result<SharedKeys> {
    let sql = format!(
        "SELECT key_digest FROM source_user WHERE connection = $1 AND key_digest IS NOT NULL {SHARED}"
    );
    Ok(SharedKeys(tx.query(&sql, params![connection.get()], |row| row.int(0))?))
}

/// Those that a contact has, in the book or in its bin. Nothing is asked while there are no contacts: a first fill.
fn taken(tx: &mut Tx<'_>, connection: ConnectionId, digests: &[i64]) -> Result<BTreeSet<i64>> {
    let (first, last) = ContactId::range(connection.customer());
    let any = "SELECT id FROM contact WHERE id BETWEEN $1 AND $2 UNION ALL SELECT id FROM bin WHERE id BETWEEN $1 AND $2 LIMIT 1";
    if digests.is_empty() || tx.query_opt(any, params![first, last], |row| row.int(0))?.is_none() {
        return Ok(BTreeSet::new());
    }
    let has_key = has_key(tx.engine(), 1);
    let sql = format!(
        "SELECT key_digest FROM contact WHERE {has_key} AND {OWN} \
         UNION SELECT key_digest FROM bin WHERE {has_key} AND {OWN}"
    );
    let found = tx.query(&sql, params![digests, connection.customer().0], |row| row.int(0))?;
    Ok(found.into_iter().collect())
}

/// Everybody and everything with these keys. The digest finds, the key decides.
fn key_groups(
    tx: &mut Tx<'_>,
    connection: ConnectionId,
    wanted: BTreeSet<Key>,
    keys: Keys<'_>,
) -> Result<BTreeMap<Key, KeyGroup>> {
    if wanted.is_empty() {
        return Ok(BTreeMap::new());
    }
    let digests = digests(&wanted);
    let mut groups: BTreeMap<Key, KeyGroup> =
        wanted.into_iter().map(|key| (key, KeyGroup::default())).collect();
    for holder in holders(tx, connection, &digests)? {
        if let Some(group) = holder.contact.values.key().and_then(|key| groups.get_mut(&key)) {
            group.contacts.push(holder);
        }
    }
    let sql = format!("SELECT source FROM source_user WHERE connection = $1 AND {}", has_key(tx.engine(), 2));
    let values = params![connection.get(), &digests[..]];
    let mut ids = tx.query(&sql, values, |row| Ok(SourceId::from_bytes(row.blob(0)?)))?;
    ids.extend(groups.values().flat_map(|g| &g.contacts).flat_map(|c| c.links.iter().cloned()));
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        return Ok(groups);
    }
    for person in load(tx, connection, &Range::These(ids))? {
        // People linked to a key's contacts belong to it, whatever their own key.
        let linked = |g: &KeyGroup| g.contacts.iter().any(|c| c.links.contains(&person.source));
        let own = person.mirror.as_ref().and_then(|m| keys.from.key(&m.user, keys.domains));
        let book = person.contact.as_ref().or(person.binned.as_ref()).and_then(|c| c.values.key());
        let places: BTreeSet<Key> = own.iter().cloned().chain(book).collect();
        for key in places {
            if let Some(group) = groups.get_mut(&key)
                && (own.as_ref() == Some(&key) || linked(group))
            {
                group.people.push(person.clone());
            }
        }
    }
    Ok(groups)
}

/// Contacts with these digests, in the book and in the bin, each with its pins and links.
fn holders(tx: &mut Tx<'_>, connection: ConnectionId, digests: &[i64]) -> Result<Vec<KeyContact>> {
    let mut found: BTreeMap<i64, KeyContact> = BTreeMap::new();
    for (table, place) in [("contact", Place::Living), ("bin", Place::Bin)] {
        let sql = format!("SELECT {COLUMNS} FROM {table} WHERE {} AND {OWN}", has_key(tx.engine(), 1));
        tx.for_each(&sql, params![digests, connection.customer().0], |row| {
            let contact = read_contact(row)?;
            let holder = KeyContact { contact, place, links: Vec::new(), linked_elsewhere: Elsewhere::No };
            found.insert(holder.contact.id.get(), holder);
            Ok(())
        })?;
    }
    let ids: Vec<i64> = found.keys().copied().collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let of = List::Ints.holds(tx.engine(), 1);
    let sql = format!("SELECT contact, field, reason, until FROM pin WHERE contact {of}");
    tx.for_each(&sql, params![&ids[..]], |row| {
        let pin = read_pin(row, 1)?;
        if let Some(holder) = found.get_mut(&row.int(0)?) {
            holder.contact.pins.push(pin);
        }
        Ok(())
    })?;
    let sql = format!("SELECT contact, connection, source FROM link WHERE contact {of} ORDER BY source");
    tx.for_each(&sql, params![&ids[..]], |row| {
        let here = row.int(1)? == connection.get();
        let source = SourceId::from_bytes(row.blob(2)?);
        match found.get_mut(&row.int(0)?) {
            Some(holder) if here => holder.links.push(source),
            Some(holder) => holder.linked_elsewhere = Elsewhere::Yes,
            None => {}
        }
        Ok(())
    })?;
    let (living, binned): (Vec<_>, Vec<_>) = found.into_values().partition(|h| h.place == Place::Living);
    Ok(living.into_iter().chain(binned).collect())
}
