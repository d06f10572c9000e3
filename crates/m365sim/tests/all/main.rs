//! One binary for all tests over HTTP.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::format_push_string,
    clippy::too_many_arguments,
    clippy::too_many_lines,
    reason = "tests: a panic is the right answer to a surprise"
)]

mod certificate;
mod client;
mod control;
mod delta;
mod documented;
mod faults;
mod lists;
mod members;
mod people;
mod token;
