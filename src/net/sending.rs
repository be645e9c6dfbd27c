//! Sending: what the game has sent goes into out-buffers, one peer's or everybody's.

use std::sync::atomic::Ordering;

use crate::event::{EventKind, PeerId, Reason};
use crate::net::block::Lifecycle;
use crate::net::command::Frame;
use crate::net::ending::End;
use crate::net::peer::{Peer, Stage};
use crate::net::reactor::Reactor;
use crate::net::shared::count;
use crate::net::slots::index;
use crate::wire::{Close, HEADER, Protocol};

impl Reactor {
    #[inline]
    pub(super) fn send(&mut self, id: PeerId, frame: Frame<'_>) {
        let peer = self.peers.get_mut(index(id)).and_then(Option::as_deref_mut);
        match peer.filter(|peer| peer.id == id) {
            Some(peer) if peer.stage == Stage::Open => {
                let session = peer.session.as_ref();
                let their_max = session.map_or(0, |session| session.peer_max_message() as usize);
                if frame.len() > their_max.saturating_add(HEADER) {
                    // Sent in the moment in which the connection opened.
                    let slot = self.shared.slots.find(id);
                    slot.map(|slot| slot.sub_waiting(frame.len(), 0));
                    return self.end_too_large(index(id), frame.len() - HEADER, their_max);
                }
                peer.outbox.push(frame, &mut self.spare);
                if !peer.dirty {
                    self.list_for_writing(index(id));
                }
            }
            Some(Peer { outbound: Some(outbound), .. }) => {
                outbound.early.push(frame, &mut self.spare);
                outbound.early_max = outbound.early_max.max(frame.len());
            }
            // It has ended since the game sent this: the message is dropped with the peer.
            _ => {
                self.drop_late(id, frame.len());
            }
        }
    }

    /// A message was sent whose sender could not know that it is too large.
    pub(super) fn end_too_large(&mut self, index: usize, size: usize, their_max: usize) {
        let text = format!(
            "a message of {size} bytes was sent before the connection was open, the server takes \
             {their_max} (its max_message)"
        );
        self.say_close(index, &Close { reason: Reason::TooLarge, code: 0, text: &text });
        self.part(index, End::new(Reason::TooLarge, text));
    }

    /// Takes a late message out of its slot's count. The slot may have another peer by now, whose
    /// send may have been refused for these very bytes.
    fn drop_late(&mut self, id: PeerId, bytes: usize) {
        let limit = self.shared.config.out_buffer as usize;
        let Some(slot) = self.shared.slots.physical(id) else { return };
        if slot.sub_waiting(bytes, limit)
            && slot.state().is_open()
            && let Some(Some(peer)) = self.peers.get(index(id))
        {
            self.outlet.lifecycle(peer.id, &[], Lifecycle::new(EventKind::Writable));
        }
    }

    /// Puts a frame into the out-buffers of all who speak its protocol but for one.
    pub(super) fn broadcast(&mut self, protocol: Protocol, except: PeerId, frame: Frame<'_>) {
        let limit = self.shared.config.out_buffer as usize;
        for index in 0..self.peers.len() {
            let Some(peer) = self.peers[index].as_deref_mut() else { continue };
            if peer.stage != Stage::Open || !peer.met || peer.id == except {
                continue;
            }
            let Some(slot) = self.shared.slots.find(peer.id) else { continue };
            if slot.origin().protocol != protocol {
                continue;
            }
            // What lies ahead of it, not what the game has sent since.
            let waiting = peer.outbox.len();
            let their_max = slot.their_max.load(Ordering::Relaxed) as usize;
            if frame.len() > their_max.saturating_add(HEADER) {
                let text = format!(
                    "a broadcast of {} bytes is more than this peer takes ({their_max}, its max_message)",
                    frame.len() - HEADER
                );
                self.say_close(index, &Close { reason: Reason::TooLarge, code: 0, text: &text });
                self.part(index, End::new(Reason::TooLarge, text));
            } else if waiting > 0 && waiting + frame.len() > limit {
                count(&self.shared.counters.slow_peers);
                let text = format!(
                    "{waiting} bytes already wait for this peer, a broadcast of {} more is beyond \
                     out_buffer ({limit})",
                    frame.len()
                );
                let close = Close { reason: Reason::SlowPeer, code: 0, text: &text };
                self.cut_off(index, &close, End::new(Reason::SlowPeer, text.clone()));
            } else {
                slot.add_waiting(frame.len());
                peer.outbox.push(frame, &mut self.spare);
                self.list_for_writing(index);
            }
        }
    }
}
