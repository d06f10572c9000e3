//! Planning a delta round: which objects and memberships it tells, in which pieces and order.
//! Rule: everything told is the state now; what happens later is told by the next round.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::dir::{Change, Directory, EXISTENCE, Kind, Object, State};
use crate::graph::select::Select;
use crate::rng::Rng;
use crate::world::nasty::{Nasty, Pages};
use crate::world::rounds::{Edge, Item, Round};

/// What a round is about.
pub(crate) struct Ask<'a> {
    pub(crate) kind: Kind,
    /// The position of the log to start from; `None` for a full round.
    pub(crate) from: Option<usize>,
    pub(crate) select: &'a Select,
    /// Limited to these ids, when not empty.
    pub(crate) ids: &'a [u128],
    pub(crate) nasty: &'a Nasty,
    pub(crate) pages: &'a Pages,
}

/// One object to tell, before it is cut into pieces.
struct News {
    obj: u32,
    mask: u64,
    edges: Vec<Edge>,
}

/// Plans a round.
pub(crate) fn plan(dir: &Directory, rng: &mut Rng, ask: &Ask<'_>) -> Round {
    let mut news = match ask.from {
        None => full(dir, rng, ask),
        Some(from) => changes(dir, rng, ask, from),
    };
    if !ask.ids.is_empty() {
        let wanted: HashSet<u128> = ask.ids.iter().copied().collect();
        news.retain(|n| dir.get(n.obj).is_some_and(|o| wanted.contains(&o.id)));
    }
    let mut round = Round::default();
    for piece in &news {
        cut(rng, ask, piece, &mut round);
    }
    drop(news);
    disturb(rng, ask, &mut round);
    paginate(rng, ask, &mut round);
    round
}

fn full(dir: &Directory, rng: &mut Rng, ask: &Ask<'_>) -> Vec<News> {
    let numbers: Box<dyn Iterator<Item = u32>> = match ask.kind {
        Kind::Group => Box::new(dir.groups().iter().copied()),
        _ => Box::new(0..dir.objects().len() as u32),
    };
    let mut news = Vec::new();
    for obj in numbers {
        let Some(object) = dir.get(obj).filter(|o| o.kind == ask.kind) else { continue };
        // A first round may name deleted objects (graph-facts 4.2).
        let named = ask.nasty.unknown_removed && matches!(object.state, State::Soft(_)) && rng.percent(50);
        if !object.live() && !named {
            continue;
        }
        let edges = if ask.select.members && object.live() { present(dir, object) } else { Vec::new() };
        news.push(News { obj, mask: u64::MAX, edges });
    }
    news
}

fn present(dir: &Directory, group: &Object) -> Vec<Edge> {
    group
        .members
        .iter()
        .filter(|m| dir.get(**m).is_some_and(|o| o.live() && o.kind != Kind::ServicePrincipal))
        .map(|member| Edge { member: *member, there: true })
        .collect()
}

fn changes(dir: &Directory, rng: &mut Rng, ask: &Ask<'_>, from: usize) -> Vec<News> {
    let log = dir.log();
    let mut masks: BTreeMap<u32, u64> = BTreeMap::new();
    let mut edges: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
    for change in log.get(from.min(log.len())..).unwrap_or(&[]) {
        note(dir, ask, change, &mut masks, &mut edges);
    }
    // A change of an earlier round again, never as the only sign of life.
    if ask.nasty.replays && !(masks.is_empty() && edges.is_empty()) {
        let start = from.saturating_sub(200);
        for change in log.get(start..from.min(log.len())).unwrap_or(&[]) {
            if rng.percent(5) {
                note(dir, ask, change, &mut masks, &mut edges);
            }
        }
    }
    for group in edges.keys() {
        masks.entry(*group).or_insert(0);
    }
    let told = |obj: u32, mask: u64| News { obj, mask, edges: Vec::new() };
    masks
        .into_iter()
        .map(|(obj, mask)| {
            let touched = edges.remove(&obj).unwrap_or_default();
            let edges = touched.into_iter().map(|member| Edge { member, there: dir.holds(obj, member) });
            News { edges: edges.collect(), ..told(obj, mask) }
        })
        .collect()
}

/// Takes one entry of the log into account, if the round tracks it.
fn note(
    dir: &Directory,
    ask: &Ask<'_>,
    change: &Change,
    masks: &mut BTreeMap<u32, u64>,
    edges: &mut BTreeMap<u32, BTreeSet<u32>>,
) {
    match *change {
        Change::Object { obj, mask } => {
            let ours = dir.get(obj).is_some_and(|o| o.kind == ask.kind);
            if ours && mask & ask.select.tracked() != 0 {
                *masks.entry(obj).or_insert(0) |= mask;
                // A founded or restored group tells all its members.
                if mask & EXISTENCE != 0 && ask.kind == Kind::Group && ask.select.members {
                    let members = dir.get(obj).map(|o| o.members.clone()).unwrap_or_default();
                    let there = members.into_iter().filter(|m| dir.holds(obj, *m));
                    edges.entry(obj).or_default().extend(there);
                }
            }
        }
        Change::Member { group, member } => {
            let principal = dir.get(member).is_none_or(|o| o.kind == Kind::ServicePrincipal);
            if ask.kind == Kind::Group && ask.select.members && dir.is_live(group) && !principal {
                edges.entry(group).or_default().insert(member);
            }
        }
    }
}

/// Cuts an object into items: a large group always, others when told to.
fn cut(rng: &mut Rng, ask: &Ask<'_>, news: &News, round: &mut Round) {
    let cap = ask.pages.memberships.max(1);
    let n = news.edges.len();
    let mut size = cap;
    if ask.nasty.split_groups && n >= 2 && rng.percent(40) {
        size = cap.min(n.div_ceil(2 + rng.below(2)));
    }
    let start = round.edges.len() as u32;
    round.edges.extend_from_slice(&news.edges);
    if ask.nasty.shuffle
        && let Some(mine) = round.edges.get_mut(start as usize..)
    {
        rng.shuffle(mine);
    }
    let mut at = 0;
    loop {
        let end = (at + size).min(n);
        let edges = start + at as u32..start + end as u32;
        round.items.push(Item::Object { obj: news.obj, mask: news.mask, edges });
        at = end;
        if at >= n {
            return;
        }
    }
}

/// Order, doubles and ghosts.
fn disturb(rng: &mut Rng, ask: &Ask<'_>, round: &mut Round) {
    if ask.nasty.duplicates && !round.items.is_empty() {
        for _ in 0..=(round.items.len() / 100) {
            let copy = round.items.get(rng.below(round.items.len())).cloned();
            round.items.extend(copy);
        }
    }
    if ask.nasty.unknown_removed && ask.ids.is_empty() && (ask.from.is_none() || !round.items.is_empty()) {
        round.items.push(Item::Ghost(rng.guid()));
    }
    if ask.nasty.shuffle {
        rng.shuffle(&mut round.items);
    }
}

/// Lays the items on pages.
fn paginate(rng: &mut Rng, ask: &Ask<'_>, round: &mut Round) {
    let objects = match ask.kind {
        Kind::Group => ask.pages.groups_delta,
        _ => ask.pages.users_delta,
    }
    .max(1);
    let (mut start, mut count, mut weight) = (0_u32, 0_usize, 0_usize);
    let mut pages = Vec::new();
    for (at, item) in round.items.iter().enumerate() {
        let more = match item {
            Item::Object { edges, .. } => edges.len(),
            Item::Ghost(_) => 0,
        };
        if count > 0 && (count >= objects || weight + more > ask.pages.memberships.max(1)) {
            pages.push(start..at as u32);
            if ask.nasty.empty_pages && rng.percent(4) {
                pages.push(at as u32..at as u32);
            }
            (start, count, weight) = (at as u32, 0, 0);
        }
        count += 1;
        weight += more;
    }
    let end = round.items.len() as u32;
    // An empty page at the head, and sometimes at the end: the last page may hold nothing but the link.
    if ask.nasty.empty_pages && end > 0 && rng.percent(50) {
        pages.insert(0, 0..0);
    }
    pages.push(start..end);
    if ask.nasty.empty_pages && end > 0 && rng.percent(50) {
        pages.push(end..end);
    }
    round.pages = pages;
}
