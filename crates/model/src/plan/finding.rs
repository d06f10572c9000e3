//! Findings: something odd about one person or group; never an error of the run.

use crate::ids::{ContactId, SourceId};

/// Something odd about one person or group; never an error of the run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What.
    pub kind: FindingKind,
    /// The source user or group.
    pub source: SourceId,
    /// The contact, where there is one.
    pub contact: Option<ContactId>,
    /// Others that it is about.
    pub others: Vec<SourceId>,
}

/// Kinds of findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FindingKind {
    /// A contact with the same key exists and is left alone.
    ExistingContact,
    /// Several contacts have the key.
    SeveralContacts,
    /// The contact with the key belongs to another living person.
    KeyTaken,
    /// Several people in scope share an address.
    SharedAddress,
    /// The same person under a new account.
    HiredAgain,
    /// Not seen any more, yet not gone.
    Hidden,
    /// Has no Exchange Online plan (X11).
    WithoutMailbox,
    /// Another address of the account equals a contact's: may be the same person.
    MaybeSame,
    /// Only presumed to be a shared mailbox or room.
    PresumedShared,
    /// The source group was deleted; memberships stay.
    GroupGone,
    /// The source group is listed no more, but not confirmed gone; memberships stay.
    GroupHidden,
    /// The source group lost all its people; memberships stay.
    GroupEmptied,
    /// A contact group with the same name exists that is not ours.
    GroupNameTaken,
    /// The contact group was deleted here; its subscription ends.
    GroupDeletedHere,
    /// Listed, but what Microsoft tells of it cannot be read; what was known stays.
    Unreadable,
}

impl FindingKind {
    /// All kinds.
    pub const ALL: [Self; 15] = [
        Self::ExistingContact,
        Self::SeveralContacts,
        Self::KeyTaken,
        Self::SharedAddress,
        Self::HiredAgain,
        Self::Hidden,
        Self::WithoutMailbox,
        Self::MaybeSame,
        Self::PresumedShared,
        Self::GroupGone,
        Self::GroupHidden,
        Self::GroupEmptied,
        Self::GroupNameTaken,
        Self::GroupDeletedHere,
        Self::Unreadable,
    ];

    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ExistingContact => "existing_contact",
            Self::SeveralContacts => "several_contacts",
            Self::KeyTaken => "key_taken",
            Self::SharedAddress => "shared_address",
            Self::HiredAgain => "hired_again",
            Self::Hidden => "hidden",
            Self::WithoutMailbox => "without_mailbox",
            Self::MaybeSame => "maybe_same",
            Self::PresumedShared => "presumed_shared",
            Self::GroupGone => "group_gone",
            Self::GroupHidden => "group_hidden",
            Self::GroupEmptied => "group_emptied",
            Self::GroupNameTaken => "group_name_taken",
            Self::GroupDeletedHere => "group_deleted_here",
            Self::Unreadable => "unreadable",
        }
    }

    /// The kind of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.name() == name)
    }
}
