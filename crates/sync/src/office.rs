//! What a run needs, what it is told, and what it answers.

use graph::{Client, ConnectionSettings, Credential, GraphError, Hosts, Limits, Transport, Waiting};
use model::Timestamp;
use model::ids::PlanId;
use model::run::ReadMode;
use store::{Book, ConnectionRow, Refusal, RunRow, Store, StoreError, StoredCredential};

use crate::blocking;
use crate::holder::UnderWay;

/// What runs work with. A clone works with the same database and the same connections.
#[derive(Clone)]
pub struct Office {
    /// The database.
    pub store: Store,
    /// Connections to Microsoft.
    pub transport: Transport,
    /// How patient to be.
    pub limits: Limits,
}

impl Office {
    /// For work that a person waits for, with connections of its own.
    pub fn typed(store: Store) -> Result<Self, RunError> {
        let transport = Transport::new().map_err(|error| RunError::Other(error.to_string()))?;
        Ok(Self { store, transport, limits: Limits::typed() })
    }

    /// The clock's time.
    pub fn now() -> Timestamp {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        Timestamp(since.map_or(0, |d| d.as_millis() as i64)).plus_days(days_ahead())
    }
}

/// Days by which a test lets the clock go ahead (`WHOSWHO_TEST_DAYS_AHEAD`), so that what ends on a day can be seen to end.
/// Leases, which go by the database's clock, and tokens do not follow it.
#[cfg(debug_assertions)]
fn days_ahead() -> i64 {
    std::env::var("WHOSWHO_TEST_DAYS_AHEAD").ok().and_then(|days| days.parse().ok()).unwrap_or(0)
}

/// Never, in a release build.
#[cfg(not(debug_assertions))]
const fn days_ahead() -> i64 {
    0
}

/// What a run shall do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    /// Plan, or also apply.
    pub want: Want,
    /// Changes, or everything.
    pub read: ReadMode,
    /// Who asks.
    pub by: By,
}

/// Plan only, or apply as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Want {
    /// Read and plan.
    Plan,
    /// Read, plan and apply.
    Apply,
}

/// Who starts a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// A person, typing or pressing a button: always at once, and a first plan may be applied.
    Person,
    /// `connect`.
    Connect,
    /// The schedule.
    Schedule,
}

/// How far a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Objects read.
    Reading {
        /// Users.
        users: u64,
        /// Groups.
        groups: u64,
    },
    /// People planned.
    Planning {
        /// So far.
        people: u64,
    },
    /// Operations applied.
    Applying {
        /// So far.
        done: u64,
        /// In all.
        of: u64,
    },
}

/// Who asks Microsoft for a run: for whoever tells people what it waits for.
#[derive(Debug, Clone)]
pub struct Asker(Client);

impl Asker {
    pub(crate) fn of(client: &Client) -> Self {
        Self(client.clone())
    }

    /// What is waited for just now; `None` where nothing is.
    pub fn waiting(&self) -> Option<Waiting> {
        self.0.waiting()
    }

    /// Requests sent so far, and milliseconds waited in all.
    pub fn asked(&self) -> Asked {
        let stats = self.0.stats();
        Asked { requests: stats.requests as i64, waited_ms: stats.waited_ms as i64 }
    }
}

/// What was asked so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// Requests to Graph.
    pub requests: i64,
    /// Milliseconds waited because Microsoft was slow or refused.
    pub waited_ms: i64,
}

/// Is told how far a run is.
pub trait Monitor: Send + Sync {
    /// Called often; must be cheap.
    fn at(&self, progress: &Progress);

    /// Called once, before Microsoft is asked.
    fn asks(&self, _: Asker) {}

    /// Whether to go on. Asked between two transactions of an apply, so that what is written is written whole; where the
    /// answer is no the run ends as cut off, and the next one carries on.
    fn go_on(&self) -> bool {
        true
    }
}

/// Tells nobody.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Monitor for Silent {
    fn at(&self, _: &Progress) {}
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Its row; a quiet run has number 0, for it is counted but not listed.
    pub run: RunRow,
    /// Its plan.
    pub plan: Option<PlanId>,
    /// Holds that were not there before.
    pub holds_grew: i64,
}

/// Why there was no run, or why it ended.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// A run of this customer is under way: wait for its end.
    #[error("a run of “{slug}” is under way{}", said(held.as_ref()))]
    Busy {
        /// The customer.
        slug: String,
        /// Since when and where; not known where it has just ended.
        held: Option<UnderWay>,
    },
    /// The customer has no connection: connect it.
    #[error("the customer is not connected to Microsoft 365; `whoswho connect` does that")]
    NotConnected,
    /// `active` is off.
    #[error("the synchronisation is off; `whoswho policy set CUSTOMER active=on` switches it on")]
    Inactive,
    /// Microsoft or the network refused.
    #[error(transparent)]
    Graph(#[from] GraphError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A person was named before anything was read.
    #[error("nothing was read yet; `whoswho sync {slug}` reads everybody first")]
    NothingRead {
        /// The customer.
        slug: String,
    },
    /// Microsoft refuses to tell about a person.
    #[error("Microsoft does not tell about this person; nothing was changed")]
    NotTold,
    /// The tenant has no such person.
    #[error("the tenant has nobody “{0}”")]
    Nobody(String),
    /// The run's task broke off.
    #[error("the run broke off")]
    BrokenOff,
    /// Whoever waits for the run asked the process to end, or the run: run again.
    #[error("interrupted; nothing is lost, and the same command does what is left")]
    Interrupted,
    /// The last page of a read had no cursor.
    #[error("Microsoft ended a read without a cursor")]
    NoCursor,
    /// Anything else; the text says what to do.
    #[error("{0}")]
    Other(String),
}

fn said(held: Option<&UnderWay>) -> String {
    held.map_or_else(String::new, |held| format!(" {held}"))
}

/// A stored credential as Microsoft is asked with it; the operator's app's where it is that one.
pub(crate) fn opened(office: &Office, stored: StoredCredential) -> Result<Credential, RunError> {
    let stored = match stored {
        StoredCredential::Operators => blocking(|| office.store.operator_credential())?,
        own => own,
    };
    match stored {
        StoredCredential::Secret(secret) => Ok(Credential::Secret(secret)),
        StoredCredential::Certificate(pem) => {
            use secrecy::ExposeSecret;
            let key = graph::CertificateKey::from_pem(pem.expose_secret());
            Ok(Credential::Certificate(key.map_err(|e| RunError::Other(e.to_string()))?))
        }
        StoredCredential::Operators => Err(StoreError::from(Refusal::NoOperatorApp).into()),
    }
}

/// The client of a connection.
pub fn client(office: &Office, book: &Book, connection: &ConnectionRow) -> Result<Client, RunError> {
    let credential = opened(office, blocking(|| book.credential(connection.id))?)?;
    let hosts = Hosts::custom(&connection.login_url, &connection.graph_url)
        .map_err(|e| RunError::Other(e.to_string()))?;
    let settings = ConnectionSettings {
        hosts,
        tenant_id: connection.tenant_id.clone(),
        client_id: connection.client_id.clone(),
        credential,
    };
    Ok(Client::new(&office.transport, settings, office.limits.clone()))
}
