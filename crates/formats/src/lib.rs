//! # formats
//!
//! *Is*: a book's contacts written in the forms that other programs read: vCard 3.0 and CSV.
//!
//! *Knows*: `model`, RFC 2426 (vCard), RFC 4180 (CSV) and what spreadsheets do with a cell. Folding, escaping and quoting
//! are the libraries' (`calcard`, `csv`).
//!
//! *Never*: reads a database, decides who may see a field, prints, or fails on what a contact holds: every value can be
//! written, and reads back as it was.
//!
//! Modules: `card` (what is written), `vcard`, `table` (CSV).

mod card;
mod table;
mod vcard;

pub use card::Card;
pub use table::{Bom, Separator, csv, csv_rows};
pub use vcard::vcard;
