//! Fifty customers at once on one database, some of them sick: the others end right, nobody writes into another's book.

use std::sync::Once;
use std::time::Duration;

use graph::{Limits, Transport, TransportOptions};
use m365sim::{Fault, GroupSpec, Script, Server, ServerOptions, TenantHandle, TenantSpec, World};
use model::run::{Outcome, ReadMode};
use model::{Field, Preset};
use store::testing::{TestDb, empty_databases};
use store::{Book, KeyRing, ScopeChange, Store, Switch};
use sync::{By, Office, Order, Report, RunError, Silent, Want};

use crate::customer::connected;
use crate::equal::differences;
use crate::kit::{id, person};
use crate::model_book::{Expected, rules};

const CUSTOMERS: usize = 50;
const PEOPLE: usize = 8;
const REVOKED: usize = 7;
const HANGING: usize = 13;
const THROTTLED: usize = 21;

struct Customer {
    book: Book,
    tenant: TenantHandle,
    group: String,
    expected: Expected,
}

struct House {
    customers: Vec<Customer>,
    store: Store,
    runtime: tokio::runtime::Runtime,
    _server: Server,
    db: TestDb,
}

static TLS: Once = Once::new();

impl House {
    fn over(db: TestDb) -> Self {
        TLS.call_once(|| drop(rustls::crypto::ring::default_provider().install_default()));
        let world = World::new(11);
        let server = Server::start(&world, &ServerOptions::default()).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&db.location, KeyRing::load(folder.path(), None).unwrap()).unwrap();
        let customers = (0..CUSTOMERS).map(|n| Customer::new(n, &world, &store, &server)).collect();
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        Self { customers, store, runtime, _server: server, db }
    }

    /// Runs everybody at the same time, each from a thread of its own. Only who hangs is not waited for: how long the others
    /// take is a matter of the machine.
    fn all_at_once(&self, hanging: Option<usize>) -> Vec<Result<Report, RunError>> {
        let transport = Transport::new().unwrap();
        let impatient =
            TransportOptions { timeout: Duration::from_millis(300), ..TransportOptions::default() };
        let impatient = Transport::with_options(impatient).unwrap();
        let office = |n: usize| {
            let hangs = hanging == Some(n);
            let transport = if hangs { impatient.clone() } else { transport.clone() };
            let patience = if hangs { Duration::ZERO } else { Limits::typed().per_request_wait };
            let first_backoff = Duration::from_millis(1);
            let limits = Limits { first_backoff, per_request_wait: patience, ..Limits::typed() };
            Office { store: self.store.clone(), transport, limits }
        };
        let order = Order { want: Want::Apply, read: ReadMode::Delta, by: By::Person };
        std::thread::scope(|scope| {
            let run = |(n, customer): (usize, &'_ Customer)| {
                let (office, book, handle) =
                    (office(n), customer.book.clone(), self.runtime.handle().clone());
                scope.spawn(move || handle.block_on(sync::run(&office, &book, order, &Silent)))
            };
            let running: Vec<_> = self.customers.iter().enumerate().map(run).collect();
            running.into_iter().map(|thread| thread.join().unwrap()).collect()
        })
    }

    fn is_right(&self, n: usize) {
        let customer = self.customers.get(n).unwrap();
        let wrong = differences(&customer.book, &customer.expected);
        assert!(wrong.is_empty(), "customer {n} on {}: {wrong:#?}", self.db.name);
    }

    fn nobody_is_in_anothers_book(&self) {
        for (n, customer) in self.customers.iter().enumerate() {
            for entry in customer.book.entries().unwrap() {
                let address = entry.contact.values.get(Field::Email).unwrap_or_default();
                assert!(
                    address.ends_with(&format!("@t{n}.example")),
                    "{address} in the book of customer {n}"
                );
            }
        }
    }
}

impl Customer {
    fn new(n: usize, world: &World, store: &Store, server: &Server) -> Self {
        let domain = format!("t{n}.example");
        let tenant = world.add_tenant(&TenantSpec::empty(&domain));
        let group = tenant.add_group(GroupSpec { display_name: Some("Alle".into()), ..GroupSpec::default() });
        for p in 0..PEOPLE {
            let member = tenant.add_user(at_home(n, &format!("P{p}")));
            assert!(p % 2 == 1 || tenant.add_member(&group, &member));
        }
        let (book, connection) = connected(store, &format!("c{n}"), Preset::Careful, (&tenant, server));
        let changes = [ScopeChange::Everybody(Switch::On), ScopeChange::Group(id(&group), Switch::On)];
        book.change_scope(connection.id, &changes).unwrap();
        Self { book, tenant, group, expected: Expected::default() }
    }

    fn expect(&mut self) {
        let group = std::slice::from_ref(&self.group);
        self.expected = self.expected.after(rules("careful"), group, &self.tenant.truth());
    }
}

/// The same names in every company, so that a mix-up cannot hide.
fn at_home(n: usize, first: &str) -> m365sim::UserSpec {
    let address = format!("{first}.test@t{n}.example");
    m365sim::UserSpec {
        mail: Some(address.clone()),
        user_principal_name: Some(address),
        ..person(first, "Test")
    }
}

#[test]
fn w15_fifty_customers_at_once_end_right_while_three_are_sick() {
    for db in empty_databases() {
        let mut house = House::over(db);
        house.customers[REVOKED].tenant.revoke_consent();
        let hang = Script { path: "/users/delta".into(), skip: 0, times: 10_000, fault: Fault::Hang };
        house.customers[HANGING].tenant.faults(|f| f.scripts.push(hang));
        house.customers[THROTTLED].tenant.faults(|f| f.throttled = 0.2);
        for customer in &mut house.customers {
            customer.expect();
        }
        for (n, done) in house.all_at_once(Some(HANGING)).into_iter().enumerate() {
            if [REVOKED, HANGING].contains(&n) {
                assert!(matches!(done, Err(RunError::Graph(_))), "customer {n}: {done:?}");
                let customer = &house.customers[n];
                let told = customer.book.runs(1).unwrap();
                assert_eq!(
                    (told[0].outcome, told[0].error.is_some()),
                    (Outcome::Refused, true),
                    "customer {n}"
                );
                assert!(customer.book.entries().unwrap().is_empty());
            } else {
                let report = done.unwrap_or_else(|e| panic!("customer {n} on {}: {e}", house.db.name));
                assert_eq!(report.run.counts.created, PEOPLE as i64, "customer {n}");
                house.is_right(n);
            }
        }
        house.nobody_is_in_anothers_book();

        // The sick recover; everywhere somebody joins, leaves and is renamed.
        house.customers[HANGING].tenant.faults(|f| f.scripts.clear());
        for (n, customer) in house.customers.iter_mut().enumerate() {
            let tenant = &customer.tenant;
            for role in m365sim::DEFAULT_ROLES {
                tenant.grant(role);
            }
            tenant.expire_access_tokens();
            let people: Vec<String> = tenant.truth().live_users().map(|u| u.id.clone()).collect();
            assert!(tenant.delete_user(&people[0]));
            tenant.update_user(&people[1], |u| u.given_name = Some(format!("Neu{n}")));
            let joined = tenant.add_user(at_home(n, "Joined"));
            assert!(tenant.add_member(&customer.group, &joined));
            customer.expect();
            // Who was never read is never removed: the model's bin counts those that a run had made.
            if [REVOKED, HANGING].contains(&n) {
                customer.expected = Expected::default();
                customer.expect();
            }
        }
        for (n, done) in house.all_at_once(None).into_iter().enumerate() {
            done.unwrap_or_else(|e| panic!("customer {n} on {}: {e}", house.db.name));
            house.is_right(n);
        }
        house.nobody_is_in_anothers_book();
    }
}
