//! Times that people type, in the time zone of the customer whom they are about.

use anyhow::anyhow;
use jiff::tz::TimeZone;
use model::Timestamp;
use show::when;
use store::Book;

use crate::texts::say;

/// The customer's time zone.
pub fn zone(book: &Book) -> anyhow::Result<TimeZone> {
    if let Some(zone) = when::zone(book)? {
        return Ok(zone);
    }
    let name = book.policy()?.time_zone;
    Err(anyhow!(say!(
        "the time zone “{name}” is not known here; `whoswho policy set {0} time_zone=…` sets another",
        "die Zeitzone „{name}“ ist hier nicht bekannt; `whoswho policy set {0} time_zone=…` setzt eine andere",
        book.customer.slug
    )))
}

/// A day (`2026-03-01`, its start in the customer's time zone), a minute as tables show it (`2026-03-01 06:30`, UTC) or a
/// time in RFC 3339.
pub fn parse_of(book: &Book, text: &str) -> anyhow::Result<Option<Timestamp>> {
    Ok(when::parse_in(text, &zone(book)?))
}
