//! `POST /v1.0/$batch` (graph-facts section 9): each item an own request, answered in any order.

use std::collections::HashSet;

use http::{HeaderMap, HeaderName, HeaderValue};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::graph::refusal::Refusal;
use crate::graph::render::{comma, key};
use crate::graph::{Call, Reply};
use crate::rng::Rng;

#[derive(Deserialize)]
struct Envelope {
    requests: Vec<Item>,
}

/// One request of a batch.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Item {
    pub(crate) id: String,
    pub(crate) method: String,
    pub(crate) url: String,
    #[serde(default)]
    headers: Map<String, Value>,
    #[serde(default)]
    body: Option<Value>,
    #[serde(default)]
    depends_on: Vec<String>,
}

impl Item {
    pub(crate) fn header_map(&self) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in &self.headers {
            let name = HeaderName::from_bytes(name.as_bytes());
            let value = HeaderValue::from_str(value.as_str().unwrap_or_default());
            if let (Ok(name), Ok(value)) = (name, value) {
                map.insert(name, value);
            }
        }
        map
    }

    pub(crate) fn body_bytes(&self) -> Vec<u8> {
        self.body.as_ref().map(|b| b.to_string().into_bytes()).unwrap_or_default()
    }
}

/// Answers a batch; `run` answers one item.
pub(crate) fn batch(call: &Call<'_>, mut run: impl FnMut(&Item) -> Reply) -> Result<Reply, Refusal> {
    let envelope: Envelope = serde_json::from_slice(call.body)
        .map_err(|_| Refusal::new(400, "BadRequest", "Invalid batch payload format."))?;
    let items = envelope.requests;
    if items.is_empty() || items.len() > 20 {
        let text = "Number of batch request steps exceeds the maximum value of 20.";
        return Err(Refusal::new(400, "BadRequest", text));
    }
    let mut seen = HashSet::new();
    for item in &items {
        let relative = item.url.starts_with('/') && !item.url.starts_with("/v1.0");
        if !seen.insert(item.id.to_lowercase()) || !relative {
            return Err(Refusal::new(400, "BadRequest", format!("Invalid batch item '{}'.", item.id)));
        }
    }
    let mut failed: HashSet<String> = HashSet::new();
    let mut answers: Vec<(String, Reply)> = Vec::new();
    for item in &items {
        let reply = if item.depends_on.iter().any(|d| failed.contains(d)) {
            Refusal::new(424, "FailedDependency", "A predecessor failed.").reply(
                call.tenant.shared.clock.now(),
                0,
                None,
            )
        } else {
            run(item)
        };
        if reply.status >= 400 {
            failed.insert(item.id.clone());
        }
        answers.push((item.id.clone(), reply));
    }
    Rng::new(call.tenant.shared.seed ^ answers.len() as u64).shuffle(&mut answers);
    Ok(Reply::json("$batch", write(&answers)))
}

fn write(answers: &[(String, Reply)]) -> Vec<u8> {
    let mut out = b"{\"responses\":[".to_vec();
    let mut first = true;
    for (id, reply) in answers {
        comma(&mut out, &mut first);
        out.extend_from_slice(b"{\"id\":");
        crate::dir::pool::write_text(&mut out, id);
        out.extend_from_slice(format!(",\"status\":{},\"headers\":{{", reply.status).as_bytes());
        let mut first_header = true;
        for (name, value) in &reply.headers {
            comma(&mut out, &mut first_header);
            // Names differ in case from what HTTP/1 clients are used to.
            key(&mut out, if *name == "retry-after" { "Retry-After" } else { name });
            crate::dir::pool::write_text(&mut out, value);
        }
        out.extend_from_slice(b"},\"body\":");
        if reply.body.is_empty() {
            out.extend_from_slice(b"null");
        } else {
            out.extend_from_slice(&reply.body);
        }
        out.push(b'}');
    }
    out.extend_from_slice(b"]}");
    out
}
