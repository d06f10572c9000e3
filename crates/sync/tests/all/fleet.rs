//! Many customers, each with a simulated tenant of its own, over one database; schedulers with a clock that tests turn.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use graph::{Limits, Transport, TransportOptions};
use m365sim::{Server, ServerOptions, TenantHandle, TenantSpec, World};
use model::run::ReadMode;
use model::{Preset, Timestamp};
use store::testing::TestDb;
use store::{Book, KeyRing, ScopeChange, Store, Switch, Watched};
use sync::{By, Ended, Office, Order, Report, Rules, RunError, Scheduler, Silent, Want};

use crate::customer::connected;
use crate::kit::person;

pub const HOUR: i64 = 3_600_000;
pub const DAY: i64 = 24 * HOUR;

pub struct Fleet {
    pub store: Store,
    pub members: Vec<Member>,
    pub now: Arc<AtomicI64>,
    pub rules: Rules,
    transport: Transport,
    _server: Server,
    pub db: TestDb,
    pub runtime: tokio::runtime::Runtime,
    folder: tempfile::TempDir,
}

pub struct Member {
    pub book: Book,
    pub tenant: TenantHandle,
}

impl Fleet {
    /// One fleet per database: customers with everybody in scope and two people each; nobody was read yet.
    pub fn each(customers: usize, preset: Preset) -> Vec<Self> {
        let databases = store::testing::empty_databases();
        databases.into_iter().map(|db| Self::over(db, customers, preset)).collect()
    }

    fn over(db: TestDb, customers: usize, preset: Preset) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let world = World::new(7);
        let tenants: Vec<TenantHandle> =
            (0..customers).map(|n| world.add_tenant(&TenantSpec::empty(&format!("c{n}.example")))).collect();
        let server = Server::start(&world, &ServerOptions::default()).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&db.location, KeyRing::load(folder.path(), None).unwrap()).unwrap();
        let members = tenants
            .into_iter()
            .enumerate()
            .map(|(n, tenant)| {
                tenant.add_user(person("Anna", "Ast"));
                tenant.add_user(person("Bert", "Bach"));
                let book = customer(&store, n, preset, &tenant, &server);
                Member { book, tenant }
            })
            .collect();
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let rules = Rules { stall: Duration::from_millis(20), ..Rules::default() };
        let now = Arc::new(AtomicI64::new(Office::now().0));
        let transport = impatient();
        Self { store, members, now, rules, transport, _server: server, db, runtime, folder }
    }

    pub fn office(&self, store: Store) -> Office {
        let limits = Limits { first_backoff: Duration::from_millis(1), ..Limits::scheduled() };
        Office { store, transport: self.transport.clone(), limits }
    }

    /// Answers are waited for however long they take.
    pub fn patient(&mut self) {
        self.transport = Transport::new().unwrap();
    }

    /// A scheduler of its own, as another process would have one.
    pub fn scheduler(&self) -> Scheduler {
        let keys = KeyRing::load(self.folder.path(), None).unwrap();
        let store = Store::open(&self.db.location, keys).unwrap();
        let now = Arc::clone(&self.now);
        let clock = Arc::new(move || Timestamp(now.load(Ordering::SeqCst)));
        Scheduler::new(self.office(store), self.rules, clock).unwrap()
    }

    pub fn later(&self, ms: i64) {
        self.now.fetch_add(ms, Ordering::SeqCst);
    }

    pub fn turn_to(&self, at: Timestamp) {
        self.now.store(at.0, Ordering::SeqCst);
    }

    pub fn now(&self) -> Timestamp {
        Timestamp(self.now.load(Ordering::SeqCst))
    }

    pub fn book(&self, member: usize) -> &Book {
        &self.members.get(member).unwrap().book
    }

    /// Everything that is due now.
    pub fn round(&self, scheduler: &Scheduler) -> Vec<Ended> {
        self.runtime.block_on(scheduler.round()).unwrap()
    }

    /// Typed by a person.
    pub fn sync(&self, member: usize) -> Result<Report, RunError> {
        let order = Order { want: Want::Apply, read: ReadMode::Delta, by: By::Person };
        let office = self.office(self.store.clone());
        self.runtime.block_on(sync::run(&office, self.book(member), order, &Silent))
    }

    pub fn row(&self, member: usize) -> Option<Watched> {
        sync::bring_up_to_date(&self.store).unwrap();
        self.book(member).watched().unwrap()
    }

    pub fn due(&self, member: usize) -> Option<Timestamp> {
        self.row(member).and_then(|row| row.due_at)
    }

    pub fn policy(&self, member: usize, key: &str, value: &str) {
        self.book(member).set_policy(&[(key.into(), value.into())]).unwrap();
    }

    /// Kinds of what waits to be sent.
    pub fn mails(&self, member: usize) -> Vec<String> {
        let outbox = self.book(member).outbox().unwrap();
        outbox.into_iter().rev().map(|row| row.kind).collect()
    }
}

/// Who does not answer within a second hangs.
fn impatient() -> Transport {
    let options = TransportOptions { timeout: Duration::from_secs(1), ..TransportOptions::default() };
    Transport::with_options(options).unwrap()
}

fn customer(store: &Store, n: usize, preset: Preset, tenant: &TenantHandle, server: &Server) -> Book {
    let (book, connection) = connected(store, &format!("c{n:03}"), preset, (tenant, server));
    book.change_scope(connection.id, &[ScopeChange::Everybody(Switch::On)]).unwrap();
    book
}
