//! podsix: multiplayer networking for every game engine.
pub mod address;
pub mod config;
pub mod error;
pub mod event;
#[doc(hidden)]
pub mod ffi;
mod handle;
mod host;
mod inbox;
mod net;
mod stats;
mod sync;
pub mod value;
pub mod wire;

pub use config::{Config, Mode};
pub use error::{Error, Result};
pub use event::{Direction, Event, EventKind, ListenerId, PeerId, Reason};
pub use handle::Handle;
pub use host::Host;
pub use net::log::{Level, LogRecord};
pub use stats::{HostStats, PeerStats};
pub use value::{Message, Value};
