//! Tokens: cached, fetched once for all who wait, renewed when Graph refuses one, and given up when it refuses two.

use futures::future::join_all;
use graph::{Credential, Detail, GraphError, TokenProblem, Unreach};

use crate::script::{Script, answer, limits, ok, refusal, transport};

const ORG: &str = r#"{"value":[{"id":"84841066-274d-4ec0-a5c1-276be684bdd3","displayName":"Contoso"}]}"#;

#[tokio::test]
async fn fifty_callers_and_two_clients_share_one_token_request() {
    let script = Script::new(|_, _| ok(ORG)).await;
    let transport = transport();
    let clients = [(); 2].map(|()| script.client_of(&transport, "tenant", limits()));
    let calls = (0..50).map(|n: usize| clients[n % 2].organization());
    assert!(join_all(calls).await.iter().all(Result::is_ok));
    assert_eq!(script.tokens(), 1);
    assert_eq!(clients[0].stats().token_requests + clients[1].stats().token_requests, 1);
    assert_eq!(clients[0].stats().requests, 25);
    assert!(clients[0].stats().bytes_read > 25 * ORG.len() as u64 - 1);
}

#[tokio::test]
async fn a_token_is_never_lent_to_another_tenant_or_another_credential() {
    let script = Script::new(|_, _| ok(ORG)).await;
    let transport = transport();
    let one = script.client_of(&transport, "tenant", limits());
    let other_tenant = script.client_of(&transport, "other", limits());
    let mut settings = script.settings("tenant");
    settings.credential = Credential::Secret("guess".to_owned().into());
    let guess = graph::Client::new(&transport, settings, limits());
    for client in [&one, &other_tenant, &guess, &one] {
        client.organization().await.unwrap();
    }
    assert_eq!(script.tokens(), 3);
}

#[tokio::test]
async fn w15_a_token_that_expires_in_mid_walk_is_replaced() {
    let script = Script::new(|asked, n| match (n, asked.header("authorization")) {
        (0, _) => {
            ok(r#"{"value":[],"@odata.nextLink":"NEXT"}"#.replace("NEXT", &next(asked.header("host"), 1)))
        }
        (1, "Bearer t1") => refusal(401, "InvalidAuthenticationToken"),
        (_, "Bearer t2") => {
            ok(r#"{"value":[],"@odata.deltaLink":"NEXT"}"#.replace("NEXT", &next(asked.header("host"), 9)))
        }
        _ => answer(500, ""),
    })
    .await;
    let client = script.client();
    let mut walk = client.users_delta(graph::DeltaStart::Beginning);
    while walk.next_page().await.unwrap().is_some() {}
    assert!(walk.into_cursor().is_some());
    assert_eq!((script.tokens(), client.stats().retries), (2, 1));
}

fn next(host: &str, n: u32) -> String {
    format!("http://{host}/v1.0/users/delta?$skiptoken={n}")
}

#[tokio::test]
async fn a_second_401_on_a_fresh_token_is_unauthorised() {
    let script = Script::new(|_, _| refusal(401, "InvalidAuthenticationToken")).await;
    let error = script.client().organization().await.unwrap_err();
    assert!(matches!(error, GraphError::Unauthorised(_)));
    assert_eq!(error.diagnostics().code.as_deref(), Some("InvalidAuthenticationToken"));
    assert_eq!(error.diagnostics().request_id.as_deref(), Some("r-1"));
    let graph = script.graph();
    let bearers: Vec<_> = graph.iter().map(|asked| asked.header("authorization")).collect();
    assert_eq!(bearers, ["Bearer t1", "Bearer t2"]);
    assert_ne!(graph[0].header("client-request-id"), graph[1].header("client-request-id"));
}

#[tokio::test]
async fn one_refused_token_that_many_used_is_replaced_once() {
    let script = Script::new(|asked, _| match asked.header("authorization") {
        "Bearer t1" => refusal(401, "InvalidAuthenticationToken"),
        _ => ok(ORG),
    })
    .await;
    let client = script.client();
    let calls = (0..20).map(|_| client.organization());
    assert!(join_all(calls).await.iter().all(Result::is_ok));
    assert_eq!(script.tokens(), 2);
}

#[tokio::test]
async fn a_refused_secret_is_asked_for_once_and_named() {
    let body = r#"{"error":"invalid_client","error_description":"AADSTS7000215: secret abc~secret","error_codes":[7000215],
        "trace_id":"trace-1","correlation_id":"corr-1"}"#;
    let script = Script::raw(move |_, _| answer(401, body)).await;
    let client = script.client();
    let calls = (0..10).map(|_| client.organization());
    for result in join_all(calls).await {
        let error = result.unwrap_err();
        let GraphError::TokenRefused { problem, diagnostics } = &error else { panic!("{error:?}") };
        assert_eq!(*problem, TokenProblem::WrongSecret);
        assert_eq!(diagnostics.trace_id.as_deref(), Some("trace-1"));
        assert!(!error.to_string().contains("abc~secret") && !format!("{error:?}").contains("abc~secret"));
    }
    assert_eq!(script.tokens(), 1);
}

#[tokio::test]
async fn w15_a_busy_sign_in_host_is_waited_for() {
    let script = Script::raw(|asked, n| match (asked.is_token(), n) {
        (true, 0) => answer(503, "<html>"),
        (true, 1) => answer(429, "").with("retry-after", "2"),
        (true, _) => ok(r#"{"expires_in":"3599","access_token":"late"}"#),
        (false, _) => ok(ORG),
    })
    .await;
    let client = script.client();
    client.organization().await.unwrap();
    assert_eq!(script.tokens(), 3);
    assert!(client.stats().waited_ms >= 20);
}

#[tokio::test]
async fn w15_a_web_page_from_the_sign_in_host_is_no_refusal_of_the_app() {
    for status in [200, 403] {
        let script =
            Script::raw(move |_, _| answer(status, "<html>sign in to the guest network</html>")).await;
        let error = script.client().organization().await.unwrap_err();
        assert!(matches!(error, GraphError::Malformed { detail: Detail::WebPage, .. }), "{status}: {error}");
    }
}

#[tokio::test]
async fn a_host_that_nobody_serves_is_unreachable() {
    let script = Script::raw(|_, _| answer(500, "")).await;
    let mut settings = script.settings("tenant");
    settings.hosts = graph::Hosts::custom("http://127.0.0.1:1", "http://127.0.0.1:1").unwrap();
    let error = graph::Client::new(&transport(), settings, limits()).organization().await.unwrap_err();
    assert!(matches!(error, GraphError::Unreachable { why: Unreach::Connect, .. }));
    assert!(error.heals_itself());
}

#[tokio::test]
async fn a_certificate_signs_for_the_tenants_token_endpoint() {
    let script = Script::new(|_, _| ok(ORG)).await;
    let mut settings = script.settings("tenant");
    let key = graph::CertificateKey::from_pem(include_str!("../data/pkcs8.pem")).unwrap();
    settings.credential = Credential::Certificate(key);
    graph::Client::new(&transport(), settings, limits()).organization().await.unwrap();
    let asked = script.asked.lock().unwrap()[0].clone();
    assert!(
        asked.body.contains(
            "client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"
        )
    );
    assert_eq!((asked.method.as_str(), asked.tenant()), ("POST", "tenant"));
}
