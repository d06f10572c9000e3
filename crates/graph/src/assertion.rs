//! The signed statement that replaces a secret (Microsoft: "certificate credentials"): PS256, `x5t#S256`, aimed at the
//! tenant's token endpoint, valid for five minutes.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, Header, encode};
use model::Timestamp;
use serde::Serialize;
use uuid::Uuid;

use crate::credential::CertificateKey;

/// How long an assertion is valid; Microsoft takes five to ten minutes.
const LIFE_SECONDS: i64 = 300;

/// What an assertion says.
pub(crate) struct Assertion<'a> {
    pub(crate) audience: &'a str,
    pub(crate) client_id: &'a str,
    pub(crate) id: Uuid,
    pub(crate) now: Timestamp,
}

#[derive(Serialize)]
struct Claims<'a> {
    aud: &'a str,
    iss: &'a str,
    sub: &'a str,
    jti: String,
    nbf: i64,
    iat: i64,
    exp: i64,
}

impl Assertion<'_> {
    /// The token; `None` if the key cannot sign, which reading it has ruled out.
    pub(crate) fn sign(&self, certificate: &CertificateKey) -> Option<String> {
        let mut header = Header::new(Algorithm::PS256);
        header.x5t_s256 = Some(URL_SAFE_NO_PAD.encode(certificate.thumbprint_sha256()));
        let now = self.now.0.div_euclid(1000);
        let claims = Claims {
            aud: self.audience,
            iss: self.client_id,
            sub: self.client_id,
            jti: self.id.to_string(),
            nbf: now,
            iat: now,
            exp: now + LIFE_SECONDS,
        };
        encode(&header, &claims, &certificate.key).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jsonwebtoken::{DecodingKey, Validation, decode, decode_header};
    use x509_parser::prelude::{FromDer, X509Certificate};

    #[test]
    fn assertions_are_ps256_with_the_sha256_thumbprint_and_verify() {
        let pem = include_str!("../tests/data/pkcs8.pem");
        let certificate = CertificateKey::from_pem(pem).unwrap();
        let now = Timestamp(1_700_000_000_000);
        let audience = "https://login.microsoftonline.com/t/oauth2/v2.0/token";
        let token =
            Assertion { audience, client_id: "app", id: Uuid::nil(), now }.sign(&certificate).unwrap();
        let header = decode_header(&token).unwrap();
        assert_eq!((header.alg, header.typ.as_deref()), (Algorithm::PS256, Some("JWT")));
        assert_eq!(header.x5t_s256.unwrap().len(), 43);

        let der = x509_parser::pem::Pem::iter_from_buffer(pem.as_bytes()).next().unwrap().unwrap().contents;
        let (_, parsed) = X509Certificate::from_der(&der).unwrap();
        let key = DecodingKey::from_rsa_der(&parsed.public_key().subject_public_key.data);
        let mut validation = Validation::new(Algorithm::PS256);
        validation.validate_exp = false;
        validation.set_audience(&[audience]);
        let claims =
            decode::<serde_json::Map<String, serde_json::Value>>(&token, &key, &validation).unwrap().claims;
        assert_eq!(claims["exp"].as_i64().unwrap() - claims["nbf"].as_i64().unwrap(), 300);
        assert_eq!((claims["iss"].as_str(), claims["sub"].as_str()), (Some("app"), Some("app")));
    }
}
