//! A small company with its customer, who has a neighbour.

use m365sim::{GroupSpec, Server, ServerOptions, TenantHandle, TenantSpec, UserSpec, World};
use model::ids::SourceId;
use model::{ConnectionId, Field, Origin, Preset, Timestamp, Values};
use store::testing::TestDb;
use store::{Book, KeyRing, ScopeChange, Store, Switch};
use sync::Office;

use crate::child::{Child, End, Task};
use crate::customer::{self, connected};

/// Addresses are few, so that people meet.
pub const NAMES: [&str; 9] = ["anna", "bert", "cora", "dirk", "emil", "fritz", "gina", "hanna", "ida"];

/// A company and its book.
pub struct Company {
    pub db: TestDb,
    pub book: Book,
    /// A customer of the same operator, whom nothing here is about.
    pub neighbour: Book,
    pub connection: ConnectionId,
    pub tenant: TenantHandle,
    /// Everybody who ever was there.
    pub people: Vec<String>,
    pub groups: Vec<String>,
    /// By so many days its clock is ahead.
    pub days: i64,
    keys: tempfile::TempDir,
    _server: Server,
}

impl Company {
    pub fn new(db: TestDb, preset: Preset) -> Self {
        drop(rustls::crypto::ring::default_provider().install_default());
        let world = World::new(7);
        let tenant = world.add_tenant(&TenantSpec::empty("muster.example"));
        let people: Vec<String> = NAMES[..6].iter().map(|name| tenant.add_user(person(name, name))).collect();
        let group = |name: &str| {
            let types = (name == "Technik").then(|| vec!["Unified".to_owned()]);
            let named = Some(name.to_owned());
            tenant.add_group(GroupSpec { display_name: named, group_types: types, ..GroupSpec::default() })
        };
        let groups: Vec<String> = ["Vertrieb", "Technik", "Innen", "Alle"].map(group).to_vec();
        for (at, who) in people.iter().enumerate() {
            tenant.add_member(&groups[at % 3], who);
        }
        tenant.add_member(&groups[3], &groups[2]);
        let server = Server::start(&world, &ServerOptions::default()).unwrap();
        let keys = tempfile::tempdir().unwrap();
        let store = Store::open(&db.location, KeyRing::load(keys.path(), None).unwrap()).unwrap();
        let (book, connection) = connected(&store, "muster", preset, (&tenant, &server));
        let connection = connection.id;
        let neighbour =
            store.add_customer(&"nachbar".parse().unwrap(), "Nachbar", preset, Office::now()).unwrap();
        for name in &NAMES[..4] {
            neighbour.add_contact(&typed(name), Origin::Manual, Office::now()).unwrap();
        }
        let group = |g: &String| ScopeChange::Group(g.parse().unwrap(), Switch::On);
        let mut scope = vec![ScopeChange::Everybody(Switch::On)];
        scope.extend([&groups[0], &groups[1], &groups[3]].map(group));
        book.change_scope(connection, &scope).unwrap();
        book.add_contact(&typed("anna"), Origin::Manual, Office::now()).unwrap();
        let days = 0;
        Self { db, book, neighbour, connection, tenant, people, groups, days, keys, _server: server }
    }

    pub fn now(&self) -> Timestamp {
        Office::now().plus_days(self.days)
    }

    /// A child of the company's day.
    pub fn child(&self, task: &Task, with: &[(&'static str, String)]) -> Result<End, String> {
        let (database, keys) = (&self.db.location, self.keys.path());
        Child { database, keys, days: self.days, with }.does(task)
    }

    pub fn source(&self, n: u8) -> Option<SourceId> {
        self.people.get(usize::from(n) % self.people.len()).map(|id| id.parse().unwrap())
    }
}

pub fn typed(name: &str) -> Values {
    let email = format!("{name}@muster.example");
    Values::default().with(Field::LastName, "Getippt").with(Field::Email, &email)
}

/// A licensed person with a mailbox.
pub fn person(name: &str, surname: &str) -> UserSpec {
    let address = format!("{name}@muster.example");
    UserSpec {
        display_name: None,
        mail: Some(address),
        user_principal_name: None,
        job_title: Some("Titel".into()),
        ..customer::person(name, surname)
    }
}
