//! What went wrong: Godot's error, podsix's exact code, and the words.

use godot::global::Error as Answer;
use godot::prelude::*;
use podsix::{Error, Reason};

/// A call that failed, or what a game waited for in vain.
#[derive(Clone)]
pub struct Failure {
    /// What methods return.
    pub answer: Answer,
    /// The same number as in every other language.
    pub code: i32,
    pub words: GString,
}

/// Nothing has failed yet.
impl Default for Failure {
    fn default() -> Failure {
        Failure { answer: Answer::OK, code: 0, words: GString::new() }
    }
}

impl Failure {
    /// There is no connection, or the one there was has ended.
    pub fn not_connected(words: &str) -> Failure {
        let code = Error::NotConnected(0).code();
        Failure { answer: Answer::ERR_CONNECTION_ERROR, code, words: words.into() }
    }

    /// A second start where one is enough.
    pub fn in_use(words: &str) -> Failure {
        let code = Error::BadArgument(String::new()).code();
        Failure { answer: Answer::ERR_ALREADY_IN_USE, code, words: words.into() }
    }

    /// A host is asked for that has not been started.
    pub fn not_started(words: &str) -> Failure {
        Failure { answer: Answer::ERR_UNCONFIGURED, ..Failure::in_use(words) }
    }

    /// Something did not come in time.
    pub fn too_late(words: &str) -> Failure {
        let code = Error::Timeout { waiting: 0, after: Default::default() }.code();
        Failure { answer: Answer::ERR_TIMEOUT, code, words: words.into() }
    }

    /// A connection that did not come about; the text is its event's, which can be shown whoever wrote it.
    pub fn to_connect(reason: Reason, text: &str) -> Failure {
        let answer = match reason {
            Reason::Refused => Answer::ERR_UNAUTHORIZED,
            Reason::Unresolved => Answer::ERR_CANT_RESOLVE,
            Reason::Timeout
            | Reason::HandshakeTimeout
            | Reason::ApprovalTimeout
            | Reason::ConnectTimeout => Answer::ERR_TIMEOUT,
            _ => Answer::ERR_CANT_CONNECT,
        };
        let words = if text.is_empty() { "the server gave no reason" } else { text };
        Failure { answer, ..Failure::not_connected(words) }
    }

    /// What was told, and is no answer to a call.
    pub fn told(words: &str) -> Failure {
        Failure { words: words.into(), ..Failure::default() }
    }

    /// An argument that cannot be taken.
    pub fn bad_argument(words: impl Into<String>) -> Failure {
        Error::BadArgument(words.into()).into()
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        let words = (&error.to_string()).into();
        Failure { answer: answer(&error), code: error.code(), words }
    }
}

/// Godot's error for one of podsix's: the table in docs/godot.md.
pub fn answer(error: &Error) -> Answer {
    match error {
        Error::BadMessage(_) | Error::BadJson(_) | Error::BadUtf8(_) => Answer::ERR_INVALID_DATA,
        Error::Unsendable(_) | Error::Terminator(_) => Answer::ERR_INVALID_DATA,
        Error::TooLarge { .. } | Error::HelloTooLarge { .. } => Answer::ERR_PARAMETER_RANGE_ERROR,
        Error::TooDeep { .. } | Error::TooManyValues { .. } => Answer::ERR_PARAMETER_RANGE_ERROR,
        Error::WouldBlock { .. } | Error::Busy => Answer::ERR_BUSY,
        Error::Memory { .. } => Answer::ERR_OUT_OF_MEMORY,
        Error::UnknownPeer(_) | Error::UnknownListener(_) => Answer::ERR_DOES_NOT_EXIST,
        Error::NotConnected(_) => Answer::ERR_CONNECTION_ERROR,
        Error::NotRequested(_) => Answer::ERR_UNAVAILABLE,
        Error::TooManyPeers { .. } => Answer::ERR_CANT_CONNECT,
        Error::Os { .. } => Answer::ERR_CANT_CREATE,
        Error::Timeout { .. } | Error::StillOpen { .. } => Answer::ERR_TIMEOUT,
        Error::Panic => Answer::ERR_BUG,
        Error::Closing | Error::Forked => Answer::ERR_UNAVAILABLE,
        // BadArgument, BadConfig, BadAddress, and what no node's method meets.
        _ => Answer::ERR_INVALID_PARAMETER,
    }
}
