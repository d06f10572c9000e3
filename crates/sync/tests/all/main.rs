//! Stories: a simulated tenant, a run, the book. Each runs on every engine at hand.
#![expect(clippy::unwrap_used, reason = "a story that cannot go on stops here")]

mod absent;
mod back;
mod claims;
mod dice;
mod emptied;
mod equal;
mod faults;
mod finding;
mod fleet;
mod groups;
mod kit;
mod laws;
mod lifecycle;
mod loading;
mod many;
mod meanwhile;
mod mishaps;
#[path = "../kills/model_book.rs"]
mod model_book;
mod nasty;
mod net;
mod one;
mod presets;
mod reading;
mod rejected;
mod safety;
mod schedule;
mod silence;
mod speed;
mod term;
mod told;
mod undo;
