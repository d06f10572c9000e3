//! Graph's error answers (graph-facts section 12).

use serde_json::json;

use crate::graph::Reply;
use crate::rng::guid_text;
use crate::time::iso_local;

/// Why Graph refuses.
#[derive(Debug, Clone)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) code: String,
    pub(crate) message: String,
    pub(crate) headers: Vec<(&'static str, String)>,
}

impl Refusal {
    pub(crate) fn new(status: u16, code: &str, message: impl Into<String>) -> Self {
        Self { status, code: code.to_owned(), message: message.into(), headers: Vec::new() }
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(crate) fn bad(message: impl Into<String>) -> Self {
        Self::new(400, "Request_BadRequest", message)
    }

    pub(crate) fn unsupported(message: impl Into<String>) -> Self {
        Self::new(400, "Request_UnsupportedQuery", message)
    }

    pub(crate) fn missing(id: &str) -> Self {
        let text = format!(
            "Resource '{id}' does not exist or one of its queried reference-property objects are not present."
        );
        Self::new(404, "Request_ResourceNotFound", text)
    }

    pub(crate) fn no_segment(segment: &str) -> Self {
        Self::new(400, "BadRequest", format!("Resource not found for the segment '{segment}'."))
    }

    pub(crate) fn denied() -> Self {
        Self::new(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
    }

    pub(crate) fn token(message: &str) -> Self {
        Self::new(401, "InvalidAuthenticationToken", message).with(
            "www-authenticate",
            "Bearer realm=\"\", authorization_uri=\"https://login.example/common/oauth2/authorize\", \
             client_id=\"00000003-0000-0000-c000-000000000000\"",
        )
    }

    /// The usual codes of a bare status.
    pub(crate) fn status(status: u16) -> Self {
        let (code, message) = match status {
            401 => ("InvalidAuthenticationToken", "Access token has expired or is not yet valid."),
            403 => ("Authorization_RequestDenied", "Insufficient privileges to complete the operation."),
            404 => ("Request_ResourceNotFound", "Resource does not exist."),
            409 => ("Directory_ConcurrencyViolation", "There was a conflict; try again."),
            500 => ("UnknownError", ""),
            503 => ("ServiceUnavailable", "The service is temporarily unavailable."),
            504 => ("UnknownError", "The request timed out."),
            _ => ("generalException", "An unspecified error has occurred."),
        };
        Self::new(status, code, message)
    }

    /// The answer; `client_request_id` is echoed, else the request's own id stands in.
    pub(crate) fn reply(self, now: i64, request_id: u128, client_request_id: Option<&str>) -> Reply {
        let request_id = guid_text(request_id);
        let client = client_request_id.unwrap_or(&request_id);
        let body = json!({"error": {"code": self.code, "message": self.message, "innerError":
            {"date": iso_local(now), "request-id": request_id, "client-request-id": client}}});
        let mut headers = vec![("content-type", "application/json".to_owned())];
        headers.extend(self.headers);
        Reply { status: self.status, headers, body: body.to_string().into_bytes(), shape: "error" }
    }
}
