//! Sending: what the game has sent goes into out-buffers, one peer's or everybody's.

use crate::event::{EventKind, PeerId, Reason};
use crate::reactor::Reactor;
use crate::reactor::peer::{Peer, Stage};
use crate::shared::block::Lifecycle;
use crate::shared::frame::Frame;
use crate::shared::slot::Slot;
use crate::shared::slots::index;
use crate::shared::{Shared, count};
use crate::value::Limits;
use crate::wire::{Close, Demands, Dialect, Excess, HEADER};
use crate::words::End;

/// What a message is called that a connect's end is told of.
pub(super) const EARLY: &str = "a message sent before the connection was open";

/// A frame that is to be checked once more, here. What is in it is only counted if somebody takes less than
/// this host sends, and once.
struct Demanding<'f> {
    /// None of PodSixNet's, whose ends have no limits of their own.
    payload: Option<&'f [u8]>,
    limits: Limits,
    counted: Option<Demands>,
}

impl<'f> Demanding<'f> {
    #[inline]
    fn new(shared: &Shared, dialect: Dialect, frame: Frame<'f>) -> Demanding<'f> {
        let payload = (dialect == Dialect::Podsix).then(|| &frame.bytes()[HEADER..]);
        Demanding { payload, limits: shared.config.limits(), counted: None }
    }

    /// Whether the peer in this slot takes it.
    #[inline]
    fn check(&mut self, slot: &Slot) -> Result<(), Excess> {
        let (Some(payload), takes) = (self.payload, slot.takes()) else { return Ok(()) };
        takes.check(&match takes.is_as_wide_as(&self.limits) {
            true => Demands { size: payload.len(), ..Demands::default() },
            false => *self.counted.get_or_insert_with(|| Demands::of_payload(payload)),
        })
    }
}

impl Reactor {
    #[inline]
    pub(super) fn send(&mut self, id: PeerId, frame: Frame<'_>) {
        let peer = self.peers.get_mut(index(id)).and_then(Option::as_deref_mut);
        match peer.filter(|peer| peer.id == id) {
            Some(peer) if peer.stage == Stage::Open => {
                // Perhaps sent in the moment in which the connection opened, by a thread that could not know
                // yet what the server takes. What a client takes is known before the game hears of it.
                if !peer.inbound
                    && let Some(slot) = self.shared.slots.find(id)
                    && let Err(excess) =
                        Demanding::new(&self.shared, slot.via().dialect, frame).check(slot)
                {
                    slot.sub_waiting(frame.len(), None);
                    return self.end_too_demanding(index(id), excess, EARLY, "the server");
                }
                peer.out.push(frame, &mut self.spare);
                if !peer.dirty {
                    self.list_for_writing(index(id));
                }
            }
            Some(Peer { outbound: Some(outbound), .. }) => {
                outbound.early.push(frame, &mut self.spare);
                let slot = self.shared.slots.find(id);
                if slot.is_some_and(|slot| slot.via().dialect == Dialect::Podsix) {
                    let demands = Demands::of_payload(&frame.bytes()[HEADER..]);
                    outbound.demands = outbound.demands.and(demands);
                }
            }
            // It has ended since the game sent this: the message is dropped with the peer.
            _ => {
                self.drop_late(id, frame.len());
            }
        }
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

    /// Takes a late message out of its slot's count. The slot may have another peer by now, whose
    /// send may have been refused for these very bytes.
    fn drop_late(&mut self, id: PeerId, bytes: usize) {
        let Some(slot) = self.shared.slots.at_index_of(id) else { return };
        let open = slot.state().is_open();
        let limit = open.then_some(self.shared.config.out_buffer as usize);
        if slot.sub_waiting(bytes, limit)
            && let Some(Some(peer)) = self.peers.get(index(id))
        {
            self.publisher.lifecycle(peer.id, &[], Lifecycle::new(EventKind::Writable));
        }
    }

    /// Puts a frame into the out-buffers of all who speak its protocol but for one.
    pub(super) fn broadcast(&mut self, dialect: Dialect, except: PeerId, frame: Frame<'_>) {
        let limit = self.shared.config.out_buffer as usize;
        let mut demanding = Demanding::new(&self.shared, dialect, frame);
        for index in 0..self.peers.len() {
            let Some(peer) = self.peers[index].as_deref_mut() else { continue };
            if peer.stage != Stage::Open || !peer.met || peer.id == except {
                continue;
            }
            let Some(slot) = self.shared.slots.find(peer.id) else { continue };
            if slot.via().dialect != dialect {
                continue;
            }
            // What lies ahead of it, not what the game has sent since.
            let waiting = peer.out.len();
            if let Err(excess) = demanding.check(slot) {
                self.end_too_demanding(index, excess, "a broadcast", "this peer");
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
                peer.out.push(frame, &mut self.spare);
                self.list_for_writing(index);
            }
        }
    }
}
