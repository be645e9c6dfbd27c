//! One end of a game, server or client, from its opening to its end.

use std::net::SocketAddr;

use podsix::address::Address;
use podsix::config::MAX_PEERS;
use podsix::wire::Dialect;
use podsix::{
    Config, Error, Host, HostStats, ListenerId, Message, PeerId, PeerStats, Reason, Result,
};

use super::handshake::{self, SERVER};
use super::members::{Member, Members, Notice, Why};
use super::packet;
use crate::farewell::FAREWELLS;

/// The application's code towards a peer that reads more slowly than it is written to.
const TOO_SLOW: i32 = 7;
/// While so many bytes of packets wait for the game no more are taken, and TCP holds the peers back.
const MAX_UNREAD: usize = 4 << 20;

/// A host whose peers have Godot's ids.
pub struct Session {
    host: Host,
    listener: Option<ListenerId>,
    id: i32,
    members: Members,
    message: Message,
}

impl Session {
    /// Listens on an address.
    pub fn server(address: &str, max_clients: i64, config: Config) -> Result<Session> {
        check_dialect(address)?;
        let max_peers = u32::try_from(max_clients).unwrap_or(0);
        if !(1..=MAX_PEERS).contains(&max_peers) {
            let text = format!("max_clients is {max_clients}, it must be from 1 to {MAX_PEERS}");
            return Err(Error::BadConfig(text));
        }
        let config = Config { max_peers, ..config };
        let host = Host::new(config)?;
        let listener = host.listen(address, true)?;
        Ok(Session::new(host, Some(listener), SERVER))
    }

    /// Connects to a server, as the client that has this id.
    pub fn client(address: &str, id: i32, config: Config) -> Result<Session> {
        check_dialect(address)?;
        let host = Host::new(config)?;
        let peer = host.connect(address, Some(&handshake::hello(id)))?;
        host.set_user_data(peer, SERVER as usize)?;
        let mut session = Session::new(host, None, id);
        session.members.by_id.insert(SERVER, Member::new(peer));
        Ok(session)
    }

    fn new(host: Host, listener: Option<ListenerId>, id: i32) -> Session {
        let members = Members::new(host.handle().clone());
        Session { host, listener, id, members, message: Message::new() }
    }

    /// This end's id.
    pub fn id(&self) -> i32 {
        self.id
    }

    /// Whether this end is the server.
    pub fn is_server(&self) -> bool {
        self.listener.is_some()
    }

    /// Whether packets can be sent: a server can always, a client once it was let in.
    pub fn is_connected(&self) -> bool {
        self.is_server() || self.members.by_id.get(&SERVER).is_some_and(|server| server.joined)
    }

    /// The settings.
    pub fn config(&self) -> &Config {
        self.host.config()
    }

    /// A new round of `next`. Packets taken in the last one are gone.
    pub fn begin(&mut self) {
        self.members.begin();
    }

    /// The next thing to tell the game, or `None` when all that has arrived is told or in the inbox.
    /// `closed_door`: turn new clients away.
    pub fn next(&mut self, closed_door: bool) -> Option<Notice> {
        self.members.closed_door = closed_door;
        loop {
            if let Some(notice) = self.members.next() {
                return Some(notice);
            }
            if self.members.inbox.size() >= MAX_UNREAD {
                return None;
            }
            match self.host.poll() {
                Ok(event) => self.members.take(&event?),
                Err(error) => {
                    let why = Why { reason: Reason::Lost, text: error.to_string() };
                    return Some(Notice::Over(why));
                }
            }
        }
    }

    /// The packets that have arrived.
    pub fn inbox(&mut self) -> &mut packet::Inbox {
        &mut self.members.inbox
    }

    /// The packets that have arrived, to look at.
    pub fn waiting(&self) -> &packet::Inbox {
        &self.members.inbox
    }

    /// Sends a packet: to one peer; to all, for target 0; to all but one, for its negative id. A peer
    /// that cannot take it is disconnected, since whatever follows would make no sense without it.
    ///
    /// # Errors
    /// `BadArgument` for a target that is not there, `TooLarge`; else the first of what kept a peer
    /// from taking it.
    pub fn send(&mut self, target: i32, channel: i32, packet: &[u8]) -> Result<()> {
        packet::write(&mut self.message, channel, packet);
        if target > 0 {
            let member = self.members.by_id.get(&target);
            let peer = member.ok_or_else(|| unknown(target))?.peer;
            return self.send_to(peer);
        }
        let except = target.checked_neg().unwrap_or(0);
        if except != 0 && except != self.id && !self.members.by_id.contains_key(&except) {
            return Err(unknown(except));
        }
        let mut result = Ok(());
        for (id, member) in &self.members.by_id {
            if *id != except && member.joined && !member.leaving {
                result = result.and(self.send_to(member.peer));
            }
        }
        result
    }

    fn send_to(&self, peer: PeerId) -> Result<()> {
        let sent = self.host.send_message(peer, &self.message);
        if let Err(error @ (Error::WouldBlock { .. } | Error::Memory { .. })) = &sent {
            let text = match error {
                Error::WouldBlock { waiting, limit } => {
                    format!("too slow: {waiting} bytes wait, out_buffer allows {limit}")
                }
                other => other.to_string(),
            };
            // If it is closing already it was told why.
            let _ = self.host.disconnect(peer, TOO_SLOW, &text);
        }
        sent
    }

    /// Closes a peer's connection, after what was sent before; nothing more is taken from there. Forced, it is not waited
    /// for what was sent, and the game is told nothing more of the peer.
    pub fn disconnect(&mut self, id: i32, forced: bool) -> Result<()> {
        let peer = self.members.by_id.get(&id).ok_or_else(|| unknown(id))?.peer;
        // If it has ended already that is as good.
        if forced {
            let _ = self.host.kick(peer, 0, "");
            self.members.forget(id);
        } else {
            let _ = self.host.disconnect(peer, 0, "");
            self.members.leave(id);
        }
        Ok(())
    }

    /// Ends it in the background: every peer gets what was sent to it first.
    pub fn close(self) {
        FAREWELLS.take(self.host, 0, "the game was closed");
    }

    /// Where a server listens, with its real port.
    pub fn local_address(&self) -> Result<SocketAddr> {
        let not_listening = || Error::BadArgument("a client does not listen".into());
        self.host.listener_address(self.listener.ok_or_else(not_listening)?)
    }

    /// The address of a peer.
    pub fn peer_address(&self, id: i32) -> Result<SocketAddr> {
        let member = self.members.by_id.get(&id).ok_or_else(|| unknown(id))?;
        self.host.peer_address(member.peer)
    }

    /// The figures of a peer.
    pub fn peer_stats(&self, id: i32) -> Result<PeerStats> {
        let member = self.members.by_id.get(&id).ok_or_else(|| unknown(id))?;
        self.host.peer_stats(member.peer)
    }

    /// The figures of this end.
    pub fn stats(&self) -> HostStats {
        self.host.stats()
    }
}

fn unknown(id: i32) -> Error {
    Error::BadArgument(format!("there is no peer {id}"))
}

/// Only podsix's own protocol has a greeting that carries an id.
fn check_dialect(address: &str) -> Result<()> {
    match Address::parse(address)?.scheme.dialect {
        Dialect::Podsix => Ok(()),
        other => Err(Error::BadAddress(format!(
            "'{address}' speaks {other}, which carries no @rpc: use tcp://"
        ))),
    }
}

#[cfg(test)]
#[path = "session_tests.rs"]
mod tests;
