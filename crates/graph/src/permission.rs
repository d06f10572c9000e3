//! Which application permissions are needed, what lacking one costs, and which are more than needed (Microsoft: "Microsoft
//! Graph permissions reference").

/// A permission this service knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Permission {
    /// `User.Read.All`
    UserReadAll,
    /// `GroupMember.Read.All` (`Group.Read.All` serves as well)
    GroupMemberReadAll,
    /// `LicenseAssignment.Read.All` (`Organization.Read.All` serves as well)
    LicenseAssignmentReadAll,
    /// `Member.Read.Hidden`
    MemberReadHidden,
    /// `Application.Read.All`
    ApplicationReadAll,
}

/// How much a permission is needed, and for what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Need {
    /// Required: without it no people are read.
    People,
    /// Required: without it no groups and members are read.
    Groups,
    /// Optional: names of products.
    ProductNames,
    /// Optional: members of groups that hide them.
    HiddenMembers,
    /// Optional: when this app's credential ends.
    CredentialEnd,
}

/// Why a permission is more than needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Excess {
    /// It changes something in the tenant.
    Writes,
    /// It opens the whole directory, or what people write and store.
    ReadsFar,
    /// Nothing here uses it.
    Unused,
}

impl Permission {
    /// Every permission that is asked for.
    pub const ALL: [Self; 5] = [
        Self::UserReadAll,
        Self::GroupMemberReadAll,
        Self::LicenseAssignmentReadAll,
        Self::MemberReadHidden,
        Self::ApplicationReadAll,
    ];

    /// Its name in the portal.
    pub const fn name(self) -> &'static str {
        match self {
            Self::UserReadAll => "User.Read.All",
            Self::GroupMemberReadAll => "GroupMember.Read.All",
            Self::LicenseAssignmentReadAll => "LicenseAssignment.Read.All",
            Self::MemberReadHidden => "Member.Read.Hidden",
            Self::ApplicationReadAll => "Application.Read.All",
        }
    }

    /// What it is for.
    pub const fn need(self) -> Need {
        match self {
            Self::UserReadAll => Need::People,
            Self::GroupMemberReadAll => Need::Groups,
            Self::LicenseAssignmentReadAll => Need::ProductNames,
            Self::MemberReadHidden => Need::HiddenMembers,
            Self::ApplicationReadAll => Need::CredentialEnd,
        }
    }

    /// Permissions that are accepted in its place.
    const fn served_by(self) -> &'static [&'static str] {
        match self {
            Self::GroupMemberReadAll => &["Group.Read.All"],
            Self::LicenseAssignmentReadAll => &["Organization.Read.All"],
            Self::ApplicationReadAll => &["Application.ReadWrite.OwnedBy"],
            Self::UserReadAll | Self::MemberReadHidden => &[],
        }
    }

    /// Whether these roles hold it or what serves in its place.
    pub fn granted_by(self, roles: &[String]) -> bool {
        roles.iter().any(|role| role == self.name() || self.served_by().contains(&role.as_str()))
    }
}

impl Need {
    /// Whether nothing works without it.
    pub const fn required(self) -> bool {
        match self {
            Self::People | Self::Groups => true,
            Self::ProductNames | Self::HiddenMembers | Self::CredentialEnd => false,
        }
    }
}

impl Excess {
    /// What is too much about a granted role; `None` for roles that are asked for or serve in place of one.
    pub fn of(role: &str) -> Option<Self> {
        const FAR: [&str; 11] = [
            "Directory.",
            "Mail.",
            "MailboxItem.",
            "Files.",
            "Sites.",
            "Chat.",
            "ChannelMessage.",
            "Notes.",
            "Calendars.",
            "AuditLog.",
            "Policy.",
        ];
        let parts = || role.split('.');
        let known = Permission::ALL.iter().any(|p| p.name() == role || p.served_by().contains(&role));
        let writes = parts().any(|part| {
            matches!(part, "Send" | "Manage" | "full_access_as_app" | "Invite") || part.contains("Write")
        });
        if writes || role == "full_access_as_app" {
            Some(Self::Writes)
        } else if known || role == "OrgContact.Read.All" {
            None
        } else if FAR.iter().any(|start| role.starts_with(start)) {
            Some(Self::ReadsFar)
        } else {
            Some(Self::Unused)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wider_permissions_serve_in_place_of_narrower_ones() {
        let roles = ["Group.Read.All".to_owned()];
        assert!(Permission::GroupMemberReadAll.granted_by(&roles));
        assert!(!Permission::UserReadAll.granted_by(&roles));
    }

    #[test]
    fn too_much_is_told_by_kind() {
        assert_eq!(Excess::of("User.Read.All"), None);
        assert_eq!(Excess::of("Group.Read.All"), None);
        assert_eq!(Excess::of("User.ReadWrite.All"), Some(Excess::Writes));
        assert_eq!(Excess::of("Application.ReadWrite.OwnedBy"), Some(Excess::Writes));
        assert_eq!(Excess::of("Mail.Send"), Some(Excess::Writes));
        assert_eq!(Excess::of("Directory.Read.All"), Some(Excess::ReadsFar));
        assert_eq!(Excess::of("Mail.Read"), Some(Excess::ReadsFar));
        assert_eq!(Excess::of("Presence.Read.All"), Some(Excess::Unused));
    }
}
