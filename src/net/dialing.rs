//! Making connections: the name, the addresses one by one, the greeting.

use std::io;
use std::net::SocketAddr;
use std::sync::atomic::Ordering;

use crate::address::Target;
use crate::event::{EventKind, PeerId, Reason};
use crate::net::block::Lifecycle;
use crate::net::command::Connect;
use crate::net::dial::Dial;
use crate::net::ending::End;
use crate::net::intake::prepare;
use crate::net::log::Level;
use crate::net::peer::{Peer, Stage};
use crate::net::reactor::Reactor;
use crate::net::resolver;
use crate::net::session::Session;
use crate::net::slot::State;
use crate::wire::HEADER;

impl Reactor {
    pub(super) fn connect(&mut self, connect: Connect) {
        let Connect { peer, address, hello } = connect;
        let deadline = self.now + self.shared.config.connect_timeout;
        let index = self.place(Peer::outbound(peer, hello, deadline));
        if self.closing.is_some() {
            // Another thread has begun to close the host meanwhile.
            return self.end(index, End::new(Reason::Local, "the host is being closed".into()));
        }
        self.arm(index, deadline);
        match address.host {
            Target::Ip(ip) => self.reach(index, vec![SocketAddr::new(ip, address.port)]),
            Target::Name(name) => {
                let started = resolver::look_up(&self.shared, peer, &name, address.port);
                if let Err(error) = started {
                    self.end(index, resolver::unresolved(&name, &error));
                }
            }
            // The handle has refused it.
            Target::Any => self.reach(index, Vec::new()),
        }
    }

    pub(super) fn resolved(&mut self, peer: PeerId, found: Result<Vec<SocketAddr>, End>) {
        let Some(index) = self.position(peer) else { return };
        match found {
            Ok(addresses) => self.reach(index, addresses),
            Err(end) => self.end(index, end),
        }
    }

    fn reach(&mut self, index: usize, addresses: Vec<SocketAddr>) {
        if let Some(outbound) = self.peers[index].as_mut().and_then(|peer| peer.outbound.as_mut()) {
            outbound.dial = Some(Dial::new(addresses, outbound.deadline));
            self.dial_next(index);
        }
    }

    /// Tries the next address, or ends the connect.
    fn dial_next(&mut self, index: usize) {
        let now = self.now;
        let Some(peer) = self.peers[index].as_deref_mut() else { return };
        let Some(dial) = peer.outbound.as_mut().and_then(|outbound| outbound.dial.as_mut()) else {
            return;
        };
        peer.socket = dial.next(now);
        if peer.socket.is_none() {
            return self.not_reached(index);
        }
        let at = dial.attempt_deadline;
        match self.register(index) {
            Ok(()) => self.arm(index, at),
            Err(error) => self.dial_failed(index, error),
        }
    }

    /// The socket of a connect has something to say.
    pub(super) fn dial_answered(&mut self, index: usize) {
        let socket = self.peers[index].as_ref().and_then(|peer| peer.socket.as_ref());
        match socket.and_then(Dial::answered) {
            Some(Ok(())) => self.reached(index),
            Some(Err(error)) => self.dial_failed(index, error),
            None => {}
        }
    }

    fn dial_failed(&mut self, index: usize, error: io::Error) {
        if let Some(peer) = self.peers[index].as_deref_mut() {
            peer.socket = None;
            (peer.readable, peer.read_closed, peer.writable) = (false, false, false);
            if let Some(dial) = peer.outbound.as_mut().and_then(|outbound| outbound.dial.as_mut()) {
                if let Some(address) = dial.current() {
                    let line = format!("connecting to {address} failed: {error}");
                    self.shared.log.add(Level::Debug, line);
                }
                dial.failed(error);
            }
            self.dial_next(index);
        }
    }

    /// A connect's time is up: the attempt's, or all of it.
    pub(super) fn dial_expired(&mut self, index: usize) {
        let Some(outbound) = self.peers[index].as_ref().and_then(|peer| peer.outbound.as_ref())
        else {
            return;
        };
        match &outbound.dial {
            None if self.now >= outbound.deadline => {
                let text = "looking up the name took longer than connect_timeout_ms".into();
                self.end(index, End::new(Reason::ConnectTimeout, text));
            }
            Some(dial) if self.now >= dial.attempt_deadline => {
                let late = io::Error::new(
                    io::ErrorKind::TimedOut,
                    "no answer in its share of connect_timeout_ms",
                );
                self.dial_failed(index, late);
            }
            Some(dial) => {
                let at = dial.attempt_deadline;
                self.arm(index, at);
            }
            None => {
                let at = outbound.deadline;
                self.arm(index, at);
            }
        }
    }

    fn not_reached(&mut self, index: usize) {
        let Some(outbound) = self.peers[index].as_mut().and_then(|peer| peer.outbound.as_mut())
        else {
            return;
        };
        let in_time = self.now < outbound.deadline;
        let (os_error, text) = match outbound.dial.take() {
            Some(dial) => dial.verdict(),
            None => (0, String::new()),
        };
        let reason = if in_time { Reason::Unreachable } else { Reason::ConnectTimeout };
        self.end(index, End { os_error, ..End::new(reason, text) });
    }

    /// TCP is up: greet.
    fn reached(&mut self, index: usize) {
        let Some(peer) = self.peers[index].as_deref_mut() else { return };
        let (Some(socket), Some(outbound)) = (&peer.socket, &mut peer.outbound) else { return };
        prepare(socket);
        let Some(slot) = self.shared.slots.find(peer.id) else { return };
        slot.set_address(outbound.dial.take().and_then(|dial| dial.current()));
        let protocol = slot.origin().protocol;
        let hello = std::mem::take(&mut outbound.hello);
        let session = Session::connect(protocol, &self.common, &hello, self.now, &mut self.control);
        peer.session = Some(session);
        peer.stage = Stage::Greeting;
        peer.writable = true;
        self.queue_control(index);
        self.list_for_reading(index);
        self.tick(index);
    }

    /// The server has let us in.
    pub(super) fn welcomed(&mut self, index: usize, reply: &[u8]) {
        let Some(peer) = self.peers[index].as_deref_mut() else { return };
        let (Some(session), Some(outbound)) = (&peer.session, peer.outbound.take()) else { return };
        let their_max = session.peer_max_message() as usize;
        if outbound.early_max > their_max.saturating_add(HEADER) {
            let slot = self.shared.slots.find(peer.id);
            slot.map(|slot| slot.sub_waiting(outbound.early.len(), 0));
            return self.end_too_large(index, outbound.early_max - HEADER, their_max);
        }
        peer.outbox.append(outbound.early);
        self.open(index, reply);
        self.list_for_writing(index);
    }

    /// From here on messages flow.
    pub(super) fn open(&mut self, index: usize, message: &[u8]) {
        let Some(peer) = self.peers[index].as_deref_mut() else { return };
        let (Some(session), Some(slot)) = (&peer.session, self.shared.slots.find(peer.id)) else {
            return;
        };
        peer.stage = Stage::Open;
        peer.opened = true;
        slot.their_max.store(session.peer_max_message(), Ordering::Relaxed);
        slot.stats.opened_at.store(self.shared.stamp(self.now), Ordering::Relaxed);
        // First: whoever polls its CONNECTED may broadcast.
        self.shared.dialects.join(slot.origin().protocol);
        // If the game has closed it meanwhile, that stands.
        let _ = slot.change_state(peer.id, State::opened);
        self.outlet.lifecycle(peer.id, message, Lifecycle::new(EventKind::Connected));
        self.queue_control(index);
        self.tick(index);
        self.list_for_reading(index);
    }
}
