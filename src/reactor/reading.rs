//! Reading: one read per peer and turn, of as many as are a turn's share; what it gives is parsed at once.
//!
//! All peers share one buffer to read into. Only what cannot be used yet is copied to the peer's own
//! unparsed: the beginning of a frame, or what its full queue has no room for. So an idle peer pins
//! nothing, and nothing the game holds pins more than its own bytes.

use std::io;

use crate::event::Reason;
use crate::link::os;
use crate::link::{Lane, Received};
use crate::reactor::Reactor;
use crate::reactor::readiness::Input;
use crate::reactor::share::Share;
use crate::reactor::stage::Stage;
use crate::shared::slot::bump;
use crate::words::End;

/// The most that is read at once from who sends too much that carries nothing.
const READ_OF_WHO_RESTS: usize = 16 << 10;

impl Reactor {
    /// One read for each of the first peers that may have something, `most` of them and as far as the turn's share
    /// goes. Says how many of them are left to the next turn: none, where there is no memory for what they say.
    pub(super) fn read_some(&mut self, most: usize) -> usize {
        let mut share = Share::READING;
        for left in (0..self.to_read.len().min(most)).rev() {
            if !self.may_read() {
                return 0;
            }
            let Some(index) = self.to_read.pop() else { return 0 };
            if let Some(connection) = self.peers.connection(index)
                && connection.wants_reading()
            {
                let bytes = self.read(index);
                share.spend(1, bytes);
                self.recount(index);
                self.list_for_reading(index);
            }
            if share.is_spent() {
                return left;
            }
        }
        0
    }

    /// Reads whoever must not be judged before it is, though no report may have told of what it has said.
    pub(super) fn read_first(&mut self, index: usize) {
        if self.may_read()
            && let Some(connection) = self.peers.connection(index)
        {
            connection.input.suppose();
            self.read(index);
            self.recount(index);
            self.list_for_reading(index);
        }
    }

    /// The game has made room in the event queue of whoever has this slot.
    pub(super) fn unpause(&mut self, index: usize) {
        // The slot may have another peer by now, which may be paused itself.
        if let Some((id, connection)) = self.peers.linked(index)
            && connection.stage.is_paused()
            && self.shared.slots.find(id).is_some_and(|slot| !slot.is_paused())
        {
            connection.stage.unpause(&connection.unparsed);
            connection.session.unpause(self.now);
            connection.out.excuse(self.now);
            self.tick(index);
            self.list_for_reading(index);
        }
    }

    /// Says how many bytes were read.
    fn read(&mut self, index: usize) -> usize {
        let Some(connection) = self.peers.connection(index) else { return 0 };
        if connection.stage.is_draining() {
            return self.discard(index);
        }
        if connection.stage.has_backlog() && !self.parse_unparsed(index) {
            return 0;
        }
        let Some(connection) = self.peers.connection(index) else { return 0 };
        if !connection.input.is_ready() {
            return 0;
        }
        // The beginning of a small frame is put before what is read now, so that frames lie whole.
        let mut scratch = std::mem::take(&mut self.scratch);
        let unparsed = &connection.unparsed;
        let copied_rest = self.shared.portions.copied_rest();
        let kept = if unparsed.len() <= copied_rest { unparsed.len() } else { 0 };
        scratch[..kept].copy_from_slice(&unparsed[..kept]);
        let end = match connection.session.rests_until() {
            // It is read again only because it has rested.
            Some(_) => scratch.len().min(kept + READ_OF_WHO_RESTS),
            None => scratch.len(),
        };
        let received = self.receive(index, &mut scratch[kept..end]);
        if let Some(n) = received {
            self.received(index, &scratch[..kept + n], kept);
        }
        self.scratch = scratch;
        received.unwrap_or(0)
    }

    /// One read. None: nothing to be had now, or the connection has ended.
    fn receive(&mut self, index: usize, buffer: &mut [u8]) -> Option<usize> {
        let (id, connection) = self.peers.linked(index)?;
        match connection.link.read(Lane::SESSION, buffer) {
            Ok(Received::Bytes { count, more }) => {
                connection.input.note_read(more);
                connection.session.heard(self.now);
                if let Some(slot) = self.shared.slots.find(id) {
                    bump(&slot.stats.bytes_in, count as u64);
                    bump(&self.shared.counters.bytes_in, count as u64);
                }
                return Some(count);
            }
            Ok(Received::End) => self.lost(index, None),
            Ok(Received::Nothing) => {
                connection.input = Input::Empty;
                if connection.output.error().is_some() {
                    self.lost(index, None);
                }
            }
            Err(error) => self.lost(index, Some(error)),
        }
        None
    }

    fn received(&mut self, index: usize, bytes: &[u8], kept: usize) {
        let Some(connection) = self.peers.connection(index) else { return };
        let mut bytes = bytes;
        if kept < connection.unparsed.len() {
            bytes = self.complete_frame(index, bytes);
        } else {
            connection.unparsed.clear();
        }
        if !bytes.is_empty() {
            let (used, parsed) = self.parse(index, bytes);
            self.keep_unparsed(index, &bytes[used..], &parsed);
            self.conclude(index, parsed);
        }
    }

    /// Appends what was received to the frame whose beginning is kept, and gives back what lies behind that: only
    /// what belongs to a large frame is copied, so that its room need not be larger.
    fn complete_frame<'b>(&mut self, index: usize, mut bytes: &'b [u8]) -> &'b [u8] {
        while let Some(connection) = self.peers.connection(index)
            && !connection.unparsed.is_empty()
            && !bytes.is_empty()
        {
            let unparsed = &mut connection.unparsed;
            let room = unparsed.capacity() - unparsed.len();
            let now = if room == 0 { bytes.len() } else { bytes.len().min(room) };
            unparsed.extend_from_slice(&bytes[..now]);
            bytes = &bytes[now..];
            if !self.parse_unparsed(index) {
                // It is whole, and waits; or this is the end.
                if let Some(connection) = self.peers.connection(index)
                    && !connection.stage.is_draining()
                {
                    connection.unparsed.reserve_exact(bytes.len());
                    connection.unparsed.extend_from_slice(bytes);
                    connection.stage.note_backlog(!connection.unparsed.is_empty());
                }
                return &[];
            }
        }
        bytes
    }

    /// What a draining connection sends is of no interest, but what is unread when the link is closed would reset
    /// it, and destroy on its way what was written last. Says how many bytes that was.
    pub(super) fn discard(&mut self, index: usize) -> usize {
        let mut scratch = std::mem::take(&mut self.scratch);
        let mut discarded = 0;
        if let Some(connection) = self.peers.connection(index) {
            match connection.link.read(Lane::SESSION, &mut scratch) {
                Ok(Received::Bytes { count, more }) => {
                    discarded = count;
                    connection.input.note_read(more);
                }
                Ok(Received::Nothing) => connection.input = Input::Empty,
                // The other end has closed too, or it is broken: nothing more will go either way.
                _ => self.close_without_reason(index),
            }
        }
        self.scratch = scratch;
        discarded
    }

    /// The connection ended without a goodbye.
    fn lost(&mut self, index: usize, error: Option<io::Error>) {
        let Some(connection) = self.peers.connection(index) else { return };
        let error = connection.output.error().or(error.as_ref());
        let left = connection.unparsed.len();
        let what = match connection.stage {
            Stage::AwaitsHello { .. } => "the connection ended before it greeted",
            Stage::AwaitsReply(_) => "the server closed the connection before it answered",
            _ if left == 0 => "the connection ended without a goodbye",
            _ => "the connection ended in the middle of a message",
        };
        let end = match error {
            Some(error) => {
                let mut end = End::os(Reason::Lost, what, error);
                end.text += os::background_hint(error);
                end
            }
            None => {
                let opened = connection.stage.is_open();
                let goodbye = opened.then(|| connection.session.ended(left)).flatten();
                goodbye.map_or(End::new(Reason::Lost, what.into()), |it| End::from_wire(&it))
            }
        };
        if let Stage::AwaitsHello { .. } = connection.stage {
            self.note_failed_handshake(index, &end.text);
        }
        self.close_now(index, end);
    }
}
