//! The control endpoints: everything a test in another process needs.

use m365sim::{Server, ServerOptions, World};
use serde_json::{Value, json};

use crate::client::send;

#[test]
fn x1_a_world_can_be_run_from_outside() {
    let world = World::new(1);
    let server = Server::start(&world, &ServerOptions::default()).unwrap();
    let ask = |method: &str, path: &str, body: Value| {
        let got = send(&server, method, &format!("/_sim/{path}"), &[], body.to_string().as_bytes());
        assert_eq!(got.status, 200, "{path}: {}", String::from_utf8_lossy(&got.body));
        got.json()
    };
    assert_eq!(ask("GET", "ready", json!({}))["ready"], true);
    let tenant = ask("POST", "tenants", json!({"domain": "fern.example", "users": 40, "awkward": true}));
    let id = tenant["tenantId"].as_str().unwrap();
    let truth = ask("GET", &format!("{id}/truth"), json!({}));
    assert!(truth["users"].as_array().unwrap().len() > 50);
    let user = ask("POST", &format!("{id}/users"), json!({"givenName": "Anna", "surname": "Weiß"}));
    let user = user["id"].as_str().unwrap();
    let group = ask("POST", &format!("{id}/groups"), json!({"displayName": "G"}));
    let group = group["id"].as_str().unwrap();
    ask("POST", &format!("{id}/groups/{group}/members"), json!({"id": user}));
    ask("PATCH", &format!("{id}/users/{user}"), json!({"mobilePhone": "0170 1"}));
    let truth = ask("GET", &format!("{id}/truth"), json!({}));
    let find = |list: &str, id: &str| {
        truth[list].as_array().unwrap().iter().find(|o| o["id"] == id).cloned().unwrap()
    };
    assert_eq!(find("users", user)["mobilePhone"], "0170 1");
    assert_eq!(find("users", user)["displayName"], "Anna Weiß");
    assert_eq!(find("groups", group)["members"][0]["id"], user);
    for (path, body) in [
        ("churn", json!({"n": 10})),
        ("faults", json!({"throttled": 0.5})),
        ("faults/script", json!({"path": "/users", "fault": {"status": 500}})),
        ("faults", json!({})),
        ("nasty", json!({"duplicates": false})),
        ("pages", json!({"usersDelta": 10})),
        ("limits", json!({"units": 100})),
        ("expire/delta", json!({})),
        ("expire/pages", json!({})),
        ("expire/tokens", json!({})),
        ("expire/secrets", json!({})),
        ("secrets", json!({})),
        ("grant", json!({"role": "Directory.Read.All"})),
        ("revoke", json!({"role": "Directory.Read.All"})),
        ("revoke", json!({})),
        ("token-lifetime", json!({"seconds": 60})),
        ("reset", json!({})),
    ] {
        ask("POST", &format!("{id}/{path}"), body);
    }
    ask("DELETE", &format!("{id}/users/{user}"), json!({}));
    ask("POST", &format!("{id}/users/{user}/restore"), json!({}));
    ask("POST", &format!("{id}/users/{user}/purge"), json!({}));
    assert_eq!(ask("GET", &format!("{id}/counts"), json!({}))["graph"], 0);
    assert_eq!(send(&server, "GET", "/_sim/nobody/truth", &[], b"").status, 404);
}

#[test]
fn x1_the_same_seed_makes_the_same_world() {
    let truth = || {
        let world = World::new(77);
        let tenant = world.add_tenant(&m365sim::TenantSpec::of("muster.example", 200));
        tenant.churn(100);
        let mut truth = serde_json::to_value(tenant.truth()).unwrap();
        // Soft deletion carries the clock; nothing else does.
        truth["secret"] = json!(tenant.client_secret());
        truth
    };
    assert_eq!(truth(), truth());
}
