//! From method and path to an answer; what the simulator does not play is refused as Graph would.

use crate::dir::Kind;
use crate::graph::list::{From, List, count, list};
use crate::graph::members::{Reach, members};
use crate::graph::refusal::Refusal;
use crate::graph::{Call, Reply, delta, lookup, mail, single, tenant_info};

/// The route's name, for counting and costs.
pub(crate) fn name(path: &[String]) -> &'static str {
    let parts: Vec<&str> = path.iter().map(String::as_str).collect();
    match parts.as_slice() {
        ["users"] => "users",
        ["users", "$count"] => "users/$count",
        ["users", last] if is_delta(last) => "users/delta",
        ["users", _] => "user",
        ["users", _, "manager"] => "users/manager",
        ["users", _, "sendMail"] => "sendMail",
        ["groups"] => "groups",
        ["groups", last] if is_delta(last) => "groups/delta",
        ["groups", _] => "group",
        ["groups", _, "members", ..] => "groups/members",
        ["groups", _, "transitiveMembers" | "transitivemembers", ..] => "groups/transitiveMembers",
        ["directoryObjects", last] if last.ends_with("getByIds") => "getByIds",
        ["directoryObjects", _] => "directoryObject",
        ["directory", ..] => "deletedItems",
        ["subscribedSkus"] => "subscribedSkus",
        ["organization"] => "organization",
        ["$batch"] => "$batch",
        [first, ..] if first.starts_with("applications") => "applications",
        _ => "other",
    }
}

fn is_delta(segment: &str) -> bool {
    matches!(segment, "delta" | "delta()" | "microsoft.graph.delta" | "microsoft.graph.delta()")
}

/// Answers a request; `$batch` is taken apart before.
pub(crate) fn route(call: &Call<'_>) -> Result<Reply, Refusal> {
    call.query.check()?;
    let parts: Vec<&str> = call.path.iter().map(String::as_str).collect();
    match (call.method, parts.as_slice()) {
        ("GET", ["users", rest @ ..]) => users(call, rest),
        ("POST", ["users", key, "sendMail" | "microsoft.graph.sendMail"]) => mail::send(call, key),
        ("GET", ["groups", rest @ ..]) => groups(call, rest),
        ("POST", ["directoryObjects", "getByIds" | "microsoft.graph.getByIds"]) => lookup::get_by_ids(call),
        ("GET", ["directoryObjects", id]) => single::directory_object(call, id),
        ("GET", ["directory", rest @ ..]) => directory(call, rest),
        ("GET", ["organization"]) => tenant_info::organization(call),
        ("GET", ["subscribedSkus"]) => tenant_info::subscribed_skus(call),
        ("GET", [app]) if app.starts_with("applications(appId='") => {
            let id = app.trim_start_matches("applications(appId='").trim_end_matches("')");
            tenant_info::application(call, id)
        }
        ("GET", [first, ..]) => Err(Refusal::no_segment(first)),
        (method, _) => {
            let text = format!("The method '{method}' is not allowed here.");
            Err(Refusal::new(405, "Request_BadRequest", text))
        }
    }
}

fn users(call: &Call<'_>, rest: &[&str]) -> Result<Reply, Refusal> {
    match rest {
        [last] if is_delta(last) => delta::delta(call, Kind::User),
        _ if !call.roles.users_basic() => Err(Refusal::denied()),
        _ if !call.roles.users() && beyond_basic(call) => Err(Refusal::denied()),
        [] => list(call, &plain(Kind::User, From::Live, "/users", "users")),
        ["$count"] => count(call, Kind::User),
        [key] => single::user(call, key),
        [key, "manager"] => single::manager(call, key),
        [_, other, ..] => Err(Refusal::no_segment(other)),
    }
}

/// `User.ReadBasic.All` shows a handful of properties (graph-facts section 2).
fn beyond_basic(call: &Call<'_>) -> bool {
    const BASIC: &[&str] = &[
        "displayName",
        "givenName",
        "id",
        "mail",
        "photo",
        "securityIdentifier",
        "surname",
        "userPrincipalName",
    ];
    let select = call.query.select.as_deref().unwrap_or("id");
    select.split(',').any(|name| !BASIC.contains(&name.trim()))
}

fn groups(call: &Call<'_>, rest: &[&str]) -> Result<Reply, Refusal> {
    match rest {
        [last] if is_delta(last) => delta::delta(call, Kind::Group),
        [key, "members", cast @ ..] => members(call, key, Reach::Direct, one(cast)?),
        [key, "transitiveMembers" | "transitivemembers", cast @ ..] => {
            members(call, key, Reach::Transitive, one(cast)?)
        }
        _ if !call.roles.groups() => Err(Refusal::denied()),
        [] => list(call, &plain(Kind::Group, From::Live, "/groups", "groups")),
        ["$count"] => count(call, Kind::Group),
        [key] => single::group(call, key),
        [_, other, ..] => Err(Refusal::no_segment(other)),
    }
}

fn one<'a>(cast: &[&'a str]) -> Result<Option<&'a str>, Refusal> {
    match cast {
        [] => Ok(None),
        [cast] => Ok(Some(cast)),
        [_, other, ..] => Err(Refusal::no_segment(other)),
    }
}

fn plain(kind: Kind, from: From, path: &str, shape: &'static str) -> List {
    List { kind, from, path: path.to_owned(), shape }
}

fn directory(call: &Call<'_>, rest: &[&str]) -> Result<Reply, Refusal> {
    match rest {
        ["deletedItems", "microsoft.graph.user"] if call.roles.users() => {
            let path = "/directory/deletedItems/microsoft.graph.user";
            list(call, &plain(Kind::User, From::Bin, path, "users"))
        }
        ["deletedItems", "microsoft.graph.group"] if call.roles.deleted_groups() => {
            let path = "/directory/deletedItems/microsoft.graph.group";
            list(call, &plain(Kind::Group, From::Bin, path, "groups"))
        }
        ["deletedItems", "microsoft.graph.user" | "microsoft.graph.group"] => Err(Refusal::denied()),
        // The cast is required (graph-facts section 18).
        ["deletedItems"] => Err(Refusal::bad("Resource type is required for deletedItems.")),
        ["deletedItems", id] => single::deleted(call, id),
        [other, ..] => Err(Refusal::no_segment(other)),
        [] => Err(Refusal::no_segment("directory")),
    }
}
