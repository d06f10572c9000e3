//! Single objects: `/users/{id}`, `/groups/{id}`, `/directoryObjects/{id}`, the manager, the bin.

use crate::dir::{Directory, Kind, Object, State};
use crate::graph::refusal::Refusal;
use crate::graph::render::{Style, Unset, members};
use crate::graph::select::{Place, Select};
use crate::graph::{Call, Reply, Shape};
use crate::rng::guid_of;
use crate::world::read;

/// `GET /users/{id | userPrincipalName}`.
pub(crate) fn user(call: &Call<'_>, key: &str) -> Result<Reply, Refusal> {
    one(call, Kind::User, key, "user")
}

/// `GET /groups/{id}`.
pub(crate) fn group(call: &Call<'_>, key: &str) -> Result<Reply, Refusal> {
    one(call, Kind::Group, key, "group")
}

fn one(call: &Call<'_>, kind: Kind, key: &str, shape: Shape) -> Result<Reply, Refusal> {
    let select = Select::parse(kind, call.query.select.as_deref(), Place::Single)?;
    let dir = read(&call.tenant.tenant.dir);
    let object = find(&dir, kind, key)?;
    let collection = if kind == Kind::Group { "groups" } else { "users" };
    let context = format!("{collection}{}/$entity", select.context());
    Ok(entity(call, &dir, object, &select, (&context, shape)))
}

/// Finds a living object by id, a user also by its principal name.
pub(crate) fn find<'d>(dir: &'d Directory, kind: Kind, key: &str) -> Result<&'d Object, Refusal> {
    if let Some(id) = guid_of(key) {
        let object = dir.find(id).and_then(|at| dir.get(at));
        return object.filter(|o| o.kind == kind && o.live()).ok_or_else(|| Refusal::missing(key));
    }
    if kind != Kind::User {
        return Err(Refusal::bad(format!("Invalid object identifier '{key}'.")));
    }
    let wanted = serde_json::Value::String(key.to_owned()).to_string().to_lowercase();
    let prop = Kind::User.prop("userPrincipalName");
    let named = |o: &&Object| {
        let span = prop.and_then(|p| o.span(p));
        span.is_some_and(|s| String::from_utf8_lossy(dir.pool.get(s)).to_lowercase() == wanted)
    };
    dir.objects()
        .iter()
        .filter(|o| o.kind == kind && o.live())
        .find(named)
        .ok_or_else(|| Refusal::missing(key))
}

fn entity(
    call: &Call<'_>,
    dir: &Directory,
    object: &Object,
    select: &Select,
    (context, shape): (&str, Shape),
) -> Reply {
    let typed = matches!(shape, "directoryObject" | "deletedItem" | "manager");
    let readable = !typed || readable(call, object.kind) || shape == "deletedItem" || shape == "manager";
    let style = Style { select, unset: Unset::Null, only: u64::MAX, typed, readable, always_id: typed };
    let mut out = b"{\"@odata.context\":".to_vec();
    crate::dir::pool::write_text(&mut out, &format!("{}/v1.0/$metadata#{context}", call.base));
    let mut rest = Vec::new();
    members(&mut rest, dir, object, style);
    if !rest.is_empty() {
        out.push(b',');
    }
    out.extend_from_slice(&rest);
    out.push(b'}');
    Reply::json(shape, out)
}

/// Whether the caller may read the properties of a kind (graph-facts section 2).
pub(crate) fn readable(call: &Call<'_>, kind: Kind) -> bool {
    match kind {
        Kind::User => call.roles.users_basic(),
        Kind::Group => call.roles.groups(),
        Kind::OrgContact => call.roles.contacts(),
        Kind::Device => call.roles.devices(),
        Kind::ServicePrincipal => call.roles.applications(),
    }
}

/// `GET /users/{id}/manager`; 404 when there is none.
pub(crate) fn manager(call: &Call<'_>, key: &str) -> Result<Reply, Refusal> {
    let select = Select::parse(Kind::User, call.query.select.as_deref(), Place::List)?;
    let dir = read(&call.tenant.tenant.dir);
    let user = find(&dir, Kind::User, key)?;
    let boss = dir.get(user.manager).filter(|m| m.live()).ok_or_else(|| Refusal::missing("manager"))?;
    Ok(entity(call, &dir, boss, &select, ("directoryObjects/$entity", "manager")))
}

/// `GET /directoryObjects/{id}`.
pub(crate) fn directory_object(call: &Call<'_>, key: &str) -> Result<Reply, Refusal> {
    let id = guid_of(key).ok_or_else(|| Refusal::bad(format!("Invalid object identifier '{key}'.")))?;
    let dir = read(&call.tenant.tenant.dir);
    let object = dir.find(id).and_then(|at| dir.get(at)).filter(|o| o.live());
    let object = object.ok_or_else(|| Refusal::missing(key))?;
    let select = Select::parse(object.kind, call.query.select.as_deref(), Place::Mixed)?;
    Ok(entity(call, &dir, object, &select, ("directoryObjects/$entity", "directoryObject")))
}

/// `GET /directory/deletedItems/{id}`: softly deleted, or 404.
pub(crate) fn deleted(call: &Call<'_>, key: &str) -> Result<Reply, Refusal> {
    let id = guid_of(key).ok_or_else(|| Refusal::bad(format!("Invalid object identifier '{key}'.")))?;
    let dir = read(&call.tenant.tenant.dir);
    let object = dir.find(id).and_then(|at| dir.get(at)).filter(|o| matches!(o.state, State::Soft(_)));
    let object = object.ok_or_else(|| Refusal::missing(key))?;
    let allowed = match object.kind {
        Kind::Group => call.roles.deleted_groups(),
        _ => call.roles.users(),
    };
    if !allowed {
        return Err(Refusal::denied());
    }
    let select = Select::parse(object.kind, call.query.select.as_deref(), Place::Mixed)?;
    Ok(entity(call, &dir, object, &select, ("directoryObjects/$entity", "deletedItem")))
}
