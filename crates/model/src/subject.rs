//! What is known about one person before anything is decided, and the neighbourhood that shares the person's key.

use std::collections::BTreeMap;

use crate::contact::Contact;
use crate::group::MadeBy;
use crate::ids::{ConnectionId, GroupId, SourceId};
use crate::link::Link;
use crate::plan::OpKind;
use crate::scope::KeptOut;
use crate::source::MirrorUser;
use crate::text::Key;

/// Everything known about one source user: source state, link, contact, groups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// Over which connection.
    pub connection: ConnectionId,
    /// The source user's id.
    pub source: SourceId,
    /// The mirror row; `None` where the mirror knows nobody of that id.
    pub mirror: Option<MirrorUser>,
    /// The link, where there is one.
    pub link: Option<Link>,
    /// The linked contact, living.
    pub contact: Option<Contact>,
    /// The linked contact, in the bin.
    pub binned: Option<Contact>,
    /// Source groups that hold the user directly.
    pub groups: Vec<SourceId>,
    /// Memberships of the linked contact.
    pub memberships: Vec<Membership>,
    /// Operations that a person rejected.
    pub rejections: Vec<Rejection>,
    /// Must not come back.
    pub kept_out: Option<KeptOut>,
}

/// A contact's membership in a contact group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Membership {
    /// The contact group.
    pub group: GroupId,
    /// Who made it.
    pub made_by: MadeBy,
}

/// "Keep until this person's source state changes again."
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rejection {
    /// The rejected kind of operation.
    pub kind: OpKind,
    /// Digest of the source state that it was about.
    pub state: i64,
}

/// A rejection whose person or group was seen in another state than it was about: it ends, and does not stand again when
/// that state comes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outlived {
    /// The source user or group.
    pub source: SourceId,
    /// The rejection.
    pub what: Rejection,
}

/// Where a contact lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In the book.
    Living,
    /// In the bin.
    Bin,
}

/// A contact that holds a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyContact {
    /// The contact.
    pub contact: Contact,
    /// In the book or in the bin.
    pub place: Place,
    /// Source users of this connection that are linked to it.
    pub links: Vec<SourceId>,
    /// Whether users of other connections are linked to it.
    pub linked_elsewhere: Elsewhere,
}

/// Whether other connections link to a contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Elsewhere {
    /// None does.
    No,
    /// One or more do.
    Yes,
}

/// Everybody and everything with one key.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KeyGroup {
    /// Source users with the key, in the order of their ids, and the source users that are linked to its contacts.
    pub people: Vec<Subject>,
    /// Contacts with the key.
    pub contacts: Vec<KeyContact>,
}

/// Groups of people and contacts by key; complete for every key that a planned person or its contact has.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Hood {
    /// By key.
    pub groups: BTreeMap<Key, KeyGroup>,
}

impl Hood {
    /// Contacts with a key.
    pub fn contacts(&self, key: &Key) -> &[KeyContact] {
        self.groups.get(key).map_or(&[], |g| g.contacts.as_slice())
    }

    /// People of this key's neighbourhood.
    pub fn people(&self, key: &Key) -> &[Subject] {
        self.groups.get(key).map_or(&[], |g| g.people.as_slice())
    }

    /// Somebody of this key's neighbourhood.
    pub fn person(&self, key: &Key, id: &SourceId) -> Option<&Subject> {
        self.people(key).iter().find(|p| p.source == *id)
    }
}
