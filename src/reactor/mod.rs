//! The reactor: one object with one `turn`. Each part of its work is told in a file:
//!
//! - `turn`: what a turn does, and when there is none
//! - `intake` lets connections in, `door` is who may stand there; `dialing` makes them
//! - `reading`, `sending` and `writing`; `outlet` gives events to the game, `outbox` is what waits for a peer
//! - `ending` says goodbye; `pulse` watches the clock, by `timers`
//! - `peer` is one connection, `session` what it speaks, `spare` buffers that pass from one to the next

mod dialing;
mod door;
mod ending;
mod intake;
mod outbox;
mod outlet;
mod peer;
mod pulse;
mod reading;
mod sending;
mod session;
mod spare;
mod timers;
mod turn;
mod writing;

pub(crate) use turn::Reactor;
