//! An id token, and why one is not believed (Microsoft: "ID token claims reference", "validate tokens").

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use model::ids::SourceId;
use ring::digest::{SHA256, digest};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::{Discovered, Person, SignInApp, SignInError, is_guid, keys};

/// The tenant of personal Microsoft accounts, which belong to no organisation.
const PERSONAL: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";
/// What stands in the issuer of a discovery document for any tenant.
const ANY_TENANT: &str = "{tenantid}";
/// By so much clocks may differ, in seconds: five minutes, as everywhere in the platform.
const SKEW: u64 = 300;

/// What is wrong with a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotOurs {
    /// It is no token, or not of the form that is documented.
    #[error("it cannot be read")]
    Unreadable,
    /// It is signed otherwise than by RS256, or by no key that Microsoft publishes.
    #[error("its signature is not Microsoft's")]
    Signature,
    /// It is of another issuer than its tenant's.
    #[error("its issuer is not its tenant's")]
    Issuer,
    /// It was made for another app.
    #[error("it is for another app")]
    Audience,
    /// It is of another time; this machine's clock may be wrong.
    #[error("it is not valid now")]
    Time,
    /// It belongs to another sign-in.
    #[error("it belongs to another sign-in")]
    Nonce,
    /// It is a personal account, not one of an organisation.
    #[error("it is a personal account")]
    Personal,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    tid: String,
    oid: String,
    ver: String,
    nonce: Option<String>,
    name: Option<String>,
    preferred_username: Option<String>,
}

/// The challenge of a verifier (RFC 7636, 4.2).
pub(super) fn challenge(verifier: &SecretString) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.expose_secret().as_bytes()))
}

/// Whom a token is about, if it is to be believed.
pub(super) async fn person(
    app: &SignInApp,
    token: &str,
    found: &Discovered,
    nonce: &str,
) -> Result<Person, SignInError> {
    let head = decode_header(token).map_err(|_| NotOurs::Unreadable)?;
    // The algorithm is ours to choose, not the token's (RFC 8725, 3.1).
    let (Algorithm::RS256, Some(kid)) = (head.alg, head.kid) else { return Err(NotOurs::Signature.into()) };
    let key = keys::key(app, &found.jwks_uri, &kid).await?.ok_or(NotOurs::Signature)?;
    let public = DecodingKey::from_rsa_components(&key.n, &key.e).map_err(|_| NotOurs::Signature)?;
    let mut rules = Validation::new(Algorithm::RS256);
    rules.set_audience(&[&app.settings.client_id]);
    rules.set_required_spec_claims(&["exp", "nbf", "aud", "iss"]);
    rules.validate_nbf = true;
    rules.leeway = SKEW;
    let claims = decode::<Claims>(token, &public, &rules).map_err(|error| why(&error))?.claims;
    let of_tenant = |template: &str| template.replace(ANY_TENANT, &claims.tid);
    if claims.iss != of_tenant(&found.issuer)
        || key.issuer.as_deref().is_some_and(|issuer| of_tenant(issuer) != claims.iss)
    {
        return Err(NotOurs::Issuer.into());
    }
    if claims.nonce.as_deref() != Some(nonce) {
        return Err(NotOurs::Nonce.into());
    }
    if claims.tid == PERSONAL {
        return Err(NotOurs::Personal.into());
    }
    let id = |text: &str| text.parse::<SourceId>().ok().filter(is_guid).ok_or(NotOurs::Unreadable);
    if claims.ver != "2.0" {
        return Err(NotOurs::Unreadable.into());
    }
    Ok(Person {
        tenant: id(&claims.tid)?,
        object: id(&claims.oid)?,
        name: claims.name.unwrap_or_default(),
        address: claims.preferred_username.unwrap_or_default(),
    })
}

fn why(error: &jsonwebtoken::errors::Error) -> NotOurs {
    match error.kind() {
        ErrorKind::InvalidSignature | ErrorKind::InvalidAlgorithm | ErrorKind::InvalidRsaKey(_) => {
            NotOurs::Signature
        }
        ErrorKind::InvalidAudience => NotOurs::Audience,
        ErrorKind::ExpiredSignature | ErrorKind::ImmatureSignature => NotOurs::Time,
        _ => NotOurs::Unreadable,
    }
}
