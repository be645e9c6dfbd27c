//! What the writer refuses.

use std::fmt;

use super::{Invalid, JsonError, Kind, MAX_DEPTH, MAX_DIGITS, MAX_SIZE};

/// The first mistake made while building a message.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MessageError {
    /// Nothing was written.
    Empty,
    /// A second value beside the first, with no container around both.
    SecondValue,
    /// A value directly inside a map, with no key before it.
    MissingKey,
    /// A key where no map is open.
    KeyOutsideMap {
        /// The key, as JSON.
        key: String,
        /// Whether a list or tuple is open there; else nothing is.
        in_list: bool,
    },
    /// A key while another one waits for its value.
    KeyAfterKey {
        /// The new key, as JSON.
        key: String,
        /// The one that waits, as JSON.
        waiting: String,
    },
    /// A key without a value at the end of its map or of the message.
    KeyWithoutValue {
        /// The key, as JSON.
        key: String,
    },
    /// A container as a key, or nothing.
    BadKey(Kind),
    /// A close with no container open.
    NothingOpen,
    /// A message with open containers.
    StillOpen {
        /// The open containers by their key or index, from the outermost on.
        open: Vec<String>,
    },
    /// A value that is not there, to be copied into the message.
    NoValue,
    /// Nested deeper than [`MAX_DEPTH`].
    TooDeep,
    /// More bytes than [`MAX_SIZE`].
    TooLarge {
        /// Bytes there would be, at least.
        size: usize,
    },
    /// Text that is no decimal integer of at most [`MAX_DIGITS`] digits.
    BadInteger,
    /// Bytes that are no value.
    BadMessagePack(Invalid),
    /// Text that is not JSON.
    BadJson(JsonError),
    /// A value that serde could not serialize.
    Serialize(String),
    /// Refused before it came to the writer, such as text of a C program that is not UTF-8.
    Refused(String),
}

impl fmt::Display for MessageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            MessageError::Empty => f.write_str("the message is empty"),
            MessageError::SecondValue => {
                f.write_str("a message is one value: a second one needs a list or map around both")
            }
            MessageError::MissingKey => f.write_str("a value without a key inside a map"),
            MessageError::KeyOutsideMap { key, in_list: true } => {
                write!(f, "key {key} given inside a list")
            }
            MessageError::KeyOutsideMap { key, in_list: false } => {
                write!(f, "key {key} given where no map is open")
            }
            MessageError::KeyAfterKey { key, waiting } => {
                write!(f, "key {key} given while key {waiting} waits for its value")
            }
            MessageError::KeyWithoutValue { key } => write!(f, "key {key} has no value"),
            MessageError::BadKey(kind) => write!(f, "a key cannot be {}", kind.name()),
            MessageError::NothingOpen => f.write_str("close without an open container"),
            MessageError::StillOpen { open } => {
                let (are, s) = if open.len() == 1 { ("is", "") } else { ("are", "s") };
                write!(f, "{} container{s} {are} still open ({})", open.len(), open.join(", "))
            }
            MessageError::NoValue => f.write_str("the value to be copied is missing"),
            MessageError::TooDeep => {
                write!(f, "the message is nested deeper than {MAX_DEPTH} levels")
            }
            MessageError::TooLarge { size } => {
                write!(
                    f,
                    "the message has {size} bytes or more, {MAX_SIZE} is the most there can be"
                )
            }
            MessageError::BadInteger => {
                write!(f, "not a decimal integer of at most {MAX_DIGITS} digits")
            }
            MessageError::BadMessagePack(invalid) => write!(f, "malformed MessagePack: {invalid}"),
            MessageError::BadJson(error) => write!(f, "malformed JSON: {error}"),
            MessageError::Serialize(text) => write!(f, "the value cannot be serialized: {text}"),
            MessageError::Refused(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for MessageError {}
