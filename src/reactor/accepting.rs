//! Letting connections in: accepting, the places at the door, and what to do without descriptors.

use std::io;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use mio::net::TcpStream;

use crate::event::Reason;
use crate::reactor::Reactor;
use crate::reactor::peer::Peer;
use crate::reactor::session::Session;
use crate::shared::count;
use crate::shared::slot::State;
use crate::shared::via::Via;
use crate::wire::Takes;
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
                Ok((via, approval, socket, address)) => {
                    self.accepted(via, approval, socket, address);
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
        if self.failed_handshakes.trouble(self.now) {
            self.shared.log.add(Level::Error, text.clone());
            self.publisher.trouble(id, Reason::None, os_error, text);
        }
    }

    fn accepted(&mut self, via: Via, approval: bool, socket: TcpStream, address: SocketAddr) {
        let shared = self.shared.clone();
        if !self.greeting_limits.enter(address.ip(), &shared.config) {
            count(&shared.counters.refused_per_address);
            return;
        }
        let claimed = shared.slots.claim(State::Greeting, 1, via, Some(address));
        let Some(id) = claimed else {
            self.greeting_limits.leave(Some(address));
            return;
        };
        prepare(&socket);
        let mut peer = Peer::inbound(id, socket);
        peer.approval = approval;
        let session = Session::accept(via.dialect, self.now);
        let speaks_first = session.is_greeted();
        peer.session = Some(session);
        let index = self.place(peer);
        if let Err(error) = self.register(index) {
            self.close_now(index, End::os(Reason::Lost, "watching a new connection", &error));
        } else if !shared.budget.admits() {
            count(&shared.counters.refused_memory);
            self.turn_away(index, Reason::Memory, "the server is short of memory (memory_budget)");
        } else if speaks_first {
            self.greeted(index, &[], Takes::ANYTHING);
        } else {
            self.tick(index);
        }
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
