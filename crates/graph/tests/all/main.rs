//! The client against services on loopback: a scripted one for what goes over the wire to the letter, and a simulated
//! tenant for whether what was read is what is there.

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
mod people;
mod script;
mod simulated;
mod simulated_checks;
mod throttling;
mod tokens;
mod walks;
