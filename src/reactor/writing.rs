//! Writing: once per turn, whoever has something waiting offers it to the link, in vectored writes until all is
//! taken or the link takes no more. Of more peers than are a turn's share the rest has its turn first in the next.

use crate::reactor::Reactor;
use crate::reactor::room;
use crate::reactor::share::Share;
use crate::reactor::stage::Stage;
use crate::shared::slot::bump;

impl Reactor {
    /// Writes to whoever is listed, as far as the turn's share goes.
    pub(super) fn write_some(&mut self) {
        self.write_listed(Share::WRITING);
    }

    /// Writes to whoever is listed, for one who has nothing else to do.
    pub(super) fn write_all(&mut self) {
        self.write_listed(Share::UNLIMITED);
    }

    /// Writes once to whoever is listed, as nothing will be written any more.
    pub(super) fn write_last_words(&mut self) {
        self.write_listed(Share::LAST_WORDS);
    }

    fn write_listed(&mut self, mut share: Share) {
        // What the writes bring up (a peer that has failed) is for the next turn.
        let listed = self.to_write.len();
        if self.unwritten == 0 {
            self.unwritten = listed;
        }
        for _ in 0..listed {
            if share.is_spent() {
                return;
            }
            self.unwritten = self.unwritten.saturating_sub(1);
            if let Some(index) = self.to_write.pop() {
                share.spend(1, self.write(index));
            }
        }
        self.uncounted = 0;
    }

    /// Says how many bytes the link has taken.
    pub(super) fn write(&mut self, index: usize) -> usize {
        let Some((id, connection)) = self.peers.linked(index) else { return 0 };
        let Some(slot) = self.shared.slots.find(id) else { return 0 };
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
        connection.out.note_taken(written > 0, self.now);
        let stuck = connection.out.stuck_since();
        slot.stats.set_waiting(self.shared.stamp(self.now), !connection.out.is_empty());
        if !freed.is_nothing() && room::free(slot, freed, &self.shared.config) {
            self.tell_writable(id);
        }
        self.recount(index);
        if stuck.is_some()
            && let Some(due) = self.stuck_until(index)
        {
            self.arm(index, due);
        }
        self.after_write(index);
        written
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
