//! How many frames may come that carry nothing: pings and pongs, stalls, and kinds that nobody knows. They cost their
//! sender a few bytes, and no queue holds them back; so they have a measure of their own.
//!
//! It is kept as time, which passes between two reads and is used up by frames. There is no clock in it.

use std::time::Duration;

/// What one frame uses up, in microseconds: 4,000 a second are allowed. Whoever pings as often as can be, and is pinged
/// as often, sends 2,000.
const FRAME: u32 = 250;
/// So many bytes of a payload are one more frame.
const BYTES: usize = 256;
/// What may be saved up: the frames of an outage of half a minute come together when it is over.
const SAVED: u32 = 16_000_000;
/// A session begins with this much of it.
const FIRST: u32 = 1_000_000;
/// What is taken beyond that, though slowly.
const OVERDRAFT: u32 = 32_000_000;

/// The frames that an end may still send.
#[derive(Clone, Copy, Debug)]
pub(super) struct Allowance(u32);

impl Allowance {
    pub(super) fn new() -> Allowance {
        Allowance(OVERDRAFT + FIRST)
    }

    /// So much time has passed.
    pub(super) fn grow(&mut self, time: Duration) {
        let seconds = u32::try_from(time.as_secs()).unwrap_or(u32::MAX);
        self.add(seconds.saturating_mul(1_000_000).saturating_add(time.subsec_micros()));
    }

    /// So many messages have come, each of which may have such a frame beside it.
    pub(super) fn earn(&mut self, messages: u64) {
        let messages = u32::try_from(messages).unwrap_or(u32::MAX);
        self.add(messages.saturating_mul(FRAME));
    }

    fn add(&mut self, time: u32) {
        self.0 = self.0.saturating_add(time).min(OVERDRAFT + SAVED);
    }

    /// A frame has come with so many bytes in it. The error says that it is one too many.
    pub(super) fn take(&mut self, bytes: usize) -> Result<(), String> {
        let frames = u32::try_from(1 + bytes / BYTES).unwrap_or(u32::MAX);
        let left = self.0.checked_sub(frames.saturating_mul(FRAME));
        self.0 = left.ok_or_else(|| {
            let (a_second, saved) = (1_000_000 / FRAME, (SAVED + OVERDRAFT) / FRAME);
            format!(
                "more frames that carry nothing (pings, pongs, stalls, kinds from 0x80 up) than {a_second} a second, \
                 and {saved} at once"
            )
        })?;
        Ok(())
    }

    /// Whether there were more than are allowed.
    pub(super) fn is_overdrawn(self) -> bool {
        self.0 < OVERDRAFT
    }
}
