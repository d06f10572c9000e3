//! Presets: the semantics of four existing products, and `careful`, our default.

use crate::contact::Field;
use crate::policy::{
    Departure, Fate, FirstRun, GroupMembers, GuardLimits, Mode, OnExisting, OnLocalEmailChange, Ownership,
    People, Policy, SiteFrom,
};
use crate::source::EmailFrom;

/// A named set of all policy keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Preset {
    /// Employee contacts for a contact book.
    Awareness,
    /// Contacts of many customers for a help desk.
    Helpdesk,
    /// Users of a phone system.
    PhoneSystem,
    /// Business cards into Exchange.
    BusinessCard,
    /// Ours: asks before the first run, mirrors groups, guards removals.
    Careful,
}

impl Preset {
    /// All presets.
    pub const ALL: [Self; 5] =
        [Self::Awareness, Self::Helpdesk, Self::PhoneSystem, Self::BusinessCard, Self::Careful];

    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Awareness => "awareness",
            Self::Helpdesk => "helpdesk",
            Self::PhoneSystem => "phone-system",
            Self::BusinessCard => "business-card",
            Self::Careful => "careful",
        }
    }

    /// The preset of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|p| p.name() == name)
    }

    /// Whether presets differ in a key, so that it belongs to what a product means. They are alike in the others, such as the
    /// time zone or the guard.
    pub fn differ_in(key: &str) -> bool {
        let usual = Self::Careful.policy().get(key).ok();
        Self::ALL.into_iter().any(|preset| preset.policy().get(key).ok() != usual)
    }

    /// Whether scope is everybody at first; otherwise nobody.
    pub const fn starts_with_everybody(self) -> bool {
        matches!(self, Self::Helpdesk | Self::PhoneSystem)
    }

    /// The keys that it sets. What a preset leaves open takes careful's value.
    pub fn policy(self) -> Policy {
        let careful = careful();
        match self {
            Self::Careful => careful,
            Self::Awareness => Policy {
                group_members: GroupMembers::AddOnly,
                first_run: FirstRun::Apply,
                nested_groups: false,
                ..careful
            },
            Self::Helpdesk => Policy {
                people: People { guests: true, disabled: true, shared_mailboxes: true, ..careful.people },
                on_existing: OnExisting::Adopt,
                fields: owned(&[
                    (Field::FirstName, Ownership::Always),
                    (Field::LastName, Ownership::Always),
                    (Field::JobTitle, Ownership::Always),
                    (Field::Mobile, Ownership::Always),
                    (Field::Email, Ownership::OnCreate),
                ]),
                on_deleted: KEEP,
                on_local_email_change: OnLocalEmailChange::CreateNew,
                schedule: "off".into(),
                first_run: FirstRun::Apply,
                nested_groups: false,
                ..careful
            },
            Self::PhoneSystem => Policy {
                on_existing: OnExisting::Adopt,
                fields: owned(&[
                    (Field::FirstName, Ownership::Always),
                    (Field::LastName, Ownership::Always),
                    (Field::Email, Ownership::Always),
                    (Field::BusinessPhones, Ownership::Always),
                ]),
                on_deleted: KEEP,
                first_run: FirstRun::Apply,
                nested_groups: false,
                ..careful
            },
            Self::BusinessCard => Policy {
                active: false,
                mode: Mode::Manual,
                people: People { unlicensed: false, ..careful.people },
                on_deleted: KEEP,
                schedule: "off".into(),
                nested_groups: false,
                ..careful
            },
        }
    }
}

const KEEP: Departure = Departure { fate: Fate::Keep, after_days: 0 };

fn careful() -> Policy {
    Policy {
        active: true,
        mode: Mode::Automatic,
        people: People {
            guests: false,
            disabled: false,
            unlicensed: true,
            shared_mailboxes: false,
            resources: false,
            without_email: false,
        },
        nested_groups: true,
        on_existing: OnExisting::Skip,
        email_from: EmailFrom::Mail,
        fields: owned(&[
            (Field::FirstName, Ownership::Always),
            (Field::LastName, Ownership::Always),
            (Field::Email, Ownership::Always),
        ]),
        site_from: SiteFrom::Off,
        on_deleted: Departure { fate: Fate::Remove, after_days: 0 },
        on_disabled: KEEP,
        on_left_group: KEEP,
        on_unlicensed: KEEP,
        on_out_of_scope: KEEP,
        group_members: GroupMembers::Mirror,
        on_local_email_change: OnLocalEmailChange::Correct,
        first_run: FirstRun::Ask,
        guard: GuardLimits::default(),
        schedule: "daily 02:30".into(),
        time_zone: "Europe/Berlin".into(),
    }
}

fn owned(list: &[(Field, Ownership)]) -> [Ownership; 11] {
    let mut fields = [Ownership::Never; 11];
    for (field, ownership) in list {
        if let Some(slot) = fields.get_mut(field.index()) {
            *slot = *ownership;
        }
    }
    fields
}
