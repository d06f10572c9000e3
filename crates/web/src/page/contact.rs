//! A contact: its values and where each comes from (A9), pins, groups.

use askama::Template;
use model::policy::Ownership;
use model::{ContactId, Field};
use store::{Book, BookEntry, SignedIn};

use crate::answer::{Answer, Outcome, Trouble};
use crate::frame::{Frame, colour, initials};
use crate::page::customer::{link_text, origin};
use crate::page::person::{label, mailto, name_of, tel};
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "contact.html")]
struct One {
    f: Frame,
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
    groups: Vec<String>,
    id: String,
    updated: String,
}

/// A field with its value and where that comes from.
struct ValueRow {
    label: String,
    value: String,
    href: String,
    pin: String,
    from_365: bool,
}

/// The page.
pub fn show(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    let id = contact_of(visit, book)?;
    let entry = book.entry(id)?.ok_or(Trouble::NotFound)?;
    let f = Frame::of_customer(visit, person, book, "book")?;
    let contact = &entry.contact;
    let name = name_of(&f, contact);
    let text = |field| contact.values.get(field).unwrap_or_default();
    let sub = [text(Field::JobTitle), text(Field::Site)];
    let sub = sub.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ");
    let (badge, icon, origin) = origin(&f, contact.origin);
    Answer::page(&One {
        initials: initials(&name),
        colour: colour(&name),
        sub,
        badge,
        icon,
        origin,
        linked: entry.linked.map(|linked| link_text(&f, linked)).unwrap_or_default(),
        left: contact.left_at.map(|at| f.x("left-since", f.times.day(at))).unwrap_or_default(),
        values: values(&f, book, &entry)?,
        groups: entry.groups.iter().map(|(_, name)| name.clone()).collect(),
        id: book.public_id(id).to_string(),
        updated: f.times.exact(contact.updated_at),
        name,
        f,
    })
}

/// The contact that the path names, of whichever customer.
pub fn contact_of(visit: &Visit, book: &Book) -> Result<ContactId, Trouble> {
    let id = visit.part("contact").parse().ok().and_then(|id| book.store().contact_of(id));
    id.ok_or(Trouble::NotFound)
}

fn values(f: &Frame, book: &Book, entry: &BookEntry) -> Result<Vec<ValueRow>, Trouble> {
    let contact = &entry.contact;
    let owned = book.policy()?;
    let shown = Field::ALL.into_iter().filter_map(|field| {
        let value = contact.values.get(field)?.replace('\n', ", ");
        let href = match field {
            Field::Email => mailto(&value),
            Field::Mobile => format!("tel:{}", tel(&value)),
            _ => String::new(),
        };
        let pin = contact.pins.iter().find(|pin| pin.field == field && pin.holds(f.times.now));
        let pin = pin.map(|pin| match pin.until {
            Some(until) => f.t.w("pinned-until", &[("day", &f.times.day(until)), ("x", &pin.reason)]),
            None => f.x("pinned", &pin.reason),
        });
        let from_365 = entry.linked.is_some() && owned.ownership(field) == Ownership::Always;
        Some(ValueRow { label: f.s(label(field)), value, href, pin: pin.unwrap_or_default(), from_365 })
    });
    Ok(shown.collect())
}
