//! When a credential ends, where a person says it: a day means until its end, in the customer's time zone, and is shown again
//! as the same day.

use std::io::{IsTerminal, stdin};

use jiff::tz::TimeZone;
use model::Timestamp;
use store::Book;

use crate::ask;
use crate::exit::usage;
use crate::out;
use crate::texts::{pick, say};
use crate::zone::zone;
use show::when;

/// The day or time that was typed as `name`, which must be to come.
pub fn typed(book: &Book, name: &str, text: &str) -> anyhow::Result<Timestamp> {
    typed_in(&zone(book)?, name, text)
}

/// The same by the clock of a zone.
pub fn typed_in(zone: &TimeZone, name: &str, text: &str) -> anyhow::Result<Timestamp> {
    to_come(zone, text).map_err(|takes| {
        usage(say!(
            "{name} cannot be “{text}”; it takes {takes}",
            "{name} kann nicht „{text}“ sein; möglich: {takes}"
        ))
    })
}

/// Asks on a terminal for the day on which the credential ends; nothing typed leaves it open, and it can be noted later.
pub fn asked(book: &Book) -> anyhow::Result<Option<Timestamp>> {
    if !stdin().is_terminal() {
        return Ok(None);
    }
    let zone = zone(book)?;
    loop {
        let question = pick(
            "Microsoft does not tell when this credential ends. Its last day, such as 2027-03-01 (Enter: not now):",
            "Microsoft sagt nicht, wann Geheimnis oder Zertifikat endet. Der letzte Tag, etwa 2027-03-01 (Eingabe: jetzt nicht):",
        );
        let line = ask::typed(question, pick("nothing is lost", "nichts ist verloren"))?;
        if line.trim().is_empty() {
            return Ok(None);
        }
        match to_come(&zone, line.trim()) {
            Ok(end) => return Ok(Some(end)),
            Err(wanted) => out::note(&wanted),
        }
    }
}

fn to_come(zone: &TimeZone, text: &str) -> Result<Timestamp, String> {
    let at = when::end_in(text, zone).ok_or_else(|| {
        pick(
            "a day such as 2027-03-01, or a time such as 2027-03-01T18:00:00Z",
            "ein Tag wie 2027-03-01 oder eine Zeit wie 2027-03-01T18:00:00Z",
        )
        .to_owned()
    })?;
    if at > when::now() {
        Ok(at)
    } else {
        Err(pick("a day to come; this one has passed", "ein Tag, der noch kommt; dieser ist schon vorbei")
            .into())
    }
}
