//! Where the next delta goes on: the whole delta link, together with the property list it was made for. Microsoft encodes
//! the selected properties into the link, so a changed list makes a complete read necessary.

use std::fmt;

use crate::wire::{group, user};

/// Where the next round of a delta starts. Opaque; the link in it is never shown or logged.
#[derive(Clone, PartialEq, Eq)]
pub struct Cursor {
    pub(crate) of: Collection,
    pub(crate) link: String,
}

/// What a delta walks over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Collection {
    Users,
    Groups,
}

/// Where a delta starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeltaStart {
    /// Everything that exists, then changes.
    Beginning,
    /// Nothing now, changes from now on.
    Latest,
    /// Changes since then.
    Cursor(Cursor),
}

/// Why a stored cursor is of no use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum CursorError {
    /// Made for another list of properties: do a complete read.
    #[error("the cursor was made for another list of properties, a complete read is due")]
    OtherProperties,
    /// Not a stored cursor at all: do a complete read.
    #[error("the cursor is unreadable, a complete read is due")]
    Unreadable,
}

impl Cursor {
    /// The text to store.
    pub fn to_stored(&self) -> String {
        format!("{} {}", self.of.version(), self.link)
    }

    /// Reads a stored text.
    pub fn from_stored(text: &str) -> Result<Self, CursorError> {
        let (version, link) = text.split_once(' ').ok_or(CursorError::Unreadable)?;
        let of =
            [Collection::Users, Collection::Groups].into_iter().find(|of| version.starts_with(of.letter()));
        let of = of.ok_or(CursorError::Unreadable)?;
        if version != of.version() {
            return Err(CursorError::OtherProperties);
        }
        Ok(Self { of, link: link.to_owned() })
    }
}

impl fmt::Debug for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cursor({:?})", self.of)
    }
}

impl Collection {
    pub(crate) const fn path(self) -> &'static str {
        match self {
            Self::Users => "/users",
            Self::Groups => "/groups",
        }
    }

    pub(crate) const fn permission(self) -> &'static str {
        match self {
            Self::Users => "User.Read.All",
            Self::Groups => "GroupMember.Read.All",
        }
    }

    const fn letter(self) -> &'static str {
        match self {
            Self::Users => "u",
            Self::Groups => "g",
        }
    }

    /// What a delta selects.
    pub(crate) const fn delta_select(self) -> &'static str {
        match self {
            Self::Users => user::SELECT,
            Self::Groups => group::DELTA_SELECT,
        }
    }

    /// Changes by itself when the list of properties does.
    fn version(self) -> String {
        format!("{}{:016x}", self.letter(), model::text::fnv1a(self.delta_select().as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_survive_storage_and_know_their_property_list() {
        for of in [Collection::Users, Collection::Groups] {
            let cursor =
                Cursor { of, link: "https://graph.microsoft.com/v1.0/users/delta?$deltatoken=a b".into() };
            assert_eq!(Cursor::from_stored(&cursor.to_stored()).unwrap(), cursor);
            assert!(!format!("{cursor:?}").contains("deltatoken"));
        }
        assert_eq!(Cursor::from_stored("u0123 https://x"), Err(CursorError::OtherProperties));
        assert_eq!(Cursor::from_stored("https://x"), Err(CursorError::Unreadable));
        assert_eq!(Cursor::from_stored("x0 https://x"), Err(CursorError::Unreadable));
    }
}
