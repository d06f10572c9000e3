//! The token endpoint and what tokens allow.

use m365sim::TenantSpec;

use crate::client::{Stage, send};

#[test]
fn s1_a_secret_buys_a_token_that_reads_users() {
    let stage = Stage::new(1, &TenantSpec::of("muster.example", 20));
    let token = stage.token();
    let got = stage.get(&token, "/v1.0/users?$select=id,displayName&$top=5", &[]);
    assert_eq!(got.status, 200, "{}", String::from_utf8_lossy(&got.body));
    assert_eq!(token.split('.').count(), 3);
    assert_eq!(stage.server.request_count(&stage.tenant.id()), 1);
    assert_eq!(stage.tenant.counts().token, 1);
}

#[test]
fn s7_every_token_error_has_its_number() {
    let stage = Stage::empty(2);
    let (id, client, secret) = (stage.tenant.id(), stage.tenant.client_id(), stage.tenant.client_secret());
    let ask = |tenant: &str, client: &str, secret: &str, scope: &str| {
        let got = stage.form(
            tenant,
            &[
                ("client_id", client),
                ("client_secret", secret),
                ("grant_type", "client_credentials"),
                ("scope", scope),
            ],
        );
        let json = got.json();
        (got.status, json["error_codes"][0].as_i64().unwrap(), json["error"].as_str().unwrap().to_owned())
    };
    let scope = "https://graph.microsoft.com/.default";
    let unknown = "11111111-2222-4333-8444-555555555555";
    assert_eq!(ask(unknown, &client, &secret, scope).1, 90_002);
    assert_eq!(ask("nowhere.example", &client, &secret, scope).1, 90_002);
    assert_eq!(ask("mumpitz", &client, &secret, scope).1, 900_023);
    assert_eq!(ask(&id, unknown, &secret, scope), (400, 700_016, "unauthorized_client".to_owned()));
    assert_eq!(ask(&id, &client, "falsch", scope), (401, 7_000_215, "invalid_client".to_owned()));
    assert_eq!(ask(&id, &client, "", scope).1, 7_000_218);
    assert_eq!(ask(&id, &client, &secret, "User.Read.All"), (400, 70_011, "invalid_scope".to_owned()));
    stage.tenant.expire_secret();
    assert_eq!(ask(&id, &client, &secret, scope).1, 7_000_222);
    // Rotation: a second secret works while the first has ended.
    let second = stage.tenant.add_secret();
    assert_eq!(stage.token_with(&second.value).status, 200);
    stage.tenant.remove_app();
    assert_eq!(ask(&id, &client, &second.value, scope).1, 700_016);
}

#[test]
fn s3_without_consent_a_token_comes_but_reads_nothing() {
    let stage = Stage::empty(3);
    stage.tenant.revoke_consent();
    let token = stage.token();
    let got = stage.get(&token, "/v1.0/users/delta", &[]);
    assert_eq!((got.status, got.code().as_str()), (403, "Authorization_RequestDenied"));
    stage.tenant.grant("User.Read.All");
    // The old token still lacks the role.
    assert_eq!(stage.get(&token, "/v1.0/users/delta", &[]).status, 403);
    let token = stage.token();
    assert_eq!(stage.get(&token, "/v1.0/users/delta", &[]).status, 200);
    assert_eq!(stage.get(&token, "/v1.0/groups/delta", &[]).status, 403);
}

#[test]
fn s1_tokens_end_and_strangers_are_refused() {
    let stage = Stage::empty(4);
    let token = stage.token();
    stage.world.advance(3 * 3600);
    let got = stage.get(&token, "/v1.0/users", &[]);
    assert_eq!((got.status, got.code().as_str()), (401, "InvalidAuthenticationToken"));
    let token = stage.token();
    stage.tenant.expire_access_tokens();
    assert_eq!(stage.get(&token, "/v1.0/users", &[]).status, 401);
    let other = Stage::empty(5);
    assert_eq!(stage.get(&other.token(), "/v1.0/users", &[]).status, 401);
    assert_eq!(send(&stage.server, "GET", "/v1.0/users", &[], b"").status, 401);
}
