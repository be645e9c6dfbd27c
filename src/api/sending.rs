//! What may be sent: to one peer, to many, to all.

use serde::Serialize;

use crate::api::handle::Handle;
use crate::error::{Error, Result, Side};
use crate::event::PeerId;
use crate::value::{self, Message};
use crate::wire::Demands;

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
    #[inline(always)]
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

    #[inline(always)]
    fn send_payload(&self, peer: PeerId, payload: &[u8], demands: &Demands) -> Result<()> {
        self.shared.send(peer, payload, demands, || self.send_now())?;
        self.sent(payload.len());
        Ok(())
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
        let results = self.shared.send_many(peers, payload, &demands, || self.send_now())?;
        let count = results.iter().filter(|taken| taken.is_ok()).count();
        if count > 0 {
            self.sent(payload.len() + count * size_of::<PeerId>());
        }
        results.into_iter().enumerate().for_each(|(index, taken)| result(index, taken));
        Ok(count)
    }

    /// Sends a message to every peer that is connected, from when its CONNECTED has been polled, but for
    /// `except`. It is encoded once and handed over once, however many they are. A slow peer is
    /// disconnected (`SlowPeer`), and so is one that takes no message of so many bytes, values or levels
    /// (`TooLarge`): losing a message silently would be worse. A peer is slow if more than `slow_peer_bytes`
    /// would wait for it with this message, after writing was tried, or if it takes nothing for `slow_peer` while the
    /// message waits. That time does not count while its game sleeps and has said so, or while its line carries nothing,
    /// which the system tells on Linux. A peer that is only sent to is never slow, and what is broadcast takes no room
    /// from what is sent.
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
        if self.shared.withheld.is_any() && !self.shared.withheld.has_room(payload.len()) {
            // A peer that has no room for it is ended: not for what nobody has tried to write.
            self.send_now();
        }
        self.shared.broadcast(except, payload)?;
        self.sent(payload.len());
        Ok(())
    }

    /// The payload of a finished message that keeps to this host's limits, and what it demands of others. Always
    /// inlined, as all of the way from a send to the ring: what is handed from one to the next would otherwise go
    /// through memory, and be waited for there.
    #[inline(always)]
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

    #[inline(always)]
    fn check_size(&self, size: usize) -> Result<()> {
        let limit = self.shared.config.max_message as usize;
        if size <= limit {
            return Ok(());
        }
        Err(Error::TooLarge { size, limit, whose: Side::Ours })
    }
}
