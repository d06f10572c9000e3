//! One page of a list: where it starts, what it holds, what link follows (graph-facts 3.1).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::graph::Call;
use crate::graph::delta::expired_page;
use crate::graph::refusal::Refusal;
use crate::graph::render::link;
use crate::rng::Rng;
use crate::world::{lock, read};

/// Where a page starts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cursor {
    /// An object's number, or a rank in an ordered list.
    pub(crate) at: u32,
    /// An empty page was already given here.
    rested: bool,
}

impl Cursor {
    /// Reads `$skiptoken`, which ages with its generation.
    pub(crate) fn of(call: &Call<'_>) -> Result<Self, Refusal> {
        let Some(token) = &call.query.skiptoken else { return Ok(Self { at: 0, rested: false }) };
        let generation = lock(&call.tenant.tenant.rounds).page_generation;
        let text = URL_SAFE_NO_PAD.decode(token).ok().and_then(|b| String::from_utf8(b).ok());
        let parts: Vec<u32> = text.iter().flat_map(|t| t.split(':')).filter_map(|p| p.parse().ok()).collect();
        match parts.as_slice() {
            [g, at, rested] if *g == generation => Ok(Self { at: *at, rested: *rested == 1 }),
            [_, _, _] => Err(expired_page()),
            _ => Err(Refusal::bad("The '$skiptoken' is invalid.")),
        }
    }
}

/// A page.
#[derive(Debug)]
pub(crate) struct Slice {
    /// The objects' numbers.
    pub(crate) numbers: Vec<u32>,
    /// `@odata.count`, when asked for.
    pub(crate) total: Option<usize>,
    next: Option<Cursor>,
}

impl Slice {
    /// A page of objects in ascending order of their numbers, the first one at the cursor.
    pub(crate) fn by_number(
        call: &Call<'_>,
        mut numbers: impl Iterator<Item = u32>,
        cursor: Cursor,
        size: usize,
        total: Option<usize>,
    ) -> Self {
        let mut page: Vec<u32> = numbers.by_ref().take(size).collect();
        let mut next = numbers.next().map(|at| Cursor { at, rested: false });
        if next.is_some() && rests(call, cursor) {
            page.clear();
            next = Some(Cursor { rested: true, ..cursor });
        }
        if call.lie {
            page.clear();
            next = None;
        }
        Self { numbers: page, total, next }
    }

    /// A page of an ordered list.
    pub(crate) fn by_rank(
        call: &Call<'_>,
        picked: &[u32],
        cursor: Cursor,
        size: usize,
        total: Option<usize>,
    ) -> Self {
        let ranks = cursor.at..picked.len() as u32;
        let mut slice = Self::by_number(call, ranks, cursor, size, total);
        for rank in &mut slice.numbers {
            *rank = picked.get(*rank as usize).copied().unwrap_or(u32::MAX);
        }
        slice
    }

    /// Writes the nextLink, if there is more: the query as sent plus the token.
    pub(crate) fn link(&self, call: &Call<'_>, out: &mut Vec<u8>, path: &str) {
        let Some(next) = self.next else { return };
        let generation = lock(&call.tenant.tenant.rounds).page_generation;
        let token = URL_SAFE_NO_PAD.encode(format!("{generation}:{}:{}", next.at, u8::from(next.rested)));
        let query = call.query.without_token();
        let glue = if query.is_empty() { "" } else { "&" };
        link(out, "@odata.nextLink", &format!("{}/v1.0{path}?{query}{glue}$skiptoken={token}", call.base));
    }
}

/// Now and then a page is empty although more follow.
fn rests(call: &Call<'_>, cursor: Cursor) -> bool {
    let on = read(&call.tenant.tenant.nasty).empty_pages && !cursor.rested;
    on && Rng::new(call.tenant.shared.seed ^ (u64::from(cursor.at) << 20)).percent(15)
}
