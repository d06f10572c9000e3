//! What never happens beside a run: erasing a person and letting one back in, for a run holds values in memory that it would
//! write again; ending a connection and removing a customer, for a run would go on asking and end in somebody else's error.

use model::SourceId;
use store::{Book, Erase, Erased, Imported, Lease};

use crate::blocking;
use crate::charge::{give_back, take};
use crate::office::{Office, RunError};

/// Contacts that go to the bin in one transaction.
const SOME: i64 = 200;

/// Erases a person (W11); the customer must not have a run under way.
pub async fn erase(book: &Book, whom: &Erase<'_>) -> Result<Erased, RunError> {
    alone(book, |lease| Ok(book.erase(lease, whom, Office::now())?))
}

/// Lets a person who was kept out back in; answers whether there was such a line.
pub async fn let_back_in(book: &Book, source: &SourceId) -> Result<bool, RunError> {
    alone(book, |lease| Ok(book.let_back_in(lease, source)?))
}

/// Ends the connection; the customer must not have a run under way.
pub async fn disconnect(book: &Book, imported: Imported) -> Result<(), RunError> {
    alone(book, |lease| Ok(book.disconnect(lease, imported)?))
}

/// The same, with what came by it sent to the bin where that is wanted; tells how many contacts went so far, and answers how many
/// did. What a killed process left of that goes on.
pub async fn end_connection(
    book: &Book,
    imported: Imported,
    gone_so_far: &(dyn Fn(usize) + Sync),
) -> Result<usize, RunError> {
    if blocking(|| book.connection())?.is_some() {
        disconnect(book, imported).await?;
    }
    let mut gone = 0;
    while imported == Imported::Leave && blocking(|| book.is_leaving())? {
        gone += blocking(|| book.leave(SOME, Office::now()))?;
        gone_so_far(gone);
    }
    Ok(gone)
}

/// Removes the customer; it must not have a run under way.
pub async fn remove_customer(book: &Book) -> Result<(), RunError> {
    alone(book, |lease| Ok(book.remove(lease)?))
}

/// With the customer's lease, where there is a connection that runs could use.
fn alone<T>(book: &Book, f: impl FnOnce(Option<&Lease>) -> Result<T, RunError>) -> Result<T, RunError> {
    let Some(connection) = blocking(|| book.connection())? else { return blocking(|| f(None)) };
    let lease = take(book, &connection, store::Work::Other)?;
    let done = blocking(|| f(Some(&lease)));
    give_back(book, &lease);
    done
}
