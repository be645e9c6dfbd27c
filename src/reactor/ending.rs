//! Ending connections: at once, or after what was sent before has been delivered.

use std::sync::atomic::Ordering;

use crate::event::{EventKind, PeerId, Reason};
use crate::reactor::Reactor;
use crate::reactor::peer::{Draining, Stage};
use crate::shared::block::Lifecycle;
use crate::shared::command::Goodbye;
use crate::shared::slot::State;
use crate::wire::{Close, Moment};
use crate::words::End;
use crate::words::Level;

impl Reactor {
    /// Ends a connection at once: its link is closed, its last event queued.
    pub(super) fn close_now(&mut self, index: usize, end: End) {
        self.queue_last_event(index, end);
        let Some(mut peer) = self.peers[index].take() else { return };
        self.shared.connections.fetch_sub(1, Ordering::Release);
        if let Some(link) = peer.link.take() {
            link.close(&self.network);
        }
        if let Some(dial) = peer.outbound.as_mut().and_then(|outbound| outbound.dial.as_mut()) {
            dial.give_up(&self.network);
        }
        let early = peer.outbound.as_ref().map_or(0, |outbound| outbound.early.reserved());
        if let Some(slot) = self.shared.slots.at(index) {
            slot.sub_waiting(peer.out.reserved() + early, None);
            if peer.stage == Stage::Open {
                self.shared.dialects.leave(slot.via().dialect);
            }
            if peer.counted_as_greeting {
                self.greeting_limits.leave(slot.address());
            }
        }
        self.shared.budget.resize(peer.counted as usize, 0);
        if peer.seated {
            self.shared.leave_seat();
        }
        self.shared.slots.let_go(peer.id);
    }

    /// Queues the peer's last event, if the game knows the peer and has not got it yet.
    fn queue_last_event(&mut self, index: usize, end: End) {
        let Some(peer) = self.peers[index].as_deref_mut() else { return };
        let Some(slot) = self.shared.slots.find(peer.id) else { return };
        let _ = slot.change_state(peer.id, State::ended);
        if !std::mem::take(&mut peer.told) {
            return;
        }
        let End { reason, code, os_error, text } =
            match peer.draining.as_mut().and_then(|draining| draining.goodbye.take()) {
                Some(goodbye) => goodbye,
                None => end,
            };
        // Ordinary comings and goings would push out of the ring what an operator has to know.
        let level = match reason {
            Reason::SlowPeer | Reason::Memory | Reason::Protocol | Reason::TooLarge => {
                Some(Level::Warning)
            }
            Reason::Timeout | Reason::ApprovalTimeout => Some(Level::Info),
            _ => None,
        };
        if let Some(level) = level {
            let address = slot.address().map(|address| address.to_string()).unwrap_or_default();
            let line =
                format!("peer {} ({address}) ended, {}: {text}", peer.id.get(), reason.name());
            self.shared.log.add(level, line);
        }
        let failed_connect = !peer.inbound && !peer.opened;
        let kind = if failed_connect { EventKind::Error } else { EventKind::Disconnected };
        let what = Lifecycle { reason, code, os_error, text, ..Lifecycle::new(kind) };
        self.publisher.lifecycle(peer.id, &[], what);
    }

    /// Ends a connection for the game now; what has been written for the other end (a refusal, the
    /// answer to a violation) is still delivered.
    pub(super) fn close_after_writing(&mut self, index: usize, end: End) {
        self.queue_control(index);
        self.queue_last_event(index, end);
        self.begin_draining(index, None);
    }

    /// Ends a connection for the game now, with what waits behind the frame under way dropped, and the reason
    /// behind that frame: the other end shall learn why, if its link takes a byte at all.
    pub(super) fn cut_off(&mut self, index: usize, close: &Close, end: End) {
        self.drop_unwritten(index);
        self.say_close(index, close);
        self.close_after_writing(index, end);
        self.recount(index);
    }

    /// Drops what waits to be written behind the frame under way.
    fn drop_unwritten(&mut self, index: usize) {
        let Some(peer) = self.peers[index].as_deref_mut() else { return };
        let before = peer.out.reserved();
        peer.out.cut();
        if let Some(slot) = self.shared.slots.find(peer.id) {
            slot.sub_waiting(before - peer.out.reserved(), None);
        }
    }

    /// From now on only writes what waits, then closes; `goodbye` is what the game will be told then.
    fn begin_draining(&mut self, index: usize, goodbye: Option<End>) {
        let until = self.linger_until();
        let Some(peer) = self.peers[index].as_deref_mut() else { return };
        let was = std::mem::replace(&mut peer.stage, Stage::Draining);
        if was == Stage::Open
            && let Some(slot) = self.shared.slots.find(peer.id)
        {
            self.shared.dialects.leave(slot.via().dialect);
        }
        peer.draining = Some(Box::new(Draining { until, goodbye }));
        peer.outbound = None;
        peer.paused = false;
        peer.unparsed = Vec::new();
        peer.backlog = false;
        self.arm(index, until);
        self.list_for_writing(index);
        self.list_for_reading(index);
    }

    /// A draining connection is through, or broken.
    pub(super) fn close_drained(&mut self, index: usize) {
        self.close_now(index, End::new(Reason::Local, String::new()));
    }

    /// When a connection that begins to close has to be through.
    fn linger_until(&self) -> Moment {
        let linger = self.now + self.shared.config.linger;
        self.closing.map_or(linger, |until| until.max(linger))
    }

    /// A draining connection's time is up.
    pub(super) fn linger_expired(&mut self, index: usize) {
        let closing = self.closing.is_some();
        let Some(peer) = self.peers[index].as_deref_mut() else { return };
        let left = peer.out.len();
        if let Some(Draining { goodbye: Some(goodbye), .. }) = peer.draining.as_deref_mut() {
            if closing {
                // Whether it has got everything is not known.
                self.shared.unclosed.fetch_add(1, Ordering::Relaxed);
                goodbye.reason = Reason::Lost;
                goodbye.text = "the other end did not close in time".into();
            } else if left > 0 {
                goodbye.text = format!(
                    "{left} bytes were not delivered within {} ms (linger_ms)",
                    self.shared.config.linger.as_millis()
                );
            }
        }
        self.close_drained(index);
    }

    /// What came from this peer could not be read after all. Why, the game knows.
    pub(super) fn unreadable(&mut self, peer: PeerId) {
        if let Some(index) = self.position(peer)
            && self.peers[index].as_ref().is_some_and(|peer| peer.stage == Stage::Open)
        {
            self.close_after_writing(index, End::new(Reason::Protocol, String::new()));
        }
    }

    /// The game closes a connection.
    pub(super) fn disconnect(&mut self, peer: PeerId, goodbye: Goodbye) {
        let Some(index) = self.position(peer) else { return };
        let Goodbye { code, text } = goodbye;
        let local = End { code, ..End::new(Reason::Local, text) };
        match self.peers[index].as_deref().map(|peer| peer.stage) {
            Some(Stage::Open) => {
                let close = Close { reason: Reason::Closed, code, text: &local.text };
                self.say_close(index, &close);
                self.queue_control(index);
                self.begin_draining(index, Some(local));
            }
            Some(Stage::Requested) => self.refuse_with(index, local),
            // Not open yet: there is nobody to say it to.
            Some(Stage::Dialing | Stage::Greeting) => self.close_now(index, local),
            Some(Stage::Draining) | None => {}
        }
    }

    /// The game closes a connection without waiting for what it has sent.
    pub(super) fn kick(&mut self, peer: PeerId, goodbye: Goodbye) {
        let Some(index) = self.position(peer) else { return };
        let Goodbye { code, text } = goodbye;
        let close = Close { reason: Reason::Closed, code, text: &text };
        let local = End { code, ..End::new(Reason::Local, text.clone()) };
        let until = self.now + self.shared.config.linger;
        let Some(peer) = self.peers[index].as_deref_mut() else { return };
        match peer.stage {
            Stage::Open => self.cut_off(index, &close, local),
            Stage::Requested => self.refuse_with(index, local),
            Stage::Dialing | Stage::Greeting => self.close_now(index, local),
            Stage::Draining => {
                if let Some(draining) = peer.draining.as_deref_mut() {
                    draining.goodbye = None;
                    // Not for as long as a host that closes waits for the others.
                    draining.until = until;
                }
                let closes = peer.opened && !peer.out.is_empty();
                self.queue_last_event(index, local);
                self.arm(index, until);
                if closes {
                    // Its goodbye waits behind what is dropped now: it goes again.
                    self.drop_unwritten(index);
                    if let Some(session) =
                        self.peers[index].as_ref().and_then(|it| it.session.as_ref())
                    {
                        session.close_again(&close, &mut self.control);
                    }
                    self.queue_control(index);
                    self.recount(index);
                }
            }
        }
    }

    /// Sends the other end the reason, as far as the session still can.
    pub(super) fn say_close(&mut self, index: usize, close: &Close) {
        if let Some(session) = self.peers[index].as_mut().and_then(|peer| peer.session.as_mut()) {
            session.close(close, &mut self.control);
        }
    }
}
