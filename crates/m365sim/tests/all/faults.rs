//! Faults and limits: what is asked for is what comes.

use m365sim::{Fault, RetryAfter, Script, TenantSpec};
use serde_json::Value;

use crate::client::Stage;

#[test]
fn r9_every_fault_looks_as_it_should() {
    let stage = Stage::new(1, &TenantSpec::of("muster.example", 50));
    let token = stage.token();
    let ask = |fault: Fault| {
        stage.tenant.faults(|f| f.next("", fault));
        stage.get(&token, "/v1.0/users?$top=20", &[("client-request-id", "mine")])
    };
    let got = ask(Fault::Throttled(RetryAfter::Seconds(3)));
    assert_eq!((got.status, got.headers["retry-after"].as_str()), (429, "3"));
    assert_eq!(got.json()["error"]["innerError"]["client-request-id"], "mine");
    assert!(!ask(Fault::Throttled(RetryAfter::Absent)).headers.contains_key("retry-after"));
    assert!(ask(Fault::Unavailable(RetryAfter::Date(1))).headers["retry-after"].ends_with("GMT"));
    assert_eq!(ask(Fault::Status(504)).status, 504);
    assert_eq!(ask(Fault::Cut).status, 0);
    let cut = ask(Fault::CutInBody);
    assert!(cut.status == 200 && !cut.complete);
    let broken = ask(Fault::TruncatedJson);
    assert!(broken.status == 200 && broken.complete);
    assert!(serde_json::from_slice::<Value>(&broken.body).is_err());
    let html = ask(Fault::Html);
    assert_eq!((html.status, html.headers["content-type"].as_str()), (200, "text/html"));
    assert_eq!(ask(Fault::HtmlError).status, 502);
    assert!(ask(Fault::EmptyBody).body.is_empty());
    assert_eq!(ask(Fault::EmptyList).json()["value"], serde_json::json!([]));
    assert_eq!(ask(Fault::Gone).status, 410);
    assert_eq!(ask(Fault::Slow(1)).status, 200);
    let foreign = ask(Fault::ForeignLink).json();
    assert!(foreign["@odata.nextLink"].as_str().unwrap().starts_with("https://graph.attacker.example"));
    assert_eq!(stage.get(&token, "/v1.0/users", &[]).status, 200, "each script serves once");
    assert_eq!(stage.tenant.log().iter().filter(|l| l.status == 0).count(), 1);
}

#[test]
fn r9_scripts_count_and_choose() {
    let stage = Stage::empty(2);
    let token = stage.token();
    let script = Script { path: "/groups".into(), skip: 1, times: 2, fault: Fault::Status(500) };
    stage.tenant.faults(|f| f.scripts.push(script));
    let status = |path: &str| stage.get(&token, path, &[]).status;
    let seen = ["/v1.0/groups", "/v1.0/users", "/v1.0/groups", "/v1.0/groups", "/v1.0/groups"].map(status);
    assert_eq!(seen, [200, 200, 500, 500, 200]);
    stage.tenant.faults(|f| f.next("/oauth2/", Fault::Unavailable(RetryAfter::Absent)));
    let got = stage.token_with(&stage.tenant.client_secret());
    assert_eq!((got.status, got.json()["error"].as_str()), (503, Some("temporarily_unavailable")));
    stage.tenant.faults(|f| f.next("/v1.0/users/delta", Fault::Gone));
    let got = stage.get(&token, "/v1.0/users/delta", &[]);
    assert!(got.status == 410 && got.headers["location"].ends_with("/users/delta?$deltatoken="));
}

#[test]
fn s10_a_delta_round_that_lies_empty_ends_with_a_valid_link() {
    let stage = Stage::new(3, &TenantSpec::of("muster.example", 50));
    let token = stage.token();
    stage.tenant.faults(|f| f.next("/users/delta", Fault::EmptyList));
    let told = stage.chain(&token, "/v1.0/users/delta", &[]);
    assert_eq!((told.pages.len(), told.items().count()), (1, 0));
    assert_eq!(stage.chain(&token, &told.link, &[]).items().count(), 0);
}

#[test]
fn r9_the_limits_refuse_with_scope_and_time() {
    let stage = Stage::empty(4);
    stage.tenant.limit_units(10);
    let token = stage.token();
    let got: Vec<_> = (0..12).map(|_| stage.get(&token, "/v1.0/users", &[])).collect();
    assert_eq!(got[0].headers["x-ms-resource-unit"], "2");
    let refused = got.iter().find(|g| g.status == 429).unwrap();
    assert!(refused.headers["retry-after"].parse::<u32>().unwrap() >= 1);
    assert!(refused.headers["x-ms-throttle-scope"].starts_with("Tenant_Application/"));
    assert_eq!(refused.headers["x-ms-throttle-information"], "ResourceUnitLimitExceeded");
    assert!(got.iter().any(|g| g.status == 200 && g.headers.contains_key("x-ms-throttle-limit-percentage")));
}

#[test]
fn r9_probabilities_are_seeded() {
    let run = || {
        let stage = Stage::empty(5);
        stage.tenant.faults(|f| {
            f.throttled = 0.3;
            f.truncated_json = 0.1;
        });
        let token = stage.token();
        (0..40).map(|_| stage.get(&token, "/v1.0/users", &[]).status).collect::<Vec<_>>()
    };
    assert_eq!(run(), run());
    assert!(run().contains(&429) && run().contains(&200));
}
