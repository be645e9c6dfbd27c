//! The memory budget: what each connection pins, and who goes when it is used up.

use std::collections::BinaryHeap;

use crate::event::{PeerId, Reason};
use crate::reactor::Reactor;
use crate::reactor::stage::Stage;
use crate::shared::commands::SMALL_MESSAGE;
use crate::shared::payload::{Payload, Payloads};
use crate::wire::{Close, Dialect};
use crate::words::End;

/// Bytes freed for each peer that is looked at, when somebody has to go.
const FREED_PER_LOOK: usize = 64;

impl Reactor {
    /// Tells the budget what the peer's buffers pin now.
    pub(super) fn recount(&mut self, index: usize) {
        if let Some(peer) = self.peers.get_mut(index) {
            let held = peer.held();
            self.shared.budget.resize(peer.counted as usize, held);
            peer.counted = held as u32;
        }
    }

    /// Whether there is memory for what a read may bring.
    pub(super) fn may_read(&self) -> bool {
        self.shared.budget.reads() && !self.publisher.is_stuck()
    }

    /// If buffers that no polling can drain fill the budget, their largest holders go.
    pub(super) fn relieve_memory(&mut self) {
        if let Some(excess) = self.shared.budget.excess() {
            self.end_largest(excess);
        }
    }

    /// A broadcast of small messages is copied to everybody, and is on the budget once it was tried to be written: if
    /// together with those that were not it may be too much, that is done first. If it still is, the largest holders
    /// go, though the game could make room by polling: that may take long.
    pub(super) fn make_room_for_broadcast(&mut self, payloads: &Payloads<Payload<'_>>) {
        let payloads = Dialect::ALL.into_iter().filter_map(|dialect| payloads.get(dialect));
        let copied = payloads.map(|it| it.len()).filter(|len| *len <= SMALL_MESSAGE).max();
        self.make_room(self.peers.len() * copied.unwrap_or(0));
    }

    /// Likewise for so many bytes that are copied to many.
    pub(super) fn make_room(&mut self, bytes: usize) {
        if bytes > 0 && self.shared.budget.excess_with(self.uncounted + bytes).is_some() {
            self.write_all();
            if let Some(excess) = self.shared.budget.excess_with(0) {
                self.end_largest(excess);
            }
        }
        self.uncounted += bytes;
    }

    /// Ends those who hold the most, until so many bytes are free.
    fn end_largest(&mut self, excess: usize) {
        // All are looked at, which may be very many: so a little more is freed for each of them, and as many bytes
        // have to come before they are looked at again.
        let step = self.shared.budget.limit() / 64;
        let mut excess = excess + step.min(FREED_PER_LOOK * self.peers.len());
        // A message to many is on the budget once and in no peer's own count; but whoever keeps it
        // waiting holds it, and must not stay while others go.
        let all = self.peers.iter().map(|peer| (peer.held_and_shared(), peer.id));
        let mut holders: BinaryHeap<_> = all.filter(|(held, _)| *held > 0).collect();
        while let Some((held, id)) = holders.pop() {
            self.end_holder(id, held);
            if held >= excess {
                break;
            }
            excess -= held;
        }
    }

    fn end_holder(&mut self, id: PeerId, held: usize) {
        let Some(index) = self.peers.position(id) else { return };
        let text = format!(
            "memory ran short: this connection held {held} bytes, the most of all, when memory_budget ({}) was \
             used up",
            self.shared.budget.limit()
        );
        let close = Close { reason: Reason::Memory, code: 0, text: &text };
        let end = End::new(Reason::Memory, text.clone());
        if let Some(Stage::Open(_)) = self.peers.stage(index) {
            self.cut_off(index, &close, end);
        } else {
            // Closing already, or not open yet: what it holds goes only with it.
            self.close_now(index, end);
        }
    }
}
