//! What to do about what Microsoft refuses, for error lines and `check`.

use graph::{Excess, GraphError, Need, TokenProblem};

/// What to do about a failed request, where something can be done.
pub fn graph(error: &GraphError) -> Option<&'static str> {
    Some(match error {
        GraphError::Throttled { .. } | GraphError::BudgetSpent { .. } | GraphError::Transient(_) => {
            "nothing is lost: run the command again later, it goes on where it stopped"
        }
        GraphError::Unreachable { .. } => {
            "check network, proxy and firewall of this machine; nothing is lost"
        }
        GraphError::CursorExpired(_) => "run `whoswho sync CUSTOMER --complete`",
        GraphError::Unauthorised(_) => "look at conditional access for the app, and at the chosen cloud",
        GraphError::ConsentMissing { .. } => {
            "grant the permission to the app and give admin consent, then run `whoswho check CUSTOMER`"
        }
        GraphError::TokenRefused { problem, .. } => token(*problem),
        GraphError::Gone(_) | GraphError::Rejected(_) | GraphError::Malformed { .. } => return None,
    })
}

/// What to do about a refused sign-in.
pub const fn token(problem: TokenProblem) -> &'static str {
    match problem {
        TokenProblem::UnknownTenant => {
            "check the tenant id (the directory id in the Entra admin centre) and the cloud"
        }
        TokenProblem::WrongCloud => "connect with the right --cloud",
        TokenProblem::UnknownApp => {
            "check the client id, and that an administrator of the tenant gave consent"
        }
        TokenProblem::AppDisabled => "enable the app under enterprise applications in the tenant",
        TokenProblem::WrongSecret => {
            "use the secret's value, not its id; make a new secret if the value is lost"
        }
        TokenProblem::ExpiredSecret => "make a new secret in the app registration and connect again with it",
        TokenProblem::WrongCertificate => "upload this certificate to the app registration",
        TokenProblem::ExpiredCertificate => "make a new certificate, upload it and connect again with it",
        TokenProblem::ClockSkew => "set this machine's clock right, best by NTP",
        TokenProblem::ConsentMissing => "let an administrator of the tenant give consent to the app",
        TokenProblem::PolicyBlocks => {
            "let conditional access of the tenant admit the app from this machine's address"
        }
        TokenProblem::WrongScope => "check the cloud; the sign-in host and Graph must belong together",
        TokenProblem::Busy => "try again in some minutes",
        TokenProblem::Other => "look the number up in Microsoft's list of AADSTS codes",
    }
}

/// What a missing permission costs.
pub const fn missing(need: Need) -> &'static str {
    match need {
        Need::People => "required: without it no people are read",
        Need::Groups => "required: without it no groups are read",
        Need::ProductNames => "optional: names of licences",
        Need::HiddenMembers => "optional: members of groups that hide them",
        Need::CredentialEnd => "optional: when the app's credential ends",
    }
}

/// Why a permission should be taken away.
pub const fn excessive(why: Excess) -> &'static str {
    match why {
        Excess::Writes => "allows changes in the tenant; Whoswho only reads: take it away",
        Excess::ReadsFar => "reads far more than needed: take it away",
        Excess::Unused => "is not used: take it away",
    }
}
