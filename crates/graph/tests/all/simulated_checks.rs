//! `check` against a simulated tenant: the same cases as Microsoft's sign-in tells them apart.

use graph::{
    CertificateKey, CheckReport, Clock, ConnectionSettings, Credential, Expiry, Permission,
    PermissionFinding, TokenProblem, TokenStep,
};

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
    lab.tenant.faults(|faults| faults.date_skew = -400);
    let report = lab.client().check().await;
    assert_eq!(report.expiry, Expiry::NotTold);
    assert!(matches!(report.clock, Clock::FarOff { ms } if ms > 390_000), "{:?}", report.clock);
}
