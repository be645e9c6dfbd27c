//! Godot's high-level multiplayer over podsix: the class that the engine calls.

mod address;
mod handshake;
mod members;
mod packet;
mod session;

use godot::classes::multiplayer_peer::{ConnectionStatus, TransferMode};
use godot::classes::{IMultiplayerPeerExtension, MultiplayerPeerExtension};
use godot::global::Error as Answer;
use godot::meta::conv::RawPtr;
use godot::prelude::*;
use podsix::{Config, Error, Reason};

use handshake::SERVER;
use members::{Notice, Why};
use session::Session;

use crate::failure::Failure;
use crate::limits::{self, PodsixLimits};
use crate::names::{EndReason, ErrorCode};
use crate::stats;

/// What waits for a peer, at most, where the game has set no limits: packets cannot be sent again, so a
/// burst should fit.
const OUT_BUFFER: u32 = 8 << 20;

const NOT_CONNECTED: &str = "this peer is not connected";

/// Carries Godot's high-level multiplayer over podsix: @rpc, [MultiplayerSpawner] and
/// [MultiplayerSynchronizer] work as with [ENetMultiplayerPeer].
///
/// ```gdscript
/// var peer := PodsixMultiplayerPeer.new()
/// peer.create_server(31425) # or: peer.create_client("play.example.org", 31425)
/// multiplayer.multiplayer_peer = peer
/// ```
///
/// **Modes:** packets go over TCP, so all of them arrive, in the order in which they were sent; the unreliable
/// modes are carried reliably too, [member MultiplayerPeer.transfer_mode] always reads as reliable, and
/// channels are told apart but do not overtake each other.
///
/// **Slow peers:** what a peer cannot take yet waits, up to [member PodsixLimits.out_buffer] bytes. A peer with
/// more is disconnected: no packet is ever lost silently.
///
/// **Ends:** [method MultiplayerPeer.close] takes no time: the connections are closed in the background, after what was
/// sent before has been delivered, so that it arrives also on a long line. [method Podsix.is_closing] tells a game
/// that quits whether that is over. [method MultiplayerPeer.disconnect_peer] delivers what was sent before too; with
/// [code]force[/code] what waits is dropped, and, as with ENet, [signal MultiplayerPeer.peer_disconnected] does not come here.
///
/// **Threads:** the network has a thread of its own; call the methods from the main thread.
#[derive(GodotClass)]
#[class(init, tool, base = MultiplayerPeerExtension)]
pub struct PodsixMultiplayerPeer {
    base: Base<MultiplayerPeerExtension>,
    /// The limits and times; if empty, those of a new [PodsixLimits] but for an
    /// [member PodsixLimits.out_buffer] of 8 MiB. They count from the next [method create_server] or
    /// [method create_client]; [member PodsixLimits.max_peers] does not count here.
    #[var]
    limits: Option<Gd<PodsixLimits>>,
    session: Option<Session>,
    target: i32,
    channel: i32,
    closed_door: bool,
    /// What went wrong last.
    failure: Failure,
    #[init(val = Reason::None)]
    reason: Reason,
}

impl Drop for PodsixMultiplayerPeer {
    fn drop(&mut self) {
        self.end();
    }
}

#[godot_api]
impl PodsixMultiplayerPeer {
    /// Starts a server, whose id is 1. [param port_or_address] is a port, on which it then listens on every
    /// address of this machine, or an address such as [code]"127.0.0.1:31425"[/code] or [code]"::1"[/code]; port 0 takes
    /// a free one, see [method get_local_port]. A client beyond [param max_clients] is refused.
    ///
    /// Returns [constant ERR_ALREADY_IN_USE] if this peer is in use, [constant ERR_CANT_CREATE] if the port is,
    /// [constant ERR_INVALID_PARAMETER] for an address or a property out of range; [method get_last_error] has
    /// the words, [method get_last_error_code] the exact code.
    #[func]
    fn create_server(
        &mut self,
        port_or_address: Variant,
        #[opt(default = 32)] max_clients: i64,
    ) -> Answer {
        let config = self.config();
        self.open(|_| Session::server(&address::own(&port_or_address)?, max_clients, config?))
    }

    /// Connects to a server: [code]create_client("play.example.org", 31425)[/code]. The address is a name or an IP address,
    /// such as [code]"192.0.2.7"[/code], [code]"::1"[/code] or [code]"fe80::1%eth0"[/code]; without [param port] it may
    /// have one itself ([code]"play.example.org:4000"[/code], [code]"[::1]:4000"[/code]), else it is 31425.
    /// [signal MultiplayerAPI.connected_to_server] or [signal MultiplayerAPI.connection_failed] follows;
    /// [method get_last_error] then says why it failed.
    ///
    /// Returns the errors of [method create_server].
    #[func]
    fn create_client(&mut self, address: GString, #[opt(default = -1)] port: i64) -> Answer {
        let config = self.config();
        let address = address.to_string();
        self.open(|id| Session::client(&address::of_server(&address, port)?, id, config?))
    }

    /// Why the last connection failed or ended, a client was refused, or a call failed, in words, which a game can show to
    /// its players; empty if nothing of that has happened.
    #[func]
    fn get_last_error(&self) -> GString {
        self.failure.words.clone()
    }

    /// The exact code of what [method get_last_error] has in words, one of the [code]ERR_[/code] constants of
    /// [Podsix]: several share one of Godot's errors. 0 where no call failed; [method get_reason] then has the reason.
    #[func]
    fn get_last_error_code(&self) -> ErrorCode {
        ErrorCode(self.failure.code)
    }

    /// The port that a server listens on, 0 if this is none.
    #[func]
    fn get_local_port(&self) -> i64 {
        let address = self.session.as_ref().and_then(|session| session.local_address().ok());
        address.map_or(0, |address| address.port().into())
    }

    /// Why the last connection ended or failed: one of the [code]REASON_[/code] constants of [Podsix]. It is
    /// [constant Podsix.REASON_FULL], say, where the server had its [code]max_clients[/code].
    #[func]
    fn get_reason(&self) -> EndReason {
        EndReason(self.reason as i32)
    }

    /// The address of a peer that this one is connected with, such as [code]192.0.2.7:31425[/code]; empty if it
    /// is with none of that id. A client knows that of the server alone, whose id is 1.
    #[func]
    fn get_peer_address(&self, id: i32) -> GString {
        let address = self.session.as_ref().and_then(|session| session.peer_address(id).ok());
        address.map(|address| (&address.to_string()).into()).unwrap_or_default()
    }

    /// The figures of a peer, as [method PodsixClient.get_stats] gives them; empty if there is none of that
    /// id.
    #[func]
    fn get_peer_stats(&self, id: i32) -> VarDictionary {
        let stats = self.session.as_ref().and_then(|session| session.peer_stats(id).ok());
        stats.map(|stats| stats::of_peer(&stats)).unwrap_or_default()
    }

    /// The figures of this end, as [method PodsixServer.get_stats] gives them; empty while it is closed.
    #[func]
    fn get_stats(&self) -> VarDictionary {
        let stats = self.session.as_ref().map(Session::stats);
        stats.map(|stats| stats::of_host(&stats)).unwrap_or_default()
    }

    /// The settings, checked.
    fn config(&self) -> podsix::Result<Config> {
        let config = limits::config(&self.limits, true)?;
        let out_buffer = if self.limits.is_some() { config.out_buffer } else { OUT_BUFFER };
        Ok(Config { out_buffer, ..config })
    }

    fn open(&mut self, session: impl FnOnce(i32) -> podsix::Result<Session>) -> Answer {
        if self.session.is_some() {
            return self.fail(Failure::in_use("this peer is in use: close it first"));
        }
        self.closed_door = false;
        // Like ENet's: 31 bits, never 0 or 1.
        match session(self.base().generate_unique_id() as i32) {
            Ok(session) => {
                self.session = Some(session);
                self.failure = Failure::default();
                Answer::OK
            }
            Err(error) => self.fail(error.into()),
        }
    }

    fn end(&mut self) {
        if let Some(session) = self.session.take() {
            session.close();
        }
    }

    /// Remembers why a connection ended.
    fn remember(&mut self, why: Why) {
        self.failure = Failure::told(&why.text);
        self.reason = why.reason;
    }

    /// Remembers what is wrong, and says it where the developer looks. A game's Logger hears it and may call the peer,
    /// which `base_mut` lets it do.
    fn fail(&mut self, failure: Failure) -> Answer {
        self.reason = Reason::None;
        self.failure = failure.clone();
        let _unborrowed = self.base_mut();
        godot_error!("PodsixMultiplayerPeer: {}", failure.words);
        failure.answer
    }

    fn send(&mut self, packet: &[u8]) -> Answer {
        let (target, channel) = (self.target, self.channel.max(0));
        let Some(session) = self.session.as_mut().filter(|session| session.is_connected()) else {
            return self.fail(Failure::not_started(NOT_CONNECTED));
        };
        match session.send(target, channel, packet) {
            Ok(()) => Answer::OK,
            Err(error @ (Error::BadArgument(_) | Error::TooLarge { .. })) => {
                self.fail(error.into())
            }
            // The peer is leaving, or was too slow: peer_disconnected tells the game.
            Err(_) => Answer::ERR_CONNECTION_ERROR,
        }
    }
}

#[godot_api]
impl IMultiplayerPeerExtension for PodsixMultiplayerPeer {
    fn poll(&mut self) {
        let Some(session) = &mut self.session else { return };
        session.begin();
        // A signal's receiver may let go of the last reference; freed inside its own call, an object
        // takes the engine with it.
        let mut this = self.to_gd();
        // One may also have closed this peer, or opened it anew.
        while let Some(session) = &mut self.session
            && let Some(notice) = session.next(self.closed_door)
        {
            match notice {
                Notice::Joined(id) => self.signals().peer_connected().emit(id.into()),
                Notice::Left(id, why) => {
                    self.remember(why);
                    self.signals().peer_disconnected().emit(id.into());
                }
                Notice::Trouble(why) => self.failure = Failure::told(&why),
                Notice::Over(why) => {
                    self.remember(why);
                    self.close();
                }
            }
        }
        if this.get_reference_count() == 1 {
            this.run_deferred_gd(drop);
        }
    }

    fn close(&mut self) {
        self.end();
        self.closed_door = false;
    }

    fn disconnect_peer(&mut self, id: i32, forced: bool) {
        let result = match &mut self.session {
            Some(session) => session.disconnect(id, forced).map_err(Failure::from),
            None => Err(Failure::not_started(NOT_CONNECTED)),
        };
        match result {
            Ok(()) if forced && id == SERVER => self.close(),
            Ok(()) => {}
            Err(failure) => {
                self.fail(failure);
            }
        }
    }

    // SAFETY: Godot passes places for a pointer and a size.
    unsafe fn get_packet_rawptr(
        &mut self,
        buffer: RawPtr<*mut RawPtr<*const u8>>,
        size: RawPtr<*mut i32>,
    ) -> Answer {
        let packet = self.session.as_mut().and_then(|session| session.inbox().take());
        let Some(packet) = packet else { return Answer::ERR_UNAVAILABLE };
        // SAFETY: the packet stays where it is until the next poll or close, as Godot expects of its own peers.
        unsafe {
            *buffer.ptr() = RawPtr::new(packet.as_ptr());
            *size.ptr() = packet.len() as i32; // at most 16 MiB
        }
        Answer::OK
    }

    // SAFETY: Godot passes a packet and its size.
    unsafe fn put_packet_rawptr(&mut self, buffer: RawPtr<*const u8>, size: i32) -> Answer {
        match usize::try_from(size) {
            Ok(0) => self.send(&[]), // its pointer may be null
            // SAFETY: the packet is the caller's, and only read during the call.
            Ok(size) => self.send(unsafe { std::slice::from_raw_parts(buffer.ptr(), size) }),
            Err(_) => Answer::ERR_INVALID_PARAMETER,
        }
    }

    fn get_available_packet_count(&self) -> i32 {
        self.session.as_ref().map_or(0, |session| session.waiting().count() as i32)
    }

    fn get_max_packet_size(&self) -> i32 {
        let config = self.session.as_ref().map(Session::config);
        let max_message = config.map_or(Config::default().max_message, |config| config.max_message);
        max_message.saturating_sub(packet::OVERHEAD) as i32
    }

    fn get_packet_channel(&self) -> i32 {
        let next = self.session.as_ref().and_then(|session| session.waiting().next());
        next.map_or(0, |packet| packet.channel)
    }

    fn get_packet_peer(&self) -> i32 {
        let next = self.session.as_ref().and_then(|session| session.waiting().next());
        next.map_or(SERVER, |packet| packet.from)
    }

    fn get_packet_mode(&self) -> TransferMode {
        TransferMode::RELIABLE
    }

    fn set_transfer_mode(&mut self, _mode: TransferMode) {
        // TCP has one.
    }

    fn get_transfer_mode(&self) -> TransferMode {
        TransferMode::RELIABLE
    }

    fn set_transfer_channel(&mut self, channel: i32) {
        self.channel = channel;
    }

    fn get_transfer_channel(&self) -> i32 {
        self.channel
    }

    fn set_target_peer(&mut self, id: i32) {
        self.target = id;
    }

    fn is_server(&self) -> bool {
        self.session.as_ref().is_some_and(Session::is_server)
    }

    fn is_server_relay_supported(&self) -> bool {
        self.session.is_some()
    }

    fn get_unique_id(&self) -> i32 {
        self.session.as_ref().map_or(0, Session::id)
    }

    fn get_connection_status(&self) -> ConnectionStatus {
        match &self.session {
            None => ConnectionStatus::DISCONNECTED,
            Some(session) if session.is_connected() => ConnectionStatus::CONNECTED,
            Some(_) => ConnectionStatus::CONNECTING,
        }
    }

    fn set_refuse_new_connections(&mut self, refuse: bool) {
        self.closed_door = refuse;
    }

    fn is_refusing_new_connections(&self) -> bool {
        self.closed_door
    }
}
