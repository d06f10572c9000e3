//! The app registration in a tenant: secrets, certificates, consent.

use std::collections::HashSet;

use serde::Serialize;

use crate::rng::{Rng, guid_text};
use crate::world::roles::DEFAULT_ROLES;

/// A client secret.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Secret {
    /// Names the secret; it is not the secret.
    pub key_id: String,
    /// What the administrator called it.
    pub display_name: String,
    /// The value.
    pub value: String,
    /// Valid from, seconds since 1970.
    pub start: i64,
    /// Valid until, seconds since 1970.
    pub end: i64,
}

/// A registered certificate.
#[derive(Clone, Debug)]
pub(crate) struct Certificate {
    pub(crate) key_id: String,
    pub(crate) thumb_sha1: Vec<u8>,
    pub(crate) thumb_sha256: Vec<u8>,
    /// The public key, PKCS#1 DER.
    pub(crate) public: Vec<u8>,
    pub(crate) start: i64,
    pub(crate) end: i64,
}

/// The app as one tenant sees it.
#[derive(Debug)]
pub(crate) struct App {
    pub(crate) client_id: u128,
    pub(crate) object_id: u128,
    pub(crate) secrets: Vec<Secret>,
    pub(crate) certificates: Vec<Certificate>,
    pub(crate) roles: Vec<String>,
    /// Whether the app exists in the tenant; without it AADSTS700016.
    pub(crate) present: bool,
    /// Tokens of before this generation are refused.
    pub(crate) generation: u32,
    /// Assertions seen; a `jti` serves once.
    pub(crate) seen: HashSet<String>,
    pub(crate) min_lifetime: u32,
    pub(crate) tokens: u64,
}

impl App {
    pub(crate) fn new(rng: &mut Rng, now: i64) -> Self {
        let mut app = Self {
            client_id: rng.guid(),
            object_id: rng.guid(),
            secrets: Vec::new(),
            certificates: Vec::new(),
            roles: DEFAULT_ROLES.iter().map(ToString::to_string).collect(),
            present: true,
            generation: 0,
            seen: HashSet::new(),
            min_lifetime: 3600,
            tokens: 0,
        };
        app.add_secret(rng, now);
        app
    }

    /// A new secret of 40 characters, valid two years (graph-facts 1.6). It holds `~`, `.` and `+`, which
    /// break clients that forget to encode the form.
    pub(crate) fn add_secret(&mut self, rng: &mut Rng, now: i64) -> Secret {
        const SIGNS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789~._-";
        let mut value = String::from("a8Q~+");
        while value.len() < 40 {
            value.push(char::from(SIGNS.get(rng.below(SIGNS.len())).copied().unwrap_or(b'x')));
        }
        // Three letters of its own, so that the hints of two secrets differ.
        let start = format!("{:03x}", rng.below(4096));
        value.replace_range(0..3, &start);
        let secret = Secret {
            key_id: guid_text(rng.guid()),
            display_name: format!("secret {}", self.secrets.len() + 1),
            value,
            start: now - 60,
            end: now + 730 * 86_400,
        };
        self.secrets.push(secret.clone());
        secret
    }

    /// Registers a certificate given as DER or PEM, of which a private key beside it is no part; `None` when it is none with
    /// an RSA key.
    pub(crate) fn add_certificate(&mut self, rng: &mut Rng, file: &[u8]) -> Option<String> {
        use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
        use x509_parser::public_key::PublicKey;
        let mut blocks = x509_parser::pem::Pem::iter_from_buffer(file).filter_map(Result::ok);
        let pem = blocks.find(|block| block.label == "CERTIFICATE");
        let der = pem.as_ref().map_or(file, |block| &block.contents[..]);
        let (_, cert) = x509_parser::parse_x509_certificate(der).ok()?;
        matches!(cert.public_key().parsed(), Ok(PublicKey::RSA(_))).then_some(())?;
        let key_id = guid_text(rng.guid());
        self.certificates.push(Certificate {
            key_id: key_id.clone(),
            thumb_sha1: digest(&SHA1_FOR_LEGACY_USE_ONLY, der).as_ref().to_vec(),
            thumb_sha256: digest(&SHA256, der).as_ref().to_vec(),
            public: cert.public_key().subject_public_key.data.to_vec(),
            start: cert.validity().not_before.timestamp(),
            end: cert.validity().not_after.timestamp(),
        });
        Some(key_id)
    }
}
