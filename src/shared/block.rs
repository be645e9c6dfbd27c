//! The unit of the event queue: many events of many peers in one block. Going through the queue, waking the
//! game and reusing memory cost once per block, not once per event.
//!
//! A block has one owner at a time and no atomics: the reactor fills it, the queue hands it over, the game
//! walks through it and gives it back empty.

use std::num::NonZeroU32;

use crate::event::{EventKind, PeerId, Reason};
use crate::shared::portions::Portions;

/// Events in the order in which they happened.
#[derive(Default)]
pub(crate) struct Block {
    bytes: Vec<u8>,
    records: Vec<Record>,
    /// Bytes allocated for lifecycle events: their boxes and texts.
    boxed: usize,
    /// Which block of its host's it is.
    pub(crate) number: u64,
}

/// One event; a message's bytes, or a hello's, are in the block.
pub(crate) struct Record {
    pub(crate) peer: PeerId,
    at: u32,
    len: u32,
    /// None: a message. Lifecycle events are rare enough for a box.
    pub(crate) lifecycle: Option<Box<Lifecycle>>,
}

/// What a message does not have.
pub(crate) struct Lifecycle {
    pub(crate) kind: EventKind,
    pub(crate) reason: Reason,
    pub(crate) code: i32,
    pub(crate) os_error: i32,
    pub(crate) listener: Option<NonZeroU32>,
    pub(crate) text: String,
}

impl Lifecycle {
    pub(crate) fn new(kind: EventKind) -> Lifecycle {
        let (reason, text) = (Reason::None, String::new());
        Lifecycle { kind, reason, code: 0, os_error: 0, listener: None, text }
    }
}

impl Block {
    pub(crate) fn push(&mut self, peer: PeerId, payload: &[u8], lifecycle: Option<Box<Lifecycle>>) {
        if let Some(what) = &lifecycle {
            self.boxed += size_of::<Lifecycle>() + what.text.capacity();
        }
        let at = self.bytes.len() as u32;
        self.bytes.extend_from_slice(payload);
        self.records.push(Record { peer, at, len: payload.len() as u32, lifecycle });
    }

    /// Whether it is handed over before the reactor's turn ends.
    pub(crate) fn is_full(&self, portions: &Portions) -> bool {
        self.bytes.len() >= portions.block_bytes() || self.records.len() >= portions.block_events()
    }

    /// Whether the events of another one, which is small beside a full one, may be put behind these.
    pub(crate) fn has_room_for(&self, more: &Block, portions: &Portions) -> bool {
        let is_small = |part: usize, whole: usize| part <= whole / 4;
        let (bytes, events) = (portions.block_bytes(), portions.block_events());
        is_small(more.bytes.len(), bytes)
            && is_small(more.records.len(), events)
            && self.bytes.len() + more.bytes.len() <= bytes
            && self.records.len() + more.records.len() <= events
    }

    /// Puts another one's events behind these. That one is empty then, and keeps its room.
    pub(crate) fn append(&mut self, more: &mut Block) {
        let before = self.bytes.len() as u32;
        self.bytes.extend_from_slice(&more.bytes);
        let moved = |record: Record| Record { at: before + record.at, ..record };
        self.records.extend(more.records.drain(..).map(moved));
        self.boxed += more.boxed;
        more.bytes.clear();
        more.boxed = 0;
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    pub(crate) fn record(&self, index: usize) -> Option<&Record> {
        self.records.get(index)
    }

    pub(crate) fn payload(&self, record: &Record) -> &[u8] {
        &self.bytes[record.at as usize..(record.at + record.len) as usize]
    }

    /// Bytes of memory allocated for it, used or not.
    pub(crate) fn held(&self) -> usize {
        self.bytes.capacity() + self.records.capacity() * size_of::<Record>() + self.boxed
    }

    /// Empties it for reuse. False: it has grown too large to be kept, and should be freed.
    pub(crate) fn recycle(&mut self, portions: &Portions) -> bool {
        self.bytes.clear();
        self.records.clear();
        self.boxed = 0;
        self.bytes.capacity() <= 2 * portions.block_bytes()
            && self.records.capacity() <= 2 * portions.block_events()
    }
}

impl Record {
    /// Bytes of the payload.
    pub(crate) fn len(&self) -> usize {
        self.len as usize
    }
}
