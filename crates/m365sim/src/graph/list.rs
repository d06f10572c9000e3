//! `GET /users`, `/groups` and the lists of deleted objects: paging, filter, search, order, count.

use crate::dir::{Directory, Kind, Object, State};
use crate::graph::filter::Expr;
use crate::graph::filter_eval::{filter, matches, range};
use crate::graph::refusal::Refusal;
use crate::graph::render::{Style, Unset, comma, members, object, open};
use crate::graph::select::{Place, Select};
use crate::graph::slice::{Cursor, Slice};
use crate::graph::{Call, Reply, Shape};
use crate::world::read;

/// Where a list draws from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum From {
    /// What is there.
    Live,
    /// The bin.
    Bin,
}

/// A list to answer.
pub(crate) struct List {
    pub(crate) kind: Kind,
    pub(crate) from: From,
    /// The path for the nextLink.
    pub(crate) path: String,
    pub(crate) shape: Shape,
}

/// Answers a list of one kind.
pub(crate) fn list(call: &Call<'_>, what: &List) -> Result<Reply, Refusal> {
    let select = Select::parse(what.kind, call.query.select.as_deref(), Place::List)?;
    let size = call.query.page_size(read(&call.tenant.tenant.pages).list)?;
    let cursor = Cursor::of(call)?;
    let slice = pick(call, what, cursor, size)?;
    let collection = if what.kind == Kind::Group { "groups" } else { "users" };
    let mut out = open(call.base, &format!("{collection}{}", select.context()), slice.total);
    slice.link(call, &mut out, &what.path);
    out.extend_from_slice(b",\"value\":[");
    let dir = read(&call.tenant.tenant.dir);
    let expand = expands_manager(call, what.kind)?;
    let style = Style {
        select: &select,
        unset: Unset::Null,
        only: u64::MAX,
        typed: false,
        readable: true,
        always_id: false,
    };
    let mut first = true;
    for item in slice.numbers.iter().filter_map(|at| dir.get(*at)) {
        comma(&mut out, &mut first);
        out.push(b'{');
        members(&mut out, &dir, item, style);
        if let Some(inner) = &expand {
            manager(&mut out, &dir, item, inner);
        }
        out.push(b'}');
    }
    out.extend_from_slice(b"]}");
    Ok(Reply::json(what.shape, out))
}

/// The objects of the page. Without order a page is found by number, so that nothing is skipped when
/// objects vanish between two pages.
fn pick(call: &Call<'_>, what: &List, cursor: Cursor, size: usize) -> Result<Slice, Refusal> {
    let expr = filter(call, what.kind)?;
    let order = order(call, what, expr.as_ref())?;
    let search = search(call)?;
    let dir = read(&call.tenant.tenant.dir);
    let wanted = |o: &Object| {
        o.kind == what.kind
            && match what.from {
                From::Live => o.live(),
                From::Bin => matches!(o.state, State::Soft(_)),
            }
            && expr.as_ref().is_none_or(|e| matches(e, &dir, o))
            && search.as_ref().is_none_or(|s| found(&dir, o, s))
    };
    let ranged = expr.as_ref().and_then(range).map(|range| call.tenant.tenant.names.within(&dir, range));
    let from = |at: u32| {
        let some = ranged.iter().flatten().copied().filter(move |n| *n >= at);
        let rest = if ranged.is_some() { 0..0 } else { at..dir.objects().len() as u32 };
        some.chain(rest).filter(|n| dir.get(*n).is_some_and(wanted))
    };
    let all = || from(0);
    let counted = call.advanced() && call.query.skiptoken.is_none();
    let total = counted.then(|| all().count());
    let Some((prop, down)) = order else {
        return Ok(Slice::by_number(call, from(cursor.at), cursor, size, total));
    };
    let mut picked: Vec<u32> = all().collect();
    picked.sort_by_cached_key(|at| {
        let json = dir.json(*at, &prop).unwrap_or(b"");
        String::from_utf8_lossy(json).to_lowercase()
    });
    if down {
        picked.reverse();
    }
    Ok(Slice::by_rank(call, &picked, cursor, size, total))
}

/// `$orderby`, which together with `$filter`, or in the bin, is advanced.
fn order(call: &Call<'_>, what: &List, expr: Option<&Expr>) -> Result<Option<(String, bool)>, Refusal> {
    let Some(text) = &call.query.orderby else { return Ok(None) };
    let mut words = text.split_whitespace();
    let prop = words.next().unwrap_or_default();
    let down = words.next().is_some_and(|w| w.eq_ignore_ascii_case("desc"));
    let advanced = expr.is_some() || what.from == From::Bin || call.query.search.is_some();
    let allowed = ["displayName", "userPrincipalName", "mail", "createdDateTime", "deletedDateTime"];
    if !allowed.contains(&prop) || what.kind.prop(prop).is_none() || (advanced && !call.advanced()) {
        return Err(Refusal::unsupported("Sorting not supported for current query."));
    }
    Ok(Some((prop.to_owned(), down)))
}

/// `$search="property:words"`; needs the header.
pub(crate) fn search(call: &Call<'_>) -> Result<Option<(String, String)>, Refusal> {
    let Some(text) = &call.query.search else { return Ok(None) };
    if !call.eventual() {
        return Err(Refusal::unsupported(
            "Request with $search query parameter only works through MSGraph with a special request header: \
             'ConsistencyLevel: eventual'",
        ));
    }
    let inner = text.strip_prefix('"').and_then(|t| t.strip_suffix('"'));
    let parts = inner.and_then(|t| t.split_once(':'));
    match parts {
        Some((prop, words)) => Ok(Some((prop.to_owned(), words.to_lowercase()))),
        None => Err(Refusal::bad("Syntax error in '$search': use \"property:words\".")),
    }
}

/// Tokenised search: every word begins some word of the value.
pub(crate) fn found(dir: &Directory, object: &Object, search: &(String, String)) -> bool {
    let span = object.kind.prop(&search.0).and_then(|p| object.span(p));
    let value = span.map(|s| String::from_utf8_lossy(dir.pool.get(s)).to_lowercase()).unwrap_or_default();
    let words: Vec<&str> = value.split(|c: char| !c.is_alphanumeric()).collect();
    search.1.split_whitespace().all(|w| words.iter().any(|have| have.starts_with(w)))
}

/// `$expand=manager($select=..)`, the only expansion played; not with advanced queries.
fn expands_manager(call: &Call<'_>, kind: Kind) -> Result<Option<Select>, Refusal> {
    let Some(text) = &call.query.expand else { return Ok(None) };
    if kind != Kind::User || !text.starts_with("manager") || call.advanced() {
        return Err(Refusal::unsupported("The '$expand' is not supported for this query."));
    }
    let inner = text.split_once("$select=").map(|(_, names)| names.trim_end_matches(')'));
    Select::parse(Kind::User, inner, Place::List).map(Some)
}

fn manager(out: &mut Vec<u8>, dir: &Directory, user: &Object, select: &Select) {
    let Some(boss) = dir.get(user.manager).filter(|m| m.live()) else { return };
    let style =
        Style { select, unset: Unset::Null, only: u64::MAX, typed: true, readable: true, always_id: true };
    out.extend_from_slice(b",\"manager\":");
    object(out, dir, boss, style);
}

/// `GET /users/$count` and the like: plain text, with the header only.
pub(crate) fn count(call: &Call<'_>, kind: Kind) -> Result<Reply, Refusal> {
    if !call.eventual() {
        return Err(Refusal::bad("$count is not currently supported."));
    }
    let expr = match &call.query.filter {
        Some(text) => Some(crate::graph::filter::parse(text)?),
        None => None,
    };
    let dir = read(&call.tenant.tenant.dir);
    let live = dir.objects().iter().filter(|o| o.kind == kind && o.live());
    let n = live.filter(|o| expr.as_ref().is_none_or(|e| matches(e, &dir, o))).count();
    let headers = vec![("content-type", "text/plain".to_owned())];
    Ok(Reply { status: 200, headers, body: n.to_string().into_bytes(), shape: "count" })
}
