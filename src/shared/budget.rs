//! The memory of a host: how much it holds for its peers, and what that means at each level.
//!
//! Whoever allocates counts what is allocated, used or not.
//! `queued` is what waits for the game to poll; `held` is everything else: what waits to be written
//! and messages that have not arrived whole.
//!
//! All of it is relaxed: no other memory is read because of these numbers. A thread may see a sum that is a
//! moment old, and a level may so be crossed by what was allocated in that moment. But whoever hands memory
//! to another thread must count it before: counted out there before it is counted in here, the number would
//! wrap around below zero, and everything would be refused as if memory had run out.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::error::{Error, Result};

/// The counters of one host.
pub(crate) struct Budget {
    limit: usize,
    /// What sends may fill.
    for_sends: usize,
    held: AtomicUsize,
    queued: AtomicUsize,
    /// The most that was ever used.
    #[cfg(test)]
    peak: AtomicUsize,
}

impl Budget {
    /// With so much of it left by sends, for one peer's read and for what they take beside their bytes: whoever has
    /// filled all that one may is read on, or two who fill each other's budgets would wait for ever.
    pub(crate) fn new(limit: u64, not_for_sends: usize) -> Budget {
        let limit = self::limit(limit);
        Budget {
            limit,
            for_sends: brim(limit).saturating_sub(not_for_sends),
            held: AtomicUsize::new(0),
            queued: AtomicUsize::new(0),
            #[cfg(test)]
            peak: AtomicUsize::new(0),
        }
    }

    pub(crate) fn limit(&self) -> usize {
        self.limit
    }

    pub(crate) fn used(&self) -> usize {
        self.held() + self.queued.load(Ordering::Relaxed)
    }

    pub(crate) fn hold(&self, bytes: usize) {
        self.held.fetch_add(bytes, Ordering::Relaxed);
        #[cfg(test)]
        self.peak.fetch_max(self.used(), Ordering::Relaxed);
    }

    #[cfg(test)]
    pub(crate) fn peak(&self) -> usize {
        self.peak.load(Ordering::Relaxed)
    }

    pub(crate) fn release(&self, bytes: usize) {
        self.held.fetch_sub(bytes, Ordering::Relaxed);
    }

    /// Tells that a buffer counted as `before` bytes now pins `after`.
    pub(crate) fn resize(&self, before: usize, after: usize) {
        if after > before {
            self.hold(after - before);
        } else if before > after {
            self.release(before - after);
        }
    }

    /// Tells that what was queued as `before` bytes now pins `after`.
    pub(crate) fn requeue(&self, before: usize, after: usize) {
        // First what is added: for a moment there seems to be more than there is, never less.
        self.queued.fetch_add(after, Ordering::Relaxed);
        self.unqueue(before);
        #[cfg(test)]
        self.peak.fetch_max(self.used(), Ordering::Relaxed);
    }

    pub(crate) fn unqueue(&self, bytes: usize) {
        self.queued.fetch_sub(bytes, Ordering::Relaxed);
    }

    /// Three quarters used, or of a small budget five sixths of what sends may fill: nobody new is let in.
    pub(crate) fn admits(&self) -> bool {
        self.used() < (self.limit / 4 * 3).min(self.for_sends / 6 * 5)
    }

    /// Nine tenths used, or what is left is for reading: a send of so many bytes is refused.
    pub(crate) fn check_send(&self, bytes: usize) -> Result<()> {
        let used = self.used();
        if used < self.limit / 10 * 9 && used + bytes <= self.for_sends {
            return Ok(());
        }
        Err(Error::Memory { used, budget: self.limit })
    }

    /// At this level nothing more is read until the game has polled or buffers have drained; TCP
    /// holds the peers back.
    pub(crate) fn reads(&self) -> bool {
        self.used() < brim(self.limit)
    }

    /// How many bytes beyond this level are held in buffers that no polling can drain, if any: whoever holds the
    /// most must go.
    pub(crate) fn excess(&self) -> Option<usize> {
        self.held().checked_sub(brim(self.limit))
    }

    /// How many bytes beyond this level are used, by whatever, once so many more are.
    pub(crate) fn excess_with(&self, bytes: usize) -> Option<usize> {
        self.used().saturating_add(bytes).checked_sub(brim(self.limit))
    }

    /// What only reading and writing drain, or an end.
    pub(crate) fn held(&self) -> usize {
        self.held.load(Ordering::Relaxed)
    }
}

/// The setting as a number of bytes of this machine's.
pub(crate) fn limit(setting: u64) -> usize {
    usize::try_from(setting).unwrap_or(usize::MAX / 4)
}

/// Nineteen twentieths. What the last read has pinned comes on top.
fn brim(limit: usize) -> usize {
    limit / 20 * 19
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_level_has_its_consequence() {
        const PERCENT: usize = 2 << 20;
        let budget = Budget::new(100 * PERCENT as u64, 3 * PERCENT);
        budget.hold(75 * PERCENT - 1);
        assert!(budget.admits());
        budget.hold(1);
        assert!(!budget.admits());
        budget.requeue(0, 15 * PERCENT - 1);
        assert!(budget.check_send(PERCENT).is_ok());
        budget.requeue(0, 1);
        let full = Error::Memory { used: 90 * PERCENT, budget: 100 * PERCENT };
        assert_eq!(budget.check_send(1), Err(full));
        assert!(budget.reads());
        budget.requeue(0, 5 * PERCENT);
        assert!(!budget.reads());
        assert_eq!(budget.excess(), None, "polling would drain the queued part");
        budget.unqueue(20 * PERCENT);
        budget.resize(0, 20 * PERCENT);
        assert_eq!(budget.excess(), Some(0));
        budget.resize(95 * PERCENT, 0);
        assert_eq!(budget.used(), 0);
    }
}
