//! What an address of the sign-in pages asks for, checked as far as Microsoft checks it before it shows anything.

use std::collections::HashMap;

use crate::login::endpoint::tenant;
use crate::login::error::Aadsts;
use crate::rng::guid_of;
use crate::world::registered::AppSpec;
use crate::world::tenant::TenantHandle;
use crate::world::{World, lock};

/// A request of a browser for a page of sign-in or consent.
#[derive(Debug)]
pub(crate) struct Asked {
    /// The tenant of the path; `None` for `organizations` and `common`.
    pub(crate) tenant: Option<TenantHandle>,
    pub(crate) client: u128,
    pub(crate) app: AppSpec,
    pub(crate) redirect: String,
    pub(crate) query: HashMap<String, String>,
}

impl Asked {
    /// Reads tenant and query. What fails here is told on a page: there is no address yet that may be trusted.
    pub(crate) fn read(world: &World, key: &str, query: &str) -> Result<Self, Aadsts> {
        let tenant = match key {
            "organizations" | "common" => None,
            key => Some(tenant(world, key)?),
        };
        let query: HashMap<String, String> =
            url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let client = query.get("client_id").and_then(|text| guid_of(text)).ok_or(Aadsts::BodyMalformed)?;
        let app = lock(&world.shared.apps).get(&client).map(|one| one.spec.clone());
        let app = app.ok_or(Aadsts::AppUnknown)?;
        let redirect = query.get("redirect_uri").cloned().ok_or(Aadsts::BodyMalformed)?;
        if !app.redirects.contains(&redirect) {
            return Err(Aadsts::RedirectUnknown);
        }
        Ok(Self { tenant, client, app, redirect, query })
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.query.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// Back to the app, with these besides `state`.
    pub(crate) fn back(&self, pairs: &[(&str, &str)]) -> String {
        let mut line = url::form_urlencoded::Serializer::new(String::new());
        line.extend_pairs(pairs);
        if let Some(state) = self.get("state") {
            line.append_pair("state", state);
        }
        let sign = if self.redirect.contains('?') { '&' } else { '?' };
        format!("{}{sign}{}", self.redirect, line.finish())
    }
}
