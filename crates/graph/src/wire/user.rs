//! Users as Graph writes them, in lists and in delta (Microsoft: "user resource type", "user: delta").

use std::borrow::Cow;

use model::SourceId;
use model::source::{RemovedReason, SourceUser, UserChange, UserKind};
use model::text::clean;
use serde::Deserialize;

use crate::wire::field::{Field, Spoilt, object};
use crate::wire::page::Item;
use crate::wire::plans::{MailboxPlans, guid};

/// The properties that are asked for, always: without `$select` most of them do not come, and the price is double.
pub(crate) const SELECT: &str = "id,accountEnabled,userType,givenName,surname,displayName,mail,userPrincipalName,\
jobTitle,department,companyName,officeLocation,mobilePhone,businessPhones,proxyAddresses,assignedLicenses,assignedPlans";

type Text<'a> = Field<Cow<'a, str>>;
type Texts<'a> = Field<Vec<Cow<'a, str>>>;

/// A user, or the notice that one was removed.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[derive(Default)]
pub(crate) struct WireUser<'a> {
    #[serde(borrow)]
    id: Text<'a>,
    #[serde(borrow, rename = "@removed")]
    removed: Field<WireRemoved<'a>>,
    account_enabled: Field<bool>,
    #[serde(borrow)]
    user_type: Text<'a>,
    #[serde(borrow)]
    given_name: Text<'a>,
    #[serde(borrow)]
    surname: Text<'a>,
    #[serde(borrow)]
    display_name: Text<'a>,
    #[serde(borrow)]
    mail: Text<'a>,
    #[serde(borrow)]
    user_principal_name: Text<'a>,
    #[serde(borrow)]
    job_title: Text<'a>,
    #[serde(borrow)]
    department: Text<'a>,
    #[serde(borrow)]
    company_name: Text<'a>,
    #[serde(borrow)]
    office_location: Text<'a>,
    #[serde(borrow)]
    mobile_phone: Text<'a>,
    #[serde(borrow)]
    business_phones: Texts<'a>,
    #[serde(borrow)]
    proxy_addresses: Texts<'a>,
    #[serde(borrow)]
    assigned_licenses: Field<Vec<WireLicence<'a>>>,
    #[serde(borrow)]
    assigned_plans: Field<Vec<WirePlan<'a>>>,
}

/// `@removed`.
#[derive(Deserialize)]
pub(crate) struct WireRemoved<'a> {
    #[serde(borrow, default)]
    reason: Text<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireLicence<'a> {
    #[serde(borrow, default)]
    sku_id: Text<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WirePlan<'a> {
    #[serde(borrow, default)]
    service_plan_id: Text<'a>,
    #[serde(borrow, default)]
    capability_status: Text<'a>,
}

object!(WireUser);
object!(WireRemoved);
object!(WireLicence);
object!(WirePlan);

impl WireRemoved<'_> {
    /// Only `deleted` is for good; what is not known yet may still come back.
    pub(crate) fn reason(self) -> RemovedReason {
        match self.reason.ok().as_deref() {
            Some("deleted") => RemovedReason::Final,
            Some(_) | None => RemovedReason::Restorable,
        }
    }
}

impl Item for UserChange {
    type Wire<'a> = WireUser<'a>;
    type Context = MailboxPlans;

    fn of_wire(mut wire: WireUser<'_>, plans: &MailboxPlans) -> Result<Self, Option<SourceId>> {
        let id: SourceId = std::mem::take(&mut wire.id).ok().and_then(|id| id.parse().ok()).ok_or(None)?;
        match std::mem::take(&mut wire.removed) {
            Field::Absent => {}
            Field::Value(removed) => return Ok(Self::Removed { id, reason: removed.reason() }),
            Field::Bad => return Err(Some(id)),
        }
        match user(id.clone(), wire, plans) {
            Ok(user) => Ok(Self::Upsert(Box::new(user))),
            Err(Spoilt) => Err(Some(id)),
        }
    }
}

/// Makes a user of its wire form. One without `accountEnabled`, which every user has, is one whose properties a lost
/// permission hides: taking it at its word would clear a contact.
fn user(id: SourceId, wire: WireUser<'_>, plans: &MailboxPlans) -> Result<SourceUser, Spoilt> {
    let enabled = wire.account_enabled.get()?.ok_or(Spoilt)?;
    let upn = trimmed(wire.user_principal_name)?;
    let mail = trimmed(wire.mail)?;
    let licences = wire.assigned_licenses.get()?.unwrap_or_default();
    let assigned = wire.assigned_plans.get()?.unwrap_or_default();
    let pairs = assigned.iter().filter_map(|plan| match (&plan.service_plan_id, &plan.capability_status) {
        (Field::Value(id), Field::Value(status)) => Some((&**id, &**status)),
        _ => None,
    });
    let skus = licences.iter().filter_map(|licence| match &licence.sku_id {
        Field::Value(id) => guid(id),
        Field::Absent | Field::Bad => None,
    });
    Ok(SourceUser {
        id,
        kind: kind(wire.user_type, upn.as_deref())?,
        enabled,
        licence: plans.licence(pairs, licences.len()),
        skus: skus.collect(),
        first_name: cleaned(wire.given_name)?,
        last_name: cleaned(wire.surname)?,
        display_name: cleaned(wire.display_name)?,
        job_title: cleaned(wire.job_title)?,
        department: cleaned(wire.department)?,
        company: cleaned(wire.company_name)?,
        office: cleaned(wire.office_location)?,
        mobile: cleaned(wire.mobile_phone)?,
        business_phone: wire
            .business_phones
            .get()?
            .unwrap_or_default()
            .iter()
            .find_map(|number| clean(number)),
        aliases: aliases(&wire.proxy_addresses.get()?.unwrap_or_default(), mail.as_deref()),
        mail,
        upn,
    })
}

fn cleaned(field: Text<'_>) -> Result<Option<Box<str>>, Spoilt> {
    Ok(field.get()?.as_deref().and_then(clean))
}

fn trimmed(field: Text<'_>) -> Result<Option<Box<str>>, Spoilt> {
    let text = field.get()?;
    Ok(text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(Into::into))
}

fn kind(user_type: Text<'_>, upn: Option<&str>) -> Result<UserKind, Spoilt> {
    let guest = user_type.get()?.is_some_and(|kind| kind.eq_ignore_ascii_case("guest"));
    Ok(if guest || upn.is_some_and(|upn| upn.contains("#EXT#")) { UserKind::Guest } else { UserKind::Member })
}

/// `smtp:` in small letters is an alias, in capitals the primary address; other prefixes are no e-mail addresses.
fn aliases(addresses: &[Cow<'_, str>], mail: Option<&str>) -> Vec<Box<str>> {
    let alias = |entry: &str| {
        let (prefix, address) = entry.split_once(':')?;
        let address = address.trim();
        let other = mail.is_none_or(|mail| !mail.eq_ignore_ascii_case(address));
        (prefix.eq_ignore_ascii_case("smtp") && prefix != "SMTP" && other && !address.is_empty())
            .then(|| address.into())
    };
    addresses.iter().filter_map(|entry| alias(entry)).collect()
}

#[cfg(test)]
#[path = "user_tests.rs"]
mod tests;
