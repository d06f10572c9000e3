//! Application permissions (graph-facts section 2) and what each lets an app read.

/// The roles of one access token.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Roles(pub(crate) Vec<String>);

/// What a fresh tenant has consented to: all that reading a directory needs.
pub const DEFAULT_ROLES: [&str; 7] = [
    "User.Read.All",
    "GroupMember.Read.All",
    "Organization.Read.All",
    "OrgContact.Read.All",
    "LicenseAssignment.Read.All",
    "Application.Read.All",
    "Member.Read.Hidden",
];

impl Roles {
    fn any(&self, names: &[&str]) -> bool {
        self.0.iter().any(|r| names.contains(&r.as_str()) || r == "Directory.Read.All")
    }

    pub(crate) fn users(&self) -> bool {
        self.any(&["User.Read.All", "User.ReadWrite.All"])
    }

    pub(crate) fn users_basic(&self) -> bool {
        self.users() || self.any(&["User.ReadBasic.All"])
    }

    pub(crate) fn groups(&self) -> bool {
        self.any(&["GroupMember.Read.All", "Group.Read.All", "Group.ReadWrite.All", "Group.ReadBasic.All"])
    }

    pub(crate) fn members(&self) -> bool {
        self.any(&[
            "GroupMember.Read.All",
            "Group.Read.All",
            "Group.ReadWrite.All",
            "GroupMember.ReadBasic.All",
        ])
    }

    pub(crate) fn deleted_groups(&self) -> bool {
        self.any(&["Group.Read.All", "Group.ReadWrite.All"])
    }

    pub(crate) fn contacts(&self) -> bool {
        self.any(&["OrgContact.Read.All"])
    }

    pub(crate) fn devices(&self) -> bool {
        self.any(&["Device.Read.All"])
    }

    pub(crate) fn organization(&self) -> bool {
        self.any(&["Organization.Read.All", "User.Read.All"])
    }

    pub(crate) fn skus(&self) -> bool {
        self.any(&["LicenseAssignment.Read.All", "Organization.Read.All"])
    }

    pub(crate) fn applications(&self) -> bool {
        self.any(&["Application.Read.All", "Application.ReadWrite.OwnedBy"])
    }

    pub(crate) fn hidden_members(&self) -> bool {
        // Directory.Read.All does not include it.
        self.0.iter().any(|r| r == "Member.Read.Hidden")
    }

    pub(crate) fn send_mail(&self) -> bool {
        // Directory.Read.All reads; it sends nothing.
        self.0.iter().any(|r| r == "Mail.Send")
    }

    pub(crate) fn directory(&self) -> bool {
        self.any(&[])
    }
}
