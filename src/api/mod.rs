//! The safe Rust API, and what it takes to give it: batches of events, and the I/O thread's loop.
//!
//! - `host`: what a game owns; `waiting` for events, and who turns its reactor; `closing` a host
//! - `handle`: what any thread may ask of it; `sending` has what sends
//! - `batch`: events taken in batches, and what an event's end means to its peer; `decoding` those in the
//!   game's own codec
//! - `thread`: the library's threads that turn a host's reactor
//! - `stats`: figures, read from any thread

pub(crate) mod batch;
mod closing;
mod decoding;
pub(crate) mod handle;
pub(crate) mod host;
mod sending;
#[cfg(all(test, not(loom)))]
mod simulated;
mod stats;
mod thread;
mod waiting;

pub use handle::Handle;
pub use host::Host;
pub use stats::{HostStats, PeerStats};
