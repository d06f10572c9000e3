//! Contacts as CSV (RFC 4180), a row for each contact, for people who open it in a spreadsheet.
//!
//! The header names are those of the JSON form and stay: `id`, the fields, `groups`; for people they may be words instead. Several
//! business numbers or groups stand in one cell, one a line.
//!
//! The rule: no spreadsheet runs what somebody wrote into a directory. A cell that starts with `=`, `+`, `-`, `@`, a tab or a
//! carriage return gets an apostrophe in front, so that it is text and no formula. That holds for telephone numbers too:
//! `+49 30 1` is written `'+49 30 1`. Without it a spreadsheet counts with them: it makes the number 4930 of `+4930` and 9 of
//! `+49-40`, and saves that. A cell that has apostrophes in front of such a sign gets one more, so [`plain_cell`] takes
//! exactly one away and has what was there; whoever reads the file by another program does the same.
//! A file must be opened with the separator that it was written with: a comma is text where the semicolon separates.

use std::io;

use model::Field;

use crate::card::Card;
use crate::guess::Meaning;

/// What stands between cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Separator {
    /// `;`, what Excel expects where the comma is the decimal sign, as in Germany.
    #[default]
    Semicolon,
    /// `,`
    Comma,
    /// A tab.
    Tab,
}

impl Separator {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Semicolon, Self::Comma, Self::Tab];

    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Semicolon => "semicolon",
            Self::Comma => "comma",
            Self::Tab => "tab",
        }
    }

    /// The separator of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|separator| separator.name() == name)
    }

    pub(crate) const fn byte(self) -> u8 {
        match self {
            Self::Semicolon => b';',
            Self::Comma => b',',
            Self::Tab => b'\t',
        }
    }
}

/// Whether the text starts with a byte order mark, without which Excel does not see that a file is UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Bom {
    /// With the mark.
    Written,
    /// Without it, for programs.
    #[default]
    None,
}

/// The contacts as a table, in UTF-8, with the stable names as headings. Fails only where memory does.
pub fn csv<'a>(
    cards: impl IntoIterator<Item = &'a Card>,
    separator: Separator,
    bom: Bom,
) -> io::Result<String> {
    csv_headed(|meaning| meaning.name().to_owned(), cards, separator, bom)
}

/// The same with headings in words for people. An import knows the columns again by words that [`guess`](crate::guess()) knows.
pub fn csv_headed<'a>(
    heading: impl Fn(Meaning) -> String,
    cards: impl IntoIterator<Item = &'a Card>,
    separator: Separator,
    bom: Bom,
) -> io::Result<String> {
    let start = match bom {
        Bom::Written => "\u{feff}".as_bytes().to_vec(),
        Bom::None => Vec::new(),
    };
    let mut table = writer(separator, start);
    let fields = Field::ALL.into_iter().map(Meaning::Field);
    table.write_record([Meaning::Id].into_iter().chain(fields).chain([Meaning::Groups]).map(heading))?;
    write(table, cards)
}

/// More rows of a table that [`csv()`] began, without its header.
pub fn csv_rows<'a>(cards: impl IntoIterator<Item = &'a Card>, separator: Separator) -> io::Result<String> {
    write(writer(separator, Vec::new()), cards)
}

/// Any rows as a table with its mark in front, for spreadsheets; no cell starts a formula.
pub fn table<R>(rows: impl IntoIterator<Item = R>, separator: Separator) -> io::Result<String>
where
    R: IntoIterator<Item: AsRef<str>>,
{
    let mut table = writer(separator, "\u{feff}".as_bytes().to_vec());
    for row in rows {
        for cell in row {
            table.write_field(safe(cell.as_ref()))?;
        }
        table.write_record(None::<&[u8]>)?;
    }
    text(table)
}

fn writer(separator: Separator, start: Vec<u8>) -> csv::Writer<Vec<u8>> {
    let mut builder = csv::WriterBuilder::new();
    builder.delimiter(separator.byte()).terminator(csv::Terminator::CRLF).from_writer(start)
}

fn write<'a>(
    mut table: csv::Writer<Vec<u8>>,
    cards: impl IntoIterator<Item = &'a Card>,
) -> io::Result<String> {
    for card in cards {
        table.write_field(safe(&card.uid))?;
        for field in Field::ALL {
            table.write_field(safe(card.values.get(field).unwrap_or_default()))?;
        }
        table.write_field(safe(&card.groups.join("\n")))?;
        table.write_record(None::<&[u8]>)?;
    }
    text(table)
}

fn text(table: csv::Writer<Vec<u8>>) -> io::Result<String> {
    let bytes = table.into_inner().map_err(csv::IntoInnerError::into_error)?;
    String::from_utf8(bytes).map_err(io::Error::other)
}

/// Whether a cell starts a formula behind the apostrophes in front of it, if there are any.
fn starts_formula(cell: &str) -> bool {
    cell.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r'])
}

/// A cell that no spreadsheet takes for a formula (OWASP, "CSV Injection").
fn safe(cell: &str) -> String {
    if starts_formula(cell) { format!("'{cell}") } else { cell.to_owned() }
}

/// What was in a cell before it was kept from being a formula.
pub fn plain_cell(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|_| starts_formula(cell)).unwrap_or(cell)
}

#[cfg(test)]
mod tests {
    use model::Values;
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str, separator: Separator) -> Vec<Vec<String>> {
        let mut table = csv::ReaderBuilder::new().delimiter(separator.byte()).from_reader(text.as_bytes());
        table.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
    }

    fn card(values: &[&str]) -> Card {
        let mut card = Card { uid: "1".into(), ..Card::default() };
        for (field, value) in Field::ALL.into_iter().zip(values) {
            card.values.set(field, Some(value));
        }
        card
    }

    #[test]
    fn w7_header_names_are_those_of_the_json_form() {
        let text = csv(&[], Separator::default(), Bom::None).unwrap();
        let expected = "id;first_name;last_name;display_name;email;job_title;department;company;office;mobile;\
                        business_phones;site;groups\r\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn w7_the_mark_stands_once_and_in_front() {
        let text = csv(&[card(&["Anna"])], Separator::Comma, Bom::Written).unwrap();
        assert!(text.starts_with("\u{feff}id,first_name,"));
        assert_eq!(text.matches('\u{feff}').count(), 1);
    }

    #[test]
    fn w7_no_cell_starts_a_formula() {
        for start in ["=", "+", "-", "@", "\t", "\r"] {
            let value = format!("{start}cmd|' /C calc'!A0");
            let text = csv(&[card(&[&value])], Separator::Semicolon, Bom::None).unwrap();
            assert_eq!(read(&text, Separator::Semicolon)[0][1], format!("'{value}"));
        }
        let mut numbers = card(&[]);
        numbers.values.set(Field::Mobile, Some("+49 170 1"));
        let text = csv(&[numbers], Separator::Semicolon, Bom::None).unwrap();
        assert!(text.contains(";'+49 170 1;"));
    }

    #[test]
    fn w7_hostile_values_stay_in_their_cell() {
        let long = "山".repeat(10_000);
        let values =
            ["a\r\nb;c", "\"quoted\"\"", "ا;ب", &long, "\n", "'=1", ";;;", "\"", "\\", "x\u{0}y", ","];
        for separator in [Separator::Semicolon, Separator::Comma, Separator::Tab] {
            let text = csv(&[card(&values), card(&[])], separator, Bom::None).unwrap();
            let rows = read(&text, separator);
            assert_eq!(rows.len(), 2);
            let guarded = values.map(safe);
            assert_eq!(&rows[0][1..12], &guarded);
            assert!(rows[1][1..].iter().all(String::is_empty));
        }
    }

    #[test]
    fn w7_groups_and_numbers_stand_one_a_line() {
        let values = Values::default().with(Field::BusinessPhones, "030 1\n030 2");
        let card = Card { values, groups: vec!["Einkauf".into(), "Süd, West".into()], ..Card::default() };
        let rows = read(&csv(&[card], Separator::Comma, Bom::None).unwrap(), Separator::Comma);
        assert_eq!((rows[0][10].as_str(), rows[0][12].as_str()), ("030 1\n030 2", "Einkauf\nSüd, West"));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn w7_everything_reads_back(values in prop::collection::vec("[a-zä山🙂;,'\"=+@\t\r\n-]{1,60}|.{1,40}", 11)) {
            let texts: Vec<&str> = values.iter().map(String::as_str).collect();
            for separator in [Separator::Semicolon, Separator::Comma, Separator::Tab] {
                let rows = read(&csv(&[card(&texts)], separator, Bom::None).unwrap(), separator);
                let guarded: Vec<String> = values.iter().map(|v| safe(v)).collect();
                prop_assert_eq!(&rows[0][1..12], &guarded[..]);
            }
        }
    }
}
