//! Room in out-buffers: what is written or dropped gives it back, and a game that was refused is told.

use crate::config::Config;
use crate::event::{EventKind, PeerId};
use crate::reactor::Reactor;
use crate::shared::block::Lifecycle;
use crate::shared::slot::{Slot, Waiting};

/// Takes bytes out of the count of what waits in a slot. True: a send was refused for them, and the slot's peer is
/// to be told that it is writable.
pub(super) fn free(slot: &Slot, bytes: Waiting, config: &Config) -> bool {
    let limit = slot.state().is_open().then_some(config.out_buffer as usize);
    slot.sub_waiting(bytes, limit)
}

impl Reactor {
    /// Likewise in a slot which may have another peer by now than the one that they were sent to: that one's send
    /// may have been refused for these very bytes.
    pub(super) fn free_at(&mut self, index: usize, bytes: usize) {
        let Some(slot) = self.shared.slots.at(index) else { return };
        if free(slot, Waiting::sent(bytes), &self.shared.config)
            && let Some(peer) = self.peers.get(index)
        {
            self.tell_writable(peer.id);
        }
    }

    pub(super) fn tell_writable(&mut self, peer: PeerId) {
        self.publisher.lifecycle(peer, &[], Lifecycle::new(EventKind::Writable));
    }
}
