//! How many contacts a book has, kept beside them: whoever brings some or takes them counts them in the same transaction.
//!
//! Rule: people's transactions count last, so that two of them never wait for each other in a circle; runs have a row of their own.

use model::ids::CustomerId;

use crate::db::{Tx, params};
use crate::error::Result;

/// Whose transaction it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whose {
    /// A run's, of which there is one at a time.
    Run,
    /// A person's.
    Hand,
}

/// Counts contacts that came, or with a minus went.
pub(crate) fn count(tx: &mut Tx<'_>, customer: CustomerId, whose: Whose, contacts: i64) -> Result<()> {
    if contacts == 0 {
        return Ok(());
    }
    let sql = "INSERT INTO book_count (customer, by_run, contacts) VALUES ($1, $2, $3) \
               ON CONFLICT (customer, by_run) DO UPDATE SET contacts = book_count.contacts + excluded.contacts";
    tx.exec(sql, params![customer.0, i64::from(whose == Whose::Run), contacts]).map(drop)
}
