//! The keys that sign id tokens, and their rollover: Microsoft's keys change without notice (graph-facts 1.9). There are
//! three, made beforehand, for making one takes long; they protect nothing.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};
use ring::rand::SystemRandom;
use ring::rsa::PublicKeyComponents;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use serde_json::{Value, json};

const KEYS: [&[u8]; 3] =
    [include_bytes!("keys/1.der"), include_bytes!("keys/2.der"), include_bytes!("keys/3.der")];

fn pair(at: usize) -> Option<RsaKeyPair> {
    RsaKeyPair::from_pkcs8(KEYS.get(at % KEYS.len())?).ok()
}

type Parts = PublicKeyComponents<Vec<u8>>;

fn name(pair: &RsaKeyPair) -> String {
    let parts = Parts::from(pair.public());
    URL_SAFE_NO_PAD.encode(digest(&SHA256, &parts.n)).chars().take(27).collect()
}

/// A JWT of these claims, signed by the key of this turn; RS256 as Microsoft's.
pub(crate) fn sign(turn: usize, claims: &Value) -> String {
    let Some(pair) = pair(turn) else { return String::new() };
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let head = json!({"typ": "JWT", "alg": "RS256", "kid": name(&pair)});
    let signed = format!("{}.{}", part(&head), part(claims));
    let mut signature = vec![0; pair.public().modulus_len()];
    let done = pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature);
    if done.is_err() {
        return String::new();
    }
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// The published keys: that of this turn, and with `older` the one before it.
pub(crate) fn published(turn: usize, older: bool, issuer: &str) -> Value {
    let turns = if older && turn > 0 { vec![turn, turn - 1] } else { vec![turn] };
    let keys: Vec<Value> = turns
        .into_iter()
        .filter_map(pair)
        .map(|pair| {
            let parts = Parts::from(pair.public());
            let part = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
            json!({"kty": "RSA", "use": "sig", "kid": name(&pair), "x5t": name(&pair),
                "n": part(&parts.n), "e": part(&parts.e), "issuer": issuer})
        })
        .collect();
    json!({"keys": keys})
}
