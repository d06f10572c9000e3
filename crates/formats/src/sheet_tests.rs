//! Files as Excel and others write them.

use model::{Field, Values};
use proptest::prelude::*;

use super::*;
use crate::card::Card;
use crate::guess::{Meaning, guess};
use crate::table::{Bom, csv, plain_cell};

const TEXT: &str =
    "Vorname;Nachname;E-Mail\r\nJürgen;Müller;j@x.example\r\nZoë;\"Groß; Berg\";z@x.example\r\n";

fn names(sheet: &Sheet) -> Vec<&str> {
    sheet.rows.iter().map(|row| row.cells[1].as_str()).collect()
}

fn utf16(text: &str, low_first: bool) -> Vec<u8> {
    let two = |unit: u16| if low_first { unit.to_le_bytes() } else { unit.to_be_bytes() };
    text.encode_utf16().flat_map(two).collect()
}

#[test]
fn s11_every_encoding_that_excel_writes_is_read_without_being_asked() {
    let marked = |text: &str| format!("\u{feff}{text}");
    let western = WINDOWS_1252.encode(TEXT).0.into_owned();
    for (bytes, encoding) in [
        (western, Encoding::Windows1252),
        (TEXT.as_bytes().to_vec(), Encoding::Utf8),
        (marked(TEXT).into_bytes(), Encoding::Utf8),
        (utf16(&marked(TEXT), true), Encoding::Utf16Le),
        (utf16(&marked(TEXT), false), Encoding::Utf16Be),
        (utf16(TEXT, true), Encoding::Utf16Le),
        (utf16(TEXT, false), Encoding::Utf16Be),
    ] {
        let sheet = read_sheet(&bytes, Reading::default()).unwrap();
        assert_eq!(sheet.encoding, encoding);
        assert_eq!(sheet.headings, ["Vorname", "Nachname", "E-Mail"], "{encoding:?}");
        assert_eq!(names(&sheet), ["Müller", "Groß; Berg"], "{encoding:?}");
    }
}

#[test]
fn s11_every_separator_is_found_and_one_that_is_named_counts() {
    for (text, separator) in [
        ("a;b;c\n1;2,5;3\n1;2,5;3\n", Separator::Semicolon),
        ("a,b,c\n1,x;y,3\n", Separator::Comma),
        ("a\tb\tc\n1\t2, und\t3;\n", Separator::Tab),
        ("sep=,\r\na;b,c;d\r\n1,2\r\n", Separator::Comma),
        ("E-Mail\nanna@x.example\n", Separator::Semicolon),
    ] {
        assert_eq!(read_sheet(text.as_bytes(), Reading::default()).unwrap().separator, separator, "{text}");
    }
    let told = Reading { separator: Some(Separator::Comma), ..Reading::default() };
    assert_eq!(read_sheet(b"a;b\n1;2\n", told).unwrap().headings, ["a;b"]);
}

#[test]
fn s11_rows_have_the_numbers_that_a_spreadsheet_shows() {
    let numbers = |text: &str| -> Vec<u64> {
        read_sheet(text.as_bytes(), Reading::default()).unwrap().rows.iter().map(|row| row.n).collect()
    };
    assert_eq!(numbers("a;b\n1;2\n3;4\n"), [2, 3]);
    assert_eq!(numbers("a;b\r\n1;2\r\n\r\n;;\r\n3;4\r\n"), [2, 5], "empty rows count");
    assert_eq!(numbers("a;b\n\"1\n1\n1\";2\n3;4"), [2, 3], "a cell of three lines is one row");
    assert_eq!(numbers("sep=;\na;b\n1;2\n"), [3]);
    assert_eq!(numbers("\n\na;b\n1;2\n"), [4]);
    assert_eq!(numbers("a;b\r1;2\r3;4\r"), [2, 3], "old line ends");
}

#[test]
fn s11_what_is_no_table_of_text_says_why() {
    let read = |bytes: &[u8]| read_sheet(bytes, Reading::default()).unwrap_err();
    assert_eq!(read(b"PK\x03\x04\x14\0"), Unreadable::Workbook);
    assert_eq!(read(b""), Unreadable::Empty);
    assert_eq!(read(b"Name;E-Mail\r\n"), Unreadable::Empty);
    assert_eq!(read(b";;\r\n\r\n"), Unreadable::Empty);
    assert_eq!(read(b"a;b\n\x001;\xff\xfe\x00\x00\n"), Unreadable::NoText);
    assert_eq!(read(format!("a\n{}", "1\n".repeat(MOST_ROWS + 1)).as_bytes()), Unreadable::Rows);
    assert_eq!(read(format!("{}a\n1\n", "a;".repeat(MOST_COLUMNS)).as_bytes()), Unreadable::Columns);
    let told = Reading { encoding: Some(Encoding::Utf8), ..Reading::default() };
    assert_eq!(read_sheet(b"a\n\xfc\n", told).unwrap_err(), Unreadable::NoText);
}

#[test]
fn s11_short_and_long_rows_keep_their_cells() {
    let sheet = read_sheet(b"a;b;c;\n1\n1;2;3;;;\n1;2;3;4\n", Reading::default()).unwrap();
    assert_eq!(sheet.headings, ["a", "b", "c"]);
    let cells: Vec<usize> = sheet.rows.iter().map(|row| row.cells.len()).collect();
    assert_eq!(cells, [3, 3, 4]);
}

#[test]
fn s11_a_row_that_is_wider_than_any_table_is_refused_before_it_is_taken_in() {
    let wide = |cell: &str| format!("a;b\n1;2\n{}\n", cell.repeat(MOST_COLUMNS + 1));
    let refused = |text: &str| read_sheet(text.as_bytes(), Reading::default()).unwrap_err();
    assert_eq!(refused(&wide("x;")), Unreadable::Columns);
    // Empty cells at the end of a row are none.
    let sheet = read_sheet(wide(";").as_bytes(), Reading::default()).unwrap();
    assert_eq!(sheet.rows.len(), 1);
    // Each row within the limits, and all of them together far beyond.
    let heading = "h;".repeat(MOST_COLUMNS - 1) + "h\n";
    let many = heading + &"1\n".repeat(MOST_CELLS / MOST_COLUMNS + 1);
    assert_eq!(refused(&many), Unreadable::Cells);
}

/// Texts full of what spreadsheets and the format treat specially.
fn nasty() -> impl Strategy<Value = String> {
    prop_oneof!["[a-zäß山🙂;,'\"=+@\t\r\n-]{1,40}", "'{0,3}[=+@-][a-z']{0,5}", "[^\0]{1,40}", "sep=;"]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn s11_what_the_export_writes_is_read_back_unchanged(
        values in prop::collection::vec(prop::option::of(nasty()), 11),
        groups in prop::collection::vec("[^\0\r\n]{1,20}", 0..3),
    ) {
        let mut card = Card { uid: "0b1c".into(), groups, values: Values::default() };
        for (field, value) in Field::ALL.into_iter().zip(&values) {
            card.values.set(field, value.as_deref());
        }
        let other = Card { uid: "=1".into(), ..Card::default() };
        for separator in [Separator::Semicolon, Separator::Comma, Separator::Tab] {
            for bom in [Bom::Written, Bom::None] {
                let text = csv(&[card.clone(), other.clone()], separator, bom).unwrap();
                let sheet = read_sheet(text.as_bytes(), Reading::default()).unwrap();
                prop_assert_eq!((sheet.separator, sheet.rows.len()), (separator, 2));
                let mut back = Card::default();
                for (meaning, cell) in guess(&sheet.headings).into_iter().zip(&sheet.rows[0].cells) {
                    match meaning.unwrap() {
                        Meaning::Id => back.uid = plain_cell(cell).to_owned(),
                        Meaning::Field(field) => back.values.set(field, Some(plain_cell(cell))),
                        Meaning::Groups => {
                            back.groups = plain_cell(cell).split('\n').filter(|g| !g.is_empty()).map(str::to_owned).collect();
                        }
                    }
                }
                prop_assert_eq!(&back, &card);
                prop_assert_eq!(plain_cell(&sheet.rows[1].cells[0]), "=1");
            }
        }
    }

    #[test]
    fn s11_no_bytes_break_the_reading(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = read_sheet(&bytes, Reading::default());
        for encoding in Encoding::ALL {
            let _ = read_sheet(&bytes, Reading { encoding: Some(encoding), separator: None });
        }
    }
}
