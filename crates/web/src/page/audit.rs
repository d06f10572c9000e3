//! The audit log (page 10): who did what when, before and after.

use askama::Template;
use model::Policy;
use model::ids::PublicId;
use store::{AuditOf, AuditRow, SignedIn};

use crate::answer::{Answer, Outcome};
use crate::audit::key;
use crate::frame::{Frame, colour, initials};
use crate::visit::Visit;

/// Lines on a page.
const PAGE: i64 = 100;

#[derive(Template)]
#[template(path = "audit.html")]
struct Audit {
    f: Frame,
    q: String,
    rows: Vec<Row>,
    older: Option<String>,
}

struct Row {
    at: String,
    who: String,
    initials: String,
    colour: u8,
    /// A sentence's end; empty where it was a command.
    what: String,
    /// The command.
    command: String,
    customer: String,
    /// Where what it is about is looked at.
    link: String,
    changes: Vec<String>,
}

/// The page.
pub fn page(visit: &Visit, person: &SignedIn) -> Outcome {
    let f = Frame::of(visit, person, "audit")?;
    let q: String = visit.query.get("q").chars().take(100).collect();
    let of = AuditOf { words: &q, before: visit.query.get("before").parse().ok(), customer: None };
    let found = person.store().audited(&of, PAGE)?;
    let last = found.last().filter(|_| found.len() as i64 == PAGE);
    let older = last.map(|row| {
        let words = url::form_urlencoded::byte_serialize(q.as_bytes()).collect::<String>();
        format!("/audit?q={words}&before={}", row.id)
    });
    let rows = found.iter().map(|row| line(&f, row)).collect();
    Answer::page(&Audit { f, q, rows, older })
}

/// A line of what was changed, with names of rules and of what is said of people in words.
fn change(f: &Frame, line: &str) -> String {
    let Some((what, rest)) = line.split_once(": ") else { return line.to_owned() };
    let name = match what {
        "everybody" => f.s("scope-who-h"),
        "choose" => f.s("scope-choose"),
        "exclude" => f.s("scope-exclude"),
        "clear" => f.s("scope-clear"),
        "credential_ends" => f.s("connect-ends"),
        "undone-run" => f.s("audit-undone-run"),
        "undone-since" => f.s("audit-undone-since"),
        "short-name" => f.s("customer-slug"),
        rule if Policy::KEYS.contains(&rule) => show::rules::name(rule),
        other => show::master::named(other).map_or_else(|| other.to_owned(), |key| key.label().to_owned()),
    };
    format!("{name}: {rest}")
}

fn line(f: &Frame, row: &AuditRow) -> Row {
    let deed = &row.deed;
    let is_route = deed.what.starts_with('/');
    let text = key(&deed.what);
    let what = match is_route {
        true if f.t.has(&text) => f.s(&text),
        // A route of a Whoswho that knew more, or less.
        true => deed.what.clone(),
        false => String::new(),
    };
    // Whoever typed a command may have spoken another language.
    let word = f.s("by-command-line");
    let who = match deed.account {
        Some(_) => deed.actor.clone(),
        None => deed.actor.replace("command line", &word).replace("Befehlszeile", &word),
    };
    let of_contact = deed.about.parse::<PublicId>().is_ok() && deed.what.contains("/book/");
    Row {
        at: f.times.exact(row.at),
        initials: initials(&who),
        colour: colour(&who),
        who,
        what,
        command: if is_route { String::new() } else { format!("whoswho {}", deed.what) },
        customer: deed.customer.clone(),
        link: if of_contact { format!("/c/{}/book/{}", deed.customer, deed.about) } else { String::new() },
        changes: deed.detail.lines().map(|line| change(f, line)).collect(),
    }
}
