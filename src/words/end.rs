//! Why a connection ended.

use std::io;

use crate::event::Reason;
use crate::wire::Close;

/// Why a connection ended: what its last event will say.
#[derive(Clone, Debug)]
pub(crate) struct End {
    pub(crate) reason: Reason,
    pub(crate) code: i32,
    pub(crate) os_error: i32,
    pub(crate) text: String,
}

impl End {
    pub(crate) fn new(reason: Reason, text: String) -> End {
        End { reason, code: 0, os_error: 0, text }
    }

    /// The operating system's doing.
    pub(crate) fn os(reason: Reason, what: &str, error: &io::Error) -> End {
        let os_error = error.raw_os_error().unwrap_or(0);
        End { os_error, ..End::new(reason, format!("{what}: {error}")) }
    }

    /// What the other end said.
    pub(crate) fn from_wire(close: &Close) -> End {
        End { code: close.code, ..End::new(close.reason, close.text.to_owned()) }
    }
}
