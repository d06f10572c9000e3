//! Asks the sign-in host for an app's token (Microsoft: "OAuth 2.0 client credentials flow"), with a secret or with a
//! signed assertion.

use model::Timestamp;
use secrecy::ExposeSecret;
use serde::Deserialize;
use url::Url;
use url::form_urlencoded::Serializer;
use uuid::Uuid;

use crate::assertion::Assertion;
use crate::client::ConnectionSettings;
use crate::credential::Credential;
use crate::error::Diagnostics;
use crate::exchange::Reply;
use crate::token_problem::TokenProblem;

/// The request; `now` and `id` go into an assertion.
pub(crate) struct TokenRequest<'a> {
    pub(crate) settings: &'a ConnectionSettings,
    pub(crate) now: Timestamp,
    pub(crate) id: Uuid,
}

/// A token as issued.
#[derive(Deserialize)]
pub(crate) struct Issued {
    pub(crate) access_token: String,
    expires_in: Seconds,
}

/// `expires_in`: a number, or a number in quotes.
#[derive(Deserialize)]
#[serde(untagged)]
enum Seconds {
    Number(f64),
    Text(String),
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Refused {
    error: String,
    error_codes: Vec<i64>,
    trace_id: Option<String>,
    correlation_id: Option<String>,
}

impl TokenRequest<'_> {
    /// Address and form.
    pub(crate) fn prepare(&self) -> (Url, String) {
        let settings = self.settings;
        let url = settings.hosts.token_url(&settings.tenant_id);
        let mut form = Serializer::new(String::new());
        form.append_pair("client_id", &settings.client_id)
            .append_pair("grant_type", "client_credentials")
            .append_pair("scope", &settings.hosts.scope());
        append_credential(&mut form, self, url.as_str());
        (url, form.finish())
    }

    /// Reads a refusal: what to repair, and the ids for support.
    pub(crate) fn refusal(&self, reply: &Reply) -> (TokenProblem, Diagnostics) {
        let body: Refused = serde_json::from_slice(&reply.body).unwrap_or_default();
        let busy = reply.status == 429 || reply.status >= 500;
        let mut problem =
            if busy { TokenProblem::Busy } else { TokenProblem::of(&body.error, &body.error_codes) };
        if let (TokenProblem::WrongCertificate, Credential::Certificate(certificate)) =
            (problem, &self.settings.credential)
            && certificate.not_after() < self.now
        {
            problem = TokenProblem::ExpiredCertificate;
        }
        let code = body.error_codes.first().map(|code| format!("AADSTS{code}"));
        let code = code.or_else(|| (!body.error.is_empty()).then_some(body.error));
        let diagnostics = Diagnostics {
            status: Some(reply.status),
            code: code.map(Into::into),
            request_id: reply.header("x-ms-request-id").map(Into::into),
            trace_id: body.trace_id.map(Into::into),
            correlation_id: body.correlation_id.map(Into::into),
            date: reply.header("date").map(Into::into),
            client_request_id: None,
        };
        (problem, diagnostics)
    }
}

/// What proves the app: its secret, or an assertion for this address.
pub(crate) fn append_credential(form: &mut Serializer<'_, String>, asked: &TokenRequest<'_>, address: &str) {
    match &asked.settings.credential {
        Credential::Secret(secret) => {
            form.append_pair("client_secret", secret.expose_secret());
        }
        Credential::Certificate(certificate) => {
            let client_id = &asked.settings.client_id;
            let assertion = Assertion { audience: address, client_id, id: asked.id, now: asked.now };
            form.append_pair(
                "client_assertion_type",
                "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            )
            .append_pair("client_assertion", &assertion.sign(certificate).unwrap_or_default());
        }
    }
}

impl Issued {
    /// Reads a token answer.
    pub(crate) fn parse(body: &[u8]) -> Option<Self> {
        serde_json::from_slice(body).ok().filter(|issued: &Self| !issued.access_token.is_empty())
    }

    /// How long it is valid, in seconds; without a readable value, an hour is the documented least.
    pub(crate) fn seconds(&self) -> u64 {
        let seconds = match &self.expires_in {
            Seconds::Number(n) => Some(*n),
            Seconds::Text(text) => text.trim().parse().ok(),
        };
        seconds.filter(|s| s.is_finite() && *s >= 0.0).unwrap_or(3600.0) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credential::CertificateKey;
    use crate::hosts::{Cloud, Hosts};

    fn settings(credential: Credential) -> ConnectionSettings {
        let hosts = Hosts::cloud(Cloud::Global);
        ConnectionSettings { hosts, tenant_id: "contoso.com".into(), client_id: "app".into(), credential }
    }

    fn prepared(credential: Credential) -> (Url, Vec<(String, String)>) {
        let settings = settings(credential);
        let (url, form) = TokenRequest { settings: &settings, now: Timestamp(0), id: Uuid::nil() }.prepare();
        (url, url::form_urlencoded::parse(form.as_bytes()).into_owned().collect())
    }

    #[test]
    fn a_secret_is_form_encoded() {
        let (url, form) = prepared(Credential::Secret("a~.+&=ü".to_owned().into()));
        assert_eq!(url.as_str(), "https://login.microsoftonline.com/contoso.com/oauth2/v2.0/token");
        assert!(form.contains(&("client_secret".into(), "a~.+&=ü".into())));
        assert!(form.contains(&("scope".into(), "https://graph.microsoft.com/.default".into())));
        assert!(form.contains(&("grant_type".into(), "client_credentials".into())));
    }

    #[test]
    fn a_certificate_sends_an_assertion_and_no_secret() {
        let pem = include_str!("../tests/data/pkcs1.pem");
        let (_, form) = prepared(Credential::Certificate(CertificateKey::from_pem(pem).unwrap()));
        let assertion = form.iter().find(|(name, _)| name == "client_assertion").unwrap();
        assert_eq!(assertion.1.split('.').count(), 3);
        assert!(form.iter().all(|(name, _)| name != "client_secret"));
    }

    #[test]
    fn lifetimes_are_numbers_or_texts() {
        let life = |json: &str| Issued::parse(json.as_bytes()).unwrap().seconds();
        assert_eq!(life(r#"{"token_type":"Bearer","expires_in":3599,"access_token":"t"}"#), 3599);
        assert_eq!(life(r#"{"expires_in":"86399","access_token":"t"}"#), 86_399);
        assert!(Issued::parse(br#"{"expires_in":1,"access_token":""}"#).is_none());
        assert!(Issued::parse(b"<html>").is_none());
    }

    #[test]
    fn refusals_keep_code_and_trace_ids() {
        let body = r#"{"error":"invalid_client","error_description":"AADSTS7000222: secret","error_codes":[7000222],
            "timestamp":"2026-01-01 00:00:00Z","trace_id":"t","correlation_id":"c"}"#;
        let settings = settings(Credential::Secret("x".to_owned().into()));
        let request = TokenRequest { settings: &settings, now: Timestamp(0), id: Uuid::nil() };
        let reply = |status, body: &str| Reply {
            status,
            headers: reqwest::header::HeaderMap::new(),
            body: body.into(),
            turn: None,
        };
        let (problem, seen) = request.refusal(&reply(401, body));
        assert_eq!(problem, TokenProblem::ExpiredSecret);
        assert_eq!(seen.code.as_deref(), Some("AADSTS7000222"));
        assert_eq!((seen.trace_id.as_deref(), seen.correlation_id.as_deref()), (Some("t"), Some("c")));
        assert_eq!(request.refusal(&reply(503, "<html>")).0, TokenProblem::Busy);
        assert_eq!(request.refusal(&reply(400, "<html>")).0, TokenProblem::Other);
    }

    #[test]
    fn an_expired_certificate_is_told_from_a_wrong_one() {
        let pem = include_str!("../tests/data/pkcs8.pem");
        let certificate = CertificateKey::from_pem(pem).unwrap();
        let ends = certificate.not_after();
        let settings = settings(Credential::Certificate(certificate));
        let body = br#"{"error":"invalid_client","error_codes":[700027]}"#.to_vec();
        let reply = Reply { status: 401, headers: reqwest::header::HeaderMap::new(), body, turn: None };
        let problem = |now| TokenRequest { settings: &settings, now, id: Uuid::nil() }.refusal(&reply).0;
        assert_eq!(problem(ends.plus_days(-1)), TokenProblem::WrongCertificate);
        assert_eq!(problem(ends.plus_days(1)), TokenProblem::ExpiredCertificate);
    }
}
