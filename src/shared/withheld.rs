//! What was sent inline and lies in the queue of commands until it leaves together with more: the sends of the thread
//! that walks through a batch of events, and all of them where the game's settings say so.
//!
//! A sender puts its message into the queue first and counts it here then; whoever empties the queue takes the
//! count first. Both are read-modify-writes of one word: either the emptying thread sees the count, and with it the
//! message, or the count stays, and the game's next call empties the queue.

use std::cell::Cell;
use std::time::Duration;

use crate::shared::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use crate::wire::Moment;

/// So many bytes leave at the latest; or half an out-buffer, where that is less: a broadcast ends who has no room for
/// it, and that shall not be for what only waits here.
const HELD_BYTES: usize = 64 << 10;

/// What waits for a batch's end leaves with the first poll or send after so long.
const HELD_FOR: Duration = Duration::from_millis(1);

/// What a message counts for beside its own bytes.
const OVERHEAD: usize = 16;

pub(crate) struct Withheld {
    /// Bytes that wait.
    bytes: AtomicUsize,
    /// When the first of them was sent, in nanoseconds.
    since: AtomicU64,
    /// The thread that walks through a batch, and whose sends wait meanwhile; 0 is none.
    walker: AtomicUsize,
    most: usize,
}

impl Withheld {
    pub(crate) fn new(out_buffer: u32) -> Withheld {
        Withheld {
            bytes: AtomicUsize::new(0),
            since: AtomicU64::new(0),
            walker: AtomicUsize::new(0),
            most: HELD_BYTES.min(out_buffer as usize / 2),
        }
    }

    /// Whether something waits.
    #[inline]
    pub(crate) fn is_any(&self) -> bool {
        self.bytes.load(Ordering::Relaxed) > 0
    }

    /// Whether so many bytes more may wait.
    pub(crate) fn has_room(&self, bytes: usize) -> bool {
        self.bytes.load(Ordering::Relaxed) + bytes + OVERHEAD <= self.most
    }

    /// Whether what waits is as much as may.
    pub(crate) fn is_full(&self) -> bool {
        !self.has_room(0)
    }

    /// Counts so many bytes, which are in the queue by now. Whether nothing else waited.
    pub(crate) fn add(&self, bytes: usize, now: impl FnOnce() -> Moment) -> bool {
        // Releases the message to the thread that takes the count. Before the message was in the queue, the count could
        // be taken without it, and nobody would come for it.
        let is_first = self.bytes.fetch_add(bytes + OVERHEAD, Ordering::AcqRel) == 0;
        if is_first {
            let now = now().since_start().as_nanos() as u64;
            // Relaxed: a thread that still sees the last one's has it leave early.
            self.since.store(now, Ordering::Relaxed);
        }
        is_first
    }

    /// All that is in the queue is about to be taken.
    #[inline]
    pub(crate) fn take(&self) {
        if self.is_any() {
            // Not a store: of a message that is counted just now either the count stays, or the message is seen.
            self.bytes.swap(0, Ordering::AcqRel);
        }
    }

    /// Whether it has waited for so long that it leaves before the batch's end.
    pub(crate) fn is_overdue(&self, now: Moment) -> bool {
        let since = Duration::from_nanos(self.since.load(Ordering::Relaxed));
        now.since_start().saturating_sub(since) >= HELD_FOR
    }

    /// What this thread sends may wait from now on, or nobody's any more.
    pub(crate) fn set_walking(&self, walks: bool) {
        // Relaxed: it is only ever compared by the thread that has set it.
        self.walker.store(if walks { here() } else { 0 }, Ordering::Relaxed);
    }

    /// Whether the calling thread walks through a batch.
    #[inline]
    pub(crate) fn is_walking(&self) -> bool {
        let walker = self.walker.load(Ordering::Relaxed);
        walker != 0 && walker == here()
    }
}

/// A number that no other thread has now; 0 for a thread that is ending.
fn here() -> usize {
    thread_local! {
        static HERE: Cell<u8> = const { Cell::new(0) };
    }
    HERE.try_with(|here| std::ptr::from_ref(here).addr()).unwrap_or(0)
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    const NOW: fn() -> Moment = || Moment::START + Duration::from_secs(1);

    #[test]
    fn it_waits_for_so_long_and_so_much() {
        let withheld = Withheld::new(1 << 20);
        assert!(!withheld.is_any() && withheld.has_room(HELD_BYTES - OVERHEAD));
        assert!(!withheld.has_room(HELD_BYTES));
        assert!(withheld.add(1, NOW));
        assert!(!withheld.add(1, || panic!("the first one's time counts")));
        assert!(!withheld.is_overdue(NOW() + (HELD_FOR - Duration::from_nanos(1))));
        assert!(withheld.is_overdue(NOW() + HELD_FOR));
        assert!(withheld.has_room(HELD_BYTES - 2 - 3 * OVERHEAD));
        assert!(!withheld.has_room(HELD_BYTES - 1 - 3 * OVERHEAD));
        withheld.take();
        assert!(!withheld.is_any());
        assert!(!Withheld::new(1_000).has_room(500), "half an out-buffer");
    }

    #[test]
    fn it_is_one_thread_that_walks() {
        let withheld = Withheld::new(1 << 20);
        let elsewhere = || std::thread::scope(|s| s.spawn(|| withheld.is_walking()).join());
        assert!(!withheld.is_walking());
        withheld.set_walking(true);
        assert!(withheld.is_walking() && !elsewhere().unwrap());
        withheld.set_walking(false);
        assert!(!withheld.is_walking());
    }
}

#[cfg(all(test, loom))]
mod loom_tests {
    use loom::sync::Arc;
    use loom::thread;

    use super::*;
    use crate::shared::sync::SegQueue;

    /// A thread counts its message while another one empties the queue: the message is taken, or still counted.
    #[test]
    fn loom_nothing_is_forgotten() {
        loom::model(|| {
            let shared = Arc::new((Withheld::new(1 << 20), SegQueue::new()));
            let sender = {
                let shared = shared.clone();
                thread::spawn(move || {
                    shared.1.push(());
                    shared.0.add(1, || Moment::START);
                })
            };
            shared.0.take();
            let is_taken = shared.1.pop().is_some();
            sender.join().unwrap();
            let is_left = shared.1.pop().is_some();
            assert!(is_taken != is_left);
            assert!(!is_left || shared.0.is_any());
        });
    }
}
