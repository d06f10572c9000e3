//! The web application as the binary serves it.

use std::sync::Arc;

use model::Timestamp;
use store::{AccountId, LinkFor, Store, StoreError};
use sync::Office;
use web::Jobs;

use crate::texts::say;
use show::when;

/// For how long a link of the first start works: a day.
const SET_UP_MS: i64 = 24 * 3_600_000;

/// Pages over a database, and where browsers reach them.
#[derive(Clone)]
pub struct Pages {
    pub store: Store,
    pub public_url: String,
    pub jobs: Jobs,
    /// Trials of rules that customers inherit.
    pub trials: web::Trials,
    /// Sign-in and Graph where the configuration names a cloud of its own.
    pub own_cloud: Option<(String, String)>,
}

impl Pages {
    /// Pages whose runs work with this.
    pub fn new(office: Office, public_url: String, own_cloud: Option<(String, String)>) -> Self {
        let store = office.store.clone();
        Self {
            store,
            public_url,
            jobs: Jobs::new(office, Arc::new(when::now)),
            trials: web::Trials::default(),
            own_cloud,
        }
    }

    /// All pages as a service.
    pub fn router(self) -> axum::Router {
        web::Web {
            store: self.store,
            clock: Arc::new(when::now),
            rosters: web::Rosters::default(),
            recents: web::Recents::default(),
            trials: self.trials,
            jobs: self.jobs,
            own_cloud: self.own_cloud,
            public_url: self.public_url,
            version: env!("CARGO_PKG_VERSION"),
        }
        .router()
    }

    /// What to say while nobody owns the installation: the link of the first start, which works once.
    pub fn to_set_up(&self) -> Result<Option<String>, StoreError> {
        if self.store.has_owner()? {
            return Ok(None);
        }
        let token = self.store.make_link(LinkFor::SetUp, later(SET_UP_MS))?;
        let url = format!("{}/set-up/{}", self.public_url, token.secret());
        Ok(Some(say!(
            "nobody owns this installation yet; whoever opens this link within a day does: {url}",
            "diese Installation gehört noch niemandem; wer innerhalb eines Tages diesen Link öffnet, dem gehört sie: {url}"
        )))
    }
}

/// A link that signs an account in, once and within so many milliseconds; `public_url` is where browsers reach the pages.
pub fn link(store: &Store, public_url: &str, account: AccountId, ms: i64) -> Result<String, StoreError> {
    let token = store.make_link(LinkFor::Account(account), later(ms))?;
    Ok(format!("{public_url}/link/{}", token.secret()))
}

fn later(ms: i64) -> Timestamp {
    Timestamp(when::now().0 + ms)
}
