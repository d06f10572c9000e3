//! Steps: what happens to one contact, with the values before and after.

use super::{GuardKind, OpKind};
use crate::contact::{Field, Values};
use crate::ids::{ContactId, SourceId};
use crate::link::LinkOrigin;
use crate::reason::OutReason;
use crate::text::Key;
use crate::time::Timestamp;

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

/// What differs between two states of a contact, in the order of [`Field::ALL`].
pub fn differing(before: &Values, after: &Values) -> Vec<FieldChange> {
    let fields = Field::ALL.into_iter().filter(|field| before.get(*field) != after.get(*field));
    let change = |field: Field| FieldChange {
        field,
        before: before.get(field).map(Into::into),
        after: after.get(field).map(Into::into),
    };
    fields.map(change).collect()
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

    /// Which guard kind counts it, if any: removals, marks, and whatever else empties a name or the e-mail.
    pub fn guarded(&self) -> Option<GuardKind> {
        let empties = |c: &FieldChange| {
            c.after.is_none()
                && matches!(c.field, Field::FirstName | Field::LastName | Field::DisplayName | Field::Email)
        };
        match self {
            Self::Remove { .. } => Some(GuardKind::Remove),
            Self::MarkLeft { .. } | Self::Unlink { mark: Mark::Left, .. } => Some(GuardKind::MarkLeft),
            Self::Adopt { changes, .. }
            | Self::Update { changes, .. }
            | Self::Relink { changes, .. }
            | Self::Restore { changes, .. }
            | Self::Return { changes, .. } => changes.iter().any(empties).then_some(GuardKind::Empty),
            Self::Create { .. }
            | Self::TakeOver { .. }
            | Self::Unlink { mark: Mark::None, .. }
            | Self::Wait { .. } => None,
        }
    }
}
