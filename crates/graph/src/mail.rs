//! `POST /users/{id | userPrincipalName}/sendMail` (graph-facts 16; Microsoft: "user: sendMail"), with the whole message as MIME.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;

use crate::call::{Call, Origin, Prepared};
use crate::client::Client;
use crate::error::{Detail, GraphError};
use crate::hosts::Hosts;

/// A message, from one mailbox.
struct SendMail<'a> {
    sender: &'a str,
    mime: &'a [u8],
}

impl Call for SendMail<'_> {
    type Answer = ();

    fn prepare(&self, hosts: &Hosts) -> Prepared {
        let body = STANDARD.encode(self.mime);
        Prepared {
            method: Method::POST,
            url: hosts.graph_path(&["users", self.sender, "sendMail"]),
            headers: &[],
            media: "text/plain",
            body: Some(body.into()),
            units: 1,
            origin: Origin::Own,
        }
    }

    /// 202 with nothing in it.
    fn parse(&self, _: &[u8]) -> Result<Self::Answer, Detail> {
        Ok(())
    }

    fn permission(&self) -> &'static str {
        "Mail.Send"
    }
}

impl Client {
    /// Gets a token, so that what goes wrong there is told apart from what goes wrong with a request.
    pub async fn have_token(&self) -> Result<(), GraphError> {
        self.token().await.map(drop)
    }

    /// Sends a message (MIME, with its `From`) from a mailbox of the tenant. Tried once: it is not idempotent, so whoever has it
    /// decides whether another try may send it twice.
    pub async fn send_mail(&self, sender: &str, mime: &[u8]) -> Result<(), GraphError> {
        self.call_once(&SendMail { sender, mime }).await
    }
}
