//! Two contacts that are one person: both side by side, a choice for each field, one result. The other goes to the bin.

use askama::Template;
use model::search::terms;
use model::{Field, Values};
use store::{Book, BookEntry, Filter, Hit, Merge, Place, Saved, SignedIn, StoreError};

use crate::answer::{Answer, Outcome, Trouble};
use crate::frame::Frame;
use crate::page::contact::entry_of;
use crate::page::person::{label, name_of};
use crate::visit::Visit;

/// Contacts that a search offers.
const OFFERED: i64 = 20;

#[derive(Template)]
#[template(path = "merge.html")]
struct Page {
    f: Frame,
    back: String,
    name: String,
    q: String,
    offered: Vec<Offered>,
    with: Option<Two>,
    error: String,
}

/// A contact that may be the other one.
struct Offered {
    id: String,
    name: String,
    email: String,
    /// By which former name it was found.
    formerly: String,
}

/// Both side by side.
struct Two {
    id: String,
    name: String,
    seen: String,
    rows: Vec<Row>,
    /// Where a link is cut first, and whose, where each of them has one: they are two people.
    unlink: Vec<(String, String)>,
}

/// A field of both.
struct Row {
    name: &'static str,
    label: String,
    here: String,
    there: String,
    /// The other's is taken, unless somebody says otherwise.
    other: bool,
    same: bool,
}

/// Whom to merge with, then what of both.
pub fn form(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    Answer::page(&page(visit, person, book, visit.query.get("with"))?)
}

/// Merges.
pub fn merge(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    let with = visit.form.get("with").to_owned();
    let again = |error: &str| {
        let mut page = page(visit, person, book, &with)?;
        page.error = page.f.s(error);
        Answer::again(&page)
    };
    let here = entry_of(visit, book)?;
    let Some(there) = other(book, &with, &here)? else { return again("merge-choose") };
    let mut values = Values::default();
    for field in Field::ALL {
        let of = if visit.form.get(field.name()) == "other" { &there } else { &here };
        values.set(field, of.contact.values.get(field));
    }
    let seen = visit.form.get("seen").split_once(' ');
    let seen = seen.and_then(|(a, b)| Some((a.parse().ok()?, b.parse().ok()?))).unwrap_or_default();
    let two = Merge { keep: here.contact.id, other: there.contact.id, values: &values, seen };
    match book.merge_contacts(&two, visit.now) {
        Ok(Saved::Done) => {
            let id = book.public_id(here.contact.id);
            Answer::to(&format!("/c/{}/book/{id}?done=merged", book.customer.slug))
        }
        Ok(Saved::ChangedMeanwhile) => again("changed-meanwhile"),
        Err(StoreError::Refused(_)) => again("merge-both-linked"),
        Err(error) => Err(error.into()),
    }
}

fn other(book: &Book, text: &str, here: &BookEntry) -> Result<Option<BookEntry>, Trouble> {
    let Some(id) = text.parse().ok().and_then(|id| book.store().contact_of(id)) else { return Ok(None) };
    Ok(book.entry(id)?.filter(|entry| entry.contact.id != here.contact.id))
}

fn page(visit: &Visit, person: &SignedIn, book: &Book, with: &str) -> Result<Page, Trouble> {
    let here = entry_of(visit, book)?;
    let f = Frame::of_customer(visit, person, book, "book")?;
    let other = other(book, with, &here)?;
    let q = visit.query.get("q").to_owned();
    // Without a search those who are called the same.
    let typed = if q.is_empty() { here.contact.values.get(Field::LastName).unwrap_or_default() } else { &q };
    let found = if other.is_some() || terms(typed).is_empty() {
        Vec::new()
    } else {
        let filter = Filter { terms: terms(typed), ..Filter::default() };
        book.sorted(&filter, Place::Start, OFFERED, visit.now)?.hits
    };
    let offer = |hit: &Hit| Offered {
        id: book.public_id(hit.entry.contact.id).to_string(),
        name: name_of(&f, &hit.entry.contact),
        email: hit.entry.contact.values.get(Field::Email).unwrap_or_default().to_owned(),
        formerly: if hit.formerly.is_empty() {
            String::new()
        } else {
            f.x("formerly", hit.formerly.join(", "))
        },
    };
    let offered = found.iter().filter(|hit| hit.entry.contact.id != here.contact.id).map(offer).collect();
    Ok(Page {
        back: format!("/c/{}/book/{}", book.customer.slug, book.public_id(here.contact.id)),
        name: name_of(&f, &here.contact),
        with: other.map(|there| two(visit, &f, book, (&here, &there))),
        q,
        offered,
        error: String::new(),
        f,
    })
}

fn two(visit: &Visit, f: &Frame, book: &Book, (here, there): (&BookEntry, &BookEntry)) -> Two {
    let (a, b) = (&here.contact.values, &there.contact.values);
    let row = |field: Field| {
        let text = |values: &Values| values.get(field).unwrap_or_default().replace('\n', ", ");
        let (here, there) = (text(a), text(b));
        Row {
            name: field.name(),
            label: f.s(label(field)),
            // As it was chosen, where the form comes back.
            other: match visit.form.get(field.name()) {
                "" => here.is_empty(),
                chosen => chosen == "other",
            },
            same: here == there,
            here,
            there,
        }
    };
    let rows = Field::ALL.into_iter().map(row).filter(|row| !row.here.is_empty() || !row.there.is_empty());
    Two {
        id: book.public_id(there.contact.id).to_string(),
        name: name_of(f, &there.contact),
        seen: format!("{} {}", a.digest(), b.digest()),
        rows: rows.collect(),
        unlink: if here.linked.is_some() && there.linked.is_some() {
            let way = |entry: &BookEntry| {
                let id = book.public_id(entry.contact.id);
                (format!("/c/{}/book/{id}/unlink", book.customer.slug), name_of(f, &entry.contact))
            };
            vec![way(here), way(there)]
        } else {
            Vec::new()
        },
    }
}
