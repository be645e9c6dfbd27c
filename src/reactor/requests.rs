//! Clients that have greeted: let in, turned away, or the game is asked.

use crate::event::{EventKind, PeerId, Reason};
use crate::reactor::Reactor;
use crate::reactor::readiness::Input;
use crate::reactor::stage::Stage;
use crate::shared::block::Lifecycle;
use crate::shared::command::Goodbye;
use crate::shared::count;
use crate::shared::slot::State;
use crate::wire::Takes;
use crate::words::End;

impl Reactor {
    /// A client has greeted: ask the game, or let it in.
    pub(super) fn greeted(&mut self, index: usize, hello: &[u8], takes: Takes) {
        let Some(&mut Stage::AwaitsHello { approval }) = self.peers.stage(index) else { return };
        if self.closing.is_some() {
            return self.turn_away(index, Reason::Shutdown, "the server is closing");
        }
        if !self.find_seat() {
            count(&self.shared.counters.refused_full);
            let text =
                format!("the server is full (max_peers is {})", self.shared.config.max_peers);
            return self.turn_away(index, Reason::Full, &text);
        }
        let Some((id, connection)) = self.peers.linked(index) else { return };
        let Some(slot) = self.shared.slots.find(id) else { return };
        self.greeting_limits.leave(slot.address());
        // Before the game hears of it, for it may accept and send at once.
        slot.set_takes(takes);
        slot.hold();
        if approval {
            connection.stage.request();
            let _ = slot.move_state(id, State::Greeting, State::Requested);
            self.publisher.lifecycle(id, hello, Lifecycle::new(EventKind::Request));
            if !self.end_if_it_left(index) {
                self.tick(index);
            }
        } else {
            self.welcome(index, &[], hello);
        }
    }

    /// Ends a client that has left before the game has answered; whether it has. Nothing is read meanwhile, so
    /// that this is how it is found out.
    pub(super) fn end_if_it_left(&mut self, index: usize) -> bool {
        let left = self.peers.connection(index).is_some_and(|connection| {
            matches!(connection.stage, Stage::Requested) && connection.input == Input::Ending
        });
        if left {
            let text = "the client left before it was accepted".into();
            self.close_now(index, End::new(Reason::Lost, text));
        }
        left
    }

    pub(super) fn accept_request(&mut self, peer: PeerId, reply: &[u8]) {
        if let Some(index) = self.requested(peer) {
            self.welcome(index, reply, &[]);
        }
    }

    pub(super) fn refuse_request(&mut self, peer: PeerId, goodbye: Goodbye) {
        if let Some(index) = self.requested(peer) {
            let Goodbye { code, text } = goodbye;
            self.refuse_with(index, End { code, ..End::new(Reason::Refused, text) });
        }
    }

    /// Where a client stands that waits for the game's answer.
    fn requested(&mut self, peer: PeerId) -> Option<usize> {
        let index = self.peers.position(peer)?;
        matches!(self.peers.stage(index), Some(Stage::Requested)).then_some(index)
    }
}
