//! What can go wrong in a call: one code per cause, and the words a developer needs to put it right.

use std::fmt;
use std::time::Duration;

use crate::value::{Flaw, Invalid, JsonFlaw, MAX_DEPTH, MAX_SIZE, MessageError};
use crate::wire::{Excess, MAX_HELLO};
use crate::words::OsError;

/// The result of every call that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error a call answers with. [`Error::code`] is its number in the C ABI, `Display` its words, which say what is
/// wrong and what to do.
///
/// # Mistakes in a message
/// A message that is not finished, or in whose making there was a mistake, answers when it is sent, in the words of
/// [`MessageError`]: `TooDeep` and `TooLarge` beyond what any message may be, `BadJson` for text that is no JSON,
/// `BadUtf8` for [`Refused`](MessageError::Refused), and `BadMessage` for everything else.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// An argument cannot be taken: in C one that is NULL, out of range or of no known kind. Or the host has been
    /// dropped.
    BadArgument(String),
    /// A setting is out of range or contradicts another one.
    BadConfig(String),
    /// An address that cannot be read, or that cannot be used for this call.
    BadAddress(String),
    /// Not a well-formed message: broken MessagePack, an unbalanced or empty message.
    BadMessage(String),
    /// Text that is not JSON.
    BadJson(String),
    /// Text that is not UTF-8.
    BadUtf8(String),
    /// A message larger than this end or the other end takes.
    TooLarge {
        /// Bytes of the message.
        size: usize,
        /// Bytes allowed.
        limit: usize,
        /// Whose `max_message` it is.
        whose: Side,
    },
    /// A hello or reply larger than the protocol carries.
    HelloTooLarge {
        /// Bytes of the hello or reply.
        size: usize,
    },
    /// A message nested deeper than this end or the other end takes.
    TooDeep {
        /// Levels allowed.
        limit: u32,
        /// Whose `max_depth` it is.
        whose: Side,
    },
    /// A message of more values than this end or the other end takes.
    TooManyValues {
        /// Values allowed, containers and keys included.
        limit: u32,
        /// Whose `max_values` it is.
        whose: Side,
    },
    /// The peer's out-buffer is full; nothing was taken, a WRITABLE event will come.
    WouldBlock {
        /// Bytes waiting for this peer.
        waiting: usize,
        /// The setting `out_buffer`.
        limit: usize,
    },
    /// The host's memory budget is used up.
    Memory {
        /// Bytes held for all peers.
        used: usize,
        /// The setting `memory_budget`.
        budget: usize,
    },
    /// No such peer: never there, gone, or of another host.
    UnknownPeer(u64),
    /// The peer is there but nothing can be sent to it: not accepted yet, or being closed.
    NotConnected(u64),
    /// Accept or refuse for a peer that is not waiting for an answer.
    NotRequested(u64),
    /// No such listener.
    UnknownListener(u32),
    /// The host has `max_peers` peers already.
    TooManyPeers {
        /// The setting `max_peers`.
        limit: u32,
    },
    /// Another thread is inside poll, wait, flush or close of this host. C functions alone say it; in Rust `&mut`
    /// keeps such calls apart.
    Busy,
    /// The library made a mistake and caught it; the host can only be freed.
    Panic,
    /// The deadline of a flush passed with bytes still waiting.
    Timeout {
        /// Bytes that still wait, all peers together.
        waiting: usize,
        /// How long the call waited.
        after: Duration,
    },
    /// The deadline of a close passed with connections whose other end has not closed.
    StillOpen {
        /// Connections left.
        left: u32,
        /// How long the call waited.
        after: Duration,
    },
    /// The host is being closed: nothing new can begin.
    Closing,
    /// The operating system refused.
    Os {
        /// Its error number.
        os_error: i32,
        /// What was tried, and its answer.
        text: String,
    },
    /// A part of the message has no form in what the peer speaks.
    Unsendable(String),
    /// A part of the message holds the five bytes that end each of PodSixNet's messages.
    Terminator(String),
    /// A strict read of a value of another type, or of none: the C functions' words for
    /// [`ReadError`](crate::value::ReadError).
    WrongType {
        /// What the read asked for.
        wanted: &'static str,
        /// What is there.
        found: &'static str,
    },
    /// A strict read of a number that the wanted type cannot hold, likewise.
    OutOfRange {
        /// What the read asked for.
        wanted: &'static str,
    },
    /// This process is a forked child, and the host its parent's.
    Forked,
}

/// One of the two ends of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// This program.
    Ours,
    /// The program at the other end.
    Theirs,
}

/// Defines the code of each error once: its number for ever, and its name.
macro_rules! codes {
    ($($number:literal $name:ident $pattern:pat,)*) => {
        impl Error {
            /// The error's number in the C ABI: negative, never reused.
            pub fn code(&self) -> i32 {
                match self { $($pattern => $number,)* }
            }
        }

        /// The name of an error's number, such as `PODSIX_ERR_WOULD_BLOCK`.
        pub const fn error_name(code: i32) -> &'static str {
            match code {
                $($number => concat!("PODSIX_ERR_", stringify!($name)),)*
                _ if code >= 0 => "PODSIX_OK",
                _ => "PODSIX_ERR_UNKNOWN",
            }
        }
    };
}

codes! {
    -1 BAD_ARGUMENT Error::BadArgument(_),
    -2 BAD_CONFIG Error::BadConfig(_),
    -3 BAD_ADDRESS Error::BadAddress(_),
    -4 BAD_MESSAGE Error::BadMessage(_),
    -5 BAD_JSON Error::BadJson(_),
    -6 BAD_UTF8 Error::BadUtf8(_),
    -7 TOO_LARGE Error::TooLarge { .. } | Error::HelloTooLarge { .. },
    -8 TOO_DEEP Error::TooDeep { .. },
    -9 TOO_MANY_VALUES Error::TooManyValues { .. },
    -10 WOULD_BLOCK Error::WouldBlock { .. },
    -11 MEMORY Error::Memory { .. },
    -12 UNKNOWN_PEER Error::UnknownPeer(_),
    -13 NOT_CONNECTED Error::NotConnected(_),
    -14 NOT_REQUESTED Error::NotRequested(_),
    -15 UNKNOWN_LISTENER Error::UnknownListener(_),
    -16 TOO_MANY_PEERS Error::TooManyPeers { .. },
    -17 BUSY Error::Busy,
    -18 PANIC Error::Panic,
    -19 TIMEOUT Error::Timeout { .. } | Error::StillOpen { .. },
    -20 OS Error::Os { .. },
    -21 WRONG_TYPE Error::WrongType { .. },
    -22 OUT_OF_RANGE Error::OutOfRange { .. },
    -23 UNSENDABLE Error::Unsendable(_),
    -24 TERMINATOR Error::Terminator(_),
    -26 FORKED Error::Forked,
    -27 CLOSING Error::Closing,
}

impl Error {
    /// An operating system's answer to `what`.
    pub(crate) fn os(what: impl fmt::Display, error: &std::io::Error) -> Error {
        let os_error = error.raw_os_error().unwrap_or(0);
        Error::Os { os_error, text: format!("{what}: {}", OsError(error)) }
    }
}

/// What bytes that are no value within a host's limits answer: `TooDeep`, `TooManyValues`, else `BadMessage`.
impl From<Invalid> for Error {
    fn from(invalid: Invalid) -> Error {
        match invalid.what {
            Flaw::TooDeep { limit } => Error::TooDeep { limit, whose: Side::Ours },
            Flaw::TooManyValues { limit } => Error::TooManyValues { limit, whose: Side::Ours },
            _ => Error::BadMessage(invalid.to_string()),
        }
    }
}

/// What a message answers that the other end would not take: `TooLarge`, `TooManyValues` or `TooDeep` of its side,
/// and `Unsendable` for a tuple as a key.
impl From<Excess> for Error {
    fn from(excess: Excess) -> Error {
        let whose = Side::Theirs;
        match excess {
            Excess::Size { size, limit } => Error::TooLarge { size, limit: limit as usize, whose },
            Excess::Values { limit, .. } => Error::TooManyValues { limit, whose },
            Excess::Depth { limit, .. } => Error::TooDeep { limit, whose },
            Excess::TupleKeys => Error::Unsendable(excess.text("the message", "the other end")),
        }
    }
}

/// [Mistakes in a message](Error#mistakes-in-a-message).
impl From<MessageError> for Error {
    fn from(error: MessageError) -> Error {
        match error {
            MessageError::TooDeep => Error::TooDeep { limit: MAX_DEPTH, whose: Side::Ours },
            MessageError::TooLarge { size } => {
                Error::TooLarge { size, limit: MAX_SIZE, whose: Side::Ours }
            }
            MessageError::BadMessagePack(invalid) => invalid.into(),
            MessageError::BadJson(ref json) => match json.what {
                JsonFlaw::TooDeep { limit } => Error::TooDeep { limit, whose: Side::Ours },
                JsonFlaw::TooManyValues { limit } => {
                    Error::TooManyValues { limit, whose: Side::Ours }
                }
                _ => Error::BadJson(error.to_string()),
            },
            MessageError::Refused(text) => Error::BadUtf8(text),
            other => Error::BadMessage(other.to_string()),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::BadArgument(text)
            | Error::BadConfig(text)
            | Error::BadAddress(text)
            | Error::BadMessage(text)
            | Error::BadJson(text)
            | Error::BadUtf8(text)
            | Error::Unsendable(text)
            | Error::Terminator(text)
            | Error::Os { text, .. } => f.write_str(text),
            Error::TooLarge { size, limit, whose: Side::Ours } => {
                write!(f, "the message has {size} bytes, max_message allows {limit}")?;
                larger(f, *size, "it")
            }
            Error::TooLarge { size, limit, whose: Side::Theirs } => {
                write!(
                    f,
                    "the message has {size} bytes, the other end takes {limit} (its max_message)"
                )?;
                larger(f, *size, "that")
            }
            Error::HelloTooLarge { size } => write!(
                f,
                "the hello or reply has {size} bytes, at most {} fit: send it as the first message",
                MAX_HELLO
            ),
            Error::TooDeep { limit: MAX_DEPTH, .. } => {
                write!(
                    f,
                    "the message is nested deeper than {MAX_DEPTH} levels, the most there can be"
                )
            }
            Error::TooDeep { limit, whose: Side::Ours } => {
                write!(f, "the message is nested deeper than max_depth allows ({limit} levels)")
            }
            Error::TooDeep { limit, whose: Side::Theirs } => write!(
                f,
                "the message is nested deeper than the other end takes ({limit} levels, its max_depth)"
            ),
            Error::TooManyValues { limit, whose: Side::Ours } => {
                write!(f, "the message has more values than max_values allows ({limit})")
            }
            Error::TooManyValues { limit, whose: Side::Theirs } => write!(
                f,
                "the message has more values than the other end takes ({limit}, its max_values)"
            ),
            Error::WouldBlock { waiting, limit } => write!(
                f,
                "the peer's out-buffer is full: {waiting} bytes wait, out_buffer allows {limit}; \
                 send again after its WRITABLE event"
            ),
            Error::Memory { used, budget } => {
                write!(
                    f,
                    "{used} bytes are held for all peers together, memory_budget allows {budget}"
                )
            }
            Error::UnknownPeer(0) => {
                write!(f, "there is no peer 0 here: a connect or an event gives a peer its number")
            }
            Error::UnknownPeer(peer) => {
                write!(f, "there is no peer {peer} here: it is gone, or was another's")
            }
            Error::NotConnected(peer) => {
                write!(
                    f,
                    "peer {peer} is not connected: it is not accepted yet, closing, or gone"
                )
            }
            Error::NotRequested(peer) => {
                write!(f, "peer {peer} is not waiting to be accepted or refused")
            }
            Error::UnknownListener(listener) => {
                write!(f, "there is no listener {listener} here")
            }
            Error::TooManyPeers { limit } => {
                write!(f, "there are as many peers as max_peers allows ({limit})")
            }
            Error::Busy => {
                f.write_str("another thread is inside poll, wait, flush, close or log_next already")
            }
            Error::Panic => f.write_str(
                "an internal error was caught; this host can only be freed (please report it)",
            ),
            Error::Forked => f.write_str(
                "the host was made before this process was forked and belongs to its parent; make a \
                 new one here",
            ),
            Error::Timeout { waiting, after } => {
                write!(f, "{waiting} bytes still wait after {} ms", after.as_millis())
            }
            Error::StillOpen { left, after } => {
                let after = after.as_millis();
                write!(f, "connections whose other end has not closed after {after} ms: {left}")
            }
            Error::Closing => write!(f, "everything is being closed: nothing new can begin"),
            Error::WrongType { wanted, found } => {
                write!(f, "the value is {found}, not {wanted}")
            }
            Error::OutOfRange { wanted } => write!(f, "the number does not fit into {wanted}"),
        }
    }
}

/// What to do about a message that is too large for one end.
fn larger(f: &mut fmt::Formatter<'_>, size: usize, which: &str) -> fmt::Result {
    if size > MAX_SIZE {
        return write!(f, "; send it in parts: {MAX_SIZE} is the most there can be");
    }
    write!(
        f,
        "; set {which} to {size} or more at both ends, and out_buffer, queue_bytes and memory_budget with \
         it, as set_largest does"
    )
}

impl std::error::Error for Error {}
