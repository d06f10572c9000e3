//! `FIELD=VALUE` as a person types it: which fields there are. What a value may be says `show::values`, for pages alike.

use model::Field;
use model::text::Breaks;

use crate::exit::usage;
use crate::texts::{pick, say};

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

/// Characters of a name or of master data in one line.
const LINE: usize = 256;

/// A name or a line of master data, without blanks around it; `None` where nothing is left.
pub fn one_line(what: &str, text: &str) -> anyhow::Result<Option<String>> {
    let text = text.trim();
    fits(what, text, LINE, Breaks::None)?;
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

/// A reason that somebody gives, in one line.
pub fn reason(text: &str) -> anyhow::Result<()> {
    show::values::reason("--why", text).map_err(usage)
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
    show::values::fits(what, value, longest, breaks).map_err(usage)
}

/// A value as the book keeps it; `None` clears.
pub fn value_of(field: Field, value: &str) -> anyhow::Result<Option<String>> {
    show::values::value_of(field, field.name(), value).map_err(usage)
}
