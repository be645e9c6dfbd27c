//! Reaching one of a server's addresses: each is tried in turn, with its share of the time.

use std::io;
use std::net::SocketAddr;

use mio::net::TcpStream;

use crate::wire::Moment;

/// A connect under way.
pub(crate) struct Dial {
    left: std::vec::IntoIter<SocketAddr>,
    deadline: Moment,
    /// When the address being tried must have answered.
    pub(crate) attempt_deadline: Moment,
    /// Why the last address failed.
    error: Option<(SocketAddr, io::Error)>,
    current: Option<SocketAddr>,
}

impl Dial {
    pub(crate) fn new(addresses: Vec<SocketAddr>, deadline: Moment) -> Dial {
        let left = addresses.into_iter();
        Dial { left, deadline, attempt_deadline: deadline, error: None, current: None }
    }

    /// Starts the next address; none when all were tried or the time is up.
    pub(crate) fn next(&mut self, now: Moment) -> Option<TcpStream> {
        while now < self.deadline {
            let share = (self.deadline - now) / self.left.len().max(1) as u32;
            let address = self.left.next()?;
            self.current = Some(address);
            self.attempt_deadline = now + share;
            match TcpStream::connect(address) {
                Ok(socket) => return Some(socket),
                Err(error) => self.error = Some((address, error)),
            }
        }
        None
    }

    /// The address being tried.
    pub(crate) fn current(&self) -> Option<SocketAddr> {
        self.current
    }

    /// The address being tried has failed.
    pub(crate) fn failed(&mut self, error: io::Error) {
        if let Some(address) = self.current {
            self.error = Some((address, error));
        }
    }

    /// Why nothing was reached: the system's error number, and words.
    pub(crate) fn verdict(self) -> (i32, String) {
        match self.error {
            Some((address, error)) => {
                (error.raw_os_error().unwrap_or(0), format!("connecting to {address}: {error}"))
            }
            None => (0, "connecting took longer than connect_timeout_ms".into()),
        }
    }

    /// Whether the address being tried has answered: `None` not yet.
    pub(crate) fn answered(socket: &TcpStream) -> Option<io::Result<()>> {
        match socket.take_error() {
            Ok(Some(error)) | Err(error) => return Some(Err(error)),
            Ok(None) => {}
        }
        match socket.peer_addr() {
            Ok(_) => Some(Ok(())),
            Err(error) if error.kind() == io::ErrorKind::NotConnected => None,
            Err(error) => Some(Err(error)),
        }
    }
}
