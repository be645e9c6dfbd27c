//! Sending, on the thread that sends: a message is held against the peer that is to get it, room is taken for
//! it in that one's out-buffer, and it goes into its lane.

use std::cell::OnceCell;
use std::sync::atomic::Ordering;

use crate::error::{Error, Result};
use crate::event::PeerId;
use crate::shared::Shared;
use crate::shared::command::Command;
use crate::shared::commands::SMALL_MESSAGE;
use crate::shared::payload::{Counted, Payloads, TABLE, write_table};
use crate::shared::slot::{Reservation, Reserved, Slot};
use crate::shared::translation;
use crate::wire::{Demands, Dialect};

impl Shared {
    /// Sends a message, which keeps to this host's limits, to one peer. Either all of it is taken or, with an
    /// error, nothing. `write` has what is withheld written, before anything is refused for want of room.
    #[inline(always)]
    pub(crate) fn send(
        &self,
        peer: PeerId,
        payload: &[u8],
        demands: &Demands,
        write: impl Fn(),
    ) -> Result<()> {
        self.check_send(payload.len())?;
        let slot = self.find(peer)?;
        match slot.via().dialect {
            Dialect::Podsix => {
                let dialect = Dialect::Podsix;
                let to = self.reserve(slot, peer, dialect, payload.len(), demands, &write)?;
                self.put(to, payload);
                Ok(())
            }
            dialect => self.send_translated(peer, dialect, payload, write),
        }
    }

    #[inline(never)]
    fn send_translated(
        &self,
        peer: PeerId,
        dialect: Dialect,
        payload: &[u8],
        write: impl Fn(),
    ) -> Result<()> {
        translation::with_room(|room| {
            self.translate(dialect, payload, room)?;
            // Once more: the game's own codec may take its time.
            let slot = self.find(peer)?;
            let demands = Demands::default();
            let to = self.reserve(slot, peer, dialect, room.len(), &demands, write)?;
            self.put(to, room);
            Ok(())
        })
    }

    /// Likewise to many, each with a result of its own.
    pub(crate) fn send_many(
        &self,
        peers: &[PeerId],
        payload: &[u8],
        demands: &Demands,
        write: impl Fn(),
    ) -> Result<Vec<Result<()>>> {
        self.check_send(payload.len())?;
        let mut to = Vec::with_capacity(peers.len());
        let mut translated: [OnceCell<Result<Vec<u8>>>; Dialect::ALL.len()] = Default::default();
        let take = |&peer: &PeerId| {
            let slot = self.find(peer)?;
            let dialect = slot.via().dialect;
            let (len, demands) = match dialect {
                Dialect::Podsix => (payload.len(), demands),
                _ => {
                    let translate = || {
                        let mut room = Vec::new();
                        self.translate(dialect, payload, &mut room).map(|()| room)
                    };
                    let payload = translated[dialect as usize].get_or_init(translate).as_ref();
                    (payload.map_err(Clone::clone)?.len(), &Demands::default())
                }
            };
            to.push(self.reserve(slot, peer, dialect, len, demands, &write)?);
            Ok(())
        };
        let results = peers.iter().map(take).collect();
        let mut payloads = Payloads::default();
        for to in &to {
            if payloads.get(to.dialect).is_none() {
                let bytes = match translated[to.dialect as usize].take() {
                    Some(Ok(translated)) => translated,
                    _ => payload.to_vec(),
                };
                payloads.set(to.dialect, Counted::new(bytes, &self.budget));
            }
        }
        if !to.is_empty() {
            self.command(Command::SendMany { to: to.into(), payloads });
        }
        Ok(results)
    }

    /// Likewise to everybody who is connected but for one.
    pub(crate) fn broadcast(&self, except: PeerId, payload: &[u8]) -> Result<()> {
        self.check_send(payload.len())?;
        self.check_open()?;
        let mut spoken = self.speakers.spoken().peekable();
        if spoken.peek().is_none() {
            if !self
                .broadcast_small(payload, |payload| self.commands.push_broadcast(except, payload))
            {
                let mut payloads = Payloads::default();
                payloads.set(Dialect::Podsix, Counted::new(payload.to_vec(), &self.budget));
                self.command(Command::Broadcast { except, payloads });
            }
            return Ok(());
        }
        translation::with_room(|room| {
            room.resize(TABLE, 0);
            room.extend_from_slice(payload);
            let mut lens = Payloads::default();
            lens.set(Dialect::Podsix, payload.len());
            // All of them before any is sent: one that cannot be written keeps all from going.
            for dialect in spoken {
                let start = room.len();
                self.translate(dialect, payload, room)?;
                lens.set(dialect, room.len() - start);
            }
            if room.len() <= SMALL_MESSAGE {
                write_table(&lens, &mut room[..TABLE]);
            }
            if !self.broadcast_small(room, |packed| self.commands.push_packed(except, packed)) {
                let (mut payloads, mut rest) = (Payloads::default(), &room[TABLE..]);
                for dialect in Dialect::ALL {
                    if let Some(&len) = lens.get(dialect) {
                        let (payload, behind) = rest.split_at(len);
                        payloads.set(dialect, Counted::new(payload.to_vec(), &self.budget));
                        rest = behind;
                    }
                }
                self.command(Command::Broadcast { except, payloads });
            }
            Ok(())
        })
    }

    /// Puts a broadcast into the ring, if it is small and there is room.
    fn broadcast_small(&self, bytes: &[u8], push: impl FnOnce(&[u8]) -> bool) -> bool {
        if bytes.len() > SMALL_MESSAGE {
            return false;
        }
        self.unplaced.fetch_add(1, Ordering::Relaxed);
        let is_there = push(bytes);
        match is_there {
            true => self.wake_io(),
            false => drop(self.unplaced.fetch_sub(1, Ordering::Relaxed)),
        }
        is_there
    }

    /// Puts a message for one peer into its lane.
    #[inline(always)]
    fn put(&self, to: Reservation, payload: &[u8]) {
        if payload.len() <= SMALL_MESSAGE && self.commands.push_send(&to, payload) {
            return self.wake_io();
        }
        self.put_beside(to, payload);
    }

    /// Likewise into the lane for whatever is large, or found the other one full.
    #[inline(never)]
    fn put_beside(&self, to: Reservation, payload: &[u8]) {
        let payload = Counted::new(payload.to_vec(), &self.budget);
        self.command(Command::Send { to, payload });
    }

    #[inline(always)]
    fn check_send(&self, bytes: usize) -> Result<()> {
        self.condition.check()?;
        self.budget.check_send(bytes)
    }

    #[inline(always)]
    fn find(&self, peer: PeerId) -> Result<&Slot> {
        self.slots.find(peer).ok_or(Error::UnknownPeer(peer.get()))
    }

    fn translate(&self, dialect: Dialect, payload: &[u8], out: &mut Vec<u8>) -> Result<()> {
        self.dialects.translate(dialect, payload, self.config.max_message, out)
    }

    /// Takes room in a peer's out-buffer for a message whose payload has `len` bytes, if the peer takes such a
    /// message.
    #[inline(always)]
    fn reserve(
        &self,
        slot: &Slot,
        peer: PeerId,
        dialect: Dialect,
        len: usize,
        demands: &Demands,
        write: impl Fn(),
    ) -> Result<Reservation> {
        let limit = self.config.out_buffer as usize;
        let refused = if !slot.state().is_sendable() {
            Error::NotConnected(peer.get())
        } else if let Err(excess) = slot.takes().check(demands) {
            excess.into()
        } else {
            let reservation = Reservation::of(peer, dialect, len);
            if self.withheld.is_any() && !slot.has_room(reservation.bytes(), limit) {
                write();
            }
            match slot.reserve(reservation.bytes(), limit) {
                Reserved::Yes => return Ok(reservation),
                Reserved::Full(waiting) => Error::WouldBlock { waiting, limit },
            }
        };
        // The slot may have changed hands: then it is another peer that refused.
        self.find(peer)?;
        Err(refused)
    }
}
