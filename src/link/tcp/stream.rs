//! A link over TCP: one socket, and one lane.

use std::io::{self, IoSlice, Read};
use std::net::{Shutdown, SocketAddr};

use mio::Interest;
use mio::net::TcpStream;
use socket2::SockRef;

use crate::link::lane::{Received, Taken};
use crate::link::os;
use crate::link::subject::Subject;
use crate::link::tcp::{Patience, Unsent};
use crate::link::watch::Watch;

/// A read that did not fill the buffer has emptied the socket: no second one is needed to learn
/// that nothing more is there. (Not so on Windows, where only a blocked read arms the next report.)
const SHORT_READ_EMPTIES: bool = cfg!(unix);
/// A write that was not taken whole has filled the socket. (Not so on Windows, where only a blocked
/// write arms the next report.)
const SHORT_WRITE_FILLS: bool = cfg!(unix);

/// Writing to a connection that the other end has reset must not raise SIGPIPE in a program that
/// never asked for it. Apple's sockets have an option for it instead, Windows has no such signal.
#[cfg(all(unix, not(target_vendor = "apple")))]
const NO_SIGNAL: i32 = libc::MSG_NOSIGNAL;
#[cfg(not(all(unix, not(target_vendor = "apple"))))]
const NO_SIGNAL: i32 = 0;

/// What is accepted has the listener's TCP_NODELAY.
const INHERITS_NO_DELAY: bool = cfg!(any(target_os = "linux", target_os = "android"));

const INTEREST: Interest = Interest::READABLE.add(Interest::WRITABLE);

pub(crate) struct TcpLink(TcpStream);

impl TcpLink {
    pub(super) fn new(socket: TcpStream) -> TcpLink {
        TcpLink(socket)
    }

    #[cfg(all(test, any(target_os = "linux", target_os = "android")))]
    pub(super) fn socket(&self) -> &TcpStream {
        &self.0
    }

    /// Begins to connect.
    pub(crate) fn connect(
        address: SocketAddr,
        watch: &Watch,
        subject: Subject,
    ) -> io::Result<TcpLink> {
        let mut link = TcpLink(TcpStream::connect(address)?);
        link.watch(watch, subject)?;
        Ok(link)
    }

    /// For a connect that has been answered. Not before: the system gives one up after so many attempts, however
    /// little time is between them.
    pub(crate) fn equip(&self, patience: Patience) {
        patience.set(&self.0);
    }

    /// Whether a connect has been answered: `None` not yet.
    pub(crate) fn answered(&self) -> Option<io::Result<()>> {
        // Nearly always it has been: so this is asked first, and alone.
        let Err(unconnected) = self.0.peer_addr() else { return Some(Ok(())) };
        match self.0.take_error() {
            Ok(Some(error)) | Err(error) => Some(Err(error)),
            Ok(None) if unconnected.kind() == io::ErrorKind::NotConnected => None,
            Ok(None) => Some(Err(unconnected)),
        }
    }

    /// Has readiness reported from here on, of one that was accepted.
    pub(crate) fn begin(&mut self, watch: &Watch, subject: Subject) -> io::Result<()> {
        self.prepare(INHERITS_NO_DELAY);
        self.watch(watch, subject)
    }

    /// Has readiness reported for the connection from here on, and no longer for the connect.
    pub(crate) fn take_over(&mut self, watch: &Watch, subject: Subject) -> io::Result<()> {
        self.prepare(false);
        watch.change(&mut self.0, subject.token(), INTEREST)
    }

    fn prepare(&self, has_no_delay: bool) {
        // Without it small messages would wait for the last one's acknowledgement. A socket that
        // refuses is broken and will say so when it is used.
        if !has_no_delay {
            let _ = self.0.set_nodelay(true);
        }
        #[cfg(target_vendor = "apple")]
        let _ = SockRef::from(&self.0).set_nosigpipe(true);
    }

    fn watch(&mut self, watch: &Watch, subject: Subject) -> io::Result<()> {
        watch.begin(&mut self.0, subject.token(), INTEREST)
    }

    #[inline]
    pub(crate) fn read(&mut self, buffer: &mut [u8]) -> io::Result<Received> {
        loop {
            match self.0.read(buffer) {
                Ok(0) => return Ok(Received::End),
                Ok(count) => {
                    let more = count == buffer.len() || !SHORT_READ_EMPTIES;
                    return Ok(Received::Bytes { count, more });
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    return Ok(Received::Nothing);
                }
                Err(error) => return Err(error),
            }
        }
    }

    pub(crate) fn has_unread(&self) -> bool {
        loop {
            match self.0.peek(&mut [0]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return error.kind() != io::ErrorKind::WouldBlock,
                Ok(_) => return true,
            }
        }
    }

    #[inline]
    pub(crate) fn write(&self, slices: &[IoSlice<'_>], unsent: &mut Unsent) -> io::Result<Taken> {
        loop {
            let socket = SockRef::from(&self.0);
            let result = self.0.try_io(|| match slices {
                [only] => socket.send_with_flags(only, NO_SIGNAL),
                _ => socket.send_vectored_with_flags(slices, NO_SIGNAL),
            });
            match result {
                Ok(count) => {
                    let offered = slices.iter().map(|slice| slice.len()).sum::<usize>();
                    let full = count < offered && SHORT_WRITE_FILLS;
                    if full {
                        unsent.fit(&self.0);
                    }
                    return Ok(Taken { count, full });
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    unsent.fit(&self.0);
                    return Ok(Taken { count: 0, full: true });
                }
                Err(error) => return Err(error),
            }
        }
    }

    pub(crate) fn is_under_way(&self) -> bool {
        os::is_under_way(&self.0)
    }

    pub(crate) fn finish(&self) {
        // A connection that is gone has nothing to finish.
        let _ = self.0.shutdown(Shutdown::Write);
    }

    pub(crate) fn close(self, watch: &Watch) {
        // Closing tells the other end nothing while a forked child has a copy.
        let _ = self.0.shutdown(Shutdown::Both);
        watch.close(self.0);
    }
}
