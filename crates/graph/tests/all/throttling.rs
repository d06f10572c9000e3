//! Throttling: who waits, for how long, and who does not.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use futures::future::join_all;
use graph::{GraphError, Limits};

use crate::script::{Script, answer, limits, ok, refusal, transport};

const ORG: &str = r#"{"value":[{"id":"84841066-274d-4ec0-a5c1-276be684bdd3","displayName":"Contoso"}]}"#;

#[tokio::test]
async fn w15_retry_after_holds_every_request_of_the_tenant_and_of_no_other() {
    let times = std::sync::Arc::new(Mutex::new(Vec::new()));
    let log = times.clone();
    let script = Script::raw(move |asked, _| {
        if asked.is_token() {
            return ok(format!(r#"{{"expires_in":3599,"access_token":"{}"}}"#, asked.tenant()));
        }
        let mut log = log.lock().unwrap();
        let bearer = asked.header("authorization");
        let first = bearer == "Bearer slow" && log.iter().all(|(other, _)| other != bearer);
        log.push((bearer.to_owned(), Instant::now()));
        if first { refusal(429, "TooManyRequests").with("Retry-After", "20") } else { ok(ORG) }
    })
    .await;
    let transport = transport();
    let slow = script.client_of(&transport, "slow", limits());
    let twin = script.client_of(&transport, "SLOW", limits());
    let other = script.client_of(&transport, "other", limits());

    let first = slow.organization();
    let rest = async {
        while times.lock().unwrap().is_empty() {
            tokio::task::yield_now().await;
        }
        // Between the count and the closing of the gate nothing is awaited.
        while slow.stats().throttled == 0 {
            tokio::task::yield_now().await;
        }
        assert!(other.organization().await.is_ok());
        let calls = (0..5).map(|_| twin.organization());
        assert!(join_all(calls).await.iter().all(Result::is_ok));
    };
    let (first, ()) = tokio::join!(first, rest);
    assert!(first.is_ok());
    let times = times.lock().unwrap();
    let refused = times[0].1;
    let held = times.iter().skip(1).filter(|(bearer, _)| bearer.eq_ignore_ascii_case("Bearer slow"));
    for (_, at) in held {
        assert!(at.duration_since(refused) >= Duration::from_millis(195), "{:?}", at.duration_since(refused));
    }
    assert!(slow.stats().throttled == 1 && slow.stats().waited_ms >= 190);
    assert_eq!(other.stats().waited_ms, 0);
}

#[tokio::test]
async fn w15_without_retry_after_the_wait_grows_and_ends() {
    let script = Script::new(|_, _| refusal(429, "TooManyRequests")).await;
    let client = script.client();
    let error = client.organization().await.unwrap_err();
    assert!(matches!(error, GraphError::Throttled { .. }), "{error:?}");
    let stats = client.stats();
    assert!(stats.requests > 5 && stats.throttled == stats.requests, "{stats:?}");
}

#[tokio::test]
async fn w15_a_retry_after_of_zero_is_no_licence_to_hammer() {
    let script = Script::new(|_, _| refusal(429, "TooManyRequests").with("retry-after", "0")).await;
    let client = script.client();
    assert!(client.organization().await.is_err());
    assert!(client.stats().requests < 40);
}

#[tokio::test]
async fn w15_retry_after_as_a_date_is_obeyed() {
    let script = Script::new(|_, n| match n {
        0 => refusal(503, "ServiceUnavailable")
            .with("Date", "Sun, 06 Nov 1994 08:49:37 GMT")
            .with("Retry-After", "Sun, 06 Nov 1994 08:49:40 GMT"),
        _ => ok(ORG),
    })
    .await;
    let client = script.client();
    client.organization().await.unwrap();
    let waited = client.stats().waited_ms;
    assert!(waited >= 29, "{waited}");
}

#[tokio::test]
async fn w15_gateways_that_fail_are_tried_again_and_reported_in_the_end() {
    let script = Script::new(|_, n| match n {
        0..3 => answer(502, "<html>"),
        _ => ok(ORG),
    })
    .await;
    script.client().organization().await.unwrap();
    let broken = Script::new(|_, _| answer(504, "<html>")).await;
    let error = broken.client().organization().await.unwrap_err();
    assert!(matches!(&error, GraphError::Transient(seen) if seen.status == Some(504)));
    assert!(error.diagnostics().client_request_id.is_some());
}

#[tokio::test]
async fn a_typed_run_gives_up_when_its_budget_is_spent() {
    let script = Script::new(|_, _| refusal(429, "TooManyRequests").with("retry-after", "20")).await;
    let limits = Limits { run_budget: Some(Duration::from_millis(120)), ..limits() };
    let client = script.client_of(&transport(), "tenant", limits);
    let error = client.organization().await.unwrap_err();
    let GraphError::BudgetSpent { waited, after, .. } = &error else { panic!("{error:?}") };
    assert!(waited.is_zero() && *after >= Duration::from_millis(150), "{waited:?} {after:?}");
    assert_eq!(client.stats().requests, 1);
    assert_eq!(error.diagnostics().code.as_deref(), Some("TooManyRequests"));
}

#[tokio::test]
async fn a_wait_beyond_reason_ends_the_run_at_once() {
    let script = Script::new(|_, _| refusal(429, "TooManyRequests").with("retry-after", "86400")).await;
    let limits = Limits { longest_retry_after: Duration::from_secs(5), ..limits() };
    let client = script.client_of(&transport(), "tenant", limits);
    let error = client.organization().await.unwrap_err();
    assert!(matches!(error, GraphError::Throttled { after, .. } if after > Duration::from_secs(800)));
    assert_eq!((client.stats().requests, client.stats().waited_ms), (1, 0));
}

#[tokio::test]
async fn priority_and_ids_travel_with_every_request() {
    let script = Script::new(|_, _| ok(ORG)).await;
    script.client_of(&transport(), "a", limits()).organization().await.unwrap();
    let typed = Limits { ..Limits::typed() };
    script.client_of(&transport(), "b", typed).organization().await.unwrap();
    let asked = script.graph();
    assert_eq!(asked[0].header("x-ms-throttle-priority"), "low");
    assert_eq!(asked[1].header("x-ms-throttle-priority"), "normal");
    assert!(asked[0].target.contains("$select=") && asked[0].header("accept") == "application/json");
}
