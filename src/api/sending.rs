//! What may be sent: to one peer, to many, to all.

use std::cell::OnceCell;
use std::ops::Range;

use serde::Serialize;

use crate::api::handle::Handle;
use crate::error::{Error, Result, Side};
use crate::event::PeerId;
use crate::shared::dialects;
use crate::shared::slot::{Reserved, Slot};
use crate::value::{self, Message};
use crate::wire::{self, Demands, Dialect};

impl Handle {
    /// Sends anything serde can serialize. Structs become maps; give them a field `action`.
    ///
    /// # Errors
    /// `BadMessage` if serde cannot serialize it, and all of [`send_message`](Self::send_message).
    pub fn send<T: Serialize + ?Sized>(&self, peer: PeerId, message: &T) -> Result<()> {
        let message = Message::from_serialize(message)?;
        self.send_message(peer, &message)
    }

    /// Sends a message to one peer. Either all of it is taken or, with an error, nothing. Taken means that the peer's
    /// out-buffer has it; a peer that is not connected yet gets it when it is.
    ///
    /// # Errors
    /// - `WouldBlock` if the peer's out-buffer is full: its WRITABLE event says when to send again
    /// - `NotConnected` if it is not accepted yet, is being closed or has ended; `UnknownPeer` if it is no peer of
    ///   this host's
    /// - `TooLarge`, `TooDeep`, `TooManyValues` for a message beyond this host's `max_message`, `max_depth` or
    ///   `max_values`, or beyond the other end's, which the error tells
    /// - `Unsendable` for what has no form in what the peer speaks: bytes in JSON, a tuple as a key for an end of
    ///   version 1.0, what the game's own codec refuses; `Terminator` for what holds the five bytes that end a
    ///   PodSixNet message
    /// - `Memory` while nine tenths of `memory_budget` are in use
    /// - [what a mistake in the message answers](Error#mistakes-in-a-message)
    /// - [those of every call](Handle#errors)
    #[inline]
    pub fn send_message(&self, peer: PeerId, message: &Message) -> Result<()> {
        let (payload, demands) = self.checked(message)?;
        self.send_payload(peer, payload, &demands)
    }

    /// Sends a message that is MessagePack already; it is checked first.
    ///
    /// # Errors
    /// `BadMessage` for bytes that are not one value, as [`validate`](crate::value::validate) has it, and all of
    /// [`send_message`](Self::send_message).
    pub fn send_msgpack(&self, peer: PeerId, bytes: &[u8]) -> Result<()> {
        self.check_size(bytes.len())?;
        let tally = value::validate(bytes, &self.shared.config.limits())?;
        self.send_payload(peer, bytes, &Demands { size: bytes.len(), tally })
    }

    /// Sends a message written as JSON, which [`add_json`](Message::add_json) reads.
    ///
    /// # Errors
    /// `BadJson` for text that is none, and all of [`send_message`](Self::send_message).
    pub fn send_json(&self, peer: PeerId, json: &str) -> Result<()> {
        let message = Message::from_json(json)?;
        self.send_message(peer, &message)
    }

    #[inline]
    fn send_payload(&self, peer: PeerId, payload: &[u8], demands: &Demands) -> Result<()> {
        self.check_send()?;
        let slot = self.find(peer)?;
        let dialect = slot.via().dialect;
        if dialect != Dialect::Podsix {
            return self.send_translated(dialect, peer, payload);
        }
        self.reserve(peer, slot, wire::HEADER + payload.len(), demands)?;
        self.shared.send(dialect, peer, payload);
        self.send_now();
        Ok(())
    }

    fn send_translated(&self, dialect: Dialect, peer: PeerId, payload: &[u8]) -> Result<()> {
        dialects::with_room(|frame| {
            self.translate(dialect, payload, frame)?;
            self.reserve(peer, self.find(peer)?, frame.len(), &Demands::default())?;
            self.shared.send(dialect, peer, frame);
            self.send_now();
            Ok(())
        })
    }

    /// Appends what goes to the peers that speak a protocol: the payload itself for podsix's own.
    fn translate(
        &self,
        dialect: Dialect,
        payload: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<Range<usize>> {
        let start = out.len();
        match self.shared.dialects.codec(dialect)? {
            Some(codec) => {
                dialects::translate(codec, payload, self.config().max_message, out)?;
            }
            None => out.extend_from_slice(payload),
        }
        Ok(start..out.len())
    }

    /// Sends one message to many peers, encoded once. Each peer has a result of its own, given to
    /// `result` with the peer's index; none is disconnected. How many took it.
    ///
    /// # Errors
    /// For the message, of which then nobody gets anything and `result` hears nothing: `TooLarge`, `TooDeep`,
    /// `TooManyValues` beyond this host's limits, `Memory`,
    /// [what a mistake in it answers](Error#mistakes-in-a-message), and [those of every call](Handle#errors).
    /// The rest of [`send_message`](Self::send_message)'s are single peers' results.
    pub fn send_many(
        &self,
        peers: &[PeerId],
        message: &Message,
        mut result: impl FnMut(usize, Result<()>),
    ) -> Result<usize> {
        let (payload, demands) = self.checked(message)?;
        self.check_send()?;
        let mut taken: [Vec<PeerId>; Dialect::ALL.len()] = Default::default();
        let frames: [OnceCell<Result<Vec<u8>>>; Dialect::ALL.len()] = Default::default();
        let take = |peer: PeerId| {
            let slot = self.find(peer)?;
            let dialect = slot.via().dialect;
            let (size, demands) = match dialect {
                Dialect::Podsix => (wire::HEADER + payload.len(), demands),
                _ => {
                    let translated = || {
                        let mut frame = Vec::new();
                        self.translate(dialect, payload, &mut frame).map(|_| frame)
                    };
                    let frame = frames[dialect as usize].get_or_init(translated).as_ref();
                    (frame.map_err(Clone::clone)?.len(), Demands::default())
                }
            };
            self.reserve(peer, slot, size, &demands)?;
            taken[dialect as usize].push(peer);
            Ok(())
        };
        let results: Vec<_> = peers.iter().copied().map(take).collect();
        let mut count = 0;
        for (dialect, peers) in Dialect::ALL.into_iter().zip(taken) {
            count += peers.len();
            if peers.is_empty() {
                continue;
            }
            let frame = frames[dialect as usize].get().and_then(|frame| frame.as_ref().ok());
            self.shared.send_many(dialect, peers.into(), frame.map_or(payload, |frame| frame));
        }
        if count > 0 {
            self.send_now();
        }
        results.into_iter().enumerate().for_each(|(index, taken)| result(index, taken));
        Ok(count)
    }

    /// Sends a message to every peer that is connected, from when its CONNECTED has been polled, but for
    /// `except`. It is encoded once and handed over once, however many they are. A peer whose out-buffer
    /// is full is disconnected (`SlowPeer`), and so is one that takes no message of so many bytes, values
    /// or levels (`TooLarge`): losing a message silently would be worse.
    ///
    /// # Errors
    /// Nobody gets anything with
    /// - `TooLarge`, `TooDeep`, `TooManyValues` for a message beyond this host's limits
    /// - `Unsendable`, `Terminator`, and `TooLarge` for what it has on the wire, if somebody is connected who
    ///   speaks PodSixNet and the message has no form in that
    /// - `Memory` while nine tenths of `memory_budget` are in use
    /// - `Closing` from when [`close`](crate::Host::close) was called
    /// - [what a mistake in the message answers](Error#mistakes-in-a-message)
    /// - [those of every call](Handle#errors)
    pub fn broadcast(&self, message: &Message, except: PeerId) -> Result<()> {
        let (payload, _) = self.checked(message)?;
        self.check_send()?;
        self.check_open()?;
        dialects::with_room(|frames| {
            // All of them before any is sent: one that cannot be written keeps all from going.
            let mut places = [const { None }; Dialect::ALL.len()];
            for dialect in self.shared.dialects.spoken() {
                places[dialect as usize] = Some(self.translate(dialect, payload, frames)?);
            }
            self.shared.broadcast(Dialect::Podsix, except, payload);
            for (dialect, place) in Dialect::ALL.into_iter().zip(places) {
                if let Some(place) = place {
                    self.shared.broadcast(dialect, except, &frames[place]);
                }
            }
            self.send_now();
            Ok(())
        })
    }

    #[inline]
    fn check_send(&self) -> Result<()> {
        self.check()?;
        self.shared.budget.check_send()
    }

    /// The payload of a finished message that keeps to this host's limits, and what it demands of others.
    #[inline]
    fn checked<'m>(&self, message: &'m Message) -> Result<(&'m [u8], Demands)> {
        let bytes = message.bytes()?;
        let config = &self.shared.config;
        self.check_size(bytes.len())?;
        if message.depth() > config.max_depth {
            return Err(Error::TooDeep { limit: config.max_depth, whose: Side::Ours });
        }
        if message.values() > config.max_values {
            return Err(Error::TooManyValues { limit: config.max_values, whose: Side::Ours });
        }
        Ok((bytes, Demands::of(message, bytes.len())))
    }

    #[inline]
    fn check_size(&self, size: usize) -> Result<()> {
        let limit = self.shared.config.max_message as usize;
        if size <= limit {
            return Ok(());
        }
        Err(Error::TooLarge { size, limit, whose: Side::Ours })
    }

    /// Takes room for a message's frame in a peer's out-buffer, if the peer takes such a message.
    #[inline]
    fn reserve(&self, peer: PeerId, slot: &Slot, frame: usize, demands: &Demands) -> Result<()> {
        if !slot.state().is_sendable() {
            return Err(Error::NotConnected(peer.get()));
        }
        if let Err(excess) = slot.takes().check(demands) {
            // The slot may have changed hands; then it is another peer that takes no more.
            self.find(peer)?;
            return Err(excess.into());
        }
        let limit = self.shared.config.out_buffer as usize;
        match slot.reserve(frame, limit) {
            Reserved::Yes => Ok(()),
            Reserved::Full(waiting) => {
                // The slot may have changed hands; then it is another peer that is full.
                self.find(peer)?;
                Err(Error::WouldBlock { waiting, limit })
            }
        }
    }
}
