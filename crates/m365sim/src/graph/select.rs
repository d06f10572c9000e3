//! `$select`: which properties an answer carries.

use crate::dir::props::OUTSIDE;
use crate::dir::{EXISTENCE, Kind, MANAGER};
use crate::graph::refusal::Refusal;

/// The selected properties of one kind of object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Select {
    /// One bit per property number.
    pub(crate) mask: u64,
    /// `manager` (users) among them.
    pub(crate) manager: bool,
    /// `members` (groups) among them, or no `$select` at all.
    pub(crate) members: bool,
    /// Whether `$select` was given.
    pub(crate) given: bool,
    /// The names for `@odata.context`, in the order asked.
    pub(crate) names: Vec<&'static str>,
    /// Names from outside the directory, `null` in single answers.
    pub(crate) outside: Vec<&'static str>,
}

impl Select {
    /// Without `$select`: the default set.
    pub(crate) fn default_of(kind: Kind) -> Self {
        let mask =
            kind.props().iter().enumerate().filter(|(_, p)| p.unasked).map(|(at, _)| 1_u64 << at).sum();
        Self { mask, manager: false, members: true, given: false, names: Vec::new(), outside: Vec::new() }
    }

    /// Reads `$select`. `single` allows properties kept outside the directory.
    pub(crate) fn parse(kind: Kind, text: Option<&str>, place: Place) -> Result<Self, Refusal> {
        let Some(text) = text.filter(|t| !t.trim().is_empty()) else { return Ok(Self::default_of(kind)) };
        let mut select =
            Self { mask: 0, manager: false, members: false, given: true, names: vec![], outside: vec![] };
        for name in text.split(',').map(str::trim).filter(|n| !n.is_empty()) {
            select.add(kind, name, place)?;
        }
        Ok(select)
    }

    fn add(&mut self, kind: Kind, name: &str, place: Place) -> Result<(), Refusal> {
        let name = name.split('/').next_back().unwrap_or(name);
        if name.eq_ignore_ascii_case("id") {
            self.names.push("id");
        } else if let Some(prop) = kind.prop(name) {
            self.mask |= 1 << prop;
            self.names.extend(kind.props().get(usize::from(prop)).map(|p| p.name));
        } else if kind == Kind::User && name == "manager" && place == Place::Delta {
            self.manager = true;
        } else if kind == Kind::Group && matches!(name, "members" | "owners") && place == Place::Delta {
            self.members |= name == "members";
        } else if let Some(outside) = OUTSIDE.iter().find(|o| o.eq_ignore_ascii_case(name)) {
            if kind != Kind::User || place != Place::Single {
                return Err(Refusal::new(
                    501,
                    "NotImplemented",
                    "This operation target is not yet supported.",
                ));
            }
            self.names.push(outside);
            self.outside.push(outside);
        } else if place != Place::Mixed && !known(kind, name) {
            let text = format!(
                "Could not find a property named '{name}' on type '{}'.",
                kind.odata().trim_start_matches('#')
            );
            return Err(Refusal::new(400, "BadRequest", text));
        }
        Ok(())
    }

    /// The change bits that make an object appear in delta.
    pub(crate) fn tracked(&self) -> u64 {
        self.mask | EXISTENCE | if self.manager { MANAGER } else { 0 }
    }

    /// The part of `@odata.context` in brackets, or nothing.
    pub(crate) fn context(&self) -> String {
        if self.given && !self.names.is_empty() {
            format!("({})", self.names.join(","))
        } else {
            String::new()
        }
    }
}

/// Where a `$select` stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// A list of one kind.
    List,
    /// One object.
    Single,
    /// A delta round.
    Delta,
    /// A list of several kinds: names of other kinds are no error.
    Mixed,
}

/// Directory properties that exist but are not played here: accepted, never set.
fn known(kind: Kind, name: &str) -> bool {
    const USER: &[&str] = &[
        "ageGroup",
        "consentProvidedForMinor",
        "identities",
        "isResourceAccount",
        "lastPasswordChangeDateTime",
        "legalAgeGroupClassification",
        "licenseAssignmentStates",
        "onPremisesProvisioningErrors",
        "passwordPolicies",
        "passwordProfile",
        "preferredDataLocation",
        "provisionedPlans",
        "serviceProvisioningErrors",
        "signInSessionsValidFromDateTime",
        "employeeLeaveDateTime",
        "authorizationInfo",
        "customSecurityAttributes",
        "isManagementRestricted",
    ];
    const GROUP: &[&str] = &[
        "assignedLabels",
        "assignedLicenses",
        "hasMembersWithLicenseErrors",
        "licenseProcessingState",
        "onPremisesProvisioningErrors",
        "serviceProvisioningErrors",
        "uniqueName",
        "creationOptions",
        "hideFromAddressLists",
        "hideFromOutlookClients",
        "allowExternalSenders",
        "isSubscribedByMail",
        "autoSubscribeNewMembers",
        "unseenCount",
    ];
    match kind {
        Kind::User => USER.contains(&name) || name.starts_with("extension_"),
        Kind::Group => GROUP.contains(&name) || name.starts_with("extension_"),
        Kind::Device | Kind::OrgContact | Kind::ServicePrincipal => true,
    }
}
