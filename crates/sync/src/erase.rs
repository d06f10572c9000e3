//! Erasing a person and letting one back in, never beside a run: a run holds values in memory that it would write again.

use model::SourceId;
use store::{Book, Erase, Erased, Lease};

use crate::blocking;
use crate::office::{Office, RunError};
use crate::run::{give_back, take};

/// Erases a person (W11); the customer must not have a run under way.
pub async fn erase(book: &Book, whom: &Erase<'_>) -> Result<Erased, RunError> {
    alone(book, |lease| Ok(book.erase(lease, whom, Office::now())?))
}

/// Lets a person who was kept out back in; answers whether there was such a line.
pub async fn let_back_in(book: &Book, source: &SourceId) -> Result<bool, RunError> {
    alone(book, |lease| Ok(book.let_back_in(lease, source)?))
}

/// With the customer's lease, where there is a connection that runs could use.
fn alone<T>(book: &Book, f: impl FnOnce(Option<&Lease>) -> Result<T, RunError>) -> Result<T, RunError> {
    let Some(connection) = blocking(|| book.connection())? else { return blocking(|| f(None)) };
    let lease = take(book, &connection)?;
    let done = blocking(|| f(Some(&lease)));
    give_back(book, &lease);
    done
}
