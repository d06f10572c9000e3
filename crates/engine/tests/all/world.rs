//! A customer's whole state in plain maps, and builders that let a test say only what matters to it.
//! People are numbers below 10, contacts are their own numbers; `ANNA`'s contact is usually 11.

use std::collections::{BTreeMap, BTreeSet};

use engine::Rejection;
use engine::cover::Nesting;
use model::group::MadeBy;
use model::ids::{ConnectionId, ContactId, CustomerId, GroupId, SourceId};
use model::scope::{KeptOut, Scope, Subscription};
use model::source::{Licence, MirrorUser, Presence, SourceUser};
use model::{Contact, Field, Link, LinkOrigin, Origin, Policy, Preset, Timestamp, Values};

pub const ANNA: u8 = 1;
pub const BEN: u8 = 2;
pub const CARA: u8 = 3;
/// The day on which every test begins.
pub const TODAY: Timestamp = Timestamp::START.plus_days(100);

pub fn connection() -> ConnectionId {
    ConnectionId::new(CustomerId(1), 1)
}

pub fn person(n: u8) -> SourceId {
    SourceId::Guid([n; 16])
}

pub fn number(id: &SourceId) -> u8 {
    id.as_bytes()[0]
}

/// Source groups are numbers from 100.
pub fn source_group(n: u8) -> SourceId {
    SourceId::Guid([n; 16])
}

pub fn contact_id(n: i64) -> ContactId {
    ContactId::new(CustomerId(1), n)
}

pub fn group_id(n: i64) -> GroupId {
    GroupId::new(CustomerId(1), n)
}

pub fn address(n: u8) -> String {
    let name = ["zoe", "anna", "ben", "cara"].get(n as usize).map(|n| (*n).to_owned());
    format!("{}@x.example", name.unwrap_or_else(|| format!("p{n}")))
}

/// An enabled, licensed member with names and an address.
pub fn user(n: u8) -> SourceUser {
    let first = ["Zoe", "Anna", "Ben", "Cara"].get(n as usize).copied().unwrap_or("Pat");
    SourceUser {
        id: person(n),
        enabled: true,
        licence: Licence::Mailbox,
        first_name: Some(first.into()),
        last_name: Some("Berg".into()),
        display_name: Some(format!("{first} Berg (x)").into()),
        mail: Some(address(n).into()),
        upn: Some(address(n).into()),
        ..SourceUser::default()
    }
}

/// Everything that a plan looks at.
#[derive(Debug, Clone)]
pub struct World {
    pub policy: Policy,
    pub scope: Scope,
    pub as_of: Timestamp,
    pub users: BTreeMap<SourceId, MirrorUser>,
    pub groups: BTreeMap<SourceId, BTreeSet<SourceId>>,
    pub nestings: Vec<Nesting>,
    pub ties: BTreeMap<SourceId, GroupId>,
    pub emptied: BTreeSet<GroupId>,
    pub vanished: BTreeSet<GroupId>,
    pub book: BTreeMap<ContactId, Contact>,
    pub bin: BTreeMap<ContactId, Contact>,
    pub links: BTreeMap<SourceId, Link>,
    pub elsewhere: BTreeSet<ContactId>,
    pub memberships: BTreeMap<(ContactId, GroupId), MadeBy>,
    pub rejections: BTreeMap<SourceId, Vec<Rejection>>,
    pub kept_out: BTreeMap<SourceId, KeptOut>,
    pub held: BTreeSet<SourceId>,
    /// Reads every list backwards: order must not matter.
    pub backwards: bool,
}

impl World {
    /// A preset with everybody in scope, nobody in the directory and nothing in the book.
    pub fn new(preset: Preset) -> Self {
        Self {
            policy: preset.policy(),
            scope: Scope { everybody: true, ..Scope::default() },
            as_of: TODAY,
            users: BTreeMap::new(),
            groups: BTreeMap::new(),
            nestings: Vec::new(),
            ties: BTreeMap::new(),
            emptied: BTreeSet::new(),
            vanished: BTreeSet::new(),
            book: BTreeMap::new(),
            bin: BTreeMap::new(),
            links: BTreeMap::new(),
            elsewhere: BTreeSet::new(),
            memberships: BTreeMap::new(),
            rejections: BTreeMap::new(),
            kept_out: BTreeMap::new(),
            held: BTreeSet::new(),
            backwards: false,
        }
    }

    /// `careful`.
    pub fn careful() -> Self {
        Self::new(Preset::Careful)
    }

    pub fn set(mut self, key: &str, value: &str) -> Self {
        self.policy.set(key, value).unwrap();
        self
    }

    /// Scope: nobody but whom other builders name.
    pub fn nobody(mut self) -> Self {
        self.scope.everybody = false;
        self
    }

    pub fn choose(mut self, n: u8) -> Self {
        self.scope.chosen.insert(person(n));
        self
    }

    pub fn hold(mut self, n: u8) -> Self {
        self.held.insert(person(n));
        self
    }

    pub fn exclude(mut self, n: u8) -> Self {
        self.scope.excluded.insert(person(n));
        self
    }

    /// A living source user with the usual values.
    pub fn user(self, n: u8) -> Self {
        self.user_with(n, |_| ())
    }

    /// A living source user with other values than the usual.
    pub fn user_with(mut self, n: u8, change: impl FnOnce(&mut SourceUser)) -> Self {
        let mut user = user(n);
        change(&mut user);
        self.users.insert(person(n), MirrorUser { user, presence: Presence::Live });
        self
    }

    /// The source changes a user who is in the mirror already.
    pub fn change(mut self, n: u8, change: impl FnOnce(&mut SourceUser)) -> Self {
        change(&mut self.users.get_mut(&person(n)).unwrap().user);
        self
    }

    pub fn presence(mut self, n: u8, presence: Presence) -> Self {
        self.users.get_mut(&person(n)).unwrap().presence = presence;
        self
    }

    pub fn deleted(self, n: u8) -> Self {
        self.presence(n, Presence::Deleted { at: TODAY })
    }

    /// A contact that a person typed, with that address and no names.
    pub fn contact(mut self, n: i64, email: &str) -> Self {
        let values = Values::default().with(Field::Email, email);
        self.book.insert(contact_id(n), contact(n, Origin::Manual, values));
        self
    }

    /// A contact that stands as a run would have left it, linked to that user.
    pub fn linked(mut self, n: u8, to: i64, origin: LinkOrigin) -> Self {
        let user = self.users.get(&person(n)).map_or_else(|| user(n), |m| m.user.clone());
        let mut values = Values::default();
        values.set(Field::FirstName, user.first_name.as_deref());
        values.set(Field::LastName, user.last_name.as_deref());
        values.set(Field::Email, user.mail.as_deref());
        values.set(Field::DisplayName, values.joined_name().as_deref());
        let made = if origin == LinkOrigin::Creation { Origin::Microsoft365 } else { Origin::Manual };
        let wrote_key = values.key();
        self.book.insert(contact_id(to), contact(to, made, values));
        let link = Link {
            connection: connection(),
            source: person(n),
            contact: contact_id(to),
            origin,
            wrote_key,
            out: None,
        };
        self.links.insert(person(n), link);
        self
    }

    /// A living user with a contact that a run created.
    pub fn created(self, n: u8, to: i64) -> Self {
        self.user(n).linked(n, to, LinkOrigin::Creation)
    }

    pub fn edit(mut self, n: i64, change: impl FnOnce(&mut Contact)) -> Self {
        change(self.book.get_mut(&contact_id(n)).unwrap());
        self
    }

    /// A person writes a field in the book.
    pub fn write(self, n: i64, field: Field, value: &str) -> Self {
        self.edit(n, |c| c.values.set(field, Some(value)))
    }

    /// A contact goes to the bin, by whomever.
    pub fn binned(mut self, n: i64) -> Self {
        let gone = self.book.remove(&contact_id(n)).unwrap();
        self.bin.insert(contact_id(n), gone);
        self
    }

    /// A contact is gone from book and bin; its link stays.
    pub fn purged(mut self, n: i64) -> Self {
        self.book.remove(&contact_id(n));
        self.bin.remove(&contact_id(n));
        self
    }

    /// A subscribed source group with its contact group.
    pub fn subscribed(mut self, source: u8, ours: i64, subscription: Subscription) -> Self {
        self.scope.groups.insert(source_group(source), subscription);
        self.ties.insert(source_group(source), group_id(ours));
        self
    }

    pub fn member(mut self, group: u8, n: u8) -> Self {
        self.groups.entry(person(n)).or_default().insert(source_group(group));
        self
    }

    pub fn nest(mut self, parent: u8, child: u8) -> Self {
        self.nestings.push(Nesting { parent: source_group(parent), child: source_group(child) });
        self
    }

    pub fn in_group(mut self, contact: i64, group: i64, made_by: MadeBy) -> Self {
        self.memberships.insert((contact_id(contact), group_id(group)), made_by);
        self
    }

    pub fn later(mut self, days: i64) -> Self {
        self.as_of = self.as_of.plus_days(days);
        self
    }
}

fn contact(n: i64, origin: Origin, values: Values) -> Contact {
    Contact { id: contact_id(n), origin, values, left_at: None, pins: Vec::new(), updated_at: TODAY }
}
