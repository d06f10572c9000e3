//! `POST /directoryObjects/getByIds` (graph-facts section 18).

use serde::Deserialize;

use crate::dir::Kind;
use crate::graph::members::write;
use crate::graph::refusal::Refusal;
use crate::graph::render::open;
use crate::graph::select::{Place, Select};
use crate::graph::{Call, Reply};
use crate::rng::{Rng, guid_of};
use crate::world::read;

#[derive(Deserialize)]
struct Body {
    ids: Vec<String>,
    #[serde(default)]
    types: Vec<String>,
}

/// Answers getByIds: any order, unknown and deleted ids are missing, a malformed one fails the whole.
pub(crate) fn get_by_ids(call: &Call<'_>) -> Result<Reply, Refusal> {
    let roles = call.roles;
    if !(roles.directory() || roles.users_basic() || roles.groups() || roles.contacts()) {
        return Err(Refusal::denied());
    }
    let body: Body = serde_json::from_slice(call.body)
        .map_err(|_| Refusal::new(400, "BadRequest", "Unable to read JSON request payload."))?;
    if body.ids.len() > 1000 {
        return Err(Refusal::bad("Too many ids: at most 1000."));
    }
    let mut ids = Vec::with_capacity(body.ids.len());
    for text in &body.ids {
        let id = guid_of(text).ok_or_else(|| Refusal::bad(format!("Invalid GUID:{text}")))?;
        ids.push(id);
    }
    let types: Vec<Kind> = body.types.iter().filter_map(|t| Kind::of(t)).collect();
    let wanted = |kind: Kind| body.types.is_empty() || types.contains(&kind);
    let dir = read(&call.tenant.tenant.dir);
    let mut numbers: Vec<u32> = ids
        .iter()
        .filter_map(|id| dir.find(*id))
        .filter(|at| dir.get(*at).is_some_and(|o| o.live() && wanted(o.kind)))
        .collect();
    numbers.sort_unstable();
    numbers.dedup();
    if read(&call.tenant.tenant.nasty).shuffle {
        Rng::new(call.tenant.shared.seed ^ numbers.len() as u64).shuffle(&mut numbers);
    }
    if call.lie {
        numbers.clear();
    }
    let text = call.query.select.as_deref();
    let select = |kind| Select::parse(kind, text, Place::Mixed);
    let mut out = open(call.base, "directoryObjects", None);
    out.extend_from_slice(b",\"value\":[");
    write(call, &dir, &numbers, &mut out, (true, &select))?;
    out.extend_from_slice(b"]}");
    Ok(Reply::json("getByIds", out))
}
