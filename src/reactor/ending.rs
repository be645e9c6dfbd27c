//! Ending connections: at once, or after what was sent before has been delivered.

use std::sync::atomic::Ordering;

use crate::event::{PeerId, Reason};
use crate::reactor::Reactor;
use crate::reactor::connection::Connection;
use crate::reactor::peer::Phase;
use crate::reactor::stage::{Stage, Was};
use crate::shared::block::Lifecycle;
use crate::shared::command::Goodbye;
use crate::shared::slot::State;
use crate::wire::{Close, Excess, Moment};
use crate::words::End;
use crate::words::Level;

impl Reactor {
    /// Ends a connection at once: its link is closed, its last event queued.
    pub(super) fn close_now(&mut self, index: usize, end: End) {
        self.queue_last_event(index, end);
        let Some(peer) = self.peers.take(index) else { return };
        self.shared.connections.fetch_sub(1, Ordering::Release);
        if let Some(slot) = self.shared.slots.at(index) {
            slot.sub_waiting(peer.reserved(), None);
            if peer.is_open() {
                self.shared.speakers.leave(slot.via().dialect);
            }
            if peer.is_greeting() {
                self.greeting_limits.leave(slot.address());
            }
        }
        self.shared.budget.resize(peer.counted as usize, 0);
        if peer.is_seated() {
            self.shared.leave_seat();
        }
        match peer.phase {
            Phase::Dialing(dialing) => dialing.give_up(&self.network),
            Phase::Linked(connection) => connection.link.close(&self.network),
        }
        self.shared.slots.let_go(peer.id);
    }

    /// Queues the peer's last event, if the game knows the peer and has not got it yet.
    fn queue_last_event(&mut self, index: usize, end: End) {
        let Some(peer) = self.peers.get_mut(index) else { return };
        let Some(slot) = self.shared.slots.find(peer.id) else { return };
        let _ = slot.change_state(peer.id, State::ended);
        let Some((kind, end)) = peer.last_event(end).filter(|_| !self.leaving) else { return };
        let End { reason, code, os_error, text } = end;
        // Logging every ordinary end would push out of the log's ring what an operator has to know.
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

    /// Ends a connection whose other end, the `receiver`, does not take a `message` that its sender could not
    /// know to be too much.
    pub(super) fn end_too_demanding(
        &mut self,
        index: usize,
        excess: Excess,
        message: &str,
        receiver: &str,
    ) {
        let text = excess.text(message, receiver);
        let reason = match excess {
            Excess::TupleKeys => Reason::Version,
            _ => Reason::TooLarge,
        };
        self.say_close(index, &Close { reason, code: 0, text: &text });
        self.close_after_writing(index, End::new(reason, text));
    }

    /// Drops what waits to be written behind the frame under way.
    fn drop_unwritten(&mut self, index: usize) {
        let Some((id, Connection { out, .. })) = self.peers.linked(index) else { return };
        let before = out.reserved();
        out.cut();
        if let Some(slot) = self.shared.slots.find(id) {
            slot.sub_waiting(before - out.reserved(), None);
        }
    }

    /// From now on only writes what waits, then closes; `goodbye` is what the game will be told then.
    fn begin_draining(&mut self, index: usize, goodbye: Option<End>) {
        let until = self.linger_until();
        let Some((id, connection)) = self.peers.linked(index) else { return };
        connection.unparsed = Vec::new();
        let was = connection.stage.drain(until, goodbye);
        if let Some(slot) = self.shared.slots.find(id) {
            match was {
                Stage::Open(_) => self.shared.speakers.leave(slot.via().dialect),
                Stage::AwaitsReply(early) => {
                    slot.sub_waiting(early.queue.reserved(), None);
                }
                Stage::AwaitsHello { .. } => {
                    self.greeting_limits.leave(slot.address());
                    self.note_refused(id);
                }
                Stage::Requested => {
                    self.shared.leave_seat();
                    self.note_refused(id);
                }
                Stage::Draining(_) => {}
            }
        }
        self.arm(index, until);
        self.to_write.push(index);
        self.list_for_reading(index);
    }

    /// Ends a connection at once for no reason of its own: what the game is told of a draining one was settled
    /// when that began, and of the others it never heard, or hears nothing any more.
    pub(super) fn close_without_reason(&mut self, index: usize) {
        self.close_now(index, End::new(Reason::Local, String::new()));
    }

    /// When a connection that begins to close has to be through.
    fn linger_until(&self) -> Moment {
        let linger = self.now + self.shared.config.linger;
        self.closing.map_or(linger, |until| until.max(linger))
    }

    /// A draining connection's time is up.
    pub(super) fn linger_expired(&mut self, index: usize) {
        let Some(Connection { stage, out, .. }) = self.peers.connection(index) else { return };
        let left = out.len();
        if let Stage::Draining(draining) = stage
            && let Some(goodbye) = &mut draining.goodbye
        {
            if self.closing.is_some() {
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
        self.close_without_reason(index);
    }

    /// What came from this peer could not be decoded by the game's codec. The game's thread found that out, and has
    /// told the game why.
    pub(super) fn unreadable(&mut self, peer: PeerId) {
        if let Some(index) = self.peers.position(peer)
            && let Some(Stage::Open(_)) = self.peers.stage(index)
        {
            self.close_after_writing(index, End::new(Reason::Protocol, String::new()));
        }
    }

    /// The game closes a connection.
    pub(super) fn disconnect(&mut self, peer: PeerId, goodbye: Goodbye) {
        let Some(index) = self.peers.position(peer) else { return };
        let Goodbye { code, text } = goodbye;
        let local = End { code, ..End::new(Reason::Local, text) };
        match self.peers.stage(index) {
            Some(Stage::Open(_)) => {
                let close = Close { reason: Reason::Closed, code, text: &local.text };
                self.say_close(index, &close);
                self.queue_control(index);
                self.begin_draining(index, Some(local));
            }
            Some(Stage::Requested) => self.refuse_with(index, local),
            Some(Stage::Draining(_)) => {}
            // There is nobody to say it to yet.
            Some(Stage::AwaitsHello { .. } | Stage::AwaitsReply(_)) | None => {
                self.close_now(index, local)
            }
        }
    }

    /// The game closes a connection without waiting for what it has sent.
    pub(super) fn kick(&mut self, peer: PeerId, goodbye: Goodbye) {
        let Some(index) = self.peers.position(peer) else { return };
        let Goodbye { code, text } = goodbye;
        let close = Close { reason: Reason::Closed, code, text: &text };
        let local = End { code, ..End::new(Reason::Local, text.clone()) };
        match self.peers.stage(index) {
            Some(Stage::Open(_)) => self.cut_off(index, &close, local),
            Some(Stage::Requested) => self.refuse_with(index, local),
            Some(Stage::Draining(_)) => self.cut_draining(index, &close, local),
            // There is nobody to say it to yet.
            Some(Stage::AwaitsHello { .. } | Stage::AwaitsReply(_)) | None => {
                self.close_now(index, local)
            }
        }
    }

    /// Ends a draining connection for the game now, as [`cut_off`](Self::cut_off) does an open one.
    fn cut_draining(&mut self, index: usize, close: &Close, end: End) {
        let until = self.now + self.shared.config.linger;
        let Some(Connection { session, stage, out, .. }) = self.peers.connection(index) else {
            return;
        };
        let Stage::Draining(draining) = stage else { return };
        // Not for as long as a host that closes waits for the others.
        draining.until = until;
        // Said now in the place of what was to be said later, if anything was.
        draining.goodbye = draining.goodbye.take().and(Some(end.clone()));
        if draining.was == Was::Open && !out.is_empty() {
            // Its goodbye is among what is dropped now: it goes again.
            session.close_again(close, &mut self.control);
            self.drop_unwritten(index);
            self.queue_control(index);
            self.recount(index);
        }
        self.arm(index, until);
        self.queue_last_event(index, end);
    }

    /// Sends the other end the reason, as far as the session still can.
    pub(super) fn say_close(&mut self, index: usize, close: &Close) {
        if let Some(connection) = self.peers.connection(index) {
            connection.session.close(close, &mut self.control);
        }
    }
}
