//! Kinds of operations, of what the guard counts, and of holds, by their stable names.

/// Kinds of operations; the order is that of a plan's display.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum OpKind {
    /// A new contact with a link by creation.
    Create,
    /// An existing contact gets a link (S6).
    Adopt,
    /// Owned fields change.
    Update,
    /// A new contact takes over the link of one whose address was changed here (A6).
    TakeOver,
    /// A link moves to a new account of the same person.
    Relink,
    /// Back from the bin.
    Restore,
    /// No longer marked as left.
    Return,
    /// Marked as left.
    MarkLeft,
    /// The link is cut, the contact stays.
    Unlink,
    /// To the bin.
    Remove,
    /// Out, and waiting for the day when something becomes of it; changes nothing yet.
    Wait,
    /// A contact group for a subscribed source group.
    GroupCreate,
    /// A contact group follows its source group's name.
    GroupRename,
    /// A contact group is no longer tied to its source group.
    GroupUntie,
    /// Memberships of a contact group.
    Members,
}

impl OpKind {
    /// All kinds.
    pub const ALL: [Self; 15] = [
        Self::Create,
        Self::Adopt,
        Self::Update,
        Self::TakeOver,
        Self::Relink,
        Self::Restore,
        Self::Return,
        Self::MarkLeft,
        Self::Unlink,
        Self::Remove,
        Self::Wait,
        Self::GroupCreate,
        Self::GroupRename,
        Self::GroupUntie,
        Self::Members,
    ];

    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Adopt => "adopt",
            Self::Update => "update",
            Self::TakeOver => "take_over",
            Self::Relink => "relink",
            Self::Restore => "restore",
            Self::Return => "return",
            Self::MarkLeft => "mark_left",
            Self::Unlink => "unlink",
            Self::Remove => "remove",
            Self::Wait => "wait",
            Self::GroupCreate => "group_create",
            Self::GroupRename => "group_rename",
            Self::GroupUntie => "group_untie",
            Self::Members => "members",
        }
    }

    /// The kind of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.name() == name)
    }
}

/// Kinds that the deletion guard counts and holds as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum GuardKind {
    /// Removals.
    Remove,
    /// Marks as left.
    MarkLeft,
    /// Updates that empty a name or an address.
    Empty,
}

impl GuardKind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Remove, Self::MarkLeft, Self::Empty];

    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Remove => "remove",
            Self::MarkLeft => "mark_left",
            Self::Empty => "empty",
        }
    }

    /// The kind of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.name() == name)
    }
}

/// Why an operation is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HeldBy {
    /// More than the guard allows.
    Guard,
    /// The group, or the group of these people, became empty.
    GroupEmptied,
    /// Absent from a complete read together with too many others; nobody was looked up.
    Unconfirmed,
    /// A person holds it.
    Person,
}

impl HeldBy {
    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Guard => "guard",
            Self::GroupEmptied => "group_emptied",
            Self::Unconfirmed => "unconfirmed",
            Self::Person => "person",
        }
    }

    /// The reason of that name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Guard, Self::GroupEmptied, Self::Unconfirmed, Self::Person]
            .into_iter()
            .find(|h| h.name() == name)
    }
}
