//! One HTTP request from its bytes to its answer: control, token endpoint, Graph.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode};
use hyper::body::Incoming;

use crate::graph::Reply;
use crate::graph::refusal::Refusal;
use crate::http::body::{Answer, Broken, collect};
use crate::http::control;
use crate::http::damage::{Delivery, damage, refusal};
use crate::http::graph_door::{Knock, answer};
use crate::login::endpoint::{form, tenant, token};
use crate::login::error::Aadsts;
use crate::login::redeem::redeem;
use crate::login::{discovery, page};
use crate::time::http_date;
use crate::world::counts::Logged;
use crate::world::faults::Fault;
use crate::world::tenant::TenantHandle;
use crate::world::{World, lock};

/// What all connections share.
#[derive(Debug)]
pub(crate) struct Desk {
    pub(crate) world: World,
    pub(crate) base: String,
    pub(crate) strict: bool,
    pub(crate) breaches: Mutex<Vec<String>>,
}

/// An answer on its way, with what happens to it.
struct Sending {
    delivery: Delivery,
    tenant: Option<TenantHandle>,
    fault: Option<Fault>,
    graph: bool,
}

impl Sending {
    fn plain(reply: Reply) -> Self {
        Self { delivery: Delivery::Whole(reply), tenant: None, fault: None, graph: false }
    }
}

/// Serves one request. An error cuts the connection.
pub(crate) async fn serve(desk: Arc<Desk>, request: Request<Incoming>) -> Result<Response<Answer>, Broken> {
    let (head, body) = request.into_parts();
    let body = collect(body).await.map_err(|_| Broken)?;
    let target = head.uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str).to_owned();
    let sending = dispatch(&desk, head.method.as_str(), &target, &head.headers, &body);
    if let Some(tenant) = &sending.tenant {
        note(tenant, head.method.as_str(), &target, &head.headers, &sending.delivery);
        wait(tenant, &target, &sending).await;
    }
    let skew = sending.tenant.as_ref().map_or(0, |t| lock(&t.tenant.faults).date_skew);
    let date = http_date(desk.world.now() + skew);
    match sending.delivery {
        Delivery::Whole(reply) => Ok(respond(reply, &date, Answer::whole)),
        Delivery::CutBody(reply) => Ok(respond(reply, &date, Answer::cut)),
        Delivery::Cut => Err(Broken),
        Delivery::Hang => std::future::pending().await,
    }
}

/// Between two looks at whether answers are held still.
const HELD: Duration = Duration::from_millis(5);

async fn wait(tenant: &TenantHandle, target: &str, sending: &Sending) {
    let held = || lock(&tenant.tenant.faults).hold.as_ref().is_some_and(|path| target.contains(path));
    while held() {
        tokio::time::sleep(HELD).await;
    }
    let slow = match sending.fault {
        Some(Fault::Slow(ms)) => ms,
        _ => 0,
    };
    let latency = if sending.graph { lock(&tenant.tenant.faults).latency_ms } else { 0 };
    if slow + latency > 0 {
        tokio::time::sleep(Duration::from_millis(slow + latency)).await;
    }
}

fn dispatch(desk: &Desk, method: &str, target: &str, headers: &HeaderMap, body: &Bytes) -> Sending {
    if let Some(rest) = target.strip_prefix("/_sim/") {
        return Sending::plain(control::control(&desk.world, method, rest, body));
    }
    if let Some(rest) = target.strip_prefix("/v1.0") {
        return graph(desk, method, rest, headers, body);
    }
    let path = target.split('?').next().unwrap_or(target);
    if let Some(key) = path.strip_prefix('/').and_then(|p| p.strip_suffix("/oauth2/v2.0/token"))
        && method == "POST"
    {
        return login(desk, key, path, headers, body);
    }
    if page::which(path).is_some() && matches!(method, "GET" | "POST") {
        return Sending::plain(page::answer(&desk.world, method, target, body));
    }
    if method == "GET"
        && let Some(found) = discovery::answer(&desk.world, &desk.base, path)
    {
        return Sending::plain(found.unwrap_or_else(|error| error.reply(desk.world.now(), 0)));
    }
    Sending::plain(Refusal::new(404, "NotFound", "No such address.").reply(desk.world.now(), 0, None))
}

fn graph(desk: &Desk, method: &str, target: &str, headers: &HeaderMap, body: &[u8]) -> Sending {
    let knock =
        Knock { world: &desk.world, base: &desk.base, method, target, headers, body, strict: desk.strict };
    let outcome = answer(&knock);
    if !outcome.breaches.is_empty() {
        lock(&desk.breaches).extend(outcome.breaches);
    }
    let delivery = damage(outcome.reply, outcome.fault.as_ref(), &desk.base);
    Sending { delivery, tenant: outcome.tenant, fault: outcome.fault, graph: true }
}

fn login(desk: &Desk, key: &str, path: &str, headers: &HeaderMap, body: &[u8]) -> Sending {
    let now = desk.world.now();
    let url = format!("{}{path}", desk.base);
    let form = form(headers, body);
    if form
        .get("grant_type")
        .is_some_and(|kind| matches!(kind.as_str(), "authorization_code" | "refresh_token"))
    {
        let reply = redeem(&desk.world, &desk.base, &url, &form);
        return Sending::plain(checked(desk, path, reply.unwrap_or_else(|error| error.reply(now, 0))));
    }
    let handle = match tenant(&desk.world, key) {
        Ok(handle) => handle,
        Err(error) => return Sending::plain(error.reply(now, 0)),
    };
    let (fault, trace) = {
        let mut rng = lock(&handle.tenant.fault_rng);
        let fault = lock(&handle.tenant.faults).draw(&mut rng, path, true);
        (fault, rng.guid())
    };
    let reply = match fault.as_ref().and_then(|f| refusal(f, now)) {
        Some(refusal) => {
            let mut reply = Aadsts::Transient.reply(now, trace);
            reply.status = refusal.status;
            reply.headers.extend(refusal.headers);
            reply
        }
        None => token(&handle, &desk.base, &url, &form).unwrap_or_else(|error| error.reply(now, trace)),
    };
    let reply = checked(desk, path, reply);
    lock(&handle.tenant.ledger).counts.token += 1;
    let delivery = damage(reply, fault.as_ref(), &desk.base);
    Sending { delivery, tenant: Some(handle), fault, graph: false }
}

/// The answer, or that it broke the contract.
fn checked(desk: &Desk, path: &str, reply: Reply) -> Reply {
    let Err(breach) = crate::contract::check(&reply) else { return reply };
    if !desk.strict {
        return reply;
    }
    let text = format!("{path}: {breach}");
    lock(&desk.breaches).push(text.clone());
    Refusal::new(500, "ContractBroken", text).reply(desk.world.now(), 0, None)
}

fn note(tenant: &TenantHandle, method: &str, target: &str, headers: &HeaderMap, delivery: &Delivery) {
    const KEPT: [&str; 5] =
        ["consistencylevel", "prefer", "client-request-id", "user-agent", "x-ms-throttle-priority"];
    let kept = KEPT.iter().filter_map(|name| {
        let value = headers.get(*name)?.to_str().ok()?;
        Some(((*name).to_owned(), value.to_owned()))
    });
    let status = match delivery {
        Delivery::Whole(reply) | Delivery::CutBody(reply) => reply.status,
        Delivery::Cut | Delivery::Hang => 0,
    };
    let entry =
        Logged { method: method.to_owned(), target: target.to_owned(), headers: kept.collect(), status };
    lock(&tenant.tenant.ledger).push(entry);
    tenant.tenant.asked.notify_all();
}

fn respond(reply: Reply, date: &str, body: impl FnOnce(Vec<u8>) -> Answer) -> Response<Answer> {
    let mut response = Response::new(body(reply.body));
    *response.status_mut() = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    for (name, value) in &reply.headers {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
    if let Ok(date) = HeaderValue::from_str(date) {
        headers.insert("date", date);
    }
    response
}
