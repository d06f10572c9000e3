//! Sync policy: every key with its values; a preset sets them all, a customer overrides what it wants.
//!
//! Keys are read and written as text (`guard.percent=10`), one parser for command line, pages and database.

mod departure;
mod takes;
mod text;

use crate::contact::Field;
use crate::source::EmailFrom;

pub use departure::{Departure, Fate};
pub use takes::{FATES, Takes};
pub use text::PolicyError;

/// All keys of a customer's policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Off: no run changes anything; nothing is removed by switching off.
    pub active: bool,
    /// Who may add people.
    pub mode: Mode,
    /// Kinds of accounts that count.
    pub people: People,
    /// Members of nested groups count.
    pub nested_groups: bool,
    /// Contacts with the same key.
    pub on_existing: OnExisting,
    /// Which address is the key.
    pub email_from: EmailFrom,
    /// Ownership by field, in the order of [`Field::ALL`]; display name and site stay `Never` here.
    pub fields: [Ownership; 11],
    /// A13.
    pub site_from: SiteFrom,
    /// Deleted at the source.
    pub on_deleted: Departure,
    /// Disabled.
    pub on_disabled: Departure,
    /// Left the subscribed group.
    pub on_left_group: Departure,
    /// Lost the licence.
    pub on_unlicensed: Departure,
    /// Out of scope for any other reason.
    pub on_out_of_scope: Departure,
    /// Leavers of source groups.
    pub group_members: GroupMembers,
    /// A6.
    pub on_local_email_change: OnLocalEmailChange,
    /// First run of a connection.
    pub first_run: FirstRun,
    /// Deletion guard.
    pub guard: GuardLimits,
    /// `off`, `daily 02:30`, `mon-fri 06:00,18:00`, `every 15m`.
    pub schedule: Box<str>,
    /// IANA name.
    pub time_zone: Box<str>,
}

/// Who may add people to the book.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Only a person; runs update and remove what was imported.
    Manual,
    /// Runs add whoever is in scope.
    Automatic,
}

/// Kinds of accounts that count as people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "six independent switches of the policy page")]
pub struct People {
    /// Guests.
    pub guests: bool,
    /// Disabled accounts.
    pub disabled: bool,
    /// Accounts without a licence.
    pub unlicensed: bool,
    /// Accounts presumed to be shared mailboxes.
    pub shared_mailboxes: bool,
    /// Rooms and equipment, where mailbox settings tell them apart.
    pub resources: bool,
    /// Accounts without an e-mail address.
    pub without_email: bool,
}

/// What to do with a contact that has the same key and no link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnExisting {
    /// Link it.
    Adopt,
    /// Leave it alone with a finding.
    Skip,
    /// Create a second contact.
    Beside,
}

/// Whether the source owns a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ownership {
    /// The source wins, an empty value included.
    Always,
    /// Written when the contact is created, the book's own afterwards.
    OnCreate,
    /// Not read.
    Never,
}

/// Where the site comes from (A13).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SiteFrom {
    /// Nowhere.
    Off,
    /// `officeLocation`.
    Office,
    /// `department`.
    Department,
}

/// Whether contact groups follow leavers of the source group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupMembers {
    /// Joiners and leavers.
    Mirror,
    /// Joiners only (S9).
    AddOnly,
}

/// What a changed address in the book means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnLocalEmailChange {
    /// The source's address is written again.
    Correct,
    /// A new contact takes the link over (A6).
    CreateNew,
}

/// Whether the first run of a connection asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FirstRun {
    /// Read and plan only, until a person has applied a plan.
    Ask,
    /// Apply.
    Apply,
}

/// Limits of the deletion guard (W2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GuardLimits {
    /// At most so many in 24 hours.
    pub count: i64,
    /// At most so many percent of the base in 24 hours.
    pub percent: i64,
    /// Whether an emptied group is held.
    pub group_emptied: bool,
}

impl Default for GuardLimits {
    fn default() -> Self {
        Self { count: 10, percent: 10, group_emptied: true }
    }
}

impl Policy {
    /// Ownership of a field.
    pub fn ownership(&self, field: Field) -> Ownership {
        match field {
            Field::Site if self.site_from == SiteFrom::Off => Ownership::Never,
            Field::Site => Ownership::Always,
            Field::DisplayName => self.display_ownership(),
            other => self.fields.get(other.index()).copied().unwrap_or(Ownership::Never),
        }
    }

    /// The display name follows the source when first name, last name or e-mail is owned.
    fn display_ownership(&self) -> Ownership {
        let of = |field: Field| self.fields.get(field.index()).copied().unwrap_or(Ownership::Never);
        let three = [of(Field::FirstName), of(Field::LastName), of(Field::Email)];
        if three.contains(&Ownership::Always) {
            Ownership::Always
        } else if three.contains(&Ownership::OnCreate) {
            Ownership::OnCreate
        } else {
            Ownership::Never
        }
    }
}
