//! The engine's rules, row by row, and its laws over random histories. Expectations stem from the documents
//! (`docs/decision-table.md`); the book, the application of plans and their texts are this binary's own.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on must say so at once; the lint's own exception covers test functions only"
)]

mod book;
mod contact_groups;
mod fold;
mod groups;
mod happen;
mod held;
mod history;
mod laws;
mod look;
mod presets;
mod rows_in;
mod rows_out;
mod shared;
mod show;
mod waiting;
mod world;
