//! The store: everything Whoswho remembers, in SQLite or PostgreSQL.
//!
//! *Is*: transactions, queries, migrations, and secrets sealed at rest.
//! *Knows*: SQL, both engines, the cipher.
//! *Never*: HTTP, Microsoft Graph, how a plan was made, wire formats. No type of a driver leaves this crate.

#[allow(
    dead_code,
    unused_imports,
    unused_macros,
    reason = "the layer below the queries; they arrive one by one"
)]
mod db;
mod error;
pub mod fault;
mod files;
#[allow(dead_code, reason = "the layer below the queries; they arrive one by one")]
mod migrate;
#[allow(dead_code, reason = "the layer below the queries; they arrive one by one")]
mod seal;
#[cfg(any(test, feature = "testing"))]
#[doc(hidden)]
pub mod testing;

pub use db::{Db, Engine, Location, Stats};
pub use error::{Result, StoreError};
pub use seal::{KEY_VARIABLE, KeyRing};
