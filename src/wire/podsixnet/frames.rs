//! The ends of messages, found in bytes that come in any pieces.

use crate::codec::{TERMINATOR, find_terminator};

/// Finds the terminators of a stream. No byte is looked at again but the last four, which may be the
/// beginning of one.
#[derive(Clone, Debug, Default)]
pub struct Scanner {
    /// No terminator begins before here.
    scanned: usize,
}

/// A payload has more bytes than allowed, whether or not its end has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLong;

impl Scanner {
    /// The length of the payload that `input` begins with, at most `max`, or `None` if its terminator
    /// is not there yet. The caller then hands in the same bytes and more; or, after a payload, what
    /// lies behind its terminator, or the same payload once more.
    ///
    /// # Errors
    /// The payload has more than `max` bytes, as soon as that is certain.
    pub fn next(&mut self, input: &[u8], max: usize) -> Result<Option<usize>, TooLong> {
        let end = find_terminator(input, self.scanned);
        let open = (input.len() + 1).saturating_sub(TERMINATOR.len());
        self.scanned = if end.is_some() { 0 } else { open.max(self.scanned) };
        match end.unwrap_or(self.scanned) > max {
            true => Err(TooLong),
            false => Ok(end),
        }
    }
}
