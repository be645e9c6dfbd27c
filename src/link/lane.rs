//! What a link carries bytes in, and what it says of them.

/// One of a link's lanes. Each keeps its own order, and none waits for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lane {
    /// An ordered stream of bytes, numbered from 0 to 15. Every link has stream 0.
    Stream(u8),
    /// Messages of bytes, each on its own: it arrives whole or not at all, and may overtake others. One is read
    /// or written at a time. Only links in memory have them.
    #[cfg(test)]
    Datagrams,
}

impl Lane {
    /// What the session speaks in.
    pub(crate) const SESSION: Lane = Lane::Stream(0);
}

/// What came of a read.
pub(crate) enum Received {
    /// So many bytes are in the buffer; there may be `more` to be had at once.
    Bytes { count: usize, more: bool },
    /// None until the next report.
    Nothing,
    /// The other end sends no more.
    End,
}

/// What came of a write.
pub(crate) struct Taken {
    /// So many bytes, from the front of what was offered.
    pub(crate) count: usize,
    /// No more until the next report.
    pub(crate) full: bool,
}
