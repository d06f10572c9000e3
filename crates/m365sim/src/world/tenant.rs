//! One tenant, and the handle tests hold: its keys, its app registration, its behaviour.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Condvar, Mutex, RwLock};
use std::time::Duration;

use crate::company::generate::{TenantSpec, company};
use crate::dir::{Directory, Kind, Names};
use crate::graph::mail::SentMail;
use crate::rng::{Rng, guid_of, guid_text};
use crate::world::app::{App, Secret};
use crate::world::counts::{Counts, Ledger, Logged};
use crate::world::faults::Faults;
use crate::world::limits::Bucket;
use crate::world::nasty::{Nasty, Pages};
use crate::world::rounds::Rounds;
use crate::world::truth::{Truth, truth};
use crate::world::{Shared, lock, read, write};

/// A tenant's state.
#[derive(Debug)]
pub(crate) struct Tenant {
    pub(crate) id: u128,
    pub(crate) name: String,
    pub(crate) domain: String,
    pub(crate) dir: RwLock<Directory>,
    pub(crate) names: Names,
    pub(crate) app: Mutex<App>,
    /// What the tenant's administrators have granted multi-tenant apps, by client id.
    pub(crate) consents: Mutex<HashMap<u128, Vec<String>>>,
    /// Who may consent for the organisation.
    pub(crate) administrators: Mutex<HashSet<u128>>,
    pub(crate) rng: Mutex<Rng>,
    pub(crate) fault_rng: Mutex<Rng>,
    pub(crate) faults: Mutex<Faults>,
    pub(crate) ledger: Mutex<Ledger>,
    /// A request was noted.
    pub(crate) asked: Condvar,
    pub(crate) bucket: Mutex<Bucket>,
    pub(crate) nasty: RwLock<Nasty>,
    pub(crate) pages: RwLock<Pages>,
    pub(crate) rounds: Mutex<Rounds>,
    /// Mails that were accepted, in their order.
    pub(crate) sent: Mutex<Vec<SentMail>>,
}

impl Tenant {
    pub(crate) fn found(rng: &mut Rng, spec: &TenantSpec, now: i64) -> Self {
        let id = rng.guid();
        let app = App::new(rng, now);
        let mut dir = Directory::new();
        company(&mut dir, rng, spec);
        dir.pool.trim();
        let users = dir.objects().iter().filter(|o| o.kind == Kind::User).count();
        Self {
            id,
            name: spec.name.clone(),
            domain: spec.domain.clone(),
            names: Names::of(&dir),
            dir: RwLock::new(dir),
            app: Mutex::new(app),
            consents: Mutex::default(),
            administrators: Mutex::default(),
            rng: Mutex::new(Rng::new(rng.bits())),
            fault_rng: Mutex::new(Rng::new(rng.bits())),
            faults: Mutex::new(Faults::default()),
            ledger: Mutex::new(Ledger::default()),
            asked: Condvar::new(),
            bucket: Mutex::new(Bucket::for_users(users)),
            nasty: RwLock::new(Nasty::default()),
            pages: RwLock::new(Pages::default()),
            rounds: Mutex::new(Rounds::default()),
            sent: Mutex::default(),
        }
    }
}

/// A handle on one tenant; clones are the same tenant.
#[derive(Clone, Debug)]
pub struct TenantHandle {
    pub(crate) tenant: Arc<Tenant>,
    pub(crate) shared: Arc<Shared>,
}

impl TenantHandle {
    /// The tenant id.
    pub fn id(&self) -> String {
        guid_text(self.tenant.id)
    }

    /// The verified default domain.
    pub fn domain(&self) -> &str {
        &self.tenant.domain
    }

    /// The app's client id.
    pub fn client_id(&self) -> String {
        guid_text(lock(&self.tenant.app).client_id)
    }

    /// Mails that were accepted, in their order.
    pub fn sent_mails(&self) -> Vec<SentMail> {
        lock(&self.tenant.sent).clone()
    }

    /// The newest client secret.
    pub fn client_secret(&self) -> String {
        lock(&self.tenant.app).secrets.last().map(|s| s.value.clone()).unwrap_or_default()
    }

    /// All secrets, expired ones too.
    pub fn secrets(&self) -> Vec<Secret> {
        lock(&self.tenant.app).secrets.clone()
    }

    /// Adds a secret; the older ones stay valid.
    pub fn add_secret(&self) -> Secret {
        let now = self.shared.clock.now();
        lock(&self.tenant.app).add_secret(&mut lock(&self.tenant.rng), now)
    }

    /// Takes a secret away by its key id.
    pub fn remove_secret(&self, key_id: &str) {
        lock(&self.tenant.app).secrets.retain(|s| s.key_id != key_id);
    }

    /// Lets all secrets end in the past.
    pub fn expire_secret(&self) {
        let end = self.shared.clock.now() - 1;
        for secret in &mut lock(&self.tenant.app).secrets {
            secret.end = secret.end.min(end);
        }
    }

    /// Sets when the newest secret ends, in seconds from now.
    pub fn secret_ends_in(&self, seconds: i64) {
        let now = self.shared.clock.now();
        if let Some(secret) = lock(&self.tenant.app).secrets.last_mut() {
            secret.end = now + seconds;
        }
    }

    /// Registers a certificate (DER or PEM); gives its key id, or `None` when it is no RSA certificate.
    pub fn add_certificate(&self, file: &[u8]) -> Option<String> {
        lock(&self.tenant.app).add_certificate(&mut lock(&self.tenant.rng), file)
    }

    /// Takes a certificate away by its key id.
    pub fn remove_certificate(&self, key_id: &str) {
        lock(&self.tenant.app).certificates.retain(|c| c.key_id != key_id);
    }

    /// Consents to a permission. Tokens already issued still lack it.
    pub fn grant(&self, role: &str) {
        let mut app = lock(&self.tenant.app);
        app.present = true;
        if !app.roles.iter().any(|r| r == role) {
            app.roles.push(role.to_owned());
        }
    }

    /// Withdraws one permission. Tokens already issued still carry it.
    pub fn revoke(&self, role: &str) {
        lock(&self.tenant.app).roles.retain(|r| r != role);
    }

    /// Withdraws all permissions. Tokens already issued stay valid until they end; see
    /// [`Self::expire_access_tokens`].
    pub fn revoke_consent(&self) {
        lock(&self.tenant.app).roles.clear();
    }

    /// Lets a user consent for the whole organisation, as Global Administrators may. While nobody was named, the first enabled
    /// member may.
    pub fn make_administrator(&self, user: &str) -> bool {
        guid_of(user).map(|id| lock(&self.tenant.administrators).insert(id)).is_some()
    }

    /// Which permissions the tenant has granted a multi-tenant app; `None` while it does not know it.
    pub fn consent(&self, client_id: &str) -> Option<Vec<String>> {
        lock(&self.tenant.consents).get(&guid_of(client_id)?).cloned()
    }

    /// Removes a multi-tenant app from the tenant.
    pub fn remove_consent(&self, client_id: &str) {
        if let Some(id) = guid_of(client_id) {
            lock(&self.tenant.consents).remove(&id);
        }
    }

    /// Removes the app from the tenant: the token endpoint answers AADSTS700016.
    pub fn remove_app(&self) {
        lock(&self.tenant.app).present = false;
    }

    /// Lets all access tokens issued so far be refused with 401.
    pub fn expire_access_tokens(&self) {
        lock(&self.tenant.app).generation += 1;
    }

    /// The shortest life of access tokens in seconds; random ones lie up to half above it.
    pub fn set_token_lifetime(&self, seconds: u32) {
        lock(&self.tenant.app).min_lifetime = seconds;
    }

    /// Lets all delta tokens issued so far answer 410.
    pub fn expire_delta_tokens(&self) {
        lock(&self.tenant.rounds).delta_generation += 1;
    }

    /// Lets all nextLinks issued so far answer 400 `Directory_ExpiredPageToken`.
    pub fn expire_page_tokens(&self) {
        lock(&self.tenant.rounds).page_generation += 1;
    }

    /// Changes the faults.
    pub fn faults(&self, change: impl FnOnce(&mut Faults)) {
        change(&mut lock(&self.tenant.faults));
    }

    /// Changes what breaks naive clients.
    pub fn nasty(&self, change: impl FnOnce(&mut Nasty)) {
        change(&mut write(&self.tenant.nasty));
    }

    /// Changes the page sizes.
    pub fn pages(&self, change: impl FnOnce(&mut Pages)) {
        change(&mut write(&self.tenant.pages));
    }

    /// Enforces the documented limits from now on.
    pub fn enforce_limits(&self) {
        let users = read(&self.tenant.dir).objects().iter().filter(|o| o.kind == Kind::User).count();
        let mut bucket = lock(&self.tenant.bucket);
        *bucket = Bucket::for_users(users);
        bucket.on = true;
    }

    /// Enforces a limit of one's own, in resource units per ten seconds.
    pub fn limit_units(&self, units: u32) {
        lock(&self.tenant.bucket).set_quota(units);
    }

    /// The requests so far.
    pub fn counts(&self) -> Counts {
        lock(&self.tenant.ledger).counts.clone()
    }

    /// The last requests (at most 20,000), oldest first.
    pub fn log(&self) -> Vec<Logged> {
        lock(&self.tenant.ledger).log.iter().cloned().collect()
    }

    /// Waits until somebody has asked for a path that contains this; answers whether that was so within a minute.
    pub fn wait_for_request(&self, path: &str) -> bool {
        let none = |ledger: &mut Ledger| !ledger.log.iter().any(|one| one.target.contains(path));
        let waited =
            self.tenant.asked.wait_timeout_while(lock(&self.tenant.ledger), Duration::from_mins(1), none);
        waited.is_ok_and(|(_, end)| !end.timed_out())
    }

    /// Forgets counts and log.
    pub fn reset_counts(&self) {
        *lock(&self.tenant.ledger) = Ledger::default();
    }

    /// What is truly in the tenant.
    pub fn truth(&self) -> Truth {
        truth(self.tenant.id, &read(&self.tenant.dir))
    }
}
