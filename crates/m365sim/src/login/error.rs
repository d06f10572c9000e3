//! The token endpoint's errors (graph-facts 1.10).

use serde_json::json;

use crate::graph::Reply;
use crate::rng::guid_text;
use crate::time::iso_spaced;

/// Why no token is issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Aadsts {
    TenantUnknown,
    TenantMalformed,
    AppUnknown,
    SecretWrong,
    SecretExpired,
    SecretMissing,
    CertificateWrong,
    AssertionTime,
    AssertionAudience,
    AssertionReplayed,
    ScopeInvalid,
    ResourceUnknown,
    GrantUnsupported,
    BodyMalformed,
    Transient,
    RedirectUnknown,
    RedirectDiffers,
    UserUnknown,
    UserDisabled,
    UserElsewhere,
    UserDeclined,
    AdminNeeded,
    CodeGone,
    CodeUsed,
    VerifierWrong,
    RefreshGone,
}

impl Aadsts {
    #[expect(clippy::too_many_lines, reason = "a table, one row per error")]
    #[rustfmt::skip]
    fn parts(self) -> (u16, u32, &'static str, &'static str) {
        match self {
            Self::TenantUnknown => (
                400,
                90_002,
                "invalid_request",
                "Tenant not found. Check to make sure you have the correct tenant ID.",
            ),
            Self::TenantMalformed => (
                400,
                900_023,
                "invalid_request",
                "Specified tenant identifier is neither a valid DNS name, nor a valid external domain.",
            ),
            Self::AppUnknown => {
                (400, 700_016, "unauthorized_client", "Application was not found in the directory.")
            }
            Self::SecretWrong => (
                401,
                7_000_215,
                "invalid_client",
                "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID.",
            ),
            Self::SecretExpired => {
                (401, 7_000_222, "invalid_client", "The provided client secret keys are expired.")
            }
            Self::SecretMissing => (
                401,
                7_000_218,
                "invalid_client",
                "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
            ),
            Self::CertificateWrong => (
                401,
                700_027,
                "invalid_client",
                "Client assertion failed signature validation. [Reason - The key was not found.]",
            ),
            Self::AssertionTime => {
                (401, 700_024, "invalid_client", "Client assertion is not within its valid time range.")
            }
            Self::AssertionAudience => (
                401,
                700_023,
                "invalid_client",
                "Client assertion audience claim does not match Realm issuer.",
            ),
            Self::AssertionReplayed => (401, 50_012, "invalid_client", "Client assertion was used before."),
            Self::ScopeInvalid => (
                400,
                70_011,
                "invalid_scope",
                "The provided value for the input parameter 'scope' isn't valid.",
            ),
            Self::ResourceUnknown => {
                (400, 500_011, "invalid_resource", "The resource principal was not found in the tenant.")
            }
            Self::GrantUnsupported => {
                (400, 70_003, "unsupported_grant_type", "The app requested an unsupported grant type.")
            }
            Self::Transient => (503, 90_033, "temporarily_unavailable", "A transient error has occurred. Please try again."),
            Self::RedirectUnknown => (400, 50_011, "invalid_request", "The redirect URI specified in the request does not match the redirect URIs configured for the application."),
            Self::RedirectDiffers => (400, 500_112, "invalid_client", "The reply address does not match the reply address provided when requesting the authorization code."),
            Self::UserUnknown => (400, 50_034, "invalid_grant", "The user account does not exist in the directory."),
            Self::UserDisabled => (400, 50_057, "invalid_grant", "The user account is disabled."),
            Self::UserElsewhere => (400, 50_020, "invalid_grant", "User account from another identity provider does not exist in this tenant and cannot access the application."),
            Self::UserDeclined => (400, 65_004, "access_denied", "User declined to consent to access the app."),
            Self::AdminNeeded => (400, 90_094, "access_denied", "The app needs permissions that only an administrator can grant."),
            Self::CodeGone => (400, 70_008, "invalid_grant", "The provided authorization code or refresh token has expired or is unknown."),
            Self::CodeUsed => (400, 54_005, "invalid_grant", "OAuth2 authorization code was already redeemed."),
            Self::VerifierWrong => (400, 501_481, "invalid_grant", "The Code_Verifier does not match the code_challenge supplied in the authorization request."),
            Self::RefreshGone => (400, 700_082, "invalid_grant", "The refresh token has expired due to inactivity."),
            Self::BodyMalformed => {
                (400, 900_144, "invalid_request", "The request body must contain the required parameters.")
            }
        }
    }

    /// Number and text, as browsers are told.
    pub(crate) fn text(self) -> String {
        let (_, number, _, text) = self.parts();
        format!("AADSTS{number}: {text}")
    }

    /// The status of a page that says so.
    pub(crate) fn status(self) -> u16 {
        self.parts().0
    }

    /// The answer.
    pub(crate) fn reply(self, now: i64, trace: u128) -> Reply {
        let (status, number, error, text) = self.parts();
        let (trace, at) = (guid_text(trace), iso_spaced(now));
        let description = format!(
            "AADSTS{number}: {text}\r\nTrace ID: {trace}\r\nCorrelation ID: {trace}\r\nTimestamp: {at}"
        );
        let body = json!({"error": error, "error_description": description, "error_codes": [number],
            "timestamp": at, "trace_id": trace, "correlation_id": trace,
            "error_uri": format!("https://login.microsoftonline.com/error?code={number}")});
        let headers = vec![("content-type", "application/json; charset=utf-8".to_owned())];
        Reply { status, headers, body: body.to_string().into_bytes(), shape: "token/error" }
    }
}
