//! The properties the simulator plays, by kind of object: name, form, and whether they come unasked.
//! Why a table: rendering, `$select`, `$filter`, delta and ground truth all walk the same one.

/// What a directory object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Kind {
    User,
    Group,
    Device,
    OrgContact,
    ServicePrincipal,
}

impl Kind {
    /// The name in `@odata.type`.
    pub(crate) fn odata(self) -> &'static str {
        match self {
            Self::User => "#microsoft.graph.user",
            Self::Group => "#microsoft.graph.group",
            Self::Device => "#microsoft.graph.device",
            Self::OrgContact => "#microsoft.graph.orgContact",
            Self::ServicePrincipal => "#microsoft.graph.servicePrincipal",
        }
    }

    /// The kind of a type name, with or without `microsoft.graph.`; not case-sensitive.
    pub(crate) fn of(name: &str) -> Option<Self> {
        let low = name.trim_start_matches('#').to_ascii_lowercase();
        match low.strip_prefix("microsoft.graph.").unwrap_or(&low) {
            "user" => Some(Self::User),
            "group" => Some(Self::Group),
            "device" => Some(Self::Device),
            "orgcontact" => Some(Self::OrgContact),
            "serviceprincipal" => Some(Self::ServicePrincipal),
            _ => None,
        }
    }

    /// The properties of this kind; the position is the property's number.
    pub(crate) fn props(self) -> &'static [Prop] {
        match self {
            Self::User => USER,
            Self::Group => GROUP,
            Self::Device => DEVICE,
            Self::OrgContact => ORG_CONTACT,
            Self::ServicePrincipal => SERVICE_PRINCIPAL,
        }
    }

    /// The number of a property.
    pub(crate) fn prop(self, name: &str) -> Option<u8> {
        self.props().iter().position(|p| p.name.eq_ignore_ascii_case(name)).map(|at| at as u8)
    }
}

/// The form of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// One value, `null` when unset.
    One,
    /// A list, `[]` when unset.
    Many,
}

/// One property.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Prop {
    pub(crate) name: &'static str,
    pub(crate) form: Form,
    /// Comes without `$select`.
    pub(crate) unasked: bool,
}

const fn one(name: &'static str) -> Prop {
    Prop { name, form: Form::One, unasked: false }
}
const fn many(name: &'static str) -> Prop {
    Prop { name, form: Form::Many, unasked: false }
}
const fn base(name: &'static str) -> Prop {
    Prop { name, form: Form::One, unasked: true }
}
const fn base_many(name: &'static str) -> Prop {
    Prop { name, form: Form::Many, unasked: true }
}

/// Users: the default set is that of "List users"; the rest needs `$select`.
static USER: &[Prop] = &[
    base_many("businessPhones"),
    base("displayName"),
    base("givenName"),
    base("jobTitle"),
    base("mail"),
    base("mobilePhone"),
    base("officeLocation"),
    base("preferredLanguage"),
    base("surname"),
    base("userPrincipalName"),
    one("accountEnabled"),
    many("assignedLicenses"),
    many("assignedPlans"),
    one("city"),
    one("companyName"),
    one("country"),
    one("createdDateTime"),
    one("creationType"),
    one("deletedDateTime"),
    one("department"),
    one("employeeHireDate"),
    one("employeeId"),
    one("employeeOrgData"),
    one("employeeType"),
    one("externalUserState"),
    one("externalUserStateChangeDateTime"),
    one("faxNumber"),
    many("imAddresses"),
    one("mailNickname"),
    one("onPremisesDistinguishedName"),
    one("onPremisesDomainName"),
    one("onPremisesExtensionAttributes"),
    one("onPremisesImmutableId"),
    one("onPremisesLastSyncDateTime"),
    one("onPremisesSamAccountName"),
    one("onPremisesSecurityIdentifier"),
    one("onPremisesSyncEnabled"),
    one("onPremisesUserPrincipalName"),
    many("otherMails"),
    one("postalCode"),
    many("proxyAddresses"),
    one("securityIdentifier"),
    one("showInAddressList"),
    one("state"),
    one("streetAddress"),
    one("usageLocation"),
    one("userType"),
];

/// Properties of users kept outside the directory: 501 in lists and delta (graph-facts 3.2).
pub(crate) static OUTSIDE: &[&str] = &[
    "aboutMe",
    "birthday",
    "hireDate",
    "interests",
    "mailboxSettings",
    "mySite",
    "pastProjects",
    "preferredName",
    "responsibilities",
    "schools",
    "skills",
];

/// Groups: the default set is that of "List groups".
static GROUP: &[Prop] = &[
    base("classification"),
    base("createdDateTime"),
    base("deletedDateTime"),
    base("description"),
    base("displayName"),
    base("expirationDateTime"),
    base_many("groupTypes"),
    base("isAssignableToRole"),
    base("mail"),
    base("mailEnabled"),
    base("mailNickname"),
    base("membershipRule"),
    base("membershipRuleProcessingState"),
    base("onPremisesDomainName"),
    base("onPremisesLastSyncDateTime"),
    base("onPremisesNetBiosName"),
    base("onPremisesSamAccountName"),
    base("onPremisesSecurityIdentifier"),
    base("onPremisesSyncEnabled"),
    base("preferredDataLocation"),
    base("preferredLanguage"),
    base_many("proxyAddresses"),
    base("renewedDateTime"),
    base_many("resourceBehaviorOptions"),
    base_many("resourceProvisioningOptions"),
    base("securityEnabled"),
    base("securityIdentifier"),
    base("theme"),
    base("visibility"),
];

static DEVICE: &[Prop] = &[
    base("accountEnabled"),
    base("deletedDateTime"),
    base("deviceId"),
    base("displayName"),
    base("operatingSystem"),
    base("operatingSystemVersion"),
];

static ORG_CONTACT: &[Prop] = &[
    base("companyName"),
    base("deletedDateTime"),
    base("department"),
    base("displayName"),
    base("givenName"),
    base("jobTitle"),
    base("mail"),
    base("mailNickname"),
    base_many("proxyAddresses"),
    base("surname"),
];

static SERVICE_PRINCIPAL: &[Prop] = &[base("appId"), base("deletedDateTime"), base("displayName")];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_fits_the_mask_and_is_free_of_doubles() {
        for kind in [Kind::User, Kind::Group, Kind::Device, Kind::OrgContact, Kind::ServicePrincipal] {
            assert!(kind.props().len() < 60, "bits 62 and 63 are taken");
            for (at, prop) in kind.props().iter().enumerate() {
                assert_eq!(kind.prop(prop.name), Some(at as u8), "{} twice", prop.name);
            }
        }
    }
}
