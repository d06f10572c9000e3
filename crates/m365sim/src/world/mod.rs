//! The world: tenants with their directories, app registrations, faults, counters and clock.

pub(crate) mod app;
pub(crate) mod counts;
pub(crate) mod faults;
pub(crate) mod limits;
pub(crate) mod nasty;
pub(crate) mod registered;
pub(crate) mod roles;
pub(crate) mod rounds;
pub(crate) mod tenant;
pub(crate) mod tenant_ops;
pub(crate) mod truth;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use crate::company::generate::TenantSpec;
use crate::login::codes::SignIn;
use crate::rng::{Rng, guid_of};
use crate::time::Clock;
use crate::world::faults::Faults;
use crate::world::registered::Apps;
use crate::world::tenant::{Tenant, TenantHandle};

/// Locks, whatever happened to other holders: the simulator must keep answering after a panic in a test.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
pub(crate) fn read<T>(lock: &RwLock<T>) -> RwLockReadGuard<'_, T> {
    lock.read().unwrap_or_else(PoisonError::into_inner)
}
pub(crate) fn write<T>(lock: &RwLock<T>) -> RwLockWriteGuard<'_, T> {
    lock.write().unwrap_or_else(PoisonError::into_inner)
}

/// What all handles of one world share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) seed: u64,
    pub(crate) clock: Clock,
    /// Signs access tokens; no other world's tokens are valid here.
    pub(crate) key: ring::hmac::Key,
    pub(crate) rng: Mutex<Rng>,
    /// Multi-tenant apps.
    pub(crate) apps: Mutex<Apps>,
    /// Keys, codes and refresh tokens of sign-in.
    pub(crate) desk: Mutex<SignIn>,
    tenants: RwLock<HashMap<u128, Arc<Tenant>>>,
}

/// A simulated cloud with any number of tenants. Clones share the same world.
#[derive(Clone, Debug)]
pub struct World {
    pub(crate) shared: Arc<Shared>,
}

impl World {
    /// A world without tenants; everything in it follows from `seed`.
    pub fn new(seed: u64) -> Self {
        let mut rng = Rng::fork(seed, "world");
        let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &rng.bits().to_le_bytes());
        Self {
            shared: Arc::new(Shared {
                seed,
                clock: Clock::default(),
                key,
                rng: Mutex::new(rng),
                apps: Mutex::default(),
                desk: Mutex::default(),
                tenants: RwLock::new(HashMap::new()),
            }),
        }
    }

    /// Founds a tenant with its app registration, fully consented.
    pub fn add_tenant(&self, spec: &TenantSpec) -> TenantHandle {
        let mut rng = Rng::new(lock(&self.shared.rng).bits());
        let tenant = Arc::new(Tenant::found(&mut rng, spec, self.shared.clock.now()));
        write(&self.shared.tenants).insert(tenant.id, Arc::clone(&tenant));
        TenantHandle { tenant, shared: Arc::clone(&self.shared) }
    }

    /// All tenants.
    pub fn tenants(&self) -> Vec<TenantHandle> {
        let mut all: Vec<TenantHandle> = read(&self.shared.tenants)
            .values()
            .map(|t| TenantHandle { tenant: Arc::clone(t), shared: Arc::clone(&self.shared) })
            .collect();
        all.sort_by_key(|h| h.tenant.id);
        all
    }

    /// The tenant of a GUID or verified domain.
    pub fn tenant(&self, key: &str) -> Option<TenantHandle> {
        let tenants = read(&self.shared.tenants);
        let found = match guid_of(key) {
            Some(id) => tenants.get(&id),
            None => tenants.values().find(|t| t.domain.eq_ignore_ascii_case(key)),
        };
        found.map(|t| TenantHandle { tenant: Arc::clone(t), shared: Arc::clone(&self.shared) })
    }

    /// Moves the world's clock, so that tokens, secrets and delta tokens age without waiting.
    pub fn advance(&self, seconds: i64) {
        self.shared.clock.advance(seconds);
    }

    /// Seconds since 1970 on the world's clock.
    pub fn now(&self) -> i64 {
        self.shared.clock.now()
    }

    /// Changes a tenant's faults; `false` when there is no such tenant.
    pub fn faults(&self, tenant: &str, change: impl FnOnce(&mut Faults)) -> bool {
        self.tenant(tenant).map(|t| t.faults(change)).is_some()
    }
}
