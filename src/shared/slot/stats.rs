//! A peer's statistics, which any thread may read.

use std::sync::atomic as counter;
use std::sync::atomic::Ordering;

/// Counters that only the reactor writes. Nothing is decided by them, so loom need not follow.
#[derive(Default)]
pub(crate) struct Stats {
    pub(crate) bytes_in: counter::AtomicU64,
    pub(crate) bytes_out: counter::AtomicU64,
    pub(crate) messages_in: counter::AtomicU64,
    pub(crate) messages_out: counter::AtomicU64,
    /// Milliseconds of the host's life, plus one; 0 is never.
    pub(crate) opened_at: counter::AtomicU64,
    /// Since when the out-buffer has not been empty: the lower half of such a stamp, which tells times up to
    /// 24 days, longer than anything waits; 0 is not at all.
    waiting_since: counter::AtomicU32,
    /// The last round-trip time, in microseconds; 0 is not known yet.
    pub(crate) rtt_us: counter::AtomicU32,
}

impl Stats {
    pub(super) fn reset(&self) {
        self.waiting_since.store(0, Ordering::Relaxed);
        self.rtt_us.store(0, Ordering::Relaxed);
        for counter in [
            &self.bytes_in,
            &self.bytes_out,
            &self.messages_in,
            &self.messages_out,
            &self.opened_at,
        ] {
            counter.store(0, Ordering::Relaxed);
        }
    }

    /// The out-buffer is empty at this time, by its stamp, or it is not.
    pub(crate) fn set_waiting(&self, stamp: u64, waits: bool) {
        let since = match (waits, self.waiting_since.load(Ordering::Relaxed)) {
            (false, _) => 0,
            (true, 0) => (stamp as u32).max(1),
            (true, _) => return,
        };
        self.waiting_since.store(since, Ordering::Relaxed);
    }

    /// For how many milliseconds the out-buffer has not been empty.
    pub(crate) fn waiting_ms(&self, stamp: u64) -> u64 {
        match self.waiting_since.load(Ordering::Relaxed) {
            0 => 0,
            // Negative where the stamp is from just before.
            since => ((stamp as u32).wrapping_sub(since) as i32).max(0) as u64,
        }
    }
}

/// A relaxed addition for a counter with a single writer.
pub(crate) fn bump(counter: &counter::AtomicU64, by: u64) {
    counter.store(counter.load(Ordering::Relaxed) + by, Ordering::Relaxed);
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn the_time_of_waiting_is_told_across_the_end_of_half_a_stamp() {
        let stats = Stats::default();
        for since in [1, 5_000, (1 << 32) - 10, 1 << 32, (7 << 32) - 1] {
            assert_eq!(stats.waiting_ms(since), 0);
            stats.set_waiting(since, true);
            stats.set_waiting(since + 20, true);
            let ms = stats.waiting_ms(since + 30);
            // A stamp whose half is 0 counts as the next one.
            assert!(ms == 30 || (since as u32 == 0 && ms == 29), "{ms} since {since}");
            assert_eq!(stats.waiting_ms(since.saturating_sub(1)), 0, "seen from just before");
            stats.set_waiting(since + 40, false);
        }
    }
}
