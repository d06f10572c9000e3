//! What the tenant says about itself: its name and domains, its products, and when this app's credentials end.

use model::source::VerifiedDomains;
use model::text::clean;
use model::{SourceId, Timestamp};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::call::{Call, Prepared};
use crate::client::Client;
use crate::error::{Detail, GraphError};
use crate::hosts::Hosts;
use crate::wire::plans::guid;
use crate::wire::read;

/// The tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization {
    /// The tenant's id.
    pub id: SourceId,
    /// `displayName`.
    pub name: Box<str>,
    /// Verified domains that hold mail addresses.
    pub verified_domains: VerifiedDomains,
}

/// A product that the tenant has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sku {
    /// `skuId`.
    pub id: [u8; 16],
    /// `skuPartNumber`, for naming it.
    pub part_number: Box<str>,
}

/// The credentials of this app's registration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OwnCredentials {
    /// As registered.
    Visible {
        /// Secrets.
        secrets: Vec<AppSecret>,
        /// Certificates.
        certificates: Vec<AppCertificate>,
    },
    /// The registration lives in another tenant or may not be read: ask the administrator for the date.
    NotVisible,
}

/// A registered secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppSecret {
    /// The first three characters of its value.
    pub hint: Option<Box<str>>,
    /// When it ends.
    pub ends: Option<Timestamp>,
}

/// A registered certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppCertificate {
    /// Its SHA-1 thumbprint in capital hexadecimal digits.
    pub thumbprint: Option<Box<str>>,
    /// When it ends.
    pub ends: Option<Timestamp>,
}

impl Client {
    /// The tenant's id, name and domains.
    pub async fn organization(&self) -> Result<Organization, GraphError> {
        const QUERY: &str = "$select=id,displayName,verifiedDomains";
        self.call(&Get {
            path: "/organization".into(),
            query: QUERY,
            units: 1,
            permission: "User.Read.All",
            read: tenant,
        })
        .await
    }

    /// The tenant's products.
    pub async fn subscribed_skus(&self) -> Result<Vec<Sku>, GraphError> {
        let permission = "LicenseAssignment.Read.All";
        let call = Get {
            path: "/subscribedSkus".into(),
            query: "$select=skuId,skuPartNumber",
            units: 2,
            permission,
            read: skus,
        };
        self.call(&call).await
    }

    /// When this app's credentials end; visible only in the tenant of the registration.
    pub async fn own_credentials(&self) -> Result<OwnCredentials, GraphError> {
        let client_id = self.shared.settings.client_id.replace('\'', "''");
        let path = format!("/applications(appId='{client_id}')");
        let query = "$select=id,appId,passwordCredentials,keyCredentials";
        let permission = "Application.Read.All";
        match self.call(&Get { path, query, units: 1, permission, read: credentials }).await {
            Err(GraphError::ConsentMissing { .. } | GraphError::Gone(_)) => Ok(OwnCredentials::NotVisible),
            Err(GraphError::Rejected(seen)) if seen.status == Some(404) => Ok(OwnCredentials::NotVisible),
            other => other,
        }
    }
}

/// A plain GET with a small answer.
pub(crate) struct Get<T> {
    pub(crate) path: String,
    pub(crate) query: &'static str,
    pub(crate) units: u32,
    pub(crate) permission: &'static str,
    pub(crate) read: fn(&[u8]) -> Result<T, Detail>,
}

impl<T: Send> Call for Get<T> {
    type Answer = T;

    fn prepare(&self, hosts: &Hosts) -> Prepared {
        Prepared::get(hosts.graph_url(&self.path, Some(self.query)), self.units)
    }

    fn parse(&self, body: &[u8]) -> Result<T, Detail> {
        (self.read)(body)
    }

    fn permission(&self) -> &'static str {
        self.permission
    }
}

#[derive(Deserialize)]
struct List<T> {
    value: Vec<T>,
}

fn list<T: DeserializeOwned>(body: &[u8]) -> Result<Vec<T>, Detail> {
    read::<List<T>>(body).map(|list| list.value)
}

fn tenant(body: &[u8]) -> Result<Organization, Detail> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Wire {
        id: String,
        #[serde(default)]
        display_name: Option<String>,
        #[serde(default)]
        verified_domains: Vec<Domain>,
    }
    #[derive(Deserialize)]
    struct Domain {
        name: String,
        #[serde(default)]
        capabilities: Option<String>,
    }
    // `capabilities` is one text with commas; a domain without `Email` holds no mail addresses.
    let holds_mail = |domain: &Domain| match &domain.capabilities {
        Some(all) => all.split(',').any(|one| one.trim().eq_ignore_ascii_case("Email")),
        None => true,
    };
    let tenant: Wire = list(body)?.into_iter().next().ok_or(Detail::Json)?;
    let domains = tenant.verified_domains.into_iter().filter(holds_mail);
    Ok(Organization {
        id: tenant.id.parse().map_err(|_| Detail::Json)?,
        name: tenant.display_name.as_deref().and_then(clean).unwrap_or_default(),
        verified_domains: VerifiedDomains(domains.map(|domain| domain.name.into()).collect()),
    })
}

fn skus(body: &[u8]) -> Result<Vec<Sku>, Detail> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Wire {
        sku_id: String,
        sku_part_number: String,
    }
    let sku = |wire: Wire| Some(Sku { id: guid(&wire.sku_id)?, part_number: wire.sku_part_number.into() });
    Ok(list(body)?.into_iter().filter_map(sku).collect())
}

fn credentials(body: &[u8]) -> Result<OwnCredentials, Detail> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Wire {
        #[serde(default)]
        password_credentials: Vec<Secret>,
        #[serde(default)]
        key_credentials: Vec<Key>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Secret {
        hint: Option<Box<str>>,
        end_date_time: Option<String>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Key {
        custom_key_identifier: Option<String>,
        end_date_time: Option<String>,
    }
    let wire: Wire = read(body)?;
    let secret = |secret: Secret| AppSecret {
        hint: secret.hint,
        ends: secret.end_date_time.and_then(|t| instant(&t)),
    };
    let certificate = |key: Key| AppCertificate {
        thumbprint: key.custom_key_identifier.map(|text| thumbprint(&text)),
        ends: key.end_date_time.and_then(|t| instant(&t)),
    };
    Ok(OwnCredentials::Visible {
        secrets: wire.password_credentials.into_iter().map(secret).collect(),
        certificates: wire.key_credentials.into_iter().map(certificate).collect(),
    })
}

/// An ISO 8601 instant of Graph.
fn instant(text: &str) -> Option<Timestamp> {
    text.parse::<jiff::Timestamp>().ok().map(|at| Timestamp(at.as_millisecond()))
}

/// `customKeyIdentifier` is binary: its JSON form is base64 of 20 bytes, and some tools show the digits instead.
fn thumbprint(text: &str) -> Box<str> {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    match STANDARD.decode(text) {
        Ok(bytes) if bytes.len() == 20 => hex(&bytes),
        Ok(_) | Err(_) => text.to_ascii_uppercase().into(),
    }
}

/// Capital hexadecimal digits, as the portal shows thumbprints.
pub(crate) fn hex(bytes: &[u8]) -> Box<str> {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0').to_ascii_uppercase();
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect::<String>().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_without_mail_is_left_out() {
        let body = r#"{"value":[{"id":"84841066-274d-4ec0-a5c1-276be684bdd3","displayName":"Contoso","verifiedDomains":[
            {"capabilities":"Email, OfficeCommunicationsOnline","isDefault":true,"name":"Contoso.onmicrosoft.com"},
            {"capabilities":"OfficeCommunicationsOnline","name":"sip.contoso.com"},{"name":"old.contoso.com"}]}]}"#;
        let tenant = tenant(body.as_bytes()).unwrap();
        assert_eq!(&*tenant.name, "Contoso");
        assert!(tenant.verified_domains.holds("a@contoso.onmicrosoft.com"));
        assert!(tenant.verified_domains.holds("a@old.contoso.com"));
        assert!(!tenant.verified_domains.holds("a@sip.contoso.com"));
        assert!(super::tenant(br#"{"value":[]}"#).is_err());
    }

    #[test]
    fn products_are_named() {
        let body = r#"{"value":[{"skuId":"c7df2760-2c81-4ef7-b578-5b5392b571df","skuPartNumber":"ENTERPRISEPREMIUM"},
            {"skuId":"broken","skuPartNumber":"X"}]}"#;
        let skus = skus(body.as_bytes()).unwrap();
        assert_eq!(skus.len(), 1);
        assert_eq!(&*skus[0].part_number, "ENTERPRISEPREMIUM");
    }

    #[test]
    fn credentials_say_when_they_end() {
        let body = r#"{"passwordCredentials":[{"hint":"a1b","endDateTime":"2027-01-31T00:00:00Z","secretText":null}],
            "keyCredentials":[{"customKeyIdentifier":"AAAAAAAAAAAAAAAAAAAAAAAAAAE=","endDateTime":"2027-01-31T00:00:00.1234567Z"}]}"#;
        let OwnCredentials::Visible { secrets, certificates } = credentials(body.as_bytes()).unwrap() else {
            panic!("not visible")
        };
        assert_eq!(secrets[0].ends, Some(Timestamp(1_801_353_600_000)));
        assert_eq!(certificates[0].thumbprint.as_deref(), Some("0000000000000000000000000000000000000001"));
        assert_eq!(certificates[0].ends, Some(Timestamp(1_801_353_600_123)));
        assert_eq!(&*thumbprint("abcdef"), "ABCDEF");
    }
}
