//! What is wrong with a command line, in one sentence that says what is right.

use clap::Error;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::{Language, language, say};

/// A mistyped command line in words; the usage line follows where there is one.
pub fn misused(error: &Error) -> String {
    let said = match language() {
        Language::English => english(error),
        Language::German => german(error),
    };
    match usage(error) {
        Some(line) => format!("{said}\n{}", say!("  usage: {line}", "  Aufruf: {line}")),
        None => said,
    }
}

/// What clap says, without its prefix and the lines that it adds.
fn english(error: &Error) -> String {
    let source = std::error::Error::source(error);
    if source.is_some_and(|s| s.is::<std::num::ParseIntError>() || s.to_string().starts_with("invalid digit"))
    {
        let (value, arg) =
            (context(error, ContextKind::InvalidValue), context(error, ContextKind::InvalidArg));
        return format!("“{value}” is not possible for {arg}: it takes a whole number");
    }
    let text = error.to_string();
    let said = text.trim_start_matches("error: ").split("\n\nUsage:").next().unwrap_or_default();
    let said = said.split("\n\nFor more information").next().unwrap_or_default();
    said.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn german(error: &Error) -> String {
    let of = |kind| context(error, kind);
    let (arg, value) = (of(ContextKind::InvalidArg), of(ContextKind::InvalidValue));
    let said = match error.kind() {
        ErrorKind::MissingRequiredArgument => format!("es fehlt: {arg}"),
        ErrorKind::UnknownArgument => format!("„{arg}“ gibt es hier nicht"),
        ErrorKind::InvalidSubcommand => {
            format!("den Befehl „{}“ gibt es nicht", of(ContextKind::InvalidSubcommand))
        }
        ErrorKind::MissingSubcommand => {
            format!("es fehlt ein Befehl: {}", of(ContextKind::ValidSubcommand))
        }
        ErrorKind::InvalidValue if value.is_empty() => format!("es fehlt der Wert von {arg}"),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => match reason(error) {
            Some(reason) => format!("„{value}“ ist für {arg} nicht möglich: {reason}"),
            None => format!("„{value}“ ist für {arg} nicht möglich"),
        },
        ErrorKind::ArgumentConflict => {
            format!("{arg} passt nicht zu {}", of(ContextKind::PriorArg))
        }
        ErrorKind::TooManyValues | ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            format!("{arg} hat zu viele oder zu wenige Werte")
        }
        _ => return english(error),
    };
    let valid = of(ContextKind::ValidValue);
    let valid = if valid.is_empty() { String::new() } else { format!("; möglich sind: {valid}") };
    let meant = [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue];
    let meant = meant.into_iter().map(of).find(|text| !text.is_empty());
    let meant = meant.map(|text| format!("; gemeint ist vielleicht {text}")).unwrap_or_default();
    format!("{said}{valid}{meant}")
}

/// What a value's own check says.
fn reason(error: &Error) -> Option<String> {
    let source = std::error::Error::source(error)?;
    if source.is::<std::num::ParseIntError>() {
        return Some("das ist keine ganze Zahl, die hier passt".into());
    }
    let said = source.to_string();
    // Clap's own words for a number beyond its range.
    Some(match said.split_once(" is not in ") {
        Some((number, range)) => format!("{number} liegt nicht in {range}"),
        None if said.starts_with("invalid digit") => "das ist keine ganze Zahl".into(),
        None => said,
    })
}

fn usage(error: &Error) -> Option<String> {
    let text = error.to_string();
    let (_, rest) = text.split_once("\n\nUsage: ")?;
    rest.lines().next().map(str::to_owned)
}

fn context(error: &Error, kind: ContextKind) -> String {
    match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(all)) => all.join(", "),
        Some(ContextValue::StyledStr(text)) => text.to_string(),
        Some(ContextValue::Number(n)) => n.to_string(),
        Some(_) | None => String::new(),
    }
}
