//! A customer's line in the list.

use model::Timestamp;
use store::{FleetConnection, FleetRun, RunDay};

use super::One;
use super::strip::{Strip, strip};
use crate::frame::{CustomerTab, Frame, Namesakes};
use crate::page::stand::{self, Said, State};

/// A line.
pub(super) struct Row {
    pub(super) tab: CustomerTab,
    pub(super) base: String,
    pub(super) domain: String,
    pub(super) state: State,
    pub(super) last_good: String,
    pub(super) next: String,
    pub(super) strip: Strip,
    /// What the last listed run did; none where there is none, or where it changed nothing.
    pub(super) changes: Option<FleetRun>,
    pub(super) held: i64,
    pub(super) findings: i64,
    /// The run that they are of.
    pub(super) run: i64,
    pub(super) access: Said,
    pub(super) granted: Option<Said>,
}

/// What tells a tenant from others: the domain that was typed, else the first that people have addresses of, else its name.
fn domain(of: &FleetConnection) -> Option<String> {
    let own = |domain: &&str| !domain.contains(".onmicrosoft.");
    let typed = Some(of.tenant_typed.as_str()).filter(|typed| typed.contains('.'));
    let first = || of.domains.lines().find(own).or_else(|| of.domains.lines().next());
    let named = || Some(of.organisation.as_str()).filter(|name| !name.is_empty());
    typed.or_else(first).or_else(named).map(str::to_owned)
}

/// Of a customer, with what its runs did on these days.
pub(super) fn of(
    f: &Frame,
    one: &One,
    namesakes: &Namesakes,
    (days, runs): (&[Timestamp], &[RunDay]),
) -> Row {
    let (row, known) = (&one.row, one.known());
    let connection = row.connection.as_ref();
    let domain = match connection {
        Some(c) => domain(c).unwrap_or_else(|| f.s("tenant-unnamed")),
        None => f.s("by-hand-only"),
    };
    let next = row.watched.as_ref().and_then(sync::next_run);
    let next = match (next, &row.watched) {
        (Some(at), _) if at <= f.times.now => f.s("next-now"),
        (Some(at), _) => f.x("next-at", f.times.brief(at)),
        (None, Some(_)) => f.s("next-none"),
        (None, None) => String::new(),
    };
    let access = match connection {
        Some(_) => stand::access(f, &known.access),
        None => Said { text: "–".to_owned(), sub: String::new(), colour: "muted" },
    };
    let since = connection.map(|c| c.connected_at);
    Row {
        tab: namesakes.tell_apart(CustomerTab::of(&row.customer.slug, &row.customer.name, row.customer.id.0)),
        base: format!("/c/{}", row.customer.slug),
        domain,
        state: one.stand.told(f),
        last_good: row.customer.last_good_at.map_or_else(|| "–".to_owned(), |at| f.times.brief(at)),
        next,
        strip: strip(f, days, runs, (since, row.customer.last_good_at)),
        changes: row.last.filter(|run| run.created + run.changed + run.removed > 0),
        held: row.waits.held,
        findings: row.last.map_or(0, |run| run.findings),
        run: row.last.map_or(0, |run| run.id.0),
        access,
        granted: connection.map(|c| stand::granted(f, c.granted.as_ref())),
    }
}
