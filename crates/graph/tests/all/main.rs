//! The client against a scripted service on loopback: what it sends, what it makes of the answers, and how it waits.
//! The script plays what a simulated tenant does not: broken bodies, foreign links, headers to the letter.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on must say so at once; the lint's own exception covers test functions only"
)]

mod batches;
mod checks;
mod killed;
mod lookups;
mod script;
mod throttling;
mod tokens;
mod walks;
