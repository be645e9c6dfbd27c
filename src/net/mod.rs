//! The network: one reactor per host, and what the game's threads share with it.
//!
//! Commands go in ([`commands`]), blocks of events come out ([`block`]); [`shared`] holds both queues
//! and the table of [`slots`]. The [`reactor`] turns in one thread; its work is told in a file each:
//! [`intake`] lets connections in, [`dialing`] makes them, then [`reading`], [`sending`] and
//! [`writing`]; [`pulse`] watches the clock, [`ending`] says goodbye. Only this module knows sockets.

pub(crate) mod block;
pub(crate) mod budget;
pub(crate) mod command;
pub(crate) mod commands;
pub(crate) mod condition;
mod descriptors;
mod dial;
pub(crate) mod dialects;
mod dialing;
mod door;
pub(crate) mod ending;
pub(crate) mod frame;
pub(crate) mod gate;
mod intake;
pub(crate) mod lease;
pub(crate) mod listener;
pub(crate) mod log;
mod order;
pub(crate) mod origin;
pub(crate) mod os;
mod outbox;
mod outlet;
mod peer;
mod pulse;
pub(crate) mod reactor;
mod reading;
mod resolver;
mod ring;
mod sending;
mod session;
pub(crate) mod shared;
pub(crate) mod signal;
pub(crate) mod slot;
pub(crate) mod slots;
mod spare;
mod timers;
pub(crate) mod waitable;
pub(crate) mod watch;
mod writing;
