//! Loads people for planning: by ranges of ids for everybody, by lists of ids for the few, the same queries for both. What
//! a load costs in statements does not depend on how many people it brings.

mod hood;

use std::collections::BTreeMap;

use model::group::MadeBy;
use model::ids::{ConnectionId, ContactId, GroupId, SourceId};
use model::link::{Link, LinkOrigin};
use model::plan::OpKind;
use model::reason::OutReason;
use model::subject::{Hood, Membership, Rejection, Subject};
use model::{Key, Timestamp};

use crate::contact::{COLUMNS, read_contact, unpack};
use crate::db::{Engine, List, Row, Tx, params};
use crate::error::{Result, StoreError};
use crate::mirror::{Keys, read_user};
use crate::store::Book;

pub use hood::SharedKeys;
pub(crate) use hood::has_key;

/// Which people are loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Range {
    /// Everybody from one id to another, both ends included.
    Between {
        /// The lowest.
        low: Vec<u8>,
        /// The highest.
        high: Vec<u8>,
    },
    /// These.
    These(Vec<SourceId>),
}

impl Range {
    /// Just one.
    pub fn one(id: &SourceId) -> Self {
        Self::These(vec![id.clone()])
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
        let mut low = match after {
            Some(Range::Between { high, .. }) => high.clone(),
            Some(Range::These(_)) | None => Vec::new(),
        };
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
        Ok(Some(Range::Between { low, high: end.unwrap_or_else(|| vec![0xff; 256]) }))
    }

    /// People of a range, each with everything known, and the neighbourhood of those who need it.
    pub fn load_people(
        &self,
        connection: ConnectionId,
        range: &Range,
        keys: Keys<'_>,
    ) -> Result<(Vec<Subject>, Hood)> {
        self.load_sharing(connection, range, keys, None)
    }

    /// The same where the keys that several source users have are known already.
    pub fn load_sharing(
        &self,
        connection: ConnectionId,
        range: &Range,
        keys: Keys<'_>,
        shared: Option<&SharedKeys>,
    ) -> Result<(Vec<Subject>, Hood)> {
        self.owns(connection)?;
        let load = |tx: &mut Tx<'_>| {
            let people = load(tx, connection, range)?;
            let hood = hood::hood(tx, connection, &people, keys, shared)?;
            Ok((people, hood))
        };
        match range {
            Range::Between { .. } => self.store.db.read(load),
            Range::These(_) => self.store.db.read_between(load),
        }
    }

    /// The keys that several source users have, read in one go. Who plans everybody asks once: the index by key is in no
    /// order that ranges of people follow, and to ask it for each of them again costs more the larger it is.
    pub fn shared_keys(&self, connection: ConnectionId) -> Result<SharedKeys> {
        self.owns(connection)?;
        self.store.db.read(|tx| hood::all_shared(tx, connection))
    }
}

/// The people of one load, as the statements name them: `$1` is the connection.
struct Of<'a> {
    connection: ConnectionId,
    engine: Engine,
    range: &'a Range,
    ids: Vec<&'a [u8]>,
}

impl<'a> Of<'a> {
    fn new(tx: &Tx<'_>, connection: ConnectionId, range: &'a Range) -> Self {
        let ids = match range {
            Range::Between { .. } => Vec::new(),
            Range::These(ids) => ids.iter().map(SourceId::as_bytes).collect(),
        };
        Self { connection, engine: tx.engine(), range, ids }
    }

    /// The statement, with the condition on the column of source ids in place of `{}`.
    fn sql(&self, text: &str) -> String {
        let condition = match self.range {
            Range::Between { .. } => "BETWEEN $2 AND $3".to_owned(),
            Range::These(_) => List::Blobs.holds(self.engine, 2),
        };
        text.replace("{}", &condition)
    }

    /// Hands every row of the statement over.
    fn each(&self, tx: &mut Tx<'_>, text: &str, f: impl FnMut(&Row<'_>) -> Result<()>) -> Result<()> {
        let connection = self.connection.get();
        match self.range {
            Range::Between { low, high } => tx.for_each(&self.sql(text), params![connection, low, high], f),
            Range::These(_) => tx.for_each(&self.sql(text), params![connection, &self.ids[..]], f),
        }
    }
}

/// People of a range.
fn load(tx: &mut Tx<'_>, connection: ConnectionId, range: &Range) -> Result<Vec<Subject>> {
    let of = Of::new(tx, connection, range);
    let mut people: BTreeMap<SourceId, Subject> = BTreeMap::new();
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
    let sql = "SELECT source, presence, since, body FROM source_user WHERE connection = $1 AND source {}";
    of.each(tx, sql, |row| {
        let mirror = read_user(row)?;
        let id = mirror.user.id.clone();
        people.insert(id.clone(), Subject { mirror: Some(mirror), ..blank(id) });
        Ok(())
    })?;
    let sql = "SELECT source, contact, origin, wrote_key, out_reason, out_since FROM link \
               WHERE connection = $1 AND source {}";
    of.each(tx, sql, |row| {
        let link = read_link(connection, row)?;
        let id = link.source.clone();
        people.entry(id.clone()).or_insert_with(|| blank(id)).link = Some(link);
        Ok(())
    })?;
    if people.values().any(|p| p.link.is_some()) {
        load_contacts(tx, &of, &mut people)?;
    }
    load_rest(tx, &of, &mut people)?;
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
    LinkOrigin::named(name).ok_or_else(|| StoreError::Corrupt("a link's origin is unreadable".into()))
}

fn load_contacts(tx: &mut Tx<'_>, of: &Of<'_>, people: &mut BTreeMap<SourceId, Subject>) -> Result<()> {
    let of_link = |table: &str, more: &str| {
        let columns = COLUMNS.split(", ").map(|c| format!("c.{c}")).collect::<Vec<_>>().join(", ");
        format!(
            "SELECT {columns}, l.source{more} FROM link l JOIN {table} c ON c.id = l.contact \
             WHERE l.connection = $1 AND l.source {{}}"
        )
    };
    of.each(tx, &of_link("contact", ""), |row| {
        let contact = read_contact(row)?;
        if let Some(person) = people.get_mut(&SourceId::from_bytes(row.blob(16)?)) {
            person.contact = Some(contact);
        }
        Ok(())
    })?;
    of.each(tx, &of_link("bin", ", c.memberships"), |row| {
        let contact = read_contact(row)?;
        if let Some(person) = people.get_mut(&SourceId::from_bytes(row.blob(16)?)) {
            person.binned = Some(contact);
            // The bin gives them back with the contact: what is planned begins with them.
            let packed = unpack(row.blob(17)?)?.into_iter();
            person.memberships = packed.map(|(group, made_by)| membership(group, made_by)).collect();
        }
        Ok(())
    })?;
    let sql = "SELECT l.source, m.contact_group, m.made_by FROM link l JOIN contact_member m ON m.contact = l.contact \
               WHERE l.connection = $1 AND l.source {}";
    of.each(tx, sql, |row| {
        let membership = membership(GroupId::from_stored(row.int(1)?), row.int(2)?);
        if let Some(person) = people.get_mut(&SourceId::from_bytes(row.blob(0)?)) {
            person.memberships.push(membership);
        }
        Ok(())
    })?;
    let sql = "SELECT l.source, p.field, p.reason, p.until FROM link l JOIN pin p ON p.contact = l.contact \
               WHERE l.connection = $1 AND l.source {}";
    of.each(tx, sql, |row| {
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

fn membership(group: GroupId, made_by: i64) -> Membership {
    Membership { group, made_by: if made_by == 0 { MadeBy::Run } else { MadeBy::Hand } }
}

fn load_rest(tx: &mut Tx<'_>, of: &Of<'_>, people: &mut BTreeMap<SourceId, Subject>) -> Result<()> {
    let sql =
        "SELECT member, source_group FROM source_member WHERE connection = $1 AND member {} AND kind = 0";
    of.each(tx, sql, |row| {
        if let Some(person) = people.get_mut(&SourceId::from_bytes(row.blob(0)?)) {
            person.groups.push(SourceId::from_bytes(row.blob(1)?));
        }
        Ok(())
    })?;
    let sql = "SELECT source, kind, state FROM rejection WHERE connection = $1 AND source {}";
    of.each(tx, sql, |row| {
        let rejection = OpKind::named(row.text(1)?).map(|kind| (kind, row.int(2)));
        if let (Some(person), Some((kind, state))) =
            (people.get_mut(&SourceId::from_bytes(row.blob(0)?)), rejection)
        {
            person.rejections.push(Rejection { kind, state: state? });
        }
        Ok(())
    })?;
    let sql = "SELECT source, reason FROM kept_out WHERE connection = $1 AND source {}";
    of.each(tx, sql, |row| {
        if let Some(person) = people.get_mut(&SourceId::from_bytes(row.blob(0)?)) {
            person.kept_out = Some(crate::erase::reason(row.text(1)?)?);
        }
        Ok(())
    })
}
