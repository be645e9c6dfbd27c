//! Everything that may be asked of a host from any thread; [`sending`](crate::api::sending) has what sends.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;

use crate::address::{Address, Target};
use crate::api::stats::{HostStats, PeerStats};
use crate::codec::Custom;
use crate::config::Config;
use crate::error::{Error, Result};
use crate::event::{ListenerId, PeerId};
use crate::link::{Network, os};
use crate::reactor::Reactor;
use crate::shared::Shared;
use crate::shared::command::{Command, Connect, Goodbye};
use crate::shared::dialects;
use crate::shared::gate::{Gate, Outside};
use crate::shared::payload::Counted;
use crate::shared::slot::{Slot, State};
use crate::shared::via::Via;
use crate::value::{Message, Value};
use crate::wire::{self, Demands, Dialect};
use crate::{Level, LogRecord};

/// A host as every thread may use it: cheap to clone, and never blocking.
///
/// It may outlive its [`Host`](crate::Host); then there are no peers any more, and none can come. In a
/// forked child it answers [`Error::Forked`], and lists and counts nothing.
///
/// # Errors
/// Beside what stands at each, every call that can fail answers
/// - `Forked` in a forked child of the process that made the host;
/// - `Panic` when the library has failed: the host can only be dropped then;
/// - `BadArgument` when the host has been dropped.
///
/// # Threads
/// Any thread may make any call at any time, also while another one waits in the host. None waits for the network,
/// for a name to be looked up, or until the game polls. Inline, a call that gives the host something to do lets it
/// do that on the calling thread, unless another one is in it, which then does it.
#[derive(Clone)]
pub struct Handle {
    pub(crate) shared: Arc<Shared>,
    pub(crate) network: Arc<Network>,
    /// Inline mode: whoever finds the reactor free lets it work.
    pub(crate) inline: Option<Arc<Gate<Reactor>>>,
}

impl Handle {
    /// The settings the host was made with.
    pub fn config(&self) -> &Config {
        &self.shared.config
    }

    /// Listens on an address: `tcp://0.0.0.0:31425`, `podsixnet://[::1]:0`, or `*:31425` for every address
    /// of this machine, IPv4 and IPv6; see [`address`](crate::address). Port 0 takes a free one, which
    /// [`listener_address`](Self::listener_address) tells. With `approval`, each client that greets
    /// is a REQUEST event, and the game accepts or refuses it. The address is bound before this
    /// returns; if that fails, the error says why.
    ///
    /// # Platforms
    /// `*` is one socket for IPv4 and IPv6, or IPv4 alone where the system has no IPv6; `[::]` is IPv6 alone. On
    /// Unix a port can be taken again at once after a program that had it.
    ///
    /// # Errors
    /// - `BadAddress` for what cannot be read as an address, a name other than `localhost`, or `podsixnet+custom://`
    ///   before [`set_codec`](Self::set_codec)
    /// - `Os` if the system does not give the port: it is taken, not allowed, or not an address of this machine
    /// - `Unsendable`, `Terminator` if the game's own codec cannot write the greeting `{"action": "connected"}`
    /// - `Closing` from when [`close`](crate::Host::close) was called
    /// - [those of every call](Handle#errors)
    pub fn listen(&self, address: &str, approval: bool) -> Result<ListenerId> {
        self.check_open()?;
        let wanted = Address::parse(address)?;
        self.shared.dialects.prepare(wanted.scheme.dialect)?;
        // Again, now that whoever closes the host has taken all listeners away or will wait to do so.
        let (id, bound) = self.network.listen(&wanted, approval, || self.check_open())?;
        self.shared.log.add(Level::Info, format!("listening on {}{bound}", wanted.scheme));
        Ok(ListenerId(id))
    }

    /// The address a listener is bound to, with its real port.
    ///
    /// # Errors
    /// `UnknownListener` if it has stopped or never was; and [those of every call](Handle#errors).
    pub fn listener_address(&self, listener: ListenerId) -> Result<SocketAddr> {
        self.check()?;
        let address = self.network.listener_address(listener.0);
        address.ok_or(Error::UnknownListener(listener.get()))
    }

    /// Gives the host a codec of the game's own, once and before the first `podsixnet+custom://` address.
    /// It is called by whichever thread listens, accepts, sends or polls, never by the library's own; a panic of
    /// it goes to that thread's caller.
    ///
    /// # Errors
    /// `BadArgument` if the host has one already; and [those of every call](Handle#errors).
    pub fn set_codec(&self, codec: Custom) -> Result<()> {
        self.check()?;
        if self.shared.dialects.set_custom(codec) {
            return Ok(());
        }
        Err(Error::BadArgument("the host has a codec already, and keeps it".into()))
    }

    /// Stops listening; the port is free when this returns. Connections stay.
    ///
    /// # Errors
    /// `UnknownListener` if it has stopped or never was; and [those of every call](Handle#errors).
    pub fn stop_listening(&self, listener: ListenerId) -> Result<()> {
        self.check()?;
        let stopped = self.network.stop_listening(listener.0);
        let (scheme, address) = stopped.ok_or(Error::UnknownListener(listener.get()))?;
        let text = format!("no longer listening on {scheme}{address}");
        self.shared.log.add(Level::Info, text);
        Ok(())
    }

    /// Connects to a server: `tcp://play.example.org:31425`, `10.0.0.1`, `podsixnet://[::1]`; see
    /// [`address`](crate::address). A name is looked up without blocking, and up to 16 of its addresses are
    /// tried, the next 250 ms after the last one began or as soon as that has failed. The id is there at
    /// once, and the game may send at once: what it sends waits until CONNECTED. One of CONNECTED and ERROR
    /// follows (only the last event, if the game closes it before it has polled CONNECTED).
    /// `hello` (at most 4,096 bytes) is what the server sees of this client before it lets it in.
    ///
    /// A server of PodSixNet that has said nothing for
    /// [`GREETING_WAIT`](crate::wire::podsixnet::GREETING_WAIT) counts as having greeted: CONNECTED comes. If
    /// its first message then is a refusal, DISCONNECTED with [`Reason::Refused`](crate::Reason::Refused)
    /// follows; a greeting that brings more than the word "connected", or a second one, is a message.
    ///
    /// # Errors
    /// What goes wrong on the way is no error of this call but the ERROR event.
    /// - `BadAddress` for what cannot be read as an address, `*`, port 0, or `podsixnet+custom://` before
    ///   [`set_codec`](Self::set_codec)
    /// - `HelloTooLarge`; `Unsendable` for a hello with a tuple as a key, and for any hello to an address of
    ///   PodSixNet; [what a mistake in it answers](Error#mistakes-in-a-message)
    /// - `TooManyPeers` if there are `max_peers`, `Memory` while three quarters of `memory_budget` are in use
    /// - `Closing` from when [`close`](crate::Host::close) was called
    /// - [those of every call](Handle#errors)
    pub fn connect(&self, address: &str, hello: Option<&Message>) -> Result<PeerId> {
        self.check_open()?;
        let address = Address::parse(address)?;
        if address.host == Target::Any {
            return Err(Error::BadAddress(
                "connecting needs the name or address of a server".into(),
            ));
        }
        if address.port == 0 {
            return Err(Error::BadAddress("connecting needs a port other than 0".into()));
        }
        self.shared.dialects.codec(address.scheme.dialect)?;
        if hello.is_some_and(Message::has_tuple_keys) {
            return Err(Error::Unsendable(
                "a hello cannot have a tuple as a key, for not every server takes that: send it as a \
                 message once the connection is open"
                    .into(),
            ));
        }
        let hello = greeting(hello)?;
        if !hello.is_empty() && address.scheme.dialect != Dialect::Podsix {
            return Err(Error::Unsendable(format!(
                "{} has no hello: send it as the first message",
                address.scheme
            )));
        }
        if !self.shared.budget.admits() {
            let (used, budget) = (self.shared.budget.used(), self.shared.budget.limit());
            return Err(Error::Memory { used, budget });
        }
        let via = Via::new(None, address.scheme);
        let full = Error::TooManyPeers { limit: self.shared.config.max_peers };
        if !self.shared.take_seat() {
            return Err(full);
        }
        let Some(peer) = self.shared.slots.claim(State::Connecting, 2, via, None) else {
            self.shared.leave_seat();
            return Err(full);
        };
        let hello = Counted::new(hello.into(), &self.shared.budget);
        self.command(Command::Connect(Box::new(Connect { peer, address, hello })));
        Ok(peer)
    }

    /// Lets in a client that asked; `reply` (at most 4,096 bytes) comes with its CONNECTED event.
    /// What is sent from now on reaches it.
    ///
    /// ```
    /// use podsix::{Config, EventKind, Host, Message};
    /// use std::time::Duration;
    ///
    /// # fn main() -> podsix::Result<()> {
    /// let mut server = Host::new(Config::default())?;
    /// let address = server.listener_address(server.listen("127.0.0.1:0", true)?)?;
    /// let mut client = Host::new(Config::default())?;
    /// client.connect(&address.to_string(), Some(Message::new().begin("join").set("name", "Ada")))?;
    ///
    /// let handle = server.handle().clone();
    /// while let Some(event) = server.wait(Duration::from_secs(10))? {
    ///     if event.kind == EventKind::Request {
    ///         match event.message.get("name").as_str("") {
    ///             "" => handle.refuse(event.peer, 1, "tell your name")?,
    ///             _ => handle.accept(event.peer, Some(Message::new().begin("welcome").set("level", 3)))?,
    ///         }
    ///     }
    /// }
    /// let event = client.wait(Duration::from_secs(10))?.expect("an answer in time");
    /// assert_eq!(event.kind, EventKind::Connected);
    /// assert_eq!(event.message.get("level").as_int(0), 3);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The client still waits for an answer with
    /// - `HelloTooLarge`; `TooLarge`, `TooDeep`, `TooManyValues` or, for a tuple as a key, `Unsendable` if it does
    ///   not take such a reply; `TooDeep`, `Unsendable`, `Terminator` if the reply has no form in what it speaks;
    ///   [what a mistake in the reply answers](Error#mistakes-in-a-message)
    ///
    /// And there is nobody to let in with
    /// - `NotRequested` if it has not asked, has its answer, or has gone; `UnknownPeer` if it is no peer of this
    ///   host's
    /// - [those of every call](Handle#errors)
    pub fn accept(&self, peer: PeerId, reply: Option<&Message>) -> Result<()> {
        let message = reply;
        let mut reply = greeting(reply)?;
        let slot = self.slot(peer)?;
        if let Some(message) = message {
            slot.takes().check(&Demands::of(message, reply.len()))?;
        }
        let codec = self.shared.dialects.codec(slot.via().dialect)?;
        if let Some(codec) = codec
            && !reply.is_empty()
        {
            reply = dialects::greeting(codec, Some(Value::trusted(&reply)))?;
        }
        self.answer(peer, State::Answering)?;
        let reply = Counted::new(reply.into(), &self.shared.budget);
        self.shared.command(Command::Accept { peer, reply });
        // Only now may others send: what they send must not overtake this. If the reactor has been
        // quicker, or the peer is gone, that stands.
        if let Some(slot) = self.shared.slots.find(peer) {
            let _ = slot.move_state(peer, State::Answering, State::Answered);
        }
        self.send_now();
        Ok(())
    }

    /// Turns away a client that asked; `code` and `text` (at most 1,024 bytes, the rest is cut off) come with its
    /// ERROR event. Here DISCONNECTED follows.
    ///
    /// # Errors
    /// `NotRequested` if it has not asked, has its answer, or has gone; `UnknownPeer` if it is no peer of this
    /// host's; and [those of every call](Handle#errors).
    pub fn refuse(&self, peer: PeerId, code: i32, text: &str) -> Result<()> {
        self.answer(peer, State::GivenUp)?;
        self.command(Command::Refuse { peer, goodbye: goodbye(code, text) });
        Ok(())
    }

    fn answer(&self, peer: PeerId, to: State) -> Result<()> {
        let changed = self.slot(peer)?.move_state(peer, State::Requested, to);
        changed.map(drop).map_err(|_| Error::NotRequested(peer.get()))
    }

    /// Closes a connection after what was sent before has been delivered, or `linger` has passed;
    /// then comes DISCONNECTED. `code` and `text` (at most 1,024 bytes, the rest is cut off) reach the other end.
    /// Nothing can be sent any more, and no more messages come from this peer. A connect that is not open yet is
    /// given up, with what was sent to it, and ends with ERROR; a client that asks to be let in is refused.
    ///
    /// # Errors
    /// `NotConnected` if it is being closed or has ended already; `UnknownPeer` if it is no peer of this host's; and
    /// [those of every call](Handle#errors).
    pub fn disconnect(&self, peer: PeerId, code: i32, text: &str) -> Result<()> {
        self.leave(peer, State::left)?;
        self.command(Command::Disconnect { peer, goodbye: goodbye(code, text) });
        Ok(())
    }

    /// Closes a connection without waiting for what was sent before: that is dropped, but for a message
    /// that is being written, and `code` and `text` (at most 1,024 bytes) go behind it. DISCONNECTED
    /// follows at once, or ERROR if it was not open yet; a client that asks to be let in is refused. Also
    /// after [`disconnect`](Self::disconnect), to hurry it.
    ///
    /// # Errors
    /// `NotConnected` if it has ended already; `UnknownPeer` if it is no peer of this host's; and
    /// [those of every call](Handle#errors).
    pub fn kick(&self, peer: PeerId, code: i32, text: &str) -> Result<()> {
        self.leave(peer, State::dropped)?;
        self.command(Command::Kick { peer, goodbye: goodbye(code, text) });
        Ok(())
    }

    /// Closes a connection at once, whatever waits, and without a word to the other end. DISCONNECTED follows, or
    /// ERROR if it was not open yet.
    ///
    /// # Errors
    /// `NotConnected` if it has ended already; `UnknownPeer` if it is no peer of this host's; and
    /// [those of every call](Handle#errors).
    pub fn drop_peer(&self, peer: PeerId) -> Result<()> {
        self.leave(peer, State::dropped)?;
        self.command(Command::Drop { peer });
        Ok(())
    }

    /// Marks a peer as closed by the game, unless it has ended, so that nothing is queued for what is gone.
    fn leave(&self, peer: PeerId, how: fn(State) -> Option<State>) -> Result<()> {
        let changed = self.slot(peer)?.leave(peer, how);
        changed.map(drop).map_err(|_| Error::NotConnected(peer.get()))
    }

    /// The address of the other end, until its last event has expired.
    ///
    /// # Errors
    /// `NotConnected` while a connect is on its way, and after one that reached nobody; `UnknownPeer` if it is no
    /// peer of this host's; and [those of every call](Handle#errors).
    pub fn peer_address(&self, peer: PeerId) -> Result<SocketAddr> {
        self.check()?;
        let address = self.shared.slots.read(peer, Slot::address);
        address.ok_or(Error::UnknownPeer(peer.get()))?.ok_or(Error::NotConnected(peer.get()))
    }

    /// A peer's statistics, until its last event has expired.
    ///
    /// # Errors
    /// `UnknownPeer` if it is no peer of this host's; and [those of every call](Handle#errors).
    pub fn peer_stats(&self, peer: PeerId) -> Result<PeerStats> {
        self.check()?;
        let now = self.shared.stamp(self.shared.now());
        let stats = self.shared.slots.read(peer, |slot| PeerStats::of(slot, now));
        stats.ok_or(Error::UnknownPeer(peer.get()))
    }

    /// What [`set_user_data`](Self::set_user_data) stored, 0 at first.
    ///
    /// # Errors
    /// `UnknownPeer` if it is no peer of this host's; and [those of every call](Handle#errors).
    pub fn user_data(&self, peer: PeerId) -> Result<usize> {
        self.check()?;
        let data = self.shared.slots.read(peer, |slot| slot.user_data.load(Ordering::Acquire));
        data.ok_or(Error::UnknownPeer(peer.get()))
    }

    /// Stores a number, or an address, with a peer; its events bring it along, those too that wait to be polled.
    /// The host does nothing else with it.
    ///
    /// # Errors
    /// `UnknownPeer` if it is no peer of this host's; and [those of every call](Handle#errors).
    pub fn set_user_data(&self, peer: PeerId, data: usize) -> Result<()> {
        self.check()?;
        let pin = self.shared.slots.pin(peer).ok_or(Error::UnknownPeer(peer.get()))?;
        pin.user_data.store(data, Ordering::Release);
        Ok(())
    }

    /// The peers that are connected, from when their CONNECTED was polled until they are closed or have ended.
    pub fn peers(&self) -> Vec<PeerId> {
        self.peers_that(|state| state == State::Open)
    }

    /// All peers, with those that connect, ask to be let in or leave: each until its last event has
    /// expired, as long as it has user data.
    pub fn all_peers(&self) -> Vec<PeerId> {
        self.peers_that(|state| !matches!(state, State::Greeting | State::Gone))
    }

    fn peers_that(&self, stand_so: impl Fn(State) -> bool) -> Vec<PeerId> {
        let mut peers = Vec::new();
        if self.shared.condition.is_forked() {
            return peers;
        }
        self.shared.slots.for_each(|peer, slot| {
            if stand_so(slot.state()) {
                peers.push(peer);
            }
        });
        peers
    }

    /// The host's statistics; in a forked child zeros.
    pub fn stats(&self) -> HostStats {
        if self.shared.condition.is_forked() {
            return HostStats::default();
        }
        HostStats::of(&self.shared, self.network.listener_count())
    }

    /// A descriptor (on Windows an event's handle) that is readable while [`poll`](crate::Host::poll) has
    /// something: for a loop that waits for other things too. When it is readable, poll until there is `None`.
    ///
    /// It may be readable once with nothing to poll. The host's own timeouts make it readable too; but
    /// inline on systems other than Linux and Android, where a game polls at least once in 100 ms by itself. A
    /// host that waits so is not taken to be asleep. The descriptor belongs to the host, and ends
    /// with it and its handles: it is never to be read, written or closed.
    ///
    /// # Errors
    /// `Os` if the system gives none; on Windows inline hosts have none. And [those of every call](Handle#errors).
    pub fn descriptor(&self) -> Result<os::Borrowed<'_>> {
        self.check()?;
        let made = self.network.descriptor();
        made.map_err(|error| Error::os("a descriptor to wait for", &error))
    }

    /// The oldest record of the log that has not been read yet; `None` if there is none, and in a forked child.
    pub fn next_log(&self) -> Option<LogRecord> {
        if self.shared.condition.is_forked() { None } else { self.shared.log.next() }
    }

    fn check_open(&self) -> Result<()> {
        self.shared.check_open()
    }

    #[inline]
    pub(crate) fn check(&self) -> Result<()> {
        self.shared.condition.check()
    }

    fn slot(&self, peer: PeerId) -> Result<&Slot> {
        self.check()?;
        self.find(peer)
    }

    #[inline]
    pub(crate) fn find(&self, peer: PeerId) -> Result<&Slot> {
        self.shared.slots.find(peer).ok_or(Error::UnknownPeer(peer.get()))
    }

    pub(crate) fn command(&self, command: Command) {
        self.shared.command(command);
        self.send_now();
    }

    /// Inline mode: sees to it that the reactor takes what was asked of it, here or on the thread that is
    /// inside.
    pub(crate) fn send_now(&self) {
        let Some(gate) = &self.inline else { return };
        os::uncancelled(|| {
            loop {
                match gate.try_enter() {
                    Ok(mut reactor) => {
                        reactor.send_now();
                        return reactor.leave(false);
                    }
                    Err(Outside::Go) => return,
                    Err(Outside::Again) => thread::yield_now(),
                    Err(Outside::Broken) => {
                        self.shared.condition.poison();
                        return self.shared.show();
                    }
                }
            }
        });
    }
}

/// A hello or reply, checked.
fn greeting(message: Option<&Message>) -> Result<Box<[u8]>> {
    let Some(message) = message else { return Ok(Box::default()) };
    let bytes = message.bytes()?;
    if bytes.len() > wire::MAX_HELLO {
        return Err(Error::HelloTooLarge { size: bytes.len() });
    }
    Ok(bytes.into())
}

/// What is said to the other end, checked.
pub(crate) fn goodbye(code: i32, text: &str) -> Box<Goodbye> {
    let text = text[..text.floor_char_boundary(wire::MAX_TEXT)].to_owned();
    Box::new(Goodbye { code, text })
}
