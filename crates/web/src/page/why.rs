//! Why somebody is in the book, or is not (W14): step by step, from what was last read. Who is meant stands in the address, as a
//! contact's id, an id at Microsoft 365, an e-mail address or a sign-in name; whoever is not known may be read anew by it.

use askama::Template;
use model::{Right, SourceId};
use show::explain::{ExplanationJson, Voice, explain};
use show::people::{binned_of, entries_of, sources_of};
use store::{Book, ConnectionRow, SignedIn};

use crate::answer::{Answer, Outcome, Trouble};
use crate::frame::Frame;
use crate::page::import::scope::{Act, said_by_hand};
use crate::page::person::name_of;
use crate::visit::Visit;

/// People who are explained on one page.
const MOST: usize = 5;

#[derive(Template)]
#[template(path = "why.html")]
struct Page {
    f: Frame,
    q: String,
    people: Vec<Person>,
    /// People who have the address and are not shown.
    more: i64,
    /// Why nobody is explained.
    note: String,
    /// A contact that nobody stands behind, or that lies in the bin.
    href: String,
    /// What could be looked up at Microsoft 365.
    asks: String,
    /// What was just said of somebody by hand.
    done: String,
    may: bool,
}

/// Somebody who is explained.
struct Person {
    heading: String,
    is_in: bool,
    text: String,
    steps: Vec<Step>,
    findings: Vec<String>,
    source: String,
    name: String,
    /// What can be said of them by hand.
    acts: Vec<Act>,
}

/// A step of the explanation.
struct Step {
    name: String,
    icon: &'static str,
    colour: &'static str,
    text: String,
    /// Where more is to be seen or done.
    href: String,
    link: String,
}

/// The page.
pub fn page(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    let f = Frame::of_customer(visit, person, book, "book")?;
    let q = visit.query.get("person").to_owned();
    let mut page = Page {
        may: f.may(Right::Act),
        people: Vec::new(),
        more: 0,
        note: String::new(),
        href: String::new(),
        asks: String::new(),
        done: match visit.query.get("done") {
            "choose" => f.n("scope-chosen-done", 1),
            "exclude" => f.n("scope-excluded-done", 1),
            "clear" => f.n("scope-cleared-done", 1),
            _ => String::new(),
        },
        q,
        f,
    };
    if page.q.is_empty() {
        return Answer::page(&page);
    }
    let Some(connection) = book.connection()? else {
        page.note = page.f.s("why-not-connected");
        return Answer::page(&page);
    };
    let found = sources_of(book, connection.id, &page.q)?;
    page.more = found.len().saturating_sub(MOST) as i64;
    for source in found.iter().take(MOST) {
        let told = told(&page.f, book, &connection, source)?;
        page.people.push(told);
    }
    if found.is_empty() {
        nobody(&mut page, book)?;
    }
    Answer::page(&page)
}

/// Nobody at Microsoft 365 is known by that: a contact that is kept by hand, one of the bin, or nobody at all.
fn nobody(page: &mut Page, book: &Book) -> Result<(), Trouble> {
    let base = page.f.base();
    if let Some(entry) = entries_of(book, &page.q)?.first() {
        page.href = format!("{base}/book/{}", book.public_id(entry.contact.id));
        page.note = page.f.x("why-by-hand", name_of(&page.f, &entry.contact));
    } else if let Some(binned) = binned_of(book, &page.q)?.first() {
        page.href = format!("{base}/bin?select={}", book.public_id(binned.contact.id));
        page.note = page.f.x("why-in-bin", name_of(&page.f, &binned.contact));
    } else {
        page.note = page.f.x("why-nobody", &page.q);
        if page.q.contains('@') {
            page.asks = page.q.clone();
        }
    }
    Ok(())
}

fn told(f: &Frame, book: &Book, connection: &ConnectionRow, source: &SourceId) -> Result<Person, Trouble> {
    let told = explain(book, connection, source, Voice::Pages)?;
    let name = told.name.clone().or_else(|| told.contact_name.clone());
    let name = name.unwrap_or_else(|| f.s("contact-unnamed"));
    let in_book = told.contact.is_some() && told.removed_at.is_none();
    Ok(Person {
        heading: f.x(if in_book { "why-in" } else { "why-out" }, &name),
        is_in: in_book,
        text: told.text.clone(),
        steps: told.steps.iter().map(|one| step(f, &told, one.step, &one.text)).collect(),
        findings: told.findings.iter().map(|finding| finding.text.clone()).collect(),
        source: source.to_string(),
        acts: said_by_hand(f, &book.scope(connection.id)?, source),
        name,
    })
}

fn step(f: &Frame, told: &ExplanationJson, name: &str, text: &str) -> Step {
    let (key, icon) = match name {
        "known" => ("why-known", "src"),
        "account" => ("why-account", "person"),
        "scope" => ("why-scope", "rule"),
        "link" => ("why-link", "link"),
        "contact" => ("why-contact", "book"),
        "pin" => ("why-pin", "pin"),
        "rejection" => ("why-rejection", "x"),
        "hold" => ("why-hold", "hand"),
        _ => ("why-next", "runs"),
    };
    let stops = matches!(
        (name, told.standing),
        ("scope", "out" | "kept_out") | ("known", "unknown" | "hidden" | "missing")
    );
    let base = f.base();
    let (href, link) = match (name, &told.contact, &told.removed_at) {
        ("contact", Some(id), None) => (format!("{base}/book/{id}"), "why-to-contact"),
        ("contact", Some(id), Some(_)) => (format!("{base}/bin?select={id}"), "why-to-bin"),
        ("hold" | "next", ..) if !told.holds.is_empty() || !told.would.is_empty() => {
            (format!("{base}/plan"), "to-plan")
        }
        _ => (String::new(), ""),
    };
    Step {
        name: f.s(key),
        icon,
        colour: if stops || name == "hold" { "t-held" } else { "t-acc" },
        text: text.to_owned(),
        link: if href.is_empty() { String::new() } else { f.s(link) },
        href,
    }
}
