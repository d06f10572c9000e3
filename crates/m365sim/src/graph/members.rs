//! `/groups/{id}/members` and `/transitiveMembers`, with casts (graph-facts section 5).

use std::collections::BTreeSet;

use crate::dir::{Directory, Kind, Object};
use crate::graph::delta_page::hides_members;
use crate::graph::filter_eval::{filter, matches};
use crate::graph::list::{found, search};
use crate::graph::refusal::Refusal;
use crate::graph::render::{Style, Unset, comma, object, open};
use crate::graph::select::{Place, Select};
use crate::graph::single::{find, readable};
use crate::graph::slice::{Cursor, Slice};
use crate::graph::{Call, Reply};
use crate::world::read;

/// Which members.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Direct ones.
    Direct,
    /// All levels, the nested groups themselves included.
    Transitive,
}

/// Answers a list of members; `cast` is the last path segment, if any.
pub(crate) fn members(
    call: &Call<'_>,
    group: &str,
    reach: Reach,
    cast: Option<&str>,
) -> Result<Reply, Refusal> {
    if !call.roles.members() {
        return Err(Refusal::denied());
    }
    let counting = cast == Some("$count");
    let kind = cast_kind(call, cast.filter(|_| !counting))?;
    if counting && !call.eventual() {
        return Err(Refusal::bad("$count is not currently supported."));
    }
    let dir = read(&call.tenant.tenant.dir);
    let numbers = pick(call, &dir, find(&dir, Kind::Group, group)?, reach, kind)?;
    if counting {
        let headers = vec![("content-type", "text/plain".to_owned())];
        return Ok(Reply {
            status: 200,
            headers,
            body: numbers.len().to_string().into_bytes(),
            shape: "count",
        });
    }
    let segment = if reach == Reach::Direct { "members" } else { "transitiveMembers" };
    let tail = cast.map(|c| format!("/{c}")).unwrap_or_default();
    page(call, &dir, &numbers, kind, &format!("/groups/{group}/{segment}{tail}"))
}

/// A cast needs the advanced mode, as do filter, search, order and count on members.
fn cast_kind(call: &Call<'_>, cast: Option<&str>) -> Result<Option<Kind>, Refusal> {
    let query = &call.query;
    let advanced = cast.is_some() || query.filter.is_some() || query.orderby.is_some();
    if advanced && !call.advanced() {
        return Err(Refusal::unsupported(
            "The specified query requires the ConsistencyLevel: eventual header and $count=true. \
             Refer to https://aka.ms/graph-docs/advanced-queries for more information",
        ));
    }
    match cast {
        None => Ok(None),
        Some(name) if name.to_ascii_lowercase().starts_with("microsoft.graph.") => {
            Kind::of(name).map(Some).ok_or_else(|| Refusal::no_segment(name))
        }
        Some(name) => Err(Refusal::no_segment(name)),
    }
}

/// The members' numbers, sorted; none of a group that hides them.
fn pick(
    call: &Call<'_>,
    dir: &Directory,
    group: &Object,
    reach: Reach,
    kind: Option<Kind>,
) -> Result<Vec<u32>, Refusal> {
    if hides_members(dir, group) && !call.roles.hidden_members() {
        return Ok(Vec::new());
    }
    let mut seen: BTreeSet<u32> = group.members.iter().copied().filter(|m| dir.is_live(*m)).collect();
    if reach == Reach::Transitive {
        let mut open: Vec<u32> = seen.iter().copied().collect();
        while let Some(next) = open.pop() {
            let inner = dir.get(next).map(|o| o.members.as_slice()).unwrap_or_default();
            open.extend(inner.iter().copied().filter(|m| dir.is_live(*m) && seen.insert(*m)));
        }
    }
    let expr = filter(call, kind.unwrap_or(Kind::User))?;
    let search = search(call)?;
    let wanted = |o: &Object| {
        // Service principals are missing from v1.0 member lists.
        o.kind != Kind::ServicePrincipal
            && kind.is_none_or(|k| k == o.kind)
            && expr.as_ref().is_none_or(|e| matches(e, dir, o))
            && search.as_ref().is_none_or(|s| found(dir, o, s))
    };
    Ok(seen.into_iter().filter(|m| dir.get(*m).is_some_and(wanted)).collect())
}

fn page(
    call: &Call<'_>,
    dir: &Directory,
    numbers: &[u32],
    cast: Option<Kind>,
    path: &str,
) -> Result<Reply, Refusal> {
    let size = call.query.page_size(read(&call.tenant.tenant.pages).list)?;
    let total = (call.advanced() && call.query.skiptoken.is_none()).then_some(numbers.len());
    let cursor = Cursor::of(call)?;
    let slice = if call.query.orderby.is_some() {
        let prop =
            call.query.orderby.as_deref().and_then(|o| o.split_whitespace().next()).unwrap_or_default();
        let mut sorted = numbers.to_vec();
        sorted.sort_by_cached_key(|at| {
            String::from_utf8_lossy(dir.json(*at, prop).unwrap_or(b"")).to_lowercase()
        });
        Slice::by_rank(call, &sorted, cursor, size, total)
    } else {
        let rest = numbers.iter().copied().skip_while(|n| *n < cursor.at);
        Slice::by_number(call, rest, cursor, size, total)
    };
    let text = call.query.select.as_deref();
    let place = if cast.is_some() { Place::List } else { Place::Mixed };
    let select = |kind| Select::parse(kind, text, place);
    let context = match cast {
        Some(Kind::User) => format!("users{}", select(Kind::User)?.context()),
        Some(Kind::Group) => format!("groups{}", select(Kind::Group)?.context()),
        Some(Kind::OrgContact) => "contacts".to_owned(),
        Some(Kind::Device) => "devices".to_owned(),
        Some(Kind::ServicePrincipal) | None => "directoryObjects".to_owned(),
    };
    let mut out = open(call.base, &context, slice.total);
    slice.link(call, &mut out, path);
    out.extend_from_slice(b",\"value\":[");
    write(call, dir, &slice.numbers, &mut out, (cast.is_none(), &select))?;
    out.extend_from_slice(b"]}");
    Ok(Reply::json(if cast.is_some() { "members/cast" } else { "members" }, out))
}

/// Writes objects of several kinds; those the caller may not read come with type and id only.
pub(crate) fn write(
    call: &Call<'_>,
    dir: &Directory,
    numbers: &[u32],
    out: &mut Vec<u8>,
    (typed, select): (bool, &dyn Fn(Kind) -> Result<Select, Refusal>),
) -> Result<(), Refusal> {
    let kinds = [Kind::User, Kind::Group, Kind::Device, Kind::OrgContact, Kind::ServicePrincipal];
    let mut selects = Vec::new();
    for kind in kinds {
        selects.push((kind, select(kind)?));
    }
    let mut first = true;
    for item in numbers.iter().filter_map(|at| dir.get(*at)) {
        let Some((_, select)) = selects.iter().find(|(kind, _)| *kind == item.kind) else { continue };
        let readable = readable(call, item.kind);
        let style = Style { select, unset: Unset::Null, only: u64::MAX, typed, readable, always_id: typed };
        comma(out, &mut first);
        object(out, dir, item, style);
    }
    Ok(())
}
