//! Writing: whoever has something waiting gets one vectored write per turn.

use crate::reactor::Reactor;
use crate::reactor::out_queue::OutQueue;
use crate::reactor::peer::Stage;
use crate::reactor::spare::Spare;
use crate::shared::slot::bump;

impl Reactor {
    /// Moves what a session has said into its peer's out-buffer.
    pub(super) fn queue_control(&mut self, index: usize) {
        self.queue(index, OutQueue::push_control);
    }

    /// Likewise the greeting.
    pub(super) fn queue_greeting(&mut self, index: usize) {
        self.queue(index, OutQueue::push_greeting);
    }

    fn queue(&mut self, index: usize, push: fn(&mut OutQueue, &[u8], &mut Spare)) {
        if let Some(peer) = self.peers[index].as_deref_mut()
            && !self.control.is_empty()
        {
            if let Some(slot) = self.shared.slots.find(peer.id) {
                slot.add_waiting(self.control.len());
            }
            push(&mut peer.out, &self.control, &mut self.spare);
            self.list_for_writing(index);
        }
        self.control.clear();
    }

    pub(super) fn write_all(&mut self) {
        let mut to_write = std::mem::take(&mut self.to_write);
        for &index in &to_write {
            if let Some(peer) = self.peers[index as usize].as_deref_mut() {
                peer.dirty = false;
                self.write(index as usize);
            }
        }
        to_write.clear();
        // What the writes have brought up (a peer that failed) is for the next turn.
        to_write.append(&mut self.to_write);
        self.to_write = to_write;
    }

    fn write(&mut self, index: usize) {
        let Some(peer) = self.peers[index].as_deref_mut() else { return };
        let (Some(link), Some(slot)) = (&peer.link, self.shared.slots.find(peer.id)) else {
            return;
        };
        let mut freed = 0;
        let messages = peer.out.take_uncounted();
        bump(&slot.stats.messages_out, messages);
        bump(&self.shared.counters.messages_out, messages);
        if peer.writable && !peer.out.is_empty() && peer.stage != Stage::Dialing {
            let (before, reserved) = (peer.out.len(), peer.out.reserved());
            let result = peer.out.write(link, &mut self.spare);
            let written = before - peer.out.len();
            bump(&slot.stats.bytes_out, written as u64);
            bump(&self.shared.counters.bytes_out, written as u64);
            match result {
                Ok(()) => peer.writable = peer.out.is_empty(),
                Err(error) => {
                    peer.out.clear();
                    peer.write_error = Some(error);
                    // Reading finds out what else came before the connection broke.
                    peer.readable = true;
                    peer.read_closed = true;
                }
            }
            freed = reserved - peer.out.reserved();
        }
        if messages == 0 {
            // A greeting or a ping was all, and the next one is far away.
            peer.out.trim();
        }
        slot.stats.set_waiting(self.shared.stamp(self.now), !peer.out.is_empty());
        self.free(index, freed);
        self.recount(index);
        self.after_write(index);
    }

    fn after_write(&mut self, index: usize) {
        let Some(peer) = self.peers[index].as_deref_mut() else { return };
        if peer.stage == Stage::Draining {
            if peer.write_error.is_some() {
                return self.close_drained(index);
            }
            if peer.out.is_empty() && !peer.shut {
                peer.shut = true;
                // Closing now would send a reset if anything unread has arrived, and that would
                // destroy what was just written. The other end's close comes back as end of file.
                if let Some(link) = &peer.link {
                    link.finish();
                }
            }
        }
        self.list_for_reading(index);
    }
}
