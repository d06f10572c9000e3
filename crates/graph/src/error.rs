//! What can go wrong, named by what the caller can do about it, with Microsoft's own code and trace ids kept for
//! support. No variant and no text carries a secret, a token, an address or a person's name.

use std::fmt;
use std::time::Duration;

use crate::token_problem::TokenProblem;

/// A request that did not succeed, after all retries that make sense.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GraphError {
    /// Microsoft asks for patience: run again after this time.
    Throttled {
        /// How long.
        after: Duration,
        /// For support.
        diagnostics: Box<Diagnostics>,
    },
    /// Microsoft's side failed for longer than one request may wait: run again later.
    Transient(Box<Diagnostics>),
    /// Nothing answered, or the connection broke: check network, proxy and host names, or run again later.
    Unreachable {
        /// In which step.
        why: Unreach,
        /// For support.
        diagnostics: Box<Diagnostics>,
    },
    /// This run has waited as long as it may; run again, unattended if need be.
    BudgetSpent {
        /// How long it waited.
        waited: Duration,
        /// How much longer Microsoft asked to wait.
        after: Duration,
        /// For support.
        diagnostics: Box<Diagnostics>,
    },
    /// The stored cursor is too old or unknown: read everything anew, and delete nothing before that is complete.
    CursorExpired(Box<Diagnostics>),
    /// Two different tokens in a row were refused: look at conditional access, the cloud and the app.
    Unauthorised(Box<Diagnostics>),
    /// A permission is missing or not consented to: grant it.
    ConsentMissing {
        /// The permission that would allow the request, as far as is documented.
        permission: &'static str,
        /// For support.
        diagnostics: Box<Diagnostics>,
    },
    /// The object asked for is not there.
    Gone(Box<Diagnostics>),
    /// Microsoft refuses the request itself: a defect here, or a change there. Retrying does not help.
    Rejected(Box<Diagnostics>),
    /// The answer could not be read, repeatedly.
    Malformed {
        /// What was wrong, without content.
        detail: Detail,
        /// For support.
        diagnostics: Box<Diagnostics>,
    },
    /// The sign-in host gives no token: repair what the problem names.
    TokenRefused {
        /// What to repair.
        problem: TokenProblem,
        /// For support.
        diagnostics: Box<Diagnostics>,
    },
}

/// How far an unanswered request came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unreach {
    /// No connection: name, route, port, proxy or TLS.
    Connect,
    /// No answer in time.
    Timeout,
    /// The connection broke in the middle.
    Broken,
}

/// What is wrong with an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Detail {
    /// Not the JSON that is documented, cut off, or no JSON at all.
    Json,
    /// A web page in the place of data: something between here and Microsoft answered, such as a proxy or a gateway.
    WebPage,
    /// Larger than any answer may be.
    TooLarge,
    /// A link that leads to another host, which would be sent the token.
    ForeignLink,
    /// A chain of pages that repeats itself or does not end.
    EndlessChain,
    /// A page with neither a next nor a delta link where one is due.
    NoLink,
    /// An item of a list that is unreadable, its id included.
    Nameless,
}

/// Everything that Microsoft's support asks for, and nothing personal.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Diagnostics {
    /// HTTP status, if there was an answer.
    pub status: Option<u16>,
    /// The innermost error code, or the numeric code of the sign-in host.
    pub code: Option<Box<str>>,
    /// `request-id` of the answer.
    pub request_id: Option<Box<str>>,
    /// `client-request-id` that was sent.
    pub client_request_id: Option<Box<str>>,
    /// `trace_id` of the sign-in host.
    pub trace_id: Option<Box<str>>,
    /// `correlation_id` of the sign-in host.
    pub correlation_id: Option<Box<str>>,
    /// `Date` of the answer.
    pub date: Option<Box<str>>,
}

impl GraphError {
    /// For support.
    pub fn diagnostics(&self) -> &Diagnostics {
        match self {
            Self::Throttled { diagnostics, .. }
            | Self::Unreachable { diagnostics, .. }
            | Self::BudgetSpent { diagnostics, .. }
            | Self::ConsentMissing { diagnostics, .. }
            | Self::Malformed { diagnostics, .. }
            | Self::TokenRefused { diagnostics, .. }
            | Self::Transient(diagnostics)
            | Self::CursorExpired(diagnostics)
            | Self::Unauthorised(diagnostics)
            | Self::Gone(diagnostics)
            | Self::Rejected(diagnostics) => diagnostics,
        }
    }

    /// Whether the same run may succeed later without anyone doing anything.
    pub fn heals_itself(&self) -> bool {
        match self {
            Self::Throttled { .. }
            | Self::Transient(_)
            | Self::Unreachable { .. }
            | Self::BudgetSpent { .. }
            | Self::Malformed { .. } => true,
            Self::TokenRefused { problem, .. } => *problem == TokenProblem::Busy,
            Self::CursorExpired(_)
            | Self::Unauthorised(_)
            | Self::ConsentMissing { .. }
            | Self::Gone(_)
            | Self::Rejected(_) => false,
        }
    }

    pub(crate) fn malformed(detail: Detail, diagnostics: Diagnostics) -> Self {
        Self::Malformed { detail, diagnostics: Box::new(diagnostics) }
    }
}

impl fmt::Display for GraphError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Throttled { after, .. } => {
                write!(f, "throttled by Microsoft, try again in {} s", after.as_secs())
            }
            Self::Transient(_) => f.write_str("Microsoft's service failed, try again later"),
            Self::Unreachable { why, .. } => f.write_str(match why {
                Unreach::Connect => "no connection to Microsoft",
                Unreach::Timeout => "no answer from Microsoft in time",
                Unreach::Broken => "the connection to Microsoft broke",
            }),
            Self::BudgetSpent { waited, .. } => write!(f, "gave up after waiting {} s", waited.as_secs()),
            Self::CursorExpired(_) => f.write_str("the cursor has expired, a complete read is due"),
            Self::Unauthorised(_) => f.write_str("Microsoft refuses fresh tokens of this app"),
            Self::ConsentMissing { permission, .. } => write!(f, "permission missing: {permission}"),
            Self::Gone(_) => f.write_str("the object does not exist"),
            Self::Rejected(_) => f.write_str("Microsoft rejects the request"),
            Self::Malformed { detail, .. } => f.write_str(match detail {
                Detail::Json => "the answer is cut off or no valid JSON",
                Detail::WebPage => {
                    "a web page came instead of Microsoft's answer, as from a proxy, a gateway or a sign-in portal"
                }
                Detail::TooLarge => "the answer is too large",
                Detail::ForeignLink => "the answer links to another host, which is not followed",
                Detail::EndlessChain => "the pages do not end",
                Detail::NoLink => "the last page carries no delta link",
                Detail::Nameless => "the answer names something without a readable id",
            }),
            Self::TokenRefused { problem, .. } => write!(f, "no token: {problem}"),
        }?;
        write!(f, "{}", self.diagnostics())
    }
}

impl std::error::Error for GraphError {}

impl fmt::Display for Diagnostics {
    /// ` (HTTP 403, Authorization_RequestDenied, request …)`, or nothing when nothing is known.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        if let Some(status) = self.status {
            parts.push(format!("HTTP {status}"));
        }
        let named = [
            ("", &self.code),
            ("request ", &self.request_id),
            ("client request ", &self.client_request_id),
            ("trace ", &self.trace_id),
            ("correlation ", &self.correlation_id),
        ];
        parts.extend(named.iter().filter_map(|(name, value)| value.as_ref().map(|v| format!("{name}{v}"))));
        if parts.is_empty() { Ok(()) } else { write!(f, " ({})", parts.join(", ")) }
    }
}
