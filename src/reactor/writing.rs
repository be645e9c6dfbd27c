//! Writing: once per turn, whoever has something waiting offers it to the link, in vectored writes until all is
//! taken or the link takes no more.

use crate::reactor::Reactor;
use crate::reactor::room;
use crate::reactor::stage::Stage;
use crate::shared::slot::bump;

impl Reactor {
    pub(super) fn write_all(&mut self) {
        // What the writes bring up (a peer that has failed) is for the next turn.
        for _ in 0..self.to_write.len() {
            if let Some(index) = self.to_write.pop() {
                self.write(index);
            }
        }
    }

    pub(super) fn write(&mut self, index: usize) {
        let Some((id, connection)) = self.peers.linked(index) else { return };
        let Some(slot) = self.shared.slots.find(id) else { return };
        let messages = connection.out.take_uncounted();
        bump(&slot.stats.messages_out, messages);
        bump(&self.shared.counters.messages_out, messages);
        let reserved = connection.out.reserved();
        let written = connection.write(&mut self.spare);
        bump(&slot.stats.bytes_out, written as u64);
        bump(&self.shared.counters.bytes_out, written as u64);
        let freed = reserved - connection.out.reserved();
        if messages == 0 {
            // A greeting or a ping was all, and the next one is far away.
            connection.out.trim(&mut self.spare);
        }
        slot.stats.set_waiting(self.shared.stamp(self.now), !connection.out.is_empty());
        if freed > 0 && room::free(slot, freed, &self.shared.config) {
            self.tell_writable(id);
        }
        self.recount(index);
        self.after_write(index);
    }

    fn after_write(&mut self, index: usize) {
        let Some(connection) = self.peers.connection(index) else { return };
        if let Stage::Draining(draining) = &mut connection.stage {
            if connection.output.error().is_some() {
                return self.close_without_reason(index);
            }
            if connection.out.is_empty() && !draining.finished {
                draining.finished = true;
                // Closing now would send a reset if anything unread has arrived, and that would
                // destroy what was just written. The other end's close comes back as end of file.
                connection.link.finish();
            }
        }
        if connection.wants_reading() {
            self.to_read.push(index);
        }
    }
}
