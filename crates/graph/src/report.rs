//! What `whoswho check` found out, as data: every step with its outcome, so that the binary can say it in the reader's
//! language.

use std::time::Duration;

use model::Timestamp;

use crate::account::Organization;
use crate::error::{Diagnostics, GraphError, Unreach};
use crate::permission::{Excess, Need, Permission};
use crate::token_problem::TokenProblem;

/// Everything that was found out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckReport {
    /// Whether the sign-in host answers.
    pub login: Reach,
    /// Whether the Graph host answers.
    pub graph: Reach,
    /// This machine's clock against Microsoft's.
    pub clock: Clock,
    /// Whether a token is issued.
    pub token: TokenStep,
    /// Whether anybody in the tenant has consented to the app at all.
    pub consent: Consent,
    /// Missing and excessive permissions; empty if the token cannot be read, or where consent is missing whole.
    pub permissions: Vec<PermissionFinding>,
    /// The calls that a run makes, tried once each.
    pub probes: Vec<Probe>,
    /// The tenant, if it may be read.
    pub tenant: Option<Organization>,
    /// When the credential ends.
    pub expiry: Expiry,
}

/// Whether a host answers, with whatever.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// It does.
    Reached,
    /// It does not.
    Unreachable(Unreach),
}

/// This machine's clock. Positive numbers: it is ahead of Microsoft's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// Within two minutes.
    Right,
    /// More than two minutes off: correct it.
    Off {
        /// By so many milliseconds.
        ms: i64,
    },
    /// More than five minutes off: assertions by certificate are refused.
    FarOff {
        /// By so many milliseconds.
        ms: i64,
    },
    /// No answer to compare with.
    Unknown,
}

/// What became of the token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenStep {
    /// It was issued.
    Issued {
        /// For how long.
        life: Duration,
    },
    /// It was refused.
    Refused {
        /// What to repair.
        problem: TokenProblem,
        /// For support.
        diagnostics: Box<Diagnostics>,
    },
    /// The request itself failed.
    Failed(GraphError),
}

/// Whether an administrator of the tenant has consented. A token is issued without consent too; it then holds no permission
/// at all (Microsoft: "OAuth 2.0 client credentials flow").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consent {
    /// At least one permission is granted, or a call works.
    Given,
    /// No permission is granted: nobody has consented, or the whole consent was withdrawn.
    Missing,
    /// There is no token, or it cannot be read and no call says so.
    Unknown,
}

/// Something about the granted permissions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PermissionFinding {
    /// As it should be.
    Granted(Permission),
    /// Missing; its need says what that costs.
    Missing(Permission),
    /// More than needed.
    Excessive {
        /// Its name.
        role: Box<str>,
        /// Why it is too much.
        why: Excess,
    },
}

/// One call, tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    /// Which.
    pub call: ProbeCall,
    /// What came of it.
    pub outcome: ProbeOutcome,
}

/// The calls that a run makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ProbeCall {
    /// The tenant's name and domains.
    Organization,
    /// A user with all properties.
    Users,
    /// Changes of users.
    UsersDelta,
    /// Changes of groups.
    GroupsDelta,
    /// The tenant's products.
    Products,
    /// This app's registration.
    OwnCredentials,
}

/// What came of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProbeOutcome {
    /// It works.
    Works,
    /// It works, but hides what is needed.
    Hidden,
    /// It fails.
    Failed(GraphError),
}

/// When the credential ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expiry {
    /// Then.
    At(Timestamp),
    /// Microsoft does not tell: ask the administrator for the date.
    NotTold,
}

impl CheckReport {
    /// When the credential ends, where Microsoft tells.
    pub const fn told_end(&self) -> Option<Timestamp> {
        match self.expiry {
            Expiry::At(at) => Some(at),
            Expiry::NotTold => None,
        }
    }

    /// What is granted, as far as it could be seen: all of it missing where nobody has consented.
    pub fn granted(&self) -> Option<Vec<PermissionFinding>> {
        match (self.consent, self.permissions.is_empty()) {
            (Consent::Missing, _) => Some(Permission::ALL.map(PermissionFinding::Missing).to_vec()),
            (Consent::Given | Consent::Unknown, false) => Some(self.permissions.clone()),
            (Consent::Given | Consent::Unknown, true) => None,
        }
    }

    /// Whether the app signs in.
    pub const fn signed_in(&self) -> bool {
        matches!(self.token, TokenStep::Issued { .. })
    }

    /// Whether a run can succeed: a token, the required permissions and calls, a usable clock.
    pub fn passed(&self) -> bool {
        let required = [ProbeCall::Users, ProbeCall::UsersDelta, ProbeCall::GroupsDelta];
        let works =
            |call| self.probes.iter().any(|p: &Probe| p.call == call && p.outcome == ProbeOutcome::Works);
        let lacks = |p: &PermissionFinding| matches!(p, PermissionFinding::Missing(p) if matches!(p.need(), Need::People | Need::Groups));
        self.signed_in()
            && required.into_iter().all(works)
            && !matches!(self.clock, Clock::FarOff { .. })
            && !self.permissions.iter().any(lacks)
    }
}
