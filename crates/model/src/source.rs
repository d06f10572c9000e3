//! What Microsoft 365 says: source users and source groups as the mirror keeps them.

use crate::ids::SourceId;
use crate::text::{Key, fnv1a, fnv1a_from};
use crate::time::Timestamp;

/// A person's values as selected from the source, cleaned; `None` is "has no value" (absent and null alike, see
/// Graph: "delta query overview", default mode).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SourceUser {
    /// The object id.
    pub id: SourceId,
    /// Member or guest.
    pub kind: UserKind,
    /// `accountEnabled`.
    pub enabled: bool,
    /// What licences give this account.
    pub licence: Licence,
    /// `skuId`s of the assigned licences, for naming the plan of people without a mailbox (X11).
    pub skus: Vec<[u8; 16]>,
    /// `givenName`.
    pub first_name: Option<Box<str>>,
    /// `surname`.
    pub last_name: Option<Box<str>>,
    /// `displayName`.
    pub display_name: Option<Box<str>>,
    /// `mail`, trimmed, in the source's own case.
    pub mail: Option<Box<str>>,
    /// `userPrincipalName`.
    pub upn: Option<Box<str>>,
    /// `jobTitle`.
    pub job_title: Option<Box<str>>,
    /// `department`.
    pub department: Option<Box<str>>,
    /// `companyName`.
    pub company: Option<Box<str>>,
    /// `officeLocation`.
    pub office: Option<Box<str>>,
    /// `mobilePhone`, free text.
    pub mobile: Option<Box<str>>,
    /// `businessPhones`: at most one number.
    pub business_phone: Option<Box<str>>,
    /// Other addresses of `proxyAddresses` (SMTP only, without prefix); they only ever make a finding.
    pub aliases: Vec<Box<str>>,
}

impl SourceUser {
    /// Whether nothing is known but the id: somebody is kept out, or was deleted so long ago that the values have gone.
    pub fn is_blank(&self) -> bool {
        *self == Self { id: self.id.clone(), ..Self::default() }
    }
}

/// `userType`; very old objects without one are members.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum UserKind {
    /// Belongs to the tenant.
    #[default]
    Member,
    /// Invited from elsewhere (`userType` Guest, or `#EXT#` in the user principal name).
    Guest,
}

/// What the assigned licences amount to (Graph facts: compare service plans, not products).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Licence {
    /// No licence at all.
    #[default]
    None,
    /// Licensed, but no plan with a mailbox is enabled (X11).
    WithoutMailbox,
    /// A plan with a mailbox is enabled or in its grace period.
    Mailbox,
}

impl Default for SourceId {
    fn default() -> Self {
        Self::Guid([0; 16])
    }
}

impl SourceUser {
    /// Presumed to be a shared mailbox, room or equipment: disabled, unlicensed, with mail and without names.
    pub fn presumed_shared(&self) -> bool {
        !self.enabled
            && self.licence == Licence::None
            && self.kind == UserKind::Member
            && self.mail.is_some()
            && self.first_name.is_none()
            && self.last_name.is_none()
    }

    /// A digest of everything above but the id: equal content writes nothing.
    pub fn digest(&self) -> i64 {
        let kind = [self.kind as u8, u8::from(self.enabled), self.licence as u8];
        let mut hash = fnv1a(&kind);
        let texts = [
            &self.first_name,
            &self.last_name,
            &self.display_name,
            &self.mail,
            &self.upn,
            &self.job_title,
            &self.department,
            &self.company,
            &self.office,
            &self.mobile,
            &self.business_phone,
        ];
        for text in texts {
            hash = match text {
                Some(text) => fnv1a_from(fnv1a_from(hash, &[1]), text.as_bytes()),
                None => fnv1a_from(hash, &[0]),
            };
            hash = fnv1a_from(hash, &[0xff]);
        }
        for alias in &self.aliases {
            hash = fnv1a_from(fnv1a_from(hash, &[2]), alias.as_bytes());
        }
        for sku in &self.skus {
            hash = fnv1a_from(hash, sku);
        }
        hash as i64
    }
}

/// Which address becomes the contact's e-mail and so the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EmailFrom {
    /// Only `mail`.
    Mail,
    /// `mail`, or for members without one the user principal name if its domain is verified.
    MailThenUpn,
}

/// What of a tenant the engine must know to read its addresses.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct VerifiedDomains(pub Vec<Box<str>>);

impl VerifiedDomains {
    /// Whether an address belongs to one of the domains, regardless of case.
    pub fn holds(&self, address: &str) -> bool {
        address.rsplit_once('@').is_some_and(|(_, d)| self.0.iter().any(|v| v.eq_ignore_ascii_case(d)))
    }
}

impl EmailFrom {
    /// The address of a user under this rule.
    pub fn address<'u>(self, user: &'u SourceUser, domains: &VerifiedDomains) -> Option<&'u str> {
        match (self, user.mail.as_deref()) {
            (_, Some(mail)) => Some(mail),
            (Self::Mail, None) => None,
            (Self::MailThenUpn, None) if user.kind == UserKind::Guest => None,
            (Self::MailThenUpn, None) => user.upn.as_deref().filter(|upn| domains.holds(upn)),
        }
    }

    /// The key of a user under this rule.
    pub fn key(self, user: &SourceUser, domains: &VerifiedDomains) -> Option<Key> {
        self.address(user, domains).and_then(Key::of)
    }
}

/// How far the source object is there. Only `Deleted` is gone; the others remove nobody (W3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Presence {
    /// Read and alive.
    Live,
    /// Said to be removed, or absent and confirmed by id.
    Deleted {
        /// When this was learned.
        at: Timestamp,
    },
    /// Absent from a complete read, yet found by id, or the look-up was refused.
    Hidden {
        /// When this was learned.
        at: Timestamp,
    },
    /// Absent from a complete read together with more people than the guard allows; nobody was looked up.
    Missing {
        /// When this was learned.
        at: Timestamp,
    },
}

/// A source user in the mirror.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MirrorUser {
    /// Last known values.
    pub user: SourceUser,
    /// Whether it is still there.
    pub presence: Presence,
}

/// Why Graph says that an object was removed (`@removed.reason`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RemovedReason {
    /// `changed`: deleted softly, may be restored for 30 days.
    Restorable,
    /// `deleted`: gone for good.
    Final,
}

/// One item of users/delta or of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UserChange {
    /// New, changed or restored, with all selected values.
    Upsert(Box<SourceUser>),
    /// Removed.
    Removed {
        /// The object id.
        id: SourceId,
        /// Softly or for good.
        reason: RemovedReason,
    },
}

impl UserChange {
    /// Whom the item is about.
    pub fn id(&self) -> &SourceId {
        match self {
            Self::Upsert(user) => &user.id,
            Self::Removed { id, .. } => id,
        }
    }
}

/// A group's attributes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SourceGroup {
    /// The object id.
    pub id: SourceId,
    /// `displayName`, cleaned.
    pub name: Box<str>,
    /// `description`.
    pub description: Option<Box<str>>,
    /// `mail`.
    pub mail: Option<Box<str>>,
    /// What kind of group it is.
    pub kind: GroupKind,
    /// `visibility` is HiddenMembership: an empty list of members means "unknown".
    pub hidden_membership: bool,
    /// `groupTypes` holds DynamicMembership.
    pub dynamic: bool,
}

impl SourceGroup {
    /// A digest of the attributes: equal content writes nothing.
    pub fn digest(&self) -> i64 {
        let flags = [self.kind as u8, u8::from(self.hidden_membership), u8::from(self.dynamic)];
        let mut hash = fnv1a(&flags);
        for text in [Some(&self.name), self.description.as_ref(), self.mail.as_ref()] {
            hash = fnv1a_from(hash, text.map_or(&[][..], |t| t.as_bytes()));
            hash = fnv1a_from(hash, &[0xff]);
        }
        hash as i64
    }
}

/// A source group in the mirror.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MirrorGroup {
    /// Last known attributes.
    pub group: SourceGroup,
    /// Whether it is still there.
    pub presence: Presence,
}

/// Kinds of groups (Graph: "group resource type").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum GroupKind {
    /// Security group without mail.
    #[default]
    Security,
    /// Security group with mail.
    MailSecurity,
    /// Distribution list.
    Distribution,
    /// Microsoft 365 group.
    Microsoft365,
    /// Microsoft 365 group that is a team.
    Team,
}

/// Kinds of group members. Only users become contacts; groups nest; the rest is kept out of books.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MemberKind {
    /// A user.
    User,
    /// A nested group.
    Group,
    /// Device, organisational contact, service principal, or a kind that did not exist when this was written.
    Other,
}

/// A direct member of a group.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Member {
    /// The member's object id.
    pub id: SourceId,
    /// What it is.
    pub kind: MemberKind,
}

/// One item of groups/delta: a large group comes as several items, each with other members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GroupChange {
    /// The group lives; `added` and `removed` are differences, never the whole list.
    Upsert {
        /// Attributes.
        group: Box<SourceGroup>,
        /// Members that joined (or, in a complete read, are there).
        added: Vec<Member>,
        /// Ids of members that left.
        removed: Vec<SourceId>,
    },
    /// The group was removed.
    Removed {
        /// The object id.
        id: SourceId,
        /// Softly or for good.
        reason: RemovedReason,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user() -> SourceUser {
        SourceUser { enabled: true, mail: Some("a@x.example".into()), ..SourceUser::default() }
    }

    #[test]
    fn digest_sees_every_value_and_where_it_stands() {
        let base = user();
        let office = SourceUser { office: Some("1".into()), ..base.clone() };
        let mobile = SourceUser { mobile: Some("1".into()), ..base.clone() };
        assert_ne!(base.digest(), office.digest());
        assert_ne!(office.digest(), mobile.digest());
        assert_eq!(base.digest(), user().digest());
    }

    #[test]
    fn upn_serves_as_address_only_for_members_of_verified_domains() {
        let domains = VerifiedDomains(vec!["X.example".into()]);
        let mut user = SourceUser { mail: None, upn: Some("a@x.example".into()), ..user() };
        assert_eq!(EmailFrom::MailThenUpn.address(&user, &domains), Some("a@x.example"));
        assert_eq!(EmailFrom::Mail.address(&user, &domains), None);
        user.kind = UserKind::Guest;
        assert_eq!(EmailFrom::MailThenUpn.address(&user, &domains), None);
    }
}
