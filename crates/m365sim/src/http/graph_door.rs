//! The door to Graph: token, limits, counting, then the route; the same for batch items.

use http::HeaderMap;

use crate::contract;
use crate::dir::Kind;
use crate::graph::batch::{Item, batch};
use crate::graph::delta::gone;
use crate::graph::query::{Query, decode};
use crate::graph::refusal::Refusal;
use crate::graph::route::{name, route};
use crate::graph::{Call, Reply};
use crate::http::damage;
use crate::login::access;
use crate::rng::guid_text;
use crate::world::faults::Fault;
use crate::world::limits::cost;
use crate::world::roles::Roles;
use crate::world::tenant::TenantHandle;
use crate::world::{World, lock};

/// One Graph request as it came in.
pub(crate) struct Knock<'a> {
    pub(crate) world: &'a World,
    pub(crate) base: &'a str,
    pub(crate) method: &'a str,
    /// Path and query after `/v1.0`.
    pub(crate) target: &'a str,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a [u8],
    /// Check answers against the contract.
    pub(crate) strict: bool,
}

/// What came of it.
pub(crate) struct Outcome {
    pub(crate) reply: Reply,
    pub(crate) tenant: Option<TenantHandle>,
    pub(crate) fault: Option<Fault>,
    /// Breaches of the contract, told to the server.
    pub(crate) breaches: Vec<String>,
}

/// Answers a Graph request.
pub(crate) fn answer(knock: &Knock<'_>) -> Outcome {
    let header = knock.headers.get("authorization").and_then(|v| v.to_str().ok());
    let (tenant, roles) = match access::check(knock.world, header) {
        Ok(found) => found,
        Err(why) => {
            let reply = Refusal::token(why).reply(knock.world.now(), 0, client_id(knock.headers));
            return Outcome { reply, tenant: None, fault: None, breaches: Vec::new() };
        }
    };
    let fault = {
        let mut rng = lock(&tenant.tenant.fault_rng);
        lock(&tenant.tenant.faults).draw(&mut rng, &format!("/v1.0{}", knock.target), false)
    };
    let mut breaches = Vec::new();
    let reply = one(knock, &tenant, &roles, fault.as_ref(), &mut breaches);
    let mut ledger = lock(&tenant.tenant.ledger);
    ledger.counts.graph += 1;
    ledger.counts.faults += u64::from(fault.is_some());
    drop(ledger);
    Outcome { reply, tenant: Some(tenant), fault, breaches }
}

fn client_id(headers: &HeaderMap) -> Option<&str> {
    headers.get("client-request-id").and_then(|v| v.to_str().ok())
}

/// One request, alone or in a batch.
fn one(
    knock: &Knock<'_>,
    tenant: &TenantHandle,
    roles: &Roles,
    fault: Option<&Fault>,
    breaches: &mut Vec<String>,
) -> Reply {
    let (path, raw) = knock.target.split_once('?').unwrap_or((knock.target, ""));
    let path: Vec<String> = path.split('/').filter(|s| !s.is_empty()).map(decode).collect();
    let label = name(&path);
    *lock(&tenant.tenant.ledger).counts.routes.entry(label.to_owned()).or_insert(0) += 1;
    let call = Call {
        tenant,
        base: knock.base,
        roles,
        method: knock.method,
        path: keys(path),
        query: Query::parse(raw),
        headers: knock.headers,
        body: knock.body,
        lie: fault == Some(&Fault::EmptyList),
    };
    let now = tenant.shared.clock.now();
    let (units, verdict) = spend(tenant, label, &call.query);
    let request_id = lock(&tenant.tenant.fault_rng).guid();
    let gone = match (fault, label) {
        (Some(Fault::Gone), "users/delta") => Some(gone(&call, Kind::User)),
        (Some(Fault::Gone), "groups/delta") => Some(gone(&call, Kind::Group)),
        _ => fault.and_then(|f| damage::refusal(f, now)),
    };
    let refused = gone.or_else(|| {
        verdict.wait.map(|wait| {
            let ids = (guid_text(lock(&tenant.tenant.app).client_id), tenant.id());
            let scope = format!("Tenant_Application/ReadWrite/{}/{}", ids.0, ids.1);
            Refusal::new(429, "TooManyRequests", "Please retry again later.")
                .with("retry-after", wait.to_string())
                .with("x-ms-throttle-scope", scope)
                .with("x-ms-throttle-information", "ResourceUnitLimitExceeded")
        })
    });
    let result = match refused {
        Some(refusal) => Err(refusal),
        None if label == "$batch" && knock.method == "POST" => {
            batch(&call, |item| nested(knock, tenant, roles, item, breaches))
        }
        None => route(&call),
    };
    let mut reply = match result {
        Ok(reply) => reply,
        Err(refusal) => refusal.reply(now, request_id, client_id(knock.headers)),
    };
    reply.headers.push(("x-ms-resource-unit", units.to_string()));
    if verdict.share > 0.8 {
        reply.headers.push(("x-ms-throttle-limit-percentage", format!("{:.1}", verdict.share)));
    }
    reply.headers.push(("request-id", guid_text(request_id)));
    let echoed = client_id(knock.headers).map_or_else(|| guid_text(request_id), str::to_owned);
    reply.headers.push(("client-request-id", echoed));
    if knock.strict
        && let Err(breach) = contract::check(&reply)
    {
        let text = format!("{} {}: {breach}", knock.method, knock.target);
        reply = Refusal::new(500, "ContractBroken", text.clone()).reply(now, request_id, None);
        breaches.push(text);
    }
    reply
}

/// `users('{key}')` is `users/{key}` (graph-facts 3.1).
fn keys(path: Vec<String>) -> Vec<String> {
    let mut out = Vec::with_capacity(path.len() + 1);
    for segment in path {
        let keyed = segment.split_once("('").filter(|(n, _)| matches!(*n, "users" | "groups"));
        match keyed.and_then(|(name, key)| Some((name, key.strip_suffix("')")?))) {
            Some((name, key)) => {
                out.push(name.to_owned());
                out.push(key.replace("''", "'"));
            }
            None => out.push(segment),
        }
    }
    out
}

fn spend(tenant: &TenantHandle, label: &str, query: &Query) -> (u64, crate::world::limits::Verdict) {
    let top = query.top.as_deref().and_then(|t| t.parse().ok());
    // The envelope of a batch costs nothing; its items do.
    let units =
        if label == "$batch" { 0 } else { cost(label, query.select.is_some(), query.expand.is_some(), top) };
    let verdict = lock(&tenant.tenant.bucket).take(units);
    let mut ledger = lock(&tenant.tenant.ledger);
    ledger.counts.units += units;
    ledger.counts.throttled += u64::from(verdict.wait.is_some());
    (units, verdict)
}

fn nested(
    knock: &Knock<'_>,
    tenant: &TenantHandle,
    roles: &Roles,
    item: &Item,
    breaches: &mut Vec<String>,
) -> Reply {
    lock(&tenant.tenant.ledger).counts.batched += 1;
    let fault = {
        let mut rng = lock(&tenant.tenant.fault_rng);
        // Whatever cannot happen to an item of a batch becomes a 503.
        let fault = lock(&tenant.tenant.faults).draw(&mut rng, &format!("/v1.0{}", item.url), false);
        fault.map(|f| match f {
            Fault::Throttled(_)
            | Fault::Unavailable(_)
            | Fault::Status(_)
            | Fault::EmptyList
            | Fault::Omits(_)
            | Fault::Spoils { .. } => f,
            _ => Fault::Status(503),
        })
    };
    let (headers, body) = (item.header_map(), item.body_bytes());
    let inner = Knock { method: &item.method, target: &item.url, headers: &headers, body: &body, ..*knock };
    let mut reply = one(&inner, tenant, roles, fault.as_ref(), breaches);
    if let Some(fault) = &fault {
        damage::edit(&mut reply, fault);
    }
    reply
}
