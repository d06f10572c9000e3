//! The first step: a file, a template for one, and what was imported lately.

use askama::Template;
use formats::{MOST_ROWS, Meaning, Separator, read_sheet, table};
use model::Field;
use store::{Account, Book, By, CsvImport, SignedIn};

use super::{Step, meaning_text, steps};
use crate::answer::{Answer, Outcome, Trouble};
use crate::frame::Frame;
use crate::upload::{LARGEST, Upload};
use crate::visit::Visit;

/// Imports that are listed.
const LISTED: i64 = 20;

#[derive(Template)]
#[template(path = "csv-file.html")]
struct Page {
    f: Frame,
    steps: Vec<Step>,
    note: String,
    error: String,
    limits: String,
    imports: Vec<Import>,
}

/// An import of lately.
struct Import {
    href: String,
    file: String,
    at: String,
    by: String,
    counts: String,
    undone: bool,
}

/// The page.
pub fn form(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    visit.web.store.drop_old_uploads(visit.now)?;
    Answer::page(&page(visit, person, book, String::new())?)
}

fn page(visit: &Visit, person: &SignedIn, book: &Book, error: String) -> Result<Page, Trouble> {
    let f = Frame::of_customer(visit, person, book, "book")?;
    let accounts = book.store().accounts()?;
    let imports = book.csv_imports(LISTED)?;
    let megabytes = (LARGEST / 1024 / 1024).to_string();
    Ok(Page {
        steps: steps(&f, 0, None),
        note: if visit.query.get("gone").is_empty() { String::new() } else { f.s("csv-gone") },
        limits: f.t.nw("csv-limits", MOST_ROWS as i64, &[("x", &megabytes)]),
        imports: imports.iter().map(|import| row(&f, import, &accounts)).collect(),
        error,
        f,
    })
}

fn row(f: &Frame, import: &CsvImport, accounts: &[Account]) -> Import {
    Import {
        href: format!("{}/csv/import?n={}", f.base(), import.n),
        file: import.file.clone(),
        at: f.times.short(import.at),
        by: who(f, import.by, accounts),
        counts: counts(f, import),
        undone: import.undone_at.is_some(),
    }
}

/// Who did an import.
pub fn who(f: &Frame, by: By, accounts: &[Account]) -> String {
    match by {
        By::Account(id) => {
            let known = accounts.iter().find(|account| account.id == id);
            known.map_or_else(|| f.s("by-former-account"), |account| account.name.clone())
        }
        By::Hand | By::Run(_) => f.s("by-command-line"),
    }
}

/// "12 neu, 3 geändert".
pub fn counts(f: &Frame, import: &CsvImport) -> String {
    f.t.w("csv-counts", &[("new", &f.number(import.created)), ("changed", &f.number(import.changed))])
}

/// Takes a file in.
pub fn bring(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    let again = |error: String| Answer::again(&page(visit, person, book, error)?);
    let f = Frame::of_customer(visit, person, book, "book")?;
    let (name, bytes) = match &visit.file {
        None => return again(f.s("csv-no-file")),
        Some(Upload::TooLarge) => return again(f.x("csv-too-large", (LARGEST / 1024 / 1024).to_string())),
        Some(Upload::File { name, bytes }) => (name, bytes),
    };
    if let Err(why) = read_sheet(bytes, super::reading(&visit.form)) {
        return again(::show::csv_import::unreadable(why));
    }
    let n = book.keep_upload(name, bytes, visit.now)?;
    Answer::to(&format!("/c/{}/csv/columns?file={n}", book.customer.slug))
}

/// Takes the file that waits away.
pub fn discard(_: &Visit, _: &SignedIn, book: &Book) -> Outcome {
    book.drop_upload()?;
    Answer::to(&format!("/c/{}/csv", book.customer.slug))
}

/// A file with headings in the reader's language and one contact, to be filled.
pub fn template(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    let f = Frame::of_customer(visit, person, book, "book")?;
    let columns: Vec<Meaning> = Meaning::all().filter(|meaning| *meaning != Meaning::Id).collect();
    let headings: Vec<String> = columns.iter().map(|meaning| meaning_text(&f, *meaning)).collect();
    let example = columns.iter().map(|meaning| match meaning {
        Meaning::Field(Field::FirstName) => "Anna",
        Meaning::Field(Field::LastName) => "Schmidt",
        Meaning::Field(Field::DisplayName) => "Anna Schmidt",
        Meaning::Field(Field::Email) => "anna.schmidt@example.com",
        Meaning::Field(Field::Mobile) => "+49 170 1234567",
        Meaning::Field(Field::BusinessPhones) => "+49 40 1234567",
        Meaning::Field(Field::Company) => "Muster GmbH",
        Meaning::Field(_) | Meaning::Groups | Meaning::Id => "",
    });
    let rows = [headings.iter().map(String::as_str).collect::<Vec<_>>(), example.collect()];
    let text = table(rows, Separator::Semicolon).map_err(|e| Trouble::ours(&e))?;
    Answer::download(
        &format!("{}.csv", f.s("csv-template-file")),
        "text/csv; charset=utf-8",
        text.into_bytes(),
    )
}
