//! A customer of a house, connected to a simulated tenant.

use m365sim::{GroupSpec, Server, ServerOptions, TenantHandle, TenantSpec, World};
use model::{Preset, Role, SourceId};
use store::{Book, Reach, ScopeChange, Switch};

use crate::customer::{connected, person};
use crate::support::{Browser, House};

/// A house whose customer `muster` takes everybody of a tenant.
pub struct Firm {
    pub house: House,
    pub book: Book,
    pub tenant: TenantHandle,
    _server: Server,
}

impl Firm {
    /// One on each engine.
    pub fn each() -> Vec<Self> {
        House::each().into_iter().map(Self::over).collect()
    }

    fn over(house: House) -> Self {
        let world = World::new(7);
        let tenant = world.add_tenant(&TenantSpec::empty("muster.example"));
        let server = Server::start(&world, &ServerOptions::default()).unwrap();
        let (book, connection) = connected(&house.store, "muster", Preset::Careful, (&tenant, &server));
        book.set_policy(&[("first_run".to_owned(), "apply".to_owned())]).unwrap();
        book.change_scope(connection.id, &[ScopeChange::Everybody(Switch::On)]).unwrap();
        Self { house, book, tenant, _server: server }
    }

    /// People by their first names; answers their ids in the tenant.
    pub fn hire(&self, names: &[&str]) -> Vec<String> {
        names.iter().map(|name| self.tenant.add_user(person(name, "Test"))).collect()
    }

    /// A group of the tenant that becomes a contact group.
    pub fn subscribed(&self, name: &str, members: &[String]) -> String {
        let spec = GroupSpec { display_name: Some(name.into()), ..GroupSpec::default() };
        let group = self.tenant.add_group(spec);
        assert!(members.iter().all(|member| self.tenant.add_member(&group, member)));
        let id: SourceId = group.parse().unwrap();
        let connection = self.book.connection().unwrap().unwrap();
        self.book.change_scope(connection.id, &[ScopeChange::Group(id, Switch::On)]).unwrap();
        group
    }

    /// Somebody who may do everything, signed in.
    pub fn owner(&self) -> Browser<'_> {
        self.house.signed_in(Role::Owner, Reach::All, &[])
    }

    /// What was asked of Microsoft so far.
    pub fn requests(&self) -> usize {
        self.tenant.log().len()
    }

    /// How many contacts the book has.
    pub fn contacts(&self) -> usize {
        self.book.entries().unwrap().len()
    }
}

impl Browser<'_> {
    /// Begins something, waits for its end, and shows where that leads.
    pub fn done(&self, path: &str, form: &[(&str, &str)]) -> (String, String) {
        let mut to = self.post(path, form).to;
        assert!(!to.is_empty(), "{path} leads nowhere");
        if to.ends_with("/live") {
            // The events end with what is watched.
            self.get(&format!("{to}/events"));
            to = self.get(&to).to;
        }
        let text = self.get(&to).text;
        (to, text)
    }
}
