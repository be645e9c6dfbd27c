//! The protocols as state machines: bytes in, bytes out, the time passed in, no sockets.
//!
//! - `podsix`: its own; [`Session`] is one connection, from its first byte to its last
//! - [`podsixnet`]: the original's, likewise
//! - `stranger`: who it is that speaks something else
//! - `takes`: what an end takes, what a message demands
//! - `moment`: the time that is passed in
//! - `dialect`: which of them it is; `envelope`: what it puts around a payload
//! - `reason`: why a connection ended
//! - `step`: what a session makes of the bytes it is given

pub mod podsixnet;

mod dialect;
mod envelope;
mod moment;
mod podsix;
mod reason;
mod step;
mod stranger;
mod takes;

pub use dialect::Dialect;
pub use envelope::Envelope;
pub use moment::Moment;
pub use podsix::{
    Close, HEADER, Kind, MAJOR, MAX_HELLO, MAX_PAYLOAD, MAX_TEXT, MINOR, PREFACE, Rules, Session,
    header,
};
pub use reason::Reason;
pub use step::{Expired, Step, Violation, What};
pub use takes::{Demands, Excess, Takes};
