//! The pages from outside: requests in, HTML out, on both engines.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may stop where it stands"
)]

mod book;
mod by_hand;
mod connect;
mod csv;
#[path = "../../../sync/tests/kills/customer.rs"]
mod customer;
mod customers;
mod errors;
mod first_start;
mod gate;
mod import;
mod mail;
mod microsoft;
mod pages;
mod plan;
mod policy;
mod rights;
mod runs;
mod scope;
mod settings;
mod staff;
mod support;
mod tenant;
mod why;
