//! The memory budget: what each connection pins, and who goes when it is used up.

use crate::event::Reason;
use crate::reactor::Reactor;
use crate::reactor::stage::Stage;
use crate::wire::Close;
use crate::words::End;

impl Reactor {
    /// Tells the budget what the peer's buffers pin now.
    pub(super) fn recount(&mut self, index: usize) {
        if let Some(peer) = self.peers.get_mut(index) {
            let held = peer.held();
            self.shared.budget.resize(peer.counted as usize, held);
            peer.counted = held as u32;
        }
    }

    /// If buffers that no polling can drain fill the budget, their largest holder goes.
    pub(super) fn relieve_memory(&mut self) {
        if !self.shared.budget.evicts() {
            return;
        }
        // A message to many is on the budget once and in no peer's own count; but whoever keeps it
        // waiting holds it, and must not stay while others go.
        let all = self.peers.iter().map(|peer| (peer.held_and_shared(), peer.id));
        let Some((held, id)) = all.max_by_key(|(held, _)| *held) else { return };
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
