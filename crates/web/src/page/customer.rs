//! One customer at a glance: how the connection stands, what needs attention, the latest runs, the book.

use askama::Template;
use model::Timestamp;
use model::{LinkOrigin, Origin};
use store::{Book, ConnectionRow, ForAPerson, SignedIn, Watched};
use sync::{Alarm, Why};

use crate::answer::{Answer, Outcome};
use crate::frame::Frame;
use crate::page::customers::preset_text;
use crate::page::runs::{RunLine, lines};
use crate::visit::Visit;

/// Runs shown.
const RUNS: i64 = 6;

/// How a customer stands, in one sign and some words.
#[derive(Debug, Clone)]
pub struct State {
    /// Class of the colour.
    pub colour: &'static str,
    /// The icon.
    pub icon: &'static str,
    /// The words.
    pub text: String,
    needs: bool,
}

impl State {
    /// The most urgent of what is known.
    pub fn of(f: &Frame, watched: Option<&Watched>, alarm: Option<&Alarm>, waits: ForAPerson) -> Self {
        let state = |colour, icon, key: &str, needs| Self { colour, icon, text: f.s(key), needs };
        let Some(watched) = watched else { return state("muted", "none", "state-off", false) };
        if let Some(alarm) = alarm {
            return match alarm.why {
                Why::Unreadable { .. } => state("t-bad", "bad", "state-unreadable", true),
                Why::Failed { .. } => state("t-bad", "bad", "state-failed", true),
                Why::Silent { .. } => state("t-bad", "bad", "state-silent", true),
            };
        }
        if waits.held > 0 || waits.first_plan {
            return state("t-held", "hand", "state-waiting", true);
        }
        if sync::quarantine(watched).is_some() {
            return state("t-held", "clock", "state-paused", true);
        }
        if watched.last.is_none() {
            return state("muted", "none", "state-new", false);
        }
        state("t-ok", "ok", "state-good", false)
    }

    /// Whether somebody must do something.
    pub const fn needs_somebody(&self) -> bool {
        self.needs
    }
}

/// How long the credential lasts: words, a second line, a colour.
pub fn access(
    f: &Frame,
    connection: Option<&ConnectionRow>,
    warn_days: i64,
) -> (String, String, &'static str) {
    let Some(connection) = connection else { return ("–".into(), String::new(), "muted") };
    standing(f, (connection.credential_ends_at, connection.credential_left_out), warn_days)
}

/// The same of any credential: when it ends, and whether a restore left it out.
pub fn standing(
    f: &Frame,
    (ends, left_out): (Option<Timestamp>, bool),
    warn_days: i64,
) -> (String, String, &'static str) {
    if left_out {
        return (f.s("access-left-out"), String::new(), "t-bad");
    }
    let Some(ends) = ends else {
        return (f.s("access-unknown"), String::new(), "soft");
    };
    let days = f.times.days_until(ends).unwrap_or_default();
    if ends < f.times.now {
        return (f.s("access-ended"), f.times.day(ends), "t-bad");
    }
    let colour = if days <= warn_days { "t-held" } else { "" };
    (f.n("access-days", days), f.times.day(ends), colour)
}

#[derive(Template)]
#[template(path = "customer.html")]
struct Overview {
    f: Frame,
    state: State,
    connection_line: String,
    connected: bool,
    held: i64,
    first_plan: bool,
    alarm: String,
    runs: Vec<RunLine>,
    tenant: String,
    since: String,
    access: String,
    access_sub: String,
    access_colour: &'static str,
    contacts: String,
    imported: String,
    groups: String,
    preset: String,
}

/// The page.
pub fn overview(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    let f = Frame::of_customer(visit, person, book, "overview")?;
    let (watched, alarm) = sync::look_at(book, f.times.now)?.unzip();
    let alarm = alarm.flatten();
    let waits = book.for_a_person()?;
    let state = State::of(&f, watched.as_ref(), alarm.as_ref(), waits);
    let connection = book.connection()?;
    let last_good = book.customer.last_good_at.map(|at| f.x("last-good", f.times.short(at)));
    let connection_line = match &connection {
        Some(c) => {
            let (tenant, day) = (tenant(&f, c), f.times.day(c.connected_at));
            let since = f.t.w("connected-since", &[("tenant", &tenant), ("day", &day)]);
            std::iter::once(since).chain(last_good).collect::<Vec<_>>().join(" · ")
        }
        None => f.s("not-connected"),
    };
    let (access, access_sub, access_colour) = access(&f, connection.as_ref(), 30);
    let size = book.size()?;
    Answer::page(&Overview {
        alarm: alarm
            .and_then(|a| a.error)
            .map(|error| show::texts::kept(&error).to_owned())
            .unwrap_or_default(),
        runs: lines(&f, &book.runs(RUNS)?),
        tenant: connection.as_ref().map(|c| tenant(&f, c)).unwrap_or_default(),
        since: connection.as_ref().map(|c| f.times.exact(c.connected_at)).unwrap_or_default(),
        connected: connection.is_some(),
        contacts: f.number(size.contacts),
        imported: f.number(size.linked),
        groups: f.number(size.groups),
        preset: preset_text(&f, book.customer.preset),
        held: waits.held,
        first_plan: waits.first_plan,
        state,
        connection_line,
        access,
        access_sub,
        access_colour,
        f,
    })
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
