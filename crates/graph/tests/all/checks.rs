//! `check` tells apart what an administrator has to repair.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use graph::{
    Asking, CertificateKey, CheckReport, Client, Clock, Consent, Credential, Excess, Expiry, Hosts, Limits,
    Permission, PermissionFinding, ProbeCall, ProbeOutcome, Reach, TokenProblem, TokenStep, Transport,
    TransportOptions, Unreach,
};
use model::Timestamp;

use crate::script::{Answer, Asked, Script, answer, limits, ok, refusal, transport};

const NOW: i64 = 784_111_777_000;
const DATE: &str = "Sun, 06 Nov 1994 08:49:37 GMT";

fn at<const SKEW_MS: i64>() -> Transport {
    let options = TransportOptions {
        second: Duration::from_millis(1),
        clock: || Timestamp(NOW + SKEW_MS),
        ..<_>::default()
    };
    Transport::with_options(options).unwrap()
}

fn issue(asked: &Asked, roles: &[&str]) -> Option<Answer> {
    let claims = format!(
        r#"{{"roles":[{}]}}"#,
        roles.iter().map(|r| format!("\"{r}\"")).collect::<Vec<_>>().join(",")
    );
    let token = format!("h.{}.s", URL_SAFE_NO_PAD.encode(claims));
    asked
        .is_token()
        .then(|| ok(format!(r#"{{"expires_in":3599,"access_token":"{token}"}}"#)).with("date", DATE))
}

/// A tenant in which everything but `denied` works.
fn tenant(asked: &Asked, denied: &str) -> Answer {
    let target = &asked.target;
    let delta = |of| {
        let host = asked.header("host");
        ok(format!(r#"{{"value":[],"@odata.deltaLink":"http://{host}/v1.0/{of}/delta?$deltatoken=x"}}"#))
    };
    if !denied.is_empty() && target.contains(denied) {
        refusal(403, "Authorization_RequestDenied")
    } else if target.contains("/users/delta") {
        delta("users")
    } else if target.contains("/groups/delta") {
        delta("groups")
    } else if target.contains("/organization") {
        ok(r#"{"value":[{"id":"84841066-274d-4ec0-a5c1-276be684bdd3","displayName":"Contoso"}]}"#)
    } else if target.contains("/applications") {
        ok(r#"{"passwordCredentials":[{"hint":"xyz","endDateTime":"1995-01-01T00:00:00Z"},
            {"hint":"abc","endDateTime":"1995-06-01T00:00:00Z"}],"keyCredentials":[]}"#)
    } else {
        ok(r#"{"value":[{"id":"84841066-274d-4ec0-a5c1-276be684bdd3","accountEnabled":true}]}"#)
    }
}

async fn refused(code: i64, credential: Option<Credential>) -> CheckReport {
    let body = format!(r#"{{"error":"invalid_client","error_codes":[{code}],"trace_id":"t"}}"#);
    let script = Script::raw(move |asked, _| {
        if asked.is_token() { answer(401, body.clone()).with("date", DATE) } else { answer(401, "") }
    })
    .await;
    let mut settings = script.settings("tenant");
    settings.credential = credential.unwrap_or(settings.credential);
    Client::new(&at::<0>(), settings, limits()).check().await
}

#[tokio::test]
async fn refused_tokens_say_what_to_repair() {
    let cases = [
        (90_002, TokenProblem::UnknownTenant),
        (900_023, TokenProblem::UnknownTenant),
        (700_016, TokenProblem::UnknownApp),
        (7_000_215, TokenProblem::WrongSecret),
        (7_000_222, TokenProblem::ExpiredSecret),
        (700_027, TokenProblem::WrongCertificate),
        (700_024, TokenProblem::ClockSkew),
        (65_001, TokenProblem::ConsentMissing),
        (90_038, TokenProblem::WrongCloud),
        (424_242, TokenProblem::Other),
    ];
    for (code, expected) in cases {
        let report = refused(code, None).await;
        let TokenStep::Refused { problem, diagnostics } = &report.token else { panic!("{report:?}") };
        assert_eq!((*problem, diagnostics.trace_id.as_deref()), (expected, Some("t")), "{code}");
        assert_eq!(
            (report.login, report.graph, report.clock),
            (Reach::Reached, Reach::Reached, Clock::Right)
        );
        assert!(!report.passed() && report.probes.is_empty());
    }
}

#[tokio::test]
async fn certificates_say_when_they_end_even_if_refused() {
    let key = CertificateKey::from_pem(include_str!("../data/pkcs8.pem")).unwrap();
    let ends = key.not_after();
    let report = refused(700_027, Some(Credential::Certificate(key))).await;
    assert!(matches!(report.token, TokenStep::Refused { problem: TokenProblem::WrongCertificate, .. }));
    assert_eq!(report.expiry, Expiry::At(ends));
}

#[tokio::test]
async fn a_good_connection_passes_and_says_when_the_secret_ends() {
    let roles = [
        "User.Read.All",
        "GroupMember.Read.All",
        "Application.Read.All",
        "Mail.ReadWrite",
        "Presence.Read.All",
    ];
    let script = Script::raw(move |asked, _| issue(asked, &roles).unwrap_or_else(|| tenant(asked, ""))).await;
    let report = script.client_of(&at::<1000>(), "tenant", limits()).check().await;
    assert!(report.passed(), "{report:?}");
    assert_eq!(report.clock, Clock::Right);
    assert_eq!(report.expiry, Expiry::At(Timestamp(801_964_800_000)));
    assert_eq!(&*report.tenant.unwrap().name, "Contoso");
    let has = |finding: PermissionFinding| report.permissions.contains(&finding);
    assert!(has(PermissionFinding::Granted(Permission::UserReadAll)));
    assert!(has(PermissionFinding::Missing(Permission::MemberReadHidden)));
    assert!(has(PermissionFinding::Missing(Permission::LicenseAssignmentReadAll)));
    assert!(has(PermissionFinding::Excessive { role: "Mail.ReadWrite".into(), why: Excess::Writes }));
    assert!(has(PermissionFinding::Excessive { role: "Presence.Read.All".into(), why: Excess::Unused }));
}

#[tokio::test]
async fn a_token_without_permissions_is_missing_consent() {
    let script = Script::raw(|asked, _| {
        issue(asked, &[]).unwrap_or_else(|| refusal(403, "Authorization_RequestDenied"))
    })
    .await;
    let report = script.client_of(&at::<0>(), "tenant", limits()).check().await;
    assert!(!report.passed() && matches!(report.token, TokenStep::Issued { .. }));
    assert_eq!((report.consent, report.permissions.len()), (Consent::Missing, 0), "one cause, not five");
    assert_eq!(report.expiry, Expiry::NotTold);
}

#[tokio::test]
async fn consent_is_told_from_the_calls_where_the_token_cannot_be_read() {
    let consent = |denied: &'static str| async move {
        let script = Script::new(move |asked, _| tenant(asked, denied)).await;
        let report = script.client_of(&at::<0>(), "tenant", limits()).check().await;
        assert!(report.permissions.is_empty());
        report.consent
    };
    assert_eq!(consent("/").await, Consent::Missing);
    assert_eq!(consent("/groups").await, Consent::Given);
}

#[tokio::test]
async fn one_missing_permission_fails_its_call_only() {
    let script =
        Script::raw(|asked, _| issue(asked, &["User.Read.All"]).unwrap_or_else(|| tenant(asked, "/groups")))
            .await;
    let report = script.client_of(&at::<0>(), "tenant", limits()).check().await;
    assert!(!report.passed());
    let outcome = |call| {
        report.probes.iter().find(|probe| probe.call == call).map(|probe| probe.outcome.clone()).unwrap()
    };
    assert_eq!(outcome(ProbeCall::UsersDelta), ProbeOutcome::Works);
    assert!(matches!(
        outcome(ProbeCall::GroupsDelta),
        ProbeOutcome::Failed(graph::GraphError::ConsentMissing { permission: "GroupMember.Read.All", .. })
    ));
    assert!(report.permissions.contains(&PermissionFinding::Missing(Permission::GroupMemberReadAll)));
}

#[tokio::test]
async fn clocks_that_are_off_are_noticed_with_or_without_a_token() {
    let script =
        Script::raw(|asked, _| issue(asked, &["User.Read.All"]).unwrap_or_else(|| tenant(asked, ""))).await;
    let clock = |transport| {
        let client = script.client_of(&transport, "tenant", limits());
        async move { client.check().await.clock }
    };
    assert_eq!(clock(at::<-150_000>()).await, Clock::Off { ms: -150_000 });
    assert_eq!(clock(at::<400_000>()).await, Clock::FarOff { ms: 400_000 });
}

#[tokio::test]
async fn hosts_that_do_not_answer_are_told_apart() {
    let script = Script::raw(|asked, _| issue(asked, &[]).unwrap_or_else(|| tenant(asked, ""))).await;
    let nobody = "http://127.0.0.1:1";
    let report = |login: &str, graph: &str| {
        let mut settings = script.settings("tenant");
        settings.hosts = Hosts::custom(login, graph).unwrap();
        let client = Client::new(&transport(), settings, limits());
        async move { client.check().await }
    };
    let no_login = report(nobody, &script.base).await;
    assert!(matches!((no_login.login, no_login.graph), (Reach::Unreachable(_), Reach::Reached)));
    assert!(matches!(no_login.token, TokenStep::Failed(_)));
    let no_graph = report(&script.base, nobody).await;
    assert!(matches!((no_graph.login, no_graph.graph), (Reach::Reached, Reach::Unreachable(_))));
}

#[tokio::test]
async fn a_check_never_trusts_a_cached_token() {
    let script = Script::new(|asked, _| tenant(asked, "")).await;
    let client = script.client();
    client.organization().await.unwrap();
    client.check().await;
    assert_eq!(script.tokens(), 2);
    assert!(script.graph().iter().skip(1).all(|asked| asked.header("authorization") == "Bearer t2"));
}

/// A host that lets everybody connect and answers nobody.
fn hangs() -> (std::net::TcpListener, String) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    (listener, base)
}

#[tokio::test(start_paused = true)]
async fn a_check_takes_a_minute_in_all_where_no_host_answers() {
    let (_listener, base) = hangs();
    let script = Script::raw(|_, _| answer(500, "")).await;
    let mut settings = script.settings("tenant");
    settings.hosts = Hosts::custom(&base, &base).unwrap();
    // Nothing but time is waited for, so the paused clock runs ahead.
    let options = TransportOptions { connect_timeout: Duration::from_mins(2), ..<_>::default() };
    let client = Client::new(&Transport::with_options(options).unwrap(), settings, Limits::typed());
    let told = std::sync::Mutex::new(Vec::new());
    let begun = tokio::time::Instant::now();
    let report = client.check_telling(&|asking| told.lock().unwrap().push(asking)).await;
    assert_eq!(begun.elapsed().as_secs(), 60);
    let late = Reach::Unreachable(Unreach::Timeout);
    assert_eq!((report.login, report.graph), (late, late));
    assert_eq!(*told.lock().unwrap(), [Asking::SignIn, Asking::SlowSignIn]);
}

#[tokio::test]
async fn a_check_ends_in_time_where_graph_does_not_answer() {
    let (_listener, base) = hangs();
    let script = Script::raw(|asked, _| issue(asked, &[]).unwrap_or_else(|| tenant(asked, ""))).await;
    let mut settings = script.settings("tenant");
    settings.hosts = Hosts::custom(&script.base, &base).unwrap();
    let limits = Limits { check_wait: Duration::from_secs(2), ..Limits::typed() };
    let client = Client::new(&at::<0>(), settings, limits);
    // One exchange alone takes a minute before it is given up.
    let report = tokio::time::timeout(Duration::from_secs(30), client.check()).await.unwrap();
    assert_eq!((report.login, report.graph), (Reach::Reached, Reach::Unreachable(Unreach::Timeout)));
    assert_eq!(report.probes.len(), 6);
}

#[tokio::test]
async fn what_microsoft_asks_to_wait_comes_on_top_of_a_checks_time() {
    let script = Script::raw(|asked, number| {
        let slow = number == 1;
        let busy = || answer(429, "").with("retry-after", "3000");
        issue(asked, &["User.Read.All"]).unwrap_or_else(|| if slow { busy() } else { tenant(asked, "") })
    })
    .await;
    // Three thousand of Microsoft's seconds are three of ours.
    let limits = Limits { check_wait: Duration::from_secs(2), ..limits() };
    let report = script.client_of(&at::<0>(), "tenant", limits).check().await;
    let works = report.probes.iter().filter(|probe| probe.outcome == ProbeOutcome::Works);
    assert_eq!((report.graph, works.count()), (Reach::Reached, 5), "{report:?}");
}
