//! Makes a life that breaks a law shorter while it still breaks one.

use std::time::{Duration, Instant};

use model::Preset;

use crate::database;
use crate::event::Event;
use crate::life::{Met, live};

/// How long a failure may be looked at.
const PATIENCE: Duration = Duration::from_mins(2);

/// A life that breaks a law.
pub struct Broken {
    /// Its events by their place in the whole life.
    pub events: Vec<(usize, Event)>,
    /// What it breaks.
    pub why: String,
}

impl Broken {
    /// The shortest life found that still breaks a law: pieces are left out, smaller and smaller ones.
    pub fn shorter(mut self, engine: &str, preset: Preset) -> Self {
        let begun = Instant::now();
        let mut size = self.events.len() / 2;
        while size > 0 {
            let mut from = 0;
            while from < self.events.len() && begun.elapsed() < PATIENCE {
                let mut events = self.events.clone();
                events.drain(from..(from + size).min(events.len()));
                let Some(db) = database(engine) else { return self };
                match live(db, preset, &events, &mut Met::default()) {
                    Ok(()) => from += size,
                    Err((_, why)) => self = Self { events, why },
                }
            }
            size /= 2;
        }
        self
    }
}
