//! A PostgreSQL URL, and what of it is ours.
//!
//! Rule for TLS: to another machine it is on unless `sslmode=disable` says otherwise, and a certificate is always checked
//! (`require` means what `verify-full` means; a private authority is named by `sslrootcert=`). On loopback and on a socket
//! it is off unless asked for. `prefer` and `allow` are refused: a choice that an attacker can make is none.

use std::sync::Arc;
use std::time::Duration;

use postgres::Config;
use postgres::config::SslMode;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use url::{Host, Url};

use crate::error::{Result, StoreError};
use crate::refusal::{BadUrl, Refusal, Unusable};

/// Where and how to connect.
pub(super) struct Target {
    pub(super) config: Config,
    pub(super) tls: Option<ClientConfig>,
    pub(super) schema: Option<String>,
    pub(super) pool: usize,
}

/// What the URL says in words of ours, taken out before the driver reads the rest.
#[derive(Default)]
struct Ours {
    schema: Option<String>,
    pool: Option<String>,
    sslmode: Option<String>,
    sslrootcert: Option<String>,
    socket: bool,
}

impl Target {
    /// Reads a URL. Its password never appears in an error.
    pub(super) fn parse(text: &str) -> Result<Self> {
        let mut url = Url::parse(text).map_err(|_| invalid(BadUrl::NoUrl))?;
        if !matches!(url.scheme(), "postgres" | "postgresql") {
            return Err(invalid(BadUrl::Scheme));
        }
        let ours = take_ours(&mut url);
        let encrypted = is_encrypted(ours.sslmode.as_deref(), ours.socket || is_loopback(&url))?;
        let mut config: Config = url.as_str().parse().map_err(|_| invalid(BadUrl::Part))?;
        let patience = config.get_connect_timeout().copied().unwrap_or(Duration::from_secs(10));
        if config.get_application_name().is_none() {
            config.application_name("whoswho");
        }
        config
            .ssl_mode(if encrypted { SslMode::Require } else { SslMode::Disable })
            .connect_timeout(patience)
            .keepalives_idle(Duration::from_secs(30))
            .tcp_user_timeout(Duration::from_secs(30));
        let tls = if encrypted { Some(client_config(ours.sslrootcert.as_deref())?) } else { None };
        let pool = ours.pool.map_or(Ok(4), |number| number.parse()).map_err(|_| invalid(BadUrl::Pool))?;
        Ok(Self { config, tls, schema: ours.schema.map(checked_schema).transpose()?, pool })
    }
}

fn take_ours(url: &mut Url) -> Ours {
    let mut ours = Ours::default();
    let mut rest = Vec::new();
    for (name, value) in url.query_pairs().into_owned() {
        match name.as_str() {
            "schema" => ours.schema = Some(value),
            "pool" => ours.pool = Some(value),
            "sslmode" => ours.sslmode = Some(value),
            "sslrootcert" => ours.sslrootcert = Some(value),
            _ => {
                ours.socket |= name == "host" && value.starts_with('/');
                rest.push((name, value));
            }
        }
    }
    url.set_query(None);
    if !rest.is_empty() {
        url.query_pairs_mut().extend_pairs(rest);
    }
    ours
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => {
            name == "localhost" || name.to_ascii_lowercase().starts_with("%2f") || is_loopback_ip(name)
        }
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Schemes the `url` crate does not know keep an IPv4 address as a domain.
fn is_loopback_ip(name: &str) -> bool {
    name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn is_encrypted(sslmode: Option<&str>, near: bool) -> Result<bool> {
    match sslmode {
        None => Ok(!near),
        Some("disable") => Ok(false),
        Some("require" | "verify-ca" | "verify-full") => Ok(true),
        Some(_) => Err(invalid(BadUrl::SslMode)),
    }
}

fn client_config(root: Option<&str>) -> Result<ClientConfig> {
    let mut roots = RootCertStore::empty();
    match root {
        None | Some("system") => {
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
        Some(path) => {
            let unreadable = |_| invalid(BadUrl::RootCertificate);
            for certificate in CertificateDer::pem_file_iter(path).map_err(unreadable)? {
                roots.add(certificate.map_err(unreadable)?).map_err(|_| invalid(BadUrl::RootCertificate))?;
            }
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| StoreError::Internal("TLS provider lacks a protocol version".into()))?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}

/// The name goes into `SET search_path` as it is.
fn checked_schema(name: String) -> Result<String> {
    let plain = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    let begins_well = name.bytes().next().is_some_and(|byte| !byte.is_ascii_digit());
    if plain && begins_well && name.len() <= 63 { Ok(name) } else { Err(invalid(BadUrl::SchemaName)) }
}

fn invalid(why: BadUrl) -> StoreError {
    Refusal::NoDatabase(Unusable::Url(why)).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encrypted(url: &str) -> Result<bool> {
        Target::parse(url).map(|target| target.tls.is_some())
    }

    #[test]
    fn tls_is_on_to_another_machine() {
        assert_eq!(encrypted("postgres://u@db.example.com/x"), Ok(true));
        assert_eq!(encrypted("postgres://u@10.0.0.1/x?sslmode=verify-full"), Ok(true));
        assert_eq!(encrypted("postgres://u@db.example.com/x?sslmode=disable"), Ok(false));
        assert!(encrypted("postgres://u@db.example.com/x?sslmode=prefer").is_err());
    }

    #[test]
    fn tls_is_off_at_home_unless_asked_for() {
        for near in ["127.0.0.1", "[::1]", "localhost", "%2Frun%2Fpostgresql"] {
            assert_eq!(encrypted(&format!("postgres://u@{near}/x")), Ok(false), "{near}");
            assert_eq!(encrypted(&format!("postgres://u@{near}/x?sslmode=require")), Ok(true), "{near}");
        }
        assert_eq!(encrypted("postgres:///x?host=/run/postgresql&user=u"), Ok(false));
    }

    #[test]
    fn ours_are_taken_out() {
        let target =
            Target::parse("postgres://u:p@127.0.0.1:5/x?schema=t_1&pool=9&options=-cgeqo%3Doff").unwrap();
        assert_eq!((target.schema.as_deref(), target.pool), (Some("t_1"), 9));
        assert_eq!(target.config.get_options(), Some("-cgeqo=off"));
    }

    #[test]
    fn a_refused_url_keeps_its_password() {
        for bad in
            ["mysql://u:geheim@h/x", "postgres://u:geheim@h/x?wrong=1", "postgres://u:geheim@h/x?schema=a;b"]
        {
            let error = Target::parse(bad).err().unwrap().to_string();
            assert!(!error.contains("geheim"), "{error}");
        }
    }
}
