//! What all connections of a process share: one HTTP client over rustls with ring, the token cache, and the gates.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use model::Timestamp;
use reqwest::redirect::Policy;

use crate::client::ConnectionSettings;
use crate::gate::{AppBucket, Gate};
use crate::people::KeyCache;
use crate::timing::lock;
use crate::token::{TokenCell, TokenKey};

/// Shared by all connections; cloning is cheap.
#[derive(Clone)]
pub struct Transport(Arc<Inner>);

struct Inner {
    web: reqwest::Client,
    /// For hosts on this machine: a proxy never stands between.
    loopback: reqwest::Client,
    options: TransportOptions,
    tokens: Mutex<HashMap<TokenKey, Arc<TokenCell>>>,
    apps: Mutex<HashMap<AppKey, Arc<AppBucket>>>,
    gates: Mutex<HashMap<GateKey, Arc<Gate>>>,
    signing_keys: KeyCache,
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct AppKey {
    graph: String,
    client_id: String,
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct GateKey {
    app: AppKey,
    tenant: String,
}

/// What tests turn.
#[derive(Clone, Copy)]
pub struct TransportOptions {
    /// How long one second of Microsoft's (Retry-After, quota per second) lasts here.
    pub second: Duration,
    /// The wall clock, for assertions and for telling how far it is off.
    pub clock: fn() -> Timestamp,
    /// Until a connection stands.
    pub connect_timeout: Duration,
    /// Until an answer is complete.
    pub timeout: Duration,
}

impl Default for TransportOptions {
    fn default() -> Self {
        Self {
            second: Duration::from_secs(1),
            clock: wall_clock,
            connect_timeout: Duration::from_secs(10),
            timeout: Duration::from_mins(1),
        }
    }
}

/// The HTTP client could not be set up: usually no trusted certificates are installed.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client cannot start; are the system's trusted certificates installed?")]
pub struct TransportError(#[from] reqwest::Error);

impl Transport {
    /// For production.
    pub fn new() -> Result<Self, TransportError> {
        Self::with_options(TransportOptions::default())
    }

    /// With another clock and other times.
    pub fn with_options(options: TransportOptions) -> Result<Self, TransportError> {
        // Whoever comes first installs it; an error only says that it is there.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Ok(Self(Arc::new(Inner {
            web: builder(&options).build()?,
            loopback: builder(&options).no_proxy().build()?,
            options,
            tokens: Mutex::default(),
            apps: Mutex::default(),
            gates: Mutex::default(),
            signing_keys: KeyCache::default(),
        })))
    }

    pub(crate) fn http(&self, settings: &ConnectionSettings) -> &reqwest::Client {
        if settings.hosts.is_loopback() { &self.0.loopback } else { &self.0.web }
    }

    pub(crate) fn options(&self) -> &TransportOptions {
        &self.0.options
    }

    /// Keys that sign people's tokens.
    pub(crate) fn signing_keys(&self) -> &KeyCache {
        &self.0.signing_keys
    }

    /// So many of Microsoft's seconds, as long as they last here.
    pub(crate) fn seconds(&self, time: Duration) -> Duration {
        self.0.options.second.mul_f64(time.as_secs_f64())
    }

    pub(crate) fn token_cell(&self, settings: &ConnectionSettings) -> Arc<TokenCell> {
        lock(&self.0.tokens).entry(TokenKey::of(settings)).or_default().clone()
    }

    pub(crate) fn gate(&self, settings: &ConnectionSettings) -> Arc<Gate> {
        let app = AppKey {
            graph: settings.hosts.graph().to_string(),
            client_id: settings.client_id.to_ascii_lowercase(),
        };
        let shared =
            lock(&self.0.apps).entry(app.clone()).or_insert_with(|| Arc::new(AppBucket::new())).clone();
        let key = GateKey { app, tenant: settings.tenant_id.to_ascii_lowercase() };
        let second = self.0.options.second;
        lock(&self.0.gates).entry(key).or_insert_with(|| Arc::new(Gate::new(shared, second))).clone()
    }
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Transport")
    }
}

fn builder(options: &TransportOptions) -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .user_agent(concat!("Whoswho/", env!("CARGO_PKG_VERSION")))
        .redirect(Policy::none())
        .gzip(true)
        .connect_timeout(options.connect_timeout)
        .timeout(options.timeout)
}

fn wall_clock() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
