//! The protocols as state machines: bytes in, bytes out, the time passed in, no sockets.
//!
//! [`Session`] is one connection of podsix's own, from its first byte to its last; `docs/protocol.md` is
//! what it speaks.
//!
//! - `preface`: the sixteen bytes with which each end begins, and what follows them
//! - `stranger`: who it is that begins with something else
//! - `settings`: the frame with which a greeting closes
//! - `takes`: what an end takes, what a message demands
//! - `frame`: everything after that
//! - `liveness`: pings, silence and sleeping games
//! - `moment`: the time that is passed in
//! - `protocol`: which of them it is
//! - `reason`: why a connection ended
//! - `step`: what a session makes of the bytes it is given
//!
//! [`podsixnet`] is the same for the original's protocol.

pub mod podsixnet;

mod frame;
mod liveness;
mod moment;
mod preface;
mod protocol;
mod reason;
mod session;
mod settings;
mod step;
mod stranger;
mod takes;

pub use frame::{Close, HEADER, Kind, MAX_PAYLOAD, MAX_TEXT, header};
pub use moment::Moment;
pub use preface::{MAJOR, MAX_HELLO, MINOR, PREFACE};
pub use protocol::Protocol;
pub use reason::Reason;
pub use session::{Rules, Session, frame_end};
pub use step::{Expired, Step, Violation, What};
pub use takes::{Demands, Excess, Takes};
