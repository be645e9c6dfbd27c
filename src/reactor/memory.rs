//! The memory budget: what each connection pins, and who goes when it is used up.

use std::collections::BinaryHeap;

use crate::event::{PeerId, Reason};
use crate::reactor::Reactor;
use crate::reactor::stage::Stage;
use crate::wire::Close;
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
        let budget = &self.shared.budget;
        let has_room = budget.reads() || (self.leaves_holder_alone() && !budget.has_queued());
        has_room && !self.publisher.is_stuck()
    }

    /// If buffers that no polling can drain fill the budget, their largest holders go.
    pub(super) fn relieve_memory(&mut self) {
        let Some(excess) = self.shared.budget.excess() else {
            self.lone_holder = None;
            return;
        };
        if self.leaves_holder_alone() {
            return;
        }
        // All are looked at, which may be very many: so a little more is freed for each of them, and as many bytes
        // have to come before they are looked at again.
        let mut excess = excess + self.relief_step().min(FREED_PER_LOOK * self.peers.len());
        // A message to many is on the budget once and in no peer's own count; but whoever keeps it
        // waiting holds it, and must not stay while others go.
        let all = self.peers.iter().map(|peer| (peer.held_and_shared(), peer.id));
        let mut holders: BinaryHeap<_> = all.filter(|(held, _)| *held > 0).collect();
        let others: usize = holders.iter().map(|(held, _)| held).sum::<usize>()
            - holders.peek().map_or(0, |(held, _)| *held);
        if others <= self.shared.budget.limit() / 20 {
            self.lone_holder = Some(self.shared.budget.held());
            return;
        }
        self.lone_holder = None;
        while let Some((held, id)) = holders.pop() {
            self.end_holder(id, held);
            if held >= excess {
                break;
            }
            excess -= held;
        }
    }

    /// Whether somebody holds nearly all that is held, and stays: its own limits bound that, and fit into the
    /// budget but for what is kept beside each message. Once more has come there may be others.
    fn leaves_holder_alone(&self) -> bool {
        let step = self.relief_step();
        self.lone_holder.is_some_and(|then| self.shared.budget.held() < then + step)
    }

    fn relief_step(&self) -> usize {
        self.shared.budget.limit() / 64
    }

    fn end_holder(&mut self, id: PeerId, held: usize) {
        let Some(index) = self.peers.position(id) else { return };
        let text = format!(
            "this peer held {held} bytes, the most of all, when memory_budget ({}) was used up",
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
