//! Letting connections in: accepting, the places at the door, and what to do without descriptors.

use std::io;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use mio::net::TcpStream;

use crate::event::{EventKind, Reason};
use crate::reactor::Reactor;
use crate::reactor::peer::{Peer, Stage};
use crate::reactor::session::Session;
use crate::shared::block::Lifecycle;
use crate::shared::count;
use crate::shared::origin::Origin;
use crate::shared::slot::State;
use crate::wire::{Close, Takes};
use crate::words::End;
use crate::words::Level;

/// Connections taken from one listener before it is others' turn.
const ACCEPTS_PER_TURN: usize = 128;
/// When to try again after the system had no descriptor, or the table no slot.
const ACCEPT_RETRY: Duration = Duration::from_millis(100);

/// Why a listener's queue was left.
enum Left {
    Empty,
    More,
    Pause,
}

impl Reactor {
    /// Accepts on every listener that may have connections waiting.
    pub(super) fn accept_all(&mut self) {
        if self.accept_at.is_some_and(|at| at > self.now) {
            return;
        }
        self.accept_at = None;
        for id in std::mem::take(&mut self.to_accept) {
            match self.accept_some(id) {
                Left::Empty => {}
                Left::More => self.to_accept.push(id),
                Left::Pause => {
                    self.to_accept.push(id);
                    self.accept_at = Some(self.now + ACCEPT_RETRY);
                }
            }
        }
    }

    fn accept_some(&mut self, id: NonZeroU32) -> Left {
        for _ in 0..ACCEPTS_PER_TURN {
            if !self.shared.slots.has_room() {
                count(&self.shared.counters.accept_pauses);
                return Left::Pause;
            }
            let Some(accepted) = self.shared.listeners.accept(id) else { return Left::Empty };
            match accepted {
                Ok((origin, approval, socket, address)) => {
                    self.let_in(origin, approval, socket, address);
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Left::Empty,
                // A client that gave up while it waited: the next one may not have.
                Err(error) if is_the_clients(&error) => {}
                Err(error) => {
                    self.report_exhausted(id, &error);
                    return Left::Pause;
                }
            }
        }
        Left::More
    }

    fn report_exhausted(&mut self, id: NonZeroU32, error: &io::Error) {
        count(&self.shared.counters.accept_pauses);
        let os_error = error.raw_os_error().unwrap_or(0);
        let text = format!(
            "no connection can be accepted at the moment: {error}; raise the limit of open files \
             (ulimit -n) or lower max_peers"
        );
        if self.door.trouble(self.now) {
            self.shared.log.add(Level::Error, text.clone());
            self.outlet.trouble(id, Reason::None, os_error, text);
        }
    }

    fn let_in(&mut self, origin: Origin, approval: bool, socket: TcpStream, address: SocketAddr) {
        let shared = self.shared.clone();
        if !self.door.enter(address.ip(), &shared.config) {
            count(&shared.counters.refused_per_address);
            return;
        }
        let claimed = shared.slots.claim(State::Greeting, 1, origin, Some(address));
        let Some(id) = claimed else {
            self.door.leave(Some(address));
            return;
        };
        prepare(&socket);
        let mut peer = Peer::inbound(id, socket);
        peer.approval = approval;
        let session = Session::accept(origin.protocol, self.now);
        let speaks_first = session.is_greeted();
        peer.session = Some(session);
        let index = self.place(peer);
        if let Err(error) = self.register(index) {
            self.end(index, End::os(Reason::Lost, "watching a new connection", &error));
        } else if !shared.budget.admits() {
            count(&shared.counters.refused_memory);
            self.turn_away(index, Reason::Memory, "the server is short of memory (memory_budget)");
        } else if speaks_first {
            self.greeted(index, &[], Takes::ANYTHING);
        } else {
            self.tick(index);
        }
    }

    /// A client has greeted: ask the game, or let it in.
    pub(super) fn greeted(&mut self, index: usize, hello: &[u8], takes: Takes) {
        let Some(peer) = self.peers[index].as_deref_mut() else { return };
        let Some(slot) = self.shared.slots.find(peer.id) else { return };
        if self.closing.is_some() {
            return self.turn_away(index, Reason::Shutdown, "the server is closing");
        }
        if !self.shared.take_seat() {
            count(&self.shared.counters.refused_full);
            let text =
                format!("the server is full (max_peers is {})", self.shared.config.max_peers);
            return self.turn_away(index, Reason::Full, &text);
        }
        if std::mem::take(&mut peer.at_door) {
            self.door.leave(slot.address());
        }
        peer.seated = true;
        peer.told = true;
        // Before the game hears of it: it may accept and send in one go.
        slot.set_takes(takes);
        slot.hold();
        if peer.approval {
            peer.stage = Stage::Requested;
            let _ = slot.move_state(peer.id, State::Greeting, State::Requested);
            self.outlet.lifecycle(peer.id, hello, Lifecycle::new(EventKind::Request));
            self.tick(index);
        } else {
            self.welcome(index, &[], hello);
        }
    }

    /// Refuses a connection that the game does not know of.
    fn turn_away(&mut self, index: usize, reason: Reason, text: &str) {
        if let Some(session) = self.peers[index].as_mut().and_then(|peer| peer.session.as_mut()) {
            session.refuse(&self.common, &Close { reason, code: 0, text }, &mut self.control);
        }
        self.part(index, End::new(reason, text.into()));
    }

    /// Opens an inbound connection; its CONNECTED event carries `hello`. An empty `reply` is none.
    pub(super) fn welcome(&mut self, index: usize, reply: &[u8], hello: &[u8]) {
        let Reactor { peers, shared, common, now, control, .. } = self;
        let Some(peer) = peers[index].as_deref_mut() else { return };
        let (Some(session), Some(slot)) = (&mut peer.session, shared.slots.find(peer.id)) else {
            return;
        };
        let plain = || shared.dialects.greeting(slot.origin().protocol);
        let reply = if reply.is_empty() { plain() } else { reply };
        session.welcome(common, reply, *now, control);
        count(&self.shared.counters.accepted);
        self.open(index, hello);
    }
}

/// Settings every connection has.
pub(super) fn prepare(socket: &TcpStream) {
    // Without it small messages would wait for the last one's acknowledgement. A socket that
    // refuses is broken and will say so when it is used.
    let _ = socket.set_nodelay(true);
    #[cfg(target_vendor = "apple")]
    let _ = socket2::SockRef::from(socket).set_nosigpipe(true);
}

/// Whether an error of accept is one connection's own and says nothing about the next.
fn is_the_clients(error: &io::Error) -> bool {
    #[cfg(unix)]
    let protocol = error.raw_os_error() == Some(libc::EPROTO);
    #[cfg(not(unix))]
    let protocol = false;
    let own = [io::ErrorKind::ConnectionAborted, io::ErrorKind::ConnectionReset];
    protocol || error.kind() == io::ErrorKind::Interrupted || own.contains(&error.kind())
}
