//! The neighbourhood of a person: who shares the key, and which contacts hold it.

use std::collections::BTreeMap;

use model::ids::SourceId;
use model::{Contact, Key};

use crate::standing::{Standing, standing};
use crate::subject::{Context, Subject};

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
    fn group(&self, key: &Key) -> Option<&KeyGroup> {
        self.groups.get(key)
    }

    /// Contacts with a key.
    pub fn contacts(&self, key: &Key) -> &[KeyContact] {
        self.group(key).map_or(&[], |g| g.contacts.as_slice())
    }

    /// Somebody of this key's neighbourhood.
    pub fn person(&self, key: &Key, id: &SourceId) -> Option<&Subject> {
        self.group(key)?.people.iter().find(|p| p.source == *id)
    }

    /// Others in scope who have the key.
    pub fn sharing<'h>(&'h self, ctx: &Context<'_>, key: &Key, but: &SourceId) -> Vec<&'h Subject> {
        let people = self.group(key).map_or(&[][..], |g| g.people.as_slice());
        let shares = |p: &&Subject| {
            p.source != *but
                && p.key(ctx).as_ref() == Some(key)
                && matches!(standing(ctx, p), Standing::In(_))
        };
        people.iter().filter(shares).collect()
    }
}
