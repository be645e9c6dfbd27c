//! The reactor: one object with one `turn`, over links of any kind. Each part of its work is told in a file:
//!
//! - `turn`: what a turn does, and when there is none; `share` is how much of each kind; `commands` are what the game
//!   asks for
//! - `accepting` and `dialing` make connections, within the `greeting_limits`; `requests` are clients that have
//!   greeted, `opening` is when a greeting is over, `failed_handshakes` when it has failed; `refused` are those that
//!   are not let in, `silent` are let in and make room when it is needed
//! - `reading` and `parsing`; `sending` and `writing`, and who is `slow`; `publisher` hands events to the game, `out_queue` is what
//!   waits to be written, `control` what sessions say there, `room` what is free again
//! - `ending` closes a connection, `farewell` all of them
//! - `clock` watches each connection's deadlines, by its `timers`, which `stagger` spreads; `stall` whether our own
//!   game polls; `memory` the budget
//! - `peers` are all that there are, a `peer` dials or has a `connection`; `stage` is how far that has come, `session`
//!   what it speaks, `readiness` what its link said last
//! - `work_list` is whom there is something to do for, `spare` are buffers that pass from one peer to the next

mod accepting;
mod clock;
mod commands;
mod connection;
mod control;
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
mod peers;
mod publisher;
mod readiness;
mod reading;
mod refused;
mod requests;
mod room;
mod sending;
mod session;
mod share;
mod silent;
mod slow;
mod spare;
mod stage;
mod stagger;
mod stall;
mod timers;
mod turn;
mod unparsed;
mod work_list;
mod writing;

pub(crate) use turn::Reactor;
