//! Projection: a source user as contact fields, by the policy's field ownership.

use std::borrow::Cow;

use model::plan::FieldChange;
use model::policy::{Ownership, SiteFrom};
use model::source::SourceUser;
use model::text::clean;
use model::{Contact, Field, Values};

use crate::subject::Context;

/// Values for a contact that is created: every field that the policy reads.
pub fn for_create(ctx: &Context<'_>, user: &SourceUser) -> Values {
    let mut values = Values::default();
    for field in Field::ALL {
        if ctx.policy.ownership(field) != Ownership::Never {
            values.set(field, source_value(ctx, user, field).as_deref());
        }
    }
    values
}

/// Whether the key field may be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EmailWrites {
    /// It may.
    Allowed,
    /// The key field stays: the address is shared with somebody in scope, or a person's edit awaits its turn.
    Kept,
}

/// What changes in a linked contact: owned fields that differ and are not pinned. An empty source value counts (A3).
pub fn changes(
    ctx: &Context<'_>,
    user: &SourceUser,
    contact: &Contact,
    email: EmailWrites,
) -> Vec<FieldChange> {
    let named = with_pinned_names(ctx, user, contact);
    let mut changes = Vec::new();
    for field in Field::ALL {
        let owned = ctx.policy.ownership(field) == Ownership::Always;
        let kept = field == Field::Email && email == EmailWrites::Kept;
        if !owned || kept || contact.pinned(field, ctx.as_of) {
            continue;
        }
        let after = source_value(ctx, &named, field);
        let before = contact.values.get(field);
        if before != after.as_deref() {
            changes.push(FieldChange { field, before: before.map(Into::into), after });
        }
    }
    changes
}

/// What the source says of a field, cleaned.
fn source_value(ctx: &Context<'_>, user: &SourceUser, field: Field) -> Option<Box<str>> {
    let text = |value: &Option<Box<str>>| value.as_deref().and_then(clean);
    match field {
        Field::FirstName => text(&user.first_name),
        Field::LastName => text(&user.last_name),
        Field::DisplayName => display_name(user),
        Field::Email => ctx.policy.email_from.address(user, ctx.domains).and_then(clean),
        Field::JobTitle => text(&user.job_title),
        Field::Department => text(&user.department),
        Field::Company => text(&user.company),
        Field::Office => text(&user.office),
        Field::Mobile => text(&user.mobile),
        Field::BusinessPhones => text(&user.business_phone),
        Field::Site => match ctx.policy.site_from {
            SiteFrom::Off => None,
            SiteFrom::Office => text(&user.office),
            SiteFrom::Department => text(&user.department),
        },
    }
}

/// The display name follows a pinned first or last name as it follows the source's.
fn with_pinned_names<'u>(ctx: &Context<'_>, user: &'u SourceUser, contact: &Contact) -> Cow<'u, SourceUser> {
    let mut named = Cow::Borrowed(user);
    let pinned = |field| contact.pinned(field, ctx.as_of);
    if pinned(Field::FirstName) {
        named.to_mut().first_name = contact.values.get(Field::FirstName).map(Into::into);
    }
    if pinned(Field::LastName) {
        named.to_mut().last_name = contact.values.get(Field::LastName).map(Into::into);
    }
    named
}

/// First and last name where the source has either, else its display name.
fn display_name(user: &SourceUser) -> Option<Box<str>> {
    let joined = [&user.first_name, &user.last_name].into_iter().filter_map(|n| n.as_deref());
    let joined = joined.collect::<Vec<_>>().join(" ");
    clean(&joined).or_else(|| user.display_name.as_deref().and_then(clean))
}
