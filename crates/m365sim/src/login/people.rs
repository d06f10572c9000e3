//! Who can sign in: every live user of a tenant by its user principal name. Passwords are not asked for: whoever sits
//! before a simulation is who they say.

use crate::dir::{Directory, Kind};
use crate::login::error::Aadsts;
use crate::world::tenant::TenantHandle;
use crate::world::{World, lock, read};

/// Somebody at the page.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) tenant: TenantHandle,
    pub(crate) id: u128,
    pub(crate) may_consent: bool,
}

/// The person of a user principal name, looked for in the tenant of the path, `None` being `organizations` or `common`.
pub(crate) fn find(world: &World, within: Option<&TenantHandle>, upn: &str) -> Result<Person, Aadsts> {
    let found = world.tenants().into_iter().find_map(|tenant| in_tenant(&tenant, upn));
    let person = found.ok_or(Aadsts::UserUnknown)??;
    match within {
        Some(tenant) if tenant.tenant.id != person.tenant.tenant.id => Err(Aadsts::UserElsewhere),
        _ => Ok(person),
    }
}

fn in_tenant(tenant: &TenantHandle, upn: &str) -> Option<Result<Person, Aadsts>> {
    let dir = read(&tenant.tenant.dir);
    let at = users(&dir).find(|at| {
        dir.text(*at, "userPrincipalName").is_some_and(|have| have.eq_ignore_ascii_case(upn.trim()))
    })?;
    if !is_enabled(&dir, at) {
        return Some(Err(Aadsts::UserDisabled));
    }
    let id = dir.get(at)?.id;
    Some(Ok(Person { tenant: tenant.clone(), id, may_consent: may_consent(tenant, &dir, id) }))
}

fn users(dir: &Directory) -> impl Iterator<Item = u32> + '_ {
    let all = dir.objects().iter().enumerate();
    all.filter(|(_, o)| o.kind == Kind::User && o.live()).map(|(at, _)| at as u32)
}

fn is_enabled(dir: &Directory, at: u32) -> bool {
    dir.json(at, "accountEnabled") != Some(b"false")
}

fn may_consent(tenant: &TenantHandle, dir: &Directory, id: u128) -> bool {
    let named = lock(&tenant.tenant.administrators);
    if !named.is_empty() {
        return named.contains(&id);
    }
    let member = |at: u32| dir.text(at, "userType").as_deref() != Some("Guest") && is_enabled(dir, at);
    users(dir).find(|at| member(*at)).and_then(|at| dir.get(at)).is_some_and(|first| first.id == id)
}

/// The user principal names that the page proposes: administrators first, a dozen at most.
pub(crate) fn proposed(world: &World, within: Option<&TenantHandle>) -> Vec<(String, bool)> {
    let tenants = within.map_or_else(|| world.tenants(), |one| vec![one.clone()]);
    let mut all: Vec<(String, bool)> = Vec::new();
    for tenant in tenants {
        let dir = read(&tenant.tenant.dir);
        let some = users(&dir).take(6).filter_map(|at| {
            let id = dir.get(at)?.id;
            Some((dir.text(at, "userPrincipalName")?, may_consent(&tenant, &dir, id)))
        });
        all.extend(some);
    }
    all.sort_by_key(|(_, may)| !may);
    all.truncate(12);
    all
}
