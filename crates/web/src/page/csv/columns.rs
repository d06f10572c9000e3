//! The second step: what each column means, guessed from its heading, beside what stands in it; and what becomes of contacts that are
//! there already.

use askama::Template;
use formats::{Encoding, Meaning, Separator, Sheet};
use model::group::LONGEST_NAME;
use model::search::collation_key;
use model::text::Breaks;
use show::csv_import::{bad_columns, encoding_text, excerpt, heading, separator_text, unreadable};
use store::{Book, SignedIn, Upload};
use sync::csv_import::{BadColumns, Existing};

use super::{Chosen, Step, gone, meaning_text, opened, reading, steps, waiting};
use crate::answer::{Answer, Outcome, Trouble};
use crate::frame::Frame;
use crate::visit::Visit;

/// Values of a column that are shown.
const SAMPLES: usize = 3;

#[derive(Template)]
#[template(path = "csv-columns.html")]
struct Page {
    f: Frame,
    steps: Vec<Step>,
    file: i64,
    name: String,
    rows: i64,
    read_as: String,
    encodings: Vec<Choice>,
    separators: Vec<Choice>,
    columns: Vec<Column>,
    existing: Vec<Choice>,
    group: String,
    groups: Vec<String>,
    error: String,
    group_error: String,
}

/// A column of the file.
struct Column {
    n: usize,
    heading: String,
    samples: Vec<String>,
    meanings: Vec<Choice>,
}

/// Something to choose.
struct Choice {
    value: &'static str,
    text: String,
    hint: String,
    chosen: bool,
}

impl Choice {
    fn new(value: &'static str, text: String, chosen: bool) -> Self {
        Self { value, text, hint: String::new(), chosen }
    }
}

/// The page. What stands in the address besides the file says how it is read.
pub fn form(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    let Some(upload) = waiting(visit, book)? else { return gone(book) };
    let f = Frame::of_customer(visit, person, book, "book")?;
    let asked = ["encoding", "separator"].iter().any(|name| !visit.query.get(name).is_empty());
    let other = asked.then(|| reading(&visit.query));
    match opened(&upload, other) {
        Ok((sheet, chosen)) => Answer::page(&page(f, book, &upload, (&sheet, &chosen))?),
        Err(why) => {
            // As it can be read, with why it cannot be so.
            let Ok((sheet, chosen)) = opened(&upload, Some(formats::Reading::default())) else {
                return gone(book);
            };
            let mut page = page(f, book, &upload, (&sheet, &chosen))?;
            page.error = unreadable(why);
            Answer::again(&page)
        }
    }
}

fn page(f: Frame, book: &Book, upload: &Upload, (sheet, chosen): (&Sheet, &Chosen)) -> Result<Page, Trouble> {
    let mut groups: Vec<String> = book.groups()?.into_iter().map(|group| group.name.into()).collect();
    groups.sort_by_cached_key(|name| collation_key(name));
    let existing = |existing: Existing| Choice {
        hint: f.s(match existing {
            Existing::Skip => "csv-skip-hint",
            Existing::Update => "csv-update-hint",
            Existing::Beside => "csv-beside-hint",
        }),
        ..Choice::new(
            existing.name(),
            f.s(match existing {
                Existing::Skip => "csv-skip",
                Existing::Update => "csv-update",
                Existing::Beside => "csv-beside",
            }),
            existing == chosen.choices.existing,
        )
    };
    let encoding = |one: Encoding| Choice::new(one.name(), encoding_text(one).into(), one == sheet.encoding);
    let separator =
        |one: Separator| Choice::new(one.name(), separator_text(one).into(), one == sheet.separator);
    Ok(Page {
        steps: steps(&f, 1, Some(upload.n)),
        file: upload.n,
        name: upload.name.clone(),
        rows: sheet.rows.len() as i64,
        read_as: f.t.w(
            "csv-read-as",
            &[("encoding", encoding_text(sheet.encoding)), ("separator", separator_text(sheet.separator))],
        ),
        encodings: Encoding::ALL.map(encoding).into(),
        separators: Separator::ALL.map(separator).into(),
        columns: (0..sheet.headings.len()).map(|n| column(&f, sheet, chosen, n)).collect(),
        existing: Existing::ALL.map(existing).into(),
        group: chosen.choices.group.clone().unwrap_or_default(),
        groups,
        error: String::new(),
        group_error: String::new(),
        f,
    })
}

fn column(f: &Frame, sheet: &Sheet, chosen: &Chosen, n: usize) -> Column {
    let meant = chosen.choices.columns.get(n).copied().flatten();
    let mut samples: Vec<String> = Vec::new();
    for cell in sheet.rows.iter().filter_map(|row| row.cells.get(n)) {
        let text = excerpt(formats::plain_cell(cell));
        if !text.is_empty() && !samples.contains(&text) {
            samples.push(text);
        }
        if samples.len() == SAMPLES {
            break;
        }
    }
    let none = Choice::new("", f.s("csv-leave-out"), meant.is_none());
    let one =
        |meaning: Meaning| Choice::new(meaning.name(), meaning_text(f, meaning), Some(meaning) == meant);
    Column {
        n,
        heading: heading(sheet, n),
        samples,
        meanings: std::iter::once(none).chain(Meaning::all().map(one)).collect(),
    }
}

/// Keeps what was chosen, and goes on to what would become of it.
pub fn choose(visit: &Visit, person: &SignedIn, book: &Book) -> Outcome {
    let Some(upload) = waiting(visit, book)? else { return gone(book) };
    let f = Frame::of_customer(visit, person, book, "book")?;
    let chosen = Chosen::read(&visit.form);
    let Ok((sheet, _)) = opened(&upload, Some(chosen.reading)) else { return gone(book) };
    let fits = chosen.choices.columns.len() == sheet.headings.len();
    let bad = chosen.choices.check().err().map(|bad| {
        let meaning =
            if let BadColumns::Twice(meaning) = bad { meaning_text(&f, meaning) } else { String::new() };
        bad_columns(bad, &meaning)
    });
    let group = chosen.choices.group.as_deref().unwrap_or_default();
    let group_error = show::values::fits(&f.s("group-name"), group, LONGEST_NAME, Breaks::None).err();
    if fits && bad.is_none() && group_error.is_none() {
        book.choose_for_upload(upload.n, &chosen.write())?;
        return Answer::to(&format!("/c/{}/csv/preview?file={}", book.customer.slug, upload.n));
    }
    let mut page = page(f, book, &upload, (&sheet, &chosen))?;
    page.error = bad.unwrap_or_default();
    page.group_error = group_error.unwrap_or_default();
    Answer::again(&page)
}
