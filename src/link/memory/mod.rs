//! Links in memory, for tests: hosts of one process, joined by simulated lines, in simulated time. Nothing here asks
//! the system for anything, and the same seed gives the same bytes at the same moments.
//!
//! - `internet`: everything between the hosts of one test, and what is on its way there
//! - `station`: one host's place in it: what it listens with, connects with, and hears of readiness by
//! - `line`: how long something takes between two addresses, and what is lost
//! - `end`: one end of a connection: what has arrived, and what is on its way
//! - `link`: an end as the reactor has it

mod end;
mod internet;
mod line;
mod link;
mod random;
mod station;
mod tests;

pub(crate) use internet::Internet;
pub(crate) use line::Line;
pub(crate) use link::{MemoryEndpoint, MemoryLink};
pub(crate) use random::Random;
pub(crate) use station::Station;
