//! Control: what the sessions say of their own accord, greetings, pings and goodbyes, on its way into out-buffers.

use crate::reactor::Reactor;
use crate::reactor::out_queue::OutQueue;
use crate::reactor::spare::Spare;
use crate::shared::slot::Waiting;

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
        if let Some((id, connection)) = self.peers.linked(index)
            && !self.control.is_empty()
        {
            if let Some(slot) = self.shared.slots.find(id) {
                slot.add_waiting(Waiting::sent(self.control.len()));
            }
            push(&mut connection.out, &self.control, &mut self.spare);
            self.to_write.push(index);
        }
        self.control.clear();
    }
}
