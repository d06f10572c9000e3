//! People at Microsoft's sign-in pages: the addresses that a browser is sent to, and what is made of that with which it comes
//! back (Microsoft: "authorization code flow", "admin consent").
//!
//! Rules: an identity is (tenant id, object id) and nothing else of a token; a tenant that comes back in an address proves
//! nothing, for anybody can type it.

mod id_token;
mod keys;

use model::ids::SourceId;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use url::Url;
use url::form_urlencoded::Serializer;
use uuid::Uuid;

use crate::client::ConnectionSettings;
use crate::error::{Detail, Diagnostics, GraphError};
use crate::exchange::{Reply, exchange};
use crate::token_request::{TokenRequest, append_credential};
use crate::transport::Transport;

pub use id_token::NotOurs;
pub(crate) use keys::KeyCache;

/// Bytes that an answer of the sign-in host may have.
const LARGEST: usize = 1 << 20;
/// The path part for people of any organisation. Personal accounts have no directory and are left out.
const ANYBODY: &str = "organizations";

/// An app registration as people meet it.
#[derive(Clone, Debug)]
pub struct SignInApp {
    transport: Transport,
    settings: ConnectionSettings,
}

/// What a browser takes along to the sign-in page.
#[derive(Debug, Clone)]
pub struct SignInAsked<'a> {
    /// Where Microsoft sends it back to; registered letter by letter.
    pub redirect: &'a str,
    /// Comes back unchanged.
    pub state: &'a str,
    /// Comes back inside the signed token.
    pub nonce: &'a str,
    /// The code verifier (RFC 7636, 43 to 128 characters); only its SHA-256 goes along.
    pub verifier: &'a SecretString,
    /// Whether somebody who is signed in at Microsoft proves it once more.
    pub anew: bool,
}

/// Somebody who has signed in at Microsoft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The tenant.
    pub tenant: SourceId,
    /// The user in it, the same as Graph's id there.
    pub object: SourceId,
    /// The name, to be shown; anybody in the tenant's administration can change it.
    pub name: String,
    /// The user principal name, to be shown; the same holds.
    pub address: String,
}

/// Why nobody has signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// Microsoft gives no token, or cannot be reached: what it says tells what to do.
    #[error(transparent)]
    Graph(#[from] GraphError),
    /// A token came that must not be believed: begin anew, and look at the app if it comes again.
    #[error("the token of the sign-in cannot be believed: {0}")]
    NotOurs(#[from] NotOurs),
}

#[derive(Deserialize)]
struct Discovered {
    issuer: String,
    jwks_uri: String,
}

#[derive(Deserialize)]
struct Given {
    id_token: String,
}

impl SignInApp {
    /// An app; the settings' tenant is where it is registered and plays no part in sign-in.
    pub fn new(transport: &Transport, settings: ConnectionSettings) -> Self {
        Self { transport: transport.clone(), settings }
    }

    /// The id of the tenant that has this domain or id, as Microsoft tells everybody without a token: the issuer of its
    /// discovery document holds it.
    pub async fn tenant_named(&self, name: &str) -> Result<SourceId, GraphError> {
        let found = self.discover(name).await?;
        let id = Url::parse(&found.issuer).ok().and_then(|issuer| {
            let mut parts = issuer.path_segments()?;
            parts.next()?.parse::<SourceId>().ok().filter(is_guid)
        });
        id.ok_or_else(|| GraphError::malformed(Detail::Json, Diagnostics::default()))
    }

    /// Where an administrator of a tenant consents to all that the registration lists (`.default`).
    pub fn consent_address(&self, tenant: &SourceId, redirect: &str, state: &str) -> Url {
        let mut url = self.settings.hosts.login_url(&[&tenant.to_string(), "v2.0", "adminconsent"]);
        url.query_pairs_mut()
            .append_pair("client_id", &self.settings.client_id)
            .append_pair("redirect_uri", redirect)
            .append_pair("state", state)
            .append_pair("scope", &self.settings.hosts.scope());
        url
    }

    /// Where somebody signs in.
    pub fn sign_in_address(&self, asked: &SignInAsked<'_>) -> Url {
        let mut url = self.settings.hosts.login_url(&[ANYBODY, "oauth2", "v2.0", "authorize"]);
        url.query_pairs_mut()
            .append_pair("client_id", &self.settings.client_id)
            .append_pair("response_type", "code")
            .append_pair("response_mode", "query")
            .append_pair("redirect_uri", asked.redirect)
            .append_pair("scope", "openid profile")
            .append_pair("state", asked.state)
            .append_pair("nonce", asked.nonce)
            .append_pair("code_challenge", &id_token::challenge(asked.verifier))
            .append_pair("code_challenge_method", "S256")
            .append_pair("prompt", if asked.anew { "login" } else { "select_account" });
        url
    }

    /// Who came back with this code: asks Microsoft for the token and believes it only by its signature, issuer, audience,
    /// time and nonce.
    pub async fn redeem(
        &self,
        code: &SecretString,
        redirect: &str,
        verifier: &SecretString,
        nonce: &str,
    ) -> Result<Person, SignInError> {
        let url = self.settings.hosts.token_url(ANYBODY);
        let mut form = Serializer::new(String::new());
        form.append_pair("client_id", &self.settings.client_id)
            .append_pair("grant_type", "authorization_code")
            .append_pair("code", code.expose_secret())
            .append_pair("redirect_uri", redirect)
            .append_pair("code_verifier", verifier.expose_secret())
            .append_pair("scope", "openid profile");
        let now = (self.transport.options().clock)();
        let asked = TokenRequest { settings: &self.settings, now, id: Uuid::new_v4() };
        append_credential(&mut form, &asked, url.as_str());
        let type_ = "application/x-www-form-urlencoded";
        let request = self.transport.http(&self.settings).post(url);
        let request = request.header(reqwest::header::CONTENT_TYPE, type_).body(form.finish());
        let reply = exchange(request, LARGEST, None).await;
        let reply = reply.map_err(|broken| broken.into_error(Diagnostics::default()))?;
        tracing::debug!(
            status = reply.status,
            request_id = reply.header("x-ms-request-id"),
            "somebody's token"
        );
        if reply.status != 200 {
            let (problem, diagnostics) = asked.refusal(&reply);
            return Err(GraphError::TokenRefused { problem, diagnostics: Box::new(diagnostics) }.into());
        }
        let token = json::<Given>(&reply)?.id_token;
        let found = self.discover(ANYBODY).await?;
        id_token::person(self, &token, &found, nonce).await
    }

    async fn discover(&self, tenant: &str) -> Result<Discovered, GraphError> {
        let url = self.settings.hosts.login_url(&[tenant, "v2.0", ".well-known", "openid-configuration"]);
        self.look(url).await
    }

    async fn look<T: serde::de::DeserializeOwned>(&self, url: Url) -> Result<T, GraphError> {
        let reply = exchange(self.transport.http(&self.settings).get(url), LARGEST, None).await;
        let reply = reply.map_err(|broken| broken.into_error(Diagnostics::default()))?;
        if reply.status != 200 {
            let now = (self.transport.options().clock)();
            let asked = TokenRequest { settings: &self.settings, now, id: Uuid::new_v4() };
            let (problem, diagnostics) = asked.refusal(&reply);
            return Err(GraphError::TokenRefused { problem, diagnostics: Box::new(diagnostics) });
        }
        json(&reply)
    }
}

fn json<T: serde::de::DeserializeOwned>(reply: &Reply) -> Result<T, GraphError> {
    let read = serde_json::from_slice(&reply.body);
    read.map_err(|_| GraphError::malformed(Detail::Json, Diagnostics::default()))
}

fn is_guid(id: &SourceId) -> bool {
    matches!(id, SourceId::Guid(_))
}
