//! The pages as a person uses them: real Chromium on the program as it is given out, beside a simulated Microsoft 365.
//!
//! Each test has a house (`browse::House`) and a browser (`browse::Browser`) of its own; both say what they can do for a test.
//! Only these: `./test --browser`, or `cargo nextest run -p whoswho --test browser` once `./test --tools` was there.

mod first_start;

use browse::House;

/// An empty house over the program under test.
fn house() -> House {
    House::new(env!("CARGO_BIN_EXE_whoswho"))
}
