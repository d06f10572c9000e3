//! One customer at a glance: what needs attention first, how the connection stands, what the runs of a month did, the latest runs,
//! the book.

mod chart;
mod notes;

use askama::Template;
use model::scope::Scope;
use model::{LinkOrigin, Origin};
use store::{AppOf, Book, ConnectionRow, SignedIn};

use self::chart::{Chart, chart};
use self::notes::{Note, notes};
use crate::answer::{Answer, Outcome};
use crate::frame::Frame;
use crate::page::customer_add::preset_text;
use crate::page::runs::{RunLine, lines};
use crate::page::stand::{self, Access, Known, Said, Stand, State};
use crate::visit::Visit;

/// Runs shown.
const RUNS: i64 = 6;
/// Days that the chart shows.
const DAYS: usize = 30;

#[derive(Template)]
#[template(path = "customer.html")]
struct Overview {
    f: Frame,
    state: State,
    connection_line: String,
    notes: Vec<Note>,
    chart: Option<Chart>,
    runs: Vec<RunLine>,
    connected: bool,
    tenant: String,
    way: String,
    since: String,
    access: Said,
    /// What is left of the credential's last year, in sixty-fourths.
    meter: Option<(i64, &'static str)>,
    granted: Said,
    contacts: String,
    imported: String,
    groups: String,
    subscribed: i64,
    binned: i64,
    preset: String,
}

/// The page.
pub fn overview(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    let f = Frame::of_customer(visit, person, book, "overview")?;
    let (watched, alarm) = sync::look_at(book, f.times.now)?.unzip();
    let alarm = alarm.flatten();
    let connection = book.connection()?;
    let scope = connection.as_ref().map(|c| book.scope(c.id)).transpose()?;
    let never = connection.as_ref().is_some_and(|c| !c.applied);
    let known = Known {
        connected: connection.is_some(),
        nobody: never && scope.as_ref().is_some_and(Scope::is_nobody),
        watched: watched.as_ref(),
        alarm: alarm.as_ref(),
        waits: book.for_a_person()?,
        access: Access::of(connection.as_ref()),
        granted: connection.as_ref().and_then(|c| c.granted.as_ref()),
    };
    let stand = Stand::of(&known, f.times.now);
    let runs = book.runs(RUNS)?;
    let days = f.times.days(DAYS);
    let chart = if runs.is_empty() { None } else { chart(&f, &days, &book.run_days(&days)?) };
    let size = book.size()?;
    Answer::page(&Overview {
        notes: notes(&f, book, &known)?,
        connection_line: connection_line(&f, book, connection.as_ref()),
        runs: lines(&f, &runs),
        tenant: connection.as_ref().map(|c| tenant(&f, c)).unwrap_or_default(),
        way: connection.as_ref().map(|c| way(&f, c)).unwrap_or_default(),
        since: connection.as_ref().map(|c| f.times.exact(c.connected_at)).unwrap_or_default(),
        connected: connection.is_some(),
        contacts: f.number(size.contacts),
        imported: f.number(size.linked),
        groups: f.number(size.groups),
        subscribed: scope.map_or(0, |scope| scope.active_groups().count() as i64),
        binned: size.binned,
        preset: preset_text(&f, book.customer.preset),
        state: stand.told(&f),
        access: stand::access(&f, &known.access),
        meter: meter(&f, &known.access),
        granted: stand::granted(&f, known.granted),
        chart,
        f,
    })
}

fn connection_line(f: &Frame, book: &Book, connection: Option<&ConnectionRow>) -> String {
    let Some(connection) = connection else { return f.s("by-hand-only") };
    let last_good = book.customer.last_good_at.map(|at| f.x("last-good", f.times.short(at)));
    let (tenant, day) = (tenant(f, connection), f.times.day(connection.connected_at));
    let since = f.t.w("connected-since", &[("tenant", &tenant), ("day", &day)]);
    std::iter::once(since).chain(last_good).collect::<Vec<_>>().join(" · ")
}

/// By whose app.
fn way(f: &Frame, connection: &ConnectionRow) -> String {
    f.s(match connection.app {
        AppOf::Operator => "way-operator",
        AppOf::Customer => "way-customer",
    })
}

/// A credential's year, as far as it is left.
fn meter(f: &Frame, access: &Access) -> Option<(i64, &'static str)> {
    let days = access.ends.filter(|_| !access.left_out).and_then(|ends| f.times.days_until(ends))?;
    let class = match (access.has_ended(f.times.now), access.expires(f.times.now)) {
        (true, _) => "m3",
        (false, true) => "m2",
        (false, false) => "m1",
    };
    // What is nearly over is still to be seen.
    Some(((days.clamp(0, 365) * 64 / 365).max(2), class))
}

/// A tenant as people call it.
pub fn tenant(f: &Frame, connection: &ConnectionRow) -> String {
    if !connection.organisation.is_empty() {
        connection.organisation.clone()
    } else if connection.tenant_typed.contains('.') {
        connection.tenant_typed.clone()
    } else {
        f.s("tenant-unnamed")
    }
}

/// Where a contact came from.
pub fn origin(f: &Frame, origin: Origin) -> (&'static str, &'static str, String) {
    match origin {
        Origin::Manual => ("", "edit", f.s("by-hand")),
        Origin::Csv => ("", "edit", f.s("from-csv")),
        Origin::Microsoft365 => ("src", "src", f.s("from-365")),
    }
}

/// How it is linked.
pub fn link_text(f: &Frame, origin: LinkOrigin) -> String {
    f.s(match origin {
        LinkOrigin::Creation => "link-created",
        LinkOrigin::Automatic => "link-automatic",
        LinkOrigin::ByHand => "link-hand",
    })
}
