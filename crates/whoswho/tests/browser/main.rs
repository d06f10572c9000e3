//! The pages as a person uses them: real Chromium on the program as it is given out, beside a simulated Microsoft 365.
//!
//! Each test has a house (`browse::House`) and a browser (`browse::Browser`) of its own; both say what they can do for a test.
//! Only these: `./test --browser`, or `cargo nextest run -p whoswho --test browser` once `./test --tools` was there.

#![expect(clippy::unwrap_used, reason = "a test that cannot read what it asked for fails")]

mod accessible;
mod connects;
mod csv;
mod finds;
mod first_start;
mod import;
mod keyboard;
mod look;
mod looks_after;
mod narrow;
mod pages;
mod people;
mod rules;
mod scriptless;
mod shown;

use browse::House;

/// A house with a customer, `muster`, that is kept by hand: three contacts, one of them Jürgen Müller. It is served.
fn muster() -> House {
    let mut house = house();
    house.types(&["customer", "add", "muster", "--name", "Muster GmbH"]);
    for (first, last) in [("Anna", "Ast"), ("Jürgen", "Müller"), ("Zoë", "Zander")] {
        let (first, last) = (format!("first_name={first}"), format!("last_name={last}"));
        house.types(&["contact", "add", "muster", &first, &last]);
    }
    house.serve();
    house
}

/// An empty house over the program under test.
fn house() -> House {
    House::new(env!("CARGO_BIN_EXE_whoswho"))
}
