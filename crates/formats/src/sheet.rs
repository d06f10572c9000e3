//! A CSV file as people have one: decoded, cut into cells, every row with the number that a spreadsheet shows for it.
//!
//! What Excel writes is read without being asked: `CSV (Trennzeichen-getrennt)` is Windows-1252 with semicolons in Germany and
//! commas elsewhere, `CSV UTF-8` has a byte order mark, `Unicode Text` is UTF-16 with tabs. A first line `sep=;` names the separator.
//! Whoever knows better says so with [`Reading`].
//!
//! The rule: what is not sure to be a table of text is refused with its reason, and never read as one row of nonsense.

use encoding_rs::{UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::table::Separator;

/// Rows below the headings; more are refused.
pub const MOST_ROWS: usize = 50_000;
/// Columns, of the headings or of any row; more are refused.
pub const MOST_COLUMNS: usize = 200;
/// Cells below the headings, with those that a row lacks; more are refused. Each costs 24 bytes of memory beside its text.
pub const MOST_CELLS: usize = 5_000_000;
/// Rows by which the separator is guessed.
const PROBE: usize = 20;

/// How the bytes of a file stand for text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark.
    Utf8,
    /// UTF-16, the low byte first: Excel's "Unicode Text".
    Utf16Le,
    /// UTF-16, the high byte first.
    Utf16Be,
    /// Windows-1252, what Excel writes in Western Europe unless told otherwise.
    Windows1252,
}

impl Encoding {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Utf8, Self::Windows1252, Self::Utf16Le, Self::Utf16Be];

    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf16Le => "utf-16le",
            Self::Utf16Be => "utf-16be",
            Self::Windows1252 => "windows-1252",
        }
    }

    /// The encoding of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|encoding| encoding.name() == name)
    }
}

/// What somebody says about a file; `None` is guessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reading {
    /// How its bytes stand for text.
    pub encoding: Option<Encoding>,
    /// What stands between its cells.
    pub separator: Option<Separator>,
}

/// A file, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// How its bytes stood for text.
    pub encoding: Encoding,
    /// What stood between its cells.
    pub separator: Separator,
    /// The first row, without blanks around the words.
    pub headings: Vec<String>,
    /// The rows below it that are not empty.
    pub rows: Vec<SheetRow>,
}

/// A row below the headings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetRow {
    /// Its number as a spreadsheet shows it; the headings are row 1.
    pub n: u64,
    /// Its cells, at least as many as there are headings; those behind have none.
    pub cells: Vec<String>,
}

/// Why a file is no table that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreadable {
    /// It is a workbook of a spreadsheet, no CSV.
    Workbook,
    /// Its bytes are no text in the encoding that was said or guessed.
    NoText,
    /// It has no headings, or nothing below them.
    Empty,
    /// It has more rows than [`MOST_ROWS`].
    Rows,
    /// Its headings or one of its rows have more columns than [`MOST_COLUMNS`].
    Columns,
    /// It has more cells than [`MOST_CELLS`].
    Cells,
}

/// Reads a file.
pub fn read_sheet(bytes: &[u8], reading: Reading) -> Result<Sheet, Unreadable> {
    // A zip (xlsx, ods) and a compound file (xls).
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        return Err(Unreadable::Workbook);
    }
    let encoding = reading.encoding.unwrap_or_else(|| guess_encoding(bytes));
    let text = decode(bytes, encoding)?;
    let (named, text) = named_separator(&text);
    let separator = reading.separator.or(named).unwrap_or_else(|| guess_separator(text));
    let begun = if named.is_some() { 2 } else { 1 };
    let (headings, rows) = cut(text, separator, begun)?;
    Ok(Sheet { encoding, separator, headings, rows })
}

/// By its mark, else UTF-8 where it can be that, else UTF-16 by its zeros, else Windows-1252, in which everything is some text.
fn guess_encoding(bytes: &[u8]) -> Encoding {
    if bytes.starts_with(b"\xff\xfe") {
        return Encoding::Utf16Le;
    }
    if bytes.starts_with(b"\xfe\xff") {
        return Encoding::Utf16Be;
    }
    // Letters of the first hundred have a zero beside them in UTF-16.
    let zeros = |odd: usize| bytes.iter().skip(odd).step_by(2).take(200).filter(|b| **b == 0).count();
    let most = bytes.len().min(400) / 4;
    if most > 0 && zeros(1) > most {
        return Encoding::Utf16Le;
    }
    if most > 0 && zeros(0) > most {
        return Encoding::Utf16Be;
    }
    if std::str::from_utf8(bytes).is_ok() { Encoding::Utf8 } else { Encoding::Windows1252 }
}

fn decode(bytes: &[u8], encoding: Encoding) -> Result<String, Unreadable> {
    let text = match encoding {
        Encoding::Utf8 => {
            let text = std::str::from_utf8(bytes).map_err(|_| Unreadable::NoText)?;
            text.strip_prefix('\u{feff}').unwrap_or(text).to_owned()
        }
        Encoding::Utf16Le => decoded(UTF_16LE, bytes)?,
        Encoding::Utf16Be => decoded(UTF_16BE, bytes)?,
        Encoding::Windows1252 => decoded(WINDOWS_1252, bytes)?,
    };
    if text.contains('\0') { Err(Unreadable::NoText) } else { Ok(text) }
}

fn decoded(encoding: &'static encoding_rs::Encoding, bytes: &[u8]) -> Result<String, Unreadable> {
    let (text, _) = encoding.decode_with_bom_removal(bytes);
    if text.contains('\u{fffd}') { Err(Unreadable::NoText) } else { Ok(text.into_owned()) }
}

/// A first line `sep=;`, which Excel takes for itself, and the text below it.
fn named_separator(text: &str) -> (Option<Separator>, &str) {
    let Some((line, rest)) = text.split_once('\n') else { return (None, text) };
    let line = line.trim_end_matches('\r').trim_matches('"');
    let named = line.strip_prefix("sep=").and_then(|mark| match mark {
        ";" => Some(Separator::Semicolon),
        "," => Some(Separator::Comma),
        "\t" => Some(Separator::Tab),
        _ => None,
    });
    if named.is_some() { (named, rest) } else { (None, text) }
}

/// The one by which the first rows fall into most cells, all alike; the semicolon where none does better.
fn guess_separator(text: &str) -> Separator {
    let score = |separator: Separator| {
        let mut reader = reader(text, separator);
        let widths: Vec<usize> =
            reader.records().take(PROBE).map_while(Result::ok).map(|row| row.len()).collect();
        let width = widths.first().copied().unwrap_or_default();
        let alike = widths.iter().filter(|other| **other == width).count();
        if width < 2 { 0 } else { alike * 1_000 / widths.len().max(1) * 10 + width.min(MOST_COLUMNS) }
    };
    let best = [Separator::Semicolon, Separator::Tab, Separator::Comma];
    let best = best.into_iter().map(|separator| (score(separator), separator));
    // The first of equals.
    best.fold((0, Separator::Semicolon), |best, one| if one.0 > best.0 { one } else { best }).1
}

fn reader(text: &str, separator: Separator) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator.byte())
        .from_reader(text.as_bytes())
}

/// The headings and the rows below them. `begun` is the number of the first line.
fn cut(text: &str, separator: Separator, begun: u64) -> Result<(Vec<String>, Vec<SheetRow>), Unreadable> {
    let mut reader = reader(text, separator);
    let (mut headings, mut rows): (Option<Vec<String>>, Vec<SheetRow>) = (None, Vec::new());
    let (mut n, mut record, mut line) = (begun, csv::StringRecord::new(), 1);
    let mut all = 0;
    // The text is UTF-8 and lengths may differ, so nothing else can fail.
    while reader.read_record(&mut record).unwrap_or(false) {
        // The reader passes by empty lines, a spreadsheet counts them.
        let now = reader.position().line();
        let inside: u64 = record.iter().map(|cell| cell.matches('\n').count() as u64).sum();
        n += (now - line).saturating_sub(inside + 1);
        line = now;
        // Without the empty cells at its end, of which a spreadsheet may write any number.
        let width = (0..record.len())
            .rev()
            .find(|at| record.get(*at).is_some_and(|cell| !cell.trim().is_empty()))
            .map_or(0, |last| last + 1);
        if width > MOST_COLUMNS {
            return Err(Unreadable::Columns);
        }
        match &headings {
            _ if width == 0 => {}
            None => headings = Some(record.iter().take(width).map(|cell| cell.trim().to_owned()).collect()),
            Some(headings) => {
                if rows.len() == MOST_ROWS {
                    return Err(Unreadable::Rows);
                }
                let width = width.max(headings.len());
                all += width;
                if all > MOST_CELLS {
                    return Err(Unreadable::Cells);
                }
                let mut cells: Vec<String> = record.iter().take(width).map(str::to_owned).collect();
                cells.resize(width, String::new());
                rows.push(SheetRow { n, cells });
            }
        }
        n += 1;
    }
    match headings {
        Some(headings) if !rows.is_empty() => Ok((headings, rows)),
        _ => Err(Unreadable::Empty),
    }
}

#[cfg(test)]
#[path = "sheet_tests.rs"]
mod tests;
