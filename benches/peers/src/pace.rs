//! Ticks at a steady rate, as a game loop has them.

use std::thread;
use std::time::{Duration, Instant};

/// Frames per second of every game loop here.
pub const HZ: u32 = 60;

/// A clock of ticks.
pub struct Pace {
    start: Instant,
    per_second: u32,
    ticks: u32,
}

impl Pace {
    /// Starts now, with so many ticks a second.
    pub fn new(per_second: u32) -> Pace {
        Pace { start: Instant::now(), per_second, ticks: 0 }
    }

    /// Sleeps until the next tick is due; whether it begins late by a whole tick.
    pub fn next(&mut self) -> bool {
        self.ticks += 1;
        let due = self.start + Duration::from_secs(self.ticks.into()) / self.per_second;
        thread::sleep(due.saturating_duration_since(Instant::now()));
        due.elapsed() > Duration::from_secs(1) / self.per_second
    }

    /// Seconds since the start.
    pub fn seconds(&self) -> f64 {
        self.start.elapsed().as_secs_f64()
    }
}
