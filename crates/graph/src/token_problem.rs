//! Why the sign-in host refuses a token, by its numeric codes (Microsoft: "Microsoft Entra authentication and
//! authorization error codes"). Microsoft says that the numbers may change, so there is always a last branch.

use std::fmt;

/// What to repair before a token is issued again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TokenProblem {
    /// No such tenant: typo or wrong cloud.
    UnknownTenant,
    /// The tenant lives in another national cloud.
    WrongCloud,
    /// The app is not known in the tenant: wrong client id or tenant, or never consented to.
    UnknownApp,
    /// The app is disabled in the tenant.
    AppDisabled,
    /// The secret is wrong; often its id was pasted instead of its value.
    WrongSecret,
    /// The secret has expired.
    ExpiredSecret,
    /// The certificate is not the registered one, or its signature is not accepted.
    WrongCertificate,
    /// The certificate itself has expired.
    ExpiredCertificate,
    /// The assertion lies outside its time range: this machine's clock is wrong.
    ClockSkew,
    /// Nobody consented to the app.
    ConsentMissing,
    /// A conditional access policy stops the app.
    PolicyBlocks,
    /// The scope is not accepted: wrong cloud, or a defect here.
    WrongScope,
    /// The sign-in host is overloaded.
    Busy,
    /// A code that was not known when this was written.
    Other,
}

impl TokenProblem {
    /// Reads `error` and `error_codes`; texts are never read.
    pub(crate) fn of(error: &str, codes: &[i64]) -> Self {
        codes.iter().find_map(|code| Self::of_code(*code)).unwrap_or(match error {
            "temporarily_unavailable" => Self::Busy,
            "consent_required" => Self::ConsentMissing,
            "invalid_scope" | "invalid_resource" => Self::WrongScope,
            _ => Self::Other,
        })
    }

    /// What a text that was kept of an error names with a number (`AADSTS7000222`), where it is one that is known.
    pub fn named_in(kept: &str) -> Option<Self> {
        kept.split("AADSTS").skip(1).find_map(|rest| {
            let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
            digits.parse().ok().and_then(Self::of_code)
        })
    }

    /// Whether another secret or certificate would repair it.
    pub const fn is_of_credential(self) -> bool {
        match self {
            Self::WrongSecret | Self::ExpiredSecret | Self::WrongCertificate | Self::ExpiredCertificate => {
                true
            }
            Self::UnknownTenant
            | Self::WrongCloud
            | Self::UnknownApp
            | Self::AppDisabled
            | Self::ClockSkew
            | Self::ConsentMissing
            | Self::PolicyBlocks
            | Self::WrongScope
            | Self::Busy
            | Self::Other => false,
        }
    }

    fn of_code(code: i64) -> Option<Self> {
        Some(match code {
            90_002 | 900_023 => Self::UnknownTenant,
            90_038 | 900_382 | 900_432 => Self::WrongCloud,
            700_016 => Self::UnknownApp,
            7_000_112 => Self::AppDisabled,
            7_000_215 => Self::WrongSecret,
            7_000_222 => Self::ExpiredSecret,
            700_027 | 50_012 => Self::WrongCertificate,
            700_024 => Self::ClockSkew,
            65_001 | 90_094 | 90_095 => Self::ConsentMissing,
            53_003 | 530_032 => Self::PolicyBlocks,
            500_011 | 70_011 | 28_002 | 1_002_012 => Self::WrongScope,
            90_006 | 90_012 | 90_024 | 90_033 | 90_055 => Self::Busy,
            _ => return None,
        })
    }
}

impl fmt::Display for TokenProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::UnknownTenant => "unknown tenant",
            Self::WrongCloud => "the tenant belongs to another cloud",
            Self::UnknownApp => "unknown app in this tenant",
            Self::AppDisabled => "the app is disabled",
            Self::WrongSecret => "wrong secret",
            Self::ExpiredSecret => "the secret has expired",
            Self::WrongCertificate => "the certificate is not accepted",
            Self::ExpiredCertificate => "the certificate has expired",
            Self::ClockSkew => "the clock of this machine is wrong",
            Self::ConsentMissing => "no consent",
            Self::PolicyBlocks => "blocked by conditional access",
            Self::WrongScope => "the scope is not accepted",
            Self::Busy => "the sign-in service is busy",
            Self::Other => "refused",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problems_are_told_apart_by_number_and_never_by_text() {
        let kept = "no token: the secret has expired (HTTP 401, AADSTS7000222, request 1)";
        assert_eq!(TokenProblem::named_in(kept), Some(TokenProblem::ExpiredSecret));
        assert_eq!(TokenProblem::named_in("AADSTS1"), None);
        assert!(TokenProblem::ExpiredSecret.is_of_credential() && !TokenProblem::Busy.is_of_credential());
        assert_eq!(TokenProblem::of("invalid_client", &[7_000_215]), TokenProblem::WrongSecret);
        assert_eq!(TokenProblem::of("invalid_client", &[7_000_222]), TokenProblem::ExpiredSecret);
        assert_eq!(TokenProblem::of("unauthorized_client", &[700_016]), TokenProblem::UnknownApp);
        assert_eq!(TokenProblem::of("invalid_request", &[1, 90_002]), TokenProblem::UnknownTenant);
        assert_eq!(TokenProblem::of("temporarily_unavailable", &[]), TokenProblem::Busy);
        assert_eq!(TokenProblem::of("invalid_client", &[987_654_321]), TokenProblem::Other);
    }
}
