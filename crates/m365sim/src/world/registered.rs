//! Multi-tenant apps: registered once in this world, used in every tenant whose administrator has consented
//! (graph-facts 1.1, 1.7).

use std::collections::HashMap;

use serde::Deserialize;

use crate::rng::{Rng, guid_text};
use crate::world::app::{App, Secret};
use crate::world::{World, lock};

/// What a multi-tenant app asks for.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct AppSpec {
    /// Redirect URIs; what is asked for must be one of them, letter by letter.
    pub redirects: Vec<String>,
    /// Application permissions of Graph that its consent grants.
    pub roles: Vec<String>,
    /// The name on the page of consent.
    pub name: String,
}

/// A registration, with its keys.
#[derive(Debug)]
pub(crate) struct Registered {
    pub(crate) spec: AppSpec,
    pub(crate) app: App,
}

/// Registrations by client id.
pub(crate) type Apps = HashMap<u128, Registered>;

/// A handle on a multi-tenant app.
#[derive(Clone, Debug)]
pub struct AppHandle {
    id: u128,
    world: World,
}

impl World {
    /// Registers a multi-tenant app (`AzureADMultipleOrgs`) with one secret. No tenant has consented yet.
    pub fn register_app(&self, spec: AppSpec) -> AppHandle {
        let mut rng = Rng::new(lock(&self.shared.rng).bits());
        let mut app = App::new(&mut rng, self.now());
        app.roles.clear();
        let id = app.client_id;
        lock(&self.shared.apps).insert(id, Registered { spec, app });
        AppHandle { id, world: self.clone() }
    }
}

impl AppHandle {
    /// The client id.
    pub fn client_id(&self) -> String {
        guid_text(self.id)
    }

    /// The newest client secret.
    pub fn client_secret(&self) -> String {
        self.change(|one| one.app.secrets.last().map(|s| s.value.clone())).flatten().unwrap_or_default()
    }

    /// Adds a secret; the older ones stay valid.
    pub fn add_secret(&self) -> Option<Secret> {
        let now = self.world.now();
        let mut rng = Rng::new(lock(&self.world.shared.rng).bits());
        self.change(|one| one.app.add_secret(&mut rng, now))
    }

    /// Lets all secrets end in the past.
    pub fn expire_secrets(&self) {
        let end = self.world.now() - 1;
        self.change(|one| one.app.secrets.iter_mut().for_each(|s| s.end = s.end.min(end)));
    }

    /// Registers another redirect URI.
    pub fn add_redirect(&self, uri: &str) {
        self.change(|one| one.spec.redirects.push(uri.to_owned()));
    }

    fn change<T>(&self, act: impl FnOnce(&mut Registered) -> T) -> Option<T> {
        lock(&self.world.shared.apps).get_mut(&self.id).map(act)
    }
}
