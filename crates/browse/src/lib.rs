//! A person's browser, and an installation for it to look at: for browser tests and for pictures of the pages.
//!
//! *Is*: real Chromium driven through WebDriver ([`Browser`]), the program served over a folder of its own and connected to a
//! simulated Microsoft 365 ([`House`]), a house with customers in every state ([`village`]).
//! *Knows*: what a person sees and does: addresses, words, labels, keys; and the command line.
//! *Never*: the store, the pages' code, anything beyond loopback. It is no part of what is given out.
//!
//! Everything here waits for what it needs, with an end, and panics with what the browser showed when that does not come: a
//! test that goes wrong says so. Processes and folders end with the value that holds them, also in a test that fails.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    reason = "a test that cannot drive its browser fails"
)]

mod axe;
mod browser;
mod driver;
mod house;
mod picture;
mod process;
mod village;

pub use axe::Violation;
pub use browser::{Browser, Focus};
pub use driver::{Look, Scheme, Script};
pub use house::{House, Role};
pub use village::{MAIN, PINNED, village};
