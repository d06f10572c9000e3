//! users/delta and groups/delta: the protocol of graph-facts 4.1 and 4.3.

use std::sync::Arc;

use crate::dir::Kind;
use crate::graph::delta_page::{Page, page};
use crate::graph::delta_plan::{Ask, plan};
use crate::graph::delta_token::{LIFE, Token};
use crate::graph::filter::ids_only;
use crate::graph::refusal::Refusal;
use crate::graph::select::{Place, Select};
use crate::graph::{Call, Reply};
use crate::rng::Rng;
use crate::world::{lock, read};

/// Answers a delta request.
pub(crate) fn delta(call: &Call<'_>, kind: Kind) -> Result<Reply, Refusal> {
    let allowed = match kind {
        Kind::Group => call.roles.groups(),
        _ => call.roles.users(),
    };
    if !allowed {
        return Err(Refusal::denied());
    }
    refuse_options(call)?;
    if let Some(text) = &call.query.skiptoken {
        return next_page(call, kind, text);
    }
    match call.query.deltatoken.as_deref() {
        None | Some("") => first(call, kind),
        Some("latest") => latest(call, kind),
        Some(text) => again(call, kind, text),
    }
}

/// `$top` is silently ignored; the others are refused (graph-facts 4.1).
fn refuse_options(call: &Call<'_>) -> Result<(), Refusal> {
    let query = &call.query;
    let refused = [("$search", &query.search), ("$orderby", &query.orderby), ("$expand", &query.expand)];
    for (name, value) in refused {
        if value.is_some() {
            return Err(Refusal::unsupported(format!(
                "The query option '{name}' is not supported by delta."
            )));
        }
    }
    Ok(())
}

fn name(kind: Kind) -> &'static str {
    if kind == Kind::Group { "groups" } else { "users" }
}

/// A token for the round that follows position `to`.
fn fresh(call: &Call<'_>, kind: Kind, to: usize, ids: Vec<u128>) -> Token {
    Token {
        c: name(kind).to_owned(),
        r: None,
        to,
        s: call.query.select.clone(),
        ids,
        m: false,
        f: false,
        g: lock(&call.tenant.tenant.rounds).delta_generation,
        t: call.tenant.shared.clock.now(),
    }
}

fn first(call: &Call<'_>, kind: Kind) -> Result<Reply, Refusal> {
    let ids = match &call.query.filter {
        None => Vec::new(),
        Some(filter) => ids_only(filter)?,
    };
    let token = Token { f: true, ..fresh(call, kind, 0, ids) };
    start(call, kind, None, token)
}

fn latest(call: &Call<'_>, kind: Kind) -> Result<Reply, Refusal> {
    let select = Select::parse(kind, call.query.select.as_deref(), Place::Delta)?;
    let to = read(&call.tenant.tenant.dir).log().len();
    let token = fresh(call, kind, to, Vec::new());
    let empty = Page { token: &token, last: true, context: true, minimal: false, items: &[], round: None };
    Ok(page(call, kind, &select, &empty))
}

fn again(call: &Call<'_>, kind: Kind, text: &str) -> Result<Reply, Refusal> {
    let token = open(kind, text)?;
    if token.r.is_some() {
        return Err(unknown_state());
    }
    let (generation, now) =
        (lock(&call.tenant.tenant.rounds).delta_generation, call.tenant.shared.clock.now());
    if token.g != generation || now - token.t > LIFE {
        return Err(gone(call, kind));
    }
    let minimal = call.header("prefer").is_some_and(|p| p.to_ascii_lowercase().contains("return=minimal"));
    // `$select` on a deltaLink changes what is tracked from here on.
    let select = call.query.select.clone().or(token.s);
    start(call, kind, Some(token.to), Token { s: select, m: minimal, f: false, t: now, ..token })
}

/// Plans a round and answers its first page.
fn start(call: &Call<'_>, kind: Kind, from: Option<usize>, mut token: Token) -> Result<Reply, Refusal> {
    let select = Select::parse(kind, token.s.as_deref(), Place::Delta)?;
    let tenant = &call.tenant.tenant;
    let number = {
        let mut rounds = lock(&tenant.rounds);
        rounds.started += 1;
        rounds.started
    };
    let mut rng = Rng::fork(call.tenant.shared.seed ^ tenant.id as u64 ^ number, "round");
    let (nasty, pages) = (read(&tenant.nasty).clone(), read(&tenant.pages).clone());
    let round = {
        let dir = read(&tenant.dir);
        token.to = dir.log().len();
        let ask = Ask { kind, from, select: &select, ids: &token.ids, nasty: &nasty, pages: &pages };
        Arc::new(plan(&dir, &mut rng, &ask))
    };
    lock(&tenant.rounds).keep(number, Arc::clone(&round));
    token.g = lock(&tenant.rounds).delta_generation;
    token.r = Some((number, 0));
    Ok(write(call, kind, &select, &token, &round))
}

fn next_page(call: &Call<'_>, kind: Kind, text: &str) -> Result<Reply, Refusal> {
    let token = open(kind, text)?;
    let Some((number, _)) = token.r else { return Err(unknown_state()) };
    // Options are part of the token; to a skiptoken they may not be added.
    if call.query.select.is_some() || call.query.filter.is_some() {
        return Err(Refusal::bad("Query options may not be added to a '$skiptoken'."));
    }
    let (round, generation) = {
        let rounds = lock(&call.tenant.tenant.rounds);
        (rounds.find(number), rounds.page_generation)
    };
    let Some(round) = round.filter(|_| token.g >> 16 == generation) else {
        return Err(expired_page());
    };
    let token = Token { g: token.g & 0xFFFF, ..token };
    let select = Select::parse(kind, token.s.as_deref(), Place::Delta)?;
    Ok(write(call, kind, &select, &token, &round))
}

fn write(
    call: &Call<'_>,
    kind: Kind,
    select: &Select,
    token: &Token,
    round: &crate::world::rounds::Round,
) -> Reply {
    let number = token.r.map_or(0, |(_, page)| page);
    let range = round.pages.get(number).cloned().unwrap_or_default();
    let items = round.items.get(range.start as usize..range.end as usize).unwrap_or(&[]);
    let last = number + 1 >= round.pages.len() || call.lie;
    let next = match (last, token.r) {
        (false, Some((round, page))) => {
            // The page generation travels in the upper half.
            let pages = lock(&call.tenant.tenant.rounds).page_generation;
            Token { r: Some((round, page + 1)), g: token.g | pages << 16, ..token.clone() }
        }
        _ => Token { r: None, m: false, ..token.clone() },
    };
    let items = if call.lie { &[] } else { items };
    let (context, minimal) = (number == 0, token.m);
    page(call, kind, select, &Page { token: &next, last, context, minimal, items, round: Some(round) })
}

fn open(kind: Kind, text: &str) -> Result<Token, Refusal> {
    Token::open(text).filter(|t| t.c == name(kind)).ok_or_else(unknown_state)
}

fn unknown_state() -> Refusal {
    Refusal::new(400, "syncStateInvalid", "The sync state is invalid.")
}

/// The answer to a page chain that was left too long, of delta and of lists.
pub(crate) fn expired_page() -> Refusal {
    Refusal::new(400, "Directory_ExpiredPageToken", "The specified page token value has expired.")
}

/// 410 with the place to start anew, and either of the codes seen.
pub(crate) fn gone(call: &Call<'_>, kind: Kind) -> Refusal {
    let code = if lock(&call.tenant.tenant.rng).percent(50) { "resyncRequired" } else { "syncStateNotFound" };
    Refusal::new(410, code, "Resync required. Any differences between server and client must be resolved.")
        .with("location", format!("{}/v1.0/{}/delta?$deltatoken=", call.base, name(kind)))
}
