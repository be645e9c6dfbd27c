//! What waits to be polled of a peer: while that is too much, the reactor does not read it.

use crate::shared::slot::Slot;
use crate::shared::sync::atomic::Ordering;

/// The flag in `queued`: the reactor does not read this peer until half of its queue is free.
const PAUSED: u64 = 1 << 63;
/// In `queued`, events are counted above this bit and bytes below it.
const EVENT: u64 = 1 << 39;

/// A level of the event queue of one peer.
#[derive(Clone, Copy)]
pub(crate) struct Quota {
    pub(crate) events: u32,
    pub(crate) bytes: usize,
}

impl Quota {
    /// Whether the queue is at or below this level.
    fn holds(self, word: u64) -> bool {
        let word = word & !PAUSED;
        word / EVENT <= u64::from(self.events) && word % EVENT <= self.bytes as u64
    }
}

impl Slot {
    /// Events and bytes that wait to be polled.
    pub(crate) fn queued(&self) -> (u32, usize) {
        let word = self.queued.load(Ordering::Acquire) & !PAUSED;
        ((word / EVENT) as u32, (word % EVENT) as usize)
    }

    pub(crate) fn add_queued(&self, events: u32, bytes: usize) {
        self.queued.fetch_add(u64::from(events) * EVENT + bytes as u64, Ordering::AcqRel);
    }

    /// The reactor will not read until the game has polled; false: it has already, read on.
    pub(crate) fn pause(&self, resume_at: Quota) -> bool {
        let word = self.queued.fetch_or(PAUSED, Ordering::AcqRel);
        !(resume_at.holds(word) && self.queued.fetch_and(!PAUSED, Ordering::AcqRel) & PAUSED != 0)
    }

    pub(crate) fn is_paused(&self) -> bool {
        self.queued.load(Ordering::Acquire) & PAUSED != 0
    }

    /// Events were polled. True: the reactor waits for this and must be told.
    pub(crate) fn sub_queued(&self, events: u32, bytes: usize, resume_at: Quota) -> bool {
        let taken = u64::from(events) * EVENT + bytes as u64;
        let word = self.queued.fetch_sub(taken, Ordering::AcqRel) - taken;
        word & PAUSED != 0
            && resume_at.holds(word)
            && self.queued.fetch_and(!PAUSED, Ordering::AcqRel) & PAUSED != 0
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn a_paused_peer_is_resumed_once_when_half_is_polled() {
        let slot = Slot::new();
        let half = Quota { events: 2, bytes: 100 };
        slot.add_queued(4, 40);
        assert!(slot.pause(half));
        assert!(!slot.sub_queued(1, 10, half));
        assert!(slot.sub_queued(1, 10, half));
        assert!(!slot.sub_queued(2, 20, half));
        assert_eq!(slot.queued(), (0, 0));
        assert!(!slot.pause(half), "nothing is queued: read on");
    }
}

#[cfg(all(test, loom))]
mod loom_tests {
    use loom::sync::Arc;
    use loom::thread;

    use super::*;

    /// The reactor pauses a peer while the game polls: one of the two notices that it can go on.
    #[test]
    fn loom_a_pause_is_never_for_ever() {
        loom::model(|| {
            let slot = Arc::new(Slot::new());
            let half = Quota { events: 1, bytes: 1 << 20 };
            slot.add_queued(2, 0);
            let game = {
                let slot = slot.clone();
                thread::spawn(move || {
                    let first = slot.sub_queued(1, 0, half);
                    let second = slot.sub_queued(1, 0, half);
                    usize::from(first) + usize::from(second)
                })
            };
            let paused = slot.pause(half);
            let resumed = game.join().unwrap();
            assert_eq!(resumed, usize::from(paused));
        });
    }
}
