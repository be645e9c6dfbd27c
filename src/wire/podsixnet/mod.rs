//! What PodSixNet 0.11.0 speaks, as a state machine: bytes in, bytes out, the time passed in.
//!
//! Each message is a payload, in rencode unless both ends have another codec, and the terminator
//! `\0---\0`. The server begins with `{"action": "connected"}`, or it should; beyond that there are messages
//! alone, no pings and no goodbye.
//!
//! - `frames`: finding the ends of messages in bytes that come in any pieces
//! - `outgoing`: messages with their terminators, and those that the protocol itself sends
//! - `session`: one connection, from its first byte to its last
//! - `stranger`: who it is that speaks something else

mod frames;
mod outgoing;
mod session;
mod stranger;

pub use frames::{Scanner, TooLong};
pub use outgoing::{encode_error, encode_frame, encode_greeting, encode_payload};
pub use session::{GREETING_WAIT, Session};
