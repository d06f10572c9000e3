//! Mails on their way, against a real mail server and the simulated Microsoft 365.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may stop where it stands"
)]

mod by_graph;
mod by_smtp;
mod server;
mod support;
mod trouble;
mod words;
