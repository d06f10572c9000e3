//! The third step: what would become of each row, with errors in words; and then all of it at once. What is applied is what was shown:
//! where the book has changed meanwhile, the preview comes back.

use askama::Template;
use formats::table;
use model::Field;
use model::plan::FieldChange;
use show::csv_import::{error_text, kept_text, wrong_rows};
use store::{Book, CsvDone, CsvFile, SignedIn, Upload};
use sync::csv_import::{self, Fate, Kind, Planned, RowPlan};

use super::{Chosen, Step, gone, named, opened, steps, waiting};
use crate::answer::{Answer, Outcome, Trouble};
use crate::frame::Frame;
use crate::page::person::label;
use crate::visit::Visit;
use formats::Sheet;

/// Rows on a page.
const PAGE: usize = 50;

#[derive(Template)]
#[template(path = "csv-preview.html")]
struct Page {
    f: Frame,
    steps: Vec<Step>,
    file: i64,
    name: String,
    seen: String,
    writes: i64,
    wrong: i64,
    kept: i64,
    views: Vec<View>,
    rows: Vec<Row>,
    found: String,
    before: Option<String>,
    after: Option<String>,
    changed: bool,
    error: String,
}

/// A view of the rows.
struct View {
    href: String,
    text: String,
    count: String,
    current: bool,
}

/// A row of the file.
struct Row {
    n: String,
    name: String,
    badge: &'static str,
    icon: &'static str,
    fate: String,
    href: String,
    changes: Vec<Change>,
    groups: String,
    errors: Vec<String>,
    kept: Vec<String>,
}

/// A field with its value before and after.
struct Change {
    label: String,
    before: String,
    after: String,
}

/// A file with its plan.
struct Desk {
    upload: Upload,
    sheet: Sheet,
    planned: Planned,
}

fn desk(visit: &Visit, book: &Book) -> Result<Option<Desk>, Trouble> {
    let Some(upload) = waiting(visit, book)?.filter(|upload| !upload.choices.is_empty()) else {
        return Ok(None);
    };
    let Ok((sheet, Chosen { choices, .. })) = opened(&upload, None) else { return Ok(None) };
    let planned = csv_import::plan(book, &sheet, &choices, visit.now)?;
    Ok(Some(Desk { upload, sheet, planned }))
}

/// The page.
pub fn page(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    let Some(desk) = desk(visit, book)? else { return gone(book) };
    Answer::page(&shown(visit, person, book, &desk)?)
}

fn shown(visit: &Visit, person: &SignedIn, book: &Book, desk: &Desk) -> Result<Page, Trouble> {
    let f = Frame::of_customer(visit, person, book, "book")?;
    let Desk { upload, sheet, planned } = desk;
    let view = Kind::ALL.into_iter().find(|kind| kind.name() == visit.query.get("view"));
    let rows: Vec<&RowPlan> =
        planned.rows.iter().filter(|row| view.is_none_or(|kind| row.fate.kind() == kind)).collect();
    let pages = rows.len().div_ceil(PAGE).max(1);
    let at = visit.query.get("page").parse::<usize>().unwrap_or(1).clamp(1, pages);
    let some: Vec<&RowPlan> = rows.iter().skip((at - 1) * PAGE).take(PAGE).copied().collect();
    let here = format!("{}/csv/preview?file={}", f.base(), upload.n);
    let of_view =
        |kind: Option<Kind>| kind.map_or_else(|| here.clone(), |kind| format!("{here}&view={}", kind.name()));
    let link = |page: usize| format!("{}&page={page}", of_view(view));
    let first = (at - 1) * PAGE;
    Ok(Page {
        steps: steps(&f, 2, Some(upload.n)),
        file: upload.n,
        name: upload.name.clone(),
        seen: planned.digest().to_string(),
        writes: planned.writes() as i64,
        wrong: planned.count(Kind::Wrong) as i64,
        kept: planned.rows.iter().map(|row| row.kept.len() as i64).sum(),
        views: std::iter::once(None)
            .chain(Kind::ALL.into_iter().filter(|kind| planned.count(*kind) > 0).map(Some))
            .map(|kind| View {
                href: of_view(kind),
                text: f.s(kind.map_or("view-all", kind_key)),
                count: f.number(kind.map_or(planned.rows.len(), |kind| planned.count(kind)) as i64),
                current: kind == view,
            })
            .collect(),
        found: if some.is_empty() {
            String::new()
        } else {
            f.pager(first as i64 + 1, (first + some.len()) as i64, rows.len() as i64)
        },
        before: (at > 1).then(|| link(at - 1)),
        after: (at < pages).then(|| link(at + 1)),
        rows: some.into_iter().map(|row| self::row(&f, book, sheet, row)).collect(),
        changed: false,
        error: String::new(),
        f,
    })
}

const fn kind_key(kind: Kind) -> &'static str {
    match kind {
        Kind::New => "csv-new",
        Kind::Changed => "csv-changed",
        Kind::Same => "csv-same",
        Kind::There => "csv-there",
        Kind::Wrong => "csv-wrong",
    }
}

fn row(f: &Frame, book: &Book, sheet: &Sheet, row: &RowPlan) -> Row {
    let (badge, icon) = match row.fate {
        Fate::New => ("ok", "plus"),
        Fate::Changed(..) => ("acc", "edit"),
        Fate::Same(_) | Fate::There(_) => ("", "check"),
        Fate::Wrong => ("bad", "bad"),
    };
    let contact = match row.fate {
        Fate::Changed(id, _) | Fate::Same(id) | Fate::There(id) => Some(id),
        Fate::New | Fate::Wrong => None,
    };
    // The name stands in front already.
    let told = |change: &&FieldChange| {
        !matches!(row.fate, Fate::New)
            || !matches!(change.field, Field::FirstName | Field::LastName | Field::DisplayName)
    };
    let text = |text: &Option<Box<str>>| text.as_deref().unwrap_or_default().replace('\n', ", ");
    let change = |change: &FieldChange| Change {
        label: f.s(label(change.field)),
        before: text(&change.before),
        after: text(&change.after),
    };
    Row {
        n: f.number(row.n as i64),
        name: if row.name.is_empty() { f.s("contact-unnamed") } else { row.name.clone() },
        badge,
        icon,
        fate: f.s(kind_key(row.fate.kind())),
        href: contact.map(|id| format!("{}/book/{}", f.base(), book.public_id(id))).unwrap_or_default(),
        changes: row.changes.iter().filter(told).map(change).collect(),
        groups: row.groups.join(", "),
        errors: row.errors.iter().map(|error| error_text(sheet, row, error)).collect(),
        kept: row.kept.iter().map(|kept| kept_text(row, kept, &f.s(label(kept.field)))).collect(),
    }
}

/// The rows with errors as a file, to be mended and brought again.
pub fn errors(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    let Some(desk) = desk(visit, book)? else { return gone(book) };
    let f = Frame::of_customer(visit, person, book, "book")?;
    let text = table(wrong_rows(&desk.sheet, &desk.planned), desk.sheet.separator);
    let text = text.map_err(|e| Trouble::ours(&e))?;
    Answer::download(&format!("{}.csv", f.s("csv-errors-file")), "text/csv; charset=utf-8", text.into_bytes())
}

/// Imports what was shown, and nothing else.
pub fn apply(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    let Some(desk) = desk(visit, book)? else { return already(visit, book) };
    let mut again = shown(visit, person, book, &desk)?;
    if visit.form.get("seen") != desk.planned.digest().to_string() {
        again.changed = true;
        return Answer::again(&again);
    }
    if again.wrong > 0 && visit.form.get("leave-out") != "yes" {
        again.error = again.f.s("csv-leave-out-first");
        return Answer::again(&again);
    }
    if again.writes == 0 {
        return Answer::again(&again);
    }
    let file = CsvFile { name: &desk.upload.name, upload: Some(desk.upload.n) };
    match csv_import::apply(book, file, &desk.planned, visit.now)? {
        CsvDone::Import(n) => done(book, n),
        CsvDone::FileGone => already(visit, book),
        CsvDone::BookChanged => {
            again.changed = true;
            Answer::again(&again)
        }
    }
}

fn done(book: &Book, n: i64) -> Outcome {
    Answer::to(&format!("/c/{}/csv/import?n={n}&done=1", book.customer.slug))
}

/// The file waits no more: to its import, where a second click or another window was faster.
fn already(visit: &Visit, book: &Book) -> Outcome {
    match named(visit).map_or(Ok(None), |n| book.csv_import_of(n))? {
        Some(import) => done(book, import.n),
        None => gone(book),
    }
}
