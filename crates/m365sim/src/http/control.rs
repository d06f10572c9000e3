//! The control endpoints under `/_sim/`, for simulators in a process of their own.
//!
//! `GET ready`, `GET|POST tenants`, `POST apps`, `POST keys {"drop"}`, `POST advance {"seconds"}`, and per tenant (`{tenant}/…`):
//! `GET truth|counts|log|secrets|mails`, `POST reset`, and everything in `control_ops`.

use serde_json::{Map, Value, json};

use crate::company::generate::TenantSpec;
use crate::graph::Reply;
use crate::http::control_ops::operate;
use crate::world::World;
use crate::world::registered::AppSpec;
use crate::world::tenant::TenantHandle;

/// Answers a control request; `rest` is what follows `/_sim/`.
pub(crate) fn control(world: &World, method: &str, rest: &str, body: &[u8]) -> Reply {
    let path = rest.split('?').next().unwrap_or(rest);
    let parts: Vec<&str> = path.split('/').filter(|p| !p.is_empty()).collect();
    let body: Value = match body {
        [] => Value::Object(Map::new()),
        bytes => match serde_json::from_slice(bytes) {
            Ok(value) => value,
            Err(error) => return answer(400, &json!({"error": error.to_string()})),
        },
    };
    match (method, parts.as_slice()) {
        ("GET", ["ready"]) => answer(200, &json!({"ready": true})),
        ("GET", ["tenants"]) => answer(200, &json!(world.tenants().iter().map(describe).collect::<Vec<_>>())),
        ("POST", ["tenants"]) => match serde_json::from_value::<TenantSpec>(body) {
            Ok(spec) => answer(200, &describe(&world.add_tenant(&spec))),
            Err(error) => answer(400, &json!({"error": error.to_string()})),
        },
        ("POST", ["apps"]) => match serde_json::from_value::<AppSpec>(body) {
            Ok(spec) => {
                let app = world.register_app(spec);
                answer(200, &json!({"clientId": app.client_id(), "clientSecret": app.client_secret()}))
            }
            Err(error) => answer(400, &json!({"error": error.to_string()})),
        },
        ("POST", ["keys"]) => {
            if body.get("drop").and_then(Value::as_bool) == Some(true) {
                world.drop_old_signing_keys();
            } else {
                world.roll_signing_key();
            }
            answer(200, &json!({}))
        }
        ("POST", ["advance"]) => {
            world.advance(body.get("seconds").and_then(Value::as_i64).unwrap_or(0));
            answer(200, &json!({"now": world.now()}))
        }
        (method, [key, parts @ ..]) => match world.tenant(key) {
            Some(tenant) => of_tenant(&tenant, method, parts, &body),
            None => answer(404, &json!({"error": "no such tenant"})),
        },
        _ => answer(404, &json!({"error": "no such control"})),
    }
}

fn of_tenant(tenant: &TenantHandle, method: &str, parts: &[&str], body: &Value) -> Reply {
    match (method, parts) {
        ("GET", []) => answer(200, &describe(tenant)),
        ("GET", ["truth"]) => answer(200, &json!(tenant.truth())),
        ("GET", ["counts"]) => answer(200, &json!(tenant.counts())),
        ("GET", ["mails"]) => answer(200, &json!(tenant.sent_mails())),
        ("GET", ["log"]) => answer(200, &json!(tenant.log())),
        ("GET", ["secrets"]) => answer(200, &json!(tenant.secrets())),
        ("POST", ["reset"]) => {
            tenant.reset_counts();
            answer(200, &json!({}))
        }
        (method, parts) => match operate(tenant, method, parts, body) {
            Some(Ok(value)) => answer(200, &value),
            Some(Err(error)) => answer(400, &json!({"error": error})),
            None => answer(404, &json!({"error": "no such control"})),
        },
    }
}

fn describe(tenant: &TenantHandle) -> Value {
    json!({"tenantId": tenant.id(), "domain": tenant.domain(), "clientId": tenant.client_id(),
        "clientSecret": tenant.client_secret()})
}

fn answer(status: u16, value: &Value) -> Reply {
    let headers = vec![("content-type", "application/json".to_owned())];
    Reply { status, headers, body: value.to_string().into_bytes(), shape: "control" }
}
