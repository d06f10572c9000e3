//! Control of one tenant: people, groups, faults, keys. All bodies and answers are JSON.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::company::spec::{GroupSpec, OrgContactSpec, UserSpec};
use crate::world::faults::{Faults, Script};
use crate::world::nasty::{Nasty, Pages};
use crate::world::tenant::TenantHandle;

/// Does what a control request asks; `None` when there is no such control.
pub(crate) fn operate(
    tenant: &TenantHandle,
    method: &str,
    parts: &[&str],
    body: &Value,
) -> Option<Result<Value, String>> {
    directory(tenant, method, parts, body)
        .or_else(|| behaviour(tenant, method, parts, body))
        .or_else(|| keys(tenant, method, parts, body))
}

fn directory(t: &TenantHandle, method: &str, parts: &[&str], body: &Value) -> Option<Result<Value, String>> {
    Some(match (method, parts) {
        ("POST", ["churn"]) => {
            t.churn(body.get("n").and_then(Value::as_u64).unwrap_or(1) as usize);
            Ok(json!({}))
        }
        ("POST", ["users"]) => read::<UserSpec>(body).map(|spec| json!({"id": t.add_user(spec)})),
        ("POST", ["groups"]) => read::<GroupSpec>(body).map(|spec| json!({"id": t.add_group(spec)})),
        ("POST", ["contacts"]) => {
            read::<OrgContactSpec>(body).map(|spec| json!({"id": t.add_org_contact(&spec)}))
        }
        ("POST", ["devices"]) => Ok(json!({"id": t.add_device(text(body, "displayName"))})),
        ("PATCH", ["users" | "groups" | "contacts" | "devices", id]) => {
            done(t.patch(id, body.as_object().unwrap_or(&Map::new())))
        }
        ("DELETE", ["users", id]) => done(t.delete_user(id)),
        ("DELETE", ["groups", id]) => done(t.delete_group(id)),
        ("POST", ["users" | "groups" | "contacts" | "devices", id, "purge"]) => done(t.purge_user(id)),
        ("POST", ["users" | "groups", id, "restore"]) => done(t.restore_user(id)),
        ("POST", ["users", id, "manager"]) => done(t.set_manager(id, body.get("id").and_then(Value::as_str))),
        ("POST", ["groups", id, "members"]) => done(t.add_member(id, text(body, "id"))),
        ("DELETE", ["groups", id, "members", member]) => done(t.remove_member(id, member)),
        _ => return None,
    })
}

fn behaviour(t: &TenantHandle, method: &str, parts: &[&str], body: &Value) -> Option<Result<Value, String>> {
    Some(match (method, parts) {
        ("POST", ["faults"]) => read::<Faults>(body).map(|new| {
            t.faults(|f| *f = new);
            json!({})
        }),
        ("POST", ["faults", "script"]) => read::<Script>(body).map(|script| {
            t.faults(|f| f.scripts.push(script));
            json!({})
        }),
        ("POST", ["nasty"]) => read::<Nasty>(body).map(|new| {
            t.nasty(|n| *n = new);
            json!({})
        }),
        ("POST", ["pages"]) => read::<Pages>(body).map(|new| {
            t.pages(|p| *p = new);
            json!({})
        }),
        ("POST", ["limits"]) => {
            match body.get("units").and_then(Value::as_u64) {
                Some(units) => t.limit_units(units as u32),
                None => t.enforce_limits(),
            }
            Ok(json!({}))
        }
        _ => return None,
    })
}

fn keys(t: &TenantHandle, method: &str, parts: &[&str], body: &Value) -> Option<Result<Value, String>> {
    let quiet = |act: &dyn Fn()| {
        act();
        Ok(json!({}))
    };
    Some(match (method, parts) {
        ("POST", ["expire", "secrets"]) => quiet(&|| t.expire_secret()),
        ("POST", ["expire", "delta"]) => quiet(&|| t.expire_delta_tokens()),
        ("POST", ["expire", "pages"]) => quiet(&|| t.expire_page_tokens()),
        ("POST", ["expire", "tokens"]) => quiet(&|| t.expire_access_tokens()),
        ("POST", ["secrets"]) => Ok(json!(t.add_secret())),
        ("DELETE", ["secrets", key]) => quiet(&|| t.remove_secret(key)),
        ("POST", ["certificates"]) => STANDARD
            .decode(text(body, "der"))
            .ok()
            .and_then(|der| t.add_certificate(&der))
            .map(|key| json!({"keyId": key}))
            .ok_or_else(|| "no RSA certificate in 'der' (base64)".to_owned()),
        ("DELETE", ["certificates", key]) => quiet(&|| t.remove_certificate(key)),
        ("POST", ["grant"]) => quiet(&|| t.grant(text(body, "role"))),
        ("POST", ["revoke"]) => match body.get("role").and_then(Value::as_str) {
            Some(role) => quiet(&|| t.revoke(role)),
            None => quiet(&|| t.revoke_consent()),
        },
        ("POST", ["remove-app"]) => quiet(&|| t.remove_app()),
        ("POST", ["token-lifetime"]) => quiet(&|| {
            t.set_token_lifetime(body.get("seconds").and_then(Value::as_u64).unwrap_or(3600) as u32);
        }),
        _ => return None,
    })
}

fn read<T: DeserializeOwned>(body: &Value) -> Result<T, String> {
    serde_json::from_value(body.clone()).map_err(|error| error.to_string())
}

fn text<'a>(body: &'a Value, name: &str) -> &'a str {
    body.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn done(found: bool) -> Result<Value, String> {
    if found { Ok(json!({})) } else { Err("no such object".to_owned()) }
}
