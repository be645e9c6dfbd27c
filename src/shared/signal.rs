//! One word by which the producers of a queue wake its one consumer, with a system call only if it really
//! sleeps.
//!
//! A producer pushes, then notifies. The consumer begins by clearing the word, then looks into the queue, and
//! sleeps only if nobody has notified since. Each step is a read-modify-write of the one word, so that all
//! threads agree on the order of the steps: either the consumer sees what was pushed, or the producer sees
//! that the consumer sleeps, and wakes it.
//!
//! A wake-up is lost, and the consumer sleeps beside a full queue, if a producer notifies before it pushes (the
//! consumer finds nothing and sleeps), if the consumer looks before it begins (the notification of what came
//! between is cleared unread), or if a step becomes a plain store (which overwrites a notification without
//! having seen it).

use crate::shared::sync::atomic::{AtomicU32, Ordering};

const AWAKE: u32 = 0;
const NOTIFIED: u32 = 1;
const ASLEEP: u32 = 2;

/// The word.
pub(crate) struct Signal(AtomicU32);

impl Signal {
    /// A consumer that is awake.
    pub(crate) fn new() -> Signal {
        Signal(AtomicU32::new(AWAKE))
    }

    /// A producer's, after it has pushed. True: the consumer sleeps and the caller must wake it.
    #[must_use]
    pub(crate) fn notify(&self) -> bool {
        // Releases what was pushed to the consumer's `begin`.
        self.0.swap(NOTIFIED, Ordering::AcqRel) == ASLEEP
    }

    /// The consumer's, before it looks into the queue.
    pub(crate) fn begin(&self) {
        // Acquires what was pushed before the notification that this clears: relaxed, the queue could still
        // look empty.
        self.0.swap(AWAKE, Ordering::AcqRel);
    }

    /// Whether somebody has notified since the consumer began to look.
    pub(crate) fn is_notified(&self) -> bool {
        self.0.load(Ordering::Acquire) == NOTIFIED
    }

    /// The consumer's, when it found the queue empty. False: somebody has notified, look again.
    #[must_use]
    pub(crate) fn sleep(&self) -> bool {
        // Not a swap: it would clear a notification, and whoever gave it believes the consumer awake.
        self.0.compare_exchange(AWAKE, ASLEEP, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn only_a_sleeper_is_woken_and_only_once() {
        let signal = Signal::new();
        assert!(!signal.notify(), "awake");
        assert!(!signal.sleep(), "notified since");
        signal.begin();
        assert!(signal.sleep());
        assert!(signal.notify(), "asleep");
        assert!(!signal.notify(), "woken already");
    }
}

#[cfg(all(test, loom))]
mod loom_tests {
    use loom::sync::Arc;
    use loom::thread;

    use super::*;
    use crate::shared::sync::SegQueue;

    /// A consumer that would sleep for ever on a lost wake-up: loom reports the deadlock.
    #[test]
    fn loom_no_wake_is_lost() {
        loom::model(|| {
            let shared = Arc::new((Signal::new(), SegQueue::new()));
            let producers: Vec<_> = (0..2)
                .map(|n| {
                    let shared = shared.clone();
                    let consumer = thread::current();
                    thread::spawn(move || {
                        shared.1.push(n);
                        if shared.0.notify() {
                            consumer.unpark();
                        }
                    })
                })
                .collect();
            let mut got = 0;
            while got < 2 {
                shared.0.begin();
                while shared.1.pop().is_some() {
                    got += 1;
                }
                if got < 2 && shared.0.sleep() {
                    thread::park();
                }
            }
            for producer in producers {
                producer.join().unwrap();
            }
        });
    }
}
