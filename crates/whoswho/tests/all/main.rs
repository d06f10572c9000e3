//! The binary, typed as a person types it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on must say so at once; the lint's own exception covers test functions only"
)]

mod agreed;
mod alone;
mod archive;
mod back;
mod beside;
mod binned;
mod certificate;
mod cluster;
mod csv;
mod customers;
mod demo;
mod documented;
mod ends;
mod erased;
mod german;
mod gone;
mod history;
mod hostile;
mod identity;
mod live;
mod mails;
mod metrics;
mod mistakes;
mod pages;
mod picked;
mod places;
mod sealed;
mod serve;
mod simulate;
mod slips;
mod support;
mod tables;
mod tenant;
mod told;
mod typed;
mod waits;
