//! Sockets, and what differs by operating system.
//!
//! - `listener`: ports that are listened on
//! - `dial`: reaching a server at one of its addresses, in the `order` of Happy Eyeballs; `resolver` looks
//!   its name up
//! - `watch`: what the poll watches, by its `tokens`; `descriptors` is what a forked child has to close
//! - `waitable`: a descriptor for a program's own loop
//! - `os`: system calls, with `src/ffi` the only place with unsafe code

pub(crate) mod descriptors;
pub(crate) mod dial;
pub(crate) mod listener;
mod order;
pub(crate) mod os;
pub(crate) mod resolver;
pub(crate) mod tokens;
pub(crate) mod waitable;
pub(crate) mod watch;
