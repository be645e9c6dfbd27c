//! Sending: what the game has sent goes into out-buffers, one peer's or everybody's.

use crate::event::PeerId;
use crate::reactor::Reactor;
use crate::reactor::connection::Connection;
use crate::reactor::out_queue::Room;
use crate::reactor::peer::Phase;
use crate::reactor::spare::Spare;
use crate::reactor::stage::{Open, Stage};
use crate::shared::Shared;
use crate::shared::payload::{Payload, Payloads};
use crate::shared::slot::{Reservation, Slot, Waiting};
use crate::shared::slots::index;
use crate::value::Limits;
use crate::wire::{Demands, Dialect, Excess, Takes};

/// What a message is called that a connect's end is told of.
pub(super) const EARLY: &str = "a message sent before the connection was open";

/// A message that is to be checked once more, here. What is in it is only counted if somebody takes less than
/// this host sends, and once.
struct Demanding<'p> {
    payload: Payload<'p>,
    limits: Limits,
    counted: Option<Demands>,
}

impl<'p> Demanding<'p> {
    #[inline]
    fn new(shared: &Shared, payload: Payload<'p>) -> Demanding<'p> {
        Demanding { payload, limits: shared.config.limits(), counted: None }
    }

    /// Whether the peer in this slot takes it. (Ends of PodSixNet's have no limits of their own: they take
    /// anything.)
    #[inline]
    fn check(&mut self, slot: &Slot, room: &mut Vec<u8>) -> Result<(), Excess> {
        let takes = slot.takes();
        if takes == Takes::ANYTHING {
            return Ok(());
        }
        takes.check(&match takes.is_as_wide_as(&self.limits) {
            true => Demands { size: self.payload.len(), ..Demands::default() },
            false => {
                *self.counted.get_or_insert_with(|| Demands::of_payload(self.payload.bytes(room)))
            }
        })
    }
}

impl Reactor {
    /// Puts a message into the out-buffer of its one peer. Always inlined where small messages come from, as
    /// [`Taker::next`](crate::shared::commands::Taker::next) is.
    #[inline(always)]
    pub(super) fn send(&mut self, to: &Reservation, payload: Payload<'_>) {
        let (id, index, reserved) = (to.peer, index(to.peer), to.bytes());
        let envelope = to.dialect.envelope(payload.len());
        let Some(peer) = self.peers.get_mut(index).filter(|peer| peer.id == id) else {
            return self.free_at(index, reserved);
        };
        match &mut peer.phase {
            Phase::Linked(Connection { stage: Stage::Open(open), out, .. }) => {
                // The sender has looked, but perhaps in the moment in which the connection opened, when it could not
                // know yet what the server takes.
                if open.takes_less
                    && let Some(slot) = self.shared.slots.find(id)
                    && let Err(excess) =
                        Demanding::new(&self.shared, payload).check(slot, &mut self.small)
                {
                    slot.sub_waiting(Waiting::sent(reserved), None);
                    return self.end_too_demanding(index, excess, EARLY, "the server");
                }
                out.push(envelope, payload, Room::sent(reserved), &mut self.spare);
                self.to_write.push(index);
            }
            _ => match peer.early() {
                Some(early) => {
                    early.queue.push(envelope, payload, Room::sent(reserved), &mut self.spare);
                    if to.dialect == Dialect::Podsix {
                        let demands = Demands::of_payload(payload.bytes(&mut self.small));
                        early.demands = early.demands.and(demands);
                    }
                    // Nothing of it is written before the server has replied.
                    self.recount(index);
                }
                // It has ended since the game sent this: the message is dropped with the peer.
                None => self.free_at(index, reserved),
            },
        }
    }

    /// Puts a message into the out-buffers of all but one who speak a dialect that it goes out in.
    pub(super) fn broadcast(&mut self, except: PeerId, payloads: &Payloads<Payload<'_>>) {
        self.make_room_for_broadcast(payloads);
        let out_buffer = self.shared.config.out_buffer as usize;
        let mut demanding = payloads.map(|payload| Demanding::new(&self.shared, *payload));
        for index in 0..self.peers.len() {
            let Some((id, connection)) = self.peers.linked(index) else { continue };
            let Stage::Open(Open { met: true, takes_less, .. }) = connection.stage else {
                continue;
            };
            if id == except {
                continue;
            }
            let Some(slot) = self.shared.slots.find(id) else { continue };
            let dialect = slot.via().dialect;
            let Some(demanding) = demanding.get_mut(dialect) else { continue };
            let payload = demanding.payload;
            let bytes = dialect.enveloped(payload.len());
            if takes_less && let Err(excess) = demanding.check(slot, &mut self.small) {
                self.end_too_demanding(index, excess, "a broadcast", "this peer");
                continue;
            }
            // What lies ahead of it, not what the game has sent since.
            if connection.out.len() + bytes <= out_buffer {
                put_broadcast(connection, slot, dialect, payload, &mut self.spare);
            } else if self.has_room_or_ends(index, bytes)
                && let Some(connection) = self.peers.connection(index)
                && let Some(slot) = self.shared.slots.find(id)
            {
                put_broadcast(connection, slot, dialect, payload, &mut self.spare);
            } else {
                continue;
            }
            self.to_write.push(index);
        }
    }
}

/// Puts a broadcast into one peer's out-buffer.
#[inline]
fn put_broadcast(
    connection: &mut Connection,
    slot: &Slot,
    dialect: Dialect,
    payload: Payload<'_>,
    spare: &mut Spare,
) {
    let bytes = dialect.enveloped(payload.len());
    slot.add_waiting(Waiting::broadcast(bytes));
    let envelope = dialect.envelope(payload.len());
    connection.out.push(envelope, payload, Room::broadcast(bytes), spare);
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use crate::shared::command::Command;
    use crate::shared::payload::Counted;
    use crate::shared::slot::Reserved;
    use crate::{Config, Host, Mode};

    /// A thread had found a peer, and takes room in its slot and sends when that is another's.
    #[test]
    fn what_was_sent_to_a_slots_last_peer_is_taken_out_of_its_next_ones_count() {
        let mut host = Host::new(Config { mode: Mode::Inline, ..Config::default() }).unwrap();
        let server = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let peer = host.connect(&server.local_addr().unwrap().to_string(), None).unwrap();
        let shared = host.handle().shared.clone();
        let slot = shared.slots.find(peer).unwrap();
        host.poll().unwrap();
        let waiting = slot.waiting();
        let gone = PeerId::from_u64(peer.get() ^ 1 << 52);
        for (dialect, is_small) in Dialect::ALL.into_iter().zip([true, false].repeat(2)) {
            let payload = vec![1; 100];
            let to = Reservation::of(gone, dialect, payload.len());
            assert_eq!(slot.reserve(to.bytes(), 1 << 20), Reserved::Yes);
            assert!(slot.waiting().sent > waiting.sent + 100);
            if is_small {
                assert!(shared.commands.push_send(&to, &payload));
            } else {
                let payload = Counted::new(payload, &shared.budget);
                shared.command(Command::Send { to, payload });
            }
            host.poll().unwrap();
            assert_eq!(slot.waiting(), waiting, "{dialect}");
        }
    }
}
