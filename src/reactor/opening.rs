//! Opening connections: the greeting is over, and messages flow from here on.

use std::sync::atomic::Ordering;

use crate::event::EventKind;
use crate::reactor::Reactor;
use crate::reactor::sending::EARLY;
use crate::reactor::stage::Stage;
use crate::shared::block::Lifecycle;
use crate::shared::count;
use crate::shared::slot::{State, Waiting};
use crate::wire::Takes;

impl Reactor {
    /// Opens an inbound connection; its CONNECTED event carries `hello`. An empty `reply` is none.
    pub(super) fn welcome(&mut self, index: usize, reply: &[u8], hello: &[u8]) {
        let Reactor { peers, shared, common, now, control, .. } = self;
        let Some((id, connection)) = peers.linked(index) else { return };
        let Some(slot) = shared.slots.find(id) else { return };
        let plain = || shared.dialects.greeting(slot.via().dialect);
        let reply = if reply.is_empty() { plain() } else { reply };
        connection.session.welcome(common, reply, *now, control);
        self.queue_greeting(index);
        count(&self.shared.counters.accepted);
        self.open(index, hello);
    }

    /// The server has let us in, and takes so much.
    pub(super) fn welcomed(&mut self, index: usize, reply: &[u8], takes: Takes) {
        let Some((id, connection)) = self.peers.linked(index) else { return };
        let Stage::AwaitsReply(early) = &mut connection.stage else { return };
        let Some(slot) = self.shared.slots.find(id) else { return };
        slot.set_takes(takes);
        if let Err(excess) = takes.check(&early.demands) {
            return self.end_too_demanding(index, excess, EARLY, "the server");
        }
        connection.out.append(std::mem::take(&mut early.queue));
        self.open(index, reply);
        self.to_write.push(index);
    }

    /// From here on messages flow.
    fn open(&mut self, index: usize, message: &[u8]) {
        let Some((id, connection)) = self.peers.linked(index) else { return };
        let Some(slot) = self.shared.slots.find(id) else { return };
        let (takes, config) = (slot.takes(), &self.shared.config);
        let takes_all =
            takes.max_message() >= config.max_message && takes.is_as_wide_as(&config.limits());
        connection.stage.open(&connection.unparsed, !takes_all);
        let is_silent = connection.session.silent_since().is_some();
        slot.stats.opened_at.store(self.shared.stamp(self.now), Ordering::Relaxed);
        // Before the event: whoever polls its CONNECTED may broadcast at once.
        self.shared.speakers.join(slot.via().dialect);
        // If the game has closed it meanwhile, it stays closed.
        let _ = slot.change_state(id, State::opened);
        self.publisher.lifecycle(id, message, Lifecycle::new(EventKind::Connected));
        // While it was not open, a WRITABLE that was owed could not be told; now it has a place behind CONNECTED.
        if slot.sub_waiting(Waiting::default(), Some(self.shared.config.out_buffer as usize)) {
            self.tell_writable(id);
        }
        if is_silent {
            self.note_silent(id);
        }
        self.queue_control(index);
        self.tick(index);
        self.list_for_reading(index);
    }
}
