//! whoswho
mod demo;
mod out;
mod people;
mod show;
mod simulate;
mod when;
fn main() {}
