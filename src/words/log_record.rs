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

/// One line of the log.
#[derive(Clone, Debug)]
pub struct LogRecord {
    /// How much it matters.
    pub level: Level,
    /// Milliseconds since the host was made.
    pub at_ms: u64,
    /// What happened, in words.
    pub text: String,
}
