//! Everything that may be asked of a host from any thread.

use std::collections::hash_map::Entry;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, TryLockError};

use mio::Interest;
use serde::Serialize;

use crate::address::{Address, Target};
use crate::config::Config;
use crate::error::{Error, Result, Side};
use crate::event::{ListenerId, PeerId};
use crate::net::command::{Command, Connect, Goodbye};
use crate::net::listener::Listener;
use crate::net::reactor::{Reactor, listener_token};
use crate::net::shared::Shared;
use crate::net::slot::{Reserved, Slot, State};
use crate::stats::{HostStats, PeerStats};
use crate::value::{self, Message};
use crate::wire;
use crate::{Level, LogRecord};

/// A host as every thread may use it: cheap to clone, and never blocking.
///
/// It may outlive its [`Host`](crate::Host); then there are no peers any more, and none can come.
#[derive(Clone)]
pub struct Handle {
    pub(crate) shared: Arc<Shared>,
    /// Inline mode: whoever finds the reactor free lets it work.
    pub(crate) inline: Option<Arc<Mutex<Reactor>>>,
}

impl Handle {
    /// The settings the host was made with.
    pub fn config(&self) -> &Config {
        &self.shared.config
    }

    /// Listens on an address: `tcp://0.0.0.0:31425`, `[::1]:0`, or `*:31425` for every address of
    /// this machine, IPv4 and IPv6. Port 0 takes a free one, which
    /// [`listener_address`](Self::listener_address) tells. With `approval`, each client that greets
    /// is a REQUEST event, and the game accepts or refuses it. The address is bound before this
    /// returns; if that fails, the error says why.
    pub fn listen(&self, address: &str, approval: bool) -> Result<ListenerId> {
        self.check_alive()?;
        let mut listener = Listener::bind(&Address::parse(address)?, approval)?;
        let mut listeners = self.shared.listeners.lock().unwrap_or_else(|held| held.into_inner());
        loop {
            let number = self.shared.next_listener.fetch_add(1, Ordering::Relaxed);
            let Some(id) = NonZeroU32::new(number) else { continue };
            if let Entry::Vacant(place) = listeners.entry(id) {
                let (token, interest) = (listener_token(id), Interest::READABLE);
                let registered =
                    self.shared.registry.register(&mut listener.socket, token, interest);
                registered.map_err(|error| Error::os(format!("listening on {address}"), &error))?;
                self.shared.log.add(Level::Info, format!("listening on {}", listener.address));
                place.insert(listener);
                return Ok(ListenerId(id));
            }
        }
    }

    /// The address a listener is bound to, with its real port.
    pub fn listener_address(&self, listener: ListenerId) -> Result<SocketAddr> {
        let listeners = self.shared.listeners.lock().unwrap_or_else(|held| held.into_inner());
        let listener = listeners.get(&listener.0).ok_or(Error::UnknownListener(listener.get()))?;
        Ok(listener.address)
    }

    /// Stops listening; the port is free when this returns. Connections stay.
    pub fn stop_listening(&self, listener: ListenerId) -> Result<()> {
        let mut listeners = self.shared.listeners.lock().unwrap_or_else(|held| held.into_inner());
        let stopped = listeners.remove(&listener.0);
        let stopped = stopped.ok_or(Error::UnknownListener(listener.get()))?;
        self.shared.log.add(Level::Info, format!("no longer listening on {}", stopped.address));
        Ok(())
    }

    /// Connects to a server: `tcp://play.example.org:31425`, `10.0.0.1`, `[::1]:5000`. The id is
    /// there at once, and so may be the first sends: they wait until CONNECTED. One of CONNECTED and
    /// ERROR follows (only the last event, if the game closes it before it has polled CONNECTED).
    /// `hello` (at most 4,096 bytes) is what the server sees of this client before it lets it in.
    pub fn connect(&self, address: &str, hello: Option<&Message>) -> Result<PeerId> {
        self.check_alive()?;
        let address = Address::parse(address)?;
        if address.host == Target::Any {
            return Err(Error::BadAddress(
                "connecting needs the name or address of a server".into(),
            ));
        }
        if address.port == 0 {
            return Err(Error::BadAddress("connecting needs a port other than 0".into()));
        }
        let hello = greeting(hello)?;
        if !self.shared.budget.admits() {
            let (used, budget) = (self.shared.budget.used(), self.shared.budget.limit());
            return Err(Error::Memory { used, budget });
        }
        let full = Error::TooManyPeers { limit: self.shared.config.max_peers };
        if !self.shared.take_seat() {
            return Err(full);
        }
        let Some(peer) = self.shared.slots.claim(State::Connecting, 2, 0, None) else {
            self.shared.leave_seat();
            return Err(full);
        };
        self.command(Command::Connect(Box::new(Connect { peer, address, hello })));
        Ok(peer)
    }

    /// Lets in a client that asked; `reply` (at most 4,096 bytes) comes with its CONNECTED event.
    /// What is sent from now on reaches it.
    pub fn accept(&self, peer: PeerId, reply: Option<&Message>) -> Result<()> {
        let reply = greeting(reply)?;
        self.answer(peer, State::Answering)?;
        self.shared.command(Command::Accept { peer, reply });
        // Only now may others send: what they send must not overtake this. If the reactor has been
        // quicker, or the peer is gone, that stands.
        if let Some(slot) = self.shared.slots.find(peer) {
            let _ = slot.change_state(peer, &[State::Answering], State::Answered);
        }
        self.send_now();
        Ok(())
    }

    /// Turns away a client that asked; `code` and `text` (at most 1,024 bytes) come with its ERROR
    /// event.
    pub fn refuse(&self, peer: PeerId, code: i32, text: &str) -> Result<()> {
        self.answer(peer, State::Leaving)?;
        self.command(Command::Refuse { peer, goodbye: goodbye(code, text) });
        Ok(())
    }

    fn answer(&self, peer: PeerId, to: State) -> Result<()> {
        let changed = self.slot(peer)?.change_state(peer, &[State::Requested], to);
        changed.map_err(|_| Error::NotRequested(peer.get()))
    }

    /// Closes a connection after what was sent before has been delivered, or `linger` has passed;
    /// then comes DISCONNECTED. `code` and `text` (at most 1,024 bytes) reach the other end. Nothing
    /// can be sent any more, and no more messages come from this peer. A connect that is not open yet is
    /// given up, with what was sent to it.
    pub fn disconnect(&self, peer: PeerId, code: i32, text: &str) -> Result<()> {
        let changed = self.slot(peer)?.change_state(peer, &State::LIVE, State::Leaving);
        changed.map_err(|_| Error::NotConnected(peer.get()))?;
        self.command(Command::Disconnect { peer, goodbye: goodbye(code, text) });
        Ok(())
    }

    /// Closes a connection at once, whatever waits. DISCONNECTED follows, or ERROR if it was not
    /// open yet.
    pub fn drop_peer(&self, peer: PeerId) -> Result<()> {
        let slot = self.slot(peer)?;
        let changed = match slot.change_state(peer, &State::LIVE, State::Leaving) {
            Err(State::Leaving) => Ok(()),
            changed => changed,
        };
        changed.map_err(|_| Error::NotConnected(peer.get()))?;
        self.command(Command::Drop { peer });
        Ok(())
    }

    /// Sends anything serde can serialize. Structs become maps; give them a field `action`.
    pub fn send<T: Serialize + ?Sized>(&self, peer: PeerId, message: &T) -> Result<()> {
        let message = Message::from_serialize(message)?;
        self.send_message(peer, &message)
    }

    /// Sends a message to one peer. Either all of it is taken or, with an error, nothing.
    #[inline]
    pub fn send_message(&self, peer: PeerId, message: &Message) -> Result<()> {
        self.send_payload(peer, self.checked(message)?)
    }

    /// Sends a message that is MessagePack already; it is checked first.
    pub fn send_msgpack(&self, peer: PeerId, bytes: &[u8]) -> Result<()> {
        self.check_size(bytes.len())?;
        value::validate(bytes, &self.shared.config.limits())?;
        self.send_payload(peer, bytes)
    }

    /// Sends a message written as JSON.
    pub fn send_json(&self, peer: PeerId, json: &str) -> Result<()> {
        let message = Message::from_json(json)?;
        self.send_message(peer, &message)
    }

    #[inline]
    fn send_payload(&self, peer: PeerId, payload: &[u8]) -> Result<()> {
        self.check_send()?;
        self.reserve(peer, payload.len())?;
        self.shared.send(peer, payload);
        self.send_now();
        Ok(())
    }

    /// Sends one message to many peers, encoded once. Each peer has a result of its own, given to
    /// `result` with the peer's index; none is disconnected. How many took it.
    pub fn send_many(
        &self,
        peers: &[PeerId],
        message: &Message,
        mut result: impl FnMut(usize, Result<()>),
    ) -> Result<usize> {
        let payload = self.checked(message)?;
        self.check_send()?;
        let results: Vec<_> = peers.iter().map(|&peer| self.reserve(peer, payload.len())).collect();
        let each = peers.iter().zip(&results);
        let taken: Vec<_> =
            each.filter(|(_, taken)| taken.is_ok()).map(|(&peer, _)| peer).collect();
        let count = taken.len();
        if count > 0 {
            self.shared.send_many(taken.into(), payload);
            self.send_now();
        }
        results.into_iter().enumerate().for_each(|(index, taken)| result(index, taken));
        Ok(count)
    }

    /// Sends a message to every peer that is connected, but for `except`. It is encoded once and
    /// handed over once, however many they are. A peer whose out-buffer is full is disconnected
    /// (`SlowPeer`): losing a message silently would be worse.
    pub fn broadcast(&self, message: &Message, except: PeerId) -> Result<()> {
        let payload = self.checked(message)?;
        self.check_send()?;
        self.shared.broadcast(except, payload);
        self.send_now();
        Ok(())
    }

    /// The address of the other end. Not known yet while a connect is on its way.
    pub fn peer_address(&self, peer: PeerId) -> Result<SocketAddr> {
        let address = self.shared.slots.read(peer, Slot::address);
        address.ok_or(Error::UnknownPeer(peer.get()))?.ok_or(Error::NotConnected(peer.get()))
    }

    /// A peer's statistics.
    pub fn peer_stats(&self, peer: PeerId) -> Result<PeerStats> {
        let now = self.shared.stamp(self.shared.now());
        let stats = self.shared.slots.read(peer, |slot| PeerStats::of(slot, now));
        stats.ok_or(Error::UnknownPeer(peer.get()))
    }

    /// What [`set_user_data`](Self::set_user_data) stored, 0 at first.
    pub fn user_data(&self, peer: PeerId) -> Result<usize> {
        Ok(self.slot(peer)?.user_data.load(Ordering::Acquire))
    }

    /// Stores a number, or an address, with a peer; its events bring it along.
    pub fn set_user_data(&self, peer: PeerId, data: usize) -> Result<()> {
        self.slot(peer)?.user_data.store(data, Ordering::Release);
        Ok(())
    }

    /// The peers that are connected.
    pub fn peers(&self) -> Vec<PeerId> {
        let mut peers = Vec::new();
        self.shared.slots.for_each(|peer, slot| {
            if slot.state() == State::Open {
                peers.push(peer);
            }
        });
        peers
    }

    /// The host's statistics.
    pub fn stats(&self) -> HostStats {
        let listeners = self.shared.listeners.lock().unwrap_or_else(|held| held.into_inner()).len();
        HostStats::of(&self.shared, listeners)
    }

    /// The oldest record of the log that has not been read yet.
    pub fn next_log(&self) -> Option<LogRecord> {
        self.shared.log.next()
    }

    fn check_alive(&self) -> Result<()> {
        if self.shared.gone.load(Ordering::Acquire) {
            return Err(Error::BadArgument("the host has been dropped".into()));
        }
        self.check_sound()
    }

    /// A reactor that has panicked takes nothing any more.
    #[inline]
    fn check_sound(&self) -> Result<()> {
        if self.shared.poisoned.load(Ordering::Relaxed) { Err(Error::Panic) } else { Ok(()) }
    }

    #[inline]
    fn check_send(&self) -> Result<()> {
        self.check_sound()?;
        self.shared.budget.check_send()
    }

    #[inline]
    fn slot(&self, peer: PeerId) -> Result<&Slot> {
        self.shared.slots.find(peer).ok_or(Error::UnknownPeer(peer.get()))
    }

    /// The payload of a finished message that keeps to this host's limits.
    #[inline]
    fn checked<'m>(&self, message: &'m Message) -> Result<&'m [u8]> {
        let bytes = message.bytes()?;
        let config = &self.shared.config;
        self.check_size(bytes.len())?;
        if message.depth() > config.max_depth {
            return Err(Error::TooDeep { limit: config.max_depth });
        }
        if message.values() > config.max_values {
            return Err(Error::TooManyValues { limit: config.max_values });
        }
        Ok(bytes)
    }

    #[inline]
    fn check_size(&self, size: usize) -> Result<()> {
        let limit = self.shared.config.max_message as usize;
        if size <= limit {
            return Ok(());
        }
        Err(Error::TooLarge { size, limit, whose: Side::Ours })
    }

    /// Takes room for a message in a peer's out-buffer.
    #[inline]
    fn reserve(&self, peer: PeerId, size: usize) -> Result<()> {
        let slot = self.slot(peer)?;
        if !matches!(slot.state(), State::Connecting | State::Answered | State::Open) {
            return Err(Error::NotConnected(peer.get()));
        }
        let limit = slot.their_max.load(Ordering::Relaxed) as usize;
        if size > limit {
            return Err(Error::TooLarge { size, limit, whose: Side::Theirs });
        }
        let limit = self.shared.config.out_buffer as usize;
        match slot.reserve(size + wire::HEADER, limit) {
            Reserved::Yes => Ok(()),
            Reserved::Full(waiting) => Err(Error::WouldBlock { waiting, limit }),
        }
    }

    fn command(&self, command: Command) {
        self.shared.command(command);
        self.send_now();
    }

    /// Inline mode: lets the reactor take the command now, unless another thread has it; that one
    /// looks again before it rests.
    pub(crate) fn send_now(&self) {
        let Some(reactor) = &self.inline else { return };
        while self.shared.commands.has_next() {
            match reactor.try_lock() {
                Ok(mut reactor) => reactor.send_now(),
                Err(TryLockError::WouldBlock) => return,
                Err(TryLockError::Poisoned(_)) => return,
            }
        }
    }
}

/// A hello or reply, checked.
fn greeting(message: Option<&Message>) -> Result<Box<[u8]>> {
    let Some(message) = message else { return Ok(Box::default()) };
    let bytes = message.bytes()?;
    if bytes.len() > wire::MAX_HELLO {
        return Err(Error::BadMessage(format!(
            "a hello or reply has at most {} bytes, this one {}",
            wire::MAX_HELLO,
            bytes.len()
        )));
    }
    Ok(bytes.into())
}

fn goodbye(code: i32, text: &str) -> Box<Goodbye> {
    let text = text[..text.floor_char_boundary(wire::MAX_TEXT)].to_owned();
    Box::new(Goodbye { code, text })
}
