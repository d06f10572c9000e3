//! Why a person is in or out, and why an operation stands in a plan. Codes are stable; texts are made where people read.

use crate::ids::SourceId;

/// Why a person belongs in the book.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum InReason {
    /// Chosen by hand.
    Chosen,
    /// Member of a subscribed group; the path leads from the subscribed group down to the direct one.
    Group(Vec<SourceId>),
    /// Scope is everybody.
    Everybody,
}

/// Why a person does not belong in the book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum OutReason {
    /// Deleted at the source.
    Deleted,
    /// The account is disabled.
    Disabled,
    /// Has no licence.
    Unlicensed,
    /// Left the subscribed group.
    LeftGroup,
    /// Still a member of a group whose subscription was ended (S9: stays).
    SubscriptionEnded,
    /// Excluded by a person.
    Excluded,
    /// A guest.
    Guest,
    /// Presumed to be a shared mailbox, room or equipment.
    SharedMailbox,
    /// Has no e-mail address.
    WithoutEmail,
    /// Nobody's scope.
    NotInScope,
}

impl OutReason {
    /// All of them, in the order of their codes.
    pub const ALL: [Self; 10] = [
        Self::Deleted,
        Self::Disabled,
        Self::Unlicensed,
        Self::LeftGroup,
        Self::SubscriptionEnded,
        Self::Excluded,
        Self::Guest,
        Self::SharedMailbox,
        Self::WithoutEmail,
        Self::NotInScope,
    ];

    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Deleted => "deleted",
            Self::Disabled => "disabled",
            Self::Unlicensed => "unlicensed",
            Self::LeftGroup => "left_group",
            Self::SubscriptionEnded => "subscription_ended",
            Self::Excluded => "excluded",
            Self::Guest => "guest",
            Self::SharedMailbox => "shared_mailbox",
            Self::WithoutEmail => "without_email",
            Self::NotInScope => "not_in_scope",
        }
    }

    /// The policy key that lets such people count, where it is a rule about kinds of accounts and not a choice of people.
    pub const fn people_key(self) -> Option<&'static str> {
        match self {
            Self::Disabled => Some("people.disabled"),
            Self::Unlicensed => Some("people.unlicensed"),
            Self::Guest => Some("people.guests"),
            Self::SharedMailbox => Some("people.shared_mailboxes"),
            Self::WithoutEmail => Some("people.without_email"),
            Self::Deleted | Self::LeftGroup | Self::SubscriptionEnded | Self::Excluded | Self::NotInScope => {
                None
            }
        }
    }

    /// The policy key that says what becomes of such a person's contact; none where it stays by rule (S9).
    pub const fn departure_key(self) -> Option<&'static str> {
        match self {
            Self::Deleted => Some("on_deleted"),
            Self::Disabled => Some("on_disabled"),
            Self::Unlicensed => Some("on_unlicensed"),
            Self::LeftGroup => Some("on_left_group"),
            Self::SubscriptionEnded => None,
            Self::Excluded | Self::Guest | Self::SharedMailbox | Self::WithoutEmail | Self::NotInScope => {
                Some("on_out_of_scope")
            }
        }
    }

    /// The reason of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.name() == name)
    }
}

/// Why an operation stands in a plan.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Reason {
    /// The person belongs in the book.
    In(InReason),
    /// The person does not.
    Out(OutReason),
    /// A contact with the same key exists (S6).
    SameEmail,
    /// Owned fields differ from the source: that changed, or a link by hand or the policy made them follow it.
    SourceChanged,
    /// The contact was removed in the book, the person still belongs there (X1).
    RemovedHere,
    /// The address was changed in the book (A6).
    EmailChangedHere,
    /// The same person was hired again under a new account.
    HiredAgain,
    /// Restored at the source.
    Restored,
    /// A pin expired (W10).
    PinExpired,
    /// `link` was switched off (S6).
    LinkOff,
    /// Name or members of the contact group differ from the source group's: that changed, or was linked by hand.
    GroupChanged,
    /// The source group is subscribed.
    Subscribed,
    /// The contact group was deleted in the book.
    GroupDeletedHere,
    /// A person asked for it.
    ByHand,
    /// An earlier run or change is undone (W4).
    Undo,
}

impl Reason {
    /// The stable code of the JSON forms.
    pub fn code(&self) -> &'static str {
        match self {
            Self::In(InReason::Chosen) => "chosen",
            Self::In(InReason::Group(_)) => "group",
            Self::In(InReason::Everybody) => "everybody",
            Self::Out(reason) => reason.name(),
            Self::SameEmail => "same_email",
            Self::SourceChanged => "source_changed",
            Self::RemovedHere => "removed_here",
            Self::EmailChangedHere => "email_changed_here",
            Self::HiredAgain => "hired_again",
            Self::Restored => "restored",
            Self::PinExpired => "pin_expired",
            Self::LinkOff => "link_off",
            Self::GroupChanged => "group_changed",
            Self::Subscribed => "subscribed",
            Self::GroupDeletedHere => "group_deleted_here",
            Self::ByHand => "by_hand",
            Self::Undo => "undo",
        }
    }

    /// The reason of a code, with the group path where the code is `group`.
    pub fn from_code(code: &str, path: Vec<SourceId>) -> Option<Self> {
        Some(match code {
            "chosen" => Self::In(InReason::Chosen),
            "group" => Self::In(InReason::Group(path)),
            "everybody" => Self::In(InReason::Everybody),
            "same_email" => Self::SameEmail,
            "source_changed" => Self::SourceChanged,
            "removed_here" => Self::RemovedHere,
            "email_changed_here" => Self::EmailChangedHere,
            "hired_again" => Self::HiredAgain,
            "restored" => Self::Restored,
            "pin_expired" => Self::PinExpired,
            "link_off" => Self::LinkOff,
            "group_changed" => Self::GroupChanged,
            "subscribed" => Self::Subscribed,
            "group_deleted_here" => Self::GroupDeletedHere,
            "by_hand" => Self::ByHand,
            "undo" => Self::Undo,
            other => Self::Out(OutReason::named(other)?),
        })
    }
}
