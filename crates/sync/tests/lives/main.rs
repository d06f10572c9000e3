//! Lives: random histories of a company, its book and the processes that keep it, each run followed by the laws. Source
//! changes, restores, group moves and refills, edits by hand, typed contacts, pins, rules and scope, holds, releases and
//! rejections, undo, time, and kills before any write or request.
//!
//! A failure names its seed and the shortest life found that still breaks. `WHOSWHO_TEST_SEED=n` tells that life alone, with
//! `WHOSWHO_TEST_PLACES=…` the short one, with `WHOSWHO_TEST_TELL=1` what every run did; `WHOSWHO_TEST_LIVES=n` tells as many as
//! that, and the long form of the tests tells many.

#![expect(clippy::unwrap_used, reason = "a story that cannot go on stops here")]
#![expect(clippy::print_stdout, reason = "a child tells its parent, a suite what it met")]
#![expect(clippy::indexing_slicing, reason = "numbers count round what is there")]

mod child;
mod company;
#[path = "../kills/customer.rs"]
mod customer;
mod event;
mod happen;
mod life;
mod shorter;

use model::Preset;
use store::testing::{TestDb, empty_databases};

use crate::event::{Dice, Event, life};
use crate::life::{Met, live, shown};
use crate::shorter::Broken;

/// Events of a life, besides its first and last runs.
const EVENTS: usize = 36;
const PRESETS: [Preset; 6] = [
    Preset::Careful,
    Preset::Careful,
    Preset::Awareness,
    Preset::Helpdesk,
    Preset::PhoneSystem,
    Preset::BusinessCard,
];

/// The process that does what a process of the product would; alone it does nothing.
#[test]
fn child() {
    child::perform();
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

fn database(engine: &str) -> Option<TestDb> {
    empty_databases().into_iter().find(|db| db.name == engine)
}

/// A preset that is off does nothing until it is switched on, so it is met seldom.
fn preset(seed: u64) -> Preset {
    PRESETS[Dice(seed ^ 0xa5a5).below(PRESETS.len())]
}

/// A life of a seed: all of it, or the places that somebody wants to see again.
fn chosen(seed: u64) -> Vec<(usize, Event)> {
    let all = life(seed, EVENTS).into_iter().enumerate();
    let Ok(places) = std::env::var("WHOSWHO_TEST_PLACES") else { return all.collect() };
    let places: Vec<usize> = places.split(',').filter_map(|p| p.trim().parse().ok()).collect();
    all.filter(|(place, _)| places.contains(place)).collect()
}

fn lives(engine: &str, usual: u64, long: u64) {
    let set = |name: &str| std::env::var_os(name).is_some();
    let many = match (set("WHOSWHO_TEST_SEED"), set("WHOSWHO_TEST_LONG")) {
        (true, _) => 1,
        (false, true) => long,
        (false, false) => usual,
    };
    let (first, many) =
        (number("WHOSWHO_TEST_SEED").unwrap_or(1), number("WHOSWHO_TEST_LIVES").unwrap_or(many));
    let (mut met, mut broken) = (Met::default(), 0);
    for seed in first..first + many {
        let Some(db) = database(engine) else { return };
        let (preset, mut events) = (preset(seed), chosen(seed));
        let Err((told, why)) = live(db, preset, &events, &mut met) else { continue };
        // What comes behind is no part of it.
        events.truncate(told);
        println!("seed {seed} on {engine}: {why}");
        let Broken { events, why } = Broken { events, why }.shorter(engine, preset);
        let places: Vec<String> = events.iter().map(|(place, _)| place.to_string()).collect();
        println!("seed {seed}, {preset:?}, on {engine}: {why}\nWHOSWHO_TEST_PLACES={}", places.join(","));
        for (_, event) in events {
            println!("    {}", shown(event));
        }
        broken += 1;
    }
    println!("{many} lives on {engine}: {met:?}");
    assert_eq!(broken, 0, "lives of {many} that broke a law");
}

#[test]
fn w15_laws_hold_over_random_lives_on_sqlite() {
    lives("sqlite", 8, 300);
}

#[test]
fn w15_laws_hold_over_random_lives_on_postgres() {
    lives("postgres", 2, 60);
}
