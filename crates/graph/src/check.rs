//! The diagnosis behind `whoswho check`. Looking into the token is for this report only; nothing else depends on what
//! stands there.

use std::sync::Arc;
use std::time::Duration;

use model::Timestamp;
use secrecy::ExposeSecret;

use crate::account::{Get, OwnCredentials, hex};
use crate::client::{Client, Limits, Priority};
use crate::credential::Credential;
use crate::cursor::DeltaStart;
use crate::error::{Detail, GraphError};
use crate::permission::{Excess, Permission};
use crate::report::{
    CheckReport, Clock, Expiry, PermissionFinding, Probe, ProbeCall, ProbeOutcome, Reach, TokenStep,
};
use crate::timing::http_date;
use crate::wire::page::Sheet;
use crate::wire::plans::MailboxPlans;

/// A clock this far off is worth a warning; Microsoft's assertions live for five to ten minutes.
const WARN_MS: i64 = 120_000;
/// Beyond this, certificates stop working.
const ALARM_MS: i64 = 300_000;

impl Client {
    /// Finds out what works and why the rest does not. Never waits long: behind an answer that does not come nothing more is
    /// asked. Never uses a cached token.
    pub async fn check(&self) -> CheckReport {
        let limits = Limits {
            per_request_wait: self.limits.per_request_wait.min(Duration::from_secs(5)),
            run_budget: None,
            longest_retry_after: self.limits.longest_retry_after.min(Duration::from_secs(30)),
            priority: Priority::High,
            ..(*self.limits).clone()
        };
        let client = Self { limits: Arc::new(limits), ..self.clone() };
        match client.fetch_token().await {
            Ok(token) => {
                client.shared.tokens.put(token.clone()).await;
                let clock = client.clock(token.server_date);
                client.with_token(token.life, token.roles(), clock).await
            }
            Err(error) => client.without_token(error).await,
        }
    }

    async fn with_token(&self, life: Duration, roles: Option<Vec<String>>, clock: Clock) -> CheckReport {
        let mut lost = None;
        let tenant = unless(&mut lost, self.organization()).await;
        let own = unless(&mut lost, self.own_credentials()).await;
        let people = unless(&mut lost, self.probe_users()).await;
        let (mut users, mut groups) =
            (self.users_delta(DeltaStart::Latest), self.groups_delta(DeltaStart::Latest));
        let probes = vec![
            probe(ProbeCall::Organization, &tenant),
            Probe { call: ProbeCall::Users, outcome: people.unwrap_or_else(ProbeOutcome::Failed) },
            probe(ProbeCall::UsersDelta, &unless(&mut lost, users.next_page()).await),
            probe(ProbeCall::GroupsDelta, &unless(&mut lost, groups.next_page()).await),
            probe(ProbeCall::Products, &unless(&mut lost, self.subscribed_skus()).await),
            probe(ProbeCall::OwnCredentials, &own),
        ];
        let mut graph = probes.iter().filter_map(|probe| match &probe.outcome {
            ProbeOutcome::Failed(GraphError::Unreachable { why, .. }) => Some(*why),
            ProbeOutcome::Failed(_) | ProbeOutcome::Works | ProbeOutcome::Hidden => None,
        });
        CheckReport {
            login: Reach::Reached,
            graph: graph.next_back().map_or(Reach::Reached, Reach::Unreachable),
            clock,
            token: TokenStep::Issued { life },
            permissions: roles.map(|roles| findings(&roles)).unwrap_or_default(),
            expiry: self.expiry(own.ok().as_ref()),
            probes,
            tenant: tenant.ok(),
        }
    }

    async fn without_token(&self, error: GraphError) -> CheckReport {
        let clock = self.clock(error.diagnostics().date.as_deref().and_then(http_date));
        let login = match &error {
            GraphError::Unreachable { why, .. } => Reach::Unreachable(*why),
            _ => Reach::Reached,
        };
        let token = match error {
            GraphError::TokenRefused { problem, diagnostics } => TokenStep::Refused { problem, diagnostics },
            other => TokenStep::Failed(other),
        };
        let expiry = self.expiry(None);
        let graph = self.reach_graph().await;
        CheckReport {
            login,
            graph,
            clock,
            token,
            permissions: Vec::new(),
            probes: Vec::new(),
            tenant: None,
            expiry,
        }
    }

    async fn probe_users(&self) -> Result<ProbeOutcome, GraphError> {
        const QUERY: &str = "$select=id,accountEnabled,displayName,mail,assignedPlans&$top=1";
        let read = |body: &[u8]| -> Result<bool, Detail> {
            let sheet = Sheet::<model::source::UserChange>::read(body, &MailboxPlans::default())?;
            Ok(sheet.malformed == 0)
        };
        let call = Get { path: "/users".into(), query: QUERY, units: 1, permission: "User.Read.All", read };
        Ok(if self.call(&call).await? { ProbeOutcome::Works } else { ProbeOutcome::Hidden })
    }

    fn clock(&self, server: Option<i64>) -> Clock {
        let Some(server) = server else { return Clock::Unknown };
        let ms = (self.shared.transport.options().clock)().ms_since(Timestamp(server.saturating_mul(1000)));
        match ms.abs() {
            0..=WARN_MS => Clock::Right,
            off if off <= ALARM_MS => Clock::Off { ms },
            _ => Clock::FarOff { ms },
        }
    }

    fn expiry(&self, own: Option<&OwnCredentials>) -> Expiry {
        let now = (self.shared.transport.options().clock)();
        let (secrets, certificates) = match own {
            Some(OwnCredentials::Visible { secrets, certificates }) => (&secrets[..], &certificates[..]),
            Some(OwnCredentials::NotVisible) | None => (&[][..], &[][..]),
        };
        let ends = match &self.shared.settings.credential {
            Credential::Secret(secret) => {
                let start: String = secret.expose_secret().chars().take(3).collect();
                let ours = secrets.iter().filter(|secret| secret.hint.as_deref() == Some(&*start));
                ours.filter_map(|secret| secret.ends).filter(|ends| *ends > now).min()
            }
            Credential::Certificate(certificate) => {
                let thumbprint = hex(&certificate.thumbprint_sha1());
                let ours = certificates.iter().filter(|other| other.thumbprint.as_ref() == Some(&thumbprint));
                ours.filter_map(|other| other.ends).chain([certificate.not_after()]).min()
            }
        };
        ends.map_or(Expiry::NotTold, Expiry::At)
    }
}

/// Asks, unless an answer did not come before: then the next one would not either.
async fn unless<T>(
    lost: &mut Option<GraphError>,
    ask: impl Future<Output = Result<T, GraphError>>,
) -> Result<T, GraphError> {
    if let Some(error) = lost {
        return Err(error.clone());
    }
    let answer = ask.await;
    if let Err(error @ GraphError::Unreachable { .. }) = &answer {
        *lost = Some(error.clone());
    }
    answer
}

fn probe<T>(call: ProbeCall, result: &Result<T, GraphError>) -> Probe {
    let outcome =
        result.as_ref().map_or_else(|error| ProbeOutcome::Failed(error.clone()), |_| ProbeOutcome::Works);
    Probe { call, outcome }
}

fn findings(roles: &[String]) -> Vec<PermissionFinding> {
    let known = Permission::ALL.into_iter().map(|permission| {
        if permission.granted_by(roles) {
            PermissionFinding::Granted(permission)
        } else {
            PermissionFinding::Missing(permission)
        }
    });
    let excessive = roles.iter().filter_map(|role| {
        Some(PermissionFinding::Excessive { role: role.as_str().into(), why: Excess::of(role)? })
    });
    known.chain(excessive).collect()
}
