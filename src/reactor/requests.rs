//! Clients that have greeted: let in, turned away, or the game is asked.

use crate::event::{EventKind, PeerId, Reason};
use crate::reactor::Reactor;
use crate::reactor::peer::Stage;
use crate::shared::block::Lifecycle;
use crate::shared::command::Goodbye;
use crate::shared::count;
use crate::shared::slot::State;
use crate::wire::{Close, Takes};
use crate::words::End;

impl Reactor {
    /// A client has greeted: ask the game, or let it in.
    pub(super) fn greeted(&mut self, index: usize, hello: &[u8], takes: Takes) {
        let Some(peer) = self.peers[index].as_deref_mut() else { return };
        let Some(slot) = self.shared.slots.find(peer.id) else { return };
        if self.closing.is_some() {
            return self.turn_away(index, Reason::Shutdown, "the server is closing");
        }
        if !self.shared.take_seat() {
            count(&self.shared.counters.refused_full);
            let text =
                format!("the server is full (max_peers is {})", self.shared.config.max_peers);
            return self.turn_away(index, Reason::Full, &text);
        }
        if std::mem::take(&mut peer.counted_as_greeting) {
            self.greeting_limits.leave(slot.address());
        }
        peer.seated = true;
        peer.told = true;
        // Before the game hears of it: it may accept and send in one go.
        slot.set_takes(takes);
        slot.hold();
        if peer.approval {
            peer.stage = Stage::Requested;
            let _ = slot.move_state(peer.id, State::Greeting, State::Requested);
            self.publisher.lifecycle(peer.id, hello, Lifecycle::new(EventKind::Request));
            self.tick(index);
        } else {
            self.welcome(index, &[], hello);
        }
    }

    /// Refuses a connection that the game does not know of.
    pub(super) fn turn_away(&mut self, index: usize, reason: Reason, text: &str) {
        if let Some(session) = self.peers[index].as_mut().and_then(|peer| peer.session.as_mut()) {
            session.refuse(&self.common, &Close { reason, code: 0, text }, &mut self.control);
        }
        self.close_after_writing(index, End::new(reason, text.into()));
    }

    pub(super) fn accept_request(&mut self, peer: PeerId, reply: &[u8]) {
        if let Some(index) = self.position(peer)
            && self.peers[index].as_ref().is_some_and(|peer| peer.stage == Stage::Requested)
        {
            self.welcome(index, reply, &[]);
            // Messages may have come right behind the hello.
            if let Some(peer) = self.peers[index].as_deref_mut() {
                peer.backlog = !peer.unparsed.is_empty();
            }
            self.list_for_reading(index);
        }
    }

    pub(super) fn refuse_request(&mut self, peer: PeerId, goodbye: Goodbye) {
        if let Some(index) = self.position(peer)
            && self.peers[index].as_ref().is_some_and(|peer| peer.stage == Stage::Requested)
        {
            let Goodbye { code, text } = goodbye;
            self.refuse_with(index, End { code, ..End::new(Reason::Refused, text) });
        }
    }

    /// Refuses a client the game was asked about.
    pub(super) fn refuse_with(&mut self, index: usize, end: End) {
        count(&self.shared.counters.refused);
        let reason = if end.reason == Reason::Local { Reason::Refused } else { end.reason };
        let close = Close { reason, code: end.code, text: &end.text };
        if let Some(session) = self.peers[index].as_mut().and_then(|peer| peer.session.as_mut()) {
            session.refuse(&self.common, &close, &mut self.control);
        }
        self.close_after_writing(index, end);
    }
}
