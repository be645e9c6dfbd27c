//! Whole hosts in simulated time: the real reactor, sessions and queues over links in memory, with a clock that the
//! test moves. An hour passes in as long as its work takes, a deadline is judged to the nanosecond, and the same seed
//! gives the same events.
//!
//! - `world`: hosts, what they have seen, and the time; `raw` is a peer that keeps to the protocol as far as a test
//!   wants it to
//! - the others are tests, each about one promise

mod blocks;
mod budgets;
mod crowd;
mod empty_frames;
mod fairness;
mod listeners;
mod memory;
mod overload;
mod raw;
mod repeatable;
mod seats;
mod sends;
mod shares;
mod slow_peers;
mod stalls;
mod storm;
mod timeouts;
mod world;
