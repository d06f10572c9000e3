//! The contact book: in the order of a telephone book, by any word, number or former name (W5), and by what a filter leaves.
//! What is asked for stands in the address, so it can be shared and comes back.

use askama::Template;
use model::search::{collation_key, terms};
use model::{Field, GroupId, Origin, Right, order};
use show::numbers::dialled;
use store::{Book, COUNTED_UP_TO, Filter, Hit, Left, Linked, Place, SignedIn, Size, SortedPage};
use url::form_urlencoded::Serializer;

use crate::answer::{Answer, Outcome, Trouble};
use crate::frame::{Frame, colour, initials};
use crate::page::customer::origin;
use crate::page::person::{name_of, phone_of};
use crate::visit::Visit;

/// Contacts on a page.
const PAGE: i64 = 50;
/// Days for which a changed contact counts as changed lately.
const LATELY: i64 = 7;

/// Where contacts come from, as the address says it, with its text.
const SOURCES: [(&str, &str); 4] =
    [("", "every-source"), ("365", "from-365"), ("hand", "by-hand"), ("csv", "from-csv")];
/// Whether they are linked.
const LINKS: [(&str, &str); 3] = [("", "linked-or-not"), ("yes", "linked-word"), ("no", "not-linked-word")];

#[derive(Template)]
#[template(path = "book.html")]
struct List {
    f: Frame,
    q: String,
    contacts: i64,
    linked: i64,
    rows: Vec<Row>,
    found: String,
    before: Option<String>,
    behind: Option<String>,
    thumb: Vec<Tab>,
    views: Vec<View>,
    view: &'static str,
    groups: Vec<Choice>,
    sources: Vec<Choice>,
    links: Vec<Choice>,
    filtered: bool,
    may: bool,
    group: String,
    out: String,
    /// Where somebody who is not found is explained.
    why: String,
}

/// A contact in a list.
pub struct Row {
    id: String,
    /// Begins a letter.
    letter: String,
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

/// A letter of the thumb index; no link where nobody stands.
struct Tab {
    letter: char,
    href: Option<String>,
    current: bool,
}

/// A view of the book above the list.
struct View {
    href: String,
    text: String,
    count: Option<String>,
    current: bool,
}

/// One choice of a filter.
struct Choice {
    value: String,
    text: String,
    chosen: bool,
}

/// What the address asks for.
struct Asked {
    q: String,
    group: String,
    source: &'static str,
    linked: &'static str,
    view: &'static str,
    filter: Filter,
}

/// The page.
pub fn list(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    let f = Frame::of_customer(visit, person, book, "book")?;
    let asked = asked(visit, book);
    let size = book.size()?;
    let page = book.sorted(&asked.filter, place(visit, book), PAGE, visit.now)?;
    let all = asked.filter == Filter::default();
    let rows = rows(&f, book, &page);
    let begins = begins(visit, &page);
    let link = |name: &str, hit: Option<&Hit>, at: Option<i64>| {
        let at = at.filter(|at| *at >= 0).map(|at| at.to_string()).unwrap_or_default();
        hit.map(|hit| asked.link(&[(name, &book.public_id(hit.entry.contact.id).to_string()), ("n", &at)]))
    };
    let next = begins.map(|n| n + page.hits.len() as i64);
    Answer::page(&List {
        contacts: size.contacts,
        linked: size.linked,
        found: found(&f, &page, begins),
        before: link("before", page.hits.first(), begins.map(|n| n - PAGE)).filter(|_| page.has_before),
        behind: link("after", page.hits.last(), next).filter(|_| page.has_behind),
        thumb: if all && size.contacts > PAGE { thumb(book, &rows)? } else { Vec::new() },
        views: views(&f, book, &asked, &size)?,
        view: asked.view,
        groups: groups(&f, book, &asked)?,
        sources: choices(&f, &SOURCES, asked.source),
        links: choices(&f, &LINKS, asked.linked),
        filtered: !all,
        may: f.may(Right::Act),
        group: asked.group.clone(),
        out: asked.link(&[]),
        why: if asked.q.is_empty() || book.connection()?.is_none() {
            String::new()
        } else {
            why(&f, &asked.q)
        },
        q: asked.q,
        rows,
        f,
    })
}

fn why(f: &Frame, q: &str) -> String {
    let person: String = Serializer::new(String::new()).append_pair("person", q).finish();
    format!("{}/why?{person}", f.base())
}

/// Whom the address asks for, for what gives out the same list otherwise.
pub fn asked_filter(visit: &Visit, book: &Book) -> Filter {
    asked(visit, book).filter
}

fn asked(visit: &Visit, book: &Book) -> Asked {
    let one_of = |name: &str, known: &[&'static str]| {
        known.iter().copied().find(|k| *k == visit.query.get(name)).unwrap_or_default()
    };
    let q = visit.query.get("q").to_owned();
    let source = one_of("source", &SOURCES.map(|(value, _)| value));
    let linked = one_of("linked", &LINKS.map(|(value, _)| value));
    let view = one_of("view", &["changed", "left"]);
    let group = group_of(visit.query.get("group"), book);
    let filter = Filter {
        terms: terms(&q),
        group,
        origin: match source {
            "365" => Some(Origin::Microsoft365),
            "hand" => Some(Origin::Manual),
            "csv" => Some(Origin::Csv),
            _ => None,
        },
        linked: match linked {
            "yes" => Some(Linked::Yes),
            "no" => Some(Linked::No),
            _ => None,
        },
        changed_since: (view == "changed").then(|| visit.now.plus_days(-LATELY)),
        left: if view == "left" { Left::Only } else { Left::Either },
    };
    let group = group.map(|_| visit.query.get("group").to_owned()).unwrap_or_default();
    Asked { q, group, source, linked, view, filter }
}

/// The contact group of a number, whether or not there is one.
pub fn group_of(number: &str, book: &Book) -> Option<GroupId> {
    let number = number.parse().ok().filter(|n| (1..1 << 40).contains(n))?;
    Some(GroupId::new(book.customer.id, number))
}

impl Asked {
    /// An address that asks for the same, and for these besides.
    fn link(&self, more: &[(&str, &str)]) -> String {
        let own = [
            ("q", self.q.as_str()),
            ("group", &self.group),
            ("source", self.source),
            ("linked", self.linked),
            ("view", self.view),
        ];
        let mut link = Serializer::new(String::new());
        for (name, value) in own.iter().chain(more).filter(|(_, value)| !value.is_empty()) {
            link.append_pair(name, value);
        }
        format!("?{}", link.finish())
    }
}

/// Where the page begins: behind or before a contact, or at a letter.
fn place(visit: &Visit, book: &Book) -> Place {
    let contact = |name| visit.query.get(name).parse().ok().and_then(|id| book.store().contact_of(id));
    let letter = visit.query.get("at").chars().next().filter(char::is_ascii_uppercase);
    match (contact("after"), contact("before"), letter) {
        (Some(id), ..) => Place::Behind(id),
        (None, Some(id), _) => Place::Before(id),
        (None, None, Some(letter)) => Place::Letter(letter),
        (None, None, None) => Place::Start,
    }
}

/// How many stand before the page: as it was counted, else as the link said that led here, for counting half of a large book
/// costs more than the page.
fn begins(visit: &Visit, page: &SortedPage) -> Option<i64> {
    let most = page.total.map(|total| total - page.hits.len() as i64);
    let said =
        || visit.query.get("n").parse().ok().filter(|n| *n >= 0 && most.is_some_and(|most| *n <= most));
    if page.has_before { page.before.or_else(said) } else { most.map(|_| 0) }
}

fn found(f: &Frame, page: &SortedPage, begins: Option<i64>) -> String {
    match (begins, page.total) {
        (_, Some(_)) if page.hits.is_empty() => String::new(),
        (Some(before), Some(total)) => f.pager(before + 1, before + page.hits.len() as i64, total),
        (None, Some(total)) => f.n("contacts-n", total),
        (_, None) => f.n("more-than-n", COUNTED_UP_TO),
    }
}

fn rows(f: &Frame, book: &Book, page: &SortedPage) -> Vec<Row> {
    let mut last = None;
    let row = |hit: &Hit| {
        let letter = order::letter(&order::sort_key(&hit.entry.contact.values)).unwrap_or('#');
        let begins = last.replace(letter) != Some(letter);
        row(f, book, hit, if begins { letter.to_string() } else { String::new() })
    };
    page.hits.iter().map(row).collect()
}

fn row(f: &Frame, book: &Book, hit: &Hit, letter: String) -> Row {
    let contact = &hit.entry.contact;
    let name = name_of(f, contact);
    let text = |field| contact.values.get(field).unwrap_or_default().to_owned();
    let phone = phone_of(contact);
    let sub = [text(Field::JobTitle), text(Field::Department), text(Field::Site)];
    let sub = sub.into_iter().filter(|part| !part.is_empty()).take(2).collect::<Vec<_>>().join(" · ");
    let (badge, icon, origin) = origin(f, contact.origin);
    Row {
        id: book.public_id(contact.id).to_string(),
        letter,
        href: format!("/c/{}/book/{}", book.customer.slug, book.public_id(contact.id)),
        initials: initials(&name),
        colour: colour(&name),
        name,
        sub,
        email: text(Field::Email),
        tel: dialled(&phone, &f.numbers),
        phone: f.phone(&phone),
        badge,
        icon,
        origin,
        left: contact.left_at.is_some(),
        pins: contact.pins.iter().filter(|pin| pin.holds(f.times.now)).count() as i64,
        formerly: hit.formerly.first().cloned().unwrap_or_default(),
    }
}

fn thumb(book: &Book, rows: &[Row]) -> Result<Vec<Tab>, Trouble> {
    let there = book.letters()?;
    let current = rows.first().and_then(|row| row.letter.chars().next());
    let tab = |letter: char| Tab {
        letter,
        href: there.contains(&letter).then(|| format!("?at={letter}")),
        current: current == Some(letter),
    };
    Ok(('A'..='Z').map(tab).collect())
}

fn views(f: &Frame, book: &Book, asked: &Asked, size: &Size) -> Result<Vec<View>, Trouble> {
    let slug = &book.customer.slug;
    let lately = Filter { changed_since: Some(f.times.now.plus_days(-LATELY)), ..Filter::default() };
    let gone = Filter { left: Left::Only, ..Filter::default() };
    let view = |name: &str, key: &str, count: Option<i64>| View {
        href: if name.is_empty() { "?".to_owned() } else { format!("?view={name}") },
        text: f.s(key),
        count: count.map(|n| f.number(n)),
        current: asked.view == name,
    };
    Ok(vec![
        view("", "view-all", Some(size.contacts)),
        view("changed", "view-changed", Some(book.sorted_count(&lately)?)),
        view("left", "view-left", Some(book.sorted_count(&gone)?)),
        View {
            href: format!("/c/{slug}/groups"),
            text: f.s("groups-h"),
            count: Some(f.number(size.groups)),
            current: false,
        },
        View {
            href: format!("/c/{slug}/bin"),
            text: f.s("bin-h"),
            count: Some(f.number(size.binned)),
            current: false,
        },
        View { href: format!("/c/{slug}/kept-out"), text: f.s("kept-out-h"), count: None, current: false },
    ])
}

fn groups(f: &Frame, book: &Book, asked: &Asked) -> Result<Vec<Choice>, Trouble> {
    let mut groups = book.groups()?;
    groups.sort_by_cached_key(|group| (collation_key(&group.name), group.id));
    let every = Choice { value: String::new(), text: f.s("every-group"), chosen: asked.group.is_empty() };
    let choice = |group: model::group::ContactGroup| Choice {
        value: group.id.number().to_string(),
        text: group.name.into(),
        chosen: asked.filter.group == Some(group.id),
    };
    Ok(std::iter::once(every).chain(groups.into_iter().map(choice)).collect())
}

fn choices(f: &Frame, all: &[(&str, &str)], chosen: &str) -> Vec<Choice> {
    let choice = |(value, key): &(&str, &str)| Choice {
        value: (*value).to_owned(),
        text: f.s(key),
        chosen: *value == chosen,
    };
    all.iter().map(choice).collect()
}
