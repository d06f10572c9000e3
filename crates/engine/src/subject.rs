//! What a plan judges by, and the key of a person under it.

use std::collections::BTreeSet;

use model::ids::SourceId;
use model::policy::Policy;
use model::scope::Scope;
use model::source::VerifiedDomains;
use model::{Key, Timestamp};

pub use model::subject::{Membership, Outlived, Rejection, Subject};

use crate::cover::GroupCover;

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
    /// People whom a person holds: what is planned about them waits, and everybody else is planned as if it did not happen.
    pub held: &'a BTreeSet<SourceId>,
    /// The time of the plan.
    pub as_of: Timestamp,
}

/// The key of the source user under the policy.
pub fn key_of(ctx: &Context<'_>, person: &Subject) -> Option<Key> {
    let mirror = person.mirror.as_ref()?;
    ctx.policy.email_from.key(&mirror.user, ctx.domains)
}
