//! `POST /users/{id | userPrincipalName}/sendMail` (graph-facts section 16), with a message as MIME or as JSON. Nothing is delivered:
//! what was accepted is kept to be looked at.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde_json::Value;

use crate::dir::Kind;
use crate::graph::refusal::Refusal;
use crate::graph::single::find;
use crate::graph::{Call, Reply};
use crate::world::{lock, read};

/// A mail that was accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SentMail {
    /// The mailbox in the path.
    pub sender: String,
    /// The message: MIME, or the JSON that was sent.
    pub message: String,
}

/// Bytes of a request (graph-facts section 16).
const LARGEST: usize = 4 << 20;

/// Accepts a mail.
pub(crate) fn send(call: &Call<'_>, key: &str) -> Result<Reply, Refusal> {
    if !call.roles.send_mail() {
        let text = "Access is denied. Check credentials and try again.";
        return Err(Refusal::new(403, "ErrorAccessDenied", text));
    }
    {
        let dir = read(&call.tenant.tenant.dir);
        let gone =
            |_| Refusal::new(404, "ErrorInvalidUser", format!("The requested user '{key}' is invalid."));
        let user = find(&dir, Kind::User, key).map_err(gone)?;
        let mail = Kind::User.prop("mail").and_then(|prop| user.span(prop));
        if mail.is_none_or(|span| dir.pool.get(span) == b"null") {
            let text = "The mailbox is either inactive, soft-deleted, or is hosted on-premise.";
            return Err(Refusal::new(404, "MailboxNotEnabledForRESTAPI", text));
        }
    }
    if call.body.len() > LARGEST {
        return Err(Refusal::new(413, "ErrorMessageSizeExceeded", "The message exceeds the maximum size."));
    }
    let media = call.header("content-type").unwrap_or_default().split(';').next().unwrap_or_default();
    let message = if media == "text/plain" { mime(call.body)? } else { json(call.body)? };
    lock(&call.tenant.tenant.sent).push(SentMail { sender: key.to_owned(), message });
    Ok(Reply { status: 202, headers: Vec::new(), body: Vec::new(), shape: "sendMail" })
}

fn mime(body: &[u8]) -> Result<String, Refusal> {
    let wrong = || {
        Refusal::new(400, "ErrorMimeContentInvalidBase64String", "Invalid base64 string for MIME content.")
    };
    let mime = STANDARD.decode(body).map_err(|_| wrong())?;
    let mime = String::from_utf8(mime).map_err(|_| wrong())?;
    if mime.lines().any(|line| line.to_ascii_lowercase().starts_with("from:")) {
        Ok(mime)
    } else {
        Err(Refusal::new(400, "ErrorInvalidRequest", "The message has no sender."))
    }
}

fn json(body: &[u8]) -> Result<String, Refusal> {
    let json: Value = serde_json::from_slice(body)
        .map_err(|_| Refusal::new(400, "RequestBodyRead", "The request body is no JSON."))?;
    if json.pointer("/message/toRecipients/0/emailAddress/address").is_some() {
        Ok(json.to_string())
    } else {
        Err(Refusal::new(400, "ErrorInvalidRecipients", "At least one recipient isn't valid."))
    }
}
