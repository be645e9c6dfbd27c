//! Spare buffers for bytes that wait: for the rest of their frame, or to be written; and the queues that such wait in.

use crate::reactor::out_queue::OutQueue;
use crate::shared::portions::Portions;

/// Buffers for what could not be used yet, passed from peer to peer: an idle peer pins none, a busy
/// one allocates none.
#[derive(Default)]
pub(super) struct Spare {
    buffers: Vec<Vec<u8>>,
    queues: Vec<OutQueue>,
    portions: Portions,
}

/// A small rest is worth no large buffer.
const SMALL_REST: usize = 1 << 10;
/// A queue that has come to need more is not kept.
const SMALL_QUEUE: usize = 512;

impl Spare {
    pub(super) fn new(portions: Portions) -> Spare {
        Spare { buffers: Vec::new(), queues: Vec::new(), portions }
    }

    pub(super) fn portions(&self) -> &Portions {
        &self.portions
    }

    pub(super) fn take(&mut self, size: usize) -> Vec<u8> {
        if size <= SMALL_REST { Vec::new() } else { self.buffers.pop().unwrap_or_default() }
    }

    /// One that is there already, empty.
    pub(super) fn pop(&mut self) -> Option<Vec<u8>> {
        self.buffers.pop()
    }

    /// A queue in which nothing waits, with room perhaps.
    pub(super) fn take_queue(&mut self) -> OutQueue {
        self.queues.pop().unwrap_or_default()
    }

    /// Gives back a queue in which nothing waits.
    pub(super) fn put_queue(&mut self, queue: OutQueue) {
        if self.queues.len() < self.portions.spare_queues() && queue.held() <= SMALL_QUEUE {
            self.queues.push(queue);
        }
    }

    pub(super) fn put(&mut self, mut buffer: Vec<u8>) {
        let useful = (SMALL_REST + 1..=self.portions.spare()).contains(&buffer.capacity());
        if useful && self.buffers.len() < self.portions.spares() {
            buffer.clear();
            self.buffers.push(buffer);
        }
    }
}
