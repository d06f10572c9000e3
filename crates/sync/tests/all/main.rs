//! Stories: a simulated tenant, a run, the book. Each runs on every engine at hand.

mod faults;
mod kit;
mod lifecycle;
mod safety;
