//! Kills placed at every write and every request of a run: whatever happened, the next undisturbed run ends where the
//! independent model says, and there is nothing left to do.

#![expect(clippy::unwrap_used, reason = "a story that cannot go on stops here")]
#![expect(clippy::print_stdout, reason = "a child tells its parent, a suite what it hit")]

mod bench;
mod customer;
mod laid;
mod left;
mod model_book;
mod placed;
mod size;
mod thawed;
mod undone;

/// The process that is killed: this executable again, with its task in the environment; alone it does nothing.
#[test]
fn child() {
    bench::child::perform();
}
