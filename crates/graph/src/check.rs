//! The diagnosis behind `whoswho check`. Looking into the token is for telling people what is granted, here and by
//! [`Client::granted`]; nothing else depends on what stands there.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use model::Timestamp;
use secrecy::ExposeSecret;
use tokio::time::Instant;

use crate::account::{Get, OwnCredentials, hex};
use crate::client::{Client, Limits, Priority};
use crate::credential::Credential;
use crate::cursor::DeltaStart;
use crate::error::{Detail, GraphError, Unreach};
use crate::permission::{Excess, Permission};
use crate::report::{
    CheckReport, Clock, Consent, Expiry, PermissionFinding, Probe, ProbeCall, ProbeOutcome, Reach, TokenStep,
};
use crate::timing::http_date;
use crate::token::Token;
use crate::token_problem::TokenProblem;
use crate::wire::page::Sheet;
use crate::wire::plans::MailboxPlans;

/// A clock this far off is worth a warning; Microsoft's assertions live for five to ten minutes.
const WARN_MS: i64 = 120_000;
/// Beyond this, certificates stop working.
const ALARM_MS: i64 = 300_000;

/// What a check waits for, for whoever sits before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asking {
    /// The sign-in host.
    SignIn,
    /// The sign-in host, which is slow, and whether Graph answers at all.
    SlowSignIn,
    /// Graph, for this call.
    Graph(ProbeCall),
}

impl Client {
    /// Finds out what works and why the rest does not, within [`Limits::check_wait`]; behind an answer that does not come
    /// nothing more is asked. Never uses a cached token.
    pub async fn check(&self) -> CheckReport {
        self.check_telling(&|_| {}).await
    }

    /// The same, telling what it waits for.
    pub async fn check_telling(&self, tell: &(dyn Fn(Asking) + Sync)) -> CheckReport {
        let limits = Limits {
            per_request_wait: self.limits.per_request_wait.min(Duration::from_secs(5)),
            longest_retry_after: self.limits.longest_retry_after.min(Duration::from_secs(30)),
            priority: Priority::High,
            ..(*self.limits).clone()
        };
        let client = Self { limits: Arc::new(limits), ..self.clone() };
        let patience = Patience { client: &client, begun: Instant::now(), budget: self.limits.check_wait };
        match client.sign_in(&patience, tell).await {
            (Ok(token), _) => {
                client.shared.tokens.put(token.clone()).await;
                client.with_token(&token, &patience, tell).await
            }
            (Err(error), graph) => client.without_token(error, graph),
        }
    }

    /// What is granted, as the token in hand says it; `None` where there is none, or where it cannot be read. Asks nobody.
    pub async fn granted(&self) -> Option<Vec<PermissionFinding>> {
        let token = self.shared.tokens.living().await?;
        Some(findings(&token.roles()?))
    }

    /// A token, and whether Graph's host answers where that was asked, for there is none. A slow sign-in host leaves it time.
    async fn sign_in(
        &self,
        patience: &Patience<'_>,
        tell: &(dyn Fn(Asking) + Sync),
    ) -> (Result<Token, GraphError>, Option<Reach>) {
        tell(Asking::SignIn);
        let reach = || async {
            match patience.within(async { Ok(self.reach_graph().await) }).await {
                Ok(reach) => reach,
                Err(_) => Reach::Unreachable(Unreach::Timeout),
            }
        };
        let mut token = pin!(patience.within(self.fetch_token()));
        match tokio::time::timeout(patience.budget / 3, &mut token).await {
            Ok(Ok(token)) => (Ok(token), None),
            Ok(Err(error)) => (Err(error), Some(reach().await)),
            Err(_) => {
                tell(Asking::SlowSignIn);
                let (token, graph) = tokio::join!(token, reach());
                (token, Some(graph))
            }
        }
    }

    async fn with_token(
        &self,
        token: &Token,
        patience: &Patience<'_>,
        tell: &(dyn Fn(Asking) + Sync),
    ) -> CheckReport {
        let mut probing = Probing { patience, tell, lost: None };
        let (mut users, mut groups) =
            (self.users_delta(DeltaStart::Latest), self.groups_delta(DeltaStart::Latest));
        let tenant = probing.ask(ProbeCall::Organization, self.organization()).await;
        let own = probing.ask(ProbeCall::OwnCredentials, self.own_credentials()).await;
        let people = probing.ask(ProbeCall::Users, self.probe_users()).await;
        let probes = vec![
            probe(ProbeCall::Organization, &tenant),
            Probe { call: ProbeCall::Users, outcome: people.unwrap_or_else(ProbeOutcome::Failed) },
            probing.probe(ProbeCall::UsersDelta, users.next_page()).await,
            probing.probe(ProbeCall::GroupsDelta, groups.next_page()).await,
            probing.probe(ProbeCall::Products, self.subscribed_skus()).await,
            probe(ProbeCall::OwnCredentials, &own),
        ];
        let mut graph = probes.iter().filter_map(|probe| match &probe.outcome {
            ProbeOutcome::Failed(GraphError::Unreachable { why, .. }) => Some(*why),
            ProbeOutcome::Failed(_) | ProbeOutcome::Works | ProbeOutcome::Hidden => None,
        });
        let roles = token.roles();
        let consent = consent(roles.as_deref(), &probes);
        CheckReport {
            login: Reach::Reached,
            graph: graph.next_back().map_or(Reach::Reached, Reach::Unreachable),
            clock: self.clock(token.server_date),
            token: TokenStep::Issued { life: token.life },
            permissions: match (consent, roles) {
                (Consent::Given | Consent::Unknown, Some(roles)) => findings(&roles),
                (Consent::Missing, _) | (_, None) => Vec::new(),
            },
            consent,
            expiry: self.expiry(own.ok().as_ref()),
            probes,
            tenant: tenant.ok(),
        }
    }

    fn without_token(&self, error: GraphError, graph: Option<Reach>) -> CheckReport {
        let clock = self.clock(error.diagnostics().date.as_deref().and_then(http_date));
        let login = match &error {
            GraphError::Unreachable { why, .. } => Reach::Unreachable(*why),
            _ => Reach::Reached,
        };
        let consent = match &error {
            GraphError::TokenRefused { problem: TokenProblem::ConsentMissing, .. } => Consent::Missing,
            _ => Consent::Unknown,
        };
        let token = match error {
            GraphError::TokenRefused { problem, diagnostics } => TokenStep::Refused { problem, diagnostics },
            other => TokenStep::Failed(other),
        };
        CheckReport {
            login,
            graph: graph.unwrap_or(Reach::Reached),
            clock,
            token,
            consent,
            permissions: Vec::new(),
            probes: Vec::new(),
            tenant: None,
            expiry: self.expiry(None),
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

/// How long a check may still take.
struct Patience<'a> {
    client: &'a Client,
    begun: Instant,
    budget: Duration,
}

impl Patience<'_> {
    /// Waits for an answer as long as there is time left; what Microsoft asks to wait meanwhile comes on top.
    async fn within<T>(&self, ask: impl Future<Output = Result<T, GraphError>>) -> Result<T, GraphError> {
        let mut ask = pin!(ask);
        loop {
            let until = self.begun + self.budget + self.client.shared.obeyed.total();
            if until <= Instant::now() {
                return Err(GraphError::Unreachable { why: Unreach::Timeout, diagnostics: Box::default() });
            }
            if let Ok(answer) = tokio::time::timeout_at(until, &mut ask).await {
                return answer;
            }
        }
    }
}

/// Calls tried one after the other.
struct Probing<'a> {
    patience: &'a Patience<'a>,
    tell: &'a (dyn Fn(Asking) + Sync),
    lost: Option<GraphError>,
}

impl Probing<'_> {
    /// Asks, unless an answer did not come before: then the next one would not either.
    async fn ask<T>(
        &mut self,
        call: ProbeCall,
        ask: impl Future<Output = Result<T, GraphError>>,
    ) -> Result<T, GraphError> {
        if let Some(error) = &self.lost {
            return Err(error.clone());
        }
        (self.tell)(Asking::Graph(call));
        let answer = self.patience.within(ask).await;
        if let Err(error @ GraphError::Unreachable { .. }) = &answer {
            self.lost = Some(error.clone());
        }
        answer
    }

    async fn probe<T>(&mut self, call: ProbeCall, ask: impl Future<Output = Result<T, GraphError>>) -> Probe {
        probe(call, &self.ask(call, ask).await)
    }
}

fn probe<T>(call: ProbeCall, result: &Result<T, GraphError>) -> Probe {
    let outcome =
        result.as_ref().map_or_else(|error| ProbeOutcome::Failed(error.clone()), |_| ProbeOutcome::Works);
    Probe { call, outcome }
}

/// By the token where it can be read, since a withdrawn consent shows there first; else by what the calls say.
fn consent(roles: Option<&[String]>, probes: &[Probe]) -> Consent {
    if let Some(roles) = roles {
        return if roles.is_empty() { Consent::Missing } else { Consent::Given };
    }
    let refused =
        |probe: &Probe| matches!(probe.outcome, ProbeOutcome::Failed(GraphError::ConsentMissing { .. }));
    // Of the app's registration it is no trouble that it may not be seen.
    let telling = || probes.iter().filter(|probe| probe.call != ProbeCall::OwnCredentials);
    if telling().any(|probe| probe.outcome == ProbeOutcome::Works) {
        Consent::Given
    } else if telling().next().is_some() && telling().all(refused) {
        Consent::Missing
    } else {
        Consent::Unknown
    }
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
