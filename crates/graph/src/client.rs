//! The client of one connection: which tenant, as which app, and how patient.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;

use crate::credential::Credential;
use crate::cursor::DeltaStart;
use crate::error::GraphError;
use crate::gate::Gate;
use crate::hosts::Hosts;
use crate::ranges::UsersList;
use crate::stats::{Counters, Stats};
use crate::timing::WaitClock;
use crate::token::TokenCell;
use crate::transport::Transport;
use crate::walk::{CountCall, GroupsWalk, UsersWalk};
use crate::wire::plans::MailboxPlans;

/// Which tenant is read, and as which app.
#[derive(Debug, Clone)]
pub struct ConnectionSettings {
    /// Sign-in and Graph hosts.
    pub hosts: Hosts,
    /// The tenant's GUID, or one of its verified domains.
    pub tenant_id: String,
    /// The app's client id.
    pub client_id: String,
    /// Its secret or certificate.
    pub credential: Credential,
}

/// How long to wait and how much to take in.
#[derive(Debug, Clone, PartialEq)]
pub struct Limits {
    /// What one request may wait in all, for answers that do not come and between tries, beyond what Microsoft asks for in
    /// Retry-After. An exchange has a time limit of its own ([`crate::TransportOptions`]).
    pub per_request_wait: Duration,
    /// What a check may take in all, beyond what Microsoft asks for in Retry-After.
    pub check_wait: Duration,
    /// What this client may wait in all, Retry-After and answers that do not come included; `None` for runs that nobody sits before.
    pub run_budget: Option<Duration>,
    /// The longest Retry-After that is waited for; beyond it the run ends as throttled and comes again later.
    pub longest_retry_after: Duration,
    /// The first wait when Microsoft names none.
    pub first_backoff: Duration,
    /// The longest wait between two tries when Microsoft names none.
    pub longest_backoff: Duration,
    /// Whether someone waits for the answers.
    pub priority: Priority,
    /// Batches and pages in flight while members are read.
    pub in_flight: usize,
    /// Pages of users in flight while a large tenant is listed.
    pub lists_in_flight: usize,
    /// Users up to whom a complete read walks delta, page after page; a larger tenant is listed, page beside page.
    pub walks_up_to: u64,
    /// Pages of one chain, as a guard against a service that never ends it.
    pub max_pages: u32,
    /// Bytes of one answer, after decompression.
    pub max_page_bytes: usize,
}

/// `x-ms-throttle-priority` (Microsoft: "throttling limits", identity and access).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Priority {
    /// Background work; refused first.
    Low,
    /// Work that someone has started.
    Normal,
    /// A single answer that someone waits for.
    High,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            per_request_wait: Duration::from_mins(1),
            check_wait: Duration::from_mins(1),
            run_budget: None,
            longest_retry_after: Duration::from_mins(10),
            first_backoff: Duration::from_secs(1),
            longest_backoff: Duration::from_secs(20),
            priority: Priority::Low,
            in_flight: 16,
            lists_in_flight: 32,
            walks_up_to: 5_000,
            max_pages: 200_000,
            max_page_bytes: 64 << 20,
        }
    }
}

impl Limits {
    /// For a run that someone has typed: it gives up after five minutes of waiting.
    pub fn typed() -> Self {
        let run_budget = Some(Duration::from_mins(5));
        Self {
            run_budget,
            longest_retry_after: Duration::from_mins(5),
            priority: Priority::Normal,
            ..Self::default()
        }
    }

    /// For a run that the schedule has started: more patient, for nobody sits before it, but it ends.
    pub fn scheduled() -> Self {
        Self { run_budget: Some(Duration::from_mins(30)), ..Self::default() }
    }
}

impl Priority {
    pub(crate) const fn header(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Normal => "normal",
            Self::High => "high",
        }
    }
}

/// Reads one tenant. Cloning is cheap; clones share figures and budget.
#[derive(Clone)]
pub struct Client {
    pub(crate) shared: Arc<Shared>,
    pub(crate) limits: Arc<Limits>,
    pub(crate) plans: Arc<MailboxPlans>,
    /// Where answers are large and many are in flight: how many lie in memory at once.
    pub(crate) turns: Option<Arc<Semaphore>>,
}

/// A wait before something is asked again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// How long still.
    pub left: Duration,
    /// What for.
    pub why: WaitingFor,
}

/// What is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaitingFor {
    /// Microsoft asks for patience with this tenant.
    Patience,
    /// No usable answer came, and it is tried again.
    Answer,
}

/// What clones of a client share.
pub(crate) struct Shared {
    pub(crate) transport: Transport,
    pub(crate) settings: ConnectionSettings,
    pub(crate) tokens: Arc<TokenCell>,
    pub(crate) gate: Arc<Gate>,
    pub(crate) counters: Counters,
    pub(crate) waits: WaitClock,
    /// Of these waits those for which Microsoft asks.
    pub(crate) obeyed: WaitClock,
}

impl Client {
    /// A client over the process's transport.
    pub fn new(transport: &Transport, settings: ConnectionSettings, limits: Limits) -> Self {
        let shared = Shared {
            tokens: transport.token_cell(&settings),
            gate: transport.gate(&settings),
            transport: transport.clone(),
            settings,
            counters: Counters::default(),
            waits: WaitClock::new(),
            obeyed: WaitClock::new(),
        };
        Self { shared: Arc::new(shared), limits: Arc::new(limits), plans: Arc::default(), turns: None }
    }

    /// The same client with another list of service plans that hold a mailbox.
    #[must_use]
    pub fn with_mailbox_plans(self, plans: MailboxPlans) -> Self {
        Self { plans: Arc::new(plans), ..self }
    }

    /// The same client, of whose answers so many lie in memory at once; the others wait in the system's buffers. All
    /// requests must be polled together: one that has its turn and is left alone holds up the others.
    pub(crate) fn in_turns(self, turns: usize) -> Self {
        Self { turns: Some(Arc::new(Semaphore::new(turns))), ..self }
    }

    /// What was done so far.
    pub fn stats(&self) -> Stats {
        self.shared.counters.read(self.shared.waits.total().as_millis() as u64)
    }

    /// What is waited for just now; `None` where nothing is.
    pub fn waiting(&self) -> Option<Waiting> {
        let left = self.shared.waits.left()?;
        let why = if self.shared.gate.closed().is_some() { WaitingFor::Patience } else { WaitingFor::Answer };
        Some(Waiting { left, why })
    }

    /// Says how many users the tenant has: its quota depends on that, and until it is known the smallest is assumed.
    /// Walks over users find out by themselves.
    pub fn expect_users(&self, users: usize) {
        self.shared.gate.learn_users(users);
    }

    /// Users up to whom a complete read walks delta.
    pub fn walks_up_to(&self) -> u64 {
        self.limits.walks_up_to
    }

    /// Changes of users since a cursor; from the beginning, all users.
    pub fn users_delta(&self, start: DeltaStart) -> UsersWalk {
        UsersWalk::delta(self.clone(), start)
    }

    /// Changes of groups and their direct members since a cursor; from the beginning, all of them.
    pub fn groups_delta(&self, start: DeltaStart) -> GroupsWalk {
        GroupsWalk::delta(self.clone(), start)
    }

    /// All users in pages of 999, several at once, for large tenants: take a cursor with [`DeltaStart::Latest`] first.
    pub fn users_list(&self) -> UsersList {
        UsersList::new(self.clone())
    }

    /// How many users there are, which lags behind by a little; `None` where the service does not say.
    pub async fn count_users(&self) -> Result<Option<u64>, GraphError> {
        match self.call(&CountCall).await {
            Ok(count) => {
                self.shared
                    .gate
                    .learn_users(count.map_or(0, |count| usize::try_from(count).unwrap_or(usize::MAX)));
                Ok(count)
            }
            Err(
                GraphError::Rejected(_) | GraphError::ConsentMissing { .. } | GraphError::Malformed { .. },
            ) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// All groups in pages of 999, without members.
    pub fn groups_list(&self) -> GroupsWalk {
        GroupsWalk::list(self.clone())
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("settings", &self.shared.settings).finish_non_exhaustive()
    }
}
