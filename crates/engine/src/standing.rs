//! Whether a person belongs in the book, and why: excluded or kept out, then chosen, then group, then everybody;
//! eligibility applies to group and everybody, never to somebody chosen by hand.

use std::collections::BTreeMap;

use model::ids::SourceId;
use model::policy::Policy;
use model::reason::{InReason, OutReason};
use model::scope::{KeptOut, Subscription};
use model::source::{Licence, Presence, SourceUser, UserKind, VerifiedDomains};
use model::text::{fnv1a, fnv1a_from};

use crate::cover::Cover;
use crate::subject::{Context, Subject};

/// A person's standing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Belongs in the book.
    In(InReason),
    /// Does not.
    Out(OutReason),
    /// Not seen, yet not gone: found by id, refused, or never read. Removes nobody.
    Hidden,
    /// Absent with too many others; counts as deleted but is held unconfirmed.
    Missing,
    /// Erased, objected, restricted: nothing is done.
    KeptOut(KeptOut),
}

/// The standing of a person under policy and scope.
pub fn standing(ctx: &Context<'_>, person: &Subject) -> Standing {
    if let Some(why) = person.kept_out {
        return Standing::KeptOut(why);
    }
    let Some(mirror) = &person.mirror else { return Standing::Hidden };
    match mirror.presence {
        Presence::Deleted { .. } => return Standing::Out(OutReason::Deleted),
        Presence::Hidden { .. } => return Standing::Hidden,
        Presence::Missing { .. } => return Standing::Missing,
        Presence::Live => {}
    }
    if ctx.scope.excluded.contains(&person.source) {
        return Standing::Out(OutReason::Excluded);
    }
    if ctx.scope.chosen.contains(&person.source) {
        return Standing::In(InReason::Chosen);
    }
    let covers = || person.groups.iter().flat_map(|g| ctx.cover.above(g));
    let by_group = shortest(covers().filter(|c| c.subscription == Subscription::Active));
    let wanted = match by_group {
        Some(cover) => Some(InReason::Group(cover.path.clone())),
        None if ctx.scope.everybody => Some(InReason::Everybody),
        None => None,
    };
    if let Some(wanted) = wanted {
        return match ineligible(ctx.policy, &mirror.user, ctx.domains) {
            None => Standing::In(wanted),
            Some(why) => Standing::Out(why),
        };
    }
    if covers().any(|c| c.subscription == Subscription::Ended) {
        return Standing::Out(OutReason::SubscriptionEnded);
    }
    let any_group = ctx.scope.active_groups().next().is_some();
    Standing::Out(if any_group { OutReason::LeftGroup } else { OutReason::NotInScope })
}

/// Every subscribed group above a person, each by its shortest path down to the person's own group, in a fixed order.
pub fn ways(ctx: &Context<'_>, person: &Subject) -> Vec<Vec<SourceId>> {
    let mut ways: BTreeMap<&SourceId, &Cover> = BTreeMap::new();
    let covers = person.groups.iter().flat_map(|g| ctx.cover.above(g));
    for cover in covers.filter(|c| c.subscription == Subscription::Active) {
        let known = ways.entry(&cover.root).or_insert(cover);
        if let Some(shorter) = shortest([*known, cover].into_iter()) {
            *known = shorter;
        }
    }
    ways.into_values().map(|c| c.path.clone()).collect()
}

/// The shortest path, then the smallest root: the same reason for the same state, whatever the order of reading.
fn shortest<'c>(covers: impl Iterator<Item = &'c Cover>) -> Option<&'c Cover> {
    covers.min_by(|a, b| a.path.len().cmp(&b.path.len()).then_with(|| a.path.cmp(&b.path)))
}

/// Why an account does not count as a person under the policy (`people.*`); `None` where it does. Nobody asks this of somebody
/// chosen by hand.
pub fn ineligible(policy: &Policy, user: &SourceUser, domains: &VerifiedDomains) -> Option<OutReason> {
    let people = policy.people;
    if user.kind == UserKind::Guest && !people.guests {
        return Some(OutReason::Guest);
    }
    if user.presumed_shared() {
        // Shared mailboxes, rooms and equipment are disabled and unlicensed by nature; only their own switches speak. The
        // directory does not tell them apart, so either switch admits them all.
        let wanted = people.shared_mailboxes || people.resources;
        return (!wanted).then_some(OutReason::SharedMailbox);
    }
    if !user.enabled && !people.disabled {
        return Some(OutReason::Disabled);
    }
    if user.licence == Licence::None && user.kind == UserKind::Member && !people.unlicensed {
        return Some(OutReason::Unlicensed);
    }
    let without = policy.email_from.key(user, domains).is_none();
    (without && !people.without_email).then_some(OutReason::WithoutEmail)
}

/// A digest of the source state behind a decision: a rejection holds while it stays the same.
pub fn state_digest(person: &Subject, standing: &Standing) -> i64 {
    let user = person.mirror.as_ref().map_or(0, |m| m.user.digest());
    let code: &[u8] = match standing {
        Standing::In(_) => b"in",
        Standing::Out(why) => why.name().as_bytes(),
        Standing::Hidden => b"hidden",
        Standing::Missing => b"missing",
        Standing::KeptOut(why) => why.name().as_bytes(),
    };
    fnv1a_from(fnv1a(&user.to_be_bytes()), code) as i64
}
