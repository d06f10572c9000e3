//! Values of a contact as a person types them: that an address or a number is none of nonsense. Tolerant: a source writes what
//! it likes, and people know numbers that no rule foresees.

use model::text::{self, Breaks, Unfit};
use model::{Field, Values};

use crate::texts::say;

/// Whether a text is an id as Microsoft's portal shows it: `1f2e3d4c-0000-4000-8000-000000000000`.
pub fn is_object_id(text: &str) -> bool {
    text.len() == 36 && uuid::Uuid::try_parse(text).is_ok()
}

/// Whether a text can name a tenant: its id, or one of its domains.
pub fn names_tenant(text: &str) -> bool {
    let part = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || c == '-');
    is_object_id(text) || text.contains('.') && text.split('.').all(part)
}

/// Words that stand between the digits of a number.
const EXTENSION: [&str; 9] =
    ["durchwahl", "dw", "ext", "extension", "x", "nst", "nebenstelle", "app", "apparat"];

/// Business numbers of one contact.
const MOST_NUMBERS: usize = 20;

/// Characters of a reason.
const WHY: usize = 1_000;

/// Fields that name a contact.
pub const NAMES: [Field; 3] = [Field::FirstName, Field::LastName, Field::DisplayName];

/// Why names cannot be changed so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadNames {
    /// The display name follows from first and last name as long as there is either.
    Follows,
    /// A contact needs one of its names.
    Nameless,
}

/// Refuses to clear the last name that a contact has, and a display name beside first or last name: what is typed there would
/// be lost. One that never had any name may be changed elsewhere.
pub fn check_names(values: &Values, changes: &[(Field, Option<String>)]) -> Result<(), BadNames> {
    let mut after = values.clone();
    for (field, value) in changes {
        after.set(*field, value.as_deref());
    }
    let shown = changes.iter().rfind(|(field, _)| *field == Field::DisplayName).map(|(_, value)| value);
    let follows = after.joined_name();
    if follows.is_some() && shown.is_some_and(|shown| *shown != follows) {
        return Err(BadNames::Follows);
    }
    let clears = changes.iter().any(|(field, value)| NAMES.contains(field) && value.is_none());
    let named = NAMES.iter().any(|field| after.get(*field).is_some());
    if clears && !named { Err(BadNames::Nameless) } else { Ok(()) }
}

/// Refuses what nobody can see and what is too long, in words.
pub fn fits(what: &str, value: &str, longest: usize, breaks: Breaks) -> Result<(), String> {
    text::fits(value, longest, breaks).map_err(|why| match why {
        Unfit::Control => say!(
            "{what} cannot be kept: it holds control characters",
            "{what} wird nicht angenommen: darin stehen Steuerzeichen"
        ),
        Unfit::TooLong(most) => say!(
            "{what} cannot be kept: more than {most} characters",
            "{what} wird nicht angenommen: mehr als {most} Zeichen"
        ),
    })
}

/// A reason that somebody gives, in one line.
pub fn reason(what: &str, text: &str) -> Result<(), String> {
    fits(what, text, WHY, Breaks::None)
}

/// A value as the book keeps it; `None` clears. `what` names the field where it is refused.
pub fn value_of(field: Field, what: &str, value: &str) -> Result<Option<String>, String> {
    let value = multiline(field, value);
    if value.is_empty() {
        return Ok(None);
    }
    if field == Field::BusinessPhones && value.lines().count() > MOST_NUMBERS {
        return Err(say!(
            "{what} cannot be kept: more than {MOST_NUMBERS} numbers",
            "{what} wird nicht angenommen: mehr als {MOST_NUMBERS} Nummern"
        ));
    }
    let breaks = |c: char| c == '\n' && field == Field::BusinessPhones;
    for part in value.split(breaks) {
        fits(what, part, field.longest(), Breaks::None)?;
    }
    match field {
        Field::Email if !is_address(&value) => Err(say!(
            "“{value}” is no e-mail address; one looks like anna.schmidt@example.com",
            "„{value}“ ist keine E-Mail-Adresse; eine sieht so aus: anna.schmidt@example.com"
        )),
        Field::Mobile | Field::BusinessPhones => match value.lines().find(|number| !is_number(number)) {
            Some(bad) => Err(say!(
                "“{bad}” is no phone number; it needs digits, and besides them only + ( ) - / . blanks, or a word such as \
                 ext or extension",
                "„{bad}“ ist keine Telefonnummer; sie braucht Ziffern, daneben nur + ( ) - / . Leerzeichen oder ein Wort \
                 wie Durchwahl oder Nst"
            )),
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

/// Business numbers are separated by commas or lines where they are typed, and by lines in the book.
fn multiline(field: Field, value: &str) -> String {
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

fn is_number(text: &str) -> bool {
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
