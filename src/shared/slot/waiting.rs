//! What waits to be written to a peer: senders reserve room in its out-buffer here, and one that was refused is owed
//! a WRITABLE event.

use crate::event::PeerId;
use crate::shared::slot::Slot;
use crate::shared::sync::atomic::Ordering;
use crate::wire::Dialect;

/// The flag in `waiting`: a send was refused, a WRITABLE event is owed.
const OWES_WRITABLE: u64 = 1 << 63;

/// Room that was taken in a peer's out-buffer for one message, which travels with it until it is given back.
///
/// It is of a peer, not of a slot: if the slot has another peer when the message comes to the reactor, that one's
/// count has these bytes and not the message, and they are taken out again. So a send need not pin the slot
/// between its look at the peer and this, which would be two read-modify-writes more for every message.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Reservation {
    pub(crate) peer: PeerId,
    /// What the message is written in, and the sender took the peer to speak.
    pub(crate) dialect: Dialect,
    bytes: u32,
}

impl Reservation {
    /// For a message whose payload has `payload` bytes.
    #[inline]
    pub(crate) fn of(peer: PeerId, dialect: Dialect, payload: usize) -> Reservation {
        Reservation { peer, dialect, bytes: dialect.enveloped(payload) as u32 }
    }

    /// How much room: the payload and its envelope.
    #[inline]
    pub(crate) fn bytes(&self) -> usize {
        self.bytes as usize
    }
}

/// What became of asking for room in the out-buffer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Reserved {
    Yes,
    /// Refused with so many bytes waiting; a WRITABLE event is owed now.
    Full(usize),
}

impl Slot {
    /// The slot becomes another peer's. A late send to the last one may still be counted; it will be taken out
    /// again.
    pub(super) fn reset_waiting(&self) {
        self.waiting.fetch_and(!OWES_WRITABLE, Ordering::Relaxed);
    }

    /// Asks for room in the out-buffer. An empty buffer takes any message.
    #[inline]
    pub(crate) fn reserve(&self, bytes: usize, limit: usize) -> Reserved {
        let mut now = self.waiting.load(Ordering::Relaxed);
        loop {
            let waiting = (now & !OWES_WRITABLE) as usize;
            let full = waiting > 0 && waiting + bytes > limit;
            let next = if full { now | OWES_WRITABLE } else { now + bytes as u64 };
            match self.waiting.compare_exchange_weak(now, next, Ordering::AcqRel, Ordering::Relaxed)
            {
                Ok(_) if full => return Reserved::Full(waiting),
                Ok(_) => return Reserved::Yes,
                Err(other) => now = other,
            }
        }
    }

    /// The reactor's own bytes (control frames, broadcasts) need no permission.
    pub(crate) fn add_waiting(&self, bytes: usize) {
        self.waiting.fetch_add(bytes as u64, Ordering::AcqRel);
    }

    /// Bytes were written or dropped. True: a WRITABLE event that was owed is due now. No limit: it cannot
    /// be told of yet, what is owed stays owed.
    pub(crate) fn sub_waiting(&self, bytes: usize, limit: Option<usize>) -> bool {
        let now = self.waiting.fetch_sub(bytes as u64, Ordering::AcqRel) - bytes as u64;
        let Some(limit) = limit else { return false };
        let due =
            |word: u64| word & OWES_WRITABLE != 0 && (word & !OWES_WRITABLE) as usize <= limit / 2;
        due(now) && due(self.waiting.fetch_and(!OWES_WRITABLE, Ordering::AcqRel))
    }

    pub(crate) fn waiting(&self) -> usize {
        (self.waiting.load(Ordering::Acquire) & !OWES_WRITABLE) as usize
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn a_refused_send_is_owed_one_writable_event_at_half() {
        let slot = Slot::new();
        assert_eq!(slot.reserve(150, 100), Reserved::Yes, "an empty buffer takes any message");
        assert_eq!(slot.reserve(1, 100), Reserved::Full(150));
        assert!(!slot.sub_waiting(99, Some(100)));
        assert!(slot.sub_waiting(1, Some(100)));
        assert!(!slot.sub_waiting(50, Some(100)), "only once");
        assert_eq!(slot.waiting(), 0);
    }
}

#[cfg(all(test, loom))]
mod loom_tests {
    use loom::sync::Arc;
    use loom::thread;

    use super::*;

    /// A sender that was refused while the reactor drains: the event is owed to it exactly once,
    /// and comes.
    #[test]
    fn loom_writable_is_never_lost() {
        loom::model(|| {
            let slot = Arc::new(Slot::new());
            assert_eq!(slot.reserve(10, 10), Reserved::Yes);
            let reactor = {
                let slot = slot.clone();
                thread::spawn(move || {
                    usize::from(slot.sub_waiting(5, Some(10)))
                        + usize::from(slot.sub_waiting(5, Some(10)))
                })
            };
            let refused = slot.reserve(8, 10) != Reserved::Yes;
            let events = reactor.join().unwrap();
            let late = if refused { 0 } else { usize::from(slot.sub_waiting(8, Some(10))) };
            // Refused with nothing left waiting cannot be: an empty buffer takes anything.
            assert_eq!(events + late, usize::from(refused));
        });
    }
}
