//! Stories: a simulated tenant, a run, the book. Each runs on every engine at hand.
#![expect(clippy::unwrap_used, reason = "a story that cannot go on stops here")]
#![expect(
    dead_code,
    clippy::indexing_slicing,
    reason = "a world of the engine's own tests is borrowed, which use more of it"
)]

mod absent;
mod back;
mod believed;
#[path = "../../../engine/tests/all/book.rs"]
mod book;
mod claims;
#[path = "../kills/customer.rs"]
mod customer;
mod cut;
mod dice;
mod emptied;
mod equal;
mod faults;
mod finding;
mod fleet;
mod groups;
#[path = "../../../engine/tests/all/happen.rs"]
mod happen;
#[path = "../../../engine/tests/all/history.rs"]
mod history;
mod kit;
mod laws;
mod lifecycle;
mod loading;
#[path = "../../../engine/tests/all/look.rs"]
mod look;
mod many;
mod meanwhile;
mod mishaps;
#[path = "../kills/model_book.rs"]
mod model_book;
mod nasty;
mod net;
mod one;
mod picked;
mod presets;
mod reading;
mod rejected;
mod safety;
mod schedule;
mod side;
mod silence;
mod speed;
mod term;
mod told;
mod told_mails;
mod undo;
#[path = "../../../engine/tests/all/world.rs"]
mod world;
