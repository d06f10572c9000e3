//! The contact book: search by any word, number or former name; a contact with where each value comes from (A9, W5, W10).

use askama::Template;
use model::policy::Ownership;
use model::search::{collation_key, terms};
use model::{Contact, ContactId, Field};
use store::{Book, BookEntry, Hit, SignedIn};

use crate::answer::{Answer, Outcome, Trouble};
use crate::frame::{Frame, colour, initials};
use crate::page::customer::{link_text, origin};
use crate::visit::Visit;

/// Contacts on a page.
const PAGE: usize = 50;
/// Up to so many contacts a book is shown in the order of its names, page by page; above, by search and in the order in which
/// contacts came.
const SORTED_UP_TO: i64 = 5_000;

#[derive(Template)]
#[template(path = "book.html")]
struct List {
    f: Frame,
    q: String,
    contacts: i64,
    rows: Vec<Row>,
    found: String,
    before: Option<String>,
    after: Option<String>,
    sorted: bool,
    /// There are more than a person would look through.
    more: bool,
}

/// A contact in a list.
pub struct Row {
    href: String,
    name: String,
    initials: String,
    colour: u8,
    sub: String,
    email: String,
    phone: String,
    tel: String,
    badge: &'static str,
    icon: &'static str,
    origin: String,
    left: bool,
    pins: i64,
    formerly: String,
}

/// The page.
pub fn list(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    let f = Frame::of_customer(visit, person, book, "book")?;
    let q = visit.query.get("q").to_owned();
    let size = book.size()?.contacts;
    let sorted = size <= SORTED_UP_TO;
    let (mut hits, more) = read(visit, book, &q, sorted)?;
    if sorted {
        let name = |hit: &Hit| hit.entry.contact.values.get(Field::DisplayName).map(collation_key);
        hits.sort_by_cached_key(|hit| (name(hit), hit.entry.contact.id));
    }
    let of = hits.len();
    let page = visit.query.get("page").parse::<usize>().unwrap_or(1).clamp(1, of.div_ceil(PAGE).max(1));
    let from = (page - 1) * PAGE;
    let rows: Vec<Row> = hits.iter().skip(from).take(PAGE).map(|hit| row(&f, book, hit)).collect();
    let link = |page: usize| {
        let mut link = url::form_urlencoded::Serializer::new(String::new());
        if !q.is_empty() {
            link.append_pair("q", &q);
        }
        format!("{}?{}", visit.path, link.append_pair("page", &page.to_string()).finish())
    };
    let found = if rows.is_empty() {
        String::new()
    } else {
        f.pager(from as i64 + 1, (from + rows.len()) as i64, of as i64)
    };
    Answer::page(&List {
        before: (page > 1).then(|| link(page - 1)),
        after: (from + rows.len() < of).then(|| link(page + 1)),
        contacts: size,
        q,
        rows,
        found,
        sorted,
        more,
        f,
    })
}

/// What is found, or the book; of a large one as much as a person would look through, and whether there is more.
fn read(visit: &Visit, book: &Book, q: &str, sorted: bool) -> Result<(Vec<Hit>, bool), Trouble> {
    let most = if sorted { SORTED_UP_TO } else { 1_000 };
    if q.is_empty() {
        let page = book.page(None, most)?;
        let more = !sorted && page.len() as i64 == most;
        return Ok((page.into_iter().map(|entry| Hit { entry, formerly: Vec::new() }).collect(), more));
    }
    let found = book.search(&terms(q), None, most, visit.now)?;
    Ok((found.hits, found.next.is_some()))
}

fn row(f: &Frame, book: &Book, hit: &Hit) -> Row {
    let contact = &hit.entry.contact;
    let name = name_of(f, contact);
    let text = |field| contact.values.get(field).unwrap_or_default().to_owned();
    let phone = phone_of(contact);
    let sub = [text(Field::JobTitle), text(Field::Department), text(Field::Site)];
    let sub = sub.into_iter().filter(|part| !part.is_empty()).take(2).collect::<Vec<_>>().join(" · ");
    let (badge, icon, origin) = origin(f, contact.origin);
    Row {
        href: format!("/c/{}/book/{}", book.customer.slug, book.public_id(contact.id)),
        initials: initials(&name),
        colour: colour(&name),
        name,
        sub,
        email: text(Field::Email),
        tel: tel(&phone),
        phone,
        badge,
        icon,
        origin,
        left: contact.left_at.is_some(),
        pins: contact.pins.iter().filter(|pin| pin.holds(f.times.now)).count() as i64,
        formerly: hit.formerly.first().cloned().unwrap_or_default(),
    }
}

fn name_of(f: &Frame, contact: &Contact) -> String {
    let name = contact.values.get(Field::DisplayName).or_else(|| contact.values.get(Field::Email));
    name.map_or_else(|| f.s("contact-unnamed"), ToOwned::to_owned)
}

fn phone_of(contact: &Contact) -> String {
    let mobile = contact.values.get(Field::Mobile).map(str::to_owned);
    mobile.or_else(|| contact.values.business_phones().next().map(str::to_owned)).unwrap_or_default()
}

/// An address as a `mailto:` link takes it: what would begin another part of the link is encoded (RFC 6068, 2).
fn mailto(address: &str) -> String {
    address.chars().fold(String::from("mailto:"), |mut link, c| {
        match c {
            '%' => link.push_str("%25"),
            '?' => link.push_str("%3F"),
            '&' => link.push_str("%26"),
            '#' => link.push_str("%23"),
            c => link.push(c),
        }
        link
    })
}

/// A number as a `tel:` link takes it.
fn tel(number: &str) -> String {
    number.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect()
}

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

/// A contact.
pub fn contact(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
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

fn contact_of(visit: &Visit, book: &Book) -> Result<ContactId, Trouble> {
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

const fn label(field: Field) -> &'static str {
    match field {
        Field::FirstName => "field-first-name",
        Field::LastName => "field-last-name",
        Field::DisplayName => "field-display-name",
        Field::Email => "field-email",
        Field::JobTitle => "field-job-title",
        Field::Department => "field-department",
        Field::Company => "field-company",
        Field::Office => "field-office",
        Field::Mobile => "field-mobile",
        Field::BusinessPhones => "field-business-phones",
        Field::Site => "field-site",
    }
}
