//! Ways to the other end, and everything of the operating system's: the only folder that names mio and socket2.
//!
//! - `kinds`: a link to one other end, and an endpoint that links come through, whatever they go over; `lane` is
//!   what a link carries bytes in
//! - `tcp`: such over TCP; `memory`: such without a system, for tests
//! - `network`: what a host has open, for all its threads; `listeners` what it listens on; `waitable` the descriptor
//!   for a program's own loop
//! - `poller`: what the reactor waits on, and the reports it gets; `subject` is whom one is about
//! - `dial`: reaching a server at one of its addresses, in the `order` of Happy Eyeballs; `resolver` looks
//!   its name up
//! - `watch`: what the poll watches; `descriptors` is what a forked child has to close
//! - `os`: what differs by system and takes system calls, with `src/ffi` the only place with unsafe code

mod descriptors;
pub(crate) mod dial;
mod kinds;
mod lane;
mod listeners;
#[cfg(test)]
pub(crate) mod memory;
mod network;
mod order;
pub(crate) mod os;
mod poller;
pub(crate) mod resolver;
mod subject;
mod tcp;
pub(crate) mod waitable;
mod watch;

pub(crate) use kinds::Link;
pub(crate) use lane::{Lane, Received, Taken};
pub(crate) use listeners::{Arrival, Client};
pub(crate) use network::Network;
pub(crate) use poller::{Poller, Ready, Report};
pub(crate) use subject::Subject;
pub(crate) use tcp::Unsent;
