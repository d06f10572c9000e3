//! Certificate credentials: assertions right and wrong.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaEncoding, RsaKeyPair};
use serde_json::{Value, json};

use crate::client::Stage;

const CERT: &[u8] = include_bytes!("../fixtures/app.cert.der");
const KEY: &[u8] = include_bytes!("../fixtures/app.key.der");
const OTHER: &[u8] = include_bytes!("../fixtures/other.key.der");

struct Case<'a> {
    key: &'a [u8],
    alg: &'a str,
    jti: &'a str,
    /// Changes to the claims.
    patch: Value,
}

fn ask(stage: &Stage, case: &Case<'_>) -> i64 {
    let (id, client) = (stage.tenant.id(), stage.tenant.client_id());
    let now = stage.world.now();
    let thumb = URL_SAFE_NO_PAD.encode(ring::digest::digest(&ring::digest::SHA256, CERT));
    let header = json!({"typ": "JWT", "alg": case.alg, "x5t#S256": thumb});
    let mut claims = json!({"aud": format!("{}/{id}/oauth2/v2.0/token", stage.server.login_url()),
        "iss": client, "sub": client, "jti": case.jti, "nbf": now, "iat": now, "exp": now + 300});
    for (name, value) in case.patch.as_object().unwrap() {
        claims[name] = if value.is_i64() { json!(now + value.as_i64().unwrap()) } else { value.clone() };
    }
    let part = |v: &Value| URL_SAFE_NO_PAD.encode(v.to_string());
    let signed = format!("{}.{}", part(&header), part(&claims));
    let pair = RsaKeyPair::from_pkcs8(case.key).unwrap();
    let encoding: &dyn RsaEncoding = if case.alg == "PS256" { &RSA_PSS_SHA256 } else { &RSA_PKCS1_SHA256 };
    let mut signature = vec![0; pair.public().modulus_len()];
    pair.sign(encoding, &SystemRandom::new(), signed.as_bytes(), &mut signature).unwrap();
    let assertion = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature));
    let got = stage.form(
        &id,
        &[
            ("client_id", &client),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("client_assertion", &assertion),
            ("grant_type", "client_credentials"),
            ("scope", "https://graph.microsoft.com/.default"),
        ],
    );
    if got.status == 200 { 0 } else { got.json()["error_codes"][0].as_i64().unwrap() }
}

#[test]
fn w13_assertions_right_and_wrong() {
    let stage = Stage::empty(1);
    let case = |jti: &'static str, patch: Value| Case { key: KEY, alg: "PS256", jti, patch };
    assert_eq!(ask(&stage, &case("0", json!({}))), 700_027, "not registered yet");
    let key_id = stage.tenant.add_certificate(CERT).unwrap();
    assert_eq!(ask(&stage, &case("1", json!({}))), 0);
    assert_eq!(ask(&stage, &case("1", json!({}))), 50_012, "a jti serves once");
    assert_eq!(ask(&stage, &Case { alg: "RS256", ..case("2", json!({})) }), 0, "older clients");
    assert_eq!(ask(&stage, &Case { key: OTHER, ..case("3", json!({})) }), 700_027);
    assert_eq!(ask(&stage, &case("4", json!({"nbf": -900, "exp": -600}))), 700_024, "ended");
    assert_eq!(ask(&stage, &case("5", json!({"nbf": 900, "exp": 1200}))), 700_024, "not yet");
    assert_eq!(ask(&stage, &case("6", json!({"exp": 3600}))), 700_024, "too long");
    assert_eq!(ask(&stage, &case("7", json!({"aud": "https://elsewhere"}))), 700_023);
    assert_eq!(ask(&stage, &case("8", json!({"sub": "somebody"}))), 700_027);
    stage.tenant.remove_certificate(&key_id);
    assert_eq!(ask(&stage, &case("9", json!({}))), 700_027);
    assert!(stage.tenant.add_certificate(b"no certificate").is_none());
}
