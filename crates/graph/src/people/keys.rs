//! The sign-in host's signing keys, kept up to a day: they roll over without notice, so an unknown one is looked for once more
//! (Microsoft: "signing key rollover").

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

use serde::Deserialize;
use tokio::time::Instant;
use url::Url;

use super::SignInApp;
use crate::error::{Detail, Diagnostics, GraphError};

/// Keys are believed for so long.
const KEPT: Duration = Duration::from_hours(24);
/// Between two looks for a key that is not there, so that made-up tokens do not send us to Microsoft again and again.
const PAUSE: Duration = Duration::from_secs(30);

/// A published key (RFC 7517), of which only RSA ones are used.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct SigningKey {
    #[serde(default)]
    pub(super) kid: String,
    #[serde(default)]
    pub(super) n: String,
    #[serde(default)]
    pub(super) e: String,
    /// Whose tokens it may sign: one tenant's, or with the literal `{tenantid}` any tenant's.
    pub(super) issuer: Option<String>,
}

#[derive(Deserialize)]
struct Published {
    keys: Vec<SigningKey>,
}

/// Keys by the address where they are published.
#[derive(Debug, Default)]
pub(crate) struct KeyCache(Mutex<HashMap<String, (Instant, Vec<SigningKey>)>>);

impl KeyCache {
    fn kept(&self, address: &str) -> Option<(Instant, Vec<SigningKey>)> {
        let all = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        all.get(address).filter(|(at, _)| at.elapsed() < KEPT).cloned()
    }

    fn keep(&self, address: &str, keys: &[SigningKey]) {
        let mut all = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        all.insert(address.to_owned(), (Instant::now(), keys.to_vec()));
    }
}

/// The key of this name, from memory or from the host.
pub(super) async fn key(app: &SignInApp, address: &str, kid: &str) -> Result<Option<SigningKey>, GraphError> {
    let named = |keys: &[SigningKey]| keys.iter().find(|key| key.kid == kid).cloned();
    let cache = app.transport.signing_keys();
    if let Some((at, keys)) = cache.kept(address) {
        match named(&keys) {
            Some(key) => return Ok(Some(key)),
            None if at.elapsed() < app.transport.seconds(PAUSE) => return Ok(None),
            None => {}
        }
    }
    let foreign = || GraphError::malformed(Detail::ForeignLink, Diagnostics::default());
    let url = Url::parse(address).map_err(|_| foreign())?;
    if url.origin() != app.settings.hosts.login().origin() {
        return Err(foreign());
    }
    let published: Published = app.look(url).await?;
    cache.keep(address, &published.keys);
    Ok(named(&published.keys))
}
