//! The safe Rust API, and what it takes to give it: batches of events, and the I/O thread's loop.
//!
//! - `host`: what a game owns; `waiting` for events, and who turns its reactor; `closing` a host
//! - `handle`: the host as any thread may use it: `listening`, `connecting`, answering `requests`, `sending`,
//!   `disconnecting`, and `peers` with what is known of each
//! - `batch`: events taken in batches, and what an event's end means to its peer; `decoding` those in the
//!   game's own codec
//! - `thread`: the library's threads that turn a host's reactor
//! - `stats`: figures, read from any thread

pub(crate) mod batch;
mod closing;
mod connecting;
mod decoding;
mod disconnecting;
pub(crate) mod handle;
pub(crate) mod host;
mod listening;
mod peers;
mod requests;
mod sending;
#[cfg(all(test, not(loom)))]
mod simulated;
mod stats;
mod thread;
mod waiting;

pub use handle::Handle;
pub use host::Host;
pub use stats::{HostStats, PeerStats};
