//! Plans: what a run will do, step by step, as plain data. Preview, log, mail and apply read the same values.

use crate::contact::Field;
use crate::ids::{ConnectionId, ContactId, GroupId, SourceId};
use crate::link::LinkOrigin;
use crate::reason::{OutReason, Reason};
use crate::text::Key;
use crate::time::Timestamp;

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

/// A field before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// The field.
    pub field: Field,
    /// Value before.
    pub before: Option<Box<str>>,
    /// Value after.
    pub after: Option<Box<str>>,
}

/// What one step does to whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Create; values are the projection of the source user at apply. A new contact's id is fixed when the step is stored.
    Create {
        /// The same contact id as before, when it was removed here (X1).
        again: Option<ContactId>,
    },
    /// Link a contact and write owned fields.
    Adopt {
        /// The contact.
        contact: ContactId,
        /// Fields that change with it.
        changes: Vec<FieldChange>,
    },
    /// Write owned fields.
    Update {
        /// The contact.
        contact: ContactId,
        /// What changes.
        changes: Vec<FieldChange>,
        /// The key written, for telling a person's edits apart.
        wrote_key: Option<Key>,
    },
    /// Create a contact that takes over the link of `from`.
    TakeOver {
        /// The contact that becomes a manual one.
        from: ContactId,
    },
    /// Move the link of a gone account to this one.
    Relink {
        /// The contact, living or in the bin.
        contact: ContactId,
        /// The gone account.
        from: SourceId,
        /// Fields that change with it.
        changes: Vec<FieldChange>,
        /// It comes out of the bin.
        from_bin: FromBin,
    },
    /// Take the contact out of the bin.
    Restore {
        /// The contact.
        contact: ContactId,
        /// Fields that change with it.
        changes: Vec<FieldChange>,
    },
    /// Take the mark away.
    Return {
        /// The contact.
        contact: ContactId,
        /// Fields that change with it.
        changes: Vec<FieldChange>,
    },
    /// Mark as left.
    MarkLeft {
        /// The contact.
        contact: ContactId,
    },
    /// Cut the link; with the mark when the person is gone.
    Unlink {
        /// The contact.
        contact: ContactId,
        /// How the link had come about.
        origin: LinkOrigin,
        /// Whether the contact is marked as left.
        mark: Mark,
    },
    /// To the bin.
    Remove {
        /// The contact.
        contact: ContactId,
    },
    /// Remember since when the person is out.
    Wait {
        /// The contact.
        contact: ContactId,
        /// Why and since when; `None` forgets it.
        out: Option<(OutReason, Timestamp)>,
        /// When to look again.
        due: Option<Timestamp>,
    },
}

/// Whether a relink takes the contact out of the bin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FromBin {
    /// It does.
    Yes,
    /// The contact lives.
    No,
}

/// Whether an unlink marks the contact as left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Marked.
    Left,
    /// Unchanged.
    None,
}

impl Step {
    /// Its kind.
    pub fn kind(&self) -> OpKind {
        match self {
            Self::Create { .. } => OpKind::Create,
            Self::Adopt { .. } => OpKind::Adopt,
            Self::Update { .. } => OpKind::Update,
            Self::TakeOver { .. } => OpKind::TakeOver,
            Self::Relink { .. } => OpKind::Relink,
            Self::Restore { .. } => OpKind::Restore,
            Self::Return { .. } => OpKind::Return,
            Self::MarkLeft { .. } => OpKind::MarkLeft,
            Self::Unlink { .. } => OpKind::Unlink,
            Self::Remove { .. } => OpKind::Remove,
            Self::Wait { .. } => OpKind::Wait,
        }
    }

    /// The contact that it touches, where it exists already.
    pub fn contact(&self) -> Option<ContactId> {
        match self {
            Self::Create { again } => *again,
            Self::TakeOver { from } => Some(*from),
            Self::Adopt { contact, .. }
            | Self::Update { contact, .. }
            | Self::Relink { contact, .. }
            | Self::Restore { contact, .. }
            | Self::Return { contact, .. }
            | Self::MarkLeft { contact }
            | Self::Unlink { contact, .. }
            | Self::Remove { contact }
            | Self::Wait { contact, .. } => Some(*contact),
        }
    }

    /// What of a contact's fields it changes.
    pub fn changes(&self) -> &[FieldChange] {
        match self {
            Self::Adopt { changes, .. }
            | Self::Update { changes, .. }
            | Self::Relink { changes, .. }
            | Self::Restore { changes, .. }
            | Self::Return { changes, .. } => changes,
            Self::Create { .. }
            | Self::TakeOver { .. }
            | Self::MarkLeft { .. }
            | Self::Unlink { .. }
            | Self::Remove { .. }
            | Self::Wait { .. } => &[],
        }
    }

    /// Which guard kind counts it, if any: removals, marks, and updates that empty a name or the e-mail.
    pub fn guarded(&self) -> Option<GuardKind> {
        let empties = |c: &FieldChange| {
            c.after.is_none()
                && matches!(c.field, Field::FirstName | Field::LastName | Field::DisplayName | Field::Email)
        };
        match self {
            Self::Remove { .. } => Some(GuardKind::Remove),
            Self::MarkLeft { .. } | Self::Unlink { mark: Mark::Left, .. } => Some(GuardKind::MarkLeft),
            Self::Update { changes, .. } if changes.iter().any(empties) => Some(GuardKind::Empty),
            Self::Create { .. }
            | Self::Adopt { .. }
            | Self::Update { .. }
            | Self::TakeOver { .. }
            | Self::Relink { .. }
            | Self::Restore { .. }
            | Self::Return { .. }
            | Self::Unlink { mark: Mark::None, .. }
            | Self::Wait { .. } => None,
        }
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
    /// The group of these people became empty.
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

/// One operation about one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// Over which connection.
    pub connection: ConnectionId,
    /// The source user.
    pub source: SourceId,
    /// What happens.
    pub step: Step,
    /// Why.
    pub reason: Reason,
    /// Held already by the engine (unconfirmed, emptied group); the guard adds its own.
    pub held: Option<HeldBy>,
    /// Digest of the source state that led here; a rejection with the same digest keeps it away.
    pub state: i64,
}

/// A membership that a person's contact gains or loses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MembershipChange {
    /// The contact group.
    pub group: GroupId,
    /// Joins or leaves.
    pub direction: Direction,
}

/// Joining or leaving.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Direction {
    /// Joins.
    Join,
    /// Leaves.
    Leave,
}

/// What is planned for one person.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PersonPlan {
    /// The linked contact, whose memberships these are unless an operation makes a new one.
    pub contact: Option<ContactId>,
    /// What to do, in order: usually nothing or one, a wait beside an update at most.
    pub operations: Vec<Operation>,
    /// Memberships, applied after it.
    pub memberships: Vec<MembershipChange>,
    /// Somebody holds this person: the memberships wait as well.
    pub held: Option<HeldMembers>,
    /// What is odd about the person.
    pub findings: Vec<Finding>,
}

/// Memberships of somebody whom a person holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldMembers {
    /// The source user.
    pub person: SourceId,
    /// Digest of the groups that led to them; a rejection with the same digest keeps them away.
    pub state: i64,
}

/// What happens to a contact group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum GroupStep {
    /// It is created for a subscribed source group; its id is fixed when the step is stored.
    Create,
    /// It takes the name of its source group.
    Rename(GroupId),
    /// It stands for its source group no longer. Where a person deleted it, the subscription ends.
    Untie(GroupId),
}

impl GroupStep {
    /// Its kind.
    pub fn kind(self) -> OpKind {
        match self {
            Self::Create => OpKind::GroupCreate,
            Self::Rename(_) => OpKind::GroupRename,
            Self::Untie(_) => OpKind::GroupUntie,
        }
    }
}

/// One operation about one contact group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupOperation {
    /// The source group.
    pub source: SourceId,
    /// What happens.
    pub step: GroupStep,
    /// The name that the contact group has afterwards.
    pub name: Box<str>,
    /// Why.
    pub reason: Reason,
}

/// What is planned for the contact groups of a customer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GroupPlan {
    /// What to do.
    pub operations: Vec<GroupOperation>,
    /// What is odd.
    pub findings: Vec<Finding>,
}

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
