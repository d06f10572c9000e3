//! One binary for all tests over HTTP.

mod client;
mod delta;
mod token;
