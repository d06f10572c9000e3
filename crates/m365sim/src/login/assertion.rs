//! The client assertion of certificate credentials (graph-facts 1.5).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256, UnparsedPublicKey};
use serde::Deserialize;

use crate::login::error::Aadsts;
use crate::rng::guid_text;
use crate::world::app::{App, Certificate};

#[derive(Deserialize)]
struct Header {
    alg: String,
    #[serde(rename = "x5t#S256")]
    sha256: Option<String>,
    x5t: Option<String>,
}

#[derive(Deserialize)]
struct Claims {
    aud: String,
    iss: String,
    sub: String,
    jti: String,
    nbf: i64,
    exp: i64,
}

/// Checks an assertion against the app's certificates; `url` is this tenant's token URL.
pub(crate) fn check(app: &mut App, assertion: &str, url: &str, now: i64) -> Result<(), Aadsts> {
    let wrong = Aadsts::CertificateWrong;
    let (signed, signature) = assertion.rsplit_once('.').ok_or(wrong)?;
    let (head, body) = signed.split_once('.').ok_or(wrong)?;
    let header: Header = part(head)?;
    let certificate = named(app, &header).ok_or(wrong)?;
    let algorithm: &dyn ring::signature::VerificationAlgorithm = match header.alg.as_str() {
        "PS256" => &RSA_PSS_2048_8192_SHA256,
        "RS256" => &RSA_PKCS1_2048_8192_SHA256,
        _ => return Err(wrong),
    };
    let bytes = URL_SAFE_NO_PAD.decode(signature).map_err(|_| wrong)?;
    UnparsedPublicKey::new(algorithm, &certificate.public)
        .verify(signed.as_bytes(), &bytes)
        .map_err(|_| wrong)?;
    if now < certificate.start || now > certificate.end {
        return Err(wrong);
    }
    let claims: Claims = part(body)?;
    if claims.aud != url {
        return Err(Aadsts::AssertionAudience);
    }
    let client = guid_text(app.client_id);
    if claims.iss != client || claims.sub != client {
        return Err(wrong);
    }
    // Five minutes of skew as everywhere in the platform; at most ten minutes of life.
    let late = claims.exp <= now || claims.nbf > now + 300;
    if late || claims.exp - claims.nbf > 600 {
        return Err(Aadsts::AssertionTime);
    }
    if app.seen.insert(claims.jti) { Ok(()) } else { Err(Aadsts::AssertionReplayed) }
}

fn part<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, Aadsts> {
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| Aadsts::CertificateWrong)?;
    serde_json::from_slice(&bytes).map_err(|_| Aadsts::CertificateWrong)
}

fn named(app: &App, header: &Header) -> Option<Certificate> {
    let is = |have: &[u8], want: &Option<String>| {
        want.as_ref().is_some_and(|want| URL_SAFE_NO_PAD.encode(have) == *want)
    };
    app.certificates
        .iter()
        .find(|c| is(&c.thumb_sha256, &header.sha256) || is(&c.thumb_sha1, &header.x5t))
        .cloned()
}
