//! Values of a contact as a person types them, and in words what is wrong with one. What a value may be stands in `model::value`.

use model::text::{self, Breaks, Unfit};
pub use model::value::is_address;
use model::value::{self, MOST_NUMBERS, Wrong};
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
    text::fits(value, longest, breaks).map_err(|why| unfit(what, why))
}

fn unfit(what: &str, why: Unfit) -> String {
    match why {
        Unfit::Control => say!(
            "{what} cannot be kept: it holds control characters",
            "{what} wird nicht angenommen: darin stehen Steuerzeichen"
        ),
        Unfit::TooLong(most) => say!(
            "{what} cannot be kept: more than {most} characters",
            "{what} wird nicht angenommen: mehr als {most} Zeichen"
        ),
    }
}

/// A reason that somebody gives, in one line.
pub fn reason(what: &str, text: &str) -> Result<(), String> {
    fits(what, text, WHY, Breaks::None)
}

/// A value as the book keeps it; `None` clears. `what` names the field where it is refused.
pub fn value_of(field: Field, what: &str, value: &str) -> Result<Option<String>, String> {
    value::read(field, value).map_err(|wrong| match wrong {
        Wrong::TooManyNumbers => say!(
            "{what} cannot be kept: more than {MOST_NUMBERS} numbers",
            "{what} wird nicht angenommen: mehr als {MOST_NUMBERS} Nummern"
        ),
        Wrong::Unfit(why) => unfit(what, why),
        Wrong::NoAddress => say!(
            "“{}” is no e-mail address; one looks like anna.schmidt@example.com",
            "„{}“ ist keine E-Mail-Adresse; eine sieht so aus: anna.schmidt@example.com",
            value.trim()
        ),
        Wrong::NoNumber(bad) => say!(
            "“{bad}” is no phone number; it needs digits, and besides them only + ( ) - / . blanks, or a word such as \
             ext or extension",
            "„{bad}“ ist keine Telefonnummer; sie braucht Ziffern, daneben nur + ( ) - / . Leerzeichen oder ein Wort \
             wie Durchwahl oder Nst"
        ),
    })
}
