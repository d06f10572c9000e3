//! A contact: its values and where each comes from (A9), pins with reason and end (W10), what happened to it with former values
//! (W5), its link, its groups.

use std::collections::BTreeSet;

use askama::Template;
use model::link::LinkOrigin;
use model::policy::Ownership;
use model::search::NAMING;
use model::{Contact, ContactId, Field, Origin, Policy, Right, SourceId};
use store::{Account, Book, BookEntry, By, ConnectionRow, Event, Line, SignedIn};

use crate::answer::{Answer, Outcome, Trouble};
use crate::frame::{Frame, colour, initials};
use crate::page::customer::{link_text, origin};
use crate::page::person::{label, mailto, name_of};
use crate::page::put_back::puts_back;
use crate::visit::Visit;

/// Lines of a history that are shown.
const LINES: usize = 100;

#[derive(Template)]
#[template(path = "contact.html")]
struct One {
    f: Frame,
    base: String,
    name: String,
    initials: String,
    colour: u8,
    sub: String,
    badge: &'static str,
    icon: &'static str,
    origin: String,
    linked: String,
    left: String,
    values: Vec<ValueRow>,
    lines: Vec<HistoryRow>,
    more: bool,
    link: Option<LinkFacts>,
    connected: bool,
    groups: Vec<(String, String)>,
    id: String,
    updated: String,
    may: bool,
    done: String,
}

/// A field with its value and where that comes from.
struct ValueRow {
    field: &'static str,
    label: String,
    parts: Vec<Part>,
    former: String,
    pin: String,
    /// Class and icon of where the value comes from, and the words.
    from: (&'static str, &'static str, String),
}

/// A value, or one of several numbers.
struct Part {
    text: String,
    /// Where it leads; empty for nowhere.
    href: String,
    /// How it was typed, where that is another text.
    typed: String,
}

impl Part {
    fn of(f: &Frame, field: Field, typed: &str) -> Self {
        let text = if is_phone(field) { f.phone(typed) } else { typed.to_owned() };
        let href = match field {
            Field::Email => mailto(typed),
            Field::Mobile | Field::BusinessPhones => {
                format!("tel:{}", show::numbers::dialled(typed, &f.numbers))
            }
            _ => String::new(),
        };
        let typed = if text == typed { String::new() } else { f.x("number-typed", typed) };
        // Of a text that is no number nothing is left to dial.
        let href = if href == "tel:" { String::new() } else { href };
        Self { text, href, typed }
    }
}

const fn is_phone(field: Field) -> bool {
    matches!(field, Field::Mobile | Field::BusinessPhones)
}

/// A line of the history.
struct HistoryRow {
    at: String,
    what: String,
    before: String,
    after: String,
    changed: bool,
    by: String,
    /// The run that did it, by which it is taken back; on the first of its lines only.
    run: Option<i64>,
    /// Where its value is put back, and what that is called.
    put_back: Option<(String, String)>,
}

/// Whom a contact is linked to.
struct LinkFacts {
    name: String,
    email: String,
    id: String,
    how: String,
    held: Option<String>,
}

/// The page.
pub fn show(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    let id = contact_of(visit, book)?;
    let Some(entry) = book.entry(id)? else {
        // Whoever follows an older link finds the contact where it lies now.
        book.binned(id)?.ok_or(Trouble::NotFound)?;
        return Answer::to(&format!("/c/{}/bin?select={}", book.customer.slug, book.public_id(id)));
    };
    let f = Frame::of_customer(visit, person, book, "book")?;
    let contact = &entry.contact;
    let name = name_of(&f, contact);
    let text = |field| contact.values.get(field).unwrap_or_default();
    let sub = [text(Field::JobTitle), text(Field::Site)];
    let sub = sub.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ");
    let (badge, icon, origin) = origin(&f, contact.origin);
    let history = book.history(id)?;
    let connection = book.connection()?;
    let accounts = book.store().accounts()?;
    let base = format!("/c/{}/book/{}", book.customer.slug, book.public_id(id));
    Answer::page(&One {
        initials: initials(&name),
        colour: colour(&name),
        sub,
        badge,
        icon,
        origin,
        linked: entry.linked.map(|linked| link_text(&f, linked)).unwrap_or_default(),
        left: contact.left_at.map(|at| f.x("left-since", f.times.day(at))).unwrap_or_default(),
        values: values(&f, &book.policy()?, &entry, &history),
        more: history.len() > LINES,
        lines: lines(&f, book, &entry, (&history, &accounts), connection.is_some())?,
        link: link_facts(&f, book, connection.as_ref(), &entry)?,
        connected: connection.is_some(),
        groups: entry
            .groups
            .iter()
            .map(|(id, name)| (format!("/c/{}/book?group={}", book.customer.slug, id.number()), name.clone()))
            .collect(),
        id: book.public_id(id).to_string(),
        updated: f.times.exact(contact.updated_at),
        may: f.may(Right::Act),
        done: done(&f, visit.query.get("done")),
        name,
        base,
        f,
    })
}

/// What was just done, for whoever comes back from a form.
fn done(f: &Frame, what: &str) -> String {
    let key = match what {
        "saved" => "done-saved",
        "added" => "done-added",
        "merged" => "done-merged",
        "linked" => "done-linked",
        "unlinked" => "done-unlinked",
        "unpinned" => "done-unpinned",
        "put-back" => "done-put-back",
        "held" => "done-held",
        "let-go" => "done-let-go",
        _ => return String::new(),
    };
    f.s(key)
}

/// The contact that the path names, of whichever customer.
pub fn contact_of(visit: &Visit, book: &Book) -> Result<ContactId, Trouble> {
    let id = visit.part("contact").parse().ok().and_then(|id| book.store().contact_of(id));
    id.ok_or(Trouble::NotFound)
}

/// The living contact that the path names.
pub fn entry_of(visit: &Visit, book: &Book) -> Result<BookEntry, Trouble> {
    book.entry(contact_of(visit, book)?)?.ok_or(Trouble::NotFound)
}

/// Whether runs write a field of this contact.
pub fn is_owned(policy: &Policy, entry: &BookEntry, field: Field) -> bool {
    entry.linked.is_some() && entry.contact.left_at.is_none() && policy.ownership(field) == Ownership::Always
}

fn values(f: &Frame, policy: &Policy, entry: &BookEntry, history: &[Line]) -> Vec<ValueRow> {
    let contact = &entry.contact;
    let shown = Field::ALL.into_iter().filter_map(|field| {
        let typed = contact.values.get(field)?;
        let parts: Vec<Part> = if is_phone(field) {
            typed.lines().map(|number| Part::of(f, field, number)).collect()
        } else {
            vec![Part::of(f, field, typed)]
        };
        let value = typed.replace('\n', ", ");
        Some(ValueRow {
            field: field.name(),
            label: f.s(label(field)),
            former: former(f, field, &value, history),
            parts,
            pin: pin_text(f, contact, field).unwrap_or_default(),
            from: source_of(f, policy, (entry, history), field),
        })
    });
    shown.collect()
}

/// Where a value comes from: runs that write it still, a run that wrote it once, a person, or a file.
fn source_of(
    f: &Frame,
    policy: &Policy,
    (entry, history): (&BookEntry, &[Line]),
    field: Field,
) -> (&'static str, &'static str, String) {
    // The latest comes first.
    let changed = history.iter().find(|line| line.event == Event::Changed(field));
    if is_owned(policy, entry, field) {
        let by_hand = matches!(changed.map(|line| line.by), Some(By::Hand | By::Account(_)));
        return origin(f, if by_hand { Origin::Manual } else { Origin::Microsoft365 });
    }
    let from = match changed.map(|line| line.by) {
        Some(By::Run(_)) => Origin::Microsoft365,
        Some(By::Hand | By::Account(_)) => Origin::Manual,
        None => entry.contact.origin,
    };
    match from {
        Origin::Microsoft365 => ("src", "src", f.s("from-365-once")),
        Origin::Manual | Origin::Csv => origin(f, from),
    }
}

/// "früher Weiß": what a name or address was before, as long as it is kept.
fn former(f: &Frame, field: Field, now: &str, history: &[Line]) -> String {
    if !NAMING.contains(&field) {
        return String::new();
    }
    let changed = history.iter().filter(|line| line.event == Event::Changed(field));
    let mut all: Vec<&str> =
        changed.filter_map(|line| line.before.as_deref()).filter(|b| *b != now).collect();
    all.dedup();
    if all.is_empty() { String::new() } else { f.x("formerly", all.join(", ")) }
}

/// "angeheftet bis 31.12.2026: „Diensthandy in Reparatur“"; `None` where nothing holds.
pub fn pin_text(f: &Frame, contact: &Contact, field: Field) -> Option<String> {
    let pin = contact.pins.iter().find(|pin| pin.field == field && pin.holds(f.times.now))?;
    Some(match pin.until {
        Some(until) => f.t.w("pinned-until", &[("day", &f.times.day(until)), ("x", &pin.reason)]),
        None => f.x("pinned", &pin.reason),
    })
}

/// Lines of the history, each with the way back: a run's by an undo of what it did about this contact, as long as its plan is
/// known, a value that a person typed by itself.
fn lines(
    f: &Frame,
    book: &Book,
    entry: &BookEntry,
    (history, accounts): (&[Line], &[Account]),
    connected: bool,
) -> Result<Vec<HistoryRow>, Trouble> {
    let (may, mut runs, mut fields) = (f.may(Right::Act), BTreeSet::new(), BTreeSet::new());
    let base = format!("{}/book/{}", f.base(), book.public_id(entry.contact.id));
    let mut rows = Vec::new();
    for line in history.iter().take(LINES) {
        let mut row = history_row(f, line, accounts);
        match line.by {
            By::Run(run) if may && connected && runs.insert(run) && book.plan_of(run)?.is_some() => {
                row.run = Some(run.0);
            }
            By::Run(_) => {}
            By::Hand | By::Account(_) => {
                // The latest line of a field only: older ones have been followed.
                let back = puts_back(entry, line).filter(|(field, _)| may && fields.insert(*field));
                row.put_back = back.map(|(field, _)| {
                    let href = format!("{base}/put-back?field={}&at={}", field.name(), line.at.0);
                    (href, f.x("put-back-button", f.s(label(field))))
                });
            }
        }
        rows.push(row);
    }
    Ok(rows)
}

fn history_row(f: &Frame, line: &Line, accounts: &[Account]) -> HistoryRow {
    let field = |field: Field| f.s(label(field));
    let (what, changed) = match line.event {
        Event::Changed(of) => (field(of), true),
        Event::Pinned(of) => (f.x("event-pinned", field(of)), false),
        Event::Unpinned(of) => (f.x("event-unpinned", field(of)), false),
        Event::Created => (f.s("event-created"), false),
        Event::Linked => (f.s("event-linked"), false),
        Event::Unlinked => (f.s("event-unlinked"), false),
        Event::Left => (f.s("event-left"), false),
        Event::Returned => (f.s("event-returned"), false),
        Event::Removed => (f.s("event-removed"), false),
        Event::Restored => (f.s("event-restored"), false),
        Event::Joined(_) => (f.s("event-joined"), false),
        Event::Parted(_) => (f.s("event-parted"), false),
    };
    let value = |value: &Option<String>| value.as_deref().unwrap_or_default().replace('\n', ", ");
    // Whose term has passed is told apart from what was empty.
    let known = line.before.is_some() || line.after.is_some();
    HistoryRow {
        at: f.times.short(line.at),
        what: if changed && !known { f.x("event-changed", what) } else { what },
        before: value(&line.before),
        after: value(&line.after),
        changed: changed && known,
        by: who(f, line.by, accounts),
        run: None,
        put_back: None,
    }
}

fn who(f: &Frame, by: By, accounts: &[Account]) -> String {
    match by {
        By::Run(run) => f.x("by-run", f.number(run.0)),
        By::Hand => f.s("by-command-line"),
        By::Account(id) => {
            let known = accounts.iter().find(|account| account.id == id);
            known.map_or_else(|| f.s("by-former-account"), |account| account.name.clone())
        }
    }
}

fn link_facts(
    f: &Frame,
    book: &Book,
    connection: Option<&ConnectionRow>,
    entry: &BookEntry,
) -> Result<Option<LinkFacts>, Trouble> {
    let (Some(connection), Some(source), Some(linked)) = (connection, &entry.source, entry.linked) else {
        return Ok(None);
    };
    let (name, email) = person_of(book, connection, source)?;
    let held = book.held_people(connection.id)?.remove(source);
    Ok(Some(LinkFacts {
        name,
        email,
        id: source.to_string(),
        how: f.s(match linked {
            LinkOrigin::Creation => "link-how-created",
            LinkOrigin::Automatic => "link-how-automatic",
            LinkOrigin::ByHand => "link-how-hand",
        }),
        held: held.map(|held| {
            let since = f.times.day(held.since);
            if held.why.is_empty() {
                f.x("held-since", since)
            } else {
                format!("{}: {}", f.x("held-since", since), held.why)
            }
        }),
    }))
}

/// Name and address of somebody at Microsoft 365, as the last read told them.
pub fn person_of(
    book: &Book,
    connection: &ConnectionRow,
    source: &SourceId,
) -> Result<(String, String), Trouble> {
    let known = book.mirror_users(connection.id, std::slice::from_ref(source))?.remove(source);
    let user = known.map(|mirror| mirror.user);
    let name = user.as_ref().and_then(::show::people::user_name).unwrap_or_default();
    let email = user.and_then(|user| user.mail.or(user.upn)).map(Into::into).unwrap_or_default();
    Ok((name, email))
}
