//! `check` against a simulated tenant: the same cases as Microsoft's sign-in tells them apart.

use std::time::Duration;

use graph::{
    CertificateKey, CheckReport, Client, Clock, ConnectionSettings, Consent, Credential, Expiry, GraphError,
    Limits, Permission, PermissionFinding, ProbeOutcome, TokenProblem, TokenStep, Transport,
    TransportOptions,
};
use m365sim::{Fault, Script};

use crate::simulated::Lab;

const CERTIFICATE: &str = include_str!("../data/pkcs8.pem");
const OTHER_CERTIFICATE: &str = include_str!("../data/other.pem");

fn problem(report: &CheckReport) -> TokenProblem {
    match &report.token {
        TokenStep::Refused { problem, .. } => *problem,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn check_tells_every_case_of_sign_in_apart() {
    let lab = Lab::new(20);
    let with = |change: &dyn Fn(&mut ConnectionSettings)| {
        let mut settings = lab.settings();
        change(&mut settings);
        let client = lab.client_as(settings);
        async move { client.check().await }
    };
    assert!(with(&|_| {}).await.passed());
    let nobody = "00000000-0000-4000-8000-000000000001";
    assert_eq!(problem(&with(&|s| s.tenant_id = nobody.into()).await), TokenProblem::UnknownTenant);
    assert_eq!(problem(&with(&|s| s.tenant_id = "broken".into()).await), TokenProblem::UnknownTenant);
    assert_eq!(problem(&with(&|s| s.client_id = nobody.into()).await), TokenProblem::UnknownApp);
    let wrong = |s: &mut ConnectionSettings| s.credential = Credential::Secret("wrong".to_owned().into());
    assert_eq!(problem(&with(&wrong).await), TokenProblem::WrongSecret);
    let key = |pem: &str| Credential::Certificate(CertificateKey::from_pem(pem).unwrap());
    let certificate = |s: &mut ConnectionSettings| s.credential = key(CERTIFICATE);
    assert_eq!(problem(&with(&certificate).await), TokenProblem::WrongCertificate);
    let der =
        x509_parser::pem::Pem::iter_from_buffer(CERTIFICATE.as_bytes()).next().unwrap().unwrap().contents;
    lab.tenant.add_certificate(&der).unwrap();
    let report = with(&certificate).await;
    assert!(report.passed(), "{report:?}");
    assert!(matches!(report.expiry, Expiry::At(_)));
    let other = |s: &mut ConnectionSettings| s.credential = key(OTHER_CERTIFICATE);
    assert_eq!(problem(&with(&other).await), TokenProblem::WrongCertificate);
    lab.tenant.expire_secret();
    assert_eq!(problem(&with(&|_| {}).await), TokenProblem::ExpiredSecret);
}

#[tokio::test]
async fn check_names_missing_and_excessive_permissions_expiry_and_clock() {
    let lab = Lab::new(20);
    lab.tenant.secret_ends_in(86_400 * 10);
    lab.tenant.revoke("GroupMember.Read.All");
    lab.tenant.grant("Mail.ReadWrite");
    let report = lab.client().check().await;
    assert!(!report.passed());
    assert!(report.permissions.contains(&PermissionFinding::Missing(Permission::GroupMemberReadAll)));
    let excessive = |finding: &PermissionFinding| matches!(finding, PermissionFinding::Excessive { role, .. } if &**role == "Mail.ReadWrite");
    assert!(report.permissions.iter().any(excessive));
    let Expiry::At(ends) = report.expiry else { panic!("{report:?}") };
    assert!((ends.0 / 1000 - lab.world.now() - 86_400 * 10).abs() < 60);
    lab.tenant.revoke("Application.Read.All");
    lab.tenant.grant("GroupMember.Read.All");
    assert!(lab.client().check().await.passed());
    lab.tenant.faults(|faults| faults.date_skew = -400);
    let report = lab.client().check().await;
    assert!(!report.passed(), "a clock that is far off");
    assert_eq!(report.expiry, Expiry::NotTold);
    assert!(matches!(report.clock, Clock::FarOff { ms } if ms > 390_000), "{:?}", report.clock);
}

#[tokio::test]
async fn check_tells_a_consent_that_was_withdrawn_from_single_permissions() {
    let lab = Lab::new(5);
    assert_eq!(lab.client().check().await.consent, Consent::Given);
    for permission in Permission::ALL.into_iter().skip(1) {
        lab.tenant.revoke(permission.name());
    }
    let report = lab.client().check().await;
    assert_eq!(report.consent, Consent::Given);
    assert!(report.permissions.contains(&PermissionFinding::Missing(Permission::GroupMemberReadAll)));
    lab.tenant.revoke_consent();
    let report = lab.client().check().await;
    assert_eq!((report.consent, report.passed()), (Consent::Missing, false));
    assert!(report.permissions.is_empty(), "{report:?}");
}

#[tokio::test]
async fn w15_behind_an_answer_that_does_not_come_nothing_more_is_asked() {
    let lab = Lab::new(5);
    let script = Script { path: String::new(), skip: 0, times: u32::MAX, fault: Fault::Hang };
    lab.tenant.faults(|faults| faults.scripts.push(script));
    let options = TransportOptions { timeout: Duration::from_millis(1_100), ..TransportOptions::default() };
    let transport = Transport::with_options(options).unwrap();
    let limits = Limits { per_request_wait: Duration::from_secs(1), ..Limits::typed() };
    let client = Client::new(&transport, lab.settings(), limits);
    assert!(matches!(client.organization().await, Err(GraphError::Unreachable { .. })));
    let stats = client.stats();
    assert_eq!(stats.requests, 1, "a request has waited as long as it may");
    assert!(stats.waited_ms >= 1_000, "the run's budget counts it: {stats:?}");

    let client = Client::new(&transport, lab.settings(), limits_of_a_check());
    let report = client.check().await;
    assert_eq!(client.stats().requests, 3, "one probe with its readings, and no other");
    assert!(report.probes.iter().all(|p| matches!(p.outcome, ProbeOutcome::Failed(_))), "{report:?}");
}

fn limits_of_a_check() -> Limits {
    Limits { first_backoff: Duration::from_millis(1), ..Limits::typed() }
}
