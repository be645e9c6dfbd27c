//! What a codec refuses.

use std::fmt;

use super::Path;
use crate::value::{Flaw, JsonFlaw, MAX_DEPTH, MAX_SIZE, MessageError};

/// Why a payload cannot be read, or a value not be written.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CodecError {
    /// The payload is not one value in the codec's form. The words say where and why.
    Malformed(String),
    /// The payload's value is nested deeper than the limit.
    TooDeep {
        /// Levels allowed.
        limit: u32,
    },
    /// The payload has more values than the limit.
    TooManyValues {
        /// Values allowed, keys and containers included.
        limit: u32,
    },
    /// The payload's value would have more bytes in memory than [`MAX_SIZE`].
    TooLarge {
        /// Bytes there would be, at least.
        size: usize,
    },
    /// The codec has no form for a part of the value.
    Unsendable {
        /// Where it is.
        path: Path,
        /// What it is, and why it cannot be sent.
        what: String,
    },
    /// The terminator turns up in a part of the value, which has no other form.
    Terminator {
        /// Where it is.
        path: Path,
        /// What holds it.
        what: String,
    },
    /// A custom codec's own words.
    Custom(String),
}

impl CodecError {
    /// The value itself cannot be sent.
    #[cold]
    pub(super) fn unsendable(what: impl Into<String>) -> CodecError {
        CodecError::Unsendable { path: Path::default(), what: what.into() }
    }

    /// The value itself holds the terminator.
    #[cold]
    pub(super) fn terminator(what: impl Into<String>) -> CodecError {
        CodecError::Terminator { path: Path::default(), what: what.into() }
    }

    /// The same error, seen from one level further out.
    #[cold]
    pub(super) fn further_out(mut self, step: impl FnOnce(Path) -> Path) -> CodecError {
        if let CodecError::Unsendable { path, .. } | CodecError::Terminator { path, .. } = &mut self
        {
            *path = step(std::mem::take(path));
        }
        self
    }
}

impl From<MessageError> for CodecError {
    fn from(error: MessageError) -> CodecError {
        match error {
            MessageError::TooDeep => CodecError::TooDeep { limit: MAX_DEPTH },
            MessageError::TooLarge { size } => CodecError::TooLarge { size },
            MessageError::BadMessagePack(invalid) => match invalid.what {
                Flaw::TooDeep { limit } => CodecError::TooDeep { limit },
                Flaw::TooManyValues { limit } => CodecError::TooManyValues { limit },
                _ => CodecError::Malformed(invalid.to_string()),
            },
            MessageError::BadJson(error) => match error.what {
                JsonFlaw::TooDeep { limit } => CodecError::TooDeep { limit },
                JsonFlaw::TooManyValues { limit } => CodecError::TooManyValues { limit },
                _ => CodecError::Malformed(error.to_string()),
            },
            other => CodecError::Malformed(other.to_string()),
        }
    }
}

impl fmt::Display for CodecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CodecError::Malformed(text) | CodecError::Custom(text) => f.write_str(text),
            CodecError::TooDeep { limit } => {
                write!(f, "nested deeper than max_depth allows ({limit} levels)")
            }
            CodecError::TooManyValues { limit } => {
                write!(f, "of more values than max_values allows ({limit})")
            }
            CodecError::TooLarge { size } => write!(
                f,
                "of {size} bytes or more once it is read, {MAX_SIZE} is the most there can be"
            ),
            CodecError::Unsendable { path, what } => write!(f, "{path}: {what}"),
            CodecError::Terminator { path, what } => {
                write!(f, "{path}: {what} \\0---\\0, the five bytes that end a PodSixNet message")
            }
        }
    }
}

impl std::error::Error for CodecError {}
