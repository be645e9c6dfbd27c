//! What a session makes of the bytes and the time it is given.

use super::{Close, Reason, Takes};

/// What one call of [`Session::step`](super::Session::step) made of its input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step<'a> {
    /// Bytes to drop from the front of the input.
    pub consumed: usize,
    /// What they were.
    pub what: What<'a>,
}

impl Step<'_> {
    pub(super) fn need(bytes: usize) -> Step<'static> {
        Step { consumed: 0, what: What::Need(bytes) }
    }
}

/// What a step found in its input, and borrows from there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What<'a> {
    /// Nothing yet: the input must grow to at least this many bytes. Nothing was consumed.
    Need(usize),
    /// At a server: the client has greeted, with this hello, and takes so much. The caller now answers
    /// with `welcome` or `refuse`, and until then nothing more is consumed.
    Hello(Option<&'a [u8]>, Takes),
    /// At a client: the session is open; the server's reply, and what it takes.
    Welcome(Option<&'a [u8]>, Takes),
    /// A message: one valid MessagePack value.
    Message(&'a [u8]),
    /// At a client: the server did not let it in. The session is finished.
    Refused(Close<'a>),
    /// The other end said goodbye. The session is finished.
    Closed(Close<'a>),
    /// The other end's game has stopped polling. Given once per stall.
    Stalled {
        /// For how many milliseconds it had not polled when it said so.
        ms: u32,
    },
    /// The other end's game polls again, after a `Stalled`.
    Resumed,
    /// Something between the sessions alone.
    Quiet,
}

/// The other end does not keep to the protocol. The session is finished.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// `Protocol`, `TooLarge`, `Version` or `WrongProtocol`.
    pub reason: Reason,
    /// Words, for this end's developer.
    pub text: String,
    /// What to send before closing, so that the other end learns why, in its own language if it is
    /// known. May be empty.
    pub answer: Vec<u8>,
}

/// The other end has used up its time. The session goes on until `refuse` or `close` ends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expired {
    /// `HandshakeTimeout`, `ApprovalTimeout` or `Timeout`.
    pub reason: Reason,
    /// Words that name the setting.
    pub text: String,
}
