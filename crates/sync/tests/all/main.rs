//! Stories: a simulated tenant, a run, the book. Each runs on every engine at hand.
#![expect(clippy::unwrap_used, reason = "a story that cannot go on stops here")]

mod faults;
mod groups;
mod kit;
mod laws;
mod lifecycle;
mod safety;
mod undo;
