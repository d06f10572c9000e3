//! What an app proves itself with: a secret, or a certificate whose private key never leaves this machine
//! (Microsoft: "Microsoft identity platform application authentication certificate credentials").

use std::fmt;

use jsonwebtoken::EncodingKey;
use model::Timestamp;
use ring::rsa::{KeyPair as RsaKeyPair, PublicKeyComponents};
use ring::{digest, signature};
use secrecy::{ExposeSecret, SecretString};
use x509_parser::pem::Pem;
use x509_parser::prelude::{FromDer, X509Certificate};
use x509_parser::public_key::PublicKey;

/// A secret or a certificate.
#[derive(Clone)]
pub enum Credential {
    /// The value of a client secret (never its id).
    Secret(SecretString),
    /// A certificate with its private key.
    Certificate(CertificateKey),
}

/// A certificate and its RSA key, ready to sign.
#[derive(Clone)]
pub struct CertificateKey {
    pub(crate) key: EncodingKey,
    sha256: [u8; 32],
    sha1: [u8; 20],
    not_after: Timestamp,
}

/// Why a PEM file is no usable certificate credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum BadCertificate {
    /// Not PEM at all, or a block is damaged.
    #[error("the file is no readable PEM")]
    NotPem,
    /// No certificate in it.
    #[error("the file holds no certificate")]
    NoCertificate,
    /// No private key in it.
    #[error("the file holds no private key")]
    NoKey,
    /// The key is protected by a password.
    #[error("the private key is encrypted; store it without a password, in a file only the service may read")]
    Encrypted,
    /// Not an RSA key of 2048 bits or more, in PKCS#1 or PKCS#8.
    #[error("the private key is no RSA key of at least 2048 bits")]
    NotRsa,
    /// Key and certificate do not belong together.
    #[error("the private key does not belong to the certificate")]
    Mismatch,
}

impl CertificateKey {
    /// Reads a PEM file that holds the private key (PKCS#8 or PKCS#1) and its certificate, in any order, with or
    /// without further certificates.
    pub fn from_pem(pem: &str) -> Result<Self, BadCertificate> {
        let mut certificates = Vec::new();
        let mut key = None;
        for block in Pem::iter_from_buffer(pem.as_bytes()) {
            let block = block.map_err(|_| BadCertificate::NotPem)?;
            match block.label.as_str() {
                "CERTIFICATE" => certificates.push(block.contents),
                "PRIVATE KEY" => key = Some((RsaKeyPair::from_pkcs8(&block.contents), block.label)),
                "RSA PRIVATE KEY" => key = Some((RsaKeyPair::from_der(&block.contents), block.label)),
                "ENCRYPTED PRIVATE KEY" => return Err(BadCertificate::Encrypted),
                _ => {}
            }
        }
        if certificates.is_empty() {
            return Err(BadCertificate::NoCertificate);
        }
        let (pair, label) = key.ok_or(BadCertificate::NoKey)?;
        let pair = pair.map_err(|_| BadCertificate::NotRsa)?;
        let text = block_text(pem, &label).ok_or(BadCertificate::NotPem)?;
        let key = EncodingKey::from_rsa_pem(text.as_bytes()).map_err(|_| BadCertificate::NotRsa)?;
        let (der, not_after) =
            certificates.iter().find_map(|der| belongs(der, &pair)).ok_or(BadCertificate::Mismatch)?;
        Ok(Self {
            key,
            sha256: hash(&digest::SHA256, der),
            sha1: hash(&digest::SHA1_FOR_LEGACY_USE_ONLY, der),
            not_after,
        })
    }

    /// When the certificate expires.
    pub fn not_after(&self) -> Timestamp {
        self.not_after
    }

    /// SHA-256 of the certificate, as `x5t#S256` carries it.
    pub fn thumbprint_sha256(&self) -> [u8; 32] {
        self.sha256
    }

    /// SHA-1 of the certificate, as the portal shows it and `customKeyIdentifier` holds it.
    pub fn thumbprint_sha1(&self) -> [u8; 20] {
        self.sha1
    }
}

impl Credential {
    /// A digest that tells credentials apart without holding them.
    pub(crate) fn fingerprint(&self) -> [u8; 32] {
        match self {
            Self::Secret(secret) => hash(&digest::SHA256, secret.expose_secret().as_bytes()),
            Self::Certificate(certificate) => certificate.sha256,
        }
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Secret(_) => "Secret",
            Self::Certificate(_) => "Certificate",
        })
    }
}

impl fmt::Debug for CertificateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CertificateKey").field("not_after", &self.not_after).finish_non_exhaustive()
    }
}

/// The certificate and its end, if it is the key's.
fn belongs<'d>(der: &'d [u8], pair: &signature::RsaKeyPair) -> Option<(&'d [u8], Timestamp)> {
    let (_, certificate) = X509Certificate::from_der(der).ok()?;
    let Ok(PublicKey::RSA(public)) = certificate.public_key().parsed() else { return None };
    let ours = PublicKeyComponents::<Vec<u8>>::from(pair.public());
    let same =
        stripped(public.modulus) == stripped(&ours.n) && stripped(public.exponent) == stripped(&ours.e);
    let not_after = Timestamp(certificate.validity().not_after.timestamp().saturating_mul(1000));
    same.then_some((der, not_after))
}

fn stripped(mut number: &[u8]) -> &[u8] {
    while let [0, rest @ ..] = number {
        number = rest;
    }
    number
}

fn hash<const N: usize>(algorithm: &'static digest::Algorithm, data: &[u8]) -> [u8; N] {
    let mut out = [0; N];
    out.iter_mut().zip(digest::digest(algorithm, data).as_ref()).for_each(|(to, from)| *to = *from);
    out
}

fn block_text<'p>(pem: &'p str, label: &str) -> Option<&'p str> {
    let (begin, end) = (format!("-----BEGIN {label}-----"), format!("-----END {label}-----"));
    let start = pem.find(&begin)?;
    let rest = pem.get(start..)?;
    rest.get(..rest.find(&end)? + end.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PKCS8: &str = include_str!("../tests/data/pkcs8.pem");
    const PKCS1: &str = include_str!("../tests/data/pkcs1.pem");
    const OTHER: &str = include_str!("../tests/data/other.pem");

    fn certificate_of(pem: &str) -> &str {
        block_text(pem, "CERTIFICATE").unwrap()
    }

    #[test]
    fn both_key_forms_are_read_in_any_order() {
        let (one, two) = (CertificateKey::from_pem(PKCS8).unwrap(), CertificateKey::from_pem(PKCS1).unwrap());
        assert_eq!(one.thumbprint_sha256(), two.thumbprint_sha256());
        assert!(one.not_after() > Timestamp(1_800_000_000_000));
        let turned = format!("{}\n{}\n", block_text(PKCS8, "PRIVATE KEY").unwrap(), certificate_of(PKCS8));
        assert_eq!(CertificateKey::from_pem(&turned).unwrap().thumbprint_sha1(), one.thumbprint_sha1());
    }

    #[test]
    fn the_certificate_of_the_key_is_picked_from_several() {
        let chain = format!("{}\n{PKCS8}", certificate_of(OTHER));
        let picked = CertificateKey::from_pem(&chain).unwrap();
        assert_eq!(picked.thumbprint_sha256(), CertificateKey::from_pem(PKCS8).unwrap().thumbprint_sha256());
    }

    #[test]
    fn unusable_files_say_why() {
        let key = block_text(PKCS8, "PRIVATE KEY").unwrap();
        let refused = |pem: &str| CertificateKey::from_pem(pem).err();
        assert_eq!(refused("nothing"), Some(BadCertificate::NoCertificate));
        assert_eq!(refused(certificate_of(PKCS8)), Some(BadCertificate::NoKey));
        assert_eq!(refused(&format!("{key}\n")), Some(BadCertificate::NoCertificate));
        assert_eq!(refused(&format!("{key}\n{}\n", certificate_of(OTHER))), Some(BadCertificate::Mismatch));
    }

    #[test]
    fn nothing_secret_is_printed() {
        let secret = Credential::Secret("hush".to_owned().into());
        assert_eq!(format!("{secret:?}"), "Secret");
        assert!(!format!("{:?}", CertificateKey::from_pem(PKCS8).unwrap()).contains("key"));
    }
}
