//! `POST /{tenant}/oauth2/v2.0/token` with `grant_type=client_credentials` (graph-facts 1.4, 1.5).

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use serde_json::json;

use crate::graph::Reply;
use crate::login::access::issue;
use crate::login::assertion;
use crate::login::error::Aadsts;
use crate::rng::{guid_of, guid_text};
use crate::world::app::App;
use crate::world::tenant::TenantHandle;
use crate::world::{World, lock, read};

/// The tenant of the path.
pub(crate) fn tenant(world: &World, key: &str) -> Result<TenantHandle, Aadsts> {
    let dns = key.contains('.') && key.chars().all(|c| c.is_alphanumeric() || ".-".contains(c));
    if guid_of(key).is_none() && !dns {
        return Err(Aadsts::TenantMalformed);
    }
    world.tenant(key).ok_or(Aadsts::TenantUnknown)
}

/// What a token request sent, HTTP Basic included.
pub(crate) fn form(headers: &HeaderMap, body: &[u8]) -> HashMap<String, String> {
    let mut form: HashMap<String, String> = url::form_urlencoded::parse(body).into_owned().collect();
    basic(headers, &mut form);
    form
}

/// Answers a request for an app's own token; `url` is the URL asked, `base` this server.
pub(crate) fn token(
    handle: &TenantHandle,
    base: &str,
    url: &str,
    form: &HashMap<String, String>,
) -> Result<Reply, Aadsts> {
    let get = |name: &str| form.get(name).map(String::as_str).filter(|v| !v.is_empty());
    match get("grant_type") {
        Some("client_credentials") => {}
        Some(_) => return Err(Aadsts::GrantUnsupported),
        None => return Err(Aadsts::BodyMalformed),
    }
    scope(get("scope"), base)?;
    let now = handle.shared.clock.now();
    let client = get("client_id").ok_or(Aadsts::BodyMalformed)?.to_ascii_lowercase();
    let own = {
        let mut app = lock(&handle.tenant.app);
        let is_own = app.present && guid_text(app.client_id) == client;
        if is_own {
            authenticated(&mut app, form, url, now)?;
        }
        is_own.then(|| (app.client_id, app.roles.clone()))
    };
    let (client, roles) = match own {
        Some(own) => own,
        None => everywhere(handle, &client, form, url)?,
    };
    Ok(success(handle, client, &roles))
}

/// A multi-tenant app, in a tenant whose administrator has consented.
fn everywhere(
    handle: &TenantHandle,
    client: &str,
    form: &HashMap<String, String>,
    url: &str,
) -> Result<(u128, Vec<String>), Aadsts> {
    let id = guid_of(client).ok_or(Aadsts::AppUnknown)?;
    let roles = lock(&handle.tenant.consents).get(&id).cloned().ok_or(Aadsts::AppUnknown)?;
    let mut apps = lock(&handle.shared.apps);
    let one = apps.get_mut(&id).ok_or(Aadsts::AppUnknown)?;
    authenticated(&mut one.app, form, url, handle.shared.clock.now())?;
    Ok((id, roles))
}

/// Whether an app proves who it is, by secret or certificate.
pub(crate) fn authenticated(
    app: &mut App,
    form: &HashMap<String, String>,
    url: &str,
    now: i64,
) -> Result<(), Aadsts> {
    let get = |name: &str| form.get(name).map(String::as_str).filter(|v| !v.is_empty());
    match (get("client_assertion"), get("client_secret")) {
        (Some(text), _) => {
            let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
            if get("client_assertion_type") != Some(kind) {
                return Err(Aadsts::BodyMalformed);
            }
            assertion::check(app, text, url, now)
        }
        (None, Some(secret)) => match app.secrets.iter().find(|s| s.value == secret) {
            Some(s) if s.end < now => Err(Aadsts::SecretExpired),
            Some(_) => Ok(()),
            None => Err(Aadsts::SecretWrong),
        },
        (None, None) => Err(Aadsts::SecretMissing),
    }
}

fn success(handle: &TenantHandle, client: u128, roles: &[String]) -> Reply {
    let random = read(&handle.tenant.nasty).random_token_lifetimes;
    let min = lock(&handle.tenant.app).min_lifetime;
    // 60 to 90 minutes by default: half of the least life on top.
    let more = if random { lock(&handle.tenant.rng).below(min as usize / 2 + 1) as u32 } else { 0 };
    let lifetime = min + more;
    let body = json!({"token_type": "Bearer", "expires_in": lifetime, "ext_expires_in": lifetime,
        "access_token": issue(handle, client, roles, lifetime)});
    Reply {
        status: 200,
        headers: vec![
            ("content-type", "application/json; charset=utf-8".to_owned()),
            ("cache-control", "no-store, no-cache".to_owned()),
        ],
        body: body.to_string().into_bytes(),
        shape: "token",
    }
}

/// Only one resource, only `.default`.
fn scope(scope: Option<&str>, base: &str) -> Result<(), Aadsts> {
    let resource = scope.and_then(|s| s.strip_suffix("/.default")).ok_or(Aadsts::ScopeInvalid)?;
    if resource.contains(' ') {
        return Err(Aadsts::ScopeInvalid);
    }
    let ours = ["https://graph.microsoft.com", "https://graph.microsoft.com/", base];
    if ours.contains(&resource) { Ok(()) } else { Err(Aadsts::ResourceUnknown) }
}

/// HTTP Basic is accepted too; id and secret are form-encoded inside (RFC 6749 section 2.3.1).
fn basic(headers: &HeaderMap, form: &mut HashMap<String, String>) {
    let header =
        headers.get("authorization").and_then(|v| v.to_str().ok()).and_then(|v| v.strip_prefix("Basic "));
    let text = header.and_then(|h| STANDARD.decode(h).ok()).and_then(|b| String::from_utf8(b).ok());
    if let Some((id, secret)) = text.as_deref().and_then(|t| t.split_once(':')) {
        let decode = |v: &str| crate::graph::query::decode(&v.replace('+', " "));
        form.insert("client_id".to_owned(), decode(id));
        form.insert("client_secret".to_owned(), decode(secret));
    }
}
