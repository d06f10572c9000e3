//! `FIELD=VALUE` as a person types it: which fields there are, and that an address or a number is none of nonsense.
//! Tolerant: a source writes what it likes, and people know numbers that no rule foresees.

use model::Field;
use model::text::{self, Breaks, Unfit};

use crate::exit::usage;
use crate::texts::{pick, say};

/// Words that stand between the digits of a number.
const EXTENSION: [&str; 9] =
    ["durchwahl", "dw", "ext", "extension", "x", "nst", "nebenstelle", "app", "apparat"];

/// Pairs of fields and values; an empty value clears.
pub fn fields(given: &[String]) -> anyhow::Result<Vec<(Field, Option<String>)>> {
    let pair = |(name, value): (String, String)| {
        let field = field(&name)?;
        Ok((field, value_of(field, &value)?))
    };
    super::pairs(given)?.into_iter().map(pair).collect()
}

/// A field by its name.
pub fn field(name: &str) -> anyhow::Result<Field> {
    let names = || Field::ALL.map(Field::name).join(", ");
    Field::named(name).ok_or_else(|| {
        usage(say!(
            "there is no field “{name}”; the fields are {}",
            "das Feld „{name}“ gibt es nicht; die Felder sind {}",
            names()
        ))
    })
}

/// Business numbers of one contact.
const MOST_NUMBERS: usize = 20;

/// Characters of a name or of master data in one line.
const LINE: usize = 256;

/// Characters of a note, and of a list of addresses.
pub const NOTE: usize = 4_000;

/// A name or a line of master data, without blanks around it; `None` where nothing is left.
pub fn one_line(what: &str, text: &str) -> anyhow::Result<Option<String>> {
    let text = text.trim();
    fits(what, text, LINE, Breaks::None)?;
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

/// Characters of a reason.
const WHY: usize = 1_000;

/// A reason that somebody gives, in one line.
pub fn reason(text: &str) -> anyhow::Result<()> {
    fits("--why", text, WHY, Breaks::None)
}

/// The reason of a pin, which is none without words: years later it is all that says whether the pin may go.
pub fn reason_given(text: &str) -> anyhow::Result<&str> {
    reason(text)?;
    let text = text.trim();
    if text.is_empty() {
        return Err(usage(pick(
            "--why is empty; a pin needs a reason, so that later somebody knows whether it may go",
            "--why ist leer; ein Festwert braucht einen Grund, damit später jemand weiß, ob er weg kann",
        )));
    }
    Ok(text)
}

/// Refuses what nobody can see and what is too long.
pub fn fits(what: &str, value: &str, longest: usize, breaks: Breaks) -> anyhow::Result<()> {
    text::fits(value, longest, breaks).map_err(|why| {
        usage(match why {
            Unfit::Control => say!(
                "{what} cannot be kept: it holds control characters",
                "{what} wird nicht angenommen: darin stehen Steuerzeichen"
            ),
            Unfit::TooLong(most) => say!(
                "{what} cannot be kept: more than {most} characters",
                "{what} wird nicht angenommen: mehr als {most} Zeichen"
            ),
        })
    })
}

/// A value as the book keeps it; `None` clears.
pub fn value_of(field: Field, value: &str) -> anyhow::Result<Option<String>> {
    let value = multiline(field, value);
    if value.is_empty() {
        return Ok(None);
    }
    if field == Field::BusinessPhones && value.lines().count() > MOST_NUMBERS {
        return Err(usage(say!(
            "{} cannot be kept: more than {MOST_NUMBERS} numbers",
            "{} wird nicht angenommen: mehr als {MOST_NUMBERS} Nummern",
            field.name()
        )));
    }
    let breaks = |c: char| c == '\n' && field == Field::BusinessPhones;
    for part in value.split(breaks) {
        fits(field.name(), part, field.longest(), Breaks::None)?;
    }
    match field {
        Field::Email if !is_address(&value) => Err(usage(say!(
            "“{value}” is no e-mail address; one looks like anna.schmidt@example.com",
            "„{value}“ ist keine E-Mail-Adresse; eine sieht so aus: anna.schmidt@example.com"
        ))),
        Field::Mobile | Field::BusinessPhones => match value.lines().find(|number| !is_number(number)) {
            Some(bad) => Err(usage(say!(
                "“{bad}” is no phone number; it needs digits, and besides them only + ( ) - / . blanks, or a word such as \
                 ext or extension",
                "„{bad}“ ist keine Telefonnummer; sie braucht Ziffern, daneben nur + ( ) - / . Leerzeichen oder ein Wort \
                 wie Durchwahl oder Nst"
            ))),
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

/// Business numbers are separated by commas on the command line and by lines in the book.
fn multiline(field: Field, value: &str) -> String {
    if field == Field::BusinessPhones {
        value.split(',').map(str::trim).filter(|v| !v.is_empty()).collect::<Vec<_>>().join("\n")
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
