//! Stable codes as English sentences.

use model::plan::{FindingKind, HeldBy, OpKind};
use model::reason::{InReason, OutReason, Reason};

/// What an operation does.
pub const fn kind_text(kind: OpKind) -> &'static str {
    match kind {
        OpKind::Create => "create",
        OpKind::Adopt => "link",
        OpKind::Update => "update",
        OpKind::TakeOver => "create and take over",
        OpKind::Relink => "link to the new account",
        OpKind::Restore => "restore from the bin",
        OpKind::Return => "no longer marked as left",
        OpKind::MarkLeft => "mark as left",
        OpKind::Unlink => "cut the link",
        OpKind::Remove => "remove",
        OpKind::Wait => "wait",
        OpKind::GroupCreate => "create the group",
        OpKind::GroupRename => "rename the group",
        OpKind::GroupUntie => "untie the group",
        OpKind::Members => "group members",
    }
}

/// Why an operation stands in a plan, or a person in or out.
pub const fn reason_text(reason: &Reason) -> &'static str {
    match reason {
        Reason::In(InReason::Chosen) => "chosen by hand",
        Reason::In(InReason::Group(_)) => "member of a subscribed group",
        Reason::In(InReason::Everybody) => "everybody belongs in the book",
        Reason::Out(out) => out_text(*out),
        Reason::SameEmail => "a contact with the same e-mail address exists",
        Reason::SourceChanged => "changed in Microsoft 365",
        Reason::RemovedHere => "removed in the book, but the person still belongs there",
        Reason::EmailChangedHere => "the e-mail address was changed in the book",
        Reason::HiredAgain => "the same person under a new account",
        Reason::Restored => "restored in Microsoft 365",
        Reason::PinExpired => "the pin has ended",
        Reason::LinkOff => "linking was switched off",
        Reason::GroupChanged => "the group changed in Microsoft 365",
        Reason::Subscribed => "the group is subscribed",
        Reason::GroupDeletedHere => "the contact group was deleted in the book",
        Reason::ByHand => "by hand",
        Reason::Undo => "undone",
    }
}

const fn out_text(out: OutReason) -> &'static str {
    match out {
        OutReason::Deleted => "deleted in Microsoft 365",
        OutReason::Disabled => "the account is disabled",
        OutReason::Unlicensed => "the account has no licence",
        OutReason::LeftGroup => "left the subscribed group",
        OutReason::SubscriptionEnded => "the group's subscription was ended",
        OutReason::Excluded => "excluded by hand",
        OutReason::Guest => "a guest of the tenant",
        OutReason::SharedMailbox => "presumed to be a shared mailbox or room",
        OutReason::WithoutEmail => "has no e-mail address",
        OutReason::NotInScope => "not in scope",
    }
}

/// Who holds an operation, and what lets it go.
pub const fn held_text(held: HeldBy) -> &'static str {
    match held {
        HeldBy::Guard => "more than the guard lets through",
        HeldBy::GroupEmptied => "the group lost all its members at once",
        HeldBy::Unconfirmed => "not seen any more, but not confirmed gone",
        HeldBy::Person => "held by hand",
    }
}

/// What is odd, and what to do about it.
pub const fn finding_text(kind: FindingKind) -> &'static str {
    match kind {
        FindingKind::ExistingContact => {
            "a contact with the same e-mail address exists and was left alone; link it with `contact link`, or set on_existing=adopt"
        }
        FindingKind::SeveralContacts => {
            "several contacts have this e-mail address; keep one, or link one with `contact link`"
        }
        FindingKind::KeyTaken => "the contact with this e-mail address belongs to another person",
        FindingKind::SharedAddress => {
            "several people in scope share this e-mail address; exclude all but one, or give them addresses of their own"
        }
        FindingKind::HiredAgain => "the same person under a new account; the contact was kept",
        FindingKind::Hidden => {
            "listed no more, but still there; the contact stays, check the app's permissions"
        }
        FindingKind::WithoutMailbox => "has no Exchange Online plan switched on, so no mailbox",
        FindingKind::MaybeSame => {
            "another address of this account is a contact's; link it with `contact link` if it is the same person"
        }
        FindingKind::PresumedShared => {
            "presumed to be a shared mailbox or a room; choose it with `scope add … user` if it is a person"
        }
        FindingKind::GroupGone => {
            "the group was deleted in Microsoft 365; its contact group and the members stay, `scope remove … group` ends it"
        }
        FindingKind::GroupHidden => {
            "the group or its members are shown no more, but are not confirmed gone; the contact group stays, check the app's permissions"
        }
        FindingKind::GroupEmptied => {
            "the group has no members any more; the contact group keeps those that it has"
        }
        FindingKind::GroupNameTaken => {
            "a contact group of this name exists already; delete one with `group remove`, then `group link` ties the other"
        }
        FindingKind::Unreadable => {
            "Microsoft's answer about it cannot be read; what was known stays, and the next complete read tries again"
        }
        FindingKind::GroupDeletedHere => {
            "the contact group was deleted in the book, so its subscription ends; `scope add … group` subscribes again"
        }
    }
}
