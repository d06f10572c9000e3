//! What the engine sees of one person, and what it judges by.

use model::group::MadeBy;
use model::ids::{ConnectionId, GroupId, SourceId};
use model::link::Link;
use model::plan::OpKind;
use model::policy::Policy;
use model::scope::{KeptOut, Scope};
use model::source::{MirrorUser, VerifiedDomains};
use model::{Contact, Key, Timestamp};

use crate::cover::GroupCover;

/// Everything known about one source user: source state, link, contact, groups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// Over which connection.
    pub connection: ConnectionId,
    /// The source user's id.
    pub source: SourceId,
    /// The mirror row; `None` where the mirror knows nobody of that id.
    pub mirror: Option<MirrorUser>,
    /// The link, where there is one.
    pub link: Option<Link>,
    /// The linked contact, living.
    pub contact: Option<Contact>,
    /// The linked contact, in the bin.
    pub binned: Option<Contact>,
    /// Source groups that hold the user directly.
    pub groups: Vec<SourceId>,
    /// Memberships of the linked contact.
    pub memberships: Vec<Membership>,
    /// Operations that a person rejected.
    pub rejections: Vec<Rejection>,
    /// Must not come back.
    pub kept_out: Option<KeptOut>,
}

/// A contact's membership in a contact group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Membership {
    /// The contact group.
    pub group: GroupId,
    /// Who made it.
    pub made_by: MadeBy,
}

/// "Keep until this person's source state changes again."
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rejection {
    /// The rejected kind of operation.
    pub kind: OpKind,
    /// Digest of the source state that it was about.
    pub state: i64,
}

/// What a plan judges by.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The customer's policy.
    pub policy: &'a Policy,
    /// Who belongs in the book.
    pub scope: &'a Scope,
    /// Which groups lead to which subscriptions.
    pub cover: &'a GroupCover,
    /// The tenant's verified domains.
    pub domains: &'a VerifiedDomains,
    /// The time of the plan.
    pub as_of: Timestamp,
}

impl Subject {
    /// The key of the source user under the policy.
    pub fn key(&self, ctx: &Context<'_>) -> Option<Key> {
        let mirror = self.mirror.as_ref()?;
        ctx.policy.email_from.key(&mirror.user, ctx.domains)
    }
}
