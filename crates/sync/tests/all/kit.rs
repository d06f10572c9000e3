//! The harness: a simulated tenant with a customer connected to it, on one database.

use std::sync::Once;

use graph::{Limits, Transport};
use m365sim::{GroupSpec, Server, ServerOptions, TenantHandle, TenantSpec, World};
use model::ids::{ConnectionId, SourceId};
use model::run::ReadMode;
use model::{Field, Preset};
use store::testing::TestDb;
use store::{Back, Book, BookEntry, Chosen, HoldRow, KeyRing, ScopeChange, Store, Switch};
use sync::{By, Monitor, Office, Order, Report, RunError, Silent, UndoReport, Want, Whom};

use crate::customer::connected;
pub use crate::customer::person;

/// A customer over a simulated tenant. Dropping it checks what the simulator answered.
pub struct Kit {
    pub office: Office,
    pub book: Book,
    pub tenant: TenantHandle,
    server: Server,
    pub db: TestDb,
    pub runtime: tokio::runtime::Runtime,
}

static TLS: Once = Once::new();

impl Kit {
    /// One kit per database, with everybody in scope unless the preset says otherwise.
    pub fn each(preset: Preset) -> Vec<Self> {
        Self::each_of(preset, 7)
    }

    /// A company made up from a seed, on each database.
    pub fn company(preset: Preset, seed: u64, users: usize, groups: usize) -> Vec<Self> {
        let spec = TenantSpec {
            users,
            groups,
            memberships: users * 3,
            awkward: true,
            ..TenantSpec::empty("muster.example")
        };
        let all = store::testing::empty_databases();
        all.into_iter().map(|db| Self::of(db, preset, &World::new(seed), &spec)).collect()
    }

    /// An empty company in another world.
    pub fn each_of(preset: Preset, seed: u64) -> Vec<Self> {
        let spec = TenantSpec::empty("muster.example");
        let all = store::testing::empty_databases();
        all.into_iter().map(|db| Self::of(db, preset, &World::new(seed), &spec)).collect()
    }

    fn of(db: TestDb, preset: Preset, world: &World, spec: &TenantSpec) -> Self {
        TLS.call_once(|| drop(rustls::crypto::ring::default_provider().install_default()));
        let tenant = world.add_tenant(spec);
        let server = Server::start(world, &ServerOptions::default()).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let keys = KeyRing::load(folder.path(), None).unwrap();
        let store = Store::open(&db.location, keys).unwrap();
        let (book, _) = connected(&store, "muster", preset, (&tenant, &server));
        let limits = Limits { first_backoff: std::time::Duration::from_millis(1), ..Limits::typed() };
        let office = Office { store, transport: Transport::new().unwrap(), limits };
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        Self { office, book, tenant, server, db, runtime }
    }

    /// Another customer of the same operator, over the same tenant.
    pub fn neighbour(&self, preset: Preset) -> Book {
        connected(&self.office.store, "nachbar", preset, (&self.tenant, &self.server)).0
    }

    /// An import by hand.
    pub fn import(&self, people: &[SourceId]) -> Result<Report, RunError> {
        self.runtime.block_on(sync::import(&self.office, &self.book, people, &Silent))
    }

    pub fn run_in(&self, book: &Book, order: Order) -> Result<Report, RunError> {
        self.runtime.block_on(sync::run(&self.office, book, order, &Silent))
    }

    /// Refreshes the mirror of a book over another office, telling `monitor`.
    pub fn read(&self, walks_up_to: u64, book: &Book, monitor: &dyn Monitor) -> Result<(), RunError> {
        let limits = Limits { walks_up_to, ..self.office.limits.clone() };
        let office =
            Office { store: self.office.store.clone(), transport: Transport::new().unwrap(), limits };
        self.runtime.block_on(sync::read_only(&office, book, monitor))
    }

    /// Puts everybody into scope.
    pub fn everybody(self) -> Self {
        self.scope(&[ScopeChange::Everybody(Switch::On)]);
        self
    }

    pub fn scope(&self, changes: &[ScopeChange]) {
        let connection = self.book.connection().unwrap().unwrap();
        self.book.change_scope(connection.id, changes).unwrap();
    }

    pub fn policy(&self, key: &str, value: &str) {
        self.book.set_policy(&[(key.to_owned(), value.to_owned())]).unwrap();
    }

    /// A licensed person with a mailbox.
    pub fn hire(&self, first: &str, last: &str) -> String {
        self.tenant.add_user(person(first, last))
    }

    pub fn group(&self, name: &str, members: &[&str]) -> String {
        let group =
            self.tenant.add_group(GroupSpec { display_name: Some(name.into()), ..GroupSpec::default() });
        for member in members {
            assert!(self.tenant.add_member(&group, member));
        }
        group
    }

    pub fn sync(&self) -> Report {
        self.try_sync(ReadMode::Delta).unwrap()
    }

    pub fn complete(&self) -> Report {
        self.try_sync(ReadMode::Complete).unwrap()
    }

    pub fn try_sync(&self, read: ReadMode) -> Result<Report, RunError> {
        self.run(Order { want: Want::Apply, read, by: By::Person })
    }

    pub fn run_watched(&self, order: Order, monitor: &dyn sync::Monitor) -> Result<Report, RunError> {
        self.runtime.block_on(sync::run(&self.office, &self.book, order, monitor))
    }

    pub fn run(&self, order: Order) -> Result<Report, RunError> {
        self.run_in(&self.book, order)
    }

    /// A run that is dropped while the tenant holds back its answer to a request whose path contains this.
    pub fn dropped_in(&self, path: &str) {
        self.dropped_in_after(path, || ());
    }

    /// The same, and something happens before it is dropped.
    pub fn dropped_in_after(&self, path: &str, meanwhile: impl FnOnce()) {
        self.tenant.reset_counts();
        self.tenant.faults(|f| f.hold = Some(path.into()));
        let (tenant, wanted) = (self.tenant.clone(), path.to_owned());
        let asked = self.runtime.spawn_blocking(move || tenant.wait_for_request(&wanted));
        let asked = async {
            assert!(asked.await.unwrap(), "nobody asked for {path}");
            tokio::task::block_in_place(meanwhile);
        };
        let order = Order { want: Want::Apply, read: ReadMode::Delta, by: By::Person };
        self.runtime.block_on(async {
            tokio::select! {
                done = sync::run(&self.office, &self.book, order, &Silent) => panic!("nobody answered: {done:?}"),
                () = asked => {}
            }
        });
        self.tenant.faults(|f| f.hold = None);
    }

    /// One person now.
    pub fn sync_person(&self, whom: &Whom) -> Result<Report, RunError> {
        self.runtime.block_on(sync::sync_person(&self.office, &self.book, whom, &Silent))
    }

    /// What waits for a person.
    pub fn holds(&self) -> Vec<HoldRow> {
        self.book.holds(self.book.connection().unwrap().unwrap().id).unwrap()
    }

    fn held_about(&self, about: &[SourceId]) -> (ConnectionId, Chosen) {
        let connection = self.book.connection().unwrap().unwrap().id;
        let about = about.iter().cloned().collect();
        (connection, self.book.held_about(connection, &about).unwrap())
    }

    /// Releases what is held about these people and groups; answers how many operations.
    pub fn release(&self, about: &[SourceId]) -> u64 {
        let (connection, chosen) = self.held_about(about);
        self.book.release(connection, &chosen, Office::now()).unwrap().count()
    }

    pub fn release_all(&self) -> u64 {
        self.release(&self.holds().into_iter().map(|h| h.source).collect::<Vec<_>>())
    }

    pub fn reject(&self, about: &[SourceId], why: &str) -> u64 {
        let (connection, chosen) = self.held_about(about);
        self.book.reject(connection, &chosen, why, Office::now()).unwrap().count()
    }

    pub fn explain(&self, source: &SourceId) -> sync::Explanation {
        let connection = self.book.connection().unwrap().unwrap().id;
        self.runtime.block_on(sync::explain(&self.book, connection, source)).unwrap()
    }

    pub fn undo(&self, run: impl Into<Back>, want: Want) -> Result<UndoReport, RunError> {
        self.undo_in(&self.book, run, want)
    }

    pub fn undo_in(&self, book: &Book, run: impl Into<Back>, want: Want) -> Result<UndoReport, RunError> {
        self.runtime.block_on(sync::undo(book, run, want, &Silent))
    }

    /// The connection ends, the contacts stay.
    pub fn disconnect(&self) {
        self.runtime.block_on(sync::disconnect(&self.book, store::Imported::Keep)).unwrap();
    }

    /// E-mail, display name, groups and mark of every contact, sorted.
    pub fn lines(&self) -> Vec<String> {
        let mut lines: Vec<String> = self.book.entries().unwrap().iter().map(line).collect();
        lines.sort();
        lines
    }

    pub fn entry(&self, email: &str) -> Option<BookEntry> {
        let entries = self.book.entries().unwrap();
        entries.into_iter().find(|e| e.contact.values.get(Field::Email) == Some(email))
    }
}

fn line(entry: &BookEntry) -> String {
    let values = &entry.contact.values;
    let groups: Vec<&str> = entry.groups.iter().map(|(_, name)| name.as_str()).collect();
    let left = if entry.contact.left_at.is_some() { " left" } else { "" };
    let email = values.get(Field::Email).unwrap_or("-");
    format!("{email} {} [{}]{left}", values.get(Field::DisplayName).unwrap_or("-"), groups.join(", "))
}

pub fn id(text: &str) -> SourceId {
    text.parse().unwrap()
}
