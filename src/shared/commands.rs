//! What the game asks of the reactor: two lanes with one order.
//!
//! Small messages go through the [`ring`](crate::shared::ring); whatever is larger or rarer, and what finds
//! the ring full, goes through crossbeam's unbounded queue with a note of how far the ring was claimed
//! then. The reactor takes it when it has come that far. So what one thread asks is done in the order in
//! which it asked.

use std::collections::VecDeque;

use crate::event::PeerId;
use crate::shared::command::Command;
use crate::shared::payload::{Payload, Payloads};
use crate::shared::ring::{Record, Ring, SMALL};
use crate::shared::slot::Reservation;
use crate::shared::sync::SegQueue;
use crate::wire::Dialect;

/// The largest message that takes the fast lane, in bytes.
pub(crate) const SMALL_MESSAGE: usize = SMALL;

/// In an address: everybody but this peer. (Peers are below 2^53.)
const BROADCAST: u64 = 1 << 63;
/// In such an address: the record is a table of payloads, see [`Payloads`], not one in podsix's own dialect.
const PACKED: u64 = 1 << 62;
/// In any other: the number of the dialect stands here.
const DIALECT_SHIFT: u32 = 60;
const PEER: u64 = (1 << DIALECT_SHIFT) - 1;

pub(crate) struct Commands {
    ring: Ring,
    queue: SegQueue<(u64, Command)>,
}

/// One thing to do.
pub(crate) enum Next<'a> {
    /// A small message.
    Send { to: Reservation, payload: Record<'a> },
    /// Likewise, to everybody but one.
    Broadcast { except: PeerId, payloads: SmallPayloads<'a> },
    /// Anything else, which [`Taker::take_due`] gives.
    Other,
}

/// A small message to everybody, in the ring.
pub(crate) struct SmallPayloads<'a> {
    record: Record<'a>,
    is_packed: bool,
}

impl SmallPayloads<'_> {
    /// Takes them out of the ring, to the given room: they are copied from there as often as there are
    /// receivers.
    pub(crate) fn take_to(self, room: &mut Vec<u8>) -> Payloads<Payload<'_>> {
        room.clear();
        self.record.append_to(room);
        if self.is_packed {
            return Payloads::unpack(room);
        }
        let mut payloads = Payloads::default();
        payloads.set(Dialect::Podsix, Payload::Bytes(room));
        payloads
    }
}

/// The reactor's end.
#[derive(Default)]
pub(crate) struct Taker {
    /// Commands that are too early: the ring must come to their note first, in the notes' order.
    waiting: VecDeque<(u64, Command)>,
}

impl Commands {
    /// With about so many bytes of small messages in the ring.
    pub(crate) fn new(ring: usize) -> Commands {
        Commands { ring: Ring::new(ring), queue: SegQueue::new() }
    }

    /// Appends a small message, unless there is no room.
    #[inline]
    pub(crate) fn push_send(&self, to: &Reservation, payload: &[u8]) -> bool {
        self.ring.push(to.peer.get() | (to.dialect as u64) << DIALECT_SHIFT, payload)
    }

    /// Likewise for everybody who speaks podsix's own dialect.
    pub(crate) fn push_broadcast(&self, except: PeerId, payload: &[u8]) -> bool {
        self.ring.push(all_but(except), payload)
    }

    /// Likewise for everybody: payloads behind their table.
    pub(crate) fn push_packed(&self, except: PeerId, packed: &[u8]) -> bool {
        self.ring.push(all_but(except) | PACKED, packed)
    }

    /// Appends anything; there is always room.
    pub(crate) fn push(&self, command: Command) {
        self.queue.push((self.ring.claimed(), command));
    }

    /// Whether there is something to take. The reactor's.
    pub(crate) fn has_next(&self) -> bool {
        self.ring.has_next() || !self.queue.is_empty()
    }
}

/// The address of everybody but one.
fn all_but(except: PeerId) -> u64 {
    // Whoever has a number that no peer can have is nobody.
    BROADCAST | if except.get() <= PEER { except.get() } else { 0 }
}

impl Taker {
    /// Takes the next thing to do. What is in the ring stays there until it is dropped. Always inlined, as the ring's
    /// part of it, and without a command in what it gives: that would otherwise go through memory for every message.
    #[inline(always)]
    pub(crate) fn next<'a>(&mut self, commands: &'a Commands) -> Option<Next<'a>> {
        // First: what is in the queue because it was asked before this record is seen then.
        let record = commands.ring.peek();
        if (!commands.queue.is_empty() || !self.waiting.is_empty()) && self.sort(commands) {
            return Some(Next::Other);
        }
        let record = commands.ring.take(record?);
        let address = record.address();
        let peer = PeerId::from_u64(address & PEER);
        Some(match address & BROADCAST {
            0 => {
                let dialect = Dialect::ALL[(address >> DIALECT_SHIFT & 3) as usize];
                Next::Send { to: Reservation::of(peer, dialect, record.len()), payload: record }
            }
            _ => {
                let payloads = SmallPayloads { record, is_packed: address & PACKED != 0 };
                Next::Broadcast { except: peer, payloads }
            }
        })
    }

    /// Takes what is in the queue to what waits for the ring. Whether the first of that is due.
    #[inline(never)]
    fn sort(&mut self, commands: &Commands) -> bool {
        while let Some((note, command)) = commands.queue.pop() {
            let place = self.waiting.partition_point(|(earlier, _)| *earlier <= note);
            self.waiting.insert(place, (note, command));
        }
        self.waiting.front().is_some_and(|(note, _)| *note <= commands.ring.taken())
    }

    /// What [`next`](Taker::next) has said is there.
    pub(crate) fn take_due(&mut self) -> Option<Command> {
        self.waiting.pop_front().map(|(_, command)| command)
    }

    /// Whether there is something that can be done now.
    pub(crate) fn has_next(&self, commands: &Commands) -> bool {
        let taken = commands.ring.taken();
        self.waiting.front().is_some_and(|(note, _)| *note <= taken) || commands.has_next()
    }

    /// Lets the ring start over at its first page, if nothing is in it.
    pub(crate) fn rewind(&self, commands: &Commands) {
        if self.waiting.is_empty() {
            commands.ring.rewind();
        }
    }
}
