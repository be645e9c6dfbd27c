//! Reading: one read per peer and turn, taken apart into frames, validated, put into a block.
//!
//! All peers share one buffer to read into. Only what cannot be used yet is copied to the peer's own
//! inbox: the beginning of a frame, or what its full queue has no room for. So an idle peer pins
//! nothing, and nothing the game holds pins more than its own bytes.

use std::io::{self, Read};
use std::sync::atomic::Ordering;

use crate::event::{EventKind, Reason};
use crate::reactor::Reactor;
use crate::reactor::peer::{Peer, Stage};
use crate::reactor::turn::READ_SIZE;
use crate::shared::block::Lifecycle;
use crate::shared::count;
use crate::shared::slot::bump;
use crate::wire::{Close, Violation, What};
use crate::words::End;

/// A read that did not fill the buffer has emptied the socket: no second one is needed to learn
/// that nothing more is there. (Not so on Windows, where only a blocked read arms the next report.)
const SHORT_READ_EMPTIES: bool = cfg!(unix);

/// What taking frames apart has come to.
enum Parsed {
    /// The rest is the beginning of a frame.
    Partial,
    /// The peer must wait, for the game to poll or to answer; there may be whole frames left.
    Waiting,
    /// The other end has said goodbye, or something that ends the connection.
    Over(Over),
}

enum Over {
    End(End),
    Violation(Violation),
}

impl Reactor {
    /// One read for each peer that may have something.
    pub(super) fn read_all(&mut self) {
        for _ in 0..self.to_read.len() {
            if !self.shared.budget.reads() || self.outlet.is_stuck() {
                return;
            }
            let Some(index) = self.to_read.pop_front() else { return };
            let index = index as usize;
            let Some(peer) = self.peers[index].as_deref_mut() else { continue };
            peer.listed = false;
            if peer.wants_reading() {
                self.read(index);
                self.recount(index);
                self.list_for_reading(index);
            }
        }
    }

    /// The game has made room in the peer's queue.
    pub(super) fn unpause(&mut self, index: usize) {
        let now = self.now;
        // The slot may have another peer by now, which may be paused itself.
        if let Some(peer) = self.peers.get_mut(index).and_then(Option::as_deref_mut)
            && peer.paused
            && self.shared.slots.find(peer.id).is_some_and(|slot| !slot.is_paused())
        {
            peer.paused = false;
            if let Some(session) = peer.session.as_mut() {
                session.unpause(now);
            }
            self.tick(index);
            self.list_for_reading(index);
        }
    }

    fn read(&mut self, index: usize) {
        let Some(peer) = self.peers[index].as_deref_mut() else { return };
        if peer.stage == Stage::Draining {
            return self.discard(index);
        }
        if peer.backlog {
            peer.backlog = false;
            if !self.parse_inbox(index) {
                return;
            }
        }
        let Some(peer) = self.peers[index].as_deref_mut() else { return };
        if !peer.readable {
            return;
        }
        // The beginning of a small frame is put before what is read now, so that frames lie whole.
        let mut scratch = std::mem::take(&mut self.scratch);
        let kept = if peer.inbox.len() <= READ_SIZE / 2 { peer.inbox.len() } else { 0 };
        scratch[..kept].copy_from_slice(&peer.inbox[..kept]);
        match self.receive(index, &mut scratch[kept..]) {
            Some(0) => self.lost(index, None),
            Some(n) => self.received(index, &scratch[..kept + n], kept),
            None => {}
        }
        self.scratch = scratch;
    }

    /// One read. None: nothing to be had now, or the connection is gone.
    fn receive(&mut self, index: usize, buffer: &mut [u8]) -> Option<usize> {
        let peer = self.peers[index].as_deref_mut()?;
        let result = peer.socket.as_mut()?.read(buffer);
        match result {
            Ok(n) => {
                peer.readable = n == buffer.len() || peer.read_closed || !SHORT_READ_EMPTIES;
                if let Some(session) = peer.session.as_mut() {
                    session.heard(self.now);
                }
                if let Some(slot) = self.shared.slots.find(peer.id) {
                    bump(&slot.stats.bytes_in, n as u64);
                    bump(&self.shared.counters.bytes_in, n as u64);
                }
                return Some(n);
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                peer.readable = false;
                if peer.write_error.is_some() {
                    self.lost(index, None);
                }
            }
            Err(error) => self.lost(index, Some(error)),
        }
        None
    }

    fn received(&mut self, index: usize, bytes: &[u8], kept: usize) {
        let Some(peer) = self.peers[index].as_deref_mut() else { return };
        if kept < peer.inbox.len() {
            peer.inbox.extend_from_slice(&bytes[kept..]);
            self.parse_inbox(index);
            return;
        }
        peer.inbox.clear();
        let (used, parsed) = self.parse(index, bytes);
        self.keep(index, &bytes[used..], &parsed);
        self.follow(index, parsed);
    }

    /// Takes apart what the inbox holds. Whether reading may go on.
    fn parse_inbox(&mut self, index: usize) -> bool {
        let Some(peer) = self.peers[index].as_deref_mut() else { return false };
        let mut inbox = std::mem::take(&mut peer.inbox);
        let (used, parsed) = self.parse(index, &inbox);
        let partial = matches!(parsed, Parsed::Partial);
        if let Some(peer) = self.peers[index].as_deref_mut() {
            inbox.drain(..used);
            if inbox.capacity() > 2 * READ_SIZE && inbox.len() <= READ_SIZE / 2 {
                // A large message was here; what is left should not pin its room.
                inbox.shrink_to(READ_SIZE / 2);
            }
            peer.backlog = !partial && !inbox.is_empty();
            if inbox.is_empty() {
                self.spare.put(inbox);
            } else {
                peer.inbox = inbox;
            }
        }
        self.follow(index, parsed);
        partial
    }

    /// Keeps what could not be used yet.
    fn keep(&mut self, index: usize, rest: &[u8], parsed: &Parsed) {
        if let Some(peer) = self.peers[index].as_deref_mut() {
            if rest.is_empty() {
                self.spare.put(std::mem::take(&mut peer.inbox));
            } else {
                if peer.inbox.capacity() == 0 {
                    peer.inbox = self.spare.take(rest.len());
                }
                peer.inbox.extend_from_slice(rest);
                peer.backlog = !matches!(parsed, Parsed::Partial);
            }
        }
    }

    fn follow(&mut self, index: usize, parsed: Parsed) {
        self.queue_control(index);
        if self.drowns_in_answers(index) {
            return;
        }
        match parsed {
            Parsed::Over(Over::End(end)) => self.end(index, end),
            Parsed::Over(Over::Violation(violation)) => self.violated(index, violation),
            Parsed::Partial | Parsed::Waiting => {}
        }
    }

    /// Pings are answered, so a peer that sends them and never reads would fill its out-buffer.
    fn drowns_in_answers(&mut self, index: usize) -> bool {
        let limit = self.shared.config.out_buffer as usize;
        let Some(peer) = self.peers[index].as_deref() else { return true };
        let drowns = peer.outbox.len() > limit.saturating_add(2 * READ_SIZE);
        if drowns {
            count(&self.shared.counters.slow_peers);
            let text =
                format!("it pings and does not read: out_buffer ({limit}) is full of answers");
            let close = Close { reason: Reason::SlowPeer, code: 0, text: &text };
            self.cut_off(index, &close, End::new(Reason::SlowPeer, text.clone()));
        }
        drowns
    }

    /// Takes frames from `input` until it ends, the peer's queue is full, or the connection does.
    fn parse(&mut self, index: usize, input: &[u8]) -> (usize, Parsed) {
        let mut used = 0;
        loop {
            let Some(peer) = self.peers[index].as_deref_mut() else {
                return (used, Parsed::Waiting);
            };
            match peer.stage {
                Stage::Open => {
                    let (more, parsed) = self.parse_messages(index, &input[used..]);
                    return (used + more, parsed);
                }
                Stage::Greeting => {}
                _ => return (used, Parsed::Waiting),
            }
            let Some(session) = peer.session.as_mut() else { return (used, Parsed::Waiting) };
            match session.step(&mut self.common, &input[used..], self.now, &mut self.control) {
                Err(violation) => return (used, Parsed::Over(Over::Violation(violation))),
                Ok(step) => {
                    used += step.consumed;
                    match step.what {
                        What::Need(_) => return (used, Parsed::Partial),
                        // A copy: it may lie in what the reactor needs to go on.
                        What::Hello(hello, takes) => {
                            let hello = hello.unwrap_or_default().to_vec();
                            self.greeted(index, &hello, takes);
                        }
                        What::Welcome(reply, takes) => {
                            let reply = reply.unwrap_or_default().to_vec();
                            self.welcomed(index, &reply, takes);
                        }
                        What::Refused(close) | What::Closed(close) => {
                            return (used, Parsed::Over(Over::End(End::from_wire(&close))));
                        }
                        _ => {}
                    }
                }
            }
        }
    }

    /// The hot path: everything here happens once per message.
    fn parse_messages(&mut self, index: usize, input: &[u8]) -> (usize, Parsed) {
        let Reactor { peers, outlet, shared, common, control, now, .. } = self;
        let Some(peer) = peers[index].as_deref_mut() else { return (0, Parsed::Waiting) };
        let Peer { id, session: Some(session), paused, .. } = peer else {
            return (0, Parsed::Waiting);
        };
        let Some(slot) = shared.slots.find(*id) else { return (0, Parsed::Waiting) };
        let (max_events, max_bytes) =
            (shared.config.queue_events, shared.config.queue_bytes as usize);
        let half = shared.drained().bytes;
        let (mut events, mut bytes) = slot.queued();
        // Told to the slot before the block is handed over, so that it is never taken out first.
        let (mut new_events, mut new_bytes) = (0, 0);
        let mut messages = 0;
        let mut used = 0;
        let parsed = loop {
            if events + new_events >= max_events {
                slot.add_queued(std::mem::take(&mut new_events), std::mem::take(&mut new_bytes));
                if slot.pause(shared.drained()) {
                    *paused = true;
                    break Parsed::Waiting;
                }
                (events, bytes) = slot.queued();
            }
            let step = match session.step(common, &input[used..], *now, control) {
                Ok(step) => step,
                Err(violation) => break Parsed::Over(Over::Violation(violation)),
            };
            match step.what {
                What::Message(payload) => {
                    let queued = bytes + new_bytes;
                    // A queue at most half full takes any message: that is where reading goes on.
                    if queued > half && queued + payload.len() > max_bytes {
                        slot.add_queued(
                            std::mem::take(&mut new_events),
                            std::mem::take(&mut new_bytes),
                        );
                        if slot.pause(shared.drained()) {
                            *paused = true;
                            break Parsed::Waiting;
                        }
                        (events, bytes) = slot.queued();
                        continue;
                    }
                    messages += 1;
                    new_events += 1;
                    new_bytes += payload.len();
                    outlet.message(*id, payload);
                }
                What::Stalled { ms } => {
                    new_events += 1;
                    let code = i32::try_from(ms).unwrap_or(i32::MAX);
                    outlet.lifecycle(
                        *id,
                        &[],
                        Lifecycle { code, ..Lifecycle::new(EventKind::Stalled) },
                    );
                }
                What::Resumed => {
                    new_events += 1;
                    outlet.lifecycle(*id, &[], Lifecycle::new(EventKind::Resumed));
                }
                What::Refused(close) | What::Closed(close) => {
                    break Parsed::Over(Over::End(End::from_wire(&close)));
                }
                What::Need(_) => break Parsed::Partial,
                _ => {}
            }
            used += step.consumed;
            if outlet.is_full() {
                slot.add_queued(std::mem::take(&mut new_events), std::mem::take(&mut new_bytes));
                outlet.publish();
                (events, bytes) = slot.queued();
            }
        };
        slot.add_queued(new_events, new_bytes);
        if messages > 0 {
            bump(&slot.stats.messages_in, messages);
            bump(&shared.counters.messages_in, messages);
        }
        if let Some(rtt) = session.rtt() {
            slot.stats.rtt_us.store(rtt.as_micros() as u32, Ordering::Relaxed);
        }
        if *paused {
            session.pause();
        }
        (used, parsed)
    }

    /// A closing connection's input is of no interest, but it must be read for the close to come
    /// through cleanly.
    fn discard(&mut self, index: usize) {
        let mut scratch = std::mem::take(&mut self.scratch);
        if let Some(peer) = self.peers[index].as_deref_mut() {
            peer.inbox = Vec::new();
            peer.backlog = false;
            let result = peer.socket.as_mut().map(|socket| socket.read(&mut scratch));
            match result {
                Some(Ok(n)) if n > 0 => {
                    peer.readable = n == scratch.len() || peer.read_closed || !SHORT_READ_EMPTIES;
                }
                Some(Err(error)) if error.kind() == io::ErrorKind::WouldBlock => {
                    peer.readable = false
                }
                Some(Err(error)) if error.kind() == io::ErrorKind::Interrupted => {}
                // Its end of file, or an error: nothing more will go either way.
                _ => self.drained(index),
            }
        }
        self.scratch = scratch;
    }

    /// The connection ended without a goodbye.
    fn lost(&mut self, index: usize, error: Option<io::Error>) {
        let Some(peer) = self.peers[index].as_deref_mut() else { return };
        let error = peer.write_error.take().or(error);
        let inbound = peer.inbound;
        let what = match (peer.stage, inbound, peer.inbox.is_empty()) {
            (Stage::Greeting, true, _) => "the connection ended before it greeted",
            (Stage::Greeting, false, _) => "the server closed the connection before it answered",
            (_, _, true) => "the connection ended without a goodbye",
            (_, _, false) => "the connection ended in the middle of a message",
        };
        let end = match (error, peer.session.as_mut()) {
            (Some(error), _) => End::os(Reason::Lost, what, &error),
            (None, Some(session)) if peer.opened => {
                let goodbye = session.ended(peer.inbox.len());
                goodbye.map_or(End::new(Reason::Lost, what.into()), |it| End::from_wire(&it))
            }
            (None, _) => End::new(Reason::Lost, what.into()),
        };
        if !peer.opened && inbound && !peer.told {
            self.not_greeted(index, &end.text);
        }
        self.end(index, end);
    }

    /// The other end does not keep to the protocol.
    fn violated(&mut self, index: usize, violation: Violation) {
        let Violation { reason, text, answer } = violation;
        let Some(peer) = self.peers[index].as_deref_mut() else { return };
        if !peer.told {
            self.not_greeted(index, &text);
        }
        self.control.extend_from_slice(answer.as_ref());
        self.part(index, End::new(reason, text.to_string()));
    }

    /// Counts a failed handshake, and notes it for the next report.
    pub(super) fn not_greeted(&mut self, index: usize, text: &str) {
        count(&self.shared.counters.handshakes_failed);
        if let Some(peer) = &self.peers[index]
            && let Some(slot) = self.shared.slots.find(peer.id)
            && let Some(listener) = slot.origin().listener
        {
            let from = slot.address().map(|address| address.to_string()).unwrap_or_default();
            self.door.failed(listener, format!("{from}: {text}"));
        }
    }

    /// Sends the other end the reason, as far as the session still can.
    pub(super) fn say_close(&mut self, index: usize, close: &Close) {
        if let Some(session) = self.peers[index].as_mut().and_then(|peer| peer.session.as_mut()) {
            session.close(close, &mut self.control);
        }
    }
}
