//! # formats
//!
//! *Is*: a book's contacts written in the forms that other programs read, vCard 3.0 and CSV, and people's own CSV files read.
//!
//! *Knows*: `model`, RFC 2426 (vCard), RFC 4180 (CSV), what spreadsheets do with a cell and how they write a file. Folding,
//! escaping, quoting and decoding are the libraries' (`calcard`, `csv`, `encoding_rs`).
//!
//! *Never*: reads a database, decides who may see a field, prints, or fails on what a contact holds: every value can be
//! written, and reads back as it was.
//!
//! Modules: `card` (what is written), `vcard`, `table` (CSV written), `sheet` (CSV read), `guess` (what its columns mean).

mod card;
mod guess;
pub mod picture;
mod sheet;
mod table;
mod vcard;

pub use card::Card;
pub use guess::{Meaning, groups_as_exported, guess};
pub use sheet::{
    Encoding, MOST_CELLS, MOST_COLUMNS, MOST_ROWS, Reading, Sheet, SheetRow, Unreadable, read_sheet,
};
pub use table::{Bom, Separator, csv, csv_headed, csv_rows, plain_cell, table};
pub use vcard::vcard;
