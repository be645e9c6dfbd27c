//! podsix's own protocol, which `docs/protocol.md` writes down.
//!
//! - `preface`: the sixteen bytes with which each end begins, and what follows them
//! - `settings`: the frame with which a greeting closes
//! - `frame`: everything after that
//! - `allowance`: how many of its frames may carry nothing
//! - `liveness`: silence and sleeping games
//! - `pings`: when they go, and what they measure
//! - `session`: one connection, from its first byte to its last

mod allowance;
mod frame;
mod liveness;
mod pings;
mod preface;
mod session;
mod settings;

pub use frame::{Close, HEADER, Kind, MAX_PAYLOAD, MAX_TEXT, header};
pub use preface::{MAJOR, MAX_HELLO, MINOR, PREFACE};
pub use session::{Rules, Session};
