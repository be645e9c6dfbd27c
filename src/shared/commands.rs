//! What the game asks of the reactor: two lanes with one order.
//!
//! Small messages go through the [`ring`](crate::shared::ring); whatever is larger or rarer, and what finds
//! the ring full, goes through crossbeam's unbounded queue with a note of how far the ring was claimed
//! then. The reactor takes it when it has come that far. So what one thread asks is done in the order in
//! which it asked.

use std::collections::VecDeque;
use std::ops::Range;

use crate::event::PeerId;
use crate::shared::command::Command;
use crate::shared::ring::{Ring, SMALL};
use crate::shared::sync::SegQueue;
use crate::wire::{self, Dialect, HEADER};

/// The largest message that takes the fast lane, in bytes.
pub(crate) const SMALL_MESSAGE: usize = SMALL;

/// In an address: everybody but this peer. (Peers are below 2^53.)
const BROADCAST: u64 = 1 << 63;
/// In an address: the number of a protocol stands here. podsix's own, 0, is yet to be framed.
const PROTOCOL_SHIFT: u32 = 60;
const PEER: u64 = (1 << PROTOCOL_SHIFT) - 1;

pub(crate) struct Commands {
    ring: Ring,
    queue: SegQueue<(u64, Command)>,
}

/// One thing to do.
pub(crate) enum Next {
    /// The frame of a small message, and where in the caller's place it lies.
    Send {
        peer: PeerId,
        frame: Range<usize>,
    },
    /// Likewise, to everybody who speaks this but for one.
    Broadcast {
        dialect: Dialect,
        except: PeerId,
        frame: Range<usize>,
    },
    Command(Command),
}

/// The most bytes of a small message's frame.
pub(crate) const SMALL_FRAME: usize = HEADER + SMALL;

/// The reactor's end.
#[derive(Default)]
pub(crate) struct Taker {
    /// Commands that are too early: the ring must come to their note first, in the notes' order.
    waiting: VecDeque<(u64, Command)>,
}

impl Commands {
    pub(crate) fn new() -> Commands {
        Commands { ring: Ring::new(), queue: SegQueue::new() }
    }

    /// Appends a small message, unless there is no room: a payload of podsix's own protocol, a whole
    /// frame of another.
    #[inline]
    pub(crate) fn push_send(&self, dialect: Dialect, peer: PeerId, bytes: &[u8]) -> bool {
        self.ring.push(peer.get() | (dialect as u64) << PROTOCOL_SHIFT, bytes)
    }

    /// Likewise for everybody who speaks this.
    pub(crate) fn push_broadcast(&self, dialect: Dialect, except: PeerId, bytes: &[u8]) -> bool {
        // Whoever has a number that no peer can have is nobody.
        let except = if except.get() <= PEER { except.get() } else { 0 };
        self.ring.push(except | (dialect as u64) << PROTOCOL_SHIFT | BROADCAST, bytes)
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

impl Taker {
    /// Takes the next thing to do. `place` has room for [`SMALL_FRAME`] bytes.
    pub(crate) fn next(&mut self, commands: &Commands, place: &mut [u8]) -> Option<Next> {
        // First: what is in the queue because it was asked before this record is seen then.
        let record = commands.ring.peek();
        while !commands.queue.is_empty()
            && let Some((note, command)) = commands.queue.pop()
        {
            let place = self.waiting.partition_point(|(earlier, _)| *earlier <= note);
            self.waiting.insert(place, (note, command));
        }
        if let Some((note, _)) = self.waiting.front()
            && *note <= commands.ring.taken()
        {
            return self.waiting.pop_front().map(|(_, command)| Next::Command(command));
        }
        let len = record?;
        let (header, place) = place.split_at_mut(HEADER);
        header.copy_from_slice(&wire::header(wire::Kind::Message, len));
        let address = commands.ring.take(len, place);
        let dialect = Dialect::ALL[(address >> PROTOCOL_SHIFT & 3) as usize];
        // What is a frame already has no use for the header.
        let start = if dialect == Dialect::Podsix { 0 } else { HEADER };
        let (peer, frame) = (PeerId::from_u64(address & PEER), start..HEADER + len);
        Some(match address & BROADCAST {
            0 => Next::Send { peer, frame },
            _ => Next::Broadcast { dialect, except: peer, frame },
        })
    }

    /// Whether there is something that can be done now.
    pub(crate) fn has_next(&self, commands: &Commands) -> bool {
        let taken = commands.ring.taken();
        self.waiting.front().is_some_and(|(note, _)| *note <= taken) || commands.has_next()
    }

    /// Nothing was left to do.
    pub(crate) fn note_progress(&self, commands: &Commands) {
        if self.waiting.is_empty() {
            commands.ring.rewind();
        }
    }
}
