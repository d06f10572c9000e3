//! CSV import: a file, what its columns mean, what would become of each row, and then all of it or nothing. Between the steps the file
//! waits on the server for whoever brought it, so every step has its address and can be left and come back to.

pub mod columns;
pub mod done;
pub mod file;
pub mod preview;

use formats::{Encoding, Meaning, Reading, Separator, Sheet, Unreadable, guess, read_sheet};
use store::{Book, Upload};
use sync::csv_import::{Choices, Existing};
use url::form_urlencoded::Serializer;

use crate::answer::{Answer, Outcome, Trouble};
use crate::form::Form;
use crate::frame::Frame;
use crate::page::person::label;
use crate::visit::Visit;

/// One of the steps above a page.
pub struct Step {
    /// Its number.
    n: usize,
    text: String,
    /// Where it is, once it was passed.
    href: Option<String>,
    current: bool,
}

/// The steps; `at` is the one that is shown, of file, columns, preview.
fn steps(f: &Frame, at: usize, file: Option<i64>) -> Vec<Step> {
    let base = format!("{}/csv", f.base());
    let file = file.map(|n| n.to_string()).unwrap_or_default();
    let all = [
        ("csv-step-file", base.clone()),
        ("csv-step-columns", format!("{base}/columns?file={file}")),
        ("csv-step-preview", format!("{base}/preview?file={file}")),
    ];
    let step = |(n, (key, href)): (usize, (&str, String))| Step {
        n: n + 1,
        text: f.s(key),
        href: (n < at).then_some(href),
        current: n == at,
    };
    all.into_iter().enumerate().map(step).collect()
}

/// The number of a file that form or address names.
fn named(visit: &Visit) -> Option<i64> {
    [&visit.form, &visit.query].into_iter().find_map(|form| form.get("file").parse().ok())
}

/// The file that waits, by that number.
fn waiting(visit: &Visit, book: &Book) -> Result<Option<Upload>, Trouble> {
    match named(visit) {
        Some(n) => Ok(book.upload(n, visit.now)?),
        None => Ok(None),
    }
}

/// To the first step, for the file waits no more.
fn gone(book: &Book) -> Outcome {
    Answer::to(&format!("/c/{}/csv?gone=1", book.customer.slug))
}

/// What was chosen for a file, as it is kept beside it.
struct Chosen {
    reading: Reading,
    choices: Choices,
}

impl Chosen {
    fn write(&self) -> String {
        let mut text = Serializer::new(String::new());
        if let Some(encoding) = self.reading.encoding {
            text.append_pair("encoding", encoding.name());
        }
        if let Some(separator) = self.reading.separator {
            text.append_pair("separator", separator.name());
        }
        for column in &self.choices.columns {
            text.append_pair("column", column.map_or("", Meaning::name));
        }
        text.append_pair("existing", self.choices.existing.name());
        text.append_pair("group", self.choices.group.as_deref().unwrap_or_default());
        text.finish()
    }

    /// From a form, or from what is kept.
    fn read(form: &Form) -> Self {
        let group = form.get("group");
        Self {
            reading: reading(form),
            choices: Choices {
                columns: form.all("column").map(Meaning::named).collect(),
                existing: Existing::named(form.get("existing")).unwrap_or_default(),
                group: (!group.is_empty()).then(|| group.to_owned()),
            },
        }
    }
}

/// How a form says that a file is read.
fn reading(form: &Form) -> Reading {
    Reading {
        encoding: Encoding::named(form.get("encoding")),
        separator: Separator::named(form.get("separator")),
    }
}

/// The file as a table, with what was chosen; where nothing was yet, what its headings say.
fn opened(upload: &Upload, other: Option<Reading>) -> Result<(Sheet, Chosen), Unreadable> {
    let mut chosen = Chosen::read(&Form::read(upload.choices.as_bytes()));
    if let Some(other) = other {
        chosen.reading = other;
    }
    let sheet = read_sheet(&upload.content, chosen.reading)?;
    if upload.choices.is_empty() || other.is_some() || chosen.choices.columns.len() != sheet.headings.len() {
        chosen.choices.columns = guess(&sheet.headings);
    }
    Ok((sheet, chosen))
}

/// What a reader calls a meaning.
pub fn meaning_text(f: &Frame, meaning: Meaning) -> String {
    match meaning {
        Meaning::Id => f.s("id-word"),
        Meaning::Field(field) => f.s(label(field)),
        Meaning::Groups => f.s("csv-groups"),
    }
}
