//! What needs attention at a customer, the most urgent first, each with the button that solves it.

use store::{AppOf, Book};
use sync::Why;

use crate::answer::Trouble;
use crate::frame::Frame;
use crate::page::stand::Known;

/// Something that needs attention.
pub(super) struct Note {
    /// Its class.
    pub(super) tone: &'static str,
    /// Its icon.
    pub(super) icon: &'static str,
    /// What happened.
    pub(super) heading: String,
    /// What that means.
    pub(super) text: String,
    /// Where it is solved.
    pub(super) href: String,
    /// What stands on the button.
    pub(super) button: String,
}

/// All of them.
pub(super) fn notes(f: &Frame, book: &Book, known: &Known<'_>) -> Result<Vec<Note>, Trouble> {
    let mut notes = Vec::new();
    if sync::under_way(book)?.is_some() {
        notes.push(note(
            f,
            ("", "runs"),
            f.s("live-run-h"),
            f.s("overview-live"),
            ("/live", "overview-watch"),
        ));
    }
    let Some(watched) = known.watched else {
        notes.extend(without_runs(f, known));
        return Ok(notes);
    };
    let renew = match known.access.app {
        AppOf::Customer if f.may_connect() => ("/connection/renew", "renew-access"),
        AppOf::Customer | AppOf::Operator => ("/connection", "view-connection"),
    };
    let now = f.times.now;
    if known.access.has_ended(now) {
        notes.push(note(f, ("bad", "key"), f.s("todo-ended"), f.s("overview-ended"), renew));
    } else if known.lacks() {
        let missing = known.granted.map(|granted| granted.missing.join(", ")).unwrap_or_default();
        let heading = f.x("todo-missing", missing);
        let to = ("/connection", "view-connection");
        notes.push(note(f, ("bad", "shield"), heading, f.s("overview-missing"), to));
    } else if let Some(alarm) = known.alarm {
        let heading = match alarm.why {
            Why::Silent { .. } => "todo-silent",
            Why::Failed { .. } => "todo-failed",
            Why::Unreadable { .. } => "todo-unreadable",
        };
        let error = alarm.error.as_ref().map(|error| show::texts::kept(error).to_owned());
        let text = error.unwrap_or_else(|| f.s("overview-silent"));
        let heading = f.x(heading, f.times.short(alarm.since()));
        notes.push(note(f, ("bad", "bad"), heading, text, ("/runs", "view-runs")));
    } else if let Some(quarantine) = sync::quarantine(watched) {
        let until = f.times.short(quarantine.until);
        let heading = f.t.nw("todo-paused", quarantine.failures, &[("until", &until)]);
        notes.push(note(f, ("held", "clock"), heading, f.s("overview-paused"), ("/runs", "view-runs")));
    }
    if known.waits.held > 0 {
        let heading = f.n("todo-held", known.waits.held);
        notes.push(note(f, ("held", "hand"), heading, f.s("held-text"), ("/plan", "view-plan")));
    }
    if known.waits.first_plan {
        let heading = f.s("todo-first-plan");
        notes.push(note(f, ("", "plan"), heading, f.s("first-plan-text"), ("/plan", "view-plan")));
    }
    if known.access.expires(now) {
        let days = known.access.ends.and_then(|at| f.times.days_until(at)).unwrap_or_default();
        notes.push(note(f, ("held", "key"), f.n("todo-expiring", days), f.s("overview-expiring"), renew));
    }
    Ok(notes)
}

/// Why no run starts at a customer that is connected.
fn without_runs(f: &Frame, known: &Known<'_>) -> Option<Note> {
    if known.nobody {
        let (heading, text) = (f.s("overview-nobody-h"), f.s("overview-nobody"));
        let to = ("/import/scope", "overview-nobody-button");
        return Some(note(f, ("held", "people"), heading, text, to));
    }
    let (heading, text) = (f.s("overview-asleep-h"), f.s("overview-asleep"));
    known.connected.then(|| note(f, ("", "off"), heading, text, ("/policy", "policy-all-rules")))
}

fn note(
    f: &Frame,
    (tone, icon): (&'static str, &'static str),
    heading: String,
    text: String,
    (href, button): (&str, &str),
) -> Note {
    Note { tone, icon, heading, text, href: format!("{}{href}", f.base()), button: f.s(button) }
}
