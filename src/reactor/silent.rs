//! Clients of PodSixNet that have said nothing yet. They are let in before they say anything, and many only listen;
//! so each keeps its seat, but only while nobody else needs it.

use std::collections::VecDeque;
use std::time::Duration;

use crate::event::{PeerId, Reason};
use crate::reactor::Reactor;
use crate::reactor::peers::Peers;
use crate::wire::{Close, Moment};
use crate::words::End;

/// So many are listed before it is looked whether they are still there, and so many are passed over at once.
const FEW: usize = 64;

#[derive(Default)]
pub(crate) struct Silent {
    /// In the order in which they were let in; some have left since, or spoken.
    listed: VecDeque<PeerId>,
    /// With so many, those are taken out: half of what is listed, so that each is looked at a few times at most.
    tidy_at: usize,
}

impl Silent {
    fn push(&mut self, id: PeerId, peers: &mut Peers) {
        if self.listed.len() >= self.tidy_at {
            self.listed.retain(|&id| since(id, peers).is_some());
            self.tidy_at = 2 * self.listed.len().max(FEW);
        }
        self.listed.push_back(id);
    }

    /// Takes whoever has been silent for longest, if that is as long as `patience`.
    fn pop(&mut self, now: Moment, patience: Duration, peers: &mut Peers) -> Option<usize> {
        let mut unread = 0;
        while unread < FEW.min(self.listed.len()) {
            let id = self.listed.pop_front()?;
            let Some((index, since)) = since(id, peers) else { continue };
            if now - since < patience {
                self.listed.push_front(id);
                return None;
            }
            let connection = peers.connection(index)?;
            if !connection.input.is_ready() && !connection.link.has_unread() {
                return Some(index);
            }
            // It may have spoken just now, and that is not read yet. Of a crowd that does, few are passed over for
            // one newcomer.
            self.listed.push_back(id);
            unread += 1;
        }
        None
    }
}

/// Where one is that has said nothing, and since when; none if it has left, or spoken.
fn since(id: PeerId, peers: &mut Peers) -> Option<(usize, Moment)> {
    let index = peers.position(id)?;
    Some((index, peers.connection(index)?.session.silent_since()?))
}

impl Reactor {
    /// One more has been let in that has said nothing.
    pub(super) fn note_silent(&mut self, id: PeerId) {
        self.silent.push(id, &mut self.peers);
    }

    /// Takes a seat for a new client: a free one, or that of whoever has been silent for longest, and for
    /// `handshake_timeout` at least.
    pub(super) fn find_seat(&mut self) -> bool {
        self.shared.take_seat() || (self.put_out_silent() && self.shared.take_seat())
    }

    fn put_out_silent(&mut self) -> bool {
        // Silence means nothing while nobody is read.
        if !self.may_read() {
            return false;
        }
        let config = &self.shared.config;
        let patience = config.handshake_timeout;
        let text = format!(
            "nothing was said in the first {} ms (handshake_timeout_ms), and the place is needed: the server is \
             full (max_peers is {})",
            patience.as_millis(),
            config.max_peers
        );
        let Some(index) = self.silent.pop(self.now, patience, &mut self.peers) else {
            return false;
        };
        debug_assert!(
            self.control.is_empty(),
            "what another session has said would go to this one"
        );
        let close = Close { reason: Reason::Full, code: 0, text: &text };
        self.say_refused(index, &close);
        self.close_after_writing(index, End::new(Reason::Full, text.clone()));
        self.give_up_seat(index);
        true
    }
}
