//! Reading: one read per peer and turn, taken apart into frames, validated, put into a block.
//!
//! All peers share one buffer to read into. Only what cannot be used yet is copied to the peer's own
//! unparsed: the beginning of a frame, or what its full queue has no room for. So an idle peer pins
//! nothing, and nothing the game holds pins more than its own bytes.

use std::io;

use crate::event::Reason;
use crate::link::{Lane, Received};
use crate::reactor::Reactor;
use crate::reactor::peer::Stage;
use crate::reactor::turn::READ_SIZE;
use crate::shared::slot::bump;
use crate::words::End;

impl Reactor {
    /// One read for each peer that may have something.
    pub(super) fn read_all(&mut self) {
        for _ in 0..self.to_read.len() {
            if !self.shared.budget.reads() || self.publisher.is_stuck() {
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
            if !self.parse_unparsed(index) {
                return;
            }
        }
        let Some(peer) = self.peers[index].as_deref_mut() else { return };
        if !peer.readable {
            return;
        }
        // The beginning of a small frame is put before what is read now, so that frames lie whole.
        let mut scratch = std::mem::take(&mut self.scratch);
        let kept = if peer.unparsed.len() <= READ_SIZE / 2 { peer.unparsed.len() } else { 0 };
        scratch[..kept].copy_from_slice(&peer.unparsed[..kept]);
        if let Some(n) = self.receive(index, &mut scratch[kept..]) {
            self.received(index, &scratch[..kept + n], kept);
        }
        self.scratch = scratch;
    }

    /// One read. None: nothing to be had now, or the connection has ended.
    fn receive(&mut self, index: usize, buffer: &mut [u8]) -> Option<usize> {
        let peer = self.peers[index].as_deref_mut()?;
        match peer.link.as_mut()?.read(Lane::SESSION, buffer) {
            Ok(Received::Bytes { count, more }) => {
                peer.readable = more || peer.read_closed;
                if let Some(session) = peer.session.as_mut() {
                    session.heard(self.now);
                }
                if let Some(slot) = self.shared.slots.find(peer.id) {
                    bump(&slot.stats.bytes_in, count as u64);
                    bump(&self.shared.counters.bytes_in, count as u64);
                }
                return Some(count);
            }
            Ok(Received::End) => self.lost(index, None),
            Ok(Received::Nothing) => {
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
        if kept < peer.unparsed.len() {
            peer.unparsed.extend_from_slice(&bytes[kept..]);
            self.parse_unparsed(index);
            return;
        }
        peer.unparsed.clear();
        let (used, parsed) = self.parse(index, bytes);
        self.keep(index, &bytes[used..], &parsed);
        self.follow(index, parsed);
    }

    /// A closing connection's input is of no interest, but it must be read for the close to come
    /// through cleanly.
    fn discard(&mut self, index: usize) {
        let mut scratch = std::mem::take(&mut self.scratch);
        if let Some(peer) = self.peers[index].as_deref_mut() {
            peer.unparsed = Vec::new();
            peer.backlog = false;
            match peer.link.as_mut().map(|link| link.read(Lane::SESSION, &mut scratch)) {
                Some(Ok(Received::Bytes { more, .. })) => peer.readable = more || peer.read_closed,
                Some(Ok(Received::Nothing)) => peer.readable = false,
                // Its end of file, or an error: nothing more will go either way.
                _ => self.close_drained(index),
            }
        }
        self.scratch = scratch;
    }

    /// The connection ended without a goodbye.
    fn lost(&mut self, index: usize, error: Option<io::Error>) {
        let Some(peer) = self.peers[index].as_deref_mut() else { return };
        let error = peer.write_error.take().or(error);
        let inbound = peer.inbound;
        let what = match (peer.stage, inbound, peer.unparsed.is_empty()) {
            (Stage::Greeting, true, _) => "the connection ended before it greeted",
            (Stage::Greeting, false, _) => "the server closed the connection before it answered",
            (_, _, true) => "the connection ended without a goodbye",
            (_, _, false) => "the connection ended in the middle of a message",
        };
        let end = match (error, peer.session.as_mut()) {
            (Some(error), _) => End::os(Reason::Lost, what, &error),
            (None, Some(session)) if peer.opened => {
                let goodbye = session.ended(peer.unparsed.len());
                goodbye.map_or(End::new(Reason::Lost, what.into()), |it| End::from_wire(&it))
            }
            (None, _) => End::new(Reason::Lost, what.into()),
        };
        if !peer.opened && inbound && !peer.told {
            self.note_failed_handshake(index, &end.text);
        }
        self.close_now(index, end);
    }
}
