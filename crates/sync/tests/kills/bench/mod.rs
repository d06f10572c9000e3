//! The bench: a simulated tenant of twelve people and three groups, a customer over it on one database, and children to kill.

pub mod child;
pub mod compare;

use std::time::Duration;

use graph::{Limits, Transport};
use m365sim::{GroupSpec, Server, ServerOptions, TenantHandle, TenantSpec, UserSpec, World};
use model::{ConnectionId, Preset};
use store::testing::TestDb;
use store::{Book, KeyRing, ScopeChange, Store, Switch};
use sync::Office;

use self::child::{End, Kill, Task};
use crate::customer::connected;
pub use crate::customer::person;
use crate::model_book::{Expected, Rules, rules};

/// A tenant, a customer and what the model expects of its book.
pub struct Bench {
    pub db: TestDb,
    pub book: Book,
    pub connection: ConnectionId,
    pub tenant: TenantHandle,
    pub staff: Staff,
    pub rules: Rules,
    pub expected: Expected,
    pub subscribed: Vec<String>,
    /// What every child finds in its environment.
    pub environment: Vec<(&'static str, &'static str)>,
    keys: tempfile::TempDir,
    _server: Server,
}

/// Ids of those whom the second run's changes are about.
#[derive(Default)]
pub struct Staff {
    renamed: String,
    deleted: String,
    moved: String,
    readdressed: String,
    sales: String,
    technology: String,
}

impl Bench {
    /// The small company, connected, in scope as fits the preset, nothing read.
    pub fn small(db: TestDb, preset: Preset) -> Self {
        Self::over(db, preset, small)
    }

    /// A company that `settle` fills.
    pub fn over(db: TestDb, preset: Preset, settle: impl FnOnce(&TenantHandle) -> Staff) -> Self {
        let world = World::new(7);
        let tenant = world.add_tenant(&TenantSpec::empty("muster.example"));
        let staff = settle(&tenant);
        let server = Server::start(&world, &ServerOptions::default()).unwrap();
        let keys = tempfile::tempdir().unwrap();
        let store = Store::open(&db.location, KeyRing::load(keys.path(), None).unwrap()).unwrap();
        let (book, connection) = connected(&store, "muster", preset, (&tenant, &server));
        let connection = connection.id;
        book.set_setting("notify.removed", "on").unwrap();
        book.set_setting("notify.to", "it@muster.example").unwrap();
        let rules = rules(preset.name());
        let subscribed = if rules.groups && !staff.sales.is_empty() {
            vec![staff.sales.clone(), staff.technology.clone()]
        } else {
            Vec::new()
        };
        let groups = subscribed.iter().map(|g| ScopeChange::Group(g.parse().unwrap(), Switch::On));
        let mut changes: Vec<ScopeChange> = groups.collect();
        if rules.everybody {
            changes.push(ScopeChange::Everybody(Switch::On));
        }
        book.change_scope(connection, &changes).unwrap();
        let expected = Expected::default();
        let environment = Vec::new();
        Self {
            db,
            book,
            connection,
            tenant,
            staff,
            rules,
            expected,
            subscribed,
            environment,
            keys,
            _server: server,
        }
    }

    /// What the book must be once a run has seen the tenant as it is.
    pub fn next_expected(&self) -> Expected {
        self.expected.after(self.rules, &self.subscribed, &self.tenant.truth())
    }

    /// Runs a child.
    pub fn child(&self, kill: Kill, runs: usize, with: &[(&str, &str)]) -> End {
        let keys = self.keys.path();
        let with = [&self.environment[..], with].concat();
        child::spawn(Task { database: &self.db.location, keys, kill, runs, with: &with })
    }

    /// One undisturbed first run, its book as expected; what follows starts from here.
    pub fn first_run(&mut self) {
        self.expected = self.next_expected();
        self.child(Kill::Never, 1, &[]);
        let wrong = self.differences(&self.expected);
        assert!(wrong.is_empty(), "the first run on {}: {wrong:#?}", self.db.name);
    }

    /// An office in this process, for what needs no kill.
    pub fn office(&self) -> Office {
        drop(rustls::crypto::ring::default_provider().install_default());
        let limits = Limits { first_backoff: Duration::from_millis(1), ..Limits::typed() };
        Office { store: self.book.store().clone(), transport: Transport::new().unwrap(), limits }
    }

    /// A day's changes: a new name, a deletion, a move between groups, somebody new, a new address, a new group name.
    pub fn change(&self) {
        let (tenant, staff) = (&self.tenant, &self.staff);
        tenant.update_user(&staff.renamed, |u| {
            u.surname = Some("Weber".into());
            u.display_name = Some("Anna Weber".into());
            u.job_title = Some("Leiterin Vertrieb".into());
            u.business_phones = Some(vec!["+49 30 999".into()]);
            u.mobile_phone = None;
        });
        tenant.delete_user(&staff.deleted);
        tenant.remove_member(&staff.sales, &staff.moved);
        tenant.add_member(&staff.technology, &staff.moved);
        let hired = tenant.add_user(person("Emil", "Neu"));
        tenant.add_member(&staff.technology, &hired);
        tenant.update_user(&staff.readdressed, |u| {
            u.mail = Some("dirk.kurz@muster.example".into());
        });
        tenant.update_group(&staff.sales, |g| g.display_name = Some("Vertrieb  und Beratung ".into()));
    }
}

fn small(tenant: &TenantHandle) -> Staff {
    let hire = |first, last| tenant.add_user(person(first, last));
    let renamed = tenant.add_user(UserSpec {
        job_title: Some("Vertrieb".into()),
        mobile_phone: Some("0171 1".into()),
        business_phones: Some(vec!["+49 30 1".into()]),
        ..person("Anna", "Schmidt")
    });
    let (deleted, moved, readdressed) = (hire("Bert", "Alt"), hire("Cora", "Lang"), hire("Dirk", "Lang"));
    let untidy = tenant.add_user(UserSpec {
        given_name: Some("  Jo\u{308}rg ".into()),
        surname: Some("von  der\u{a0} Mu\u{308}hle".into()),
        mail: Some("Joerg.Muehle@Muster.Example".into()),
        ..person("joerg", "muehle")
    });
    let guest = tenant.add_user(UserSpec { user_type: Some("Guest".into()), ..person("Gina", "Gast") });
    let disabled = tenant.add_user(UserSpec { account_enabled: Some(false), ..person("Ruth", "Ruhe") });
    let shared = UserSpec { mail: Some("info@muster.example".into()), ..person("Ina", "Info") };
    let sharing = tenant.add_user(shared);
    let shared = UserSpec { mail: Some("INFO@muster.example".into()), ..person("Ingo", "Info") };
    let also_sharing = tenant.add_user(shared);
    let inner = hire("Ines", "Innen");
    let nameless = tenant.add_user(UserSpec {
        given_name: None,
        surname: None,
        display_name: Some("Empfang  Nord".into()),
        ..person("empfang", "nord")
    });
    let mailless =
        tenant.add_user(UserSpec { mail: None, proxy_addresses: Some(vec![]), ..person("Otto", "Ohne") });
    let group = |name: &str, members: &[&String]| {
        let spec = GroupSpec { display_name: Some(name.into()), ..GroupSpec::default() };
        let group = tenant.add_group(spec);
        assert!(members.iter().all(|m| tenant.add_member(&group, m)));
        group
    };
    let field = group("Außendienst", &[&inner, &nameless]);
    let sales = group("Vertrieb", &[&renamed, &deleted, &moved, &untidy, &sharing, &also_sharing]);
    let technology = group("Technik", &[&field, &readdressed, &nameless, &guest, &disabled, &mailless]);
    Staff { renamed, deleted, moved, readdressed, sales, technology }
}
