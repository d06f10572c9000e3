//! Connecting a customer: Microsoft is asked with what somebody offers, and only what it takes is kept.

use graph::{
    Asking, BadCertificate, CertificateKey, CheckReport, Client, Cloud, ConnectionSettings, Consent, Hosts,
    TokenProblem, TokenStep,
};
use std::time::Duration;

use model::Timestamp;
use model::policy::Mode;
use model::run::ReadMode;
use secrecy::{ExposeSecret, SecretString};
use store::{Book, EndBy, NewConnection, StoredCredential, Tenant};

use crate::office::{Monitor, Office, Order, Report, RunError, Want, client, opened};
use crate::run::run;
use crate::{blocking, granted};

/// Clouds by their names, the usual one first.
pub const CLOUDS: [&str; 4] = ["global", "us-gov", "us-gov-dod", "china"];

/// What a connection is to be made with.
#[derive(Clone)]
pub struct Offer {
    /// The tenant's id, or one of its domains.
    pub tenant: String,
    /// The app's id.
    pub client: String,
    /// Where the tenant signs in, without a path.
    pub login_url: String,
    /// Where its Graph is.
    pub graph_url: String,
    /// By which the app signs in.
    pub credential: StoredCredential,
    /// Until when that lasts, as somebody typed it; what Microsoft tells counts more.
    pub ends: Option<Timestamp>,
}

/// Sign-in and Graph of a cloud by its name, one of [`CLOUDS`].
pub fn cloud_hosts(name: &str) -> Option<(String, String)> {
    let hosts = Hosts::cloud(match name {
        "global" => Cloud::Global,
        "us-gov" => Cloud::UsGov,
        "us-gov-dod" => Cloud::UsGovDod,
        "china" => Cloud::China,
        _ => return None,
    });
    Some((hosts.login().to_string(), hosts.graph().to_string()))
}

/// Why a PEM holds no certificate with its private key; `None` where it does.
pub fn bad_certificate(pem: &SecretString) -> Option<BadCertificate> {
    CertificateKey::from_pem(pem.expose_secret()).err()
}

impl Offer {
    fn hosts(&self) -> Result<Hosts, RunError> {
        Hosts::custom(&self.login_url, &self.graph_url).map_err(|e| RunError::Other(e.to_string()))
    }

    /// Asks Microsoft what works with it, and tells what is waited for. Nothing is kept.
    pub async fn ask(
        &self,
        office: &Office,
        telling: &(dyn Fn(Asking) + Sync),
    ) -> Result<CheckReport, RunError> {
        let credential = opened(office, self.credential.clone())?;
        let settings = ConnectionSettings {
            hosts: self.hosts()?,
            tenant_id: self.tenant.clone(),
            client_id: self.client.clone(),
            credential,
        };
        Ok(Client::new(&office.transport, settings, office.limits.clone()).check_telling(telling).await)
    }

    /// Connects the customer with it, after Microsoft has said this of it. Blocking.
    pub fn keep(&self, book: &Book, report: &CheckReport) -> Result<(), RunError> {
        let (hosts, told) = (self.hosts()?, report.told_end());
        let new = NewConnection {
            tenant_id: &self.tenant,
            client_id: &self.client,
            login_url: hosts.login().as_str(),
            graph_url: hosts.graph().as_str(),
            credential: self.credential.clone(),
            credential_ends_at: told.or(self.ends),
            credential_end_by: if told.is_some() { EndBy::Told } else { EndBy::Typed },
        };
        let tenant = report.tenant.as_ref();
        let tenant = tenant.map(|t| Tenant { id: &t.id, name: &t.name, domains: &t.verified_domains });
        let connection = book.connect_to(&new, tenant, Office::now())?;
        granted::note(book, &connection, report.granted().as_deref())
    }
}

/// Between two looks whether a consent that was just given has arrived everywhere, in seconds: Microsoft names no time.
const ARRIVES: [u64; 5] = [1, 2, 4, 8, 15];

/// Asks Microsoft with an offer, and keeps it if the app signs in. What is refused is not kept, and whatever there was before
/// stays. By the operator's app it has patience, for it comes right behind the consent.
pub async fn connect(office: &Office, book: &Book, offer: &Offer) -> Result<CheckReport, RunError> {
    let mut report = offer.ask(office, &|_| ()).await?;
    if matches!(offer.credential, StoredCredential::Operators) {
        for seconds in ARRIVES {
            if !has_not_arrived(&report) {
                break;
            }
            tokio::time::sleep(Duration::from_secs(seconds)).await;
            report = offer.ask(office, &|_| ()).await?;
        }
    }
    if report.signed_in() {
        blocking(|| offer.keep(book, &report))?;
    }
    Ok(report)
}

/// Whether it looks as if nobody had consented yet.
fn has_not_arrived(report: &CheckReport) -> bool {
    let unknown = |problem| matches!(problem, TokenProblem::UnknownApp | TokenProblem::ConsentMissing);
    matches!(report.token, TokenStep::Refused { problem, .. } if unknown(problem))
        || report.consent == Consent::Missing
}

/// Why nobody is read right behind connecting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoFirstRun {
    /// `active` is off.
    Off,
    /// `mode` is manual: a person chooses people.
    Manual,
    /// Nobody is in scope.
    Nobody,
}

/// Whether a customer that was just connected is only checked, and why; `None` where its first run follows.
pub fn no_first_run(book: &Book) -> Result<Option<NoFirstRun>, RunError> {
    blocking(|| {
        let policy = book.policy()?;
        if !policy.active {
            return Ok(Some(NoFirstRun::Off));
        }
        if policy.mode == Mode::Manual {
            return Ok(Some(NoFirstRun::Manual));
        }
        let connection = book.connection()?.ok_or(RunError::NotConnected)?;
        Ok(book.scope(connection.id)?.is_nobody().then_some(NoFirstRun::Nobody))
    })
}

/// The first run behind connecting: it applies, unless a first plan is to wait for a person (`first_run`).
pub async fn first_run(office: &Office, book: &Book, monitor: &dyn Monitor) -> Result<Report, RunError> {
    let order = Order { want: Want::Apply, read: ReadMode::Delta, by: crate::office::By::Connect };
    run(office, book, order, monitor).await
}

/// Asks Microsoft what works of a connection, tells what is waited for, and learns when its credential ends where Microsoft says, and
/// what is granted.
pub async fn check(
    office: &Office,
    book: &Book,
    telling: &(dyn Fn(Asking) + Sync),
) -> Result<CheckReport, RunError> {
    let connection = blocking(|| book.connection())?.ok_or(RunError::NotConnected)?;
    let report = client(office, book, &connection)?.check_telling(telling).await;
    if let Some(told) = report.told_end()
        && (connection.credential_ends_at, connection.credential_end_by) != (Some(told), EndBy::Told)
    {
        blocking(|| book.learn_credential_end(connection.id, told))?;
    }
    blocking(|| granted::note(book, &connection, report.granted().as_deref()))?;
    Ok(report)
}
