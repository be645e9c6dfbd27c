//! The reactor: one object with one `turn`, over links of any kind. Each part of its work is told in a file:
//!
//! - `turn`: what a turn does, and when there is none
//! - `accepting` and `dialing` make connections, within the `greeting_limits`; `requests` are clients that have
//!   greeted, `opening` is when a greeting is over, `failed_handshakes` when it has failed
//! - `reading` and `parsing`; `sending` and `writing`; `publisher` hands events to the game, `out_queue` is what
//!   waits to be written
//! - `ending` closes a connection, `farewell` all of them
//! - `clock` watches each connection's deadlines, by its `timers`; `stall` whether our own game polls; `memory` the
//!   budget
//! - `peer` is one connection, `session` what it speaks, `spare` buffers that pass from one to the next

mod accepting;
mod clock;
mod dialing;
mod ending;
mod failed_handshakes;
mod farewell;
mod greeting_limits;
mod memory;
mod opening;
mod out_queue;
mod parsing;
mod peer;
mod publisher;
mod reading;
mod requests;
mod sending;
mod session;
mod spare;
mod stall;
mod timers;
mod turn;
mod writing;

pub(crate) use turn::Reactor;
