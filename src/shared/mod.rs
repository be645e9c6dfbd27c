//! What a game's threads and the reactor both touch. No lock here is taken on the way of a message.
//!
//! - `state`: all of it, of one host; `sending`: how a message gets there
//! - `commands`: what the game asks, in two lanes with one order; `ring` is the fast one, `command` and
//!   `payload` what goes there
//! - `events`: the queue of events; `block`: many of them at a time
//! - `slots`: the table of peers, a `slot` each; `via` says by which way one came: listener, transport, dialect
//! - `budget`: the memory held for peers; `portions`: how much of it is taken at once
//! - `signal`: waking whoever sleeps, in the system with `wake`; `lease`: which thread turns the reactor; `gate`:
//!   the lock around it
//! - `clock`: what time it is
//! - `condition`: whether the host takes calls, by its `forks` among other things; `log`: what it has to say;
//!   `dialects`: what it speaks; `translation`: room for that; `speakers`: who speaks it
//! - `sync`: atomics, locks and a queue, from std and crossbeam or from loom

pub(crate) mod block;
pub(crate) mod budget;
pub(crate) mod clock;
pub(crate) mod command;
pub(crate) mod commands;
pub(crate) mod condition;
pub(crate) mod dialects;
pub(crate) mod events;
pub(crate) mod forks;
pub(crate) mod gate;
pub(crate) mod lease;
pub(crate) mod log;
pub(crate) mod payload;
pub(crate) mod portions;
mod ring;
mod sending;
pub(crate) mod signal;
pub(crate) mod slot;
pub(crate) mod slots;
pub(crate) mod speakers;
mod state;
pub(crate) mod sync;
pub(crate) mod translation;
pub(crate) mod via;
pub(crate) mod wake;
pub(crate) mod withheld;

pub(crate) use state::{GREETING_ROOM, Shared, count};
