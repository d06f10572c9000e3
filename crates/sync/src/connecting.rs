//! Connecting a customer: Microsoft is asked with what somebody typed, and only what it takes is kept.

use graph::{
    BadCertificate, CertificateKey, CheckReport, Client, Cloud, ConnectionSettings, Credential, Expiry,
    Hosts, TokenStep,
};
use model::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use store::{Book, EndBy, NewConnection, StoredCredential, Tenant};

use crate::blocking;
use crate::office::{Office, RunError, client};

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
    pub credential: OfferedCredential,
    /// Until when that lasts, as somebody typed it; what Microsoft tells counts more.
    pub ends: Option<Timestamp>,
}

/// A secret's value, or a certificate with its private key as PEM.
#[derive(Clone)]
pub enum OfferedCredential {
    /// The value of a client secret.
    Secret(SecretString),
    /// Certificate and key.
    Certificate(SecretString),
}

impl std::fmt::Debug for Offer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Offer")
            .field("tenant", &self.tenant)
            .field("client", &self.client)
            .finish_non_exhaustive()
    }
}

/// Sign-in and Graph of a cloud by its name: `global`, `us-gov`, `us-gov-dod`, `china`.
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

/// Asks Microsoft with what is offered, and keeps it if a token is issued for it. What is refused is not kept, and whatever there
/// was before stays.
pub async fn connect(office: &Office, book: &Book, offer: &Offer) -> Result<CheckReport, RunError> {
    let (stored, credential) = match &offer.credential {
        OfferedCredential::Secret(secret) => {
            (StoredCredential::Secret(secret.clone()), Credential::Secret(secret.clone()))
        }
        OfferedCredential::Certificate(pem) => {
            let key = CertificateKey::from_pem(pem.expose_secret());
            let key = key.map_err(|e| RunError::Other(e.to_string()))?;
            (StoredCredential::Certificate(pem.clone()), Credential::Certificate(key))
        }
    };
    let hosts =
        Hosts::custom(&offer.login_url, &offer.graph_url).map_err(|e| RunError::Other(e.to_string()))?;
    let settings = ConnectionSettings {
        hosts: hosts.clone(),
        tenant_id: offer.tenant.clone(),
        client_id: offer.client.clone(),
        credential,
    };
    let report = Client::new(&office.transport, settings, office.limits.clone()).check_telling(&|_| ()).await;
    if !matches!(report.token, TokenStep::Issued { .. }) {
        return Ok(report);
    }
    let told = match report.expiry {
        Expiry::At(at) => Some(at),
        Expiry::NotTold => None,
    };
    let new = NewConnection {
        tenant_id: &offer.tenant,
        client_id: &offer.client,
        login_url: hosts.login().as_str(),
        graph_url: hosts.graph().as_str(),
        credential: stored,
        credential_ends_at: told.or(offer.ends),
        credential_end_by: if told.is_some() { EndBy::Told } else { EndBy::Typed },
    };
    let tenant = report.tenant.as_ref();
    let tenant = tenant.map(|t| Tenant { id: &t.id, name: &t.name, domains: &t.verified_domains });
    blocking(|| book.connect_to(&new, tenant, Office::now()))?;
    Ok(report)
}

/// Asks Microsoft what works of a connection, and learns when its credential ends where Microsoft tells.
pub async fn check(office: &Office, book: &Book) -> Result<CheckReport, RunError> {
    let connection = blocking(|| book.connection())?.ok_or(RunError::NotConnected)?;
    let report = client(office, book, &connection)?.check_telling(&|_| ()).await;
    if let Expiry::At(told) = report.expiry
        && (connection.credential_ends_at, connection.credential_end_by) != (Some(told), EndBy::Told)
    {
        blocking(|| book.learn_credential_end(connection.id, told))?;
    }
    Ok(report)
}
