//! A row of a table by what its cells mean.

use std::collections::BTreeSet;

use formats::{Meaning, SheetRow, plain_cell};
use model::group::{LONGEST_NAME, folded};
use model::text::{Breaks, clean, fits};
use model::value::{self, MOST_NUMBERS, Wrong};
use model::{Field, Key};

use super::{CellError, Choices, Expected};

/// Groups that one row may name.
const MOST_GROUPS: usize = 100;

/// A cell that says something.
pub(super) struct Cell {
    pub column: usize,
    pub meaning: Meaning,
    /// What it says, without the sign that keeps it from being a formula and without blanks around it.
    pub text: String,
}

/// The cells of a row that mean something and say something.
pub(super) fn cells(row: &SheetRow, choices: &Choices) -> Vec<Cell> {
    let meant = row.cells.iter().zip(&choices.columns).enumerate();
    let cell = |(column, (cell, meaning)): (usize, (&String, &Option<Meaning>))| {
        let text = plain_cell(cell).trim();
        let meaning = (*meaning)?;
        (!text.is_empty()).then(|| Cell { column, meaning, text: text.to_owned() })
    };
    meant.filter_map(cell).collect()
}

/// What the row says of a field, and in which column; numbers of several columns are one value.
pub(super) fn of_field(cells: &[Cell], field: Field) -> Option<(usize, String)> {
    let mut said = cells.iter().filter(|cell| cell.meaning == Meaning::Field(field));
    let first = said.next()?;
    let text = said.fold(first.text.clone(), |text, cell| format!("{text}\n{}", cell.text));
    Some((first.column, text))
}

/// The id that the row names.
pub(super) fn id_of(cells: &[Cell]) -> Option<&str> {
    cells.iter().find(|cell| cell.meaning == Meaning::Id).map(|cell| cell.text.as_str())
}

/// The key of the row's address, whether or not that is one.
pub(super) fn key_of(cells: &[Cell]) -> Option<Key> {
    let address = cells.iter().find(|cell| cell.meaning == Meaning::Field(Field::Email))?;
    Key::of(&address.text).filter(|_| address.text.contains('@'))
}

/// Names of contact groups. Our own export writes one a line; others stand a semicolon between them.
pub(super) fn groups(cells: &[Cell], heading: impl Fn(usize) -> bool) -> Result<Vec<String>, CellError> {
    let (mut all, mut known) = (Vec::new(), BTreeSet::new());
    for cell in cells.iter().filter(|cell| cell.meaning == Meaning::Groups) {
        let ours = heading(cell.column);
        let names = cell.text.split(|c: char| c == '\n' || (c == ';' && !ours));
        for name in names.map(str::trim).filter(|name| !name.is_empty()) {
            if fits(name, LONGEST_NAME, Breaks::None).is_err() {
                let (column, value) = (cell.column, name.to_owned());
                return Err(CellError { column, value, expected: Expected::GroupName });
            }
            if !known.insert(folded(name)) {
                continue;
            }
            if all.len() == MOST_GROUPS {
                let (column, value) = (cell.column, cell.text.clone());
                return Err(CellError { column, value, expected: Expected::FewerGroups(MOST_GROUPS) });
            }
            all.push(name.to_owned());
        }
    }
    Ok(all)
}

/// A value as the book keeps it. Words may stand in several lines of a cell, numbers may have semicolons between them.
pub(super) fn value(field: Field, (column, text): (usize, &str)) -> Result<Option<String>, CellError> {
    let tidy = match field {
        Field::BusinessPhones => text.replace(';', "\n"),
        Field::Email | Field::Mobile => text.to_owned(),
        Field::FirstName
        | Field::LastName
        | Field::DisplayName
        | Field::JobTitle
        | Field::Department
        | Field::Company
        | Field::Office
        | Field::Site => clean(text).map(String::from).unwrap_or_default(),
    };
    value::read(field, &tidy).map_err(|wrong| {
        let (value, expected) = match wrong {
            Wrong::NoAddress => (text.to_owned(), Expected::Address),
            Wrong::NoNumber(bad) => (bad, Expected::Number),
            Wrong::TooManyNumbers => (text.to_owned(), Expected::FewerNumbers(MOST_NUMBERS)),
            Wrong::Unfit(model::text::Unfit::TooLong(most)) => (text.to_owned(), Expected::Shorter(most)),
            Wrong::Unfit(model::text::Unfit::Control) => (text.to_owned(), Expected::Visible),
        };
        CellError { column, value, expected }
    })
}
