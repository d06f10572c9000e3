//! Links: the tie between a contact and a source object, by id, never by e-mail.

use crate::ids::{ConnectionId, ContactId, SourceId};
use crate::reason::OutReason;
use crate::text::Key;
use crate::time::Timestamp;

/// How a link came about. Only what a run created may a run remove.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LinkOrigin {
    /// A run (or an import by hand) created the contact.
    Creation,
    /// A run found an existing contact with the same key (S6).
    Automatic,
    /// A person tied them.
    ByHand,
}

impl LinkOrigin {
    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Creation => "created",
            Self::Automatic => "automatic",
            Self::ByHand => "by_hand",
        }
    }

    /// The origin of that name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Creation, Self::Automatic, Self::ByHand].into_iter().find(|o| o.name() == name)
    }
}

/// The tie between a contact and a source user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Over which connection.
    pub connection: ConnectionId,
    /// The source object's id.
    pub source: SourceId,
    /// The contact.
    pub contact: ContactId,
    /// How it came about.
    pub origin: LinkOrigin,
    /// The key that the last run wrote; another key in the contact means that a person changed the address.
    pub wrote_key: Option<Key>,
    /// Out of scope for that reason since then; waits such as "after 14 days" count from here.
    pub out: Option<(OutReason, Timestamp)>,
}
