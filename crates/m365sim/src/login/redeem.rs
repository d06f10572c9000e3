//! `POST /{tenant}/oauth2/v2.0/token` with a code or a refresh token: who has signed in (graph-facts 1.8, 1.9).

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};
use serde_json::json;

use crate::graph::Reply;
use crate::login::codes::{CODE_LIFE, Grant, REFRESH_LIFE};
use crate::login::endpoint::authenticated;
use crate::login::error::Aadsts;
use crate::login::{access, keys};
use crate::rng::{guid_of, guid_text};
use crate::world::{World, lock, read};

/// What a code or a refresh token is given for. Both belong to an app and are of no use to another one.
pub(crate) fn redeem(
    world: &World,
    base: &str,
    url: &str,
    form: &HashMap<String, String>,
) -> Result<Reply, Aadsts> {
    let get = |name: &str| form.get(name).map(String::as_str).filter(|v| !v.is_empty());
    let now = world.now();
    let client = get("client_id").and_then(guid_of).ok_or(Aadsts::BodyMalformed)?;
    {
        let mut apps = lock(&world.shared.apps);
        let one = apps.get_mut(&client).ok_or(Aadsts::AppUnknown)?;
        authenticated(&mut one.app, form, url, now)?;
    }
    let grant = if get("grant_type") == Some("refresh_token") {
        let desk = lock(&world.shared.desk);
        let grant = get("refresh_token").and_then(|token| desk.refresh.get(token)).cloned();
        grant.filter(|g| now < g.at + REFRESH_LIFE).ok_or(Aadsts::RefreshGone)?
    } else {
        code(world, &get, now)?
    };
    if grant.client != client {
        return Err(Aadsts::CodeGone);
    }
    given(world, base, &grant, now)
}

fn code<'a>(world: &World, get: &impl Fn(&str) -> Option<&'a str>, now: i64) -> Result<Grant, Aadsts> {
    let mut desk = lock(&world.shared.desk);
    let code = get("code").ok_or(Aadsts::BodyMalformed)?;
    let grant = desk.codes.get_mut(code).ok_or(Aadsts::CodeGone)?;
    if grant.used {
        return Err(Aadsts::CodeUsed);
    }
    if now >= grant.at + CODE_LIFE {
        return Err(Aadsts::CodeGone);
    }
    if get("redirect_uri") != Some(&grant.redirect) {
        return Err(Aadsts::RedirectDiffers);
    }
    let verified = get("code_verifier").map(|v| URL_SAFE_NO_PAD.encode(digest(&SHA256, v.as_bytes())));
    if grant.challenge != verified {
        return Err(Aadsts::VerifierWrong);
    }
    grant.used = true;
    Ok(grant.clone())
}

fn given(world: &World, base: &str, grant: &Grant, now: i64) -> Result<Reply, Aadsts> {
    let tenant = world.tenant(&guid_text(grant.tenant)).ok_or(Aadsts::TenantUnknown)?;
    let (name, upn, mail) = {
        let dir = read(&tenant.tenant.dir);
        let at = dir.find(grant.user).filter(|at| dir.is_live(*at)).ok_or(Aadsts::UserUnknown)?;
        if dir.json(at, "accountEnabled") == Some(b"false") {
            return Err(Aadsts::UserDisabled);
        }
        let text = |prop| dir.text(at, prop).unwrap_or_default();
        (text("displayName"), text("userPrincipalName"), dir.text(at, "mail"))
    };
    let (tid, oid) = (guid_text(grant.tenant), guid_text(grant.user));
    // The subject is another one for each app (pairwise).
    let pair = format!("{oid}{}", guid_text(grant.client));
    let mut claims = json!({"aud": guid_text(grant.client), "iss": format!("{base}/{tid}/v2.0"), "iat": now - 5,
        "nbf": now - 5, "exp": now + 3_600, "name": name, "oid": oid, "preferred_username": upn, "tid": tid,
        "sub": URL_SAFE_NO_PAD.encode(digest(&SHA256, pair.as_bytes())), "ver": "2.0"});
    if let (Some(nonce), Some(claims)) = (&grant.nonce, claims.as_object_mut()) {
        claims.insert("nonce".to_owned(), json!(nonce));
    }
    let asked = |scope: &str| grant.scope.split(' ').any(|one| one == scope);
    if let (Some(mail), true, Some(claims)) = (mail, asked("email"), claims.as_object_mut()) {
        claims.insert("email".to_owned(), json!(mail));
    }
    let mut desk = lock(&world.shared.desk);
    let mut body = json!({"token_type": "Bearer", "scope": "openid profile email", "expires_in": 3_600, "ext_expires_in": 3_600,
        "access_token": access::issue(&tenant, grant.client, &[], 3_600), "id_token": keys::sign(desk.turn, &claims)});
    if asked("offline_access") {
        let token = format!("1.R{}", guid_text(lock(&world.shared.rng).guid()).replace('-', ""));
        desk.refresh.insert(token.clone(), Grant { at: now, ..grant.clone() });
        if let Some(body) = body.as_object_mut() {
            body.insert("refresh_token".to_owned(), json!(token));
        }
    }
    let headers = vec![
        ("content-type", "application/json; charset=utf-8".to_owned()),
        ("cache-control", "no-store, no-cache".to_owned()),
    ];
    Ok(Reply { status: 200, headers, body: body.to_string().into_bytes(), shape: "token/person" })
}
