//! Values of a contact as a person types them, or has them in a table: that an address or a number is none of nonsense. Tolerant: a
//! source writes what it likes, and people know numbers that no rule foresees. No language: whoever tells what is wrong has the words.

use crate::contact::Field;
use crate::text::{Breaks, Unfit, fits};

/// Words that stand between the digits of a number.
const EXTENSION: [&str; 9] =
    ["durchwahl", "dw", "ext", "extension", "x", "nst", "nebenstelle", "app", "apparat"];

/// Business numbers of one contact.
pub const MOST_NUMBERS: usize = 20;

/// Why a value cannot be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wrong {
    /// It is no e-mail address.
    NoAddress,
    /// This of it is no number.
    NoNumber(String),
    /// It has more than [`MOST_NUMBERS`] numbers.
    TooManyNumbers,
    /// What it holds cannot be seen, or it is too long.
    Unfit(Unfit),
}

/// A value as the book keeps it; `None` is none. Business numbers are separated by commas or lines where they are typed, and by
/// lines in the book.
pub fn read(field: Field, text: &str) -> Result<Option<String>, Wrong> {
    let value = tidy(field, text);
    if value.is_empty() {
        return Ok(None);
    }
    if field == Field::BusinessPhones && value.lines().count() > MOST_NUMBERS {
        return Err(Wrong::TooManyNumbers);
    }
    let breaks = |c: char| c == '\n' && field == Field::BusinessPhones;
    for part in value.split(breaks) {
        fits(part, field.longest(), Breaks::None).map_err(Wrong::Unfit)?;
    }
    match field {
        Field::Email if !is_address(&value) => Err(Wrong::NoAddress),
        Field::Mobile | Field::BusinessPhones => match value.lines().find(|number| !is_number(number)) {
            Some(bad) => Err(Wrong::NoNumber(bad.to_owned())),
            None => Ok(Some(value)),
        },
        Field::Email
        | Field::FirstName
        | Field::LastName
        | Field::DisplayName
        | Field::JobTitle
        | Field::Department
        | Field::Company
        | Field::Office
        | Field::Site => Ok(Some(value)),
    }
}

/// Without blanks around it.
fn tidy(field: Field, value: &str) -> String {
    if field == Field::BusinessPhones {
        value.split([',', '\n']).map(str::trim).filter(|v| !v.is_empty()).collect::<Vec<_>>().join("\n")
    } else {
        value.trim().to_owned()
    }
}

/// One @ with something on both sides, no blanks, no list, no empty part.
pub fn is_address(text: &str) -> bool {
    let strange =
        |c: char| c.is_whitespace() || c.is_control() || matches!(c, ',' | ';' | '<' | '>' | '(' | ')' | '"');
    let whole = |part: &str| !part.is_empty() && part.split('.').all(|label| !label.is_empty());
    let sides = text.split_once('@');
    sides.is_some_and(|(local, domain)| whole(local) && whole(domain) && !domain.contains('@'))
        && !text.contains(strange)
}

/// Digits, and besides them only signs and words that stand in numbers.
pub fn is_number(text: &str) -> bool {
    let sign = |c: char| c.is_ascii_digit() || c == ' ' || matches!(c, '+' | '(' | ')' | '-' | '/' | '.');
    let mut words = text.split(|c: char| !c.is_alphabetic()).filter(|w| !w.is_empty());
    text.contains(|c: char| c.is_ascii_digit())
        && text.chars().all(|c| sign(c) || c.is_alphabetic())
        && words.all(|word| EXTENSION.contains(&word.to_lowercase().as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nonsense_is_refused_and_what_people_write_is_not() {
        for good in ["a@b", "anna.schmidt+x@muster.example", "jörg@müller.example", "o'neil@x.example"] {
            assert!(is_address(good), "{good}");
        }
        for bad in [
            "anna",
            "anna@",
            "@x",
            "a b@x.example",
            "a@x@y",
            "a@x.example, b@x.example",
            "a@x..y",
            "<a@x>",
            ".a@x",
        ] {
            assert!(!is_address(bad), "{bad}");
        }
        for good in ["+49 (0)30 / 123-45", "0711.12", "030 1 Durchwahl 12", "030 1 ext. 12", "110"] {
            assert!(is_number(good), "{good}");
        }
        for bad in ["unknown", "+", "030 1 call me", "1;2", "030 12 §"] {
            assert!(!is_number(bad), "{bad}");
        }
    }
}
