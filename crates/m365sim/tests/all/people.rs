//! Sign-in of people and consent of administrators, as browsers and apps see them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use m365sim::{AppHandle, AppSpec, TenantSpec, UserSpec};
use ring::digest::{SHA256, digest};
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use serde_json::Value;

use crate::client::{Stage, send};

const BACK: &str = "https://whoswho.example/back";

fn person(mail: &str) -> UserSpec {
    UserSpec { given_name: Some("Anna".into()), mail: Some(mail.into()), ..UserSpec::default() }
}

fn stage() -> (Stage, AppHandle) {
    let stage = Stage::empty(1);
    stage.tenant.add_user(person("admin@muster.example"));
    stage.tenant.add_user(person("anna@muster.example"));
    let spec = AppSpec {
        redirects: vec![BACK.into()],
        roles: vec!["User.Read.All".into(), "GroupMember.Read.All".into()],
        name: "Whoswho".into(),
    };
    let app = stage.world.register_app(spec);
    (stage, app)
}

fn query(pairs: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

fn address(tenant: &str, app: &AppHandle, verifier: &str) -> String {
    let challenge = URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()));
    let pairs = query(&[
        ("client_id", &app.client_id()),
        ("response_type", "code"),
        ("redirect_uri", BACK),
        ("scope", "openid profile email offline_access"),
        ("state", "s&1"),
        ("nonce", "n-1"),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ]);
    format!("/{tenant}/oauth2/v2.0/authorize?{pairs}")
}

fn value(location: &str, name: &str) -> String {
    let query = location.split_once('?').unwrap().1;
    url::form_urlencoded::parse(query.as_bytes()).find(|(n, _)| n == name).unwrap_or_default().1.into_owned()
}

fn redeem(stage: &Stage, app: &AppHandle, code: &str, verifier: &str) -> Value {
    let (client, secret) = (app.client_id(), app.client_secret());
    let pairs = [
        ("client_id", client.as_str()),
        ("client_secret", &secret),
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", BACK),
        ("code_verifier", verifier),
    ];
    stage.form("organizations", &pairs).json()
}

fn signature_holds(token: &str, keys: &Value) -> bool {
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
    let head: Value = serde_json::from_slice(&decode(signed.split('.').next().unwrap())).unwrap();
    let Some(key) = keys["keys"].as_array().unwrap().iter().find(|key| key["kid"] == head["kid"]) else {
        return false;
    };
    let (n, e) = (decode(key["n"].as_str().unwrap()), decode(key["e"].as_str().unwrap()));
    let public = RsaPublicKeyComponents { n, e };
    public.verify(&RSA_PKCS1_2048_8192_SHA256, signed.as_bytes(), &decode(signature)).is_ok()
}

#[test]
fn w13_somebody_signs_in_with_code_and_pkce_and_a_code_serves_once() {
    let (stage, app) = stage();
    let verifier = "v".repeat(50);
    let address = address("organizations", &app, &verifier);
    let page = send(&stage.server, "GET", &address, &[], b"");
    let text = String::from_utf8_lossy(&page.body).into_owned();
    assert!(page.status == 200 && text.contains("anna@muster.example"), "{text}");
    let pressed = send(&stage.server, "POST", &address, &[], b"account=anna%40muster.example&do=accept");
    let back = pressed.headers["location"].clone();
    assert!(pressed.status == 302 && back.starts_with(BACK) && value(&back, "state") == "s&1", "{back}");
    let code = value(&back, "code");
    assert_eq!(redeem(&stage, &app, &code, "another")["error_codes"][0], 501_481);
    let answer = redeem(&stage, &app, &code, &verifier);
    let token = answer["id_token"].as_str().unwrap();
    let body = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
    let claims: Value = serde_json::from_slice(&body).unwrap();
    let tid = stage.tenant.id();
    assert_eq!(claims["tid"], Value::from(tid.as_str()));
    assert_eq!(claims["iss"], Value::from(format!("{}/{tid}/v2.0", stage.server.login_url())));
    assert_eq!((&claims["nonce"], &claims["ver"]), (&Value::from("n-1"), &Value::from("2.0")));
    assert_eq!(claims["aud"], Value::from(app.client_id()));
    assert_eq!(redeem(&stage, &app, &code, &verifier)["error_codes"][0], 54_005, "once");
    let refreshed = stage.form(
        "organizations",
        &[
            ("client_id", &app.client_id()),
            ("client_secret", &app.client_secret()),
            ("grant_type", "refresh_token"),
            ("refresh_token", answer["refresh_token"].as_str().unwrap()),
        ],
    );
    assert!(refreshed.json()["id_token"].is_string());
}

#[test]
fn w13_codes_end_and_pages_tell_whom_they_do_not_let_in() {
    let (stage, app) = stage();
    let other = stage.world.add_tenant(&TenantSpec::empty("other.example"));
    let gone =
        stage.tenant.add_user(UserSpec { account_enabled: Some(false), ..person("off@muster.example") });
    let verifier = "v".repeat(50);
    let world = &stage.world;
    let back = world.go_on_as(&address("organizations", &app, &verifier), "anna@muster.example").unwrap();
    world.advance(601);
    assert_eq!(redeem(&stage, &app, &value(&back, "code"), &verifier)["error_codes"][0], 70_008);
    let cancelled = world.cancel(&address("organizations", &app, &verifier)).unwrap();
    assert_eq!(value(&cancelled, "error"), "access_denied");
    let says = |target: &str, who: &str, number: &str| {
        let text = world.go_on_as(target, who).unwrap_err();
        assert!(text.contains(number), "{text}");
    };
    says(&address("organizations", &app, &verifier), "nobody@muster.example", "AADSTS50034");
    says(&address("organizations", &app, &verifier), "off@muster.example", "AADSTS50057");
    says(&address(&other.id(), &app, &verifier), "anna@muster.example", "AADSTS50020");
    let elsewhere = address("organizations", &app, &verifier).replace("whoswho.example", "evil.example");
    says(&elsewhere, "anna@muster.example", "AADSTS50011");
    assert!(stage.tenant.delete_user(&gone));
}

#[test]
fn w13_keys_roll_over_and_the_older_one_goes_at_last() {
    let (stage, app) = stage();
    let verifier = "v".repeat(50);
    let keys = || send(&stage.server, "GET", "/organizations/discovery/v2.0/keys", &[], b"").json();
    let token = || {
        let address = address("organizations", &app, &verifier);
        let back = stage.world.go_on_as(&address, "anna@muster.example").unwrap();
        redeem(&stage, &app, &value(&back, "code"), &verifier)["id_token"].as_str().unwrap().to_owned()
    };
    let (before, first) = (keys(), token());
    assert!(signature_holds(&first, &before));
    stage.world.roll_signing_key();
    let second = token();
    assert!(!signature_holds(&second, &before), "a client that keeps its keys knows the new one not yet");
    assert!(signature_holds(&second, &keys()) && signature_holds(&first, &keys()));
    stage.world.drop_old_signing_keys();
    assert!(signature_holds(&second, &keys()) && !signature_holds(&first, &keys()));
    let found =
        send(&stage.server, "GET", "/organizations/v2.0/.well-known/openid-configuration", &[], b"").json();
    assert_eq!(found["issuer"], Value::from(format!("{}/{{tenantid}}/v2.0", stage.server.login_url())));
}

#[test]
fn w13_consent_lets_an_app_in_and_only_administrators_give_it() {
    let (stage, app) = stage();
    let tenant = stage.tenant.id();
    let pairs = query(&[
        ("client_id", &app.client_id()),
        ("redirect_uri", BACK),
        ("state", "x"),
        ("scope", "https://graph.microsoft.com/.default"),
    ]);
    let address = format!("/{tenant}/v2.0/adminconsent?{pairs}");
    let own = || {
        stage.form(
            &tenant,
            &[
                ("client_id", &app.client_id()),
                ("client_secret", &app.client_secret()),
                ("grant_type", "client_credentials"),
                ("scope", "https://graph.microsoft.com/.default"),
            ],
        )
    };
    assert_eq!(own().json()["error_codes"][0], 700_016, "unknown to the tenant until somebody consents");
    let denied = stage.world.cancel(&address).unwrap();
    assert_eq!(
        (value(&denied, "error"), value(&denied, "admin_consent")),
        ("access_denied".into(), "True".into())
    );
    let small = stage.world.go_on_as(&address, "anna@muster.example").unwrap();
    assert!(value(&small, "error_description").contains("AADSTS90094"), "{small}");
    assert_eq!(stage.tenant.consent(&app.client_id()), None);
    let given = stage.world.go_on_as(&address, "admin@muster.example").unwrap();
    assert_eq!((value(&given, "tenant"), value(&given, "state")), (tenant.clone(), "x".into()));
    let token = own().json()["access_token"].as_str().unwrap().to_owned();
    let bearer = format!("Bearer {token}");
    let users = send(&stage.server, "GET", "/v1.0/users", &[("authorization", &bearer)], b"");
    assert_eq!(users.status, 200);
    let skus = send(&stage.server, "GET", "/v1.0/subscribedSkus", &[("authorization", &bearer)], b"");
    assert_eq!(skus.status, 403, "what was not asked for was not granted");
}
