//! OpenID Connect discovery and the published keys (graph-facts 1.3, 1.9).

use serde_json::{Value, json};

use crate::graph::Reply;
use crate::login::endpoint::tenant;
use crate::login::error::Aadsts;
use crate::login::keys;
use crate::world::{World, lock};

/// Answers `/{tenant}/v2.0/.well-known/openid-configuration` and `/{tenant}/discovery/v2.0/keys`; `None` for other paths.
pub(crate) fn answer(world: &World, base: &str, path: &str) -> Option<Result<Reply, Aadsts>> {
    let path = path.strip_prefix('/')?;
    if let Some(key) = path.strip_suffix("/v2.0/.well-known/openid-configuration") {
        return Some(named(world, key).map(|id| reply(&configuration(base, &id))));
    }
    let key = path.strip_suffix("/discovery/v2.0/keys")?;
    Some(named(world, key).map(|id| {
        let desk = lock(&world.shared.desk);
        let issuer = format!("{base}/{id}/v2.0");
        reply(&keys::published(desk.turn, !desk.only_newest, &issuer))
    }))
}

/// The tenant as it stands in the issuer: its id, or Microsoft's literal placeholder.
fn named(world: &World, key: &str) -> Result<String, Aadsts> {
    match key {
        "organizations" | "common" => Ok("{tenantid}".to_owned()),
        key => tenant(world, key).map(|tenant| tenant.id()),
    }
}

fn configuration(base: &str, id: &str) -> Value {
    // Microsoft names its endpoints by the path that was asked; the placeholder is `organizations` there.
    let part = if id.starts_with('{') { "organizations" } else { id };
    json!({"issuer": format!("{base}/{id}/v2.0"),
        "authorization_endpoint": format!("{base}/{part}/oauth2/v2.0/authorize"),
        "token_endpoint": format!("{base}/{part}/oauth2/v2.0/token"),
        "jwks_uri": format!("{base}/{part}/discovery/v2.0/keys"),
        "response_modes_supported": ["query", "fragment", "form_post"],
        "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt", "client_secret_basic"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"]})
}

fn reply(value: &Value) -> Reply {
    let headers = vec![
        ("content-type", "application/json; charset=utf-8".to_owned()),
        ("cache-control", "max-age=86400, private".to_owned()),
    ];
    Reply { status: 200, headers, body: value.to_string().into_bytes(), shape: "page" }
}
