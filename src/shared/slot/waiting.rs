//! What waits to be written to a peer: senders reserve room in its out-buffer here, and one that was refused is owed
//! a WRITABLE event. What was broadcast has a count beside it, in the same word, which no sender looks at: broadcasts
//! that wait keep nobody from sending.

use std::ops::{Add, Sub};

use crate::event::PeerId;
use crate::shared::slot::Slot;
use crate::shared::sync::atomic::Ordering;
use crate::wire::Dialect;

/// The flag in `waiting`: a send was refused, a WRITABLE event is owed. Below it is what was sent, which `out_buffer`,
/// of 1 GiB at the most, keeps there; above it is what was broadcast.
const OWES_WRITABLE: u64 = 1 << 31;
const BROADCAST_SHIFT: u32 = 32;

/// Bytes that wait for one peer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Waiting {
    /// Sent to it alone, or said by its session.
    pub(crate) sent: usize,
    pub(crate) broadcast: usize,
}

impl Waiting {
    pub(crate) fn sent(bytes: usize) -> Waiting {
        Waiting { sent: bytes, broadcast: 0 }
    }

    pub(crate) fn broadcast(bytes: usize) -> Waiting {
        Waiting { sent: 0, broadcast: bytes }
    }

    pub(crate) fn total(self) -> usize {
        self.sent + self.broadcast
    }

    pub(crate) fn is_nothing(self) -> bool {
        self.total() == 0
    }

    fn to_word(self) -> u64 {
        self.sent as u64 | (self.broadcast as u64) << BROADCAST_SHIFT
    }

    fn from_word(word: u64) -> Waiting {
        Waiting { sent: sent_in(word), broadcast: (word >> BROADCAST_SHIFT) as usize }
    }
}

impl Add for Waiting {
    type Output = Waiting;

    fn add(self, more: Waiting) -> Waiting {
        Waiting { sent: self.sent + more.sent, broadcast: self.broadcast + more.broadcast }
    }
}

impl Sub for Waiting {
    type Output = Waiting;

    fn sub(self, less: Waiting) -> Waiting {
        Waiting { sent: self.sent - less.sent, broadcast: self.broadcast - less.broadcast }
    }
}

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

    /// Asks for room in the out-buffer. One with nothing in it that was sent takes any message.
    #[inline]
    pub(crate) fn reserve(&self, bytes: usize, limit: usize) -> Reserved {
        let mut now = self.waiting.load(Ordering::Relaxed);
        loop {
            let waiting = sent_in(now);
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

    /// Whether the out-buffer would take so many bytes now.
    pub(crate) fn has_room(&self, bytes: usize, limit: usize) -> bool {
        let waiting = self.waiting().sent;
        waiting == 0 || waiting + bytes <= limit
    }

    /// The reactor's own bytes (control frames, broadcasts) need no permission.
    pub(crate) fn add_waiting(&self, more: Waiting) {
        self.waiting.fetch_add(more.to_word(), Ordering::AcqRel);
    }

    /// Bytes were written or dropped. True: a WRITABLE event that was owed is due now. No limit: it cannot
    /// be told of yet, what is owed stays owed.
    pub(crate) fn sub_waiting(&self, less: Waiting, limit: Option<usize>) -> bool {
        let less = less.to_word();
        let now = self.waiting.fetch_sub(less, Ordering::AcqRel) - less;
        let Some(limit) = limit else { return false };
        let due = |word: u64| word & OWES_WRITABLE != 0 && sent_in(word) <= limit / 2;
        due(now) && due(self.waiting.fetch_and(!OWES_WRITABLE, Ordering::AcqRel))
    }

    pub(crate) fn waiting(&self) -> Waiting {
        Waiting::from_word(self.waiting.load(Ordering::Acquire))
    }
}

fn sent_in(word: u64) -> usize {
    (word & (OWES_WRITABLE - 1)) as usize
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn a_refused_send_is_owed_one_writable_event_at_half() {
        let slot = Slot::new();
        assert_eq!(slot.reserve(150, 100), Reserved::Yes, "an empty buffer takes any message");
        assert_eq!(slot.reserve(1, 100), Reserved::Full(150));
        assert!(!slot.sub_waiting(Waiting::sent(99), Some(100)));
        assert!(slot.sub_waiting(Waiting::sent(1), Some(100)));
        assert!(!slot.sub_waiting(Waiting::sent(50), Some(100)), "only once");
        assert!(slot.waiting().is_nothing());
    }

    #[test]
    fn what_is_broadcast_takes_no_room_from_what_is_sent() {
        let slot = Slot::new();
        let much = Waiting::broadcast(3 << 30);
        slot.add_waiting(much);
        assert_eq!(slot.reserve(1 << 30, 1 << 30), Reserved::Yes);
        assert_eq!(slot.reserve(1, 1 << 30), Reserved::Full(1 << 30));
        assert_eq!(slot.waiting(), much + Waiting::sent(1 << 30));
        assert!(!slot.sub_waiting(much, Some(1 << 30)), "what was sent still waits");
        assert!(slot.sub_waiting(Waiting::sent(1 << 29), Some(1 << 30)));
        assert_eq!(slot.waiting(), Waiting::sent(1 << 29));
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
                    usize::from(slot.sub_waiting(Waiting::sent(5), Some(10)))
                        + usize::from(slot.sub_waiting(Waiting::sent(5), Some(10)))
                })
            };
            let refused = slot.reserve(8, 10) != Reserved::Yes;
            let events = reactor.join().unwrap();
            let late =
                if refused { 0 } else { usize::from(slot.sub_waiting(Waiting::sent(8), Some(10))) };
            // Refused with nothing left waiting cannot be: an empty buffer takes anything.
            assert_eq!(events + late, usize::from(refused));
        });
    }
}
