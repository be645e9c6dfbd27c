//! One line of a host's log.

/// How much a log record matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(i32)]
pub enum Level {
    /// Something is broken and somebody should act.
    Error = 1,
    /// Something was refused or lost.
    Warning = 2,
    /// What a server's operator wants to know.
    Info = 3,
    /// What a developer wants to know.
    Debug = 4,
}

/// One record of a host's log, which keeps the newest 256: [`next_log`](crate::Handle::next_log) takes the oldest,
/// and [`log_dropped`](crate::HostStats::log_dropped) counts what was pushed out unread. Nothing is ever printed.
///
/// # The feature `log`
///
/// With it each record is also given to the logger of the `log` crate, when it is made: with the target
/// `podsix`, the text as its message, and [`Level::Warning`] as `Warn`.
///
/// ```toml
/// podsix = { version = "0.1", features = ["log"] }
/// ```
///
/// The logger is called by the thread that makes the record: one that listens or stops listening, and whichever
/// does the host's input and output. In threaded mode that is the library's own (on Unix signals are blocked
/// there), and at times the one that waits; inline it is whichever polls, waits or sends. So
/// - a logger that blocks keeps these from their work, the game in `poll` or `send` too: it should hand
///   the record to a thread of its own;
/// - it must not call the host but for `next_log`: inline the host could wait for itself, for ever;
/// - if it panics, the panic goes no further. The program's panic hook is called, the record is in the host's own
///   log, and the host goes on. (A program built with `panic = "abort"` ends.)
#[derive(Clone, Debug)]
pub struct LogRecord {
    /// How much it matters.
    pub level: Level,
    /// Milliseconds since the host was made.
    pub at_ms: u64,
    /// What happened, in words: one line of at most 2,048 bytes. Part of it may be what the other end said; control
    /// characters in it are escaped, and what turns the direction of writing round.
    pub text: String,
}
