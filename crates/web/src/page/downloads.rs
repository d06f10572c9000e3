//! The book as a file: CSV as Excel in Germany opens it, vCard as telephones import it; and on paper, in two columns.

use askama::Template;
use formats::{Bom, Card, Separator, csv_headed, vcard};
use model::Field;
use store::{Book, Hit, Place, SignedIn};

use crate::answer::{Answer, Outcome, Trouble};
use crate::frame::Frame;
use crate::page::book::asked_filter;
use crate::page::csv::meaning_text;
use crate::page::person::name_of;
use crate::visit::Visit;

/// Contacts read at a time.
const PAGE: i64 = 2_000;

/// Who is asked for, in the order of names.
fn everybody(visit: &Visit, book: &Book) -> Result<Vec<Hit>, Trouble> {
    let filter = asked_filter(visit, book);
    let (mut place, mut all) = (Place::Start, Vec::new());
    loop {
        let page = book.sorted(&filter, place, PAGE, visit.now)?;
        let last = page.hits.last().map(|hit| hit.entry.contact.id);
        all.extend(page.hits);
        match last {
            Some(last) if page.has_behind => place = Place::Behind(last),
            _ => return Ok(all),
        }
    }
}

fn cards(visit: &Visit, book: &Book) -> Result<Vec<Card>, Trouble> {
    let card = |hit: Hit| Card {
        uid: book.public_id(hit.entry.contact.id).to_string(),
        values: hit.entry.contact.values,
        groups: hit.entry.groups.into_iter().map(|(_, name)| name).collect(),
    };
    Ok(everybody(visit, book)?.into_iter().map(card).collect())
}

fn name(f: &Frame, book: &Book, ending: &str) -> String {
    let day = ::show::when::day(f.times.now, &f.times.zone);
    format!("{}-{}-{day}.{ending}", f.s("file-book"), book.customer.slug)
}

/// As CSV, with headings in the reader's language, which an import knows again.
pub fn as_csv(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    let f = Frame::of_customer(visit, person, book, "book")?;
    let (cards, heading) = (cards(visit, book)?, |meaning| meaning_text(&f, meaning));
    let text = csv_headed(heading, &cards, Separator::Semicolon, Bom::Written);
    let text = text.map_err(|e| Trouble::ours(&e))?;
    Answer::download(&name(&f, book, "csv"), "text/csv; charset=utf-8", text.into_bytes())
}

/// As vCard.
pub fn as_vcard(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    let f = Frame::of_customer(visit, person, book, "book")?;
    let text = vcard(&cards(visit, book)?);
    Answer::download(&name(&f, book, "vcf"), "text/vcard; charset=utf-8", text.into_bytes())
}

#[derive(Template)]
#[template(path = "book-print.html")]
struct Print {
    f: Frame,
    letters: Vec<(String, Vec<Line>)>,
    n: i64,
}

/// A contact on paper.
struct Line {
    name: String,
    sub: String,
    numbers: String,
    email: String,
}

/// For paper.
pub fn print(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    let f = Frame::of_customer(visit, person, book, "book")?;
    let all = everybody(visit, book)?;
    let mut letters: Vec<(String, Vec<Line>)> = Vec::new();
    for hit in &all {
        let contact = &hit.entry.contact;
        let letter =
            model::order::letter(&model::order::sort_key(&contact.values)).unwrap_or('#').to_string();
        let text = |field| contact.values.get(field).unwrap_or_default().to_owned();
        let numbers: Vec<String> = contact
            .values
            .business_phones()
            .map(str::to_owned)
            .chain(contact.values.get(Field::Mobile).map(str::to_owned))
            .map(|typed| f.phone(&typed))
            .collect();
        let line = Line {
            name: name_of(&f, contact),
            sub: [text(Field::Department), text(Field::Site)]
                .into_iter()
                .filter(|s| !s.is_empty())
                .collect::<Vec<_>>()
                .join(", "),
            numbers: numbers.join(" · "),
            email: text(Field::Email),
        };
        match letters.last_mut() {
            Some((last, lines)) if *last == letter => lines.push(line),
            _ => letters.push((letter, vec![line])),
        }
    }
    Answer::page(&Print { n: all.len() as i64, letters, f })
}
