//! What people and programs are told of CSV imports: why a file cannot be read, what a row lacks, what stays, and the document of an
//! import.

use std::borrow::Cow;

use formats::{
    Encoding, MOST_CELLS, MOST_COLUMNS, MOST_ROWS, Meaning, Separator, Sheet, Unreadable, plain_cell,
};
use model::Field;
use serde::Serialize;
use store::{Account, Book, By, CsvImport, CsvKept, CsvUndo, Result};
use sync::csv_import::{
    BadColumns, CellError, Choices, Expected, Fate, Kept, Kind, Planned, RowPlan, WhyKept,
};

use crate::texts::{many, pick, say};
use crate::when;

/// An import that was planned, or done.
#[derive(Debug, Clone, Serialize)]
pub struct ImportJson {
    pub customer: String,
    pub file: String,
    pub encoding: &'static str,
    pub separator: &'static str,
    /// Headings with what their columns are taken for.
    pub columns: Vec<ColumnJson>,
    pub rows: usize,
    pub created: usize,
    pub changed: usize,
    pub unchanged: usize,
    pub skipped: usize,
    pub wrong: usize,
    pub errors: Vec<ErrorJson>,
    pub kept: Vec<KeptJson>,
    /// The import's number; null where it was only planned.
    pub import: Option<i64>,
}

/// A column.
#[derive(Debug, Clone, Serialize)]
pub struct ColumnJson {
    pub heading: String,
    pub field: Option<&'static str>,
}

/// A row that is left out.
#[derive(Debug, Clone, Serialize)]
pub struct ErrorJson {
    pub row: u64,
    pub column: String,
    pub value: String,
    pub text: String,
}

/// A field that stays.
#[derive(Debug, Clone, Serialize)]
pub struct KeptJson {
    pub row: u64,
    pub name: String,
    pub field: &'static str,
    pub why: &'static str,
    pub text: String,
}

/// The document of an import.
pub fn import(
    book: &Book,
    file: &str,
    (sheet, choices): (&Sheet, &Choices),
    planned: &Planned,
    n: Option<i64>,
) -> ImportJson {
    let columns = choices.columns.iter().enumerate();
    let column = |(at, meaning): (usize, &Option<Meaning>)| ColumnJson {
        heading: heading(sheet, at),
        field: meaning.map(Meaning::name),
    };
    let rows = planned.rows.iter();
    let errors = rows.clone().flat_map(|row| row.errors.iter().map(|error| error_json(sheet, row, error)));
    let kept = rows.flat_map(|row| row.kept.iter().map(|kept| kept_json(row, kept)));
    ImportJson {
        customer: book.customer.slug.clone(),
        file: file.to_owned(),
        encoding: sheet.encoding.name(),
        separator: sheet.separator.name(),
        columns: columns.map(column).collect(),
        rows: planned.rows.len(),
        created: planned.count(Kind::New),
        changed: planned.count(Kind::Changed),
        unchanged: planned.count(Kind::Same),
        skipped: planned.count(Kind::There),
        wrong: planned.count(Kind::Wrong),
        errors: errors.collect(),
        kept: kept.collect(),
        import: n,
    }
}

fn error_json(sheet: &Sheet, row: &RowPlan, error: &CellError) -> ErrorJson {
    ErrorJson {
        row: row.n,
        column: heading(sheet, error.column),
        value: error.value.clone(),
        text: error_text(sheet, row, error),
    }
}

fn kept_json(row: &RowPlan, kept: &Kept) -> KeptJson {
    KeptJson {
        row: row.n,
        name: row.name.clone(),
        field: kept.field.name(),
        why: match kept.why {
            WhyKept::Source => "source",
            WhyKept::Pinned => "pinned",
        },
        text: kept_text(row, kept, kept.field.name()),
    }
}

/// What a column is called; by its number where it has no heading.
pub fn heading(sheet: &Sheet, column: usize) -> String {
    let named = sheet.headings.get(column).filter(|heading| !heading.is_empty()).cloned();
    named.unwrap_or_else(|| say!("column {}", "Spalte {}", column + 1))
}

/// Characters of a cell that are shown.
const SHOWN: usize = 80;

/// A cell's text in one line, cut where it is long.
pub fn excerpt(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}…", line.get(..at).unwrap_or_default()),
        None => line,
    }
}

/// The rows with errors as they were, below their headings, each with what is wrong with it in a column of its own, by which the
/// file is mended and brought again.
///
/// One after the other, for all of them may be as many cells as [`MOST_COLUMNS`] times [`MOST_ROWS`].
pub fn wrong_rows<'a>(
    sheet: &'a Sheet,
    planned: &'a Planned,
) -> impl Iterator<Item = Vec<Cow<'a, str>>> + use<'a> {
    let width = sheet.rows.iter().map(|row| row.cells.len()).max().unwrap_or_default();
    let width = width.max(sheet.headings.len());
    let wide = move |cells: &mut dyn Iterator<Item = &'a str>, last: Cow<'a, str>| {
        let mut cells: Vec<Cow<'a, str>> = cells.map(Cow::Borrowed).collect();
        cells.resize(width, Cow::Borrowed(""));
        cells.push(last);
        cells
    };
    let row = move |plan: &RowPlan| {
        let at = sheet.rows.binary_search_by_key(&plan.n, |row| row.n).ok()?;
        let texts: Vec<String> = plan.errors.iter().map(|error| error_text(sheet, plan, error)).collect();
        // As they were before they were kept from being formulas, for that is done again.
        let mut cells = sheet.rows.get(at)?.cells.iter().map(|cell| plain_cell(cell));
        Some(wide(&mut cells, texts.join(" ").into()))
    };
    let mut headings = sheet.headings.iter().map(String::as_str);
    let headings = wide(&mut headings, pick("Whoswho: what is wrong", "Whoswho: was fehlt").into());
    let wrong = planned.rows.iter().filter(|row| !row.errors.is_empty());
    std::iter::once(headings).chain(wrong.filter_map(row))
}

/// "Zeile 7: In „E-Mail“ steht „anna“. Erwartet wird …"
pub fn error_text(sheet: &Sheet, row: &RowPlan, error: &CellError) -> String {
    let (n, column, what) = (row.n, heading(sheet, error.column), expected(error.expected));
    if error.value.is_empty() {
        return say!(
            "Row {n}: “{column}” is empty. Expected: {what}.",
            "Zeile {n}: „{column}“ ist leer. Erwartet wird {what}."
        );
    }
    let value = excerpt(&error.value);
    say!(
        "Row {n}: “{column}” contains “{value}”. Expected: {what}.",
        "Zeile {n}: In „{column}“ steht „{value}“. Erwartet wird {what}."
    )
}

fn expected(expected: Expected) -> String {
    match expected {
        Expected::Address => pick(
            "an e-mail address such as anna.schmidt@example.com",
            "eine E-Mail-Adresse wie anna.schmidt@example.com",
        )
        .into(),
        Expected::Number => {
            pick("a phone number such as +49 40 1234567", "eine Telefonnummer wie +49 40 1234567").into()
        }
        Expected::FewerNumbers(most) => say!("no more than {most} numbers", "nicht mehr als {most} Nummern"),
        Expected::Shorter(most) => say!("no more than {most} characters", "nicht mehr als {most} Zeichen"),
        Expected::Visible => pick("text without control characters", "Text ohne Steuerzeichen").into(),
        Expected::GroupName => pick(
            "the name of a contact group, of 256 characters at most",
            "der Name einer Kontaktgruppe mit höchstens 256 Zeichen",
        )
        .into(),
        Expected::FewerGroups(most) => {
            say!("no more than {most} contact groups", "nicht mehr als {most} Kontaktgruppen")
        }
        Expected::FewerGroupsInFile(most) => say!(
            "contact groups of which the whole file names no more than {most}",
            "Kontaktgruppen, von denen die ganze Datei nicht mehr als {most} nennt"
        ),
        Expected::Name => pick(
            "a name, a company or an e-mail address in the row",
            "in der Zeile ein Name, eine Firma oder eine E-Mail-Adresse",
        )
        .into(),
        Expected::Nothing => pick(
            "nothing here, for there is no heading above it",
            "hier nichts, denn darüber steht keine Überschrift",
        )
        .into(),
        Expected::Once(first) => say!(
            "a contact that no other row names (row {first} names it)",
            "ein Kontakt, den keine andere Zeile nennt (Zeile {first} nennt ihn)"
        ),
        Expected::FreeAddress => {
            pick("an address that no other contact has", "eine Adresse, die kein anderer Kontakt hat").into()
        }
        Expected::OneContact(n) => say!(
            "an address that only one contact has ({n} have it)",
            "eine Adresse, die nur ein Kontakt hat ({n} haben sie)"
        ),
    }
}

/// That a field stays as it is. `field` is what the reader calls it.
pub fn kept_text(row: &RowPlan, kept: &Kept, field: &str) -> String {
    let (n, name, value) = (row.n, &row.name, excerpt(&kept.value));
    match kept.why {
        WhyKept::Source => say!(
            "Row {n}, {name}: {field} comes from Microsoft 365 and stays; “{value}” is not taken.",
            "Zeile {n}, {name}: {field} kommt aus Microsoft 365 und bleibt; „{value}“ wird nicht übernommen."
        ),
        WhyKept::Pinned => say!(
            "Row {n}, {name}: {field} is pinned and stays; “{value}” is not taken.",
            "Zeile {n}, {name}: {field} ist Festwert und bleibt; „{value}“ wird nicht übernommen."
        ),
    }
}

/// Why a file is none that can be imported, and what to do.
pub fn unreadable(why: Unreadable) -> String {
    match why {
        Unreadable::Workbook => pick(
            "This is a workbook of a spreadsheet. Please save it there as CSV, and bring that file.",
            "Das ist eine Arbeitsmappe. Bitte dort als CSV speichern und diese Datei einlesen.",
        )
        .into(),
        Unreadable::NoText => pick(
            "The file cannot be read as text in this encoding. Please choose another one, or save it as CSV UTF-8.",
            "Die Datei lässt sich in dieser Kodierung nicht als Text lesen. Bitte eine andere wählen oder als CSV UTF-8 speichern.",
        )
        .into(),
        Unreadable::Empty => pick(
            "Nothing stands below the headings. The first row names the columns, each row below is a contact.",
            "Unter den Überschriften steht nichts. Die erste Zeile nennt die Spalten, jede Zeile darunter ist ein Kontakt.",
        )
        .into(),
        Unreadable::Rows => say!(
            "The file has more than {MOST_ROWS} rows. Please split it.",
            "Die Datei hat mehr als {MOST_ROWS} Zeilen. Bitte aufteilen."
        ),
        Unreadable::Columns => say!(
            "The file, or a row of it, has more than {MOST_COLUMNS} columns. Please remove those that are not needed.",
            "Die Datei oder eine Zeile darin hat mehr als {MOST_COLUMNS} Spalten. Bitte nicht benötigte entfernen."
        ),
        Unreadable::Cells => say!(
            "The file has more than {MOST_CELLS} cells. Please remove columns that are not needed, or split it.",
            "Die Datei hat mehr als {MOST_CELLS} Zellen. Bitte nicht benötigte Spalten entfernen oder aufteilen."
        ),
    }
}

/// Why columns cannot be taken so. `meaning` is what the reader calls what two of them mean.
pub fn bad_columns(bad: BadColumns, meaning: &str) -> String {
    match bad {
        BadColumns::Twice(_) => say!(
            "Two columns are taken for {meaning}. Only one can be.",
            "Zwei Spalten stehen für {meaning}. Das kann nur eine."
        ),
        BadColumns::Nameless => pick(
            "No column names anybody. At least one is needed for a name, the company or the e-mail address.",
            "Keine Spalte nennt jemanden. Mindestens eine muss für einen Namen, die Firma oder die E-Mail-Adresse stehen.",
        )
        .into(),
    }
}

/// How an encoding is called by those who write it.
pub const fn encoding_text(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Utf8 => "UTF-8",
        Encoding::Windows1252 => "Windows-1252 (ANSI)",
        Encoding::Utf16Le => "UTF-16 (Unicode)",
        Encoding::Utf16Be => "UTF-16 (Big Endian)",
    }
}

/// A separator in words.
pub fn separator_text(separator: Separator) -> &'static str {
    match separator {
        Separator::Semicolon => pick("semicolon", "Semikolon"),
        Separator::Comma => pick("comma", "Komma"),
        Separator::Tab => pick("tab", "Tabulator"),
    }
}

/// What an import would do or has done, in a line.
pub fn sum(json: &ImportJson) -> String {
    let parts = [
        (
            json.created,
            many(json.created as i64, ["new contact", "new contacts"], ["neuer Kontakt", "neue Kontakte"]),
        ),
        (json.changed, say!("{} changed", "{} geändert", json.changed)),
        (json.unchanged, say!("{} say it already", "{} sagen es schon", json.unchanged)),
        (json.skipped, say!("{} are there already", "{} sind schon da", json.skipped)),
        (
            json.wrong,
            many(
                json.wrong as i64,
                ["row with errors", "rows with errors"],
                ["Zeile mit Fehlern", "Zeilen mit Fehlern"],
            ),
        ),
    ];
    let parts: Vec<String> = parts.into_iter().filter(|(n, _)| *n > 0).map(|(_, text)| text).collect();
    if parts.is_empty() { pick("nothing to import", "nichts einzulesen").into() } else { parts.join(", ") }
}

/// What a row is about and what becomes of it, for lists of the command line.
pub fn row_text(row: &RowPlan) -> String {
    let (n, name) = (row.n, &row.name);
    let what = match row.fate {
        Fate::New => pick("new", "neu").to_owned(),
        Fate::Changed(..) => {
            let fields: Vec<&str> = row.changes.iter().map(|change| change.field.name()).collect();
            let groups = row.groups.iter().map(String::as_str);
            fields.into_iter().chain(groups).collect::<Vec<_>>().join(", ")
        }
        Fate::Same(_) => pick("unchanged", "unverändert").to_owned(),
        Fate::There(_) => pick("there already", "schon da").to_owned(),
        Fate::Wrong => pick("left out", "ausgelassen").to_owned(),
    };
    say!("row {n}  {name}: {what}", "Zeile {n}  {name}: {what}")
}

/// An import that was done.
#[derive(Debug, Clone, Serialize)]
pub struct DoneJson {
    pub import: i64,
    pub at: String,
    pub by: &'static str,
    pub account: Option<String>,
    pub file: String,
    pub created: i64,
    pub changed: i64,
    pub undone_at: Option<String>,
}

/// One for each import.
pub fn done(imports: &[CsvImport], accounts: &[Account]) -> Vec<DoneJson> {
    let one = |import: &CsvImport| {
        let account = match import.by {
            By::Account(id) => {
                accounts.iter().find(|account| account.id == id).map(|account| account.name.clone())
            }
            By::Run(_) | By::Hand => None,
        };
        DoneJson {
            import: import.n,
            at: when::rfc3339(import.at),
            by: if matches!(import.by, By::Account(_)) { "account" } else { "hand" },
            account,
            file: import.file.clone(),
            created: import.created,
            changed: import.changed,
            undone_at: import.undone_at.map(when::rfc3339),
        }
    };
    imports.iter().map(one).collect()
}

/// What taking an import back does.
#[derive(Debug, Clone, Serialize)]
pub struct BackJson {
    pub import: i64,
    pub removed: usize,
    pub restored: usize,
    /// Memberships of contact groups that end.
    pub parted: usize,
    pub kept: Vec<StaysJson>,
}

/// A contact that stays as it is.
#[derive(Debug, Clone, Serialize)]
pub struct StaysJson {
    pub contact: String,
    pub name: Option<String>,
    pub text: String,
}

/// The document of taking an import back.
pub fn back(book: &Book, import: i64, undo: &CsvUndo) -> Result<BackJson> {
    let ids: Vec<_> = undo.kept.keys().copied().collect();
    let contacts = book.contacts_by_id(&ids)?;
    let stays = |(id, why): (&model::ContactId, &CsvKept)| StaysJson {
        contact: book.public_id(*id).to_string(),
        name: contacts.get(id).and_then(|c| c.values.get(Field::DisplayName)).map(str::to_owned),
        text: stays_text(why).to_owned(),
    };
    Ok(BackJson {
        import,
        removed: undo.remove.len(),
        restored: undo.restore.len(),
        parted: undo.leave.len(),
        kept: undo.kept.iter().map(stays).collect(),
    })
}

fn stays_text(why: &CsvKept) -> &'static str {
    match why {
        CsvKept::Changed => pick("was changed since, so it stays", "wurde seither geändert und bleibt"),
        CsvKept::Linked => pick(
            "is linked to Microsoft 365 by now, so it stays",
            "ist inzwischen mit Microsoft 365 verknüpft und bleibt",
        ),
        CsvKept::Gone => pick("is in the book no more", "ist nicht mehr im Kontaktbuch"),
        CsvKept::Fields(_) => pick("fields that were changed since stay", "seither geänderte Felder bleiben"),
    }
}
